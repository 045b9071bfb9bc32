"""Files beside a request: the applicant adds them while the content may still change."""

from casework import evidence
from casework.call import Call
from casework.errors import NotPermitted
from casework.requests import EDITABLE, find_request, need_state
from models.evidence_file import EvidenceFile


def attach_to_request(call: Call, number: str, upload: evidence.Upload) -> EvidenceFile:
    """Keep a file beside a draft and return its row; a decision is bound to the files there at submission.

    Raises ``NotFound``, ``NotPermitted`` for anybody but the applicant, ``WrongState`` once submitted, and
    ``FileRejected``.
    """
    call.line_up()
    request = find_request(call, number)
    if request.applicant_id != call.actor.user_id:
        raise NotPermitted("ファイルを添付するのは申請した本人です。申請者に依頼してください。")
    need_state(request, *EDITABLE, to="ファイルを添付できる")
    return evidence.attach(call, "request", request.key, upload)


def list_attachments(call: Call, number: str) -> list[EvidenceFile]:
    """Return the files beside a request, oldest first; raises ``NotFound``."""
    return evidence.files_of(call, "request", [find_request(call, number).key])
