"""Persons stop at the door: their names, birth dates, numbers and beliefs leave the grid before anything else reads it.

A column is known by its header, a table by rows that are persons, a cell by its label or its shape. What stood there is
replaced by words that say so; the cells are still counted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from danvan_analysis.cells import Position, Sheet, address
from danvan_analysis.intake.blocks import LEADING, Block, is_number
from danvan_analysis.intake.person_shapes import holds_number, shaped_cells
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import clean, fold

#: What stands in a cell whose content was left at the door.
WITHHELD = "(thông tin cá nhân)"
_LONGEST_HEADER = 80


@dataclass(frozen=True)
class Withheld:
    """Cells that were emptied at the door, and the sentence that says so (never what stood there)."""

    cells: tuple[Position, ...]
    message: str


@dataclass(frozen=True)
class _Head:
    r: int
    bottom: int
    left: int
    right: int
    text: str


@dataclass(frozen=True)
class _Said:
    """What a text says of persons, whatever cell it stands in."""

    header: bool = False
    data: bool = False
    believers: bool = False
    label: bool = False
    name: bool = False


class PersonsDoor:
    """The words of the facts made ready once a run; the same texts come again on every sheet and are judged once."""

    def __init__(self, vocabulary: Vocabulary, words: dict[str, Any], is_area: Callable[[str], bool]) -> None:
        self.vocabulary = vocabulary
        self.words = words
        self.is_area = is_area
        self.believers = re.compile("|".join(map(re.escape, words["believers"])))
        before_colon = "|".join(map(re.escape, sorted([*words["labels"], *words["signers"]], key=len, reverse=True)))
        self.labelled = re.compile(rf"(?:{before_colon})\s*:\s*[^\s.…_]")
        self.surnames = frozenset(fold(name) for name in words["surnames"])
        self.said = lru_cache(maxsize=32768)(self._said)

    def _said(self, text: str) -> _Said | None:
        folded = fold(text)
        data = bool(holds_number(text) or self.labelled.match(folded))
        if len(text) > _LONGEST_HEADER:
            return _Said(data=True) if data else None
        first = folded.partition(" ")[0]
        said = _Said(
            header=self.vocabulary.read(text).has("person"),
            data=data,
            believers=self.believers.search(folded) is not None
            and not any(word in folded for word in self.words["activities"]),
            label=folded.rstrip(" :.") in self.words["labels"],
            name=first in self.surnames and self._is_name(clean(text)),
        )
        return said if said != _Said() else None

    def _is_name(self, text: str) -> bool:
        parts = text.split()
        return (
            3 <= len(parts) <= 5
            and all(part.isalpha() and part[0].isupper() for part in parts)
            and not self.vocabulary.read(text).tokens
            and not self.is_area(text)
        )

    def withhold(self, sheet: Sheet) -> list[Withheld]:
        """Empty the cells of a sheet that are about persons, and say which; nothing on most sheets."""
        said = {text: what for text in sheet.distinct if (what := self.said(text))}
        shaped = shaped_cells(sheet, self.words)
        if not said and not shaped:
            return []
        groups = self._columns(sheet, {text for text, what in said.items() if what.header})
        odd = shaped + self._single_cells(sheet, said)
        taken: set[Position] = set()
        found: list[Withheld] = []
        for cells, message in [*groups, (sorted(set(odd)), "")]:
            fresh = tuple(cell for cell in cells if cell not in taken and sheet.raw(*cell) is not None)
            taken.update(fresh)
            if fresh:
                found.append(Withheld(fresh, message or _odd_message(fresh)))
        for r, c in taken:
            sheet.rows[r][c] = WITHHELD
        return found

    def _columns(self, sheet: Sheet, telling: set[str]) -> list[tuple[list[Position], str]]:
        """Columns headed by words about persons, and tables whose rows are persons."""
        vocabulary = self.vocabulary
        heads = _heads(sheet, vocabulary, telling) if telling else []
        if not heads:
            return []
        ends = _table_starts(sheet, vocabulary, {head.r for head in heads})
        own = {r for head in heads for r in range(head.r, head.bottom + 1)}
        tables, columns = [], []
        for head in heads:
            end = next((r for r in ends if r > head.bottom), len(sheet.rows))
            rows = [r for r in range(head.bottom + 1, end) if r not in own]
            if fold(head.text) in self.words["rows"] and _rows_are_persons(sheet, vocabulary, head, rows):
                full = [r for r in rows if len(sheet.filled(r)) > 1 or sheet.raw(r, head.left) is not None]
                message = f"Bảng từ ô {address(head.r, head.left)} là danh sách cá nhân; phần mềm không đọc."
                tables.append(([(r, c) for r in full for c in sheet.filled(r)], message))
            cells = [(r, c) for r in rows for c in range(head.left, head.right + 1) if _in_one_column(sheet, r, c)]
            message = f"Cột ở ô {address(head.bottom, head.left)} là thông tin cá nhân; phần mềm không đọc."
            columns.append((cells, message))
        return tables + columns

    def _single_cells(self, sheet: Sheet, said: dict[str, _Said]) -> list[Position]:
        """Cells known by what they say themselves, by the label beside them, or by the names in their column."""
        cells: list[Position] = []
        names: dict[int, list[Position]] = {}
        for r in range(len(sheet.rows)) if said else ():
            filled = sheet.filled(r)
            for c in filled:
                value = sheet.rows[r][c]
                what = said.get(value) if type(value) is str else None
                if what is None:
                    continue
                if what.data:
                    cells.append((r, c))
                if what.believers:
                    cells += [(r, right) for right in filled if right > c and is_number(sheet.raw(r, right))]
                if what.label and not any(self._is_header(sheet.text(r, other)) for other in filled if other != c):
                    cells += [(r, other) for other in filled if other > c][:1]
                if what.name:
                    names.setdefault(c, []).append((r, c))
        return cells + [cell for hits in names.values() if self._is_name_column(sheet, hits) for cell in hits]

    def _is_header(self, text: str) -> bool:
        reading = self.vocabulary.read(text)
        return reading.has("person") or (bool(reading.tokens) and not reading.rest)

    def _is_name_column(self, sheet: Sheet, hits: list[Position]) -> bool:
        """Whether most texts of a column are names of persons and its header does not say that it names units."""
        (first, c), last = hits[0], hits[-1][0]
        texts = [r for r in range(first, last + 1) if isinstance(sheet.raw(r, c), str)]
        if len(hits) < 2 or 10 * len(hits) < 6 * len(texts):
            return False
        head = next((sheet.text(r, c) for r in range(first - 1, -1, -1) if isinstance(sheet.at(r, c), str)), "")
        reading = self.vocabulary.read(head)
        return not reading.has("name", "unit_name", "indicator_name", "unit_type") or reading.has("person")


def is_withheld(sheet: Sheet, block: Block) -> bool:
    """Whether a table held nothing but persons: all its rows were emptied at the door."""
    cells = {sheet.raw(r, c) for r in block.rows for c in sheet.filled(r) if block.left <= c <= block.right}
    return WITHHELD in cells and all(
        len(sheet.filled(r)) < 2 for r in block.rows if any(sheet.raw(r, c) != WITHHELD for c in sheet.filled(r))
    )


def _odd_message(cells: tuple[Position, ...]) -> str:
    shown = f"Ô {', '.join(address(*cell) for cell in cells[:6])}{'…' if len(cells) > 6 else ''}"
    return f"{shown}: có dạng thông tin cá nhân (họ tên, ngày sinh, số điện thoại, số định danh); phần mềm không đọc."


def _in_one_column(sheet: Sheet, r: int, c: int) -> bool:
    """Whether a cell stands in one column; a title merged across columns is nobody's data."""
    span = sheet.span.get((r, c))
    return span is None or span[1] == span[3]


