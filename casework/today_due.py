"""What waits for somebody by a date of its own: renewals to confirm, notice deadlines, second persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, true
from sqlmodel import col, or_, select

from casework import second_checks
from casework.alert_people import People
from casework.call import Call
from casework.contract_rules import EDITORS, RUNNING
from casework.second_checks import WaitingCheck
from casework.tenancy import visible_to
from casework.today_kinds import Kind
from models.contract import Contract
from models.contract_term import ContractTerm
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import TermChoice

MOST = 20
NOTICE_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class DueWork:
    """What one person has before them by dates of its own; each part is short.

    ``notices`` are contracts of which nobody has decided yet whether they go on, before or after the deadline.
    """

    to_confirm: Sequence[Contract]
    notices: Sequence[Contract]
    checks: Sequence[WaitingCheck]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits."""
        return not any((self.to_confirm, self.notices, self.checks))


def look(call: Call, kinds: frozenset[Kind]) -> DueWork:
    """Return what waits for the actor; bounded in every part, and asked only for the kinds that are there."""
    checks: Sequence[WaitingCheck] = ()
    if kinds & {Kind.PROOF, Kind.ENDING}:
        people = People(call.session, call.today)
        checks = second_checks.waiting_checks(call.session, call.actor.organisation_id, people)
    checks = [row for row in checks if call.actor.user_id in row.user_ids][:MOST]
    if Kind.OWN_CONTRACT not in kinds and not call.actor.has(*EDITORS):
        return DueWork((), (), checks)
    return DueWork(
        to_confirm=_undecided(call, _renews_itself(), _notice_passed(call.today)),
        notices=_undecided(
            call,
            or_(
                and_(col(Contract.ends_on) < call.today, ~_renews_itself()),
                and_(col(Contract.ends_on) >= call.today, _notice_is_near(call.today)),
            ),
        ),
        checks=checks,
    )


def _undecided(call: Call, *conditions: ColumnElement[bool]) -> list[Contract]:
    """Return running contracts of the actor's whose last term nobody decided not to follow by another."""
    last_ends = (
        select(TermDecision.id)
        .join(ContractTerm, col(ContractTerm.id) == col(TermDecision.term_id))
        .where(TermDecision.contract_id == Contract.id, TermDecision.choice == TermChoice.END)
        .where(ContractTerm.ends_on == Contract.ends_on)
    )
    query = (
        visible_to(call.actor, Contract)
        .where(col(Contract.state).in_(RUNNING), ~last_ends.exists(), _theirs(call), *conditions)
        .order_by(col(Contract.ends_on), col(Contract.id))
        .limit(MOST)
    )
    return list(call.session.exec(query).all())


def _renews_itself() -> ColumnElement[bool]:
    rule = select(RenewalRule.id).where(RenewalRule.contract_id == Contract.id, col(RenewalRule.renews_tacitly))
    return rule.exists()


def _notice_passed(today: date) -> ColumnElement[bool]:
    return func.coalesce(col(Contract.notice_on), col(Contract.ends_on)) < today


def _notice_is_near(today: date) -> ColumnElement[bool]:
    """Hold where the deadline is near, and for what does not go on by itself also where it has passed."""
    near = col(Contract.notice_on) <= today + NOTICE_AHEAD
    return near & or_(col(Contract.notice_on) >= today, ~_renews_itself())


def _theirs(call: Call) -> ColumnElement[bool]:
    """Hold for the contracts a person looks after: their own, and those of the sections they edit contracts of."""
    sections = {grant.department_id for grant in call.actor.grants if grant.role in EDITORS}
    if None in sections:
        return true()
    own = col(Contract.owner_id) == call.actor.user_id
    # Without a section of theirs nothing but the owner is asked for, so that one index answers.
    return own | col(Contract.department_id).in_(sections) if sections else own
