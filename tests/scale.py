"""How much a test does: a smaller number each day, the full number of the promise with ``SEKISHO_TEST_SCALE=full``."""

import os

SCALE_VARIABLE = "SEKISHO_TEST_SCALE"


def scaled(full: int, usual: int) -> int:
    """Return the full number where the variable asks for it, else the usual one."""
    return full if os.environ.get(SCALE_VARIABLE) == "full" else usual
