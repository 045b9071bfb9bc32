"""What must never happen of incidents, in raw SQL; and the part of the scene for it.

I8-0001 is a report with a party and a demand, I8-0002 is confirmed and has a party of its own, I8-0003 is closed,
I8-9998 stands alone without anything that hangs on it.
"""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

from collections.abc import Mapping

from tests.casework.incident_desk import closed, confirmed, demanded, reported, touched
from tests.office import Office

ALONE = "I8-9998"
COLUMNS = (
    "organisation_id, created_at, version, number, title, what, source, informant, department_id, known_at,"
    " reported_by_id, reported_at, is_cloud, state, assessment, leaked, leak_grounds, leak_report, leak_reason,"
    " publication, publication_reason, cause, prevention, closing_note"
)
NEW = (
    f"INSERT INTO incident ({COLUMNS}, assessed_by_id, assessed_at) SELECT organisation_id, created_at, 1,"
    " '{number}', title, what, source, '', department_id, known_at, reported_by_id, reported_at, false, '{state}', 'x',"
    " 'unknown', '', 'undecided', '', 'undecided', '', '', '', '', reported_by_id, reported_at FROM incident"
    " WHERE number = 'I8-0001'"
)
SETTLE = (
    "UPDATE incident SET state = 'closing', cause = 'x', prevention = 'y', leaked = 'none', publication = 'withhold',"
    " publication_reason = 'z', published_by_id = reported_by_id, publication_at = reported_at,"
    " closing_proposed_by_id = reported_by_id WHERE number = 'I8-0002'"
)
OPEN = "state = 'open' AND step = 'ciso' AND incident_id = (SELECT id FROM incident WHERE number = 'I8-0001')"
THEIRS = "(SELECT id FROM organisation WHERE code = 'tonari')"
NEW_CLOCK = (
    "INSERT INTO incident_clock (organisation_id, created_at, version, incident_id, step, position, title, from_role,"
    " to_role, provision, strength, basis, is_default, counts_days, due_at, due_on, state, told_at, told_by, told_to,"
    " told_how, note, recorded_by_id) SELECT {organisation}, c.created_at, 1, c.incident_id, 'late', 9, c.title,"
    " c.from_role, '', '', 'must', '', true, false, c.due_at, c.due_on, '{state}', c.due_at, 'x', 'y', '', '', 1"
    f" FROM incident_clock c WHERE c.{OPEN}"
)
NEW_PARTY = (
    "INSERT INTO incident_party (organisation_id, created_at, incident_id, role, name, provider_id, contact,"
    " added_by_id) SELECT {organisation}, i.created_at, i.id, 'provider', 'x', {provider}, '', i.reported_by_id"
    " FROM incident i WHERE i.number = 'I8-0001'"
)
NEW_MEASURE = (
    "INSERT INTO incident_measure (organisation_id, created_at, incident_id, kind, text, taken_at, party_id,"
    " recorded_by_id) SELECT {organisation}, i.created_at, i.id, 'demand', 'x', i.reported_at, {party},"
    " i.reported_by_id FROM incident i WHERE i.number = 'I8-0001'"
)
THEIR_PROVIDER = (
    "INSERT INTO provider (organisation_id, created_at, version, name, search_key, corporate_number, contact)"
    f" SELECT {THEIRS}, created_at, 1, 'よその会社', 'x', '', '' FROM organisation WHERE code = 'tonari'"
)
OWN = "i.organisation_id"
ANOTHERS_PARTY = "(SELECT max(p.id) FROM incident_party p WHERE p.incident_id <> i.id)"
ITS_PARTY = "(SELECT min(p.id) FROM incident_party p WHERE p.incident_id = i.id)"


def set_incident_scene(office: Office) -> None:
    """Add what these attacks need."""
    first = reported(office)
    demanded(office, first, touched(office, first))
    second = confirmed(office)
    touched(office, second)
    closed(office, confirmed(office))
    office.sql(NEW.format(number=ALONE, state="reported"))


