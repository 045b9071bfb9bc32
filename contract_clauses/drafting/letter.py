"""修正のお願い: the letter that asks the other side to change its draft. It bears nothing but what it is to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contract_clauses.drafting.closing import Amendment
from contract_clauses.drafting.comparison_table import PaperHead
from contract_clauses.drafting.days import era_day
from contract_clauses.drafting.paper import CENTER, RIGHT, Paper, Piece
from contract_clauses.drafting.requests_for_change import changes_wanted

TITLES = ("番号", "箇所", "お願いの理由(根拠)", "提案する文言")
_WIDTHS = (1.1, 3, 4.4, 8)
_HONORIFICS = ("御中", "様", "殿")


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes to whom, from when, and until when an answer is asked for."""

    to: str
    sender: tuple[str, ...]  # 星見ヶ丘市, 総務部契約課
    dated: date
    reply_by: date
    document_number: str = ""
    contact: str = ""  # 総務部契約課 電話 …
    enclosures: tuple[str, ...] = ()


def write_letter(head: PaperHead, letter: Letter, amendments: Sequence[Amendment], *, at: datetime) -> bytes:
    """Return the letter as a Word file on A4."""
    title = f"{head.contract_title}の契約書案の修正について(お願い)"
    paper = Paper(title, author=head.body, at=at)
    for line in filter(None, (letter.document_number, era_day(letter.dated))):
        paper.line(line, RIGHT)
    paper.line(letter.to if letter.to.endswith(_HONORIFICS) else f"{letter.to} 御中")
    for line in letter.sender:
        paper.line(line, RIGHT)
    paper.line()
    paper.title(title)
    paper.sentence(_opening(head))
    paper.sentence(
        f"つきましては、下記の修正を御検討いただき、{_until(letter)}までに、"
        "修正した案又は御意見をお送りくださるようお願いします。"
    )
    paper.line("記", CENTER)
    _list_changes(paper, head, amendments)
    _close(paper, letter)
    return paper.save()


def _opening(head: PaperHead) -> str:
    draft = f"お送りいただいた{head.draft or '契約書案'}"
    number = f"({head.contract_number})" if head.contract_number else ""
    policy = head.policy or "本市の情報セキュリティポリシー"
    return f"{head.contract_title}{number}について、{draft}を、{policy}が契約に求める事項と照らし合わせました。"


def _list_changes(paper: Paper, head: PaperHead, amendments: Sequence[Amendment]) -> None:
    wanted = changes_wanted(amendments)
    if not wanted:
        paper.line("修正をお願いする条項はありません。")
        return
    paper.heading(f"1 修正をお願いする条項({len(wanted)}件)")
    rows = [
        (
            str(each.number),
            each.place,
            [Piece(each.why), *([Piece(f"根拠 {each.basis}")] if each.basis else [])],
            [Piece(line) for line in each.wording],
        )
        for each in wanted
    ]
    paper.table(TITLES, _WIDTHS, rows)
    if head.policy:
        paper.line(f"「根拠」は、{head.policy}の条番号です。")


def _until(letter: Letter) -> str:
    return f"{era_day(letter.reply_by)}({letter.reply_by.isoformat()})"


def _close(paper: Paper, letter: Letter) -> None:
    paper.heading("2 お返事の期限")
    paper.line(_until(letter), indent=1)
    if letter.enclosures:
        paper.heading("3 添付")
        for enclosure in letter.enclosures:
            paper.line(enclosure, indent=1)
    if letter.contact:
        paper.heading(f"{4 if letter.enclosures else 3} お問合せ先")
        paper.line(letter.contact, indent=1)
    paper.line("以上", RIGHT)
