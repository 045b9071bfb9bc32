"""The checklist of a contract as Excel, Word and PDF: what was asked for, what was found, by whom, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contract_clauses.drafting.book import Column, write_book
from contract_clauses.drafting.days import japan_time
from contract_clauses.drafting.paper import RIGHT, Paper
from contract_clauses.drafting.pdf_paper import PdfColumn, write_table_pdf

TITLE = "条項チェックリスト"
COLUMNS = (
    Column("番号", 7),
    Column("根拠", 18),
    Column("求める条項", 32),
    Column("要否と理由", 26),
    Column("結果", 10),
    Column("契約書の場所", 16),
    Column("決めた人・日時", 18),
    Column("締結までに要ること", 32),
)
_NONE_OPEN = "なし"


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One line of the checklist, in words. ``open_because`` is empty where nothing stops the conclusion."""

    provision: str
    title: str
    need: str  # 必要, 必要に応じて, 推奨, 不要
    reason: str
    state: str  # 足りている, 弱い, …
    place: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    open_because: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether the line stops the conclusion."""
        return bool(self.open_because)


@dataclass(frozen=True, slots=True)
class ChecklistHead:
    """The contract a checklist is of, who prints it and for which organisation."""

    contract_title: str
    contract_number: str
    contractor: str = ""
    policy: str = ""
    body: str = ""
    made_by: str = ""


def write_checklist_book(head: ChecklistHead, rows: Sequence[ChecklistRow], *, at: datetime) -> bytes:
    """Return the checklist as an Excel book."""
    facts = [*_facts(head, rows), ("出力", f"{japan_time(at)} {head.made_by}".strip())]
    return write_book(TITLE, COLUMNS, _cells(rows), facts, author=head.body, at=at)


def write_checklist_word(head: ChecklistHead, rows: Sequence[ChecklistRow], *, at: datetime) -> bytes:
    """Return the checklist as a Word file, A4 across."""
    paper = Paper(f"{head.contract_number} {TITLE}", author=head.body, at=at, is_landscape=True)
    paper.title(f"{head.contract_title} {TITLE}")
    for name, value in _facts(head, rows):
        paper.line(f"{name}　{value}")
    paper.line(f"出力 {japan_time(at)} {head.made_by}".strip(), RIGHT)
    paper.table([column.title for column in COLUMNS], [column.width for column in COLUMNS], _cells(rows))
    return paper.save()


def write_checklist_pdf(head: ChecklistHead, rows: Sequence[ChecklistRow], *, at: datetime) -> bytes:
    """Return the checklist as PDF, A4 across, its number on every page."""
    columns = [PdfColumn(column.title, column.width) for column in COLUMNS]
    return write_table_pdf(
        f"{head.contract_title} {TITLE}",
        columns,
        _cells(rows),
        _facts(head, rows),
        corner=head.contract_number,
        foot=f"出力 {japan_time(at)} {head.made_by}".strip(),
        author=head.body,
        at=at,
    )


def _facts(head: ChecklistHead, rows: Sequence[ChecklistRow]) -> list[tuple[str, str]]:
    still_open = sum(row.is_open for row in rows)
    said = f"{len(rows)}条項のうち {len(rows) - still_open}条項が済み、{still_open}条項が残っています。"
    facts = {
        "契約番号": head.contract_number,
        "契約": head.contract_title,
        "相手方": head.contractor,
        "根拠の文書": head.policy,
        "まとめ": said + ("" if still_open else "条項の確認は、締結を妨げません。"),
    }
    return [(name, value) for name, value in facts.items() if value]


def _cells(rows: Sequence[ChecklistRow]) -> list[tuple[str, ...]]:
    return [
        (
            str(at),
            row.provision,
            row.title,
            row.need + (f"\n{row.reason}" if row.reason else ""),
            row.state,
            row.place or "—",
            "\n".join(filter(None, (row.decided_by, japan_time(row.decided_at) if row.decided_at else ""))) or "—",
            row.open_because or _NONE_OPEN,
        )
        for at, row in enumerate(rows, start=1)
    ]
