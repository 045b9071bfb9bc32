"""How a page is made: one frozen dataclass is the whole contract with its template.

A page writer does three things::

    @dataclass(frozen=True, kw_only=True)
    class EndingContractsPage(PageView):
        template = "pages/ending_contracts.html"
        contracts: tuple[ContractRow, ...]

    return EndingContractsPage(frame=frame, contracts=rows).render(request)

The template extends ``layout/base.html`` (signed in) or ``layout/public.html`` (login, errors), fills
``{% block title %}`` and ``{% block main %}`` with one ``h1``, and uses the parts as ``ui.<part>(…)`` without
importing anything; ``/_patterns`` shows them all. Names missing from the dataclass stop the page
(StrictUndefined). Filters: see ``web.filters``.

On a refused form: answer the same page with ``errors=FormErrors.of(...)`` and ``status_code=422``; the layout
then marks the title, shows the summary and drops the notice.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Literal, Self

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context, Macro

from models.vocabulary import Language
from web import dates, labels
from web.date_choice import date_style_of
from web.english.catalogue import catalogue
from web.english.page import in_english
from web.filters import FILTERS
from web.language import language_choice, language_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation; ``key`` is what a page gives as ``nav_current``."""

    key: str
    label: str
    path: str


NAV = (
    NavItem("today", "今日やること", "/"),
    NavItem("requests", "申請", "/requests"),
    NavItem("services", "サービス", "/services"),
    NavItem("contracts", "契約", "/contracts"),
    NavItem("obligations", "期限", "/obligations"),
    NavItem("ismap", "ISMAP", "/ismap"),
    NavItem("audit", "監査", "/audit"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """The one message a page may show above its heading. ``success`` dies on the next page."""

    text: str
    kind: Literal["info", "success"] = "info"
    link_label: str = ""
    link_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every layout shows around a page.

    ``nav_current`` is a key of ``nav`` or "" on pages outside it. ``breadcrumb`` runs from the top; the page
    itself comes last with None as its address. ``acting_label`` names whom the user stands in for today
    (``課長代理として``), "" for nobody. ``list_as_of`` is ready text such as ``ISMAP一覧 2026-11-20 取得``.
    ``user_name`` None means nobody is signed in: navigation, search and logout are then left out.
    """

    organisation_name: str
    product_name: str
    user_name: str | None
    post_label: str = ""
    acting_label: str = ""
    nav_current: str = ""
    breadcrumb: tuple[tuple[str, str | None], ...] | list[tuple[str, str | None]] = ()
    csrf_token: str
    list_as_of: str = ""
    version: str = ""
    contact: str = ""
    notice: Notice | None = None
    nav: tuple[NavItem, ...] = NAV


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field: its name, the sentence shown at the field and in the summary, and the id to jump to."""

    name: str
    message: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class FormErrors:
    """All refusals of one form, in the order of its fields; false when there is none."""

    items: tuple[FieldError, ...] = ()

    @classmethod
    def of(cls, messages: Mapping[str, str]) -> Self:
        """Return the errors for ``{field name: sentence}``."""
        return cls(tuple(FieldError(name, message) for name, message in messages.items()))

    def get(self, name: str) -> str:
        """Return the sentence for a field, or ""."""
        return next((item.message for item in self.items if item.name == name), "")

    def __iter__(self) -> Iterator[FieldError]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


NO_ERRORS = FormErrors()


@dataclass(frozen=True, kw_only=True)
class PageView:
    """Base of every page. Subclasses set ``template`` and add the fields it shows."""

    template: ClassVar[str]

    frame: Frame
    errors: FormErrors = NO_ERRORS

    def render(self, request: Request, status_code: int = 200, *, fragment: str = "") -> HTMLResponse:
        """Return the page, or only the block ``fragment`` when htmx asked for it (same URL, same template)."""
        wanted = environment().get_template(self.template)
        values = {field.name: getattr(self, field.name) for field in fields(self)} | {"request": request}
        with dates.written_in(date_style_of(request)):
            if fragment and request.headers.get("HX-Request") == "true":
                html = _render_block(wanted, fragment, values)
            else:
                html = wanted.render(values)
        if language_of(request) is Language.ENGLISH:
            html = in_english(html, catalogue())
        headers = {"Vary": "HX-Request"} if fragment else None
        return HTMLResponse(html, status_code=status_code, headers=headers)


@cache
def environment() -> Environment:
    """Return the one template environment: strict, escaping, with filters, labels and the parts as ``ui``."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(FILTERS)
    env.globals.update(
        url=_url,
        static=_static,
        label=labels.label,
        tone=labels.tone,
        era_choices=dates.era_choices,
        language_choice=language_choice,
        disclaimer=labels.VERDICT_DISCLAIMER,
    )
    # Parts use each other through ``ui``, so it must stand before they are read and is filled afterwards.
    ui = SimpleNamespace()
    env.globals["ui"] = ui
    vars(ui).update(_parts(env))
    return env


def _parts(env: Environment) -> dict[str, Macro]:
    """Every macro of ``templates/parts``; a name may stand in one file only."""
    found: dict[str, Macro] = {}
    for path in sorted((TEMPLATES / "parts").glob("*.html")):
        module = env.get_template(f"parts/{path.name}").module
        own = {name: part for name, part in vars(module).items() if isinstance(part, Macro)}
        if twice := found.keys() & own.keys():
            raise ValueError(f"{path.name}: 部品 {'、'.join(sorted(twice))} は別のファイルにもあります。")
        found |= own
    return found


def _render_block(wanted: Template, block: str, values: Mapping[str, object]) -> str:
    context = wanted.new_context(dict(values))
    return "".join(wanted.blocks[block](context))


@pass_context
def _url(context: Context, name: str, /, **path_params: Any) -> str:  # noqa: ANN401  # starlette takes any value
    """Return the path of a named route, below the proxy's prefix if there is one."""
    request: Request = context["request"]
    path = _path_without_places(request.app, name) if not path_params else request.app.url_path_for(name, **path_params)
    return f"{request.scope.get('root_path', '').rstrip('/')}{path}"


@lru_cache(maxsize=1024)
def _path_without_places(site: FastAPI, name: str) -> str:
    """Return the path of a route that has no places: the frame asks for the same ones on every page."""
    return str(site.url_path_for(name))


@pass_context
def _static(context: Context, path: str) -> str:
    """Return the address of a file of ours with its content's mark, so that it may be cached for good."""
    request: Request = context["request"]
    root = request.scope.get("root_path", "").rstrip("/")
    return f"{root}/static/{path}?v={_content_mark(path)}"


@cache
def _content_mark(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
