"""The site: the API, the pages on top of it, and the files a page loads. Everything comes from this machine."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_api
from casework.installation import Installation, open_installation
from casework.jobs.chosen import jobs_of
from web import error_pages
from web.pages import (
    alert_settings,
    audit,
    calendar_file,
    circulations,
    clause_duties,
    closing,
    closing_steps,
    contract_drafts,
    contract_list,
    contract_papers,
    contract_terms,
    contracts,
    decision_settings,
    decisions,
    delegation,
    desk,
    dossier,
    draft_gap,
    events,
    exceptions,
    files,
    guide,
    help_texts,
    holdings,
    incident,
    incidents,
    ismap,
    ismap_aliases,
    ismap_diff,
    ismap_entry,
    ismap_imports,
    ismap_quarantine,
    jobs,
    kept_forms,
    labels,
    language,
    list_files,
    login,
    me,
    me_alerts,
    me_calendars,
    obligations,
    office_calendar,
    oidc,
    operations,
    organisation,
    own_rules,
    patterns,
    policy_preview,
    provider_link,
    questionnaires,
    redactions,
    request,
    request_amend,
    request_basics,
    request_compare,
    request_deeds,
    request_files,
    request_questions,
    requests,
    rules,
    samples,
    search,
    second_factor,
    separation,
    services,
    stuck,
    subcontractors,
    today,
    tokens,
    transfer,
    users,
    webhooks,
    year,
)
from web.turns import Turns
from web.view import STATIC
from web.visit import NOTICE_COOKIE

# A path such as /requests/new is asked for before /requests/{number}.
PAGES = (
    login,
    language,
    oidc,
    calendar_file,
    me,
    second_factor,
    tokens,
    me_alerts,
    me_calendars,
    users,
    alert_settings,
    webhooks,
    jobs,
    delegation,
    organisation,
    transfer,
    today,
    search,
    stuck,
    list_files,
    labels,
    kept_forms,
    operations,
    requests,
    request_basics,
    request_questions,
    request,
    request_files,
    request_amend,
    request_compare,
    request_deeds,
    decisions,
    decision_settings,
    circulations,
    exceptions,
    incidents,
    incident,
    desk,
    separation,
    contracts,
    contract_drafts,
    contract_list,
    contract_papers,
    draft_gap,
    subcontractors,
    clause_duties,
    contract_terms,
    closing,
    closing_steps,
    holdings,
    dossier,
    questionnaires,
    provider_link,
    services,
    year,
    obligations,
    events,
    office_calendar,
    ismap,
    ismap_entry,
    ismap_diff,
    ismap_imports,
    ismap_quarantine,
    ismap_aliases,
    rules,
    own_rules,
    policy_preview,
    audit,
    samples,
    redactions,
    files,
    guide,
    help_texts,
    patterns,
)
# Routes are tried one after another, some four hundred of them: what everybody opens all day comes before the API's.
OPENED_FIRST = (today, requests, contract_list)
FOR_GOOD = b"public, max-age=31536000, immutable"
FOR_NOW = b"public, max-age=300"
# After how many new things garbage is looked for: a page makes some ten thousand and leaves nearly none of them.
GARBAGE = (20_000, 20, 50)


def create_site(installation: Installation | None = None) -> FastAPI:
    """Return the whole site for a running installation; without one, open what the settings name and keep its watch."""
    site = create_api(installation or open_installation())
    if installation is None:
        site.router.lifespan_context = _keep_watch
    site.mount("/static", KeptFiles(StaticFiles(directory=Path(STATIC))), name="static")
    for page in PAGES:
        site.include_router(page.router)
        if page in OPENED_FIRST:
            site.router.routes.insert(0, site.router.routes.pop())
    error_pages.install(site)
    site.add_middleware(PageHeaders)
    site.add_middleware(Turns)
    return site


@asynccontextmanager
async def _keep_watch(site: FastAPI) -> AsyncIterator[None]:
    """Do the service's own work beside the site while it runs (async because ASGI is)."""
    # What stands from the start is never garbage: it is not looked through again at every page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    with jobs_of(site.state.installation).working():
        yield


class KeptFiles:
    """Static files that a browser may keep: for good when the address carries the content's mark."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on (async because ASGI is)."""
        kept = FOR_GOOD if scope.get("query_string", b"").startswith(b"v=") else FOR_NOW

        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"cache-control", kept))
            await send(message)

        await self.app(scope, receive, send_kept)


class PageHeaders:
    """Pages are never kept by a browser or a proxy, and a notice that was shown is forgotten."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on (async because ASGI is)."""
        if scope["type"] != "http" or scope["path"].startswith(("/api/", "/static/")):
            await self.app(scope, receive, send)
            return
        has_notice = any(name == b"cookie" and NOTICE_COOKIE.encode() in value for name, value in scope["headers"])

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                said = dict(headers)
                if said.get(b"content-type", b"").startswith(b"text/html"):
                    if b"cache-control" not in said:
                        headers.append((b"cache-control", b"private, no-store"))
                    if has_notice:
                        gone = f"{NOTICE_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
                        headers.append((b"set-cookie", gone.encode()))
            await send(message)

        await self.app(scope, receive, send_framed)
