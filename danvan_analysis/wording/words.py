"""Words and numbers that every sentence is built from: the templates, the names of what a row counts, shares, days."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from danvan_analysis.errors import FactsError
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL
from danvan_analysis.text import join_vi, percent, points

Row = Mapping[str, Any]
#: Below this base a share is printed n/N, without a percentage, where an indicator names no base of its own.
SMALL_BASE = 10
_LEVELS = ("tinh", "huyen", "xa")


def short_word(wording: Mapping[str, Any], indicator_id: str) -> str:
    """Name what an indicator counts in a word or two ("tổ chức", "đảng viên"); "đơn vị" where the facts have none."""
    return str(wording["short"].get(indicator_id, wording["short"]["other"]))


def least_base(facts: Facts, indicator_id: str) -> int:
    """Give the base under which an indicator's shares are not held against each other."""
    found = facts.indicators.filter(indicator_id=indicator_id)["min_base"].to_list()
    return int(found[0]) if found and found[0] is not None else SMALL_BASE


def object_words(row: Row, target: Row, facts: Facts) -> str:
    """Name what a row counts: the target's own words, a kind of unit, or the bodies or units of one organisation."""
    kinds = _unit_kinds(row, target, facts)
    organisation, words = row["organisation"], facts.wording["object"]
    if not kinds or (organisation == ALL and row["unit_type"] == ALL and len(kinds) > 1):
        return str(target["object_vi"])
    if organisation == ALL:
        # A target on one kind of unit has the better words for it.
        own = target["object_vi"] if len(items(target["unit_types"])) == 1 else kinds[0]["name_vi"]
        return str(own)
    name = dict(facts.organisations.select("organisation", "name_vi").iter_rows()).get(organisation, organisation)
    if all(kind["level"] in _LEVELS for kind in kinds):
        level = join_vi([words[f"level_{kind['level']}"] for kind in kinds])
        return str(words["of_level"]).format(organisation=name, level=level)
    # A kind that only one organisation has needs no name beside it.
    if len(kinds) == 1 and len(items(kinds[0]["organisations"])) == 1:
        return str(kinds[0]["name_vi"])
    one = kinds[0]["name_vi"] if len(kinds) == 1 else short_word(facts.wording, target["indicator_id"])
    return str(words["of_unit"]).format(object=one, organisation=name)


def _unit_kinds(row: Row, target: Row, facts: Facts) -> list[dict[str, Any]]:
    """Give the kinds of unit a row counts, as rows of unit_types; none for measures."""
    if target["table"] != "ratings":
        return []
    types = {kind["unit_type"]: kind for kind in facts.unit_types.to_dicts()}
    if row["unit_type"] != ALL:
        return [types[row["unit_type"]]]
    kinds = [types[unit_type] for unit_type in items(target["unit_types"])]
    if row["area_id"] != str(facts.resolution["province_id"]):
        kinds = [kind for kind in kinds if kind["level"] != "tinh"]
    if row["organisation"] != ALL:
        kinds = [kind for kind in kinds if row["organisation"] in items(kind["organisations"])] or kinds
    return kinds


def short_of(row: Row, target: Row, facts: Facts) -> str:
    """Name in a word or two what a row counts, for "cần thêm 02 …"."""
    kinds = _unit_kinds(row, target, facts)
    if len(kinds) == 1 and kinds[0]["level"] not in _LEVELS:
        return str(kinds[0]["name_vi"])
    return short_word(facts.wording, target["indicator_id"])


def date_vi(day: date) -> str:
    """Print a day as party documents do: a leading zero for days below 10 and for January and February.

    >>> date_vi(date(2025, 1, 5)), date_vi(date(2026, 9, 25))
    ('05/01/2025', '25/9/2026')
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def share_text(numerator: int, denominator: int, beside: Fraction | None = None) -> str:
    """Print a share that is not all or nothing so that it does not look like it: 99,998%, never "100%".

    `beside` is a level in percent that the share must not look equal to unless it is: 89,996% beside 90%.

    >>> share_text(99998, 100000), share_text(22499, 25000), share_text(22499, 25000, Fraction(90))
    ('99,998%', '90%', '89,996%')
    """
    levels = [Fraction(0), Fraction(100), *([] if beside is None else [beside])]
    exact = Fraction(100 * numerator, denominator)
    for decimals in range(2, 8):
        text = percent(numerator, denominator, decimals)
        if all(exact == level or text != _level_text(level, decimals) for level in levels):
            break
    return text


def points_from(share: float, decimals: int = 1) -> str:
    """Print a share as percentage points, rounded up: for "từ … điểm phần trăm trở lên".

    >>> points_from(0.1641), points_from(0.05)
    ('16,5', '5')
    """
    scale = 10**decimals
    return points(ceil(round(100 * scale * share, 6)), scale, decimals)


def _level_text(level: Fraction, decimals: int) -> str:
    return percent(level.numerator, 100 * level.denominator, decimals)


def fill(facts: Facts, section: str, name: str, places: Mapping[str, Any]) -> str:
    """Fill the places of one template; a place that the code does not know is a fault of the facts."""
    try:
        return str(facts.wording[section][name]).format_map(places)
    except (KeyError, ValueError, IndexError) as error:
        raise FactsError(f"wording.toml, mục [{section}] {name}: chỗ {error} không có hoặc ghi sai.") from error


def tidy(text: str) -> str:
    """Close the gaps that an empty place leaves."""
    return re.sub(r" +(?=[,.;])", "", re.sub(r"\s+", " ", text)).strip()
