"""What each ledger takes back: services, contracts, due dates, accounts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from casework import catalogue, contract_adoption, duties, duty_changes, user_accounts
from casework.call import Call
from casework.contract_adoption import ExistingIn
from casework.contract_rules import EDITORS, may_edit
from casework.contracts import TermIn
from casework.errors import CaseworkError, NotFound
from casework.ledgers import Ledger, Row
from casework.ledgers.cells import Unreadable
from casework.ledgers.contracts import CONTRACTS
from casework.ledgers.intake import ADD, CONFLICT, LEFT_OUT, SAME, Intake, Lookup, ParsedRow, Plan
from casework.ledgers.obligations import OBLIGATIONS
from casework.ledgers.people import USERS
from casework.ledgers.services import SERVICES
from casework.ledgers.words import HEADINGS, SERVICE_MODELS
from casework.tenancy import visible_to
from casework.term_rows import check_term
from casework.user_accounts import UserIn
from ismap.names import search_key
from models.contract import Contract
from models.department import Department
from models.duty_occurrence import DutyOccurrence
from models.provider import Provider
from models.second_factor import SecondFactor
from models.service import Service
from models.user import User

_REGISTERED = "は{number}として登録済みで、値が違います。書き出したExcel(番号と版の列のある表)で変えてください。"


class ServiceIntake(Intake):
    """Services: names and kinds; a service is one of a name from a provider. It is never approved by this."""

    ledger = SERVICES
    fixed = ("provider",)

    def need(self, call: Call) -> None:
        """Refuse whoever does not work on ledgers."""
        call.need(*EDITORS, to="サービスの台帳に取り込む")

    def known(self, call: Call, rows: Sequence[ParsedRow]) -> Mapping[str, Row]:
        """Return the services that the rows name, by number and by name with provider."""
        numbers = {row.number for row in rows if row.number}
        keys = {search_key(row.text("name")) for row in rows if not row.number}
        query: Any = (
            select(Service, Provider.name)
            .join(Provider, col(Provider.id) == col(Service.provider_id))
            .where(
                Service.organisation_id == call.actor.organisation_id,
                col(Service.number).in_(numbers) | col(Service.search_key).in_(keys),
            )
        )
        found = [catalogue.ServiceRow(service, name) for service, name in call.session.exec(query).all()]
        cells = SERVICES.rows(call, found)
        self._natural = {(search_key(str(row["name"])), search_key(str(row["provider"]))): row for row in cells}
        return {str(row["number"]): row for row in cells}

    def add(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Return the plan for a new service, or that it is there already."""
        del call, lookup
        model = self._model(row)
        there = self._natural.get((search_key(row.text("name")), search_key(row.text("provider"))))
        if there is not None:
            is_same = not model or SERVICE_MODELS.get(model, "") == there["service_model"]
            why = [] if is_same else ["このサービス" + _REGISTERED.format(number=there["number"])]
            return Plan(row, SAME if is_same else CONFLICT, str(there["number"]), why=why)
        return Plan(row, ADD, deed={"name": row.text("name"), "provider": row.text("provider"), "model": model})

    def identity(self, row: ParsedRow, plan: Plan) -> str:
        """Return the number, or the name with its provider."""
        return plan.number or f"{search_key(row.text('name'))}|{search_key(row.text('provider'))}"

    def _model(self, row: ParsedRow) -> str:
        said = row.text("service_model").strip()
        folded = search_key(said)
        found = next((key for key, word in SERVICE_MODELS.items() if folded in {search_key(word), key}), "")
        if said and not found:
            words = "・".join(SERVICE_MODELS.values())
            raise Unreadable(f"形「{said}」は {words} のどれかで書いてください。")
        return found

    def change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> dict[str, Any]:
        """Return the changed name and kind."""
        del call, lookup
        deed: dict[str, Any] = {}
        if "name" in row.texts and row.text("name") != current["name"]:
            deed["name"] = row.text("name")
        if "service_model" in row.texts:
            deed["service_model"] = self._model(row)
        return deed

    def carry_out(self, call: Call, plan: Plan, batch: str) -> str:
        """Enter or change one service."""
        if plan.result == ADD:
            deed = plan.deed
            provider = catalogue.ensure_provider(call, deed["provider"])
            return catalogue.ensure_service(call, deed["name"], provider, deed["model"], batch=batch).number
        return catalogue.change_service(call, plan.number, **plan.deed, batch=batch).number


