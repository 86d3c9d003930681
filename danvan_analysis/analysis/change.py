"""Change against the year before and against the term's first year, and where no comparison may be made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from danvan_analysis.analysis.comparable import (
    COMPARED,
    Row,
    moved_from,
    old_maps,
    over_area_bridges,
    passing_lines,
    scales_of,
    shares,
    slot_of,
    why_not,
)
from danvan_analysis.analysis.differences import detectable_difference, difference_p_value, false_discovery
from danvan_analysis.analysis.proportions import proportion_difference
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Indicators
from danvan_analysis.wording import change_evidence, change_sentence, least_base

#: What a year is held against: the year before, and the first year of the term that has figures.
AGAINST = ("nam_truoc", "nam_dau")

_TYPES = {
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "value": pl.Float64,
    "previous_year": pl.Int64,
    "previous_numerator": pl.Int64,
    "previous_denominator": pl.Int64,
    "previous_value": pl.Float64,
    "difference": pl.Float64,
    "lower95": pl.Float64,
    "upper95": pl.Float64,
    "comparable": pl.Boolean,
    "reason": pl.String,
    "sentence_vi": pl.String,
    "against": pl.String,
    "method": pl.String,
    "untested": pl.String,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "family_size": pl.Int64,
    "evidence": pl.String,
    "stands_out": pl.Boolean,
    "sense": pl.String,
    "detectable_rise": pl.Float64,
    "detectable_fall": pl.Float64,
    "evidence_vi": pl.String,
}


def compute_changes(ind: pl.DataFrame, facts: Facts, *, against: Sequence[str] = ("nam_truoc",)) -> pl.DataFrame:
    """Hold every share in `ind` against the same row of an earlier year; key as `ind` and `against`, one row each.

    `against`: `nam_truoc` (the year before), `nam_dau` (the first year, from the resolution's `term_from` on, in which
    the indicator has figures of that nature and period anywhere). Columns `previous_year`, `previous_numerator`,
    `previous_denominator`, `previous_value`; `difference` (a share, this year minus the earlier one) with its Newcombe
    95 % limits, null where not `comparable`; `reason`; `sentence_vi`.

    Not comparable (`reason`): `khong_co_nam_nay`, `khong_co_nam_truoc`, `khong_co_nam_dau` (no base), `la_nam_dau` (this
    is the first year), `doi_dia_gioi` (the areas of the earlier year are others), `thieu_bao_cao` (missing units of
    unknown number), `chi_biet_khoang` (yearly counts leave a range), `doi_thang`. A row of one organisation and one unit
    type stops at any change of scale, but for a two-level form ("từ khá trở lên") that draws the same line. A pooled row
    mixes scales in every year, so it stops only where the line itself reads differently (hoàn thành tốt instead of khá);
    where only the scales around the same line changed it stays comparable and says so (`doi_thang_mot_phan`). A bridge
    in the facts lets it pass (`co_cau_noi`). Where returns are missing in number, the sentence says "theo số liệu đã
    nhận".

    Evidence, null where `untested` says why (`mau_qua_nho`: a base under the indicator's least, `so_cong_don`: counts
    that add up over the years, or the reason above): `p_value` (Newcombe's interval inverted), `q_value`
    (Benjamini-Hochberg over the `family_size` areas of one indicator, year, period, basis, organisation, unit type,
    nature and `against`), `evidence` (`clear` where the interval leaves 0 out, else `chance`), `stands_out` (clear, and
    the q-value within the false discovery rate), `sense` (`better`, `worse`: the direction of a change that stands out,
    by the indicator's polarity), `detectable_rise` and `detectable_fall` (the least change of the true share, from the
    earlier year's, that these bases show with the chance `power` of the facts; null where none is large enough),
    `evidence_vi`. Sources: Newcombe 1998, Benjamini and Hochberg 1995, Fleiss 1981; docs/phuong-phap.md, 3.

    Raises:
        ValueError: `against` names anything else.
    """
    if unknown := sorted(set(against) - set(AGAINST)):
        raise ValueError(f"against must be of {', '.join(AGAINST)}, not {', '.join(unknown)}")
    rows = shares(ind).sort(list(Indicators.primary_key())).to_dicts()
    done = [change for basis in against for change in _all_changes(rows, basis, facts)]
    _judge_families(done, facts)
    indicators = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    for change in done:
        indicator = indicators.get(change["indicator_id"], {})
        change["sense"] = sense(change["difference"], indicator) if change["stands_out"] else None
        change["sentence_vi"] = change_sentence(change, facts, indicator.get("min_base"))
        change["evidence_vi"] = change_evidence(change, facts)
    types = {k: pl.Int64 if k == "year" else pl.String for k in Indicators.primary_key()} | _TYPES
    return pl.DataFrame([{k: row[k] for k in types} for row in done], schema=types)


def sense(rise: float | None, indicator: Mapping[str, Any]) -> str | None:
    """Say whether a rise (or fall, below 0) is `better` or `worse` by the indicator's polarity; None for no change."""
    if not rise or indicator.get("direction") not in ("up", "down"):
        return None
    return "better" if (rise > 0) == (indicator["direction"] == "up") else "worse"


def overlapping(facts: Facts) -> set[str]:
    """Give the indicators whose yearly figures add up over the term: their years are not independent of each other."""
    term = facts.targets.filter(pl.col("due") == "term")["indicator_id"]
    return set(
        facts.indicators.filter(pl.col("cumulative") | pl.col("indicator_id").is_in(term.implode()))["indicator_id"]
    )


def _all_changes(rows: Sequence[Row], against: str, facts: Facts) -> Iterable[dict[str, Any]]:
    key = list(Indicators.primary_key())
    known = {tuple(row[k] for k in key): row for row in [*over_area_bridges(rows, facts), *rows]}
    maps = old_maps(rows)
    first = _first_years(rows, facts)
    flags = dict(facts.indicators.select("indicator_id", "flag").iter_rows())
    lines, summed = passing_lines(facts), overlapping(facts)
    least = {indicator: least_base(facts, indicator) for indicator in {row["indicator_id"] for row in rows}}
    for row in rows:
        year = row["year"] - 1 if against == "nam_truoc" else first.get(slot_of(row))
        before = known.get(tuple(year if k == "year" else row[k] for k in key))
        if before is not None and before["year"] >= row["year"]:
            before = None
        moved = before is None and moved_from(row, year, maps)
        reason = why_not(row, before, lines.get(flags.get(row["indicator_id"]) or "", {}), facts, moved=moved)
        if against == "nam_dau":
            reason = _of_first_year(reason, row["year"], year)
        change = _held(row, before, reason) | {"against": against, "previous_year": year if before else None}
        change["scale_basis"] = _scale_basis(row, before, facts) if reason == "doi_thang" else None
        change["against_year"] = year
        base = min(row["denominator"] or 0, (before or {}).get("denominator") or 0)
        change["untested"] = None if change["comparable"] else reason
        if change["comparable"] and row["indicator_id"] in summed:
            change["untested"] = "so_cong_don"
        elif change["comparable"] and base < least[row["indicator_id"]]:
            change["untested"] = "mau_qua_nho"
        yield dict(row) | change | _evidence(row, before, change, facts)


def _first_years(rows: Sequence[Row], facts: Facts) -> dict[tuple[Any, ...], int]:
    """Give the first year of the term with figures; one year for all rows, so that areas are held against the same."""
    start, first = int(str(facts.resolution["term_from"])[:4]), dict[tuple[Any, ...], int]()
    for row in rows:
        if row["denominator"] and row["year"] >= start:
            first[slot_of(row)] = min(row["year"], first.get(slot_of(row), row["year"]))
    return first


def _of_first_year(reason: str | None, year: int, first: int | None) -> str | None:
    if first is not None and year <= first:
        return "la_nam_dau" if year == first else "khong_co_nam_dau"
    return "khong_co_nam_dau" if reason == "khong_co_nam_truoc" else reason


def _held(row: Row, before: Row | None, reason: str | None) -> dict[str, Any]:
    past: Row = before or {}
    comparable = reason in COMPARED
    change: dict[str, Any] = {f"previous_{k}": past.get(k) for k in ("numerator", "denominator", "value")}
    change |= {"reason": reason, "comparable": comparable}
    change["incomplete"] = bool(row["missing"] or past.get("missing"))
    limits: tuple[float | None, ...] = (None, None, None)
    if comparable and before:
        limits = proportion_difference(row["numerator"], row["denominator"], before["numerator"], before["denominator"])
    return change | dict(zip(("difference", "lower95", "upper95"), limits, strict=True))


def _evidence(row: Row, before: Row | None, change: Row, facts: Facts) -> dict[str, Any]:
    method = facts.methods["change"]
    names = ("p_value", "q_value", "family_size", "evidence", "stands_out", "detectable_rise", "detectable_fall")
    if change["untested"] is not None or before is None:
        return dict.fromkeys(names) | {"method": "none"}
    x, n, x0, n0 = row["numerator"], row["denominator"], before["numerator"], before["denominator"]
    p = difference_p_value(x, n, x0, n0)
    rise, fall = detectable_difference(x0 / n0, n0, n, level=method["level"], power=method["power"])
    return dict.fromkeys(names) | {
        "method": "newcombe",
        "p_value": p,
        "evidence": "clear" if p < 1 - method["level"] else "chance",
        "detectable_rise": rise,
        "detectable_fall": fall,
    }


_FAMILY = ("resolution_id", "indicator_id", "year", "period", "basis", "organisation", "unit_type", "nature", "against")


def _judge_families(changes: Iterable[dict[str, Any]], facts: Facts) -> None:
    """Add the q-values: the areas that are looked at side by side are one family; the province is its own."""
    families = defaultdict(list)
    for change in changes:
        if change["p_value"] is not None:
            families[tuple(change[k] for k in _FAMILY)].append(change)
    for family in families.values():
        for change, q in zip(family, false_discovery([c["p_value"] for c in family]), strict=True):
            apart = change["evidence"] == "clear" and q <= facts.methods["change"]["false_discovery"]
            change |= {"q_value": q, "family_size": len(family), "stands_out": apart}


def _scale_basis(row: Row, before: Row | None, facts: Facts) -> str | None:
    """Name the document of the new scale; None where several or none stand in the facts."""
    use = facts.scale_use.filter(
        pl.col("scale_id").is_in(sorted(scales_of(row) - scales_of(before))),
        pl.col("organisation") == row["organisation"],
        pl.col("unit_type") == row["unit_type"],
        pl.col("year_from") <= row["year"],
        pl.col("year_to").is_null() | (pl.col("year_to") >= row["year"]),
    )
    found = use["basis"].unique().to_list()
    return str(found[0]) if len(found) == 1 else None
