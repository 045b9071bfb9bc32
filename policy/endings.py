"""The ending checklist: what must be settled before a contract or an approved service may be closed."""

from collections.abc import Collection
from dataclasses import dataclass

from policy.case import NO, UNKNOWN, YES, reaches, yes_no
from policy.errors import PolicyError
from policy.pack import Pack


@dataclass(frozen=True, slots=True)
class EndingItem:
    """One line of the checklist.

    ``needs_second_checker`` asks for a second person, different from the first, to look at the evidence;
    ``evidence_fields`` names what the evidence must carry.
    """

    id: str
    provision: str
    title: str
    needs_evidence: bool
    needs_second_checker: bool
    evidence_fields: tuple[str, ...]


# Japanese labels of the evidence fields, for pages and forms.
EVIDENCE_LABELS = {
    "accounts": "廃棄したアカウント",
    "backup_remains_until": "バックアップが残る期限",
    "certificate_issuer": "証明書の名義",
    "checked_by": "確かめた人",
    "checked_on": "確かめた日",
    "count_received": "受け取った件数",
    "count_sent": "渡された件数",
    "done_at": "実施日時",
    "done_by": "実施者",
    "file": "ファイル",
    "inspected_by": "検収した人",
    "inspected_on": "検収した日",
    "key_id": "鍵の識別名",
    "method": "方法",
    "migrated_to": "移行先",
    "notified_on": "通知した日",
    "notified_to": "通知した相手",
    "permitted_by": "許可した人",
    "permitted_on": "許可した日",
    "subcontractor": "再委託先",
    "target": "対象データ・媒体",
    "treatment": "処理の内容",
    "updated_by": "更新した人",
    "updated_on": "更新した日",
    "witness": "立会者",
}


def ending_items(
    pack: Pack,
    *,
    subject_kinds: Collection[str],
    confidentiality: str,
    personal: bool = False,
    has_subcontractors: bool | None = None,
    is_it_work: bool = True,
) -> tuple[EndingItem, ...]:
    """The checklist for ending what ``subject_kinds`` (cloud, outsourcing) names, in the order it is worked through.

    ``confidentiality`` is the highest class handled. ``has_subcontractors`` None (not known) keeps the check of
    subcontractors on the list: an ending must not pass because nobody asked.

    Raises:
        PolicyError: ``unknown_class`` for a class the pack does not have.
    """
    if confidentiality not in {item.id for item in pack.file.confidentiality}:
        raise PolicyError(
            "unknown_class", f"機密性「{confidentiality}」はこのポリシーにありません。分類を確かめてください。"
        )
    settings = pack.file.settings
    sensitive = personal or reaches(confidentiality, settings.sensitive_confidentiality, pack.file)
    facts = {
        "confidentiality": confidentiality,
        "document_grade": yes_no(reaches(confidentiality, settings.document_confidentiality, pack.file)),
        "sensitive": yes_no(sensitive),
        "subcontracting": UNKNOWN if has_subcontractors is None else yes_no(has_subcontractors),
        "it_work": YES if is_it_work else NO,
    }
    kinds = set(subject_kinds)
    return tuple(
        EndingItem(
            id=line.id,
            provision=line.provision,
            title=line.title,
            needs_evidence=line.needs_evidence,
            needs_second_checker=line.needs_second_checker,
            evidence_fields=line.evidence_fields,
        )
        for line in pack.file.endings
        if kinds.intersection(line.subjects) and line.only_when.holds(facts)
    )
