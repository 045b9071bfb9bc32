"""What must never happen of routes, exceptions and unavoidable cases, in raw SQL; and the part of the scene for it."""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework import exceptions, revocations, separation
from casework.exceptions import ExceptionIn
from models.vocabulary import SeparationPart
from tests.casework.routes_of_ours import (
    MANAGER,
    MUST,
    ROUND,
    act,
    against_the_policy,
    set_steps,
    version_of,
)
from tests.office import Office

HALF, NONE, OWN, REVOKED, HELD = "半ばの申請", "始まりの申請", "自分の申請", "取り消した申請", "後閲のない申請"
AGAINST = "住民向け予約サービス' AND r.overall = 'not_met"
STEP = (
    "INSERT INTO decision (organisation_id, created_at, request_id, request_version_id, action, provision,"
    " decided_by_id, decided_as, decided_at, on_behalf_of_id, manager_id, reason, remarks, conditions, content_hash,"
    " is_against_verdict, step_no, undoes_id, unavoidable_case_id) SELECT r.organisation_id, r.created_at, r.id, v.id,"
    " '{action}', '', (SELECT id FROM user_account WHERE login_name = '{by}'), 'supervising_officer', r.created_at,"
    " (SELECT id FROM user_account WHERE login_name = '{behalf}'),"
    " (SELECT id FROM user_account WHERE login_name = 'service_manager'), '', '[]', '[]', v.content_hash, false,"
    " {step}, {undoes}, {case} FROM request r JOIN request_version v ON v.request_id = r.id"
    " AND v.version_no = r.current_version_no WHERE r.title = '{title}'"
)
ENDORSEMENT = "(SELECT max(d.id) FROM decision d WHERE d.request_id = r.id AND d.action = 'endorse')"
SUBMISSION = "(SELECT max(d.id) FROM decision d WHERE d.request_id = r.id AND d.action = 'submit')"
CASE = "(SELECT id FROM unavoidable_case WHERE state = '{}')"
NEW_CASE = (
    "INSERT INTO unavoidable_case (organisation_id, created_at, version, part, request_id, object_kind, object_number,"
    " person_id, reason, asked_at, state, decided_by_id, decided_at, note) SELECT organisation_id, created_at, 1, part,"
    " request_id, object_kind, object_number, person_id, reason, asked_at, 'permitted', decided_by_id, decided_at, ''"
    " FROM unavoidable_case WHERE state = 'permitted'"
)
NEW_EXCEPTION = (
    "INSERT INTO policy_exception (organisation_id, created_at, version, number, title, reason, alternative,"
    " wished_until_on, is_emergency, asked_by_id, asked_at, state, decided_by_id, decided_at, decision_note, until_on,"
    " review_note) SELECT organisation_id, created_at, 1, '{number}', title, reason, alternative, wished_until_on,"
    " false, asked_by_id, asked_at, '{state}', {by}, {at}, '', {until}, '' FROM policy_exception"
    " WHERE state = 'permitted'"
)
PERMITTED = {"state": "permitted", "by": "decided_by_id", "at": "decided_at", "until": "until_on"}
ASKED = {"state": "requested", "by": "NULL", "at": "NULL", "until": "NULL"}
NEW_COVER = (
    "INSERT INTO exception_provision (organisation_id, created_at, exception_id, provision)"
    " SELECT organisation_id, created_at, id, '8-3(3)③' FROM policy_exception WHERE state = 'permitted'"
)
NEW_SUSPENSION = (
    "INSERT INTO service_suspension (organisation_id, created_at, approved_service_id, cause, cause_id, reason,"
    " since_at, lifted_at, lifted_because) SELECT organisation_id, created_at, approved_service_id, 'condition', 1,"
    " '期限切れ', since_at, {lifted}, '' FROM service_suspension WHERE cause = 'revoked'"
)


def step(title: str, **said: str) -> str:
    usual = {"action": "approve", "by": "supervising_officer", "behalf": "nobody", "step": "0"}
    facts = usual | {"undoes": "NULL", "case": "NULL", "title": title} | said
    return STEP.format(**facts)


