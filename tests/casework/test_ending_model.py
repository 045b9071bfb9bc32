"""Every order of every deed by every role over a small ending: nothing is closed that a holder still has a copy of.

The deeds are the use cases themselves on a real database; a state is what is left of it when names and numbers are
taken away. The search is breadth first and ends when no deed leads anywhere new.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from casework import endings, exceptions, holding_proofs
from casework.database import make_engine
from casework.errors import CaseworkError
from models.vocabulary import ErasureMethod, ProofKind
from tests.casework.ending_desk import PDF, certificate, holdings_of, items_of, opened, settle
from tests.casework.test_holding_exceptions import permitted
from tests.migrations.ending_attacks import CONFIRMED_ALONE
from tests.office import Office, closing_engine, information

PEOPLE = ("service_manager", "procurement", "security_manager", "staff", "auditor")
BACKUPS = date(2028, 4, 10)
LATER = date(2028, 4, 20)
PROOFS: dict[str, dict[str, Any]] = {
    "sound": {},
    "with backups": {"backup_until_on": BACKUPS},
    "weak": {"method": ErasureMethod.FORMAT},
    "early": {"done_on": date(2028, 3, 30)},
    "backups gone": {"kind": ProofKind.BACKUP_ERASURE, "done_on": LATER, "count": 3},
    "without permission": {"kind": ProofKind.EXCEPTION, "method": "", "count": None},
    "without proof": {"kind": ProofKind.EXCEPTION, "method": "", "count": None},
}
_STATES = "SELECT e.state, c.state FROM ending e JOIN contract c ON c.id = e.contract_id"
Deed = Callable[[Office], object]


def _run(statement: str, office: Office) -> object:
    return office.sql(statement)


State = tuple[object, ...]


class World:
    """An ending in a database that can be set back to any state it was in."""

    def __init__(self, template: Path, folder: Path, kinds: int, item: str) -> None:
        self.path, self.item = folder / "sekisho.sqlite3", item
        shutil.copy(template, self.path)
        self.engine = make_engine(f"sqlite:///{self.path}")
        self.office = Office(self.engine, folder)
        said = [information() | {"name": f"情報{no}"} for no in range(kinds)]
        request = self.office.approved(information=said)
        self.number = opened(self.office, self.office.concluded(request)).number
        provision, *_ = self.office.look("auditor", holding_proofs.provisions_of_data, self.number)
        self.exception = permitted(self.office, request.number, provision=provision)
        self.refused = self._asked(request.number, provision)
        self._settle_but(item)
        self.office.clock.set_day(LATER)

    def _asked(self, request: str, provision: str) -> str:
        wish = exceptions.ExceptionIn("未許可", [provision], "倒産", "鍵を消した", date(2029, 3, 31), request)
        return self.office.do("system_manager", exceptions.ask, wish).number

    def _settle_but(self, kept: str) -> None:
        for code, item in items_of(self.office, self.number).items():
            if code not in {kept, "all_copies_erased"}:
                done = settle(self.office, self.number, item)
                if item.needs_second_checker:
                    self.office.do("procurement", endings.confirm_item, self.number, code, version=done.version)

    def kept(self) -> bytes:
        """Return the database as it is."""
        self.engine.dispose()
        return self.path.read_bytes()

    def set_back(self, content: bytes) -> None:
        """Make the database what it was."""
        self.engine.dispose()
        self.path.write_bytes(content)

    def state(self) -> State:
        """Return what counts of the ending, without keys, versions and times."""
        held = self.office.sql(
            "SELECT h.state, (SELECT p.kind || p.method || coalesce(p.backup_until_on, '') || p.recorded_by_id"
            " FROM holding_proof p WHERE p.holding_id = h.id AND p.state = 'recorded') FROM data_holding h"
            " ORDER BY h.id"
        )
        items = self.office.sql("SELECT code, state, done_by_id, is_leaving_out FROM ending_item ORDER BY id")
        ending = self.office.sql(_STATES)
        return tuple(tuple(row) for row in (*held, *items, *ending))

    def deeds(self) -> Iterator[tuple[str, Deed]]:
        """Yield everything anybody may try now, and what raw SQL would do."""
        _, detail = self.office.look("auditor", endings.find_ending, self.number)
        for who in PEOPLE:
            for row in detail.holdings:
                for name in PROOFS:
                    yield f"{who} records {name}", self._record(who, row.holding.key, row.holding.version, name)
                for proof in row.proofs:
                    facts = {"version": proof.version}
                    yield (
                        f"{who} confirms",
                        self._do(who, holding_proofs.look_at, proof.key, is_confirmed=True, **facts),
                    )
                    refusal: dict[str, Any] = {"is_confirmed": False, "refusal": "違う", **facts}
                    yield f"{who} refuses", self._do(who, holding_proofs.look_at, proof.key, **refusal)
            yield from self._item_deeds(who)
            yield f"{who} closes", self._do(who, endings.close_ending, version=detail.ending.version)
        for statement in (
            "UPDATE ending SET state = 'closed', closed_by_id = opened_by_id, closed_at = created_at",
            "UPDATE contract SET state = 'closed'",
            "UPDATE data_holding SET state = 'settled'",
            "UPDATE data_holding SET state = 'excepted'",
            CONFIRMED_ALONE,
        ):
            yield statement, partial(_run, statement)

    def _item_deeds(self, who: str) -> Iterator[tuple[str, Deed]]:
        for item in (items_of(self.office, self.number)[code] for code in (self.item, "all_copies_erased")):
            code, facts = item.code, {"version": item.version}
            said = dict.fromkeys(item.evidence_fields, "2028-04-20")
            yield f"{who} settles", self._do(who, endings.settle_item, code, details=said, upload=PDF, **facts)
            yield f"{who} leaves out", self._do(who, endings.leave_out_item, code, reason="不要", **facts)
            yield f"{who} confirms item", self._do(who, endings.confirm_item, code, **facts)
            yield f"{who} sends back", self._do(who, endings.refuse_item, code, reason="違う", **facts)

    def _do(self, who: str, deed: Callable[..., object], *args: object, **facts: object) -> Deed:
        return lambda office: office.do(who, deed, self.number, *args, **facts)

    def _record(self, who: str, holding: int, version: int, name: str) -> Deed:
        number = self.refused if name == "without permission" else self.exception
        proof = certificate(**(PROOFS[name] | {"exception_number": number, "late_reason": "遅延"}))
        return self._do(who, holding_proofs.record_proof, holding, version=version, proof=proof, upload=PDF)

    def unaccounted(self) -> list[str]:
        """Return what a closed ending has no account for; nothing while it is open."""
        if not any("closed" in words for words in self.office.sql(_STATES)):
            return []
        return [
            f"holding {row[0]} is {row[1]}"
            for row in self.office.sql(
                "SELECT h.id, h.state FROM data_holding h WHERE NOT EXISTS (SELECT 1 FROM holding_proof p"
                " JOIN evidence_file f ON f.id = p.evidence_id LEFT JOIN policy_exception x ON x.id = p.exception_id"
                " WHERE p.holding_id = h.id AND p.state = 'confirmed' AND p.looked_at_by_id <> p.recorded_by_id"
                " AND p.method <> 'format' AND p.done_on >= h.last_used_on AND (p.backup_until_on IS NULL)"
                " AND (p.kind <> 'exception' OR x.state = 'permitted'))"
            )
        ] + [
            f"item {row[0]}"
            for row in self.office.sql(
                "SELECT code FROM ending_item WHERE state = 'open' OR (needs_second_checker"
                " AND (confirmed_by_id IS NULL OR confirmed_by_id = done_by_id))"
            )
        ]


def search(world: World) -> tuple[set[State], int]:
    """Return every state that deeds lead to, and how many of them are closed; stops at the first unaccounted one."""
    first = world.state()
    seen, waiting = {first}, deque([world.kept()])
    closed = 0
    while waiting:
        here = waiting.popleft()
        world.set_back(here)
        before = world.state()
        for name, deed in list(world.deeds()):
            with suppress(CaseworkError, DBAPIError):
                deed(world.office)
            after = world.state()
            if after == before:
                continue
            assert world.unaccounted() == [], f"{name} in {before}"
            if after not in seen:
                seen.add(after)
                closed += "closed" in after[-1]  # type: ignore[operator]  # the last row is ending and contract
                waiting.append(world.kept())
            world.set_back(here)
    return seen, closed


@pytest.mark.slow
@pytest.mark.parametrize(("kinds", "item"), [(1, "ledger_updated"), (1, "encryption_keys_deleted")])
def test_no_order_of_deeds_closes_what_is_not_accounted_for(
    sqlite_template: Path, tmp_path: Path, kinds: int, item: str
) -> None:
    world = World(sqlite_template, tmp_path, kinds, item)
    with closing_engine(world.engine):
        states, closed = search(world)

    assert closed >= 1
    assert len(states) > 50


def test_the_model_sees_a_copy_that_was_forgotten(sqlite_template: Path, tmp_path: Path) -> None:
    world = World(sqlite_template, tmp_path, 1, "ledger_updated")
    with closing_engine(world.engine):
        for guard in ("ending_closed_with_all_data", "ending_closed_when_settled", "contract_closed_by_ending"):
            world.office.sql(f"DROP TRIGGER {guard}")
        world.office.sql("UPDATE ending SET state = 'closed', closed_by_id = opened_by_id, closed_at = created_at")

        assert world.unaccounted() != []
        assert holdings_of(world.office, world.number)[0].holding.state == "open"
