"""証拠の台帳: evidence about services and providers, entered once, evaluated by another person, used by everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_
from sqlmodel import col

from casework import audit, dossier_watch, evidence, separation
from casework.call import Call
from casework.catalogue import find_service
from casework.dossier_standing import LARGEST_KEY, ItemRow, rows_of
from casework.dossier_watch import Followed, follow_expiry
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.evidence import Upload
from casework.tenancy import find, visible_to
from casework.verdicts import own_pack
from models.dossier_evaluation import DossierEvaluation
from models.dossier_item import DossierItem
from models.dossier_provision import DossierProvision
from models.evidence_file import EvidenceFile
from models.provider import Provider
from models.service import Service
from models.vocabulary import EvidenceKind, Role, SeparationPart

# Named here too: whoever works on dossiers asks this module.
__all__ = [
    "EVALUATORS",
    "About",
    "EvidenceIn",
    "Followed",
    "about_provider",
    "about_service",
    "enter",
    "evaluate",
    "find_about",
    "find_item",
    "follow_expiry",
    "list_about",
    "replace_item",
    "withdraw",
]

EVALUATORS = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
MOST_PROVISIONS = 300


@dataclass(frozen=True)
class About:
    """What evidence is about: a service (with its provider) or a provider alone."""

    provider: Provider
    service: Service | None = None

    @property
    def name(self) -> str:
        """Return its name for people."""
        return self.service.name if self.service else self.provider.name


@dataclass(frozen=True)
class EvidenceIn:
    """What is said of a piece of evidence when it is entered."""

    kind: str
    received_from: str
    received_on: date | None = None
    issuer: str = ""
    scope: str = ""
    valid_from_on: date | None = None
    valid_until_on: date | None = None
    provisions: Sequence[str] = ()


def about_service(call: Call, number: str) -> About:
    """Return a service and its provider as what evidence is about; raises ``NotFound``."""
    service = find_service(call, number)
    return About(find(call.session, call.actor, Provider, service.provider_id, "事業者"), service)


def about_provider(call: Call, provider_id: int) -> About:
    """Return a provider as what evidence is about; raises ``NotFound``."""
    return About(find(call.session, call.actor, Provider, min(provider_id, LARGEST_KEY), "事業者"))


def find_about(call: Call, item: DossierItem) -> About:
    """Return what a piece of evidence is about."""
    if item.service_id is None:
        return about_provider(call, item.provider_id or 0)
    service = find(call.session, call.actor, Service, item.service_id, "サービス")
    return About(find(call.session, call.actor, Provider, service.provider_id, "事業者"), service)


def list_about(call: Call, about: About) -> list[ItemRow]:
    """Return all evidence about a service and about its provider, or about a provider alone, newest first."""
    is_about = col(DossierItem.provider_id) == about.provider.key
    if about.service is not None:
        is_about = or_(is_about, col(DossierItem.service_id) == about.service.key)
    query = visible_to(call.actor, DossierItem).where(is_about).order_by(col(DossierItem.id).desc())
    return rows_of(call, call.session.exec(query.limit(200)).all())


def find_item(call: Call, item_id: int) -> ItemRow:
    """Return one piece of evidence as it stands today; raises ``NotFound``, also for another organisation's."""
    query = visible_to(call.actor, DossierItem).where(DossierItem.id == min(item_id, LARGEST_KEY))
    item = call.session.exec(query).first()
    if item is None:
        raise NotFound("その証拠は見つかりません。サービスか事業者の画面から選び直してください。")
    return rows_of(call, [item])[0]


def enter(
    call: Call,
    about: About,
    stated: EvidenceIn,
    upload: Upload,
    *,
    clean: Upload | None = None,
    supersedes: DossierItem | None = None,
) -> DossierItem:
    """Enter a piece of evidence with its file, and the harmless copy beside it where there is one; return it.

    Raises ``BadInput`` and ``FileRejected``. Whoever enters it is who supplied it: another person evaluates it, 1(8).
    """
    call.line_up()
    stated = _readable(call, stated)
    kind, key = ("service", about.service.key) if about.service else ("provider", about.provider.key)
    file = evidence.attach(call, f"{kind}_evidence", key, upload, valid_until_on=stated.valid_until_on)
    copy = evidence.attach(call, f"{kind}_evidence", key, clean) if clean else None
    item = _row(call, about, stated, (file, copy), supersedes)
    call.session.add(item)
    call.session.flush()
    call.session.add_all(
        DossierProvision(organisation_id=item.organisation_id, item_id=item.key, provision=provision)
        for provision in dict.fromkeys(stated.provisions)
    )
    call.session.flush()
    after = {
        "kind": item.kind,
        "about": about.name,
        "sha256": item.sha256,
        "clean_sha256": item.clean_sha256,
        "received_from": item.received_from,
        "supersedes": item.supersedes_id,
    }
    audit.record(call, "evidence_entered", "dossier", str(item.key), after=after)
    return item


def _row(
    call: Call,
    about: About,
    stated: EvidenceIn,
    files: tuple[EvidenceFile, EvidenceFile | None],
    supersedes: DossierItem | None,
) -> DossierItem:
    """Return the row of a piece of evidence with its file as it came and the harmless copy."""
    file, copy = files
    return DossierItem(
        organisation_id=call.actor.organisation_id,
        service_id=about.service.key if about.service else None,
        provider_id=None if about.service else about.provider.key,
        kind=stated.kind,
        issuer=stated.issuer,
        scope=stated.scope,
        valid_from_on=stated.valid_from_on,
        valid_until_on=stated.valid_until_on,
        received_from=stated.received_from,
        received_on=stated.received_on or call.today,
        file_id=file.key,
        sha256=file.sha256,
        clean_file_id=copy.key if copy else None,
        clean_sha256=copy.sha256 if copy else "",
        entered_by_id=call.actor.user_id,
        supersedes_id=supersedes.key if supersedes else None,
    )


