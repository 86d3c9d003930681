"""How an office writes: names, zeros, numbers, shares, the total row. Real returns differ in all of it."""

import re
import unicodedata
from dataclasses import dataclass, replace

from danvan_analysis import text

# hoà ↔ hòa, uỷ ↔ ủy, where no letter follows; quý keeps its y. NFD: the tone is a character of its own.
_OLD_TONE = re.compile("(o)([ae])([\u0300\u0301\u0303\u0309\u0323])(?![\\w\u0300-\u036f])", re.IGNORECASE)
_OLD_UY = re.compile("(?<!q)(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?![\\w\u0300-\u036f])", re.IGNORECASE)
_NEW_TONE = re.compile("(o)([\u0300\u0301\u0303\u0309\u0323])([ae])(?![\\w\u0300-\u036f])", re.IGNORECASE)
_NEW_UY = re.compile("(?<!q)(u)([\u0300\u0301\u0303\u0309\u0323])(y)(?![\\w\u0300-\u036f])", re.IGNORECASE)


@dataclass(frozen=True)
class Manner:
    """One office's habits; every one of them leaves the figures readable without doubt."""

    names: int = 0  # how communes and districts are spelled, see places
    words: int = 0  # which wording of the levels
    zero: str = "-"  # what stands for no unit: "-", "", "0" or "mixed"
    counts: str = "number"  # "number"; "padded": 09 as text; "dotted": 1.030 as text
    shares: str = "text2"  # "number", "text2" (58,01), "percent2" (58,01%), "text1", "fraction" (0.00% format), "none"
    total: str = "Tổng cộng"
    total_first: bool = False
    total_merged: bool = False
    numbering: str = "(1)"  # row of column numbers: "(1)", "1", "A" or ""
    upper: bool = False
    nfd: bool = False
    tone: str = ""  # "hòa", "hoà", or as each word comes
    formulas: bool = False
    helper: bool = False  # a hidden column of official codes
    heads: bool = True  # letterhead on every sheet, not only on the first
    spaces: bool = False  # trailing and double spaces in names
    tabs: int = 0  # sheet tabs: 0 by subject, 1 "Biểu 1", 2 "PL 1"
    year: int = 0  # 0 NĂM 2023, 1 năm 2023 on a line of its own, 2 tính đến 31/12/2023
    serif: bool = True

    def say(self, words: str) -> str:
        """Put words into this office's spelling (hoà or hòa, NFC or NFD)."""
        if self.tone:
            first, second = (_OLD_TONE, _OLD_UY) if self.tone == "hòa" else (_NEW_TONE, _NEW_UY)
            apart = unicodedata.normalize("NFD", words)
            words = unicodedata.normalize("NFC", second.sub(r"\1\3\2", first.sub(r"\1\3\2", apart)))
        return unicodedata.normalize("NFD", words) if self.nfd else words

    def place(self, name: str, turn: int) -> str:
        """Put a place name into this office's hand: upper case, stray spaces."""
        name = name.upper() if self.upper else name
        if self.spaces and turn % 3 == 0:
            name = name.replace(" ", "  ", 1) if turn % 2 else name + " "
        return name

    def count(self, value: int, turn: int) -> int | str | None:
        """Give what stands in a count cell; `turn` varies the signs for zero."""
        if value == 0:
            sign = ("-", "", "0")[turn % 3] if self.zero == "mixed" else self.zero
            return {"0": 0, "": None}.get(sign, sign)
        if self.counts == "padded":
            return text.count(value)
        if self.counts == "dotted" and value >= 1000:
            return text.number(value)
        return value

    def share(self, part: int, whole: int, turn: int) -> float | str | None:
        """Give what stands in a share cell: rounded half up, with the office's sign for zero."""
        if whole == 0 or (part == 0 and self.zero != "0"):
            return self.count(0, turn) if self.zero != "0" else None
        if self.shares in ("number", "fraction"):
            points = (2 * 10000 * part + whole) // (2 * whole)
            return points / (100 if self.shares == "number" else 10000)
        printed = text.points(100 * part, whole, 1 if self.shares == "text1" else 2)
        return printed + ("%" if self.shares == "percent2" else "")


def cut_share(part: int, whole: int) -> str:
    """Print a share with its third decimal cut off, as some returns do.

    >>> cut_share(377, 986), cut_share(37, 986)
    ('38,23', '3,75')
    """
    units = 10000 * part // whole
    return f"{units // 100},{units % 100:02d}"


#: The habits of the twelve districts, in official order.
MANNERS: tuple[Manner, ...] = (
    Manner(total="Tổng cộng", words=0, numbering="(1)", formulas=True, zero="0", shares="number", tone="hoà"),
    Manner(names=1, words=1, total="CỘNG", total_merged=True, numbering="1", zero="-", shares="text2", tabs=1, year=1),
    Manner(names=0, words=2, total="Toàn thành phố", numbering="", zero="", shares="percent2", tone="hòa"),
    Manner(names=3, words=0, total="Tổng cộng", numbering="A", zero="mixed", counts="padded", shares="text2", year=1),
    Manner(names=2, words=1, total="Cộng", numbering="(1)", zero="-", nfd=True, shares="text1", heads=False, tabs=1),
    Manner(names=0, words=3, total="Toàn huyện", total_first=True, numbering="(1)", zero="-", shares="text2", year=2),
    Manner(names=3, words=0, total="Tổng cộng", numbering="1", zero="", counts="dotted", shares="text2", spaces=True),
    Manner(names=0, words=0, total="Tổng cộng", total_merged=True, zero="-", upper=True, shares="text2", tabs=2),
    Manner(names=1, words=2, total="Tổng số", numbering="", zero="mixed", shares="number", tone="hòa", year=1),
    Manner(names=2, words=1, total="Cộng", total_first=True, numbering="A", zero="", shares="fraction", helper=True),
    Manner(
        names=3,
        words=2,
        total="Toàn huyện",
        numbering="1",
        zero="-",
        counts="padded",
        nfd=True,
        shares="percent2",
        tone="hoà",
    ),
    Manner(names=0, words=1, total="TỔNG CỘNG", numbering="(1)", zero="0", spaces=True, shares="none", year=2, tabs=1),
)


def manner_of(index: int, year: int) -> Manner:
    """Give a district's habits in a year: mostly its own, changing a little with whoever keeps the file."""
    manner = MANNERS[index % len(MANNERS)]
    turn = index + year
    if turn % 4 == 0:
        manner = replace(manner, words=manner.words + 1, numbering="(1)" if manner.numbering == "" else "")
    if turn % 5 == 0:
        manner = replace(manner, names=(manner.names + 1) % 4, zero="-" if manner.zero == "" else "")
    if turn % 7 == 0:
        manner = replace(manner, nfd=not manner.nfd, heads=not manner.heads, total_first=not manner.total_first)
    return manner
