from fastapi import APIRouter, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, ExportingCallDep, OnceDep, StrictRoute, VersionDep
from api.routers.records import BINARY
from api.schemas_audit import (
    RedactionDecisionIn,
    RedactionIn,
    RedactionOut,
    SampleCheckIn,
    SampleDetailOut,
    SampleIn,
    SampleItemOut,
    SampleOut,
    item_out,
    redaction_out,
    sample_detail_out,
    sample_out,
)
from casework import case_file, redaction, sampling
from casework.redaction import Wanted as Redaction
from casework.sampling import Wanted
from models.vocabulary import SampleItemState

router = APIRouter(route_class=StrictRoute, tags=["監査"])


@router.get(
    "/audit-samples",
    operation_id="list_audit_samples",
    response_model=PageOut[SampleOut],
    summary="監査の標本を新しい順に一覧する",
)
def list_audit_samples(call: CallDep) -> Response:
    """Every sample."""
    return answers.everything([sample_out(row) for row in sampling.list_samples(call)])


@router.post(
    "/audit-samples",
    operation_id="draw_audit_sample",
    status_code=201,
    response_model=SampleDetailOut,
    summary="標本を抽出する",
    description="種と母集団が同じなら、いつだれが行っても同じ標本になります。",
)
def draw_audit_sample(call: CallDep, once: OnceDep, wanted: SampleIn) -> Response:
    """Draw a sample."""

    def draw() -> Response:
        asked = Wanted(wanted.population, wanted.from_on, wanted.until_on, wanted.seed, wanted.size)
        number = sampling.draw(call, asked).number
        detail = sampling.sample_detail(call, number)
        return answers.created(sample_detail_out(detail), f"/audit-samples/{number}")

    return once(draw)


@router.get(
    "/audit-samples/{number}",
    operation_id="read_audit_sample",
    response_model=SampleDetailOut,
    summary="標本を読む",
)
def read_audit_sample(call: CallDep, number: str) -> Response:
    """One sample with its cases."""
    return answers.body(sample_detail_out(sampling.sample_detail(call, number)))


@router.post(
    "/audit-samples/{number}/items/{position}/checks",
    operation_id="check_audit_sample_item",
    status_code=201,
    response_model=SampleItemOut,
    summary="標本の事件を確認したことを記録する",
)
def check_audit_sample_item(
    call: CallDep, once: OnceDep, number: str, position: int, version: VersionDep, check: SampleCheckIn
) -> Response:
    """Record what was found in one case."""

    def look() -> Response:
        state = SampleItemState(check.state)
        item = sampling.check_item(call, number, position, version=version, state=state, note=check.note)
        out = item_out(item, {call.actor.user_id: call.actor.name})
        return answers.created(out, f"/audit-samples/{number}", version=item.version)

    return once(look)


@router.get(
    "/record-redactions",
    operation_id="list_record_redactions",
    response_model=PageOut[RedactionOut],
    summary="墨消しの申出を新しい順に一覧する",
)
def list_record_redactions(call: CallDep) -> Response:
    """Every wish."""
    return answers.everything([redaction_out(row) for row in redaction.list_asked(call)])


@router.post(
    "/record-redactions",
    operation_id="ask_record_redaction",
    status_code=201,
    response_model=RedactionOut,
    summary="記録の値の墨消しを申し出る",
)
def ask_record_redaction(call: CallDep, once: OnceDep, wanted: RedactionIn) -> Response:
    """Ask for one value to be blacked out."""

    def ask() -> Response:
        row = redaction.ask(call, Redaction(wanted.seq, wanted.side, wanted.field, wanted.reason))
        return answers.created(redaction_out(row), "/record-redactions", version=row.version)

    return once(ask)


@router.post(
    "/record-redactions/{redaction_id}/decisions",
    operation_id="decide_record_redaction",
    status_code=201,
    response_model=RedactionOut,
    summary="墨消しを許可する、または認めない",
    description="許可すると値は消え、元に戻せません。ハッシュは残り、連鎖は切れません。",
)
def decide_record_redaction(
    call: CallDep, once: OnceDep, redaction_id: int, version: VersionDep, said: RedactionDecisionIn
) -> Response:
    """The CISO's word on a wish."""

    def decide() -> Response:
        row = redaction.decide(call, redaction_id, version=version, permits=said.permits)
        return answers.created(redaction_out(row), "/record-redactions", version=row.version)

    return once(decide)


@router.get(
    "/requests/{number}/case-file",
    operation_id="export_case_file",
    responses=BINARY,
    tags=["申請"],
    summary="申請の事件簿を受け取る",
    description="PDF・文書・判定・証拠・記録と検証プログラムの一式(zip)です。書き出したことも記録されます。",
)
def export_case_file(call: ExportingCallDep, number: str) -> Response:
    """One request with everything that was decided about it, and proof."""
    made = case_file.export_case_file(call, number)
    return answers.download(made.content, made.name, made.media_type)
