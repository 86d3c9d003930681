"""Text and cell values to numbers, by the kind of column; what is ambiguous is refused, never guessed."""

import datetime as dt
import math
import re
from collections.abc import Container
from typing import Any, NamedTuple

from danvan_analysis.text import clean, fold

#: What a blank looks like in returns.
BLANKS = {"", "-", "–", "—", ".", "..", "...", "…", "/", "--", "---", "_", "__", "___", "....", "……"}
#: No count of this field is larger; more digits are a code, or two numbers run together.
LARGEST = 1_000_000_000
_GROUPED = re.compile(r"[1-9]\d{0,2}([. ])\d{3}(?:\1\d{3})*")
_COUNTED = re.compile(r"([\d. ]+?)\s*([^\W\d][^\d%]*)")
# A footnote mark after the number: "2(1)", "2 *", "2¹", "2 [1]".
_NOTED = re.compile(r"([\d. ]+?)\s*(?:\(\d{1,2}\)|\[\d{1,2}\]|\*+|\(\*+\)|[¹²³⁰⁴-⁹]+)")
_PLAIN = re.compile(r"\d+")
_TOLD = r"(?:\(?\s*(?:đạt|chiếm)?\s*(?:tỷ lệ|tỉ lệ)?\s*(\d{1,3}(?:[.,]\d+)?\s*%)\s*\)?)"
# "12 (đạt 85,7%)", "83/85", "83/85 (97,6%)".
_WITH_SHARE = re.compile(rf"([\d. ]+?)\s*(?:[(;]|đạt|chiếm)\s*{_TOLD}", re.IGNORECASE)
_OF_BASE = re.compile(rf"([\d. ]+?)\s*/\s*([\d. ]+?)\s*{_TOLD}?", re.IGNORECASE)
# "1,030": a comma for thousands, or three decimals; "1.03", "12,5": Excel's reading of "1.030", or a decimal.
_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_DECIMAL = re.compile(r"(\d{1,3})[.,](\d{1,2})")
_LETTERS = str.maketrans("oOlI", "0011")
_SHARE = re.compile(r"\(?\s*(\d{1,3})(?:([.,])(\d+))?\s*(%?)\s*\)?")


class NotANumber(Exception):
    """The cell cannot be read as the column's kind of number; the text says in Vietnamese why."""

    def __init__(self, why: str, *, like_share: bool = False) -> None:
        super().__init__(why)
        #: Whether it looks like a percentage or a fraction: then its neighbours in the column may be too.
        self.like_share = like_share


class Doubtful(NotANumber):
    """A cell that can mean one count only, and means it only if its table says so: by a total, a base, a share.

    `value` is that count, `base` the number after the stroke of "83/85", `share` the percentage in the same cell.
    """

    def __init__(
        self, why: str, value: int, *, base: int | None = None, share: "Share | None" = None, like_share: bool = False
    ) -> None:
        super().__init__(why, like_share=like_share)
        self.value, self.base, self.share = value, base, share


class Share(NamedTuple):
    """A printed percentage: its digits, how many decimals were printed, and whether it may be a fraction of 1."""

    value: float
    decimals: int
    may_be_fraction: bool = False


def is_blank(value: Any) -> bool:
    """Whether the cell says nothing ("-", ".", blank): none, which is not yet zero."""
    return value is None or (isinstance(value, str) and clean(value) in BLANKS)


