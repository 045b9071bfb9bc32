"""Clauses compiled into duties: what a confirmed passage makes somebody do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.library import ClauseLibraryError, load_clauses
from contract_clauses.promises import FILE, Promise, load_rules, read_promises, read_rules
from contract_clauses.time_words import AT_ONCE, Cycle, DueDay, Span, Survival, Unit
from models.vocabulary import DutyKind

REPORTS = "regular_and_emergency_reports"


def promised(clause: str, text: str, **defaults: str) -> dict[str, Promise]:
    return {promise.kind: promise for promise in read_promises({clause: [text]}, defaults=defaults)}


def test_a_report_is_due_by_the_day_the_contract_names() -> None:
    found = promised(REPORTS, "乙は、業務の実施状況を、毎月、翌月１０日までに書面で甲に報告しなければならない。")[
        "regular_report"
    ]

    assert (found.every, found.day, found.duty) == (Cycle("P1M"), DueDay(10, 1), DutyKind.PERIODIC)
    assert found.label == "業務と対策の状況の定期報告を受ける(毎月、翌月10日まで)"
    assert not found.is_default


def test_a_report_after_each_quarter_has_its_days() -> None:
    found = promised(REPORTS, "受注者は、各四半期の終了後15日以内に、実施状況報告書を提出するものとする。")[
        "regular_report"
    ]

    assert (found.every, found.within, found.day) == (Cycle("P3M"), Span(15, Unit.DAYS), None)


def test_an_incident_is_told_in_the_steps_the_contract_names() -> None:
    text = "漏えいを知ったときは、知った時から一時間以内に第一報を行い、二十四時間以内に状況を書面で報告する。"

    steps = [each for each in read_promises({REPORTS: [text]}) if each.kind == "incident_notice"]

    assert [(each.within, each.label) for each in steps] == [
        (Span(1, Unit.HOURS), "事故の報告を受ける(1時間以内、第一報)"),
        (Span(24, Unit.HOURS), "事故の報告を受ける(24時間以内、書面の報告)"),
    ]
    assert {each.duty for each in steps} == {DutyKind.EVENT}


def test_what_must_be_done_at_once_is_no_notice() -> None:
    text = "事故が発生したときは、受注者は、直ちに業務を止め、3日以内に報告書を提出する。"

    steps = [each for each in read_promises({REPORTS: [text]}) if each.kind == "incident_notice"]

    assert [each.within for each in steps] == [Span(3, Unit.DAYS)]


def test_a_notice_without_a_number_is_a_duty_without_one() -> None:
    found = promised("provider_reports_incidents", "侵害を認識したときは、遅滞なくお客様に通知します。")[
        "incident_notice"
    ]

    assert found.within is None
    assert not found.is_default


def test_the_very_same_promise_in_two_clauses_is_one_duty() -> None:
    text = "漏えいを検知したときは、24時間以内に報告する。"

    found = read_promises({REPORTS: [text], "provider_reports_incidents": [text]})

    assert [each.clause for each in found if each.kind == "incident_notice"] == [REPORTS]


def test_the_cycle_of_the_prevention_report_is_the_one_of_the_cause() -> None:
    text = "検知後1時間以内に影響範囲を切り分け、収束後10日以内に原因と再発防止策の報告書を提出する。"

    found = promised("incident_response_agreed", text)["incident_follow_up"]

    assert (found.within, found.since) == (Span(10, Unit.DAYS), "settled")


def test_a_right_without_a_cycle_gets_the_bodys_own_and_says_so() -> None:
    text = "甲は、乙の事業所に立ち入り、監査することができる。"

    ours, theirs = promised("client_may_audit", text), promised("client_may_audit", text, yearly_audit="P6M")

    assert (ours["yearly_audit"].every, ours["yearly_audit"].is_default) == (Cycle("P1Y"), True)
    assert theirs["yearly_audit"].every == Cycle("P6M")
    assert "契約に定めなし" in theirs["yearly_audit"].label
    assert ours["audit_right"].duty is DutyKind.EVENT


def test_a_cycle_in_the_contract_comes_before_the_bodys_own() -> None:
    found = promised("client_may_audit", "発注者は、年２回、受注者を監査する。", yearly_audit="P1Y")["yearly_audit"]

    assert (found.every, found.is_default) == (Cycle("P6M"), False)


def test_the_staff_list_is_due_after_the_conclusion_and_on_every_change() -> None:
    text = "乙は、契約締結後７日以内に従事者名簿を提出する。変更するときも、同様とする。"

    found = promised("handling_workers_named", text)

    assert (found["staff_list"].within, found["staff_list"].since) == (Span(7, Unit.DAYS), "conclusion")
    assert found["staff_change"].duty is DutyKind.EVENT


def test_a_list_that_says_nothing_of_changes_makes_no_duty_for_them() -> None:
    assert set(promised("handling_workers_named", "乙は、従事者名簿を提出しなければならない。")) == {"staff_list"}


def test_return_and_certificate_have_their_own_limits() -> None:
    text = (
        "乙は、本契約の終了の日から30日以内に、情報の全てを返還し、又は消去しなければならない。\n"
        "2 乙は、消去の日から10日以内に証明書を提出しなければならない。"
    )

    found = promised("information_returned_or_destroyed", text)

    assert (found["return_and_deletion"].within, found["return_and_deletion"].duty) == (
        Span(30, Unit.DAYS),
        DutyKind.END,
    )
    assert (found["deletion_certificate"].within, found["deletion_certificate"].since) == (
        Span(10, Unit.DAYS),
        "erasure",
    )


def test_returning_at_once_asks_for_no_certificate_that_nobody_promised() -> None:
    found = promised("information_returned_or_destroyed", "契約の終了後直ちに、資料の一切を返還する。")

    assert set(found) == {"return_and_deletion"}
    assert found["return_and_deletion"].within == AT_ONCE


@pytest.mark.parametrize(
    ("text", "until", "words"),
    [
        ("秘密を漏らしてはならない。本契約が終了し、又は解除された後も、同様とする。", Survival(None), "(期限なし)"),
        (
            "秘密を漏らしてはならず、この義務は、契約終了後5年間存続する。",
            Survival(Span(5, Unit.YEARS)),
            "(終了後5年間)",
        ),
    ],
)
def test_secrecy_outlives_the_contract_as_long_as_it_says(text: str, until: Survival, words: str) -> None:
    found = promised("secrecy_survives_the_end", text)["secrecy_survival"]

    assert found.until == until
    assert found.label.endswith(words)
    assert not found.is_default


def test_re_outsourcing_is_approved_tier_by_tier() -> None:
    text = "乙は、甲の書面による承諾を得なければ、再委託してはならない。再委託先が更に委託するときも、同様とする。"

    found = promised("resubcontracting_restricted", text)["subcontract_approval"]

    assert (found.duty, found.every, found.within) == (DutyKind.EVENT, None, None)
    assert "その先を含む" in found.trigger


def test_clauses_nothing_is_known_of_make_no_duty() -> None:
    assert read_promises({}) == ()
    assert read_promises({REPORTS: [], "client_may_publish_incidents": ["甲は、公表することができる。"]}) == ()


def test_a_promise_is_told_with_iso_durations() -> None:
    text = "乙は、毎月末日までに報告書を提出する。"

    told = promised(REPORTS, text)["regular_report"].to_json_dict()

    assert told | {"label": "", "record": ""} == {
        "kind": "regular_report",
        "clause": REPORTS,
        "label": "",
        "duty": "periodic",
        "trigger": "",
        "record": "",
        "quote": text,
        "every": "P1M",
        "times": 1,
        "day": {"day": 0, "later": 0, "month": None},
        "within": None,
        "since": "",
        "until": None,
        "is_default": False,
    }


def test_every_kind_rests_on_clauses_of_the_library() -> None:
    named = {clause for rule in load_rules() for clause in rule.clauses}

    assert named <= set(load_clauses())


def test_every_clause_with_a_duty_makes_it_from_our_own_wording() -> None:
    quotes = {name: [clause.wording.kou_otsu] for name, clause in load_clauses().items()}

    found = read_promises(quotes)

    assert {promise.kind for promise in found} == {rule.kind for rule in load_rules()}
    guessed = {promise.kind for promise in found if promise.is_default}
    assert guessed == {
        "yearly_audit",
        "subcontractor_audit",
    }  # how often the client audits is no text of the contractor's


@given(
    st.dictionaries(
        st.sampled_from(sorted({clause for rule in load_rules() for clause in rule.clauses})),
        st.lists(
            st.text(
                alphabet="甲乙は報告を毎月年1０十日以内に直ちに終了後も秘密教育監査。、\n証明変更漏えい", max_size=60
            ),
            max_size=3,
        ),
        max_size=4,
    )
)
def test_whatever_the_words_every_duty_can_be_read_by_a_person(quotes: dict[str, list[str]]) -> None:
    for promise in read_promises(quotes):
        assert promise.label
        assert promise.quote in "\n".join(quotes[promise.clause])
        assert (promise.every is not None) == (promise.duty is DutyKind.PERIODIC)
        assert bool(promise.trigger) == (promise.duty is DutyKind.EVENT)
        promise.to_json_dict()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("  default_every: P1Y\n  record: 報告書と受け取った日", "  record: 報告書と受け取った日", "default_every"),
        ("since: [erasure, end", "since: [erasing, end", "erasing"),
        ("kind: incident_notice", "kind: regular_report", "同じ kind"),
        ("about: 返還|返却", "about: (返還|返却", "書き方が違います"),
        ("- kind: regular_report", "- kind: [regular_report", "YAML として読めません"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(before: str, after: str, told: str) -> None:
    shipped = FILE.read_text(encoding="utf-8")
    assert before in shipped

    with pytest.raises(ClauseLibraryError, match=r"promises\.yaml: ") as caught:
        read_rules(shipped.replace(before, after, 1))

    assert told in str(caught.value)
