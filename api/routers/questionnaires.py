from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_questionnaires import (
    ConfirmationIn,
    ImportOut,
    QuestionnaireIn,
    QuestionnaireOut,
    ReplyOut,
    UnconfirmedOut,
    WorkbookOut,
    import_out,
    questionnaire_out,
    reply_out,
    unconfirmed_out,
    workbook_out,
)
from api.schemas_requests import RequestStateOut, request_state_out
from api.uploads import FileIn, read_upload
from casework import answer_confirmations, questionnaire_replies, questionnaires
from casework.call import Call

router = APIRouter(route_class=StrictRoute, tags=["質問票"])


@router.get(
    "/requests/{number}/questionnaires",
    operation_id="list_questionnaires",
    response_model=PageOut[QuestionnaireOut],
    summary="申請の質問票を回答書とともに一覧する",
)
def list_questionnaires(call: CallDep, number: str) -> Response:
    """The questionnaires of a request."""
    return answers.everything([questionnaire_out(row) for row in questionnaires.list_questionnaires(call, number)])


@router.post(
    "/requests/{number}/questionnaires",
    operation_id="make_questionnaire",
    status_code=201,
    response_model=QuestionnaireOut,
    summary="事業者への質問票を作る",
    description="本人だけが、下書きか差戻しのときに行えます。",
)
def make_questionnaire(call: CallDep, once: OnceDep, number: str, said: QuestionnaireIn) -> Response:
    """Make a questionnaire."""
    return once(
        lambda: _made(call, questionnaires.make(call, number, provisions=said.provisions, provider=said.provider).key)
    )


def _made(call: Call, key: int) -> Response:
    row = questionnaires.find_questionnaire(call, key)
    return answers.created(questionnaire_out(row), f"/questionnaires/{key}")


@router.get(
    "/questionnaires/{questionnaire_id}",
    operation_id="get_questionnaire",
    response_model=QuestionnaireOut,
    summary="質問票を1件見る",
)
def get_questionnaire(call: CallDep, questionnaire_id: int) -> Response:
    """One questionnaire."""
    return answers.body(questionnaire_out(questionnaires.find_questionnaire(call, questionnaire_id)))


@router.post(
    "/questionnaires/{questionnaire_id}/workbooks",
    operation_id="export_questionnaire",
    status_code=201,
    response_model=WorkbookOut,
    summary="質問票をExcelで出す",
    description="出したことは監査証跡に残ります。",
)
def export_questionnaire(call: CallDep, once: OnceDep, questionnaire_id: int) -> Response:
    """The workbook for the provider."""
    return once(
        lambda: answers.created(
            workbook_out(*questionnaires.export(call, questionnaire_id)), f"/questionnaires/{questionnaire_id}"
        )
    )


@router.post(
    "/questionnaires/{questionnaire_id}/replies",
    operation_id="bring_in_reply",
    status_code=201,
    response_model=ImportOut,
    summary="返ってきた質問票を読み取り、いまの答えと比べる",
    description="申請は変わりません。取り込むには acceptances を使います。dry_run=true では何も残しません。",
)
def bring_in_reply(
    call: CallDep,
    once: OnceDep,
    questionnaire_id: int,
    file: FileIn,
    dry_run: Annotated[bool, Query(description="比べるだけで残さない")] = False,  # noqa: FBT002 (a condition in the address)
) -> Response:
    """Read a returned workbook."""
    return once(
        lambda: answers.created(
            import_out(questionnaire_replies.bring_in(call, questionnaire_id, read_upload(file), is_trial=dry_run)),
            f"/questionnaires/{questionnaire_id}",
        )
    )


@router.get(
    "/questionnaire-replies/{reply_id}",
    operation_id="get_reply",
    response_model=ImportOut,
    summary="回答書を、いまの答えと比べて見る",
)
def get_reply(call: CallDep, reply_id: int) -> Response:
    """A reply beside the present answers."""
    return answers.body(import_out(questionnaire_replies.look_at(call, reply_id)))


@router.post(
    "/questionnaire-replies/{reply_id}/acceptances",
    operation_id="accept_reply",
    status_code=201,
    response_model=ReplyOut,
    summary="回答を未確認の答えとして取り込む",
)
def accept_reply(call: CallDep, once: OnceDep, reply_id: int) -> Response:
    """Take a reply's answers over as unconfirmed ones."""
    return once(
        lambda: answers.created(
            reply_out(questionnaire_replies.accept(call, reply_id)), f"/questionnaire-replies/{reply_id}"
        )
    )


@router.post(
    "/questionnaire-replies/{reply_id}/dismissals",
    operation_id="dismiss_reply",
    status_code=201,
    response_model=ReplyOut,
    summary="回答書を取り込まないことにする",
)
def dismiss_reply(call: CallDep, once: OnceDep, reply_id: int) -> Response:
    """Set a reply aside."""
    return once(
        lambda: answers.created(
            reply_out(questionnaire_replies.dismiss(call, reply_id)), f"/questionnaire-replies/{reply_id}"
        )
    )


@router.get(
    "/requests/{number}/unconfirmed-answers",
    operation_id="list_unconfirmed_answers",
    response_model=PageOut[UnconfirmedOut],
    summary="未確認の答えを一覧する",
    description="前の申請から写した答えと事業者の回答です。確かめるまで判定に使われず、提出もできません。",
)
def list_unconfirmed_answers(call: CallDep, number: str) -> Response:
    """The answers that wait beside a draft."""
    return answers.everything([unconfirmed_out(row) for row in answer_confirmations.list_waiting(call, number)])


@router.post(
    "/requests/{number}/answer-confirmations",
    operation_id="confirm_answers",
    status_code=201,
    response_model=RequestStateOut,
    summary="未確認の答えを、このままでよいと確かめる",
    description="1件ずつ直すときは、その条項の回答を answers に送ります。",
)
def confirm_answers(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: ConfirmationIn) -> Response:
    """Take waiting answers as they are."""

    def _confirm() -> Response:
        request = answer_confirmations.confirm(call, number, version=version, provisions=said.provisions)
        return answers.created(request_state_out(request), f"/requests/{number}", version=request.version)

    return once(_confirm)