INCIDENT_ATTACKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "an incident that begins confirmed": (
        "incident_starts_reported",
        (NEW.format(number="I8-9999", state="confirmed"),),
    ),
    "a report that says something else": (
        "incident_keeps_its_report",
        ("UPDATE incident SET what = '何もない' WHERE number = 'I8-0001'",),
    ),
    "a report by somebody else": (
        "incident_keeps_its_report",
        ("UPDATE incident SET reported_by_id = reported_by_id + 1 WHERE number = 'I8-0001'",),
    ),
    "time won by a later knowledge": (
        "incident_is_known_no_later",
        ("UPDATE incident SET known_at = reported_at WHERE number = 'I8-0001'",),
    ),
    "a confirmed incident that was none": (
        "incident_goes_its_way",
        ("UPDATE incident SET state = 'not_incident' WHERE number = 'I8-0002'",),
    ),
    "a close while somebody is not told": ("incident_closed_when_settled", (SETTLE,)),
    "a close without a notice at all": (
        "incident_closed_when_settled",
        (
            f"UPDATE incident SET state = 'confirmed' WHERE number = '{ALONE}'",
            SETTLE.replace("I8-0002", ALONE),
        ),
    ),
    "a closed incident with another cause": (
        "incident_stays_closed",
        ("UPDATE incident SET cause = '別の原因' WHERE state = 'closed'",),
    ),
    "a notice that begins told": (
        "incident_clock_starts_open",
        (NEW_CLOCK.format(organisation="c.organisation_id", state="told"),),
    ),
    "a notice told to another": (
        "incident_clock_stays_settled",
        ("UPDATE incident_clock SET told_to = '別の人' WHERE state = 'told'",),
    ),
    "a notice left out and then told": (
        "incident_clock_stays_settled",
        (
            f"UPDATE incident_clock SET state = 'not_needed', note = 'x', recorded_by_id = 1 WHERE {OPEN}",
            (
                "UPDATE incident_clock SET state = 'told', told_at = due_at, told_to = 'x', told_by = 'y'"
                " WHERE state = 'not_needed' AND note = 'x'"
            ),
        ),
    ),
    "a must made as needed": (
        "incident_clock_stays_itself",
        (f"UPDATE incident_clock SET strength = 'as_needed' WHERE {OPEN}",),
    ),
    "the commission left out": (
        "incident_clock_law_is_not_left_out",
        (
            (
                "UPDATE incident_clock SET state = 'not_needed', note = 'x', recorded_by_id = 1"
                " WHERE step = 'commission_final' AND state = 'open'"
            ),
        ),
    ),
    "a notice of the next town": (
        "incident_clock_of_its_own_incident",
        (NEW_CLOCK.format(organisation=THEIRS, state="open"),),
    ),
    "a party of the next town": (
        "incident_party_of_its_own_incident",
        (NEW_PARTY.format(organisation=THEIRS, provider="NULL"),),
    ),
    "a measure of the next town": (
        "incident_measure_of_its_own_incident",
        (NEW_MEASURE.format(organisation=THEIRS, party=ITS_PARTY),),
    ),
    "a provider of the next town": (
        "incident_party_of_its_own",
        (THEIR_PROVIDER, NEW_PARTY.format(organisation=OWN, provider="(SELECT max(id) FROM provider)")),
    ),
    "a demand on another incident's party": (
        "incident_measure_of_its_party",
        (NEW_MEASURE.format(organisation=OWN, party=ANOTHERS_PARTY),),
    ),
    "a changed party": ("incident_party_no_update", ("UPDATE incident_party SET name = 'y'",)),
    "a changed measure": ("incident_measure_no_update", ("UPDATE incident_measure SET text = 'y'",)),
    "a deleted incident": ("incident_no_delete", (f"DELETE FROM incident WHERE number = '{ALONE}'",)),
    "a deleted notice": ("incident_clock_no_delete", ("DELETE FROM incident_clock WHERE state = 'open'",)),
    "a deleted party": (
        "incident_party_no_delete",
        ("DELETE FROM incident_party WHERE id NOT IN (SELECT party_id FROM incident_measure)",),
    ),
    "a deleted measure": ("incident_measure_no_delete", ("DELETE FROM incident_measure",)),
}
