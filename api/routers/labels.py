from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute
from api.schemas_labels import LabelIn, LabelOut
from casework import labels
from casework.labels import LONGEST

router = APIRouter(route_class=StrictRoute, tags=["ラベル"])

LabelName = Annotated[str, Query(max_length=LONGEST, description="外すラベル")]


@router.get(
    "/labels",
    operation_id="list_labels",
    response_model=PageOut[LabelOut],
    summary="団体のラベルを一覧する",
    description="どれか1件にでも付いているものです。",
)
def list_labels(call: CallDep) -> Response:
    """The organisation's labels."""
    return answers.everything([LabelOut(name=name) for name in labels.names_in_use(call)])


@router.get(
    "/requests/{number}/labels",
    operation_id="list_request_labels",
    response_model=PageOut[LabelOut],
    summary="申請に付いたラベルを一覧する",
)
def list_request_labels(call: CallDep, number: str) -> Response:
    """The labels of one request."""
    return _on(call, "requests", number)


@router.post(
    "/requests/{number}/labels",
    operation_id="put_request_label",
    status_code=201,
    response_model=LabelOut,
    summary="申請にラベルを付ける",
    description="版は変わりません。",
)
def put_request_label(call: CallDep, once: OnceDep, number: str, said: LabelIn) -> Response:
    """Put a label on a request."""
    return once(lambda: _put(call, "requests", number, said))


@router.delete(
    "/requests/{number}/labels",
    operation_id="take_request_label_off",
    status_code=204,
    summary="申請からラベルを外す",
)
def take_request_label_off(call: CallDep, number: str, name: LabelName) -> Response:
    """Take a label off a request."""
    return _taken_off(call, "requests", number, name)


@router.get(
    "/services/{number}/labels",
    operation_id="list_service_labels",
    response_model=PageOut[LabelOut],
    summary="サービスに付いたラベルを一覧する",
)
def list_service_labels(call: CallDep, number: str) -> Response:
    """The labels of one service."""
    return _on(call, "services", number)


@router.post(
    "/services/{number}/labels",
    operation_id="put_service_label",
    status_code=201,
    response_model=LabelOut,
    summary="サービスにラベルを付ける",
    description="版は変わりません。",
)
def put_service_label(call: CallDep, once: OnceDep, number: str, said: LabelIn) -> Response:
    """Put a label on a service."""
    return once(lambda: _put(call, "services", number, said))


@router.delete(
    "/services/{number}/labels",
    operation_id="take_service_label_off",
    status_code=204,
    summary="サービスからラベルを外す",
)
def take_service_label_off(call: CallDep, number: str, name: LabelName) -> Response:
    """Take a label off a service."""
    return _taken_off(call, "services", number, name)


@router.get(
    "/contracts/{number}/labels",
    operation_id="list_contract_labels",
    response_model=PageOut[LabelOut],
    summary="契約に付いたラベルを一覧する",
)
def list_contract_labels(call: CallDep, number: str) -> Response:
    """The labels of one contract."""
    return _on(call, "contracts", number)


@router.post(
    "/contracts/{number}/labels",
    operation_id="put_contract_label",
    status_code=201,
    response_model=LabelOut,
    summary="契約にラベルを付ける",
    description="版は変わりません。",
)
def put_contract_label(call: CallDep, once: OnceDep, number: str, said: LabelIn) -> Response:
    """Put a label on a contract."""
    return once(lambda: _put(call, "contracts", number, said))


@router.delete(
    "/contracts/{number}/labels",
    operation_id="take_contract_label_off",
    status_code=204,
    summary="契約からラベルを外す",
)
def take_contract_label_off(call: CallDep, number: str, name: LabelName) -> Response:
    """Take a label off a contract."""
    return _taken_off(call, "contracts", number, name)


def _on(call: CallDep, key: str, number: str) -> Response:
    return answers.everything([LabelOut(name=name) for name in labels.labels_on(call, key, number)])


def _put(call: CallDep, key: str, number: str, said: LabelIn) -> Response:
    row = labels.put(call, key, number, name=said.name)
    return answers.created(LabelOut(name=row.name), f"/{key}/{number}/labels")


def _taken_off(call: CallDep, key: str, number: str, name: str) -> Response:
    labels.take_off(call, key, number, name=name)
    return answers.nothing()
