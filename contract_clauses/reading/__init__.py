"""Reading drafts: from the files of one contract to one ``Draft``."""

from contract_clauses.reading.texts import read_texts

__all__ = ["read_texts"]
