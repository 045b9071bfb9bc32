"""An office whose routes have steps of their own: set in one line, decided in one line."""

from __future__ import annotations

from typing import Any

from casework import decision_settings, decisions, requests
from casework.decision_settings import DecisionSettings, read_settings
from casework.decisions import Deciding
from models.request import Request
from models.vocabulary import DecisionAction
from tests.office import Office, complete, document

MANAGER = {"kind": "endorse", "label": "課長の承認", "seats": [{"role": "security_manager"}]}
CONTRACTS = {"kind": "endorse", "label": "契約担当の確認", "seats": [{"role": "procurement"}], "concerns": ["contract"]}
ALL_OF_THEM = {
    "kind": "agree",
    "label": "情報と契約の合議",
    "seats": [{"role": "procurement"}, {"role": "system_manager", "department": "情報政策課"}],
}
ROUND = {"kind": "circulate", "label": "総務への回覧", "seats": [{"role": "auditor"}, {"role": "procurement"}]}
AGAINST = {"subjects": "not_met"}


def set_steps(office: Office, *steps: dict[str, Any], **switches: object) -> DecisionSettings:
    """Give the office's decisions steps and switches of their own."""
    before = office.look("admin", lambda call: decision_settings.settings_of(call.session, call.actor.organisation_id))
    stated = read_settings({"steps": steps, **switches})
    return office.do("admin", decision_settings.save_settings, stated, version=before.version)


def act(
    office: Office,
    request: Request | str,
    login_name: str,
    action: DecisionAction = DecisionAction.APPROVE,
    **said: Any,
) -> Request:
    """Decide on the content and the version that stand now; a manager is named only where the route ends."""
    number = request if isinstance(request, str) else request.number
    seen: dict[str, Any] = {"content_hash": office.content_hash(number), "manager": "service_manager"} | said
    version = int(str(office.one("SELECT version FROM request WHERE number = :n", n=number)))
    return office.do(login_name, decisions.decide, number, version=version, deciding=Deciding(action=action, **seen))


def state_of(office: Office, number: str) -> str:
    return str(office.one("SELECT state FROM request WHERE number = :n", n=number))


def version_of(office: Office, number: str) -> int:
    return int(str(office.one("SELECT version FROM request WHERE number = :n", n=number)))


def against_the_policy(office: Office, login_name: str = "staff", *provisions: str) -> Request:
    """Return a request in review whose verdict is against a must."""
    stated = complete(document())
    for provision in provisions or (MUST,):
        stated["answers"][provision] = {"answer": "no"}
    drafted = office.do(login_name, requests.create_request, stated)
    return office.do(login_name, requests.submit_request, drafted.number, version=drafted.version)


MUST = "8-3(3)②(ア)"
