"""Files beside a request: added, put in order and replaced by the applicant while the content may still change.

A replaced file stays readable under its version; what is decided on are the files that were not replaced. After the
decision files are only added, and stand apart from what was decided on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from sqlmodel import col

from casework import audit, evidence
from casework.attachment_captions import caption_of, readable
from casework.attachment_list import GONE, OBJECT, Attachment, list_places
from casework.call import Call
from casework.errors import BadInput, FieldError, FileRejected, NotFound, NotPermitted
from casework.evidence import NO_CAPTION, Caption, Upload
from casework.request_rules import DECIDED, EDITABLE, find_request, need_own, need_state
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.evidence_file import EvidenceFile
from models.request import Request

MEGABYTE = 1024 * 1024
MOST_TO_CHOOSE = 20


@dataclass(frozen=True)
class NewFiles:
    """What is to be added: files as they came in, and files that were given before, by their keys."""

    uploads: Sequence[Upload] = field(default=())
    reused: Sequence[int] = field(default=())


def attach_to_request(call: Call, number: str, upload: Upload, caption: Caption = NO_CAPTION) -> EvidenceFile:
    """Keep a file beside a request and return its row; raises what ``attach_files`` raises."""
    return attach_files(call, number, NewFiles([upload]), caption)[0]


def attach_files(call: Call, number: str, given: NewFiles, caption: Caption = NO_CAPTION) -> list[EvidenceFile]:
    """Keep files beside a request and return their rows; a decision is bound to the files there at submission.

    Raises ``NotFound``, ``NotPermitted`` for anybody but the applicant (once decided, also whoever manages the
    service may), ``WrongState`` in review and after a withdrawal, ``BadInput``, and ``FileRejected``.
    """
    call.line_up()
    request = find_request(call, number)
    need_adder(call, request)
    need_state(request, *EDITABLE, *DECIDED, to="ファイルを添付できる")
    return keep(call, request, given, caption)


def keep(call: Call, request: Request, given: NewFiles, caption: Caption) -> list[EvidenceFile]:
    """Keep files beside a request that was opened for them; raises ``BadInput`` and ``FileRejected``."""
    uploads = [*given.uploads, *(_again(call, file_id) for file_id in given.reused)]
    if not uploads:
        raise FileRejected("ファイルを選んでください。", reason="not_chosen")
    for upload in uploads:  # all of them are looked at before one is kept
        evidence.look_at(call, upload)
    caption = readable(request, caption, count=len(uploads))
    need_room(call, request, uploads)
    return [evidence.attach(call, OBJECT, request.key, upload, caption=caption) for upload in uploads]


def replace_file(
    call: Call, number: str, file_id: int, upload: Upload | None = None, words: Mapping[str, Any] | None = None
) -> EvidenceFile:
    """Keep a file as the next version of one beside a draft and return its row; the earlier one stays readable.

    Without a file only what is said of it is mended; ``words`` are the fields of ``Caption`` that are said anew, all
    others stay. Raises ``NotFound`` also
    for a file that was replaced already, ``BadInput`` where nothing is new, and what ``attach_files`` raises.
    """
    request = _open(call, number, "ファイルを差し替える", "ファイルを差し替えられる")
    before = place_of(list_places(call, request), file_id).file
    known = caption_of(before)
    if upload is not None:
        known = replace(known, is_sanitised=False, original_sha256="")  # was true of the bytes that go
    said = readable(request, replace(known, **(words or {})))
    if upload is None:
        if said == known:
            message = "新しいファイルを選ぶか、題名などを直してください。いまのままでは変わるところがありません。"
            raise BadInput(message, [FieldError("/file", "nothing_changed", message)])
        upload = Upload(before.name, call.store.get(before.sha256))
    need_room(call, request, [upload])
    return evidence.attach(call, OBJECT, request.key, upload, caption=said, replaces=before)


def move_file(call: Call, number: str, file_id: int, *, place: int) -> None:
    """Let a file beside a draft take a place in the order, from 1; the last place is the furthest.

    Raises ``NotFound``, ``NotPermitted`` and ``WrongState`` as ``replace_file`` does.
    """
    request = _open(call, number, "ファイルの順を変える", "ファイルの順を変えられる")
    places = list_places(call, request)
    moved = place_of(places, file_id)
    order = [each.first_id for each in places]
    before = order.index(moved.first_id)
    after = min(max(place - 1, 0), len(order) - 1)
    order.insert(after, order.pop(before))
    request.file_order = order
    call.session.add(request)
    call.session.flush()
    said = {"file": f"{moved.file.key} {moved.file.name}"}
    audit.record(
        call,
        "attachment_moved",
        "request",
        request.number,
        before={**said, "place": before + 1},
        after={**said, "place": after + 1},
    )


def may_add(call: Call, request: Request) -> bool:
    """Return whether the actor may attach files now: to a draft its applicant, after the decision the manager too."""
    if request.state not in {*EDITABLE, *DECIDED}:
        return False
    try:
        need_adder(call, request)
    except NotPermitted:
        return False
    return True


def need_adder(call: Call, request: Request) -> None:
    """Refuse whoever may not attach files to a request."""
    mine = visible_to(call.actor, ApprovedService).where(
        ApprovedService.request_id == request.key, ApprovedService.manager_id == call.actor.user_id
    )
    if request.state in DECIDED and call.session.exec(mine).first() is not None:
        return
    need_own(call, request, "ファイルを添付する")


def list_reusable(call: Call, request: Request) -> list[EvidenceFile]:
    """Return what the actor gave elsewhere and may give again without its file, newest first, each content once."""
    here = {row.sha256 for row in evidence.files_of(call, OBJECT, [request.key])}
    query = visible_to(call.actor, EvidenceFile).where(EvidenceFile.uploaded_by_id == call.actor.user_id)
    rows = call.session.exec(query.order_by(col(EvidenceFile.id).desc()).limit(10 * MOST_TO_CHOOSE)).all()
    endings = evidence.kinds_taken(call)
    found: dict[str, EvidenceFile] = {}
    for row in rows:
        if row.sha256 not in here and PurePath(row.name).suffix.lower() in endings:
            found.setdefault(row.sha256, row)
    return list(found.values())[:MOST_TO_CHOOSE]


def need_room(call: Call, request: Request, uploads: Sequence[Upload]) -> None:
    """Refuse what would make the files of one request more than the office keeps; the same bytes count once."""
    most = call.store.rules.most_mb_of_a_case
    sizes = {row.sha256: row.size_bytes for row in evidence.files_of(call, OBJECT, [request.key])}
    now = sum(sizes.values())
    sizes |= {hashlib.sha256(upload.content).hexdigest(): len(upload.content) for upload in uploads}
    if sum(sizes.values()) > most * MEGABYTE:
        raise FileRejected(
            f"この申請の添付は、合わせて{most}MBまでです。いま{now / MEGABYTE:.1f}MBあります。"
            "ファイルを小さくするか、要るところだけにしてください。",
            reason="case_too_big",
        )


def _again(call: Call, file_id: int) -> Upload:
    row, content = evidence.read_file(call, file_id)
    return Upload(row.name, content)


def _open(call: Call, number: str, to: str, can: str) -> Request:
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, to)
    need_state(request, *EDITABLE, to=can)
    return request


def place_of(places: Sequence[Attachment], file_id: int) -> Attachment:
    """Return the place of a file that was not replaced; raises ``NotFound``."""
    found = next((place for place in places if place.file.key == file_id), None)
    if found is None:
        raise NotFound(GONE)
    return found
