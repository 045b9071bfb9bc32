"""What leaves by a way that only reads is recorded in a short transaction of its own."""

from casework import audit
from casework.call import Call
from casework.database import open_session
from casework.installation import Installation


def note_export(installation: Installation, reading: Call, object_kind: str, object_number: str, file: str) -> None:
    """Write the event of an export that was made in a reading call."""
    with open_session(installation.engine, operator=True) as session:
        call = Call(session, reading.actor, reading.now, reading.store, reading.source, reading.call_id)
        audit.record(call, "exported", object_kind, object_number, after={"file": file})
