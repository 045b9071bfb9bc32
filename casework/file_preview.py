"""A file to look at without keeping it: pictures as they are, a PDF as the text that is in it; nothing else."""

from dataclasses import dataclass

from casework import attachment_list, evidence
from casework.call import Call
from casework.document_text import read_text_of
from casework.errors import FileRejected, NotFound
from casework.evidence import Upload
from models.evidence_file import EvidenceFile

PICTURES = frozenset({"image/png", "image/jpeg"})
PDF = "application/pdf"
LONGEST = 100_000
NO_PREVIEW = "このファイルは画面では見られません。保存してから開いてください。"


@dataclass(frozen=True)
class Preview:
    """What is shown of a file: ``text`` of a PDF, ``why_not`` where it has none; both empty for a picture."""

    file: EvidenceFile
    name: str
    request_number: str
    text: str = ""
    why_not: str = ""

    @property
    def title(self) -> str:
        """Return what the file is called."""
        return attachment_list.title_of(self.file)

    @property
    def is_picture(self) -> bool:
        """Return whether it is shown as a picture."""
        return self.file.media_type in PICTURES

    @property
    def is_cut(self) -> bool:
        """Return whether only the beginning of the text is shown."""
        return len(self.text) >= LONGEST


def can_preview(file: EvidenceFile) -> bool:
    """Return whether there is anything to look at."""
    return file.media_type in PICTURES or file.media_type == PDF


def preview_of(call: Call, file_id: int) -> Preview:
    """Return what is shown of a file, and record that it was looked at; raises ``NotFound``."""
    row, content = evidence.hand_out(call, file_id)
    if not can_preview(row):
        raise NotFound(NO_PREVIEW)
    text, why_not = _text_of(row, content) if row.media_type == PDF else ("", "")
    is_attached = row.object_kind == attachment_list.OBJECT
    number = attachment_list.request_of(call, row).number if is_attached else ""
    return Preview(row, attachment_list.download_name(call, row), number, text, why_not)


def picture_of(call: Call, file_id: int) -> tuple[str, bytes]:
    """Return media type and bytes of a picture; raises ``NotFound`` for anything else."""
    row, content = evidence.read_file(call, file_id)
    if row.media_type not in PICTURES:
        raise NotFound(NO_PREVIEW)
    return row.media_type, content


def _text_of(row: EvidenceFile, content: bytes) -> tuple[str, str]:
    try:
        return read_text_of(Upload(row.name, content))[:LONGEST], ""
    except FileRejected as refusal:
        return "", refusal.message
