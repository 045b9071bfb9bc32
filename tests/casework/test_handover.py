"""The 1 April handover: one file, tried and planned before, applied at midnight, once, late after a pause."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlmodel import select

from casework import audit, delegations, handover, handover_file, posts
from casework.errors import BadInput, FileRejected, NotFound, NotPermitted, StaleVersion, WrongState
from casework.posts import PostIn, RoleOfPost
from models.audit_event import AuditEvent
from models.organisation import Organisation
from models.vocabulary import HandoverState, Role
from tests.office import Office

APRIL = date(2027, 4, 1)
HEAD = "職員番号,氏名,異動元の職,異動先の職,異動日,区分"
NAMES = {"colleague": "石井 なつ", "staff": "青木 はる", "service_manager": "清水 ゆき", "procurement": "佐藤 いと",
         "auditor": "鈴木 しお", "admin": "関 のぞみ"}  # fmt: skip
POSTS = (
    PostIn("bucho", "総務部長", "joho", (RoleOfPost(Role.SUPERVISING_OFFICER, is_everywhere=True),)),
    PostIn("kanri", "サービス管理係長", "joho", (RoleOfPost(Role.SERVICE_MANAGER),)),
    PostIn("keiyaku", "契約係長", "keiyaku", (RoleOfPost(Role.PROCUREMENT, is_everywhere=True),)),
)


def line(person: str, before: str, after: str, kind: str = "本務", day: str = "2027-04-01") -> str:
    return f"{person},{NAMES[person]},{before},{after},{day},{kind}"


def csv_of(*lines: str) -> bytes:
    return "\r\n".join([HEAD, *lines]).encode("utf-8-sig")


@pytest.fixture
def town(office: Office) -> Office:
    """Our town with posts: the supervising officer, the service manager and procurement hold theirs by post."""
    for stated in POSTS:
        office.do("admin", posts.enter_post, stated)
    for person, code in (("colleague", "bucho"), ("service_manager", "kanri"), ("procurement", "keiyaku")):
        office.do("admin", posts.appoint, code, person, starts_on=office.clock.today)
    office.sql("DELETE FROM role_grant WHERE role = 'supervising_officer' AND post_id IS NULL AND organisation_id = 2")
    return office


def plan(office: Office, *lines: str, by: str = "admin") -> str:
    return office.do(by, handover.plan, "異動.csv", csv_of(*lines)).number


def apply(office: Office, day: date = APRIL) -> Sequence[handover.Applied]:
    office.clock.set_day(day)
    return handover.apply_due(office.installation)


def rights(office: Office, person: str) -> set[str]:
    with office.call(person, writes=False) as call:
        return set(call.actor.roles) - {"staff"}


def test_roles_change_at_midnight_of_the_day_in_japan(town: Office) -> None:
    plan(town, line("colleague", "総務部長", ""), line("staff", "", "総務部長"))

    town.clock.instant = datetime(2027, 3, 31, 14, 59, tzinfo=UTC)  # one minute before midnight in Japan
    early = handover.apply_due(town.installation)
    before = rights(town, "colleague"), rights(town, "staff")
    town.clock.instant = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
    done = handover.apply_due(town.installation)

    assert early == []
    assert before == ({"supervising_officer"}, set())
    assert [(each.days_late, each.moves) for each in done] == [(0, 2)]
    assert (rights(town, "colleague"), rights(town, "staff")) == (set(), {"supervising_officer"})


def test_a_second_run_does_nothing(town: Office) -> None:
    plan(town, line("colleague", "総務部長", ""), line("staff", "", "総務部長"))
    apply(town)
    events = town.one("SELECT count(*) FROM audit_event")

    assert apply(town) == []
    assert town.one("SELECT count(*) FROM audit_event") == events


def test_after_a_pause_it_runs_late_and_says_so(town: Office) -> None:
    number = plan(town, line("colleague", "総務部長", ""), line("staff", "", "総務部長"))

    done = apply(town, date(2027, 4, 5))

    row = town.look("admin", handover.find_handover, number)
    assert done[0].days_late == 4
    assert (row.is_late, row.state) == (True, HandoverState.APPLIED)
    assert "4日遅れて" in str(town.one("SELECT title FROM alert WHERE kind = 'handover_applied'"))
    assert str(town.one("SELECT ends_on FROM post_holder WHERE user_name = '石井 なつ'")) == "2027-04-04"


def test_every_change_is_one_event_of_the_batch_and_the_chain_holds(town: Office) -> None:
    number = plan(town, line("colleague", "総務部長", ""), line("staff", "", "総務部長"))
    apply(town)

    with town.session() as session:
        ours = session.get_one(Organisation, 2)
        assert audit.verify(session, ours).ok
    told = town.sql("SELECT action, after FROM audit_event WHERE actor_name = '年度切替' ORDER BY seq")
    assert [row[0] for row in told] == ["post_left", "post_given", "user_moved", "handover_applied"]
    assert all(number in str(row[1]) for row in told)


def test_what_was_held_through_the_post_goes_to_its_successor(town: Office) -> None:
    contract = town.concluded(town.approved("colleague"))
    number = plan(
        town,
        line("service_manager", "サービス管理係長", "契約係長"),
        line("procurement", "契約係長", ""),
        line("auditor", "", "サービス管理係長"),
    )
    apply(town)

    auditor, moved = town.user_id("auditor"), town.user_id("service_manager")
    assert town.one("SELECT manager_id FROM approved_service") == auditor
    assert town.one("SELECT owner_id FROM contract") == moved
    has = "SELECT DISTINCT o.kind FROM duty_occurrence o WHERE o.state = 'scheduled' AND o.owner_id = :id"
    assert [row[0] for row in town.sql(has, id=moved)] == ["plan"]  # the contract's own days came with the new post
    with town.session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "contract_handed_over")).one()
    assert event.before == {"owner": "佐藤 いと"}
    assert (event.after["owner"], event.after["batch"], event.object_number) == ("清水 ゆき", number, contract.number)
    assert town.one("SELECT count(*) FROM alert WHERE kind = 'handed_over' AND user_id = :id", id=auditor) == 1


def test_the_decision_keeps_the_name_and_post_of_its_time(town: Office) -> None:
    town.approved("colleague")
    plan(town, line("colleague", "総務部長", "契約係長"), line("staff", "", "総務部長"))

    apply(town)

    event = town.sql("SELECT actor_name, post FROM audit_event WHERE action = 'request_decided'")[0]
    assert tuple(event) == ("石井 なつ", "総務部長")


def test_a_waiting_request_is_decided_by_the_successor(town: Office) -> None:
    waiting = town.submitted("staff")
    plan(town, line("colleague", "総務部長", ""), line("auditor", "", "総務部長"))
    apply(town)

    with pytest.raises(NotPermitted):
        town.decide(waiting, "colleague")
    assert town.decide(waiting, "auditor").state == "approved"


def test_who_leaves_is_let_in_no_more(town: Office) -> None:
    plan(town, line("colleague", "総務部長", "", "退職"))
    town.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, post_name)"
        " SELECT organisation_id, created_at, id, 'ciso', '2026-04-01', '' FROM user_account"
        " WHERE login_name = 'colleague'"
    )
    apply(town)

    assert not town.one("SELECT is_active FROM user_account WHERE login_name = 'colleague'")
    assert rights(town, "colleague") == set()


def test_rights_in_somebodys_place_end_with_the_post(town: Office) -> None:
    asking = delegations.Asking("staff", ("supervising_officer",), date(2027, 3, 25), date(2027, 4, 10), "出張のため")
    key = town.do("colleague", delegations.ask, asking).key
    town.do("ciso", delegations.decide, key, version=1, is_permitted=True, note="")
    plan(town, line("colleague", "総務部長", ""))
    town.clock.set_day(date(2027, 3, 31))
    before = rights(town, "staff")

    apply(town)

    assert (before, rights(town, "staff")) == ({"supervising_officer"}, set())


def test_the_preview_says_what_would_happen_and_writes_nothing(town: Office) -> None:
    town.concluded(town.approved("colleague"))
    waiting = town.submitted("staff")
    events = town.one("SELECT count(*) FROM audit_event")
    file = csv_of(
        line("colleague", "総務部長", "サービス管理係長", "兼務"),
        line("procurement", "契約係長", "", "退職"),
    )

    seen = town.look("admin", handover.preview, "異動.csv", file)

    assert seen.can_be_planned
    assert seen.leaving == ["佐藤 いと"]
    assert seen.orphaned == ["総務部長", "契約係長"]
    assert seen.doubled == [("サービス管理係長", "清水 ゆき、石井 なつ")]
    cases = {(case.kind, case.number): (case.before, case.after) for case in seen.cases}
    assert cases["request", waiting.number] == ("石井 なつ", "")
    assert cases["contract", "K8-0001"] == ("佐藤 いと", "")
    assert {case.kind for case in seen.nobody_takes_over} >= {"request", "contract"}
    assert town.one("SELECT count(*) FROM audit_event") == events


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("tanaka,田中 みお,,総務部長,2027-04-01,本務", "「tanaka」の職員はいません"),
        ("staff,青木 なつ,,総務部長,2027-04-01,本務", "青木 はるさんです"),
        ("staff,青木 はる,,町長,2027-04-01,本務", "職「町長」はありません"),
        ("staff,青木 はる,総務部長,,2027-04-01,本務", "総務部長ではありません"),
        ("colleague,石井 なつ,,総務部長,2027-04-01,本務", "もう総務部長です"),
        ("staff,青木 はる,,総務部長,春ごろ,本務", "2027-04-01 の形"),
        ("staff,青木 はる,,総務部長,2027-04-02,本務", "同じ日の異動だけ"),
        ("staff,青木 はる,,総務部長,2027-04-01,出向", "本務・兼務・退職"),
        ("staff,青木 はる,,,2027-04-01,本務", "異動元の職か異動先の職"),
        ("staff,青木 はる,,総務部長,2027-04-01,退職", "異動先の職を書けません"),
        ("admin,関 のぞみ,,総務部長,2027-04-01,本務", "自分を職に就ける"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_by_its_number(town: Office, said: str, sentence: str) -> None:
    file = csv_of(line("auditor", "", "サービス管理係長"), said)

    seen = town.look("admin", handover.preview, "異動.csv", file)

    assert not seen.can_be_planned
    assert [error.pointer for error in seen.problems] == ["/rows/3"]
    assert sentence in seen.problems[0].message
    with pytest.raises(BadInput):
        town.do("admin", handover.plan, "異動.csv", file)


def test_a_day_that_has_passed_is_refused(town: Office) -> None:
    seen = town.look("admin", handover.preview, "x.csv", csv_of(line("staff", "", "総務部長", day="2026-11-19")))

    assert "過ぎています" in seen.problems[0].message


def test_rows_that_hold_no_longer_on_the_day_are_left_out_and_told(town: Office) -> None:
    plan(town, line("colleague", "総務部長", ""), line("staff", "", "総務部長"))
    key = town.one("SELECT id FROM post_holder WHERE user_name = '石井 なつ'")
    town.do("admin", posts.dismiss, "bucho", key, last_day=date(2027, 3, 1))

    done = apply(town)

    assert done[0].moves == 1
    assert done[0].skipped[0].startswith("2行目: ")
    assert "取り込めなかった行 1件" in str(town.one("SELECT title FROM alert WHERE kind = 'handover_applied'"))


def test_a_plan_can_be_taken_back_and_is_then_not_applied(town: Office) -> None:
    number = plan(town, line("staff", "", "総務部長"))
    with pytest.raises(StaleVersion):
        town.do("admin", handover.cancel, number, version=9)

    town.do("admin", handover.cancel, number, version=1)

    assert apply(town) == []
    with pytest.raises(WrongState):
        town.do("admin", handover.cancel, number, version=2)


def test_the_same_file_is_planned_once(town: Office) -> None:
    plan(town, line("staff", "", "総務部長"))

    with pytest.raises(WrongState, match="同じファイル"):
        plan(town, line("staff", "", "総務部長"))


def test_only_the_administrator_of_the_town_plans_and_sees(town: Office) -> None:
    number = plan(town, line("staff", "", "総務部長"))

    for person in ("staff", "ciso"):
        with pytest.raises(NotPermitted):
            town.look(person, handover.preview, "x.csv", csv_of(line("staff", "", "総務部長")))
    assert town.look("next_procurement", handover.list_handovers) == []
    with pytest.raises(NotFound):
        town.do("next_procurement", handover.cancel, number, version=1)
    seen = town.look("next_procurement", handover.preview, "x.csv", csv_of(line("staff", "", "総務部長")))
    assert "「staff」の職員はいません" in seen.problems[0].message


def test_a_change_in_the_next_town_touches_nothing_of_ours(town: Office) -> None:
    town.do("next_procurement", posts.enter_post, replace(POSTS[0], code="x"))
    file = f"{HEAD}\r\nnext_staff,隣 いち,,総務部長,2027-04-01,本務".encode()
    town.do("next_procurement", handover.plan, "x.csv", file)

    done = apply(town)

    assert [each.organisation_id for each in done] == [3]
    assert rights(town, "colleague") == {"supervising_officer"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_template_is_read_back_in_every_encoding(encoding: str) -> None:
    lines = handover_file.read_file("x.csv", handover_file.template(APRIL, encoding=encoding))

    assert [(each.row, each.login_name, each.day, each.kind) for each in lines] == [
        (2, "sato", APRIL, "本務"),
        (3, "suzuki", APRIL, "本務"),
        (4, "tanaka", APRIL, "退職"),
    ]


def test_an_excel_book_and_japanese_days_and_other_headings_are_read() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ログイン名", "氏名", "異動前", "異動後", "発令日"])
    sheet.append([1024, "佐藤 いと", None, "総務部長", datetime(2027, 4, 1)])  # noqa: DTZ001 (a day as Excel keeps it)
    sheet.append(["１０２５", "鈴木 しお", "", "契約係長", "令和9年4月1日"])
    out = BytesIO()
    book.save(out)

    lines = handover_file.read_file("x.xlsx", out.getvalue())

    assert [(each.login_name, each.day, each.kind) for each in lines] == [
        ("1024", APRIL, "本務"),
        ("1025", APRIL, "本務"),
    ]


@pytest.mark.parametrize("raw", [b"", b"\xff\xff\x00", b"PK\x03\x04broken", HEAD.encode(), b"a,b,c\r\n1,2,3"])
def test_what_is_no_such_file_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises((FileRejected, BadInput)) as refused:
        handover_file.read_file("x.csv", raw)

    assert refused.value.message.endswith("。")
