"""Pack editions in use: their content is kept, so that an old verdict can be replayed and a silent change is seen."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework.errors import CaseworkError
from models.organisation import Organisation
from models.pack_edition_used import PackEditionUsed
from models.request import Request
from models.request_version import RequestVersion
from policy.library import content_of, list_pack_ids, load_pack, pack_from_content
from policy.pack import Pack

REMEMBERED = 8
# What was stored never changes, so the values may be kept; an office uses a handful of editions at a time.
_kept: OrderedDict[str, Pack] = OrderedDict()


class PackContentMissing(CaseworkError):
    """The pack a verdict was made with is neither stored nor shipped any more."""

    kind = "not-found"


@dataclass(frozen=True)
class AlteredEdition:
    """An edition some organisation has used whose shipped content is no longer the one that was used."""

    organisation: str
    pack: str
    edition: str
    used_hash: str
    shipped_hash: str

    @property
    def sentence(self) -> str:
        """Return what is wrong and what to do."""
        return (
            f"ポリシー「{self.pack}」の版「{self.edition}」は、{self.organisation} の判定に使われたときと内容が違います"
            f"(使用時 {self.used_hash[:12]}、いま {self.shipped_hash[:12]})。使われた版は書き換えず、"
            "元の内容に戻すか、新しい版の名前と施行日を付けてください。"
        )


def keep(session: Session, organisation_id: int, pack: Pack, edition: str) -> None:
    """Store a pack's content for an organisation whose verdict used it, unless it is there already.

    The caller has lined up (``Call.line_up``), so that two writers cannot both find it missing.
    """
    query = select(PackEditionUsed.id).where(
        PackEditionUsed.organisation_id == organisation_id,
        PackEditionUsed.content_hash == pack.content_hash,
        PackEditionUsed.edition == edition,
    )
    if session.exec(query).first() is not None:
        return
    session.add(
        PackEditionUsed(
            organisation_id=organisation_id,
            pack=pack.id,
            edition=edition,
            content_hash=pack.content_hash,
            content=content_of(pack),
        )
    )
    session.flush()


def pack_of(session: Session, version: RequestVersion) -> Pack:
    """Return the pack a submitted version was judged under, from what was stored then.

    A version from before contents were kept gets the shipped pack, if that is still the very same; otherwise raises
    ``PackContentMissing``.
    """
    known = _kept.get(version.pack_hash)
    if known is not None:
        _kept.move_to_end(version.pack_hash)
        return known
    query = select(PackEditionUsed.content).where(
        PackEditionUsed.organisation_id == version.organisation_id, PackEditionUsed.content_hash == version.pack_hash
    )
    content = session.exec(query.limit(1)).first()
    pack = pack_from_content(content) if content is not None else _shipped(version.pack)
    if pack is None or pack.content_hash != version.pack_hash:
        raise PackContentMissing(
            f"判定に使ったポリシー「{version.pack}」(内容 {version.pack_hash[:12]})が残っていません。"
            "データベースを、その判定をした後の控えから戻してください。"
        )
    _kept[version.pack_hash] = pack
    while len(_kept) > REMEMBERED:
        _kept.popitem(last=False)
    return pack


def pack_of_request(session: Session, request: Request) -> Pack:
    """Return the pack a request's current version was judged under; what follows from the verdict is read there."""
    query = select(RequestVersion).where(
        RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
    )
    return pack_of(session, session.exec(query).one())


def altered_editions(session: Session, packs: Iterable[Pack] | None = None) -> list[AlteredEdition]:
    """Return editions in use whose content differs from the shipped edition of the same name, for all organisations.

    An edition the shipped pack no longer has is no alteration: its verdicts are replayed from what was stored.
    """
    shipped = {pack.id: pack for pack in (packs if packs is not None else map(load_pack, list_pack_ids()))}
    names = {pack.id: {edition.edition for edition in pack.file.editions} for pack in shipped.values()}
    return [
        AlteredEdition(row["organisation"], pack.id, row["edition"], row["content_hash"], pack.content_hash)
        for row in editions_used(session)
        if (pack := shipped.get(row["pack"])) is not None
        and row["edition"] in names[pack.id]
        and row["content_hash"] != pack.content_hash
    ]


def editions_used(session: Session) -> list[dict[str, str]]:
    """Return organisation, pack, edition and content hash of every edition a stored verdict was made with."""
    rows = session.exec(
        select(Organisation.name, PackEditionUsed.pack, PackEditionUsed.edition, PackEditionUsed.content_hash)
        .join(Organisation, col(Organisation.id) == col(PackEditionUsed.organisation_id))
        .order_by(col(PackEditionUsed.id))
    ).all()
    return [
        {"organisation": organisation, "pack": pack, "edition": edition, "content_hash": content_hash}
        for organisation, pack, edition, content_hash in rows
    ]


def _shipped(pack_id: str) -> Pack | None:
    return load_pack(pack_id) if pack_id in list_pack_ids() else None
