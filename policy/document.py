"""The request document: what an applicant states (interfaces.md section 2).

What a document leaves out is read as: flags false, lists empty, facts not known. A fact not known never counts as
met; it leads to ``needs_information``.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from models.vocabulary import Answer, EntryStatus, Role
from policy.errors import BadDocument
from policy.strict_yaml import ReadText, check_text_keys, join_pointer, read_text

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_text(value: object) -> object:
    """Numbers written where text belongs are text; so a title may be 2026."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _as_day(value: object) -> object:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise PydanticCustomError("day", "日付は 2026-11-20 の形で書いてください")
    if isinstance(value, date):
        return value
    folded = unicodedata.normalize("NFKC", value).strip()
    if not _ISO_DAY.fullmatch(folded):
        raise PydanticCustomError("day", "日付は 2026-11-20 の形で書いてください(いまは「{given}」)", {"given": value})
    try:
        return date.fromisoformat(folded)
    except ValueError as error:
        raise PydanticCustomError(
            "day_not_in_calendar", "暦にない日付「{given}」です。日付を確かめてください", {"given": value}
        ) from error


def _as_class(value: object) -> object:
    """Class names are folded: ``3b`` and ``機密性３Ｂ`` both mean ``3B``."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return unicodedata.normalize("NFKC", str(value)).strip().upper().removeprefix("機密性").strip()


def _as_small_number(value: object) -> object:
    if isinstance(value, str):
        folded = unicodedata.normalize("NFKC", value).strip()
        return int(folded) if re.fullmatch(r"[0-9]{1,3}", folded) else value
    return value


def _as_word(value: object) -> object:
    return unicodedata.normalize("NFKC", value).strip().lower() if isinstance(value, str) else value


def _member_of(words: type[StrEnum]) -> BeforeValidator:
    """Folds text to a member of ``words`` and names the permitted ones when it is none."""

    def fold(value: object) -> object:
        if isinstance(value, words):
            return value
        folded = unicodedata.normalize("NFKC", value).strip().lower() if isinstance(value, str) else ""
        if folded not in set(words):
            raise PydanticCustomError(
                "unknown_word",
                "「{given}」は使えません。使えるのは {permitted} です",
                {"given": str(value), "permitted": ", ".join(words)},
            )
        return words(folded)

    return BeforeValidator(fold)


def _as_yes_no_unknown(value: object) -> object:
    if isinstance(value, bool) or value == "unknown":
        return value
    raise PydanticCustomError("unknown_word", "true か false か unknown で書いてください")


def _as_country(value: object) -> object:
    if not isinstance(value, str):
        return value
    folded = unicodedata.normalize("NFKC", value).strip()
    if folded.lower() == "unknown":
        return "unknown"
    if not re.fullmatch(r"[A-Za-z]{2}", folded):
        raise PydanticCustomError(
            "country", "国は2文字の符号(JP など)か unknown で書いてください(いまは「{given}」)", {"given": value}
        )
    return folded.upper()


Text = Annotated[str, BeforeValidator(_as_text), StringConstraints(strip_whitespace=True, max_length=10_000)]
Name = Annotated[str, BeforeValidator(_as_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Day = Annotated[date, BeforeValidator(_as_day)]
Word = Annotated[str, BeforeValidator(_as_word)]
ClassName = Annotated[str, BeforeValidator(_as_class), StringConstraints(min_length=1, max_length=20)]
Level = Annotated[int, BeforeValidator(_as_small_number)]
Country = Annotated[str, BeforeValidator(_as_country)]
YesNoUnknown = Annotated[bool | Literal["unknown"], BeforeValidator(_as_yes_no_unknown)]


class Stated(BaseModel):
    """Base of every part: unknown keys refused, nothing coerced, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, value: Any) -> Any:  # noqa: ANN401 (whatever was written)
        """A key with no value means the same as a key left out; a required key stays and is refused."""
        if not isinstance(value, dict):
            return value
        fields = cls.model_fields
        return {
            key: item
            for key, item in value.items()
            if item is not None or key not in fields or fields[key].is_required()
        }


