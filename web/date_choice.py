"""How a page writes days: as the person who is signed in wishes, else as this browser was told, else 和暦 first."""

from fastapi import Request

from web.dates import DateStyle, style_of

DATE_COOKIE = "sekisho_dates"


def date_style_of(request: Request) -> DateStyle:
    """Return the style of the page that answers a request; the browser's own counts where nobody is signed in."""
    of_person = getattr(request.state, "date_style", "")
    return style_of(of_person or request.cookies.get(DATE_COOKIE))
