"""Reading drafts: from the files of one contract to one ``Draft``."""

from contract_clauses.reading.files import DraftFile, read_draft
from contract_clauses.reading.texts import read_texts

__all__ = ["DraftFile", "read_draft", "read_texts"]
