"""課ごとの判定: the counts are those of the lists they lead to."""

from __future__ import annotations

import pytest

from casework import verdict_counts
from casework.errors import NotPermitted
from casework.ledgers.requests import AGAINST, REQUESTS, SUBMITTED
from tests.office import Office, complete, document, outsourcing


def listed(office: Office, **asked: str) -> int:
    return office.look("supervising_officer", REQUESTS.count, asked)


def test_verdicts_are_counted_by_section_as_the_list_counts_them(office: Office) -> None:
    office.draft()
    office.submitted(**complete(document()))
    office.submitted()
    office.submitted("colleague", subjects=[outsourcing()], department="契約管財課")

    found = office.look("supervising_officer", verdict_counts.count)

    assert {row.section: row.total for row in found.sections} == {"子育て支援課": 2, "契約管財課": 1}
    for row in found.sections:
        assert row.total == listed(office, department=row.code, verdict=SUBMITTED)
        for result, many in row.counts.items():
            assert many == listed(office, department=row.code, verdict=result)


def test_what_was_approved_although_it_is_not_met_is_counted_and_listed(office: Office) -> None:
    office.approved()
    against, waiting = office.approved(), office.submitted()
    for row in (against, waiting):
        office.sql("UPDATE request SET overall = 'not_met' WHERE number = :number", number=row.number)

    found = office.look("supervising_officer", verdict_counts.count)

    assert found.against == listed(office, verdict=AGAINST) == 1
    assert listed(office, verdict="not_met") == 2


def test_nobody_sees_another_towns_verdicts_or_without_answering_for_them(office: Office) -> None:
    office.submitted()

    assert office.look("next_officer", verdict_counts.count).sections == []
    with pytest.raises(NotPermitted):
        office.look("staff", verdict_counts.count)


def test_an_index_alone_answers_it(sqlite_office: Office) -> None:
    plan = sqlite_office.sql(
        "EXPLAIN QUERY PLAN SELECT department_id, overall, state, count(*) FROM request"
        " WHERE organisation_id = 1 AND state <> 'draft' GROUP BY department_id, overall, state"
    )

    assert ["USING COVERING INDEX" in row[3] for row in plan] == [True]
