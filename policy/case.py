"""The facts of one request, worked out once and named as conditions name them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.vocabulary import EntryStatus, Scheme
from policy.document import CloudSubject, ContractDates, OutsourcingSubject, RequestDocument, StatedRegistry
from policy.errors import BadDocument
from policy.facts import RegistryFact, RegistryFacts
from policy.pack import Named, Pack, PackFile

YES, NO, UNKNOWN = "yes", "no", "unknown"


def yes_no(value: object) -> str:
    """A stated flag as conditions see it; nothing stated is unknown."""
    if value is None or value == UNKNOWN:
        return UNKNOWN
    return YES if value else NO


@dataclass(frozen=True, slots=True)
class SubjectCase:
    """One subject with its facts and the registry row that was found or stated for it."""

    index: int
    facts: dict[str, str]
    registry: RegistryFact | None


def read_cases(document: RequestDocument, pack: Pack, registry: RegistryFacts) -> tuple[SubjectCase, ...]:
    """The facts of every subject of the document.

    Raises:
        BadDocument: ``unknown_zone`` or ``unknown_class``: the pack has no such zone or class.
    """
    shared = _shared_facts(document, pack.file)
    setup_delegated = _setup_delegated(document)
    cases = []
    for index, subject in enumerate(document.subjects):
        facts = dict(shared)
        row: RegistryFact | None = None
        if isinstance(subject, CloudSubject):
            row = _registry_row(subject, index, registry)
            facts |= _cloud_facts(subject, facts)
            facts |= _registry_facts(row, registry, index, document.as_of)
            facts["setup_delegated"] = setup_delegated
        else:
            facts |= _outsourcing_facts(subject)
            facts["it_work"] = _it_work(subject, facts)
        cases.append(SubjectCase(index, facts, row))
    return tuple(cases)


def _shared_facts(document: RequestDocument, pack: PackFile) -> dict[str, str]:
    if document.zone not in {zone.id for zone in pack.zones}:
        known = "、".join(f"{zone.id}({zone.label})" for zone in pack.zones)
        raise BadDocument(
            "unknown_zone",
            f"領域「{document.zone}」は{pack.label}にありません。{known} から選んで書いてください。",
            "/zone",
        )
    for at, row in enumerate(document.information):
        _check_class("confidentiality", row.confidentiality, pack.confidentiality, at)
        _check_class("integrity", row.integrity, pack.integrity, at)
        _check_class("availability", row.availability, pack.availability, at)
    rows = document.information
    role = document.applicant_role.value
    specific = _any_stated(row.specific_personal for row in rows)
    personal = YES if specific == YES else _any_stated(row.personal for row in rows)
    highest = _highest((row.confidentiality for row in rows), pack.confidentiality)
    sensitive = personal == YES or reaches(highest, pack.settings.sensitive_confidentiality, pack)
    important = reaches(highest, pack.settings.important_confidentiality, pack)
    return {
        "zone": document.zone,
        "applicant": role,
        "applicant_label": next((item.label for item in pack.roles if item.id == role), role),
        "confidentiality": highest,
        "integrity": _highest((str(row.integrity) for row in rows if row.integrity is not None), pack.integrity),
        "availability": _highest(
            (str(row.availability) for row in rows if row.availability is not None), pack.availability
        ),
        "personal": personal,
        "specific_personal": specific,
        "important_information": yes_no(important),
        "document_grade": yes_no(reaches(highest, pack.settings.document_confidentiality, pack)),
        "sensitive": yes_no(sensitive),
        **_approval_facts(document.contract, document.as_of),
    }


def _check_class(scale: str, value: str | int | None, known: tuple[Named, ...], at: int) -> None:
    if value is not None and str(value) not in {item.id for item in known}:
        listed = "、".join(item.id for item in known)
        where = f"/information/{at}/{scale}"
        raise BadDocument(
            "unknown_class",
            f"{where}: 分類「{value}」はこのポリシーにありません。{listed} から選んで書いてください。",
            where,
        )


def _highest(stated: Iterable[str], scale: tuple[Named, ...]) -> str:
    """The highest class stated; a scale lists its classes from the highest down."""
    present = set(stated)
    return next((item.id for item in scale if item.id in present), UNKNOWN)


def reaches(highest: str, threshold: str, pack: PackFile) -> bool:
    """Whether a confidentiality class is at least as high as ``threshold``."""
    order = [item.id for item in pack.confidentiality]
    return order.index(highest) <= order.index(threshold)


def _any_stated(values: Iterable[bool | None]) -> str:
    stated = list(values)
    if True in stated:
        return YES
    return UNKNOWN if None in stated else NO


def _approval_facts(contract: ContractDates, as_of: date) -> dict[str, str]:
    """Whether approval came before the contract (8-3(4)②, settled in interfaces.md section 3)."""
    approved, concluded = contract.approved_on, contract.concluded_on
    state = "open"
    if approved is not None and concluded is not None:
        state = "before_contract" if approved <= concluded else "after_contract"
    elif approved is None and concluded is not None and concluded <= as_of:
        state = "missing"
    return {
        "approval": state,
        "approved_on": approved.isoformat() if approved else UNKNOWN,
        "concluded_on": concluded.isoformat() if concluded else UNKNOWN,
    }


def _cloud_facts(subject: CloudSubject, shared: dict[str, str]) -> dict[str, str]:
    conditions = subject.feed_conditions
    no_documents = yes_no(conditions.no_official_documents if conditions else None)
    if no_documents == YES and shared["document_grade"] == YES:
        no_documents = "doubtful"
    places = set(subject.data_locations)
    place_known = bool(places) and UNKNOWN not in places and subject.governing_law != UNKNOWN
    return {
        "subject": "cloud",
        "connection": subject.connection or UNKNOWN,
        "government_cloud": yes_no(subject.government_cloud),
        "service_model": subject.service_model or UNKNOWN,
        "social_media": yes_no(subject.social_media),
        "web_meeting": yes_no(subject.web_meeting),
        "generative_ai": yes_no(subject.generative_ai),
        "components": "some" if subject.components else "none",
        "component_names": "、".join(subject.components),
        "feed": yes_no(subject.security_update_feed),
        "no_official_documents": no_documents,
        "destinations_pinned": yes_no(conditions.destinations_pinned if conditions else None),
        "certificate_authenticated": yes_no(conditions.certificate_authenticated if conditions else None),
        "subcontracting": yes_no(subject.subcontracting),
        "data_place": "known" if place_known else UNKNOWN,
    }


def _outsourcing_facts(subject: OutsourcingSubject) -> dict[str, str]:
    activities = set(subject.activities or ())
    described = subject.activities is not None and subject.provides_system_function is not None
    return {
        "subject": "outsourcing",
        "work_described": yes_no(described),
        "builds": yes_no("build" in activities),
        "operates": yes_no(bool(activities & {"operate", "maintain"})),
        "develops": yes_no(bool(activities & {"build", "maintain"})),
        "provides_function": yes_no(bool(subject.provides_system_function)),
        "subcontracting": yes_no(subject.subcontracting),
        "privileged_access": yes_no(subject.privileged_access),
    }


def _it_work(subject: OutsourcingSubject, facts: dict[str, str]) -> str:
    """8-2(1) covers work on an information system, and a business service that handles important information."""
    as_service = facts["provides_function"] == YES and facts["important_information"] == YES
    return yes_no(bool(subject.activities) or as_service)


def _setup_delegated(document: RequestDocument) -> str:
    """Whether a contractor in the same request works on the system, so may set up or check the service."""
    contractors = [subject for subject in document.subjects if isinstance(subject, OutsourcingSubject)]
    if any(subject.activities for subject in contractors):
        return YES
    return UNKNOWN if any(subject.activities is None for subject in contractors) else NO


def _registry_row(subject: CloudSubject, index: int, registry: RegistryFacts) -> RegistryFact | None:
    """The stated registration, which is then the fact, or the row that was looked up."""
    stated = subject.registry
    if isinstance(stated, StatedRegistry):
        return RegistryFact(
            scheme=stated.scheme,
            registration_number=stated.registration_number or None,
            status=stated.status,
            service_name=subject.name,
            provider=subject.provider,
        )
    return registry.by_subject.get(index)


def _registry_facts(row: RegistryFact | None, registry: RegistryFacts, index: int, as_of: date) -> dict[str, str]:
    candidates = registry.candidates.get(index, 0)
    if row is not None:
        state = _standing(row, as_of)
    elif not registry.has_list:
        state = "no_list"
    else:
        state = "candidates" if candidates else "not_listed"
    scheme = row.scheme.strip().upper() if row is not None else ""
    asp = state if scheme == Scheme.LGWAN_ASP else "no_fact"
    if scheme == Scheme.LGWAN_ASP:
        state = "other_list"
    elif state in {"registered", "remark_unread"} and scheme != Scheme.ISMAP:
        state = "weaker_list"
    text = describe_row(row) if row is not None else _NO_ROW[state].format(count=candidates)
    return {"registry": state, "asp_registry": asp, "candidates": str(candidates), "registry_row": text}


_NO_ROW = {
    "no_list": "一覧は取り込まれていない",
    "not_listed": "一覧に見つからない",
    "candidates": "名前の似た登録が{count}件",
}
_STATUS_WORDS = {
    EntryStatus.REGISTERED: "登録",
    EntryStatus.SUSPENDED: "登録停止",
    EntryStatus.REMOVED: "登録削除",
    EntryStatus.NOT_LISTED: "登録なし",
    EntryStatus.UNKNOWN: "登録の状態は不明",
}


def _standing(row: RegistryFact, as_of: date) -> str:
    """What a row's status, expiry and 備考 amount to; a passed date or words nobody has read need a person."""
    if row.status is not EntryStatus.REGISTERED:
        return row.status.value
    if row.expires_on is not None and row.expires_on < as_of:
        return "past_date"
    return "remark_unread" if row.needs_reading else "registered"


def describe_row(row: RegistryFact) -> str:
    """A registry row in one line for ``used``: list, number, status, expiry, remarks."""
    number = row.registration_number or "番号なし"
    expiry = f"有効期限 {row.expires_on.isoformat()}" if row.expires_on else "有効期限は不明"
    remarks = f" 備考: {row.remarks}" if row.remarks else ""
    return f"{row.scheme} {number} {_STATUS_WORDS[row.status]} {expiry}{remarks}"
