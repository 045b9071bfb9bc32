"""A policy pack: one body's own rules as data, pointing at shared criteria and duties."""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, field_validator, model_validator
from pydantic_core import PydanticCustomError

from models.vocabulary import DutyKind, Phase, Strength
from policy.criterion import Condition, Criterion, LibraryItem
from policy.errors import BadDocument
from policy.provision_ids import ProvisionIds


class Duty(LibraryItem):
    """Something somebody has to do after the decision; one YAML file under ``policy/duties``.

    ``trigger`` names the event in words; a periodic duty has none. ``record`` says what must be kept as proof.
    """

    id: str
    title: str = Field(pattern=r"こと$")
    kind: DutyKind
    trigger: str | None = None
    record: str = Field(min_length=1)

    @model_validator(mode="after")
    def _an_event_has_a_trigger(self) -> "Duty":
        if self.kind is DutyKind.PERIODIC and self.trigger is not None:
            raise ValueError("periodic の義務に trigger は書けません")
        if self.kind is not DutyKind.PERIODIC and not self.trigger:
            raise ValueError("trigger(いつ果たすか)が要ります")
        return self


def _written_day(value: object) -> object:
    """Plain numbers are no days, though a reader may take them for seconds since 1970."""
    if isinstance(value, int):
        raise PydanticCustomError("date_type", "not a day")
    return value


Day = Annotated[date, BeforeValidator(_written_day)]


class Edition(LibraryItem):
    """One dated state of a policy document; immutable once in use.

    A document that bears no date is in force on any day until somebody enters its date: it says ``undated`` and a note.
    """

    edition: str
    in_force_from: Day | None = None
    in_force_until: Day | None = None
    undated: StrictBool = False
    note: str = ""

    @model_validator(mode="after")
    def _has_a_first_day(self) -> "Edition":
        if self.undated and (self.in_force_from is not None or not self.note):
            raise ValueError("undated の版には、日付を書かず、日付の入力を促す note を書いてください")
        if not self.undated and self.in_force_from is None:
            raise ValueError(
                "in_force_from(効力の始まる日)が要ります。日付のない文書なら undated: true と note を書いてください"
            )
        return self

    def covers(self, day: date) -> bool:
        """Whether the edition is in force on ``day``."""
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day <= self.in_force_until)


class Source(LibraryItem):
    """The document the pack was read from."""

    title: str
    issued_by: str
    issued_on: Day | None = None


class Named(LibraryItem):
    """An id with the word the body itself uses for it."""

    id: str
    label: str
    note: str = ""


class Section(Condition):
    """A part of the policy that governs a subject when its facts meet the condition.

    ``governs`` False marks a group of provisions that follow along without being a governing section.
    """

    id: str
    label: str
    governs: StrictBool = True


class CycleWhen(Condition):
    """A shorter or longer cycle for certain cases."""

    every: str = Field(pattern=r"^P[0-9]+[YMWD]$")


class Settings(LibraryItem):
    """What the policy leaves to the body; every value is a proposal the body may change."""

    important_confidentiality: str
    document_confidentiality: str
    sensitive_confidentiality: str
    cloud_deciders: tuple[str, ...] = ()


class PackProvision(LibraryItem):
    """One provision: where it bites and what it demands.

    ``title`` says the criterion's claim in the body's own terms; without it the criterion's own words are shown.
    ``of_organisation`` marks a duty the organisation has whatever is asked for (a yearly audit); with ``sections`` it
    is shown in the verdicts it bites in as well. ``basis`` names where a cycle is written, ``default`` says that the
    policy writes none, ``note`` what the policy leaves open and how the pack reads it.

    ``contract_clause`` names a clause the contract needs although the verdict asks for none there: what a selection
    condition or a duty comes to once it is agreed. It is needed while ``contract_clause_when`` holds; what no request
    tells (``contract_clause_if``, in words) makes it one that a person may leave out with a reason.
    """

    id: str
    line: str = Field(min_length=1)
    title: str | None = Field(default=None, pattern=r"こと$")
    phase: Phase
    actor: str
    strength: Strength = Strength.MUST
    sections: tuple[str, ...] = ()
    of_organisation: StrictBool = False
    only_when: Condition = Condition()
    criterion: str | None = None
    clause: str | None = None
    contract_clause: str | None = None
    contract_clause_when: Condition = Condition()
    contract_clause_if: str = Field(default="", pattern=r"^$|とき$")
    duty: str | None = None
    duty_only_when: Condition = Condition()
    every: str | None = Field(default=None, pattern=r"^P[0-9]+[YMWD]$")
    every_when: tuple[CycleWhen, ...] = ()
    default: StrictBool = False
    basis: str = ""
    note: str = ""
    route: str | None = Field(default=None, pattern=r"^(apply|decide|record|appoint|exception)$")
    roles: tuple[str, ...] = ()
    roles_setting: str | None = None
    organisation: str | None = None
    leans_on: tuple[str, ...] = ()

    @field_validator("only_when", "duty_only_when", "contract_clause_when", mode="before")
    @classmethod
    def _bare_facts(cls, value: object) -> object:
        return {"when": value} if isinstance(value, dict) and "when" not in value else value

    @model_validator(mode="after")
    def _demands_something(self) -> "PackProvision":
        if not (self.criterion or self.clause or self.duty or self.route or self.organisation):
            raise ValueError("criterion・clause・duty・route・organisation のどれかが要ります")
        if self.clause and not self.criterion:
            raise ValueError("clause には、契約の定めを確かめる criterion が要ります")
        if self.clause and self.contract_clause:
            raise ValueError("clause があれば契約にも求められます。contract_clause を消してください")
        if not self.contract_clause and (self.contract_clause_when.when or self.contract_clause_if):
            raise ValueError("contract_clause がないため、その条件は効きません。消してください")
        if self.route and not (self.roles or self.roles_setting):
            raise ValueError("route には roles か roles_setting が要ります")
        if self.every and not (self.default or self.basis):
            raise ValueError("every には、根拠(basis)か既定値の印(default)が要ります")
        return self


