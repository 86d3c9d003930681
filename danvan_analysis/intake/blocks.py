"""Finds the tables on a sheet by their header words: where each header stands, which rows follow, what is written above."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from danvan_analysis.cells import Sheet
from danvan_analysis.intake.vocabulary import Reading, Vocabulary
from danvan_analysis.text import fold

LEADING = ("stt", "name", "unit_name", "indicator_name", "parent", "unit_type_cell", "year_cell", "code")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[a-eđA-EĐ])\s*\)?(\s*=.*)?|\(?\s*\d{1,2}\s*[=:+/].*\)?")
_NUMBER = re.compile(r"\(?\s*-?\d{1,3}([.,\s]\d+)*\s*%?\s*\)?|\d+([.,]\d+)?")
_YEAR = re.compile(r"(19[89]|20\d)\d")
_NUMBERED = re.compile(r"(?<![\d(])\d{1,3}(?![\d)])")
_LONGEST_HEADER = 160


@dataclass
class Block:
    """One table: columns left–right, header rows, data rows, repeated headers within, and the texts above it."""

    left: int
    right: int
    top: int
    bottom: int
    rows: list[int]
    title: list[str] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    #: Rows within that say nothing: headers printed again and rows of column numbers.
    silent: list[int] = field(default_factory=list)

    def header_text(self, sheet: Sheet, c: int) -> tuple[str, ...]:
        """The header of a column from top to bottom, each merged cell once."""
        texts = [self._storey(sheet, r, c) for r in range(self.top, self.bottom + 1)]
        return tuple(text for i, text in enumerate(texts) if text and text not in texts[:i])

    def _storey(self, sheet: Sheet, r: int, c: int) -> str:
        """A cell of the header; where nobody merged the cells of an upper storey, its word reaches to the next word."""
        text = sheet.text(r, c)
        below = range(r + 1, self.bottom + 1)
        if text or not any(sheet.text(b, c) for b in below) or self._merged(sheet):
            return text
        for left in range(c - 1, self.left - 1, -1):
            if sheet.text(r, left):
                return sheet.text(r, left) if any(sheet.text(b, left) for b in below) else ""
        return ""

    def _merged(self, sheet: Sheet) -> bool:
        return any(
            left < right and self.top <= top <= self.bottom and right >= self.left and left <= self.right
            for top, left, _, right in sheet.merges
        )


# Asked of every cell several times; 1, 1.0 and True are told apart by their kind.
@lru_cache(maxsize=32768, typed=True)
def is_number(value: object) -> bool:
    """Whether a cell holds a number that is no year ("2023" heads a column)."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return not (float(value).is_integer() and 1980 <= value <= 2099)
    text = str(value).strip()
    return _NUMBER.fullmatch(text) is not None and _YEAR.fullmatch(text) is None


def find_blocks(sheet: Sheet, vocabulary: Vocabulary, is_area: Callable[[str], bool]) -> list[Block]:
    """Give the tables of a sheet from top to bottom, side by side ones from left to right."""
    starts: list[tuple[int, int, int]] = []
    r = 0
    while r < len(sheet.rows):
        if _is_header_start(sheet, vocabulary, r, is_area):
            bottom = _header_bottom(sheet, vocabulary, r)
            body = bottom + 1
            while body < len(sheet.rows) and _is_column_numbers(sheet, body):
                body += 1
            starts.append((r, bottom, body))
            r = body
        else:
            r += 1
    blocks: list[Block] = []
    previous_end = 0
    cut: list[int] = []
    for index, (top, bottom, body) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(sheet.rows)
        signature = _signature(sheet, top, bottom)
        if (
            blocks
            and signature == _signature(sheet, blocks[-1].top, blocks[-1].bottom)
            and not _titled(sheet, blocks[-1], top, vocabulary)
        ):
            # The same header again on the next page of a long table: its rows go on, the header itself says nothing.
            for block in blocks:
                if block.top == blocks[-1].top:
                    # A group's heading may be the last line of a page.
                    block.rows += [*cut, *range(body, end)]
                    block.silent += range(top, body)
        else:
            above = _rows_above(sheet, previous_end, top)
            for left, right in _panels(sheet, vocabulary, top, bottom, range(body, end)):
                block = Block(left, right, top, bottom, list(range(body, end)), above=above)
                block.silent += range(bottom + 1, body)
                # The lines above a sheet's grid belong to its first table.
                block.title = _title(sheet, block) + ([] if blocks and top > blocks[0].top else sheet.above)
                blocks.append(block)
        previous_end = _last_valued(sheet, vocabulary, body, end) + 1
        cut = list(range(previous_end, end)) if index + 1 < len(starts) else []
        # The lines above the next table are its letterhead and title, not rows of this one.
        for block in blocks:
            block.rows = [r for r in block.rows if r not in cut]
    return blocks


