"""How evidence stands on a day, and what a use that leans on it loses with it; read off the rows, never stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from casework.call import Call
from casework.clock import day_in_japan
from casework.tenancy import names_of, visible_to
from models.dossier_evaluation import DossierEvaluation
from models.dossier_item import DossierItem
from models.dossier_provision import DossierProvision
from models.vocabulary import EvidenceKind, EvidenceLoss, EvidenceStanding

KIND_WORDS: dict[str, str] = {
    EvidenceKind.CONTRACT: "契約書",
    EvidenceKind.TERMS: "利用規約",
    EvidenceKind.AUDIT_REPORT: "第三者監査報告書",
    EvidenceKind.ISO_27001: "ISO/IEC 27001",
    EvidenceKind.ISO_27017: "ISO/IEC 27017",
    EvidenceKind.PRIVACY_MARK: "プライバシーマーク",
    EvidenceKind.SOC_2: "SOC 2",
    EvidenceKind.ISMAP_STATEMENT: "ISMAP言明書",
    EvidenceKind.REPLY: "回答書",
    EvidenceKind.OTHER: "その他",
}
LOSS_WORDS: dict[str, str] = {
    EvidenceLoss.EXPIRY: "有効期限",
    EvidenceLoss.NOT_ACCEPTED: "不採用",
    EvidenceLoss.WITHDRAWN: "取下げ",
}
USABLE = frozenset({EvidenceStanding.ACCEPTED, EvidenceStanding.UNEVALUATED})
ONE_DAY = timedelta(days=1)
LARGEST_KEY = 2**31 - 1  # what a key's column holds; a longer number in an address is nothing we have


@dataclass(frozen=True)
class Loss:
    """Why evidence no longer carries what leans on it, and the first day on which it does not."""

    cause: EvidenceLoss
    since_on: date


@dataclass(frozen=True)
class ItemRow:
    """A piece of evidence with what it answers, its newest evaluation, its successor, and how it stands."""

    item: DossierItem
    standing: EvidenceStanding
    provisions: Sequence[str]
    evaluation: DossierEvaluation | None
    successor_id: int | None
    entered_by: str
    evaluated_by: str

    @property
    def is_usable(self) -> bool:
        """Return whether an answer may lean on it today."""
        return self.standing in USABLE

    @property
    def words(self) -> str:
        """Return its name for people."""
        return words_of(self.item)


def words_of(item: DossierItem) -> str:
    """Return a piece of evidence in a few words: its number, its kind, and who issued it."""
    issuer = f"({item.issuer})" if item.issuer else ""
    return f"証拠{item.key} {KIND_WORDS.get(item.kind, item.kind)}{issuer}"


def standing_on(
    item: DossierItem, evaluation: DossierEvaluation | None, successor_id: int | None, day: date
) -> EvidenceStanding:
    """Return how evidence stands on a day. The last day of its period still counts."""
    reasons = (
        (EvidenceStanding.WITHDRAWN, item.withdrawn_on is not None),
        (EvidenceStanding.NOT_ACCEPTED, evaluation is not None and not evaluation.is_accepted),
        (EvidenceStanding.SUPERSEDED, successor_id is not None),
        (EvidenceStanding.EXPIRED, item.valid_until_on is not None and item.valid_until_on < day),
        (EvidenceStanding.NOT_YET, item.valid_from_on is not None and item.valid_from_on > day),
        (EvidenceStanding.UNEVALUATED, evaluation is None),
    )
    return next((standing for standing, holds in reasons if holds), EvidenceStanding.ACCEPTED)


def rows_of(call: Call, items: Iterable[DossierItem], *, on: date | None = None) -> list[ItemRow]:
    """Return evidence as it stands on a day (today, where none is given), in four more queries."""
    listed = list(items)
    keys = [item.key for item in listed]
    evaluations, successors = newest_evaluations(call, keys), successors_of(call, keys)
    provisions = _provisions(call, keys)
    people = {row.evaluated_by_id for row in evaluations.values()} | {item.entered_by_id for item in listed}
    names = names_of(call.session, call.actor, people)
    rows = []
    for item in listed:
        evaluation, successor = evaluations.get(item.key), successors.get(item.key)
        rows.append(
            ItemRow(
                item,
                standing_on(item, evaluation, successor.key if successor else None, on or call.today),
                provisions.get(item.key, []),
                evaluation,
                successor.key if successor else None,
                names.get(item.entered_by_id, ""),
                names.get(evaluation.evaluated_by_id, "") if evaluation else "",
            )
        )
    return rows


def newest_evaluations(call: Call, item_ids: Sequence[int]) -> dict[int, DossierEvaluation]:
    """Return the evaluation that counts, by the key of its item."""
    query = visible_to(call.actor, DossierEvaluation).where(col(DossierEvaluation.item_id).in_(item_ids))
    rows = call.session.exec(query.order_by(col(DossierEvaluation.id))).all() if item_ids else ()
    return {row.item_id: row for row in rows}


def successors_of(call: Call, item_ids: Sequence[int]) -> dict[int, DossierItem]:
    """Return what stands in the place of superseded evidence, by the key of the superseded item."""
    query = visible_to(call.actor, DossierItem).where(col(DossierItem.supersedes_id).in_(item_ids))
    rows = call.session.exec(query).all() if item_ids else ()
    return {row.supersedes_id: row for row in rows if row.supersedes_id is not None}


def _provisions(call: Call, item_ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(DossierProvision.item_id, DossierProvision.provision).where(
        DossierProvision.organisation_id == call.actor.organisation_id, col(DossierProvision.item_id).in_(item_ids)
    )
    found: dict[int, list[str]] = {}
    for item_id, provision in call.session.exec(query.order_by(col(DossierProvision.id))).all() if item_ids else ():
        found.setdefault(item_id, []).append(provision)
    return found


def losses_of(call: Call, items: Iterable[DossierItem], on: date) -> Mapping[int, Loss]:
    """Return which evidence has fallen or has a last day, by key; a good successor that was accepted relieves it.

    An expiry is told of however far ahead it lies: ``since_on`` is the first day without the evidence.
    """
    listed = {item.key: item for item in items}
    evaluations = newest_evaluations(call, list(listed))
    relieved = _relieved(call, list(listed), on)
    found = {}
    for key, item in listed.items():
        loss = _loss(item, evaluations.get(key))
        if loss is not None and key not in relieved:
            found[key] = loss
    return found


def _loss(item: DossierItem, evaluation: DossierEvaluation | None) -> Loss | None:
    if item.withdrawn_on is not None:
        return Loss(EvidenceLoss.WITHDRAWN, item.withdrawn_on)
    if evaluation is not None and not evaluation.is_accepted:
        return Loss(EvidenceLoss.NOT_ACCEPTED, day_in_japan(evaluation.evaluated_at))
    if item.valid_until_on is not None:
        return Loss(EvidenceLoss.EXPIRY, item.valid_until_on + ONE_DAY)
    return None


def _relieved(call: Call, item_ids: Sequence[int], on: date) -> frozenset[int]:
    """Return the items in whose place, however many steps on, evidence stands that was accepted and holds."""
    relieved: set[int] = set()
    heirs = {key: key for key in item_ids}  # the item asked about, by the newest one found so far
    while heirs:
        following = successors_of(call, list(heirs))
        evaluations = newest_evaluations(call, [item.key for item in following.values()])
        heirs = {item.key: heirs[before] for before, item in following.items()}
        for item in following.values():
            if standing_on(item, evaluations.get(item.key), None, on) is EvidenceStanding.ACCEPTED:
                relieved.add(heirs[item.key])
    return frozenset(relieved)
