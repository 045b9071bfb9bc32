"""ISMAPなどの一覧: registry facts at a date, what changed between two imports, and bringing a list in.

Facts only (ux.md 0): whether something may be used is decided in a request for one use, never here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry, registry_impact, registry_sync
from casework.errors import BadInput
from casework.paging import PageWish
from casework.registry_sync import SyncWish
from models.registry_entry import RegistryEntry
from models.registry_snapshot import RegistrySnapshot
from models.vocabulary import EntryStatus, Role
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels import ENTRY_STATUSES, SCHEMES
from web.lists import Listing, list_around, wish_of
from web.view import FormErrors, PageView
from web.visit import ReadingPostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

IMPORTERS = (Role.ADMIN, Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
OLD_DAYS, SOON_DAYS = 30, 90
SNAPSHOTS_OFFERED = 50
CHANGES_SHOWN = 200

CHANGE_WORDS: Mapping[str, str] = {
    "added": "追加",
    "removed": "削除",
    "suspended": "一時停止",
    "restored": "再開",
    "scope": "範囲",
    "renamed": "名称",
    "provider_renamed": "事業者名",
    "renumbered": "登録番号",
    "expiry_moved": "登録の期限",
    "remark": "備考",
    "other": "そのほか",
}
FIELD_WORDS: Mapping[str, str] = {
    "registration_number": "登録番号",
    "service_name": "サービス",
    "provider": "事業者",
    "registered_on": "登録日",
    "expires_on": "登録の期限",
    "remarks": "備考",
    "scope": "範囲",
    "status": "登録の状態",
}


@dataclass(frozen=True, kw_only=True)
class IsmapPage(PageView):
    """Entries of one snapshot with where it came from."""

    template = "pages/ismap.html"

    snapshot: RegistrySnapshot | None
    age_days: int
    rows: Sequence[tuple[RegistryEntry, str]]
    listing: Listing
    snapshots: Sequence[tuple[str, str]]
    previous: str
    filters: Mapping[str, str]
    statuses: Sequence[tuple[str, str]]
    schemes: Sequence[tuple[str, str]]
    can_import: bool


@dataclass(frozen=True, kw_only=True)
class DiffPage(PageView):
    """What changed from one snapshot to another, ours first."""

    template = "pages/ismap_diff.html"

    before: RegistrySnapshot
    after: RegistrySnapshot
    added: Sequence[Mapping[str, Any]]
    removed: Sequence[Mapping[str, Any]]
    changed: Sequence[Mapping[str, Any]]
    counts: Mapping[str, int]
    affected: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ImportPage(PageView):
    """The file to bring in, and the report of what was (or was not) taken in."""

    template = "pages/ismap_import.html"

    form: Form
    today: DateInput
    report: Mapping[str, Any] | None
    schemes: Sequence[tuple[str, str]]
    suggestions: Mapping[str, Sequence[Any]]
    newest: RegistrySnapshot | None


@router.get("/ismap", name="ismap")
def show_ismap(visit: VisitDep, q: str = "", scheme: str = "", status: str = "", snapshot: str = "") -> Response:
    """The entries of the newest snapshot, or of the one chosen."""
    known_status = status if status in set(EntryStatus) else ""
    found, page = registry.list_entries(
        visit.call, snapshot or None, words=q, scheme=scheme, status=known_status, wish=wish_of(visit.request)
    )
    taken = registry.list_snapshots(visit.call, wish=PageWish(SNAPSHOTS_OFFERED)).items
    words = [f"「{q}」を含む"] if q.strip() else []
    words += [SCHEMES.get(scheme, scheme)] if scheme else []
    words += [ENTRY_STATUSES[known_status]] if known_status else []
    view = IsmapPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", None)),
        snapshot=found,
        age_days=(visit.call.today - found.acquired_on).days if found else 0,
        rows=[(row, _expiry_words(row, visit.call.today)) for row in page.items],
        listing=list_around(visit.request, page, words),
        snapshots=[(row.code, snapshot_words(row)) for row in taken],
        previous=_previous(taken, found),
        filters={"q": q, "scheme": scheme, "status": known_status, "snapshot": snapshot},
        statuses=[(key, ENTRY_STATUSES[key]) for key in ("registered", "suspended", "removed")],
        schemes=[(name, SCHEMES.get(name, name)) for name in registry.schemes_in(visit.call.session, found)]
        if found
        else [],
        can_import=visit.has(*IMPORTERS),
    )
    return view.render(visit.request)


def snapshot_words(row: RegistrySnapshot) -> str:
    """Return a snapshot in a line, for a select."""
    return f"{row.acquired_on.isoformat()} 取得{'(見本・未確認)' if row.is_sample else ''} {row.code}"


def _previous(taken: Sequence[RegistrySnapshot], found: RegistrySnapshot | None) -> str:
    codes = [row.code for row in taken if found and row.is_sample == found.is_sample]
    place = codes.index(found.code) if found and found.code in codes else len(codes)
    return codes[place + 1] if place + 1 < len(codes) else ""


def _expiry_words(row: RegistryEntry, today: date) -> str:
    if row.expires_on is None:
        return ""
    left = (row.expires_on - today).days
    if left < 0:
        return "期限の日を過ぎています(継続の手続き中なら有効)"
    return f"あと{left}日" if left <= SOON_DAYS else ""


@router.get("/ismap/diffs/{before}..{after}", name="ismap_diff")
def show_diff(visit: VisitDep, before: str, after: str) -> Response:
    """What changed between two snapshots, and which of our services it touches."""
    session = visit.call.session
    first, second = registry.find_snapshot(session, before), registry.find_snapshot(session, after)
    changes = registry.diff_snapshots(session, before, after).as_json()
    own = visit.call.actor.organisation_id
    names = {entry.key: entry.service_name for entry in registry.lists_of(session, second).entries}
    page = DiffPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("一覧の差分", None)),
        before=first,
        after=second,
        added=changes["added"][:CHANGES_SHOWN],
        removed=changes["removed"][:CHANGES_SHOWN],
        changed=[_change(row, names) for row in changes["changed"][:CHANGES_SHOWN]],
        counts={part: len(changes[part]) for part in ("added", "removed", "changed")},
        affected=registry_impact.affected_numbers(session, changes, organisation_id=own),
    )
    return page.render(visit.request)


def _change(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    def _shown(value: object) -> str:
        if row["field"] == "status":
            return ENTRY_STATUSES.get(str(value), str(value))
        return "記載なし" if value in {None, ""} else str(value)

    return {
        "name": names.get(row["key"], row["key"]),
        "field": FIELD_WORDS.get(row["field"], row["field"]),
        "word": CHANGE_WORDS.get(row["class"], row["class"]),
        "before": _shown(row["before"]),
        "after": _shown(row["after"]),
    }


@router.get("/ismap/import", name="ismap_import")
def show_import(visit: VisitDep) -> Response:
    """The form that brings a list in."""
    visit.call.need(*IMPORTERS, to="一覧を取り込む")
    return _import_page(visit, Form()).render(visit.request)


@router.post("/ismap/import")
def import_list(post: ReadingPostDep) -> Response:
    """Take a file in, or say why it is refused; a refused file changes nothing."""
    visit, form = post.visit, post.form
    visit.call.need(*IMPORTERS, to="一覧を取り込む")
    reading = Reading(form)
    acquired_on = reading.day("acquired_on", "一覧を取得した日", required=True)
    if acquired_on and acquired_on > visit.call.today:
        reading.refuse("acquired_on", "一覧を取得した日を、今日以前の日にしてください。", "acquired_on-year")
    upload = form.files.get("file")
    if upload is None:
        reading.refuse("file", "一覧のファイルを選んでください。")
    carried_by = reading.need("carried_by", "持ち込んだ人")
    if reading.found or upload is None:
        raise Refused(_import_page(visit, form, reading).render(visit.request, status_code=422))
    wish = SyncWish(
        source=upload.name,
        raw=upload.content,
        scheme=form.text("scheme") or "ISMAP",
        acquired_on=acquired_on,
        carried_by=carried_by,
        confirm_loss=form.text("confirm_loss") or None,
        actor=visit.call.actor,
    )
    try:
        report = registry_sync.sync(visit.installation, wish)
    except BadInput as refusal:
        reading.refuse("file", refusal.message)
        raise Refused(_import_page(visit, form, reading).render(visit.request, status_code=422)) from refusal
    if report["refused"]:
        reading.refuse("file", report["refused"])
        raise Refused(_import_page(visit, form, reading, report).render(visit.request, status_code=422))
    if not report["lints"] and report["snapshot"]:
        return go_to(f"/ismap?snapshot={report['snapshot']}", "taken_in")
    return _import_page(visit, form, None, report).render(visit.request)


def _import_page(
    visit: Visit, form: Form, reading: Reading | None = None, report: Mapping[str, Any] | None = None
) -> ImportPage:
    boxes = form.boxes("acquired_on")
    return ImportPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("一覧を取り込む", None)),
        errors=reading.errors if reading else FormErrors(),
        form=form,
        today=DateInput.from_date(visit.call.today) if boxes.is_empty and not form.values else boxes,
        report=report,
        schemes=tuple(SCHEMES.items()),
        suggestions=reading.suggestions if reading else {},
        newest=registry.latest_snapshot(visit.call.session),
    )
