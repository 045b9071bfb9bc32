"""What people type comes back on pages and in lists: as words, never as markup, and never as a part of a query."""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import DateTime, TypeDecorator
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from api.authentication import SESSION_COOKIE
from models import tables
from tests.api.desks import Desk, made
from tests.attacks.text_columns import FREE, OURS
from tests.matrix.calls import API
from tests.matrix.doors import Knocking, doors_of
from tests.office import Office

PAYLOAD = "\"'><img src=x onerror=alert(1)>"
IN_JSON = "<img src=x onerror=alert(1)>"
# Words of a closed list that stand under a free column's name, by table.
CLOSED = frozenset(
    {
        ("audit_event", "source"),
        ("registry_snapshot", "source"),
        ("registry_import", "source"),
        ("dossier_task", "reason"),
        ("quarantined_row", "reason"),
        ("registry_alias", "source"),
        ("unconfirmed_answer", "source"),
        ("finding", "reason"),
        ("incident", "source"),
        ("renewal_rule", "basis"),
        ("refusal_tally", "what"),
        ("webhook_delivery", "cause"),
        ("service_suspension", "cause"),
        ("dossier_task", "cause"),
    }
)


def text_columns() -> list[tuple[str, str]]:
    """Return table and name of every column that holds text."""
    assert tables  # importing it is what makes every table known
    return [
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if not column.foreign_keys and not isinstance(column.type, DateTime) and _is_text(column.type)
    ]


def _is_text(kind: TypeEngine[object]) -> bool:
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind  # a plain str field is wrapped once more
    try:
        return plain.python_type is str
    except NotImplementedError:
        return False


def test_every_text_column_is_weighed() -> None:
    unknown = sorted({name for _, name in text_columns()} - FREE - OURS)

    assert unknown == [], "put these into FREE (people write them) or into OURS"


def poison(office: Office) -> int:
    """Write markup into everything people have written, past every guard; return how many columns were reached."""
    for row in office.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        office.sql(f"DROP TRIGGER {row[0]}")
    reached = 0
    for table, column in text_columns():
        if column in FREE and (table, column) not in CLOSED:
            full = f"{column} IS NOT NULL"
            reached += bool(office.sql(f"SELECT 1 FROM {table} WHERE {full} LIMIT 1"))
            office.sql(f"UPDATE {table} SET {column} = {column} || :said WHERE {full}", said=PAYLOAD)
    for word in ("住民向け予約サービス", "○○予約", "△△株式会社", "予約者の氏名と連絡先", "仕様書 第1章"):
        for table in ("request", "request_version"):
            office.sql(
                f"UPDATE {table} SET document_json = replace(document_json, :word, :word || :said)",
                word=word,
                said=IN_JSON,
            )
    return reached


def test_attack_xss_through_every_free_text(full_site: Knocking, sqlite_office: Office) -> None:
    assert isinstance(full_site.client.app, FastAPI)
    reached = poison(sqlite_office)
    readers = ("staff@own", "supervising_officer@own", "auditor@own", "admin@own", "procurement@own")

    markup, shown, crashed = [], 0, []
    for door in doors_of(full_site.client.app):
        if door.startswith("GET ") and not door.startswith(f"GET {API}"):
            for who in readers:
                answer = full_site.send(door, who)
                is_page = answer.headers.get("content-type", "").startswith("text/html")
                shown += is_page and "&lt;img src=x onerror" in answer.text
                markup += [f"{door} as {who}"] if is_page and "<img src=x" in answer.text else []
                crashed += [f"{door} as {who}"] if answer.status_code >= 500 else []

    assert markup == []
    assert crashed == []
    assert reached > 30
    assert shown > 60


WILD = (
    "%",
    "_",
    "%%",
    "\\",
    "'",
    "' OR 1=1 --",
    "'; DROP TABLE request; --",
    "*",
    "予約%' ESCAPE '",
    '" OR ""="',
)


@pytest.mark.parametrize("words", WILD)
@pytest.mark.parametrize("path", ["/requests?q={}", "/people?q={}", "/contracts?q={}", "/services?q={}"])
def test_attack_sql_wildcards_find_nothing_they_should_not(
    path: str, words: str, staff: Desk, sqlite_office: Office
) -> None:
    sqlite_office.draft()

    answer = staff.client.get(
        f"{API}{path.format('')}", params={"q": words}, headers={"Authorization": f"Bearer {staff.token}"}
    )

    assert answer.status_code in {200, 400}
    assert answer.status_code == 400 or answer.json()["items"] == []


@pytest.mark.parametrize("words", ["' OR '1'='1", "%", "_", "\\"])
def test_attack_sql_in_a_search(words: str, auditor: Desk, sqlite_office: Office) -> None:
    sqlite_office.approved()
    cookie = {"Cookie": f"{SESSION_COOKIE}={auditor.token}"}
    events = f"{API}/audit-events"

    for field in ("actor", "action", "object", "text"):
        found = auditor.client.get(events, params={field: words}, headers={"Authorization": f"Bearer {auditor.token}"})
        assert [row for row in made(found)["items"] if words not in str(row)] == []
    for path in ("/requests", "/contracts", "/services", "/search", "/rules", "/audit", "/ismap"):
        assert auditor.client.get(path, params={"q": words, "text": words}, headers=cookie).status_code in {200, 303}
    assert sqlite_office.one("SELECT count(*) FROM request") == 1


def test_attack_cursor_tampering(staff: Desk, sqlite_office: Office) -> None:
    for _ in range(3):
        sqlite_office.draft()
    cursor = str(made(staff.get("/requests?limit=1"))["next_cursor"])

    changed = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in range(len(cursor))]
    answers = {
        staff.get(f"/requests?limit=1&cursor={each}").status_code for each in (*changed, cursor[:-1], cursor * 2)
    }

    assert staff.get(f"/requests?limit=1&cursor={cursor}").status_code == 200
    assert answers == {400}
