"""Clauses compiled into duties: what the confirmed words of a contract make somebody do, how often and until when."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from contract_clauses.library import ClauseLibraryError
from contract_clauses.time_words import (
    SINCE,
    Cycle,
    DueDay,
    Span,
    Survival,
    Within,
    plain,
    read_cycle,
    read_due_day,
    read_limits,
    read_survival,
    sentences,
)
from models.vocabulary import DutyKind

FILE = Path(__file__).parent / "promises.yaml"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Period = Annotated[str, StringConstraints(pattern=r"^P[1-9][0-9]{0,2}[YMWD]$")]
_NO_DEFAULTS: Mapping[str, str] = MappingProxyType({})
_ANCHORS = frozenset({name for name, _ in SINCE} | {""})


class PromiseRule(BaseModel):
    """How one kind of duty is read from the words of its clauses; ``promises.yaml`` says what each key means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Name
    clauses: Annotated[tuple[Name, ...], Field(min_length=1)]
    label: Text
    duty: DutyKind
    trigger: str = ""
    about: Text
    needs: str = ""
    since: tuple[str, ...] = ("period", "")
    then: str = ""
    each: bool = False
    reads: Literal["", "survival"] = ""
    default_every: Period | None = None
    record: Text

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.duty is DutyKind.PERIODIC) != (self.default_every is not None):
            raise ValueError("default_every は periodic の義務にだけ、必ず書いてください。")
        if (self.duty is DutyKind.EVENT) != bool(self.trigger):
            raise ValueError("trigger は event の義務にだけ、必ず書いてください。")
        if strange := sorted(set(self.since) - _ANCHORS):
            raise ValueError(f"since の {'、'.join(strange)} は使えません。")
        for pattern in (self.about, self.needs, self.then):
            re.compile(pattern)
        return self


@dataclass(frozen=True, slots=True)
class Promise:
    """One duty that follows from a clause, with the words it was read from.

    ``every`` and ``day`` date a periodic one, ``within`` limits what an event or the end brings, ``since`` says from
    when it runs (a name of ``time_words.SINCE``), ``until`` how long it outlives the contract. ``is_default`` marks a
    figure that the contract does not name.
    """

    kind: str
    clause: str
    label: str
    duty: DutyKind
    trigger: str
    record: str
    quote: str
    every: Cycle | None = None
    day: DueDay | None = None
    within: Span | None = None
    since: str = ""
    until: Survival | None = None
    is_default: bool = False

    def to_json_dict(self) -> dict[str, Any]:
        """The promise as one JSON object; times as ISO 8601 durations, ``until`` ``forever`` without an end."""
        return {
            "kind": self.kind,
            "clause": self.clause,
            "label": self.label,
            "duty": self.duty.value,
            "trigger": self.trigger,
            "record": self.record,
            "quote": self.quote,
            "every": self.every.every if self.every else None,
            "times": self.every.times if self.every else None,
            "day": {"day": self.day.day, "later": self.day.later, "month": self.day.month} if self.day else None,
            "within": self.within.iso if self.within else None,
            "since": self.since,
            "until": (self.until.span.iso if self.until.span else "forever") if self.until else None,
            "is_default": self.is_default,
        }


@cache
def load_rules() -> tuple[PromiseRule, ...]:
    """Return the kinds of duties that ship, in their order. Raises ``ClauseLibraryError`` where the file is broken."""
    return read_rules(FILE.read_text(encoding="utf-8"))


def read_rules(text: str) -> tuple[PromiseRule, ...]:
    """Return the rules in a YAML text. Raises ``ClauseLibraryError`` for what is not exactly as the schema wants it."""
    try:
        rules = TypeAdapter(tuple[PromiseRule, ...]).validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ClauseLibraryError(f"{FILE.name}: YAML として読めません。字下げと引用符を確かめてください。") from error
    except (ValidationError, re.error) as error:
        raise ClauseLibraryError(f"{FILE.name}: 書き方が違います({error})。直してください。") from error
    kinds = [rule.kind for rule in rules]
    if len(set(kinds)) != len(kinds):
        raise ClauseLibraryError(f"{FILE.name}: 同じ kind が2つあります。名前を分けてください。")
    return rules