class EndingLine(LibraryItem):
    """One line of the ending checklist as the pack defines it; ``basis`` says where it is our proposal."""

    id: str
    provision: str
    title: str = Field(pattern=r"こと$")
    subjects: tuple[str, ...] = Field(min_length=1)
    only_when: Condition = Condition()
    needs_evidence: StrictBool = True
    needs_second_checker: StrictBool = False
    evidence_fields: tuple[str, ...] = ()
    basis: str = ""

    @field_validator("only_when", mode="before")
    @classmethod
    def _bare_facts(cls, value: object) -> object:
        return {"when": value} if isinstance(value, dict) and "when" not in value else value


class PackFile(LibraryItem):
    """What stands in ``pack.yaml``.

    ``standards`` says whether the body's detailed standards are in the pack or only its basic policy; ``reference``
    marks a pack that is nobody's policy; ``audit_cycle`` is how often the document itself asks for audits;
    ``chapters`` are the headings of its parts, whose ids begin the ids of their provisions.
    """

    id: str
    label: str
    reference: StrictBool = False
    source: Source
    editions: tuple[Edition, ...] = Field(min_length=1)
    standards: Literal["own", "not_registered"] = "own"
    organs: tuple[str, ...]
    persons: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    audit_cycle: Literal["yearly_and_as_needed", "regular_or_as_needed", "as_needed"] | None = None
    terms: dict[str, str]
    roles: tuple[Named, ...] = Field(min_length=1)
    zones: tuple[Named, ...] = Field(min_length=1)
    confidentiality: tuple[Named, ...] = Field(min_length=2)
    integrity: tuple[Named, ...] = Field(min_length=2)
    availability: tuple[Named, ...] = Field(min_length=2)
    settings: Settings
    lead_times: dict[str, str] = Field(default_factory=dict)
    sections: tuple[Section, ...] = Field(min_length=1)
    chapters: tuple[Named, ...] = ()
    provisions: tuple[PackProvision, ...] = Field(min_length=1)
    endings: tuple[EndingLine, ...] = ()
    other_provisions: tuple[str, ...] = ()


class Pack(LibraryItem):
    """A pack with the criteria and duties it points to, ready to evaluate with.

    ``content_hash`` is the SHA-256 over the pack's own content and that of everything it points to.
    """

    file: PackFile
    criteria: dict[str, Criterion]
    duties: dict[str, Duty]
    content_hash: str

    @property
    def id(self) -> str:
        """The pack's id, as requests name it."""
        return self.file.id

    def edition_on(self, day: date) -> Edition:
        """The edition in force on ``day``.

        Raises:
            BadDocument: ``edition_not_in_force`` when none was.
        """
        for edition in self.file.editions:
            if edition.covers(day):
                return edition
        first = min(edition.in_force_from or date.min for edition in self.file.editions)
        raise BadDocument(
            "edition_not_in_force",
            f"{day.isoformat()}に効力のある「{self.file.label}」の版がありません。"
            f"収録しているのは{first.isoformat()}からの版です。as_of を確かめてください。",
            "/as_of",
        )

    @cached_property
    def ids(self) -> ProvisionIds:
        """The pack's ids, made once."""
        return self.make_ids()

    @cached_property
    def weighed(self) -> tuple[tuple[PackProvision, Criterion], ...]:
        """The provisions a verdict makes findings of, in the policy's order, with their criteria."""
        return tuple(
            (item, self.criteria[item.criterion]) for item in self.file.provisions if item.criterion is not None
        )

    @cached_property
    def by_id(self) -> dict[str, PackProvision]:
        """Every tracked provision by id."""
        return {item.id: item for item in self.file.provisions}

    @cached_property
    def organisation_items(self) -> tuple[PackProvision, ...]:
        """The provisions that ask the organisation for a rule or an arrangement of its own."""
        return tuple(item for item in self.file.provisions if item.organisation is not None)

    @cached_property
    def organisation_duties(self) -> tuple[tuple[PackProvision, Duty], ...]:
        """The duties the organisation has whatever is asked for, with their provisions."""
        return tuple(
            (item, self.duties[item.duty]) for item in self.file.provisions if item.of_organisation and item.duty
        )

    def tracked(self, written: str) -> PackProvision:
        """The provision ``written`` names, however it is spelt.

        Raises:
            BadDocument: no such provision, several it could be, or one the pack demands nothing for.
        """
        known = self.ids.resolve(written)
        if known not in self.by_id:
            raise BadDocument(
                "untracked_provision",
                f"条番号「{known}」はこのパックで何も求めていません。パックの provisions に書き足してください。",
                known,
            )
        return self.by_id[known]

    def make_ids(self) -> ProvisionIds:
        """Every id an answer may name: tracked provisions and those the document has besides."""
        return ProvisionIds([*(item.id for item in self.file.provisions), *self.file.other_provisions])
