"""Deeds against sections, posts, delegations and handovers that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: S608, ISC004
# The SQL is the test's own, and a statement is one text however it is broken.

_PERMIT = (
    "UPDATE delegation SET state = 'permitted', version = version + 1, decided_at = asked_at, decided_by_id ="
    " (SELECT id FROM user_account WHERE login_name = '{}') WHERE state = 'requested'"
)
_BEHALF = (
    "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, ends_on, on_behalf_of_id,"
    " delegation_id, post_name) SELECT organisation_id, created_at, delegate_id, 'ciso', {starts}, {ends}, giver_id,"
    " {delegation}, '' FROM delegation WHERE state = '{state}'"
)
_GIVEN = "WHERE delegation_id IS NOT NULL"
_ASKED = (
    "INSERT INTO delegation (organisation_id, created_at, version, giver_id, delegate_id, scope, starts_on, ends_on,"
    " reason, state, asked_by_id, asked_at, note{more}) SELECT u.organisation_id, u.created_at, 1, u.id, d.id, '[]',"
    " '2026-11-20', '2026-11-27', '出張', '{state}', u.id, u.created_at, ''{said} FROM user_account u, user_account d,"
    " user_account c WHERE u.login_name = 'supervising_officer' AND d.login_name = 'colleague'"
    " AND c.login_name = 'ciso'"
)

ORGANISATION_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a section given another name", "department_keeps_its_name", (
        "UPDATE department SET name = '別の課' WHERE code = 'kyu'",)),
    ("a succession turned elsewhere", "department_keeps_its_name", (
        "UPDATE department SET succeeded_by_id = id WHERE code = 'owatta'",)),
    ("a post put into another section", "post_stays_its_own", (
        "UPDATE post SET department_id = (SELECT id FROM department WHERE code = 'joho' AND organisation_id = 2)"
        " WHERE code = 'aki'",)),
    ("another person put into a past term", "post_holder_stays_its_own", (
        "UPDATE post_holder SET user_id = (SELECT id FROM user_account WHERE login_name = 'colleague')",)),
    ("a term under a later name", "post_holder_stays_its_own", ("UPDATE post_holder SET post_name = '部長'",)),
    ("acting in somebody's place without a delegation", "role_grant_behind_a_delegation", (
        _BEHALF.format(state="permitted", starts="starts_on", ends="ends_on", delegation="NULL"),)),
    ("acting in somebody's place behind a mere wish", "role_grant_behind_a_delegation", (
        _BEHALF.format(state="requested", starts="starts_on", ends="ends_on", delegation="id"),)),
    ("acting in somebody's place past the permitted days", "role_grant_behind_a_delegation", (
        _BEHALF.format(state="permitted", starts="starts_on", ends="'2027-12-31'", delegation="id"),)),
    ("acting in somebody's place without an end", "role_grant_behind_a_delegation", (
        _BEHALF.format(state="permitted", starts="starts_on", ends="NULL", delegation="id"),)),
    ("a role given to another person", "role_grant_stays_its_own", (
        "UPDATE role_grant SET user_id = (SELECT id FROM user_account WHERE login_name = 'staff')"
        " WHERE role = 'ciso'",)),
    ("a delegated role made another", "role_grant_stays_its_own", (f"UPDATE role_grant SET role = 'ciso' {_GIVEN}",)),
    ("a delegated role made longer", "role_grant_stays_its_own", (
        f"UPDATE role_grant SET ends_on = '2027-12-31' {_GIVEN}",)),
    ("a delegation that begins permitted", "delegation_starts_asked", (
        _ASKED.format(state="permitted", more=", decided_by_id, decided_at", said=", c.id, c.created_at"),)),
    ("a delegation permitted by who is no CISO", "delegation_by_the_ciso", (_PERMIT.format("admin"),)),
    ("a permitted delegation to another person", "delegation_stays_settled", (
        "UPDATE delegation SET version = version + 1, delegate_id = (SELECT id FROM user_account"
        " WHERE login_name = 'staff') WHERE state = 'permitted'",)),
    ("a permitted delegation made wider", "delegation_stays_settled", (
        "UPDATE delegation SET version = version + 1, scope = '[{\"role\": \"ciso\"}]' WHERE state = 'permitted'",)),
    ("a refused delegation permitted after all", "delegation_stays_settled", (
        "UPDATE delegation SET version = version + 1, state = 'permitted' WHERE state = 'refused'",)),
    ("a planned handover with other rows", "handover_stays_settled", (
        "UPDATE handover SET rows = '[1]' WHERE state = 'planned'",)),
    ("an applied handover planned again", "handover_stays_settled", (
        "UPDATE handover SET state = 'planned' WHERE state = 'applied'",)),
    ("a deleted section", "department_no_delete", ("DELETE FROM department WHERE code = 'mukashi'",)),
    ("a deleted post", "post_no_delete", ("DELETE FROM post WHERE code = 'aki'",)),
    ("a deleted term", "post_holder_no_delete", ("DELETE FROM post_holder",)),
    ("a deleted delegation", "delegation_no_delete", ("DELETE FROM delegation WHERE state = 'requested'",)),
    ("a deleted handover", "handover_no_delete", ("DELETE FROM handover",)),
)  # fmt: skip


def sql_of_organisation() -> tuple[str, ...]:
    """Return what of the organisation stands in the scene: empty and ended sections, a term, delegations, handovers."""
    handover = (
        "INSERT INTO handover (organisation_id, created_at, version, number, day, state, source_name, source_sha256,"
        " rows, planned_by_id, planned_at, applied_at, is_late, outcome) SELECT organisation_id, created_at, 1, '{}',"
        " '2026-11-20', '{}', 'x.csv', '', '[]', id, created_at, created_at, false, '{{}}' FROM user_account"
        " WHERE login_name = 'admin'"
    )
    section = (
        "INSERT INTO department (organisation_id, created_at, code, name, ends_on, succeeded_by_id)"
        " SELECT organisation_id, created_at, '{}', '{}', {}, {} FROM department WHERE code = 'joho'"
        " AND organisation_id = 2"
    )
    decide = (
        _PERMIT.replace("'permitted'", "'{1}'").replace("'{}'", "'{0}'")
        + " AND id = (SELECT min(id) FROM delegation WHERE state = 'requested')"
    )
    asked = _ASKED.format(state="requested", more="", said="")
    return (
        section.format("kyu", "旧課", "NULL", "NULL"),
        section.format("mukashi", "昔の課", "NULL", "NULL"),
        section.format("owatta", "終わった課", "'2026-03-31'", "id"),
        "INSERT INTO post (organisation_id, created_at, code, name, department_id) SELECT organisation_id, created_at,"
        " 'aki', '空いた職', id FROM department WHERE code = 'kyu'",
        "INSERT INTO post (organisation_id, created_at, code, name, department_id) SELECT organisation_id, created_at,"
        " 'kacho', '課長', id FROM department WHERE code = 'kyu'",
        "INSERT INTO post_holder (organisation_id, created_at, user_id, post_id, starts_on, is_concurrent, user_name,"
        " post_name, department_name, batch) SELECT u.organisation_id, u.created_at, u.id, p.id, '2026-04-01', false,"
        " u.name, p.name, '旧課', '' FROM user_account u, post p WHERE u.login_name = 'staff' AND p.code = 'kacho'",
        asked, asked, asked,
        decide.format("ciso", "permitted"),
        decide.format("ciso", "refused"),
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, ends_on, on_behalf_of_id,"
        " delegation_id, post_name) SELECT organisation_id, created_at, delegate_id, 'supervising_officer', starts_on,"
        " ends_on, giver_id, id, '' FROM delegation WHERE state = 'permitted'",
        handover.format("T8-0001", "planned"),
        handover.format("T8-0002", "applied"),
    )  # fmt: skip
