"""Deeds against holdings, their proofs and acceptance that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: S608, ISC004
# The SQL is the test's own, and a statement is one text however it is broken.

_ELSEWHERE = "(SELECT id FROM organisation WHERE code = 'tonari')"
_OURS = "c.organisation_id"
_HOLDING = (
    "INSERT INTO data_holding (organisation_id, created_at, version, contract_id, information_no, information_name,"
    " confidentiality, is_personal, rigour, subcontractor_id, tier, holder, state, media_given, last_used_on,"
    " prove_by_on, end_reason) SELECT {of}, c.created_at, 1, c.id, {no}, '氏名', '3B', true, 'strict', {node}, {tier},"
    " '□□株式会社', '{state}', '', '2026-11-01', '2026-12-01', '' FROM contract c WHERE c.number = '{number}'"
)
_PROOF = (
    "INSERT INTO holding_proof (organisation_id, created_at, version, holding_id, kind, state, items, media, serials,"
    " count, method, tool, verification, done_on, done_by, witness, place, issuer, no_copies_left, backup_until_on,"
    " difference, late_reason, evidence_id, recorded_by_id, recorded_at, looked_at_by_id, looked_at_at, refusal)"
    " SELECT {of}, h.created_at, 1, h.id, '{kind}', '{state}', '{items}', '', '', 1, '{method}', '', '', '{done_on}',"
    " '担当', '', '作業室', '□□株式会社', false, {backups}, '', '', (SELECT max(id) FROM evidence_file), {first},"
    " h.created_at, {second}, h.created_at, '' FROM data_holding h JOIN contract c ON c.id = h.contract_id"
    " WHERE c.number = '{number}' AND h.information_no = 1"
)
_FIRST = "(SELECT id FROM user_account WHERE login_name = 'service_manager')"
_SECOND = "(SELECT id FROM user_account WHERE login_name = 'procurement')"
_ROUND = (
    "INSERT INTO acceptance_round (organisation_id, created_at, version, ending_id, round_no, noticed_on, due_on,"
    " duty_id, noted_by_id, result, inspected_on, inspected_by_id, measures_kept, findings, late_reason, evidence_id)"
    " SELECT e.organisation_id, e.created_at, 1, e.id, {no}, '2026-11-02', '2026-11-11',"
    " (SELECT min(id) FROM duty), e.opened_by_id, '{result}', '2026-11-04', e.opened_by_id, true, '確かめた', '',"
    " (SELECT max(id) FROM evidence_file) FROM ending e JOIN contract c ON c.id = e.contract_id"
    " WHERE c.number = 'K8-0001'"
)
_CONFIRM = (
    f"UPDATE holding_proof SET state = 'confirmed', looked_at_by_id = {_SECOND}, looked_at_at = recorded_at"
    " WHERE items = '{items}'"
)
_OF = "contract_id = (SELECT id FROM contract WHERE number = '{}')"
_LAST_ENDING = "id = (SELECT max(id) FROM ending)"
_NODE = "(SELECT id FROM subcontractor WHERE name = 'asked')"
CONFIRMED_ALONE = (
    "UPDATE holding_proof SET state = 'confirmed', looked_at_by_id = recorded_by_id, looked_at_at = recorded_at"
    " WHERE state = 'recorded'"
)
LEAVE_OUT = (
    f"UPDATE ending_item SET state = 'not_applicable', note = '該当なし', is_leaving_out = true, done_by_id = {_FIRST},"
    f" confirmed_by_id = {_SECOND}"
)
_CLOSE = "UPDATE ending SET state = 'closed', closed_by_id = opened_by_id, closed_at = created_at WHERE "
_CLOSE_EARLY = _CLOSE.replace("created_at", "'2026-11-01 09:00:00'") + "state = 'open'"
_NEW_ENDING = (
    "INSERT INTO ending (organisation_id, created_at, version, contract_id, state, ends_on, complete_by_on,"
    " opened_by_id, road, road_reason) SELECT organisation_id, created_at, 1, id, 'open', '2026-11-02', '2026-12-02',"
    " owner_id, '{road}', '' FROM contract WHERE number = 'K8-0002'"
)
_NEW_ITEM = (
    "INSERT INTO ending_item (organisation_id, created_at, version, ending_id, code, position, provision, title, state,"
    " needs_evidence, needs_second_checker, evidence_fields, details, note) SELECT organisation_id, created_at, 1, id,"
    " '{code}', 9, '8-1(4)②', 'あとから', '{state}', false, false, '[]', '{{}}', '済' FROM ending WHERE {which}"
)
_ONE_MORE_NODE = (
    "INSERT INTO subcontractor (organisation_id, created_at, version, contract_id, tier, name, work, information,"
    " place, measures, state, requested_on, entered_by_id, reason, ended_note) SELECT organisation_id, created_at, 1,"
    " id, 1, '隠れた再委託先', '保管', '', '', '', 'requested', '2026-11-20', owner_id, '', ''"
    " FROM contract WHERE number = 'K8-0001'"
)


def holding(number: str, no: int = 2, *, of: str = _OURS, node: str = "NULL", state: str = "open") -> str:
    """Return the statement that enters a holding of a contract, at the contractor or at a node."""
    return _HOLDING.format(of=of, number=number, no=no, node=node, tier=0 if node == "NULL" else 1, state=state)


def proof(number: str, items: str, **said: str) -> str:
    """Return the statement that records a proof on a contract's first kind of information."""
    usual = {
        "of": _OURS, "kind": "deletion", "state": "recorded", "method": "crypto_erase", "done_on": "2026-11-02",
        "backups": "NULL", "first": _FIRST, "second": "NULL",
    }  # fmt: skip
    return _PROOF.format(number=number, items=items, **(usual | said))


