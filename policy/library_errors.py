"""What is wrong with the shape of a library file, said in Japanese to the person who writes it."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from policy.strict_yaml import join_pointer

_SENTENCES = {
    "missing": "「{key}」がありません。書き足してください",
    "extra_forbidden": "見出し「{key}」は使えません。つづりを確かめるか、消してください",
    "string_type": '「{key}」は文字で書いてください。数字や true だけの値は "…" で囲みます',
    "bool_type": "「{key}」は true か false で、囲まずに書いてください",
    "string_too_short": "「{key}」が空です。書いてください",
    "too_short": "「{key}」が足りません。項目を書き足してください",
    "tuple_type": "「{key}」は [ ] で囲んだ並びで書いてください",
    "dict_type": "「{key}」は「見出し: 値」の形で書いてください",
    "model_type": "「{key}」は「見出し: 値」の形で書いてください",
    "model_attributes_type": "「{key}」は「見出し: 値」の形で書いてください",
}
_DAY = "「{key}」は 2026-04-01 の形の、暦にある日付で書いてください"
_SHAPES = {
    "every": "周期「{input}」は P1Y(年)、P6M(月)、P2W(週)、P30D(日)の形で書いてください",
    "title": "title「{input}」は「…こと」で終わる文で書いてください",
    "contract_clause_if": "contract_clause_if「{input}」は「…とき」で終わる言葉で書いてください",
    "route": "route「{input}」は apply、decide、record、appoint、exception のどれかで書いてください",
}


def first_fault(error: ValidationError) -> tuple[str, str]:
    """The pointer and the sentence of the most telling fault: a misspelt key before the gap it leaves."""
    wrong = error.errors(include_url=False)
    first = next((details for details in wrong if details["type"] == "extra_forbidden"), wrong[0])
    pointer = ""
    for step in first["loc"]:
        pointer = join_pointer(pointer, step)
    return pointer, _sentence(first, str(first["loc"][-1]) if first["loc"] else "ファイル全体")


def _sentence(details: ErrorDetails, key: str) -> str:
    kind, written = details["type"], details["input"]
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(key=key)
    if kind in {"enum", "literal_error"}:
        expected = str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"「{key}」の「{written}」は使えません。使えるのは {expected} です"
    if kind.startswith("date_"):
        return _DAY.format(key=key)
    if kind == "string_pattern_mismatch" and key in _SHAPES:
        return _SHAPES[key].format(input=written)
    if kind == "value_error":
        return details["msg"].removeprefix("Value error, ")
    return f"「{key}」の書き方が違います。ほかのパックの書き方にそろえてください"
