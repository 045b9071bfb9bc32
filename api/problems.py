"""Every kind of refusal, once: its address, its status, its title, and the page that explains it (ux.md 3.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from casework.errors import CaseworkError, FieldError

MEDIA_TYPE = "application/problem+json; charset=utf-8"
# Facts that become headers or choose the type; the rest of an error's facts are members of the problem.
_HELD_BACK = {"retry_after", "is_expired", "errors"}


@dataclass(frozen=True)
class ProblemType:
    """One kind of refusal. ``explanation`` is the help page's text, one paragraph each."""

    slug: str
    status: int
    title: str
    explanation: tuple[str, ...]

    @property
    def code(self) -> str:
        """Return the word that programs compare."""
        return self.slug.replace("-", "_")


_TYPES = (
    ProblemType(
        "validation-error",
        422,
        "内容に確認が必要な箇所があります",
        (
            "errors の1件ごとに、どこ(pointer)をどう直すかが書いてあります。",
            "直してから同じ操作をもう一度行ってください。",
        ),
    ),
    ProblemType(
        "malformed-request",
        400,
        "送られた形を読み取れません",
        (
            "JSONの書き方、見出し、ヘッダー、番号の形のどれかが決まりと違います。",
            "detail に、どこをどう直すかがあります。",
        ),
    ),
    ProblemType(
        "unknown-parameter",
        400,
        "知らない条件が付いています",
        ("アドレスの「?」より後ろに、この操作にない条件があります。つづりを確かめるか、消してください。",),
    ),
    ProblemType(
        "not-authenticated",
        401,
        "ログインしていません",
        (
            "POST /api/v1/sessions でログインし、返されたトークンを Authorization: Bearer に続けて送ってください。",
            "プログラムからは、画面で作ったトークン(tsk_live_…)を使えます。",
            "トークンはアドレスに書かないでください。途中の機器の記録に残るため、受け付けずに持ち主に知らせます。",
        ),
    ),
    ProblemType(
        "token-expired",
        401,
        "ログインの時間が過ぎました",
        ("もう一度ログインして、新しいトークンを使ってください。しばらく使わないと、トークンは使えなくなります。",),
    ),
    ProblemType(
        "sign-in-incomplete",
        403,
        "ログインの手続が残っています",
        (
            "確認コードの入力、パスワードの変更、認証アプリの登録のどれかが済むまで、ほかの操作はできません。",
            "step に残っている手続があります。画面からログインして済ませてください。",
        ),
    ),
    ProblemType(
        "not-permitted",
        403,
        "この操作は許可されていません",
        (
            "役割が足りないか、申請した本人などの理由で、その人にはできない操作です。",
            "detail に、できる人が書いてあります。",
        ),
    ),
    ProblemType(
        "not-found",
        404,
        "見つかりません",
        ("番号が違うか、別の組織のものです。一覧から選び直してください。",),
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "このアドレスではできない操作です",
        ("Allow ヘッダーに、このアドレスで使える操作があります。",),
    ),
    ProblemType(
        "wrong-state",
        409,
        "いまの状態ではできません",
        ("決裁の済んだ申請など、状態が進んだものには行えない操作です。最新の状態を取得して確かめてください。",),
    ),
    ProblemType(
        "not-your-turn",
        409,
        "まだ順番ではありません",
        ("先に決裁する人がいます。detail に、いま誰の番かが書いてあります。",),
    ),
    ProblemType(
        "idempotency-key-missing",
        400,
        "Idempotency-Key がありません",
        (
            "作る・決める操作には Idempotency-Key ヘッダーが必要です。",
            "1回の操作ごとに新しい文字列(UUIDなど、255文字まで)を付けます。",
            "返事を受け取れなかったときは、同じキーと同じ内容で送り直します。二重に行われることはありません。",
        ),
    ),
    ProblemType(
        "idempotency-key-reused",
        422,
        "同じキーが別の内容で使われています",
        ("Idempotency-Key は1つの操作に1つです。内容を変えたときは、新しいキーで送ってください。",),
    ),
    ProblemType(
        "idempotency-key-in-progress",
        409,
        "同じキーの操作が続いています",
        ("最初の操作がまだ終わっていません。Retry-After の秒数だけ待ってから、同じ内容で送り直してください。",),
    ),
    ProblemType(
        "stale-version",
        412,
        "先に保存された内容があります",
        (
            "読んだ後に、別の人が保存しました。",
            "最新を取得し、差を確かめてから、新しい版の If-Match で送り直してください。",
        ),
    ),
    ProblemType(
        "version-required",
        428,
        "どの版を見たかが必要です",
        ('変える操作と決裁には If-Match ヘッダーが必要です。取得したときの ETag("v7" など)をそのまま付けてください。',),
    ),
    ProblemType(
        "content-changed-since-read",
        409,
        "読んだ後に内容が変わりました",
        ("決裁は、決裁者が読んだ内容そのものに対して行われます。申請を取得し直し、読んでから決裁してください。",),
    ),
    ProblemType(
        "unconfirmed-answers",
        422,
        "未確認の答えが残っています",
        (
            "前の申請から写した答えと、事業者の回答は、申請者が確かめるまで使えません。",
            "provisions の1件ごとに、回答を送り直すか、answer-confirmations で確かめたことを送ってください。",
        ),
    ),
    ProblemType(
        "unanswered-remarks",
        422,
        "差戻しの指摘に答えが残っています",
        ("差し戻された申請は、指摘の1件ごとに答え(replies)を付けて提出します。",),
    ),
    ProblemType(
        "closing-incomplete",
        409,
        "終了手続に残りの項目があります",
        ("open_items の項目を、すべて済みか対象外にしてから終了にしてください。",),
    ),
    ProblemType(
        "file-rejected",
        422,
        "ファイルを受け取れません",
        ("種類・大きさ・中身のどれかが決まりと違います。reason に理由があります。",),
    ),
    ProblemType(
        "too-many-requests",
        429,
        "回数が多すぎます",
        ("Retry-After の秒数だけ待ってから、もう一度行ってください。",),
    ),
    ProblemType(
        "internal-error",
        500,
        "システムの中で問題が起きました",
        ("記録は途中まで書かれていません。request_id をシステム管理に伝えてください。",),
    ),
    ProblemType(
        "under-maintenance",
        503,
        "ただいま保守中です",
        ("しばらく待ってから、もう一度行ってください。続くときはシステム管理に連絡してください。",),
    ),
)
TYPES: Mapping[str, ProblemType] = {each.slug: each for each in _TYPES}


