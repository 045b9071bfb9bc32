"""版の見直し: a new edition tried on the organisation's whole ledger; nothing is written, nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import exports, preview_runs
from casework.errors import BadInput, FileRejected
from casework.preview_runs import Tried
from policy.pack import Pack
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import ReadingPostDep, Refused, Visit, VisitDep

router = APIRouter(include_in_schema=False)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEW = 8


@dataclass(frozen=True, kw_only=True)
class PolicyPreviewPage(PageView):
    """The form, and below it what the last try would change."""

    template = "pages/policy_preview.html"

    own: Pack
    editions: Sequence[tuple[str, str]]
    ledger: tuple[int, int]
    form: Form
    tried: Tried | None
    tried_source: str
    few: int
    most: int


@router.get("/policy/preview", name="policy_preview")
def show_preview(visit: VisitDep) -> Response:
    """The form."""
    return _page(visit, Form()).render(visit.request)


@router.post("/policy/preview")
def try_edition(post: ReadingPostDep) -> Response:
    """Judge the whole ledger under the chosen edition: as a page, or as an Excel book with every row."""
    visit, reading = post.visit, Reading(post.form)
    upload = post.form.files.get("file")
    try:
        pack = preview_runs.pack_to_try(visit.call, upload)
        edition = _edition_of(pack, reading, is_uploaded=upload is not None)
        if post.form.text("as") == "xlsx" and not reading.found:
            book = preview_runs.write_book(visit.call, pack, edition)
            exports.note_export(visit.installation, visit.call, "policy_preview", f"{pack.file.id} {edition}", "xlsx")
            return _download(pack, edition, book)
        tried = None if reading.found else preview_runs.try_edition(visit.call, pack, edition)
    except FileRejected as refusal:
        reading.refuse("file", refusal.message)
        tried = None
    except BadInput as refusal:
        field = "file_edition" if upload else "edition"
        reading.refuse(field, refusal.message)
        tried = None
    if tried is None:
        raise Refused(_page(visit, post.form, reading).render(visit.request, status_code=422))
    return _page(visit, post.form, None, tried, upload.name if upload else "").render(visit.request)


def _edition_of(pack: Pack, reading: Reading, *, is_uploaded: bool) -> str:
    """Return which edition is meant: of a file the named one, or its last; of the shipped pack the chosen one."""
    if is_uploaded:
        return reading.form.text("file_edition") or pack.file.editions[-1].edition
    return reading.need("edition", "試す版", "選択")


def _download(pack: Pack, edition: str, content: bytes) -> Response:
    name = quote(f"版の見直し_{pack.file.label}_第{edition}版.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=EXCEL, headers=headers)


def _page(
    visit: Visit, form: Form, reading: Reading | None = None, tried: Tried | None = None, source: str = ""
) -> PolicyPreviewPage:
    own = preview_runs.pack_to_try(visit.call, None)
    return PolicyPreviewPage(
        frame=visit.frame("", ("今日やること", "/"), ("規則集", "/rules"), ("版の見直し", None)),
        errors=reading.errors if reading else FormErrors(),
        own=own,
        editions=[(each.edition, f"第{each.edition}版") for each in own.file.editions],
        ledger=preview_runs.ledger_size(visit.call),
        form=form,
        tried=tried,
        tried_source=source,
        few=FEW,
        most=preview_runs.MOST,
    )
