from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, StrictRoute, read_if_match
from api.schemas_organisation_items import OrganisationItemIn, OrganisationItemOut, organisation_item_out
from casework import organisation_items

router = APIRouter(route_class=StrictRoute, tags=["組織の規則"], prefix="/organisation-items")


def read_if_match_or_none(
    if_match: Annotated[str | None, Header(description='記録があるときは、読んだ版の ETag。例: "v7"')] = None,
) -> int | None:
    """Return the version a change was made on; None for the first record, which has none to be made on."""
    return None if if_match is None else read_if_match(if_match)


@router.get(
    "",
    operation_id="list_organisation_items",
    response_model=PageOut[OrganisationItemOut],
    summary="ポリシーが組織に求める規則を、整備の状況とともに一覧する",
    description="記録のない規則も、整備されていないもの(is_in_place=false)として並びます。",
)
def list_organisation_items(call: CallDep) -> Response:
    """Every rule the policy asks the organisation for."""
    return answers.everything([organisation_item_out(row) for row in organisation_items.list_items(call)])


@router.get(
    "/{provision}",
    operation_id="get_organisation_item",
    response_model=OrganisationItemOut,
    summary="組織の規則を1件見る",
)
def get_organisation_item(call: CallDep, request: Request, provision: str) -> Response:
    """One rule; without a record it has no version."""
    row = organisation_items.find_item(call, provision)
    out = organisation_item_out(row)
    return answers.one(request, out, row.item.version) if row.item else answers.body(out)


@router.put(
    "/{provision}",
    operation_id="record_organisation_item",
    response_model=OrganisationItemOut,
    summary="組織の規則の担当・文書・定めた日・次の見直しを記録する",
    description=(
        "最初の記録に If-Match は要りません。2回目からは、読んだ版の ETag を付けます。"
        "統括情報セキュリティ責任者とシステム管理の役割を持つ人が行えます。"
    ),
)
def record_organisation_item(
    call: CallDep,
    provision: str,
    stated: OrganisationItemIn,
    version: Annotated[int | None, Depends(read_if_match_or_none)],
) -> Response:
    """Record a rule."""
    row = organisation_items.record_item(call, provision, stated.stated(), version=version)
    return answers.body(organisation_item_out(row), version=row.item.version if row.item else None)
