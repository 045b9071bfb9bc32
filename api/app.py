"""The application that speaks JSON. ``web.app`` adds the pages to it."""

from functools import partial

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from api import help_pages, refused_attempts
from api.leaked_tokens import NoTokenInAddress
from api.middleware import AnswerFrame
from api.openapi import BASE, describe
from api.problems import answer_casework_error
from api.refusals import answer_beyond, answer_http_error, answer_unexpected, answer_validation_error
from api.routers import (
    alerts,
    attachments,
    audits,
    calendars,
    contract_drafts,
    contracts,
    delegations,
    desks,
    endings,
    evidence,
    exceptions,
    files_out_and_in,
    holdings,
    incidents,
    ismap,
    labels,
    obligations,
    operations,
    organisation_items,
    questionnaires,
    records,
    registry_desk,
    request_deeds,
    requests,
    separation,
    services,
    sessions,
    subcontractors,
    terms,
    tokens,
    verdict_previews,
    webhooks,
    year,
)
from casework.errors import CaseworkError
from casework.installation import Installation

_ROOMS = (
    sessions,
    tokens,
    requests,
    attachments,
    request_deeds,
    exceptions,
    files_out_and_in,
    incidents,
    desks,
    separation,
    delegations,
    verdict_previews,
    evidence,
    questionnaires,
    services,
    contracts,
    labels,
    contract_drafts,
    subcontractors,
    endings,
    holdings,
    terms,
    year,
    obligations,
    organisation_items,
    ismap,
    operations,
    registry_desk,
    records,
    audits,
    alerts,
    calendars,
    webhooks,
)


class _FramedApp(FastAPI):
    """Puts the frame around everything: an answer of the last resort (500) carries its id and headers too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the framework's stack inside our frame."""
        strict = NoTokenInAddress(super().build_middleware_stack(), self.state.installation)
        return AnswerFrame(strict, largest_mb=self.state.installation.settings.max_upload_mb)


def create_api(installation: Installation) -> FastAPI:
    """Return the application for a running installation, with every operation below ``/api/v1``."""
    app = _FramedApp(title="関所", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.installation = installation
    operations = APIRouter(prefix=BASE)
    for room in _ROOMS:
        operations.include_router(room.router)
    app.include_router(operations)
    app.include_router(help_pages.router)
    app.add_exception_handler(CaseworkError, _casework)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, answer_beyond)
    app.add_exception_handler(OverflowError, answer_beyond)
    app.add_exception_handler(Exception, answer_unexpected)
    app.openapi = partial(describe, app)  # type: ignore[method-assign] # FastAPI's own way to replace its schema
    return app


# Starlette types every handler as one for Exception; these three say which they get.
def _casework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CaseworkError)  # noqa: S101 (registered for this class)
    refused_attempts.note(request, error)
    return answer_casework_error(request, error)


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for this class)
    return answer_validation_error(request, error)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for this class)
    return answer_http_error(request, error)
