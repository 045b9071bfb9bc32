"""The office of ``tests.office``, for every test of this room."""

from tests.office import database, office, postgresql_template, sqlite_office, sqlite_template

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]
