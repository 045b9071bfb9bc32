"""What is said of a file beside a request: its title, its kind, its mark, whom it is from, what it was before."""

import re
from collections.abc import Iterator
from dataclasses import asdict, replace

from casework.errors import BadInput, FieldError
from casework.evidence import NO_CAPTION, Caption
from models.evidence_file import EvidenceFile
from models.request import Request
from models.vocabulary import AttachmentKind
from policy.library import load_pack

LONGEST = {"title": 200, "received_from": 500}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def marks_of(request: Request) -> dict[str, str]:
    """Return the marks a file may bear: the classes of confidentiality as the organisation's policy names them."""
    return {row.id: row.label for row in load_pack(request.pack).file.confidentiality}


def caption_of(row: EvidenceFile) -> Caption:
    """Return what was said of a file."""
    return Caption(**{name: getattr(row, name) for name in asdict(NO_CAPTION)})


def readable(request: Request, caption: Caption, *, count: int = 1) -> Caption:
    """Return what is said of ``count`` files as it is kept; raises ``BadInput`` with every field to mend."""
    said = replace(
        caption,
        title=caption.title.strip(),
        received_from=caption.received_from.strip(),
        original_sha256=caption.original_sha256.strip().lower(),
    )
    found = [*_wrong_words(request, said, count), *_wrong_original(said, count)]
    if found:
        raise BadInput(found[0].message, found)
    return said


def _wrong_words(request: Request, said: Caption, count: int) -> Iterator[FieldError]:
    if count > 1 and said.title:
        yield FieldError("/title", "one_file_only", "題名は、ファイルを1件ずつ添付するときに書いてください。")
    for name, longest in LONGEST.items():
        if len(getattr(said, name)) > longest:
            yield FieldError(f"/{name}", "too_long", f"{longest}文字までにしてください。")
    if said.kind and said.kind not in set(AttachmentKind):
        yield FieldError("/kind", "unknown_kind", "種類を一覧から選んでください。")
    if said.mark and said.mark not in marks_of(request):
        yield FieldError("/mark", "unknown_mark", "取扱いの印を一覧から選んでください。")


def _wrong_original(said: Caption, count: int) -> Iterator[FieldError]:
    if not said.original_sha256:
        return
    if not said.is_sanitised:
        message = "元のハッシュを書くときは、「無害化後のファイル」に印を付けてください。"
        yield FieldError("/is_sanitised", "not_sanitised", message)
    if count > 1:
        message = "元のハッシュは、ファイルを1件ずつ添付するときに書いてください。"
        yield FieldError("/original_sha256", "one_file_only", message)
    elif not _SHA256.fullmatch(said.original_sha256):
        message = "元のハッシュ(SHA-256)は、0-9 と a-f の64文字で書いてください。"
        yield FieldError("/original_sha256", "not_a_hash", message)
