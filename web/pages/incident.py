"""One incident: its clocks with the time they leave, what leaked, what was done, why, and its close (5-3, 7-3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework import incident_clocks, incident_leaks, incident_measures, incident_views, incidents
from casework.errors import BadInput, NotFound
from casework.incident_leaks import LeakIn
from casework.incident_measures import MeasureIn, PartyIn
from casework.incident_views import ClockRow, IncidentView
from models.vocabulary import (
    IncidentState,
    LeakedKind,
    LeakGround,
    LeakReport,
    MeasureKind,
    PartyRole,
    Publication,
)
from web.dates import DateInput
from web.forms import Form, Reading
from web.instants import boxes_of, read_instant
from web.labels_incident import GROUNDS, LEAK_REPORTS, LEAKED, MEASURES, PARTIES, PUBLICATIONS
from web.view import NO_ERRORS, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)
Deed = Callable[[Reading, int], object]
TWO_TRUTHS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class IncidentPage(PageView):
    """One incident with everything that hangs on it. ``typed`` names the form that was sent back."""

    template = "pages/incident.html"

    view: IncidentView
    typed: str
    form: Form
    words: Mapping[str, Sequence[tuple[str, str]]]
    times: Mapping[str, tuple[DateInput, str]]
    demands: Sequence[tuple[str, str]]
    party_options: Sequence[tuple[str, str]]
    grounds: Sequence[str]
    suggestions: Mapping[str, Sequence[date]]
    is_running: bool
    can_close: bool
    once: str


@dataclass(frozen=True, kw_only=True)
class NoticePage(PageView):
    """The form that records one notice."""

    template = "pages/incident_notice.html"

    view: IncidentView
    row: ClockRow
    form: Form
    told: DateInput
    told_time: str
    suggestions: Mapping[str, Sequence[date]]
    once: str


@router.get("/incidents/{number}", name="incident")
def show_incident(visit: VisitDep, number: str) -> Response:
    """One incident; the browser prints it on A4."""
    return _page(visit, number, Form(), "").render(visit.request)


def _page(visit: Visit, number: str, form: Form, typed: str, reading: Reading | None = None) -> IncidentPage:
    view = incident_views.view(visit.call, number)
    kept = view.incident
    demands = [row.measure for row in view.measures if row.measure.kind in {"demand", "suspension"}]
    names = {row.key: row.name for row in view.parties}
    return IncidentPage(
        frame=visit.frame("", ("今日やること", "/"), ("インシデント", "/incidents"), (number, None)),
        errors=reading.errors if reading else NO_ERRORS,
        view=view,
        typed=typed,
        form=form,
        words={
            "leaked": tuple(LEAKED.items()),
            "report": tuple(LEAK_REPORTS.items()),
            "grounds": tuple(GROUNDS.items()),
            "publication": tuple(PUBLICATIONS.items())[1:],
            "party": tuple(PARTIES.items()),
            "measure": tuple(MEASURES.items()),
        },
        times={
            "known": boxes_of(form if typed == "knowledge" else Form(), "earlier_known_at"),
            "taken": boxes_of(form if typed == "measure" else Form(), "taken_at", visit.call.now),
            "published": (form.boxes("published_on") if typed == "publication" else DateInput(), ""),
        },
        demands=[(str(row.key), f"{names.get(row.party_id or 0, '')}: {row.text[:40]}") for row in demands],
        party_options=[(str(row.key), row.name) for row in view.parties],
        grounds=form.listed("grounds") if typed == "leak" else kept.leak_grounds.split(),
        suggestions=reading.suggestions if reading else {},
        is_running=kept.state in {IncidentState.REPORTED, IncidentState.CONFIRMED},
        can_close=kept.state == IncidentState.CLOSING
        and view.is_window
        and kept.closing_proposed_by_id != visit.call.actor.user_id,
        once=new_once(),
    )


def _do(post: Post, number: str, typed: str, names: Mapping[str, str], deed: Deed) -> Response:
    """Carry a deed out and go back to the incident, or show the form again with what has to be mended."""

    def _done() -> Response:
        reading = Reading(post.form)
        try:
            deed(reading, reading.version())
        except BadInput as refusal:
            reading.take(refusal, names)
        if reading.found:
            raise Refused(
                _page(post.visit, number, post.form, typed, reading).render(post.visit.request, status_code=422)
            )
        return go_to(f"/incidents/{number}", "incident_changed")

    return do_once(post, _done)


def _need_readable(reading: Reading) -> None:
    if reading.found:  # the page is shown again with what the fields said
        raise BadInput("", [])


def _word(reading: Reading, name: str, known: Mapping[str, object], label: str) -> str:
    typed = reading.form.text(name)
    if typed not in known:
        reading.refuse(name, f"{label}を選んでください。")
    return typed


@router.post("/incidents/{number}/assessment", name="incident_assessment")
def assess(post: PostDep, number: str) -> Response:
    """Say whether it is an incident."""

    def _deed(reading: Reading, version: int) -> object:
        word = _word(reading, "is_incident", TWO_TRUTHS, "評価")
        if reading.found:
            return None
        reason = post.form.text("assessment")
        call = post.visit.call
        return incidents.assess(call, number, version=version, is_incident=TWO_TRUTHS[word], reason=reason)

    return _do(post, number, "assessment", {"/reason": "assessment"}, _deed)


@router.post("/incidents/{number}/knowledge", name="incident_knowledge")
def correct_knowledge(post: PostDep, number: str) -> Response:
    """Move the instant of knowledge to an earlier one."""

    def _deed(reading: Reading, version: int) -> object:
        known_at = read_instant(reading, "earlier_known_at", "知った日時", required=True)
        if known_at is None:
            return None
        reason = post.form.text("knowledge_reason")
        return incidents.correct_knowledge(post.visit.call, number, version=version, known_at=known_at, reason=reason)

    return _do(post, number, "knowledge", {"/known_at": "earlier_known_at", "/reason": "knowledge_reason"}, _deed)


@router.post("/incidents/{number}/leak", name="incident_leak")
def decide_leak(post: PostDep, number: str) -> Response:
    """State what leaked and whether the commission is told."""

    def _deed(reading: Reading, version: int) -> object:
        leaked = _word(reading, "leaked", LEAKED, "個人情報の漏えい")
        report = _word(reading, "report", LEAK_REPORTS, "委員会への報告")
        people = reading.number("people_affected", "本人の数")
        grounds = [LeakGround(word) for word in post.form.listed("grounds") if word in GROUNDS]
        if reading.found:
            return None
        stated = LeakIn(LeakedKind(leaked), LeakReport(report), people, grounds, post.form.text("leak_reason"))
        return incident_leaks.decide_leak(post.visit.call, number, stated, version=version)

    return _do(post, number, "leak", {"/reason": "leak_reason"}, _deed)


@router.post("/incidents/{number}/parties", name="incident_party")
def add_party(post: PostDep, number: str) -> Response:
    """Say whom it touches."""

    def _deed(reading: Reading, _version: int) -> object:
        role = _word(reading, "role", PARTIES, "関わり")
        if reading.found:
            return None
        form = post.form
        stated = PartyIn(
            PartyRole(role), form.text("name"), form.text("contract"), form.text("service"), form.text("contact")
        )
        try:
            return incident_measures.add_party(post.visit.call, number, stated)
        except NotFound as missing:
            reading.refuse("contract" if stated.contract else "service", missing.message)
            return None

    return _do(post, number, "party", {}, _deed)


@router.post("/incidents/{number}/measures", name="incident_measure")
def record_measure(post: PostDep, number: str) -> Response:
    """Record what was done, demanded or answered."""

    def _deed(reading: Reading, _version: int) -> object:
        kind = _word(reading, "kind", MEASURES, "措置の種類")
        at = read_instant(reading, "taken_at", "措置の日時", required=True)
        if reading.found:
            return None
        stated = MeasureIn(
            MeasureKind(kind), post.form.text("text"), at, _id(post, "party_id"), _id(post, "answers_id")
        )
        return incident_measures.record_measure(post.visit.call, number, stated)

    return _do(post, number, "measure", {}, _deed)


def _id(post: Post, name: str) -> int | None:
    typed = post.form.text(name)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None  # noqa: PLR2004 (fits every database)


@router.post("/incidents/{number}/publication", name="incident_publication")
def decide_publication(post: PostDep, number: str) -> Response:
    """Decide on publication."""

    def _deed(reading: Reading, version: int) -> object:
        choice = _word(reading, "choice", PUBLICATIONS, "公表")
        day = reading.day("published_on", "公表した日")
        if reading.found:
            return None
        return incident_measures.decide_publication(
            post.visit.call,
            number,
            version=version,
            choice=Publication(choice),
            reason=post.form.text("publication_reason"),
            published_on=day,
        )

    return _do(post, number, "publication", {"/reason": "publication_reason"}, _deed)


@router.post("/incidents/{number}/cause", name="incident_cause")
def record_cause(post: PostDep, number: str) -> Response:
    """Record cause and prevention."""

    def _deed(_reading: Reading, version: int) -> object:
        said = {"cause": post.form.text("cause"), "prevention": post.form.text("prevention")}
        return incident_measures.record_cause(post.visit.call, number, version=version, **said)

    return _do(post, number, "cause", {}, _deed)


@router.post("/incidents/{number}/closing", name="incident_closing")
def close(post: PostDep, number: str) -> Response:
    """Propose the close; or, as the second person, close it or send it back."""

    def _deed(reading: Reading, version: int) -> object:
        call, note = post.visit.call, post.form.text("closing_note")
        word = _word(reading, "closing", {"propose": 1, "agree": 1, "return": 1}, "結び")
        if reading.found:
            return None
        if word == "propose":
            return incident_measures.propose_close(call, number, version=version, note=note)
        return incident_measures.close(call, number, version=version, is_agreed=word == "agree", note=note)

    return _do(post, number, "closing", {"/note": "closing_note"}, _deed)


@router.get("/incidents/{number}/notices/{step}", name="incident_notice")
def show_notice(visit: VisitDep, number: str, step: str) -> Response:
    """The form of one notice."""
    return _notice_page(visit, number, step, Form()).render(visit.request)


@router.post("/incidents/{number}/notices/{step}")
def tell(post: PostDep, number: str, step: str) -> Response:
    """Record that somebody was told, or that this notice is not needed."""

    def _told() -> Response:
        reading, call, form = Reading(post.form), post.visit.call, post.form
        try:
            if form.text("word") == "leave_out":
                reason = form.text("reason")
                incident_clocks.leave_out(call, number, step, version=reading.version(), reason=reason)
            else:
                at = read_instant(reading, "told_at", "伝えた日時", required=True)
                _need_readable(reading)
                said = {name: form.text(name) for name in ("told_to", "told_by", "how", "note")}
                incident_clocks.tell(call, number, step, version=reading.version(), told_at=at, **said)
        except BadInput as refusal:
            if refusal.errors:
                reading.take(refusal, {"/step": "told_to"})
            again = _notice_page(post.visit, number, step, form, reading)
            raise Refused(again.render(post.visit.request, status_code=422)) from refusal
        return go_to(f"/incidents/{number}", "incident_told")

    return do_once(post, _told)


def _notice_page(visit: Visit, number: str, step: str, form: Form, reading: Reading | None = None) -> NoticePage:
    view = incident_views.view(visit.call, number)
    row = next((each for each in view.clocks if each.clock.step == step), None)
    if row is None:
        raise NotFound(f"インシデント {number} に「{step}」という報告はありません。画面から選び直してください。")
    told, told_time = boxes_of(form, "told_at", visit.call.now)
    trail = (("インシデント", "/incidents"), (number, f"/incidents/{number}"), (row.clock.title, None))
    return NoticePage(
        frame=visit.frame("", ("今日やること", "/"), *trail),
        errors=reading.errors if reading else NO_ERRORS,
        view=view,
        row=row,
        form=form,
        told=told,
        told_time=told_time,
        suggestions=reading.suggestions if reading else {},
        once=new_once(),
    )
