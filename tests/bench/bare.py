"""The yardstick: a bare FastAPI endpoint that returns fifty rows of the same database, and does nothing else.

``/rows`` is as bare as it gets and is what everything is compared to. ``/models`` does the same as FastAPI's own
tutorial would write it, with a session, table objects and a response model: it tells what the framework's usual way
costs before there is any sign-in, any tenant and any paging.
"""

import os
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import text
from sqlmodel import Session, col, select

from casework.database import make_engine
from models.request import Request

ROWS = text(
    "SELECT id, number, title, state, overall, governed_by, waits_for_role, drafted_on, version, current_version_no"
    " FROM request WHERE organisation_id = 2 ORDER BY id DESC LIMIT 50"
)


class RowOut(BaseModel):
    """The columns of ``ROWS`` as a response model."""

    id: int
    number: str
    title: str
    state: str
    overall: str
    governed_by: str
    waits_for_role: str
    drafted_on: date
    version: int
    current_version_no: int


def create_bare() -> FastAPI:
    """Return the application; the database is the one the measured server uses."""
    app = FastAPI(openapi_url=None)
    engine = make_engine(os.environ["SEKISHO_DATABASE_URL"])

    def open_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/rows")
    def list_rows() -> list[dict[str, Any]]:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(ROWS).mappings()]

    @app.get("/models", response_model=list[RowOut])
    def list_models(session: Annotated[Session, Depends(open_session)]) -> Any:
        query = select(Request).where(Request.organisation_id == 2).order_by(col(Request.id).desc()).limit(50)
        return session.exec(query).all()

    return app
