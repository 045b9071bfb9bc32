"""新旧対照表: the draft as it is beside the draft as we ask for it, and why, clause by clause. A4 across."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from contract_clauses.drafting.closing import Amendment, AmendmentKind
from contract_clauses.drafting.paper import RIGHT, Paper, Piece
from contract_clauses.drafting.requests_for_change import changes_wanted, place_of_change, quoted

TITLES = ("現行案", "修正案", "理由(根拠)")
_WIDTHS = (5, 6, 4)


@dataclass(frozen=True, slots=True)
class PaperHead:
    """What a paper is about: contract and draft; ``policy`` is what the other side knows the policy by."""

    contract_title: str
    contract_number: str = ""
    draft: str = ""  # 契約書案 第2版(2026-11-15)
    policy: str = ""  # 星見ヶ丘市情報セキュリティポリシー
    body: str = ""  # the organisation that makes the paper


def write_comparison_table(head: PaperHead, amendments: Sequence[Amendment], *, at: datetime) -> bytes:
    """Return the table as a Word file; several additions to one article are one row, what is new is underlined."""
    paper = Paper(f"{head.contract_title} 新旧対照表", author=head.body, at=at, is_landscape=True)
    paper.title(f"{head.contract_title} 新旧対照表")
    paper.line("　".join(filter(None, (head.contract_number, head.draft))), RIGHT)
    rows = [_row(head, list(group)) for _, group in groupby(amendments, key=_article)]
    if rows:
        paper.table(TITLES, _WIDTHS, rows)
        paper.line("下線は、修正案で加える部分です。")
    else:
        paper.line("修正をお願いする条項はありません。")
    return paper.save()


def _article(amendment: Amendment) -> tuple[str, str]:
    """Additions to one article belong together, each new article stands alone."""
    is_added = amendment.kind is AmendmentKind.ADDED_PARAGRAPH
    return (amendment.place if is_added else "", "" if is_added else amendment.label + amendment.clause_id)


def _row(head: PaperHead, amendments: Sequence[Amendment]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    first = amendments[0]
    if first.kind is AmendmentKind.NEW_ARTICLE:
        before, kept = [Piece(f"(新設。{place_of_change(first)})")], []
    else:
        before = [Piece(line) for line in quoted(first.before).split("\n")]
        kept = before
    added = [Piece(line, is_new=True) for each in amendments for line in each.added]
    return before, [*kept, *added], list(_reasons(head, amendments))


def _reasons(head: PaperHead, amendments: Iterable[Amendment]) -> Iterable[Piece]:
    for each in changes_wanted(amendments):
        yield Piece(each.why)
        basis = " ".join(filter(None, (head.policy, each.basis)))
        if basis:
            yield Piece(f"根拠 {basis}")
