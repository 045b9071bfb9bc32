"""The lines of 今日やること that come of incidents."""

from casework import today_incidents
from casework.today_incidents import IncidentWork
from web.visit import Visit
from web.work import Block, Work


def incident_block(visit: Visit) -> Block:
    """Return the block, also empty."""
    return Block("incidents", "インシデントの報告と確認", [_work(each) for each in today_incidents.look(visit.call)])


def _work(each: IncidentWork) -> Work:
    incident, clock = each.row.incident, each.row.next_clock
    return Work(
        "事故",
        incident.number,
        incident.title,
        f"/incidents/{incident.number}",
        due_on=clock.clock.due_on if clock else None,
        note=each.next_step,
        overdue=bool(clock and clock.is_late),
    )
