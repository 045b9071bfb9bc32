"""What went wrong with alerts in GLPI and Snipe-IT, issue by issue, and what holds here.

Told in our own words from the public issues of glpi-project/glpi and grokability/snipe-it (their numbers stand in the
names). Terms are rows with their own dates and never worked out again when an alert is due.
"""

import json
from datetime import date, timedelta

import pytest

from casework import alert_settings, alerts, contracts
from casework.contracts import TermIn
from casework.errors import BadInput
from models.contract import Contract
from tests.casework.mailing import Post, run
from tests.office import Office

WAIVE = "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id WHERE state = 'scheduled'"


def ledger_of(office: Office, kind: str) -> list[tuple[str, str]]:
    """Return, of one kind of notice, which date was told of on which day."""
    rows = office.sql("SELECT due_on, send_on FROM alert WHERE kind = :kind AND state <> 'withdrawn' ORDER BY id",
                      kind=kind)  # fmt: skip
    return [(str(row[0])[:10], str(row[1])[:10]) for row in rows]


def lead_days(office: Office, **leads: list[int]) -> None:
    kept = {"mfa_roles": [], "alerts": {"ladder": [], **leads}}
    office.sql("UPDATE organisation SET settings = :kept WHERE code = 'hoshimigaoka'", kept=json.dumps(kept))


def concluded(office: Office, starts: date, ends: date, notice: date) -> Contract:
    """Return a contract with these dates, known since November 2026, and no duty beside it."""
    made = office.concluded(term=TermIn(starts, ends, notice))
    office.sql(WAIVE)
    office.sql("UPDATE contract SET dated_at = '2026-11-20 01:00:00+00:00'")
    office.sql("DELETE FROM alert")
    return made


def run_every_day(office: Office, first: date, last: date, post: Post | None = None) -> Post:
    kept = post or Post()
    day = first
    while day <= last:
        run(office, day, kept, hurry=False)
        day += timedelta(days=1)
    return kept


def renew(office: Office, contract: Contract, starts: date, ends: date, notice: date) -> Contract:
    renewed = office.do(
        "procurement", contracts.renew, contract.number, version=contract.version, term=TermIn(starts, ends, notice)
    )
    office.sql("UPDATE contract SET dated_at = :at", at=office.clock().isoformat(" "))
    return renewed


def test_glpi_23084_after_a_renewal_the_notice_is_told_by_the_new_end(sqlite_office: Office) -> None:
    """There: tacitly renewed to 28 August 2026, but the notice stayed two months before the first end, in 2025."""
    office = sqlite_office
    lead_days(office, notice=[0], end=[0])
    made = concluded(office, date(2026, 12, 1), date(2027, 8, 30), date(2027, 6, 30))
    run_every_day(office, date(2027, 6, 28), date(2027, 7, 2))
    renew(office, made, date(2027, 8, 31), date(2028, 8, 30), date(2028, 6, 30))

    run_every_day(office, date(2027, 8, 27), date(2027, 9, 2))
    run_every_day(office, date(2028, 6, 28), date(2028, 7, 3))

    assert ledger_of(office, "notice") == [("2027-06-30", "2027-06-30"), ("2028-06-30", "2028-06-30")]
    assert ledger_of(office, "end") == []  # and the first end is told of no more


def test_glpi_14703_and_15893_three_years_first_then_one_by_one(sqlite_office: Office) -> None:
    """There: 36 months and then 12 each; the end and the notice came out years wrong. Here each term says its own."""
    office = sqlite_office
    lead_days(office, notice=[0], end=[0])
    made = concluded(office, date(2026, 12, 1), date(2029, 11, 30), date(2029, 8, 31))
    run_every_day(office, date(2029, 8, 30), date(2029, 9, 3))
    made = renew(office, made, date(2029, 12, 1), date(2030, 11, 30), date(2030, 8, 30))
    run_every_day(office, date(2029, 11, 28), date(2029, 12, 4))
    run_every_day(office, date(2030, 8, 29), date(2030, 9, 2))

    assert ledger_of(office, "notice") == [("2029-08-31", "2029-08-31"), ("2030-08-30", "2030-08-30")]
    assert ledger_of(office, "end") == []


def test_glpi_6004_the_length_of_the_contract_counts(sqlite_office: Office) -> None:
    """There: 21 days before the notice of a contract of 36 months was reckoned as if it ran 12: two years early."""
    office = sqlite_office
    lead_days(office, notice=[21], end=[0])
    concluded(office, date(2026, 12, 1), date(2029, 11, 30), date(2029, 8, 31))

    run_every_day(office, date(2027, 7, 1), date(2027, 9, 30))
    early = ledger_of(office, "notice")
    run_every_day(office, date(2029, 8, 1), date(2029, 9, 5))

    assert early == []
    assert ledger_of(office, "notice") == [("2029-08-31", "2029-08-10")]


