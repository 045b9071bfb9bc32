from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, InstallationDep, PageQuery, ReadingCallDep, StrictRoute
from api.schemas_records import EntryPageOut, SnapshotOut, entry_page_out, snapshot_out
from api.uploads import FileIn
from casework import registry, registry_impact, registry_imports
from casework.call import Call
from casework.registry_imports import ListFile
from models.vocabulary import EntryStatus

router = APIRouter(route_class=StrictRoute, tags=["公的な一覧"])


class EntryQuery(PageQuery):
    """How a snapshot's entries are narrowed."""

    q: str = Field("", max_length=200, description="サービス名の一部")
    scheme: str = Field("", max_length=40, description="制度(ISMAP、ISMAP-LIU など)")
    status: EntryStatus | None = None


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
    response_model=EntryPageOut,
    summary="取り込んだ一覧の行を、載っている順に見る",
    description="載っている事実だけです。使えるかどうかは、1つの利用ごとに申請と決裁で決まります。",
)
def list_entries(call: CallDep, request: Request, code: str, query: Annotated[EntryQuery, Query()]) -> Response:
    """The rows of one import, in the order of the list."""
    found = registry.list_entries(
        call, code, words=query.q, scheme=query.scheme, status=query.status or "", wish=query.wish
    )
    out = entry_page_out(found)
    return answers.linked(request, out, out.next_cursor)


@router.get(
    "/ismap/diffs",
    operation_id="diff_snapshots",
    summary="2つの取込の差を見る",
    description=(
        "返すものは `sekisho ismap diff --json` と同じです。affected は、自分の組織の台帳で影響のある申請・サービス・契約の番号です。"
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
    description="返すものは `sekisho ismap match --json` と同じです。",
)
def match_name(
    call: CallDep,
    name: Annotated[str, Query(min_length=1, max_length=300, description="サービスの名前")],
    provider: Annotated[str | None, Query(max_length=300, description="事業者の名前")] = None,
) -> Response:
    """What a name meets in the newest lists."""
    found, _ = registry.match_name(call.session, name, provider)
    return answers.plain(found.as_json())


@router.post(
    "/imports",
    operation_id="import_list",
    summary="一覧のファイルを取り込む",
    description=(
        "返すものは `sekisho ismap sync --json` と同じです。"
        "同じ内容をもう一度送っても増えないので、Idempotency-Key は要りません。"
        "受け付けないときは 422 で、report に同じ内容と理由が入り、前の一覧が残ります。"
    ),
)
def import_list(
    call: ReadingCallDep,
    installation: InstallationDep,
    file: FileIn,
    scheme: Annotated[str, Form(max_length=40, description="制度の列がないファイルの制度")] = "ISMAP",
    acquired_on: Annotated[date | None, Form(description="一覧を取得した日。省けば今日")] = None,
    carried_by: Annotated[str, Form(max_length=200, description="持ち込んだ人")] = "",
    confirm_loss: Annotated[str | None, Form(max_length=1000, description="大きく減ったときの確認の理由")] = None,
) -> Response:
    """Take a list in."""
    brought = ListFile(file.filename or "", file.file.read(), scheme, acquired_on, carried_by, confirm_loss)
    return answers.plain(registry_imports.import_file(call, installation, brought))


def _diff(call: Call, before: str, after: str) -> dict[str, Any]:
    changes = registry.diff_snapshots(call.session, before, after).as_json()
    affected = registry_impact.affected_numbers(call.session, changes, organisation_id=call.actor.organisation_id)
    return {**changes, "affected": affected}
