"""A delegation as the database holds it, past or present, without the people who would have to ask and permit."""

# The SQL is the test's own.

from tests.office import Office


def delegate(office: Office, person: str, behalf: str, role: str = "supervising_officer") -> None:
    """Give a person a role in somebody's place, permitted by a CISO of last year."""
    people = (
        "FROM user_account u, user_account b, user_account c WHERE u.login_name = :person AND b.login_name = :behalf"
    )
    said = {"person": person, "behalf": behalf}
    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, ends_on)"
        " SELECT organisation_id, created_at, id, 'ciso', '2025-04-01', '2026-03-31' FROM user_account"
        " WHERE login_name = 'admin'"
    )
    office.sql(
        "INSERT INTO delegation (organisation_id, created_at, version, giver_id, delegate_id, scope, starts_on,"
        " ends_on, reason, state, asked_by_id, asked_at, note) SELECT u.organisation_id, u.created_at, 1, b.id,"
        " u.id, '[]', '2026-11-01', '2026-12-31', '出張', 'requested', b.id, u.created_at, ''"
        f" {people} AND c.login_name = 'admin'",
        **said,
    )
    office.sql(
        "UPDATE delegation SET state = 'permitted', version = 2, decided_at = asked_at,"
        " decided_by_id = (SELECT id FROM user_account WHERE login_name = 'admin') WHERE state = 'requested'"
    )
    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, ends_on, on_behalf_of_id,"
        " delegation_id) SELECT organisation_id, created_at, delegate_id, :role, starts_on, ends_on,"
        " giver_id, id FROM delegation ORDER BY id DESC LIMIT 1",
        role=role,
    )
