"""The days a row has for the alert ledger: when the daily run has to look at it next, and since when its dates stand.

The daily run reads an index on ``next_alert_on`` and so touches only what is due. Both columns follow the dates by
themselves, whoever writes them: a new row, or one whose dates change, is looked at again in time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, inspect

from models.base import utc_now

LONGEST_LEAD_DAYS = 400
AT_NEXT_RUN = date(2000, 1, 1)  # the usual value of the column: nobody has looked yet
NEVER = date(9999, 12, 31)


def follow_dates(table: type[Any], columns: Sequence[str]) -> None:
    """Keep ``next_alert_on`` and ``dated_at`` of a table in step with its dates."""
    event.listen(table, "before_insert", lambda _mapper, _connection, row: _look_from_afar(row, columns))
    event.listen(table, "before_update", lambda _mapper, _connection, row: _look_again(row, columns))


def _look_from_afar(row: Any, columns: Sequence[str]) -> None:  # noqa: ANN401 (any table with dates)
    if row.next_alert_on == AT_NEXT_RUN:
        days = [day for name in columns if (day := getattr(row, name)) is not None]
        row.next_alert_on = min(days) - timedelta(days=LONGEST_LEAD_DAYS) if days else NEVER


def _look_again(row: Any, columns: Sequence[str]) -> None:  # noqa: ANN401 (any table with dates)
    attributes = inspect(row).attrs
    if not any(attributes[name].history.has_changes() for name in columns):
        return
    row.next_alert_on = AT_NEXT_RUN
    _look_from_afar(row, columns)
    if not attributes["dated_at"].history.has_changes():
        row.dated_at = utc_now()
