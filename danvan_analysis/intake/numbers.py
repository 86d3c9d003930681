"""Text and cell values to numbers, by the kind of column; what is ambiguous is refused, never guessed."""

import re
from collections.abc import Container
from typing import Any, NamedTuple

from danvan_analysis.text import clean, fold

#: What a blank looks like in returns.
BLANKS = {"", "-", "–", "—", ".", "..", "...", "/"}
_GROUPED = re.compile(r"\d{1,3}(?:[. \u00a0]\d{3})+")
_COUNTED = re.compile(r"([\d. ]+?)\s*([^\W\d][^\d%]*)")
# A footnote mark after the number: "2(1)", "2 *".
_NOTED = re.compile(r"([\d.]+)\s*(?:\(\d{1,2}\)|\*+|\(\*+\))")
#: More than anything in a province is counted.
_MOST = 999_999_999
_PLAIN = re.compile(r"\d+")
_SHARE = re.compile(r"\(?\s*(\d{1,3})(?:([.,])(\d+))?\s*(%?)\s*\)?")


class NotANumber(Exception):
    """The cell cannot be read as the column's kind of number; the text says in Vietnamese why."""


class Share(NamedTuple):
    """A printed percentage: its digits, how many decimals were printed, and whether it may be a fraction of 1."""

    value: float
    decimals: int
    may_be_fraction: bool = False


def is_blank(value: Any) -> bool:
    """Whether the cell says nothing ("-", ".", blank): none, which is not yet zero."""
    return value is None or (isinstance(value, str) and clean(value) in BLANKS)


def read_count(value: Any, units: Container[str] = ()) -> int | None:
    """Read a count; None for a blank. A word of `units` may follow the number.

    >>> read_count("1.030"), read_count("09"), read_count(12.0), read_count("-"), read_count("7 tổ", {"tổ"})
    (1030, 9, 12, None, 7)
    """
    if is_blank(value):
        return None
    if isinstance(value, bool):
        raise NotANumber("ô chứa giá trị đúng/sai, không phải số lượng")
    if isinstance(value, int | float):
        if value < 0:
            raise NotANumber("số lượng âm")
        if float(value).is_integer():
            return _whole(value)
        raise NotANumber("số lượng có phần thập phân (có thể Excel đã đọc dấu chấm phân nghìn thành dấu thập phân)")
    text = clean(value)
    if _PLAIN.fullmatch(text):
        return _whole(text)
    if _GROUPED.fullmatch(text):
        return _whole(re.sub(r"\D", "", text))
    counted = _COUNTED.fullmatch(text)
    if counted and fold(counted[2]) in units:
        return read_count(counted[1])
    noted = _NOTED.fullmatch(text)
    if noted:
        return read_count(noted[1])
    if "/" in text:
        raise NotANumber("ô ghi hai số")
    if "%" in text:
        raise NotANumber("ô số lượng lại ghi tỷ lệ phần trăm")
    raise NotANumber("không đọc được thành số lượng")


def _whole(value: str | float) -> int:
    """A whole number that a return can count; what is longer is a number of something else."""
    if len(value) > 12 if isinstance(value, str) else value > _MOST:
        raise NotANumber("số quá lớn để là một số lượng")
    number = int(value)
    if number > _MOST:
        raise NotANumber("số quá lớn để là một số lượng")
    return number


def read_share(value: Any) -> Share | None:
    """Read a printed percentage; None for a blank.

    >>> read_share("58,01%"), read_share("(33,7%)"), read_share(0.5)
    (Share(value=58.01, decimals=2, may_be_fraction=False), Share(value=33.7, decimals=1, may_be_fraction=False), \
Share(value=0.5, decimals=1, may_be_fraction=True))
    """
    if is_blank(value) or (isinstance(value, str) and clean(value) in {"x", "X"}):
        return None
    if isinstance(value, bool):
        raise NotANumber("ô chứa giá trị đúng/sai, không phải tỷ lệ")
    if isinstance(value, int | float):
        digits = repr(float(value)).partition(".")[2]
        return Share(float(value), 0 if digits == "0" else len(digits), 0 <= value <= 1)
    match = _SHARE.fullmatch(clean(value))
    if not match:
        raise NotANumber("không đọc được thành tỷ lệ phần trăm")
    whole, mark, fraction, _ = match.groups()
    if mark == "." and len(fraction) == 3:
        raise NotANumber("dấu chấm và ba chữ số trong cột tỷ lệ: không rõ là phân nghìn hay thập phân")
    return Share(float(f"{whole}.{fraction or 0}"), len(fraction or ""))


def share_agrees(share: Share, count: int, base: int) -> str | None:
    """Say how a printed percentage comes from count/base: "lam_tron", "cat" (digits cut), or None (it does not).

    Compared on integers. A number cell of many decimals is the exact quotient and is compared to nine digits.

    >>> share_agrees(read_share("3,7"), 37, 986), share_agrees(read_share("58,01"), 572, 986)
    ('cat', 'lam_tron')
    """
    if base <= 0:
        return None
    for value, decimals in ((share.value, share.decimals), (share.value * 100, max(share.decimals - 2, 0))):
        if decimals > 8:
            if abs(value - 100 * count / base) < 1e-9 * max(1.0, value):
                return "lam_tron"
        else:
            scale = 10**decimals
            printed = round(value * scale)
            cut = 100 * count * scale // base
            half_up = (2 * 100 * count * scale + base) // (2 * base)
            if printed == half_up:
                return "lam_tron"
            # Half to even, as Excel's neighbours print it, differs from half up only at an exact half.
            if printed == cut:
                return "cat"
        if not share.may_be_fraction:
            return None
    return None
