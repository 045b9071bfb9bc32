"""Deeds against what signing in remembers that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: ISC004
# A statement is one text however it is broken.

_PERSON = " FROM user_account WHERE login_name = 'staff'"
_AT = "'2026-11-20 01:00:00'"
SIGN_IN_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a step taken back, so that its code works again", "second_factor_never_goes_back", (
        "UPDATE second_factor SET last_step = last_step - 1",)),
    ("an authenticator given to another person", "second_factor_never_goes_back", (
        "UPDATE second_factor SET user_id = user_id + 1",)),
    ("a secret put in the place of another", "second_factor_never_goes_back", (
        "UPDATE second_factor SET sealed_secret = 'z'",)),
    ("a used recovery code made new", "recovery_code_works_once", ("UPDATE recovery_code SET used_at = NULL",)),
    ("a token with more scopes than it was made with", "api_token_stays_as_given", (
        "UPDATE api_token SET scopes = 'decisions:write'",)),
    ("a token that ends later", "api_token_stays_as_given", ("UPDATE api_token SET ends_on = '2030-03-31'",)),
    ("a token that works from anywhere", "api_token_stays_as_given", ("UPDATE api_token SET addresses = ''",)),
    ("a token given to another person", "api_token_stays_as_given", ("UPDATE api_token SET user_id = user_id + 1",)),
    ("a revoked token that works again", "api_token_stays_as_given", ("UPDATE api_token SET revoked_at = NULL",)),
    ("a deleted token", "api_token_no_delete", ("DELETE FROM api_token",)),
    ("an ended session that goes on", "login_session_stays_ended", ("UPDATE login_session SET revoked_at = NULL",)),
    ("a session given to another person", "login_session_stays_ended", (
        "UPDATE login_session SET user_id = user_id + 1",)),
)  # fmt: skip


def sql_of_sign_in() -> tuple[str, ...]:
    """Return what the scene needs: an authenticator, a used recovery code, a revoked token, an ended session."""
    return (
        "INSERT INTO second_factor (organisation_id, created_at, user_id, sealed_secret, last_step)"
        " SELECT organisation_id, created_at, id, 's', 7" + _PERSON,
        f"INSERT INTO recovery_code (organisation_id, created_at, user_id, code_hash, used_at)"
        f" SELECT organisation_id, created_at, id, 'h', {_AT}{_PERSON}",
        f"INSERT INTO api_token (organisation_id, created_at, user_id, name, secret_hash, ending, scopes, addresses,"
        f" ends_on, last_used_address, revoked_at) SELECT organisation_id, created_at, id, 'x', 'h', 'abcd',"
        f" 'requests:read', '192.0.2.0/24', '2027-03-31', '', {_AT}{_PERSON}",
        f"INSERT INTO login_session (organisation_id, created_at, secret_hash, user_id, csrf_token, last_seen_at,"
        f" expires_at, revoked_at) SELECT organisation_id, created_at, 'h', id, 'c', {_AT}, {_AT}, {_AT}{_PERSON}",
    )
