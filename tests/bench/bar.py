import os
import platform
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A figure that must not be passed."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def holds(self) -> bool:
        """Return whether the figure stays within its limit."""
        return self.value <= self.limit

    @property
    def line(self) -> str:
        """Return the bar as a line of the table."""
        verdict = "holds" if self.holds else "MISSED"
        return f"{verdict:>7}  {self.name}: {self.value:g} {self.unit} (at most {self.limit:g})"

    def as_json(self) -> dict[str, Any]:
        """Return the bar with whether it holds."""
        return {**vars(self), "holds": self.holds}


def machine() -> dict[str, Any]:
    """Return where the figures were taken."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
