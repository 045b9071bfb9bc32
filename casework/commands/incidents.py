"""Incidents at the command line: the register, and the outage and breach desk for when no browser is at hand."""

from typing import Annotated

import typer

from casework import incident_views, incidents, provider_desk
from casework.commands.terminal import AsJson, AsUser, call_as, show
from casework.incident_views import IncidentRow
from casework.paging import PageWish
from casework.provider_desk import Dependency, Desk

app = typer.Typer(no_args_is_help=True, help="インシデントと、障害・漏えいのときの影響調べ。")


@app.command("list")
def list_open(user: AsUser, as_json: AsJson = False) -> None:
    """片付いていないインシデントを、次の報告と残り時間とともに示します。"""
    with call_as(user, writes=False) as call:
        found = incidents.list_incidents(call, state="open", wish=PageWish(200, None))
        rows = incident_views.rows_of(call, found.items)
    show(
        {"items": [_line(row) for row in rows]},
        as_json=as_json,
        lines=[_sentence(row) for row in rows] or ["ありません。"],
    )


def _line(row: IncidentRow) -> dict[str, object]:
    clock = row.next_clock
    return {
        "number": row.incident.number,
        "title": row.incident.title,
        "state": row.incident.state,
        "department": row.department,
        "next_notice": clock.clock.title if clock else "",
        "due_at": clock.clock.due_at.isoformat() if clock else None,
        "remaining": clock.remaining if clock else "",
    }


def _sentence(row: IncidentRow) -> str:
    clock = row.next_clock
    after = f" → {clock.clock.title} {clock.remaining}" if clock else ""
    return f"{row.incident.number} [{row.incident.state}] {row.incident.title}({row.department}){after}"


@app.command()
def desk(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="事業者の名前。一部でも探せます。")],
    user: AsUser,
    subcontractor: Annotated[
        bool, typer.Option("--subcontractor", help="再委託先・構成要素の名前として探します。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """事業者に頼っているサービス・課・情報・契約・期限・連絡先をすべて示します。"""
    named = {"subcontractor" if subcontractor else "provider": provider}
    with call_as(user, writes=False) as call:
        found = provider_desk.desk(call, **named)
    show(_desk_json(found), as_json=as_json, lines=_desk_lines(found))


def _desk_json(found: Desk) -> dict[str, object]:
    return {
        "words": found.words,
        "highest": found.highest,
        "handles_personal": found.handles_personal,
        "departments": list(found.departments),
        "providers": [{"name": row.name, "contact": row.contact} for row in found.providers],
        "incidents": [row.incident.number for row in found.incidents],
        "contacts": [{"name": row.name, "what": row.what, "address": row.address} for row in found.contacts],
        "rows": [_row_json(row) for row in found.rows],
    }


def _row_json(row: Dependency) -> dict[str, object]:
    return {
        "department": row.department,
        "request": row.request_number,
        "title": row.title,
        "service": row.service,
        "contract": row.contract_number,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "notice_on": row.notice_on.isoformat() if row.notice_on else None,
        "next_duty_on": row.next_duty_on.isoformat() if row.next_duty_on else None,
        "highest": row.highest,
        "information": [each.name for each in row.information],
        "manager": row.manager,
        "manager_address": row.manager_address,
        "owner": row.owner,
        "owner_address": row.owner_address,
        "below": row.below,
    }


def _desk_lines(found: Desk) -> list[str]:
    if not found.rows:
        return [f"「{found.words}」に頼っているものは見つかりません。"]
    lines = [f"{found.words}: {len(found.rows)}件、{len(found.departments)}課、最も高い機密性 {found.highest or '—'}"]
    lines += [f"連絡先 {each.name} {each.contact or '(登録なし)'}" for each in found.providers]
    for row in found.rows:
        ends = f" 満了 {row.ends_on.isoformat()}" if row.ends_on else ""
        people = "、".join(
            f"{name} {address}"
            for name, address in ((row.manager, row.manager_address), (row.owner, row.owner_address))
            if name
        )
        what = " ".join(text for text in (row.service, row.contract_number, row.request_number) if text)
        lines.append(f"[{row.highest or '—'}] {row.department} {what} {row.title}{ends} {people}")
    return [*lines, *(f"庁内 {each.what} {each.name} {each.address}" for each in found.contacts)]
