"""Files beside a request: added, put in order and replaced by the applicant while the content may still change.

A replaced file stays readable under its version; what is decided on are the files that were not replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from casework import audit, evidence
from casework.call import Call
from casework.errors import NotFound
from casework.request_rules import EDITABLE, find_request, need_own, need_state
from models.evidence_file import EvidenceFile
from models.request import Request


@dataclass(frozen=True)
class Attachment:
    """One place in the list of files: the file that counts, its version from 1, and those it replaced, newest first."""

    file: EvidenceFile
    earlier: Sequence[EvidenceFile]

    @property
    def version_no(self) -> int:
        """Return which version of the file this is."""
        return len(self.earlier) + 1

    @property
    def first_id(self) -> int:
        """Return the key of the first file in this place, which stays when the file is replaced."""
        return (self.earlier[-1] if self.earlier else self.file).key


def attach_to_request(call: Call, number: str, upload: evidence.Upload) -> EvidenceFile:
    """Keep a file beside a draft and return its row; a decision is bound to the files there at submission.

    Raises ``NotFound``, ``NotPermitted`` for anybody but the applicant, ``WrongState`` once submitted, and
    ``FileRejected``.
    """
    request = _open(call, number, "ファイルを添付する", "ファイルを添付できる")
    return evidence.attach(call, "request", request.key, upload)


def replace_file(call: Call, number: str, file_id: int, upload: evidence.Upload) -> EvidenceFile:
    """Keep a file as the next version of one beside a draft and return its row; the earlier one stays readable.

    Raises ``NotFound`` also for a file that was replaced already, and what ``attach_to_request`` raises.
    """
    request = _open(call, number, "ファイルを差し替える", "ファイルを差し替えられる")
    place = _place_of(list_places(call, request), file_id)
    return evidence.attach(call, "request", request.key, upload, replaces=place.file)


def move_file(call: Call, number: str, file_id: int, *, up: bool) -> None:
    """Let a file beside a draft change places with its neighbour; the first does not move up, nor the last down.

    Raises ``NotFound``, ``NotPermitted`` and ``WrongState`` as ``replace_file`` does.
    """
    request = _open(call, number, "ファイルの順を変える", "ファイルの順を変えられる")
    places = list_places(call, request)
    place = _place_of(places, file_id)
    order = [each.first_id for each in places]
    before = order.index(place.first_id)
    after = min(max(before - 1 if up else before + 1, 0), len(order) - 1)
    order[before], order[after] = order[after], order[before]
    request.file_order = order
    call.session.add(request)
    call.session.flush()
    moved = {"file": f"{place.file.key} {place.file.name}"}
    audit.record(
        call,
        "attachment_moved",
        "request",
        request.number,
        before={**moved, "place": before + 1},
        after={**moved, "place": after + 1},
    )


def list_attachments(call: Call, number: str) -> list[EvidenceFile]:
    """Return the files beside a request in their order, each before those it replaced; raises ``NotFound``."""
    places = list_places(call, find_request(call, number))
    return [row for place in places for row in (place.file, *place.earlier)]


def list_places(call: Call, request: Request) -> list[Attachment]:
    """Return the files beside a request in their order, with the versions of each."""
    return in_order(evidence.files_of(call, "request", [request.key]), request.file_order)


def in_order(files: Sequence[EvidenceFile], order: Sequence[int]) -> list[Attachment]:
    """Return files as places: in the order in which ``order`` names their first versions, then as they came."""
    by_key = {row.key: row for row in files}
    replaced = {row.replaces_id for row in files}
    places = [Attachment(row, _earlier(row, by_key)) for row in files if row.key not in replaced]
    rank = {first_id: no for no, first_id in enumerate(order)}
    return sorted(places, key=lambda place: (rank.get(place.first_id, len(rank)), place.first_id))


def _earlier(row: EvidenceFile, by_key: dict[int, EvidenceFile]) -> list[EvidenceFile]:
    found: list[EvidenceFile] = []
    while row.replaces_id is not None:
        row = by_key[row.replaces_id]
        found.append(row)
    return found


def _open(call: Call, number: str, to: str, can: str) -> Request:
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, to)
    need_state(request, *EDITABLE, to=can)
    return request


def _place_of(places: Sequence[Attachment], file_id: int) -> Attachment:
    found = next((place for place in places if place.file.key == file_id), None)
    if found is None:
        raise NotFound(
            "そのファイルは、この申請の添付にないか、すでに差し替えられています。添付の一覧から選び直してください。"
        )
    return found
