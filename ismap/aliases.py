"""Other names of services and companies, each with its source and who reviewed it; and parts of listed services."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ismap.names import fold_name, fold_provider

ALIASES_FILE = Path(__file__).parent / "aliases.yaml"
_MOST_WORDS = 12


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
    company, ``companies`` from a folded company name to the one it is known under here. ``parts`` leads from the
    folded name of a component to the services it belongs to: shown to a person, never a link.
    """

    services: Mapping[str, frozenset[str]]
    owners: Mapping[str, str]
    companies: Mapping[str, str]
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _spellings: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _same_companies: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Turn the names round, so that a list is asked for each spelling instead of each row for its meaning."""
        pairs = ((meaning, name) for name, meanings in self.services.items() for meaning in meanings)
        object.__setattr__(self, "_spellings", _grouped(pairs))
        object.__setattr__(self, "_same_companies", _grouped((known, name) for name, known in self.companies.items()))

    def meanings(self, name: str) -> frozenset[str]:
        """Folded names that ``name`` stands for; itself where nothing else is known."""
        return self._meanings(fold_name(name))

    def spellings(self, name: str) -> frozenset[str]:
        """Every folded name with a meaning in common with ``name``, itself among them."""
        folded = fold_name(name)
        return self._meanings(folded).union([folded], *map(self._spelt, self._meanings(folded)))

    def owner(self, name: str) -> str:
        """The company a name is known to belong to, or empty when that is unknown or not one company."""
        owners = {self.owners.get(meaning, "") for meaning in self.meanings(name)}
        return owners.pop() if len(owners) == 1 else ""

    def is_same_company(self, one: str, other: str) -> bool:
        """Whether two company names are equal after folding or by a reviewed alias."""
        return self._company(one) == self._company(other)

    def companies_like(self, name: str) -> frozenset[str]:
        """Every folded name of the company that ``name`` is one of, itself among them."""
        return self._same_companies.get(self._company(name), frozenset()) | {fold_provider(name)}

    def is_company(self, name: str) -> bool:
        """Whether a name is known as a company's."""
        return fold_provider(name) in self.companies

    def services_with(self, words: Sequence[str]) -> frozenset[str]:
        """Folded names of services that a run of these words is a known component of."""
        few = [word.replace("ー", "") for word in words[:_MOST_WORDS]]
        runs = ("".join(few[start:end]) for start in range(len(few)) for end in range(start + 1, len(few) + 1))
        return frozenset(name for run in runs for service in self.parts.get(run, ()) for name in self._spelt(service))

    def with_more(self, aliases: Iterable[Alias]) -> "Aliases":
        """These aliases and an organisation's own of services; those nobody reviewed are left out."""
        services = {name: set(meanings) for name, meanings in self.services.items()}
        owners = dict(self.owners)
        for alias in aliases:
            if alias.is_reviewed:
                for meaning in self.meanings(alias.service_name):
                    services.setdefault(fold_name(alias.alias), set()).add(meaning)
                    owners.setdefault(meaning, alias.provider)
        frozen = {name: frozenset(known) for name, known in services.items()}
        return Aliases(frozen, owners, self.companies, self.parts)

    def with_companies(self, pairs: Iterable[tuple[str, str]]) -> "Aliases":
        """These aliases and further names of companies: (other name, name on the list) pairs somebody confirmed.

        Two names known before as two companies make these one, with all their other names.
        """
        companies = dict(self.companies)
        for other, listed_as in pairs:
            known = companies.setdefault(fold_provider(listed_as), fold_provider(listed_as))
            folded = fold_provider(other)
            merged = companies.get(folded, folded)
            companies[folded] = known
            companies.update({name: known for name, company in companies.items() if company == merged})
        return Aliases(self.services, self.owners, companies, self.parts)

    def _meanings(self, folded: str) -> frozenset[str]:
        return self.services.get(folded, frozenset({folded}))

    def _spelt(self, meaning: str) -> frozenset[str]:
        return self._spellings.get(meaning, frozenset()) | ({meaning} - self.services.keys())

    def _company(self, name: str) -> str:
        folded = fold_provider(name)
        return self.companies.get(folded, folded)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, name in pairs:
        groups[key].add(name)
    return {key: frozenset(names) for key, names in groups.items()}


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
    known = Aliases({}, {}, companies).with_more(listed)
    parts = [
        (fold_name(part), meaning)
        for group in content["components"]
        for meaning in known.meanings(group["of"])
        for part in group["parts"]
    ]
    return Aliases(known.services, known.owners, companies, _grouped(parts))
