"""The Japanese words for drafts of contracts and subcontractors."""

from collections.abc import Mapping

from models.vocabulary import GapChange, GapResult, SubcontractorState
from web.tones import Tone

GAP_RESULTS: dict[str, str] = {
    GapResult.PRESENT: "足りている",
    GapResult.WEAK: "弱い",
    GapResult.MISSING: "不足",
    GapResult.UNREADABLE: "読めない",
}
GAP_CHANGES: dict[str, str] = {
    GapChange.CLOSED: "解消",
    GapChange.REOPENED: "再発",
    GapChange.NEW: "新たな指摘",
    GapChange.STILL_OPEN: "残っている",
    GapChange.SAME: "変わりなし",
}
ARTICLE_CHANGES: dict[str, str] = {"added": "追加", "removed": "削除", "changed": "変更", "moved": "移動"}
SUBCONTRACTORS: dict[str, str] = {
    SubcontractorState.REQUESTED: "承認待ち",
    SubcontractorState.APPROVED: "承認",
    SubcontractorState.REFUSED: "不承認",
    SubcontractorState.ENDED: "終了",
}
CONTRACT_LABELS: Mapping[str, Mapping[str, str]] = {
    "gap": GAP_RESULTS,
    "gap_change": GAP_CHANGES,
    "article_change": ARTICLE_CHANGES,
    "subcontractor": SUBCONTRACTORS,
}
CONTRACT_TONES: Mapping[str, Mapping[str, Tone]] = {
    "gap": {
        GapResult.PRESENT: "good",
        GapResult.WEAK: "caution",
        GapResult.MISSING: "bad",
        GapResult.UNREADABLE: "unknown",
    },
    "gap_change": {
        GapChange.CLOSED: "good",
        GapChange.REOPENED: "bad",
        GapChange.NEW: "bad",
        GapChange.STILL_OPEN: "caution",
    },
    "article_change": {"added": "good", "removed": "bad", "changed": "caution"},
    "subcontractor": {
        SubcontractorState.REQUESTED: "unknown",
        SubcontractorState.APPROVED: "good",
        SubcontractorState.REFUSED: "bad",
    },
}
