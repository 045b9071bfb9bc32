"""The second reader: what it reads of a draft, what it says, and what comes of it beside the word of the rules."""

from dataclasses import replace

import pytest

from contract_clauses.analysis import gaps
from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.gaps import find_gaps
from contract_clauses.analysis.second_reader import (
    MOST_STRETCHES,
    STRETCH,
    Impression,
    SecondReader,
    load_model,
    references,
    stretches,
)
from contract_clauses.analysis.statements import Statements
from contract_clauses.analysis.weighing import CERTAIN
from contract_clauses.draft import Draft
from contract_clauses.finding import Figure
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from models.vocabulary import GapResult

CLAUSES = load_clauses()
TRAINED = "乙は、業務に従事する者に対し、着手前に情報セキュリティに関する教育を実施しなければならない。"
UNUSUAL = "乙は、個人情報の扱い方を、担当者の全員に着手前に体得させるものとする。"
PRICE = "代金は、月額10万円とする。"
TRAINING = CLAUSES["contractor_staff_trained"]


def draft(*articles: str) -> Draft:
    return read_texts([("案.txt", "\n".join(f"第{no}条 {said}" for no, said in enumerate(articles, 1)))])


def read(*articles: str) -> tuple[Statements, SecondReader]:
    statements = Statements(draft(*articles))
    return statements, SecondReader(statements, Effects(statements))


def impression(*articles: str) -> Impression:
    said = read(*articles)[1].impression(TRAINING.id)
    assert said is not None
    return said


class Insists(SecondReader):
    """A second reader that is sure of one thing, whatever it reads."""

    odds = 9.0

    def impression(self, clause_id: str) -> Impression | None:
        names = [element.id for element in CLAUSES[clause_id].elements]
        return Impression(self.odds, self.odds, dict.fromkeys(names, self.odds))


class Hesitates(Insists):
    """One to whom nothing is likely, nor out of the question."""

    odds = -1.5


class Denies(Insists):
    odds = -9.0


def test_it_was_taught_of_every_clause_and_every_element() -> None:
    model = load_model()

    assert set(model.touched) == set(model.whole) == set(CLAUSES)
    assert {name: set(of) for name, of in model.elements.items()} == {
        name: {element.id for element in clause.elements} for name, clause in CLAUSES.items()
    }


def test_a_training_reads_like_one_and_a_price_does_not() -> None:
    trained, price = impression(PRICE, TRAINED), impression(PRICE)

    assert trained.whole > 0 > price.whole
    assert trained.touched > 0 > price.touched
    assert trained.elements["duty_to_train"] > 0 > price.elements["duty_to_train"]


def test_it_says_which_sentence_speaks_of_a_clause() -> None:
    statements, second = read(PRICE, TRAINED, PRICE)

    assert second.speaks_of(TRAINING.id) is statements.all[1]
    assert second.speaks_of(TRAINING.id, "duty_to_train") is statements.all[1]


def test_what_else_stands_in_a_draft_changes_nothing() -> None:
    assert impression(TRAINED).whole == impression(PRICE, TRAINED, PRICE).whole


def test_a_clause_of_a_municipality_s_own_is_left_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "SecondReader", Denies)
    monkeypatch.setattr(Denies, "impression", SecondReader.impression)
    own = TRAINING.model_copy(update={"id": "our_own_training"})

    (gap,) = find_gaps(draft(TRAINED), [own])

    assert gap.result is GapResult.PRESENT


def test_of_a_long_draft_only_what_the_rules_point_at_is_read() -> None:
    statements, second = read(*[f"乙は、甲の第{no}庁舎に備品を納める。" for no in range(MOST_STRETCHES)], TRAINED)

    nothing = second.impression(TRAINING.id)
    second.point_at([statements.all[-1]])
    pointed_at = second.impression(TRAINING.id)

    assert nothing is None
    assert pointed_at is not None
    assert pointed_at.whole > 0


def test_a_draft_without_a_sentence_is_left_to_the_rules() -> None:
    assert {gap.result for gap in find_gaps(Draft(readable=True), [TRAINING])} == {GapResult.MISSING}


def test_a_stretch_is_of_one_article_and_begins_with_its_heading() -> None:
    said = "(教育)\n" + "\n".join(f"{no} {TRAINED}{TRAINED}" for no in range(1, 9))
    statements = Statements(draft(said, said))

    found = list(stretches(statements, Effects(statements)))

    assert [each for stretch in found for each in stretch.statements] == statements.all
    for stretch in found:
        (article,) = {each.article for each in stretch.statements}
        first = statements.of_article[article][0]
        assert sum(len(each.own.text) for each in stretch.statements) <= STRETCH
        assert stretch.before[:1] == (() if stretch.statements[0] is first else (first.own.text[:40],))


def test_what_another_article_takes_back_is_not_read() -> None:
    assert impression(TRAINED, "第1条の規定は、適用しない。").whole < 0


def test_a_sentence_that_refers_to_another_is_read_with_it() -> None:
    statements = Statements(draft("乙は、秘密を漏らしてはならない。", "第1条の規定は、契約の終了後も効力を有する。"))

    (found,) = references(statements, Effects(statements))

    assert found.statements == tuple(statements.all)


