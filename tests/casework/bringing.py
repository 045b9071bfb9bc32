"""How the office's lists come in, for tests: by a call, by a person, and half-way."""

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from casework import registry_imports, registry_intake, registry_sync
from casework.registry import Origin
from casework.registry_imports import ListFile
from casework.registry_sync import SyncWish
from models.alert import Alert
from models.quarantined_row import QuarantinedRow
from models.registry_change import RegistryChange
from models.registry_entry import RegistryEntry
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from tests.ismap.lists import as_csv, make_rows
from tests.office import Office

ROWS = make_rows(20)
HALF = as_csv(ROWS[:10])


def sync(office: Office, raw: bytes, **wish: Any) -> dict[str, Any]:
    return registry_sync.sync(office.installation, SyncWish(source="list.csv", raw=raw, **wish))


def begin(office: Office, raw: bytes, login_name: str = "admin", *, is_trial: bool = False, **facts: Any) -> str:
    """Begin an import and wait until it is done; return its code."""
    file = ListFile("list.csv", raw, **facts)
    row = office.look(login_name, registry_imports.begin, office.installation, file, is_trial=is_trial)
    registry_imports.wait_for(row.code, 30)
    return row.code


def carry_out(office: Office, code: str, login_name: str = "admin") -> str:
    row = office.look(login_name, registry_imports.carry_out, office.installation, code)
    registry_imports.wait_for(row.code, 30)
    return row.code


def confirm(office: Office, code: str, login_name: str, reason: str = "制度の改正で半数が抹消された") -> str:
    row = office.look(login_name, registry_imports.confirm_loss, office.installation, code, reason=reason)
    registry_imports.wait_for(row.code, 30)
    return row.code


def found(office: Office, code: str) -> RegistryImport:
    return office.look("staff", registry_imports.find_import, code)


def imports(office: Office, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of every import, oldest first."""
    with office.session() as session:
        rows = session.exec(select(RegistryImport).order_by(col(RegistryImport.id))).all()
        return [tuple(getattr(row, column) for column in columns) for row in rows]


def counts(office: Office) -> list[int]:
    """Return how many rows an import may have written: snapshots, entries, rows kept out, changes, notices."""
    tables: tuple[Any, ...] = (RegistrySnapshot, RegistryEntry, QuarantinedRow, RegistryChange, Alert)
    with office.session() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def queue(office: Office, raw: bytes) -> str:
    """Enter an import that nobody carries out, as one whose process died."""
    with office.session(writes=True) as session:
        origin = Origin("list.csv", office.clock.today, office.store.put(raw))
        row = registry_intake.new_row(session, registry_intake.Bringing(origin), office.clock())
        session.add(row)
        session.flush()
        return row.code