def _readable(call: Call, stated: EvidenceIn) -> EvidenceIn:
    found: list[FieldError] = []

    def refuse(field: str, code: str, message: str) -> None:
        found.append(FieldError(f"/{field}", code, message))

    if stated.kind not in set(EvidenceKind):
        refuse("kind", "unknown_kind", "証拠の種類を一覧から選んでください。")
    if not stated.received_from.strip():
        refuse("received_from", "missing", "だれから受け取ったか(事業者名・担当者・公開ページなど)を書いてください。")
    if stated.received_on and stated.received_on > call.today:
        refuse("received_on", "day_to_come", "受け取った日は今日以前の日にしてください。")
    if stated.valid_from_on and stated.valid_until_on and stated.valid_until_on < stated.valid_from_on:
        refuse("valid_until_on", "ends_before_start", "有効期間の終わりを、始まりの日以降にしてください。")
    known = own_pack(call.session, call.actor.organisation_id).by_id
    strange = [provision for provision in stated.provisions if provision not in known]
    if strange:
        refuse("provisions", "unknown_provision", f"条項「{strange[0]}」は規則集にありません。番号を確かめてください。")
    if len(stated.provisions) > MOST_PROVISIONS:
        refuse("provisions", "too_many", f"条項は{MOST_PROVISIONS}件までにしてください。")
    if found:
        raise BadInput(found[0].message, found)
    texts = {name: getattr(stated, name).strip() for name in ("issuer", "scope", "received_from")}
    return replace(stated, **texts)


def replace_item(
    call: Call, item_id: int, stated: EvidenceIn, upload: Upload, *, clean: Upload | None = None
) -> DossierItem:
    """Enter a newer piece of evidence in the place of another, which stays; raises ``WrongState`` where one has."""
    call.line_up()
    row = find_item(call, item_id)
    if row.successor_id is not None:
        raise WrongState(
            f"証拠{item_id} はもう証拠{row.successor_id} に差し替えられています。新しいほうを差し替えてください。",
            state=row.standing,
        )
    return enter(call, find_about(call, row.item), stated, upload, clean=clean, supersedes=row.item)


def withdraw(call: Call, item_id: int, *, reason: str) -> DossierItem:
    """Withdraw a piece of evidence with a reason; what leans on it becomes a task at once.

    Whoever entered it may, and whoever evaluates evidence. Raises ``BadInput``, ``NotPermitted``, ``WrongState``.
    """
    call.line_up()
    item = find_item(call, item_id).item
    if item.entered_by_id != call.actor.user_id and not call.actor.uses(*EVALUATORS):
        raise NotPermitted(
            "証拠を取り下げるのは、登録した本人か、証拠を評価する役割の人です。該当する人に依頼してください。"
        )
    if item.withdrawn_on is not None:
        raise WrongState("この証拠は、もう取り下げられています。", state="withdrawn")
    if not reason.strip():
        message = "取り下げる理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    item.withdrawn_on, item.withdrawn_at = call.today, call.now
    item.withdrawn_by_id, item.withdrawn_reason = call.actor.user_id, reason.strip()
    call.session.add(item)
    call.session.flush()
    after = {"reason": item.withdrawn_reason, "withdrawn_on": item.withdrawn_on.isoformat()}
    audit.record(call, "evidence_withdrawn", "dossier", str(item.key), after=after)
    dossier_watch.follow_items(call, [item.key], call.today)
    return item


def evaluate(call: Call, item_id: int, *, is_accepted: bool, reason: str) -> DossierEvaluation:
    """Accept a piece of evidence, or do not, with a reason. The newest evaluation counts; what was said before stays.

    Provisions:
        1(8)①: who supplied evidence does not evaluate it, but for a case that the CISO permitted.

    Raises ``NotPermitted``, ``BadInput`` without a reason, ``WrongState`` for evidence that was withdrawn.
    """
    call.need(*EVALUATORS, to="証拠を評価する")
    call.line_up()
    item = find_item(call, item_id).item
    if item.withdrawn_on is not None:
        raise WrongState("この証拠は取り下げられています。評価するものはありません。", state="withdrawn")
    if not reason.strip():
        message = "採用する・しない理由(確かめた内容)を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    case = separation.need_two(
        call, SeparationPart.EVIDENCE, item.entered_by_id, object_kind="evidence", object_number=str(item.key)
    )
    row = DossierEvaluation(
        organisation_id=item.organisation_id,
        item_id=item.key,
        is_accepted=is_accepted,
        reason=reason.strip(),
        evaluated_by_id=call.actor.user_id,
        evaluated_at=call.now,
        unavoidable_case_id=case.key if case else None,
    )
    call.session.add(row)
    call.session.flush()
    after = {"is_accepted": is_accepted, "reason": row.reason, "unavoidable_case": row.unavoidable_case_id}
    audit.record(call, "evidence_evaluated", "dossier", str(item.key), after=after)
    if case is not None:
        separation.use(call, case, f"証拠{item.key} の評価")
    if not is_accepted:
        dossier_watch.follow_items(call, [item.key], call.today)
    return row
