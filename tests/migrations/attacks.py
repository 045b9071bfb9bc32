"""Deeds that the database must refuse, in raw SQL, on the scene of ``tests.migrations.scene``."""

# ruff: noqa: S608
# The SQL is the test's own.

from dataclasses import dataclass

from tests.migrations.alert_attacks import ALERT_ATTACKS
from tests.migrations.decision_attacks import DECISION_ATTACKS
from tests.migrations.draft_attacks import BY, DECIDE_ALL, DRAFT_ATTACKS, OTHER
from tests.migrations.ending_attacks import ENDING_ATTACKS, holding, settle
from tests.migrations.evidence_attacks import EVIDENCE_ATTACKS
from tests.migrations.file_attacks import FILE_ATTACKS
from tests.migrations.incident_attacks import INCIDENT_ATTACKS
from tests.migrations.organisation_attacks import ORGANISATION_ATTACKS
from tests.migrations.record_attacks import RECORD_ATTACKS
from tests.migrations.sign_in_attacks import SIGN_IN_ATTACKS
from tests.migrations.term_attacks import TERM_ATTACKS

DECIDE = (
    "INSERT INTO decision (organisation_id, created_at, request_id, request_version_id, action, provision,"
    " decided_by_id, decided_as, decided_at, on_behalf_of_id, manager_id, reason, remarks, conditions, content_hash,"
    " is_against_verdict) SELECT r.organisation_id, r.created_at, r.id, {version}, '{action}', '',"
    " (SELECT id FROM user_account WHERE login_name = '{by}'), 'supervising_officer', r.created_at,"
    " (SELECT id FROM user_account WHERE login_name = '{behalf}'),"
    " (SELECT id FROM user_account WHERE login_name = '{manager}'), '', '[]', '[]', {hash}, false"
    " FROM request r JOIN request_version v ON v.request_id = r.id AND v.version_no = r.current_version_no"
    " WHERE r.number = '{number}'"
)
APPROVE_SERVICE = (
    "INSERT INTO approved_service (organisation_id, created_at, version, request_id, decision_id, service_id,"
    " manager_id, state, approved_on, confidentiality) SELECT r.organisation_id, r.created_at, 1, r.id, {decision},"
    " (SELECT min(id) FROM service), {manager}, 'active', '2026-11-20', '3B' FROM request r WHERE r.number = '{number}'"
)
NEW_REQUEST = (
    "INSERT INTO request (organisation_id, created_at, version, number, title, search_key, state, department_id,"
    " applicant_id, document_json, pack, overall, governed_by, waits_for_role, current_version_no, drafted_on)"
    " SELECT organisation_id, created_at, 1, 'R8-9999', title, search_key, '{state}', department_id, applicant_id,"
    " document_json, pack, overall, governed_by, '', {version_no}, drafted_on FROM request WHERE number = 'R8-0006'"
)
NEW_CONTRACT = (
    "INSERT INTO contract (organisation_id, created_at, version, number, title, search_key, state, department_id,"
    " provider_id, owner_id, ends_on) SELECT organisation_id, created_at, 1, 'K8-9999', title, search_key, 'concluded',"
    " department_id, provider_id, owner_id, ends_on FROM contract WHERE number = 'K8-0001'"
)
NEW_ENDING = (
    "INSERT INTO ending (organisation_id, created_at, version, contract_id, state, ends_on, complete_by_on,"
    " opened_by_id, closed_by_id, closed_at) SELECT organisation_id, created_at, 1, id, 'closed', '2026-11-02',"
    " '2026-12-02', owner_id, owner_id, created_at FROM contract WHERE number = 'K8-0002'"
)
NEW_ITEM = (
    "INSERT INTO ending_item (organisation_id, created_at, version, ending_id, code, position, provision, title, state,"
    " needs_evidence, needs_second_checker, evidence_fields, details, note) SELECT organisation_id, created_at, 1, id,"
    " 'late', 2, '8-1(4)②', 'あとから', 'open', false, false, '[]', '{{}}', '' FROM ending WHERE {which}"
)
NEW_CLAUSE = (
    "INSERT INTO clause_check (organisation_id, created_at, version, contract_id, provision, clause, strength, state,"
    " place, reason) SELECT organisation_id, created_at, 1, id, '8-1(2)①(エ)-99', 'x', 'must', 'unchecked', '', ''"
    " FROM contract WHERE number = 'K8-0001'"
)
CONCLUDED = "(SELECT id FROM contract WHERE number = 'K8-0001')"
DRAFTING = "(SELECT id FROM contract WHERE number = 'K8-0002')"
CALL_UNNEEDED = (
    f"UPDATE clause_check SET state = 'not_needed', reason = '不要', decided_by_id = {BY}"
    f" WHERE contract_id = {DRAFTING}"
)
UNDECIDED = f"(SELECT max(id) FROM clause_check WHERE contract_id = {DRAFTING})"
CLOSED = "(SELECT id FROM ending WHERE state = 'closed')"
TWO_CHECKERS = (
    "UPDATE ending_item SET needs_second_checker = true, state = 'done', done_by_id = 1, confirmed_by_id = 1"
    " WHERE state = 'open'"
)
OPEN_ENDING = "state = 'open'"
CLOSED_ENDING = "state = 'closed'"
PROCEDURES_READY = (
    "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id WHERE state = 'scheduled'"
)
CLOSE = "UPDATE ending SET state = 'closed', closed_by_id = opened_by_id, closed_at = created_at WHERE "


