"""The tables of movement: units, transitions, counts with McNemar's exact test, and bounds."""

from collections.abc import Mapping
from math import ceil, log2
from typing import Any

import polars as pl

from danvan_analysis.analysis.base_units import cube
from danvan_analysis.analysis.moved_units import MOVEMENTS
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.unit_bounds import QUANTITIES
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.wording.movement import movement_sentence
from danvan_analysis.wording.weak_units import fair_target

Slot = dict[str, Any]
KEY = ["nature", "from_year", "to_year", "period", "area_id", "basis", "organisation", "unit_type"]
_KEYS: dict[str, Any] = {name: pl.Int64 if name.endswith("year") else pl.String for name in KEY}
_AREA = dict.fromkeys(("area_name", "district_name"), pl.String)
_UNITS = {
    **{name: _KEYS[name] for name in KEY[:4]},
    **dict.fromkeys(("unit_id", "unit_name", "area_id", "area_name", "district_name"), pl.String),
    **dict.fromkeys(("organisation", "unit_type", "from_scale", "from_rating", "to_scale", "to_rating"), pl.String),
    **dict.fromkeys(("movement", "reason"), pl.String),
    "years_below": pl.Int64,
}
_TRANSITIONS = {
    **_KEYS,
    **dict.fromkeys(("scale_id", "from_rating", "to_rating"), pl.String),
    **_AREA,
    **dict.fromkeys(("from_rank", "to_rank", "count"), pl.Int64),
}
_COUNTS: dict[str, Any] = {
    **_KEYS,
    **_AREA,
    **dict.fromkeys(("matched", *MOVEMENTS, "doi_thang", "lien_tuc"), pl.Int64),
    **dict.fromkeys(("p_value", "p_adjusted"), pl.Float64),
    "evidence": pl.String,
    "least_discordant": pl.Int64,
    **dict.fromkeys(("method", "reason", "sentence_vi"), pl.String),
}
_BOUNDS = {
    **_KEYS,
    "quantity": pl.String,
    **_AREA,
    **dict.fromkeys(("lower", "upper"), pl.Int64),
    "named": pl.Boolean,
    **dict.fromkeys(("method", "reason"), pl.String),
}
_COMPARED = ("moi", "phuc_hoi", "giu_nguyen", "tu_kha_ca_hai")


def mcnemar(one_way: int, other_way: int) -> float | None:
    """Give the exact two-sided p of McNemar's test from the pairs that changed; None where none did.

    >>> mcnemar(6, 0), mcnemar(3, 3), mcnemar(0, 0)
    (0.03125, 1.0, None)
    """
    from scipy.stats import binomtest

    if not one_way + other_way:
        return None
    return float(binomtest(one_way, one_way + other_way, 0.5).pvalue)


def unit_table(moved: pl.DataFrame, slot: Slot) -> pl.DataFrame:
    """Give the named units with their ratings of both years."""
    names = {"scale_id_before": "from_scale", "rating_before": "from_rating", "scale_id": "to_scale"}
    table = moved.rename({**names, "rating": "to_rating"}).with_columns(_slot(slot))
    return _shaped(table, _UNITS, [*KEY[:4], "unit_id"])


def transition_table(moved: pl.DataFrame, here: Places, slot: Slot) -> pl.DataFrame:
    """Count the named units from level to level, inside one scale; transitions that no unit made have no row."""
    levels = ["scale_id", "from_rating", "to_rating", "from_rank", "to_rank"]
    both = pl.col("confirmed") & pl.col("confirmed_before") & (pl.col("scale_id") == pl.col("scale_id_before"))
    rated = pl.col("rank").is_not_null() & pl.col("rank_before").is_not_null()
    kept = moved.filter(both & rated).rename(
        {"rating_before": "from_rating", "rating": "to_rating", "rank_before": "from_rank", "rank": "to_rank"}
    )
    table = cube(kept, ["nature", *levels], here, {"count": pl.len().cast(pl.Int64)})
    return _placed(table, here, slot, _TRANSITIONS, [*KEY, "scale_id", "from_rank", "to_rank"])


def bound_table(cells: pl.DataFrame, here: Places, slot: Slot) -> pl.DataFrame:
    """Add the bounds of the cells up. What is at least there stays so where a cell is unknown; the most does not."""
    unknown = pl.col("moi_lower").is_null()
    sums = {}
    for quantity in QUANTITIES:
        lower, upper = pl.col(f"{quantity}_lower"), pl.col(f"{quantity}_upper")
        sums[f"{quantity}:lower"] = pl.when(~unknown.all()).then(lower.sum())
        sums[f"{quantity}:upper"] = pl.when(~unknown.any()).then(upper.sum())
    why = pl.coalesce(pl.col("reason").filter(unknown).sort().first(), pl.col("reason").drop_nulls().first())
    wide = cube(cells, ["nature"], here, {**sums, "named": pl.col("named").all(), "reason": why})
    index = ["nature", "area_id", "organisation", "unit_type", "named", "reason"]
    long = [
        wide.select(*index, quantity=pl.lit(quantity), lower=f"{quantity}:lower", upper=f"{quantity}:upper")
        for quantity in QUANTITIES
    ]
    by_name = pl.when(pl.col("named")).then(pl.lit("dem_theo_ten")).otherwise(pl.lit("frechet"))
    method = pl.when(pl.col("lower").is_null()).then(pl.lit("none")).otherwise(by_name)
    return _placed(pl.concat(long).with_columns(method=method), here, slot, _BOUNDS, [*KEY, "quantity"])


