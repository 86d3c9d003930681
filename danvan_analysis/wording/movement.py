"""Sentences on movement across the line of "khá": exact where units have names, a range where returns only count."""

from collections.abc import Mapping
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count, join_vi
from danvan_analysis.wording.weak_units import unit_places
from danvan_analysis.wording.words import Row, fill, tidy

_QUANTITIES = ("moi", "phuc_hoi", "giu_nguyen")


def movement_sentence(row: Row, bounds: Mapping[str, Row], target: Row | None, facts: Facts) -> str:
    """Give the sentence for one row of `movement(…).counts`, with its rows of bounds by quantity; it names no unit."""
    places = unit_places({**row, "year": row["to_year"]}, target, facts) | {"before": row["from_year"]}
    places |= {"whose": f" của {places['subject'].strip()}" if places["subject"] else ""}
    named = bool(bounds) and all(bound["named"] for bound in bounds.values())
    matched = _matched(row, facts, places) if row["matched"] else ""
    ranges = "" if named or not bounds else _ranges(bounds, facts, places, more=bool(matched))
    if not matched and not ranges:
        why = bounds["moi"]["reason"] if bounds else None
        why = facts.methods["movement"]["reasons"].get(why or row["reason"], "")
        ranges = _say(facts, "nothing", places | {"why": why})
    parts = [matched, ranges]
    for name in ("xuat_hien", "khong_con", "khong_so_sanh"):
        if row[name]:
            parts.append(_say(facts, name, places | {"k": count(row[name])}))
    return tidy(" ".join(parts))


def _matched(row: Row, facts: Facts, places: dict[str, Any]) -> str:
    places = places | {"n": count(row["matched"])}
    if not any(row[name] for name in _QUANTITIES):
        return _say(facts, "all_fair", places) + "."
    parts = [_say(facts, name if row[name] else f"{name}_0", places | {"k": count(row[name])}) for name in _QUANTITIES]
    kept = row["giu_nguyen"]
    if kept and row["to_year"] - row["from_year"] > 1:
        parts[-1] += _say(facts, "lien_tuc", places | {"m": count(row["lien_tuc"])})
    judged = _say(facts, row["evidence"], places) if row["evidence"] else ""
    return _say(facts, "matched", places) + ", ".join(parts) + judged + "."


def _ranges(bounds: Mapping[str, Row], facts: Facts, places: dict[str, Any], *, more: bool) -> str:
    """Say what the counts of all returns leave possible; nothing where they leave everything."""
    parts = []
    for name in _QUANTITIES:
        lower, upper = bounds[name]["lower"], bounds[name]["upper"]
        if lower is None or (upper is None and not lower):
            continue
        how = "at_least" if upper is None else "between" if lower else "at_most"
        if lower == upper:
            how = "exactly" if lower else "none"
        number = {"a": count(lower), "b": count(upper or 0), "what": _say(facts, f"{name}_what", places)}
        parts.append(_say(facts, how, places | number))
    if not parts:
        return ""
    turnover = _say(facts, "turnover", places) if bounds["moi"]["reason"] == "khac_so_don_vi" else ""
    template = "ranges_more" if more else "ranges"
    return _say(facts, template, places | {"what": join_vi(parts), "turnover": turnover})


def _say(facts: Facts, name: str, places: Mapping[str, Any]) -> str:
    return fill(facts, "movement", name, places)