def test_what_it_doubts_is_weak_and_a_person_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = find_gaps(draft(TRAINED), [TRAINING])
    monkeypatch.setattr(gaps, "SecondReader", Hesitates)

    (doubted,) = find_gaps(draft(TRAINED), [TRAINING])

    assert before.result is GapResult.PRESENT
    assert (doubted.result, doubted.missing_elements) == (GapResult.WEAK, (TRAINING.elements[0].id,))
    assert "足りると確かめてある定めの例と似ていません" in doubted.reason
    assert [span.quote for span in doubted.spans] == [span.quote for span in before.spans]


def test_what_every_rule_bears_out_and_it_takes_for_quite_another_matter_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gaps, "SecondReader", Denies)

    (gap,) = find_gaps(draft(TRAINED), [TRAINING])

    assert gap.result is GapResult.MISSING
    assert "を定めたものとは読めません" in gap.reason
    assert [span.article for span in gap.spans] == ["第1条"]


def test_one_likely_thing_is_enough_to_leave_it_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Impression(-9.0, 0.0, {"duty_to_train": -9.0})
    monkeypatch.setattr(Denies, "impression", lambda *_: whole)
    monkeypatch.setattr(gaps, "SecondReader", Denies)

    (gap,) = find_gaps(draft(TRAINED), [TRAINING])

    assert whole.most() == 0.0
    assert gap.result is GapResult.WEAK


def test_what_it_alone_sees_is_said_to_be_its_reading_and_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    (rules,) = find_gaps(draft(PRICE, UNUSUAL), [TRAINING], rules_alone=True)
    monkeypatch.setattr(gaps, "SecondReader", Insists)

    (both,) = find_gaps(draft(PRICE, UNUSUAL), [TRAINING])

    assert (rules.result, both.result) == (GapResult.MISSING, GapResult.PRESENT)
    assert "読んで確かめてください" in both.reason
    assert [(span.article, span.element) for span in both.spans] == [("第2条", "duty_to_train")]


@pytest.mark.parametrize(
    "said",
    [
        "乙は、個人情報の扱い方を、担当者の全員に着手前に体得させることを要しない。",
        "乙は、個人情報の扱い方を、担当者の全員に着手前に体得させるよう努める。",
        "甲は、個人情報の扱い方を、担当者の全員に着手前に体得させるものとする。",
        "乙は、個人情報の扱い方を、担当者の全員に着手前に体得させることができる。",
    ],
    ids=["negated", "softened", "of the other party", "a right of the one who should owe it"],
)
def test_however_sure_it_is_what_binds_nobody_or_the_other_party_is_not_present(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(gaps, "SecondReader", Insists)

    (gap,) = find_gaps(draft(PRICE, said), [TRAINING])

    assert gap.result is not GapResult.PRESENT


@pytest.mark.parametrize("clause_id", sorted(CLAUSES))
def test_a_title_that_only_names_a_clause_as_a_topic_is_not_present(clause_id: str) -> None:
    clause = CLAUSES[clause_id]

    (gap,) = find_gaps(draft(PRICE, f"{clause.title}ことについて"), [clause])

    assert gap.result is not GapResult.PRESENT


@pytest.mark.parametrize(("below", "result"), [(0.1, GapResult.WEAK), (0.0, GapResult.PRESENT)])
def test_what_no_rule_has_the_form_of_must_be_certain(
    monkeypatch: pytest.MonkeyPatch, below: float, result: GapResult
) -> None:
    said = Impression(9.0, 9.0, {"duty_to_train": CERTAIN - below})
    monkeypatch.setattr(Insists, "impression", lambda *_: said)
    monkeypatch.setattr(gaps, "SecondReader", Insists)

    (gap,) = find_gaps(draft(PRICE, "担当者の全員が着手前に体得した個人情報の扱い方。"), [TRAINING])

    assert gap.result is result


def test_where_the_pack_asks_a_time_the_second_reader_alone_makes_nothing_present(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gaps, "SecondReader", Insists)
    finding = TRAINING.finding
    assert finding is not None
    figure = Figure(element="duty_to_train", parameter="within", unit="days")
    timed = TRAINING.model_copy(update={"finding": finding.model_copy(update={"figures": (figure,)})})
    said = draft(PRICE, UNUSUAL)

    (unasked,) = find_gaps(said, [timed])
    (asked,) = find_gaps(said, [timed], {TRAINING.id: {"within": 3}})

    assert (unasked.result, asked.result) == (GapResult.PRESENT, GapResult.WEAK)


def test_what_the_rules_see_taken_away_stays_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "SecondReader", Insists)
    liability = CLAUSES["breach_has_consequences"]

    (gap,) = find_gaps(draft("乙は、いかなる損害についても一切の責任を負わない。"), [liability])

    assert gap.result is GapResult.MISSING


def test_what_is_of_another_matter_to_it_is_missing_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = draft("甲は、納入された成果物の検収を行う。")
    audit = CLAUSES["client_may_audit"]
    (rules,) = find_gaps(said, [audit], rules_alone=True)
    monkeypatch.setattr(gaps, "SecondReader", Denies)

    (both,) = find_gaps(said, [audit])

    assert (rules.result, both.result) == (GapResult.WEAK, GapResult.MISSING)
    assert "を定めたものとは読めません" in both.reason
    assert [span.article for span in both.spans] == ["第1条"]


def test_the_elements_it_misses_are_named_the_least_likely_where_it_misses_none() -> None:
    whole = Impression(1.0, 1.0, {"who": 2.0, "when": 0.5})

    assert whole.doubtful() == ["when"]
    assert replace(whole, elements={"who": -1.0, "when": -0.5, "what": 3.0}).doubtful() == ["who", "when"]
