"""Words for the terms of a contract and for the lines of the year's table."""

from collections.abc import Mapping

from casework.ledgers.words import HEADINGS
from models.vocabulary import PlanKind, TermChoice, TermStanding

TERM_CHOICES: dict[str, str] = {
    TermChoice.RENEW: "更新",
    TermChoice.END: "更新しない",
    TermChoice.TACIT: "自動更新を確認",
}
TERM_STANDINGS: dict[str, str] = {
    TermStanding.NOT_CONCLUDED: "締結前",
    TermStanding.UNDECIDED: "更新・終了の決定前",
    TermStanding.ENDS: "更新しない",
    TermStanding.NOTICE_PASSED: "通知の期限を過ぎました",
    TermStanding.TACIT_EXPECTED: "自動更新の見込み",
    TermStanding.TACIT_UNCONFIRMED: "更新の確認待ち",
    TermStanding.TERM_OVER: "期間が過ぎています",
    TermStanding.CLOSING: "終了手続",
    TermStanding.CLOSED: "終了",
}
PLANS: dict[str, str] = {
    PlanKind.STUDY: "移行の検討",
    PlanKind.BUDGET: "予算要求",
    PlanKind.TENDER: "調達の準備",
}
TERM_LABELS: Mapping[str, Mapping[str, str]] = {
    "term_choice": TERM_CHOICES,
    "term_standing": TERM_STANDINGS,
    "plan": PLANS,
    "heading": HEADINGS,
}
