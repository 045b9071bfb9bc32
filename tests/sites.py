"""The site for tests: put together once a process and handed from office to office, for building it takes a second."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from api.app import create_api
from casework.installation import Installation
from web.app import create_site

_made: dict[Callable[[Installation], FastAPI], FastAPI] = {}


def site_over(installation: Installation) -> FastAPI:
    """Return the one site of this process, now over another installation.

    Whoever needs two sites at the same time builds them with ``create_site``.
    """
    return _kept(create_site, installation)


def api_over(installation: Installation) -> FastAPI:
    """Return the one API without pages of this process, now over another installation."""
    return _kept(create_api, installation)


def _kept(create: Callable[[Installation], FastAPI], installation: Installation) -> FastAPI:
    app = _made.get(create)
    if app is None:
        return _made.setdefault(create, create(installation))
    app.state.installation = installation
    app.middleware_stack = None  # built anew at the first call: what stands around the routes reads the settings
    return app
