"""What a sound pack still leaves open: nothing here stops it, all of it is worth a look before it is used."""

from dataclasses import dataclass

from models.vocabulary import DutyKind
from policy.pack import Pack


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at: a stable code, the ids it is about, and a sentence."""

    code: str
    about: tuple[str, ...]
    message: str


def advise(pack: Pack) -> tuple[Advice, ...]:
    """Everything worth a look in a pack that holds together, in a fixed order; empty when there is nothing."""
    file = pack.file
    undated = tuple(edition.edition for edition in file.editions if edition.undated)
    without_cycle = tuple(
        item.id
        for item in file.provisions
        if item.duty and item.every is None and pack.duties[item.duty].kind is DutyKind.PERIODIC
    )
    proposed = tuple(item.id for item in file.provisions if item.every and item.default)
    found = (
        Advice(
            "not_tracked",
            file.other_provisions,
            "文書にあるが何も求めていない条番号です。求めるものを provisions に書いてください。",
        ),
        Advice("undated", undated, "日付のない版です。文書の日付が分かったら書いてください。"),
        Advice("no_cycle", without_cycle, "周期のない定期の義務です。期限の知らせは出ません。"),
        Advice("proposed_cycle", proposed, "周期は文書になく、パックの案です。団体で決めてください。"),
    )
    return tuple(item for item in found if item.about)
