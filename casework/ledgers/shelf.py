"""Every ledger by its name."""

from collections.abc import Mapping

from casework.call import Call
from casework.errors import NotFound
from casework.ledgers import Ledger
from casework.ledgers.contracts import CONTRACTS
from casework.ledgers.obligations import OBLIGATIONS
from casework.ledgers.people import USERS
from casework.ledgers.record import RECORD
from casework.ledgers.registers import EVIDENCE, EXCEPTIONS_LEDGER, INCIDENTS, PROVIDERS
from casework.ledgers.registry import ISMAP
from casework.ledgers.requests import REQUESTS
from casework.ledgers.services import SERVICES

SHELF: Mapping[str, Ledger] = {
    ledger.key: ledger
    for ledger in (
        REQUESTS, SERVICES, CONTRACTS, OBLIGATIONS, PROVIDERS, EVIDENCE, INCIDENTS, EXCEPTIONS_LEDGER, ISMAP, USERS,
        RECORD,
    )
}  # fmt: skip


def find_ledger(call: Call, key: str) -> Ledger:
    """Return a ledger that the actor may see; raises ``NotFound`` and ``NotPermitted``."""
    ledger = SHELF.get(key)
    if ledger is None:
        raise NotFound(f"「{key}」という一覧はありません。一覧の画面から書き出してください。")
    ledger.need(call)
    return ledger
