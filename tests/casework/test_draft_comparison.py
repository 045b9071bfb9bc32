"""Two versions of a draft side by side: what became of each clause, which articles are new, gone, changed or moved."""

from __future__ import annotations

import pytest

from casework import draft_comparison
from casework.errors import BadInput
from models.vocabulary import GapChange
from tests.casework.draft_desk import (
    AUDIT,
    CLOSED,
    GAPPY,
    HEAD,
    RESUBCONTRACTING,
    RESUBCONTRACTING_ARTICLE,
    RETURN,
    RETURN_ARTICLE,
    SECRECY,
    SECRECY_ARTICLE,
    bring_in,
    outsourced,
    reader_at_hand,
)
from tests.office import Office

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")


def test_what_became_of_each_clause_is_told_from_version_to_version(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    for text in (GAPPY, CLOSED, GAPPY):
        bring_in(sqlite_office, contract, text)

    def changes(older: int, newer: int) -> dict[str, str]:
        found = sqlite_office.look("auditor", draft_comparison.compare, contract.number, older, newer)
        return {each.provision: each.change for each in found.clauses}

    assert {p: changes(1, 2)[p] for p in (SECRECY, RESUBCONTRACTING, RETURN, AUDIT)} == {
        SECRECY: GapChange.SAME,
        RESUBCONTRACTING: GapChange.CLOSED,
        RETURN: GapChange.CLOSED,
        AUDIT: GapChange.STILL_OPEN,
    }
    assert changes(2, 3)[RETURN] == GapChange.REOPENED
    with pytest.raises(BadInput):
        changes(2, 2)


def test_a_gap_that_was_never_there_before_is_new(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, CLOSED)
    bring_in(sqlite_office, contract, GAPPY)

    found = sqlite_office.look("auditor", draft_comparison.compare, contract.number, 1, 2)

    assert {each.provision: each.change for each in found.clauses}[RETURN] == GapChange.NEW
    assert found.counts[GapChange.NEW] == 2


def test_articles_are_told_as_moved_changed_new_and_gone(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY + "(雑則)\n第3条 この契約に定めのない事項は、甲乙協議して定める。\n")
    bring_in(
        sqlite_office,
        contract,
        HEAD + RETURN_ARTICLE.format(no=1) + SECRECY_ARTICLE.format(no=2) + RESUBCONTRACTING_ARTICLE.format(no=3),
    )

    found = sqlite_office.look("auditor", draft_comparison.compare, contract.number, 1, 2)

    assert [(each.kind, each.before, each.after) for each in found.articles] == [
        ("moved", "第1条", "第2条"),
        ("changed", "第2条", "第3条"),
        ("removed", "第3条", ""),
        ("added", "", "第1条"),
    ]
    changed = found.articles[1].pieces
    assert "".join(piece.text for piece in changed if piece.kind != "added").count("同等の義務") == 1
    assert "".join(piece.text for piece in changed if piece.kind != "removed").count("書面により甲の承諾") == 1