def test_glpi_4760_what_an_earlier_version_kept_does_not_move_the_day(sqlite_office: Office) -> None:
    """There: rows of an older version made every later alert come on a wrong day. Here a row is one notice."""
    office = sqlite_office
    lead_days(office, notice=[7], end=[7])
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))
    office.sql("UPDATE contract SET next_alert_on = '2000-01-01'")  # as a migration leaves it

    run_every_day(office, date(2027, 9, 20), date(2027, 12, 1))

    assert ledger_of(office, "notice") == [("2027-09-30", "2027-09-22")]  # the 23rd is a holiday
    assert ledger_of(office, "end")[0] == ("2027-11-30", "2027-11-22")  # so is this 23rd


def test_glpi_2596_the_end_is_told_by_the_end_and_not_by_the_beginning(sqlite_office: Office) -> None:
    """There: the mail about the end went out by the first day of the contract."""
    office = sqlite_office
    lead_days(office, notice=[0], end=[14])
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))

    run_every_day(office, date(2026, 11, 20), date(2026, 12, 20))

    assert ledger_of(office, "end") == []


def test_glpi_4571_another_date_is_told_of_again_and_the_old_one_is_not(sqlite_office: Office) -> None:
    """There: once an alert was sent, a contract whose dates changed never sent another."""
    office = sqlite_office
    lead_days(office, notice=[0], end=[30])
    made = concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))
    post = run_every_day(office, date(2027, 10, 28), date(2027, 11, 1))
    renew(office, made, date(2027, 12, 1), date(2028, 11, 30), date(2028, 9, 29))

    run_every_day(office, date(2027, 11, 29), date(2027, 12, 3), post)
    run_every_day(office, date(2028, 10, 30), date(2028, 11, 1), post)

    assert ledger_of(office, "end") == [("2027-11-30", "2027-10-29"), ("2028-11-30", "2028-10-31")]
    assert sum(letter.body.count("契約の満了") for letter in post.letters) == 2


def test_glpi_1410_one_alert_does_not_use_up_the_others(sqlite_office: Office) -> None:
    """There: one alert a contract, ever."""
    office = sqlite_office
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))

    run_every_day(office, date(2027, 6, 28), date(2027, 12, 2))

    assert len(ledger_of(office, "notice")) == len(alerts.LEAD_DAYS)
    assert len(ledger_of(office, "end")) == len(alerts.LEAD_DAYS) + 1  # and that it is over


def test_glpi_6164_a_contract_without_renewal_is_told_of_before_and_after_its_end(sqlite_office: Office) -> None:
    """There: nothing 21 days before, and nothing when it had ended."""
    office = sqlite_office
    lead_days(office, notice=[0], end=[21])
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))

    run_every_day(office, date(2027, 11, 5), date(2027, 12, 3))

    assert ledger_of(office, "end") == [("2027-11-30", "2027-11-09"), ("2027-11-30", "2027-12-01")]


def test_snipe_it_10046_each_kind_and_each_contract_has_days_of_its_own(sqlite_office: Office) -> None:
    """There: one threshold for everything."""
    office = sqlite_office
    made = concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))
    own = {"duty": [7], "notice": [60], "end": [30], "of_contracts": {made.number: [180, 0]}}
    office.do("admin", alert_settings.save_settings, alert_settings.read_settings(own), version=1)

    run_every_day(office, date(2027, 3, 25), date(2027, 6, 10))

    assert ledger_of(office, "notice") == [("2027-09-30", "2027-04-02")]  # 180 days before is a Saturday
    assert ledger_of(office, "end") == [("2027-11-30", "2027-06-03")]


def test_snipe_it_9186_the_day_to_decide_is_told_of_not_only_the_last_day(sqlite_office: Office) -> None:
    """There: only the expiry counted. Here the day until which notice may be given has alerts of its own."""
    office = sqlite_office
    lead_days(office, notice=[30], end=[1])
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))

    post = run_every_day(office, date(2027, 8, 30), date(2027, 9, 1))

    assert "K8-0001 更新・終了の通知期限(期限 2027-09-30(木))" in post.text
    assert "契約の満了" not in post.text


def test_snipe_it_resends_every_day_and_here_the_same_words_never_go_twice(sqlite_office: Office) -> None:
    office = sqlite_office
    concluded(office, date(2026, 12, 1), date(2027, 11, 30), date(2027, 9, 30))

    post = run_every_day(office, date(2027, 9, 1), date(2027, 9, 17))

    assert len(post.letters) == len(ledger_of(office, "notice")) == 2  # 30 days, a day late, and 14


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"duty": []}, "/duty"),
        ({"end": [401]}, "/end"),
        ({"of_contracts": {"K8-0001": [1, 30]}}, ""),
        ({"ladder": ["auditor"]}, ""),
        ({"escalate_after_open_days": 0}, "/escalate_after_open_days"),
        ({"colour": 1}, "/colour"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_a_sentence(stated: dict[str, object], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        alert_settings.read_settings(stated)

    assert [error.pointer for error in refused.value.errors] == [pointer or "/"]
    assert refused.value.errors[0].message.endswith("。")
