"""The file a calendar subscribes to: no session, only the secret in its address."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from api.authentication import installation_of
from casework import calendar_feeds
from casework.errors import NotFound

router = APIRouter(include_in_schema=False)

PRIVATE = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
TYPE = "text/calendar; charset=utf-8"


@router.get("/calendars/{secret}.ics", name="calendar_file")
def show_calendar(request: Request, secret: str) -> Response:
    """The dates under an address; 304 to a reader who has them, 404 for an address that is no more."""
    installation = installation_of(request)
    try:
        made = calendar_feeds.read_feed(installation.engine, secret, installation.now(), installation.settings.site_url)
    except NotFound as missing:
        return PlainTextResponse(missing.message, 404, PRIVATE)
    headers = {**PRIVATE, "ETag": made.etag}
    if made.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(made.content, 200, headers, TYPE)
