"""``sekisho holding``: information in other hands, from hand-over to the proof that it is gone."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from casework import data_holdings, holding_proofs
from casework.commands.contracts import read_upload
from casework.commands.terminal import AsJson, AsUser, Version, call_as, show
from casework.data_holdings import GivenIn, HoldingRow
from casework.errors import BadInput, FieldError
from models.holding_proof import HoldingProof
from models.vocabulary import ErasureMethod, ProofKind
from policy.ending_rules import Proof

app = typer.Typer(no_args_is_help=True, help="預けた情報の返却・消去。")

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]
MaybeDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
TEXTS = (
    "items", "media", "serials", "tool", "verification", "done_by", "witness", "place", "issuer", "difference",
    "late_reason", "exception_number",
)  # fmt: skip


def _as_json(row: HoldingRow) -> dict[str, Any]:
    held = row.holding
    waiting = row.waiting
    return {
        "id": held.id,
        "information_no": held.information_no,
        "information": held.information_name,
        "holder": held.holder,
        "subcontractor_id": held.subcontractor_id,
        "state": held.state,
        "count_given": held.count_given,
        "last_used_on": held.last_used_on.isoformat() if held.last_used_on else None,
        "waiting_proof": waiting.id if waiting else None,
        "waiting_version": waiting.version if waiting else None,
        "version": held.version,
    }


def _line(row: HoldingRow) -> str:
    held = row.holding
    second = " 2人目の確認待ち" if row.waiting else ""
    return f"{held.id or '-'} [{held.state}]{second} {held.information_name} / {held.holder} (版 {held.version})"


@app.command("list")
def list_holdings(number: str, user: AsUser, as_json: AsJson = False) -> None:
    """預けた情報を、情報と預け先ごとに示します。"""
    with call_as(user, writes=False) as call:
        rows = data_holdings.list_holdings(call, number)[1]
    show({"items": [_as_json(row) for row in rows]}, as_json=as_json, lines=[_line(row) for row in rows])


@app.command("give")
def note_given(
    number: str,
    information: int,
    user: AsUser,
    version: Version,
    count: Annotated[int | None, typer.Option(help="渡した件数。")] = None,
    media: Annotated[str, typer.Option(help="渡した媒体。")] = "",
    on: MaybeDay = None,
    node: Annotated[int | None, typer.Option(help="再委託先の番号。省けば契約の相手方。")] = None,
    as_json: AsJson = False,
) -> None:
    """渡した件数と媒体を記録します。終わりの証拠と照らし合わせます。"""
    given = GivenIn(count, media, on.date() if on else None)
    with call_as(user) as call:
        data_holdings.note_given(call, number, information, subcontractor_id=node, version=version, given=given)
        rows = data_holdings.list_holdings(call, number)[1]
    show({"items": [_as_json(row) for row in rows]}, as_json=as_json, lines=[_line(row) for row in rows])


@app.command("end-part")
def end_part(
    number: str,
    information: list[int],
    user: AsUser,
    version: Version,
    last_used_on: Day,
    reason: Annotated[str, typer.Option(help="一部だけを終える理由。")],
    as_json: AsJson = False,
) -> None:
    """一部の情報だけを終えます。契約は続きます。"""
    with call_as(user) as call:
        facts: dict[str, Any] = {"information_nos": information, "last_used_on": last_used_on.date(), "reason": reason}
        data_holdings.end_part(call, number, version=version, **facts)
        rows = data_holdings.list_holdings(call, number)[1]
    show({"items": [_as_json(row) for row in rows]}, as_json=as_json, lines=[_line(row) for row in rows])


@app.command("last-use")
def set_last_use(
    number: str,
    holding: int,
    user: AsUser,
    version: Version,
    on: Day,
    reason: Annotated[str, typer.Option(help="日を変える理由。")] = "",
    as_json: AsJson = False,
) -> None:
    """最後に使った日を、理由を付けて変えます。"""
    with call_as(user) as call:
        row = data_holdings.set_last_use(call, number, holding, version=version, last_used_on=on.date(), reason=reason)
    answer = {"id": row.id, "state": row.state, "version": row.version}
    show(answer, as_json=as_json, lines=[f"{row.information_name} / {row.holder}: {row.last_used_on}"])


@app.command("prove")
def record_proof(
    number: str,
    holding: int,
    user: AsUser,
    version: Version,
    kind: ProofKind,
    said: Annotated[str, typer.Option(help="証拠の項目と内容の組のJSON(件数・日付を含む)。")],
    file: Annotated[Path, typer.Option(help="証拠のファイル。")],
    as_json: AsJson = False,
) -> None:
    """返却の受領書・削除証明などを記録します。別の人が confirm するまで済みになりません。"""
    proof, upload = _proof(kind, said), read_upload(file)
    with call_as(user) as call:
        kept = holding_proofs.record_proof(call, number, holding, version=version, proof=proof, upload=upload)
    _tell(kept, as_json=as_json)


def _proof(kind: ProofKind, text: str) -> Proof:
    message = "--said は、証拠の項目と内容の組のJSONで書いてください。"
    try:
        said = json.loads(text)
        days = {name: _day(said.get(name)) for name in ("done_on", "backup_until_on")}
        known = {*TEXTS, "count", "method", "no_copies_left", *days}
        is_sound = set(said) <= known and isinstance(said.get("count", 0), int | None)
        is_sound = is_sound and said.get("method", "") in {"", *ErasureMethod}
    except (ValueError, AttributeError, TypeError) as error:
        raise BadInput(message, [FieldError("/said", "unreadable", message)]) from error
    if not is_sound:
        raise BadInput(message, [FieldError("/said", "unreadable", message)])
    return Proof(
        kind=kind,
        count=said.get("count"),
        method=said.get("method", ""),
        no_copies_left=said.get("no_copies_left") is True,
        done_on=days["done_on"],
        backup_until_on=days["backup_until_on"],
        **{name: str(said.get(name, "")) for name in TEXTS},
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _tell(proof: HoldingProof, *, as_json: bool) -> None:
    answer = {"id": proof.id, "state": proof.state, "version": proof.version}
    show(answer, as_json=as_json, lines=[f"証拠 {proof.id} [{proof.state}]"])


@app.command("confirm")
def confirm(number: str, proof: int, user: AsUser, version: Version, as_json: AsJson = False) -> None:
    """2人目として証拠を確かめます。"""
    with call_as(user) as call:
        seen = holding_proofs.look_at(call, number, proof, version=version, is_confirmed=True)
    _tell(seen, as_json=as_json)


@app.command("refuse")
def refuse(
    number: str,
    proof: int,
    user: AsUser,
    version: Version,
    reason: Annotated[str, typer.Option(help="差し戻す理由。")],
    as_json: AsJson = False,
) -> None:
    """2人目として証拠を差し戻します。"""
    with call_as(user) as call:
        seen = holding_proofs.look_at(call, number, proof, version=version, is_confirmed=False, refusal=reason)
    _tell(seen, as_json=as_json)
