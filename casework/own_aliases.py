"""An organisation's own aliases as values: what counts today, and what counted when an old verdict was made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlmodel import Session, col, select

from ismap.aliases import Alias, Aliases, load_aliases
from ismap.names import fold_number
from models.registry_alias import RegistryAlias
from models.vocabulary import AliasKind, AliasState


@dataclass(frozen=True, slots=True)
class OwnAlias:
    """``alias`` means what the list calls ``listed_as`` (of ``provider``, where given)."""

    key: int
    kind: str
    alias: str
    listed_as: str
    provider: str = ""


@dataclass(frozen=True, slots=True)
class OwnAliases:
    """Confirmed aliases of one organisation. Their meaning never changes, so their keys name them for ever."""

    rows: tuple[OwnAlias, ...] = field(default=())

    @property
    def keys(self) -> tuple[int, ...]:
        """Return the keys, to be stored with a verdict."""
        return tuple(row.key for row in self.rows)

    @property
    def names(self) -> Aliases:
        """Return the shipped aliases and these together, ready to be asked."""
        return _compiled(self)

    def number(self, registration_number: str) -> str:
        """Return the number an entry has now that was known under another one; itself where nothing is known."""
        folded = fold_number(registration_number)
        known = {fold_number(row.alias): fold_number(row.listed_as) for row in self._of(AliasKind.NUMBER)}
        return known.get(folded, folded)

    def _of(self, kind: AliasKind) -> list[OwnAlias]:
        return [row for row in self.rows if row.kind == kind]

    def compile(self) -> Aliases:
        """Return the shipped aliases with these added."""
        shipped = load_aliases().with_companies((row.alias, row.listed_as) for row in self._of(AliasKind.PROVIDER))
        return shipped.with_more(
            Alias(row.alias, row.listed_as, row.provider, "own", "own") for row in self._of(AliasKind.SERVICE)
        )


NONE = OwnAliases()


@lru_cache(maxsize=64)
def _compiled(own: OwnAliases) -> Aliases:
    return own.compile() if own.rows else load_aliases()


def in_force(session: Session, organisation_id: int) -> OwnAliases:
    """Return the aliases of an organisation that a second person confirmed and nobody took back."""
    query = select(RegistryAlias).where(
        RegistryAlias.organisation_id == organisation_id, RegistryAlias.state == AliasState.CONFIRMED
    )
    return _values(session.exec(query.order_by(col(RegistryAlias.id))).all())


def with_keys(session: Session, organisation_id: int, keys: Sequence[int]) -> OwnAliases:
    """Return the aliases an old verdict was made with, whatever became of them since."""
    if not keys:
        return NONE
    query = select(RegistryAlias).where(
        RegistryAlias.organisation_id == organisation_id, col(RegistryAlias.id).in_(keys)
    )
    return _values(session.exec(query.order_by(col(RegistryAlias.id))).all())


def _values(rows: Iterable[RegistryAlias]) -> OwnAliases:
    return OwnAliases(tuple(OwnAlias(row.key, row.kind, row.alias, row.listed_as, row.provider) for row in rows))
