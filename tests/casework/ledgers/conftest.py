"""The office of ``tests.office``, for the ledgers."""

from tests.office import database, office, postgresql_template, sqlite_office, sqlite_template

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]
