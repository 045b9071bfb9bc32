"""Long work: lists that are brought in, and how far each is."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api import answers
from api.dependencies import CallDep, InstallationDep, ReadingCallDep, StrictRoute
from api.schemas_registry import OperationOut, ReasonIn, operation_out
from api.uploads import FileIn
from casework import registry_imports
from casework.registry_imports import ListFile
from models.registry_import import RegistryImport
from models.vocabulary import ImportState

router = APIRouter(route_class=StrictRoute, tags=["公的な一覧"])

RETRY_AFTER = "2"
RUNNING = (ImportState.QUEUED, ImportState.RUNNING)


@router.post(
    "/imports",
    operation_id="import_list",
    status_code=202,
    response_model=OperationOut,
    summary="一覧のファイルを取り込み始める",
    description=(
        "すぐに 202 を返します。Location を Retry-After の秒数ごとに読み、status が queued と running の間は待ちます。"
        "終わると report に `sekisho ismap sync --json` と同じものが入ります。"
        "受け付けないときは status が failed になり、refused に理由が入り、前の一覧が残ります。"
        "trial=true なら試すだけで、一覧は変わりません。"
        "同じ内容をもう一度送っても増えないので、Idempotency-Key は要りません。"
    ),
)
def import_list(
    call: ReadingCallDep,
    installation: InstallationDep,
    file: FileIn,
    scheme: Annotated[str, Form(max_length=40, description="制度の列がないファイルの制度")] = "ISMAP",
    acquired_on: Annotated[date | None, Form(description="一覧を取得した日。省けば今日")] = None,
    carried_by: Annotated[str, Form(max_length=200, description="持ち込んだ人")] = "",
    confirm_loss: Annotated[
        str | None, Form(max_length=1000, description="ほかの人が持ち込んで断られた減少を、確かめた理由")
    ] = None,
    trial: Annotated[bool, Form(description="試すだけで、一覧を変えない")] = False,  # noqa: FBT002 (a field of a form)
) -> Response:
    """Begin to take a list in."""
    brought = ListFile(file.filename or "", file.file.read(), scheme, acquired_on, carried_by, confirm_loss)
    return _accepted(registry_imports.begin(call, installation, brought, is_trial=trial))


@router.post(
    "/imports/{code}/confirmations",
    operation_id="confirm_import_loss",
    status_code=202,
    response_model=OperationOut,
    summary="大きく減った一覧を、2人目が確かめて取り込む",
    description="持ち込んだ人とは別の人だけが行えます。2回送っても、2回目は 409 で、増えません。",
)
def confirm_import_loss(call: ReadingCallDep, installation: InstallationDep, code: str, said: ReasonIn) -> Response:
    """Confirm, as a second person, that what a list lost is true."""
    return _accepted(registry_imports.confirm_loss(call, installation, code, reason=said.reason))


@router.get(
    "/operations/{code}",
    operation_id="get_operation",
    response_model=OperationOut,
    summary="時間のかかる処理の進み具合と結果を見る",
)
def get_operation(call: CallDep, code: str) -> Response:
    """How far an operation is."""
    row = registry_imports.find_import(call, code)
    answer = answers.body(operation_out(row))
    if row.state in RUNNING:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _accepted(row: RegistryImport) -> Response:
    answer = answers.body(operation_out(row), status=202)
    answer.headers["Location"] = f"/api/v1/operations/{row.code}"
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer
