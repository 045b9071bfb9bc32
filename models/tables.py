"""Gathers every table, so that Alembic sees them all."""

from models.alert import Alert
from models.approved_service import ApprovedService
from models.audit_event import AuditEvent
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.decision import Decision
from models.department import Department
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.ending import Ending
from models.ending_item import EndingItem
from models.evidence_file import EvidenceFile
from models.finding import Finding
from models.idempotency_key import IdempotencyKey
from models.login_session import LoginSession
from models.number_series import NumberSeries
from models.organisation import Organisation
from models.organisation_item import OrganisationItem
from models.pack_edition_used import PackEditionUsed
from models.policy_text import PolicyText
from models.post import Post
from models.provider import Provider
from models.quarantined_row import QuarantinedRow
from models.reassessment import Reassessment
from models.registry_alias import RegistryAlias
from models.registry_change import RegistryChange
from models.registry_correction import RegistryCorrection
from models.registry_entry import RegistryEntry
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.registry_watch import RegistryWatch
from models.request import Request
from models.request_version import RequestVersion
from models.role_grant import RoleGrant
from models.search_gram import SearchGram
from models.service import Service
from models.user import User

__all__ = [
    "Alert",
    "ApprovedService",
    "AuditEvent",
    "ClauseCheck",
    "Contract",
    "ContractTerm",
    "Decision",
    "Department",
    "Duty",
    "DutyOccurrence",
    "Ending",
    "EndingItem",
    "EvidenceFile",
    "Finding",
    "IdempotencyKey",
    "LoginSession",
    "NumberSeries",
    "Organisation",
    "OrganisationItem",
    "PackEditionUsed",
    "PolicyText",
    "Post",
    "Provider",
    "QuarantinedRow",
    "Reassessment",
    "RegistryAlias",
    "RegistryChange",
    "RegistryCorrection",
    "RegistryEntry",
    "RegistryImport",
    "RegistrySnapshot",
    "RegistryUse",
    "RegistryWatch",
    "Request",
    "RequestVersion",
    "RoleGrant",
    "SearchGram",
    "Service",
    "User",
]
