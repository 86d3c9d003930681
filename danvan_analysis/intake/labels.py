"""What the label of a row means: an area, a total, an organisation, a level, a named unit, a heading, or a note."""

import re
from dataclasses import dataclass
from functools import lru_cache

from danvan_analysis.text import clean, fold

# One bullet only: in "1. X. Phú Đức" the second is the short form of xã.
_BULLET = re.compile(r"^(?:[-–+*•.·]+\s*|\(?(?:[ivxlc]+|[a-zđ]|\d{1,3}(?:\.\d{1,2})*)\s*[.)/-]+\s*)(?=\S)", re.I)
_TOTAL = re.compile(
    r"^(?:tổng\s*cộng|tổng\s*số|cộng|tổng|toàn\s*(?:tỉnh|huyện|thành phố|thị xã|xã|địa bàn|khối)|cộng\s*chung|cộng\s*dồn)\b(.*)$"
)
_TOTAL_REST = re.compile(
    r"^[\s(:+)]*(?:[ivxlc]+|\d+|[a-zđ]|toàn (?:tỉnh|huyện|thành phố|thị xã)|chung|(?:[ivxlc\d]+\s*\+?\s*)+)?[\s):.]*$"
)
_FORMULA = re.compile(r"\s*\([^()]*=[^()]*\)\s*$")
ROMAN = re.compile(r"^[IVXLC]+\.?$|^[A-Z]\.?$")


@dataclass(frozen=True)
class Label:
    """The words of a row's label without its bullet, and whether they say "total"."""

    text: str
    bare: str
    is_total: bool
    total_of: str


@lru_cache(maxsize=16384)
def read_label(text: str) -> Label:
    """Read a row's label.

    >>> read_label("  a) Hoàn thành tốt").bare, read_label("Cộng I").is_total
    ('Hoàn thành tốt', True)
    >>> read_label("Tổng cộng huyện Tam Nông").total_of
    'huyện tam nông'
    """
    shown = clean(text)
    bare = _BULLET.sub("", shown) or shown
    bare = _FORMULA.sub("", bare).strip(" :;")
    match = _TOTAL.match(fold(bare))
    if not match:
        return Label(shown, bare, False, "")
    rest = match[1].strip(" :")
    return Label(shown, bare, True, "" if _TOTAL_REST.match(rest) else rest)
