"""The way to a target: units still needed to the end of the term, and whether the pace so far suffices.

Four points bear no forecast. The pace is that of the unbroken run of years, with its interval; it is held against the
pace that is needed, and the answer is one of three words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from danvan_analysis.analysis.attainment import attainment
from danvan_analysis.analysis.change import overlapping
from danvan_analysis.analysis.comparable import Row, latest_run, moved_from, old_maps, passing_lines
from danvan_analysis.analysis.proportions import proportion_difference
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, Indicators
from danvan_analysis.wording import least_base, pace_sentence

_KEY = list(Indicators.primary_key())
_TYPES: dict[str, Any] = {k: pl.Int64 if k == "year" else pl.String for k in _KEY} | {
    "target_id": pl.String,
    "area_name": pl.String,
    "district_name": pl.String,
    "operator": pl.String,
    "target": pl.Float64,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "missing": pl.Int64,
    "term_end": pl.Int64,
    "years_left": pl.Int64,
    "units_needed": pl.Int64,
    "units_per_year": pl.Int64,
    "from_year": pl.Int64,
    "years": pl.Int64,
    "needed_per_year": pl.Float64,
    "pace": pl.Float64,
    "pace_lower": pl.Float64,
    "pace_upper": pl.Float64,
    "pace_in": pl.String,
    "answer": pl.String,
    "reason": pl.String,
    "method": pl.String,
    "sentence_vi": pl.String,
}


def compute_pace(ind: pl.DataFrame, facts: Facts, *, year: int | None = None) -> pl.DataFrame:
    """Give the way to every target from each area's last year, or from `year`; key as `ind` (that year), and `target_id`.

    Rows of the whole year (`period` = `nam`), all organisations and unit types together. `units_needed`: what the
    numerator lacks at that year's denominator (0 = attained; null where missing returns could still decide);
    `years_left` to the term's end (`term_to` of the resolution); `units_per_year` to be gained, rounded up.

    The pace: mean gain a year over the unbroken run `from_year` to `year` (`years` of them, never across a change of
    scale or area), `pace` with `pace_lower` and `pace_upper`, against `needed_per_year`. `pace_in` = `ty_le`: shares a
    year, Newcombe's interval of last against first; `don_vi`: units a year, for figures that add up over the term (they
    can only grow, and are no samples of each other), Garwood's exact Poisson interval of the units gained.

    `answer`: `du` (the interval's lower end suffices, or attained already), `chua_du` (its upper end does not),
    `chua_ro`, or null where nothing is asked any more; `reason` says why. Reasons: `da_dat`, `khoang_du`,
    `khoang_chua_du`, `khoang_chua_ro`, `mot_nam` (one year only), `doi_thang`, `doi_dia_gioi`, `thieu_nam`,
    `thieu_bao_cao`, `chi_biet_khoang`, `mau_qua_nho`, `so_giam` (figures that should add up fell), `het_nhiem_ky`,
    `khong_co_so_lieu`. Sources: Newcombe 1998, Garwood 1936 (Biometrika 28: 437-442); docs/phuong-phap.md, 5.
    """
    first, end = (int(str(facts.resolution[k])[:4]) for k in ("valid_from", "term_to"))
    whole = ind.filter(period="nam", organisation=ALL, unit_type=ALL).filter(pl.col("year") >= first)
    if year is not None:
        whole = whole.filter(pl.col("year") <= year)
    series: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    given = whole.sort(_KEY).to_dicts()
    maps = old_maps(given)
    for row in given:
        series[tuple(row[k] for k in _KEY if k != "year")].append(row)
    targets = facts.targets.join(facts.indicators, on="indicator_id", suffix="_indicator").rows_by_key(
        ["resolution_id", "indicator_id"], named=True, include_key=True
    )
    lines, summed = passing_lines(facts), overlapping(facts)
    done = []
    for rows in series.values():
        last = rows[-1]
        if year is not None and last["year"] != year:
            continue
        for target in targets.get((last["resolution_id"], last["indicator_id"]), []):
            run, cut, _ = latest_run(rows, lines.get(target["flag"] or "", {}), facts)
            if cut is None and moved_from(rows[0], rows[0]["year"] - 1, maps):
                cut = "doi_dia_gioi"
            way = _way(last, target, (run, cut), facts, end, in_units=last["indicator_id"] in summed)
            known = {k: last[k] for k in (*_KEY, "area_name", "district_name", "numerator", "denominator", "missing")}
            one = known | {k: target[k] for k in ("target_id", "operator", "target")} | way
            done.append(one | {"sentence_vi": pace_sentence(one, target, facts)})
    return pl.DataFrame([{k: one[k] for k in _TYPES} for one in done], schema=_TYPES).sort(*_KEY, "target_id")


_NOTHING = dict.fromkeys(
    ("units_needed", "units_per_year", "from_year", "years", "needed_per_year", "pace", "pace_lower", "pace_upper")
) | {"pace_in": None, "answer": None, "method": "none"}


def _way(
    last: Row,
    target: Mapping[str, Any],
    run: tuple[Sequence[Row], str | None],
    facts: Facts,
    end: int,
    *,
    in_units: bool,
) -> dict[str, Any]:
    years, cut = run
    way = _NOTHING | {"term_end": end, "years_left": max(end - last["year"], 0), "reason": None}
    n = last["denominator"]
    if not n:
        return way | {"reason": "khong_co_so_lieu"}
    reached = attainment(
        last["numerator"],
        n,
        target["operator"],
        target["target"],
        last["missing"],
        numerator_most=last["numerator_most"],
    )
    if reached.attained == "met":
        return way | {"units_needed": 0, "units_per_year": 0, "answer": "du", "reason": "da_dat"}
    if reached.attained == "undecided" or reached.margin_units is None:
        loose = last["numerator_most"] not in (None, last["numerator"])
        return way | {"answer": "chua_ro", "reason": "chi_biet_khoang" if loose else "thieu_bao_cao"}
    way["units_needed"] = needed = -reached.margin_units
    if not way["years_left"]:
        return way | {"reason": "het_nhiem_ky"}
    way["units_per_year"] = -(-needed // way["years_left"])
    if n < least_base(facts, last["indicator_id"]):
        return way | {"answer": "chua_ro", "reason": "mau_qua_nho"}
    if len(years) < facts.methods["pace"]["least_years"]:
        return way | {"answer": "chua_ro", "reason": cut or "mot_nam"}
    found = (_units if in_units else _shares)(years[0], last, facts.methods["pace"]["level"])
    way |= found | {"from_year": years[0]["year"], "years": len(years)}
    way["needed_per_year"] = needed / way["years_left"] / (1 if in_units else n)
    return way | _answer(way)


def _shares(first: Row, last: Row, level: float) -> dict[str, Any]:
    span = last["year"] - first["year"]
    counts = (last["numerator"], last["denominator"], first["numerator"], first["denominator"])
    gain, lower, upper = (value / span for value in proportion_difference(*counts, level))
    return {"pace": gain, "pace_lower": lower, "pace_upper": upper, "pace_in": "ty_le", "method": "newcombe"}


def _units(first: Row, last: Row, level: float) -> dict[str, Any]:
    span, gained = last["year"] - first["year"], last["numerator"] - first["numerator"]
    found = {"pace": gained / span, "pace_in": "don_vi", "method": "garwood"}
    if gained < 0:
        return found | {"pace_lower": None, "pace_upper": None}
    from scipy.stats import chi2

    tail = (1 - level) / 2
    lower = float(chi2.ppf(tail, 2 * gained)) / 2 if gained else 0.0
    upper = float(chi2.ppf(1 - tail, 2 * gained + 2)) / 2
    return found | {"pace_lower": lower / span, "pace_upper": upper / span}


def _answer(way: Mapping[str, Any]) -> dict[str, str]:
    if way["pace_lower"] is None:
        return {"answer": "chua_ro", "reason": "so_giam"}
    if way["pace_lower"] >= way["needed_per_year"]:
        return {"answer": "du", "reason": "khoang_du"}
    if way["pace_upper"] < way["needed_per_year"]:
        return {"answer": "chua_du", "reason": "khoang_chua_du"}
    return {"answer": "chua_ro", "reason": "khoang_chua_ro"}
