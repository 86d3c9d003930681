"""From the caller's tables to small sums per group: the one step that runs in the caller's own engine.

Written within what narwhals does alike on pandas, polars (eager and lazy), DuckDB and Spark: conditional columns first,
then plain sums, cast to Int64. What comes back is a small polars frame.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from danvan_analysis.tables import UNRATED

#: When: rows of different nature, year or period never meet.
SLOT = ("nature", "year", "period")
#: What is rated: one group of units in one area.
CELL = (*SLOT, "area_id", "organisation", "unit_type")
FLAGS = ("good_or_better", "fair_or_better")
_SELF = "tu_xep_loai"
_SUMS = ("units", *FLAGS, *(f"{flag}_read" for flag in FLAGS), "unrated", "self_rated", "provisional")
_NEEDED = ("area_id", "year", "organisation", "unit_type", "scale_id", "rating", *FLAGS, "count")
#: Columns that a user's own table may leave out, with what they then mean.
_DEFAULTS = {
    "period": "nam",
    "nature": "bao_cao",
    "rated_by": "cap_uy",
    "status": "chinh_thuc",
    "unit_id": "",
    "organisation": "tat_ca",
    "unit_type": "tat_ca",
}


def rating_cells(ratings: Any) -> pl.DataFrame:
    """Give one row per `CELL` and scale, with counts of units.

    Columns beside the key: `scale_id`; `units` (confirmed and rated), for each flag the number with the flag true and
    `<flag>_read`, those where the flag can be read; `unrated`; `pending` (units with only their own rating);
    `provisional` (ratings still `du_kien`). None or a table without columns gives no rows.
    """
    schema = dict.fromkeys(CELL, pl.String) | {"scale_id": pl.String} | dict.fromkeys((*_SUMS, "pending"), pl.Int64)
    if ratings is None:
        return pl.DataFrame(schema=schema | {"year": pl.Int64})
    table = _table(ratings, (*_NEEDED, "period", "nature", "rated_by", "status", "unit_id"), _NEEDED)
    if table is None:
        return pl.DataFrame(schema=schema | {"year": pl.Int64})
    confirmed = nw.col("rated_by") != _SELF
    rated = confirmed & (nw.col("rating") != UNRATED)
    parts = {"units": rated, "unrated": confirmed & (nw.col("rating") == UNRATED), "self_rated": ~confirmed}
    parts["provisional"] = confirmed & (nw.col("status") == "du_kien")
    for flag in FLAGS:
        read = rated & ~nw.col(flag).is_null()
        # `read` first: a flag that is null must count as unknown in every engine, never as false.
        parts |= {f"{flag}_read": read, flag: read & (nw.col(flag) == nw.lit(True))}
    names = list(parts)
    counted = table.select(
        *CELL,
        "scale_id",
        *(nw.when(parts[name]).then(nw.col("count")).otherwise(0).alias(f"n_{name}") for name in names),
    )
    sums = _sums(counted, [*CELL, "scale_id"], {f"n_{name}": name for name in names})
    if not sums["self_rated"].sum():
        return sums.with_columns(pending=pl.lit(0, pl.Int64))
    return _with_pending(table, sums)


def _with_pending(table: Any, sums: pl.DataFrame) -> pl.DataFrame:
    """Count the units that only rated themselves: a named unit without a confirmed row in the same cell.

    Own ratings without a name are held against all that was confirmed in their cell: forty rated themselves and thirty
    were confirmed leaves ten.
    """
    unit, cell = [*CELL, "unit_id"], list(CELL)
    table = table.with_columns(nw.col("unit_id").fill_null(""))
    confirmed = table.filter(nw.col("rated_by") != _SELF).select(*unit).unique()
    alone = table.filter((nw.col("rated_by") == _SELF) & (nw.col("unit_id") != "")).join(confirmed, on=unit, how="anti")
    named = _sums(alone.select(*cell, "count"), cell, {"count": "named"})
    unnamed = table.filter((nw.col("rated_by") == _SELF) & (nw.col("unit_id") == ""))
    counted = _sums(unnamed.select(*cell, "count"), cell, {"count": "unnamed"})
    settled = (pl.col("units") + pl.col("unrated")).sum().over(cell)
    left = pl.max_horizontal(pl.col("unnamed").fill_null(0) - settled, pl.lit(0)) + pl.col("named").fill_null(0)
    # A cell of several scales has several rows: its pending units stand in the first of them.
    first = pl.int_range(pl.len()).over(cell) == 0
    found = sums.join(named, on=cell, how="left").join(counted, on=cell, how="left", maintain_order="left")
    return found.with_columns(pending=pl.when(first).then(left).otherwise(0)).drop("named", "unnamed")


def measure_cells(measures: Any, wanted: Sequence[str]) -> pl.DataFrame:
    """Give one row per `CELL`, measure and named unit (`unit_id` "" where unnamed), with `value` summed.

    Indices (a `score`, no `value`) and measures that are not `wanted` stay out.
    """
    keys = [*CELL, "measure", "unit_id"]
    empty = pl.DataFrame(schema=dict.fromkeys(keys, pl.String) | {"year": pl.Int64, "value": pl.Int64})
    if measures is None:
        return empty
    needed = ("area_id", "year", "measure", "value")
    table = _table(measures, (*needed, "organisation", "unit_type", "period", "nature", "unit_id"), needed)
    if table is None:
        return empty
    table = table.filter(nw.col("measure").is_in(list(wanted)), ~nw.col("value").is_null())
    table = table.with_columns(nw.col("unit_id").fill_null(""))
    return _sums(table.select(*keys, "value"), keys, {"value": "value"})


def unit_names(table: Any) -> pl.DataFrame:
    """Give `unit_name` of every named unit: one row a year, area and `unit_id`; the first in order where names differ."""
    keys = ("year", "area_id", "unit_id")
    empty = pl.DataFrame(schema={"year": pl.Int64} | dict.fromkeys((*keys[1:], "unit_name"), pl.String))
    if table is None:
        return empty
    frame = nw.from_native(table)
    if not {*keys, "unit_name"} <= set(frame.collect_schema().names()):
        return empty
    named = frame.select(*keys, nw.col("unit_name").cast(nw.String)).filter(
        ~nw.col("unit_id").is_null(), ~nw.col("unit_name").is_null()
    )
    first = named.group_by(*keys).agg(nw.col("unit_name").min())
    return bring_home(first).cast(dict(empty.schema)).sort(keys)  # type: ignore[arg-type]


def natures_in(*tables: Any) -> set[str]:
    """Give the natures that stand in the tables; a table without the column is of real returns."""
    found: set[str] = set()
    for table in tables:
        names = [] if table is None else nw.from_native(table).collect_schema().names()
        if "nature" in names:
            found |= set(bring_home(nw.from_native(table).select("nature").unique())["nature"])
        elif names:
            found.add(_DEFAULTS["nature"])
    return found


def score_cells(measures: Any, wanted: Sequence[str]) -> pl.DataFrame:
    """Give one row per `CELL`, measure and named unit, with the `low` and the `high` of its scores: indices never add up.

    A table without a column `score`, and measures that are not `wanted`, give no rows.
    """
    keys = [*CELL, "measure", "unit_id"]
    types = dict.fromkeys(keys, pl.String) | {"year": pl.Int64, "low": pl.Float64, "high": pl.Float64}
    if measures is None or not wanted or "score" not in nw.from_native(measures).collect_schema().names():
        return pl.DataFrame(schema=types)
    needed = ("area_id", "year", "measure", "score")
    table = _table(measures, (*needed, "organisation", "unit_type", "period", "nature", "unit_id"), needed)
    table = table.filter(nw.col("measure").is_in(list(wanted)), ~nw.col("score").is_null())
    table = table.with_columns(nw.col("unit_id").fill_null(""), nw.col("score").cast(nw.Float64))
    grouped = table.select(*keys, "score").group_by(*keys)
    ends = grouped.agg(nw.col("score").min().alias("low"), nw.col("score").max().alias("high"))
    return bring_home(ends.select(*types)).cast(types).sort(keys)  # type: ignore[arg-type]


def _table(native: Any, columns: Sequence[str], needed: Sequence[str]) -> Any:
    """Give the caller's table as a narwhals frame with exactly these columns; None for a table without columns."""
    frame = nw.from_native(native)
    # A lazy plan reads less: polars drops the columns and rows that no sum needs.
    frame = frame.lazy() if frame.implementation.is_polars() else frame
    present = frame.collect_schema().names()
    if not present:
        return None
    absent = [name for name in needed if name not in present and name not in ("organisation", "unit_type")]
    if absent:
        raise ValueError(f"the table lacks the columns {', '.join(absent)}; it has {', '.join(present)}")
    left_out = [name for name in dict.fromkeys(columns) if name not in present]
    if left_out:
        frame = frame.with_columns(*(nw.lit(_DEFAULTS[name]).alias(name) for name in left_out))
    frame = frame.select(*dict.fromkeys(columns))
    # A column of nulls only has no text type of its own in some engines.
    return frame.with_columns(nw.col("unit_id").cast(nw.String))


