"""Whose marks an answer rests on is seen when it is judged, with a list and without one, and again at replay."""

from typing import Any

import pytest
from sqlmodel import select

from casework import registry_sync, replay, verdicts
from casework.registry_sync import SyncWish
from models.request_version import RequestVersion
from policy.document import read_document
from tests.ismap.lists import as_csv, make_rows
from tests.office import Office, cloud, complete, document

COMPANYS = "プライバシーマーク 10123456(03)"


def stated(evidence: str) -> dict[str, Any]:
    written = complete(document(zone="lgwan", subjects=[cloud(connection="lgwan_asp", registry="auto")]))
    written["answers"]["3(2)③"] = {"answer": "yes", "evidence": evidence}
    return written


def result(office: Office, evidence: str) -> str:
    with office.session() as session:
        verdict = verdicts.assess(session, read_document(stated(evidence))).verdict
    return next(str(row["result"]) for row in verdict["findings"] if row["provision"] == "3(2)③")


@pytest.mark.parametrize("has_list", [False, True], ids=["without a list", "with a list"])
def test_a_companys_mark_never_shows_what_a_service_is(sqlite_office: Office, *, has_list: bool) -> None:
    if has_list:
        registry_sync.sync(sqlite_office.installation, SyncWish(source="list.csv", raw=as_csv(make_rows(6))))

    assert result(sqlite_office, COMPANYS) == "needs_information"
    assert result(sqlite_office, f"{COMPANYS}、閉域性の審査の結果通知") == "met"


def test_a_verdict_that_saw_whose_mark_it_was_can_be_had_again(sqlite_office: Office) -> None:
    written = stated(COMPANYS)
    sqlite_office.submitted(**{name: written[name] for name in ("zone", "subjects", "answers")})

    with sqlite_office.session() as session:
        version = session.exec(select(RequestVersion)).one()
        again = replay.replay(session, version)

    assert "会社に与えられた認定" in version.verdict_json
    assert again.identical
