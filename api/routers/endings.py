from typing import Annotated

from fastapi import APIRouter, Body, Form, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_endings import (
    EndingIn,
    EndingItemOut,
    EndingOut,
    ItemDoneIn,
    ItemLeftOutIn,
    NoticeIn,
    RoadBody,
    RoundOut,
    ending_item_out,
    ending_out,
    item_of,
    read_details,
    read_inspection,
    round_out,
)
from api.schemas_holdings import RefusalIn
from api.uploads import FileIn, read_upload
from casework import acceptance, endings
from casework.call import Call
from models.acceptance_round import AcceptanceRound
from models.ending_item import EndingItem

router = APIRouter(route_class=StrictRoute, tags=["終了手続"], prefix="/contracts/{number}/closing")


@router.post(
    "",
    operation_id="open_closing",
    status_code=201,
    response_model=EndingOut,
    summary="終了手続を始める",
    description="If-Match は契約の版です。項目は、ポリシーと扱った情報から作られます。",
)
def open_closing(call: CallDep, once: OnceDep, number: str, version: VersionDep, ending: EndingIn) -> Response:
    """Start the end of a contract."""
    return once(
        lambda: answers.created(
            ending_out(
                number,
                opened := endings.open_ending(
                    call, number, version=version, ends_on=ending.ends_on, by=ending.by.by if ending.by else None
                ),
            ),
            f"/contracts/{number}/closing",
            version=opened.version,
        )
    )


@router.get(
    "",
    operation_id="get_closing",
    response_model=EndingOut,
    summary="終了手続を見る",
)
def get_closing(call: CallDep, request: Request, number: str) -> Response:
    """The ending of a contract."""
    _, detail = endings.find_ending(call, number)
    return answers.one(request, ending_out(number, detail.ending), detail.ending.version)


@router.get(
    "/items",
    operation_id="list_closing_items",
    response_model=PageOut[EndingItemOut],
    summary="終了手続の項目を一覧する",
)
def list_closing_items(call: CallDep, number: str) -> Response:
    """The ending's checklist."""
    return answers.everything([ending_item_out(item) for item in endings.find_ending(call, number)[1].items])


@router.get(
    "/items/{code}",
    operation_id="get_closing_item",
    response_model=EndingItemOut,
    summary="終了手続の項目を1件見る",
)
def get_closing_item(call: CallDep, request: Request, number: str, code: str) -> Response:
    """One line of the checklist."""
    item = item_of(number, endings.find_ending(call, number)[1], code)
    return answers.one(request, ending_item_out(item), item.version)


@router.put(
    "/items/{code}",
    operation_id="settle_closing_item",
    response_model=EndingItemOut,
    summary="項目を済みにする、又は対象外にする",
    description="対象外にするには2人目の確認が要ります。削除・返却の確認は対象外にできません。"
    "ファイルが要る項目は evidence に送ります。",
)
def settle_closing_item(
    call: CallDep,
    number: str,
    code: str,
    version: VersionDep,
    settled: Annotated[ItemDoneIn | ItemLeftOutIn, Body(discriminator="state")],
) -> Response:
    """Settle an item in words, or leave it out."""
    return _state(_settle(call, number, code, version, settled))


@router.post(
    "/items/{code}/evidence",
    operation_id="settle_closing_item_with_file",
    status_code=201,
    response_model=EndingItemOut,
    summary="証拠のファイルを添えて、項目を済みにする",
    description="2人目の確認が要る項目は、別の人が confirmations を送るまで済みになりません。",
)
def settle_closing_item_with_file(
    call: CallDep,
    once: OnceDep,
    number: str,
    code: str,
    version: VersionDep,
    file: FileIn,
    note: Annotated[str, Form(max_length=4000)] = "",
    details: Annotated[str, Form(max_length=20_000, description="見出し → 文字 のJSON")] = "",
) -> Response:
    """Settle an item with its proof."""
    return once(
        lambda: _recorded(
            number,
            endings.settle_item(
                call,
                number,
                code,
                version=version,
                note=note,
                details=read_details(details),
                upload=read_upload(file),
            ),
        )
    )


@router.post(
    "/items/{code}/confirmations",
    operation_id="confirm_closing_item",
    status_code=201,
    response_model=EndingItemOut,
    summary="2人目として確認する",
    description="記録した本人は確認できません。",
)
def confirm_closing_item(call: CallDep, once: OnceDep, number: str, code: str, version: VersionDep) -> Response:
    """Confirm as the second person."""
    return once(lambda: _recorded(number, endings.confirm_item(call, number, code, version=version)))


