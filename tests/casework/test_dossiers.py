"""Evidence is entered once, judged by another person, cited by hash, and never changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework import dossier_links, dossier_uses, dossiers, requests, separation
from casework.errors import BadInput, FileRejected, NotFound, NotPermitted, WrongState
from casework.evidence import Upload
from models.vocabulary import EvidenceStanding, SeparationPart
from tests.casework.dossier_desk import LISTED, PDF, accepted, entered, evidence_in, service_about
from tests.office import Office, cloud, document


def test_evidence_carries_its_hash_and_that_of_the_harmless_copy(office: Office) -> None:
    about = service_about(office)

    item = office.do(
        "staff",
        dossiers.enter,
        about,
        evidence_in(),
        Upload("原本.pdf", PDF),
        clean=Upload("無害化.pdf", b"%PDF-1.7 clean"),
    )

    row = office.look("auditor", dossiers.find_item, item.key)
    assert (row.item.sha256, row.item.clean_sha256) == (
        office.one("SELECT sha256 FROM evidence_file WHERE name = '原本.pdf'"),
        office.one("SELECT sha256 FROM evidence_file WHERE name = '無害化.pdf'"),
    )
    assert (row.standing, list(row.provisions), row.entered_by) == (EvidenceStanding.UNEVALUATED, [LISTED], "青木 はる")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "rumour"}, "/kind"),
        ({"received_from": " "}, "/received_from"),
        ({"received_on": date(2026, 11, 21)}, "/received_on"),
        ({"valid_from_on": date(2027, 4, 1)}, "/valid_until_on"),
        ({"provisions": ("99-9",)}, "/provisions"),
    ],
)
def test_what_cannot_be_entered_points_at_the_field(
    sqlite_office: Office, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(BadInput) as refused:
        entered(sqlite_office, **changes)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_evidence_needs_a_file_that_is_what_it_says(sqlite_office: Office) -> None:
    for name, content in (("x.pdf", b""), ("x.svg", b"<svg/>"), ("x.pdf", b"<html>")):
        with pytest.raises(FileRejected):
            sqlite_office.do(
                "staff", dossiers.enter, service_about(sqlite_office), evidence_in(), Upload(name, content)
            )


def test_who_supplied_evidence_does_not_evaluate_it(office: Office) -> None:
    own = entered(office, by="security_officer")

    with pytest.raises(NotPermitted, match=r"1\(8\)①"):
        office.do("security_officer", dossiers.evaluate, own.key, is_accepted=True, reason="自分で見た")
    office.do("supervising_officer", dossiers.evaluate, own.key, is_accepted=True, reason="登録簿で照合した")

    assert office.look("staff", dossiers.find_item, own.key).standing is EvidenceStanding.ACCEPTED


def test_only_a_case_permitted_by_the_ciso_lets_one_person_do_both_once(office: Office) -> None:
    own = entered(office, by="security_officer")
    case = office.do(
        "security_officer",
        separation.ask,
        SeparationPart.EVIDENCE,
        object_kind="evidence",
        object_number=str(own.key),
        reason="ほかに担当がいない",
    )
    office.do("ciso", separation.decide_case, case.key, version=1, is_permitted=True, note="今回に限る")

    made = office.do("security_officer", dossiers.evaluate, own.key, is_accepted=True, reason="原本を見た")

    assert made.unavoidable_case_id == case.key
    with pytest.raises(NotPermitted):
        office.do("security_officer", dossiers.evaluate, own.key, is_accepted=False, reason="もう一度")


def test_staff_do_not_evaluate_and_an_evaluation_has_a_reason(sqlite_office: Office) -> None:
    item = entered(sqlite_office)

    with pytest.raises(NotPermitted, match="証拠を評価するのは"):
        sqlite_office.do("staff", dossiers.evaluate, item.key, is_accepted=True, reason="よい")
    with pytest.raises(BadInput):
        sqlite_office.do("security_officer", dossiers.evaluate, item.key, is_accepted=True, reason=" ")


def test_a_newer_one_takes_the_place_and_the_old_one_stays(office: Office) -> None:
    old = accepted(office)

    new = office.do(
        "staff",
        dossiers.replace_item,
        old.key,
        evidence_in(valid_until_on=date(2028, 3, 31)),
        Upload("新.pdf", b"%PDF-1.7 new"),
    )

    rows = office.look("staff", dossiers.list_about, service_about(office))
    assert [(row.item.key, row.standing) for row in rows] == [
        (new.key, EvidenceStanding.UNEVALUATED),
        (old.key, EvidenceStanding.SUPERSEDED),
    ]
    with pytest.raises(WrongState, match=f"証拠{new.key}"):
        office.do("staff", dossiers.replace_item, old.key, evidence_in(), Upload("三.pdf", b"%PDF-1.7 third"))


def test_evidence_stands_to_its_last_day_and_not_after(sqlite_office: Office) -> None:
    item = accepted(sqlite_office)

    for day, standing in (
        (date(2027, 3, 31), EvidenceStanding.ACCEPTED),
        (date(2027, 4, 1), EvidenceStanding.EXPIRED),
    ):
        sqlite_office.clock.set_day(day)
        assert sqlite_office.look("staff", dossiers.find_item, item.key).standing is standing


def test_withdrawing_needs_a_reason_and_the_right_person_and_is_done_once(sqlite_office: Office) -> None:
    item = entered(sqlite_office)

    with pytest.raises(NotPermitted):
        sqlite_office.do("staff", dossiers.withdraw, item.key, reason="誤り")
    with pytest.raises(BadInput):
        sqlite_office.do("colleague", dossiers.withdraw, item.key, reason="")
    sqlite_office.do("colleague", dossiers.withdraw, item.key, reason="別のサービスのものだった")

    with pytest.raises(WrongState):
        sqlite_office.do("colleague", dossiers.withdraw, item.key, reason="もう一度")
    with pytest.raises(WrongState):
        sqlite_office.do("security_officer", dossiers.evaluate, item.key, is_accepted=True, reason="見た")


def test_the_next_town_sees_and_does_nothing_with_our_evidence(office: Office) -> None:
    item = entered(office)
    provider_id = service_about(office).provider.key

    for deed in (
        lambda call: dossiers.find_item(call, item.key),
        lambda call: dossiers.about_service(call, "S8-0001"),
        lambda call: dossiers.about_provider(call, provider_id),
        lambda call: dossiers.evaluate(call, item.key, is_accepted=True, reason="よい"),
        lambda call: dossiers.withdraw(call, item.key, reason="不要"),
        lambda call: dossiers.replace_item(call, item.key, evidence_in(), Upload("x.pdf", PDF)),
        lambda call: dossier_uses.with_evidence(call, {}, item.key),
    ):
        with pytest.raises(NotFound):
            office.do("next_officer", deed)
    assert office.look("next_officer", dossier_uses.offers, [cloud()], [LISTED]) == {}
    assert office.look("next_officer", dossier_uses.requests_leaning_on, item.key) == []


def test_another_department_is_offered_what_the_organisation_has_and_cites_it(office: Office) -> None:
    item = accepted(office)
    draft = office.do("other_manager", requests.create_request, document(subjects=[cloud(name="○○　予約")]))

    offered = office.look("other_manager", dossier_uses.offers, [cloud(name="○○　予約")], [LISTED])
    answer = office.look("other_manager", dossier_uses.with_evidence, {}, offered[LISTED][0].item.key)
    office.do("other_manager", requests.save_answers, draft.number, version=1, answers={LISTED: answer})

    assert answer == {
        "answer": "yes",
        "evidence": dossier_links.citation_of(item),
        "valid_until": "2027-03-31",
    }
    assert item.sha256 in answer["evidence"]
    assert office.sql("SELECT request_id, provision, item_id FROM dossier_link") == [(draft.key, LISTED, item.key)]


def test_what_an_answer_already_says_is_kept_beside_the_citation(sqlite_office: Office) -> None:
    item = accepted(sqlite_office)
    said = {"answer": "conditional", "condition": "更新", "evidence": "規約 第3条", "valid_until": "2026-12-31"}

    once = sqlite_office.look("staff", dossier_uses.with_evidence, said, item.key)
    twice = sqlite_office.look("staff", dossier_uses.with_evidence, once, item.key)

    assert once == said | {"evidence": f"規約 第3条、{dossier_links.citation_of(item)}"}
    assert twice == once


def test_a_link_goes_with_the_citation_and_counts_only_under_the_true_hash(office: Office) -> None:
    item = accepted(office)
    draft = office.draft()
    cited = dossier_links.citation_of(item)

    for version, (said, links) in enumerate(
        [(cited, 1), (cited.replace(item.sha256, "0" * 64), 0), (cited, 1), ("規約", 0)], start=1
    ):
        answers = {LISTED: {"answer": "yes", "evidence": said}}
        office.do("staff", requests.save_answers, draft.number, version=version, answers=answers)
        assert office.one("SELECT count(*) FROM dossier_link") == links


def test_evidence_of_another_provider_or_that_fell_is_not_taken_over(sqlite_office: Office) -> None:
    item = accepted(sqlite_office)

    assert sqlite_office.look("staff", dossier_uses.offers, [cloud(name="別の", provider="別社")], [LISTED]) == {}
    assert sqlite_office.look("staff", dossier_uses.offers, [cloud()], ["8-3(3)③"]) == {}
    sqlite_office.clock.set_day(date(2027, 3, 31) + timedelta(days=1))
    (shown,) = sqlite_office.look("staff", dossier_uses.offers, [cloud()], [LISTED])[LISTED]
    assert not shown.is_usable
    with pytest.raises(WrongState):
        sqlite_office.look("staff", dossier_uses.with_evidence, {}, item.key)


def test_evidence_about_a_provider_is_there_for_each_of_its_services(sqlite_office: Office) -> None:
    about = dossiers.About(service_about(sqlite_office).provider)
    item = sqlite_office.do("staff", dossiers.enter, about, evidence_in(kind="privacy_mark"), Upload("P.pdf", PDF))

    offered = sqlite_office.look("staff", dossier_uses.offers, [cloud(name="まったく別のサービス")], [LISTED])

    assert [row.item.key for row in offered[LISTED]] == [item.key]
