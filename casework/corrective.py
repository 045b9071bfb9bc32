"""是正措置: what a check found wanting becomes measures by a day, a report to 統括, and by severity one to the CISO.

Provisions:
    8-1(3)①(イ)-02, (ウ)-01, (ウ)-02: measures follow the check, are reported to 統括, and by severity to the CISO.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import audit, duties
from casework.call import Call
from casework.duties import OccurrenceRow
from casework.errors import BadInput, FieldError
from casework.evidence import Upload
from casework.pack_editions import pack_of_request
from casework.tenancy import visible_to
from casework.verdicts import own_pack
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.role_grant import RoleGrant
from models.vocabulary import DutyKind, Role

MEASURES, REPORT, TO_CISO = "measures_follow_the_check", "measures_are_reported", "serious_measures_reach_ciso"
TRIGGER = "確認で不備が見つかったとき"
BASIS = "確認の結果(期日は確認した人が決めた日)"


@dataclass(frozen=True)
class Wanting:
    """What a check found wanting, by when it is put right, and whether it is serious enough for the CISO."""

    what: str
    by_on: date | None = None
    is_serious: bool = False


def check_wanting(call: Call, wanting: Wanting) -> None:
    """Refuse a finding without a day to come by which it is put right. Raises ``BadInput``."""
    if wanting.by_on is None or wanting.by_on < call.today:
        message = "不備を直す期日を、今日以降の日で書いてください。"
        raise BadInput(message, [FieldError("/measure_by_on", "missing", message)])


def complete(
    call: Call,
    occurrence_id: int,
    *,
    version: int,
    done_on: date,
    note: str,
    upload: Upload | None,
    wanting: Wanting | None = None,
) -> DutyOccurrence:
    """Record that a duty was done; where something was found wanting, enter with it what follows from that.

    Raises as ``duties.complete``, and ``BadInput`` for a finding without a day by which it is put right.
    """
    if wanting is not None:
        check_wanting(call, wanting)
    said = f"{note.strip()}\n不備: {wanting.what.strip()}".strip() if wanting else note
    done = duties.complete(call, occurrence_id, version=version, done_on=done_on, note=said, upload=upload)
    if wanting is not None:
        demand(call, duties.find_occurrence(call, occurrence_id), wanting)
    return done


def demand(call: Call, row: OccurrenceRow, wanting: Wanting) -> list[Duty]:
    """Enter what a finding makes somebody do; each names the check it comes of, and none is entered without a day."""
    check_wanting(call, wanting)
    assert wanting.by_on is not None  # noqa: S101 (just checked)
    made = list(_duties(call, row, wanting))
    for duty in made:
        duties.enter_once(call, duty, wanting.by_on)
    said = {"found": wanting.what, "by_on": wanting.by_on.isoformat(), "is_serious": wanting.is_serious}
    after = said | {"duties": [f"{duty.provision} {duty.title}" for duty in made]}
    audit.record(call, "measures_demanded", "duty", str(row.occurrence.key), after=after)
    return made


def came_of(call: Call, occurrence_id: int) -> list[OccurrenceRow]:
    """Return the measures and reports that came of a check, with how they stand."""
    query = visible_to(call.actor, Duty).where(Duty.cause_id == occurrence_id)
    keys = [duty.key for duty in call.session.exec(query).all()]
    return duties.occurrences_of(call, keys) if keys else []


def _duties(call: Call, row: OccurrenceRow, wanting: Wanting) -> Iterator[Duty]:
    places = _provisions(call, row)
    wanted = [(MEASURES, "是正措置", Role.SECURITY_MANAGER), (REPORT, "是正措置を統括へ報告", Role.SECURITY_MANAGER)]
    if wanting.is_serious:
        wanted.append((TO_CISO, "是正措置をCISOへ報告", Role.SUPERVISING_OFFICER))
    for demanded, words, actor in wanted:
        owner_id = row.occurrence.owner_id if actor != Role.SUPERVISING_OFFICER else _officer(call, row)
        yield Duty(
            organisation_id=row.duty.organisation_id,
            request_id=row.duty.request_id,
            approved_service_id=row.duty.approved_service_id,
            contract_id=row.duty.contract_id,
            provision=places.get(demanded, row.duty.provision),
            title=f"{words}: {wanting.what.strip()}",
            kind=DutyKind.EVENT,
            actor=actor,
            owner_id=owner_id,
            trigger=TRIGGER,
            basis=BASIS,
            cause_id=row.occurrence.key,
            starts_on=call.today,
            ends_on=wanting.by_on,
        )


def _provisions(call: Call, row: OccurrenceRow) -> dict[str, str]:
    """Return under which provision the organisation's policy asks for measures and reports; none where it is silent."""
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == row.duty.request_id)).first()
    pack = pack_of_request(call.session, request) if request else own_pack(call.session, row.duty.organisation_id)
    return {rule.duty: rule.id for rule in pack.file.provisions if rule.duty in {MEASURES, REPORT, TO_CISO}}


def _officer(call: Call, row: OccurrenceRow) -> int:
    query = visible_to(call.actor, RoleGrant).where(
        RoleGrant.role == Role.SUPERVISING_OFFICER, col(RoleGrant.revoked_at).is_(None)
    )
    grant = call.session.exec(query.order_by(col(RoleGrant.id))).first()
    return grant.user_id if grant is not None else row.occurrence.owner_id
