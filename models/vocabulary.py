"""The words every room shares: closed sets of states and roles, without SQL.

Each name stands once in GLOSSARY.md with its Japanese term. Values are what is stored and what the API shows;
Japanese labels live in ``web.labels``.
"""

from enum import StrEnum


class Role(StrEnum):
    """Who may do what; a post or a person holds roles for a period (domain.md section 1)."""

    STAFF = "staff"
    SECURITY_MANAGER = "security_manager"
    SYSTEM_MANAGER = "system_manager"
    SECURITY_OFFICER = "security_officer"
    SUPERVISING_OFFICER = "supervising_officer"
    CISO = "ciso"
    DEPUTY_CISO = "deputy_ciso"
    SERVICE_MANAGER = "service_manager"
    PROCUREMENT = "procurement"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Result(StrEnum):
    """What a criterion came to. ``overall`` is the worst that counts (interfaces.md section 2)."""

    MET = "met"
    CONDITIONAL = "conditional"
    NOT_MET = "not_met"
    NEEDS_INFORMATION = "needs_information"
    NOT_APPLICABLE = "not_applicable"


class Strength(StrEnum):
    """How binding a provision is."""

    MUST = "must"
    AS_NEEDED = "as_needed"
    RECOMMENDED = "recommended"


class Phase(StrEnum):
    """When a provision bites; the words of ``facts/provisions.csv``."""

    RULE_MAKING = "rule-making"
    BEFORE = "before"
    SELECTION = "selection"
    PROCUREMENT = "procurement"
    APPROVAL = "approval"
    BUILD = "build"
    OPERATION = "operation"
    END = "end"
    AUDIT = "audit"


class Answer(StrEnum):
    """What an applicant may say to a provision."""

    YES = "yes"
    NO = "no"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


class Scheme(StrEnum):
    """A public list or mark. More may come; a file's 制度 column is folded to one of these or kept as it is.

    What each of them is stands under ``ismap.sources``: who holds it, and whether it is a list that can be taken in.
    """

    ISMAP = "ISMAP"
    ISMAP_LIU = "ISMAP-LIU"
    ISMAP_SPECIAL = "ISMAP-SPECIAL"
    LGWAN_ASP = "LGWAN-ASP"
    GOVERNMENT_CLOUD = "GOVERNMENT-CLOUD"
    ASPIC = "ASPIC"
    CS_MARK = "CS-MARK"
    ISO27001 = "ISO27001"
    ISO27017 = "ISO27017"
    PRIVACYMARK = "PRIVACYMARK"
    SOC2 = "SOC2"


class EntryStatus(StrEnum):
    """State of a registry entry (facts/ismap.md section 3)."""

    REGISTERED = "registered"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    NOT_LISTED = "not_listed"
    UNKNOWN = "unknown"


class RequestState(StrEnum):
    """Life of a request (domain.md section 4)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"


class DecisionAction(StrEnum):
    """What was done to a request, step by step."""

    SUBMIT = "submit"
    ENDORSE = "endorse"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class ServiceState(StrEnum):
    """Life of an approved service; it cannot exist without a named manager."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDING = "ending"
    CLOSED = "closed"


class ContractState(StrEnum):
    """Life of a contract."""

    DRAFTING = "drafting"
    CONCLUDED = "concluded"
    ACTIVE = "active"
    ENDING = "ending"
    CLOSED = "closed"


class ClauseState(StrEnum):
    """What a person found of a required clause in a contract."""

    UNCHECKED = "unchecked"
    PRESENT = "present"
    WEAK = "weak"
    MISSING = "missing"
    WAIVED = "waived"
    NOT_NEEDED = "not_needed"


class DutyKind(StrEnum):
    """What makes a duty fall due."""

    PERIODIC = "periodic"
    EVENT = "event"
    END = "end"
    RECORD = "record"


class OccurrenceState(StrEnum):
    """Life of one due date. ``due`` and ``overdue`` are read off the calendar, never stored."""

    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    WAIVED = "waived"


class EndingState(StrEnum):
    """An ending is open until every item is settled."""

    OPEN = "open"
    CLOSED = "closed"


class ItemState(StrEnum):
    """One line of an ending's checklist."""

    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


class AlertState(StrEnum):
    """Life of one due notice in the alert ledger."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class ImportState(StrEnum):
    """Life of one bringing-in of a public list; ``tried`` is a trial that ran to its end and changed nothing."""

    QUEUED = "queued"
    RUNNING = "running"
    TRIED = "tried"
    TAKEN_IN = "taken_in"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


class QuarantineState(StrEnum):
    """What became of a row that was kept out of its list."""

    OPEN = "open"
    CORRECTED = "corrected"
    LEFT_OUT = "left_out"


class AliasKind(StrEnum):
    """What an organisation says means the same."""

    SERVICE = "service"
    PROVIDER = "provider"
    NUMBER = "number"


class AliasState(StrEnum):
    """Life of an organisation's own alias; only a confirmed one links anything."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class UseLink(StrEnum):
    """How a use in the ledger hangs on a list: the row it means, a row like it, or only its name."""

    LINKED = "linked"
    SIMILAR = "similar"
    UNLISTED = "unlisted"
