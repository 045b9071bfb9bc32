"""One office with something in every state, on which attacks with raw SQL are tried.

R8-0001 and R8-0002 wait for a decision (of staff and of a colleague), R8-0003 is approved with a contract under ending
(K8-0001) and R8-0004 with a contract in drafting (K8-0002), R8-0005 is approved and its contract closed (K8-0003),
R8-0006 is a draft with a file. One rule of the organisation is recorded, and its own policy text is loaded.
"""

# ruff: noqa: S608
# The SQL is the scene's own.

from datetime import date
from typing import Any

from casework import attachments, duties, organisation_items, policy_texts, requests
from casework.evidence import Upload
from casework.organisation_items import ItemIn
from tests.migrations.alert_attacks import sql_of_alerts
from tests.migrations.decision_attacks import set_decision_scene
from tests.migrations.draft_attacks import sql_of_drafts
from tests.migrations.ending_attacks import sql_before_closing, sql_of_endings
from tests.migrations.evidence_attacks import sql_of_evidence
from tests.migrations.file_attacks import sql_of_files
from tests.migrations.incident_attacks import set_incident_scene
from tests.migrations.organisation_attacks import sql_of_organisation
from tests.migrations.record_attacks import sql_of_scene
from tests.migrations.sign_in_attacks import sql_of_sign_in
from tests.migrations.term_attacks import sql_of_terms
from tests.office import Office

PDF = b"%PDF-1.7 x"
_CONTRACT = "(SELECT id FROM contract WHERE number = '{}')"


def set_scene(office: Office) -> None:
    """Fill an office with the scene."""
    office.submitted("staff")
    theirs = office.draft("colleague")
    office.do("colleague", attachments.attach_to_request, theirs.number, Upload("提出済み.pdf", PDF))
    office.do("colleague", requests.submit_request, theirs.number, version=theirs.version)
    office.concluded(office.approved())
    office.contract(office.approved())
    office.concluded(office.approved())
    draft = office.draft("staff")
    for name in ("規約.pdf", "証明書.pdf"):
        office.do("staff", attachments.attach_to_request, draft.number, Upload(name, PDF))
    for number in ("K8-0001", "K8-0003"):
        _open_ending(office, number)
    for statement in sql_before_closing():
        office.sql(statement)
    office.sql(
        "UPDATE ending SET state = 'closed', closed_by_id = opened_by_id, closed_at = created_at"
        f" WHERE contract_id = {_CONTRACT.format('K8-0003')}"
    )
    office.sql("UPDATE contract SET state = 'closed' WHERE number = 'K8-0003'")
    first = int(str(office.one("SELECT min(id) FROM duty_occurrence")))
    facts: dict[str, Any] = {"version": 1, "done_on": date(2026, 11, 20), "note": "確認", "upload": None}
    office.do("service_manager", duties.complete, first, **facts)
    office.do("admin", organisation_items.record_item, "8-1(1)①-01", ItemIn("総務課長"))
    office.do("admin", policy_texts.load_text, Upload("方針.txt", "8-1 業務委託\n(1) 規程の整備".encode()))
    _take_in_a_list(office)
    written = (
        sql_of_organisation(),
        sql_of_scene(),
        sql_of_sign_in(),
        sql_of_evidence(),
        sql_of_drafts(),
        sql_of_alerts(),
        sql_of_endings(),
        sql_of_terms(),
        sql_of_files(),
    )
    for statement in (each for part in written for each in part):
        office.sql(statement)
    set_decision_scene(office)
    set_incident_scene(office)
    office.draft("colleague")  # a request on which nothing hangs


def _open_ending(office: Office, number: str) -> None:
    office.sql(
        "INSERT INTO ending (organisation_id, created_at, version, contract_id, state, ends_on, complete_by_on,"
        " opened_by_id) SELECT organisation_id, created_at, 1, id, 'open', '2026-11-02', '2026-12-02', owner_id"
        " FROM contract WHERE number = :number",
        number=number,
    )
    office.sql("UPDATE contract SET state = 'ending' WHERE number = :number", number=number)
    office.sql(
        "INSERT INTO ending_item (organisation_id, created_at, version, ending_id, code, position, provision, title,"
        " state, needs_evidence, needs_second_checker, evidence_fields, details, note)"
        " SELECT organisation_id, created_at, 1, id, 'erased', 1, '8-1(4)②', 'データを消したこと', 'open', false,"
        f" false, '[]', '{{}}', '' FROM ending WHERE contract_id = {_CONTRACT.format(number)}"
    )


