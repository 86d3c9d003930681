"""A sheet as cells with addresses, and a document as the sheets one file gives. Knows no header, no year, no scale."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from danvan_analysis.text import clean

Position = tuple[int, int]
_LONG = 100_000_000


class Unreadable(Exception):
    """The file gives no cells; the text says in Vietnamese why and what to do."""


@dataclass
class Sheet:
    """One sheet as a grid counted from 0, with merged ranges and the cells whose value cannot be trusted.

    Empty cells are None (a text of spaces is empty); rows are made equally long.
    """

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    faults: dict[Position, str] = field(default_factory=dict)
    visible: bool = True
    #: Texts that stand above the grid and have no cell (the lines above a table of a Word file), nearest first.
    above: list[str] = field(default_factory=list)
    #: The legacy encoding its `converted` cells were written in, "" where none was.
    legacy: str = ""
    #: Rows, columns the sender hid (counted from 0): read like the others, and said.
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    #: Cells whose text is struck through (withdrawn by hand), and cells that bear a comment.
    struck: frozenset[Position] = frozenset()
    commented: frozenset[Position] = frozenset()
    #: Cells in a font of a legacy Vietnamese encoding (".VnTime", "VNI-Times"), by the font's name.
    fonts: dict[Position, str] = field(default_factory=dict)
    #: Texts outside the cells: page headers, comments, text boxes (those of the whole file stand with its first sheet).
    texts: list[str] = field(default_factory=list)
    #: How many cells were turned from a legacy Vietnamese encoding into Unicode.
    converted: int = 0

    def __post_init__(self) -> None:
        self.width = max((len(row) for row in self.rows), default=0)
        for row in self.rows:
            row.extend([None] * (self.width - len(row)))
        self._filled = [[c for c, value in enumerate(row) if value is not None] for row in self.rows]
        for r, c in sorted(self.faults):
            if c not in self._filled[r]:
                self._filled[r] = sorted([*self._filled[r], c])
        self.span: dict[Position, tuple[int, int, int, int]] = {}
        for top, left, bottom, right in self.merges:
            for r in range(top, min(bottom, len(self.rows) - 1) + 1):
                for c in range(left, min(right, self.width - 1) + 1):
                    self.span[r, c] = (top, left, bottom, right)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """Every different text of the cells, as they stood when this was first asked (on opening)."""
        return frozenset(value for row in self.rows for value in row if type(value) is str)

    @cached_property
    def odd(self) -> tuple[Position, ...]:
        """Cells that are no plain text or count: dates, texts that begin with a digit, numbers of nine digits and more."""
        return tuple((r, c) for r, row in enumerate(self.rows) for c, value in enumerate(row) if _is_odd(value))

    def prepare(self) -> "Sheet":
        """Work out now what every reading asks of a sheet; the process that opens files has the time for it."""
        _ = self.distinct, self.odd
        return self

    def raw(self, r: int, c: int) -> Any:
        """The value that stands in the cell itself, None when it is empty."""
        return self.rows[r][c]

    def at(self, r: int, c: int) -> Any:
        """The value a reader sees in the cell: that of its merged range, where it lies in one."""
        span = self.span.get((r, c))
        return self.rows[span[0]][span[1]] if span else self.rows[r][c]

    def text(self, r: int, c: int) -> str:
        """The cell as clean text; whole numbers without a decimal part."""
        span = self.span.get((r, c))
        return shown(self.rows[span[0]][span[1]] if span else self.rows[r][c])

    def filled(self, r: int) -> list[int]:
        """The columns of row r whose own cell holds something (an error cell holds its error)."""
        return self._filled[r]


def _is_odd(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return bool(value[:1].isdigit())
    return bool(value >= _LONG) if kind is float or kind is int else value is not None


# 1, 1.0 and True are equal, but not the same text: their kinds are told apart.
@lru_cache(maxsize=32768, typed=True)
def shown(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(value)


def address(r: int, c: int) -> str:
    """Write a position as Excel does: address(6, 27) is "AB7".

    >>> address(6, 27)
    'AB7'
    """
    return f"{column_letters(c)}{r + 1}"


@lru_cache(maxsize=1024)
def column_letters(c: int) -> str:
    """Write a column counted from 0 as Excel does: 27 is "AB"."""
    letters = ""
    c += 1
    while c:
        c, rest = divmod(c - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass
class Document:
    """What one file gives, or one member of an archive (`inner` is its path in there, "" for the file itself).

    `problem` is the Vietnamese sentence for a document that gives no cells. `texts` stand outside the cells: comments,
    headers and footers, text boxes, properties; they are asked for secrecy marks only and go nowhere else.
    """

    inner: str
    data: bytes
    sheets: list[Sheet] = field(default_factory=list)
    problem: str | None = None
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.texts = [*self.texts, *(text for sheet in self.sheets for text in sheet.texts)]
