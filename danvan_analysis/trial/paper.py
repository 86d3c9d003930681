"""Tables on paper: column trees, rows, and how they are laid on a worksheet with merged heads and totals."""

from dataclasses import dataclass
from typing import Any

from . import manner as manners
from .manner import Manner

MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"


@dataclass(frozen=True)
class Leaf:
    """A column: its title and what its cells hold (order, name, label, count, figure, share, mark or text).

    A figure is a count of which none is always written 0: a blank or a dash would say that it was not reported.
    """

    title: str
    role: str = "count"


@dataclass(frozen=True)
class Head:
    """A title over several columns."""

    title: str
    under: "tuple[Leaf | Head, ...]"


Column = Leaf | Head
#: A count, a share as (part, whole), words, or an empty cell.
Cell = int | tuple[int, int] | str | None


@dataclass(frozen=True)
class Row:
    """A row: its cells, its style (data, group, total), and for a total which data rows it adds up."""

    cells: tuple[Cell, ...]
    style: str = "data"
    adds: tuple[int, int] | None = None
    #: Deliberate faults: (column, what is wrong).
    faults: tuple[tuple[int, str], ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption above and notes below."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    notes: tuple[str, ...] = ()
    merge_down: tuple[int, ...] = ()
    #: Repeat the head before this row, as a printed page 2 does.
    head_again: int | None = None
    cut_shares: bool = False


def leaves(columns: tuple[Column, ...]) -> list[Leaf]:
    """Give the columns at the foot of a head, from left to right."""
    found: list[Leaf] = []
    for column in columns:
        found.extend([column] if isinstance(column, Leaf) else leaves(column.under))
    return found


def depth(columns: tuple[Column, ...]) -> int:
    """Give the number of storeys of a head."""
    return max(1 if isinstance(column, Leaf) else 1 + depth(column.under) for column in columns)


def address(row: int, column: int) -> str:
    """Name a cell from zero-based indices.

    >>> address(0, 0), address(9, 27)
    ('A1', 'AB10')
    """
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row + 1}"


class Page:
    """A worksheet being filled from the top; `row` is the next free row (zero-based)."""

    def __init__(self, sheet: Any, formats: dict[str, Any], manner: Manner) -> None:
        self.sheet, self.formats, self.manner = sheet, formats, manner
        self.row = 0
        self.faults: list[tuple[str, str]] = []
        #: Column of the hidden official codes, right of all tables of the sheet.
        self.helper: int | None = None

    def put(self, row: int, column: int, value: object, style: str) -> None:
        """Write one cell; words go through the office's spelling."""
        form = self.formats[style]
        if value is None:
            self.sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, self.manner.say(value), form)
        else:
            self.sheet.write_number(row, column, value, form)

    def span(self, top: int, left: int, bottom: int, right: int, value: object, style: str) -> None:
        """Write one cell over a range."""
        if (top, left) == (bottom, right):
            self.put(top, left, value, style)
        else:
            words = self.manner.say(value) if isinstance(value, str) else value
            self.sheet.merge_range(top, left, bottom, right, words, self.formats[style])

    def line(self, words: str, width: int, style: str, plain: bool = False) -> None:
        """Write a line across the table's width and step down; `plain` leaves the spelling as it is."""
        if plain:
            self.sheet.merge_range(self.row, 0, self.row, max(1, width - 1), words, self.formats[style])
        else:
            self.span(self.row, 0, self.row, max(1, width - 1), words, style)
        self.row += 1

    def table(self, table: Table) -> None:
        """Lay a table at the next free row."""
        foot = leaves(table.columns)
        if table.caption:
            self.line(table.caption, len(foot), "caption")
        self._head(table.columns)
        first = self.row
        for index, row in enumerate(table.rows):
            if table.head_again == index:
                self.faults.append((address(self.row, 0), "đầu biểu lặp lại ở trang 2"))
                self._head(table.columns)
            self._row(row, foot, table, first)
        for column in table.merge_down:
            self._merge_down(table, column, first)
        for note in table.notes:
            self.line(note, len(foot), "note")

    def _head(self, columns: tuple[Column, ...]) -> None:
        storeys, foot = depth(columns), leaves(columns)
        self._storey(columns, 0, self.row, self.row + storeys - 1)
        self.row += storeys
        letters = 2 if self.manner.numbering == "A" else 0
        if self.manner.numbering:
            for column in range(len(foot)):
                number = "AB"[column] if column < letters else column + 1 - letters
                word = f"({number})" if self.manner.numbering == "(1)" else number
                self.put(self.row, column, word, "number_row")
            self.row += 1

    def _storey(self, columns: tuple[Column, ...], left: int, top: int, bottom: int) -> None:
        for column in columns:
            if isinstance(column, Leaf):
                self.span(top, left, bottom, left, column.title, "head")
                left += 1
            else:
                width = len(leaves(column.under))
                self.span(top, left, top, left + width - 1, column.title, "head")
                self._storey(column.under, left, top + 1, bottom)
                left += width

    def _row(self, row: Row, foot: list[Leaf], table: Table, first: int) -> None:
        strong = "" if row.style == "data" else "_strong"
        label = 0
        if row.style == "total" and self.manner.total_merged and row.cells[0] is None:
            self.span(self.row, 0, self.row, 1, row.cells[1], "centre_strong")
            label = 2
        for column in range(label, len(foot)):
            cell, role = row.cells[column], foot[column].role
            style = ("left" if role in ("name", "text", "label") else "centre") + strong
            value: object = cell
            turn = self.row + column
            if role in ("count", "figure", "mark") and isinstance(cell, int):
                if role == "mark" and row.style == "data":
                    value = "x" if cell else None
                elif row.adds and self.manner.formulas:
                    low, high = (address(first + end, column) for end in row.adds)
                    self.sheet.write_formula(self.row, column, f"=SUM({low}:{high})", self.formats[style], cell)
                    continue
                else:
                    value = 0 if role == "figure" and not cell else self.manner.count(cell, turn)
            elif isinstance(cell, tuple):
                value, style = self._share(cell, turn, style, column, table)
            elif role == "name" and row.style == "data" and isinstance(cell, str):
                value = self.manner.place(cell, self.row)
            self.put(self.row, column, value, style)
        self.faults.extend((address(self.row, column), what) for column, what in row.faults)
        if self.helper is not None and row.code:
            self.sheet.write_string(self.row, self.helper, row.code, self.formats["left"])
        self.row += 1

    def _share(self, cell: tuple[int, int], turn: int, style: str, column: int, table: Table) -> tuple[object, str]:
        part, whole = cell
        value: object = self.manner.share(part, whole, turn)
        if self.manner.shares == "fraction" and isinstance(value, float):
            style = "percent_strong" if style.endswith("_strong") else "percent"
        if table.cut_shares and isinstance(value, str) and part:
            cut = manners.cut_share(part, whole)
            rounded = (2 * 10000 * part + whole) // (2 * whole)
            if 10000 * part // whole != rounded:
                self.faults.append((address(self.row, column), f"tỷ lệ cắt bớt chữ số, không làm tròn: {cut}"))
            value = cut
        return value, style

    def _merge_down(self, table: Table, column: int, first: int) -> None:
        start = 0
        cells = [row.cells[column] if row.style == "data" else None for row in table.rows]
        for end in range(1, len(cells) + 1):
            if end == len(cells) or cells[end] != cells[start] or cells[end] is None:
                if end - start > 1 and cells[start] is not None:
                    words = cells[start]
                    if isinstance(words, str):
                        words = self.manner.place(words, 1)
                    self.span(first + start, column, first + end - 1, column, words, "middle")
                start = end
