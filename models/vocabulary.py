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
    REVOKED = "revoked"


class DecisionAction(StrEnum):
    """What was done to a request, step by step."""

    SUBMIT = "submit"
    ENDORSE = "endorse"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    AGREE = "agree"
    RETURN_TO_STEP = "return_to_step"
    PASS = "pass"  # noqa: S105 (a step that is passed over, no password)
    VIEW = "view"
    AMEND = "amend"
    RECALL = "recall"
    REVOKE = "revoke"


class StepKind(StrEnum):
    """What a step of a route asks of whoever holds the post."""

    ENDORSE = "endorse"
    AGREE = "agree"
    DECIDE = "decide"
    CIRCULATE = "circulate"


class PermissionState(StrEnum):
    """Life of what the CISO permits: an exception (7-4) or an unavoidable case (1(8))."""

    REQUESTED = "requested"
    PERMITTED = "permitted"
    REFUSED = "refused"


class DelegationState(StrEnum):
    """Life of a delegation; whether it counts today is read off its days."""

    REQUESTED = "requested"
    PERMITTED = "permitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class HandoverState(StrEnum):
    """Life of a personnel change."""

    PLANNED = "planned"
    APPLIED = "applied"
    CANCELLED = "cancelled"


class SeparationPart(StrEnum):
    """Two deeds that one person does not do (1(8))."""

    DECIDE_OWN = "decide_own"
    TWO_STEPS = "two_steps"
    EVIDENCE = "evidence"
    DELETION = "deletion"
    AUDIT = "audit"


class SuspensionCause(StrEnum):
    """Why an approved service is suspended."""

    CONDITION = "condition"
    EXCEPTION = "exception"
    REVOKED = "revoked"
    INCIDENT = "incident"


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


class TermBasis(StrEnum):
    """What lets a contract run: one fiscal year, 長期継続契約 (地方自治法234条の3), 債務負担行為 (214条)."""

    SINGLE_YEAR = "single_year"
    LONG_TERM = "long_term"
    DEBT_BURDEN = "debt_burden"


class TermChoice(StrEnum):
    """What was decided of a term at its end; ``tacit`` is the contract's own renewal, confirmed by a person."""

    RENEW = "renew"
    END = "end"
    TACIT = "tacit"


class ContractDateKind(StrEnum):
    """What a day of a contract's term is."""

    NOTICE = "notice"
    EXPIRY = "expiry"


class PlanKind(StrEnum):
    """What is planned back from the end of a term."""

    STUDY = "study"
    BUDGET = "budget"
    TENDER = "tender"


class TermStanding(StrEnum):
    """How a contract's last term stands on a day; read off the calendar, never stored."""

    NOT_CONCLUDED = "not_concluded"
    UNDECIDED = "undecided"
    ENDS = "ends"
    NOTICE_PASSED = "notice_passed"
    TACIT_EXPECTED = "tacit_expected"
    TACIT_UNCONFIRMED = "tacit_unconfirmed"
    TERM_OVER = "term_over"
    CLOSING = "closing"
    CLOSED = "closed"


class ClauseState(StrEnum):
    """What a person found of a required clause in a contract."""

    UNCHECKED = "unchecked"
    PRESENT = "present"
    WEAK = "weak"
    MISSING = "missing"
    WAIVED = "waived"
    NOT_NEEDED = "not_needed"


class GapResult(StrEnum):
    """What the machine found of a clause in a draft; a person decides."""

    PRESENT = "present"
    WEAK = "weak"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class GapChange(StrEnum):
    """What became of a clause from one version of a draft to another."""

    CLOSED = "closed"
    REOPENED = "reopened"
    NEW = "new"
    STILL_OPEN = "still_open"
    SAME = "same"


