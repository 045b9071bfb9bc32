"""The second wall between organisations, for migrations: row-level security on PostgreSQL, nothing on SQLite.

Every table with ``organisation_id`` has one; a migration that adds such a table calls ``raise_wall`` for it.
The tables of the schema ``procrastinate`` are none of these: they hold the installation's own work (20261127_alerts).
"""

from alembic import op

APPLICATION = "sekisho_app"
# Public facts belong to the organisation ``shared`` and are read by all.
PUBLIC = ("registry_", "quarantined_row")
_OPERATOR = "current_setting('sekisho.operator', true) = 'on'"
# After a transaction the setting is '', not NULL.
_MINE = "nullif(current_setting('sekisho.organisation', true), '')::int"


def raise_wall(table: str, *, key: str = "organisation_id") -> None:
    """Let the rows of a table be seen and written only by their own organisation, and by jobs over all."""
    if op.get_bind().dialect.name != "postgresql":
        return
    own = f"{key} = {_MINE} OR {_OPERATOR}"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # the owner is held by it too
    op.execute(f"CREATE POLICY {table}_of_its_organisation ON {table} USING ({own}) WITH CHECK ({own})")
    if table.startswith(PUBLIC):
        shared = "(SELECT o.id FROM organisation o WHERE o.code = 'shared')"
        op.execute(f"CREATE POLICY {table}_public ON {table} FOR SELECT USING ({key} = {shared})")
    if table == "organisation":
        op.execute(f"CREATE POLICY {table}_public ON {table} FOR SELECT USING (code = 'shared')")


def take_wall_down(table: str) -> None:
    """Undo ``raise_wall``."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for policy in ("of_its_organisation", "public"):
        op.execute(f"DROP POLICY IF EXISTS {table}_{policy} ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
