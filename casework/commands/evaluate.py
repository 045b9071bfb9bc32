from pathlib import Path
from typing import Annotated

import typer

from casework import replay as replays
from casework import verdicts
from casework.commands.terminal import AsJson, installed, show
from casework.commands.usage import HELP
from casework.database import open_session
from casework.errors import BadInput, FieldError
from policy.document import RequestDocument, read_document
from policy.errors import PolicyError

RESULT_WORDS = {
    "met": "適合",
    "conditional": "条件付き",
    "not_met": "不適合",
    "needs_information": "情報不足",
    "not_applicable": "対象外",
}


def read_file(path: Path) -> RequestDocument:
    """Return the request document in a file; raises ``BadInput`` with the file, the place and what to do."""
    try:
        return read_document(path.read_bytes(), origin=path.name)
    except OSError as error:
        message = f"「{path}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError(str(path), "file_unreadable", message)]) from error
    except PolicyError as error:
        raise verdicts.as_bad_input(error) from error


def evaluate(
    request: Annotated[Path | None, typer.Argument(help="申請の文書(YAML か JSON)。")] = None,
    snapshot: Annotated[str | None, typer.Option(help="判定に使う一覧の取込番号。")] = None,
    replay: Annotated[
        str | None,
        typer.Option(help="保存された判定をやり直して照らします(R8-0001/2 か内容のハッシュの先頭)。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """申請の文書を、その団体のポリシーに当てはめて判定します。何も保存しません。

    --replay は、保存された文書を、そのときのポリシーの内容と一覧でもう一度判定し、同じ結果になるかを確かめます。
    違えば終了コード1です。
    """
    if replay is not None and request is None and snapshot is None:
        _replay(replay, as_json=as_json)
        return
    if replay is not None:
        message = f"--replay は、申請の文書や --snapshot と一緒には使えません。どちらかにしてください。{HELP}"
        raise BadInput(message, [FieldError("--replay", "usage", message)])
    if request is None:
        message = f"「REQUEST」がありません。申請の文書か --replay を書き足してください。{HELP}"
        raise BadInput(message, [FieldError("REQUEST", "usage", message)])
    document = read_file(request)
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        verdict = verdicts.assess(session, document, snapshot=snapshot).verdict
    lines = [f"判定: {RESULT_WORDS[verdict['overall']]}  適用: {' '.join(verdict['governed_by']) or 'なし'}"]
    lines += [
        f"  [{RESULT_WORDS[finding['result']]}] {finding['provision']} {finding['reason']}"
        for finding in verdict["findings"]
        if finding["result"] not in {"met", "not_applicable"}
    ]
    lines += [f"  → {change['provision']}: {change['change']}" for change in verdict["counterfactual"]]
    lines.append("規則に当てはめた結果です。利用の可否は決裁で決まります。")
    show(verdict, as_json=as_json, lines=lines)


def _replay(named: str, *, as_json: bool) -> None:
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        outcome = replays.replay(session, replays.find_version(session, named))
    made_with = f"版 {outcome.edition}(内容 {outcome.pack_hash[:12]})  一覧 {outcome.snapshot or '-'}"
    words = "同じ判定になりました" if outcome.identical else "判定が違います"
    lines = [f"{outcome.verdict}: {words}。  ポリシー {outcome.pack} {made_with}"]
    lines += [
        f"  {difference.pointer or '/'}: 保存 {difference.stored} → 今回 {difference.now}"
        for difference in outcome.differences
    ]
    show(outcome.as_json(), as_json=as_json, lines=lines)
    if not outcome.identical:
        raise typer.Exit(1)
