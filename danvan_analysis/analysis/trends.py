"""The trend of every series of a table of indicators: where it breaks is found here, from scales, areas and returns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from danvan_analysis.analysis.change import overlapping, sense
from danvan_analysis.analysis.comparable import (
    Row,
    latest_run,
    moved_from,
    old_maps,
    over_area_bridges,
    passing_lines,
    shares,
)
from danvan_analysis.analysis.differences import false_discovery
from danvan_analysis.analysis.trend import Trend, trend
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Indicators
from danvan_analysis.wording import least_base, trend_sentence

_KEY = [name for name in Indicators.primary_key() if name != "year"]
_TYPES = dict.fromkeys([*_KEY, "area_name", "district_name"], pl.String) | {
    "from_year": pl.Int64,
    "to_year": pl.Int64,
    "years": pl.Int64,
    "first_numerator": pl.Int64,
    "first_denominator": pl.Int64,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "direction": pl.String,
    "reason": pl.String,
    "method": pl.String,
    "slope": pl.Float64,
    "chi_square": pl.Float64,
    "difference": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "family_size": pl.Int64,
    "evidence": pl.String,
    "stands_out": pl.Boolean,
    "sense": pl.String,
    "detectable_rise": pl.Float64,
    "detectable_fall": pl.Float64,
    "incomplete": pl.Boolean,
    "note": pl.String,
    "sentence_vi": pl.String,
}


def compute_trends(ind: pl.DataFrame, facts: Facts, *, year: int | None = None) -> pl.DataFrame:
    """Give the trend of every yearly series of shares (`period` = `nam`) up to `year`, one row each; key as `ind` without `year`.

    A series never crosses a change of scale or area, a missing year, or a year whose missing units are unknown; a bridge
    in the facts (`methods.toml`, `[trend.bridges]`) lets it cross a change of scale, and `note` says so. `from_year` to
    `to_year` are the `years` used; `numerator`, `denominator` of the last, `first_numerator`, `first_denominator` of the
    first. `direction`, `reason`, `method`, `slope`, `chi_square`, `p_value`, `difference` with `lower` and `upper`,
    `detectable_rise`, `detectable_fall` as in `trend`; further reasons: `doi_thang`, `doi_dia_gioi`, `thieu_bao_cao`,
    `chi_biet_khoang`, `khong_co_nam_nay` (the last year itself), `so_cong_don` (yearly figures add up: not independent),
    `mau_qua_nho` (a base under the indicator's least).

    `q_value`: Benjamini-Hochberg over the `family_size` areas of one indicator, basis, organisation, unit type, nature
    and method. `stands_out`: the marker says up or down, or first against last is `clear` and its q-value within the
    false discovery rate. `sense` (`better`, `worse`) only where it stands out.
    """
    yearly = shares(ind).filter(pl.col("period") == "nam")
    if year is not None:
        yearly = yearly.filter(pl.col("year") <= year)
    series: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    given = yearly.sort(list(Indicators.primary_key())).to_dicts()
    for row in given:
        series[tuple(row[k] for k in _KEY)].append(row)
    for led in over_area_bridges(given, facts):
        there = series.get(tuple(led[k] for k in _KEY), [])
        if there and led["year"] not in {r["year"] for r in there}:
            there.append(led)
            there.sort(key=lambda r: int(r["year"]))
    maps = old_maps(given)
    indicators = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    lines, summed = passing_lines(facts), overlapping(facts)
    done = []
    for rows in series.values():
        last = rows[-1]
        indicator = indicators.get(last["indicator_id"], {})
        moved = moved_from(rows[0], rows[0]["year"] - 1, maps)
        found, beside = _found(rows, lines.get(indicator.get("flag") or "", {}), facts, last["indicator_id"] in summed)
        done.append(_row(rows, found, beside, moved=moved))
    _judge_families(done, facts)
    for one in done:
        rise = one["difference"] if one["method"] == "first_last" else one["slope"]
        one["sense"] = sense(rise, indicators.get(one["indicator_id"], {})) if one["stands_out"] else None
        one["sentence_vi"] = trend_sentence(one, facts)
    return pl.DataFrame([{k: one[k] for k in _TYPES} for one in done], schema=_TYPES).sort(_KEY)


def _found(rows: Sequence[Row], lines: Mapping[str, str], facts: Facts, summed: bool) -> tuple[Trend, list[str]]:
    """Give the trend of one series and what stands beside its years."""
    method = facts.methods["trend"]
    if summed:
        return Trend(None, "so_cong_don", "none"), []
    run, cut, beside = latest_run(rows, lines, facts, most=method["years"])
    if not run:
        return Trend(None, cut, "none"), []
    years, x, n = zip(*((row["year"], row["numerator"], row["denominator"]) for row in run), strict=True)
    settings = {"length": method["years"], "level": method["level"], "power": method["power"]}
    found = trend(years, x, n, first_last_level=method["first_last_level"], **settings)
    if found.method != "none" and min(n) < least_base(facts, rows[0]["indicator_id"]):
        return Trend(None, "mau_qua_nho", "none", found.years), []
    return (replace(found, reason=cut) if cut and found.reason == "duoi_nam_nam" else found), beside


def _row(rows: Sequence[Row], found: Trend, beside: Sequence[str], *, moved: bool) -> dict[str, Any]:
    used = [row for row in rows if row["year"] in found.years]
    first, last = (used[0], used[-1]) if used else (None, None)
    reason = "doi_dia_gioi" if moved and found.reason == "duoi_nam_nam" else found.reason
    names = ("slope", "chi_square", "difference", "lower", "upper", "p_value", "detectable_rise", "detectable_fall")
    return (
        {k: rows[-1][k] for k in (*_KEY, "area_name", "district_name")}
        | {name: getattr(found, name) for name in ("direction", "method", *names)}
        | {
            "reason": reason,
            "from_year": first["year"] if first else None,
            "to_year": last["year"] if last else rows[-1]["year"],
            "years": len(found.years),
            "first_numerator": first["numerator"] if first else None,
            "first_denominator": first["denominator"] if first else None,
            "numerator": last["numerator"] if last else None,
            "denominator": last["denominator"] if last else None,
            "incomplete": any(row["missing"] for row in used),
            "note": ";".join(beside) or None,
            "q_value": None,
            "family_size": None,
            "evidence": None,
            "stands_out": None,
        }
    )


_FAMILY = [name for name in _KEY if name != "area_id"] + ["method"]


def _judge_families(done: Iterable[dict[str, Any]], facts: Facts) -> None:
    alpha = 1 - facts.methods["trend"]["first_last_level"]
    families = defaultdict(list)
    for one in done:
        if one["p_value"] is not None:
            families[tuple(one[k] for k in _FAMILY)].append(one)
    for family in families.values():
        for one, q in zip(family, false_discovery([o["p_value"] for o in family]), strict=True):
            one |= {"q_value": q, "family_size": len(family)}
            if one["method"] == "trend_marker":
                one["stands_out"] = one["direction"] in ("up", "down")
                one["evidence"] = "clear" if one["stands_out"] else "chance"
            else:
                one["evidence"] = "clear" if one["p_value"] < alpha else "chance"
                apart = q <= facts.methods["change"]["false_discovery"]
                one["stands_out"] = one["evidence"] == "clear" and apart
