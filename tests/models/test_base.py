"""What every table shares: a key, instants that know their zone, and words from closed sets."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, create_engine
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

import models.tables
from models.base import UtcDateTime, one_of
from models.contract import Contract
from models.number_series import NumberSeries
from models.request import Request
from models.vocabulary import ContractState, RequestState

DIALECT = sqlite.dialect()
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=ZONES))  # noqa: DTZ001 (bounds are naive)
def test_an_instant_comes_back_the_same_from_a_database_that_forgets_zones(instant: datetime) -> None:
    kind = UtcDateTime()

    stored = kind.process_bind_param(instant, DIALECT)
    assert stored is not None
    read = kind.process_result_value(stored.replace(tzinfo=None), DIALECT)

    assert read is not None
    assert read == instant
    assert read.tzinfo == UTC


def test_an_instant_without_a_zone_is_never_stored() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 20), DIALECT)  # noqa: DTZ001 (naive on purpose)


def test_nothing_stays_nothing() -> None:
    assert UtcDateTime().process_bind_param(None, DIALECT) is None
    assert UtcDateTime().process_result_value(None, DIALECT) is None


def test_a_row_that_was_not_flushed_has_no_key() -> None:
    with pytest.raises(RuntimeError, match="NumberSeries"):
        _ = NumberSeries(organisation_id=1, prefix="R", fiscal_year=2026).key


def test_a_closed_set_becomes_a_condition() -> None:
    assert one_of("state", ContractState) == "state IN ('drafting', 'concluded', 'active', 'ending', 'closed')"


def test_every_table_but_the_organisation_belongs_to_an_organisation_by_key() -> None:
    tables = SQLModel.metadata.tables

    # The organisation itself has no owner; search pieces carry theirs in the key.
    without = {name for name, table in tables.items() if "organisation_id" not in table.columns}
    assert without == {"organisation"}
    for name, table in tables.items():
        if name != "organisation":
            assert not table.columns["organisation_id"].nullable
            assert table.columns["organisation_id"].foreign_keys


def test_every_table_is_gathered_for_the_migrations() -> None:
    gathered = {getattr(models.tables, name).__tablename__ for name in models.tables.__all__}

    assert gathered == set(SQLModel.metadata.tables)


@pytest.mark.parametrize(("table", "words"), [(Request, RequestState), (Contract, ContractState)])
def test_a_state_outside_the_vocabulary_has_no_place(table: type[SQLModel], words: type) -> None:
    checks = {
        str(check.sqltext)
        for check in table.__table__.constraints  # type: ignore[attr-defined] # SQLModel hides it
        if isinstance(check, CheckConstraint)
    }

    assert one_of("state", words) in checks


def test_every_constraint_has_a_name_a_migration_can_speak_of() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)  # names are settled when the tables are made
    engine.dispose()

    assert nameless == []
