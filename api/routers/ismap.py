import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, PageQuery, StrictRoute
from api.schemas_records import SnapshotOut, snapshot_out
from api.schemas_registry import (
    EntryHistoryOut,
    ListedEntryPageOut,
    entry_history_out,
    listed_entry_out,
)
from casework import own_aliases, registry, registry_history, registry_impact, registry_views
from casework.call import Call
from casework.errors import NotFound
from casework.registry_views import EntryWish
from ismap.entry import EntryState

router = APIRouter(route_class=StrictRoute, tags=["公的な一覧"])

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class EntryQuery(PageQuery):
    """How a snapshot's entries are narrowed."""

    q: str = Field("", max_length=200, description="サービス名、事業者、登録番号の一部")
    scheme: str = Field("", max_length=40, description="制度(ISMAP、ISMAP-LIU など)")
    state: EntryState | None = Field(None, description="その日の状態")
    needs_reading: bool = Field(default=False, description="備考を人が読む必要のあるものだけ")


@router.get(
    "/ismap/snapshots",
    operation_id="list_snapshots",
    response_model=PageOut[SnapshotOut],
    summary="一覧の取込を新しい順に一覧する",
)
def list_snapshots(call: CallDep, request: Request, query: Annotated[PageQuery, Query()]) -> Response:
    """Imports of public lists, newest first."""
    found = registry.list_snapshots(call, wish=query.wish)
    return answers.page(request, [snapshot_out(row) for row in found.items], found)


@router.get(
    "/ismap/snapshots/{code}/entries",
    operation_id="list_entries",
    response_model=ListedEntryPageOut,
    summary="取り込んだ一覧の行を、載っている順に見る",
    description=(
        "code は取込の番号か、日(YYYY-MM-DD)です。日なら、その日にいちばん新しかった一覧と、その日の状態を返します。"
        "載っている事実だけです。使えるかどうかは、1つの利用ごとに申請と決裁で決まります。"
    ),
)
def list_entries(call: CallDep, request: Request, code: str, query: Annotated[EntryQuery, Query()]) -> Response:
    """The rows of one import, or of the list of a day, in the order of the list."""
    out = _entries(call, code, query)
    return answers.linked(request, out, out.next_cursor)


def _entries(call: Call, code: str, query: EntryQuery) -> ListedEntryPageOut:
    day = _day(code)
    snapshot = registry_views.choose_snapshot(call, code="" if day else code, day=day)
    if snapshot is None:
        raise NotFound(registry.NO_LISTS)
    as_of = day or call.today
    state = "needs_reading" if query.needs_reading else str(query.state or "")
    narrowed = EntryWish(query.q, query.scheme, state)
    page = registry_views.list_listed(call, snapshot, narrowed, as_of=as_of, wish=query.wish)
    return ListedEntryPageOut(
        items=[listed_entry_out(row) for row in page.items],
        next_cursor=page.next_cursor,
        has_more=page.has_more,
        snapshot=snapshot_out(snapshot),
        as_of=as_of,
    )


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get(
    "/ismap/entries/{scheme}/{key:path}",
    operation_id="get_entry_history",
    response_model=EntryHistoryOut,
    summary="1つの登録を、これまでの変更とともに見る",
    description="key は一覧の行にある key です。番号のない登録の key は、URLの書き方に直して(/ は %2F)渡します。",
)
def get_entry_history(call: CallDep, scheme: str, key: str) -> Response:
    """One registration through time."""
    return answers.body(entry_history_out(registry_history.entry_history(call, scheme, key)))


@router.get(
    "/ismap/diffs",
    operation_id="diff_snapshots",
    summary="2つの取込の差を見る",
    description=(
        "返すものは `sekisho ismap diff --json` と同じです。affected は、自分の組織の申請・サービス・契約の番号です。"
    ),
)
def diff_snapshots(
    call: CallDep,
    before: Annotated[str, Query(alias="from", max_length=64, description="前の取込の番号")],
    after: Annotated[str, Query(alias="to", max_length=64, description="後の取込の番号")],
) -> Response:
    """What changed between two imports."""
    return answers.plain(_diff(call, before, after))


@router.get(
    "/ismap/matches",
    operation_id="match_name",
    summary="名前を最新の一覧で探す",
    description="返すものは `sekisho ismap match --json` と同じです。自分の組織の別名も使います。",
)
def match_name(
    call: CallDep,
    name: Annotated[str, Query(min_length=1, max_length=300, description="サービスの名前")],
    provider: Annotated[str | None, Query(max_length=300, description="事業者の名前")] = None,
) -> Response:
    """What a name meets in the newest lists."""
    own = own_aliases.in_force(call.session, call.actor.organisation_id)
    found, _ = registry.match_name(call.session, name, provider, own=own)
    return answers.plain(found.as_json())


def _diff(call: Call, before: str, after: str) -> dict[str, Any]:
    changes = registry.diff_snapshots(call.session, before, after).as_json()
    affected = registry_impact.affected_numbers(call.session, changes, organisation_id=call.actor.organisation_id)
    return {**changes, "affected": affected}
