"""Other names of services and companies, each with its source and who reviewed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ismap.names import fold_name, fold_provider

ALIASES_FILE = Path(__file__).parent / "aliases.yaml"


@dataclass(frozen=True, slots=True)
class Alias:
    """``alias`` means exactly the service ``service_name`` (of ``provider``, where given); counts once reviewed."""

    alias: str
    service_name: str
    provider: str = ""
    source: str = ""
    reviewer: str = ""

    @property
    def is_reviewed(self) -> bool:
        """Whether it says where it comes from and who looked at it."""
        return bool(self.source.strip() and self.reviewer.strip())


@dataclass(frozen=True, slots=True)
class Aliases:
    """Reviewed other names, folded and ready to be asked.

    ``services`` leads from a folded name to the folded names it stands for, ``owners`` from such a name to its
    company, ``companies`` from a folded company name to the one it is known under here.
    """

    services: Mapping[str, frozenset[str]]
    owners: Mapping[str, str]
    companies: Mapping[str, str]

    def meanings(self, name: str) -> frozenset[str]:
        """Folded names that ``name`` stands for; itself where nothing else is known."""
        folded = fold_name(name)
        return self.services.get(folded, frozenset({folded}))

    def owner(self, name: str) -> str:
        """The company a name is known to belong to, or empty when that is unknown or not one company."""
        owners = {self.owners.get(meaning, "") for meaning in self.meanings(name)}
        return owners.pop() if len(owners) == 1 else ""

    def is_same_company(self, one: str, other: str) -> bool:
        """Whether two company names are equal after folding or by a reviewed alias."""
        return self._company(one) == self._company(other)

    def is_company(self, name: str) -> bool:
        """Whether a name is known as a company's."""
        return fold_provider(name) in self.companies

    def with_more(self, aliases: Iterable[Alias]) -> "Aliases":
        """These aliases and an organisation's own; those nobody reviewed are left out."""
        services = {name: set(meanings) for name, meanings in self.services.items()}
        owners = dict(self.owners)
        for alias in aliases:
            if alias.is_reviewed:
                for meaning in self.meanings(alias.service_name):
                    services.setdefault(fold_name(alias.alias), set()).add(meaning)
                    owners.setdefault(meaning, alias.provider)
        return Aliases({name: frozenset(known) for name, known in services.items()}, owners, self.companies)

    def with_companies(self, pairs: Iterable[tuple[str, str]]) -> "Aliases":
        """These aliases and further names of companies: (other name, name on the list) pairs somebody confirmed."""
        companies = dict(self.companies)
        for other, listed_as in pairs:
            known = companies.setdefault(fold_provider(listed_as), fold_provider(listed_as))
            companies[fold_provider(other)] = known
        return Aliases(self.services, self.owners, companies)

    def _company(self, name: str) -> str:
        folded = fold_provider(name)
        return self.companies.get(folded, folded)


@lru_cache(maxsize=1)
def load_aliases() -> Aliases:
    """The public, well known names that come with the product (``aliases.yaml``)."""
    content: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(ALIASES_FILE.read_text(encoding="utf-8"))
    companies = {
        fold_provider(name): fold_provider(group["name"])
        for group in content["providers"]
        for name in (group["name"], *group["also"])
    }
    listed = (
        Alias(other, group["name"], group["provider"], group["source"], group["reviewer"])
        for group in content["services"]
        for other in group["also"]
    )
    return Aliases({}, {}, companies).with_more(listed)
