"""Whether the 個人情報保護委員会 is told of a leak: the law's grounds, the decision with its reason, the clocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework import incident_clocks, incident_rights, incidents, leak_deadlines
from casework.call import Call
from casework.errors import BadInput, FieldError, WrongState
from casework.request_rules import need_version
from models.incident import Incident
from models.vocabulary import ClockState, LeakedKind, LeakGround, LeakReport


@dataclass(frozen=True)
class LeakIn:
    """What is known of a leak, and whether the commission is told."""

    leaked: LeakedKind
    report: LeakReport
    people_affected: int | None = None
    grounds: Sequence[LeakGround] = ()
    reason: str = ""


def decide_leak(call: Call, number: str, stated: LeakIn, *, version: int) -> Incident:
    """State what leaked and whether it is reported; the deadlines follow. Raises ``BadInput`` and ``WrongState``.

    Provisions:
        5-3(1)④: the policy says 必要に応じて; 個情法 第68条 and 番号法 第29条の4 make it a duty where a ground holds.
    """
    call.line_up()
    row = incident_rights.find_open(call, number, to="漏えいの判断を記録する")
    incident_rights.need_lead(call, row, "漏えいの判断を記録する")
    need_version(row.version, version)
    _check(stated)
    _need_unreported(call, row, stated)
    row.leaked, row.people_affected = stated.leaked, stated.people_affected
    row.leak_grounds = " ".join(dict.fromkeys(stated.grounds))
    row.leak_report = LeakReport.UNDECIDED if stated.leaked == LeakedKind.NONE else stated.report
    row.leak_reason = stated.reason.strip()
    row.leak_decided_by_id, row.leak_decided_at = call.actor.user_id, call.now
    said: dict[str, object] = {"leaked": row.leaked, "grounds": row.leak_grounds, "report": row.leak_report}
    said |= {"people": row.people_affected, "reason": row.leak_reason}
    incidents.save(call, row, "incident_leak_decided", said)
    _follow(call, row)
    return row


def _follow(call: Call, row: Incident) -> None:
    """Open, move or settle the commission's clocks after a decision."""
    if row.leaked == LeakedKind.NONE:
        reason = f"個人情報の漏えいはない: {row.leak_reason}"
        incident_clocks.let_go(call, row, reason, *incident_clocks.LAW, "subjects")
    elif row.leak_report == LeakReport.NOT_NEEDED:
        incident_clocks.let_go(call, row, f"報告の対象に当たらない: {row.leak_reason}", *incident_clocks.LAW)
    else:
        incident_clocks.reopen(call, row, *incident_clocks.LAW, "subjects")
        incident_clocks.open_leak(call, row)
    incident_clocks.retime(call, row)
    if row.leak_report == LeakReport.NEEDED:
        title = f"{row.number} {row.title}: 個人情報保護委員会への報告が要ります"
        incidents.tell_leaders(call, row, "incident_leak_decided", title)


def _check(stated: LeakIn) -> None:
    problems = []
    due = leak_deadlines.must_report(stated.leaked, stated.people_affected, stated.grounds)
    if stated.leaked in {LeakedKind.NONE, LeakedKind.UNKNOWN} and stated.report == LeakReport.NOT_NEEDED:
        if stated.leaked == LeakedKind.UNKNOWN:
            message = "漏えいの有無が不明なまま、報告しないとは決められません。漏えいのおそれも報告の対象です。"
            problems.append(FieldError("/report", "leak_unknown", message))
    elif due and stated.report == LeakReport.NOT_NEEDED:
        message = (
            "報告の対象に当たる事情があるため、報告は義務です(個情法68条、番号法29条の4)。「報告する」を選びます。"
        )
        problems.append(FieldError("/report", "report_is_due", message))
    if stated.leaked == LeakedKind.NONE and (stated.grounds or stated.people_affected):
        message = "個人情報の漏えいが「なし」なら、人数と事情は空にしてください。"
        problems.append(FieldError("/leaked", "contradiction", message))
    other = stated.leaked == LeakedKind.PERSONAL
    if other and leak_deadlines.ONLY_NUMBERS.intersection(stated.grounds):
        message = "番号利用事務のシステムと不特定多数の閲覧は、特定個人情報のときの事情です。種類を確かめてください。"
        problems.append(FieldError("/grounds", "ground_of_numbers", message))
    is_final = stated.leaked == LeakedKind.NONE or stated.report == LeakReport.NOT_NEEDED
    if is_final and not stated.reason.strip():
        problems.append(FieldError("/reason", "missing", "そう判断した理由(何を確かめたか)を書いてください。"))
    if stated.people_affected is not None and stated.people_affected < 0:
        problems.append(FieldError("/people_affected", "negative", "人数は0以上の数にしてください。"))
    if problems:
        raise BadInput("漏えいの判断に確認が必要な箇所があります。", problems)


def _need_unreported(call: Call, row: Incident, stated: LeakIn) -> None:
    """Refuse to take back what the commission was already told."""
    clocks = [each for each in incident_clocks.clocks_of(call, row.key) if each.step in incident_clocks.LAW]
    given_up = stated.leaked == LeakedKind.NONE or stated.report == LeakReport.NOT_NEEDED
    if given_up and any(each.state == ClockState.TOLD for each in clocks):
        message = "委員会へもう報告しています。「報告する」のまま、確報で内容を改めてください。"
        raise WrongState(message, state=row.state)
