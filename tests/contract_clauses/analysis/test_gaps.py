"""What the analysis must see in a draft beyond single words: who, how firmly, and what takes it back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from models.vocabulary import GapResult

CLAUSES = load_clauses()
PARTIES = "星見ヶ丘市(以下「甲」という。)と株式会社あけぼの(以下「乙」という。)は、次のとおり契約する。\n"


def judge(clause_id: str, *articles: str) -> ClauseGap:
    text = PARTIES + "\n".join(f"第{number}条 {article}" for number, article in enumerate(articles, 1))
    (gap,) = find_gaps(read_texts([("案.txt", text)]), [CLAUSES[clause_id]], rules_alone=True)
    return gap


@pytest.mark.parametrize(
    ("clause_id", "articles", "result"),
    [
        ("client_may_audit", ["(監査)"], "missing"),
        ("client_may_audit", ["甲は、納入された成果物の検収を行う。"], "weak"),
        ("client_may_audit", ["乙は、甲の事業所に立ち入り、業務の状況を監査することができる。"], "missing"),
        ("contractor_staff_trained", ["甲は、甲の職員に情報セキュリティの教育を行わなければならない。"], "missing"),
        ("contractor_staff_trained", ["乙は、従事者に情報セキュリティの教育を行うことを要しない。"], "missing"),
        ("contractor_staff_trained", ["乙は、必要に応じて、従事者に情報セキュリティの教育を行う。"], "weak"),
        ("resubcontracting_restricted", ["乙は、業務を第三者に再委託することができる。"], "missing"),
        (
            "resubcontracting_restricted",
            ["乙は、業務を再委託してはならない。ただし、甲に通知した場合は、乙は再委託することができる。"],
            "weak",
        ),
        ("secrecy_survives_the_end", ["乙は、契約期間中、業務上知り得た秘密を漏らしてはならない。"], "weak"),
        ("information_returned_or_destroyed", ["乙は、甲から求めがあったときは、資料を返還する。"], "weak"),
        ("regular_and_emergency_reports", ["乙は、サービスを停止するときは、甲に通知する。"], "weak"),
        ("breach_has_consequences", ["乙は、いかなる損害についても一切の責任を負わない。"], "missing"),
        ("contractor_keeps_client_policy", ["乙は、乙の情報セキュリティ基本方針を遵守しなければならない。"], "missing"),
    ],
)
def test_the_traps_of_a_draft_are_not_fallen_for(clause_id: str, articles: list[str], result: str) -> None:
    assert judge(clause_id, *articles).result.value == result


@pytest.mark.parametrize(
    ("rest", "result"),
    [
        ("", "present"),
        ("その他の変更については、乙の定めるところによる。", "weak"),
        ("その他の変更については、甲の承諾を得て1名で行う。", "present"),
    ],
)
def test_a_duty_for_a_part_that_leaves_the_rest_free_is_weak(rest: str, result: str) -> None:
    said = f"乙は、本番の設定の変更を、2名で相互に確認しながら行わなければならない。{rest}"

    assert judge("changes_checked_by_two_people", said).result.value == result


@pytest.mark.parametrize(
    ("clause_id", "article", "result"),
    [
        ("client_may_audit", "乙は、甲による立入検査を拒んではならない。", "present"),
        ("client_may_audit", "乙は、甲が乙の事業所で行う監査に応じなければならない。", "present"),
        ("client_may_audit", "乙は、甲の監査に応じるよう努める。", "weak"),
        ("compliance_reported", "甲は、乙に対し、この契約の遵守状況の報告を求めることができる。", "weak"),
    ],
)
def test_what_one_side_must_bear_is_what_the_other_may_do(clause_id: str, article: str, result: str) -> None:
    assert judge(clause_id, article).result.value == result


def test_a_short_sentence_leans_on_the_one_beside_it() -> None:
    said = "乙は、業務上知り得た秘密を漏らしてはならない。契約の終了後も同様。"

    assert judge("secrecy_survives_the_end", said).result is GapResult.PRESENT


NO_LIVE_DATA = "乙は、個人情報その他の実際のデータを、試験のデータとして用いてはならない。"
UNLESS_ALLOWED = "ただし、甲の承諾を得たときは、この限りでない。"
RECORDED = "乙は、試験の記録を第三者に示してはならない。"


def test_what_takes_away_from_its_own_article_takes_nothing_from_another() -> None:
    assert judge("no_live_data_in_tests", NO_LIVE_DATA + UNLESS_ALLOWED).result is GapResult.WEAK
    assert judge("no_live_data_in_tests", NO_LIVE_DATA, RECORDED + UNLESS_ALLOWED).result is GapResult.PRESENT


def test_a_party_that_nothing_defines_is_known_by_its_word_right_after_the_number() -> None:
    said = "第1条 代金は、月額とする。\n第2条組合は、請負者の事業所に立ち入り、安全管理の状況を監査することができる。"

    (gap,) = find_gaps(read_texts([("案.txt", said)]), [CLAUSES["client_may_audit"]], rules_alone=True)

    assert gap.result is GapResult.PRESENT


def test_notwithstanding_a_range_of_numbers_puts_aside_what_stands_between_its_ends() -> None:
    opening = f"1 一般\n1.1 {PARTIES}2 責任\n2.1 {DAMAGES}\n2.2 前項の賠償の額は、委託料の1か月分を上限とする。\n"
    around = f"{opening}2.3 委託料は、月払とする。\n3 特則\n3.1 2.1から2.3までの規定にかかわらず、{FULL}"

    (gap,) = find_gaps(read_texts([("案.txt", around)]), [CLAUSES["breach_has_consequences"]], rules_alone=True)

    assert gap.result is GapResult.PRESENT


def test_a_range_puts_nothing_aside_that_lies_between_it_and_another_number() -> None:
    opening = f"1 一般\n1.1 {PARTIES}2 責任\n2.1 {DAMAGES}\n2.2 委託料は、月払とする。\n"
    capped = (
        f"{opening}3 上限\n3.1 2.1の賠償の額は、委託料の1か月分を上限とする。\n4 協議\n4.1 疑義は、協議して定める。\n"
    )
    around = f"{capped}5 特則\n5.1 2.1から2.2まで及び4.1の規定にかかわらず、{FULL}"

    (gap,) = find_gaps(read_texts([("案.txt", around)]), [CLAUSES["breach_has_consequences"]], rules_alone=True)

    assert gap.result is GapResult.WEAK


@pytest.mark.parametrize(
    "proviso",
    [
        "ただし、口頭による第一報は、この限りでない。",
        "ただし、甲の職員に引き継ぐ場合を除く。",
        "ただし、甲が自ら定めた手順に違反したことによる損害を除く。",
    ],
)
def test_a_proviso_that_gives_nothing_away_takes_nothing(proviso: str) -> None:
    said = f"乙は、個人情報が漏えいしたときは、これにより甲に生じた損害を賠償しなければならない。{proviso}"

    assert judge("leak_liability_stated", said).result is GapResult.PRESENT


LEAK_PAID = "乙は、個人情報が漏えいしたときは、これにより甲に生じた損害を賠償しなければならない。"
NOT_HANDED_ON = "乙は、甲の書面による承諾を得ないで業務を第三者に委託してはならない。"


@pytest.mark.parametrize(
    ("clause_id", "duty", "proviso"),
    [
        (
            "resubcontracting_restricted",
            NOT_HANDED_ON,
            "ただし、軽微な業務については、乙は、口頭で届け出て委託することができる。",
        ),
        (
            "leak_liability_stated",
            LEAK_PAID,
            "ただし、甲の損害のうち乙の重大な過失によらない部分については、乙は責任を負わない。",
        ),
        ("leak_liability_stated", LEAK_PAID, "ただし、甲の催告がない限り、乙は責任を負わない。"),
    ],
)
def test_a_proviso_that_gives_the_duty_away_is_not_taken_for_a_harmless_one(
    clause_id: str, duty: str, proviso: str
) -> None:
    assert judge(clause_id, duty).result is GapResult.PRESENT
    assert judge(clause_id, duty + proviso).result is not GapResult.PRESENT


AUDIT = "甲は、乙の事業所に立ち入り、安全管理の状況を監査することができる。"


def test_a_deleted_article_counts_nothing() -> None:
    assert judge("client_may_audit", "削除", "乙は、業務を誠実に行う。").result is GapResult.MISSING


def test_an_article_that_another_takes_back_counts_nothing() -> None:
    assert judge("client_may_audit", AUDIT, "第1条の規定は、適用しない。").result is GapResult.MISSING


def test_an_article_that_another_limits_is_weak() -> None:
    limits = "第1条の規定は、乙が認証を受けている場合には、適用しない。"

    assert judge("client_may_audit", AUDIT, limits).result is GapResult.WEAK


DAMAGES = "乙は、この契約に違反して甲に損害を与えたときは、その損害を賠償する。"
CAP = "前条の賠償の額は、委託料の1か月分を上限とする。"
FULL = "乙は、この契約に違反したときは、甲に生じた損害の全部を賠償しなければならない。"


@pytest.mark.parametrize(
    ("articles", "result"),
    [
        ([DAMAGES], "present"),
        ([DAMAGES, CAP], "weak"),
        ([DAMAGES, CAP, FULL], "weak"),
        ([DAMAGES, CAP, f"第2条の規定にかかわらず、{FULL}"], "present"),
        ([DAMAGES, CAP, f"この契約の他の定めにかかわらず、{FULL}"], "present"),
        ([DAMAGES, CAP, f"第1条の規定にかかわらず、{FULL}"], "weak"),
        ([DAMAGES, CAP, f"第2条の規定にかかわらず、{FULL[:-10]}するよう努める。"], "weak"),
    ],
)
def test_a_cap_holds_unless_a_binding_sentence_puts_it_aside(articles: list[str], result: str) -> None:
    assert judge("breach_has_consequences", *articles).result.value == result


def test_a_missing_clause_shows_what_speaks_against_it() -> None:
    gap = judge("leak_liability_stated", DAMAGES, CAP)

    assert gap.result is GapResult.MISSING
    assert gap.reason.startswith("「")
    assert "第2条" in gap.reason
    assert [span.element for span in gap.spans] == [None]


def test_a_survival_that_stands_in_another_article_is_found_by_its_reference() -> None:
    secrecy = "乙は、業務上知り得た秘密を漏らしてはならない。"

    assert judge("secrecy_survives_the_end", secrecy, "乙は、業務を誠実に行う。").result is GapResult.WEAK
    assert (
        judge("secrecy_survives_the_end", secrecy, "第1条の規定は、契約の終了後も効力を有する。").result
        is GapResult.PRESENT
    )


def test_an_item_counts_with_the_sentence_that_opens_its_list() -> None:
    listed = "乙は、次に掲げる事項を遵守しなければならない。\n(1) 業務上知り得た秘密を、契約の終了後も漏らさないこと。"
    soft = "乙は、次に掲げる事項の実現に努めるものとする。\n(1) 業務上知り得た秘密を、契約の終了後も漏らさないこと。"

    assert judge("secrecy_survives_the_end", listed).result is GapResult.PRESENT
    assert judge("secrecy_survives_the_end", soft).result is GapResult.WEAK


def test_a_word_that_the_draft_defines_is_read_as_what_it_means() -> None:
    defined = "この契約において「有事」とは、情報の漏えい又は不正な侵入をいう。"
    told = "乙は、有事を知ったときは、直ちに甲に報告しなければならない。"

    assert judge("provider_reports_incidents", defined, told).result is GapResult.PRESENT


def test_the_answer_shows_the_place_and_the_words() -> None:
    text = PARTIES + f"第1条 {AUDIT}"
    draft = read_texts([("案.txt", text)])
    (gap,) = find_gaps(draft, [CLAUSES["client_may_audit"]], rules_alone=True)
    (span,) = gap.spans

    assert draft.text[span.start : span.end] == span.quote
    assert "監査することができる" in span.quote
    assert span.article == "第1条"
    assert gap.score == 1.0


def test_an_unreadable_draft_is_never_called_missing() -> None:
    unreadable = Draft(readable=False, problem="「案.pdf」は画像だけです。文字のあるファイルを選んでください。")
    gaps = find_gaps(unreadable, CLAUSES.values())

    assert {gap.result for gap in gaps} == {GapResult.UNREADABLE}
    assert all(gap.reason == unreadable.problem for gap in gaps)


def test_an_empty_draft_holds_nothing() -> None:
    assert {gap.result for gap in find_gaps(Draft(readable=True), CLAUSES.values())} == {GapResult.MISSING}


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="第1条甲乙は、。(1)ア秘密を漏ら監査報告しなければならない\n別記|　 ", max_size=200))
def test_whatever_is_written_gets_the_same_answer_twice(text: str) -> None:
    draft = read_texts([("案.txt", text)])
    core = [CLAUSES["client_may_audit"], CLAUSES["secrecy_survives_the_end"]]

    assert find_gaps(draft, core) == find_gaps(draft, core)


@pytest.mark.parametrize(
    ("said", "result"),
    [("知った時から12時間以内に", "present"), ("知った日から3日以内に", "weak"), ("速やかに", "weak")],
)
def test_a_time_is_compared_with_the_figure_of_the_pack(said: str, result: str) -> None:
    text = PARTIES + f"第1条 乙は、情報の漏えいが生じたときは、{said}甲に報告しなければならない。"
    clause = CLAUSES["provider_reports_incidents"]
    figures = {clause.id: {"notice_within_hours": 24}}
    (gap,) = find_gaps(read_texts([("案.txt", text)]), [clause], figures, rules_alone=True)

    assert gap.result.value == result


def test_one_place_of_an_annex_is_taken_back_and_the_rest_stays() -> None:
    text = (
        "保守業務委託契約書\n第1条 乙は、別記を守る。ただし、別記の第2は適用しない。\n第2条 代金は、翌月に払う。\n"
        "第3条 乙は、履行期限を守る。\n\n別記\n個人情報を扱うときの決まり\n"
        "第1 乙は、従事者に情報セキュリティの教育を行わなければならない。\n"
        "第2 甲は、乙の事業所に立ち入り、検査することができる。\n第3 乙は、甲の指示に従う。\n"
    )
    trained, audited = (
        find_gaps(read_texts([("案.txt", text)]), [CLAUSES[name]])[0].result.value
        for name in ("contractor_staff_trained", "client_may_audit")
    )

    assert (trained, audited) == ("present", "missing")


@pytest.mark.parametrize(
    ("proviso", "result"),
    [
        ("ただし、甲の操作の誤りによるものを除く。", GapResult.PRESENT),
        ("ただし、乙の操作の誤りによるものを除く。", GapResult.WEAK),
        ("ただし、甲が誤りと立証したものを除き、責任を負わない。", GapResult.WEAK),
    ],
)
def test_only_the_client_s_own_mistake_is_no_way_out(proviso: str, result: GapResult) -> None:
    said = f"乙は、個人情報を漏えいしたときは、これにより生じた損害を賠償する。{proviso}"

    assert judge("leak_liability_stated", said).result is result