def _readings(sheet: Sheet, vocabulary: Vocabulary, r: int) -> list[tuple[int, Reading]] | None:
    """The header readings of a row's own cells; None when the row holds numbers or long texts."""
    readings = []
    for c in sheet.filled(r):
        value = sheet.raw(r, c)
        text = sheet.text(r, c)
        if is_number(value) or len(text) > _LONGEST_HEADER:
            return None
        readings.append((c, vocabulary.read(text)))
    return readings


def _is_header_start(sheet: Sheet, vocabulary: Vocabulary, r: int, is_area: Callable[[str], bool]) -> bool:
    readings = _readings(sheet, vocabulary, r)
    if not readings or len(readings) < 2:
        return False
    areas = sum(is_area(sheet.text(r, c)) for c, _ in readings[1:])
    if len(readings) == 2 and not _goes_on(sheet, r):
        # A level without figures ("Trung bình | đơn vị | …") and a heading below it are no header.
        return False
    if 0 < areas < 3 and any(reading.has("level", "unrated") for _, reading in readings):
        # "Chi hội ấp 1 | Xã Phú Đức | Khá" is a unit with its rating.
        return False
    if areas >= 3:
        # Areas across: a row of data names one or two, a header names them all.
        return areas + 2 >= len(readings) and not any(is_area(sheet.text(r, c)) for c, _ in readings[:1])
    known = [(c, reading) for c, reading in readings if (reading.tokens or reading.years) and not reading.rest]
    # "Chi hội ấp 1" and "7 đơn vị" name or count something; what heads a column bears no number.
    leading = [c for c, reading in known if reading.has(*LEADING) and not _NUMBERED.search(sheet.text(r, c))]
    return bool(leading) and len(known) >= 2 and 2 * len(known) >= len(readings)


def _goes_on(sheet: Sheet, r: int) -> bool:
    """Whether the next row that says anything has at least two cells."""
    below = next((b for b in range(r + 1, len(sheet.rows)) if sheet.filled(b)), None)
    return below is not None and len(sheet.filled(below)) >= 2


def _header_bottom(sheet: Sheet, vocabulary: Vocabulary, top: int) -> int:
    filled = sheet.filled(top)
    bottom = max(sheet.span.get((top, c), (0, 0, top, 0))[2] for c in filled)
    readings = _readings(sheet, vocabulary, top) or []
    lead = [c for c, reading in readings if reading.has(*LEADING)]
    while bottom + 1 < len(sheet.rows):
        r = bottom + 1
        cells = sheet.filled(r)
        below = _readings(sheet, vocabulary, r)
        if not cells or below is None or any(c in lead for c in cells):
            break
        if not any((reading.tokens or reading.years) and not reading.rest for _, reading in below):
            break
        bottom = max(sheet.span.get((r, c), (0, 0, r, 0))[2] for c in cells)
    return min(bottom, len(sheet.rows) - 1)


