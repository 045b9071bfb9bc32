"""Services, contracts and their clause checks on the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.words import ClauseStateWord, ContractStateWord, Instant, Money
from casework.catalogue import ServiceDetail, ServiceRow
from casework.contracts import ContractDetail, TermIn
from casework.errors import NotFound
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.vocabulary import ClauseState


class ServiceItemOut(BaseModel):
    """A service in a list: facts only, never whether it may be used."""

    number: str
    name: str
    provider: str
    service_model: str
    version: int


class ApprovalOut(BaseModel):
    """One approved use of a service."""

    request: str
    state: str
    approved_on: date
    uses_until_on: date | None
    confidentiality: str


class ServiceOut(ServiceItemOut):
    """A service with every use of it."""

    approvals: list[ApprovalOut]
    contracts: list[str]


class PeriodIn(BaseModel):
    """A period: first day, last day, and the day by which notice must be given."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"starts_on": "2027-04-01", "ends_on": "2028-03-31", "notice_on": "2028-01-31"}},
    )

    starts_on: date
    ends_on: date
    notice_on: date | None = None

    @property
    def term(self) -> TermIn:
        """Return the period as casework takes it."""
        return TermIn(self.starts_on, self.ends_on, self.notice_on)


class ContractIn(BaseModel):
    """A contract for an approved request."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "request": "R8-0001",
                "title": "住民向け予約サービスの利用契約",
                "contractor": "△△株式会社",
                "period": {"starts_on": "2027-04-01", "ends_on": "2028-03-31", "notice_on": "2028-01-31"},
                "amount": {"amount": 1320000, "currency": "JPY", "tax": "included"},
            }
        },
    )

    request: str = Field(min_length=1, max_length=20, description="承認された申請の番号")
    title: str = Field(max_length=200)
    contractor: str = Field(min_length=1, max_length=200)
    period: PeriodIn
    amount: Money | None = None

    def facts(self) -> dict[str, Any]:
        """Return the contract as casework takes it."""
        return {
            "request_number": self.request,
            "title": self.title,
            "contractor": self.contractor,
            "term": self.period.term,
            "amount_yen": self.amount.amount if self.amount else None,
        }


class ClauseDecisionIn(BaseModel):
    """What was found of a clause: where it stands, or why it is left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"state": "present", "place": "第9条第2項"}}
    )

    state: ClauseState
    place: str = Field("", max_length=1000, description="契約書の条・項")
    reason: str = Field("", max_length=4000, description="置かないとき、機械の見立てと違うときの理由")
    note_inside: str = Field("", max_length=4000, description="庁内のメモ。相手方に渡す書類に出ません")
    note_outside: str = Field("", max_length=4000, description="相手方に渡す書類に載せるメモ")
    draft_no: int | None = Field(None, ge=1, le=100_000, description="見ていた契約案の版。新しい版があれば断ります")


class ConclusionIn(BaseModel):
    """The day on which a contract was concluded."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"concluded_on": "2027-03-25"}})

    concluded_on: date


class OperationIn(BaseModel):
    """The day on which the operation began."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"began_on": "2027-04-01"}})

    began_on: date


class ContractItemOut(BaseModel):
    """A contract in a list."""

    number: str
    title: str
    state: ContractStateWord
    amount: Money | None
    concluded_on: date | None
    ends_on: date
    notice_on: date | None
    version: int


class TermOut(BaseModel):
    """One period of a contract."""

    term_no: int
    starts_on: date
    ends_on: date
    notice_on: date | None


class ContractOut(ContractItemOut):
    """A contract with its periods. Clause checks have versions of their own and stand under ``clause-checks``."""

    provider: str
    request: str | None
    terms: list[TermOut]


