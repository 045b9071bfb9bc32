from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from casework import contracts, duties, endings, operation
from casework.commands.contract_gaps import gaps
from casework.commands.terminal import AsJson, AsUser, Version, call_as, show
from casework.contracts import TermIn
from casework.errors import BadInput, FieldError
from casework.evidence import Upload
from models.contract import Contract
from models.ending_item import EndingItem
from models.vocabulary import ClauseState, EndingRoad

app = typer.Typer(no_args_is_help=True, help="契約の登録・条項の確認・締結・更新・終了。")
app.command("gaps")(gaps)
duty_app = typer.Typer(no_args_is_help=True, help="期限のある義務。")

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


def _as_json(contract: Contract) -> dict[str, object]:
    return {
        "number": contract.number,
        "title": contract.title,
        "state": contract.state,
        "version": contract.version,
        "ends_on": contract.ends_on.isoformat(),
        "concluded_on": contract.concluded_on.isoformat() if contract.concluded_on else None,
    }


def _tell(contract: Contract, *, as_json: bool) -> None:
    show(_as_json(contract), as_json=as_json, lines=[f"{contract.number} [{contract.state}] {contract.title}"])


def read_upload(path: Path | None) -> Upload | None:
    """Return a file from this machine, or None; raises ``BadInput`` where it cannot be read."""
    if path is None:
        return None
    try:
        return Upload(path.name, path.read_bytes())
    except OSError as error:
        message = f"「{path}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError("--file", "file_unreadable", message)]) from error


@app.command()
def create(
    request: str,
    user: AsUser,
    title: Annotated[str, typer.Option()],
    contractor: Annotated[str, typer.Option()],
    starts_on: Day,
    ends_on: Day,
    as_json: AsJson = False,
) -> None:
    """承認された申請から契約を登録します。"""
    with call_as(user) as call:
        contract = contracts.create_contract(
            call,
            request_number=request,
            title=title,
            contractor=contractor,
            term=TermIn(starts_on.date(), ends_on.date()),
        )
    _tell(contract, as_json=as_json)


@app.command("show")
def show_one(number: str, user: AsUser, as_json: AsJson = False) -> None:
    """契約1件と条項の確認を示します。"""
    with call_as(user, writes=False) as call:
        detail = contracts.contract_detail(call, number)
    answer = _as_json(detail.contract) | {
        "clauses": [
            {
                "provision": row.provision,
                "clause": row.clause,
                "strength": row.strength,
                "state": row.state,
                "version": row.version,
            }
            for row in detail.checks
        ],
        "open": sorted(detail.open_provisions),
    }
    lines = [f"{row.provision} [{row.state}] 版 {row.version}" for row in detail.checks]
    show(answer, as_json=as_json, lines=lines)


@app.command()
def clause(
    number: str,
    provision: str,
    state: ClauseState,
    user: AsUser,
    version: Version,
    place: str = "",
    reason: str = "",
    as_json: AsJson = False,
) -> None:
    """求める条項が契約書のどこにあるかを決めます。"""
    with call_as(user) as call:
        check = contracts.decide_clause(
            call, number, provision, version=version, state=state, place=place, reason=reason
        )
    answer = {"provision": check.provision, "state": check.state, "version": check.version}
    show(answer, as_json=as_json, lines=[f"{check.provision} [{check.state}]"])


@app.command()
def conclude(number: str, user: AsUser, version: Version, on: Day, as_json: AsJson = False) -> None:
    """契約を締結済みにします。条項の確認が残っている間はできません。"""
    with call_as(user) as call:
        contract = contracts.conclude(call, number, version=version, concluded_on=on.date())
    _tell(contract, as_json=as_json)


@app.command()
def operate(number: str, user: AsUser, version: Version, on: Day, as_json: AsJson = False) -> None:
    """運用の開始を記録します。運用を始める前に整える手順が残っている間はできません。"""
    with call_as(user) as call:
        contract = operation.begin_operation(call, number, version=version, began_on=on.date())
    _tell(contract, as_json=as_json)


def _item(item: EndingItem) -> dict[str, object]:
    return {
        "code": item.code,
        "title": item.title,
        "state": item.state,
        "version": item.version,
        "needs_evidence": item.needs_evidence,
        "needs_second_checker": item.needs_second_checker,
        "evidence_fields": item.evidence_fields,
        "is_recorded": item.done_by_id is not None,
    }


