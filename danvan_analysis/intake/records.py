"""What is kept of a file once it has been read: its rows as frames, its notes, and one byte and one number for each cell.

The cells themselves are let go with the process that read them, so that thousands of returns fit in memory.
"""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from danvan_analysis.cells import Position, Sheet, address
from danvan_analysis.cells.sheet import shown
from danvan_analysis.facts import Correction
from danvan_analysis.text import clean

Row = dict[str, Any]
#: What becomes of a cell; 0 is an empty one.
CODES = {"structural": 1, "used": 2, "checked": 3, "aside": 4}
_USED_TO_CHECKED = bytes(CODES["checked"] if code == CODES["used"] else code for code in range(256))
#: A note on more cells than this does not repeat their figures.
_FEW = 6


@dataclass
class Grid:
    """The cells of a sheet without their texts: what became of each, and its figure (not a number where it has none)."""

    width: int
    codes: bytearray
    figures: "array[float]"
    faults: dict[Position, str]

    @classmethod
    def of(cls, sheet: Sheet, marks: dict[Position, str]) -> "Grid":
        """The cells of a sheet that has been read, with the marks that reading gave them."""
        width, height = sheet.width, len(sheet.rows)
        codes, figures, structural = bytearray(width * height), array("d"), CODES["structural"]
        for r, row in enumerate(sheet.rows):
            start = r * width
            for c in sheet.filled(r):
                codes[start + c] = structural
            figures.extend([value if type(value) is int or type(value) is float else math.nan for value in row])
        for (r, c), (top, left, _, _) in sheet.span.items():
            figures[r * width + c] = figures[top * width + left]
        for (r, c), mark in marks.items():
            at = r * width + c
            if c < width and at < len(codes) and codes[at]:
                codes[at] = CODES[mark]
        return cls(width, codes, figures, dict(sheet.faults))

    @staticmethod
    def no_figures() -> "array[float]":
        """The figures of no cells."""
        return array("d")

    def inside(self, cell: Position) -> bool:
        """Whether the cell is one of the sheet's; a comment may hang on one beyond all that is filled in."""
        return cell[1] < self.width and cell[0] * self.width + cell[1] < len(self.codes)

    def mark(self, cells: Iterable[Position], mark: str) -> None:
        """Say what becomes of cells; empty ones stay uncounted."""
        code, width, codes = CODES[mark], self.width, self.codes
        for r, c in cells:
            at = r * width + c
            if c < width and at < len(codes) and codes[at]:
                codes[at] = code

    def marked(self, *marks: str) -> list[Position]:
        """The cells with one of these marks, row by row."""
        wanted = {CODES[mark] for mark in marks}
        return [divmod(at, self.width) for at, code in enumerate(self.codes) if code in wanted]

    def only_checks(self) -> None:
        """What was used only checks from now on."""
        self.codes = self.codes.translate(_USED_TO_CHECKED)

    def counts(self) -> dict[str, int]:
        """The row and cell counts of `sources`: a row is used before aside before structural, and counted once."""
        rows = {"used": 0, "aside": 0, "structural": 0}
        width = max(self.width, 1)
        used, aside = CODES["used"], CODES["aside"]
        for start in range(0, len(self.codes), width):
            row = self.codes[start : start + width]
            if used in row:
                rows["used"] += 1
            elif aside in row:
                rows["aside"] += 1
            elif any(row):
                rows["structural"] += 1
        cells = {mark: self.codes.count(CODES[mark]) for mark in ("used", "checked", "aside", "structural")}
        return {
            "rows_read": sum(rows.values()),
            **{f"rows_{name}": count for name, count in rows.items()},
            "cells_read": sum(cells.values()),
            **{f"cells_{name}": count for name, count in cells.items()},
        }

    def found(self, cells: Iterable[Position], text: str | None) -> str | None:
        """The figures and errors in a note's cells where they are few, else the text it quotes; other text is not repeated."""
        inside = list(dict.fromkeys(cell for cell in cells if self.inside(cell)))
        if not 0 < len(inside) <= _FEW or (text is not None and not (len(inside) == 1 and self._figure(inside[0]))):
            return text
        told = {address(*cell): self.faults.get(cell) or self._figure(cell) for cell in inside}
        return "; ".join(said if len(inside) == 1 else f"{at}: {said}" for at, said in told.items() if said) or None

    def _figure(self, cell: Position) -> str:
        # A number is shown with the decimal comma that Excel shows.
        figure = self.figures[cell[0] * self.width + cell[1]]
        return "" if cell in self.faults or math.isnan(figure) else shown(figure).replace(".", ",")


@dataclass
class TableRecord:
    """What one table of a sheet gave; of the ratings each row's cells stand as addresses in `source_cell`."""

    sender: str | None
    ratings: pl.DataFrame
    coverage: list[Row]
    measures: list[Row]
    duties: list[Row]
    shares: pl.DataFrame


@dataclass
class SheetRecord:
    """A sheet that has been read: whose it is, its tables, its notes, its cells by what became of them."""

    name: str
    sender: str | None
    year: int | None
    period: str
    status: str
    form_id: str | None
    grid: Grid
    notes: list[Row] = field(default_factory=list)
    tables: list[TableRecord] = field(default_factory=list)
    #: Where the sheet is one of questions that came back: what it answers.
    answers: list[Row] = field(default_factory=list)

    def note(self, effect: str, reason: str, cells: list[Position], message: str, text: str | None = None) -> None:
        """Record one thing not taken as it stands; cells set aside are marked so. Of what was dropped no text is kept."""
        self.say(effect, reason, tuple(cells), message, text)
        if effect != "used":
            self.grid.mark(cells, "aside")

    def say(self, effect: str, reason: str, cells: tuple[Position, ...], message: str, text: str | None) -> None:
        """Record a note whose cells are marked already."""
        dropped = effect == "dropped"
        self.notes.append(
            {
                "source_cell": ";".join([address(*cell) for cell in cells]),
                "effect": effect,
                "reason": reason,
                "message_vi": clean(message),
                "text": None if dropped else text,
                "found": None if dropped else self.grid.found(cells, text),
            }
        )

    def set_aside(self, reason: str, message: str) -> None:
        """Set the whole sheet aside: its figures, not its structure; nothing is said of one that has none."""
        cells = self.grid.marked("used", "checked", "aside")
        self.tables.clear()
        self.answers.clear()
        # What was asked of single cells no longer matters.
        self.notes.clear()
        if cells:
            self.note("aside", reason, cells, message)

    def only_checks(self) -> None:
        """Let nothing of the sheet feed: it came before in another file."""
        self.tables.clear()
        self.grid.only_checks()


@dataclass
class Findings:
    """What the corrections ledger found in one document: the lines about it, and those that do not fit it."""

    met: list[Correction] = field(default_factory=list)
    stale: list[tuple[Correction, str]] = field(default_factory=list)
    #: Whether a line drops the whole document.
    whole: bool = False


@dataclass
class DocumentRecord:
    """A file, or a member of an archive, that has been read; `refused` is (status, reason, message) where it was not."""

    path: str
    digest: str
    nature: str
    findings: Findings = field(default_factory=Findings)
    sheets: list[SheetRecord] = field(default_factory=list)
    refused: tuple[str, str, str] | None = None
