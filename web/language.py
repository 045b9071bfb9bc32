"""In which language a page is shown: the person's own setting, else what this browser chose, else Japanese."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import pass_context
from jinja2.runtime import Context

from api.authentication import SAFE_METHODS
from models.vocabulary import Language

LANGUAGE_COOKIE = "sekisho_language"


def language_of(request: Request) -> Language:
    """Return the language of the page that answers a request."""
    chosen = getattr(request.state, "language", "") or request.cookies.get(LANGUAGE_COOKIE, "")
    return Language(chosen) if chosen in set(Language) else Language.JAPANESE


def this_page(request: Request) -> str:
    """Return where the switch leads back to: this very page, or the page whose form was answered by it."""
    address = request.url
    if request.method not in SAFE_METHODS:
        came_from = urlsplit(request.headers.get("referer", ""))
        if came_from.netloc == request.headers.get("host") and came_from.path:
            return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return f"{address.path}?{address.query}" if address.query else address.path


@pass_context
def language_choice(context: Context) -> dict[str, Any]:
    """Return what the switch of a page needs: whether it is read in English, and where it leads back to."""
    request: Request = context["request"]
    return {"is_english": language_of(request) is Language.ENGLISH, "back": this_page(request)}