def decide(**said: str) -> str:
    usual = {
        "action": "approve",
        "by": "supervising_officer",
        "behalf": "nobody",
        "manager": "service_manager",
        "number": "R8-0001",
        "version": "v.id",
        "hash": "v.content_hash",
    }
    return DECIDE.format(**(usual | said))


def approve_service(number: str, decision: str, manager: str = "r.applicant_id") -> str:
    return APPROVE_SERVICE.format(number=number, decision=decision, manager=manager)


@dataclass(frozen=True)
class Attack:
    """A deed in one or more statements, and the guard that refuses the last of them."""

    title: str
    guard: str
    statements: tuple[str, ...]


ATTACKS = [
    *(Attack(title, guard, statements) for title, (guard, statements) in DECISION_ATTACKS.items()),
    *(Attack(title, guard, statements) for title, (guard, statements) in INCIDENT_ATTACKS.items()),
    Attack("the applicant approves", "decision_separation_of_duties", (decide(by="staff"),)),
    Attack("the applicant rejects", "decision_separation_of_duties", (decide(by="staff", action="reject"),)),
    Attack("somebody approves for the applicant", "decision_separation_of_duties", (decide(behalf="staff"),)),
    Attack(
        "the submitter approves after a change of applicant",
        "request_applicant_is_fixed",
        ("UPDATE request SET applicant_id = applicant_id + 1 WHERE number = 'R8-0001'",),
    ),
    Attack("an approval of other content", "decision_on_current_content", (decide(hash="'0'"),)),
    Attack(
        "an approval of another request's version",
        "decision_on_current_content",
        (decide(version="(SELECT min(id) + 1 FROM request_version)"),),
    ),
    Attack("an approval of a draft", "decision_on_current_content", (
        "UPDATE request SET state = 'returned' WHERE number = 'R8-0001'", decide())),
    Attack("a request that begins approved", "request_starts_as_draft", (
        NEW_REQUEST.format(state="approved", version_no=0),)),
    Attack("a request that begins with a version", "request_starts_as_draft", (
        NEW_REQUEST.format(state="draft", version_no=1),)),
    Attack("approved without a decision", "request_approved_by_decision", (
        "UPDATE request SET state = 'approved' WHERE number = 'R8-0001'",)),
    Attack("approved with conditions without a decision", "request_approved_by_decision", (
        "UPDATE request SET state = 'approved_with_conditions' WHERE number = 'R8-0001'",)),
    Attack("approved by a decision that rejected", "request_approved_by_decision", (
        decide(action="reject"), "UPDATE request SET state = 'approved' WHERE number = 'R8-0001'")),
    Attack("rejected without a decision", "request_rejected_by_decision", (
        "UPDATE request SET state = 'rejected' WHERE number = 'R8-0001'",)),
    Attack("an approval turned into a rejection", "request_stays_decided", (
        "UPDATE request SET state = 'rejected' WHERE number = 'R8-0003'",)),
    Attack("a service approved by another request's decision", "approved_service_by_decision", (
        approve_service("R8-0001", "(SELECT max(id) FROM decision WHERE action = 'approve')"),)),
    Attack("a service approved by a submission", "approved_service_by_decision", (
        approve_service("R8-0001", "(SELECT id FROM decision d WHERE d.request_id = r.id AND d.action = 'submit')"),)),
    Attack("a service moved to another decision", "approved_service_keeps_its_decision", (
        "UPDATE approved_service SET decision_id = (SELECT min(id) FROM decision) WHERE id = 1",)),
    Attack("concluded with open clauses", "contract_concluded_with_clauses", (
        "UPDATE contract SET state = 'concluded' WHERE number = 'K8-0002'",)),
    Attack("active with open clauses", "contract_concluded_with_clauses", (
        PROCEDURES_READY,
        "UPDATE contract SET state = 'active', operation_on = '2027-04-01' WHERE number = 'K8-0002'")),
    Attack("concluded with a required clause called unneeded", "contract_concluded_with_clauses", (
        DECIDE_ALL.format(state="not_needed"),
        CALL_UNNEEDED,
        "UPDATE contract SET state = 'concluded' WHERE number = 'K8-0002'")),
    Attack("a clause reopened after the conclusion", "clause_check_fixed_on_update", (
        f"UPDATE clause_check SET state = 'unchecked' WHERE contract_id = {CONCLUDED}",)),
    Attack("an open clause moved out of the way", "clause_check_fixed_on_update", (
        f"UPDATE clause_check SET contract_id = {CONCLUDED}, provision = 'x' WHERE id = {UNDECIDED}",)),
    Attack("an open clause after the conclusion", "clause_check_fixed_on_insert", (NEW_CLAUSE,)),
    Attack("a contract that begins concluded", "contract_starts_as_draft", (NEW_CONTRACT,)),
    Attack("a concluded contract drafted again", "contract_goes_forward", (
        "UPDATE contract SET state = 'drafting' WHERE number = 'K8-0001'",)),
    Attack("a closed contract opened again", "contract_goes_forward", (
        PROCEDURES_READY,
        "UPDATE contract SET state = 'active', operation_on = '2027-04-01' WHERE number = 'K8-0003'")),
    Attack("a contract closed before its ending is", "contract_closed_by_ending", (
        "UPDATE contract SET state = 'closed' WHERE number = 'K8-0001'",)),
    Attack("an ending that begins closed", "ending_starts_open", (NEW_ENDING,)),
    Attack("an ending closed with an open item", "ending_closed_when_settled", (
        *settle("K8-0001"), CLOSE + OPEN_ENDING)),
    Attack("an ending closed without any item", "ending_closed_when_settled", (
        OTHER, holding("K8-9998", 1), *settle("K8-9998"),
        NEW_ENDING.replace("'closed'", "'open'").replace("K8-0002", "K8-9998"),
        CLOSE + "id = (SELECT max(id) FROM ending)")),
    Attack("a closed ending opened again", "ending_stays_closed", (
        "UPDATE ending SET state = 'open' WHERE " + CLOSED_ENDING,)),
    Attack("an open item added to a closed ending", "ending_item_of_open_ending", (
        NEW_ITEM.format(which=CLOSED_ENDING),)),
    Attack("an item of a closed ending opened again", "ending_item_fixed_when_closed", (
        "UPDATE ending_item SET state = 'open' WHERE state = 'not_applicable'",)),
    Attack("an open item moved to a closed ending", "ending_item_fixed_when_closed", (
        f"UPDATE ending_item SET ending_id = {CLOSED}, code = 'moved' WHERE state = 'open'",)),
    Attack("a done duty set back", "duty_occurrence_stays_settled", (
        "UPDATE duty_occurrence SET state = 'scheduled' WHERE state = 'done'",)),
    Attack("a rule of the organisation moved to another provision", "organisation_item_stays_its_own", (
        "UPDATE organisation_item SET provision = '8-1(1)②', version = version + 1",)),
    Attack("an alias that means another row afterwards", "registry_alias_keeps_its_meaning", (
        "UPDATE registry_alias SET listed_as = '別のもの'",)),
    Attack("a confirmation given a later day", "registry_alias_keeps_its_meaning", (
        "UPDATE registry_alias SET confirmed_at = '2027-01-01 00:00:00'",)),
    Attack("an alias said to be proposed by another", "registry_alias_keeps_its_meaning", (
        "UPDATE registry_alias SET proposed_by_id = NULL",)),
    Attack("an import said to be brought by another", "registry_import_keeps_what_came", (
        "UPDATE registry_import SET brought_by_id = NULL",)),
    Attack("an import with other bytes", "registry_import_keeps_what_came", (
        "UPDATE registry_import SET raw_sha256 = 'z'",)),
    Attack("a kept-out row opened again", "quarantined_row_keeps_what_came", (
        "UPDATE quarantined_row SET state = 'open'",)),
    Attack("a kept-out row with other content", "quarantined_row_keeps_what_came", (
        "UPDATE quarantined_row SET row_hash = 'z'",)),
    Attack("a rule of the organisation changed under its version", "organisation_item_stays_its_own", (
        "UPDATE organisation_item SET owner = '別の人'",)),
    *(
        Attack(f"a changed {table}", f"{table}_no_update", (f"UPDATE {table} SET {column} = {column}",))
        for table, column in {
            "decision": "reason", "request_version": "document_json", "finding": "result", "audit_event": "actor_name",
            "registry_snapshot": "content_hash", "registry_entry": "status", "evidence_file": "sha256",
            "contract_term": "ends_on", "pack_edition_used": "content", "policy_text": "text",
            "registry_correction": "reason", "registry_change": "change_class", "reassessment": "overall_after",
        }.items()
    ),
    *(
        Attack(f"a deleted {table}", f"{table}_no_delete", (f"DELETE FROM {table} WHERE id = {which}",))
        for table, which in {
            "decision": "(SELECT id FROM decision WHERE request_id = 1)", "finding": "1",
            "audit_event": "1", "registry_entry": "1", "evidence_file": "1", "contract_term": "2",
            "clause_check": UNDECIDED,
            "request": "(SELECT max(id) FROM request)", "ending_item": "1", "duty_occurrence": "1",
            "pack_edition_used": "1", "policy_text": "1", "organisation_item": "1", "registry_import": "1",
            "registry_correction": "1", "registry_alias": "1", "registry_change": "1", "reassessment": "1",
            "quarantined_row": "(SELECT max(id) FROM quarantined_row)",
        }.items()
    ),
    *(
        Attack(title, guard, statements)
        for title, guard, statements in (
            *ORGANISATION_ATTACKS, *RECORD_ATTACKS, *SIGN_IN_ATTACKS, *EVIDENCE_ATTACKS, *DRAFT_ATTACKS,
            *ALERT_ATTACKS, *ENDING_ATTACKS, *TERM_ATTACKS, *FILE_ATTACKS)
    ),
]  # fmt: skip
