"""The shapes of lists that leave as files and tables that come back."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from casework.ledgers import operations
from models.operation import Operation
from models.vocabulary import OperationState


class ExportIn(BaseModel):
    """What is written to a file: the condition as in the page's address, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"asked": {"state": "concluded"}, "kind": "csv", "columns": "all"}},
    )

    asked: dict[str, str] = Field(default_factory=dict, description="一覧の画面のアドレスと同じ条件")
    kind: str = Field("xlsx", description="xlsx か csv")
    columns: str = Field("all", description="screen(画面の列)、all(すべての列)、chosen(chosen に挙げた列)")
    chosen: list[str] = Field(default_factory=list, max_length=60, description="列の機械用の名前")
    with_wareki: bool = Field(False, description="日付の右に和暦の列を付ける")


class ExecutionIn(BaseModel):
    """How a tried table is taken in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"partial": False}})

    partial: bool = Field(False, description="取り込めない行を除き、正しい行だけを取り込む")


class FileOperationOut(BaseModel):
    """One piece of long work: how far it is and what came of it."""

    number: str
    kind: str = Field(description="export か import")
    ledger: str
    status: OperationState
    is_trial: bool
    needs_mapping: bool = Field(description="見出しの対応を決めるまで始まらない。mapping を付けて送り直す")
    done: int
    total: int
    refused: str = Field(description="できなかった理由")
    counts: dict[str, int] = Field(
        description="追加 add、変更 change、同じ same、誤り error、衝突 conflict、対象外 left_out"
    )
    rows: list[dict[str, Any]] = Field(description="人の手が要る行と、追加・変更のはじめの200行")
    result_url: str | None = Field(description="できたファイルのアドレス")


def file_operation_out(row: Operation, path: str) -> FileOperationOut:
    """Return an operation as programs read it; ``path`` is where it lies."""
    return FileOperationOut(
        number=row.number,
        kind=row.kind,
        ledger=row.ledger,
        status=OperationState(row.state),
        is_trial=row.is_trial,
        needs_mapping=operations.waits_for_mapping(row),
        done=row.done,
        total=row.total,
        refused=row.refused,
        counts=row.report.get("counts", {}),
        rows=row.report.get("rows", []),
        result_url=f"/api/v1{path}/file" if row.result_sha256 else None,
    )
