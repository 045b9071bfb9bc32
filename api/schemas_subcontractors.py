"""Subcontractors of a contract on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, SubcontractorWord
from casework.subcontractors import Node, NodeIn, Tree


class NodeEntryIn(BaseModel):
    """A subcontractor asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "株式会社ひなた入力",
                "work": "申込書の入力",
                "information": "申込者の氏名",
                "place": "市内の事業所",
                "measures": "入退室の管理、持出しの禁止",
            }
        },
    )

    name: str = Field(max_length=200)
    work: str = Field(max_length=2000, description="委託する業務")
    information: str = Field("", max_length=2000, description="扱う情報")
    place: str = Field("", max_length=1000, description="作業場所")
    measures: str = Field("", max_length=4000, description="講じさせる対策")
    parent_id: int | None = Field(None, ge=1, description="二段目以降のとき、上の段の番号")
    requested_on: date | None = Field(None, description="申出の日。省けば今日")

    @property
    def wish(self) -> NodeIn:
        """Return it as casework takes it."""
        return NodeIn(**self.model_dump())


class NodeDecisionIn(BaseModel):
    """Whether a subcontractor is approved."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"is_approved": True}})

    is_approved: bool
    reason: str = Field("", max_length=4000, description="承認しないときは必須")


class NodeEndIn(BaseModel):
    """The day on which a subcontractor's work ended."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ended_on": "2026-11-20"}})

    ended_on: date
    note: str = Field("", max_length=4000)


class NodeOut(BaseModel):
    """One subcontractor in its tier."""

    id: int
    parent_id: int | None
    tier: int
    name: str
    work: str
    information: str
    place: str
    measures: str
    state: SubcontractorWord
    requested_on: date
    entered_by: str
    decided_by: str
    decided_at: Instant | None
    reason: str
    ended_on: date | None
    is_in_audit_scope: bool = Field(description="監査の対象か(9-1(4)①)")
    version: int


def node_out(node: Node) -> NodeOut:
    """Return a subcontractor."""
    row = node.row
    return NodeOut(
        id=row.key,
        parent_id=row.parent_id,
        tier=row.tier,
        name=row.name,
        work=row.work,
        information=row.information,
        place=row.place,
        measures=row.measures,
        state=row.state,
        requested_on=row.requested_on,
        entered_by=node.entered_by,
        decided_by=node.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        ended_on=row.ended_on,
        is_in_audit_scope=node.is_in_audit_scope,
        version=row.version,
    )


class TreeOut(BaseModel):
    """All subcontractors of a contract, with what does not fit together."""

    items: list[NodeOut]
    next_cursor: str | None = None
    has_more: bool = False
    remarks: list[str] = Field(description="申請・条項・再委託先の間で合わないこと")


def tree_out(tree: Tree) -> TreeOut:
    """Return a contract's subcontractors."""
    return TreeOut(items=[node_out(node) for node in tree.nodes], remarks=list(tree.remarks))
