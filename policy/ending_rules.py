"""The rules of an ending: which proof counts for which information, and what each road asks for besides.

Provisions (むつ市 第5版):
    8-1(4)①(イ): that everything handled was returned, disposed of or erased is confirmed.
    2(2)⑩(ア): a medium with 機密性2 or higher is treated so that nothing can be restored.
    2(2)⑩(イ): day, person and treatment of a disposal are recorded.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.vocabulary import EndingRoad, ErasureMethod, ProofKind, Rigour
from policy.case import reaches
from policy.errors import BadLibrary
from policy.pack import PackFile
from policy.strict_yaml import read_text

HOME = Path(__file__).parent / "packs"
FILE = "ending_rules.yaml"
COMMON = "model"
ERASED = (ProofKind.DELETION, ProofKind.BACKUP_ERASURE)
GONE = (ProofKind.RETURN, *ERASED)
DESTROYED = (ErasureMethod.SHRED, ErasureMethod.DEGAUSS)
WITH_A_TOOL = (ErasureMethod.OVERWRITE, ErasureMethod.DEVICE_ERASE)

METHOD_LABELS: dict[str, str] = {
    ErasureMethod.DELETE: "削除のみ",
    ErasureMethod.FORMAT: "初期化",
    ErasureMethod.OVERWRITE: "上書き消去",
    ErasureMethod.DEVICE_ERASE: "機器の消去命令",
    ErasureMethod.CRYPTO_ERASE: "暗号鍵の廃棄",
    ErasureMethod.DEGAUSS: "磁気破壊",
    ErasureMethod.SHRED: "物理破壊・溶解",
}
FIELD_LABELS: dict[str, str] = {
    "items": "対象のデータ・書類",
    "media": "媒体",
    "serials": "媒体の型番・製造番号",
    "count": "件数",
    "method": "方法",
    "tool": "使ったツール・機器",
    "verification": "消去の結果の確かめ方",
    "done_on": "実施した日",
    "done_by": "実施者",
    "witness": "立会者",
    "place": "作業場所",
    "issuer": "証明書の名義",
    "no_copies_left": "複製が残らないこと",
    "backup_until_on": "バックアップが残る期限",
    "difference": "件数の違いの理由",
    "late_reason": "期限に遅れた理由",
    "exception_number": "例外措置の番号",
}


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MethodRule(_Data):
    """Which ways of erasing count for a rigour, and what must be told besides."""

    allowed: tuple[ErasureMethod, ...] = Field(min_length=1)
    needs: tuple[str, ...] = ()
    basis: str = Field(min_length=1)


class RoadItem(_Data):
    """A line that a road adds to the checklist."""

    id: str = Field(pattern=r"^[a-z_]{1,60}$")
    title: str = Field(min_length=1)
    evidence_fields: tuple[str, ...] = ()


class RoadRule(_Data):
    """One road with its name and the lines it adds."""

    label: str = Field(min_length=1)
    items: tuple[RoadItem, ...] = ()


class EndingRules(_Data):
    """The rules of one pack; ``is_common`` where the pack has none of its own and the defaults stand in."""

    complete_within_days: int = Field(ge=1, le=366)
    inspection_within_days: int = Field(ge=1, le=60)
    reminders_before_days: tuple[Annotated[int, Field(ge=1, le=730)], ...] = Field(min_length=1)
    methods: dict[Rigour, MethodRule]
    roads: dict[EndingRoad, RoadRule]
    contractor_accounts: RoadItem
    connection_keys: RoadItem
    is_common: bool = False

    @model_validator(mode="after")
    def _knows_every_word(self) -> "EndingRules":
        if set(self.methods) != set(Rigour) or set(self.roads) != set(EndingRoad):
            raise ValueError("methods と roads には、すべての区分を書いてください")
        weak = {ErasureMethod.DELETE, ErasureMethod.FORMAT} & set(self.methods[Rigour.STRICT].allowed)
        if weak or ErasureMethod.DELETE in self.methods[Rigour.DOCUMENT].allowed:
            raise ValueError("復元できる方法(削除のみ・初期化)は、この区分では認められません")
        unknown = {name for rule in self.methods.values() for name in rule.needs} - set(FIELD_LABELS)
        if unknown:
            raise ValueError(f"{'、'.join(sorted(unknown))} という項目はありません")
        return self


@lru_cache(maxsize=32)
def rules_of(pack_id: str) -> EndingRules:
    """Return the rules of a pack, or the common ones where it has none. Raises ``BadLibrary`` for a broken file."""
    own = HOME / pack_id / FILE
    if pack_id != COMMON and not own.exists():
        return rules_of(COMMON).model_copy(update={"is_common": True})
    try:
        return EndingRules.model_validate(read_text(own.read_bytes()).value)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]
        place = "/".join(str(part) for part in said["loc"])
        where = f"{pack_id}/{FILE}"
        raise BadLibrary("bad_ending_rules", f"{where}: {place}: {said['msg']}", where) from error


def rigour_of(pack: PackFile, confidentiality: str, *, is_personal: bool) -> Rigour:
    """Return how thoroughly information of a class has to vanish; personal information always the most."""
    if is_personal or reaches(confidentiality, pack.settings.sensitive_confidentiality, pack):
        return Rigour.STRICT
    is_document = reaches(confidentiality, pack.settings.document_confidentiality, pack)
    return Rigour.DOCUMENT if is_document else Rigour.PLAIN


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of the information at one holder when its proof comes in."""

    rigour: Rigour
    last_used_on: date
    prove_by_on: date
    count_given: int | None = None
    media_given: str = ""
    backups_until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a receipt, a certificate or a permission says."""

    kind: ProofKind
    items: str
    done_on: date | None
    media: str = ""
    serials: str = ""
    count: int | None = None
    method: str = ""
    tool: str = ""
    verification: str = ""
    done_by: str = ""
    witness: str = ""
    place: str = ""
    issuer: str = ""
    no_copies_left: bool = False
    backup_until_on: date | None = None
    difference: str = ""
    late_reason: str = ""
    exception_number: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a proof from counting: the field, a code, and a sentence that says what to do."""

    field: str
    code: str
    message: str


