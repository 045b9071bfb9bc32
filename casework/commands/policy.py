from pathlib import Path
from typing import Annotated, Any

import typer

from casework.commands.terminal import AsJson, show
from casework.errors import BadInput, FieldError
from contract_clauses.library import load_clauses
from policy.advice import advise
from policy.catalogue import PHASE_LABELS, STRENGTH_LABELS
from policy.coverage import Coverage, cover, read_provision_list
from policy.library import list_pack_ids, load_criteria, load_duties, load_pack, read_pack
from policy.pack import Pack
from policy.provision_card import ProvisionCard, make_card
from policy.scaffold import scaffold_pack

app = typer.Typer(no_args_is_help=True, help="ポリシーパックの点検・作成・条番号の説明。")
PackName = Annotated[str, typer.Option("--pack", help="パックの名前。書きかけなら pack.yaml かそのフォルダ。")]

KIND_WORDS = {
    "criterion": "審査項目",
    "clause": "契約条項",
    "duty": "義務",
    "route": "申請と決裁",
    "organisation": "組織が備えるもの",
}


def open_pack(name: str) -> Pack:
    """Return the shipped pack of that name, or the one that lies in a folder or file of that name."""
    path = Path(name)
    if name not in list_pack_ids() and path.exists():
        file = path / "pack.yaml" if path.is_dir() else path
        if not file.is_file():
            message = f"「{path}」に pack.yaml がありません。場所を確かめてください。"
            raise BadInput(message, [FieldError(str(path), "file_unreadable", message)])
        return read_pack(file.resolve(), load_criteria(), load_duties(), named_after_folder=file.name == "pack.yaml")
    return load_pack(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"「{path}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError(str(path), "file_unreadable", message)]) from error


@app.command()
def coverage(
    pack: PackName,
    against: Annotated[Path, typer.Option(help="条番号の一覧(provision という列のあるCSV)。")],
    as_json: AsJson = False,
) -> None:
    """一覧の条番号がすべて、パックのどこかで求められているかを確かめます。"""
    found = cover(open_pack(pack), read_provision_list(_read(against), against.name))
    answer = found.to_json_dict()
    show(answer, as_json=as_json, lines=_coverage_lines(found, answer))
    if found.missing:
        raise typer.Exit(1)


def _coverage_lines(found: Coverage, answer: dict[str, Any]) -> list[str]:
    kinds = "、".join(f"{KIND_WORDS[kind]} {count}" for kind, count in answer["by_kind"].items())
    lines = [f"{answer['provisions']}件のうち{answer['covered']}件を収録({kinds})"]
    return lines + [f"  ない条番号: {provision}" for provision in found.missing]


@app.command()
def lint(
    pack: Annotated[str | None, typer.Option(help="パックの名前、pack.yaml、そのフォルダ。なければすべて。")] = None,
    as_json: AsJson = False,
) -> None:
    """パックを読み、壊れていれば場所と直し方を、読めれば見直すところを示します。"""
    read = [open_pack(name) for name in ([pack] if pack else list_pack_ids())]
    for each in read:
        _check_clauses(each)
    lines = [line for each in read for line in _lint_lines(each)]
    show({"packs": [_linted(each) for each in read]}, as_json=as_json, lines=lines)


def _lint_lines(pack: Pack) -> list[str]:
    sound = f"{pack.id} {pack.file.label}: {len(pack.file.provisions)}件の条番号、壊れたところはありません。"
    return [sound, *(f"  {item.message} {'、'.join(item.about)}" for item in advise(pack))]


def _linted(pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "label": pack.file.label,
        "editions": [edition.edition for edition in pack.file.editions],
        "provisions": len(pack.file.provisions),
        "content_hash": pack.content_hash,
        "advice": [{"code": item.code, "about": list(item.about), "message": item.message} for item in advise(pack)],
    }


def _check_clauses(pack: Pack) -> None:
    """The policy room never sees the clause library, so the names of clauses are checked here."""
    known = load_clauses()
    for at, item in enumerate(pack.file.provisions):
        for key, name in (("clause", item.clause), ("contract_clause", item.contract_clause)):
            if name is not None and name not in known:
                where = f"{pack.id}: /provisions/{at}/{key}"
                message = f"{where}: {item.id} の {key}「{name}」がありません。つづりを確かめてください。"
                raise BadInput(message, [FieldError(where, "broken_library", message)])


@app.command("show")
def show_provision(
    provision: Annotated[str, typer.Argument(help="条番号。表記のゆれは読み替えます。")],
    pack: PackName,
    as_json: AsJson = False,
) -> None:
    """1つの条番号について、だれがいつ何を求められ、どこで確かめられるかを示します。"""
    card = make_card(open_pack(pack), provision)
    show(card.to_json_dict(), as_json=as_json, lines=_card_lines(card))


def _card_lines(card: ProvisionCard) -> list[str]:
    item = card.provision
    every = f"{item.every}({'文書に周期の定めはなく、案' if item.default else item.basis})" if item.every else ""
    bites = "、".join(card.sections) or "申請ごとではなく、組織全体"
    rows = {
        "だれが": card.actor,
        "いつ": PHASE_LABELS[item.phase],
        "強さ": STRENGTH_LABELS[item.strength],
        "効くところ": bites,
        "求めるもの": "、".join(f"{KIND_WORDS[kind]} {name}" for kind, _, name in map(_split, card.demands)),
        "問い": card.question,
        "義務": card.duty,
        "残す記録": card.record,
        "周期": every,
        "整っていないと示される先": "、".join(card.leaned_on_by),
        "終了の点検": "、".join(card.ended_by),
        "試しの例": "、".join(card.examples),
        "読み方": item.note,
    }
    return [f"{item.id} {item.line}", *(f"  {name}: {text}" for name, text in rows.items() if text)]


def _split(demand: str) -> tuple[str, str, str]:
    return demand.partition(":")


@app.command("new-pack")
def new_pack(
    pack_id: Annotated[str, typer.Argument(metavar="ID", help="新しいパックの名前(英小文字・数字・_)。")],
    to: Annotated[Path, typer.Option(help="パックのフォルダを作る場所。")] = Path(),
    as_json: AsJson = False,
) -> None:
    """書き込むだけにした新しいパックの土台を作ります。すでにあるものは変えません。"""
    text = scaffold_pack(pack_id)
    if pack_id in list_pack_ids():
        message = f"パック「{pack_id}」はすでに収録されています。別の名前にしてください。"
        raise BadInput(message, [FieldError("ID", "pack_exists", message)])
    path = to / pack_id / "pack.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        message = f"「{path}」はすでにあります。別の名前にするか、置き場所を --to で変えてください。"
        raise BadInput(message, [FieldError(str(path), "pack_exists", message)]) from error
    except OSError as error:
        message = f"「{path}」に書けません({error.strerror})。置き場所を --to で変えてください。"
        raise BadInput(message, [FieldError(str(path), "file_unwritable", message)]) from error
    left = text.count("要記入(")
    lines = [
        f"{path} を作りました。「要記入」の{left}か所を、文書を見て書き入れてください。",
        f"書けたら sekisho policy lint --pack {path.parent} で確かめます。",
    ]
    show({"pack": pack_id, "path": str(path), "to_fill_in": left}, as_json=as_json, lines=lines)
