from pathlib import Path
from typing import Annotated

import typer

from casework import verdicts
from casework.commands.terminal import AsJson, installed, show
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
    request: Annotated[Path, typer.Argument(help="申請の文書(YAML か JSON)。")],
    snapshot: Annotated[str | None, typer.Option(help="判定に使う一覧の取込番号。")] = None,
    as_json: AsJson = False,
) -> None:
    """申請の文書を、その団体のポリシーに当てはめて判定します。何も保存しません。"""
    document = read_file(request)
    with installed() as installation, open_session(installation.engine, writes=False) as session:
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
