import typer

from casework import pack_editions
from casework.commands.terminal import AsJson, installed, show
from casework.database import open_session


def in_use(as_json: AsJson = False) -> None:
    """判定に使われた版の一覧と、使われた後に書き換えられた版を示します。書き換えがあれば終了コード1です。"""
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        used = pack_editions.editions_used(session)
        altered = pack_editions.altered_editions(session)
    answer = {"used": used, "altered": [{**vars(row), "message": row.sentence} for row in altered]}
    lines = [
        f"{row['organisation']} {row['pack']} 版 {row['edition']}(内容 {row['content_hash'][:12]})" for row in used
    ]
    lines += [row.sentence for row in altered]
    show(answer, as_json=as_json, lines=lines or ["まだどの版も判定に使われていません。"])
    if altered:
        raise typer.Exit(1)