def problems_of(proof: Proof, held: Held, rules: EndingRules, today: date) -> list[Problem]:
    """Return everything that keeps a proof from counting for what a holder held; nothing when it counts."""
    return [
        *_missing(proof, held, rules),
        *_days(proof, held, today),
        *_count(proof, held),
        *_method(proof, held, rules),
    ]


def _missing(proof: Proof, held: Held, rules: EndingRules) -> list[Problem]:
    needed = ["items"]
    if proof.kind in GONE:
        needed += ["done_by", "place", "issuer"]
    if proof.kind in ERASED:
        needed += ["method", *rules.methods[held.rigour].needs]
    if proof.kind == ProofKind.NEVER_HELD:
        needed += ["issuer"]
    if proof.kind == ProofKind.EXCEPTION:
        needed += ["exception_number"]
    if proof.kind in ERASED and proof.method in WITH_A_TOOL:
        needed += ["tool"]
    if proof.kind in ERASED and proof.method in DESTROYED:
        needed += ["media", "serials", "witness"]
    if proof.kind in GONE and held.media_given:
        needed += ["media", "serials"]
    found = [
        Problem(name, "missing", f"{FIELD_LABELS[name]}を書いてください。")
        for name in dict.fromkeys(needed)
        if not str(getattr(proof, name)).strip()
    ]
    if proof.kind == ProofKind.RETURN and not proof.no_copies_left:
        message = (
            "返却の受領書では、相手方に複製が残らないことを確かめて印を付けてください。残るときは削除証明を求めます。"
        )
        found.append(Problem("no_copies_left", "copies_left", message))
    if proof.kind in GONE and proof.count is None:
        found.append(Problem("count", "missing", "件数を書いてください。媒体や書類は、その数を書きます。"))
    return found


def _days(proof: Proof, held: Held, today: date) -> list[Problem]:
    if proof.done_on is None:
        return [Problem("done_on", "missing", "実施した日を書いてください。")]
    if proof.done_on > today:
        return [Problem("done_on", "day_to_come", "実施した日は、今日以前の日にしてください。")]
    found = []
    if proof.kind in GONE and proof.done_on < held.last_used_on:
        message = (
            f"証拠の日({proof.done_on.isoformat()})が、最後に使った日({held.last_used_on.isoformat()})より前です。"
            "その後に使った分が残ります。改めて証明を求めてください。"
        )
        found.append(Problem("done_on", "before_last_use", message))
    if proof.kind == ProofKind.BACKUP_ERASURE:
        found += _backup_days(proof, held)
    elif proof.kind in GONE and proof.done_on > held.prove_by_on and not proof.late_reason.strip():
        message = f"期限({held.prove_by_on.isoformat()})を過ぎています。遅れた理由を書いてください。"
        found.append(Problem("late_reason", "term_passed", message))
    if proof.backup_until_on is not None:
        if proof.kind != ProofKind.DELETION:
            message = "バックアップが残る期限は、削除証明にだけ書きます。空にしてください。"
            found.append(Problem("backup_until_on", "not_of_this_kind", message))
        elif proof.backup_until_on <= proof.done_on:
            message = "バックアップが残る期限は、実施した日より後の日にしてください。残らないときは空にします。"
            found.append(Problem("backup_until_on", "backups_before_deletion", message))
    return found


def _backup_days(proof: Proof, held: Held) -> list[Problem]:
    if held.backups_until_on is None:
        return [
            Problem("kind", "no_backups_known", "残るバックアップの記録がありません。削除証明として記録してください。")
        ]
    if proof.done_on is not None and proof.done_on < held.last_used_on:
        return [Problem("done_on", "before_last_use", "最後に使った日より前の日付です。改めて証明を求めてください。")]
    return []


def _count(proof: Proof, held: Held) -> list[Problem]:
    """A certificate over fewer things than were handed over leaves the rest unaccounted for."""
    if proof.count is not None and proof.count < 0:
        return [Problem("count", "negative", "件数は0以上の数で書いてください。")]
    if proof.kind not in GONE or proof.count is None or held.count_given is None:
        return []
    if proof.kind == ProofKind.BACKUP_ERASURE:
        return []  # a generation holds what it holds; the count of the deletion was compared already
    if proof.count != held.count_given and not proof.difference.strip():
        message = f"渡した件数({held.count_given:,}件)と証拠の件数({proof.count:,}件)が違います。理由を書いてください。"
        return [Problem("difference", "count_differs", message)]
    return []


def _method(proof: Proof, held: Held, rules: EndingRules) -> list[Problem]:
    if proof.kind not in ERASED or not proof.method:
        return []
    if proof.method not in set(ErasureMethod):
        return [Problem("method", "unknown_method", "方法を一覧から選んでください。")]
    rule = rules.methods[held.rigour]
    if proof.method in rule.allowed:
        return []
    allowed = "、".join(METHOD_LABELS[each] for each in rule.allowed)
    message = (
        f"この情報では「{METHOD_LABELS[proof.method]}」は認められません({rule.basis})。"
        f"認められるのは {allowed} です。相手方に消し直しを求めてください。"
    )
    return [Problem("method", "method_too_weak", message)]
