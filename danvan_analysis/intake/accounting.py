"""Counts what became of every row and cell of a sheet."""

from danvan_analysis.cells import Sheet, address
from danvan_analysis.intake.observe import Note, Readout
from danvan_analysis.intake.sheet_reader import SheetResult

_FEW = 6


def account(out: Readout) -> dict[str, int]:
    """Give the row and cell counts of `sources`: a row is used before aside before structural, and counted once."""
    rows = {"used": 0, "aside": 0, "structural": 0}
    cells = {"used": 0, "checked": 0, "aside": 0, "structural": 0}
    for r in range(len(out.sheet.rows)):
        filled = out.sheet.filled(r)
        if not filled:
            continue
        marks = [out.marks.get((r, c), "structural") for c in filled]
        for mark in marks:
            cells[mark] += 1
        rows["used" if "used" in marks else "aside" if "aside" in marks else "structural"] += 1
    return {
        "rows_read": sum(rows.values()),
        **{f"rows_{name}": count for name, count in rows.items()},
        "cells_read": sum(cells.values()),
        **{f"cells_{name}": count for name, count in cells.items()},
    }


def found_in(sheet: Sheet, note: Note) -> str | None:
    """The text a note quotes, else the figures and errors in its cells where they are few; other text is not repeated."""
    if note.text is not None or not 0 < len(note.cells) <= _FEW:
        return note.text
    shown = {
        address(r, c): sheet.faults.get((r, c)) or sheet.text(r, c)
        for r, c in dict.fromkeys(note.cells)
        if (r, c) in sheet.faults or isinstance(sheet.at(r, c), int | float)
    }
    return "; ".join(text if len(note.cells) == 1 else f"{at}: {text}" for at, text in shown.items()) or None


def set_all_aside(result: SheetResult, reason: str, message: str, *, always: bool = False) -> None:
    """Set a whole sheet aside: its figures, not its structure; `always` says so even where it has none."""
    out = result.readout
    cells = [cell for cell, mark in out.marks.items() if mark in ("used", "checked", "aside")]
    result.settled.clear()
    result.answers.clear()
    # What was asked of single cells no longer matters.
    out.notes.clear()
    if cells or always:
        out.note("aside", reason, cells, message)
