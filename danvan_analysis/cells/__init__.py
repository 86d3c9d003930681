"""Cells: a file → its sheets as cells with addresses. The lightest room: facts, frames and numbers are unknown here."""

from danvan_analysis.cells.archive import is_left_out
from danvan_analysis.cells.isolated import open_files
from danvan_analysis.cells.open import open_documents
from danvan_analysis.cells.sheet import Document, Position, Sheet, Unreadable, address

__all__ = ["Document", "Position", "Sheet", "Unreadable", "address", "is_left_out", "open_documents", "open_files"]