class SubcontractorState(StrEnum):
    """Life of a node below a contract; an approved one stays in the audit's scope until its contract is closed."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


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


class EndingRoad(StrEnum):
    """Why a contract ends; each road asks for something of its own."""

    EXPIRY = "expiry"
    EARLY = "early"
    BANKRUPTCY = "bankruptcy"
    SHUTDOWN = "shutdown"
    LIST_REMOVAL = "list_removal"


class HoldingState(StrEnum):
    """Life of one kind of information at one holder: nothing ends while it is neither settled nor excepted."""

    HELD = "held"
    OPEN = "open"
    BACKUPS = "backups"
    SETTLED = "settled"
    EXCEPTED = "excepted"


class Rigour(StrEnum):
    """How thoroughly a kind of information has to be made unreadable; read off its class by the pack."""

    STRICT = "strict"
    DOCUMENT = "document"
    PLAIN = "plain"


class ProofKind(StrEnum):
    """What shows that a holder has nothing left."""

    RETURN = "return"
    DELETION = "deletion"
    BACKUP_ERASURE = "backup_erasure"
    NEVER_HELD = "never_held"
    EXCEPTION = "exception"


class ProofState(StrEnum):
    """Life of a proof: one person records it, another one confirms or refuses it."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ErasureMethod(StrEnum):
    """How data was made to vanish, from the weakest to the strongest."""

    DELETE = "delete"
    FORMAT = "format"
    OVERWRITE = "overwrite"
    DEVICE_ERASE = "device_erase"
    CRYPTO_ERASE = "crypto_erase"
    DEGAUSS = "degauss"
    SHRED = "shred"


class InspectionResult(StrEnum):
    """What became of one round of the acceptance inspection."""

    WAITING = "waiting"
    PASSED = "passed"
    CORRECTION = "correction"


class SignInWay(StrEnum):
    """How a session was opened, or that a token was used instead of one."""

    PASSWORD = "password"  # noqa: S105 (a way, no secret)
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    OIDC = "oidc"
    TOKEN = "token"  # noqa: S105 (a way, no secret)


class Language(StrEnum):
    """In which language a person reads the pages."""

    JAPANESE = "ja"
    ENGLISH = "en"


class AlertState(StrEnum):
    """Life of one due notice in the alert ledger, and of the mail that carries it.

    ``shown`` is what goes to the pages only: no mail server, no address, or the person wants no mail. ``withdrawn`` is
    what was settled, or got another date, before it went.
    """

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


class LetterKind(StrEnum):
    """Whether a mail is the one of the morning or went at once."""

    DIGEST = "digest"
    NOW = "now"


class FeedFilter(StrEnum):
    """What a calendar feed shows: a person's own dates, those of the section, or of the whole organisation."""

    MINE = "mine"
    SECTION = "section"
    ALL = "all"


class WebhookState(StrEnum):
    """Whether an address is told."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DeliveryState(StrEnum):
    """Life of one message to one address."""

    PENDING = "pending"
    FAILED = "failed"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class JobState(StrEnum):
    """Life of one piece of the service's own work; a scheduled one waits again when it is done."""

    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"
    DONE = "done"


class ImportState(StrEnum):
    """Life of one bringing-in of a public list; ``tried`` is a trial that ran to its end and changed nothing."""

    QUEUED = "queued"
    RUNNING = "running"
    TRIED = "tried"
    TAKEN_IN = "taken_in"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


class RedactionState(StrEnum):
    """Life of the wish to black a value of the record out."""

    ASKED = "asked"
    PERMITTED = "permitted"
    REFUSED = "refused"


class SamplePopulation(StrEnum):
    """What an auditor draws a sample from."""

    REQUESTS = "requests"
    DECISIONS = "decisions"
    CONTRACTS = "contracts"


class SampleItemState(StrEnum):
    """What became of one case of a sample."""

    REMAINING = "remaining"
    SOUND = "sound"
    OBJECTION = "objection"


class EvidenceKind(StrEnum):
    """What a piece of evidence in a dossier is; the list may grow without a migration."""

    CONTRACT = "contract"
    TERMS = "terms"
    AUDIT_REPORT = "audit_report"
    ISO_27001 = "iso_27001"
    ISO_27017 = "iso_27017"
    PRIVACY_MARK = "privacy_mark"
    SOC_2 = "soc_2"
    ISMAP_STATEMENT = "ismap_statement"
    REPLY = "reply"
    OTHER = "other"


