"""The guides: which there are, and one of them with its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework.errors import NotFound
from web.guides import Guide, guides
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class GuidesPage(PageView):
    """A guide for each kind of user."""

    template = "pages/guides.html"
    guides: Mapping[str, Guide]


@dataclass(frozen=True, kw_only=True)
class GuidePage(PageView):
    """One guide, chapter by chapter."""

    template = "pages/guide.html"
    kind: str
    guide: Guide
    guides: Mapping[str, Guide]


@router.get("/guide", name="guides")
def list_guides(visit: VisitDep) -> Response:
    """Show which guides there are."""
    frame = visit.frame("", ("今日やること", "/"), ("手引", None))
    return GuidesPage(frame=frame, guides=guides()).render(visit.request)


@router.get("/guide/{kind}", name="guide")
def show_guide(visit: VisitDep, kind: str) -> Response:
    """Show one guide. Raises ``NotFound``."""
    known = guides()
    if kind not in known:
        raise NotFound("その手引はありません。手引の一覧から選んでください。")
    frame = visit.frame("", ("今日やること", "/"), ("手引", "/guide"), (known[kind].title, None))
    return GuidePage(frame=frame, kind=kind, guide=known[kind], guides=known).render(visit.request)
