"""An organisation's own aliases: proposed with a source, confirmed by somebody else, never changed afterwards."""

from typing import Any

import pytest
from sqlmodel import select

from casework import registry_aliases, registry_sync, replay, verdicts
from casework.errors import BadInput, NotFound, NotPermitted, WrongState
from casework.paging import PageWish
from casework.registry_aliases import AliasIn
from casework.registry_sync import SyncWish
from models.registry_alias import RegistryAlias
from models.request_version import RequestVersion
from models.vocabulary import AliasKind
from policy.document import read_document
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office, cloud, complete, document

SAID = AliasIn(AliasKind.SERVICE, "ほしぞら", "星見クラウド1号", "事業者の案内(2026年10月版)1ページ")


@pytest.fixture
def listed(office: Office) -> Office:
    registry_sync.sync(office.installation, SyncWish(source="list.csv", raw=as_csv(make_rows(12))))
    return office


def propose(office: Office, said: AliasIn = SAID, login_name: str = "admin") -> RegistryAlias:
    return office.do(login_name, registry_aliases.propose, said)


def confirm(office: Office, alias: RegistryAlias, login_name: str = "security_officer") -> RegistryAlias:
    return office.do(login_name, registry_aliases.confirm, alias.key, version=alias.version)


def stated(name: str = "ほしぞら", provider: str = "", **facts: Any) -> dict[str, Any]:
    subject = cloud(name=name, provider=provider, registry="auto", connection="local_breakout", **facts)
    return complete(document(zone="lgwan", subjects=[subject]))


def listed_result(office: Office, organisation: int, written: dict[str, Any]) -> str:
    with office.session() as session:
        verdict = verdicts.assess(session, read_document(written), organisation_id=organisation).verdict
    return next(str(row["result"]) for row in verdict["findings"] if row["provision"] == "3(2)④-01")


def town_of(office: Office, login_name: str) -> int:
    return int(str(office.one("SELECT organisation_id FROM user_account WHERE login_name = :login", login=login_name)))


def test_an_alias_links_once_a_second_person_has_confirmed_it(listed: Office) -> None:
    ours = town_of(listed, "staff")
    before = listed_result(listed, ours, stated())

    alias = propose(listed)
    waiting = listed_result(listed, ours, stated())
    confirm(listed, alias)

    assert (before, waiting, listed_result(listed, ours, stated())) == ("not_met", "not_met", "met")


def test_the_next_towns_verdict_knows_nothing_of_it(listed: Office) -> None:
    confirm(listed, propose(listed))

    assert listed_result(listed, town_of(listed, "next_staff"), stated()) == "not_met"
    assert listed.look("next_officer", registry_aliases.list_aliases, wish=PageWish()).items == []
    with pytest.raises(NotFound):
        listed.do("next_officer", registry_aliases.confirm, 1, version=1)


def test_whoever_proposed_it_cannot_confirm_it(listed: Office) -> None:
    alias = propose(listed)

    with pytest.raises(NotPermitted, match="別の人"):
        confirm(listed, alias, "admin")

    assert listed.one("SELECT state FROM registry_alias") == "proposed"


