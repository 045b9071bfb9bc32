"""What lies around a decision for the demo town: cases, evidence, replies, delegations, changes of personnel."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlmodel import col, select

from casework import (
    calendar_feeds,
    decision_settings,
    delegations,
    dossiers,
    exceptions,
    handover,
    incident_measures,
    incidents,
    later_views,
    posts,
    provider_links,
    questionnaires,
    request_views,
    requests,
    separation,
    tokens,
    totp,
    webhooks,
)
from casework.actor import load_actor
from casework.calendar_feeds import FeedIn
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.decision_settings import read_settings
from casework.delegations import Asking
from casework.dossiers import EvidenceIn
from casework.evidence import Upload
from casework.exceptions import ExceptionIn
from casework.incident_measures import MeasureIn, PartyIn
from casework.incidents import IncidentIn
from casework.installation import Installation
from casework.jobs import ledger
from casework.jobs.works import WORKS
from casework.posts import PostIn, RoleOfPost
from casework.settings import Settings
from casework.sign_in_rules import Knock
from casework.tokens import TokenIn
from casework.webhooks import WebhookIn
from models.request import Request
from models.service import Service
from models.user import User
from models.vocabulary import LeakedKind, MeasureKind, PartyRole, RequestState, Role, SeparationPart

APPLICANT, MANAGER, OFFICER, SUPERVISOR, CHIEF, ADMIN = "yamada", "sato", "takahashi", "tanaka", "ito", "kato"
APRIL = date(2027, 4, 1)
PERSONNEL = "職員番号,氏名,異動元の職,異動先の職,異動日,区分\r\nnakamura,中村 しずか,,窓口係長,2027-04-01,兼務\r\n"
MANAGERS_FIRST = {
    "steps": [{"kind": "endorse", "label": "課長の承認", "seats": [{"role": "security_manager"}]}],
    "allows_later_view": True,
}


class Desk:
    """Does what people of the town do, each in a transaction of their own."""

    def __init__(self, town: Installation) -> None:
        self.town = town

    def do(self, login_name: str, deed: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        """Return what a use case comes to for somebody."""
        with open_session(self.town.engine, operator=True) as session:
            user = session.exec(select(User).where(User.login_name == login_name)).one()
            actor = load_actor(session, user, day_in_japan(self.town.now()))
            call = Call(session=session, actor=actor, now=self.town.now(), store=self.town.store, source="test")
            return deed(call, *args, **facts)

    def submitted(self, login_name: str, title: str) -> Request:
        """Return a request like the applicant's first one in review, submitted under another title."""

        def _submit(call: Call) -> Request:
            like = select(Request).where(Request.state == RequestState.IN_REVIEW).order_by(col(Request.id)).limit(1)
            document = json.loads(call.session.exec(like).one().document_json)
            made = requests.create_request(call, document | {"title": title})
            return requests.submit_request(call, made.number, version=made.version)

        made: Request = self.do(login_name, _submit)
        return made


def bring_cases(town: Installation) -> None:
    """Let the town have one or two of everything that only comes up around a decision."""
    desk = Desk(town)
    _bring_deeds(desk)
    _bring_exceptions(desk)
    _bring_incidents(desk)
    _bring_evidence(desk)
    _bring_organisation(desk)
    _bring_reply(desk)


def open_link(town: Installation) -> str:
    """Return the token of a link under which a provider may answer."""
    return _open_link(Desk(town))[1]


def _bring_deeds(desk: Desk) -> None:
    desk.do(ADMIN, decision_settings.save_settings, read_settings(MANAGERS_FIRST), version=1)
    desk.submitted(APPLICANT, "後閲を待つ申請")
    passed = desk.submitted(APPLICANT, "後閲にした申請")
    own = desk.submitted(MANAGER, "課長が自ら出した申請")
    desk.do(
        MANAGER,
        separation.ask,
        SeparationPart.DECIDE_OWN,
        object_kind="request",
        object_number=own.number,
        reason="課に課長が一人しかいない",
    )

    def _pass(call: Call) -> None:
        detail = request_views.request_detail(call, passed.number)
        assert detail.version is not None
        later_views.pass_over(
            call,
            passed.number,
            version=detail.row.request.version,
            content_hash=detail.version.content_hash,
            step_no=detail.passable or 0,
            reason="出張のため",
        )

    desk.do(SUPERVISOR, _pass)


