"""Lists as files and tables that come back: long work, begun at once and asked after."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api import answers
from api.dependencies import CallDep, InstallationDep, ReadingCallDep, StrictRoute
from api.schemas_files import ExecutionIn, ExportIn, FileOperationOut, file_operation_out
from api.uploads import FileIn, read_upload
from casework.errors import BadInput, FieldError, NotFound
from casework.ledgers import exporting, importing, operations
from casework.ledgers.exporting import ExportWish
from casework.ledgers.importing import Brought
from casework.ledgers.operations import AT_WORK
from casework.ledgers.writing import MEDIA_TYPES
from models.operation import Operation
from models.vocabulary import OperationKind

router = APIRouter(route_class=StrictRoute, tags=["表の書出しと取込"])

EXPORTS, IMPORTS = "/exports", "/table-imports"
RETRY_AFTER = "2"
ACCEPTED = (
    "すぐに 202 を返します。Location を Retry-After の秒数ごとに読み、status が queued と running の間は待ちます。"
    "同じものをもう一度送っても台帳は変わらないので、Idempotency-Key は要りません。"
)


@router.post(
    f"{EXPORTS}/{{ledger}}",
    operation_id="export_list",
    status_code=202,
    response_model=FileOperationOut,
    summary="一覧を Excel か CSV に書き出し始める",
    description=ACCEPTED,
)
def export_list(call: ReadingCallDep, installation: InstallationDep, ledger: str, said: ExportIn) -> Response:
    """Begin to write a list to a file."""
    wish = ExportWish(said.asked, said.kind, said.columns, tuple(said.chosen), said.with_wareki)
    return _accepted(exporting.begin(call, installation, ledger, wish), EXPORTS)


@router.get(
    f"{EXPORTS}/{{ledger}}/{{number}}",
    operation_id="get_export",
    response_model=FileOperationOut,
    summary="書出しの進み具合を見る",
)
def get_export(call: CallDep, ledger: str, number: str) -> Response:
    """How far an export is."""
    return _answer(_find(call, ledger, number, OperationKind.EXPORT), EXPORTS)


@router.post(
    f"{IMPORTS}/{{ledger}}",
    operation_id="try_table",
    status_code=202,
    response_model=FileOperationOut,
    summary="表を試し取込する(何も変えない)",
    description=ACCEPTED + "書き出した表はそのまま読みます。ほかの台帳は mapping で見出しの対応を言います。",
)
def try_table(
    call: ReadingCallDep,
    installation: InstallationDep,
    ledger: str,
    file: FileIn,
    mapping: Annotated[str, Form(max_length=5000, description='見出しの対応 {"title": "契約件名"} (JSON)')] = "",
) -> Response:
    """Begin to try a table; nothing is written."""
    upload = read_upload(file)
    brought = Brought(upload.name, upload.content)
    row = importing.begin(call, installation, ledger, brought, mapping=_mapping(mapping))
    return _accepted(row, IMPORTS)


def _mapping(text: str) -> dict[str, str] | None:
    if not text.strip():
        return None
    message = 'mapping は {"title": "契約件名"} の形の JSON にしてください。'
    try:
        said = json.loads(text)
    except ValueError as error:
        raise BadInput(message, [FieldError("/mapping", "unreadable", message)]) from error
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise BadInput(message, [FieldError("/mapping", "unreadable", message)])
    return said


@router.get(
    f"{IMPORTS}/{{ledger}}/{{number}}",
    operation_id="get_table_import",
    response_model=FileOperationOut,
    summary="取込の進み具合と、行ごとの結果を見る",
)
def get_table_import(call: CallDep, ledger: str, number: str) -> Response:
    """How far an import is, and what came of each row."""
    return _answer(_find(call, ledger, number, OperationKind.IMPORT), IMPORTS)


@router.post(
    f"{IMPORTS}/{{ledger}}/{{number}}/executions",
    operation_id="take_table_in",
    status_code=202,
    response_model=FileOperationOut,
    summary="試した表を取り込む",
    description="1行でも取り込めない行があれば何も変えません。partial=true なら、正しい行だけを取り込みます。"
    + ACCEPTED,
)
def take_table_in(
    call: ReadingCallDep, installation: InstallationDep, ledger: str, number: str, said: ExecutionIn
) -> Response:
    """Take in what was tried."""
    _find(call, ledger, number, OperationKind.IMPORT)
    return _accepted(importing.carry_out(call, installation, number, partial=said.partial), IMPORTS)


@router.get(
    f"{EXPORTS}/{{ledger}}/{{number}}/file",
    operation_id="download_export",
    summary="書き出したファイルを受け取る",
    response_class=Response,
)
def download_export(call: CallDep, installation: InstallationDep, ledger: str, number: str) -> Response:
    """The file that was written."""
    return _file(call, installation, _find(call, ledger, number, OperationKind.EXPORT))


@router.get(
    f"{IMPORTS}/{{ledger}}/{{number}}/file",
    operation_id="download_import_result",
    summary="行ごとの取込結果を Excel で受け取る",
    response_class=Response,
)
def download_import_result(call: CallDep, installation: InstallationDep, ledger: str, number: str) -> Response:
    """Every row with what came of it."""
    return _file(call, installation, _find(call, ledger, number, OperationKind.IMPORT))


def _find(call: CallDep, ledger: str, number: str, kind: OperationKind) -> Operation:
    row = operations.find_operation(call, number)
    if row.ledger != ledger or row.kind != kind:
        raise NotFound(f"「{ledger}」の取込・書出しに {number} はありません。番号を確かめてください。")
    return row


def _file(call: CallDep, installation: InstallationDep, row: Operation) -> Response:
    if not row.result_sha256:
        raise NotFound("受け取れるファイルはまだありません。終わるまで待ってください。")
    operations.note_download(call, installation, row)
    kind = row.result_name.rpartition(".")[2]
    return answers.download(call.store.get(row.result_sha256), row.result_name, MEDIA_TYPES[kind])


def _accepted(row: Operation, place: str) -> Response:
    path = f"{place}/{row.ledger}/{row.number}"
    answer = answers.body(file_operation_out(row, path), status=202)
    answer.headers["Location"] = f"/api/v1{path}"
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _answer(row: Operation, place: str) -> Response:
    answer = answers.body(file_operation_out(row, f"{place}/{row.ledger}/{row.number}"))
    if row.state in AT_WORK:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer
