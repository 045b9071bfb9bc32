"""The annex to a procurement specification: conditions and requirements for the case at hand, as values to render."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pydantic import Field, model_validator

from models.vocabulary import Result, Strength
from policy.case import SubjectCase, read_cases
from policy.catalogue import ANSWER_LABELS, class_label
from policy.criterion import LibraryItem
from policy.document import AnswerEntry, CloudSubject, RequestDocument
from policy.errors import BadDocument
from policy.facts import RegistryFacts
from policy.library import HOME, read_item
from policy.pack import Pack
from policy.verdict import Finding
from policy.walk import walk_pack

_FIRMNESS = {Strength.RECOMMENDED: 0, Strength.AS_NEEDED: 1, Strength.MUST: 2}
_FROM_THE_CASE = frozenset({"body", "supplier", "classes", "places"})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_JAPAN: Mapping[str, str] = MappingProxyType({"JP": "日本"})


class ItemText(LibraryItem):
    """One item of the annex as written; ``figures`` are our proposals for what no policy sets."""

    criteria: tuple[str, ...] = Field(min_length=1)
    text: str = Field(min_length=1)
    points: tuple[str, ...] = ()
    figures: dict[str, str] = Field(default_factory=dict)
    state: str = Field(min_length=1)

    @model_validator(mode="after")
    def _every_name_is_known(self) -> "ItemText":
        named = {name for line in (self.text, *self.points) for _, name, _, _ in string.Formatter().parse(line) if name}
        if named - _FROM_THE_CASE != set(self.figures):
            strange = "、".join(sorted((named - _FROM_THE_CASE) ^ set(self.figures)))
            raise ValueError(f"figures と、文の中の名前が合いません({strange})。どちらかを直してください")
        return self


class SectionText(LibraryItem):
    """One section of the annex as written."""

    title: str = Field(min_length=1)
    items: tuple[ItemText, ...] = Field(min_length=1)


class AnnexText(LibraryItem):
    """What stands in ``specification.yaml``."""

    sections: tuple[SectionText, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in the text: its name, the words used, and whether they are our proposal (the policy sets none)."""

    name: str
    words: str
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What the applicant said to one provision, in Japanese; ``says`` is empty where nobody has answered."""

    provision: str
    says: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class AnnexItem:
    """One item: the text to procure by, what the offer must state, and what the request said of it.

    ``number`` is 3 or 3(1) within the annex. ``subjects`` are the request's subjects it is for.
    """

    number: str
    provisions: tuple[str, ...]
    strength: Strength
    text: str
    points: tuple[str, ...]
    state: str
    figures: tuple[Figure, ...]
    answers: tuple[Answered, ...]
    subjects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnnexSection:
    """One numbered section with its items."""

    number: int
    title: str
    items: tuple[AnnexItem, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A provision the annex does without, and why (for the file, not for the other side)."""

    provision: str
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpecificationAnnex:
    """The annex of one request; without sections nothing in the policy asks for one."""

    sections: tuple[AnnexSection, ...]
    left_out: tuple[LeftOut, ...]


@cache
def load_annex_text() -> AnnexText:
    """The shipped wording. Raises ``BadLibrary`` where it is broken."""
    return read_item(HOME / "specification.yaml", AnnexText)[0]


def specification_annex(
    document: RequestDocument,
    pack: Pack,
    registry: RegistryFacts | None = None,
    *,
    figures: Mapping[str, str] = _NO_NAMES,
    body: str = "本市",
    country_names: Mapping[str, str] = _JAPAN,
) -> SpecificationAnnex:
    """The annex for a request, in the order of the wording, numbered without gaps.

    An item is in while the pack asks for one of its criteria here; what the facts or a reasoned answer rule out stands
    in ``left_out``. ``figures`` replace our proposals by name; ``country_names`` say codes in Japanese.

    Raises:
        BadDocument: a figure the wording does not have, or as ``evaluate``.
    """
    wording = load_annex_text()
    _check_figures(figures, wording)
    known = registry or RegistryFacts()
    found: dict[str, list[Finding]] = {}
    for finding in walk_pack(document, pack, known, with_duties=False).findings:
        found.setdefault(finding.criterion, []).append(finding)
    cases = read_cases(document, pack, known)
    answers = pack.ids.resolve_keys(document.answers)
    sections: list[AnnexSection] = []
    for section in wording.sections:
        wanted = [(item, asked) for item in section.items if (asked := _asked(item, found))]
        if not wanted:
            continue
        number = len(sections) + 1
        items = tuple(
            _item(text, asked, answers, figures, _words(document, pack, cases, asked, body, country_names), numbered)
            for at, (text, asked) in enumerate(wanted, start=1)
            if (numbered := f"{number}({at})" if len(wanted) > 1 else str(number))
        )
        sections.append(AnnexSection(number, section.title, items))
    return SpecificationAnnex(tuple(sections), _left_out(wording, found, pack))


