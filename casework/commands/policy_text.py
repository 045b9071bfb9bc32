from pathlib import Path
from typing import Annotated

import typer

from casework import policy_texts
from casework.commands.terminal import AsJson, AsUser, call_as, show
from casework.errors import BadInput, FieldError
from casework.evidence import Upload

app = typer.Typer(no_args_is_help=True, help="自団体のポリシーの本文を、条項ごとに読み込みます。")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="ポリシーの本文(txt、docx、pdf)。")],
    user: AsUser,
    as_json: AsJson = False,
) -> None:
    """本文を条番号ごとに分けて保存します。見つからない条番号と、読み替えた番号を示します。"""
    try:
        content = file.read_bytes()
    except OSError as error:
        message = f"「{file}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError(str(file), "file_unreadable", message)]) from error
    with call_as(user) as call:
        loaded = policy_texts.load_text(call, Upload(file.name, content))
    kept = "保存しました" if loaded.is_new else "前に読み込んだ内容と同じです"
    lines = [f"{len(loaded.placed)}条項の本文を{kept}({loaded.pack}、{loaded.load_no}回目)。"]
    lines += [f"  本文に見つからない条番号: {provision}" for provision in loaded.unplaced]
    lines += [f"  {slip.line}行目の「{slip.written}」を「{slip.read_as}」と読みました。" for slip in loaded.slips]
    show(loaded.as_json(), as_json=as_json, lines=lines)


@app.command("show")
def show_one(provision: str, user: AsUser, as_json: AsJson = False) -> None:
    """条項の、自団体の本文を示します。"""
    with call_as(user, writes=False) as call:
        row = policy_texts.text_of(call, provision)
    if row is None:
        message = f"条番号「{provision}」の本文は読み込まれていません。sekisho policy text load で読み込んでください。"
        raise BadInput(message, [FieldError("PROVISION", "no_own_text", message)])
    answer = {"provision": row.provision, "text": row.text, "source": row.source_name, "sha256": row.source_sha256}
    show(answer, as_json=as_json, lines=[row.provision, row.text, f"(出典 {row.source_name})"])