@app.command("end")
def open_ending(
    number: str,
    user: AsUser,
    version: Version,
    road: Annotated[EndingRoad, typer.Option(help="終了の事情。")] = EndingRoad.EXPIRY,
    reason: Annotated[str, typer.Option(help="終了の事情の内容(期間満了のほかは要ります)。")] = "",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="その事情の通知を受けた日。")] = None,
    last_day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="使い終わる日。")] = None,
    as_json: AsJson = False,
) -> None:
    """契約の終了手続を始めます。"""
    by = endings.RoadIn(road, reason, on.date() if on else None)
    ends_on = last_day.date() if last_day else None
    with call_as(user) as call:
        endings.open_ending(call, number, version=version, ends_on=ends_on, by=by)
        _, detail = endings.find_ending(call, number)
    _tell_ending(detail, as_json=as_json)


@app.command("road")
def change_road(
    number: str,
    user: AsUser,
    version: Version,
    road: Annotated[EndingRoad, typer.Option(help="新しい事情。")],
    reason: Annotated[str, typer.Option(help="事情の内容。")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="その事情の通知を受けた日。")],
    as_json: AsJson = False,
) -> None:
    """終了の事情を、中途解約・倒産などに変えます。"""
    with call_as(user) as call:
        endings.change_road(call, number, version=version, by=endings.RoadIn(road, reason, on.date()))
        _, detail = endings.find_ending(call, number)
    _tell_ending(detail, as_json=as_json)


def _tell_ending(detail: endings.EndingDetail, *, as_json: bool) -> None:
    ending = detail.ending
    answer = {"state": ending.state, "version": ending.version, "items": [_item(item) for item in detail.items]}
    lines = [f"{item.position} [{item.state}] {item.title} ({item.code} 版 {item.version})" for item in detail.items]
    show(answer, as_json=as_json, lines=lines)


@app.command("ending")
def show_ending(number: str, user: AsUser, as_json: AsJson = False) -> None:
    """終了手続の項目を示します。"""
    with call_as(user, writes=False) as call:
        _, detail = endings.find_ending(call, number)
    _tell_ending(detail, as_json=as_json)


@app.command("settle")
def settle_item(
    number: str,
    code: str,
    user: AsUser,
    version: Version,
    note: str = "",
    detail: Annotated[list[str] | None, typer.Option(help="「項目=内容」。何度でも書けます。")] = None,
    file: Annotated[Path | None, typer.Option(help="証拠のファイル。")] = None,
    as_json: AsJson = False,
) -> None:
    """終了手続の1項目を、証拠とともに記録します。"""
    details = dict(text.partition("=")[::2] for text in detail or [])
    with call_as(user) as call:
        item = endings.settle_item(
            call, number, code, version=version, note=note, details=details, upload=read_upload(file)
        )
    show(_item(item), as_json=as_json, lines=[f"{item.title} [{item.state}]"])


@app.command("confirm")
def confirm_item(number: str, code: str, user: AsUser, version: Version, as_json: AsJson = False) -> None:
    """記録された項目を、2人目として確認します。"""
    with call_as(user) as call:
        item = endings.confirm_item(call, number, code, version=version)
    show(_item(item), as_json=as_json, lines=[f"{item.title} [{item.state}]"])


@app.command("close")
def close_ending(number: str, user: AsUser, version: Version, as_json: AsJson = False) -> None:
    """終了手続を終わらせます。済んでいない項目がある間はできません。"""
    with call_as(user) as call:
        ending = endings.close_ending(call, number, version=version)
    answer = {"state": ending.state, "version": ending.version}
    show(answer, as_json=as_json, lines=[f"{number} の終了手続が終わりました。"])


@duty_app.command("complete")
def complete(
    occurrence: int,
    user: AsUser,
    version: Version,
    note: str = "",
    file: Annotated[Path | None, typer.Option(help="証拠のファイル。")] = None,
    done_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    as_json: AsJson = False,
) -> None:
    """期限の1件を、証拠とともに済みにします。"""
    with call_as(user) as call:
        day = done_on.date() if done_on else call.today
        row = duties.complete(call, occurrence, version=version, done_on=day, note=note, upload=read_upload(file))
    answer = {"id": row.key, "state": row.state, "version": row.version}
    show(answer, as_json=as_json, lines=[f"期限 {row.key} を済みにしました。"])
