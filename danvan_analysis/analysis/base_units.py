"""Units at the base (chi hội, chi đoàn, ban công tác mặt trận, Hội quán, Tổ NDTQ): their confirmed ratings, row by row.

What `weak_units` and `movement` both stand on: the rows of `ratings` for the kinds of unit that the indicator on "khá"
counts, led to the place they count in, with the line that their scale draws.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from danvan_analysis.analysis.cells import bring_home
from danvan_analysis.analysis.comparable import passing_lines
from danvan_analysis.analysis.places import Places, places_in
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL, UNRATED

FLAG = "fair_or_better"
_SELF = "tu_xep_loai"
_NEEDED = ("area_id", "year", "organisation", "unit_type", "scale_id", "rating", FLAG, "count")
#: Columns that a user's own table may leave out, with what they then mean.
_DEFAULTS: dict[str, Any] = {
    "period": "nam",
    "nature": "bao_cao",
    "rated_by": "cap_uy",
    "status": "chinh_thuc",
    "unit_id": None,
    "unit_name": None,
    "area_name": None,
    "rank": None,
    "weak": None,
    "source_file": "",
    "source_sheet": "",
    "source_cell": "",
}
_TYPES = {
    **dict.fromkeys((*_NEEDED, *_DEFAULTS), pl.String),
    **dict.fromkeys(("year", "count", "rank"), pl.Int64),
    **dict.fromkeys((FLAG, "weak"), pl.Boolean),
}
#: What a row of `base_rows` says of its units.
STATES = ("khong_dung_duoc", "chua_xep_loai", "duoi_kha", "tu_kha")


def fair_unit_types(facts: Facts) -> list[str]:
    """Give the kinds of unit that the indicators on "khá trở lên" count, in their order."""
    counted = facts.indicators.filter(pl.col("flag") == FLAG).sort("order")["unit_types"]
    return list(dict.fromkeys(kind for cell in counted for kind in items(cell)))


def fair_lines(facts: Facts) -> dict[str, str]:
    """Give, for each scale that draws the line of "khá", the lowest level that passes.

    Two scales with the same line can be held against each other on "khá" alone: a two-level form ("từ khá trở lên")
    draws the line of the scale that it sums up. `methods.toml [movement] bridges` names further scales that an office
    has decided to read alike.
    """
    lines = passing_lines(facts)[FLAG]
    for pair in facts.methods["movement"]["bridges"]:
        joined = [lines[scale] for scale in pair if scale in lines]
        lines = {scale: joined[0] if line in joined else line for scale, line in lines.items()}
    return lines


def base_rows(
    ratings: Any, facts: Facts, period: str, years: Sequence[int], natures: set[str]
) -> tuple[pl.DataFrame, dict[int, Places]]:
    """Give the rows of units at the base up to the last of `years`, and the places of every year with rows or named.

    Beside columns of `tables.Ratings`: `place` (district, block or, after 1/7/2025, commune), `district_name` and, where
    the table has none, `area_name` from the facts; `line`; `confirmed` (not only the unit's own rating); `state`:
    `tu_kha`, `duoi_kha`, `chua_xep_loai` or, for units with only their own rating or a level that cannot say,
    `khong_dung_duoc`. Areas outside the province are left out.

    Raises:
        ValueError: the table lacks a column of the contract.
    """
    rows = _read(ratings, fair_unit_types(facts), period, max(years))
    rows = rows.filter(pl.col("nature").is_in(sorted(natures)))
    places = {year: places_in(facts, year) for year in sorted({*rows["year"], *years})}
    homes = [(year, area, place) for year, here in places.items() if here.names for area, place in here.home.items()]
    schema = {"year": pl.Int64, "area_id": pl.String, "place": pl.String}
    rows = rows.join(pl.DataFrame(homes, schema=schema, orient="row"), on=["year", "area_id"]).join(
        _names(facts, places), on=["year", "area_id"], how="left"
    )
    districts = [(year, *pair) for year, here in places.items() for pair in _districts(here).items()]
    schema = {"year": pl.Int64, "place": pl.String, "district_name": pl.String}
    rows = rows.join(pl.DataFrame(districts, schema=schema, orient="row"), on=["year", "place"], how="left")
    lines = fair_lines(facts)
    confirmed = pl.col("rated_by") != _SELF
    rows = rows.with_columns(unit_id=pl.col("unit_id").replace("", None))
    # Beside a confirmed rating of the same units, their own says nothing more.
    same = ["nature", "year", "area_id", "organisation", "unit_type", "unit_id"]
    own = rows.filter(~confirmed).join(rows.filter(confirmed), on=same, how="anti", nulls_equal=True)
    rows = pl.concat([rows.filter(confirmed), own])
    return rows.with_columns(
        area_name=pl.coalesce("area_name", "name", "area_id"),
        line=pl.col("scale_id").replace_strict(lines, default=None, return_dtype=pl.String),
        confirmed=confirmed,
        state=pl.when(~confirmed)
        .then(pl.lit("khong_dung_duoc"))
        .when(pl.col("rating") == UNRATED)
        .then(pl.lit("chua_xep_loai"))
        .when(pl.col(FLAG))
        .then(pl.lit("tu_kha"))
        .when(pl.col(FLAG).not_())
        .then(pl.lit("duoi_kha"))
        .otherwise(pl.lit("khong_dung_duoc")),
    ).drop("name"), places


def _names(facts: Facts, places: Mapping[int, Places]) -> pl.DataFrame:
    """Give the last name that each area bore in each year."""
    areas = facts.areas.sort("valid_from").select("area_id", "name", "valid_from", "valid_to")
    named = areas.join(pl.DataFrame({"year": sorted(places)}, schema={"year": pl.Int64}), how="cross").filter(
        pl.col("valid_from").dt.year() <= pl.col("year"),
        pl.col("valid_to").is_null() | (pl.col("valid_to").dt.year() >= pl.col("year")),
    )
    return named.group_by("year", "area_id").agg(pl.col("name").last())


def _districts(here: Places) -> dict[str, str]:
    return {p: name for p, name in here.names.items() if p != here.province} if here.basis[1] == "huyen-cu" else {}


def named_units(rows: pl.DataFrame) -> pl.DataFrame:
    """Give one row per named unit and year: the confirmed rating if there is one, the final before the provisional."""
    own, above, early = ~pl.col("confirmed"), pl.col("rated_by") != "cap_uy", pl.col("status") == "du_kien"
    named = rows.filter(pl.col("unit_id").is_not_null())
    named = named.sort("nature", "year", "unit_id", own, above, early, "source_cell")
    return named.unique(["nature", "year", "unit_id"], keep="first", maintain_order=True)


def cube(cells: pl.DataFrame, keys: list[str], places: Places, sums: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Add cells up: each place and the province, each organisation and all, each kind of unit and all.

    `keys` are carried along. Blocks count in the province's row and have none of their own.
    """
    own = cells.filter(~pl.col("place").is_in([places.province, *places.blocks])).with_columns(area_id=pl.col("place"))
    lifted = pl.concat([cells.with_columns(area_id=pl.lit(places.province)), own], how="diagonal")
    for column in ("organisation", "unit_type"):
        lifted = pl.concat([lifted, lifted.filter(pl.col(column) != ALL).with_columns(pl.lit(ALL).alias(column))])
    return lifted.group_by(*keys, "area_id", "organisation", "unit_type").agg(**sums)


def _read(ratings: Any, unit_types: list[str], period: str, last_year: int) -> pl.DataFrame:
    """Filter in the caller's engine, then bring the rows home with every column there, typed."""
    if ratings is None:
        return pl.DataFrame(schema=_TYPES)
    frame = nw.from_native(ratings)
    frame = frame.lazy() if frame.implementation.is_polars() else frame
    present = frame.collect_schema().names()
    if not present:
        return pl.DataFrame(schema=_TYPES)
    absent = [name for name in _NEEDED if name not in present]
    if absent:
        raise ValueError(f"the table lacks the columns {', '.join(absent)}; it has {', '.join(present)}")
    kept = nw.col("unit_type").is_in(unit_types) & (nw.col("year") <= last_year)
    if "period" in present:
        kept &= nw.col("period") == period
    home = bring_home(frame.filter(kept).select(*(name for name in _TYPES if name in present)))
    filled = home.with_columns(pl.lit(v).alias(name) for name, v in _DEFAULTS.items() if name not in present)
    return filled.select(pl.col(name).cast(dtype) for name, dtype in _TYPES.items())
