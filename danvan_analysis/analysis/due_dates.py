"""When a duty is due: the day that the words of a due date name, or none."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from danvan_analysis.text import fold

_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?(?![\d/])")
_LONG_DAY = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})(?:\s*năm\s*(\d{4}))?")
_MONTH = re.compile(r"(?:tháng\s*(\d{1,2})|(?<![\d/])(\d{1,2})(?=\s*/\s*\d{4}))(?:\s*(?:/|năm)\s*(\d{4}))?")
_QUARTER = re.compile(r"quý\s*(iv|iii|ii|i|[1-4])\b(?:\s*(?:/|năm|-)?\s*(\d{4}))?")
_YEAR = re.compile(r"năm\s*(\d{4})|^(\d{4})$")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def due_date(text: str | None, year: int, term_to: int, words: Mapping[str, Any]) -> date | None:
    """Give the last day that a due date names in the year of its return; None where it names none ("Định kỳ").

    `words` has the lists `yearly` and `term` and the `year_end` ("12-31"): "hằng năm" ends with the year, "trong nhiệm
    kỳ" with the term. A month or a quarter ends with its last day; of several days the last counts. A day that does not
    exist is none.

    >>> words = {"yearly": ["hằng năm"], "term": ["nhiệm kỳ"], "year_end": "12-31"}
    >>> [str(due_date(text, 2024, 2025, words)) for text in ("31/3", "Quý II/2023", "tháng 2", "Hằng năm", "Định kỳ")]
    ['2024-03-31', '2023-06-30', '2024-02-29', '2024-12-31', 'None']
    """
    folded = fold(text or "")
    days = [(d, m, y) for pattern in (_LONG_DAY, _DAY) for d, m, y in pattern.findall(folded)]
    found = [_day(int(y or year), int(m), int(d)) for d, m, y in days]
    if not found:
        found = [_month_end(int(y or year), int(m or n)) for m, n, y in _MONTH.findall(folded)]
    if not found:
        found = [_month_end(int(y or year), 3 * (_ROMAN.get(q) or int(q))) for q, y in _QUARTER.findall(folded)]
    if found:
        return max((day for day in found if day), default=None)
    month, day = (int(part) for part in str(words["year_end"]).split("-"))
    if any(fold(word) in folded for word in words["term"]):
        return date(term_to, month, day)
    named = [int(one or other) for one, other in _YEAR.findall(folded)]
    if named:
        return _day(max(named), month, day)
    return date(year, month, day) if any(fold(word) in folded for word in words["yearly"]) else None


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None
