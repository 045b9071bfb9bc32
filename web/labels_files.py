"""The Japanese words for files out and in."""

from collections.abc import Mapping

from casework.ledgers.intake import RESULTS
from models.vocabulary import OperationKind, OperationState
from web.tones import Tone

OPERATION_STATES: dict[str, str] = {
    OperationState.QUEUED: "待ち",
    OperationState.RUNNING: "処理中",
    OperationState.SUCCEEDED: "完了",
    OperationState.PARTLY_FAILED: "一部失敗",
    OperationState.FAILED: "失敗",
    OperationState.CANCELLED: "中止",
}
OPERATION_KINDS: dict[str, str] = {OperationKind.EXPORT: "書出し", OperationKind.IMPORT: "取込"}
FILE_LABELS: Mapping[str, Mapping[str, str]] = {
    "operation": OPERATION_STATES,
    "operation_kind": OPERATION_KINDS,
    "import_row": RESULTS,
}
FILE_TONES: Mapping[str, Mapping[str, Tone]] = {
    "operation": {
        OperationState.QUEUED: "active",
        OperationState.RUNNING: "active",
        OperationState.SUCCEEDED: "good",
        OperationState.PARTLY_FAILED: "caution",
        OperationState.FAILED: "bad",
    },
    "import_row": {
        "add": "good",
        "change": "active",
        "error": "bad",
        "conflict": "caution",
    },
}
