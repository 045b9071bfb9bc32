"""The registries known here, by scheme."""

from collections.abc import Mapping
from types import MappingProxyType

from ismap.registry import Registry
from ismap.sources.aspic import ASPIC
from ismap.sources.cs_mark import CS_MARK
from ismap.sources.government_cloud import GOVERNMENT_CLOUD
from ismap.sources.ismap import ISMAP
from ismap.sources.ismap_liu import ISMAP_LIU
from ismap.sources.ismap_special import ISMAP_SPECIAL
from ismap.sources.iso27001 import ISO27001
from ismap.sources.iso27017 import ISO27017
from ismap.sources.lgwan_asp import LGWAN_ASP
from ismap.sources.privacymark import PRIVACYMARK
from ismap.sources.soc2 import SOC2

_ALL = (
    ISMAP,
    ISMAP_LIU,
    ISMAP_SPECIAL,
    LGWAN_ASP,
    GOVERNMENT_CLOUD,
    ASPIC,
    CS_MARK,
    ISO27001,
    ISO27017,
    PRIVACYMARK,
    SOC2,
)
REGISTRIES: Mapping[str, Registry] = MappingProxyType({registry.scheme.value: registry for registry in _ALL})


def looks_like_number_of(scheme: str, text: str) -> bool:
    """Whether a text has the form of number of one list; any text has where that list's form is not known."""
    registry = REGISTRIES.get(scheme)
    return registry is None or registry.has_number(text)


def has_numbers(scheme: str) -> bool:
    """Whether entries of one list carry a number, so that one without it is odd; so too of lists not known here."""
    registry = REGISTRIES.get(scheme)
    return registry is None or registry.is_numbered
