"""What kinds of work there are in an organisation, asked at once: a page asks no further for what is not there."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlmodel import col

from casework.call import Call
from casework.tenancy import written_out
from models.approved_service import ApprovedService
from models.circulation import Circulation
from models.contract import Contract
from models.decision import Decision
from models.ending import Ending
from models.holding_proof import HoldingProof
from models.incident import Incident
from models.kept_form import KeptForm
from models.operation import Operation
from models.policy_exception import PolicyException
from models.reassessment import Reassessment
from models.subcontractor import Subcontractor
from models.unavoidable_case import UnavoidableCase
from models.vocabulary import DecisionAction, EndingState, ProofState, ServiceState, SubcontractorState


class Kind(StrEnum):
    """A kind of thing that may wait for somebody."""

    CIRCULATION = "circulation"
    PASSED_OVER = "passed_over"
    EXCEPTION = "exception"
    UNAVOIDABLE_CASE = "unavoidable_case"
    SUBCONTRACTOR = "subcontractor"
    PROOF = "proof"
    ENDING = "ending"
    INCIDENT = "incident"
    KEPT_FORM = "kept_form"
    REASSESSMENT = "reassessment"
    OPERATION = "operation"
    SUSPENDED = "suspended"
    OWN_CONTRACT = "own_contract"


_ORGANISATION: BindParameter[int] = bindparam("organisation")
_PERSON: BindParameter[int] = bindparam("person")
# Each is at least as wide as what its block asks for: a kind that is not there leaves no block without its work.
_CONDITIONS: dict[Kind, tuple[Any, ...]] = {
    Kind.CIRCULATION: (Circulation.organisation_id == _ORGANISATION,),
    Kind.PASSED_OVER: (Decision.organisation_id == _ORGANISATION, Decision.action == DecisionAction.PASS.value),
    Kind.EXCEPTION: (PolicyException.organisation_id == _ORGANISATION,),
    Kind.UNAVOIDABLE_CASE: (UnavoidableCase.organisation_id == _ORGANISATION,),
    Kind.SUBCONTRACTOR: (
        Subcontractor.organisation_id == _ORGANISATION,
        Subcontractor.state == SubcontractorState.REQUESTED.value,
    ),
    Kind.PROOF: (HoldingProof.organisation_id == _ORGANISATION, HoldingProof.state == ProofState.RECORDED.value),
    Kind.ENDING: (Ending.organisation_id == _ORGANISATION, Ending.state == EndingState.OPEN.value),
    Kind.INCIDENT: (Incident.organisation_id == _ORGANISATION,),
    Kind.KEPT_FORM: (KeptForm.organisation_id == _ORGANISATION,),
    Kind.REASSESSMENT: (Reassessment.organisation_id == _ORGANISATION, col(Reassessment.is_changed)),
    Kind.OPERATION: (Operation.organisation_id == _ORGANISATION,),
    Kind.SUSPENDED: (
        ApprovedService.organisation_id == _ORGANISATION,
        ApprovedService.state == written_out(ServiceState.SUSPENDED),
    ),
    Kind.OWN_CONTRACT: (Contract.organisation_id == _ORGANISATION, Contract.owner_id == _PERSON),
}
# Built once: its text never changes, and building it is most of what it would cost.
_QUESTION = select(*(exists().where(*conditions).label(kind) for kind, conditions in _CONDITIONS.items()))


def there_are(call: Call) -> frozenset[Kind]:
    """Return the kinds of which the actor's organisation (``OWN_CONTRACT``: the actor) has anything; one statement."""
    asked = {"organisation": call.actor.organisation_id, "person": call.actor.user_id}
    row = call.session.execute(_QUESTION, asked).one()
    return frozenset(kind for kind, is_there in zip(_CONDITIONS, row, strict=True) if is_there)
