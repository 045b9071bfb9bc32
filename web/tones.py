from typing import Literal

# The colour groups of the allowed table (ux.md 4.2); the colour repeats the word, never replaces it.
Tone = Literal["good", "caution", "bad", "unknown", "active", "quiet", "plain"]
