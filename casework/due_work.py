"""What falls due by itself, whoever looks at the clock: the site's own watch, and ``sekisho alerts run``.

Each of these is idempotent: run late, twice or by two workers at once, it comes to the same.
"""

from dataclasses import dataclass
from datetime import date

from casework import conditions, dossiers, duty_posts, duty_schedule, handover, organisation_duties, refusals
from casework.clock import day_in_japan
from casework.installation import Installation


@dataclass(frozen=True)
class Settled:
    """What came due: services suspended, exceptions told of, tasks for lost evidence, due dates made ahead."""

    suspended: int
    exceptions_told: int
    reopened: int
    dated: int


def settle(installation: Installation, day: date | None = None) -> Settled:
    """Carry out what is due up to a day (today in Japan): the handover, lapsed conditions and exceptions, evidence."""
    as_of = day or day_in_japan(installation.now())
    handover.apply_due(installation)
    duty_posts.follow_posts(installation, as_of)
    lapsed = conditions.suspend_lapsed(installation, as_of)
    reopened = dossiers.follow_expiry(installation, as_of)
    refusals.settle_all(installation)
    organisation_duties.enter_missing(installation, as_of)
    dated = duty_schedule.date_ahead(installation, as_of)
    return Settled(lapsed.suspended, lapsed.exceptions_told, reopened.tasks, dated)
