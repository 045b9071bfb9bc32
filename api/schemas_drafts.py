"""Drafts of contracts, what the machine answered and people decided, and subcontractors on the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from api.words import ClauseStateWord, GapChangeWord, GapWord, Instant
from casework.clause_duties import PromiseRow
from casework.contract_drafts import DraftDetail, DraftRow
from casework.draft_comparison import Comparison
from casework.draft_intake import DraftIn
from casework.gap_view import GapRow, GapView
from contract_clauses.library import load_clauses
from models.clause_decision import ClauseDecision
from models.clause_left_out import ClauseLeftOut


def read_stated(
    received_on: Annotated[date, Form(description="受け取った日")],
    received_from: Annotated[str, Form(max_length=500, description="だれから受け取ったか")],
    note: Annotated[str, Form(max_length=4000, description="この版についてのメモ")] = "",
) -> DraftIn:
    """Return what a form says of a version; its files come beside it."""
    return DraftIn(received_on, received_from, note)


class DraftFileOut(BaseModel):
    """One file of a version, as it came."""

    id: int
    name: str
    sha256: str
    size_bytes: int


class DraftItemOut(BaseModel):
    """One version of a contract's draft. It is never changed."""

    draft_no: int
    received_on: date
    received_from: str
    note: str
    entered_by: str
    entered_at: Instant
    is_readable: bool
    problem: str = Field(description="読めないとき、その理由と、どうすればよいか")
    cautions: list[str] = Field(description="読めなかった部分などの注意")
    files: list[DraftFileOut]
    counts: dict[str, int] = Field(description="機械の見立てごとの条項の数")
    content_hash: str
    analysis_hash: str = Field(description="見立てに使った規則のハッシュ。同じなら同じ答えになります")


class PassageOut(BaseModel):
    """One passage of the text: where it stands in the tree and in the text."""

    no: int
    parent: int | None
    kind: str
    label: str
    heading: str
    start: int
    end: int


class DraftOut(DraftItemOut):
    """A version with what was read of it. Spans of ``gaps`` count characters of ``text``."""

    is_newest: bool
    text: str
    passages: list[PassageOut]


class ElementOut(BaseModel):
    """An element a clause has to hold."""

    id: str
    label: str


class SpanOut(BaseModel):
    """A place in the draft."""

    article: str
    start: int
    end: int
    quote: str


class EarlierOut(BaseModel):
    """What a person had decided when the version came in, and whether it stands there too."""

    state: ClauseStateWord
    place: str
    reason: str
    decided_at: Instant
    holds: bool = Field(description="根拠の条文が同じで、そのまま有効か")


class GapOut(BaseModel):
    """The machine's answer on one provision, beside what a person decides. It confirms nothing by itself."""

    provision: str
    clause: str
    title: str
    result: GapWord
    score: float
    missing_elements: list[ElementOut]
    spans: list[SpanOut]
    reason: str
    state: ClauseStateWord = Field(description="人が決めた結果")
    version: int = Field(description="条項の確認の版。決めるときの If-Match に使います")
    earlier: EarlierOut | None


class DecisionOut(BaseModel):
    """What one person said of a clause at one time, and what the machine had said."""

    state: ClauseStateWord
    place: str
    reason: str
    note_inside: str
    note_outside: str
    machine_result: str
    decided_by: str
    decided_at: Instant


class ClauseChangeOut(BaseModel):
    """What became of one clause."""

    provision: str
    clause: str
    change: GapChangeWord
    before: str
    after: str


class PieceOut(BaseModel):
    """A stretch of words: in both versions, only in the older, or only in the newer."""

    kind: str
    text: str


class ArticleChangeOut(BaseModel):
    """One article that is not the same at the same place."""

    kind: str = Field(description="added=追加、removed=削除、changed=変更、moved=移動")
    before: str
    after: str
    heading: str
    pieces: list[PieceOut]


class ComparisonOut(BaseModel):
    """Two versions side by side."""

    older: int
    newer: int
    counts: dict[str, int]
    clauses: list[ClauseChangeOut]
    articles: list[ArticleChangeOut]


class LeftOutOut(BaseModel):
    """A clause of the policy that the contract does not need, and why."""

    provision: str
    clause: str
    title: str
    strength: str
    reason: str


