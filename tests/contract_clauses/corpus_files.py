"""Reads the labelled corpus: drafts as an author wrote them, and what a careful reader says of every clause in them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from contract_clauses.library import load_clauses
from models.vocabulary import ClauseState

CORPUS = Path(__file__).parent / "corpus"
HALVES = ("dev", "held")
OTHERS = ("fresh", "second", "third", "blind")  # in the same form, without every kind in each

KINDS = (
    "情報システム運用保守",
    "情報システム構築",
    "クラウドサービス利用",
    "データ入力",
    "コールセンター・窓口",
    "印刷・封入封緘",
    "機器保守・賃貸借",
    "廃棄・データ消去",
    "調査・アンケート",
    "業務委託サービス",
)
NUMBERINGS = ("digit_articles", "kanji_articles", "decimal", "annex", "unnumbered")
REGISTERS = ("kou_otsu", "client_contractor", "desu_masu", "provider_terms")
NOISES = ("pdf_line_breaks", "page_numbers", "ocr_noise", "half_width")

# what the library grows to with issue 6, with the elements that were fixed before the drafts were written
NEW_ELEMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "repairer_keeps_secrecy": ("secrecy_of_repairer", "media_erased_or_controls_checked"),
        "outside_network_liability_covered": ("liability_for_connected_network",),
        "privileged_passwords_kept_by_client": ("contractor_does_not_change_privileged_passwords",),
        "changes_checked_by_two_people": ("two_or_more_people_check",),
        "no_live_data_in_tests": ("no_real_data_as_test_data",),
        "audit_reaches_subcontractors": ("audit_of_subcontractors",),
        "provider_reports_incidents": ("notice_of_detected_incidents",),
        "incidents_can_be_traced": ("means_to_follow_incident",),
        "information_not_carried_out": ("no_carrying_out_of_workplace",),
        "leak_liability_stated": ("liability_for_leak",),
        "handling_workers_named": ("workers_who_handle_are_identified",),
        "handling_workers_supervised": ("supervision_of_workers", "training_of_workers"),
        "compliance_reported": ("report_on_compliance",),
        "unintended_changes_prevented": ("controls_against_unintended_change",),
        "company_and_staff_information_given": ("capital_and_officers", "staff_affiliation_skills_nationality"),
        "incident_response_agreed": ("how_incidents_are_handled",),
        "performance_is_verified": ("way_to_verify_performance",),
        "shortfall_is_remedied": ("remedy_when_performance_falls_short",),
        "service_exit_supported": ("transition_at_interruption_or_end",),
        "responsibilities_divided": ("division_of_roles_and_responsibilities",),
        "data_location_law_and_court_stated": ("place_of_data", "governing_law", "court"),
        "subcontractor_conditions_assured": ("same_conditions_on_subcontractor", "information_for_approval"),
    }
)

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class ClauseLabel:
    """What a careful reader says of one clause in one draft. ``quotes`` are words of the draft without spaces."""

    clause_id: str
    state: ClauseState
    lacks: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class LabelledDraft:
    """One draft of the corpus: its files in reading order and a label for each clause that was found or set a trap."""

    half: str
    id: str
    kind: str
    numbering: str
    register: str
    noise: tuple[str, ...]
    note: str
    files: tuple[Path, ...]
    labels: Mapping[str, ClauseLabel]

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each file, as it stands."""
        return tuple(file.read_text(encoding="utf-8") for file in self.files)

    @property
    def text(self) -> str:
        """All files as one contract."""
        return "\n".join(self.texts)

    def label(self, clause_id: str) -> ClauseLabel:
        """The label of a clause: one that was not listed is missing."""
        return self.labels.get(clause_id, ClauseLabel(clause_id, ClauseState.MISSING))


class CorpusError(ValueError):
    """A draft folder that cannot be used; the message says which one and why."""


def known_elements() -> Mapping[str, tuple[str, ...]]:
    """The element ids of every clause that is judged: of the clause files, and of those still to be written."""
    written = {id_: tuple(element.id for element in clause.elements) for id_, clause in load_clauses().items()}
    return MappingProxyType({**NEW_ELEMENTS, **written})


@cache
def list_drafts(half: str) -> tuple[LabelledDraft, ...]:
    """Return the drafts of a half in the order of their ids. Raises CorpusError naming the folder that is wrong."""
    folders = sorted(folder for folder in (CORPUS / half).glob("*") if folder.is_dir())
    return tuple(read_draft(folder) for folder in folders)


def read_draft(folder: Path) -> LabelledDraft:
    """Return the draft of one folder. Raises CorpusError when a file is absent or not in the agreed form."""
    files = tuple(sorted(folder.glob("*.txt")))
    if not files:
        raise CorpusError(f"{folder.name}: no *.txt, so there is no draft to read")
    try:
        written = yaml.load((folder / "labels.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        sheet = _Sheet.model_validate(written)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CorpusError(f"{folder.name}/labels.yaml: {error}") from error
    return LabelledDraft(
        half=folder.parent.name,
        id=folder.name,
        kind=sheet.kind,
        numbering=sheet.numbering,
        register=sheet.register_,
        noise=sheet.noise,
        note=sheet.note,
        files=files,
        labels=MappingProxyType({id_: entry.as_label(id_) for id_, entry in sheet.clauses.items()}),
    )


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Literal["present", "weak", "missing"]
    lacks: tuple[Line, ...] = ()
    quotes: tuple[Line, ...] = ()
    why: str = ""

    def as_label(self, clause_id: str) -> ClauseLabel:
        return ClauseLabel(clause_id, ClauseState(self.state), self.lacks, self.quotes, self.why)


class _Sheet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Line
    numbering: Line
    register_: Annotated[str, Field(alias="register")]
    noise: tuple[Line, ...] = ()
    note: Line
    clauses: dict[str, _Entry]


_SPACE = re.compile(r"\s+")
_DASH = r"[-‐－—―–~〜]"
_PAGE_NUMBER = re.compile(
    rf"(?:{_DASH}\s*)?(?:p\.?\s*)?[0-9０-９]{{1,3}}(?:\s*[/／]\s*[0-9０-９]{{1,3}})?(?:\s*{_DASH}|\s*ページ|\s*頁)?",
    re.IGNORECASE,
)


def squeezed(text: str) -> str:
    """The text without any space or line break."""
    return _SPACE.sub("", text)


def without_furniture(text: str) -> str:
    """The text without page numbers and the running headers that stand next to them."""
    lines = [line.strip() for line in text.replace("\f", "\n").splitlines()]
    lines = [line for line in lines if line]
    numbers = {at for at, line in enumerate(lines) if _PAGE_NUMBER.fullmatch(line)}
    beside = Counter(lines[near] for at in numbers for near in (at - 1, at + 1) if 0 <= near < len(lines))
    headers = {line for line, times in beside.items() if times > 1}
    return "\n".join(line for at, line in enumerate(lines) if at not in numbers and line not in headers)


def holds(text: str, quote: str) -> bool:
    """Whether a quote stands in a text verbatim, apart from spaces, line breaks and page furniture."""
    wanted = squeezed(quote)
    return wanted in squeezed(text) or wanted in squeezed(without_furniture(text))
