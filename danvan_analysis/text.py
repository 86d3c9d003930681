"""Vietnamese text and numbers: one form for matching, one way of printing.

Tones and Đ are never dropped: xã Tân Thành and xã Tân Thạnh are two communes. What is folded is only what writers
vary without meaning anything by it: Unicode form, spaces, case, and where the tone of an open oa, oe, uy stands.
"""

import re
import unicodedata
from functools import lru_cache

# Tone marks as combining characters: huyền, sắc, ngã, hỏi, nặng.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# hoà → hòa, khoẻ → khỏe, uỷ → ủy: the tone moves to the first vowel where no letter follows. quý keeps its y.
_OA_OE = re.compile(rf"(o)([ae])([{_TONES}])(?![\w\u0300-\u036f])")
_UY = re.compile(rf"(?<!q)(u)(y)([{_TONES}])(?![\w\u0300-\u036f])")
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def clean(value: object) -> str:
    """Give text in NFC with single spaces and nothing at either end; None gives "".

    >>> clean("  Huyện\\n Tam Nông ")
    'Huyện Tam Nông'
    """
    return "" if value is None else _clean(str(value))


# Returns say the same few things again and again: what was cleaned or folded once is remembered.
@lru_cache(maxsize=32768)
def _clean(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=65536)
def fold(value: str) -> str:
    """Give the form in which names and wordings are compared: clean, lower case, one tone placement, plain dashes.

    >>> fold("HOÀ  BÌNH") == fold("Hòa Bình")
    True
    >>> fold("Tân Thành") == fold("Tân Thạnh")
    False
    """
    text = unicodedata.normalize("NFD", clean(value).casefold())
    text = _OA_OE.sub(r"\1\3\2", text)
    text = _UY.sub(r"\1\3\2", text)
    return unicodedata.normalize("NFC", _DASHES.sub("-", text))


def number(value: float | int, decimals: int = 0) -> str:
    """Print a number in the Vietnamese way: dot for thousands, comma for decimals.

    >>> number(12684), number(93.414, 2), number(-0.5, 1)
    ('12.684', '93,41', '-0,5')
    """
    return f"{value:,.{decimals}f}".translate({44: ".", 46: ","})


def count(value: int) -> str:
    """Print a count as party documents do, with a leading zero below ten: 09, 12, 12.684; zero stays 0.

    >>> count(9), count(0), count(12684)
    ('09', '0', '12.684')
    """
    return f"0{value}" if 0 < value < 10 else number(value)


def percent(numerator: int, denominator: int, decimals: int = 2) -> str:
    """Print a share as a percentage, half up and exact (no binary rounding); whole shares carry no decimals.

    >>> percent(652, 698), percent(9, 10), percent(1, 3), percent(1005, 2000), percent(5, 8, 1)
    ('93,41%', '90%', '33,33%', '50,25%', '62,5%')
    """
    return f"{points(100 * numerator, denominator, decimals)}%"


def points(numerator: int, denominator: int, decimals: int = 2) -> str:
    """Print numerator/denominator, half up from the exact fraction, without trailing ",00".

    >>> points(100 * 652 - 70 * 698, 698), points(-1, 3), points(6, 3)
    ('23,41', '-0,33', '2')
    """
    scale = 10**decimals
    quotient, rest = divmod(abs(numerator) * scale, denominator)
    units = quotient + (2 * rest >= denominator)
    sign = "-" if numerator < 0 and units else ""
    whole, fraction = divmod(units, scale)
    return sign + number(whole) + (f",{fraction:0{decimals}d}" if fraction else "")


def join_vi(parts: list[str]) -> str:
    """Join words as a sentence does: "a", "a và b", "a, b và c".

    >>> join_vi(["Tam Nông", "Lai Vung", "Lấp Vò"])
    'Tam Nông, Lai Vung và Lấp Vò'
    """
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " và " + parts[-1]
