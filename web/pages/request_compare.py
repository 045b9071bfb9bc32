"""P9 版の比較: what changed between two submitted versions, and whether it matters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import request_diff
from casework.errors import NotFound
from casework.request_diff import Difference
from casework.request_rules import find_request
from models.request_version import RequestVersion
from web.document_words import differences
from web.labels import RESULTS
from web.pages.request import pack_of_version
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

OTHER_WORDS = {"edition": "ポリシーの版", "governed_by": "当てはまる規則", "route": "決裁の順番"}
VersionNo = Annotated[int | None, Query(ge=1)]


@dataclass(frozen=True, kw_only=True)
class ComparePage(PageView):
    """Two versions side by side: the statements, the results, the files."""

    template = "pages/request_compare.html"

    number: str
    title: str
    before: RequestVersion
    after: RequestVersion
    versions: Sequence[tuple[str, str]]
    statements: Sequence[tuple[str, str, str]]
    results: Sequence[tuple[str, str, str]]
    files: Sequence[tuple[str, str, str]]
    matters: bool
    kept_steps: int


@router.get("/requests/{number}/compare", name="request_compare")
def compare(visit: VisitDep, number: str, a: VersionNo = None, b: VersionNo = None) -> Response:
    """Compare two versions; without numbers the newest with the one before."""
    call = visit.call
    request = find_request(call, number)
    newest = request.current_version_no
    if newest == 0:
        raise NotFound(f"申請 {number} はまだ提出されていません。提出した版から比べられます。")
    later = b or newest
    earlier = a or max(1, later - 1)
    request, before, after, found = request_diff.diff(call, number, a=earlier, b=later)
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), ("版の比較", None))
    page = ComparePage(
        frame=visit.frame("requests", *trail),
        number=number,
        title=request.title,
        before=before,
        after=after,
        versions=[(str(no), f"第{no}版") for no in range(1, newest + 1)],
        statements=_statements(visit, before, after),
        results=result_rows(found),
        files=[("添付", str(each.before or "なし"), str(each.after or "なし")) for each in found.files],
        matters=bool(found.parts_that_matter),
        kept_steps=after.kept_steps,
    )
    return page.render(visit.request)


def _statements(visit: Visit, before: RequestVersion, after: RequestVersion) -> list[tuple[str, str, str]]:
    pack = pack_of_version(visit, after)
    return differences(json.loads(before.document_json), json.loads(after.document_json), pack)


def result_rows(found: Difference) -> list[tuple[str, str, str]]:
    """Return which results of the verdict changed, in words."""
    rows = []
    for each in found.findings:
        name = each.pointer.removeprefix("/verdict/")
        rows.append((OTHER_WORDS.get(name, name), _words(each.before), _words(each.after)))
    return rows


def _words(value: object) -> str:
    if value is None:
        return "なし"
    if isinstance(value, list):
        return "、".join(str(item) for item in value) or "なし"
    return RESULTS.get(str(value), str(value))
