"""The rules the organisation itself must have: what the policy asks for, who owns it, which document, reviewed when."""

from dataclasses import dataclass
from datetime import date

from casework import audit
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, StaleVersion, VersionRequired
from casework.requests import need_version
from casework.tenancy import visible_to
from casework.verdicts import own_pack, rules_of
from models.organisation_item import OrganisationItem
from models.vocabulary import Role
from policy.errors import BadDocument
from policy.pack import Pack, PackProvision

KEEPERS = (Role.SUPERVISING_OFFICER, Role.ADMIN)


@dataclass(frozen=True)
class ItemIn:
    """What is stated of an item: the post or person in charge, the document, the day it was made and its next review.

    ``made_on`` None says that it is not in place yet.
    """

    owner: str
    document: str = ""
    made_on: date | None = None
    next_review_on: date | None = None


@dataclass(frozen=True)
class ItemRow:
    """One rule the policy asks for, with what the organisation has recorded of it (None: nothing)."""

    provision: PackProvision
    item: OrganisationItem | None
    today: date

    @property
    def is_in_place(self) -> bool:
        """Return whether the rule exists; nothing recorded counts as not in place."""
        return self.item is not None and self.item.made_on is not None

    @property
    def is_review_overdue(self) -> bool:
        """Return whether the day of the next review has passed."""
        return self.item is not None and self.item.next_review_on is not None and self.item.next_review_on < self.today


def list_items(call: Call) -> list[ItemRow]:
    """Return every rule the organisation's policy asks for, recorded or not, in the policy's order."""
    pack = own_pack(call.session, call.actor.organisation_id)
    rows = call.session.exec(visible_to(call.actor, OrganisationItem).where(OrganisationItem.pack == pack.id)).all()
    recorded = {row.provision: row for row in rows}
    return [ItemRow(rule, recorded.get(rule.id), call.today) for rule in rules_of(pack)]


def find_item(call: Call, provision: str) -> ItemRow:
    """Return one rule by its provision, however it is spelt; raises ``NotFound``."""
    pack = own_pack(call.session, call.actor.organisation_id)
    rule = _rule(pack, provision)
    return ItemRow(rule, _recorded(call, pack, rule), call.today)


def record_item(call: Call, provision: str, stated: ItemIn, *, version: int | None = None) -> ItemRow:
    """Record who owns a rule, which document it is and when it is reviewed next; returns the row.

    The first record is made without ``version``; every later one on the version that was read. Raises ``BadInput``,
    ``NotFound``, ``NotPermitted``, ``VersionRequired`` and ``StaleVersion``.
    """
    call.need(*KEEPERS, to="組織の規則を記録する")
    call.line_up()
    pack = own_pack(call.session, call.actor.organisation_id)
    rule = _rule(pack, provision)
    row = _recorded(call, pack, rule)
    _check_version(row, version)
    _check(stated, call.today)
    before = _facts(row) if row else {}
    if row is None:
        row = OrganisationItem(
            organisation_id=call.actor.organisation_id, pack=pack.id, provision=rule.id, owner=stated.owner.strip()
        )
    else:
        row.version += 1
    row.owner, row.document = stated.owner.strip(), stated.document.strip()
    row.made_on, row.next_review_on = stated.made_on, stated.next_review_on
    call.session.add(row)
    call.session.flush()
    audit.record(call, "organisation_item_recorded", "organisation_item", rule.id, before=before, after=_facts(row))
    return ItemRow(rule, row, call.today)


def _rule(pack: Pack, provision: str) -> PackProvision:
    try:
        rule = pack.by_id.get(pack.ids.resolve(provision))
    except BadDocument as error:
        raise NotFound(error.message) from error
    if rule is None or rule.organisation is None:
        raise NotFound(
            f"条番号「{provision}」は、組織の規則を求める条項ではありません。組織の規則の一覧から選び直してください。"
        )
    return rule


def _recorded(call: Call, pack: Pack, rule: PackProvision) -> OrganisationItem | None:
    query = visible_to(call.actor, OrganisationItem)
    return call.session.exec(
        query.where(OrganisationItem.pack == pack.id, OrganisationItem.provision == rule.id)
    ).first()


def _check_version(row: OrganisationItem | None, version: int | None) -> None:
    if row is None and version is not None:
        raise StaleVersion("まだ何も記録されていません。版を付けずに送り直してください。")
    if row is not None and version is None:
        raise VersionRequired("すでに記録があります。読んだ版を付けて送り直してください。", current_version=row.version)
    if row is not None and version is not None:
        need_version(row.version, version)


def _check(stated: ItemIn, today: date) -> None:
    problems = []
    if not stated.owner.strip():
        problems.append(FieldError("/owner", "missing", "担当する職か人の名前を書いてください。"))
    if stated.made_on is not None and not stated.document.strip():
        problems.append(FieldError("/document", "missing", "定めた文書の名前を書いてください。"))
    if stated.made_on is not None and stated.made_on > today:
        problems.append(
            FieldError("/made_on", "in_the_future", "定めた日を今日までの日にするか、まだなら空にしてください。")
        )
    if stated.next_review_on is not None and stated.made_on is None:
        problems.append(FieldError("/made_on", "missing", "次の見直しの日を書くときは、定めた日も書いてください。"))
    elif stated.next_review_on is not None and stated.made_on is not None and stated.next_review_on < stated.made_on:
        problems.append(
            FieldError("/next_review_on", "review_before_made", "次の見直しの日を、定めた日以降にしてください。")
        )
    if problems:
        raise BadInput("組織の規則の記録に確認が必要な箇所があります。", problems)


def _facts(row: OrganisationItem) -> dict[str, str | None]:
    return {
        "owner": row.owner,
        "document": row.document,
        "made_on": row.made_on.isoformat() if row.made_on else None,
        "next_review_on": row.next_review_on.isoformat() if row.next_review_on else None,
    }
