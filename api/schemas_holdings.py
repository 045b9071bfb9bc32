"""Information in other hands on the wire: what was handed over, when its end came, what shows that it is gone."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.words import Instant
from casework.data_holdings import GivenIn, HoldingRow
from casework.errors import BadInput, FieldError
from models.holding_proof import HoldingProof
from models.vocabulary import ErasureMethod, HoldingState, ProofKind, ProofState, Rigour
from policy.ending_rules import FIELD_LABELS, Proof

Words = Annotated[str, Field(max_length=2000)]
MOST_COUNT = 2_000_000_000


class GivenBody(BaseModel):
    """What was handed over to one holder in all."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"count": 1248, "media": "", "given_on": "2026-11-20"}}
    )

    subcontractor_id: int | None = Field(None, ge=1, description="再委託先の番号。省けば契約の相手方")
    count: int | None = Field(None, ge=0, le=MOST_COUNT)
    media: Words = ""
    given_on: date | None = None

    @property
    def given(self) -> GivenIn:
        """Return it as casework takes it."""
        return GivenIn(self.count, self.media, self.given_on)


class PartEndIn(BaseModel):
    """Some kinds of information whose use ends while the contract goes on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"information": [2], "last_used_on": "2026-11-20", "reason": "掲載をやめた"}},
    )

    information: list[Annotated[int, Field(ge=1, le=1000)]] = Field(max_length=200, description="情報の番号")
    last_used_on: date
    reason: str = Field(max_length=4000)


class LastUseIn(BaseModel):
    """Another last day of use, with the reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"last_used_on": "2026-11-20", "reason": "移行を終えた"}}
    )

    last_used_on: date
    reason: str = Field(max_length=4000)


class RefusalIn(BaseModel):
    """Why something is sent back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "製造番号が違う"}})

    reason: str = Field(max_length=4000)


class ProofIn(BaseModel):
    """What a receipt, a certificate or a permission says."""

    model_config = ConfigDict(extra="forbid")

    kind: ProofKind
    items: Words = ""
    media: Words = ""
    serials: Words = ""
    count: int | None = Field(None, ge=0, le=MOST_COUNT)
    method: ErasureMethod | None = None
    tool: Words = ""
    verification: Words = ""
    done_on: date | None = None
    done_by: Words = ""
    witness: Words = ""
    place: Words = ""
    issuer: Words = ""
    no_copies_left: bool = False
    backup_until_on: date | None = None
    difference: Words = ""
    late_reason: Words = ""
    exception_number: str = Field("", max_length=20)


def read_proof(text: str) -> Proof:
    """Return what a form's ``proof`` field says, a JSON object; raises ``BadInput`` that names the field."""
    try:
        said = ProofIn.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        found = error.errors(include_url=False) if isinstance(error, ValidationError) else []
        names = [str(each["loc"][0]) if each["loc"] else "proof" for each in found] or ["proof"]
        raise BadInput(
            "proof は、証拠の項目と内容の組のJSONで書いてください。",
            [
                FieldError(
                    f"/{name}".rstrip("/"), "unreadable", f"{FIELD_LABELS.get(name, name or 'proof')}を読めません。"
                )
                for name in dict.fromkeys(names)
            ],
        ) from error
    stated: dict[str, Any] = said.model_dump() | {"method": said.method or ""}
    return Proof(**stated)


class ProofOut(BaseModel):
    """A proof as it was recorded, and what the second person said."""

    id: int
    kind: ProofKind
    state: ProofState
    items: str
    media: str
    serials: str
    count: int | None
    method: str
    tool: str
    verification: str
    done_on: date
    done_by: str
    witness: str
    place: str
    issuer: str
    no_copies_left: bool
    backup_until_on: date | None
    difference: str
    late_reason: str
    recorded_at: Instant
    looked_at_at: Instant | None
    refusal: str
    file_url: str
    version: int


def proof_out(proof: HoldingProof) -> ProofOut:
    """Return a proof as shown."""
    said = {name: getattr(proof, name) for name in ProofOut.model_fields if hasattr(proof, name)}
    return ProofOut(**said, file_url=f"/api/v1/files/{proof.evidence_id}")


class HoldingOut(BaseModel):
    """One kind of information at one holder."""

    id: int | None = Field(description="まだ記録のない欄では null。渡した数の記録か終了手続で番号が付く")
    information_no: int
    information: str
    confidentiality: str
    is_personal: bool
    rigour: Rigour = Field(description="strict=復元できない消去を確かめる、document=復元できない消去、plain=消去")
    subcontractor_id: int | None
    tier: int
    holder: str
    state: HoldingState = Field(
        description="held=預けている、open=証拠待ち、backups=バックアップ待ち、settled=済、excepted=例外"
    )
    count_given: int | None
    media_given: str
    given_on: date | None
    last_used_on: date | None
    prove_by_on: date | None
    backups_until_on: date | None
    proofs: list[ProofOut]
    version: int


def holding_out(row: HoldingRow) -> HoldingOut:
    """Return a holding as shown."""
    said = {name: getattr(row.holding, name) for name in HoldingOut.model_fields if hasattr(row.holding, name)}
    return HoldingOut(
        **said,
        information=row.holding.information_name,
        backups_until_on=row.backups_until_on,
        proofs=[proof_out(proof) for proof in row.proofs],
    )


def holdings_out(rows: Sequence[HoldingRow]) -> list[HoldingOut]:
    """Return holdings as shown."""
    return [holding_out(row) for row in rows]
