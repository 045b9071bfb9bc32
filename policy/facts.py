"""What the registries said, as values: filled by casework, read by the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from models.vocabulary import EntryStatus

# Who holds a mark, a certificate or a registration.
Holder = Literal["service", "company", "organisation"]


@dataclass(frozen=True, slots=True)
class RegistryFact:
    """One service's standing on one public list.

    ``registration_number`` and ``expires_on`` are None where the list gives none; ``snapshot`` is None for
    a fact the applicant stated. ``needs_reading``: 備考 holds words that do not settle the state by themselves.
    """

    scheme: str
    registration_number: str | None
    status: EntryStatus
    service_name: str = ""
    provider: str = ""
    expires_on: date | None = None
    remarks: str = ""
    snapshot: str | None = None
    scope: str = ""
    registered_on: date | None = None
    needs_reading: bool = False


@dataclass(frozen=True, slots=True)
class RegistryFacts:
    """What a look-up found for a whole request.

    ``by_subject`` holds the one row a subject equals, ``candidates`` how many rows merely resemble it; both by
    the subject's index. ``has_list`` is False while no list was ever taken in: then nothing may be concluded
    from a service not being found. ``evidence`` says whose marks the evidence of an answer consists of, by the answered
    provision as it was written, only where it names nothing but marks that no service holds.
    """

    snapshot: str | None = None
    has_list: bool = False
    by_subject: Mapping[int, RegistryFact] = field(default_factory=dict)
    candidates: Mapping[int, int] = field(default_factory=dict)
    evidence: Mapping[str, Holder] = field(default_factory=dict)
