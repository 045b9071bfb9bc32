from collections.abc import Sequence

from casework.installation import Installation
from casework.jobs import Jobs, Work
from casework.jobs.in_process import InProcessJobs
from casework.jobs.works import WORKS


def jobs_of(installation: Installation, works: Sequence[Work] = WORKS) -> Jobs:
    """Return who does the service's work on this database."""
    if installation.engine.dialect.name != "postgresql":
        return InProcessJobs(installation, works)
    from casework.jobs.on_postgresql import PostgresqlJobs  # noqa: PLC0415  only workers on PostgreSQL need it

    return PostgresqlJobs(installation, works)
