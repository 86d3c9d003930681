"""Sentences on change against the year before."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count, points
from danvan_analysis.wording.words import SMALL_BASE, Row, fill, share_text, tidy


def change_sentence(row: Row, facts: Facts, min_base: int | None = None) -> str:
    """Give the sentence that holds a row against the year before; `row` has the columns of `compute_changes`."""
    places: dict[str, Any] = {"year": row["year"], "before": row["year"] - 1, "basis": row.get("scale_basis") or ""}
    reason = row["reason"]
    if not row["comparable"]:
        name = _NOT_COMPARED[reason]
        if name == "scale" and not places["basis"]:
            name = "scale_unknown"
        return fill(facts, "change", name, places)
    x, n, x0, n0 = (row[k] for k in ("numerator", "denominator", "previous_numerator", "previous_denominator"))
    places |= {"n0": count(x0), "N0": count(n0), "t0": share_text(x0, n0)}
    if min(n, n0) < (SMALL_BASE if min_base is None else min_base):
        return fill(facts, "change", "small", places) + "."
    rise = x * n0 - x0 * n
    places["d"] = points(100 * abs(rise), n * n0)
    way = "up" if rise > 0 else "down"
    name = "equal" if not rise else f"slight_{way}" if places["d"] == "0" else way
    parts = [fill(facts, "change", name, places)]
    if rise and row["lower95"] <= 0 <= row["upper95"]:
        parts.append(fill(facts, "change", "chance", places))
    if reason == "doi_thang_mot_phan":
        parts.append(fill(facts, "change", "part", places))
    if row.get("incomplete"):
        parts.append(fill(facts, "change", "received", places))
    return tidy("".join(parts) + ".")


_NOT_COMPARED = {
    "doi_thang": "scale",
    "doi_dia_gioi": "territory",
    "khong_co_nam_truoc": "no_before",
    "khong_co_nam_nay": "no_now",
    "thieu_bao_cao": "incomplete",
    "chi_biet_khoang": "range",
}
