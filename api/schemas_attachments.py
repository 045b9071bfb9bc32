"""Files beside a request on the wire."""

from typing import Annotated, Any

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, explained
from casework.attachment_list import AttachmentRow
from casework.case_words import ATTACHMENT_WORDS

_KINDS = "、".join(f"{kind}={word}" for kind, word in ATTACHMENT_WORDS.items())
KindWord = Annotated[str, explained("添付の種類。空は記入なし", ATTACHMENT_WORDS)]


async def read_words(
    request: Request,
    title: Annotated[str | None, Form(max_length=1000, description="題名。なければファイル名")] = None,
    kind: Annotated[str | None, Form(max_length=40, description=_KINDS)] = None,
    mark: Annotated[str | None, Form(max_length=40, description="取扱いの印: 規則集の機密性の区分。例: 2")] = None,
    received_from: Annotated[str | None, Form(max_length=1000, description="だれから受け取ったか")] = None,
    is_sanitised: Annotated[bool | None, Form(description="無害化後のファイルか")] = None,
    original_sha256: Annotated[str | None, Form(max_length=200, description="無害化する前のファイルのSHA-256")] = None,
) -> dict[str, Any]:
    """Return the fields of ``Caption`` a form says of a file; its bytes come beside them.

    A field that is sent empty is said to be empty, which FastAPI cannot tell from one that was not sent (async: only
    Starlette reads a body).
    """
    sent = await request.form()
    said = {
        "title": title,
        "kind": kind,
        "mark": mark,
        "received_from": received_from,
        "is_sanitised": is_sanitised,
        "original_sha256": original_sha256,
    }
    empty = {name: "" for name in said if sent.get(name) == "" and name != "is_sanitised"}
    return empty | {name: value for name, value in said.items() if value is not None}


class MoveIn(BaseModel):
    """Where a file goes in the order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"place": 1}})

    place: int = Field(ge=1, le=10_000, description="1から数えた順。最後より大きければ最後")


class AttachmentOut(BaseModel):
    """One version of one file beside a request."""

    id: int
    place: int = Field(description="添付の順")
    version_no: int = Field(description="ファイルの版。題名などだけを直したときは変わらない")
    is_current: bool = Field(description="差し替えられていないか")
    is_added_later: bool = Field(description="決裁の後に追加されたか。決裁の対象ではない")
    title: str
    kind: KindWord
    mark: str = Field(description="取扱いの印(機密性の区分)。空は印なし")
    received_from: str
    is_sanitised: bool
    original_sha256: str
    name: str = Field(description="受け取ったときのファイル名")
    download_name: str = Field(description="保存するときのファイル名")
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_by: str
    uploaded_at: Instant
    url: str


def attachment_out(row: AttachmentRow) -> AttachmentOut:
    """Return a file as shown; its bytes are at ``url``."""
    file = row.file
    return AttachmentOut(
        id=file.key,
        place=row.place_no,
        version_no=row.version_no,
        is_current=row.is_current,
        is_added_later=row.is_added_later,
        title=row.title,
        kind=file.kind,
        mark=file.mark,
        received_from=file.received_from,
        is_sanitised=file.is_sanitised,
        original_sha256=file.original_sha256,
        name=file.name,
        download_name=row.download_name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        uploaded_by=row.uploaded_by,
        uploaded_at=file.created_at,
        url=f"/api/v1/files/{file.key}",
    )