def problem_response(
    request: Request,
    slug: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the refusal as ``application/problem+json`` (RFC 9457) in Japanese."""
    kind = TYPES[slug]
    body: dict[str, Any] = {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": request.url.path,
        "code": kind.code,
        "request_id": request_id(request),
        **(facts or {}),
    }
    if errors:
        body["errors"] = [_error(each) for each in errors]
    sent = {"Content-Language": "ja", "Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(body, status_code=kind.status, headers=sent, media_type=MEDIA_TYPE)


def answer_casework_error(request: Request, error: CaseworkError) -> JSONResponse:
    """Return what casework refused as a problem; its kind is the type."""
    slug = "token-expired" if error.facts.get("is_expired") else error.kind
    return problem_response(
        request,
        slug,
        error.message,
        errors=fields_of(error),
        facts={name: value for name, value in error.facts.items() if name not in _HELD_BACK},
        headers=_headers(error, TYPES[slug].status),
    )


def fields_of(error: CaseworkError) -> Sequence[FieldError]:
    """Return the fields an error names; none for most kinds."""
    found: Iterable[FieldError] = getattr(error, "errors", ()) or error.facts.get("errors", ())
    return tuple(found)


def request_id(request: Request) -> str:
    """Return the id under which this call stands in logs and in the record of writes."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def _headers(error: CaseworkError, status: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    if status == TYPES["not-authenticated"].status:
        headers["WWW-Authenticate"] = 'Bearer realm="sekisho"'
    if "current_version" in error.facts:
        headers["ETag"] = f'"v{error.facts["current_version"]}"'
    if "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    return headers


def _error(error: FieldError) -> dict[str, str]:
    where = "pointer" if error.pointer.startswith("/") or not error.pointer else "parameter"
    return {where: error.pointer, "code": error.code, "message": error.message}
