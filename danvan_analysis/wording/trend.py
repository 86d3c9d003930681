"""Sentences on the trend of several years; fewer than the marker needs are never called a trend."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count, points
from danvan_analysis.wording.change import detectable_sentence
from danvan_analysis.wording.words import Row, fill, share_text, tidy


def trend_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence for one series; `row` has the columns of `compute_trends`."""
    method = facts.methods["trend"]
    places: dict[str, Any] = {"k": row["years"], "first": row["from_year"], "last": row["to_year"]}
    places |= {"m": row["family_size"], "reason": method["reasons"].get(row["reason"] or "", "")}
    if row["method"] == "none":
        return fill(facts, "trend", "none", places) + "."
    x, n, x0, n0 = (row[k] for k in ("numerator", "denominator", "first_numerator", "first_denominator"))
    places |= {"n": count(x), "N": count(n), "n0": count(x0), "N0": count(n0)}
    places |= {"t": share_text(x, n), "t0": share_text(x0, n0)}
    names = [row["direction"]] if row["method"] == "trend_marker" else ["none", _first_last(x * n0 - x0 * n)]
    if row["method"] == "first_last" and x * n0 != x0 * n and not row["stands_out"]:
        names.append("not_among_many" if row["evidence"] == "clear" else "chance")
    if row["stands_out"] and row["sense"]:
        names.append(row["sense"])
    if row["reason"] == "mot_nam_chi_phoi":
        names.append("one_year")
    names += [_BESIDE[code] for code in (row["note"] or "").split(";") if code]
    if row["incomplete"]:
        names.append("received")
    places["d"] = points(100 * abs(x * n0 - x0 * n), n * n0)
    said = "".join(fill(facts, "trend", name, places) for name in names)
    return tidy(f"{said}. {detectable_sentence(row, facts, method['power'])}")


def _first_last(rise: int) -> str:
    return "first_last_equal" if not rise else "first_last_up" if rise > 0 else "first_last_down"


_BESIDE = {"doi_thang_mot_phan": "part", "co_cau_noi": "bridge"}
