"""What is odd about a list but does not stop it."""

import re
from dataclasses import dataclass
from typing import Any

_LONGEST_VALUE = 200
_FORMULA_START = re.compile(r"[\s\u3000]*[=+@＝＋＠\-－]|[\t\r]")
_PLAIN_SIGNED = re.compile(r"[\s\u3000]*(?:[-－―ー‐]+|[+-]?[\d,.]+%?)[\s\u3000]*")


@dataclass(frozen=True, slots=True)
class Lint:
    """One oddity: its kind (interfaces.md section 4), the source row or None for the whole file, what stood there."""

    kind: str
    row: int | None
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """The lint as the sync report shows it; long values are cut."""
        return {"kind": self.kind, "row": self.row, "value": self.value[:_LONGEST_VALUE], "message": self.message}


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet might run a cell instead of showing it; dashes and signed numbers are not formulas."""
    return bool(_FORMULA_START.match(text)) and not _PLAIN_SIGNED.fullmatch(text)


def neutralised(text: str) -> str:
    """The cell as it may go into an exported sheet: formula-like text gets an apostrophe in front."""
    return f"'{text}" if is_formula_like(text) else text
