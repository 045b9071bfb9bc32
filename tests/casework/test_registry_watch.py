"""A change of the lists reaches exactly the uses it touches: judged again, and a task where something changed."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from casework import (
    posts,
    registry,
    registry_aliases,
    registry_history,
    registry_impact,
    registry_intake,
    registry_judging,
    registry_sync,
    registry_uses,
    registry_watch,
)
from casework.paging import PageWish
from casework.posts import PostIn, RoleOfPost
from casework.registry import Origin
from casework.registry_aliases import AliasIn
from casework.registry_intake import Bringing
from casework.registry_sync import SyncWish
from casework.registry_watch import Followed
from models.registry_use import RegistryUse
from models.request import Request
from models.vocabulary import AliasKind, Role
from policy.document import read_document
from policy.errors import BadDocument
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office, cloud

ROWS = make_rows(30)


def bring(office: Office, rows: list[dict[str, str]]) -> str:
    """Store a list without working out what follows from it, and return its code."""
    raw = as_csv(rows)
    origin = Origin(source="list.csv", acquired_on=office.clock.today, raw_sha256=office.store.put(raw))
    report = registry_intake.bring(office.installation, Bringing(origin, raw))
    assert report["refused"] is None
    return str(report["snapshot"])


def follow(office: Office) -> list[Followed]:
    return registry_watch.follow(office.installation)


def use_of(number: int, **facts: Any) -> dict[str, Any]:
    """A use of the service in row ``number``, looked up in the list, through the local breakout."""
    subject = {"name": f"星見クラウド{number}号", "provider": "", "registry": "auto", "connection": "local_breakout"}
    return {"zone": "lgwan", "subjects": [cloud(**(subject | facts))]}


def changed(number: int, **cells: str) -> list[dict[str, str]]:
    return [make_row(number, **cells) if row["登録番号"] == f"C24-{number:04}-2" else row for row in ROWS]


def judged(office: Office) -> list[tuple[str, str, str, bool]]:
    rows = office.sql(
        "SELECT r.number, a.overall_before, a.overall_after, a.is_changed FROM reassessment a"
        " JOIN request r ON r.id = a.request_id ORDER BY a.id"
    )
    return [(number, before, after, bool(is_changed)) for number, before, after, is_changed in rows]


@pytest.fixture
def listed(office: Office) -> str:
    """A list with every row, followed before any use."""
    code = bring(office, ROWS)
    follow(office)
    return code


def test_only_the_uses_of_a_changed_row_are_judged_again(office: Office, listed: str) -> None:
    touched = office.approved(**use_of(5))
    office.approved(**use_of(6))

    after = bring(office, changed(5, 備考="登録の一時停止(2026年11月18日から)"))
    done = follow(office)

    assert done == [Followed(after, 1, 1)]
    assert judged(office) == [(touched.number, "met", "not_met", True)]


def test_a_suspension_gives_the_manager_three_open_days_and_tells_the_contract(office: Office, listed: str) -> None:
    office.contract(office.approved(**use_of(5)))
    everywhere = RoleOfPost(Role.PROCUREMENT, is_everywhere=True)
    office.do("admin", posts.enter_post, PostIn("keiyaku", "契約係長", "keiyaku", (everywhere,)))
    office.do("admin", posts.appoint, "keiyaku", "procurement", starts_on=office.clock.today)
    bring(office, changed(5, 備考="一時停止"))

    follow(office)

    tasks = office.sql(
        "SELECT u.login_name, o.due_on, d.title, d.provision FROM duty d JOIN duty_occurrence o ON o.duty_id = d.id"
        " JOIN user_account u ON u.id = d.owner_id WHERE d.trigger = '公的な一覧の変更' ORDER BY d.id"
    )
    # 2026-11-20 is a Friday and the 23rd a holiday: the third open day after it is Thursday the 26th.
    assert [(login, str(due), provision) for login, due, _, provision in tasks] == [
        ("service_manager", "2026-11-26", "3(2)④-01"),
        ("procurement", "2026-11-26", "3(2)④-01"),
    ]
    assert "一時停止" in tasks[0][2]
    assert "契約 K8-0001" in tasks[1][2]
    posted = "SELECT p.code FROM duty d LEFT JOIN post p ON p.id = d.post_id WHERE d.trigger = '公的な一覧の変更'"
    assert [row[0] for row in office.sql(f"{posted} ORDER BY d.id")] == [None, "keiyaku"]  # whoever holds one has it


@pytest.mark.parametrize(
    ("cells", "class_", "days_after"),
    [
        ({"備考": "2026年11月に運営拠点を追加"}, "remark", date(2026, 11, 30)),
        ({"言明の対象範囲": "大阪リージョン"}, "scope", date(2026, 11, 30)),
        ({"有効期限": "2027-08-31"}, "expiry_moved", date(2026, 12, 7)),
        ({"サービス名": "星見クラウド五号"}, "renamed", date(2026, 11, 26)),
    ],
)
def test_each_class_of_change_has_its_deadline(
    office: Office, listed: str, cells: dict[str, str], class_: str, days_after: date
) -> None:
    office.approved(**use_of(5))
    bring(office, changed(5, **cells))

    follow(office)

    due_on = office.one("SELECT max(due_on) FROM duty_occurrence WHERE duty_id = (SELECT max(id) FROM duty)")
    assert office.one("SELECT classes FROM reassessment") in ([class_], f'["{class_}"]')
    assert str(due_on) == str(days_after)


def test_a_row_that_went_is_a_removal_and_one_that_came_for_a_known_name_an_addition(
    office: Office, listed: str
) -> None:
    gone = office.approved(**use_of(5))
    hoped = office.submitted(**use_of(31))
    without = [row for row in ROWS if row["登録番号"] != "C24-0005-2"]

    bring(office, [*without, make_row(31)])
    follow(office)

    assert judged(office) == [
        (gone.number, "met", "needs_information", True),
        (hoped.number, "needs_information", "met", True),
    ]
    owners = office.sql("SELECT u.login_name FROM duty d JOIN user_account u ON u.id = d.owner_id ORDER BY d.id DESC")
    assert {row[0] for row in owners[:2]} == {"staff", "service_manager"}


def test_a_stated_registration_is_watched_by_its_number(office: Office, listed: str) -> None:
    stated = {"scheme": "ISMAP", "registration_number": "C24-0005-2", "status": "registered"}
    request = office.approved(**use_of(5, registry=stated))
    bring(office, changed(5, 備考="登録抹消"))

    follow(office)

    assert judged(office) == [(request.number, "met", "not_met", True)]


def test_what_is_over_or_was_never_approved_is_left_alone(office: Office, listed: str) -> None:
    office.draft(**use_of(5))
    over = office.approved(**use_of(5))
    office.sql("UPDATE approved_service SET state = 'closed' WHERE request_id = :id", id=over.key)
    bring(office, changed(5, 備考="一時停止"))

    assert [(row.touched, row.changed) for row in follow(office)] == [(0, 0)]


def test_a_change_that_says_nothing_new_of_the_use_gives_no_task(office: Office, listed: str) -> None:
    office.approved(**use_of(5))
    bring(office, [*ROWS, make_row(40, サービス名="星見クラウド5号", 事業者="別の会社株式会社")])

    follow(office)

    assert [row[3] for row in judged(office)] == [True]  # two rows of one name: no longer the one that was meant


def test_following_again_judges_and_tells_nothing_twice(office: Office, listed: str) -> None:
    office.approved(**use_of(5))
    bring(office, changed(5, 備考="一時停止"))
    follow(office)

    assert follow(office) == []
    assert (office.one("SELECT count(*) FROM reassessment"), len(judged(office))) == (1, 1)


def test_snapshots_that_came_while_nobody_watched_are_followed_in_their_order(office: Office, listed: str) -> None:
    request = office.approved(**use_of(5))
    bring(office, changed(5, 備考="一時停止"))
    bring(office, changed(5, 備考=""))

    follow(office)

    assert judged(office) == [
        (request.number, "met", "not_met", True),
        (request.number, "not_met", "met", True),
    ]


def test_a_crash_in_the_middle_is_taken_up_where_it_stopped(
    office: Office, listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        office.approved(**use_of(5))
    bring(office, changed(5, 備考="一時停止"))
    monkeypatch.setattr(registry_watch, "USES_AT_ONCE", 1)
    judge = registry_judging.judge_again
    calls: list[int] = []

    def falter(*args: Any, **facts: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the power went")
        return judge(*args, **facts)

    monkeypatch.setattr(registry_watch, "judge_again", falter)
    with pytest.raises(OSError, match="power"):
        follow(office)
    done = follow(office)

    assert [(row.touched, row.changed) for row in done] == [(3, 3)]
    assert len(calls) == 4  # the one that was judged before the crash is not judged again
    assert office.one("SELECT count(*) FROM duty WHERE trigger = '公的な一覧の変更'") == 3


def test_a_use_that_cannot_be_read_any_more_is_told_of_and_holds_nobody_up(
    office: Office, listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.approved(**use_of(5))
    office.approved(**use_of(5))
    bring(office, changed(5, 備考="一時停止"))
    calls: list[Any] = []

    def read_the_second(stated: Any) -> Any:
        calls.append(stated)
        if len(calls) == 1:
            raise BadDocument("unknown_key", "この項目は読めません。", "/old")
        return read_document(stated)

    monkeypatch.setattr(registry_watch, "read_document", read_the_second)

    done = follow(office)

    assert [(row.touched, row.changed) for row in done] == [(2, 2)]
    results = office.sql("SELECT overall_after FROM reassessment ORDER BY request_id")
    assert [row.overall_after for row in results] == ["needs_information", "not_met"]
    assert office.one("SELECT count(*) FROM duty WHERE trigger = '公的な一覧の変更'") == 2


def test_each_town_is_told_of_its_own_uses_alone(office: Office, listed: str) -> None:
    ours = office.approved(**use_of(5))
    theirs = office.submitted("next_staff", **use_of(5))
    before, after = listed, bring(office, changed(5, 備考="一時停止"))
    follow(office)

    def seen(login_name: str) -> list[str]:
        rows = office.look(login_name, registry_impact.impact_of, before, after, wish=PageWish())
        return [row.request.title for row in rows.items]

    assert len(seen("security_officer")) == len(seen("next_officer")) == 1
    assert [row.request.key for row in office.look("security_officer", registry_impact.open_impacts)] == [ours.key]
    assert [row.request.key for row in office.look("next_officer", registry_impact.open_impacts)] == [theirs.key]
    assert office.look("security_officer", registry_impact.reassessments_of, ours)[0].occurrence is not None


def test_requests_submitted_before_there_was_an_index_are_found_too(office: Office, listed: str) -> None:
    request = office.approved(**use_of(5))
    office.sql("DELETE FROM registry_use")
    office.sql(
        "INSERT INTO registry_use (organisation_id, created_at, request_id, subject, link, scheme, entry_key,"
        " folded_name) SELECT organisation_id, created_at, id, -1, 'unlisted', '', '', '' FROM request"
    )
    bring(office, changed(5, 備考="一時停止"))

    follow(office)

    assert [row[0] for row in judged(office)] == [request.number]
    assert office.sql("SELECT subject, link, entry_key FROM registry_use") == [(0, "linked", "C24-0005-2")]


def test_a_new_row_much_like_an_unlisted_use_is_brought_to_its_notice(office: Office, listed: str) -> None:
    use = office.submitted(**use_of(5, name="ほしのよやくサービスプラス"))
    bring(office, [*ROWS, make_row(31, サービス名="ほしのよやくサービスプラス2")])

    follow(office)

    assert judged(office) == [(use.number, "not_met", "needs_information", True)]


def test_the_row_as_judged_and_todays_row_stand_side_by_side_after_three_imports(office: Office, listed: str) -> None:
    request = office.approved(**use_of(5))
    bring(office, changed(5, 備考="更新申請中"))
    bring(office, changed(5, 備考="更新審査中"))
    newest = bring(office, changed(5, 備考="一時停止", 有効期限="2028-01-31"))
    with office.session() as session:
        version = session.get_one(Request, request.key)
        stored = registry_uses.current_versions(session, [version.key])[0]

    (row,) = office.look("auditor", registry_history.rows_of_request, stored)

    assert row.judged is not None
    assert row.today is not None
    assert (row.judged.remarks, str(row.judged.expires_on), row.judged_in.code if row.judged_in else "") == (
        "",
        "2027-07-31",
        listed,
    )
    assert (row.today.remarks, str(row.today.expires_on), row.today_in.code if row.today_in else "") == (
        "一時停止",
        "2028-01-31",
        newest,
    )


def test_an_entry_tells_its_history_and_our_uses_of_it(office: Office, listed: str) -> None:
    request = office.approved(**use_of(5))
    contract = office.contract(request)
    bring(office, changed(5, 備考="一時停止"))
    bring(office, [row for row in ROWS if row["登録番号"] != "C24-0005-2"])

    history = office.look("staff", registry_history.entry_history, "ISMAP", "C24-0005-2")
    uses = office.look("staff", registry_history.uses_of, "ISMAP", "C24-0005-2")
    next_towns = office.look("next_staff", registry_history.uses_of, "ISMAP", "C24-0005-2")

    assert (history.is_listed, str(history.state), history.first.code) == (False, "removed", listed)
    newest, *earlier = [event.change.change_class for event in history.events]
    assert (newest, sorted(earlier)) == ("removed", ["remark", "suspended"])
    assert [(use.request.number, use.link, [row.number for row in use.contracts]) for use in uses] == [
        (request.number, "linked", [contract.number])
    ]
    assert next_towns == []


def test_the_list_of_any_past_day_is_found(office: Office) -> None:
    for day, rows in ((date(2026, 10, 1), ROWS), (date(2026, 11, 1), ROWS[:29])):
        wish = SyncWish(source="list.csv", raw=as_csv(rows), acquired_on=day)
        registry_sync.sync(office.installation, wish)

    def acquired(day: date) -> str | None:
        with office.session() as session:
            found = registry.snapshot_on(session, day)
            return str(found.acquired_on) if found else None

    assert [acquired(date(2026, 9, 30)), acquired(date(2026, 10, 1)), acquired(date(2026, 10, 31))] == [
        None,
        "2026-10-01",
        "2026-10-01",
    ]
    assert acquired(date(2026, 12, 1)) == "2026-11-01"


def test_a_renamed_service_suggests_an_alias_that_one_person_confirms(office: Office, listed: str) -> None:
    office.approved(**use_of(5))
    bring(office, changed(5, サービス名="新しい星の雲"))
    follow(office)
    (suggested,) = office.sql("SELECT id, alias, listed_as, state, proposed_by_id FROM registry_alias")

    office.do("security_officer", registry_aliases.confirm, suggested[0], version=1)

    assert tuple(suggested[1:]) == ("星見クラウド5号", "新しい星の雲", "proposed", None)
    with office.session() as session:
        uses = session.exec(select(RegistryUse)).all()
    assert [(use.link, use.entry_key) for use in uses] == [("linked", "C24-0005-2")]


def test_only_the_town_whose_use_it_touches_is_asked_about_a_rename(office: Office, listed: str) -> None:
    office.submitted("next_staff", **use_of(5))
    bring(office, changed(5, サービス名="新しい星の雲"))

    follow(office)

    towns = office.sql(
        "SELECT o.code FROM registry_alias a JOIN organisation o ON o.id = a.organisation_id ORDER BY a.id"
    )
    assert len(towns) == 1
    assert office.look("admin", registry_aliases.list_aliases, wish=PageWish()).items == []


def test_an_own_alias_finds_the_use_when_its_row_comes(office: Office, listed: str) -> None:
    said = AliasIn(AliasKind.SERVICE, "ほしぞら", "星見クラウド31号", "事業者の案内")
    alias = office.do("admin", registry_aliases.propose, said)
    office.do("security_officer", registry_aliases.confirm, alias.key, version=1)
    use = office.submitted(**use_of(5, name="ほしぞら"))
    bring(office, [*ROWS, make_row(31)])

    follow(office)

    assert judged(office) == [(use.number, "not_met", "met", True)]


def test_the_first_list_of_all_gives_tasks_only_where_it_speaks_against_a_use(office: Office) -> None:
    why = "一覧はまだ取り込まれていない"
    listed_use = office.decide(office.submitted(**use_of(5)), reason=why)
    unlisted = office.decide(office.submitted(**use_of(5, name="載っていない別のもの")), reason=why)
    bring(office, ROWS)

    follow(office)

    assert judged(office) == [
        (listed_use.number, "needs_information", "met", True),
        (unlisted.number, "needs_information", "not_met", True),
    ]
    tasks = office.sql("SELECT request_id FROM duty WHERE trigger = '公的な一覧の変更'")
    assert [row[0] for row in tasks] == [unlisted.key]
