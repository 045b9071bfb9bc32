from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from casework import decisions, request_views, requests
from casework.case_words import REQUEST_WORDS
from casework.commands.evaluate import read_file
from casework.commands.terminal import AsJson, AsUser, Version, call_as, show
from casework.decisions import Condition, Deciding
from casework.errors import BadInput, FieldError
from casework.paging import PageWish
from models.request import Request
from models.vocabulary import DecisionAction, RequestState

app = typer.Typer(no_args_is_help=True, help="申請の作成・提出・取下げ・決裁。")


def _as_json(request: Request) -> dict[str, object]:
    return {
        "number": request.number,
        "title": request.title,
        "state": request.state,
        "version": request.version,
        "version_no": request.current_version_no,
        "overall": request.overall,
        "governed_by": request.governed_by.split(),
        "waits_for": request.waits_for_role.split(),
    }


def _line(request: Request) -> str:
    state = REQUEST_WORDS[RequestState(request.state)]
    return f"{request.number} [{state}] {request.title} (版 {request.version})"


@app.command()
def create(document: Path, user: AsUser, as_json: AsJson = False) -> None:
    """文書から申請の下書きを作ります。"""
    read = read_file(document)
    with call_as(user) as call:
        request = requests.create_request(call, read.model_dump(mode="json", exclude_unset=True))
    show(_as_json(request), as_json=as_json, lines=[_line(request)])


@app.command("list")
def list_all(user: AsUser, words: str = "", state: str = "", as_json: AsJson = False) -> None:
    """申請を新しい順に示します。"""
    with call_as(user, writes=False) as call:
        page = request_views.list_requests(call, words=words, state=state, wish=PageWish(limit=200))
    show(
        {"items": [_as_json(row.request) for row in page.items], "next_cursor": page.next_cursor},
        as_json=as_json,
        lines=[_line(row.request) for row in page.items],
    )


@app.command("show")
def show_one(number: str, user: AsUser, as_json: AsJson = False) -> None:
    """申請1件と、その判定・経過・読んだ内容のハッシュを示します。"""
    with call_as(user, writes=False) as call:
        detail = request_views.request_detail(call, number)
    answer = _as_json(detail.row.request) | {
        "content_hash": detail.version.content_hash if detail.version else None,
        "verdict": detail.verdict,
        "decisions": [{"action": row.action, "as": row.decided_as, "reason": row.reason} for row in detail.decisions],
        "duties": [
            {
                "id": row.occurrence.key,
                "provision": row.duty.provision,
                "due_on": row.occurrence.due_on.isoformat(),
                "state": row.state,
                "version": row.occurrence.version,
            }
            for row in detail.occurrences
        ],
        "contracts": [row.number for row in detail.contracts],
    }
    show(answer, as_json=as_json, lines=[_line(detail.row.request)])


@app.command()
def submit(
    number: str,
    user: AsUser,
    version: Version,
    reply: Annotated[list[str] | None, typer.Option(help="差戻しの指摘への答え。指摘の順に何度でも書けます。")] = None,
    as_json: AsJson = False,
) -> None:
    """申請を提出します。"""
    replies = {str(no): text for no, text in enumerate(reply or [], start=1)}
    with call_as(user) as call:
        request = requests.submit_request(call, number, version=version, replies=replies)
    show(_as_json(request), as_json=as_json, lines=[_line(request)])


@app.command()
def withdraw(
    number: str,
    user: AsUser,
    version: Version,
    reason: str = "",
    as_json: AsJson = False,
) -> None:
    """申請を取り下げます。"""
    with call_as(user) as call:
        request = requests.withdraw_request(call, number, version=version, reason=reason)
    show(_as_json(request), as_json=as_json, lines=[_line(request)])


def _condition(text: str) -> Condition:
    due, _, words = text.partition(" ")
    try:
        return Condition(words.strip(), date.fromisoformat(due))
    except ValueError as error:
        message = f"条件「{text}」を「2027-03-01 条件の内容」の形で書いてください。"
        raise BadInput(message, [FieldError("--condition", "unreadable_condition", message)]) from error


@app.command()
def decide(
    number: str,
    action: DecisionAction,
    user: AsUser,
    version: Version,
    content_hash: Annotated[str, typer.Option(help="読んだ内容のハッシュ(show で示されるもの)。")],
    manager: Annotated[str, typer.Option(help="指名する管理者のログイン名。")] = "",
    reason: str = "",
    remark: Annotated[list[str] | None, typer.Option(help="差戻しの指摘。何度でも書けます。")] = None,
    condition: Annotated[list[str] | None, typer.Option(help="「期限 条件」。何度でも書けます。")] = None,
    as_json: AsJson = False,
) -> None:
    """申請を決裁します。"""
    deciding = Deciding(
        action=action,
        content_hash=content_hash,
        reason=reason,
        manager=manager,
        remarks=remark or [],
        conditions=[_condition(text) for text in condition or []],
    )
    with call_as(user) as call:
        request = decisions.decide(call, number, version=version, deciding=deciding)
    show(_as_json(request), as_json=as_json, lines=[_line(request)])
