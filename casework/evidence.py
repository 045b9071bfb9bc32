"""Files shown as proof: taken in carefully, kept under their SHA-256, never exchanged."""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import PurePath
from zipfile import is_zipfile

from sqlmodel import col

from casework import audit
from casework.call import Call
from casework.errors import FileRejected, NotFound
from casework.tenancy import visible_to
from models.evidence_file import EvidenceFile

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
FIRST_BYTES = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".pptx": b"PK\x03\x04",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}
MAIL_TYPES = {".msg": "application/vnd.ms-outlook", ".eml": "message/rfc822"}
LARGEST = 20 * 1024 * 1024
LOCKED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a document locked with a password lies in a box of its own
LOCKED_PDF = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
MAIL_HEAD = re.compile(rb"(?im)^(from|date|received|return-path|message-id|mime-version|subject):")
HEAD_BYTES = 65536
PACKED = frozenset({".docx", ".xlsx", ".pptx"})


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Caption:
    """What is said of a file: what it is called, of which kind, how confidential, from whom, harmless from what."""

    title: str = ""
    kind: str = ""
    mark: str = ""
    received_from: str = ""
    is_sanitised: bool = False
    original_sha256: str = ""


NO_CAPTION = Caption()


def attach(
    call: Call,
    object_kind: str,
    object_id: int,
    upload: Upload,
    *,
    kind: str = "",
    valid_until_on: date | None = None,
    caption: Caption = NO_CAPTION,
    replaces: EvidenceFile | None = None,
) -> EvidenceFile:
    """Keep a file as proof of something and return its row. Raises ``FileRejected`` with one reason.

    Who may attach to what, and what it may replace, is the caller's to check; this looks at the file alone.
    """
    name = look_at(call, upload)
    row = EvidenceFile(
        organisation_id=call.actor.organisation_id,
        object_kind=object_kind,
        object_id=object_id,
        name=name,
        kind=caption.kind or kind,
        title=caption.title,
        mark=caption.mark,
        received_from=caption.received_from,
        is_sanitised=caption.is_sanitised,
        original_sha256=caption.original_sha256,
        media_type={**MEDIA_TYPES, **MAIL_TYPES}[PurePath(name).suffix.lower()],
        size_bytes=len(upload.content),
        sha256=call.store.put(upload.content),
        valid_until_on=valid_until_on,
        uploaded_by_id=call.actor.user_id,
        replaces_id=replaces.key if replaces else None,
    )
    call.session.add(row)
    call.session.flush()
    after = {"name": name, "sha256": row.sha256, "to": f"{object_kind} {object_id}"}
    after |= {name: value for name, value in asdict(caption).items() if value}
    if replaces:
        after |= {"replaces": f"{replaces.key} {replaces.name}"}
    audit.record(call, "evidence_attached", "evidence", str(row.key), after=after)
    return row


def kinds_taken(call: Call) -> list[str]:
    """Return the endings of the files that are taken: ``.pdf``, ``.docx`` …, and mails where the office lets them."""
    return [*MEDIA_TYPES, *(MAIL_TYPES if call.store.rules.takes_mail else ())]


def look_at(call: Call, upload: Upload) -> str:
    """Return the name a file is kept under; raises ``FileRejected`` with one reason where it cannot be taken."""
    name = PurePath("".join(filter(str.isprintable, upload.name)).replace("\\", "/")).name.strip()
    if not name:
        raise FileRejected("ファイルを選んでください。", reason="not_chosen")
    taken = kinds_taken(call)
    if PurePath(name).suffix.lower() not in taken:
        kinds = "、".join(ending.lstrip(".") for ending in taken)
        raise FileRejected(f"「{name}」は受け取れない種類です。{kinds} のどれかを選んでください。", reason="wrong_kind")
    _look_inside(name, upload.content)
    return name


def _look_inside(name: str, content: bytes) -> None:
    suffix = PurePath(name).suffix.lower()
    if not content:
        raise FileRejected(f"「{name}」は中身が空です。内容のあるファイルを選んでください。", reason="empty")
    if len(content) > LARGEST:
        raise FileRejected(f"「{name}」は20MBを超えています。20MB以下に分けてください。", reason="too_big")
    if LOCKED_PDF.search(content) if suffix == ".pdf" else suffix in PACKED and content.startswith(LOCKED_OFFICE):
        raise FileRejected(
            f"「{name}」はパスワードで保護されています。保護を外したファイルを選んでください。",
            reason="password_protected",
        )
    is_mail = suffix != ".eml" or MAIL_HEAD.search(content[:HEAD_BYTES])
    if not is_mail or not content.startswith(FIRST_BYTES.get(suffix, b"")):
        raise FileRejected(
            f"「{name}」の中身が拡張子 {suffix} と合いません。元のファイルを選び直してください。",
            reason="wrong_content",
        )
    if suffix in PACKED and not is_zipfile(BytesIO(content)):
        raise FileRejected(
            f"「{name}」は途中までしか届いていません。元のファイルが開けることを確かめて、もう一度選んでください。",
            reason="broken",
        )


def files_of(call: Call, object_kind: str, object_ids: list[int]) -> list[EvidenceFile]:
    """Return the files attached to some objects of one kind, oldest first, in one query."""
    return list(
        call.session.exec(
            visible_to(call.actor, EvidenceFile)
            .where(EvidenceFile.object_kind == object_kind, col(EvidenceFile.object_id).in_(object_ids))
            .order_by(col(EvidenceFile.id))
        ).all()
    )


def current_files(call: Call, object_kind: str, object_id: int, *, at: datetime | None = None) -> list[EvidenceFile]:
    """Return the files beside an object without those that were replaced; ``at``: as they lay at that instant."""
    rows = [row for row in files_of(call, object_kind, [object_id]) if at is None or row.created_at <= at]
    replaced = {row.replaces_id for row in rows}
    return [row for row in rows if row.key not in replaced]


def hashes_of(call: Call, object_kind: str, object_id: int) -> list[str]:
    """Return the SHA-256 of every file attached to an object that was not replaced."""
    return [row.sha256 for row in current_files(call, object_kind, object_id)]


def read_file(call: Call, file_id: int) -> tuple[EvidenceFile, bytes]:
    """Return a file's row and bytes; raises ``NotFound`` also for another organisation's file."""
    row = call.session.exec(visible_to(call.actor, EvidenceFile).where(EvidenceFile.id == file_id)).first()
    if row is None:
        raise NotFound("そのファイルはありません。元の画面から選び直してください。")
    return row, call.store.get(row.sha256)


def hand_out(call: Call, file_id: int) -> tuple[EvidenceFile, bytes]:
    """Return a file's row and bytes and record that it left; raises ``NotFound``."""
    row, content = read_file(call, file_id)
    after = {"name": row.name, "sha256": row.sha256}
    audit.record(call, "file_downloaded", "evidence", str(row.key), after=after)
    return row, content
