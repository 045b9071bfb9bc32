"""The end of a contract: opened before its last day, every holder's proof seen by two people, items, closing."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from casework import acceptance, contracts, data_holdings, ending_items, endings, holding_proofs
from casework.acceptance import InspectionIn
from casework.call import Call
from casework.data_holdings import HoldingRow
from casework.demo.papers import pdf_paper
from casework.demo.play import Step, Story, step
from casework.demo.tables import table
from casework.evidence import Upload
from models.ending_item import EndingItem
from models.vocabulary import ErasureMethod, InspectionResult, ProofKind
from policy.ending_rules import Proof

PROCUREMENT = "nakamura"
OPENED_BEFORE = timedelta(days=12)
DAY = timedelta(days=1)


def ended(plan: Mapping[str, Any], number: str, ends_on: date, story: Mapping[str, Any]) -> Story:
    """Work through the ending: all of it, half of it, or to where a second person has to confirm."""
    manager, day = story["manager"], ends_on - OPENED_BEFORE
    yield step(day, PROCUREMENT, _open_ending, number)
    items: list[EndingItem] = yield step(day, manager, _by_hand, number)
    if plan.get("until") == "second":
        doubly = next((item for item in items if item.needs_second_checker), items[0])
        yield _settled(day + DAY, manager, number, doubly, story)
        return
    is_half = plan.get("until") == "half"
    for position, item in enumerate(items[: len(items) // 2] if is_half else items):
        on = day + DAY if is_half else day + DAY * (1 + position)
        by = _security_manager(story) if item.code == ending_items.PERMISSION else manager
        yield _settled(on, by, number, item, story)
        if item.needs_second_checker:
            yield step(on, PROCUREMENT, _confirm, number, item.code)
    if plan["fate"] == "closed":
        yield from _proved(number, ends_on, story)
        yield step(ends_on + DAY * 10, manager, _close, number)


def _proved(number: str, ends_on: date, story: Mapping[str, Any]) -> Story:
    manager = story["manager"]
    rows: list[HoldingRow] = yield step(ends_on + DAY, manager, _holdings, number)
    for row in rows:
        yield Step(ends_on + DAY * 3, manager, partial(_prove, number=number, row=row, story=story))
        yield step(ends_on + DAY * 4, PROCUREMENT, _look, number, row.holding.id)
    if (yield step(ends_on + DAY * 5, manager, _is_inspected, number)):
        yield step(ends_on + DAY * 5, PROCUREMENT, _note_completion, number)
        yield step(ends_on + DAY * 6, PROCUREMENT, _inspect, number)


def _security_manager(story: Mapping[str, Any]) -> str:
    town = table("town")
    people = [*town["logins"], *town["others"]]
    return next(
        str(each["login"])
        for each in people
        if each.get("role") == "security_manager" and each.get("within") == story["section"]
    )


def _open_ending(call: Call, number: str) -> None:
    endings.open_ending(call, number, version=contracts.find_contract(call, number).version)


def _by_hand(call: Call, number: str) -> list[EndingItem]:
    _, detail = endings.find_ending(call, number)
    return [
        item
        for item in detail.items
        if item.code != ending_items.ACCEPTANCE and not ending_items.follows_from_data(item, detail.holdings)
    ]


def _settled(on: date, login: str, number: str, item: EndingItem, story: Mapping[str, Any]) -> Step:
    return Step(on, login, partial(_settle, number=number, item=item, story=story))


def _settle(call: Call, *, number: str, item: EndingItem, story: Mapping[str, Any]) -> EndingItem:
    said = {name: _detail(name, call, story) for name in item.evidence_fields if name != "file"}
    paper = _paper(number, f"{item.position:02}", item.title, f"相手: {story['company']}", *said.values())
    asks_for_file = item.needs_evidence or "file" in item.evidence_fields
    return endings.settle_item(
        call,
        number,
        item.code,
        version=item.version,
        note=f"{item.title}: 確かめた。",
        details=said,
        upload=paper if asks_for_file else None,
    )


def _paper(number: str, no: str, title: str, *lines: str) -> Upload:
    return Upload(f"証拠_{number}_{no}.pdf", pdf_paper(title, f"契約: {number}", *lines))


def _detail(name: str, call: Call, story: Mapping[str, Any]) -> str:
    if name.endswith(("_on", "_at")) or name == "backup_remains_until":
        return call.today.isoformat()
    if name.endswith("_by"):
        return call.actor.name
    said = table("ending_details").get(name)
    return str(said) if said else str(story["company"])


def _confirm(call: Call, number: str, code: str) -> None:
    _, detail = endings.find_ending(call, number)
    item = next(row for row in detail.items if row.code == code)
    endings.confirm_item(call, number, code, version=item.version)


def _holdings(call: Call, number: str) -> list[HoldingRow]:
    return data_holdings.open_rows(data_holdings.list_holdings(call, number)[1])


def _prove(call: Call, *, number: str, row: HoldingRow, story: Mapping[str, Any]) -> None:
    said = table("ending_details")
    proof = Proof(
        kind=ProofKind.DELETION,
        items=str(said["target"]),
        done_on=call.today,
        count=int(said["count_sent"]),
        method=ErasureMethod.CRYPTO_ERASE,
        verification="復号できないことを画面で確かめた",
        done_by=f"{story['company']} 運用の担当",
        witness=str(said["witness"]),
        place="データセンター",
        issuer=row.holding.holder,
    )
    name = row.holding.information_name
    paper = _paper(number, f"情報{row.holding.key}", "消去証明書", f"情報: {name}", f"方法: {said['method']}")
    version = row.holding.version
    holding_proofs.record_proof(call, number, row.holding.key, version=version, proof=proof, upload=paper)


def _look(call: Call, number: str, holding_id: int) -> None:
    _, rows = data_holdings.list_holdings(call, number)
    waiting = next(row.waiting for row in rows if row.holding.id == holding_id)
    if waiting is not None:
        holding_proofs.look_at(call, number, waiting.key, version=waiting.version, is_confirmed=True)


def _is_inspected(call: Call, number: str) -> bool:
    _, detail = endings.find_ending(call, number)
    return any(item.code == ending_items.ACCEPTANCE for item in detail.items)


def _note_completion(call: Call, number: str) -> None:
    _, detail = endings.find_ending(call, number)
    acceptance.note_completion(call, number, version=detail.ending.version, noticed_on=call.today)


def _inspect(call: Call, number: str) -> None:
    found = InspectionIn(
        InspectionResult.PASSED, call.today, "期間を通じた対策の実施を報告書で確かめた。", measures_kept=True
    )
    paper = _paper(number, "検収", "検収調書", found.findings)
    acceptance.inspect(call, number, version=1, found=found, upload=paper)


def _close(call: Call, number: str) -> None:
    _, detail = endings.find_ending(call, number)
    endings.close_ending(call, number, version=detail.ending.version)