class TakeUpIn(BaseModel):
    """Why a clause is asked for after all."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"provision": "8-2(2)", "reason": "画面を作り替えるため"}}
    )

    provision: str = Field(min_length=1, max_length=60)
    reason: str = Field(max_length=4000)


class PromiseOut(BaseModel):
    """What follows from a confirmed clause; ``duty_id`` once it has been entered."""

    label: str
    provision: str
    clause: str
    place: str
    quote: str
    kind: str = Field(description="periodic=定期、event=事が起きたとき、end=終了のとき、record=記録")
    is_default: bool = Field(description="契約に数字がなく、既定値によるか")
    days: list[date]
    duty_id: int | None


def draft_item_out(row: DraftRow) -> DraftItemOut:
    """Return a version as a list shows it."""
    return DraftItemOut(**_draft_facts(row))


def _draft_facts(row: DraftRow) -> dict[str, Any]:
    draft = row.draft
    files = [
        DraftFileOut(id=each.key, name=each.name, sha256=each.sha256, size_bytes=each.size_bytes) for each in row.files
    ]
    return {
        "draft_no": draft.draft_no,
        "received_on": draft.received_on,
        "received_from": draft.received_from,
        "note": draft.note,
        "entered_by": row.entered_by,
        "entered_at": draft.created_at,
        "is_readable": draft.is_readable,
        "problem": draft.problem,
        "cautions": draft.cautions,
        "files": files,
        "counts": dict(row.counts),
        "content_hash": draft.content_hash,
        "analysis_hash": draft.analysis_hash,
    }


def draft_out(detail: DraftDetail) -> DraftOut:
    """Return a version with its text."""
    passages = [
        PassageOut.model_construct(
            no=each.no,
            parent=each.parent,
            kind=each.kind.value,
            label=each.label,
            heading=each.heading,
            start=each.start,
            end=each.end,
        )
        for each in detail.reading.passages
    ]
    return DraftOut(**_draft_facts(detail.row), is_newest=detail.is_newest, text=detail.reading.text, passages=passages)


def gap_out(row: GapRow) -> GapOut | None:
    """Return the machine's answer beside the person's; None where it gave none."""
    gap, earlier, clause = row.gap, row.earlier, row.line.clause
    if gap is None:
        return None
    labels = {element.id: element.label for element in clause.elements}
    return GapOut(
        provision=gap.provision,
        clause=gap.clause,
        title=clause.title,
        result=gap.result,
        score=gap.score,
        missing_elements=[ElementOut(id=each, label=labels.get(each, each)) for each in gap.missing_elements],
        spans=[SpanOut(**span) for span in gap.spans],
        reason=gap.reason,
        state=row.check.state,
        version=row.check.version,
        earlier=_earlier_out(earlier, holds=gap.earlier_holds) if earlier else None,
    )


def _earlier_out(earlier: ClauseDecision, *, holds: bool) -> EarlierOut:
    return EarlierOut(
        state=earlier.state,
        place=earlier.place,
        reason=earlier.reason,
        decided_at=earlier.decided_at,
        holds=holds,
    )


def gaps_out(view: GapView) -> list[GapOut]:
    """Return the machine's answers of a version in the order of the policy."""
    return [found for row in view.rows if (found := gap_out(row)) is not None]


def decision_out(row: ClauseDecision, people: Mapping[int, str]) -> DecisionOut:
    """Return one decision of the past."""
    return DecisionOut(
        state=row.state,
        place=row.place,
        reason=row.reason,
        note_inside=row.note_inside,
        note_outside=row.note_outside,
        machine_result=row.machine_result,
        decided_by=people.get(row.decided_by_id, ""),
        decided_at=row.decided_at,
    )


def comparison_out(found: Comparison) -> ComparisonOut:
    """Return two versions side by side."""
    return ComparisonOut(
        older=found.older.draft_no,
        newer=found.newer.draft_no,
        counts=dict(found.counts),
        clauses=[
            ClauseChangeOut(
                provision=each.provision,
                clause=each.clause,
                change=each.change,
                before=each.before.result if each.before else "",
                after=each.after.result if each.after else "",
            )
            for each in found.clauses
        ],
        articles=[
            ArticleChangeOut(
                kind=each.kind,
                before=each.before,
                after=each.after,
                heading=each.heading,
                pieces=[PieceOut(kind=piece.kind, text=piece.text) for piece in each.pieces],
            )
            for each in found.articles
        ],
    )


def left_out_out(row: ClauseLeftOut) -> LeftOutOut:
    """Return a clause that is not needed."""
    clause = load_clauses().get(row.clause)
    return LeftOutOut(
        provision=row.provision,
        clause=row.clause,
        title=clause.title if clause else "",
        strength=row.strength,
        reason=row.reason,
    )


def promise_out(row: PromiseRow) -> PromiseOut:
    """Return a promise of a clause."""
    return PromiseOut(
        label=row.promise.label,
        provision=row.provision,
        clause=row.promise.clause,
        place=row.place,
        quote=row.promise.quote,
        kind=row.promise.duty,
        is_default=row.promise.is_default,
        days=list(row.days),
        duty_id=row.duty.key if row.duty else None,
    )
