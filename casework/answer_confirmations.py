"""「この答えのままでよい」: waiting answers taken as the applicant's own, some or all of them."""

from collections.abc import Sequence

from casework import unconfirmed_answers
from casework.call import Call
from casework.errors import BadInput, FieldError
from casework.request_rules import find_request
from casework.requests import save_answers
from models.request import Request
from models.unconfirmed_answer import UnconfirmedAnswer


def list_waiting(call: Call, number: str) -> list[UnconfirmedAnswer]:
    """Return the answers that wait beside a request, oldest first; raises ``NotFound``."""
    return list(unconfirmed_answers.of_request(call, find_request(call, number)).values())


def confirm(call: Call, number: str, *, version: int, provisions: Sequence[str] = ()) -> Request:
    """Take waiting answers as they are: those of some provisions, or all. Only the applicant may.

    Raises ``BadInput`` for a provision for which nothing waits, and whatever saving answers raises.
    """
    call.line_up()
    waiting = unconfirmed_answers.of_request(call, find_request(call, number))
    strange = [provision for provision in provisions if provision not in waiting]
    if strange or not waiting:
        what = f"条項「{strange[0]}」には" if strange else f"申請 {number} には"
        message = f"{what}未確認の答えがありません。未確認の答えの一覧から選んでください。"
        raise BadInput(message, [FieldError("/provisions", "nothing_waits", message)])
    answers = {key: dict(waiting[key].answer) for key in (provisions or waiting)}
    return save_answers(call, number, version=version, answers=answers)
