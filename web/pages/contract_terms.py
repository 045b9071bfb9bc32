"""How a contract goes on: what it says of its next period, the decision at its end, and 更新を確認."""

from fastapi import APIRouter
from fastapi.responses import Response

from casework import contracts, operation, term_rows, terms
from casework.errors import BadInput, StaleVersion
from casework.terms import RuleIn
from models.vocabulary import TermBasis
from web.conflict import merged
from web.forms import Form, Reading
from web.pages.contracts import keep_typed, stop_at_contract
from web.term_section import rule_form
from web.visit import PostDep, go_to

router = APIRouter(include_in_schema=False)


@router.post("/contracts/{number}/renewal-rule", name="contract_rule")
def set_rule(post: PostDep, number: str) -> Response:
    """Keep what the contract says of its next period."""
    current = rule_form(term_rows.rule_of(post.visit.call, contracts.find_contract(post.visit.call, number)))
    form = merged(post.form, current)
    reading = Reading(form)
    until = reading.day("allowed_until_on", "債務負担行為の期間の最後の日")
    if form.text("basis") not in set(TermBasis):
        reading.refuse("basis", "単年度・長期継続契約・債務負担行為のどれかを選んでください。")
    stop_at_contract(post.visit, number, reading)
    stated = RuleIn(
        basis=TermBasis(form.text("basis")),
        authority=form.text("authority"),
        allowed_until_on=until,
        renews_tacitly=form.has("renews_tacitly"),
        tacit_every=form.text("tacit_every") or None,
        notice_before=form.text("notice_before") or None,
    )
    try:
        terms.set_rule(post.visit.call, number, stated, version=reading.version())
    except StaleVersion:
        raise keep_typed(post.visit, number, "更新の定め", "renewal-rule", form, current) from None
    except BadInput as refusal:
        reading.take(refusal, {"/ends_on": "allowed_until_on"})
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}#terms", "rule_set")


@router.post("/contracts/{number}/operation", name="contract_operate")
def begin_operation(post: PostDep, number: str) -> Response:
    """Record that the operation began."""
    reading = Reading(post.form)
    began_on = reading.day("began_on", "運用を始めた日", required=True)
    stop_at_contract(post.visit, number, reading)
    try:
        operation.begin_operation(
            post.visit.call, number, version=reading.version(), began_on=began_on or post.visit.call.today
        )
    except StaleVersion:
        raise keep_typed(post.visit, number, "運用の開始", "operation", post.form, Form()) from None
    except BadInput as refusal:
        reading.take(refusal)
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}", "operation_begun")


@router.post("/contracts/{number}/tacit-renewals", name="contract_tacit")
def confirm_tacit(post: PostDep, number: str) -> Response:
    """Confirm that the contract renewed itself by one term."""
    reading = Reading(post.form)
    try:
        terms.confirm_tacit(post.visit.call, number, version=reading.version(), note=post.form.text("seen_note"))
    except StaleVersion:
        raise keep_typed(post.visit, number, "更新の確認", "tacit-renewals", post.form, Form()) from None
    except BadInput as refusal:
        reading.take(refusal, {"/note": "seen_note"})
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}#terms", "tacit_confirmed")


@router.post("/contracts/{number}/non-renewals", name="contract_end")
def decide_end(post: PostDep, number: str) -> Response:
    """Write down that no term follows."""
    reading = Reading(post.form)
    noticed_on = reading.day("noticed_on", "更新しないと知らせた日")
    stop_at_contract(post.visit, number, reading)
    try:
        terms.decide_end(
            post.visit.call,
            number,
            version=reading.version(),
            reason=post.form.text("end_reason"),
            noticed_on=noticed_on,
        )
    except StaleVersion:
        raise keep_typed(post.visit, number, "更新しない決定", "non-renewals", post.form, Form()) from None
    except BadInput as refusal:
        reading.take(refusal, {"/reason": "end_reason"})
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}#terms", "not_renewed")
