"""取っておいた入力: what was typed on the page of a stale edit, put aside and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import kept_forms
from casework.kept_forms import Typed
from models.kept_form import KeptForm
from web.conflict import is_content
from web.forms import Form
from web.view import PageView
from web.visit import PostDep, VisitDep, go_to, own_path

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class KeptFormPage(PageView):
    """What was typed, and the form that goes on with it."""

    template = "pages/kept_form.html"

    kept: KeptForm
    fields: Sequence[tuple[str, str]]
    shown: Sequence[tuple[str, str]]


@router.post("/kept-forms", name="kept_form_keep")
def keep_form(post: PostDep) -> Response:
    """自分の入力を下書きに取っておく."""
    form = post.form
    fields = [(name, value) for name, given in form.values.items() if is_content(name) for value in given]
    if form.has("keep_base"):
        fields.append(("base", form.get("keep_base")))
    typed = Typed(own_path(form.text("keep_path")), form.text("keep_title"), fields, _shown(form))
    row = kept_forms.keep(post.visit.call, typed, instead_of=form.kept_id)
    return go_to(f"/kept-forms/{row.key}", "form_kept")


def _shown(form: Form) -> list[tuple[str, str]]:
    return list(zip(form.values.get("keep_label", ()), form.values.get("keep_said", ()), strict=False))


@router.get("/kept-forms/{kept_form_id:int}", name="kept_form")
def show_kept_form(visit: VisitDep, kept_form_id: int) -> Response:
    """What was typed, to go on with or to take away."""
    row = kept_forms.find_kept(visit.call, kept_form_id)
    page = KeptFormPage(
        frame=visit.frame("today", ("今日やること", "/"), ("取っておいた入力", None)),
        kept=row,
        fields=[(name, value) for name, value in row.fields],
        shown=[(label, said) for label, said in row.shown],
    )
    return page.render(visit.request)


@router.post("/kept-forms/{kept_form_id:int}/removal", name="kept_form_drop")
def drop_kept_form(post: PostDep, kept_form_id: int) -> Response:
    """Take away what was put aside."""
    kept_forms.drop(post.visit.call, kept_form_id)
    return go_to("/", "kept_form_dropped")