def settle(number: str, items: str = "全件") -> tuple[str, ...]:
    """Return the statements that prove, confirm and settle a contract's first kind of information."""
    return (
        proof(number, items),
        _CONFIRM.format(items=items),
        f"UPDATE data_holding SET state = 'settled' WHERE information_no = 1 AND {_OF.format(number)}",
    )


_SETTLE = f"UPDATE data_holding SET state = 'settled' WHERE {_OF.format('K8-0001')}"
ENDING_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a holding in another town's name", "data_holding_in_its_place", (holding("K8-0001", of=_ELSEWHERE),)),
    ("a holding at another contract's node", "data_holding_in_its_place", (holding("K8-0001", node=_NODE),)),
    ("a holding of a closed contract", "data_holding_in_its_place", (holding("K8-0003"),)),
    ("a holding entered twice", "data_holding_once", (holding("K8-0001", 1),)),
    ("a holding that begins settled", "data_holding_begins_held", (holding("K8-0001", state="settled"),)),
    *((f"a holding whose {column} is changed", "data_holding_stays_what_it_is", (
        f"UPDATE data_holding SET {column} = {value} WHERE {_OF.format('K8-0001')}",))
      for column, value in {"holder": "'別の会社'", "rigour": "'plain'", "information_no": "7"}.items()),
    ("a settled holding opened again", "data_holding_stays_settled", (
        f"UPDATE data_holding SET state = 'open' WHERE {_OF.format('K8-0003')}",)),
    ("a holding settled without proof", "data_holding_settled_by_proof", (_SETTLE,)),
    ("a holding settled by proof that one person saw", "data_holding_settled_by_proof", (
        proof("K8-0001", "x"), _SETTLE)),
    ("a holding settled while backups remain", "data_holding_waits_for_backups", (
        proof("K8-0001", "x", backups="'2027-03-31'"), _CONFIRM.format(items="x"), _SETTLE)),
    ("a holding excepted without permission", "data_holding_excepted_by_permission", (
        _SETTLE.replace("settled", "excepted"),)),
    ("a proof in another town's name", "holding_proof_of_its_own", (proof("K8-0001", "x", of=_ELSEWHERE),)),
    ("a proof for what was settled", "holding_proof_of_its_own", (proof("K8-0003", "x"),)),
    ("a proof that begins confirmed", "holding_proof_begins_recorded", (
        proof("K8-0001", "x", state="confirmed", second=_SECOND),)),
    ("personal data erased so that it can be restored", "holding_proof_method_fits", (
        proof("K8-0001", "x", method="format"),)),
    ("a certificate older than the last use", "holding_proof_not_before_last_use", (
        proof("K8-0001", "x", done_on="2026-10-31"),)),
    ("a proof that says something else afterwards", "holding_proof_stays_as_said", (
        "UPDATE holding_proof SET count = 9 WHERE items = 'bare'",)),
    ("backups that are forgotten afterwards", "holding_proof_stays_as_said", (
        proof("K8-0001", "x", backups="'2027-03-31'"),
        "UPDATE holding_proof SET backup_until_on = NULL WHERE items = 'x'")),
    ("a confirmation taken back", "holding_proof_stays_as_said", (
        "UPDATE holding_proof SET state = 'recorded' WHERE state = 'confirmed'",)),
    ("an acceptance that begins passed", "acceptance_round_of_its_own", (
        "UPDATE acceptance_round SET result = 'correction' WHERE result = 'waiting'",
        _ROUND.format(no=3, result="passed"))),
    ("a second notice while one waits", "acceptance_round_of_its_own", (_ROUND.format(no=3, result="waiting"),)),
    ("a correction that passed after all", "acceptance_round_stays_inspected", (
        "UPDATE acceptance_round SET result = 'passed' WHERE result = 'correction'",)),
    ("a clock set back", "acceptance_round_stays_inspected", (
        "UPDATE acceptance_round SET due_on = '2027-01-01' WHERE result = 'waiting'",)),
    ("an ending closed while a holder has a copy", "ending_closed_with_all_data", (
        LEAVE_OUT + " WHERE state = 'open'", _CLOSE + "state = 'open'")),
    ("an ending closed while a hidden node may have one", "ending_closed_with_all_data", (
        *settle("K8-0001"), _ONE_MORE_NODE, LEAVE_OUT + " WHERE state = 'open'", _CLOSE + "state = 'open'")),
    ("an ending closed that asked nobody", "ending_closed_with_all_data", (
        _NEW_ENDING.format(road="expiry"), _NEW_ITEM.format(code="x", state="open", which=_LAST_ENDING),
        LEAVE_OUT + " WHERE code = 'x'", _CLOSE + _LAST_ENDING)),
    ("an end with its term closed before its last day", "ending_by_expiry_on_its_last_day", (
        *settle("K8-0001"), LEAVE_OUT + " WHERE state = 'open'", _CLOSE_EARLY)),
    ("an ending whose last day comes earlier", "ending_keeps_its_last_day", (
        "UPDATE ending SET ends_on = '2026-11-01' WHERE state = 'open'",)),
    ("an early end without a reason", "ending_says_its_road_on_insert", (_NEW_ENDING.format(road="early"),)),
    ("a bankruptcy without a day", "ending_says_its_road_on_update", (
        "UPDATE ending SET road = 'bankruptcy', road_reason = '倒産' WHERE state = 'open'",)),
    ("an item left out by one person", "ending_item_left_out_by_two", (
        f"UPDATE ending_item SET state = 'not_applicable', note = '不要', done_by_id = {_FIRST},"
        f" confirmed_by_id = {_FIRST}, is_leaving_out = true WHERE state = 'open'",)),
    ("an item that begins done", "ending_item_begins_open", (
        _NEW_ITEM.format(code="x", state="not_applicable", which="state = 'open'"),)),
    ("a settled item opened again", "ending_item_stays_settled", (
        LEAVE_OUT + " WHERE state = 'open'",
        "UPDATE ending_item SET state = 'open' WHERE ending_id IN (SELECT id FROM ending WHERE state = 'open')")),
    ("an item that asks for less", "ending_item_stays_settled", (
        "UPDATE ending_item SET needs_second_checker = true WHERE state = 'open'",)),
    ("an acceptance nobody inspected", "ending_item_accepted_by_inspection", (
        _NEW_ITEM.format(code="acceptance_inspected", state="open", which="state = 'open'"),
        f"UPDATE ending_item SET state = 'done', done_by_id = {_FIRST} WHERE code = 'acceptance_inspected'")),
    ("a deleted data_holding", "data_holding_no_delete", ("DELETE FROM data_holding WHERE holder = 'bare'",)),
    ("a deleted holding_proof", "holding_proof_no_delete", ("DELETE FROM holding_proof",)),
    ("a deleted acceptance_round", "acceptance_round_no_delete", ("DELETE FROM acceptance_round",)),
)  # fmt: skip


def sql_before_closing() -> tuple[str, ...]:
    """Return what the scene's closed ending needs: K8-0003's information is shown to be gone, its item is left out."""
    return (
        *(holding(number, 1) for number in ("K8-0001", "K8-0003")),
        *settle("K8-0003", "返した分"),
        LEAVE_OUT + f" WHERE ending_id = (SELECT id FROM ending WHERE {_OF.format('K8-0003')})",
    )


def sql_of_endings() -> tuple[str, ...]:
    """Return the scene's other holdings: one recorded, one bare; an acceptance: a correction, then a wait."""
    return (
        holding("K8-0002", 1),
        holding("K8-0002", 2).replace("□□株式会社", "bare"),
        proof("K8-0002", "bare"),
        _ROUND.format(no=1, result="waiting"),
        "UPDATE acceptance_round SET result = 'correction'",
        _ROUND.format(no=2, result="waiting"),
    )
