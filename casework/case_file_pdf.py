"""The paper of a case file: A4, Japanese, made without a network and without a font of this machine.

The two typefaces are those of Adobe's Japan1 collection, which every reader of PDF brings or replaces; the text stays
text and can be searched.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from casework.audit_words import ACTIONS, SOURCES
from casework.call import ROLE_LABELS
from casework.case_words import DECISION_WORDS, REQUEST_WORDS, STEP_WORDS
from casework.clock import JAPAN
from casework.request_views import RequestDetail
from contract_clauses.drafting.numbered_pages import BODY, GETA, HEAD, Edges, NumberedPages, printable, register_faces
from models.vocabulary import RequestState, Result
from policy.catalogue import RESULT_LABELS, STRENGTH_LABELS

WIDTH = A4[0] - 36 * mm


@dataclass(frozen=True)
class CasePaper:
    """What goes on paper: the request, the lines of its record, the head of the record, when and by whom."""

    detail: RequestDetail
    lines: Sequence[Mapping[str, Any]]
    head_line: str
    made_at: datetime
    made_by: str


def write_pdf(paper: CasePaper) -> bytes:
    """Return the paper as PDF."""
    register_faces()
    request = paper.detail.row.request
    file = io.BytesIO()
    frame = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=20 * mm,
        title=f"{request.number} 事件簿", author=paper.made_by, creator="関所 Sekisho", lang="ja",
    )  # fmt: skip
    foot = f"出力 {_instant(paper.made_at)} {paper.made_by}"
    edges = Edges(request.number, printable(foot), A4, 18 * mm)
    frame.build(list(_story(paper)), canvasmaker=partial(NumberedPages, edges=edges))
    return file.getvalue()


def _story(paper: CasePaper) -> Iterable[Flowable]:
    detail = paper.detail
    request = detail.row.request
    yield _text(f"{request.number} 事件簿", 16, HEAD)
    yield _text(request.title, 12, HEAD)
    yield Spacer(1, 3 * mm)
    facts = [
        ("状態", REQUEST_WORDS[RequestState(request.state)]),
        ("版", f"第{request.current_version_no}版" if request.current_version_no else "提出前"),
        ("申請者", f"{detail.row.applicant_name}({detail.row.department_name})"),
        ("起案日(申告)", request.drafted_on.isoformat()),
        ("判定の全体", RESULT_LABELS.get(Result(request.overall), request.overall)),
        ("適用される条", "、".join(detail.verdict["governed_by"])),
        ("使った規則集", f"{request.pack} {detail.version.edition}" if detail.version else request.pack),
        ("決裁の対象のハッシュ", detail.version.content_hash if detail.version else "—"),
    ]
    yield _table([42, 132], facts)
    yield from _verdict(detail)
    yield from _decisions(detail)
    yield from _heading("証拠のファイル")
    files = [(str(at), row.name, f"{row.size_bytes:,}", row.sha256) for at, row in enumerate(detail.files, start=1)]
    yield _table([8, 56, 20, 90], files, ("順", "名前", "バイト", "SHA-256"), "添付はありません。")
    yield from _heading("この事件の記録")
    yield _table([14, 34, 34, 34, 58], map(_line, paper.lines), ("番号", "日時(JST)", "人", "操作", "ハッシュ"))
    yield Spacer(1, 4 * mm)
    yield _text(paper.head_line or "記録の先頭は、まだありません。", 7.5)
    yield _text(f"{GETA} は、この紙の書体にない文字です。元の文字は versions/ と decisions.json にあります。", 7.5)
    yield _text("同じ一式の verify_sekisho_record.py で、記録が変えられていないことを確かめられます。", 7.5)


def _verdict(detail: RequestDetail) -> Iterable[Flowable]:
    yield from _heading("判定")
    rows = [
        (
            row["provision"],
            RESULT_LABELS[Result(row["result"])],
            STRENGTH_LABELS.get(row["strength"], row["strength"]),
            row["reason"],
        )
        for row in detail.verdict["findings"]
        if row["result"] != Result.NOT_APPLICABLE
    ]
    yield _table([32, 20, 20, 102], rows, ("根拠", "結果", "強さ", "理由"), "当てはまる条はありません。")


def _decisions(detail: RequestDetail) -> Iterable[Flowable]:
    yield from _heading("決裁の順番")
    steps = [
        (str(at), STEP_WORDS.get(step.kind, step.kind), "又は".join(_role(each) for each in step.roles), step.provision)
        for at, step in enumerate(detail.steps, start=1)
    ]
    yield _table([8, 24, 92, 50], steps, ("順", "種類", "役割", "根拠"), "順番はまだ決まっていません。")
    yield from _heading("決裁の経過")
    made = []
    for row in detail.decisions:
        behalf = detail.people.get(row.on_behalf_of_id or 0, "")
        who = f"{detail.people.get(row.decided_by_id, '')}({_role(row.decided_as)})" + (
            f" {behalf}の代理" if behalf else ""
        )
        said = [row.reason, *(f"指摘{at} {text}" for at, text in enumerate(row.remarks, start=1))]
        said += [f"条件 {each['text']}(期限 {each['due_on']})" for each in row.conditions]
        words = DECISION_WORDS[row.action] + (" 判定と異なる決裁" if row.is_against_verdict else "")
        made.append((_instant(row.decided_at), words, who, " / ".join(each for each in said if each)))
    yield _table([34, 30, 50, 60], made, ("日時(JST)", "決裁", "人・役割", "理由・指摘・条件"), "まだありません。")


def _line(line: Mapping[str, Any]) -> tuple[str, ...]:
    source = SOURCES.get(line["source"], line["source"])
    action = ACTIONS.get(line["action"], line["action"])
    at = _instant(datetime.fromisoformat(line["at"]))
    return str(line["seq"]), at, line["actor_name"], f"{action}({source})", line["hash"]


def _role(role: str) -> str:
    return ROLE_LABELS.get(role, role)


def _instant(instant: datetime) -> str:
    return instant.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")


def _text(words: str, size: float = 9, face: str = BODY) -> Paragraph:
    style = ParagraphStyle("", fontName=face, fontSize=size, leading=size * 1.5, wordWrap="CJK")
    return Paragraph(escape(printable(words)).replace("\n", "<br/>"), style)


def _heading(words: str) -> Iterable[Flowable]:
    # Not keepWithNext: a table longer than a page would be pushed to the next one whole.
    style = ParagraphStyle("", fontName=HEAD, fontSize=11, leading=16, spaceBefore=10, spaceAfter=4)
    return CondPageBreak(35 * mm), Paragraph(escape(words), style)


def _table(
    widths: Sequence[float], rows: Iterable[Sequence[str]], titles: Sequence[str] = (), otherwise: str = ""
) -> Flowable:
    cells = [[_text(cell, 8) for cell in row] for row in rows]
    if not cells:
        return _text(otherwise)
    head = [[_text(title, 8, HEAD) for title in titles]] if titles else []
    table = Table([*head, *cells], colWidths=[width * mm for width in widths], repeatRows=len(head), hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0) if titles else (0, -1), colors.whitesmoke),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table
