from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from casework.commands.evaluate import read_file
from casework.commands.policy import open_pack
from casework.commands.terminal import AsJson, show, warn
from casework.draft_gaps import Answer, Wanted, answers_on
from casework.draft_reading import read_safely
from casework.errors import BadInput, FieldError
from contract_clauses.clause import Clause
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading.files import DraftFile
from models.vocabulary import GapResult
from policy.contract_needs import contract_needs
from policy.errors import PolicyError
from policy.pack import Pack

_USUAL_PACK = "mutsu"
_KINDS = frozenset({".docx", ".pdf", ".txt"})
_WORDS = {
    GapResult.PRESENT: "あり",
    GapResult.WEAK: "弱い",
    GapResult.MISSING: "なし",
    GapResult.UNREADABLE: "読めない",
}


def gaps(
    drafts: Annotated[list[Path], typer.Argument(metavar="DRAFT...", help="契約案(docx・pdf・txt)。数件で1つの契約。")],
    pack: Annotated[str | None, typer.Option(help="パックの名前。書きかけなら pack.yaml かそのフォルダ。")] = None,
    request: Annotated[Path | None, typer.Option(help="申請の文書。契約に要る条項だけを探します。")] = None,
    as_json: AsJson = False,
) -> None:
    """契約案に、ポリシーの求める条項があるかを1つずつ探します。何も保存しません。

    答えは「あり・弱い・なし・読めない」と、その場所です。決めるのは人です。
    """
    files = [_file(path) for path in drafts]
    asked = _asked(pack, request)
    draft = read_safely(files)
    answers = answers_on(draft, asked, {})
    for sentence in (draft.problem, *draft.cautions):
        if sentence:
            warn(sentence)
    show(_as_json(draft, answers), as_json=as_json, lines=_lines(answers, load_clauses()))


def _file(path: Path) -> DraftFile:
    if path.suffix.lower() not in _KINDS:
        message = f"「{path}」は契約案として読めない種類です。docx、pdf、txt のどれかを選んでください。"
        raise BadInput(message, [FieldError(str(path), "file_kind", message)])
    try:
        return DraftFile(path.name, path.read_bytes())
    except OSError as error:
        message = f"「{path}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError(str(path), "file_unreadable", message)]) from error


def _asked(pack: str | None, request: Path | None) -> list[Wanted]:
    """Return what is looked for: the clauses the request's contract needs, or every clause of the pack."""
    if request is None:
        return _all_of(open_pack(pack or _USUAL_PACK))
    document = read_file(request)
    try:
        needs = contract_needs(document, open_pack(pack or document.pack))
    except PolicyError as error:
        raise BadInput(str(error), [FieldError(str(request), "request", str(error))]) from error
    return [Wanted(need.provision, need.clause) for need in needs if need.is_needed]


def _all_of(pack: Pack) -> list[Wanted]:
    return [
        Wanted(item.id, item.clause or item.contract_clause or "")
        for item in pack.file.provisions
        if item.clause or item.contract_clause
    ]


def _as_json(draft: Draft, answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "readable": draft.readable,
        "clauses": [answer.as_row() for answer in answers],
        "problem": draft.problem or None,
        "cautions": list(draft.cautions),
    }


def _lines(answers: Sequence[Answer], library: Mapping[str, Clause]) -> list[str]:
    lines: list[str] = []
    for answer in answers:
        lines.append(f"[{_WORDS[answer.result]}] {answer.provision} {library[answer.clause].title}")
        lines.append(f"    {answer.reason}")
    lines.append("機械が文面から探した結果です。条項があるかどうかは、人が確かめて決めます。")
    return lines