def _heads(sheet: Sheet, vocabulary: Vocabulary, telling: set[str]) -> list[_Head]:
    """The cells that head a column about persons."""
    heads = []
    for r, row in enumerate(sheet.rows):
        for c, text in ((c, row[c]) for c in sheet.filled(r) if row[c] in telling):
            if _heads_columns(sheet, vocabulary, r, c):
                _, left, bottom, right = sheet.span.get((r, c), (r, c, r, c))
                heads.append(_Head(r, bottom, left, right, text))
    return heads


def _heads_columns(sheet: Sheet, vocabulary: Vocabulary, r: int, c: int) -> bool:
    """Whether a row that speaks of persons is a header: no figures in it, and another cell that is a header's word."""
    cells = sheet.filled(r)
    if any(is_number(sheet.raw(r, other)) for other in cells):
        return False
    readings = {other: vocabulary.read(sheet.text(r, other)) for other in cells if len(sheet.text(r, other)) < 160}
    known = [o for o, read in readings.items() if read.has("person") or ((read.tokens or read.years) and not read.rest)]
    if len(known) >= 2:
        return True
    below = r + 1 < len(sheet.rows) and sheet.raw(r + 1, c) is not None
    return len(cells) == 1 and _in_one_column(sheet, r, c) and not readings[c].rest and below


def _table_starts(sheet: Sheet, vocabulary: Vocabulary, own: set[int]) -> list[int]:
    """The rows where another table's header begins: there a column about persons has ended."""
    starts = []
    for r in range(len(sheet.rows)):
        cells = sheet.filled(r)
        if r in own or len(cells) < 3 or any(is_number(sheet.raw(r, c)) for c in cells):
            continue
        readings = [vocabulary.read(sheet.text(r, c)) for c in cells]
        known = [read for read in readings if (read.tokens or read.years) and not read.rest]
        if 2 * len(known) >= len(cells) and any(read.has(*LEADING) for read in known):
            starts.append(r)
    return starts


def _rows_are_persons(sheet: Sheet, vocabulary: Vocabulary, head: _Head, rows: list[int]) -> bool:
    """Whether the rows under a "Họ và tên" are persons: no column names units, or one unit stands in several rows."""
    naming = [
        c
        for c in sheet.filled(head.r)
        if not head.left <= c <= head.right
        and (read := vocabulary.read(sheet.text(head.r, c))).has("name", "unit_name", "unit_type")
        and not read.has("person")
    ]
    units = [tuple(sheet.text(r, c) for c in naming) for r in rows if sheet.raw(r, head.left) is not None]
    return not naming or len(set(units)) < len(units)


def keep_withheld(read: Sheet, source: Sheet) -> None:
    """What was withheld from the sheet that was read is withheld from the source's own copy too."""
    if read is source:
        return
    for row, own in zip(read.rows, source.rows, strict=True):
        own[:] = [WITHHELD if value == WITHHELD else kept for value, kept in zip(row, own, strict=True)]