def _check_figures(figures: Mapping[str, str], wording: AnnexText) -> None:
    known = {name for section in wording.sections for item in section.items for name in item.figures}
    for name in figures:
        if name not in known:
            raise BadDocument(
                "unknown_figure",
                f"調達仕様書の数値「{name}」はありません。使えるのは {'、'.join(sorted(known))} です。",
                f"/figures/{name}",
            )


def _asked(item: ItemText, found: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """The findings that ask for the item, in the policy's order of its criteria."""
    return [
        finding
        for criterion in item.criteria
        for finding in found.get(criterion, ())
        if finding.result is not Result.NOT_APPLICABLE
    ]


def _words(
    document: RequestDocument,
    pack: Pack,
    cases: Sequence[SubjectCase],
    asked: Sequence[Finding],
    body: str,
    country_names: Mapping[str, str],
) -> dict[str, str]:
    subjects = [document.subjects[index] for index in dict.fromkeys(finding.subject for finding in asked)]
    facts = cases[asked[0].subject].facts
    scales = (("confidentiality", "機密性"), ("integrity", "完全性"), ("availability", "可用性"))
    classes = [class_label(pack, scale, facts[scale]) for scale, _ in scales if facts[scale] != "unknown"]
    clouds = [subject for subject in subjects if isinstance(subject, CloudSubject)]
    codes = dict.fromkeys(code for subject in clouds for code in subject.data_locations)
    places = [
        f"{country_names.get(code, code)}国内" if code == "JP" else country_names.get(code, code) for code in codes
    ]
    return {
        "body": body,
        "supplier": "受託者" if not clouds else "提供者" if len(clouds) == len(subjects) else "提供者及び受託者",
        "classes": "・".join(classes),
        "places": f"{body}が承認した国・地域" if "unknown" in codes or not codes else "、".join(places),
    }


def _item(
    text: ItemText,
    asked: Sequence[Finding],
    answers: Mapping[str, AnswerEntry],
    figures: Mapping[str, str],
    words: Mapping[str, str],
    number: str,
) -> AnnexItem:
    used = {name: figures.get(name, proposed) for name, proposed in text.figures.items()}
    provisions = tuple(dict.fromkeys(finding.provision for finding in asked))
    return AnnexItem(
        number=number,
        provisions=provisions,
        strength=max((finding.strength for finding in asked), key=_FIRMNESS.__getitem__),
        text=text.text.format_map({**words, **used}),
        points=tuple(line.format_map({**words, **used}) for line in text.points),
        state=text.state,
        figures=tuple(Figure(name, value, name not in figures) for name, value in used.items()),
        answers=tuple(_answered(provision, answers.get(provision)) for provision in provisions),
        subjects=tuple(sorted({finding.subject for finding in asked})),
    )


def _answered(provision: str, answer: AnswerEntry | None) -> Answered:
    if answer is None:
        return Answered(provision, "")
    more = answer.condition or answer.reason
    says = ANSWER_LABELS[answer.answer] + (f"({more})" if more else "")
    return Answered(provision, says, answer.evidence or "")


def _left_out(wording: AnnexText, found: Mapping[str, Sequence[Finding]], pack: Pack) -> tuple[LeftOut, ...]:
    criteria = dict.fromkeys(name for section in wording.sections for item in section.items for name in item.criteria)
    gone: dict[str, LeftOut] = {}
    asked = {
        finding.provision
        for criterion in criteria
        for finding in found.get(criterion, ())
        if finding.result is not Result.NOT_APPLICABLE
    }
    for criterion in criteria:
        for finding in found.get(criterion, ()):
            if finding.provision not in asked:
                line = pack.by_id[finding.provision].line
                gone.setdefault(finding.provision, LeftOut(finding.provision, line, finding.reason))
    return tuple(gone[item.id] for item in pack.file.provisions if item.id in gone)
