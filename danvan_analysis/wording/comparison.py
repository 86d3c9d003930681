"""Sentences that hold a district against the others of its province; for the internal folder only."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count
from danvan_analysis.wording.words import Row, fill, share_text, tidy


def funnel_sentence(row: Row, facts: Facts) -> str:
    """Say whether a district's share lies within what chance does around the level of all; `row` as `compute_funnels`.

    It never says whether a target was met: that is another question, and the sentence on a district outside says so.
    """
    places = _places(row, facts)
    if row["reason"] is not None:
        return _without(row, facts, "funnel", places)
    places["a"] = share_text(row["family_numerator"], row["family_denominator"])
    outside, adjusted = row["outside"], row["outside_adjusted"]
    if outside == "within":
        parts = [fill(facts, "funnel", "within", places)]
    else:
        words = facts.wording["funnel"]
        places["above"] = words["higher" if outside.startswith("high") else "lower"]
        parts = [fill(facts, "funnel", f"outside_{outside.removeprefix('high').removeprefix('low')}", places)]
        if row["changed"]:
            parts.append(
                fill(facts, "funnel", "spread_within" if adjusted == "within" else "spread_outside_95", places)
            )
    if row["incomplete"]:
        parts.append(fill(facts, "funnel", "received", places))
    note = "" if outside == "within" else " " + fill(facts, "funnel", "note", places)
    return tidy("".join(parts) + "." + note)


def ranks_sentence(row: Row, facts: Facts) -> str:
    """Say between which places a district may stand and how likely it is among the lowest; `row` as `compute_ranks`."""
    places = _places(row, facts)
    if row["reason"] is not None and row["rank_lower"] is None:
        return _without(row, facts, "ranks", places)
    places |= {"a": str(row["rank_lower"]), "b": str(row["rank_upper"]), "k": count(row["lowest"])}
    places["t"] = _chance(row["chance_lowest"])
    whole = row["rank_lower"] == 1 and row["rank_upper"] == row["areas"]
    name = "one" if row["rank_lower"] == row["rank_upper"] else "whole" if whole else "range"
    parts = [fill(facts, "ranks", name, places)]
    parts.append(fill(facts, "ranks", "chance_even" if row["reason"] == "khong_phan_biet" else "chance", places))
    if row["incomplete"]:
        parts.append(fill(facts, "ranks", "received", places))
    return tidy("".join(parts) + ".")


def _places(row: Row, facts: Facts) -> dict[str, Any]:
    name = row["area_name"]
    subject = name[:1].lower() + name[1:]
    x, n = row["numerator"], row["denominator"]
    term = facts.targets.filter(indicator_id=row["indicator_id"], due="term").height > 0 and row["period"] == "nam"
    years = {name: str(facts.resolution[name])[:4] for name in ("term_from", "term_to")}
    places: dict[str, Any] = {
        "lead": fill(facts, "lead", "to_date" if term else row["period"], {"year": row["year"]} | years),
        "subject": subject,
        "whose": f" của {subject}",
        "M": count(row["areas"]),
    }
    if x is not None and n:
        places |= {"n": count(x), "N": count(n), "t": share_text(x, n) if x <= n else ""}
    return places


def _without(row: Row, facts: Facts, section: str, places: dict[str, Any]) -> str:
    if row["reason"] == "mau_qua_nho":
        return tidy(fill(facts, section, "small", places))
    return tidy(fill(facts, section, "none", places | {"what": facts.methods[section]["reasons"][row["reason"]]}))


def _chance(chance: float) -> str:
    """Print a chance in whole percent; what is all but sure is not printed as sure."""
    percent = round(100 * chance)
    if percent < 1:
        return "dưới 1%"
    return "trên 99%" if percent > 99 else f"{percent}%"
