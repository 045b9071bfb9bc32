"""A preview as an Excel book: one record per row, one value per cell, every cell text; written row by row."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

from casework.case_words import REQUEST_WORDS
from casework.errors import BadInput, FieldError
from casework.ledgers.words import CONTRACT_STATES
from casework.preview import ContractChange, Preview, RequestChange
from models.vocabulary import ContractState, RequestState, Result
from policy.catalogue import RESULT_LABELS, STRENGTH_LABELS
from policy.pack import Pack

COLUMNS = {
    "判定の変化": (
        "団体",
        "申請番号",
        "版",
        "件名",
        "状態",
        "全体の判定(いま)",
        "全体の判定(新しい版)",
        "条番号",
        "条項の判定(いま)",
        "条項の判定(新しい版)",
    ),
    "新しく要る契約条項": ("団体", "契約番号", "件名", "状態", "条番号", "内容", "強さ"),
    "新しい義務": ("条番号", "内容", "申請の件数"),
    "使われなくなる回答": ("団体", "申請番号", "版", "条番号"),
    "判定できないもの": ("団体", "番号", "理由"),
    "抽出条件": ("項目", "値"),
}


class PreviewWorkbook:
    """Takes rows as they come and keeps none of them in memory."""

    def __init__(self, path: Path, pack: Pack, edition: str) -> None:
        if not path.parent.is_dir():
            message = f"フォルダ「{path.parent}」がありません。--xlsx に書き出せる場所を指定してください。"
            raise BadInput(message, [FieldError("--xlsx", "no_such_folder", message)])
        self._pack, self._edition = pack, edition
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._next: dict[str, int] = {}
        self._sheets = {name: self._add_sheet(name, columns) for name, columns in COLUMNS.items()}

    def _add_sheet(self, name: str, columns: Sequence[str]) -> Any:  # noqa: ANN401 (the library ships no types)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        for at, title in enumerate(columns):
            sheet.write_string(0, at, title)
        self._next[name] = 1
        return sheet

    def _row(self, name: str, *values: str) -> None:
        # write_string: a title that begins with = or @ stays a title.
        for at, value in enumerate(values):
            self._sheets[name].write_string(self._next[name], at, value)
        self._next[name] += 1

    def add_request(self, change: RequestChange) -> None:
        """Add a request's changes, one row for each provision."""
        who = (change.organisation, change.request, str(change.version_no))
        state = REQUEST_WORDS[RequestState(change.state)]
        overall = (_result(change.before), _result(change.after))
        for row in change.provisions:
            what = (row.provision, _result(row.before), _result(row.after))
            self._row("判定の変化", *who, change.title, state, *overall, *what)
        for provision in change.lost_answers:
            self._row("使われなくなる回答", *who, provision)

    def add_contract(self, change: ContractChange) -> None:
        """Add a contract's new clauses, one row for each."""
        state = CONTRACT_STATES[ContractState(change.state)]
        for provision in change.new_clauses:
            item = self._pack.by_id[provision]
            what = (provision, item.line, STRENGTH_LABELS[item.strength])
            self._row("新しく要る契約条項", change.organisation, change.contract, change.title, state, *what)

    def close(self, run: Preview) -> None:
        """Add the totals and write the file."""
        for provision, count in run.new_duties.items():
            self._row("新しい義務", provision, self._pack.by_id[provision].line, str(count))
        for row in run.unreadable:
            self._row("判定できないもの", row.organisation, row.number, row.reason)
        facts = {
            "ポリシー": self._pack.file.label,
            "試した版": self._edition,
            "内容のハッシュ": self._pack.content_hash,
            "試した申請(件)": str(run.requests_read),
            "試した契約(件)": str(run.contracts_read),
            "全体の判定が変わる申請(件)": str(run.flips),
        }
        for name, value in facts.items():
            self._row("抽出条件", name, value)
        for name, columns in COLUMNS.items():
            self._sheets[name].autofilter(0, 0, max(1, self._next[name] - 1), len(columns) - 1)
        self._book.close()


def _result(word: str | None) -> str:
    return RESULT_LABELS[Result(word)] if word else "(問わない)"
