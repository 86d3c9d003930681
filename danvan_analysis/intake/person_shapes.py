"""Cells that look like a birth date, a phone number or the number of an identity card, whatever stands above them."""

import re
from datetime import date
from typing import Any

from danvan_analysis.cells import Position, Sheet
from danvan_analysis.text import fold

#: Mobile numbers and the twelve digits of an identity card, with the signs people write between digits.
_DIGITS = r"(?:\+?84|0)[\s.\-]?[35789](?:[\s.\-]?\d){8}|0\d{2}[\s.\-]?(?:\d[\s.\-]?){8}\d"
_NUMBER = re.compile(rf"(?<![\d.,])(?:{_DIGITS})(?!\d)")
_DATE = re.compile(r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?((?:19|20)\d\d)|((?:19|20)\d\d)-\d\d-\d\d.*")
_BORN = range(1920, 2011)


def holds_number(text: str) -> bool:
    """Whether a text holds a mobile number or the twelve digits of an identity card.

    >>> holds_number("ĐT: 0912 345 678"), holds_number("087203004567"), holds_number("1.234.567.890 đồng")
    (True, True, False)
    """
    return _NUMBER.search(text) is not None


def shaped_cells(sheet: Sheet, words: dict[str, Any]) -> list[Position]:
    """Birth dates, and numbers of phones and identity cards that a workbook keeps as numbers."""
    cells = []
    above: dict[int, tuple[int, str]] = {}
    for r, c in sheet.odd:
        value = sheet.rows[r][c]
        if isinstance(value, float | int):
            if 1e8 <= value < 1e12 and value % 1000 and not _above(sheet, r, c, words["money"], above):
                cells.append((r, c))
        elif (
            (not isinstance(value, str) or 6 <= len(value) <= 30)
            and _year(value) in _BORN
            and not _above(sheet, r, c, words["dates"], above)
        ):
            cells.append((r, c))
    return cells


def _year(value: Any) -> int | None:
    """The year of a date, or of a text that is nothing but a date."""
    if isinstance(value, date):
        return value.year
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1] or match[2]) if match else None


def _above(sheet: Sheet, r: int, c: int, words: list[str], above: dict[int, tuple[int, str]]) -> bool:
    """Whether one of these words stands above a cell in its column; `above` keeps how far a column was read."""
    start, said = above.get(c, (0, ""))
    more = [fold(v) for up in range(start, r) if isinstance(v := sheet.at(up, c), str) and len(v) < 200]
    said = " ".join([said, *more] if said else more)
    above[c] = (r, said)
    return any(word in said for word in words)
