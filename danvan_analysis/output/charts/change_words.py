"""What a change between two years is called, and what stands in words around its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels
from danvan_analysis.text import points

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

Row = Mapping[str, Any]
Places = Sequence[tuple[str, str]]

#: Verdicts that have a difference with its interval; keys of palette.toml.
TESTED = ("up", "down", "single", "chance")
_COUNTED = ("up", "down", "single", "chance", "equal", "untested", "small", "apart", "no_data")


def verdict(row: Row | None) -> str:
    """Name what a row of `compute_changes` is.

    `up`, `down` (stands out, looked at side by side); `single` (beyond chance only when looked at alone); `chance`;
    `untested`; `small` (a base under ten); `apart` (may not be compared); `no_now`, `no_before`, `no_data` (years without
    figures).
    """
    if row is None or not (row["denominator"] or row["previous_denominator"]):
        return "no_data"
    if not row["denominator"] or not row["previous_denominator"]:
        return "no_before" if row["denominator"] else "no_now"
    if not row["comparable"]:
        return "apart"
    if small_vi(row):
        return "small"
    if row.get("untested"):
        return "untested"
    if row.get("stands_out"):
        return "up" if row["difference"] > 0 else "down"
    return "single" if row.get("evidence") == "clear" else "chance"


def small_vi(row: Row | None) -> str | None:
    """Print both years as n/N where a known base is under ten; None elsewhere."""
    bases = [b for b in (row["previous_denominator"], row["denominator"]) if b] if row else []
    if row is None or not bases or min(bases) >= labels.SMALL_BASE:
        return None
    years = (labels.fraction(row[f"{p}numerator"], row[f"{p}denominator"] or None) for p in ("previous_", ""))
    return " → ".join(years)


def signed(row: Row) -> str:
    """Print a row's difference with its sign, exact from the counts ("+0,96", "−1,20", "0")."""
    gap = _gap(row)
    said = points(100 * abs(gap), row["denominator"] * row["previous_denominator"])
    return said if gap == 0 else f"{'+' if gap > 0 else '−'}{said}"


def why(facts: Facts, row: Row, years: tuple[str, str]) -> str:
    """Say why a row has no interval: the reason of the table, else that of its verdict."""
    reasons = facts.layout["change"]["reasons"]
    state = verdict(row)
    key = next((k for k in (row["reason"], row.get("untested"), state) if k in reasons), "other")
    if state == "small":
        key = "small"
    return str(reasons[key]).format(
        before=years[0], year=years[1], d=signed(row) if row["comparable"] else "",
    )  # fmt: skip


def said(facts: Facts, row: Row | None, years: tuple[str, str]) -> str:
    """Say one row for who does not see the picture."""
    state = verdict(row)
    if row is None or state == "no_data":
        return labels.MISSING_VI
    if state not in TESTED:
        return f"{small_vi(row) or ''} {why(facts, row, years)}".strip()
    words = facts.palette["change"][state]["word_vi"].lower() if _gap(row) else facts.layout["change"]["same"]
    return f"{signed(row)} ({words})"


def title(facts: Facts, found: Mapping[str, Row], places: Places, years: tuple[str, str]) -> str:
    """Say the province's change, then how many districts rose and fell beyond chance, and how many did not."""
    says, own = facts.layout["change"], found.get(places[0][0])
    state = _counted(own)
    way = ""
    if own is not None and state in ("up", "down", "single", "chance", "untested"):
        way = says["rise"] if _gap(own) > 0 else says["fall"] if _gap(own) else says["equal"]
    said = says["province"][state].format(way=way, d=signed(own).lstrip("+−") if own and way else "")
    parts = counted(facts, [found.get(place) for place, _ in places[1:]])
    head = says["head"].format(year=years[1][0].upper() + years[1][1:], before=years[0])
    return f"{head}: {said}{'; ' if parts else ''}{', '.join(parts)}"


def counted(facts: Facts, rows: Sequence[Row | None]) -> list[str]:
    """Say how many rows of `compute_changes` are of each kind ("02 nơi tăng rõ"), rises first; kinds without a row are left out."""
    states = [_counted(row) for row in rows]
    says = facts.layout["change"]["counted"]
    return [says[key].format(k=states.count(key)) for key in _COUNTED if key in states]


def notes(facts: Facts, found: Mapping[str, Row], places: Places) -> Iterator[str]:
    """Explain under the picture what it shows: the interval, what was not tested, what is not complete."""
    says, wording = facts.layout["change"], facts.wording["change"]
    rows = [(name, found[place]) for place, name in places if place in found]
    if any(verdict(row) in TESTED for _, row in rows):
        yield says["note"]
        yield facts.wording["note"]["full_count"]
    for key, reason in (("summed", "so_cong_don"), ("range", "chi_biet_khoang")):
        if any(reason in (row["reason"], row.get("untested")) for _, row in rows):
            yield says[key]
    limits = {
        "part": [name for name, row in rows if row["reason"] == "doi_thang_mot_phan"],
        "bridge": [name for name, row in rows if row["reason"] == "co_cau_noi"],
        "received": [name for name, row in rows if wording["received"] in (row["sentence_vi"] or "")],
    }
    for key, names in limits.items():
        if names:
            yield f"{', '.join(names)}: {wording[key].lstrip('; ')}."


def _gap(row: Row) -> int:
    """Give the difference in whole numbers: numerator of it over the product of both bases."""
    return int(row["numerator"] * row["previous_denominator"] - row["previous_numerator"] * row["denominator"])


def _counted(row: Row | None) -> str:
    """Name what a row is counted as in the title: what stood still did not change."""
    state = verdict(row)
    if state in ("no_now", "no_before"):
        return "no_data"
    return "equal" if state == "chance" and row and _gap(row) == 0 else state
