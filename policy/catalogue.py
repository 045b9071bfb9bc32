"""What pages need to show a case: Japanese labels, and the questions this case asks."""

from dataclasses import dataclass

from models.vocabulary import Answer, DutyKind, EntryStatus, Phase, Result, Strength
from policy.document import RequestDocument
from policy.facts import RegistryFacts
from policy.pack import Named, Pack
from policy.walk import title_of, walk_pack

RESULT_LABELS = {
    Result.MET: "適合",
    Result.CONDITIONAL: "条件付き",
    Result.NOT_MET: "不適合",
    Result.NEEDS_INFORMATION: "情報不足",
    Result.NOT_APPLICABLE: "対象外",
}
STRENGTH_LABELS = {
    Strength.MUST: "必須",
    Strength.AS_NEEDED: "必要に応じて",
    Strength.RECOMMENDED: "推奨",
}
PHASE_LABELS = {
    Phase.RULE_MAKING: "規程の整備",
    Phase.BEFORE: "検討",
    Phase.SELECTION: "選定",
    Phase.PROCUREMENT: "調達・契約",
    Phase.APPROVAL: "承認",
    Phase.BUILD: "構築",
    Phase.OPERATION: "運用",
    Phase.END: "終了",
    Phase.AUDIT: "監査",
}
ANSWER_LABELS = {
    Answer.YES: "はい",
    Answer.NO: "いいえ",
    Answer.CONDITIONAL: "条件付きではい",
    Answer.UNKNOWN: "分からない",
    Answer.NOT_NEEDED: "必要ない",
}
DUTY_KIND_LABELS = {
    DutyKind.PERIODIC: "定期",
    DutyKind.EVENT: "都度",
    DutyKind.END: "終了時",
    DutyKind.RECORD: "記録",
}
REGISTRY_STATUS_LABELS = {
    EntryStatus.REGISTERED: "登録あり",
    EntryStatus.SUSPENDED: "一時停止",
    EntryStatus.REMOVED: "登録なし(削除)",
    EntryStatus.NOT_LISTED: "登録なし",
    EntryStatus.UNKNOWN: "不明",
}
ACTION_LABELS = {"apply": "申請", "decide": "決裁", "record": "記録", "appoint": "管理者の指名"}
CONNECTION_LABELS = {
    "internet": "インターネット",
    "local_breakout": "ローカルブレイクアウト",
    "lgwan_asp": "LGWAN-ASP",
    "dedicated_line": "専用回線",
}
SERVICE_MODEL_LABELS = {"saas": "SaaS", "paas": "PaaS", "iaas": "IaaS"}
ACTIVITY_LABELS = {"build": "構築", "operate": "運用", "maintain": "保守"}
SUBJECT_LABELS = {"cloud": "クラウドサービス", "outsourcing": "業務委託"}


@dataclass(frozen=True, slots=True)
class Question:
    """One provision the applicant is asked about in this case, with what has been made of it so far."""

    provision: str
    title: str
    question: str
    why: str
    accepts_not_needed: bool
    asks_evidence: bool
    evidence_examples: str
    is_clause: bool
    strength: Strength
    phase: Phase
    actor: str
    sections: tuple[str, ...]
    result: Result
    reason: str


def questions(document: RequestDocument, pack: Pack, registry: RegistryFacts | None = None) -> tuple[Question, ...]:
    """The provisions decided by answer in this case, once each, in the policy's order.

    What facts decide is not among them. With several subjects the first one's result is shown.

    Raises:
        PolicyError: as ``policy.evaluation.evaluate`` does.
    """
    asked: dict[str, Question] = {}
    for item in walk_pack(document, pack, registry or RegistryFacts()).weighed:
        finding = item.finding
        if not finding.asked or finding.provision in asked:
            continue
        asked[finding.provision] = Question(
            provision=finding.provision,
            title=title_of(item.provision, item.criterion),
            question=item.criterion.question,
            why=item.criterion.why,
            accepts_not_needed=finding.strength is Strength.AS_NEEDED,
            asks_evidence=item.criterion.asks_evidence,
            evidence_examples=item.criterion.evidence_examples,
            is_clause=item.provision.clause is not None,
            strength=finding.strength,
            phase=finding.phase,
            actor=finding.next_actor,
            sections=item.provision.sections,
            result=finding.result,
            reason=finding.reason,
        )
    return tuple(asked.values())


def role_label(pack: Pack, role: str) -> str:
    """The body's own word for a role; the id itself where the pack has no word for it."""
    return _label(pack.file.roles, role)


def zone_label(pack: Pack, zone: str) -> str:
    """The body's own word for a network zone."""
    return _label(pack.file.zones, zone)


def class_label(pack: Pack, scale: str, name: str | int) -> str:
    """The label of a class on ``confidentiality``, ``integrity`` or ``availability``."""
    scales = {
        "confidentiality": pack.file.confidentiality,
        "integrity": pack.file.integrity,
        "availability": pack.file.availability,
    }
    return _label(scales[scale], str(name))


def section_label(pack: Pack, section: str) -> str:
    """What a governing section is about, in a few words."""
    return next((item.label for item in pack.file.sections if item.id == section), section)


def provision_line(pack: Pack, provision: str) -> str:
    """What a provision demands, in one line of our own words; empty for one the pack does not track."""
    known = pack.by_id.get(provision)
    return known.line if known else ""


def duty_title(pack: Pack, provision: str) -> str:
    """What has to be done under a provision's duty; the provision's line where it has none of its own."""
    known = pack.by_id.get(provision)
    if known is None or known.duty is None:
        return provision_line(pack, provision)
    return pack.duties[known.duty].title


def duty_record(pack: Pack, provision: str) -> str:
    """What must be kept as proof that a provision's duty was done; empty where it has no duty."""
    known = pack.by_id.get(provision)
    return pack.duties[known.duty].record if known is not None and known.duty is not None else ""


def clause_of(pack: Pack, provision: str) -> str | None:
    """The id of the contract clause a provision demands, if it demands one."""
    known = pack.by_id.get(provision)
    return known.clause if known else None


def _label(named: tuple[Named, ...], name: str) -> str:
    return next((item.label for item in named if item.id == name), name)
