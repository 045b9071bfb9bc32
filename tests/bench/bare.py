"""The yardstick: a bare FastAPI endpoint that returns fifty rows of the same database, and does nothing else."""

import os
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text

from casework.database import make_engine

ROWS = text(
    "SELECT id, number, title, state, overall, governed_by, waits_for_role, drafted_on, version, current_version_no"
    " FROM request WHERE organisation_id = 2 ORDER BY id DESC LIMIT 50"
)


def create_bare() -> FastAPI:
    """Return the application; the database is the one the measured server uses."""
    app = FastAPI(openapi_url=None)
    engine = make_engine(os.environ["SEKISHO_DATABASE_URL"])

    @app.get("/rows")
    def list_rows() -> list[dict[str, Any]]:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(ROWS).mappings()]

    return app
