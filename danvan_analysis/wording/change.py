"""Sentences on change against the year before or the term's first year, and on what chance may have done."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count, points
from danvan_analysis.wording.words import SMALL_BASE, Row, fill, points_from, share_text, tidy


def change_sentence(row: Row, facts: Facts, min_base: int | None = None) -> str:
    """Give the sentence that holds a row against an earlier year; `row` has the columns of `compute_changes`.

    `against_year` is the year held against; without it, the year before.
    """
    earlier = row.get("against_year", row["year"] - 1)
    places: dict[str, Any] = {"year": row["year"], "before": earlier, "basis": row.get("scale_basis") or ""}
    reason = row["reason"]
    if not row["comparable"]:
        name = _NOT_COMPARED[reason]
        if name == "scale" and not (places["basis"] and earlier == row["year"] - 1):
            name = "scale_unknown"
        if name == "no_first" and earlier is not None and earlier < row["year"]:
            name = "no_before"
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
        parts.append(fill(facts, "change", "part" if earlier == row["year"] - 1 else "part_since", places))
    if reason == "co_cau_noi":
        parts.append(fill(facts, "change", "bridge", places))
    if row.get("incomplete"):
        parts.append(fill(facts, "change", "received", places))
    return tidy("".join(parts) + ".")


def change_evidence(row: Row, facts: Facts) -> str | None:
    """Say whether a change stands out from chance, for better or worse, and what could have been seen; None untested.

    Only a change that stands out is called one for the better or the worse, by the indicator's polarity.
    """
    if row["untested"] is not None:
        return None
    many = fill(facts, "change", "many", {"m": row["family_size"]}) if row["family_size"] > 1 else ""
    parts = []
    if row["stands_out"] and row["sense"]:
        parts.append(fill(facts, "change", row["sense"], {"many": many}))
    elif row["stands_out"]:
        parts.append(fill(facts, "change", "apart", {"many": many}))
    elif row["evidence"] == "clear":
        parts.append(fill(facts, "change", "not_among_many", {"many": many}))
    return tidy(" ".join([*parts, detectable_sentence(row, facts, facts.methods["change"]["power"])]))


def detectable_sentence(row: Row, facts: Facts, power: float) -> str:
    """Say what least change these bases could have shown; `row` has `detectable_rise` and `detectable_fall`."""
    rise, fall = row["detectable_rise"], row["detectable_fall"]
    name = {(True, True): "seen", (True, False): "seen_rise", (False, True): "seen_fall", (False, False): "seen_none"}
    places = {
        "rise": points_from(rise) if rise is not None else "",
        "fall": points_from(fall) if fall is not None else "",
        "power": points(round(1000 * power), 10, 1),
    }
    return fill(facts, "change", name[rise is not None, fall is not None], places)


_NOT_COMPARED = {
    "doi_thang": "scale",
    "doi_dia_gioi": "territory",
    "khong_co_nam_truoc": "no_before",
    "khong_co_nam_dau": "no_first",
    "la_nam_dau": "first",
    "khong_co_nam_nay": "no_now",
    "thieu_bao_cao": "incomplete",
    "chi_biet_khoang": "range",
}
