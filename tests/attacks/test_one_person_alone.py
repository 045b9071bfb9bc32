"""1(8): whatever one person holds and in whatever order they try, the own case is not decided, confirmed or closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import dossiers, endings, redaction, sampling
from casework.errors import NotPermitted
from casework.request_rules import find_request
from models.vocabulary import SampleItemState, SamplePopulation
from tests.attacks.alone import DEEDS, WHO, Alone, decide_by_sql, give_every_role, state_by_sql
from tests.casework import dossier_desk
from tests.casework.ending_desk import items_of, settle
from tests.casework.test_endings import KEYS
from tests.office import Office
from tests.sites import site_over

OPEN = {"in_review", "draft"}  # where a request is that nobody has decided
SOLO = st.lists(st.sampled_from(DEEDS), min_size=5, max_size=12, unique=False)


@pytest.fixture
def alone(office: Office) -> Iterator[Alone]:
    with TestClient(site_over(office.installation), raise_server_exceptions=False, follow_redirects=False) as client:
        yield Alone(office, client)


def test_nobody_alone_comes_to_an_approval(alone: Alone) -> None:
    @settings(max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(deeds=SOLO, route=st.integers(0, 2), distinct=st.booleans(), later_view=st.booleans())
    def live(deeds: list[Any], route: int, distinct: bool, later_view: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
        alone.begin(route, distinct=distinct, later_view=later_view)
        for deed in deeds:
            deed(alone)
            assert alone.state in OPEN, deed.__name__
            assert alone.decided_alone() == 0, deed.__name__

    live()


def test_every_way_one_after_the_other_comes_to_nothing(alone: Alone) -> None:
    alone.begin(1, distinct=False, later_view=True)

    for deed in (*DEEDS, *reversed(DEEDS)):
        deed(alone)

    assert alone.state in OPEN
    assert alone.decided_alone() == 0
    assert alone.office.one("SELECT count(*) FROM approved_service") == 0
    assert alone.office.one("SELECT count(*) FROM unavoidable_case WHERE state = 'permitted'") == 0
    assert alone.office.one("SELECT count(*) FROM policy_exception WHERE state = 'permitted'") == 0


def test_raw_sql_does_not_approve_ones_own_case(alone: Alone) -> None:
    alone.begin(0, distinct=False, later_view=False)

    decide_by_sql(alone)
    state_by_sql(alone)

    assert (alone.state, alone.decided_alone()) == ("in_review", 0)


def test_a_second_person_is_all_it_takes(alone: Alone) -> None:
    alone.begin(0, distinct=True, later_view=False)

    decided = alone.office.decide(alone.office.look(WHO, find_request, alone.number), "deputy_officer")

    assert decided.state == "approved"


def test_one_person_with_every_role_opens_no_door_to_the_own_case(office: Office) -> None:
    give_every_role(office, WHO)
    contract = office.concluded()
    office.do(WHO, endings.open_ending, contract.number, version=contract.version)
    recorded = settle(office, contract.number, items_of(office, contract.number)[KEYS], by=WHO)
    item = dossier_desk.entered(office, WHO)
    seq = office.one("SELECT min(seq) FROM audit_event WHERE action = 'request_drafted'")
    asked = office.do(WHO, redaction.ask, redaction.Wanted(int(str(seq)), "after", "title", "氏名"))

    with pytest.raises(NotPermitted, match="記録した本人"):
        office.do(WHO, endings.confirm_item, contract.number, KEYS, version=recorded.version)
    with pytest.raises(NotPermitted, match="証拠を出した本人"):
        office.do(WHO, dossiers.evaluate, item.key, is_accepted=True, reason="見た")
    with pytest.raises(NotPermitted):
        office.do(WHO, redaction.decide, asked.key, version=asked.version, permits=True)

    assert office.one("SELECT count(*) FROM dossier_evaluation") == 0
    assert office.one("SELECT count(*) FROM ending_item WHERE confirmed_by_id IS NOT NULL") == 0


def test_an_auditor_with_every_role_does_not_audit_the_own_case(office: Office) -> None:
    give_every_role(office, WHO)
    office.submitted(WHO, department="情報政策課")
    wanted = sampling.Wanted(SamplePopulation.REQUESTS, date(2026, 4, 1), office.clock.today, "1", 1)
    sample = office.do(WHO, sampling.draw, wanted)

    with pytest.raises(NotPermitted, match="監査を受ける人"):
        office.do(WHO, sampling.check_item, sample.number, 1, version=1, state=SampleItemState.SOUND, note="")
