from typing import Annotated

from fastapi import APIRouter, Form, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_holdings import (
    GivenBody,
    HoldingOut,
    LastUseIn,
    PartEndIn,
    ProofOut,
    RefusalIn,
    holding_out,
    holdings_out,
    proof_out,
    read_proof,
)
from api.uploads import FileIn, read_upload
from casework import data_holdings, holding_proofs
from casework.call import Call
from casework.contract_rules import find_contract
from models.holding_proof import HoldingProof

router = APIRouter(route_class=StrictRoute, tags=["預けた情報"], prefix="/contracts/{number}/holdings")


@router.get(
    "",
    operation_id="list_holdings",
    response_model=PageOut[HoldingOut],
    summary="預けた情報を、情報と預け先ごとに一覧する",
    description="預け先は、契約の相手方と、承認しなかったものを除くすべての再委託先です。",
)
def list_holdings(call: CallDep, number: str) -> Response:
    """Every kind of information at every holder."""
    return answers.everything(holdings_out(data_holdings.list_holdings(call, number)[1]))


@router.put(
    "/information/{information_no}",
    operation_id="note_given_data",
    response_model=HoldingOut,
    summary="渡した件数と媒体を記録する",
    description="If-Match は欄の版です(まだ記録のない欄では1)。終わりの証拠は、この件数と照らし合わせます。",
)
def note_given_data(call: CallDep, number: str, information_no: int, version: VersionDep, given: GivenBody) -> Response:
    """Note what was handed over."""
    row = data_holdings.note_given(
        call, number, information_no, subcontractor_id=given.subcontractor_id, version=version, given=given.given
    )
    return _holding(call, number, row.key)


@router.post(
    "/ends",
    operation_id="end_part_of_data",
    status_code=201,
    response_model=PageOut[HoldingOut],
    summary="一部の情報だけを終える",
    description="If-Match は契約の版です。契約は続き、選んだ情報だけが証拠待ちになります。",
)
def end_part_of_data(call: CallDep, once: OnceDep, number: str, version: VersionDep, part: PartEndIn) -> Response:
    """End some kinds of information."""

    def _end() -> Response:
        data_holdings.end_part(
            call,
            number,
            version=version,
            information_nos=part.information,
            last_used_on=part.last_used_on,
            reason=part.reason,
        )
        rows = data_holdings.list_holdings(call, number)[1]
        listed = PageOut[HoldingOut](items=holdings_out(rows), next_cursor=None, has_more=False)
        return answers.created(listed, f"/contracts/{number}/holdings")

    return once(_end)


@router.put(
    "/{holding_id}/last-use",
    operation_id="set_last_use",
    response_model=HoldingOut,
    summary="最後に使った日を、理由を付けて変える",
)
def set_last_use(call: CallDep, number: str, holding_id: int, version: VersionDep, said: LastUseIn) -> Response:
    """Say when a holder really stopped using the information."""
    facts = {"version": version, **said.model_dump()}
    return _holding(call, number, data_holdings.set_last_use(call, number, holding_id, **facts).key)


@router.post(
    "/{holding_id}/proofs",
    operation_id="record_holding_proof",
    status_code=201,
    response_model=ProofOut,
    summary="返却の受領書・削除証明などを、ファイルを添えて記録する",
    description="If-Match は欄の版です。別の人が confirmations を送るまで、欄は済みになりません。",
)
def record_holding_proof(
    call: CallDep,
    once: OnceDep,
    number: str,
    holding_id: int,
    version: VersionDep,
    file: FileIn,
    proof: Annotated[str, Form(max_length=60_000, description="証拠の項目 → 内容 のJSON")],
) -> Response:
    """Record a proof with its file."""
    return once(
        lambda: _proof(
            number,
            holding_proofs.record_proof(
                call, number, holding_id, version=version, proof=read_proof(proof), upload=read_upload(file)
            ),
        )
    )


@router.post(
    "/proofs/{proof_id}/confirmations",
    operation_id="confirm_holding_proof",
    status_code=201,
    response_model=ProofOut,
    summary="2人目として証拠を確かめる",
    description="記録した本人は確かめられません(1(8)①)。",
)
def confirm_holding_proof(call: CallDep, once: OnceDep, number: str, proof_id: int, version: VersionDep) -> Response:
    """Confirm as the second person."""
    return once(
        lambda: _proof(number, holding_proofs.look_at(call, number, proof_id, version=version, is_confirmed=True))
    )


@router.post(
    "/proofs/{proof_id}/refusals",
    operation_id="refuse_holding_proof",
    status_code=201,
    response_model=ProofOut,
    summary="2人目として証拠を差し戻す",
)
def refuse_holding_proof(
    call: CallDep, once: OnceDep, number: str, proof_id: int, version: VersionDep, said: RefusalIn
) -> Response:
    """Send a proof back."""
    return once(
        lambda: _proof(
            number,
            holding_proofs.look_at(call, number, proof_id, version=version, is_confirmed=False, refusal=said.reason),
        )
    )


def _holding(call: Call, number: str, holding_id: int) -> Response:
    row = data_holdings.find_holding(call, find_contract(call, number), holding_id)
    return answers.body(holding_out(row), version=row.holding.version)


def _proof(number: str, proof: HoldingProof) -> Response:
    return answers.created(proof_out(proof), f"/contracts/{number}/holdings", version=proof.version)