def _take_in_a_list(office: Office) -> None:
    office.sql(
        "INSERT INTO registry_snapshot (organisation_id, created_at, code, source, acquired_on, carried_by, raw_sha256,"
        " content_hash, is_sample, columns, raw_rows, report, etag, last_modified)"
        " SELECT id, created_at, '20261120-aaaa', 'list.csv', '2026-11-20', '', 'a', 'b', false, '{}', '{}', '{}', '',"
        " '' FROM organisation WHERE code = 'shared'"
    )
    office.sql(
        "INSERT INTO registry_entry (organisation_id, created_at, snapshot_id, scheme, entry_key, service_name,"
        " folded_name, provider, remarks, scope, status, source_row, raw, row_hash)"
        " SELECT organisation_id, created_at, id, 'ISMAP', 'C21-0000-2', '○○予約', '○○予約', '△△株式会社', '', '',"
        " 'registered', 2, '{}', 'c' FROM registry_snapshot"
    )
    office.sql(
        "INSERT INTO registry_import (organisation_id, created_at, version, code, source, scheme, raw_sha256,"
        " file_kind, acquired_on, carried_by, brought_by_id, confirm_reason, state, is_trial, rows_done,"
        " rows_total, updated_at, refused_code, refused, report, snapshot_code)"
        " SELECT s.organisation_id, s.created_at, 1, 'I1', 'list.csv', 'ISMAP', 'a', 'csv', s.acquired_on, '', u.id,"
        " '', 'taken_in', false, 1, 1, s.created_at, '', '', '{}', s.code FROM registry_snapshot s, user_account u"
        " WHERE u.login_name = 'admin'"
    )
    office.sql(
        "INSERT INTO quarantined_row (organisation_id, created_at, version, snapshot_id, scheme, source_row, reason,"
        " message, raw, row_hash, state, note)"
        " SELECT organisation_id, created_at, 1, id, 'ISMAP', n, 'empty_name', '', '{}', 'd', 'left_out', '不要'"
        " FROM registry_snapshot, (SELECT 3 AS n UNION SELECT 4) rows"
    )
    office.sql(
        "INSERT INTO registry_correction (organisation_id, created_at, quarantined_row_id, scheme, row_hash, fields,"
        " reason, corrected_by_id, corrected_at)"
        " SELECT q.organisation_id, q.created_at, q.id, 'ISMAP', 'd', '{}', '原本で確認', u.id, q.created_at"
        " FROM quarantined_row q, user_account u WHERE u.login_name = 'admin' AND q.source_row = 3"
    )
    office.sql(
        "INSERT INTO registry_alias (organisation_id, created_at, version, kind, alias, folded_alias, listed_as,"
        " provider, source, state, proposed_by_id, confirmed_by_id, confirmed_at, note)"
        " SELECT a.organisation_id, a.created_at, 1, 'service', '予約', '予約', '○○予約', '', '事業者の案内',"
        " 'confirmed', a.id, b.id, a.created_at, '' FROM user_account a, user_account b"
        " WHERE a.login_name = 'admin' AND b.login_name = 'supervising_officer'"
    )
    office.sql(
        "INSERT INTO registry_change (organisation_id, created_at, snapshot_id, scheme, entry_key, previous_key,"
        " service_name, field, change_class)"
        " SELECT organisation_id, created_at, id, 'ISMAP', 'C21-0000-2', 'C21-0000-2', '○○予約', '', 'added'"
        " FROM registry_snapshot"
    )
    office.sql(
        "INSERT INTO reassessment (organisation_id, created_at, request_id, request_version_id, snapshot_id,"
        " overall_before, overall_after, is_changed, findings, rows, classes)"
        " SELECT v.organisation_id, v.created_at, v.request_id, v.id, s.id, 'met', 'not_met', true, '[]', '[]', '[]'"
        " FROM request_version v, registry_snapshot s WHERE v.id = 1"
    )