def set_decision_scene(office: Office) -> None:
    """Add what these attacks need; requests are known by their titles."""
    set_steps(office, MANAGER, ROUND, allows_later_view=True)
    act(office, office.submitted(title=HALF), "security_manager", manager="")
    office.submitted(title=NONE)
    set_steps(office, MANAGER)
    office.submitted(title=HELD)
    set_steps(office)
    against_the_policy(office)
    own = office.submitted("supervising_officer", department="情報政策課", title=OWN)
    for reason in ("一人しかいない", "急ぐ"):
        part = SeparationPart.DECIDE_OWN if reason == "一人しかいない" else SeparationPart.TWO_STEPS
        case = office.do(
            "supervising_officer",
            separation.ask,
            part,
            object_kind="request",
            object_number=own.number,
            reason=reason,
        )
        if part == SeparationPart.DECIDE_OWN:
            office.do("ciso", separation.decide_case, case.key, version=1, is_permitted=True, note="")
    revoked = office.approved(title=REVOKED)
    version = version_of(office, revoked.number)
    office.do("ciso", revocations.revoke, revoked.number, version=version, reason="やめる")
    office.sql(NEW_SUSPENSION.format(lifted="since_at"))
    asked = ExceptionIn("措置", [MUST], "間に合わない", "庁内に限る", date(2027, 3, 31))
    row = office.do("security_manager", exceptions.ask, asked)
    office.do("ciso", exceptions.decide_exception, row.number, version=1, is_permitted=True)
    office.sql(NEW_EXCEPTION.format(number="X8-9998", **ASKED))


