from sqlmodel import select

from casework.calendar import era_year, fiscal_year
from casework.call import Call
from models.number_series import NumberSeries


def next_number(call: Call, prefix: str = "") -> str:
    """Return the next case number of the fiscal year: ``R8-0123`` for requests, ``K8-0007`` for contracts.

    No number is given twice: writers of one organisation take turns.
    """
    organisation_id = call.actor.organisation_id
    call.line_up()
    year = fiscal_year(call.today)
    row = call.session.exec(
        select(NumberSeries).where(
            NumberSeries.organisation_id == organisation_id,
            NumberSeries.prefix == prefix,
            NumberSeries.fiscal_year == year,
        )
    ).first()
    if row is None:
        row = NumberSeries(organisation_id=organisation_id, prefix=prefix, fiscal_year=year)
    row.last_number += 1
    call.session.add(row)
    call.session.flush()
    letter, number = era_year(year)
    return f"{prefix or letter}{number}-{row.last_number:04d}"
