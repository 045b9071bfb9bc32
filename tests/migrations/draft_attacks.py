"""Deeds against drafts, clause decisions and subcontractors that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: S608, ISC004
# The SQL is the test's own, and a statement is one text however it is broken.

CONCLUDED = "(SELECT id FROM contract WHERE number = 'K8-0001')"
DRAFTING = "(SELECT id FROM contract WHERE number = 'K8-0002')"
_BOUND = "(SELECT id FROM contract_draft WHERE note = 'bound')"
_BARE = "(SELECT id FROM contract_draft WHERE note = 'bare')"
_HASH = "a" * 64
_ELSEWHERE = "(SELECT id FROM organisation WHERE code = 'tonari')"
_DRAFT = (
    "INSERT INTO contract_draft (organisation_id, created_at, contract_id, draft_no, received_on, received_from, note,"
    " entered_by_id, is_readable, problem, cautions, content_hash, reading_hash, analysis_hash, parameters)"
    " SELECT {of}, c.created_at, c.id, {no}, '2026-11-20', '□□株式会社', '{note}', c.owner_id, true, '', '[]',"
    f" '{_HASH}', '{_HASH}', '{_HASH}', '{{{{}}}}' FROM contract c WHERE c.number = '{{number}}'"
)
_GAP = (
    "INSERT INTO draft_gap (organisation_id, created_at, draft_id, provision, clause, result, score, missing_elements,"
    " spans, reason, earlier_holds, earlier_place) SELECT {of}, d.created_at, d.id, '{provision}', 'x', 'missing', 0,"
    " '[]', '[]', '', false, '' FROM contract_draft d WHERE d.note = 'bound'"
)
_READING = (
    "INSERT INTO draft_reading (organisation_id, created_at, draft_id, text, tree) SELECT {of}, d.created_at, d.id, '',"
    " '{{}}' FROM contract_draft d WHERE d.note = '{note}'"
)
_DECISION = (
    "INSERT INTO clause_decision (organisation_id, created_at, contract_id, check_id, draft_id, state, place, reason,"
    " note_inside, note_outside, machine_result, articles, decided_by_id, decided_at) SELECT k.organisation_id,"
    " k.created_at, {contract}, k.id, {draft}, '{state}', '', '理由', '', '', '', '[]',"
    " (SELECT id FROM user_account WHERE login_name = 'procurement'), k.created_at FROM clause_check k"
    " WHERE k.contract_id = {of} {which}"
)
DECIDE_ALL = _DECISION.format(contract=DRAFTING, draft="NULL", state="{state}", of=DRAFTING, which="")
BY = "(SELECT id FROM user_account WHERE login_name = 'procurement')"
_OTHERS = "(SELECT id FROM contract WHERE number = 'K8-9998')"
OTHER = (
    "INSERT INTO contract (organisation_id, created_at, version, number, title, search_key, state, department_id,"
    " provider_id, owner_id, ends_on) SELECT organisation_id, created_at, 1, 'K8-9998', title, search_key, 'drafting',"
    " department_id, provider_id, owner_id, ends_on FROM contract WHERE number = 'K8-0001'"
)
_OTHERS_CHECK = (
    "INSERT INTO clause_check (organisation_id, created_at, version, contract_id, provision, clause, strength, state,"
    " place, reason) SELECT organisation_id, created_at, 1, id, 'x', 'x', 'must', 'unchecked', '', '' FROM contract"
    " WHERE number = 'K8-9998'"
)
_FIRST_CHECK = f"(SELECT min(id) FROM clause_check WHERE contract_id = {DRAFTING})"
_NODE = (
    "INSERT INTO subcontractor (organisation_id, created_at, version, contract_id, parent_id, tier, name, work,"
    " information, place, measures, state, requested_on, entered_by_id, decided_by_id, decided_at, reason, ended_note)"
    " SELECT {of}, c.created_at, 1, c.id, {parent}, {tier}, '{name}', '入力', '', '', '', '{state}', '2026-11-20',"
    " c.owner_id, {by}, c.created_at, '', '' FROM contract c WHERE c.number = '{number}'"
)
_OFFICER = "(SELECT id FROM user_account WHERE login_name = 'security_officer')"
_NODE_USUAL = {
    "of": "c.organisation_id", "parent": "NULL", "tier": "1", "state": "requested", "by": "NULL", "number": "K8-0002",
}  # fmt: skip
_DUTY = (
    "INSERT INTO duty (organisation_id, created_at, contract_id, provision, title, kind, actor, owner_id, basis,"
    " needs_evidence, is_condition, starts_on) SELECT organisation_id, created_at, id, '8-1(2)①(エ)-11', '{title}',"
    " 'record', 'procurement', owner_id, '', true, false, '2026-11-20' FROM contract WHERE number = '{number}'"
)
_CLAUSE_DUTY = (
    "INSERT INTO clause_duty (organisation_id, created_at, contract_id, promise, provision, clause, place, quote,"
    " duty_id) SELECT d.organisation_id, d.created_at, d.contract_id, '{promise}', d.provision, 'x', '', '', d.id"
    " FROM duty d WHERE d.title = '{title}'"
)


def node(name: str, **said: str) -> str:
    return _NODE.format(name=name, **(_NODE_USUAL | said))


def draft(note: str, no: int, number: str = "K8-0002", of: str = "c.organisation_id") -> str:
    return _DRAFT.format(of=of, no=no, note=note, number=number)


def decide(state: str, *, contract: str = DRAFTING, of: str = DRAFTING, which: str = "", seen: str = "NULL") -> str:
    return _DECISION.format(contract=contract, draft=seen, state=state, of=of, which=which)


DRAFT_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a draft of a concluded contract", "contract_draft_while_drafting", (draft("x", 1, "K8-0001"),)),
    ("a draft in another town's name", "contract_draft_while_drafting", (draft("x", 3, of=_ELSEWHERE),)),
    ("a draft whose number leaves a gap", "contract_draft_counts_on", (draft("x", 7),)),
    ("a reading in another town's name", "draft_reading_of_its_own", (_READING.format(of=_ELSEWHERE, note="bare"),)),
    ("an answer in another town's name", "draft_gap_of_its_own", (_GAP.format(of=_ELSEWHERE, provision="y"),)),
    ("a decision on another contract's clause", "clause_decision_of_its_own", (
        decide("present", of=CONCLUDED, which="LIMIT 1"),)),
    ("a decision on another contract's draft", "clause_decision_of_its_own", (
        OTHER, _OTHERS_CHECK, decide("present", contract=_OTHERS, of=_OTHERS, seen=_BOUND))),
    ("a decision on a concluded contract's clause", "clause_decision_while_drafting", (
        decide("present", contract=CONCLUDED, of=CONCLUDED, which="LIMIT 1"),)),
    ("a clause called present that nobody decided", "clause_check_by_decision", (
        f"UPDATE clause_check SET state = 'present', place = '第1条' WHERE id = {_FIRST_CHECK}",)),
    ("a clause called otherwise than it was decided", "clause_check_by_decision", (
        decide("missing", which=f"AND k.id = {_FIRST_CHECK}"),
        f"UPDATE clause_check SET state = 'present', decided_by_id = {BY} WHERE id = {_FIRST_CHECK}")),
    ("a clause decided in somebody else's name", "clause_check_by_decision", (
        decide("present", which=f"AND k.id = {_FIRST_CHECK}"),
        f"UPDATE clause_check SET state = 'present', decided_by_id = 1 WHERE id = {_FIRST_CHECK}")),
    ("a duty said to be of another contract", "clause_duty_of_its_contract", (
        _DUTY.format(title="準備中", number="K8-0002"), _CLAUSE_DUTY.format(promise="y", title="準備中"))),
    ("a node in another town's name", "subcontractor_in_its_place", (node("x", of=_ELSEWHERE),)),
    ("a node that hangs on another contract's", "subcontractor_in_its_place", (
        node("x", number="K8-0001", tier="2", parent="(SELECT id FROM subcontractor WHERE name = 'asked')"),)),
    ("a node that skips a tier", "subcontractor_in_its_place", (
        node("x", tier="3", parent="(SELECT id FROM subcontractor WHERE name = 'asked')"),)),
    ("a node that begins approved", "subcontractor_begins_requested", (node("x", state="approved", by=_OFFICER),)),
    *((f"a node whose {column} is changed", "subcontractor_stays_as_asked", (
        f"UPDATE subcontractor SET {column} = {value} WHERE name = 'asked'",))
      for column, value in {"work": "'別の業務'", "name": "'別の会社'", "entered_by_id": "entered_by_id + 1"}.items()),
    ("an approval said to be another's", "subcontractor_stays_as_asked", (
        "UPDATE subcontractor SET decided_by_id = 1 WHERE name = 'approved'",)),
    ("a refused node approved after all", "subcontractor_goes_forward", (
        "UPDATE subcontractor SET state = 'approved' WHERE name = 'refused'",)),
    ("an approval taken back", "subcontractor_goes_forward", (
        "UPDATE subcontractor SET state = 'requested' WHERE name = 'approved'",)),
    ("a node approved below one that is not", "subcontractor_below_an_approved_one", (
        f"UPDATE subcontractor SET state = 'approved', decided_by_id = {_OFFICER}, decided_at = created_at"
        " WHERE name = 'below'",)),
    *((f"a changed {table}", f"{table}_no_update", (f"UPDATE {table} SET {column} = {column}",))
      for table, column in {
          "contract_draft": "problem", "draft_reading": "text", "draft_gap": "result", "clause_decision": "state",
          "clause_left_out": "reason", "clause_duty": "quote",
      }.items()),
    *((f"a deleted {table}", f"{table}_no_delete", (f"DELETE FROM {table}{where}",))
      for table, where in {
          "contract_draft": " WHERE note = 'bare'", "draft_reading": "", "draft_gap": "", "clause_decision": "",
          "clause_left_out": "", "clause_duty": "", "subcontractor": " WHERE name = 'below'",
      }.items()),
)  # fmt: skip


def sql_of_drafts() -> tuple[str, ...]:
    """Return the scene's drafts: one read and answered, one bare; decisions; nodes in every state; a clause's duty."""
    decided = f"state = '{{}}', decided_by_id = {_OFFICER}, decided_at = created_at, reason = '理由'"
    return (
        draft("bound", 1),
        draft("bare", 2),
        _READING.format(of="d.organisation_id", note="bound"),
        _GAP.format(of="d.organisation_id", provision="x"),
        decide("unchecked", which=f"AND k.id = {_FIRST_CHECK}"),
        *(node(name) for name in ("asked", "approved", "refused")),
        node("below", tier="2", parent="(SELECT id FROM subcontractor WHERE name = 'asked')"),
        f"UPDATE subcontractor SET {decided.format('approved')} WHERE name = 'approved'",
        f"UPDATE subcontractor SET {decided.format('refused')} WHERE name = 'refused'",
        _DUTY.format(title="報告", number="K8-0001"),
        _CLAUSE_DUTY.format(promise="report", title="報告"),
        "INSERT INTO clause_left_out (organisation_id, created_at, contract_id, provision, clause, strength, reason)"
        " SELECT organisation_id, created_at, id, '8-2(2)', 'x', 'must', '構築がない' FROM contract"
        " WHERE number = 'K8-0002'",
    )
