"""Deeds against the alert ledger that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: ISC004
# A statement is one text however it is broken.

ALERT_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a notice that was sent is made to go again", "alert_went_once", (
        "UPDATE alert SET state = 'pending' WHERE state = 'sent'",)),
    ("a mail that was sent is made to go again", "alert_letter_went_once", (
        "UPDATE alert_letter SET state = 'pending' WHERE state = 'sent'",)),
    ("a mail is written anew under its old Message-ID", "alert_letter_is_fixed", (
        "UPDATE alert_letter SET body = 'z'",)),
    ("a revoked calendar address that works again", "calendar_feed_stays_revoked", (
        "UPDATE calendar_feed SET revoked_at = NULL",)),
    ("a calendar address given to another person", "calendar_feed_stays_revoked", (
        "UPDATE calendar_feed SET user_id = user_id + 1",)),
    ("a message to an address written anew under its old id", "webhook_delivery_is_fixed", (
        "UPDATE webhook_delivery SET body = 'z'",)),
    ("a message that arrived is made to go again", "webhook_delivery_arrived", (
        "UPDATE webhook_delivery SET state = 'pending'",)),
)  # fmt: skip


def sql_of_alerts() -> tuple[str, ...]:
    """Return what the scene needs: a mail that went, with its notice, and how a person wants to be told."""
    person = " FROM user_account WHERE login_name = 'staff'"
    return (
        "INSERT INTO alert_letter (organisation_id, created_at, user_id, unique_key, kind, for_on, address, subject,"
        " body, message_id, state, is_late, attempts, next_attempt_at, may_have_arrived, last_error)"
        " SELECT organisation_id, created_at, id, 'k', 'digest', '2026-11-20', email, 's', 'b', 'm', 'sent', false, 1,"
        " created_at, true, ''" + person,
        "INSERT INTO alert (organisation_id, created_at, unique_key, user_id, kind, object_kind, object_id, title,"
        " due_on, send_on, channel, state, is_late, attempts, last_error, letter_id)"
        " SELECT organisation_id, created_at, 'k', user_id, 'duty', 'duty_occurrence', 1, 't', for_on, for_on, 'mail',"
        " 'sent', false, 1, '', id FROM alert_letter WHERE unique_key = 'k'",
        "INSERT INTO alert_wish (organisation_id, created_at, version, user_id, by_mail, at_once)"
        " SELECT organisation_id, created_at, 1, id, false, false" + person,
        "INSERT INTO calendar_feed (organisation_id, created_at, user_id, name, secret_hash, shows, only_numbers,"
        " revoked_at) SELECT organisation_id, created_at, id, 'x', 'h', 'mine', true, created_at" + person,
        "INSERT INTO webhook (organisation_id, created_at, version, name, url, events, state, sealed_secret,"
        " sealed_previous, failures, disabled_because, created_by_id) SELECT organisation_id, created_at, 1, 'x',"
        " 'https://chat.hoshimigaoka.example/', 'alert.due', 'active', 's', '', 0, '', id" + person,
        "INSERT INTO webhook_delivery (organisation_id, created_at, webhook_id, cause, event_type, message_id, body,"
        " state, attempts, next_attempt_at, answer) SELECT organisation_id, created_at, id, 'c', 'alert.due', 'm', 'b',"
        " 'delivered', 1, created_at, '204' FROM webhook",
        "INSERT INTO job (organisation_id, created_at, unique_key, name, args, state, due_at, attempts, claimed_by,"
        " last_said, last_error) SELECT id, created_at, 'k', 'alerts', '{}', 'waiting', created_at, 0, '', '', ''"
        " FROM organisation WHERE code = 'shared'",
    )
