"""The labels of one thing on its page, with what puts one on and takes one off."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework import labels
from web.forms import Reading
from web.visit import Visit


@dataclass(frozen=True)
class LabelPart:
    """The labels that a thing of a list bears, and those of the organisation that it does not."""

    ledger: str
    number: str
    names: Sequence[str]
    choices: Sequence[tuple[str, str]]


def label_part(visit: Visit, ledger: str, number: str) -> LabelPart:
    """Return the labels of one thing as its page shows them."""
    names = labels.labels_on(visit.call, ledger, number)
    others = [name for name in labels.names_in_use(visit.call) if name not in names]
    return LabelPart(ledger, number, names, [(name, name) for name in others])


def label_said(reading: Reading, chosen: str) -> str:
    """Return the label of a form: one that is chosen, or a new one; both at once are asked about."""
    new = reading.form.text("new_label")
    if chosen and new and chosen != new:
        reading.refuse("new_label", "いまあるラベルと新しいラベルの、どちらか一方にしてください。")
    return new or chosen