def read_promises(
    quotes: Mapping[str, Sequence[str]], *, defaults: Mapping[str, str] = _NO_DEFAULTS
) -> tuple[Promise, ...]:
    """Return what follows from confirmed clauses, given the passages of the contract for each clause id.

    A clause confirmed in words without a figure still makes a duty: its cycle is then ``defaults`` (ISO 8601 by kind,
    as the body's policy has it) or ours, and marked. Clauses nothing is known of make nothing.

    >>> [each.label for each in read_promises({"compliance_reported": ["遵守状況を毎月、翌月10日までに報告する。"]})]
    ['契約を守っている状況の報告を受ける(毎月、翌月10日まで)']
    """
    found = [promise for rule in load_rules() for promise in _of_rule(rule, quotes, defaults)]
    merged: dict[tuple[str, str], Promise] = {}
    for promise in found:  # two clauses may promise the very same
        merged.setdefault((promise.kind, promise.label), promise)
    return tuple(merged.values())


def _of_rule(rule: PromiseRule, quotes: Mapping[str, Sequence[str]], defaults: Mapping[str, str]) -> Iterator[Promise]:
    for clause in rule.clauses:
        said = [part for quote in quotes.get(clause, ()) for part in sentences(quote)]
        if not said or (rule.needs and not any(re.search(rule.needs, plain(part)) for part in said)):
            continue
        about = [part for part in said if re.search(rule.about, plain(part))]
        if rule.duty is DutyKind.PERIODIC:
            yield _periodic(rule, clause, about or said, defaults)
        elif rule.reads == "survival":
            yield _surviving(rule, clause, said, (about or said)[0])
        else:
            yield from _limited(rule, clause, about or said)


def _periodic(rule: PromiseRule, clause: str, said: Sequence[str], defaults: Mapping[str, str]) -> Promise:
    for part in said:
        cycle = read_cycle(part)
        if cycle is not None:
            day = read_due_day(part)
            limits = [limit for limit in read_limits(part) if limit.since in rule.since and limit.span.amount]
            within = limits[0] if limits and day is None else None
            by = f"{day.words}まで" if day else f"期間の終わりから{within.words}" if within else ""
            words = _join(cycle.words, by)
            span = within.span if within else None
            return _promise(rule, clause, part, words, every=cycle, day=day, within=span)
    cycle = Cycle(defaults.get(rule.kind) or rule.default_every or "P1Y")
    return _promise(rule, clause, said[0], f"{cycle.words}、契約に定めなし", every=cycle, is_default=True)


def _limited(rule: PromiseRule, clause: str, said: Sequence[str]) -> Iterator[Promise]:
    limits = [(part, limit, after) for part in said for limit, after in _limits_of(rule, part)]
    if not limits:
        yield _promise(rule, clause, said[0], "")
        return
    for part, limit, after in limits if rule.each else limits[:1]:
        step = _step_in(after) if len(limits) > 1 else ""
        yield _promise(rule, clause, part, _join(limit.words, step), within=limit.span, since=limit.since)


_SOON = 40


def _limits_of(rule: PromiseRule, part: str) -> Iterator[tuple[Within, str]]:
    """The limits of a sentence that are this duty's, each with the words between it and the next."""
    text, limits = plain(part), read_limits(part)
    for limit, end in zip(limits, [*(limit.start for limit in limits[1:]), len(text)], strict=False):
        after = text[limit.end : min(end, limit.end + _SOON)]
        if limit.since in rule.since and re.search(rule.then, after):
            yield limit, after


def _surviving(rule: PromiseRule, clause: str, said: Sequence[str], shown: str) -> Promise:
    for part in said:
        until = read_survival(part)
        if until is not None:
            words = f"終了後{until.span.words}間" if until.span else "期限なし"
            return _promise(rule, clause, part, words, until=until)
    return _promise(rule, clause, shown, "期限なし", until=Survival(None), is_default=True)


_STEPS = (("第一報", re.compile("[第一]報|速報|口頭|電話")), ("書面の報告", re.compile("書面|報告書|文書")))


def _step_in(words: str) -> str:
    """What a limit of a report in steps is for: the first of the steps named after it."""
    found = [(at.start(), name) for name, pattern in _STEPS if (at := pattern.search(words))]
    return min(found)[1] if found else ""


def _join(*words: str) -> str:
    return "、".join(word for word in words if word)


def _promise(
    rule: PromiseRule,
    clause: str,
    quote: str,
    words: str,
    *,
    every: Cycle | None = None,
    day: DueDay | None = None,
    within: Span | None = None,
    since: str = "",
    until: Survival | None = None,
    is_default: bool = False,
) -> Promise:
    return Promise(
        kind=rule.kind,
        clause=clause,
        label=f"{rule.label}({words})" if words else rule.label,
        duty=rule.duty,
        trigger=rule.trigger,
        record=rule.record,
        quote=quote.strip(),
        every=every,
        day=day,
        within=within,
        since=since,
        until=until,
        is_default=is_default,
    )