class Information(Stated):
    """One kind of information handled; the highest class of all rows governs (2(2)⑤(ウ))."""

    name: Name
    confidentiality: ClassName
    integrity: Level | None = None
    availability: Level | None = None
    personal: bool | None = None
    specific_personal: bool | None = None


class FeedConditions(Stated):
    """The three conditions of 3(2)④ for a service that only distributes security updates."""

    no_official_documents: bool | None = None
    destinations_pinned: bool | None = None
    certificate_authenticated: bool | None = None


class StatedRegistry(Stated):
    """A registration the applicant states; it is then the fact."""

    scheme: Name
    registration_number: Text | None = None
    status: Annotated[EntryStatus, _member_of(EntryStatus)]


def _as_registry(value: object) -> object:
    if isinstance(value, str) and unicodedata.normalize("NFKC", value).strip().lower() == "auto":
        return "auto"
    if isinstance(value, str):
        raise PydanticCustomError("registry", "registry は auto か、登録の内容(scheme と status)で書いてください")
    return value


class CloudSubject(Stated):
    """A cloud service somebody wants to use."""

    type: Literal["cloud"]
    name: Name
    provider: Text = ""
    service_model: Annotated[Literal["saas", "paas", "iaas"], BeforeValidator(_as_word)] | None = None
    connection: (
        Annotated[Literal["internet", "local_breakout", "lgwan_asp", "dedicated_line"], BeforeValidator(_as_word)]
        | None
    ) = None
    government_cloud: bool | None = None
    social_media: bool = False
    web_meeting: bool = False
    generative_ai: bool = False
    components: list[Name] = Field(default_factory=list, max_length=200)
    security_update_feed: bool = False
    feed_conditions: FeedConditions | None = None
    subcontracting: YesNoUnknown = "unknown"
    data_locations: list[Country] = Field(default_factory=lambda: ["unknown"], max_length=300)
    governing_law: Country = "unknown"
    registry: Annotated[StatedRegistry | Literal["auto"], BeforeValidator(_as_registry)] = "auto"


class OutsourcingSubject(Stated):
    """Work somebody wants to give to a contractor; ``activities`` None means nobody has said yet."""

    type: Literal["outsourcing"]
    contractor: Text = ""
    activities: list[Annotated[Literal["build", "operate", "maintain"], BeforeValidator(_as_word)]] | None = None
    provides_system_function: bool | None = None
    subcontracting: YesNoUnknown = "unknown"
    privileged_access: bool | None = None


Subject = Annotated[CloudSubject | OutsourcingSubject, Field(discriminator="type")]


class ContractDates(Stated):
    """The calendar of the contract, as far as it is known."""

    starts_on: Day | None = None
    ends_on: Day | None = None
    concluded_on: Day | None = None
    approved_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "ContractDates":
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise PydanticCustomError(
                "ends_before_start",
                "終わる日({end})が始まる日({start})より前です。契約期間を確かめてください",
                {"end": self.ends_on.isoformat(), "start": self.starts_on.isoformat()},
            )
        return self


class AnswerEntry(Stated):
    """What was said to one provision; ``evidence`` names a document and the place in it."""

    answer: Annotated[Answer, _member_of(Answer)]
    evidence: Text | None = None
    valid_until: Day | None = None
    reason: Text | None = None
    condition: Text | None = None
    due: Day | None = None


class RequestDocument(Stated):
    """One request as stated, before any rule is applied."""

    pack: Name
    as_of: Day
    title: Name
    department: Text = ""
    applicant_role: Annotated[Role, _member_of(Role)] = Role.STAFF
    information: list[Information] = Field(min_length=1, max_length=1000)
    zone: Word
    subjects: list[Subject] = Field(min_length=1, max_length=100)
    contract: ContractDates = Field(default_factory=ContractDates)
    answers: dict[str, AnswerEntry] = Field(default_factory=dict, max_length=5000)


