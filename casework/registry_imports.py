"""Lists brought in by hand, as a file, by somebody who may."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework import registry_sync
from casework.call import Call
from casework.errors import FileRejected
from casework.installation import Installation
from casework.registry_sync import SyncWish
from models.vocabulary import Role


@dataclass(frozen=True)
class ListFile:
    """A list as somebody carried it in. ``confirm_loss`` is why a list that lost many rows is right."""

    name: str
    content: bytes
    scheme: str = "ISMAP"
    acquired_on: date | None = None
    carried_by: str = ""
    confirm_loss: str | None = None


def import_file(call: Call, installation: Installation, file: ListFile) -> dict[str, Any]:
    """Take a list in and return the report of ``sekisho ismap sync`` (interfaces.md section 4).

    ``call`` must only read: the import opens transactions of its own. Raises ``NotPermitted``, and ``FileRejected``
    with the whole report when the list is refused and the last one stays.
    """
    call.need(Role.ADMIN, to="公的な一覧を取り込む")
    report = registry_sync.sync(
        installation,
        SyncWish(
            source=file.name,
            raw=file.content,
            scheme=file.scheme,
            acquired_on=file.acquired_on,
            carried_by=file.carried_by or call.actor.name,
            confirm_loss=file.confirm_loss or None,
            actor=call.actor,
        ),
    )
    if report["refused"] is not None:
        raise FileRejected(str(report["refused"]), reason="list_refused", report=report)
    return report