def _bring_exceptions(desk: Desk) -> None:
    stated = ExceptionIn("改修までの措置", ["8-3(3)②(ア)"], "改修が間に合わない", "接続元を限る", date(2027, 3, 31))
    permitted = desk.do(MANAGER, exceptions.ask, stated)
    desk.do(CHIEF, exceptions.decide_exception, permitted.number, version=permitted.version, is_permitted=True)
    desk.do(MANAGER, exceptions.ask, stated)


def _bring_incidents(desk: Desk) -> None:
    noticed = IncidentIn("委託先から、名簿を別の団体へ送ったとの連絡", desk.town.now(), leaked=LeakedKind.PERSONAL)
    desk.do(APPLICANT, incidents.report, noticed)
    row = desk.do(APPLICANT, incidents.report, noticed)
    said = {"version": row.version, "is_incident": True, "reason": "外部に届いている"}
    desk.do(SUPERVISOR, incidents.assess, row.number, **said)
    party = PartyIn(PartyRole.CONTRACTOR, "架空の委託先", contact="0570-000-000")
    touched = desk.do(SUPERVISOR, incident_measures.add_party, row.number, party)
    demand = MeasureIn(MeasureKind.DEMAND, "名簿の回収を求めた", party_id=touched.key)
    desk.do(SUPERVISOR, incident_measures.record_measure, row.number, demand)


def _bring_evidence(desk: Desk) -> None:
    number = desk.do(
        APPLICANT, lambda call: call.session.exec(select(Service.number).order_by(col(Service.id))).first()
    )
    about = desk.do(APPLICANT, dossiers.about_service, number)
    stated = EvidenceIn("iso_27017", "事業者の営業部", valid_until_on=date(2027, 3, 31), provisions=("8-3(3)②(ア)",))
    for by in (MANAGER, APPLICANT):
        item = desk.do(by, dossiers.enter, about, stated, Upload(f"登録証-{by}.pdf", b"%PDF-1.7 " + by.encode()))
    desk.do(OFFICER, dossiers.evaluate, item.key, is_accepted=True, reason="原本と照合した")


def _bring_organisation(desk: Desk) -> None:
    role = RoleOfPost(Role.PROCUREMENT, is_everywhere=True)
    desk.do(ADMIN, posts.enter_post, PostIn("madoguchi", "窓口係長", "keiyaku", (role,)))
    desk.do(ADMIN, handover.plan, "異動.csv", PERSONNEL.encode("utf-8-sig"))
    parts = [part.code for part in desk.do(OFFICER, delegations.own_parts)]
    asked = Asking("nakamura", (parts[0],), date(2026, 11, 24), date(2026, 12, 11), "出張のため")
    desk.do(OFFICER, delegations.ask, asked)
    desk.do(APPLICANT, tokens.create_token, TokenIn("台帳の写し", ("requests:read",)))
    desk.do(APPLICANT, calendar_feeds.create_feed, FeedIn("Outlook の予定表"))
    told = Settings(webhook_hosts="chat.hoshimigaoka.example")
    stated = WebhookIn("庁内チャット", "https://chat.hoshimigaoka.example/hooks", ("request.decided", "alert.due"))
    hook, _ = desk.do(ADMIN, webhooks.create_webhook, stated, told)
    desk.do(ADMIN, webhooks.send_test, hook.key)
    with open_session(desk.town.engine, operator=True) as session:
        ledger.enter(session, WORKS, desk.town.now())
    desk.do(APPLICANT, lambda call: totp.begin(call, call.session.get(User, call.actor.user_id)))


def _open_link(desk: Desk) -> tuple[int, str]:
    def _open(call: Call) -> tuple[int, str]:
        mine = select(Request.number).where(
            Request.state == RequestState.DRAFT, Request.applicant_id == call.actor.user_id
        )
        made = questionnaires.make(call, call.session.exec(mine.order_by(col(Request.id))).first() or "")
        return made.key, questionnaires.open_link(call, made.key, is_on=True)[1]

    opened: tuple[int, str] = desk.do(APPLICANT, _open)
    return opened


def _bring_reply(desk: Desk) -> None:
    town, (_, token) = desk.town, _open_link(desk)
    knock = Knock(town.now(), town.store, "test", town.settings.sign_in_rules, "192.0.2.7", "test browser")
    typed = {"Q001": ("はい", "規約 第3条", "2027-03-31", "")}
    provider_links.submit(town.engine, token, typed, is_on=True, knock=knock, answered_by="営業部 担当")
