"""What became of the gaps from one draft to the next."""

from contract_clauses.drafting.comparing import Standing, Turn, compare_drafts


def standing(clause_id: str, state: str, label: str = "") -> Standing:
    return Standing(clause_id, f"{clause_id}の題", state, state != "present", label)


def test_each_clause_is_closed_new_or_as_it_was() -> None:
    before = [
        standing("audit", "missing"),
        standing("secrecy", "present", "第3条"),
        standing("return", "weak", "第9条"),
    ]
    after = [
        standing("audit", "present", "第8条"),
        standing("secrecy", "weak", "第3条"),
        standing("return", "weak", "第9条"),
    ]

    turns = {each.clause_id: each.turn for each in compare_drafts(before, after)}

    assert turns == {"audit": Turn.CLOSED, "secrecy": Turn.NEW, "return": Turn.UNCHANGED}


def test_a_clause_that_was_closed_and_is_open_again_is_opened_again() -> None:
    first, second, third = ([standing("audit", state)] for state in ("missing", "present", "weak"))

    assert compare_drafts(second, third, earlier=[first])[0].turn is Turn.REOPENED
    assert compare_drafts(second, third)[0].turn is Turn.NEW


def test_a_clause_is_the_same_under_another_number_and_both_are_told() -> None:
    (turn,) = compare_drafts([standing("audit", "present", "第8条")], [standing("audit", "present", "第11条")])

    assert turn.turn is Turn.UNCHANGED
    assert turn.labels == ("第8条", "第11条")
    assert turn.is_moved


def test_a_clause_that_only_got_better_is_still_open_and_both_states_are_told() -> None:
    (turn,) = compare_drafts([standing("audit", "missing")], [standing("audit", "weak", "第8条")])

    assert turn.turn is Turn.UNCHANGED
    assert turn.before is not None
    assert turn.after is not None
    assert (turn.before.state, turn.after.state) == ("missing", "weak")
    assert not turn.is_moved


def test_what_is_asked_for_only_now_is_new_where_it_is_open() -> None:
    turns = compare_drafts([], [standing("audit", "missing"), standing("secrecy", "present", "第3条")])

    assert [each.turn for each in turns] == [Turn.NEW, Turn.UNCHANGED]
    assert turns[1].labels == ("", "第3条")


def test_what_is_no_longer_asked_for_is_told_last() -> None:
    turns = compare_drafts(
        [standing("old", "missing", "第1条"), standing("audit", "missing")], [standing("audit", "missing")]
    )

    assert [(each.clause_id, each.turn) for each in turns] == [("audit", Turn.UNCHANGED), ("old", Turn.NO_LONGER_ASKED)]


def test_of_several_provisions_for_one_clause_the_open_one_speaks() -> None:
    after = [standing("audit", "present", "第8条"), standing("audit", "missing")]

    (turn,) = compare_drafts([standing("audit", "present", "第8条")], after)

    assert turn.turn is Turn.NEW