def count_table(
    moved: pl.DataFrame, cells: pl.DataFrame, bounds: pl.DataFrame, here: Places, slot: Slot, facts: Facts
) -> pl.DataFrame:
    """Count the named units by movement, test new against recovered, and put every row into words."""
    group = ["nature", "area_id", "organisation", "unit_type"]
    is_movement = {name: pl.col("movement") == name for name in MOVEMENTS}
    sums = {name: same.sum().cast(pl.Int64) for name, same in is_movement.items()}
    sums["lien_tuc"] = pl.col("lien_tuc").sum().cast(pl.Int64)
    sums["doi_thang"] = (is_movement["khong_so_sanh"] & (pl.col("reason") == "doi_thang")).sum().cast(pl.Int64)
    sums["why"] = pl.col("reason").drop_nulls().mode().sort().first()
    named = cube(moved, ["nature"], here, sums)
    table = cube(cells, ["nature"], here, {}).join(named, on=group, how="full", coalesce=True)
    table = table.with_columns(matched=pl.sum_horizontal(_COMPARED, ignore_nulls=False))
    # Nothing held together is not "none new".
    table = table.with_columns(
        pl.when(pl.col("matched") > 0).then(name).alias(name) for name in (*_COMPARED, "lien_tuc")
    )
    tested = _tested(table.sort(group).to_dicts(), here.province, facts.methods["movement"]["level"])
    ranges: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in bounds.iter_rows(named=True):
        ranges.setdefault(tuple(row[k] for k in group), {})[row["quantity"]] = row
    target = fair_target(facts)
    for row in tested:
        row |= slot
        row |= dict(zip(("area_name", "district_name", "basis"), here.area_columns(row["area_id"]), strict=True))
        row["sentence_vi"] = movement_sentence(row, ranges.get(tuple(row[k] for k in group), {}), target, facts)
    return _shaped(pl.DataFrame([{k: row[k] for k in _COUNTS} for row in tested], schema=_COUNTS), _COUNTS, KEY)


def _tested(rows: list[dict[str, Any]], province: str, level: float) -> list[dict[str, Any]]:
    """Add McNemar's test to rows of counts, adjusted over the rows of one kind (districts, organisations, …)."""
    from scipy.stats import false_discovery_control

    families: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        p = mcnemar(row["moi"], row["phuc_hoi"]) if row["matched"] else None
        row |= {"p_value": p, "p_adjusted": None, "evidence": None, "least_discordant": None}
        row |= {"method": "none" if p is None else "mcnemar_exact", "reason": _why(row, p, level)}
        if p is not None:
            kind = (row["area_id"] == province, row["organisation"] == ALL, row["unit_type"] == ALL)
            families.setdefault((row["nature"], *kind), []).append(row)
    for family in families.values():
        adjusted = false_discovery_control([row["p_value"] for row in family], method="bh")
        # 2 · 0,5^d <= level / m: so many units, all one way, are clear whatever the rest of the family shows.
        least = ceil(log2(2 * len(family) / level))
        for row, p in zip(family, adjusted, strict=True):
            row |= {"p_adjusted": float(p), "evidence": "clear" if p <= level else "chance", "least_discordant": least}
    return rows


def _why(row: Mapping[str, Any], p: float | None, level: float) -> str | None:
    if row["matched"] is None:
        return "khong_co_ten"
    if not row["matched"]:
        return str(row["why"] or "khong_co_ten")
    if p is None:
        return "khong_co_thay_doi"
    return "qua_it_thay_doi" if 2 * 0.5 ** (row["moi"] + row["phuc_hoi"]) > level else None


def _slot(slot: Slot) -> list[pl.Expr]:
    return [pl.lit(value).alias(name) for name, value in slot.items()]


def _placed(table: pl.DataFrame, here: Places, slot: Slot, types: Mapping[str, Any], order: list[str]) -> pl.DataFrame:
    """Add the slot and the columns of the area."""
    schema = dict.fromkeys(("area_id", "area_name", "district_name", "basis"), pl.String)
    areas = pl.DataFrame([(area, *here.area_columns(area)) for area in here.names], schema=schema, orient="row")
    return _shaped(table.join(areas, on="area_id").with_columns(_slot(slot)), types, order)


def _shaped(table: pl.DataFrame, types: Mapping[str, Any], order: list[str]) -> pl.DataFrame:
    return table.select(pl.col(name).cast(dtype) for name, dtype in types.items()).sort(order)