def _is_column_numbers(sheet: Sheet, r: int) -> bool:
    texts = [sheet.text(r, c) for c in sheet.filled(r)]
    if len(texts) < 3 or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(n[0]) for text in texts if (n := re.findall(r"\d+", text))]
    first = texts[0].strip("() ").casefold()
    # Side by side the second table counts anew from 1.
    climbs = all(one < two or two == 1 for one, two in itertools.pairwise(numbers))
    return climbs and len(numbers) >= 2 and (first in {"1", "a"} or len(numbers) >= 4)


def _signature(sheet: Sheet, top: int, bottom: int) -> list[tuple[int, str]]:
    return [(c, fold(sheet.text(r, c))) for r in range(top, bottom + 1) for c in sheet.filled(r)]


def _titled(sheet: Sheet, block: Block, top: int, vocabulary: Vocabulary) -> bool:
    """Whether text that names a subject or a year stands between a table and a header like its own."""
    start = _last_valued(sheet, vocabulary, block.rows[0], top) + 1 if block.rows else top
    texts = [sheet.text(r, c) for r in range(start, top) for c in sheet.filled(r)]
    return any((reading := vocabulary.read(text, "title")).tokens or reading.years for text in texts)


def _rows_above(sheet: Sheet, start: int, top: int) -> list[int]:
    return [r for r in range(top - 1, start - 1, -1) if sheet.filled(r)]


def _title(sheet: Sheet, block: Block) -> list[str]:
    texts = []
    for r in block.above:
        for c in sheet.filled(r):
            right = sheet.span.get((r, c), (r, c, r, c))[3]
            if c <= block.right and right >= block.left:
                texts.append(sheet.text(r, c))
    return texts


def _last_valued(sheet: Sheet, vocabulary: Vocabulary, start: int, end: int) -> int:
    """The last row that holds a figure, a rating or at least three cells; the text below belongs to what follows."""
    for r in range(end - 1, start - 1, -1):
        cells = sheet.filled(r)
        if len(cells) >= 3 or (len(cells) == 2 and any(_says(sheet, vocabulary, r, c) for c in cells)):
            return r
    return start - 1


def _says(sheet: Sheet, vocabulary: Vocabulary, r: int, c: int) -> bool:
    """Whether a cell holds a figure or a rating."""
    if is_number(sheet.raw(r, c)):
        return True
    told = vocabulary.read(sheet.text(r, c))
    return told.has("level", "unrated") and not told.rest


def _holds_words(sheet: Sheet, c: int, body: range) -> bool:
    """Whether a column holds names, not the counts of "Xã" and "Phường, thị trấn" apart."""
    values = [sheet.raw(r, c) for r in body if sheet.raw(r, c) is not None]
    return bool(values) and 2 * sum(is_number(value) for value in values) < len(values)


def _panels(sheet: Sheet, vocabulary: Vocabulary, top: int, bottom: int, body: range) -> list[tuple[int, int]]:
    """Split side-by-side tables where the numbering or the name column starts anew."""
    firsts: dict[str, list[int]] = {"stt": [], "name": []}
    for c in sheet.filled(top):
        reading = vocabulary.read(sheet.text(top, c))
        if reading.has("stt"):
            firsts["stt"].append(c)
        elif reading.has("name", "unit_name") and not reading.rest and _holds_words(sheet, c, body):
            firsts["name"].append(c)
    columns = [c for r in range(top, bottom + 1) for c in sheet.filled(r)]
    left = min(columns)
    starts = firsts["stt"] if len(firsts["stt"]) > 1 else []
    if not starts and len(firsts["name"]) > 1:
        starts = [c for i, c in enumerate(firsts["name"]) if i == 0 or c - firsts["name"][i - 1] > 2]
    starts = [c for c in starts if c - left > 1]
    edges = [left, *starts]
    return [(edge, (edges[i + 1] - 1) if i + 1 < len(edges) else sheet.width - 1) for i, edge in enumerate(edges)]
