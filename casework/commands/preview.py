import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from casework.commands.evaluate import RESULT_WORDS
from casework.commands.policy import PackName, open_pack
from casework.commands.terminal import AsJson, installed, warn
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.preview import ContractChange, Preview, RequestChange
from casework.preview_workbook import PreviewWorkbook
from policy.pack import Pack


def preview(
    pack: PackName,
    edition: Annotated[str, typer.Option(help="試す版の名前。")],
    file: Annotated[Path | None, typer.Option(help="試すパック(pack.yaml)。なければ収録のパック。")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="結果を書き出す Excel ファイル。")] = None,
    as_json: AsJson = False,
) -> None:
    """新しい版を台帳のすべての申請と契約に当てはめ、変わるところを示します。何も書き換えません。"""
    new = _new_pack(pack, file)
    book = PreviewWorkbook(xlsx, new, edition) if xlsx else None
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        run = Preview(session, new, edition, progress=_tell)
        parts = _write_json(run, book) if as_json else _write_lines(run, book)
        for part in parts:
            sys.stdout.write(part)
    if book is not None:
        book.close(run)
        warn(f"「{xlsx}」に書き出しました。")


def _new_pack(pack_id: str, file: Path | None) -> Pack:
    new = open_pack(str(file) if file else pack_id)
    if file is not None and new.id != pack_id:
        message = f"「{file}」は「{new.id}」のパックです。--pack に {new.id} を指定してください。"
        raise BadInput(message, [FieldError("--pack", "other_pack", message)])
    return new


def _tell(done: int, total: int) -> None:
    warn(f"{done:,} / {total:,}件")


def _requests(run: Preview, book: PreviewWorkbook | None) -> Iterator[RequestChange]:
    for change in run.requests():
        if book is not None:
            book.add_request(change)
        yield change


def _contracts(run: Preview, book: PreviewWorkbook | None) -> Iterator[ContractChange]:
    for change in run.contracts():
        if book is not None:
            book.add_contract(change)
        yield change


def _write_json(run: Preview, book: PreviewWorkbook | None) -> Iterator[str]:
    """Yield one JSON document piece by piece: a ledger's changes need not fit into memory."""
    head = {"pack": run.pack.id, "edition": run.edition, "content_hash": run.pack.content_hash}
    yield _dump(head)[:-1] + ', "requests": ['
    for at, change in enumerate(_requests(run, book)):
        yield (",\n" if at else "\n") + _dump({**asdict(change), "is_flip": change.is_flip})
    yield '],\n"contracts": ['
    for at, contract in enumerate(_contracts(run, book)):
        clauses = [_named(run.pack, provision) for provision in contract.new_clauses]
        yield (",\n" if at else "\n") + _dump({**asdict(contract), "new_clauses": clauses})
    tail = {
        "new_duties": [
            {**_named(run.pack, provision), "requests": count} for provision, count in run.new_duties.items()
        ],
        "unreadable": [asdict(row) for row in run.unreadable],
        "requests_read": run.requests_read,
        "contracts_read": run.contracts_read,
        "flips": run.flips,
    }
    yield "],\n" + _dump(tail)[1:] + "\n"


def _named(pack: Pack, provision: str) -> dict[str, Any]:
    item = pack.by_id[provision]
    return {"provision": provision, "line": item.line, "strength": item.strength.value}


def _dump(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    return json.dumps(value, ensure_ascii=False)


def _write_lines(run: Preview, book: PreviewWorkbook | None) -> Iterator[str]:
    for change in _requests(run, book):
        words = f"{RESULT_WORDS[change.before]} → {RESULT_WORDS[change.after]}" if change.is_flip else "全体は同じ"
        changed = "、".join(
            f"{row.provision} {RESULT_WORDS.get(row.before or '', '-')}→{RESULT_WORDS.get(row.after or '', '-')}"
            for row in change.provisions
        )
        yield f"{change.request}/{change.version_no} {change.title}: {words}  {changed}\n"
        if change.lost_answers:
            yield f"  使われなくなる回答: {'、'.join(change.lost_answers)}\n"
    for contract in _contracts(run, book):
        yield f"契約 {contract.contract} {contract.title}: 新しく要る条項 {'、'.join(contract.new_clauses)}\n"
    for provision, count in run.new_duties.items():
        yield f"新しい義務 {provision} {run.pack.by_id[provision].line}: {count}件の申請\n"
    for row in run.unreadable:
        yield f"判定できないもの {row.number}: {row.reason}\n"
    tried = f"申請 {run.requests_read:,}件、契約 {run.contracts_read:,}件を試しました"
    yield f"{tried}。全体の判定が変わる申請は {run.flips:,}件です。\n"
