"""Drafts in the ways that offices write them, and gaps to close in them."""

from __future__ import annotations

from datetime import UTC, datetime

from contract_clauses.clause import Clause
from contract_clauses.drafting.closing import ClosedDraft, Gap, Place, close_gaps
from contract_clauses.library import load_clauses
from contract_clauses.reading import DraftFile, read_draft
from models.vocabulary import ClauseState
from tests.contract_clauses.drafting.papers import listed, word, word_of
from tests.contract_clauses.drafting.word_changes import accept_all, paragraphs, reject_all
from tests.contract_clauses.drafting.word_rules import complaints

AT = datetime(2026, 11, 27, tzinfo=UTC)


def clause(name: str) -> Clause:
    return load_clauses()[name]


def missing(name: str, *places: str, overrides: bool | None = None) -> Gap:
    return Gap(clause(name), ClauseState.MISSING, ("8-1(2)①(エ)",), tuple(map(Place, places)), overrides=overrides)


def weak(name: str, *places: str) -> Gap:
    return Gap(clause(name), ClauseState.WEAK, ("8-1(2)①(エ)",), tuple(map(Place, places)))


def closed(docx: bytes, *gaps: Gap) -> ClosedDraft:
    draft = read_draft([DraftFile("契約書案.docx", docx)])
    made = close_gaps(draft, gaps, docx=docx, at=AT)
    assert complaints(made.docx) == []
    assert paragraphs(reject_all(made.docx)) == paragraphs(docx)
    return made


def added_to(docx: bytes, made: ClosedDraft) -> list[str]:
    old, new = paragraphs(docx), []
    for text in paragraphs(accept_all(made.docx)):
        if old and text == old[0]:
            old.pop(0)
        else:
            new.append(text)
    return new


WIDE = word(
    "業務委託契約書",
    "（業務の内容）",
    "第１条　乙は、別に定めるところにより、本業務を行う。",
    "（再委託）",
    "第２条　乙は、再委託をするときは、甲に通知する。",
    "２　乙は、再委託先の行為について責任を負う。",
    "（秘密）",
    "第３条　乙は、本業務により知った秘密を、本契約の間、他に漏らしてはならない。",
    "（１）　設計に関する秘密",
    "（２）　運用に関する秘密",
    "（協議）",
    "第４条　本契約に定めのない事項は、甲乙協議して定める。",
    "令和９年　　月　　日",
    "甲　星見ヶ丘市長",
)
KANJI = word(
    "第一条（業務）　受託者は、委託業務を行う。",
    "第二条（秘密）　受託者は、秘密を守る。",
    "２　受託者は、次に掲げる事項を守る。",
    "一　漏らさないこと。",
    "二　写さないこと。",
    "第三条（協議）　この契約に定めのない事項は、委託者と受託者が協議する。",
)
DECIMAL = word(
    "1. 業務",
    "1.1 受注者は、本業務を行う。",
    "1.2 受注者は、計画を作る。",
    "2. 秘密",
    "2.1 受注者は、秘密を守る。",
    "2.2 受注者は、資料を写さない。",
    "3. 協議",
    "3.1 本契約に定めのない事項は、発注者と受注者が協議する。",
)
ANNEX = word(
    "個人情報取扱特記事項",
    "第1　秘密の保持",
    "受託者は、秘密を漏らしてはならない。",
    "第2　従事者への周知",
    "受託者は、従事者に周知する。",
    "第3　その他",
    "この特記事項に定めのない事項は、委託者と受託者が協議する。",
)
MARKED = word(
    "サービス利用のお約束",
    "■ 秘密のこと",
    "当社は、お客様の秘密を守ります。",
    "■ 報告のこと",
    "当社は、お客様に報告します。",
    "■ 協議",
    "本規約に定めのない事項は、お客様と当社が協議します。",
)
NUMBERED = word_of(
    [
        listed("（秘密）　乙は、秘密を守る。"),
        listed("乙は、資料を写さない。", level=1),
        listed("（協議）　本契約に定めのない事項は、甲乙協議する。"),
    ]
)
