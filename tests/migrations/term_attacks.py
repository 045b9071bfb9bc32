"""Deeds against the chain of terms that the database must refuse (see ``attacks.Attack``)."""

_TERM = (
    "INSERT INTO contract_term (organisation_id, created_at, contract_id, term_no, starts_on, ends_on, notice_on)"
    " SELECT organisation_id, created_at, id, 2, '{starts_on}', '2029-03-31', {notice_on} FROM contract"
    " WHERE number = '{number}'"
)
_DECISION = (
    "INSERT INTO term_decision (organisation_id, created_at, contract_id, term_id, choice, decided_by_id, decided_at,"
    " reason) SELECT c.organisation_id, c.created_at, c.id, t.id, '{choice}', c.owner_id, c.created_at, ''"
    " FROM contract c, contract_term t JOIN contract o ON o.id = t.contract_id"
    " WHERE c.number = '{number}' AND o.number = '{of}'"
)
_DRAFTING = {"number": "K8-0002", "of": "K8-0002"}
_PROCEDURE = (
    "INSERT INTO duty (organisation_id, created_at, request_id, provision, title, kind, actor, owner_id, basis,"
    ' needs_evidence, is_condition, is_optional, starts_on, "trigger") SELECT organisation_id, created_at,'
    " request_id, '8-3(6)③(ア)', 'x', 'record', 'service_manager', owner_id, '', true, false, false, '2026-11-20',"
    " '運用を始める前' FROM contract WHERE number = 'K8-0001'"
)
_ITS_DAY = (
    "INSERT INTO duty_occurrence (organisation_id, created_at, version, duty_id, owner_id, nominal_on, due_on,"
    " kind, is_optional, state, note, next_alert_on) SELECT organisation_id, created_at, 1, id, owner_id,"
    " '2027-04-01', '2027-04-01', 'record', false, 'scheduled', '', '2027-04-01' FROM duty WHERE title = 'x'"
)
_BEGIN = "UPDATE contract SET state = 'active', operation_on = '2027-04-01' WHERE number = 'K8-0001'"

TERM_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *((f"a next term that begins {how}", "contract_term_follows_the_last", (
        _TERM.format(number="K8-0001", starts_on=day, notice_on="NULL"),))
      for how, day in {"a day late": "2028-04-02", "a day early": "2028-03-31"}.items()),
    ("a next term that nobody decided on", "contract_term_renewed_by_a_person", (
        _TERM.format(number="K8-0002", starts_on="2028-04-01", notice_on="NULL"),)),
    ("a next term after a decision to end", "contract_term_renewed_by_a_person", (
        _DECISION.format(choice="end", **_DRAFTING),
        _TERM.format(number="K8-0002", starts_on="2028-04-01", notice_on="NULL"))),
    ("notice on the last day", "contract_term_notice_before_its_end", (
        _TERM.format(number="K8-0001", starts_on="2028-04-01", notice_on="'2029-03-31'"),)),
    ("a decision about another contract's term", "term_decision_of_its_own_contract", (
        _DECISION.format(choice="renew", number="K8-0002", of="K8-0001"),)),
    ("a contract said to renew itself that does not", "term_decision_tacit_by_the_contract", (
        _DECISION.format(choice="tacit", **_DRAFTING),)),
    ("a changed term_decision", "term_decision_no_update", ("UPDATE term_decision SET choice = 'end'",)),
    ("a deleted term_decision", "term_decision_no_delete", ("DELETE FROM term_decision",)),
    ("an operation that begins on no day", "contract_operates_with_its_procedures", (
        "UPDATE contract SET state = 'active' WHERE number = 'K8-0001'",)),
    ("an operation before its procedures are ready", "contract_operates_with_its_procedures", (
        _PROCEDURE, _ITS_DAY, _BEGIN)),
    ("a deleted renewal_rule", "renewal_rule_no_delete", ("DELETE FROM renewal_rule",)),
)  # fmt: skip


def sql_of_terms() -> tuple[str, ...]:
    """Return the scene's terms: K8-0001 renews itself and was decided to be renewed."""
    rule = (
        "INSERT INTO renewal_rule (organisation_id, created_at, version, contract_id, basis, authority, renews_tacitly,"
        " tacit_every) SELECT organisation_id, created_at, 1, id, 'single_year', '', true, 'P1Y' FROM contract"
        " WHERE number = 'K8-0001'"
    )
    return rule, _DECISION.format(choice="renew", number="K8-0001", of="K8-0001")
