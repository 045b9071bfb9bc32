"""Who tells whom of an incident, as a pack says it (5-3, 7-3), with the hours that are ours where it names none."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError, model_validator

from models.vocabulary import Role, Strength
from policy.errors import BadLibrary
from policy.strict_yaml import read_text

HOME = Path(__file__).parent / "packs"
FILE = "incidents.yaml"
COMMON = "model"
OUTSIDE = (
    "contact_point",
    "prefecture",
    "ministry",
    "subjects",
    "cloud_contacts",
    "contractor",
)
REFERENCE = "このポリシーの報告の順番は収録していないため、地方公共団体に共通する順番を既定とします"


def _as_words(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class ChainStep(BaseModel):
    """One notice: from whom to whom, under which provision, within how many hours, counted from when.

    ``said`` is the policy's own word (速やかに); ``hours`` are then a default of ours, shown as one. ``from_outside``
    and ``strength_from_outside`` hold where somebody outside reported (5-3(2)). ``after`` names the step whose telling
    starts the clock; without one it starts with our knowledge. ``when`` says which incidents have it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    step: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: str
    sender: Role
    receiver: str
    provision: Annotated[str, BeforeValidator(_as_words)] = ""
    from_outside: Annotated[str, BeforeValidator(_as_words)] = ""
    strength: Strength = Strength.MUST
    strength_from_outside: Strength | None = None
    said: str = ""
    hours: int = Field(ge=1, le=2400)
    is_default: StrictBool = True
    after: str = ""
    when: Literal["always", "confirmed", "cloud", "party", "leak"] = "always"

    @model_validator(mode="after")
    def _tells_somebody_known(self) -> "ChainStep":
        if self.receiver not in {*Role, *OUTSIDE}:
            raise ValueError(f"{self.receiver} という相手はありません")
        return self

    def basis(self) -> str:
        """Return in Japanese where the hours come from."""
        if not self.is_default:
            return f"ポリシーの定めによる{self.hours}時間"
        words = f"本文は「{self.said}」。" if self.said else ""
        return f"{words}時間の定めがないため、既定の{self.hours}時間"


class IncidentChain(BaseModel):
    """The chain of one pack; ``is_common`` where the pack has none and the common one stands in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[ChainStep, ...] = Field(min_length=1)
    is_common: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> "IncidentChain":
        known: set[str] = set()
        for each in self.steps:
            if each.step in known:
                raise ValueError(f"{each.step} が2回あります")
            if each.after and each.after not in known:
                raise ValueError(f"{each.step} の前の {each.after} がありません")
            known.add(each.step)
        return self

    def step(self, name: str) -> ChainStep | None:
        """Return a step by its name."""
        return next((each for each in self.steps if each.step == name), None)


@lru_cache(maxsize=32)
def chain_of(pack_id: str) -> IncidentChain:
    """Return the chain of a pack, or the common one where it has none. Raises ``BadLibrary`` for a broken file."""
    own = HOME / pack_id / FILE
    if not own.exists():
        return _read(HOME / COMMON / FILE).model_copy(update={"is_common": True})
    return _read(own)


def _read(path: Path) -> IncidentChain:
    stated = read_text(path.read_bytes()).value
    if isinstance(stated, dict) and set(stated) == {"copy_of"}:
        return _read(HOME / str(stated["copy_of"]) / FILE)
    try:
        return IncidentChain.model_validate(stated)
    except ValidationError as error:
        where = f"{path.parent.name}/{path.name}"
        said = error.errors(include_url=False)[0]
        place = "/".join(str(part) for part in said["loc"])
        raise BadLibrary("bad_chain", f"{where}: {place}: {said['msg']}", where) from error
