"""Deeds against the record that the database must refuse: title, guard, statements (see ``attacks.Attack``)."""

# ruff: noqa: S608, ISC004
# The SQL is the test's own, and a statement is one text however it is broken.

_ANCHOR = (
    "INSERT INTO audit_anchor (organisation_id, created_at, from_seq, upto_seq, upto_hash, digest, made_by_id, made_at)"
    " SELECT organisation_id, created_at, 5, 5, {hash}, '', actor_id, at FROM audit_event WHERE seq = 5"
)
_WISH = (
    "INSERT INTO audit_redaction (organisation_id, created_at, version, event_seq, side, field, reason, state,"
    " asked_by_id, asked_at, decided_by_id, decided_at) SELECT organisation_id, created_at, 1, 3, 'after', 'x', '氏名',"
    " '{state}', asked_by_id, asked_at, decided_by_id, decided_at FROM audit_redaction WHERE state = 'permitted'"
)
_LONGER = 'redacted = \'{"after": {"title": "0000000000000000000000000000000000000000000000000000000000000000"}}\''
_CHECK = (
    "UPDATE audit_sample_item SET state = 'sound', checked_at = created_at,"
    " checked_by_id = (SELECT {who} FROM request WHERE number = 'R8-0001') WHERE state = 'remaining'"
)
RECORD_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a value taken out of an event without a permission", "audit_event_no_update", (
        f"UPDATE audit_event SET {_LONGER} WHERE seq = 2",)),
    ("an event given another hash in the shadow of a permission", "audit_event_no_update", (
        f"UPDATE audit_event SET {_LONGER}, hash = 'z' WHERE seq = 1",)),
    ("an event given another person in the shadow of a permission", "audit_event_no_update", (
        f"UPDATE audit_event SET {_LONGER}, actor_id = NULL WHERE seq = 1",)),
    ("an event to be deleted sooner", "audit_event_no_update", (
        f"UPDATE audit_event SET {_LONGER}, keep_until_on = '2020-01-01' WHERE seq = 1",)),
    ("an event deleted before its day behind an anchor", "audit_event_no_delete", (
        _ANCHOR.format(hash="hash"), "DELETE FROM audit_event WHERE seq = 5")),
    ("an anchor off the chain", "audit_anchor_on_the_chain", (_ANCHOR.format(hash="'0'"),)),
    ("a redaction that begins permitted", "audit_redaction_starts_asked", (_WISH.format(state="permitted"),)),
    ("a permission given for another value", "audit_redaction_stays_settled", (
        "UPDATE audit_redaction SET field = 'other' WHERE state = 'asked'",)),
    ("a refused redaction opened again", "audit_redaction_stays_settled", (
        "UPDATE audit_redaction SET state = 'asked' WHERE state = 'permitted'",)),
    ("a checked case of a sample opened again", "audit_sample_item_stays_checked", (
        "UPDATE audit_sample_item SET state = 'remaining' WHERE state = 'sound'",)),
    ("a case of a sample exchanged", "audit_sample_item_stays_checked", (
        "UPDATE audit_sample_item SET object_number = 'R8-0005' WHERE state = 'remaining'",)),
    ("an applicant who audits the own case", "audit_sample_item_not_by_the_audited", (
        _CHECK.format(who="applicant_id"),)),
    ("a decider who audits the own decision", "audit_sample_item_not_by_the_audited", (
        "UPDATE audit_sample_item SET state = 'sound', checked_at = created_at, checked_by_id = (SELECT"
        " d.decided_by_id FROM decision d JOIN request r ON r.id = d.request_id WHERE r.number = 'R8-0001')"
        " WHERE state = 'remaining'",)),
    *((f"a changed {table}", f"{table}_no_update", (f"UPDATE {table} SET {column} = {column}",))
      for table, column in {"audit_anchor": "digest", "audit_sample": "seed"}.items()),
    *((f"a deleted {table}", f"{table}_no_delete", (f"DELETE FROM {table} WHERE id = 1",))
      for table in ("audit_anchor", "audit_redaction", "audit_sample_item")),
    ("a deleted audit_sample", "audit_sample_no_delete", ("DELETE FROM audit_sample WHERE number = 'S8-0002'",)),
)  # fmt: skip


def sql_of_scene() -> tuple[str, ...]:
    """Return what the record holds in the scene: an anchor, two wishes, two samples with a checked case."""
    admin = "FROM audit_event e, user_account a WHERE e.seq = 1 AND a.login_name = 'admin'"
    wish = (
        "INSERT INTO audit_redaction (organisation_id, created_at, version, event_seq, side, field, reason, state,"
        " asked_by_id, asked_at) SELECT a.organisation_id, e.at, 1, 1, 'after', '{}', '氏名', 'asked', a.id, e.at "
        + admin
    )
    sample = (
        "INSERT INTO audit_sample (organisation_id, created_at, number, population, from_on, until_on, seed, wanted,"
        " population_size, population_hash, drawn_by_id, drawn_at) SELECT a.organisation_id, e.at, '{}', 'requests',"
        " '2026-04-01', '2026-11-20', '1', 2, 6, '', a.id, e.at " + admin
    )
    item = (
        "INSERT INTO audit_sample_item (organisation_id, created_at, version, sample_id, position, object_number,"
        " request_number, state, note{more}) SELECT organisation_id, created_at, 1, id, {at}, '{number}', '{number}',"
        " '{state}', ''{said} FROM audit_sample WHERE number = 'S8-0001'"
    )
    who = {"more": ", checked_by_id, checked_at", "said": ", drawn_by_id, drawn_at"}
    return (
        "INSERT INTO audit_anchor (organisation_id, created_at, from_seq, upto_seq, upto_hash, digest, made_by_id,"
        " made_at) SELECT organisation_id, created_at, 1, 1, hash, '', actor_id, at FROM audit_event WHERE seq = 1",
        wish.format("title"),
        wish.format("number"),
        "UPDATE audit_redaction SET state = 'permitted', decided_at = asked_at,"
        " decided_by_id = (SELECT id FROM user_account WHERE login_name = 'ciso') WHERE field = 'title'",
        sample.format("S8-0001"),
        sample.format("S8-0002"),
        item.format(at=1, number="R8-0001", state="remaining", more="", said=""),
        item.format(at=2, number="R8-0003", state="sound", **who),
    )
