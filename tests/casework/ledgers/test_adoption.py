"""Day one: an office's own ledger, as messy as people keep it, comes in with nothing lost and nothing approved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework import contract_adoption, contracts, endings
from casework.contract_adoption import ExistingIn
from casework.contracts import TermIn
from casework.errors import BadInput, NotPermitted
from casework.ledgers import importing, operations
from models.vocabulary import ClauseState, ContractState, OperationState
from tests.casework.ledgers.tables_brought import (
    HEADINGS,
    ROWS,
    book,
    bring,
    counts,
    done,
    explain,
    messy_ledger,
    take_in,
)
from tests.office import Office


def test_a_messy_ledger_is_read_below_its_titles_and_above_its_total(office: Office) -> None:
    waiting = bring(office, "procurement", "contracts", messy_ledger(ROWS))

    view = office.look("procurement", importing.view_mapping, waiting.number)

    assert operations.waits_for_mapping(waiting)
    assert view.rows == 2
    assert {key: view.mapping[key] for key in ("title", "contractor", "department", "starts_on", "ends_on")} == {
        "title": "契約件名",
        "contractor": "業者名",
        "department": "担当課",
        "starts_on": "自",
        "ends_on": "至",
    }
    assert view.mapping["amount_yen"] == "契約金額 (千円)"


def test_the_contracts_of_the_ledger_run_from_day_one_and_rest_on_no_approval(office: Office) -> None:
    tried = explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger(ROWS)))
    nothing = office.one("SELECT count(*) FROM contract")
    taken = take_in(office, "procurement", tried)

    assert counts(tried) == {"add": 2}
    assert nothing == 0
    assert [reason for _, _, reason in tried.report["passed_over"]].count("表題") == 3
    assert {"合計の行", "注記"} <= {reason for _, _, reason in tried.report["passed_over"]}
    assert taken.state == OperationState.SUCCEEDED
    detail = office.look("procurement", contracts.contract_detail, "K8-0001")
    contract, term = detail.contract, detail.terms[0]
    assert (contract.title, detail.provider.name) == ("健診データ入力業務", "㈱ほしぞらデータ")
    assert (term.starts_on, term.ends_on, contract.amount_yen) == (date(2026, 4, 1), date(2027, 3, 31), 1_200_000)
    assert (contract.notice_on, detail.rule.tacit_every if detail.rule else "") == (date(2026, 12, 31), "P1Y")
    assert (contract.state, contract.is_existing) == (ContractState.CONCLUDED, True)
    assert (contract.request_id, contract.approved_service_id) == (None, None)
    assert {check.state for check in detail.checks} == {ClauseState.UNCHECKED}
    assert len(detail.checks) > 10
    assert office.one("SELECT count(*) FROM approved_service") == 0
    assert office.one("SELECT count(*) FROM contract_date WHERE kind = 'notice'") == 1


def test_the_clauses_of_an_existing_contract_are_checked_while_it_runs(office: Office) -> None:
    take_in(
        office,
        "procurement",
        explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger(ROWS))),
    )
    check = office.look("procurement", contracts.contract_detail, "K8-0001").checks[0]
    said: dict[str, Any] = {"version": check.version, "state": ClauseState.PRESENT, "place": "第5条"}

    office.do("procurement", contracts.decide_clause, "K8-0001", check.provision, **said)

    left = office.look("procurement", contracts.contract_detail, "K8-0001").open_provisions
    assert check.provision not in left
    assert left


def test_an_existing_contract_can_be_ended_and_all_its_information_is_reckoned_with(office: Office) -> None:
    take_in(
        office,
        "procurement",
        explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger(ROWS))),
    )
    contract = office.look("procurement", contracts.find_contract, "K8-0001")

    office.do("procurement", endings.open_ending, "K8-0001", version=contract.version)

    detail = office.look("procurement", endings.find_ending, "K8-0001")[1]
    assert detail.items
    assert [row.holding.is_personal for row in detail.holdings] == [True]


def test_rows_that_cannot_be_read_wait_with_their_reason_and_their_correction_is_applied_again(office: Office) -> None:
    bad = (3, "清掃業務", "ぴかぴか清掃", "なくなった課", "R8.4.1", "R8.13.31", "約30", "", "", "", "")
    sent = messy_ledger((*ROWS, bad))
    tried = explain(office, "procurement", bring(office, "procurement", "contracts", sent))
    row_no = next(row["no"] for row in tried.report["rows"] if row["result"] == "error")
    mended = {"department": "契約管財課", "ends_on": "R9.3.31", "amount_yen": "300"}

    refused = take_in(office, "procurement", tried)
    with pytest.raises(BadInput):
        office.do("procurement", importing.correct, tried.number, row_no, cells={})
    office.do("procurement", importing.correct, tried.number, row_no, cells=mended)
    with office.call("procurement", writes=False) as call:
        again = importing.try_again(call, office.installation, tried.number)
    again = done(office, "procurement", again)
    later = bring(office, "procurement", "contracts", messy_ledger((bad, *ROWS)), "翌月の台帳.xlsx")

    assert counts(tried) == {"add": 2, "error": 1}
    assert refused.state == OperationState.FAILED
    assert office.one("SELECT count(*) FROM contract") == 0
    assert counts(again) == {"add": 3}
    assert again.report["corrected"] == 1
    # The headings were explained once and are known now, and so is the row, wherever it stands.
    assert counts(later) == {"add": 3}


def test_a_row_left_out_stays_out_and_the_others_go_in(office: Office) -> None:
    bad = (3, "清掃業務", "ぴかぴか清掃", "なくなった課", "R8.4.1", "R9.3.31", "30", "", "", "", "")
    tried = explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger((*ROWS, bad))))
    row_no = next(row["no"] for row in tried.report["rows"] if row["result"] == "error")
    office.do("procurement", importing.correct, tried.number, row_no, leaves_out=True)

    taken = take_in(office, "procurement", tried)

    assert counts(taken) == {"add": 2, "left_out": 1}
    assert taken.state == OperationState.SUCCEEDED


def test_the_same_ledger_next_month_adds_nothing_twice_and_says_what_differs(office: Office) -> None:
    take_in(
        office,
        "procurement",
        explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger(ROWS))),
    )
    dearer = (*ROWS[1][:6], 99000, *ROWS[1][7:])

    again = bring(office, "procurement", "contracts", messy_ledger((ROWS[0], dearer)))

    assert counts(again) == {"same": 1, "conflict": 1}
    assert "登録済みで、値が違います" in again.report["rows"][0]["why"][0]


def test_a_row_that_stands_twice_is_refused_once(office: Office) -> None:
    tried = explain(office, "procurement", bring(office, "procurement", "contracts", messy_ledger((*ROWS, ROWS[0]))))

    assert counts(tried) == {"add": 2, "error": 1}


def test_services_come_from_a_list_in_words_of_its_own(office: Office) -> None:
    lines = [
        ("利用クラウド一覧", "", ""),
        ("クラウドサービス名", "ベンダー", "種別"),
        ("ほしぞらメール", "（株）ほしぞら", "ｓａａｓ"),
        ("ほしぞらメール", "株式会社ほしぞら", "SaaS"),
        ("みなと表計算", "みなと情報", "わからない"),
    ]
    tried = explain(office, "procurement", bring(office, "procurement", "services", book(lines)))
    taken = take_in(office, "procurement", tried, partial=True)

    assert counts(tried) == {"add": 1, "error": 2}
    assert taken.state == OperationState.PARTLY_FAILED
    assert office.sql("SELECT name, service_model FROM service") == [("ほしぞらメール", "saas")]


def test_a_thousand_rows_come_in_with_a_constant_number_of_questions_for_each_batch(sqlite_office: Office) -> None:
    rows = [
        (no, f"業務{no:04}", f"㈱会社{no % 90}", "契約管財課", "R8.4.1", "R9.3.31", "１２０", "なし", "", "", "")
        for no in range(1, 1001)
    ]

    tried = explain(sqlite_office, "procurement", bring(sqlite_office, "procurement", "contracts", messy_ledger(rows)))

    assert counts(tried) == {"add": 1000}
    assert (tried.done, tried.total) == (1000, 1000)


def test_only_the_section_s_own_people_enter_its_existing_contracts(office: Office) -> None:
    section = office.one("SELECT id FROM department WHERE code = 'kosodate' ORDER BY id LIMIT 1")
    stated = ExistingIn("警備", "みなと警備", int(section), TermIn(date(2026, 4, 1), date(2027, 3, 31)))

    with pytest.raises(NotPermitted):
        office.do("other_manager", contract_adoption.adopt, stated)


def test_the_headings_must_be_explained_before_anything_is_tried(office: Office) -> None:
    waiting = bring(office, "procurement", "contracts", messy_ledger(ROWS))

    with office.call("procurement", writes=False) as call, pytest.raises(BadInput) as refused:
        importing.explain(call, office.installation, waiting.number, {"title": HEADINGS[1]})

    assert "委託先" in refused.value.message
