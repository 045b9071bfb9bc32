"""先に保存された内容があるとき: 元の値 / いまの値 / あなたの入力, field by field; nothing typed is lost (ux.md 2.4)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from fastapi.responses import Response

from casework import audit_views
from models.audit_event import AuditEvent
from web.forms import Form
from web.view import PageView
from web.visit import Visit

NOT_CONTENT = frozenset({"csrf_token", "version", "once", "base", "add", "remove", "then", "merge", "kept"})
CHOICE, KEEP = "choice:", "keep_"
NOW, MINE = "now", "mine"


PART_WORDS: Mapping[str, str] = MappingProxyType({"era": "年号", "year": "年", "month": "月", "day": "日"})


@dataclass(frozen=True)
class Conflict:
    """What was saved in between: the page's title, where to send the merged form, the version that stands now.

    ``label`` gives the words of a field; ``codes`` the words of its values where it holds codes, by the field's name or
    the last part of it; ``about`` the kind and the number under which the record tells who saved last.
    """

    title: str
    action: str
    version: int
    label: Callable[[str], str]
    about: tuple[str, str]
    nav: str = "requests"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def said(self, name: str, values: Mapping[str, Sequence[str]]) -> str:
        """Return what a form says of a field, in words; an era is said only where a day is."""
        stem, _, part = name.rpartition("_")
        is_no_day = part == "era" and not any(
            _text(values.get(f"{stem}_{each}")) for each in PART_WORDS if each != part
        )
        given = () if is_no_day else values.get(name)
        words = self.codes.get(name) or self.codes.get(name.rsplit("-", 1)[-1]) or {}
        return _text([words.get(value, value) for value in given or ()])


def words_of_fields(words: Mapping[str, str]) -> Callable[[str], str]:
    """Return what gives the words of a field by its name; the boxes of a day are named one by one."""

    def _label(name: str) -> str:
        stem, _, part = name.rpartition("_")
        if name not in words and part in PART_WORDS:
            return f"{words.get(stem, stem)} {PART_WORDS[part]}"
        return words.get(name, name)

    return _label


@dataclass(frozen=True)
class Difference:
    """One field on which the two savings differ; ``chosen`` is preselected."""

    name: str
    label: str
    base: str
    now: str
    mine: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class ConflictPage(PageView):
    """Three columns per differing field, and the whole form hidden behind them."""

    template = "pages/conflict.html"

    title: str
    action: str
    version: int
    saved: AuditEvent | None
    differences: Sequence[Difference]
    kept: Sequence[tuple[str, str]]
    base: str
    first_base: str
    kept_id: int


def snapshot_of(form: Form) -> str:
    """Return what a form showed when it was opened, to be carried along as its base."""
    return json.dumps({name: list(given) for name, given in sorted(form.values.items())}, ensure_ascii=False)


def _base_of(form: Form) -> Mapping[str, Sequence[str]]:
    try:
        read = json.loads(form.get("base") or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def merged(form: Form, current: Form) -> Form:
    """Return the form with the choices of the conflict page carried out; any other form as it is."""
    if not form.has("merge"):
        return form
    values = {name: list(given) for name, given in form.values.items() if not name.startswith(CHOICE)}
    for name, given in form.values.items():
        if name.startswith(CHOICE) and given[0] == NOW:
            chosen = name.removeprefix(CHOICE)
            values[chosen] = list(current.values.get(chosen, ()))
    return Form(values, form.files)


def show_conflict(visit: Visit, conflict: Conflict, mine: Form, current: Form) -> Response:
    """Return the 409 page."""
    base = _base_of(mine)
    names = [name for name in {**mine.values, **current.values} if is_content(name)]
    differences = []
    for name in names:
        was, now, typed = (conflict.said(name, each) for each in (base, current.values, mine.values))
        if now != typed:
            chosen = MINE if typed != was else NOW
            differences.append(Difference(name, conflict.label(name), was, now, typed, chosen))
    page = ConflictPage(
        frame=visit.frame(conflict.nav, ("今日やること", "/"), (conflict.title, None), quiet=True),
        title=conflict.title,
        action=conflict.action,
        version=conflict.version,
        saved=audit_views.newest_of(visit.call, *conflict.about),
        differences=differences,
        kept=[(name, value) for name, given in mine.values.items() if is_content(name) for value in given],
        base=snapshot_of(current),
        first_base=mine.get("base"),
        kept_id=mine.kept_id,
    )
    return page.render(visit.request, status_code=409)


def is_content(name: str) -> bool:
    """Return whether a field holds what somebody typed, and not what the page needs to go on."""
    return name not in NOT_CONTENT and not name.startswith((CHOICE, KEEP))


def _text(given: Sequence[str] | None) -> str:
    return "、".join(value.replace("\r\n", "\n") for value in given or () if value)
