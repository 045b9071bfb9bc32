"""``python -m tests.bench.registry_memory ADDRESS FOLDER``: what lists add to a worker, step by step, as JSON of MB."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import psutil
from sqlmodel import col, select

from casework import registry
from casework.database import open_session
from casework.installation import Installation, open_installation
from casework.settings import Settings
from models.registry_snapshot import RegistrySnapshot
from policy.library import load_pack
from web.app import create_site

MEGABYTE = 1024 * 1024


def main() -> None:
    """Make a worker's application, read a list, look a name up, read as many as it keeps; print MB after each."""
    address, folder = sys.argv[1:]
    installation = open_installation(Settings(database_url=address, data_dir=Path(folder)))
    site = create_site(installation)
    load_pack("mutsu")
    sys.stdout.write(json.dumps(_steps(installation)) + "\n")
    del site


def _steps(installation: Installation) -> dict[str, float]:
    found, before = {}, _megabytes()
    with open_session(installation.engine, writes=False, operator=True) as session:
        newest = select(RegistrySnapshot).order_by(col(RegistrySnapshot.id).desc()).limit(registry.REMEMBERED)
        snapshots = session.exec(newest).all()
        registry.lists_of(session, snapshots[0])
        found["one_list"] = _megabytes()
        registry.match_name(session, "こもれび図書", None)
        found["looked_up"] = _megabytes()
        for snapshot in snapshots:
            registry.lists_of(session, snapshot)
        found["all_kept"] = _megabytes()
    return {name: round(size - before, 1) for name, size in found.items()}


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss / MEGABYTE)


if __name__ == "__main__":
    main()
