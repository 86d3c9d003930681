"""Lists of named units below "khá", for the internal folder: by key, and in official order to be strengthened."""

import re

import polars as pl

from danvan_analysis.analysis.places import Places
from danvan_analysis.facts import Facts
from danvan_analysis.text import fold

_SOURCE = ("source_file", "source_sheet", "source_cell")
_PAST = {
    "years_below": pl.Int64,
    "first_year_below": pl.Int64,
    "open_start": pl.Boolean,
    **dict.fromkeys(("status", "reason"), pl.String),
}
_WHAT = {
    **dict.fromkeys(("area_id", "area_name", "district_name", "organisation", "unit_type"), pl.String),
    **dict.fromkeys(("scale_id", "rating"), pl.String),
    "weak": pl.Boolean,
}
_SLOT = {"nature": pl.String, "year": pl.Int64, "period": pl.String}
_NAME = dict.fromkeys(("unit_id", "unit_name"), pl.String)
_FROM = dict.fromkeys(("rating_status", *_SOURCE), pl.String)
UNITS = {**_SLOT, **_NAME, **_WHAT, **_PAST, **_FROM}
STRENGTHEN = {**_SLOT, "order": pl.Int64, **_WHAT, **_NAME, "count": pl.Int64, **_PAST, **_FROM}


def unit_list(named: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Give the named units of `past` with their place, kind, rating and cells, sorted by key."""
    found = named.rename({"status": "rating_status"}).join(past, on=["nature", "unit_id"])
    return found.select(pl.col(name).cast(dtype) for name, dtype in UNITS.items()).sort([*_SLOT, "unit_id"])


def strengthen_list(units: pl.DataFrame, rows: pl.DataFrame, here: Places, facts: Facts) -> pl.DataFrame:
    """Give the units to strengthen in official order: area, organisation, kind, name; `order` counts them.

    Units that a return only counts stand in rows without a name (`reason` khong_co_ten), so that the list is whole.
    """
    counted = rows.filter(pl.col("state") == "duoi_kha", pl.col("unit_id").is_null(), pl.col("count") > 0)
    group = [*_SLOT, *_WHAT]
    unnamed = counted.group_by(group).agg(
        pl.col("count").sum(),
        rating_status=pl.col("status").max(),
        **{name: pl.col(name).unique().sort().str.join(";") for name in _SOURCE},
        reason=pl.lit("khong_co_ten").first(),
    )
    whole = pl.concat([units.with_columns(count=pl.lit(1, pl.Int64)), unnamed], how="diagonal")
    homes = pl.DataFrame(list(here.home.items()), schema={"area_id": pl.String, "place": pl.String}, orient="row")
    natural = [re.sub(r"\d+", lambda digits: digits[0].zfill(6), fold(name or "")) for name in whole["unit_name"]]
    whole = (
        whole.join(homes, on="area_id", how="left", maintain_order="left")
        .with_columns(natural=pl.Series(natural, dtype=pl.String))
        .join(facts.organisations.select("organisation", organisation_order="order"), on="organisation", how="left")
        .join(facts.unit_types.select("unit_type", type_order="order"), on="unit_type", how="left")
        .sort("nature", "place", "area_id", "organisation_order", "type_order", "natural", "unit_id", "rating")
    )
    whole = whole.with_columns(order=pl.int_range(1, pl.len() + 1).over("nature"))
    return whole.select(pl.col(name).cast(dtype) for name, dtype in STRENGTHEN.items())