DECISION_ATTACKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "the applicant passes a step over": ("decision_separation_of_duties", (step(NONE, action="pass", by="staff"),)),
    "the applicant agrees": ("decision_separation_of_duties", (step(NONE, action="agree", by="staff"),)),
    "the applicant's delegate leans on a case": (
        "decision_separation_of_duties",
        (step(OWN, behalf="supervising_officer", case=CASE.format("permitted")),),
    ),
    "one person takes two steps": ("decision_distinct_people", (step(HALF, by="security_manager", step="1"),)),
    "somebody takes a second step for who took the first": (
        "decision_distinct_people",
        (step(HALF, by="deputy_officer", behalf="security_manager", step="1"),),
    ),
    "a decision on a case nobody permitted": ("decision_uses_its_case", (step(OWN, case=CASE.format("requested")),)),
    "a decision on another's case": (
        "decision_uses_its_case",
        (step(OWN, by="deputy_officer", case=CASE.format("permitted")),),
    ),
    "a decision on another request's case": (
        "decision_uses_its_case",
        (step(NONE, action="endorse", step="0", case=CASE.format("permitted")),),
    ),
    "a case used again": (
        "decision_uses_its_case",
        (
            "UPDATE unavoidable_case SET used_at = asked_at WHERE state = 'permitted'",
            step(OWN, case=CASE.format("permitted")),
        ),
    ),
    "an approval before the route is done": ("decision_after_the_whole_route", (step(NONE, step="1"),)),
    "an approval at an earlier place": ("decision_at_a_place_of_its_route", (step(HALF, step="0"),)),
    "an approval at no place": ("decision_at_a_place_of_its_route", (step(HALF, step="NULL"),)),
    "an approval beyond the route": ("decision_at_a_place_of_its_route", (step(HALF, step="7"),)),
    "an endorsement beyond the route": ("decision_at_a_place_of_its_route", (step(NONE, action="endorse", step="7"),)),
    "the last place endorsed": ("decision_at_a_place_of_its_route", (step(HALF, action="endorse", step="1"),)),
    "the last step passed over": ("decision_at_a_place_of_its_route", (step(HALF, action="pass", step="1"),)),
    "an approval after its endorsement was taken back": (
        "decision_after_the_whole_route",
        (
            step(HALF, action="recall", by="security_manager", undoes=ENDORSEMENT),
            step(HALF, step="1"),
        ),
    ),
    "a step passed over where nobody allowed it": (
        "decision_passes_where_allowed",
        (step(HELD, action="pass", by="deputy_officer"),),
    ),
    "an approval against the policy without an exception": ("decision_needs_its_exception", (step(AGAINST),)),
    "another's step taken back": (
        "decision_undoes_what_it_may",
        (step(HALF, action="recall", undoes=ENDORSEMENT),),
    ),
    "a step taken back after the next one": (
        "decision_undoes_what_it_may",
        (step(HALF, action="recall", by="staff", undoes=SUBMISSION),),
    ),
    "a submission revoked": ("decision_undoes_what_it_may", (step(HALF, action="revoke", undoes=SUBMISSION),)),
    "an endorsement viewed as if it had been passed over": (
        "decision_undoes_what_it_may",
        (step(HALF, action="view", undoes=ENDORSEMENT),),
    ),
    "an approval revoked without a decision": (
        "request_stays_decided",
        ("UPDATE request SET state = 'revoked' WHERE number = 'R8-0003'",),
    ),
    "a revocation taken back": (
        "request_stays_decided",
        (f"UPDATE request SET state = 'approved' WHERE title = '{REVOKED}'",),
    ),
    "a request revoked before it was approved": (
        "request_revoked_after_approval",
        (f"UPDATE request SET state = 'revoked' WHERE title = '{HALF}'",),
    ),
    "a case that begins permitted": ("unavoidable_case_starts_requested", (NEW_CASE,)),
    "an exception that begins permitted": (
        "policy_exception_starts_requested",
        (NEW_EXCEPTION.format(number="X8-9999", **PERMITTED),),
    ),
    "a case for another reason afterwards": (
        "unavoidable_case_keeps_what_was_asked",
        ("UPDATE unavoidable_case SET reason = '別の理由'",),
    ),
    "a case of another person": (
        "unavoidable_case_keeps_what_was_asked",
        ("UPDATE unavoidable_case SET person_id = person_id + 1 WHERE state = 'requested'",),
    ),
    "a permission taken away afterwards": (
        "unavoidable_case_keeps_what_was_asked",
        ("UPDATE unavoidable_case SET state = 'refused' WHERE state = 'permitted'",),
    ),
    "an exception for longer than permitted": (
        "policy_exception_keeps_what_was_asked",
        ("UPDATE policy_exception SET until_on = '2029-12-31' WHERE state = 'permitted'",),
    ),
    "an exception with another reason": (
        "policy_exception_keeps_what_was_asked",
        ("UPDATE policy_exception SET reason = '別の理由'",),
    ),
    "a permitted exception that covers more": ("exception_provision_before_permission", (NEW_COVER,)),
    "a revoked service taken up again": (
        "service_suspension_is_lifted_once",
        ("UPDATE service_suspension SET lifted_at = since_at WHERE cause = 'revoked'",),
    ),
    "a lifted suspension opened again": (
        "service_suspension_is_lifted_once",
        ("UPDATE service_suspension SET lifted_at = NULL WHERE cause = 'condition'",),
    ),
    "a suspended service called active": (
        "approved_service_stays_suspended",
        ("UPDATE approved_service SET state = 'active' WHERE state = 'suspended'",),
    ),
    "a round slip for another post": ("circulation_keeps_its_reader", ("UPDATE circulation SET stage = 'later'",)),
    "a changed exception_provision": (
        "exception_provision_no_update",
        ("UPDATE exception_provision SET provision = provision",),
    ),
    "a deleted exception_provision": ("exception_provision_no_delete", ("DELETE FROM exception_provision",)),
    "a deleted exception": ("policy_exception_no_delete", ("DELETE FROM policy_exception WHERE number = 'X8-9998'",)),
    "a deleted case": ("unavoidable_case_no_delete", ("DELETE FROM unavoidable_case",)),
    "a deleted suspension": ("service_suspension_no_delete", ("DELETE FROM service_suspension",)),
    "a deleted round slip": ("circulation_no_delete", ("DELETE FROM circulation",)),
}
