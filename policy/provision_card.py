"""One provision on one card: who, when, what demands it, how firmly, and where else the pack leans on it."""

from dataclasses import dataclass
from typing import Any

from policy.coverage import demands_of
from policy.pack import Pack, PackProvision


@dataclass(frozen=True, slots=True)
class ProvisionCard:
    """Everything the pack says of a provision; texts are the pack's own words.

    ``sections`` are the parts of the policy under which it bites, ``leaned_on_by`` the provisions whose findings show
    this one when it is missing, ``ended_by`` the lines of the ending checklist that cite it, ``examples`` the worked
    cases that test its criterion.
    """

    provision: PackProvision
    actor: str
    sections: tuple[str, ...]
    demands: tuple[str, ...]
    question: str
    duty: str
    record: str
    leaned_on_by: tuple[str, ...]
    ended_by: tuple[str, ...]
    examples: tuple[str, ...]

    def to_json_dict(self) -> dict[str, Any]:
        """The card as one JSON object."""
        item = self.provision
        return {
            "provision": item.id,
            "line": item.line,
            "phase": item.phase.value,
            "strength": item.strength.value,
            "actor": item.actor,
            "actor_label": self.actor,
            "sections": list(item.sections),
            "section_labels": list(self.sections),
            "of_organisation": item.of_organisation or item.organisation is not None,
            "demands": list(self.demands),
            "question": self.question,
            "duty": self.duty,
            "record": self.record,
            "every": item.every,
            "is_default": item.default,
            "basis": item.basis,
            "roles": list(item.roles),
            "leans_on": list(item.leans_on),
            "leaned_on_by": list(self.leaned_on_by),
            "ended_by": list(self.ended_by),
            "examples": list(self.examples),
            "note": item.note,
        }


def make_card(pack: Pack, written: str) -> ProvisionCard:
    """The card of a provision, its id spelt as people type it.

    Raises:
        BadDocument: ``unknown_provision`` or ``ambiguous_provision``; ``untracked_provision`` for one the document has
            but the pack demands nothing for.
    """
    item = pack.tracked(written)
    criterion = pack.criteria[item.criterion] if item.criterion else None
    duty = pack.duties[item.duty] if item.duty else None
    labels = {section.id: section.label for section in pack.file.sections}
    return ProvisionCard(
        provision=item,
        actor=next((role.label for role in pack.file.roles if role.id == item.actor), item.actor),
        sections=tuple(labels[section] for section in item.sections),
        demands=demands_of(item),
        question=criterion.question if criterion else "",
        duty=duty.title if duty else "",
        record=duty.record if duty else "",
        leaned_on_by=tuple(other.id for other in pack.file.provisions if item.id in other.leans_on),
        ended_by=tuple(line.title for line in pack.file.endings if line.provision == item.id),
        examples=tuple(example.about for example in criterion.examples) if criterion else (),
    )
