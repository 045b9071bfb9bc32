"""Pages about the API that open without internet, script or style of their own: operations, and each problem."""

from collections.abc import Iterable
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api import answers
from api.dependencies import StrictRoute
from api.openapi import BASE, describe
from api.problems import TYPES, ProblemType
from casework.errors import NotFound

# The sheets of the pages, in the order in which they are linked there.
STYLE_SHEETS = (
    "vendor/design-tokens/tokens.css",
    *(
        f"css/{name}.css"
        for name in ("layers", "tokens", "reset", "layout", "text", "controls", "tables", "parts", "print")
    ),
)

router = APIRouter(route_class=StrictRoute, include_in_schema=False)


@router.get(f"{BASE}/openapi.json")
def show_schema(request: Request) -> Response:
    """Return the schema."""
    return answers.plain(describe(request.app))


@router.get(f"{BASE}/docs")
def show_operations(request: Request) -> HTMLResponse:
    """Return the list of operations for people."""
    schema = describe(request.app)
    intro = f'<p>{escape(schema["info"]["description"])}</p><p><a href="{BASE}/openapi.json">OpenAPI 3.1(JSON)</a></p>'
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    parts = "".join(f"<h2>{escape(name)}</h2>{''.join(each)}" for name, each in groups.items())
    problems = f"<h2>断りの種類</h2><ul>{''.join(_problem_link(kind) for kind in TYPES.values())}</ul>"
    return _page("関所 API の使い方", intro + parts + problems)


@router.get(f"{BASE}/problems")
def list_problems() -> Response:
    """Return every kind of problem as JSON."""
    return answers.plain(
        {
            "items": [
                {"type": f"/problems/{kind.slug}", "code": kind.code, "status": kind.status, "title": kind.title}
                for kind in TYPES.values()
            ]
        }
    )


@router.get("/problems/{slug}")
def show_problem(slug: str) -> HTMLResponse:
    """Return the page a problem's ``type`` leads to."""
    return _page(*_problem_text(slug))


def _problem_text(slug: str) -> tuple[str, str]:
    kind = TYPES.get(slug)
    if kind is None:
        raise NotFound("その種類の断りはありません。応答の type をそのまま開いてください。")
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in kind.explanation)
    facts = f"<p>HTTPの状態: {kind.status} / code: <code>{kind.code}</code></p>"
    return kind.title, paragraphs + facts + f'<p><a href="{BASE}/docs">APIの使い方</a></p>'


def _problem_link(kind: ProblemType) -> str:
    return f'<li><a href="/problems/{kind.slug}">{escape(kind.title)}</a>({kind.status}、<code>{kind.code}</code>)</li>'


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    name = operation["operationId"]
    return (
        f'<details id="{name}"><summary><code>{method.upper()} {escape(path)}</code> '
        f"{escape(operation['summary'])}</summary><p>{escape(operation.get('description', ''))}</p>"
        f"{_list('条件とヘッダー', _parameters(operation))}{_list('応答', _responses(operation))}</details>"
    )


def _parameters(operation: dict[str, Any]) -> Iterable[str]:
    for each in operation.get("parameters", ()):
        needed = "、必須" if each.get("required") else ""
        text = escape(each.get("description", ""))
        yield f"<code>{escape(each['name'])}</code>({each['in']}{needed}){text}"


def _responses(operation: dict[str, Any]) -> Iterable[str]:
    for status, answer in sorted(operation["responses"].items()):
        examples = answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
        codes = "、".join(f"<code>{code}</code>" for code in examples)
        yield f"<code>{status}</code> {codes or escape(answer['description'])}"


def _list(title: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<h3>{title}</h3><ul>{listed}</ul>" if listed else ""


def _page(title: str, main: str) -> HTMLResponse:
    links = "".join(f'<link rel="stylesheet" href="/static/{sheet}">' for sheet in STYLE_SHEETS)
    return HTMLResponse(
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} | 関所</title>{links}</head>"
        f'<body><main class="page"><h1>{escape(title)}</h1>{main}</main></body></html>'
    )
