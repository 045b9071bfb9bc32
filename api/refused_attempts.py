"""Where a refusal becomes an answer, API and pages alike, it also becomes an event of the record."""

from fastapi import Request

from api.authentication import installation_of
from api.problems import request_id
from casework.errors import CaseworkError
from casework.refusals import Attempt, note_refusal

API = "/api/"


def note(request: Request, error: BaseException | None) -> None:
    """Record what a signed-in person was refused; nothing for anybody else, and nothing for other errors."""
    signed = getattr(request.state, "signed_in", None)
    if signed is None or not isinstance(error, CaseworkError):
        return
    path = request.url.path
    source = "api" if path.startswith(API) else "page"
    attempt = Attempt(signed.actor, request.method, path, source, request_id(request))
    note_refusal(installation_of(request), attempt, error)
