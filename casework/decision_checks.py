"""What a decision has to say before it is recorded; nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casework import accounts, exceptions
from casework.call import Call
from casework.errors import BadInput, FieldError, UnansweredRemarks
from casework.route_progress import Progress
from casework.routes import Step
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.user import User
from models.vocabulary import DecisionAction, Result, StepKind

APPROVALS = (DecisionAction.APPROVE, DecisionAction.APPROVE_WITH_CONDITIONS)
CHOICES = (*APPROVALS, DecisionAction.RETURN, DecisionAction.REJECT)


@dataclass(frozen=True)
class Condition:
    """A condition of an approval: it becomes a dated duty of the named manager."""

    text: str
    due_on: date


@dataclass(frozen=True)
class Deciding:
    """What a decider says, and on which content: ``content_hash`` is that of the version read.

    ``return_to`` is the earlier place a return goes to (None: the applicant), ``replies`` answers the remarks with
    which a later place returned it to this one.
    """

    action: DecisionAction
    content_hash: str
    reason: str = ""
    manager: str = ""
    remarks: Sequence[str] = ()
    conditions: Sequence[Condition] = field(default=())
    return_to: int | None = None
    replies: Mapping[str, str] = field(default_factory=dict)


def is_against(stored: RequestVersion) -> bool:
    """Return whether an approval of this version would be against its verdict."""
    return stored.overall not in {Result.MET, Result.CONDITIONAL}


def check(
    call: Call, request: Request, deciding: Deciding, stored: RequestVersion, progress: Progress, step_no: int
) -> User | None:
    """Return the named manager of a decision that says all it must; raises ``BadInput`` that names what is missing."""
    step = progress.steps[step_no]
    problems = _check_words(deciding, stored, step)
    problems += _check_conditions(call, deciding)
    if deciding.return_to is not None:
        problems += _check_return(deciding, progress, step_no)
    if deciding.action in APPROVALS and step.is_last:
        problems += _check_exceptions(call, request, stored)
    manager = accounts.look_up_person(call, deciding.manager)
    if deciding.manager and manager is None:
        message = f"管理者に指名した「{deciding.manager}」という職員はいません。ログイン名を確かめてください。"
        problems.append(FieldError("/manager", "unknown_person", message))
    if problems:
        raise BadInput("決裁の内容に確認が必要な箇所があります。", problems)
    return manager


def _check_words(deciding: Deciding, stored: RequestVersion, step: Step) -> list[FieldError]:
    problems: list[FieldError] = []
    if deciding.action not in CHOICES:
        problems.append(FieldError("/action", "unknown_action", "決裁の種類を選んでください。"))
    if deciding.action == DecisionAction.RETURN and not [text for text in deciding.remarks if text.strip()]:
        problems.append(FieldError("/remarks", "remarks_missing", "直してほしい点を1件以上書いてください。"))
    if deciding.action == DecisionAction.REJECT and step.kind != StepKind.DECIDE:
        message = "却下できるのは決裁権者の番だけです。直してほしい点を書いて差し戻してください。"
        problems.append(FieldError("/action", "not_a_decider", message))
    elif deciding.action == DecisionAction.REJECT and not deciding.reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "却下する理由を書いてください。"))
    if deciding.action in APPROVALS:
        if is_against(stored) and not deciding.reason.strip():
            message = "判定が適合でない申請を承認する理由を書いてください。"
            problems.append(FieldError("/reason", "reason_missing", message))
        if step.is_last and not deciding.manager:
            message = "承認するサービスの管理者を指名してください。"
            problems.append(FieldError("/manager", "manager_missing", message))
    return problems


def _check_return(deciding: Deciding, progress: Progress, step_no: int) -> list[FieldError]:
    if deciding.action != DecisionAction.RETURN:
        message = "戻し先を選ぶのは、差し戻すときだけです。"
        return [FieldError("/return_to", "return_to_without_return", message)]
    if deciding.return_to not in range(step_no) or deciding.return_to not in progress.done:
        message = "戻し先は、申請者か、もう済んだ前の順番から選んでください。"
        return [FieldError("/return_to", "not_an_earlier_step", message)]
    return []


def _check_conditions(call: Call, deciding: Deciding) -> list[FieldError]:
    problems: list[FieldError] = []
    if deciding.action == DecisionAction.APPROVE and deciding.conditions:
        message = "条件を付けるときは「条件付き承認」を選んでください。"
        problems.append(FieldError("/action", "conditions_with_plain_approval", message))
    if deciding.action == DecisionAction.APPROVE_WITH_CONDITIONS and not deciding.conditions:
        problems.append(FieldError("/conditions", "conditions_missing", "条件と期限を1件以上書いてください。"))
    problems += [
        FieldError(f"/conditions/{index}/due_on", "due_in_the_past", "条件の期限を今日以降の日にしてください。")
        for index, condition in enumerate(deciding.conditions)
        if condition.due_on < call.today
    ]
    problems += [
        FieldError(f"/conditions/{index}/text", "condition_missing", "条件の内容を書いてください。")
        for index, condition in enumerate(deciding.conditions)
        if not condition.text.strip()
    ]
    return problems


def _check_exceptions(call: Call, request: Request, stored: RequestVersion) -> list[FieldError]:
    missing = exceptions.uncovered(call, request, stored) if stored.needs_exception else []
    if not missing:
        return []
    listed = "、".join(missing)
    message = (
        f"不適合の必須の項目({listed})を承認するには、CISOが許可した例外措置が要ります(7-4(1))。"
        "情報セキュリティ管理者に例外措置の申請を依頼してください。"
    )
    return [FieldError("/action", "exception_missing", message)]


def returned_remarks(decisions: Sequence[Decision], progress: Progress, step_no: int) -> list[str]:
    """Return the numbered remarks with which a later place returned the request to this one, while they wait."""
    recalled = {row.undoes_id for row in decisions if row.action == DecisionAction.RECALL}
    back = [row for row in decisions if row.action == DecisionAction.RETURN_TO_STEP and row.key not in recalled]
    if not back or back[-1].to_step_no != step_no or step_no in progress.done:
        return []
    return list(back[-1].remarks)


def answered(remarks: Sequence[str], replies: Mapping[str, str]) -> list[str]:
    """Return each numbered remark with its reply; raises ``UnansweredRemarks`` that lists what has none."""
    missing = [no for no in range(1, len(remarks) + 1) if not replies.get(str(no), "").strip()]
    if missing:
        listed = "、".join(f"{no}「{remarks[no - 1]}」" for no in missing)
        raise UnansweredRemarks(
            f"答えていない指摘があります: {listed}。対応した内容か、対応しない理由を書いてください。", remarks=missing
        )
    return [f"{no}. {remark} → {replies[str(no)].strip()}" for no, remark in enumerate(remarks, start=1)]