@router.post(
    "/items/{code}/refusals",
    operation_id="refuse_closing_item",
    status_code=201,
    response_model=EndingItemOut,
    summary="2人目として項目を差し戻す",
)
def refuse_closing_item(
    call: CallDep, once: OnceDep, number: str, code: str, version: VersionDep, said: RefusalIn
) -> Response:
    """Send an item back."""
    return once(lambda: _recorded(number, endings.refuse_item(call, number, code, version=version, reason=said.reason)))


@router.post(
    "/roads",
    operation_id="change_closing_road",
    status_code=201,
    response_model=EndingOut,
    summary="終了の事情を変える(手続の途中で倒産した、など)",
    description="If-Match は終了手続の版です。事情に応じた項目が加わり、前からの項目は減りません。",
)
def change_closing_road(call: CallDep, once: OnceDep, number: str, version: VersionDep, road: RoadBody) -> Response:
    """Say that the end comes by another road."""
    return once(
        lambda: answers.created(
            ending_out(number, changed := endings.change_road(call, number, version=version, by=road.by)),
            f"/contracts/{number}/closing",
            version=changed.version,
        )
    )


@router.get(
    "/acceptance",
    operation_id="list_acceptance_rounds",
    response_model=PageOut[RoundOut],
    summary="検収の経過を見る",
)
def list_acceptance_rounds(call: CallDep, number: str) -> Response:
    """The notices of completion and what their inspections found."""
    _, detail = endings.find_ending(call, number)
    return answers.everything([round_out(row) for row in acceptance.rounds_of(call, detail.ending)])


@router.post(
    "/acceptance",
    operation_id="note_completion_notice",
    status_code=201,
    response_model=RoundOut,
    summary="完了の通知を受けた日を記録する",
    description="If-Match は終了手続の版です。検査の期限(10日)が始まります。是正の後の通知では改めて始まります。",
)
def note_completion_notice(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, notice: NoticeIn
) -> Response:
    """Note the contractor's notice."""
    return once(
        lambda: _round(number, acceptance.note_completion(call, number, version=version, noticed_on=notice.noticed_on))
    )


@router.post(
    "/acceptance/inspections",
    operation_id="record_acceptance_inspection",
    status_code=201,
    response_model=RoundOut,
    summary="検査の結果を、ファイルを添えて記録する",
    description="If-Match は検収の回の版です。合格には、期間を通じて対策が実施されたことの確認が要ります。",
)
def record_acceptance_inspection(
    call: CallDep,
    once: OnceDep,
    number: str,
    version: VersionDep,
    file: FileIn,
    inspection: Annotated[str, Form(max_length=20_000, description="検収の項目 → 内容 のJSON")],
) -> Response:
    """Record what an inspection found."""
    return once(
        lambda: _round(
            number,
            acceptance.inspect(
                call, number, version=version, found=read_inspection(inspection), upload=read_upload(file)
            ),
        )
    )


@router.post(
    "/completion",
    operation_id="complete_closing",
    status_code=201,
    response_model=EndingOut,
    summary="終了にする",
    description="If-Match は終了手続の版です。残りの項目があると終了にできません。",
)
def complete_closing(call: CallDep, once: OnceDep, number: str, version: VersionDep) -> Response:
    """Close the ending."""
    return once(
        lambda: answers.created(
            ending_out(number, closed := endings.close_ending(call, number, version=version)),
            f"/contracts/{number}/closing",
            version=closed.version,
        )
    )


def _settle(call: Call, number: str, code: str, version: int, settled: ItemDoneIn | ItemLeftOutIn) -> EndingItem:
    if isinstance(settled, ItemLeftOutIn):
        return endings.leave_out_item(call, number, code, version=version, reason=settled.reason)
    return endings.settle_item(call, number, code, version=version, note=settled.note, details=settled.details)


def _state(item: EndingItem) -> Response:
    return answers.body(ending_item_out(item), version=item.version)


def _recorded(number: str, item: EndingItem) -> Response:
    path = f"/contracts/{number}/closing/items/{item.code}"
    return answers.created(ending_item_out(item), path, version=item.version)


def _round(number: str, row: AcceptanceRound) -> Response:
    return answers.created(round_out(row), f"/contracts/{number}/closing/acceptance", version=row.version)
