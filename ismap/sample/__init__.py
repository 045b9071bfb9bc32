"""The reference sample that ships with the product: public facts at second hand, each with source and day.

It gives a fresh installation real input without a network. It is unverified wherever it shows, and is never what a
later list is compared with.
"""

from datetime import date
from pathlib import Path

SAMPLE_FILE = Path(__file__).parent / "entries.csv"


# The newest day any of its rows speaks of: what "acquired on" can honestly say of facts gathered at second hand.
SAMPLE_AS_OF = date(2026, 9, 9)


def load_sample() -> bytes:
    """The sample as a CSV file; its ``source`` and ``as_of`` columns stay with each row as raw cells."""
    return SAMPLE_FILE.read_bytes()
