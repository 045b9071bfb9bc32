"""Lists taken in by every road: kept as snapshots with their raw answer; a bad one never replaces a good one."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from casework import registry, registry_impact, registry_sync, verdicts
from casework.errors import BadInput, NotFound
from casework.paging import PageWish
from casework.registry_sync import SyncWish
from models.vocabulary import EntryStatus
from policy.document import read_document
from tests.ismap.lists import as_csv, as_json, make_row, make_rows
from tests.ismap.portal_stub import serve_portal
from tests.office import Office, cloud, complete, document

ROWS = make_rows(20)


def sync(office: Office, raw: bytes, **wish: Any) -> dict[str, Any]:
    return registry_sync.sync(office.installation, SyncWish(source="list.csv", raw=raw, **wish))


def snapshots(office: Office) -> int:
    return int(str(office.one("SELECT count(*) FROM registry_snapshot")))


def facts(office: Office, name: str, provider: str = "", snapshot: str | None = None) -> Any:
    stated = read_document(document(subjects=[cloud(name=name, provider=provider, registry="auto")]))
    with office.session() as session:
        return registry.facts_for(session, stated, snapshot=snapshot)


def test_a_list_becomes_a_snapshot_with_its_raw_answer(office: Office) -> None:
    raw = as_csv(ROWS)

    report = sync(office, raw, acquired_on=date(2026, 11, 1), carried_by="木村 そら")

    assert {key: report[key] for key in ("rows", "kept", "added", "changed", "removed", "refused")} == {
        "rows": 20,
        "kept": 20,
        "added": 20,
        "changed": 0,
        "removed": 0,
        "refused": None,
    }
    row = office.sql("SELECT code, raw_sha256, carried_by, is_sample FROM registry_snapshot")[0]
    assert tuple(row) == (report["snapshot"], sha256(raw).hexdigest(), "木村 そら", 0)
    assert office.store.get(sha256(raw).hexdigest()) == raw
    assert office.one("SELECT count(*) FROM registry_entry") == 20
    assert office.one("SELECT action FROM audit_event") == "registry_taken_in"


@pytest.mark.parametrize("again", [as_csv(ROWS), as_csv(ROWS[::-1]), as_json(ROWS)], ids=["same", "order", "format"])
def test_the_same_list_again_is_no_new_snapshot(office: Office, again: bytes) -> None:
    first = sync(office, as_csv(ROWS))

    second = sync(office, again)

    assert (second["snapshot"], second["added"], second["changed"], second["removed"]) == (first["snapshot"], 0, 0, 0)
    assert second["refused"] is None
    assert snapshots(office) == 1


def test_a_change_is_a_snapshot_of_its_own_and_can_be_told(office: Office) -> None:
    first = sync(office, as_csv(ROWS))
    changed = [make_row(1, 備考="2026年12月に登録抹消予定"), *ROWS[1:19], make_row(21)]

    second = sync(office, as_csv(changed))

    assert (second["added"], second["changed"], second["removed"]) == (1, 1, 1)
    with office.session() as session:
        told = registry.diff_snapshots(session, first["snapshot"], second["snapshot"]).as_json()
    assert [row["registration_number"] for row in told["added"]] == ["C24-0021-2"]
    assert [row["registration_number"] for row in told["removed"]] == ["C24-0020-2"]
    assert [(row["key"], row["field"], row["before"], row["after"]) for row in told["changed"]] == [
        ("C24-0001-2", "remarks", None, "2026年12月に登録抹消予定")
    ]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        "あいうえお".encode(),
        b"a,b\r\n1,2\r\n",
        as_csv(ROWS[:10]),
        as_csv([{"登録番号": "C24-0001-2"}]),
        b"\x00" * 50,
    ],
    ids=["empty", "words", "unknown columns", "half gone", "no name", "zeros"],
)
def test_a_bad_answer_is_refused_and_the_last_list_stays(office: Office, bad: bytes) -> None:
    good = sync(office, as_csv(ROWS))

    report = sync(office, bad)

    assert report["refused"]
    assert (report["snapshot"], report["added"], report["removed"]) == (good["snapshot"], 0, 0)
    assert snapshots(office) == 1
    assert office.one("SELECT count(*) FROM registry_entry") == 20
    assert [row[0] for row in office.sql("SELECT action FROM audit_event ORDER BY seq")] == [
        "registry_taken_in",
        "registry_refused",
    ]
    assert facts(office, "星見クラウド1号").by_subject[0].status == EntryStatus.REGISTERED


def test_a_bad_first_answer_leaves_nothing(sqlite_office: Office) -> None:
    report = sync(sqlite_office, b"")

    assert (report["snapshot"], snapshots(sqlite_office)) == (None, 0)
    assert report["refused"]


def test_a_true_large_loss_is_confirmed_with_a_reason(office: Office) -> None:
    sync(office, as_csv(ROWS))

    report = sync(office, as_csv(ROWS[:10]), confirm_loss="制度の改正で半数が抹消された")

    assert (report["refused"], report["removed"]) == (None, 10)
    assert snapshots(office) == 2


def test_a_list_comes_from_a_portal_over_http(office: Office) -> None:
    with serve_portal(ROWS, page_size=7, etag='"v1"') as portal:
        first = registry_sync.sync(office.installation, SyncWish(source=portal.list_url))
        second = registry_sync.sync(office.installation, SyncWish(source=portal.list_url))

    assert (first["kept"], first["refused"]) == (20, None)
    assert (second["snapshot"], second["added"], second["refused"]) == (first["snapshot"], 0, None)
    assert snapshots(office) == 1


@pytest.mark.parametrize(
    "behaviour", [{"page": "login"}, {"page": "maintenance"}, {"answer": "truncated"}, {"answer": "empty"}]
)
def test_a_portal_on_a_bad_day_changes_nothing(sqlite_office: Office, behaviour: dict[str, Any]) -> None:
    good = sync(sqlite_office, as_csv(ROWS))

    with serve_portal(ROWS, **behaviour) as portal:
        report = registry_sync.sync(sqlite_office.installation, SyncWish(source=portal.list_url))

    assert report["refused"]
    assert report["snapshot"] == good["snapshot"]
    assert snapshots(sqlite_office) == 1


def test_a_file_that_is_not_there_is_said_so(sqlite_office: Office, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"ない\.csv"):
        registry_sync.sync(sqlite_office.installation, SyncWish(source=str(tmp_path / "ない.csv")))


def test_a_file_is_read_from_its_place(sqlite_office: Office, tmp_path: Path) -> None:
    path = tmp_path / "一覧.csv"
    path.write_bytes(as_csv(ROWS, encoding="cp932"))

    report = registry_sync.sync(sqlite_office.installation, SyncWish(source=str(path)))

    assert report["kept"] == 20


def test_the_sample_is_marked_and_nothing_is_concluded_from_it(office: Office) -> None:
    report = registry_sync.sync(office.installation, SyncWish(source="sample"))
    listed = str(office.one("SELECT service_name FROM registry_entry ORDER BY id LIMIT 1"))

    found = facts(office, listed)

    assert report["kept"] > 10
    assert not found.has_list
    assert [fact.status for fact in found.by_subject.values()] == [EntryStatus.UNKNOWN]
    # Through the local breakout only a listed service may be used: the one criterion that the list alone decides.
    stated = complete(
        document(zone="lgwan", subjects=[cloud(name=listed, registry="auto", connection="local_breakout")])
    )
    with office.session() as session:
        verdict = verdicts.assess(session, read_document(stated)).verdict
    results = {row["provision"]: row["result"] for row in verdict["findings"]}
    assert results["3(2)④-01"] == "needs_information"


def test_the_sample_again_is_no_new_snapshot_with_or_without_a_real_list(office: Office) -> None:
    first = registry_sync.sync(office.installation, SyncWish(source="sample"))
    second = registry_sync.sync(office.installation, SyncWish(source="sample"))
    sync(office, as_csv(ROWS))
    third = registry_sync.sync(office.installation, SyncWish(source="sample"))

    assert {report["snapshot"] for report in (first, second, third)} == {first["snapshot"]}
    assert snapshots(office) == 2


def test_the_sample_never_counts_as_the_list_before(office: Office) -> None:
    registry_sync.sync(office.installation, SyncWish(source="sample"))

    report = sync(office, as_csv(ROWS))

    assert (report["refused"], report["added"], report["removed"]) == (None, 20, 0)
    assert facts(office, "星見クラウド1号").has_list


def test_a_real_list_speaks_even_when_the_sample_came_later(office: Office) -> None:
    real = sync(office, as_csv(ROWS))
    registry_sync.sync(office.installation, SyncWish(source="sample"))

    assert facts(office, "星見クラウド1号").snapshot == real["snapshot"]


def test_only_an_equal_name_is_a_registration(office: Office) -> None:
    sync(office, as_csv(ROWS))

    exact = facts(office, "星見ｸﾗｳﾄﾞ 1号")
    similar = facts(office, "星見クラウド1")
    contradicted = facts(office, "星見クラウド1号", provider="別の会社株式会社")

    assert exact.by_subject[0].registration_number == "C24-0001-2"
    assert (similar.by_subject, similar.candidates[0] > 0) == ({}, True)
    assert contradicted.by_subject == {}


def test_an_old_snapshot_answers_as_it_did(office: Office) -> None:
    first = sync(office, as_csv(ROWS))["snapshot"]
    sync(office, as_csv(ROWS[:19]))

    assert 0 in facts(office, "星見クラウド20号", snapshot=first).by_subject
    assert 0 not in facts(office, "星見クラウド20号").by_subject


def test_an_unknown_snapshot_is_said_so(sqlite_office: Office) -> None:
    with sqlite_office.session() as session, pytest.raises(BadInput, match="ない番号"):
        verdicts.assess(session, read_document(document()), snapshot="ない番号")
    with sqlite_office.session() as session, pytest.raises(NotFound):
        registry.diff_snapshots(session, "a", "b")


def test_entries_are_listed_in_the_order_of_the_list_and_cut(office: Office) -> None:
    sync(office, as_csv(ROWS))

    def names(**cut: str) -> list[str]:
        _, page = office.look("staff", registry.list_entries, None, wish=PageWish(200), **cut)
        return [row.service_name for row in page.items]

    assert names() == [f"星見クラウド{number}号" for number in range(1, 21)]
    assert names(words="ｸﾗｳﾄﾞ２０") == ["星見クラウド20号"]
    assert names(scheme="ISMAP-LIU") == []
    assert len(names(status="registered")) == 20
    assert office.look("next_staff", registry.list_snapshots, wish=PageWish()).items  # public: for every town


def test_without_any_list_the_page_is_empty_and_a_match_says_so(sqlite_office: Office) -> None:
    snapshot, page = sqlite_office.look("staff", registry.list_entries, None, wish=PageWish())

    assert (snapshot, list(page.items)) == (None, [])
    with sqlite_office.session() as session, pytest.raises(NotFound, match="取り込まれていません"):
        registry.match_name(session, "x", None)


def test_services_that_a_change_touches_are_named(office: Office) -> None:
    office.approved(subjects=[cloud(name="星見クラウド20号", provider="星見ヶ丘システム6株式会社")])
    first = sync(office, as_csv(ROWS))["snapshot"]
    second = sync(office, as_csv(ROWS[:19]))["snapshot"]

    with office.session() as session:
        changes = registry.diff_snapshots(session, first, second).as_json()
        ours = registry_impact.affected_numbers(session, changes, organisation_id=2)
        theirs = registry_impact.affected_numbers(session, changes, organisation_id=3)

    assert (ours, theirs) == (["R8-0001", "S8-0001"], [])


def test_a_service_on_two_lists_is_one_row_on_each_and_the_list_that_decides_comes_first(sqlite_office: Office) -> None:
    both = [
        make_row(1, 制度="ISMAP"),
        make_row(2, 制度="ISMAP"),
        make_row(3, 制度="LGWAN-ASP", サービス名="星見クラウド1号"),
    ]
    both += [make_row(4, 制度="ASPIC", サービス名="星見クラウド2号", 登録番号="0805-1203")]
    sync(sqlite_office, as_csv(both))

    def list_of(name: str, connection: str) -> str:
        stated = read_document(
            document(zone="lgwan", subjects=[cloud(name=name, provider="", connection=connection, registry="auto")])
        )
        with sqlite_office.session() as session:
            return registry.facts_for(session, stated).by_subject[0].scheme

    assert list_of("星見クラウド1号", "local_breakout") == "ISMAP"
    assert list_of("星見クラウド1号", "lgwan_asp") == "LGWAN-ASP"
    assert list_of("星見クラウド2号", "local_breakout") == "ISMAP"