def read_document(source: str | bytes | Mapping[str, Any], *, origin: str = "") -> RequestDocument:
    """The request document in ``source`` (YAML or JSON text, or values already read).

    ``origin`` (a file name) is put before the place in what is raised.

    Raises:
        BadDocument: anything that is not such a document; the message says what, where and what to do.
    """
    try:
        if isinstance(source, Mapping):
            check_text_keys(source)
            read = ReadText(dict(source))
        else:
            read = read_text(source)
        return _validate(read)
    except BadDocument as error:
        if not origin:
            raise
        where = f"{origin}: {error.where}" if error.where else origin
        raise BadDocument(error.code, f"{origin}: {error.message}", where) from error


def _validate(read: ReadText) -> RequestDocument:
    if read.value is None or read.value == {}:
        raise BadDocument("empty_document", "文書が空です。pack、as_of、information などを書いてください。", "/")
    if not isinstance(read.value, dict):
        raise BadDocument("not_a_mapping", "文書の一番上が「見出し: 値」の形ではありません。書き直してください。", "/")
    try:
        return RequestDocument.model_validate(read.value)
    except ValidationError as error:
        raise _explain(error, read) from error


def _explain(error: ValidationError, read: ReadText) -> BadDocument:
    """The most telling thing wrong as one Japanese sentence: a misspelt key before the gap it leaves."""
    wrong = error.errors(include_url=False)
    first = next((details for details in wrong if details["type"] == "extra_forbidden"), wrong[0])
    pointer = _pointer(first)
    where = read.place(pointer)
    key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    code, sentence = _sentence(first, key)
    count = error.error_count()
    more = f"ほかに{count - 1}か所あります。" if count > 1 else ""
    return BadDocument(code, f"{where}: {sentence}。{more}", where)


# Steps pydantic adds to a location that are no keys of the document.
_INNER_STEPS = {"cloud", "outsourcing", "StatedRegistry", "literal['auto']", "bool", "literal['unknown']"}


def _pointer(details: ErrorDetails) -> str:
    pointer = ""
    for step in details["loc"]:
        if isinstance(step, str) and (step in _INNER_STEPS or step.startswith(("function-", "literal["))):
            continue
        pointer = join_pointer(pointer, step)
    return pointer


_SENTENCES = {
    "missing": ("missing_key", "「{key}」がありません。書き足してください"),
    "extra_forbidden": ("unknown_key", "見出し「{key}」は使えません。つづりを確かめるか、消してください"),
    "too_short": ("empty_list", "「{key}」が空です。1件以上書いてください"),
    "too_long": ("too_many", "「{key}」が多すぎます。減らしてください"),
    "string_too_short": ("empty_text", "「{key}」が空です。書いてください"),
    "string_too_long": ("text_too_long", "「{key}」が長すぎます。短くしてください"),
    "bool_type": ("not_true_or_false", "「{key}」は true か false で書いてください"),
    "int_type": ("not_a_number", "「{key}」は整数で書いてください"),
    "string_type": ("not_text", "「{key}」は文字で書いてください"),
    "union_tag_invalid": ("unknown_subject_type", "「type」は cloud か outsourcing で書いてください"),
    "union_tag_not_found": ("missing_key", "「type」がありません。cloud か outsourcing を書いてください"),
}


def _sentence(details: ErrorDetails, key: str) -> tuple[str, str]:
    kind = details["type"]
    if kind in {"enum", "literal_error"}:
        expected = str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return "unknown_word", f"「{key}」の「{details['input']}」は使えません。使えるのは {expected} です"
    if kind in _SENTENCES:
        code, pattern = _SENTENCES[kind]
        return code, pattern.format(key=key)
    if kind in {"day", "day_not_in_calendar", "ends_before_start", "country", "registry", "unknown_word"}:
        return kind, details["msg"]
    return "wrong_shape", f"「{key}」の書き方が違います。見本の形にそろえてください"