@pytest.mark.parametrize("login_name", ["staff", "procurement", "auditor", "security_manager"])
def test_other_roles_neither_propose_nor_confirm(listed: Office, login_name: str) -> None:
    alias = propose(listed)

    with pytest.raises(NotPermitted):
        propose(listed, AliasIn(AliasKind.SERVICE, "別名", "星見クラウド2号", "案内"), login_name)
    with pytest.raises(NotPermitted):
        confirm(listed, alias, login_name)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (AliasIn(AliasKind.SERVICE, "", "星見クラウド1号", "案内"), "missing"),
        (AliasIn(AliasKind.SERVICE, "ほしぞら", " ", "案内"), "missing"),
        (AliasIn(AliasKind.SERVICE, "ほしぞら", "星見クラウド1号", ""), "missing"),
        (AliasIn(AliasKind.SERVICE, "星見ｸﾗｳﾄﾞ １号", "星見クラウド1号", "案内"), "same_already"),
        (AliasIn(AliasKind.SERVICE, "ほ" * 301, "星見クラウド1号", "案内"), "too_long"),
    ],
)
def test_what_cannot_be_an_alias_is_said(listed: Office, said: AliasIn, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        propose(listed, said)

    assert code in {error.code for error in refused.value.errors}
    assert listed.one("SELECT count(*) FROM registry_alias") == 0


def test_the_same_alias_is_not_entered_twice_until_it_is_taken_back(listed: Office) -> None:
    alias = confirm(listed, propose(listed))
    with pytest.raises(BadInput, match="確認が必要"):
        propose(listed)

    listed.do("admin", registry_aliases.withdraw, alias.key, version=alias.version, note="サービスが別になった")

    assert propose(listed).key != alias.key


def test_what_was_settled_is_not_settled_again(listed: Office) -> None:
    alias = listed.do("security_officer", registry_aliases.reject, propose(listed).key, version=1, note="別の事業者")

    with pytest.raises(WrongState):
        listed.do("supervising_officer", registry_aliases.confirm, alias.key, version=alias.version)
    with pytest.raises(WrongState):
        listed.do("supervising_officer", registry_aliases.withdraw, alias.key, version=alias.version, note="理由")


def test_a_verdict_made_with_an_alias_can_be_had_again_after_it_was_taken_back(listed: Office) -> None:
    alias = confirm(listed, propose(listed))
    request = listed.submitted(zone="lgwan", subjects=stated()["subjects"])
    listed.do("admin", registry_aliases.withdraw, alias.key, version=alias.version, note="取りやめ")

    with listed.session() as session:
        version = session.exec(select(RequestVersion)).one()
        again = replay.replay(session, version)

    assert version.alias_ids == [alias.key]
    assert (again.identical, request.overall) == (True, version.overall)
    assert listed_result(listed, town_of(listed, "staff"), stated()) == "not_met"


def test_a_confirmed_company_name_no_longer_contradicts(listed: Office) -> None:
    ours = town_of(listed, "staff")
    written = stated("星見クラウド1号", "星の会社")
    before = listed_result(listed, ours, written)

    said = AliasIn(AliasKind.PROVIDER, "星の会社", "星見ヶ丘システム1株式会社", "登記の写し")
    confirm(listed, propose(listed, said))

    assert (before, listed_result(listed, ours, written)) == ("needs_information", "met")


def test_an_alias_moves_the_uses_it_speaks_of_to_their_row(listed: Office) -> None:
    listed.submitted(zone="lgwan", subjects=stated()["subjects"])
    before = listed.sql("SELECT link, entry_key FROM registry_use")

    alias = confirm(listed, propose(listed))
    meanwhile = listed.sql("SELECT link, entry_key FROM registry_use")
    listed.do("admin", registry_aliases.withdraw, alias.key, version=alias.version, note="取りやめ")

    assert [tuple(row) for row in before] == [("unlisted", "")]
    assert [tuple(row) for row in meanwhile] == [("linked", "C24-0001-2")]
    assert [tuple(row) for row in listed.sql("SELECT link, entry_key FROM registry_use")] == [("unlisted", "")]


def test_an_earlier_number_leads_to_the_row_that_has_it_now(listed: Office) -> None:
    number = {"scheme": "ISMAP", "registration_number": "C20-0001-2", "status": "registered"}
    subject = cloud(name="星見クラウド1号", connection="local_breakout", registry=number)
    listed.submitted(zone="lgwan", subjects=[subject])

    said = AliasIn(AliasKind.NUMBER, "C20-0001-2", "C24-0001-2", "一覧の備考")
    confirm(listed, propose(listed, said))

    assert listed.one("SELECT entry_key FROM registry_use") == "C24-0001-2"


def test_every_step_leaves_an_event(listed: Office) -> None:
    alias = confirm(listed, propose(listed))
    listed.do("admin", registry_aliases.withdraw, alias.key, version=alias.version, note="取りやめ")

    actions = listed.sql("SELECT action, actor_name FROM audit_event WHERE object_kind = 'registry_alias' ORDER BY id")

    assert [tuple(row) for row in actions] == [
        ("alias_proposed", "関 のぞみ"),
        ("alias_confirmed", "加藤 りく"),
        ("alias_withdrawn", "関 のぞみ"),
    ]


def test_the_row_of_another_company_with_that_name_is_not_linked(listed: Office) -> None:
    rows = [*make_rows(12), make_row(20, サービス名="星見クラウド1号", 事業者="隣の会社株式会社")]
    registry_sync.sync(listed.installation, SyncWish(source="list.csv", raw=as_csv(rows)))
    confirm(listed, propose(listed))

    assert listed_result(listed, town_of(listed, "staff"), stated()) == "needs_information"
