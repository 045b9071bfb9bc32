"""Files as they come in over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import File, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile as SentFile

from api.schemas_duties import CompletionIn
from api.strict_json import read_json
from casework import evidence
from casework.evidence import Upload

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
FileIn = Annotated[UploadFile, File(description="20MBまで。pdf、docx、xlsx、pptx、csv、txt、png、jpg")]


def read_upload(file: UploadFile | SentFile) -> Upload:
    """Return a file with at most one byte more than may be taken; the rest need not be read to refuse it."""
    return Upload(file.filename or "", file.file.read(evidence.LARGEST + 1))


def read_uploads(files: Sequence[UploadFile]) -> list[Upload]:
    """Return several files from their beginning, and leave them there for whoever reads them next."""
    uploads = []
    for file in files:
        file.file.seek(0)
        uploads.append(read_upload(file))
        file.file.seek(0)
    return uploads


async def read_completion(request: Request) -> tuple[CompletionIn, Upload | None]:
    """Return what was done and its file, from JSON or from a form (async: only Starlette reads a body)."""
    try:
        if not request.headers.get("content-type", "").startswith(FORMS):
            return CompletionIn.model_validate(read_json(await request.body())), None
        form = await request.form()
        texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        sent = form.get("file")
        upload = read_upload(sent) if isinstance(sent, SentFile) and sent.filename else None
        return CompletionIn.model_validate(texts), upload
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(found) from error
    except ValueError as error:
        place = getattr(error, "pos", 0)
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body", place), "ctx": {}}]) from error
