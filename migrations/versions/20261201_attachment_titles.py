"""A file says what it is called, how confidential it is, who gave it, and whether it was made harmless on the way.

Once a request was submitted, no file beside it is replaced: not by a page, not by a program, not by raw SQL.

Revision ID: 20261201_attachment_titles
Revises: 20261201_request_verdicts
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261201_attachment_titles"
down_revision = "20261201_request_verdicts"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
TABLE = "evidence_file"
COLUMNS = (
    ("title", sa.Text(), ""),
    ("mark", sa.String(length=40), ""),
    ("received_from", sa.Text(), ""),
    ("is_sanitised", sa.Boolean(), sa.false()),
    ("original_sha256", sa.String(length=64), ""),
)
GUARDS = (
    (
        "evidence_file_replaced_in_drafts_only",
        "NEW.object_kind = 'request' AND NEW.replaces_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM request r WHERE r.id = NEW.object_id AND r.state IN ('draft', 'returned'))",
        "what was submitted is not replaced, only added to",
    ),
    (
        "evidence_file_original_of_a_harmless_copy",
        "NEW.original_sha256 <> '' AND (NOT NEW.is_sanitised OR length(NEW.original_sha256) <> 64)",
        "only a file that was made harmless has an original, named by its SHA-256",
    ),
)


def upgrade() -> None:
    for name, kind, default in COLUMNS:  # one by one: copying the table would take its guards away
        op.add_column(TABLE, sa.Column(name, kind, nullable=False, server_default=default))
    for name, condition, words in GUARDS:
        for statement in _guard(name, condition, words):
            op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    for name, _, _ in GUARDS:
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE")
    for name, _, _ in reversed(COLUMNS):
        op.drop_column(TABLE, name)


def _guard(name: str, condition: str, words: str) -> Iterator[str]:
    if op.get_bind().dialect.name == SQLITE:
        yield f"CREATE TRIGGER {name} BEFORE INSERT ON {TABLE} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    yield f"CREATE TRIGGER {name} BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