class AttachmentKind(StrEnum):
    """What a file beside a request is; the list may grow without a migration."""

    CONTRACT = "contract"
    TERMS = "terms"
    SPECIFICATION = "specification"
    ESTIMATE = "estimate"
    CERTIFICATE = "certificate"
    SOC_REPORT = "soc_report"
    REPLY = "reply"
    SCREEN = "screen"
    OTHER = "other"


class EvidenceStanding(StrEnum):
    """How a piece of evidence stands on a day; read off, never stored."""

    ACCEPTED = "accepted"
    UNEVALUATED = "unevaluated"
    NOT_YET = "not_yet"
    SUPERSEDED = "superseded"
    NOT_ACCEPTED = "not_accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class EvidenceLoss(StrEnum):
    """Why a use that leans on evidence has to be looked at again."""

    EXPIRY = "expiry"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class AnswerOrigin(StrEnum):
    """Where an answer came from that the applicant has not taken as the own one yet."""

    COPIED = "copied"
    PROVIDER = "provider"


class ReplyState(StrEnum):
    """Life of a provider's reply."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


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


class IncidentSource(StrEnum):
    """From whom an incident was learned of (5-3(1), 5-3(2), 8-1(3)②(ウ))."""

    STAFF = "staff"
    CONTRACTOR = "contractor"
    PROVIDER = "provider"
    CITIZEN = "citizen"


class IncidentState(StrEnum):
    """Life of an incident; it is closed only after a second person has read it."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    NOT_INCIDENT = "not_incident"
    CLOSING = "closing"
    CLOSED = "closed"


class LeakedKind(StrEnum):
    """Whether personal information leaked or may have; ``unknown`` is treated as if it had."""

    UNKNOWN = "unknown"
    NONE = "none"
    PERSONAL = "personal"
    SPECIFIC_PERSONAL = "specific_personal"


class LeakGround(StrEnum):
    """What makes a leak one that must be reported to the commission (個情法施行規則43条、番号法規則2条)."""

    SENSITIVE = "sensitive"
    PROPERTY = "property"
    WRONGFUL = "wrongful"
    MANY = "many"
    ORDINANCE = "ordinance"
    NUMBER_SYSTEM = "number_system"
    PUBLIC_VIEW = "public_view"


class LeakReport(StrEnum):
    """Whether the commission is told of a leak."""

    UNDECIDED = "undecided"
    NEEDED = "needed"
    NOT_NEEDED = "not_needed"


class Publication(StrEnum):
    """What was decided on making an incident public (1(9)⑥)."""

    UNDECIDED = "undecided"
    PUBLISH = "publish"
    WITHHOLD = "withhold"


class ClockState(StrEnum):
    """Life of one notice of an incident's chain; whether it is late is read off its deadline."""

    OPEN = "open"
    TOLD = "told"
    NOT_NEEDED = "not_needed"


class PartyRole(StrEnum):
    """What an outside party is to an incident."""

    CONTRACTOR = "contractor"
    PROVIDER = "provider"
    SUBCONTRACTOR = "subcontractor"


class MeasureKind(StrEnum):
    """What was done about an incident, or demanded of a contractor (8-1(3)①(エ))."""

    CONTAINMENT = "containment"
    RECOVERY = "recovery"
    INSTRUCTION = "instruction"
    DEMAND = "demand"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    ANSWER = "answer"


class OperationKind(StrEnum):
    """What a long piece of work does: write a list to a file, or read a file into a list."""

    EXPORT = "export"
    IMPORT = "import"


class OperationState(StrEnum):
    """How far a long piece of work is; ``partly_failed``: the right rows went in, the others did not."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTLY_FAILED = "partly_failed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MemoryKind(StrEnum):
    """What an organisation said once of a ledger of its own."""

    MAPPING = "mapping"
    CORRECTION = "correction"
