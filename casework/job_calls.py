"""A call that nobody makes: what a job does in the name of an organisation itself."""

from sqlmodel import Session

from casework.actor import Actor
from casework.call import JOB, Call
from casework.installation import Installation

BY_ITSELF = "自動処理"


def job_call(installation: Installation, session: Session, organisation_id: int, name: str = BY_ITSELF) -> Call:
    """Return the call of a job that works for one organisation in a session opened for it, under a name of its own."""
    return Call(
        session,
        Actor(organisation_id, 0, name, 0, ()),
        installation.now(),
        installation.store,
        source=JOB,
    )
