"""The files beside a request: attached, put in order, replaced by a next version; after the decision only added to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import attachment_list, attachments, evidence
from casework.attachment_captions import caption_of, marks_of
from casework.attachment_list import AttachmentRow
from casework.attachments import NewFiles
from casework.case_words import ATTACHMENT_WORDS
from casework.errors import BadInput, FileRejected
from casework.evidence import Upload
from casework.request_rules import DECIDED, EDITABLE, find_request, need_own, need_state
from models.evidence_file import EvidenceFile
from models.request import Request
from web.forms import Form
from web.kept_files import KeptFile, caption_from, chosen_files, form_of, keep_files, refusals_of
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

KINDS = list(ATTACHMENT_WORDS.items())


@dataclass(frozen=True, kw_only=True)
class FilesPage(PageView):
    """What the two forms have in common: whose files, the words to choose from, and what need not be chosen again."""

    number: str
    title: str
    kinds: Sequence[tuple[str, str]]
    marks: Sequence[tuple[str, str]]
    endings: str
    most_mb: int
    kept: Sequence[KeptFile]
    form: Form
    once: str


@dataclass(frozen=True, kw_only=True)
class AttachPage(FilesPage):
    """The form that adds files; ``is_later`` after the decision."""

    template = "pages/request_attach.html"

    is_later: bool
    reusable: Sequence[EvidenceFile]


@dataclass(frozen=True, kw_only=True)
class ReplacePage(FilesPage):
    """The form that gives a file its next version, or mends what is said of it."""

    template = "pages/request_file.html"

    row: AttachmentRow


@router.get("/requests/{number}/attachments/new", name="request_attach")
def ask_for_files(visit: VisitDep, number: str) -> Response:
    """The form that adds files."""
    request = find_request(visit.call, number)
    attachments.need_adder(visit.call, request)
    need_state(request, *EDITABLE, *DECIDED, to="ファイルを添付できる")
    return _attach_page(visit, request, Form()).render(visit.request)


@router.post("/requests/{number}/attachments/new")
def attach(post: PostDep, number: str) -> Response:
    """Attach files, chosen now or given before."""
    call, form = post.visit.call, post.form
    uploads = chosen_files(call, form)
    reused = [int(each) for each in form.listed("reuse") if each.isascii() and each.isdigit()]
    given = NewFiles(uploads, reused)

    def page(errors: FormErrors) -> PageView:
        return _attach_page(post.visit, find_request(call, number), form, uploads, errors)

    def deed() -> Response:
        _take(uploads, post, page, lambda: attachments.attach_files(call, number, given, caption_from(form)))
        return go_to(f"/requests/{number}#files", "attached")

    return do_once(post, deed)


@router.get("/requests/{number}/attachments/{file_id:int}/replacement", name="request_replace_file")
def ask_for_replacement(visit: VisitDep, number: str, file_id: int) -> Response:
    """The form for the next version of a file, filled with what is said of it."""
    request = find_request(visit.call, number)
    need_own(visit.call, request, "ファイルを差し替える")
    need_state(request, *EDITABLE, to="ファイルを差し替えられる")
    row = attachment_list.find_row(visit.call, number, file_id)
    return _replace_page(visit, request, row, form_of(caption_of(row.file))).render(visit.request)


@router.post("/requests/{number}/attachments/{file_id:int}/replacement")
def replace(post: PostDep, number: str, file_id: int) -> Response:
    """Give a file beside a draft its next version, or mend what is said of it; the earlier one stays readable."""
    call, form = post.visit.call, post.form
    uploads = chosen_files(call, form)[-1:]
    words = vars(caption_from(form))

    def page(errors: FormErrors) -> PageView:
        row = attachment_list.find_row(call, number, file_id)
        return _replace_page(post.visit, find_request(call, number), row, form, uploads, errors)

    def deed() -> Response:
        upload = uploads[0] if uploads else None
        _take(uploads, post, page, lambda: attachments.replace_file(call, number, file_id, upload, words))
        return go_to(f"/requests/{number}#files", "file_replaced" if upload else "file_mended")

    return do_once(post, deed)


@router.post("/requests/{number}/attachments/{file_id:int}/move", name="request_move_file")
def move(post: PostDep, number: str, file_id: int) -> Response:
    """Let a file beside a draft take another place in the order."""
    typed = post.form.code("place")
    place = int(typed) if typed.isascii() and typed.isdigit() else 1
    attachments.move_file(post.visit.call, number, file_id, place=place)
    return go_to(f"/requests/{number}#attachment-{file_id}", "file_moved")


def _take(
    uploads: Sequence[Upload], post: Post, page: Callable[[FormErrors], PageView], deed: Callable[[], object]
) -> None:
    """Do what takes files; where it is refused, show the form again with what was chosen."""
    try:
        deed()
    except (FileRejected, BadInput) as refusal:
        shown = page(refusals_of(post.visit.call, uploads, refusal, post.form))
        raise Refused(shown.render(post.visit.request, 422)) from refusal


def _attach_page(
    visit: Visit, request: Request, form: Form, uploads: Sequence[Upload] = (), errors: FormErrors = NO_ERRORS
) -> AttachPage:
    return AttachPage(
        **_common(visit, request, form, uploads, errors, "ファイルを添付する"),
        is_later=request.state in DECIDED,
        reusable=attachments.list_reusable(visit.call, request),
    )


def _replace_page(
    visit: Visit,
    request: Request,
    row: AttachmentRow,
    form: Form,
    uploads: Sequence[Upload] = (),
    errors: FormErrors = NO_ERRORS,
) -> ReplacePage:
    return ReplacePage(**_common(visit, request, form, uploads, errors, "添付を直す・差し替える"), row=row)


def _common(
    visit: Visit, request: Request, form: Form, uploads: Sequence[Upload], errors: FormErrors, here: str
) -> dict[str, Any]:
    number = request.number
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), (here, None))
    return {
        "frame": visit.frame("requests", *trail),
        "errors": errors,
        "number": number,
        "title": request.title,
        "kinds": KINDS,
        "marks": list(marks_of(request).items()),
        "endings": endings_of(visit),
        "most_mb": visit.call.store.rules.most_mb_of_a_case,
        "kept": keep_files(visit.call, uploads) if errors else (),
        "form": form,
        "once": new_once(),
    }


def endings_of(visit: Visit) -> str:
    """Return the kinds of files that are taken, in words."""
    return "、".join(ending.lstrip(".") for ending in evidence.kinds_taken(visit.call))
