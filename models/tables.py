"""Gathers every table, so that Alembic sees them all."""

from models.acceptance_round import AcceptanceRound
from models.alert import Alert
from models.alert_letter import AlertLetter
from models.alert_wish import AlertWish
from models.api_token import ApiToken
from models.approved_service import ApprovedService
from models.audit_anchor import AuditAnchor
from models.audit_event import AuditEvent
from models.audit_redaction import AuditRedaction
from models.audit_sample import AuditSample
from models.audit_sample_item import AuditSampleItem
from models.calendar_feed import CalendarFeed
from models.circulation import Circulation
from models.clause_check import ClauseCheck
from models.clause_decision import ClauseDecision
from models.clause_duty import ClauseDuty
from models.clause_left_out import ClauseLeftOut
from models.closed_day import ClosedDay
from models.contract import Contract
from models.contract_date import ContractDate
from models.contract_draft import ContractDraft
from models.contract_term import ContractTerm
from models.data_holding import DataHolding
from models.decision import Decision
from models.delegation import Delegation
from models.department import Department
from models.dossier_evaluation import DossierEvaluation
from models.dossier_item import DossierItem
from models.dossier_link import DossierLink
from models.dossier_provision import DossierProvision
from models.dossier_task import DossierTask
from models.draft_gap import DraftGap
from models.draft_reading import DraftReading
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.ending import Ending
from models.ending_item import EndingItem
from models.evidence_file import EvidenceFile
from models.exception_provision import ExceptionProvision
from models.finding import Finding
from models.handover import Handover
from models.holding_proof import HoldingProof
from models.idempotency_key import IdempotencyKey
from models.import_memory import ImportMemory
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.incident_measure import IncidentMeasure
from models.incident_party import IncidentParty
from models.job import Job
from models.kept_form import KeptForm
from models.label import Label
from models.login_session import LoginSession
from models.number_series import NumberSeries
from models.oidc_attempt import OidcAttempt
from models.oidc_grant import OidcGrant
from models.oidc_identity import OidcIdentity
from models.operation import Operation
from models.organisation import Organisation
from models.organisation_item import OrganisationItem
from models.pack_edition_used import PackEditionUsed
from models.policy_exception import PolicyException
from models.policy_text import PolicyText
from models.post import Post
from models.post_holder import PostHolder
from models.post_role import PostRole
from models.provider import Provider
from models.quarantined_row import QuarantinedRow
from models.questionnaire import Questionnaire
from models.questionnaire_key import QuestionnaireKey
from models.questionnaire_reply import QuestionnaireReply
from models.reassessment import Reassessment
from models.recovery_code import RecoveryCode
from models.refusal_tally import RefusalTally
from models.registry_alias import RegistryAlias
from models.registry_change import RegistryChange
from models.registry_correction import RegistryCorrection
from models.registry_entry import RegistryEntry
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.registry_watch import RegistryWatch
from models.renewal_rule import RenewalRule
from models.request import Request
from models.request_version import RequestVersion
from models.role_grant import RoleGrant
from models.saved_filter import SavedFilter
from models.search_gram import SearchGram
from models.second_factor import SecondFactor
from models.service import Service
from models.service_suspension import ServiceSuspension
from models.sign_in_failure import SignInFailure
from models.subcontractor import Subcontractor
from models.term_decision import TermDecision
from models.unavoidable_case import UnavoidableCase
from models.unconfirmed_answer import UnconfirmedAnswer
from models.user import User
from models.webhook import Webhook
from models.webhook_delivery import WebhookDelivery

__all__ = [
    "AcceptanceRound",
    "Alert",
    "AlertLetter",
    "AlertWish",
    "ApiToken",
    "ApprovedService",
    "AuditAnchor",
    "AuditEvent",
    "AuditRedaction",
    "AuditSample",
    "AuditSampleItem",
    "CalendarFeed",
    "Circulation",
    "ClauseCheck",
    "ClauseDecision",
    "ClauseDuty",
    "ClauseLeftOut",
    "ClosedDay",
    "Contract",
    "ContractDate",
    "ContractDraft",
    "ContractTerm",
    "DataHolding",
    "Decision",
    "Delegation",
    "Department",
    "DossierEvaluation",
    "DossierItem",
    "DossierLink",
    "DossierProvision",
    "DossierTask",
    "DraftGap",
    "DraftReading",
    "Duty",
    "DutyOccurrence",
    "Ending",
    "EndingItem",
    "EvidenceFile",
    "ExceptionProvision",
    "Finding",
    "Handover",
    "HoldingProof",
    "IdempotencyKey",
    "ImportMemory",
    "Incident",
    "IncidentClock",
    "IncidentMeasure",
    "IncidentParty",
    "Job",
    "KeptForm",
    "Label",
    "LoginSession",
    "NumberSeries",
    "OidcAttempt",
    "OidcGrant",
    "OidcIdentity",
    "Operation",
    "Organisation",
    "OrganisationItem",
    "PackEditionUsed",
    "PolicyException",
    "PolicyText",
    "Post",
    "PostHolder",
    "PostRole",
    "Provider",
    "QuarantinedRow",
    "Questionnaire",
    "QuestionnaireKey",
    "QuestionnaireReply",
    "Reassessment",
    "RecoveryCode",
    "RefusalTally",
    "RegistryAlias",
    "RegistryChange",
    "RegistryCorrection",
    "RegistryEntry",
    "RegistryImport",
    "RegistrySnapshot",
    "RegistryUse",
    "RegistryWatch",
    "RenewalRule",
    "Request",
    "RequestVersion",
    "RoleGrant",
    "SavedFilter",
    "SearchGram",
    "SecondFactor",
    "Service",
    "ServiceSuspension",
    "SignInFailure",
    "Subcontractor",
    "TermDecision",
    "UnavoidableCase",
    "UnconfirmedAnswer",
    "User",
    "Webhook",
    "WebhookDelivery",
]
