"""A file that came with a form that was refused is kept for a day, so that nobody has to choose it again.

The bytes lie in the file store; the form carries a sealed slip that only the same person can bring back.
"""

import json
from datetime import timedelta

from joserfc.errors import JoseError

from casework import evidence, sealing
from casework.call import Call
from casework.errors import FileRejected
from casework.evidence import Upload

LASTS = timedelta(days=1)


def keep(call: Call, upload: Upload) -> str:
    """Return the slip a file comes back for; empty for a file that could not be taken anyway."""
    try:
        name = evidence.look_at(call, upload)
    except FileRejected:
        return ""
    slip = {
        "name": name,
        "sha256": call.store.put(upload.content),
        "person": call.actor.user_id,
        "until": (call.now + LASTS).timestamp(),
    }
    return sealing.seal(call.store.folder.parent, json.dumps(slip, ensure_ascii=False))


def bring_back(call: Call, slip: str) -> Upload | None:
    """Return the file of a slip; None where it is not one of ours, another person's, or too old."""
    try:
        said = json.loads(sealing.unseal(call.store.folder.parent, slip))
        is_good = said["person"] == call.actor.user_id and said["until"] >= call.now.timestamp()
        return Upload(said["name"], call.store.get(said["sha256"])) if is_good else None
    except (JoseError, ValueError, KeyError, TypeError, OSError):
        return None
