"""調達仕様書 別紙: the requirements of a request as an annex to the specification, with a form for the offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contract_clauses.drafting.paper import RIGHT, Paper, Piece

TITLE = "情報セキュリティに関する要件"
REPLY_TITLES = ("番号", "示していただくこと", "回答(適合・条件付き・不適合)", "資料の名前と場所・条件")
_REPLY_WIDTHS = (1.2, 6, 3, 5)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: its text with lines under it, what the offer must state, its provisions, what is known of it.

    ``answer`` is what the request says today; it is printed only where the annex stays in the house.
    """

    number: str  # 3, 3(1)
    text: str
    points: tuple[str, ...] = ()
    offer_states: str = ""
    provisions: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class RequirementSection:
    """A numbered section of requirements."""

    number: int
    title: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class AnnexHead:
    """The procurement the annex belongs to."""

    procurement: str
    number: str = ""
    policy: str = ""
    body: str = ""


def write_specification_annex(
    head: AnnexHead, sections: Sequence[RequirementSection], *, shows_answers: bool = False, at: datetime
) -> bytes:
    """Return the annex as a Word file on A4. ``shows_answers`` prints the request's own answers: for the house only."""
    paper = Paper(f"{head.procurement} 調達仕様書 別紙 {TITLE}", author=head.body, at=at)
    paper.line("別紙", RIGHT)
    paper.title(TITLE)
    paper.line("　".join(filter(None, (head.number, head.procurement))), RIGHT)
    if not sections:
        paper.line("この調達に求める要件はありません。")
        return paper.save()
    basis = f"{head.policy}に基づき、" if head.policy else ""
    paper.sentence(f"この別紙は、{basis}{head.procurement}に求める情報セキュリティの要件を定める。")
    for section in sections:
        _write_section(paper, section, shows_answers=shows_answers)
    _write_reply_form(paper, sections)
    return paper.save()


def _write_section(paper: Paper, section: RequirementSection, *, shows_answers: bool) -> None:
    paper.heading(f"{section.number}　{section.title}")
    for each in section.requirements:
        number = f"{each.number.removeprefix(str(section.number))}　" if len(section.requirements) > 1 else ""
        paper.line(number + each.text, indent=1)
        for at, point in enumerate(each.points):
            paper.line(f"{_kana(at)}　{point}", indent=2)
        if each.offer_states:
            paper.line(f"示していただくこと: {each.offer_states}", indent=2)
        if each.provisions:
            paper.line(f"根拠: {'、'.join(each.provisions)}", indent=2)
        if shows_answers and each.answer:
            paper.line(f"申請での答え: {each.answer}", indent=2)


def _write_reply_form(paper: Paper, sections: Sequence[RequirementSection]) -> None:
    paper.title("回答書", on_new_page=True)
    paper.sentence(
        "要件ごとに、適合するかどうかと、それを示す資料を記入してください。条件付きのときは、条件を書いてください。"
    )
    rows = [
        (each.number, [Piece(section.title), *([Piece(each.offer_states)] if each.offer_states else [])], "", "")
        for section in sections
        for each in section.requirements
    ]
    paper.table(REPLY_TITLES, _REPLY_WIDTHS, rows)


def _kana(at: int) -> str:
    kana = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
    return kana[at] if at < len(kana) else f"({at + 1})"
