"""Japanese words of endings: roads, holdings, proofs, acceptance."""

from collections.abc import Mapping

from models.vocabulary import (
    EndingRoad,
    HoldingState,
    InspectionResult,
    ProofKind,
    ProofState,
    Rigour,
)
from policy.ending_rules import METHOD_LABELS
from web.tones import Tone

ENDING_LABELS: Mapping[str, Mapping[str, str]] = {
    "road": {
        EndingRoad.EXPIRY: "期間満了",
        EndingRoad.EARLY: "中途解約",
        EndingRoad.BANKRUPTCY: "委託先の倒産等",
        EndingRoad.SHUTDOWN: "サービスの提供終了",
        EndingRoad.LIST_REMOVAL: "登録の抹消による終了",
    },
    "holding": {
        HoldingState.HELD: "預けている",
        HoldingState.OPEN: "証拠待ち",
        HoldingState.BACKUPS: "バックアップ待ち",
        HoldingState.SETTLED: "済",
        HoldingState.EXCEPTED: "例外",
    },
    "rigour": {
        Rigour.STRICT: "復元できない消去を確かめる",
        Rigour.DOCUMENT: "復元できない消去",
        Rigour.PLAIN: "消去",
    },
    "proof_kind": {
        ProofKind.RETURN: "返却の受領書",
        ProofKind.DELETION: "削除証明",
        ProofKind.BACKUP_ERASURE: "バックアップの消去",
        ProofKind.NEVER_HELD: "受け取っていないことの確認書",
        ProofKind.EXCEPTION: "例外措置(7-4)",
    },
    "proof": {
        ProofState.RECORDED: "2人目の確認待ち",
        ProofState.CONFIRMED: "確認済み",
        ProofState.REFUSED: "差し戻し",
    },
    "inspection": {
        InspectionResult.WAITING: "検査待ち",
        InspectionResult.PASSED: "検査完了",
        InspectionResult.CORRECTION: "是正を求めた",
    },
    "erasure": METHOD_LABELS,
}
ENDING_TONES: Mapping[str, Mapping[str, Tone]] = {
    "holding": {
        HoldingState.HELD: "active",
        HoldingState.OPEN: "unknown",
        HoldingState.BACKUPS: "caution",
        HoldingState.SETTLED: "plain",
        HoldingState.EXCEPTED: "caution",
    },
    "proof": {ProofState.RECORDED: "active", ProofState.CONFIRMED: "good", ProofState.REFUSED: "bad"},
    "inspection": {
        InspectionResult.WAITING: "active",
        InspectionResult.PASSED: "good",
        InspectionResult.CORRECTION: "caution",
    },
}
