"""One sentence for a supporting indicator: what was counted, its share, its rate or its score; never a verdict."""

from fractions import Fraction
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, points
from danvan_analysis.wording.words import SMALL_BASE, Row, fill, share_text, tidy


def supporting_sentence(row: Row, indicator: Row, facts: Facts) -> str:
    """Give the sentence for one row of an indicator without a target, ready to paste.

    `row` has the columns of `compute_indicators`, `indicator` those of its line in the facts. A base under the indicator's
    `min_base` (10 where it names none) is printed n/N without a percentage; where senders are missing, that is said.
    """
    places = _places(row, indicator, facts)
    name = _name(row, indicator)
    if name == "no_data":
        return tidy(fill(facts, "state", "no_data", places))
    parts = [fill(facts, "supporting", name, places)]
    if row["senders_missing"] and row["senders_expected"] > 1:
        parts.append(fill(facts, "supporting", "received", places))
    return tidy(" ".join(parts))


def _name(row: Row, indicator: Row) -> str:
    """Name the template; a count of none is good news only where less is better."""
    kind, x, n = row["kind"] or "share", row["numerator"], row["denominator"]
    down = indicator["direction"] == "down"
    if x is not None and (n == 0 or row["base"] == 0):
        return "base_zero"
    if kind == "share" and x is not None:
        small = "_small" if n < _least_base(indicator) else ""
        if x == 0:
            return "none_down_share" if down else "share_zero"
        return f"share_all{small}" if x == n > 1 and not down and not row["missing"] else f"share{small}"
    if kind == "share" or row["amount"] is None:
        return "no_data"
    if kind == "count" and row["amount"] == 0:
        return "none_down" if down else "count_zero"
    return str(kind)


def _least_base(indicator: Row) -> int:
    return SMALL_BASE if indicator["min_base"] is None else int(indicator["min_base"])


def _places(row: Row, indicator: Row, facts: Facts) -> dict[str, Any]:
    words = facts.wording["supporting"]
    title = str(indicator["title_vi"])
    if not title.startswith(tuple(words["proper"])):
        title = title[:1].lower() + title[1:]
    place = "" if row["area_id"] == str(facts.resolution["province_id"]) else _lowered(row["area_name"])
    if row["organisation"] != ALL:
        names = dict(facts.organisations.select("organisation", "name_vi").iter_rows())
        # "Hội Nông dân huyện Tam Nông"; the province's own bodies need no place.
        place = f"{names.get(row['organisation'], row['organisation'])} {place}".strip()
    resolution = facts.resolution
    term = {"year": row["year"]} | {k: str(resolution[k])[:4] for k in ("term_from", "term_to")}
    x, n = row["numerator"], row["denominator"] if row["kind"] in (None, "share") else row["base"]
    units = dict(facts.measures.select("measure", "unit_vi").iter_rows())
    return {
        "lead": fill(facts, "lead", row["period"], term),
        "subject": f"{place} " if place else "",
        "subject_has": f"{place} có " if place else "",
        "at": str(words["at"]).format(place=place) if place else "",
        "title": title,
        "unit": units.get(indicator["numerator"], ""),
        "n": "" if x is None else count(x),
        "N": "" if n is None else count(n),
        "t": share_text(x, n) if x is not None and n else "",
        "a": _amount(row),
        "m": count(row["senders_missing"] or 0),
        "M": count(row["senders_expected"] or 0),
    }


def _amount(row: Row) -> str:
    if row["amount"] is None:
        return ""
    # From the whole numbers where there are any; a score as it was published, to two decimals.
    exact = Fraction(row["numerator"], row["base"]) if row["base"] else Fraction(str(row["amount"]))
    return points(exact.numerator, exact.denominator)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
