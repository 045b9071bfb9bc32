import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.checklist import (
    ChecklistLine,
    ClauseFinding,
    ClauseNeed,
    build_checklist,
    open_lines,
    why_open,
)
from contract_clauses.library import ClauseLibraryError, load_clauses
from models.vocabulary import ClauseState, Strength

CLAUSES = load_clauses()


def make_need(
    provision: str = "第1項",
    clause_id: str = "client_may_audit",
    strength: Strength = Strength.MUST,
    reason: str = "重要な情報を渡すため",
) -> ClauseNeed:
    return ClauseNeed(provision, clause_id, strength, reason)


def make_line(strength: Strength) -> ChecklistLine:
    (line,) = build_checklist([make_need(strength=strength)], CLAUSES)
    return line


def test_lines_keep_the_order_of_the_policy() -> None:
    needs = [make_need("第2項"), make_need("第1項", "breach_has_consequences")]

    lines = build_checklist(needs, CLAUSES)

    assert [(line.provision, line.clause.id) for line in lines] == [
        ("第2項", "client_may_audit"),
        ("第1項", "breach_has_consequences"),
    ]


def test_a_provision_asked_for_twice_is_one_line_with_the_strictest_strength_and_both_reasons() -> None:
    needs = [
        make_need(strength=Strength.AS_NEEDED, reason="システムの保守"),
        make_need(strength=Strength.MUST, reason="データの入力"),
        make_need(strength=Strength.RECOMMENDED, reason="システムの保守"),
    ]

    (line,) = build_checklist(needs, CLAUSES)

    assert line.strength is Strength.MUST
    assert line.reasons == ("システムの保守", "データの入力")


def test_two_provisions_for_one_clause_stay_two_lines_that_know_of_each_other() -> None:
    lines = build_checklist([make_need("第1項"), make_need("第2項")], CLAUSES)

    assert [line.shared_with for line in lines] == [("第2項",), ("第1項",)]


def test_a_clause_nobody_wrote_is_named() -> None:
    with pytest.raises(ClauseLibraryError, match="第9項: 条項「no_such_clause」"):
        build_checklist([make_need("第9項", "no_such_clause")], CLAUSES)


def test_a_provision_pointing_to_two_clauses_is_refused() -> None:
    with pytest.raises(ClauseLibraryError, match=r"client_may_audit.*breach_has_consequences"):
        build_checklist([make_need(), make_need(clause_id="breach_has_consequences")], CLAUSES)


def test_a_line_nobody_looked_at_stops_the_conclusion() -> None:
    lines = build_checklist([make_need()], CLAUSES)

    assert open_lines(lines, {}) == lines


@pytest.mark.parametrize("strength", [Strength.MUST, Strength.AS_NEEDED])
@pytest.mark.parametrize("state", [ClauseState.UNCHECKED, ClauseState.WEAK, ClauseState.MISSING])
def test_unchecked_weak_and_missing_stop_even_with_a_reason(strength: Strength, state: ClauseState) -> None:
    finding = ClauseFinding(state, place="第12条", reason="事業者の都合", decided_by="契約担当")

    assert why_open(make_line(strength), finding)


def test_a_waiver_counts_only_with_a_reason() -> None:
    line = make_line(Strength.MUST)

    assert why_open(line, ClauseFinding(ClauseState.WAIVED, reason="第三者の監査報告書で代える")) is None
    assert "理由" in (why_open(line, ClauseFinding(ClauseState.WAIVED, reason="  \u3000")) or "")


def test_not_needed_is_for_as_needed_lines_only_and_with_a_reason() -> None:
    reasoned = ClauseFinding(ClauseState.NOT_NEEDED, reason="個人情報を扱わない")

    assert why_open(make_line(Strength.AS_NEEDED), reasoned) is None
    assert why_open(make_line(Strength.AS_NEEDED), ClauseFinding(ClauseState.NOT_NEEDED))
    assert "必ず要る" in (why_open(make_line(Strength.MUST), reasoned) or "")


findings = st.builds(
    ClauseFinding,
    state=st.sampled_from(ClauseState),
    place=st.text(max_size=5),
    reason=st.sampled_from(["", " ", "\u3000", "代わりの措置がある"]),
    decided_by=st.text(max_size=5),
)


@given(strength=st.sampled_from(Strength), finding=findings)
def test_a_line_is_settled_exactly_when_the_rule_says_so(strength: Strength, finding: ClauseFinding) -> None:
    reasoned = bool(finding.reason.strip())
    settled = (
        strength == "recommended"
        or finding.state == "present"
        or (finding.state == "waived" and reasoned)
        or (finding.state == "not_needed" and strength == "as_needed" and reasoned)
    )

    assert (why_open(make_line(strength), finding) is None) == settled


@given(st.lists(st.tuples(st.sampled_from(Strength), findings | st.none()), max_size=8))
def test_what_stops_the_whole_is_what_stops_a_part(parts: list[tuple[Strength, ClauseFinding | None]]) -> None:
    needs = [make_need(f"第{number}項", strength=strength) for number, (strength, _) in enumerate(parts)]
    lines = build_checklist(needs, CLAUSES)
    given_findings = {f"第{number}項": found for number, (_, found) in enumerate(parts) if found is not None}

    stopped = {line.provision for line in open_lines(lines, given_findings)}

    for line in lines:
        finding = given_findings.get(line.provision)
        reason = why_open(line, finding) if finding else why_open(line)
        assert (line.provision in stopped) == (reason is not None)
