"""What became of every row and cell of a sheet: counted, set aside, noted."""

from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells import Position, Sheet, address
from danvan_analysis.intake.observe import Note, Readout
from danvan_analysis.intake.sheet_reader import SheetResult
from danvan_analysis.tables import QUESTIONS
from danvan_analysis.text import clean

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
        for mark in set(marks):
            cells[mark] += marks.count(mark)
        rows["used" if "used" in marks else "aside" if "aside" in marks else "structural"] += 1
    return {
        "rows_read": sum(rows.values()),
        **{f"rows_{name}": count for name, count in rows.items()},
        "cells_read": sum(cells.values()),
        **{f"cells_{name}": count for name, count in cells.items()},
    }


def _found_in(sheet: Sheet, note: Note) -> str | None:
    """The figures and errors in a note's cells where they are few, else the text it quotes; other text is not repeated."""
    # A comment may hang on an empty cell beyond all that is filled in.
    inside = (cell for cell in note.cells if cell[0] < len(sheet.rows) and cell[1] < sheet.width)
    cells = list(dict.fromkeys(inside))
    if not 0 < len(cells) <= _FEW or (note.text is not None and not (len(cells) == 1 and _is_figure(sheet, cells[0]))):
        return note.text
    shown = {address(*cell): sheet.faults.get(cell) or _figure(sheet, cell) for cell in cells}
    return "; ".join(text if len(cells) == 1 else f"{at}: {text}" for at, text in shown.items() if text) or None


def _is_figure(sheet: Sheet, cell: Position) -> bool:
    return cell not in sheet.faults and isinstance(sheet.at(*cell), int | float)


def _figure(sheet: Sheet, cell: Position) -> str:
    # A number is shown with the decimal comma that Excel shows.
    return sheet.text(*cell).replace(".", ",") if _is_figure(sheet, cell) else ""


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


def note_row(note: Note, path: PurePosixPath, result: SheetResult) -> dict[str, Any]:
    """A note as a row of `set_aside`; of what was dropped at the door no text is kept."""
    dropped = note.effect == "dropped"
    return {
        "source_file": str(path),
        "source_sheet": result.readout.sheet.name,
        "source_cell": ";".join(address(*cell) for cell in note.cells),
        "effect": note.effect,
        "reason": note.reason,
        "message_vi": clean(note.message),
        "text": None if dropped else note.text,
        "found": None if dropped else _found_in(result.readout.sheet, note),
        "sender": result.context.sender,
        "year": result.context.year,
    }


def source_row(path: PurePosixPath, digest: str, nature: str, result: SheetResult) -> dict[str, Any]:
    """A sheet as a row of `sources`: whose it is, what became of it, every row and cell counted."""
    out, context = result.readout, result.context
    return {
        "source_file": str(path),
        "source_sheet": out.sheet.name,
        "sha256": digest,
        "sender": context.sender,
        "nature": nature,
        "year": context.year,
        "period": context.period,
        "status": _status(out),
        "form_id": ";".join(dict.fromkeys(out.forms)) or None,
        **account(out),
    }


def _status(out: Readout) -> str:
    if out.unknown_form and not out.forms:
        return "unknown_form"
    if QUESTIONS in out.forms or out.observed:
        return "read"
    # A page of text is read; a known form without a figure is empty, and so is a blank page.
    says = any(out.sheet.filled(r) for r in range(len(out.sheet.rows)))
    return "read" if says and not (out.forms or out.unknown_form) else "empty_form"