class ClauseCheckOut(BaseModel):
    """One required clause in one contract."""

    provision: str
    clause: str = Field(description="条項ひな形の番号")
    title: str
    strength: str
    state: ClauseStateWord
    place: str
    reason: str
    needed_because: str = Field(description="この契約に求める理由")
    machine_result: str = Field(description="決めたときの機械の見立て。契約案がないときは空")
    draft_no: int | None = Field(description="どの版の契約案で決めたか")
    note_inside: str
    note_outside: str
    decided_at: Instant | None
    version: int


class ClauseCheckItemOut(ClauseCheckOut):
    """A clause check in its contract's list."""

    is_blocking: bool = Field(description="締結の前に確認が残っているか")


def service_item_out(row: ServiceRow) -> ServiceItemOut:
    """Return a service as a list shows it."""
    service = row.service
    return ServiceItemOut.model_construct(
        number=service.number,
        name=service.name,
        provider=row.provider_name,
        service_model=service.service_model,
        version=service.version,
    )


def service_out(detail: ServiceDetail) -> ServiceOut:
    """Return a service with its uses."""
    numbers = {request.key: request.number for request in detail.requests}
    return ServiceOut(
        number=detail.service.number,
        name=detail.service.name,
        provider=detail.provider.name,
        service_model=detail.service.service_model,
        version=detail.service.version,
        approvals=[
            ApprovalOut(
                request=numbers.get(row.request_id, ""),
                state=row.state,
                approved_on=row.approved_on,
                uses_until_on=row.uses_until_on,
                confidentiality=row.confidentiality,
            )
            for row in detail.approvals
        ],
        contracts=[contract.number for contract in detail.contracts],
    )


def _contract_facts(contract: Contract) -> dict[str, Any]:
    yen = contract.amount_yen
    return {
        "number": contract.number,
        "title": contract.title,
        "state": contract.state,
        "amount": None if yen is None else Money(amount=yen, currency="JPY", tax="included"),
        "concluded_on": contract.concluded_on,
        "ends_on": contract.ends_on,
        "notice_on": contract.notice_on,
        "version": contract.version,
    }


def contract_item_out(contract: Contract) -> ContractItemOut:
    """Return a contract as a list shows it."""
    return ContractItemOut.model_construct(**_contract_facts(contract))


def contract_out(detail: ContractDetail) -> ContractOut:
    """Return a contract with its periods."""
    return ContractOut(
        **_contract_facts(detail.contract),
        provider=detail.provider.name,
        request=detail.request.number if detail.request else None,
        terms=[_term_out(row) for row in detail.terms],
    )


def _term_out(row: ContractTerm) -> TermOut:
    return TermOut(term_no=row.term_no, starts_on=row.starts_on, ends_on=row.ends_on, notice_on=row.notice_on)


def clause_checks_out(detail: ContractDetail) -> list[ClauseCheckItemOut]:
    """Return a contract's clause checks in their order."""
    titles = {line.provision: line.clause.title for line in detail.lines}
    return [
        ClauseCheckItemOut(**_check_facts(row, titles), is_blocking=row.provision in detail.open_provisions)
        for row in detail.checks
    ]


def _check_facts(row: ClauseCheck, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "provision": row.provision,
        "clause": row.clause,
        "title": titles.get(row.provision, ""),
        "strength": row.strength,
        "state": row.state,
        "place": row.place,
        "reason": row.reason,
        "needed_because": row.needed_because,
        "machine_result": row.machine_result,
        "draft_no": row.draft_no,
        "note_inside": row.note_inside,
        "note_outside": row.note_outside,
        "decided_at": row.decided_at,
        "version": row.version,
    }


def clause_check_out(detail: ContractDetail, provision: str) -> ClauseCheckOut:
    """Return one clause check of a contract; raises ``NotFound``."""
    titles = {line.provision: line.clause.title for line in detail.lines}
    found = next((row for row in detail.checks if row.provision == provision), None)
    if found is None:
        number = detail.contract.number
        raise NotFound(f"契約 {number} に条項 {provision} は求められていません。一覧から選び直してください。")
    return ClauseCheckOut(**_check_facts(found, titles))