class ContractIntake(Intake):
    """Contracts: title, amount, the person in charge; a row without a number is a contract that ran before."""

    ledger = CONTRACTS
    fixed = ("contractor", "department", "starts_on", "ends_on", "notice_on", "renewal", "tacit_every", "notice_before",
             "concluded_on")  # fmt: skip

    def need(self, call: Call) -> None:
        """Refuse whoever works on no section's contracts."""
        call.need(*EDITORS, to="契約台帳に取り込む")

    def known(self, call: Call, rows: Sequence[ParsedRow]) -> Mapping[str, Row]:
        """Return the contracts that the rows name, by number and by title with contractor."""
        numbers = {row.number for row in rows if row.number}
        keys = {_contract_key(row) for row in rows if not row.number}
        named = col(Contract.number).in_(numbers) | col(Contract.search_key).in_(keys)
        found = call.session.exec(visible_to(call.actor, Contract).where(named)).all()
        cells = CONTRACTS.rows(call, found)
        by_key = {row.number: row.search_key for row in found}
        self._sections = {row.number: row.department_id for row in found}
        self._natural = {(by_key[str(row["number"])], row["ends_on"]): row for row in cells}
        return {str(row["number"]): row for row in cells}

    def add(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Return the plan for a contract that ran before, or that it is there already."""
        stated = self._stated(row, lookup)
        there = self._natural.get((_contract_key(row), stated.term.ends_on))
        if there is not None:
            differing = self._differences(row, there)
            why = ["この契約" + _REGISTERED.format(number=there["number"])] if differing else []
            return Plan(row, CONFLICT if differing else SAME, str(there["number"]), differing, why)
        if not may_edit(call, stated.department_id):
            raise Unreadable("この課の契約を登録するのは、契約担当か、所管する課の管理者です。")
        try:
            check_term(call, stated.term)
        except CaseworkError as refusal:
            raise Unreadable(" ".join(each.message for each in getattr(refusal, "errors", ()))) from refusal
        if stated.renews_tacitly and not stated.tacit_every:
            raise Unreadable("自動更新の期間を書いてください(例 1年)。")
        return Plan(row, ADD, deed={"stated": stated})

    def identity(self, row: ParsedRow, plan: Plan) -> str:
        """Return the number, or the title with its contractor and last day."""
        return plan.number or row.number or f"{_contract_key(row)}|{row.text('ends_on')}|{row.text('department')}"

    def _stated(self, row: ParsedRow, lookup: Lookup) -> ExistingIn:
        starts_on, ends_on = row.day("starts_on"), row.day("ends_on")
        if starts_on is None or ends_on is None:
            raise Unreadable("開始と満了の日を書いてください。期限のない契約は、次に見直す日を満了にしてください。")
        owner = row.text("owner").strip()
        return ExistingIn(
            title=row.text("title"),
            contractor=row.text("contractor"),
            department_id=lookup.department(row.text("department")).key,
            term=TermIn(starts_on, ends_on, row.day("notice_on")),
            owner_id=lookup.person(owner).key if owner else None,
            amount_yen=row.whole("amount_yen"),
            concluded_on=row.day("concluded_on"),
            renews_tacitly=bool(row.values.get("renewal")),
            tacit_every=_text_or_none(row.values.get("tacit_every")),
            notice_before=_text_or_none(row.values.get("notice_before")),
        )

    def may_change(self, call: Call, current: Row) -> str:
        """Return why the actor works on no contracts of that section."""
        if may_edit(call, self._sections[str(current["number"])]):
            return ""
        return "この契約を変えるのは、契約担当か、所管する課の管理者です。所管の課に依頼してください。"

    def change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> dict[str, Any]:
        """Return the changed title, amount and person."""
        del call
        deed: dict[str, Any] = {}
        if "title" in row.texts and row.text("title") != current["title"]:
            deed["title"] = row.text("title")
        if "amount_yen" in row.texts and row.whole("amount_yen") != current["amount_yen"]:
            deed["amount_yen"] = row.whole("amount_yen")
            if deed["amount_yen"] is None:
                raise Unreadable("金額を消すことはできません。0 と書くか、元の金額に戻してください。")
        if "owner" in row.texts and row.text("owner").strip() != current["owner"]:
            deed["owner_id"] = lookup.person(row.text("owner")).key
        return deed

    def carry_out(self, call: Call, plan: Plan, batch: str) -> str:
        """Enter one contract that ran before, or correct one."""
        if plan.result == ADD:
            return contract_adoption.adopt(call, plan.deed["stated"], batch=batch).number
        return contract_adoption.change_facts(call, plan.number, **plan.deed, batch=batch).number


def _contract_key(row: ParsedRow) -> str:
    return search_key(row.text("title").strip() + row.text("contractor").strip())


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


class DutyIntake(Intake):
    """Due dates: who answers for each, and the day; nothing is added here, and nothing settled."""

    ledger = OBLIGATIONS
    fixed = ("nominal_on", "title", "heading")

    def need(self, call: Call) -> None:
        """Everybody may bring what is theirs; each row is asked for itself."""
        del call

    def known(self, call: Call, rows: Sequence[ParsedRow]) -> Mapping[str, Row]:
        """Return the due dates that the rows name."""
        keys = {int(row.number) for row in rows if row.number.isascii() and row.number.isdigit()}
        query = visible_to(call.actor, DutyOccurrence).where(col(DutyOccurrence.id).in_(keys))
        found = duties.rows_of(call, list(call.session.exec(query).all()))
        self._found = {str(row.occurrence.key): row for row in found}
        names = select(User.id, User.name).where(User.organisation_id == call.actor.organisation_id)
        people: dict[int | None, str] = dict(call.session.exec(names).all())
        return {
            key: {
                "number": key,
                "due_on": row.occurrence.due_on,
                "nominal_on": row.occurrence.nominal_on,
                "title": row.duty.title,
                "heading": HEADINGS.get(row.duty.heading, ""),
                "owner": people.get(row.occurrence.owner_id, ""),
                "version": row.occurrence.version,
            }
            for key, row in self._found.items()
        }

    def plan_new(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Pass over the days of contracts, with the reason; a due date is never made here."""
        if row.number and not row.number.isdigit():
            return Plan(row, LEFT_OUT, row.number, why=["契約の日です。変えるときは、契約の画面で変えてください。"])
        return super().plan_new(call, row, lookup)

    def add(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Refuse: due dates come of policy, conditions and contracts."""
        del call, row, lookup
        raise Unreadable("期限は規則・承認の条件・契約から生まれます。取込では加えられません。")

    def may_change(self, call: Call, current: Row) -> str:
        """Return why the actor has no say over this due date."""
        try:
            duties.need_owner(call, self._found[str(current["number"])])
        except CaseworkError as refusal:
            return refusal.message
        return ""

    def change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> dict[str, Any]:
        """Return the changed person and day."""
        deed: dict[str, Any] = {}
        if "owner" in row.texts and row.text("owner").strip() != current["owner"]:
            deed["owner_id"] = lookup.person(row.text("owner")).key
        day = row.day("due_on")
        if "due_on" in row.texts and day != current["due_on"]:
            if day is None:
                raise Unreadable("期限を消すことはできません。日を書いてください。")
            self._check(call, str(current["number"]), day)
            deed["due_on"], deed["reason"] = day, "取込による期限の変更"
        return deed

    def _check(self, call: Call, number: str, day: date) -> None:
        try:
            duty_changes.check_day(call, self._found[number], day, "取込による期限の変更")
        except CaseworkError as refusal:
            raise Unreadable(refusal.message) from refusal

    def carry_out(self, call: Call, plan: Plan, batch: str) -> str:
        """Give one due date to another person or day."""
        return str(duty_changes.change(call, int(plan.number), **plan.deed, batch=batch).key)


class UserIntake(Intake):
    """Accounts: name, section, mail address. New ones get a temporary password on their page, one by one."""

    ledger = USERS
    takes_new_numbers = True

    def need(self, call: Call) -> None:
        """Refuse all but administrators."""
        call.need(*user_accounts.KEEPERS, to="職員のアカウントを取り込む")

    def known(self, call: Call, rows: Sequence[ParsedRow]) -> Mapping[str, Row]:
        """Return the accounts that the rows name."""
        query: Any = (
            select(User, Department.name, SecondFactor.confirmed_at)
            .join(Department, col(Department.id) == col(User.department_id))
            .outerjoin(SecondFactor, col(SecondFactor.user_id) == col(User.id))
            .where(
                User.organisation_id == call.actor.organisation_id,
                col(User.login_name).in_({row.number for row in rows}),
            )
        )
        found = [
            user_accounts.UserRow(user, name, bool(since), user_accounts.standing_of(user, call.now))
            for user, name, since in call.session.exec(query).all()
        ]
        ours = {row.user.login_name for row in found}
        self._taken = user_accounts.taken_names(call, {row.number for row in rows} - ours)
        self._keys = {row.user.login_name: row.user.key for row in found}
        return {str(row["number"]): row for row in USERS.rows(call, found)}

    def add(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Return the plan for a new account."""
        del call
        stated = self._stated(row, lookup, {}, is_taken=row.number in self._taken)
        return Plan(row, ADD, row.number, deed={"stated": stated})

    def _stated(self, row: ParsedRow, lookup: Lookup, current: Row, *, is_taken: bool) -> UserIn:
        section = row.text("department") if "department" in row.texts else str(current.get("department", ""))
        name = row.text("name") if "name" in row.texts else str(current.get("name", ""))
        email = row.text("email") if "email" in row.texts else str(current.get("email", ""))
        department = lookup.department(section)
        stated = UserIn(row.number, name, department.code, email)
        problems = user_accounts.faults(stated, department, is_taken=is_taken)
        if problems:
            raise Unreadable(" ".join(each.message for each in problems))
        return stated

    def may_change(self, call: Call, current: Row) -> str:
        """Return that nobody changes an account of one's own."""
        if self._keys[str(current["number"])] == call.actor.user_id:
            return "自分のアカウントは変えられません。ほかのシステム管理に頼んでください。"
        return ""

    def change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> dict[str, Any]:
        """Return the account as it is to be."""
        del call
        return {"stated": self._stated(row, lookup, current, is_taken=False)}

    def carry_out(self, call: Call, plan: Plan, batch: str) -> str:
        """Make or change one account; a new one's password is told by nobody."""
        if plan.result == ADD:
            user, _ = user_accounts.create_user(call, plan.deed["stated"], batch=batch)
            return user.login_name
        version = int(plan.deed["version"])
        return user_accounts.change_user(call, plan.deed["stated"], version=version, batch=batch).login_name


INTAKES: Mapping[str, type[Intake]] = {
    kind.ledger.key: kind for kind in (ServiceIntake, ContractIntake, DutyIntake, UserIntake)
}


def intake_of(call: Call, key: str) -> Intake:
    """Return how a ledger takes a table back. Raises ``NotFound`` and ``NotPermitted``."""
    kind = INTAKES.get(key)
    if kind is None:
        raise NotFound(f"「{key}」に取り込める表はありません。サービス・契約・期限・職員から選んでください。")
    intake = kind()
    intake.need(call)
    return intake


def takers(call: Call) -> list[Ledger]:
    """Return the ledgers into which the actor may bring a table."""
    found = []
    for kind in INTAKES.values():
        try:
            kind().need(call)
        except CaseworkError:
            continue
        found.append(kind.ledger)
    return found
