"""What FastAPI and Starlette refuse by themselves, said in our words and in our shape."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.problems import TYPES, problem_response
from casework.errors import FieldError

_BODY_STEPS_OF_PYDANTIC = ("function-", "tagged-union", "literal[")
_SENTENCES = {
    "missing": "「{name}」がありません。書き足してください。",
    "string_type": "「{name}」は文字で書いてください。",
    "string_too_long": "「{name}」は{max_length}文字までにしてください。",
    "string_too_short": "「{name}」を書いてください。",
    "string_pattern_mismatch": "「{name}」の書き方が違います。見本の形にそろえてください。",
    "int_type": "「{name}」は整数で書いてください。",
    "int_parsing": "「{name}」は整数で書いてください。",
    "int_from_float": "「{name}」は整数で書いてください。",
    "bool_type": "「{name}」は true か false で書いてください。",
    "bool_parsing": "「{name}」は true か false で書いてください。",
    "greater_than_equal": "「{name}」は{ge}以上にしてください。",
    "less_than_equal": "「{name}」は{le}以下にしてください。",
    "date_type": "「{name}」は 2027-03-31 のような年月日で書いてください。",
    "date_parsing": "「{name}」は 2027-03-31 のような、暦にある年月日で書いてください。",
    "date_from_datetime_parsing": "「{name}」は 2027-03-31 のような、暦にある年月日で書いてください。",
    "date_from_datetime_inexact": "「{name}」は時刻を付けず、2027-03-31 のような年月日で書いてください。",
    "enum": "「{name}」に使えるのは {expected} です。どれかを選んでください。",
    "literal_error": "「{name}」に使えるのは {expected} です。どれかを選んでください。",
    "extra_forbidden": "見出し「{name}」はありません。つづりを確かめるか、消してください。",
    "dict_type": "「{name}」は、見出しと値の組({{…}})で書いてください。",
    "model_attributes_type": "「{name}」は、見出しと値の組({{…}})で書いてください。",
    "model_type": "「{name}」は、見出しと値の組({{…}})で書いてください。",
    "list_type": "「{name}」は、並び([…])で書いてください。",
    "union_tag_invalid": "「{name}」に使えるのは {expected_tags} です。どれかを選んでください。",
    "union_tag_not_found": "「{name}」に、どの種類かを示す見出しがありません。書き足してください。",
    "json_invalid": "JSONの書き方が{position}文字目で崩れています。かっこと引用符を確かめてください。",
}
_OTHERWISE = "「{name}」の値を読み取れません。書き方を確かめてください。"
BEYOND = "扱える範囲を超える数か日付、または文字でないものが含まれています。値を確かめて、もう一度送ってください。"
_STATUS_SLUGS = {
    400: "malformed-request",
    401: "not-authenticated",
    403: "not-permitted",
    404: "not-found",
    405: "method-not-allowed",
    413: "file-rejected",
    503: "under-maintenance",
}
_STATUS_SENTENCES = {
    "not-found": "このアドレスには何もありません。つづりを確かめてください。",
    "method-not-allowed": "この操作はこのアドレスではできません。Allow ヘッダーの操作を使ってください。",
    "file-rejected": "送られたものが大きすぎます。20MB以下に分けてください。",
}


def answer_validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
    """Return 422 for a body that breaks a rule, 404 for an address that cannot be, 400 for the rest."""
    found = error.errors()
    places = {str(each["loc"][0]) for each in found}
    fields = [_field(each) for each in found]
    if "path" in places:
        return problem_response(request, "not-found", _STATUS_SENTENCES["not-found"])
    is_body = places == {"body"} and all(each["type"] != "json_invalid" for each in found)
    slug = "validation-error" if is_body else "malformed-request"
    more = f"ほかに{len(fields) - 1}か所あります。" if len(fields) > 1 else ""
    return problem_response(request, slug, f"{fields[0].message}{more}", errors=fields)


def answer_beyond(request: Request, _error: Exception) -> JSONResponse:
    """Return 400 for a number, a day or a character that neither database can hold: nothing of it was ever stored."""
    return problem_response(request, "malformed-request", BEYOND)


def answer_http_error(request: Request, error: HTTPException) -> JSONResponse:
    """Return the framework's own refusals (no such address, no such method, unreadable body) as problems."""
    slug = _STATUS_SLUGS.get(error.status_code, "malformed-request")
    ours = isinstance(error.detail, str) and error.detail.endswith("。")
    detail = (
        error.detail if ours else _STATUS_SENTENCES.get(slug, "送られた内容を読み取れません。形を確かめてください。")
    )
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return problem_response(request, slug, detail, headers=headers)


def answer_unexpected(request: Request, _error: Exception) -> JSONResponse:
    """Return 500 with nothing but the id under which the log tells the rest."""
    return problem_response(request, "internal-error", TYPES["internal-error"].explanation[0])


def _field(details: Mapping[str, Any]) -> FieldError:
    place, *steps = details["loc"]
    kept = [step for step in steps if not str(step).startswith(_BODY_STEPS_OF_PYDANTIC)]
    context = dict(details.get("ctx") or {})
    is_json = details["type"] == "json_invalid"
    name = "本文" if is_json or not kept else str(kept[-1])
    if is_json:
        context["position"], kept = steps[0] if steps else 0, []
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    pattern = _SENTENCES.get(details["type"], _OTHERWISE)
    pointer = _pointer(kept) if place == "body" else name
    return FieldError(pointer, str(details["type"]), pattern.format_map(_Known(context, name=name)))


def _pointer(steps: Sequence[object]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class _Known(dict[str, Any]):
    """The words a sentence may use; one that is not there is left out rather than failing the refusal."""

    def __missing__(self, key: str) -> str:
        return ""
