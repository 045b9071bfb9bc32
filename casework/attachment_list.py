"""The files beside a request as they are read: their places and versions, and the name each is handed out under."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from casework import evidence
from casework.call import Call
from casework.errors import NotFound
from casework.request_rules import DECIDED, find_request
from casework.tenancy import names_of, visible_to
from models.evidence_file import EvidenceFile
from models.request import Request
from models.request_version import RequestVersion

OBJECT = "request"
GONE = "そのファイルは、この申請の添付にないか、すでに差し替えられています。添付の一覧から選び直してください。"
LONGEST_NAME = 60
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class Attachment:
    """One place in the list of files: the file that counts, and those it replaced, newest first."""

    file: EvidenceFile
    earlier: Sequence[EvidenceFile]

    @property
    def version_no(self) -> int:
        """Return which version of the file this is, from 1; where only its words were mended, it is the same one."""
        return self.versions[0][1]

    @property
    def versions(self) -> list[tuple[EvidenceFile, int]]:
        """Return each file with its version, newest first: a version ends where other bytes come."""
        found: list[tuple[EvidenceFile, int]] = []
        for row in (*reversed(self.earlier), self.file):
            last, number = found[-1] if found else (None, 0)
            is_same = last is not None and last.sha256 == row.sha256
            found.append((row, number if is_same else number + 1))
        return found[::-1]

    @property
    def first_id(self) -> int:
        """Return the key of the first file in this place, which stays when the file is replaced."""
        return (self.earlier[-1] if self.earlier else self.file).key


def list_places(call: Call, request: Request) -> list[Attachment]:
    """Return the files beside a request in their order, with the versions of each."""
    return in_order(evidence.files_of(call, OBJECT, [request.key]), request.file_order)


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


def title_of(row: EvidenceFile) -> str:
    """Return what a file is called: the title it was given, or its name without the ending."""
    return row.title or PurePath(row.name).stem


def name_of(number: str, place_no: int, row: EvidenceFile, version_no: int) -> str:
    """Return the name a file beside a request is handed out under: ``R8-0123_02_契約書案_v2.pdf``."""
    title = _NOT_IN_NAMES.sub("_", title_of(row))[:LONGEST_NAME].strip("._") or "添付"
    return f"{number}_{place_no:02}_{title}_v{version_no}{PurePath(row.name).suffix.lower()}"


@dataclass(frozen=True)
class AttachmentRow:
    """One version of one file as a list shows it; ``is_added_later`` when the decision does not rest on it."""

    file: EvidenceFile
    request_number: str
    place_no: int
    version_no: int
    is_current: bool
    is_added_later: bool
    uploaded_by: str

    @property
    def title(self) -> str:
        """Return what the file is called."""
        return title_of(self.file)

    @property
    def download_name(self) -> str:
        """Return the name it is handed out under."""
        return name_of(self.request_number, self.place_no, self.file, self.version_no)


def attachment_rows(
    request: Request, places: Sequence[Attachment], people: Mapping[int, str], decided_on: RequestVersion | None
) -> list[AttachmentRow]:
    """Return every version of every file in order, each before those it replaced."""
    return [
        AttachmentRow(
            file=file,
            request_number=request.number,
            place_no=place_no,
            version_no=version_no,
            is_current=file is place.file,
            is_added_later=decided_on is not None and file.created_at > decided_on.created_at,
            uploaded_by=people.get(file.uploaded_by_id, ""),
        )
        for place_no, place in enumerate(places, start=1)
        for file, version_no in place.versions
    ]


def list_rows(call: Call, number: str) -> list[AttachmentRow]:
    """Return the files beside a request as a list shows them; raises ``NotFound``."""
    request = find_request(call, number)
    places = list_places(call, request)
    people = names_of(call.session, call.actor, [file.uploaded_by_id for each in places for file, _ in each.versions])
    query = visible_to(call.actor, RequestVersion).where(
        RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
    )
    decided_on = call.session.exec(query).first() if request.state in DECIDED else None
    return attachment_rows(request, places, people, decided_on)


def find_row(call: Call, number: str, file_id: int) -> AttachmentRow:
    """Return one file beside a request that was not replaced; raises ``NotFound``."""
    found = next((row for row in list_rows(call, number) if row.file.key == file_id and row.is_current), None)
    if found is None:
        raise NotFound(GONE)
    return found


def request_of(call: Call, row: EvidenceFile) -> Request:
    """Return the request a file lies beside."""
    return call.session.exec(visible_to(call.actor, Request).where(Request.id == row.object_id)).one()


def download_name(call: Call, row: EvidenceFile) -> str:
    """Return the name a file is handed out under; what lies beside anything but a request keeps its own."""
    if row.object_kind != OBJECT:
        return row.name
    request = request_of(call, row)
    for place_no, place in enumerate(list_places(call, request), start=1):
        for version, version_no in place.versions:
            if version.key == row.key:
                return name_of(request.number, place_no, row, version_no)
    return row.name


@dataclass(frozen=True)
class HandedOut:
    """A file that leaves the house."""

    name: str
    media_type: str
    content: bytes


def hand_out(call: Call, file_id: int) -> HandedOut:
    """Return a file under its name for whoever keeps it, and record that it left; raises ``NotFound``."""
    row, content = evidence.hand_out(call, file_id)
    return HandedOut(download_name(call, row), row.media_type, content)
