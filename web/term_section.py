"""What the page of a contract shows of its terms: the chain, how the last one stands, what comes before its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework import closed_days, term_plan, term_settings, terms, transition
from casework.call import Call
from casework.contracts import ContractDetail
from casework.duties import OccurrenceRow
from casework.term_plan import words_of
from casework.term_rows import newest_of, notice_of
from casework.terms import BASIS_WORDS, TermView
from casework.transition import Applies
from models.contract_term import ContractTerm
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import TermBasis, TermStanding
from web.conflict import snapshot_of
from web.dates import DateInput
from web.forms import Form
from web.tones import Tone

TACIT_LENGTHS = ("P1M", "P3M", "P6M", "P1Y", "P2Y", "P3Y", "P5Y")
NOTICE_LENGTHS = ("P14D", "P30D", "P1M", "P2M", "P3M", "P6M", "P1Y")
FIELD_WORDS: Mapping[str, str] = {
    "basis": "複数年度の根拠",
    "authority": "根拠の条例・議決",
    "allowed_until_on": "債務負担行為の期間の最後の日",
    "renews_tacitly": "通知がなければ自動で更新される定め",
    "tacit_every": "自動更新される期間の長さ",
    "notice_before": "期間の終わりのどれだけ前までに知らせるか",
    "starts_on": "期間の始まり",
    "ends_on": "期間の終わり",
    "notice_on": "更新しないと知らせる期限",
    "concluded_on": "締結した日",
    "began_on": "運用を始めた日",
    "seen_note": "何を見て確かめたか",
    "end_reason": "更新しない理由",
    "noticed_on": "更新しないと知らせた日",
}
FIELD_CODES: Mapping[str, Mapping[str, str]] = {
    "basis": {str(basis): words for basis, words in BASIS_WORDS.items()},
    "renews_tacitly": {"yes": "ある"},
    "tacit_every": {length: words_of(length) for length in TACIT_LENGTHS},
    "notice_before": {length: words_of(length) for length in NOTICE_LENGTHS},
}
DATES = ("allowed_until_on", "noticed_on")


@dataclass(frozen=True)
class TermRow:
    """One term with its notice deadline and what was decided of it."""

    term: ContractTerm
    notice_on: date | None
    decision: TermDecision | None
    decided_by: str


@dataclass(frozen=True)
class TermSection:
    """Everything the section shows."""

    view: TermView
    words: str
    tone: str
    rows: Sequence[TermRow]
    planned: Sequence[OccurrenceRow]
    applies: Sequence[Applies]
    rule: RenewalRule | None
    rule_facts: Sequence[tuple[str, str]]
    form: Form
    base: str
    days: Mapping[str, DateInput]
    bases: Sequence[tuple[str, str]]
    tacit_lengths: Sequence[tuple[str, str]]
    notice_lengths: Sequence[tuple[str, str]]


def term_section(call: Call, detail: ContractDetail, people: Mapping[int, str], typed: Form) -> TermSection:
    """Return the section for a contract; what was typed and refused stands in its fields."""
    view = terms.view_of(detail, call.today, closed_days.closed_for(call))
    words, tone = _words_of(view)
    form = (
        typed if typed.has("authority") or typed.has("end_reason") or typed.has("seen_note") else rule_form(detail.rule)
    )
    cap = term_settings.settings_of(call.session, call.actor.organisation_id).long_term_cap
    return TermSection(
        view=view,
        words=words,
        tone=tone,
        rows=[_row(term, detail, people) for term in detail.terms],
        planned=term_plan.rows_of(call, detail.contract),
        applies=transition.rules_for(detail.contract, detail.terms),
        rule=detail.rule,
        rule_facts=_rule_facts(detail.rule, cap),
        form=form,
        base=typed.get("base") or snapshot_of(rule_form(detail.rule)),
        days={name: form.boxes(name) for name in DATES},
        bases=[(basis, label) for basis, label in BASIS_WORDS.items()],
        tacit_lengths=_lengths(TACIT_LENGTHS, detail.rule.tacit_every if detail.rule else None),
        notice_lengths=_lengths(NOTICE_LENGTHS, detail.rule.notice_before if detail.rule else None),
    )


def _row(term: ContractTerm, detail: ContractDetail, people: Mapping[int, str]) -> TermRow:
    decision = newest_of(detail.decisions, term)
    decided_by = people.get(decision.decided_by_id, "") if decision else ""
    # The rule of today counts for the term of today; an old term keeps the day it was entered with.
    notice_on = notice_of(term, detail.rule) if term is detail.terms[-1] else term.notice_on
    return TermRow(term, notice_on, decision, decided_by)


def _lengths(usual: Sequence[str], kept: str | None) -> list[tuple[str, str]]:
    listed = [*usual, kept] if kept and kept not in usual else list(usual)
    return [(length, words_of(length)) for length in listed]


def rule_form(rule: RenewalRule | None) -> Form:
    """Return the fields that show what a contract says of its next period."""
    if rule is None:
        return Form({"basis": ["single_year"]})
    values = {
        "basis": [rule.basis],
        "authority": [rule.authority],
        "tacit_every": [rule.tacit_every or ""],
        "notice_before": [rule.notice_before or ""],
    }
    if rule.renews_tacitly:
        values["renews_tacitly"] = ["yes"]
    if rule.allowed_until_on:
        day = DateInput.from_date(rule.allowed_until_on)
        for part in ("era", "year", "month", "day"):
            values[f"allowed_until_on_{part}"] = [getattr(day, part)]
    return Form(values)


def _rule_facts(rule: RenewalRule | None, cap: str | None) -> list[tuple[str, str]]:
    if rule is None:
        return []
    facts = [
        ("複数年度の根拠", f"{BASIS_WORDS[TermBasis(rule.basis)]}{' ' + rule.authority if rule.authority else ''}")
    ]
    if rule.basis == "long_term":
        facts.append(("期間の上限", words_of(cap) if cap else "団体の設定なし(条例の上限を設定できます)"))
    if rule.allowed_until_on:
        facts.append(("債務負担行為の期間", f"{rule.allowed_until_on.isoformat()} まで"))
    tacit = f"{words_of(rule.tacit_every)}ごとに自動更新" if rule.renews_tacitly and rule.tacit_every else "なし"
    facts.append(("自動更新の定め", tacit))
    if rule.notice_before:
        facts.append(("通知の時期", f"期間の終わりの{words_of(rule.notice_before)}前まで"))
    return facts


def _words_of(view: TermView) -> tuple[str, Tone]:
    """Return how a contract goes on in one sentence, and the tone it is said in."""
    waiting = f"更新の確認を待っています(確認されていない自動更新 {view.unconfirmed}回)。"
    return {TermStanding.TACIT_UNCONFIRMED: (waiting + STILL_RUNS, _BAD)}.get(view.standing) or _SAID[view.standing]


STILL_RUNS = (
    "契約は続いているものとして扱い、期限も知らせ続けます。通知がなかったことを確かめて、1回ずつ確認してください。"
)
_BAD: Tone = "bad"
_SAID: Mapping[TermStanding, tuple[str, Tone]] = {
    TermStanding.NOT_CONCLUDED: (
        "まだ締結されていません。期間と通知の期限は、締結すると期限の一覧に載ります。",
        "quiet",
    ),
    TermStanding.UNDECIDED: ("更新するか終えるかを、まだ決めていません。", "active"),
    TermStanding.ENDS: ("更新しないと決まっています。期間の終わりまでに、終了手続を始めてください。", "active"),
    TermStanding.NOTICE_PASSED: ("通知の期限を過ぎました。更新の登録か、終了手続の準備をしてください。", "caution"),
    TermStanding.TACIT_EXPECTED: (
        "自動で更新される見込みです。通知がないことを確かめて、更新を確認してください。",
        "caution",
    ),
    TermStanding.TERM_OVER: (
        "期間が過ぎていますが、更新も終了も登録されていません。どちらかを登録してください。",
        "bad",
    ),
    TermStanding.CLOSING: ("終了手続に入っています。", "quiet"),
    TermStanding.CLOSED: (
        "この契約は終わりました。預けた情報の返却・消去の記録は、終了手続の画面に残っています。",
        "quiet",
    ),
}
