"""Papers opened again by the libraries of their kinds."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from docx import Document


def words_of(docx: bytes) -> str:
    """Return everything a Word file says in any of its parts, settings and properties too."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def cells_of(docx: bytes) -> list[list[str]]:
    """Return the cells of a Word file's first table."""
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(docx)).tables[0].rows]


def sheet_of(xlsx: bytes) -> list[list[object]]:
    """Return the cells of an Excel book's first sheet."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].iter_rows()]