def read_count(value: Any, units: Container[str] = ()) -> int | None:
    """Read a count; None for a blank. A word of `units`, a footnote mark or a percentage may follow the number.

    NotANumber for what is no count; Doubtful, with the one count it can be, for what only the rest of the table decides.

    >>> read_count("1.030"), read_count("09"), read_count(12.0), read_count("-"), read_count("7 tổ", {"tổ"})
    (1030, 9, 12, None, 7)
    """
    if is_blank(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _count_of_number(value)
    if not isinstance(value, str):
        raise NotANumber(_other_kind(value, "số lượng"))
    text = clean(value)
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        # Longer than any count: not even turned into a number.
        return _within(int(digits) if len(digits) <= 12 else LARGEST + 1)
    counted = _COUNTED.fullmatch(text)
    if counted and fold(counted[2]) in units:
        return read_count(counted[1])
    told = _NOTED.fullmatch(text) or _WITH_SHARE.fullmatch(text)
    if told:
        return read_count(told[1])
    raise _refusal(text)


def share_within(value: Any) -> "Share | None":
    """The percentage that stands in a count's own cell.

    >>> share_within("12 (đạt 85,7%)"), share_within("12")
    (Share(value=85.7, decimals=1, may_be_fraction=False), None)
    """
    told = _WITH_SHARE.fullmatch(clean(value)) if isinstance(value, str) and "%" in value else None
    return read_share(told[2]) if told else None


def _within(count: int) -> int:
    if count > LARGEST:
        raise NotANumber("số quá lớn, có thể là mã số hoặc hai số viết liền")
    return count


def _count_of_number(value: int | float) -> int:
    if not math.isfinite(value):
        raise NotANumber("không đọc được thành số lượng")
    if value < 0:
        raise NotANumber("số lượng âm")
    if float(value).is_integer():
        return _within(int(value))
    why = "số lượng có phần thập phân (có thể Excel đã đọc dấu chấm phân nghìn thành dấu thập phân)"
    thousands = round(value * 1000)
    like_share = value <= 100
    if value < 1000 and value >= 1 and abs(value * 1000 - thousands) < 1e-6:
        raise Doubtful(why, thousands, like_share=like_share)
    raise NotANumber(why, like_share=like_share)


def _refusal(text: str) -> NotANumber:
    """Why a text is no count."""
    of_base = _OF_BASE.fullmatch(text)
    if of_base:
        try:
            count, base = read_count(of_base[1]), read_count(of_base[2])
        except NotANumber:
            count = base = None
        if count is not None and base is not None:
            why = f"ô ghi hai số; chưa rõ {base} là tổng số hay chỉ tiêu"
            return Doubtful(why, count, base=base, share=read_share(of_base[3]) if of_base[3] else None)
    if _COMMA.fullmatch(text):
        why = "dấu phẩy và ba chữ số trong cột số lượng: không rõ là phân nghìn hay thập phân"
        value = int(text.replace(",", ""))
        return Doubtful(why, value) if value <= LARGEST else NotANumber(why)
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        why = "số lượng có phần thập phân (có thể dấu phân nghìn đã bị đọc thành dấu thập phân)"
        value = int(decimal[1]) * 1000 + int(decimal[2].ljust(3, "0"))
        return Doubtful(why, value, like_share=True) if value >= 1000 else NotANumber(why, like_share=True)
    if "/" in text:
        return NotANumber("ô ghi hai số")
    if re.fullmatch(r"\d+[.,]\d+", text):
        return NotANumber("số lượng có phần thập phân", like_share=True)
    if "%" in text:
        return NotANumber("ô số lượng lại ghi tỷ lệ phần trăm", like_share=True)
    if re.fullmatch(r"[-\u2212–]\s*\d[\d.,]*", text):
        return NotANumber("số lượng âm")
    if re.fullmatch(r"[\doOlI]+", text) and re.search(r"\d", text):
        return NotANumber(f"có chữ cái lẫn trong số (có thể là {text.translate(_LETTERS)})")
    return NotANumber("không đọc được thành số lượng")


def _other_kind(value: object, wanted: str) -> str:
    """What Excel made of a cell that is neither number nor text."""
    if isinstance(value, bool):
        return f"ô chứa giá trị đúng/sai, không phải {wanted}"
    if isinstance(value, dt.datetime | dt.date):
        return f"Excel đã đổi thành ngày {value.day:02}/{value.month:02}/{value.year} (có thể lúc gõ là “{value.day}/{value.month}”)"
    if isinstance(value, dt.time | dt.timedelta):
        return "Excel đã đổi thành giờ"
    return f"không đọc được thành {wanted}"


def read_share(value: Any) -> Share | None:
    """Read a printed percentage; None for a blank.

    >>> read_share("58,01%"), read_share("(33,7%)"), read_share(0.5)
    (Share(value=58.01, decimals=2, may_be_fraction=False), Share(value=33.7, decimals=1, may_be_fraction=False), \
Share(value=0.5, decimals=1, may_be_fraction=True))
    """
    if is_blank(value) or (isinstance(value, str) and clean(value) in {"x", "X"}):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NotANumber(_other_kind(value, "tỷ lệ"))
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise NotANumber("không đọc được thành tỷ lệ phần trăm")
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