def _sums(frame: Any, keys: Sequence[str], sums: Mapping[str, str]) -> pl.DataFrame:
    """Add up in the caller's engine and bring the result home, sorted by key."""
    grouped = frame.group_by(*keys).agg(*(nw.col(source).sum().alias(f"sum_{name}") for source, name in sums.items()))
    result = grouped.select(*keys, *(nw.col(f"sum_{name}").cast(nw.Int64).alias(name) for name in sums.values()))
    types = {key: pl.Int64 if key == "year" else pl.String for key in keys} | dict.fromkeys(sums.values(), pl.Int64)
    return bring_home(result).cast(types).sort(keys)  # type: ignore[arg-type]


def bring_home(frame: Any) -> pl.DataFrame:
    """Give a narwhals frame, lazy or not, as a polars frame."""
    native = nw.to_native(frame)
    if isinstance(native, pl.LazyFrame):
        # Streaming holds memory flat on tables larger than it.
        return native.collect(engine="streaming")
    if isinstance(native, pl.DataFrame):
        return native
    if isinstance(frame, nw.LazyFrame):
        return frame.collect(backend="polars").to_native()  # type: ignore[no-any-return]
    # By way of plain lists: pandas text needs no further package so. Its nan, NaT and NA are all null here.
    lists = {name: (frame[name].to_list(), frame[name].is_null().to_list()) for name in frame.columns}
    return pl.DataFrame(
        {n: [None if null else v for v, null in zip(*both, strict=True)] for n, both in lists.items()},
        infer_schema_length=None,
    )
