"""指摘一覧, as Word and as Excel: what we ask to be changed, with provision and wording only, to hand over."""

from collections.abc import Sequence
from datetime import datetime

from contract_clauses.drafting.book import Column, write_book
from contract_clauses.drafting.closing import Amendment
from contract_clauses.drafting.comparison_table import PaperHead
from contract_clauses.drafting.days import japan_time
from contract_clauses.drafting.paper import RIGHT, Paper, Piece
from contract_clauses.drafting.requests_for_change import changes_wanted

COLUMNS = (
    Column("番号", 7),
    Column("根拠", 18),
    Column("求める内容", 34),
    Column("案の箇所", 22),
    Column("文例", 60),
)
_NOTHING = "修正をお願いする条項はありません。"


def write_remarks_word(head: PaperHead, amendments: Sequence[Amendment], *, at: datetime) -> bytes:
    """Return the list as a Word file, A4 across."""
    paper = Paper(_title(head), author=head.body, at=at, is_landscape=True)
    paper.title(_title(head))
    paper.line("　".join(filter(None, (head.contract_number, head.draft))), RIGHT)
    rows = [
        (str(each.number), each.basis, each.why, each.place, [Piece(line) for line in each.wording])
        for each in changes_wanted(amendments)
    ]
    if rows:
        paper.table([column.title for column in COLUMNS], [column.width for column in COLUMNS], rows)
    else:
        paper.line(_NOTHING)
    if head.policy:
        paper.line(f"「根拠」は、{head.policy}の条番号です。")
    return paper.save()


def write_remarks_book(head: PaperHead, amendments: Sequence[Amendment], *, at: datetime) -> bytes:
    """Return the list as an Excel book."""
    rows = [
        (str(each.number), each.basis, each.why, each.place, "\n".join(each.wording))
        for each in changes_wanted(amendments)
    ]
    facts = {
        "契約": head.contract_title,
        "契約番号": head.contract_number,
        "案": head.draft,
        "根拠の文書": head.policy,
        "件数": str(len(rows)),
        "作成": " ".join(filter(None, (head.body, japan_time(at)))),
    }
    shown = [(name, value) for name, value in facts.items() if value]
    return write_book("指摘一覧", COLUMNS, rows or [("", "", _NOTHING, "", "")], shown, author=head.body, at=at)


def _title(head: PaperHead) -> str:
    return f"{head.contract_title} 契約書案への指摘一覧"
