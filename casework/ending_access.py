"""Who works on an ending, and what an ending stands on: its request, its pack, its rules, the named manager."""

import json
from datetime import date
from typing import Any

from sqlmodel import col

from casework import pack_editions, verdicts
from casework.call import Call
from casework.contract_rules import may_edit
from casework.errors import NotFound, NotPermitted, WrongState
from casework.tenancy import visible_to
from models.contract import Contract
from models.decision import Decision
from models.ending import Ending
from models.request import Request
from models.vocabulary import EndingRoad
from policy.ending_rules import EndingRules, rules_of
from policy.pack import Pack

UNKNOWN_INFORMATION = "この契約で扱った情報(内容を確かめる)"


def may_handle(call: Call, contract: Contract) -> bool:
    """Return whether the actor works on this contract's ending: its editors, and whoever an approval named manager."""
    if may_edit(call, contract.department_id):
        return True
    named = call.session.exec(
        visible_to(call.actor, Decision).where(
            Decision.request_id == contract.request_id, Decision.manager_id == call.actor.user_id
        )
    ).first()
    return named is not None


def need_handler(call: Call, contract: Contract) -> None:
    """Refuse whoever has no part in the ending. Raises ``NotPermitted``."""
    if not may_handle(call, contract):
        raise NotPermitted(
            "終了手続を進めるのは、指名されたサービス管理者・契約担当・契約を所管する課の情報セキュリティ管理者です。"
            "該当する人に依頼してください。"
        )


def document_of(call: Call, contract: Contract) -> dict[str, Any]:
    """Return what the request of a contract says; for a contract that ran before, what has to be reckoned with.

    Nobody stated what such a contract handles: the highest class and personal information count until it is known.
    """
    if contract.is_existing:
        highest = pack_of(call, contract).file.confidentiality[0].id
        information = {"name": UNKNOWN_INFORMATION, "confidentiality": highest, "personal": True}
        return {"information": [information], "subjects": [{"type": "outsourcing"}, {"type": "cloud"}]}
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).one()
    said: dict[str, Any] = json.loads(request.document_json)
    return said


def pack_of(call: Call, contract: Contract) -> Pack:
    """Return the pack by which the contract's request was judged; without a request the organisation's own."""
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    if request is None:
        return verdicts.own_pack(call.session, contract.organisation_id)
    return pack_editions.pack_of_request(call.session, request)


def rules_for(call: Call, contract: Contract) -> EndingRules:
    """Return the ending rules of that pack."""
    return rules_of(pack_of(call, contract).file.id)


def owner_of(call: Call, contract: Contract) -> int:
    """Return who answers for what falls due at the end: the manager an approval named, else who holds the contract."""
    named = visible_to(call.actor, Decision).where(
        Decision.request_id == contract.request_id, col(Decision.manager_id).is_not(None)
    )
    decision = call.session.exec(named.order_by(col(Decision.id).desc())).first()
    return decision.manager_id if decision and decision.manager_id else contract.owner_id


def ending_of(call: Call, contract: Contract) -> Ending | None:
    """Return the ending of a contract, or None before it began."""
    return call.session.exec(visible_to(call.actor, Ending).where(Ending.contract_id == contract.key)).first()


def need_ending(call: Call, contract: Contract) -> Ending:
    """Return the ending of a contract; raises ``NotFound`` before it began."""
    ending = ending_of(call, contract)
    if ending is None:
        raise NotFound(f"契約 {contract.number} の終了手続はまだ始まっていません。契約の画面から始めてください。")
    return ending


def need_last_day(ending: Ending, today: date) -> None:
    """Refuse to close before its last day what ends with its term: the information may still be used till then.

    Raises ``WrongState``.
    """
    if ending.road == EndingRoad.EXPIRY and today < ending.ends_on:
        raise WrongState(
            f"期間満了で終わる契約は、使い終わる日({ending.ends_on.isoformat()})より前に終了にはできません。"
            "その日に改めて押すか、早く終えるときは終了の事情を中途解約などに変えてください。",
            state=ending.state,
        )
