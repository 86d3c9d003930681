"""Units below "khá" by commune and organisation: counts only, and none where a count would point at one unit."""

from datetime import date

import polars as pl

from danvan_analysis.analysis.places import Places, last_day
from danvan_analysis.facts import Facts, areas_on
from danvan_analysis.tables import ALL

KEY = ["nature", "year", "period", "area_id", "organisation"]
_TABLE = {
    **{name: pl.Int64 if name == "year" else pl.String for name in KEY},
    **dict.fromkeys(("area_name", "district_id", "district_name"), pl.String),
    **dict.fromkeys(("below", "rated", "unrated"), pl.Int64),
    "reason": pl.String,
}


def commune_counts(rows: pl.DataFrame, counts: pl.DataFrame, here: Places, facts: Facts, year: int) -> pl.DataFrame:
    """Give every commune of every district with every organisation that the province's counts have; see `weak_units`.

    `rows` are those of `base_rows` of one year, `counts` the counts of the places. Where the communes themselves are the
    places (from 1/7/2025), the counts have them already and this table is empty.
    """
    day = last_day(facts, year)
    if day is None or here.basis[1] != "huyen-cu":
        return pl.DataFrame(schema=_TABLE)
    counted = counts.filter(pl.col("unit_type") == ALL, pl.col("organisation") != ALL)
    cell, of_place = ["nature", "organisation"], pl.col("area_id") == pl.col("place")
    inside = rows.filter(~pl.col("place").is_in([here.province, *here.blocks]))
    number, state = pl.col("count"), pl.col("state")
    sums = inside.filter(~of_place).group_by(*cell, "area_id").agg(
        below=number.filter(state == "duoi_kha").sum(),
        rated=number.filter(state.is_in(["duoi_kha", "tu_kha"])).sum(),
        unrated=number.filter(state == "chua_xep_loai").sum(),
    )  # fmt: skip
    whole = inside.filter(of_place).select(*cell, whole=pl.lit(True), district_id="place").unique()
    places = counted.select(*cell, "missing", district_id="area_id", known=pl.col("rated") > 0)
    rated, least = pl.col("rated"), facts.methods["weak_units"]["least_shown"]
    table = (
        _communes(facts, here, day, set(inside["area_id"]))
        .join(counted.select("nature", "year", "period", "organisation").unique(), how="cross")
        .join(sums, on=[*cell, "area_id"], how="left")
        .join(whole, on=[*cell, "district_id"], how="left")
        .join(places, on=[*cell, "district_id"], how="left")
        .with_columns(
            reason=pl.when(rated >= least)
            .then(None)
            .when(rated > 0)
            .then(pl.lit("it_don_vi"))
            .when(pl.col("unrated") > 0)
            .then(pl.lit("chua_xep_loai"))
            .when(rated.is_null(), pl.col("whole"))
            .then(pl.lit("so_chung_huyen"))
            .when(rated.is_null(), pl.col("known"), pl.col("missing") == 0)
            .then(pl.lit("khong_co_don_vi"))
            .otherwise(pl.lit("khong_co_so_lieu")),
        )
        .with_columns(
            below=pl.when(pl.col("reason").is_null()).then("below"),
            rated=pl.when(pl.col("reason").is_null() | (pl.col("reason") == "it_don_vi")).then("rated"),
        )
    )
    return table.select(pl.col(name).cast(dtype) for name, dtype in _TABLE.items()).sort(KEY)


def _communes(facts: Facts, here: Places, day: date, told: set[str]) -> pl.DataFrame:
    """Give the communes in force on the last day, and any that ended within the year but has rows."""
    valid = areas_on(facts, day).filter(pl.col("district_id").is_in(list(here.names)))
    now = valid.filter(pl.col("area_id") != pl.col("district_id"))
    now = now.select("area_id", "district_id", "district_name", area_name="name")
    gone = [area for area in sorted(told - set(now["area_id"])) if here.home[area] != area]
    names = dict(facts.areas.sort("valid_from").select("area_id", "name").iter_rows())
    ended = [(area, here.home[area], here.names[here.home[area]], names[area]) for area in gone]
    return pl.concat([now, pl.DataFrame(ended, schema=now.schema, orient="row")])
