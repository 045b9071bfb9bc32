"""One of everything in our town, in the state in which something can be done with it.

The applicant is the staff of the own section (``staff@own``); the section's request in review waits for its manager.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from casework import (
    acceptance,
    attachments,
    calendar_feeds,
    closed_days,
    delegations,
    endings,
    exceptions,
    kept_forms,
    labels,
    later_views,
    posts,
    questionnaire_replies,
    redaction,
    registry_aliases,
    registry_sync,
    sampling,
    separation,
    subcontractors,
    webhooks,
)
from casework.calendar_feeds import FeedIn
from casework.decision_settings import settings_of
from casework.delegations import Asking
from casework.endings import RoadIn
from casework.evidence import Upload
from casework.exceptions import ExceptionIn
from casework.jobs import ledger
from casework.jobs.works import WORKS
from casework.kept_forms import Typed
from casework.ledgers import exporting, operations, saved
from casework.ledgers.exporting import ExportWish
from casework.registry_aliases import AliasIn
from casework.registry_sync import SAMPLE, SyncWish
from casework.settings import Settings
from casework.subcontractors import NodeIn
from casework.tokens import TokenIn, create_token
from casework.webhooks import WebhookIn
from models.registry_import import RegistryImport
from models.vocabulary import AliasKind, DecisionAction, EndingRoad, ImportState, SamplePopulation, SeparationPart
from tests.casework import bringing, dossier_desk, draft_desk, ending_desk, incident_desk, test_handover
from tests.casework.ledgers import tables_brought
from tests.casework.routes_of_ours import MANAGER, ROUND, act, set_steps
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.matrix.cast import Pass
from tests.office import Office, cloud, complete, document, information, outsourcing

APPLICANT = "staff@own"
PERMITTED_UNTIL = date(2027, 3, 31)
PDF = b"%PDF-1.7 terms"
PNG = b"\x89PNG\r\n\x1a\n"
ENDING = "SELECT e.id FROM ending e JOIN contract c ON c.id = e.contract_id"


def set_scene(office: Office, people: dict[str, Pass]) -> dict[str, Any]:
    """Fill the office, and return the names of things by which calls find them."""
    registry_sync.sync(office.installation, SyncWish(source=SAMPLE))
    found: dict[str, Any] = {"session": people[APPLICANT].session_id}
    found |= _requests(office)
    found |= _contracts(office)
    found |= _ending_things(office)
    found |= _decision_things(office)
    found |= _record_things(office)
    found |= _organisation_things(office)
    found |= _dossier_things(office, str(found["draft"]))
    found |= _registry_things(office)
    found |= _alert_things(office)
    found |= _incident_things(office)
    found |= _file_things(office, str(found["contract"]))
    found |= _labels(office, found)
    token, _ = office.do(APPLICANT, create_token, TokenIn("集計", ["requests:read"]))
    return found | {
        "rule": "8-1(1)②",
        "waiting_hash": office.content_hash(str(found["waiting_for_manager"])),
        "token": token.key,
        "file": office.one("SELECT min(id) FROM evidence_file"),
        "occurrence": office.one("SELECT min(id) FROM duty_occurrence WHERE state = 'scheduled'"),
        "event_duty": office.one("SELECT min(id) FROM duty WHERE kind = 'event'"),
        "snapshot": office.one("SELECT code FROM registry_snapshot"),
    }


def _requests(office: Office) -> dict[str, Any]:
    draft = office.draft(APPLICANT)
    attached = office.do(APPLICANT, attachments.attach_to_request, draft.number, Upload("規約.pdf", PDF))
    picture = office.do(APPLICANT, attachments.attach_to_request, draft.number, Upload("画面.png", PNG))
    simple = {"subjects": [outsourcing()], "information": [information("1")]}
    in_review = office.submitted(APPLICANT, **simple)
    return {
        "draft": draft.number,
        "draft_file": attached.key,
        "picture": picture.key,
        "in_review": in_review.number,
        "document": complete(document()),
        "section_document": complete(document(**simple, title="窓口の委託")),
        "approved": office.approved("supervising_officer@own").number,
        "hash": office.content_hash(in_review.number),
    }


def _contracts(office: Office) -> dict[str, Any]:
    drafting = office.contract(office.approved())
    concluded = office.concluded(office.approved())
    office.do("admin", closed_days.enter_closed_day, day=date(2026, 12, 24), name="市制施行記念日")
    ending = office.concluded(office.approved())
    office.do("procurement", endings.open_ending, ending.number, version=ending.version)
    for text in (draft_desk.GAPPY, draft_desk.CLOSED):
        draft_desk.bring_in(office, drafting, text)
    wish = NodeIn("株式会社ひなた入力", "入力")
    node, approved = (office.do("procurement", subcontractors.ask_for, drafting.number, wish) for _ in range(2))
    facts: dict[str, Any] = {"version": approved.version, "is_approved": True}
    office.do("security_officer@own", subcontractors.decide_node, drafting.number, approved.key, **facts)
    return {
        "node": node.key,
        "approved_node": approved.key,
        "left_out": office.one("SELECT min(provision) FROM clause_left_out WHERE contract_id = :key", key=drafting.key),
        "contract": drafting.number,
        "concluded": concluded.number,
        "ending": ending.number,
        "item": office.one("SELECT min(code) FROM ending_item"),
        "holding": office.one("SELECT min(id) FROM data_holding"),
        "clause": office.one("SELECT min(provision) FROM clause_check"),
    }


def _ending_things(office: Office) -> dict[str, Any]:
    """Return endings by agreement in three states: nothing shown yet, waiting for a second person, all settled."""
    both: dict[str, Any] = {"subjects": [cloud(), outsourcing(contractor="△△株式会社")]}
    leaving, waiting = (_ended_early(office, **both) for _ in range(2))
    ready = _ended_early(office)
    (at_waiting,) = ending_desk.holdings_of(office, waiting)
    proof = ending_desk.record(office, waiting, at_waiting, ending_desk.certificate(done_on=office.clock.today))
    ending = int(str(office.one(f"{ENDING} WHERE c.number = :number", number=waiting)))
    office.do("service_manager", acceptance.note_completion, waiting, version=1, noticed_on=office.clock.today)
    kept = ending_desk.settle(office, waiting, ending_desk.items_of(office, waiting)["media_made_unreadable"])
    for row in ending_desk.holdings_of(office, ready):
        shown = ending_desk.record(office, ready, row, ending_desk.certificate(done_on=office.clock.today))
        ending_desk.confirm(office, ready, shown)
    ending_desk.settle_all(office, ready)
    return {
        "leaving": leaving,
        "leaving_holding": ending_desk.holdings_of(office, leaving)[0].holding.key,
        "waiting": waiting,
        "proof": proof.key,
        "waiting_item": kept.code,
        "waiting_item_id": kept.key,
        "round": office.one("SELECT id FROM acceptance_round WHERE ending_id = :ending", ending=ending),
        "ready": ready,
    }


def _ended_early(office: Office, **said: Any) -> str:
    contract = office.concluded(office.approved(**said))
    yesterday = office.clock.today - timedelta(days=1)
    by = RoadIn(EndingRoad.EARLY, "合意による", yesterday)
    office.do("procurement", endings.open_ending, contract.number, version=contract.version, ends_on=yesterday, by=by)
    return contract.number


def _decision_things(office: Office) -> dict[str, Any]:
    set_steps(office, MANAGER, ROUND, allows_later_view=True)
    passed = office.submitted(APPLICANT)
    facts: dict[str, Any] = {"content_hash": office.content_hash(passed.number), "step_no": 0, "reason": "出張"}
    office.do("supervising_officer", later_views.pass_over, passed.number, version=passed.version, **facts)
    endorsed = act(office, office.submitted(APPLICANT), "security_manager@own", DecisionAction.APPROVE)
    asked = ExceptionIn("改修まで", ("8-3(3)③",), "間に合わない", "接続元を限る", PERMITTED_UNTIL, "", False, None)
    waiting, standing = (office.do("security_manager@own", exceptions.ask, asked) for _ in range(2))
    office.do("ciso", exceptions.decide_exception, standing.number, version=standing.version, is_permitted=True)
    case = office.do(
        "supervising_officer",
        separation.ask,
        SeparationPart.DECIDE_OWN,
        object_kind="request",
        object_number=passed.number,
        reason="一人しかいない",
    )
    return {
        "passed": passed.number,
        "waiting_for_manager": office.submitted(APPLICANT).number,
        "passing": office.one("SELECT max(id) FROM decision WHERE action = 'pass'"),
        "endorsed": endorsed.number,
        "exception": waiting.number,
        "standing": standing.number,
        "case": case.key,
        "slip": office.one("SELECT min(id) FROM circulation WHERE role = 'auditor'"),
    }


def _record_things(office: Office) -> dict[str, Any]:
    population = SamplePopulation.REQUESTS
    sample = office.do(
        "auditor", sampling.draw, sampling.Wanted(population, date(2026, 4, 1), date(2026, 11, 20), "1", 3)
    )
    wanted = redaction.Wanted(
        int(str(office.one("SELECT min(seq) FROM audit_event WHERE action = 'request_drafted'"))),
        "after",
        "title",
        "氏名",
    )
    asked = office.do("admin", redaction.ask, wanted)
    return {"sample": sample.number, "redaction": asked.key, "seq": wanted.seq}


def _organisation_things(office: Office) -> dict[str, Any]:
    for stated in test_handover.POSTS:
        office.do("admin", posts.enter_post, stated)
    held = office.do("admin", posts.appoint, "kanri", "service_manager", starts_on=office.clock.today)
    wish = Asking("colleague", ("supervising_officer",), office.clock.today, date(2026, 11, 27), "出張")
    asked = office.do("supervising_officer", delegations.ask, wish)
    planned = test_handover.plan(office, test_handover.line("staff", "", "総務部長"))
    return {
        "post": "kanri",
        "holder": held.key,
        "section": "keiyaku",
        "delegation": asked.key,
        "handover": planned,
    }


def _dossier_things(office: Office, draft: str) -> dict[str, Any]:
    item = dossier_desk.entered(office)
    made = dossier_desk.asked(office, draft, APPLICANT)
    book = dossier_desk.filled(office, made, ("はい", "規約第3条"), login_name=APPLICANT)
    brought = office.do(APPLICANT, questionnaire_replies.bring_in, made.key, dossier_desk.as_upload(book))
    assert brought.reply is not None
    return {
        "evidence": item.key,
        "service": office.one("SELECT min(number) FROM service"),
        "provider": office.one("SELECT min(id) FROM provider"),
        "questionnaire": made.key,
        "reply": brought.reply.key,
    }


def _registry_things(office: Office) -> dict[str, Any]:
    rows = make_rows(20)
    dirty = bringing.sync(office, as_csv([*rows, make_row(21, サービス名="")]))["snapshot"]
    refused = bringing.begin(office, bringing.HALF, "admin")
    tried = bringing.begin(office, as_csv([*rows, make_row(22)]), is_trial=True)
    stopped = bringing.queue(office, as_csv(rows))
    with office.session(writes=True) as session:
        session.exec(select(RegistryImport).where(RegistryImport.code == stopped)).one().state = ImportState.FAILED
    own = [
        office.do("admin", registry_aliases.propose, AliasIn(AliasKind.SERVICE, alias, listed_as, "案内"))
        for alias, listed_as in (("青空", "星見クラウド3号"), ("夜空", "星見クラウド4号"))
    ]
    office.do("security_officer", registry_aliases.confirm, own[1].key, version=own[1].version)
    return {
        "dirty_list": dirty,
        "refused_list": refused,
        "tried": tried,
        "stopped_list": stopped,
        "kept_out": office.one("SELECT min(id) FROM quarantined_row"),
        "alias": own[0].key,
        "standing_alias": own[1].key,
    }


def _alert_things(office: Office) -> dict[str, Any]:
    feed, _ = office.do(APPLICANT, calendar_feeds.create_feed, FeedIn("予定表"))
    told = Settings(webhook_hosts="chat.hoshimigaoka.example")
    stated = WebhookIn("庁内チャット", "https://chat.hoshimigaoka.example/", ("request.decided",))
    hook, _ = office.do("admin@own", webhooks.create_webhook, stated, told)
    delivery = office.do("admin@own", webhooks.send_test, hook.key)
    office.sql("UPDATE webhook_delivery SET state = 'failed', answer = '500'")
    office.sql(
        "INSERT INTO alert_letter (organisation_id, created_at, user_id, unique_key, kind, for_on, address, subject,"
        " body, message_id, state, is_late, attempts, next_attempt_at, may_have_arrived, last_error)"
        " SELECT organisation_id, created_at, id, 'k', 'now', '2026-11-20', 'x@hoshimigaoka.example', '知らせ', '本文',"
        " '<k@hoshimigaoka.example>', 'failed', false, 12, created_at, true, '451' FROM user_account"
        " WHERE login_name = :who",
        who=APPLICANT,
    )
    office.sql(
        "INSERT INTO alert (organisation_id, created_at, unique_key, user_id, kind, object_kind, object_id, title,"
        " due_on, send_on, channel, state, is_late, attempts, last_error, letter_id) SELECT organisation_id,"
        " created_at, 'k', user_id, 'news', 'user', 1, '知らせ', for_on, for_on, 'mail', 'failed', false, 12, '451', id"
        " FROM alert_letter WHERE unique_key = 'k'"
    )
    with office.session(writes=True) as session:
        ledger.enter(session, WORKS, office.clock())
    return {
        "feed": feed.key,
        "hook": hook.key,
        "delivery": delivery.key,
        "job": office.one("SELECT min(id) FROM job"),
        "letter": office.one("SELECT id FROM alert_letter WHERE unique_key = 'k'"),
        "alert": office.one("SELECT id FROM alert WHERE unique_key = 'k'"),
    }


def _incident_things(office: Office) -> dict[str, Any]:
    return {
        "incident": incident_desk.reported(office, APPLICANT).number,
        "confirmed": incident_desk.confirmed(office).number,
        "settled_incident": incident_desk.settled(office, incident_desk.confirmed(office)).number,
        "closing": incident_desk.closing(office, incident_desk.confirmed(office)).number,
    }


def _file_things(office: Office, contract: str) -> dict[str, Any]:
    who = "procurement@own"
    sent = f"番号,件名,版\r\n{contract},別の題,1\r\nK8-9999,ない契約,1\r\n".encode()
    tried = tables_brought.bring(office, who, "contracts", sent, "台帳.csv")
    with office.call(who, writes=False) as call:
        exported = exporting.begin(call, office.installation, "contracts", ExportWish(kind="csv"))
        queued = operations.enter(call, office.installation, kind="export", ledger="contracts", asked={})
    tables_brought.done(office, who, exported)
    facts: dict[str, Any] = {"name": "自課の申請", "query": "whose=section", "is_shared": True, "is_default": False}
    saved_filter = office.do(APPLICANT, saved.save, "requests", **facts)
    return {
        "operation": tried.number,
        "exported": exported.number,
        "queued": queued.number,
        "bad_row": next(row["no"] for row in tried.report["rows"] if row["result"] == "error"),
        "saved_filter": saved_filter.key,
        "contract_token": f"{contract}:1",
    }


def _labels(office: Office, found: dict[str, Any]) -> dict[str, Any]:
    for key, thing in (("requests", "in_review"), ("services", "service"), ("contracts", "contract")):
        office.do(APPLICANT, labels.put, key, found[thing], name="更新")
    typed = Typed("/contracts", "契約", [("title", "書きかけ")], [("件名", "書きかけ")])
    return {"kept_form": office.do(APPLICANT, kept_forms.keep, typed).key}


def versions_of(office: Office, scene: dict[str, Any]) -> dict[str, int]:
    """Return the version on which a deed about each thing of the scene is made."""
    found: dict[str, int] = {"settings": 0}
    for table, key, things in (
        ("request", "number", ("draft", "in_review", "approved", "passed", "waiting_for_manager", "endorsed")),
        ("contract", "number", ("contract", "concluded", "ending")),
        ("incident", "number", ("incident", "confirmed", "settled_incident", "closing")),
        ("policy_exception", "number", ("exception", "standing")),
        ("unavoidable_case", "id", ("case",)),
        ("audit_redaction", "id", ("redaction",)),
        ("delegation", "id", ("delegation",)),
        ("handover", "number", ("handover",)),
        ("duty_occurrence", "id", ("occurrence",)),
        ("clause_check", "provision", ("clause",)),
        ("ending_item", "code", ("item",)),
        ("ending_item", "id", ("waiting_item_id",)),
        ("data_holding", "id", ("holding", "leaving_holding")),
        ("holding_proof", "id", ("proof",)),
        ("acceptance_round", "id", ("round",)),
        ("subcontractor", "id", ("node", "approved_node")),
        ("quarantined_row", "id", ("kept_out",)),
        ("registry_alias", "id", ("alias", "standing_alias")),
        ("webhook", "id", ("hook",)),
    ):
        for thing in things:
            query = f"SELECT version FROM {table} WHERE {key} = :thing ORDER BY id"  # noqa: S608 (names stand above)
            found[thing] = int(str(office.one(query, thing=scene[thing])))
    for name in ("ending", "leaving", "waiting", "ready"):
        version = f"{ENDING.replace('e.id', 'e.version')} WHERE c.number = :number"
        found[f"{name}_closing"] = int(str(office.one(version, number=scene[name])))
    found["notice"] = 1
    found["sample_item"] = int(str(office.one("SELECT min(version) FROM audit_sample_item")))
    found["term_settings"] = 1
    found["settings"] = office.look("admin", lambda call: settings_of(call.session, call.actor.organisation_id)).version
    return found
