"""One criterion: a claim that is decided from facts where facts settle it, else from the applicant's answer.

A criterion is a YAML file under ``policy/criteria``; it carries no municipality's number. The condition language has
one form: a case holds when every fact it names has one of the values it lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from models.vocabulary import Answer, Result, Strength
from policy.document import AnswerEntry
from policy.facts import Holder
from policy.verdict import SEVERITY

Facts = Mapping[str, str]
# What a company or an organisation holds says nothing of one service.
_NO_SERVICES_MARK: dict[Holder, str] = {
    "company": "会社に与えられた認定",
    "organisation": "組織とその適用範囲に対する認証",
}


class LibraryItem(BaseModel):
    """Base of what the library's files hold: unknown keys refused, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(LibraryItem):
    """Holds when every named fact has one of the listed values; an empty one always holds."""

    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("when", mode="before")
    @classmethod
    def _one_value_is_a_list(cls, value: object) -> object:
        if isinstance(value, dict):
            # Sorted, so that the order of writing never shows: a pack stored as canonical JSON reads back the same.
            return {fact: listed if isinstance(listed, list) else [listed] for fact, listed in sorted(value.items())}
        return value

    def holds(self, facts: Facts) -> bool:
        """Whether the facts meet the condition; a fact that is not there meets none."""
        return all(facts.get(fact) in listed for fact, listed in self.when.items())


class Case(Condition):
    """What certain facts settle.

    ``at_best`` lets a worse answer stand: the facts only say it cannot be better than ``result``. ``fix`` names the
    facts that would have to be so, ``or_fix`` a change that settles sibling criteria too; ``change`` says it in words.
    """

    result: Result
    reason: str = Field(min_length=1)
    at_best: bool = False
    change: str = ""
    fix: dict[str, str] = Field(default_factory=dict)
    or_fix: dict[str, str] = Field(default_factory=dict)
    or_change: str = ""

    @model_validator(mode="after")
    def _says_what_to_do(self) -> "Case":
        settled = self.result in {Result.MET, Result.NOT_APPLICABLE}
        if not settled and not (self.change and self.fix):
            raise ValueError("満たさない場合には change と fix が要ります")
        return self


class Example(LibraryItem):
    """A worked case that runs as a test; ``evidence_holder`` as the registries would recognise it."""

    about: str
    facts: dict[str, str] = Field(default_factory=dict)
    answer: AnswerEntry | None = None
    evidence_holder: Holder | None = None
    as_of: date = date(2026, 11, 20)
    strength: Strength = Strength.MUST
    result: Result

    @field_validator("answer", mode="before")
    @classmethod
    def _word_is_an_answer(cls, value: object) -> object:
        return {"answer": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a criterion came to; ``case`` is the one that decided or capped it, if facts had a say."""

    result: Result
    reason: str
    case: Case | None
    asked: bool
    answer_used: bool


class Criterion(LibraryItem):
    """A claim one can answer yes or no, with the question, the evidence that shows it, and what facts settle.

    ``title`` is a Japanese clause ending in こと, so that it reads on in a sentence. ``evidence_of`` is set where the
    claim is about the service itself, so that a mark of its company or an organisation does not show it.
    """

    id: str
    title: str = Field(pattern=r"こと$")
    question: str = Field(min_length=1)
    why: str = Field(min_length=1)
    asks_evidence: bool = True
    evidence_examples: str = ""
    evidence_of: Literal["service"] | None = None
    shows: tuple[str, ...] = ()
    facts_decide: tuple[Case, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=2)

    def settled_by(self, facts: Facts) -> Case | None:
        """The first case the facts meet."""
        for case in self.facts_decide:
            if case.holds(facts):
                return case
        return None

    def assess(
        self,
        facts: Facts,
        answer: AnswerEntry | None,
        *,
        as_of: date,
        strength: Strength,
        title: str | None = None,
        evidence_holder: Holder | None = None,
    ) -> Assessment:
        """What the criterion comes to; facts come first and an answer cannot override them.

        ``title`` replaces the criterion's own where one criterion serves many clauses. ``evidence_holder`` is who
        holds the marks that the answer's evidence consists of, None where it names anything else.
        """
        claim = title or self.title
        case = self.settled_by(facts)
        if case is not None and not case.at_best:
            return Assessment(case.result, case.reason.format_map(facts), case, asked=False, answer_used=False)
        result, reason = judge_answer(answer, claim, as_of=as_of, strength=strength, asks=self.asks_evidence)
        if result is Result.MET and answer is not None and self.evidence_of and evidence_holder in _NO_SERVICES_MARK:
            result, reason = Result.NEEDS_INFORMATION, _of_no_service(answer, claim, _NO_SERVICES_MARK[evidence_holder])
        if case is not None and SEVERITY[result] <= SEVERITY[case.result]:
            return Assessment(case.result, case.reason.format_map(facts), case, asked=True, answer_used=False)
        return Assessment(result, reason, None, asked=True, answer_used=answer is not None)


def judge_answer(
    answer: AnswerEntry | None, claim: str, *, as_of: date, strength: Strength, asks: bool
) -> tuple[Result, str]:
    """The result of an answer and its reason, by the table every pack shares (interfaces.md section 2).

    ``asks`` says whether a yes needs evidence. Evidence is still good on its ``valid_until`` day.
    """
    claim = f"「{claim}」"
    if answer is None:
        return Result.NEEDS_INFORMATION, f"{claim}について、まだ回答がありません。"
    match answer.answer:
        case Answer.YES:
            return _judge_yes(answer, claim, as_of=as_of, asks=asks)
        case Answer.NO:
            return Result.NOT_MET, f"{claim}を満たしていないとの回答です。"
        case Answer.CONDITIONAL:
            condition = f"条件「{answer.condition}」" if answer.condition else "条件(内容はまだ書かれていません)"
            return Result.CONDITIONAL, f"{claim}は、{condition}を果たすことを前提に満たされます。"
        case Answer.UNKNOWN:
            return Result.NEEDS_INFORMATION, f"{claim}について、分からないとの回答です。"
        case Answer.NOT_NEEDED:
            return _judge_not_needed(answer, claim, strength)


def _judge_yes(answer: AnswerEntry, claim: str, *, as_of: date, asks: bool) -> tuple[Result, str]:
    if not asks:
        return Result.MET, f"{claim}に「はい」との回答です。"
    if not answer.evidence:
        return Result.NEEDS_INFORMATION, f"{claim}に「はい」との回答ですが、根拠の資料が示されていません。"
    if answer.valid_until is not None and answer.valid_until < as_of:
        return (
            Result.NEEDS_INFORMATION,
            f"{claim}の根拠({answer.evidence})の期限は{answer.valid_until.isoformat()}まででした。",
        )
    return Result.MET, f"{claim}を、{answer.evidence}で確かめました。"


def _of_no_service(answer: AnswerEntry, claim: str, what: str) -> str:
    return (
        f"「{claim}」の根拠({answer.evidence})は{what}で、このサービスを確かめた資料ではありません。"
        "サービスについての資料を示してください。"
    )


def _judge_not_needed(answer: AnswerEntry, claim: str, strength: Strength) -> tuple[Result, str]:
    if strength is not Strength.AS_NEEDED:
        return (
            Result.NEEDS_INFORMATION,
            f"{claim}は、ポリシーが「必要に応じ」と定める項目ではないため、不要とする回答では決められません。",
        )
    if not answer.reason:
        return Result.NEEDS_INFORMATION, f"{claim}を不要とする理由が書かれていません。"
    return Result.NOT_APPLICABLE, f"必要に応じて求める項目で、不要とする理由は「{answer.reason}」です。"
