"""An auditor's sample: drawn by a seed that is shown and recorded, so that anybody draws the same again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, func, select

from casework import audit, numbers, separation
from casework.call import Call
from casework.canonical import hash_of
from casework.clock import begin_of
from casework.errors import BadInput, FieldError, NotFound, StaleVersion, WrongState
from casework.tenancy import find, names_of, visible_to
from models.audit_sample import AuditSample
from models.audit_sample_item import AuditSampleItem
from models.contract import Contract
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import Role, SampleItemState, SamplePopulation, SeparationPart

READERS = (Role.AUDITOR, Role.CISO, Role.DEPUTY_CISO, Role.SUPERVISING_OFFICER)
MOST = 200
LONGEST_SEED = 80
DECIDING = ("endorse", "agree", "approve", "approve_with_conditions", "return", "reject", "revoke")


@dataclass(frozen=True)
class Wanted:
    """What to draw from, of which days (Japan's, both included), with which seed, and how many."""

    population: SamplePopulation
    from_on: date
    until_on: date
    seed: str
    size: int


@dataclass(frozen=True)
class SampleRow:
    """A sample with how many of its cases are still to be looked at."""

    sample: AuditSample
    drawn_by: str
    remaining: int
    size: int


@dataclass(frozen=True)
class SampleDetail:
    """A sample with its cases; ``own`` are the positions that the actor applied for or decided."""

    row: SampleRow
    items: Sequence[AuditSampleItem]
    people: dict[int, str]
    own: frozenset[int]


def choose(population: Iterable[str], seed: str, size: int) -> list[str]:
    """Return the sample: the members whose hash with the seed comes first. The same everywhere and for ever.

    >>> choose(["R8-0001", "R8-0002", "R8-0003"], "20261120", 2)
    ['R8-0002', 'R8-0003']
    """
    return sorted(population, key=lambda member: hashlib.sha256(f"{seed}:{member}".encode()).hexdigest())[:size]


def draw(call: Call, wanted: Wanted) -> AuditSample:
    """Draw a sample as an auditor and keep it, with its seed and the hash of what it was drawn from.

    Raises ``NotPermitted``, ``BadInput``, and ``WrongState`` when there is nothing to draw from.
    """
    call.need(Role.AUDITOR, to="標本を抽出する")
    call.line_up()
    _need_sound(wanted)
    population = _population(call, wanted)
    if not population:
        raise WrongState("その期間に当たるものがないため、抽出できません。期間か対象を変えてください。")
    sample = AuditSample(
        organisation_id=call.actor.organisation_id,
        number=numbers.next_number(call, "A"),
        population=wanted.population,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        seed=wanted.seed.strip(),
        wanted=wanted.size,
        population_size=len(population),
        population_hash=hash_of(sorted(population)),
        drawn_by_id=call.actor.user_id,
        drawn_at=call.now,
    )
    call.session.add(sample)
    call.session.flush()
    chosen = choose(population, sample.seed, wanted.size)
    call.session.add_all(_item(sample, at, member, population) for at, member in enumerate(chosen, start=1))
    call.session.flush()
    facts = ("population", "seed", "wanted", "population_size", "population_hash")
    after = {fact: getattr(sample, fact) for fact in facts}
    after |= {"from": wanted.from_on.isoformat(), "until": wanted.until_on.isoformat(), "chosen": chosen}
    audit.record(call, "sample_drawn", "sample", sample.number, after=after, acted_as=Role.AUDITOR)
    return sample


def check_item(
    call: Call, number: str, position: int, *, version: int, state: SampleItemState, note: str = ""
) -> AuditSampleItem:
    """Record what the auditor found in one case. Whoever applied for or decided it is refused, 1(8)②.

    Raises ``NotPermitted``, ``NotFound``, ``BadInput``, ``StaleVersion`` and ``WrongState``.
    """
    call.need(Role.AUDITOR, to="標本を確認する")
    call.line_up()
    sample = _find(call, number)
    query = visible_to(call.actor, AuditSampleItem).where(AuditSampleItem.sample_id == sample.key)
    item = call.session.exec(query.where(AuditSampleItem.position == position)).first()
    if item is None:
        raise NotFound(f"標本 {number} に{position}番はありません。標本の画面から選び直してください。")
    if item.state != SampleItemState.REMAINING:
        raise WrongState("この事件はもう確認されています。記録は変えられません。")
    if item.version != version:
        raise StaleVersion("先に変更がありました。開き直してください。", current_version=item.version)
    if state == SampleItemState.REMAINING or (state == SampleItemState.OBJECTION and not note.strip()):
        message = "「問題なし」か「指摘あり」を選び、指摘があるときはその内容を書いてください。"
        raise BadInput(message, [FieldError("note", "missing", message)])
    permitted = separation.need_two(
        call,
        SeparationPart.AUDIT,
        *_audited(call, [item.request_number]).get(item.request_number, ()),
        object_kind="request",
        object_number=item.request_number,
    )
    item.state, item.note, item.version = state, note.strip(), version + 1
    item.checked_by_id, item.checked_at = call.actor.user_id, call.now
    call.session.add(item)
    call.session.flush()
    after = {"position": position, "object": item.object_number, "state": str(state), "note": item.note}
    before = {"state": str(SampleItemState.REMAINING)}
    audit.record(call, "sample_item_checked", "sample", number, before=before, after=after, acted_as=Role.AUDITOR)
    if permitted is not None:
        separation.use(call, permitted, "監査の標本の確認")
    return item


def list_samples(call: Call) -> list[SampleRow]:
    """Return every sample, newest first, with what remains of it."""
    call.need(*READERS, to="標本を見る")
    samples = call.session.exec(visible_to(call.actor, AuditSample).order_by(col(AuditSample.id).desc())).all()
    return _rows(call, samples)


def count_remaining(call: Call) -> int:
    """Return how many cases of samples nobody has checked yet."""
    query = select(func.count()).where(
        AuditSampleItem.organisation_id == call.actor.organisation_id,
        AuditSampleItem.state == SampleItemState.REMAINING,
    )
    return call.session.exec(query).one()


def sample_detail(call: Call, number: str) -> SampleDetail:
    """Return one sample with its cases; raises ``NotFound``."""
    call.need(*READERS, to="標本を見る")
    sample = _find(call, number)
    query = visible_to(call.actor, AuditSampleItem).where(AuditSampleItem.sample_id == sample.key)
    items = call.session.exec(query.order_by(col(AuditSampleItem.position))).all()
    audited = _audited(call, [item.request_number for item in items])
    own = frozenset(item.position for item in items if call.actor.user_id in audited.get(item.request_number, ()))
    people = names_of(call.session, call.actor, (item.checked_by_id for item in items))
    return SampleDetail(_rows(call, [sample])[0], items, people, own)


def _need_sound(wanted: Wanted) -> None:
    found = []
    if not wanted.seed.strip() or len(wanted.seed) > LONGEST_SEED:
        message = f"種を{LONGEST_SEED}文字までで書いてください。例: 抽出する日 20261120"
        found.append(FieldError("seed", "missing", message))
    if wanted.from_on > wanted.until_on:
        found.append(FieldError("until_on", "before_start", "期間の終わりを始まりより後にしてください。"))
    if not 1 <= wanted.size <= MOST:
        found.append(FieldError("size", "out_of_range", f"件数は1から{MOST}までで指定してください。"))
    if found:
        raise BadInput(found[0].message, found)


def _population(call: Call, wanted: Wanted) -> dict[str, str]:
    """Return every member with the number of its request ("" without one)."""
    town = call.actor.organisation_id
    first = begin_of(wanted.from_on)
    after = begin_of(wanted.until_on + timedelta(days=1))
    if wanted.population == SamplePopulation.REQUESTS:
        submitted = (
            select(Request.number)
            .join(RequestVersion, col(RequestVersion.request_id) == col(Request.id))
            .where(Request.organisation_id == town, RequestVersion.version_no == 1)
            .where(col(RequestVersion.submitted_at) >= first, col(RequestVersion.submitted_at) < after)
        )
        return {number: number for number in call.session.exec(submitted).all()}
    if wanted.population == SamplePopulation.DECISIONS:
        made = (
            select(Request.number, Decision.id)
            .join(Decision, col(Decision.request_id) == col(Request.id))
            .where(Request.organisation_id == town, col(Decision.action).in_(DECIDING))
            .where(col(Decision.decided_at) >= first, col(Decision.decided_at) < after)
        )
        return {f"{number}#{key}": number for number, key in call.session.exec(made).all()}
    concluded = (
        select(Contract.number, func.coalesce(Request.number, ""))
        .outerjoin(Request, col(Request.id) == col(Contract.request_id))
        .where(Contract.organisation_id == town, col(Contract.concluded_on).between(wanted.from_on, wanted.until_on))
    )
    return dict(call.session.exec(concluded).all())


def _item(sample: AuditSample, position: int, member: str, population: dict[str, str]) -> AuditSampleItem:
    return AuditSampleItem(
        organisation_id=sample.organisation_id,
        sample_id=sample.key,
        position=position,
        object_number=member,
        request_number=population[member],
    )


def _audited(call: Call, request_numbers: Iterable[str]) -> dict[str, set[int]]:
    """Return who is audited with each request: who applied for it, and who decided it."""
    wanted = {number for number in request_numbers if number}
    found: dict[str, set[int]] = {}
    applied = visible_to(call.actor, Request).where(col(Request.number).in_(wanted))
    keys = {request.key: request for request in call.session.exec(applied).all()}
    for request in keys.values():
        found.setdefault(request.number, set()).add(request.applicant_id)
    made = visible_to(call.actor, Decision).where(col(Decision.request_id).in_(keys))
    for decision in call.session.exec(made).all():
        found[keys[decision.request_id].number].add(decision.decided_by_id)
    return found


def _find(call: Call, number: str) -> AuditSample:
    sample = call.session.exec(visible_to(call.actor, AuditSample).where(AuditSample.number == number)).first()
    return find(call.session, call.actor, AuditSample, sample.key if sample else None, "標本")


def _rows(call: Call, samples: Sequence[AuditSample]) -> list[SampleRow]:
    people = names_of(call.session, call.actor, (sample.drawn_by_id for sample in samples))
    counted = (
        select(AuditSampleItem.sample_id, AuditSampleItem.state, func.count())
        .where(AuditSampleItem.organisation_id == call.actor.organisation_id)
        .group_by(col(AuditSampleItem.sample_id), col(AuditSampleItem.state))
    )
    counts: dict[tuple[int, str], int] = {(row[0], row[1]): row[2] for row in call.session.exec(counted).all()}
    return [
        SampleRow(
            sample,
            people.get(sample.drawn_by_id, ""),
            counts.get((sample.key, SampleItemState.REMAINING), 0),
            sum(number for (key, _), number in counts.items() if key == sample.key),
        )
        for sample in samples
    ]
