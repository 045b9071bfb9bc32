"""Row-level security on every table of an organisation, and the role under which the application works (PostgreSQL).

Revision ID: 20261127_tenant_wall
Revises: 20261127_record
"""

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import APPLICATION, raise_wall, take_wall_down

revision = "20261127_tenant_wall"
down_revision = "20261127_record"
branch_labels = None
depends_on = None

# Roles belong to the whole server: another database may have made it, and we may not be allowed to.
MAKE_ROLE = f"""
DO $role$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APPLICATION}') THEN
    CREATE ROLE {APPLICATION} NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT pg_has_role(current_user, '{APPLICATION}', 'MEMBER') THEN
    EXECUTE format('GRANT {APPLICATION} TO %I', current_user);
  END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
  RAISE NOTICE 'the role {APPLICATION} has to be made by an administrator';
END $role$
"""
GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {APPLICATION}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
    f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APPLICATION}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {APPLICATION}",
)


def upgrade() -> None:
    for table in _tables():
        raise_wall(table)
    raise_wall("organisation", key="id")
    if _is_postgresql():
        op.execute(MAKE_ROLE)
        if _has_role():
            for grant in GRANTS:
                op.execute(grant)


def downgrade() -> None:
    for table in (*_tables(), "organisation"):
        take_wall_down(table)
    if _is_postgresql() and _has_role():
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {APPLICATION}")
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {APPLICATION}")
        op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}")
        op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {APPLICATION}")
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APPLICATION}")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _has_role() -> bool:
    query = sa.text("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = :name)")
    return bool(op.get_bind().execute(query, {"name": APPLICATION}).scalar())


def _tables() -> list[str]:
    """Return every table with rows of organisations, as the chain has made them so far."""
    inspector = sa.inspect(op.get_bind())
    return [
        table
        for table in sorted(inspector.get_table_names())
        if any(column["name"] == "organisation_id" for column in inspector.get_columns(table))
    ]
