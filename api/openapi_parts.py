"""Pieces of the schema that FastAPI cannot read off a signature."""

from typing import Any

from api.schemas_duties import CompletionIn

_FORM = {
    "type": "object",
    "required": ["done_on"],
    "properties": {
        "done_on": {"type": "string", "format": "date"},
        "note": {"type": "string"},
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}
COMPLETION_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": CompletionIn.model_json_schema()},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}
