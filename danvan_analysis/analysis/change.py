"""Change against the year before, and where no comparison may be made."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.proportions import proportion_difference
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, Indicators
from danvan_analysis.wording import change_sentence

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
}


def compute_changes(ind: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Hold every indicator row against the same row of the year before; key as `ind`, one row each.

    Columns `previous_year`, `previous_numerator`, `previous_denominator`, `previous_value`; `difference` (a share, this
    year minus the one before) with its Newcombe 95 % limits, null where not `comparable`; `reason`; `sentence_vi`.

    Not comparable (`reason`): `khong_co_nam_nay` and `khong_co_nam_truoc` (no base), `doi_dia_gioi` (the areas of the
    year before are others), `thieu_bao_cao` (missing units of unknown number), `chi_biet_khoang` (yearly counts leave a
    range), `doi_thang`. A row of one organisation
    and one unit type stops at any change of scale, but for a two-level form ("từ khá trở lên") that draws the same
    line. A pooled row mixes scales in every year, so it stops only where the line itself reads differently
    (hoàn thành tốt instead of khá); where only the scales around the same line changed it stays comparable and says so
    (`doi_thang_mot_phan`). Where returns are missing in number, the sentence says "theo số liệu đã nhận".
    """
    key = list(Indicators.primary_key())
    flags = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    rows = ind.sort(key).to_dicts()
    known = {tuple(row[k] for k in key): row for row in rows}
    bases = {(row["indicator_id"], row["nature"], row["year"], row["period"], row["basis"][-3:]) for row in rows}
    lines = _lines(facts)
    done = []
    for row in rows:
        before = known.get(tuple(row[k] - 1 if k == "year" else row[k] for k in key))
        earlier_map = (row["indicator_id"], row["nature"], row["year"] - 1, row["period"], "-cu") in bases
        moved = before is None and row["basis"].endswith("-moi") and earlier_map
        indicator = flags.get(row["indicator_id"], {})
        change = _change(row, before, lines.get(indicator.get("flag") or "", {}), moved=moved)
        change["scale_basis"] = _scale_basis(row, before, facts) if change["reason"] == "doi_thang" else None
        sentence = change_sentence(row | change, facts, indicator.get("min_base"))
        done.append(
            {k: row[k] for k in (*key, "numerator", "denominator", "value")} | change | {"sentence_vi": sentence}
        )
    types = {k: pl.Int64 if k == "year" else pl.String for k in key} | _TYPES
    return pl.DataFrame([{k: row[k] for k in types} for row in done], schema=types)


def _change(
    row: Mapping[str, Any], before: Mapping[str, Any] | None, lines: Mapping[str, str], *, moved: bool
) -> dict[str, Any]:
    past = before or {}
    change: dict[str, Any] = {
        "previous_year": row["year"] - 1 if before else None,
        "previous_numerator": past.get("numerator"),
        "previous_denominator": past.get("denominator"),
        "previous_value": past.get("value"),
        "difference": None,
        "lower95": None,
        "upper95": None,
        "incomplete": bool(row["missing"] or past.get("missing")),
    }
    reason = _reason(row, before, lines, moved=moved)
    change |= {"reason": reason, "comparable": reason in (None, "doi_thang_mot_phan")}
    if change["comparable"] and before:
        limits = proportion_difference(row["numerator"], row["denominator"], before["numerator"], before["denominator"])
        change |= dict(zip(("difference", "lower95", "upper95"), limits, strict=True))
    return change


def _reason(
    row: Mapping[str, Any], before: Mapping[str, Any] | None, lines: Mapping[str, str], *, moved: bool
) -> str | None:
    if not row["denominator"]:
        return "khong_co_nam_nay"
    if moved:
        return "doi_dia_gioi"
    if before is None or not before["denominator"]:
        return "khong_co_nam_truoc"
    if row["missing"] is None or before["missing"] is None:
        return "thieu_bao_cao"
    if any(r["numerator_most"] not in (None, r["numerator"]) for r in (row, before)):
        return "chi_biet_khoang"
    now, then = (frozenset((r.get("scales") or "").split(";")) - {""} for r in (row, before))
    if now == then:
        return None
    same_line = {lines.get(scale, scale) for scale in now} == {lines.get(scale, scale) for scale in then}
    pooled = ALL in (row["organisation"], row["unit_type"])
    if pooled:
        return "doi_thang_mot_phan" if same_line else "doi_thang"
    only_forms = len({scale for scale in now | then if not scale.endswith(_FORM)}) < 2
    return None if same_line and only_forms else "doi_thang"


#: A two-level scale is named after its line: "kha_tro_len" says only whether a unit is at least "kha".
_FORM = "_tro_len"


def _lines(facts: Facts) -> dict[str, dict[str, str]]:
    """Give, for each flag and scale, the lowest level that passes."""
    lines = {}
    for flag in ("good_or_better", "fair_or_better"):
        passing = facts.scales.filter(pl.col(flag)).sort("scale_id", "rank").group_by("scale_id", maintain_order=True)
        lowest = passing.agg(pl.col("rating").last())
        lines[flag] = {scale: rating.removesuffix(_FORM) for scale, rating in lowest.iter_rows()}
    return lines


def _scale_basis(row: Mapping[str, Any], before: Mapping[str, Any] | None, facts: Facts) -> str | None:
    """Name the document of the new scale; None where several or none stand in the facts."""
    new = set((row.get("scales") or "").split(";")) - set(((before or {}).get("scales") or "").split(";"))
    use = facts.scale_use.filter(
        pl.col("scale_id").is_in(sorted(new)),
        pl.col("organisation") == row["organisation"],
        pl.col("unit_type") == row["unit_type"],
        pl.col("year_from") <= row["year"],
        pl.col("year_to").is_null() | (pl.col("year_to") >= row["year"]),
    )
    found = use["basis"].unique().to_list()
    return str(found[0]) if len(found) == 1 else None
