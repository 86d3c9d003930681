"""Each unit once: of the returns that words the same units the finest complete one feeds, the others only check.

The group is (year, period, district or province, organisation, unit type, nature). Within it sources are pooled by
status, channel and detail (named units, communes, district, province); one pool feeds, sub-area by sub-area. Most groups
are told by one source alone and are settled as frames; only where two speak of the same units are rows looked at.
"""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from danvan_analysis.intake.corrections import position
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.once_group import only_checks, roster_of, settle_group
from danvan_analysis.intake.statements import (
    COMMUNE,
    DISTRICT,
    PROVINCE,
    UNIT,
    Origin,
    Outcome,
    Piece,
    Row,
    Words,
    merge,
)

GROUP = ["year", "period", "group_area", "organisation", "unit_type", "nature"]
_POOL = ["status", "own", "channel", "detail"]
_PLACE = ["area_id", "unit"]
_TABLE = ["run", "table"]
#: The columns of few different words.
_WORDS = ["period", "area_id", "organisation", "unit_type", "nature", "status", "channel"]
#: What units say of themselves is told once a channel, in the whole province.
_OWN = ["year", "period", "organisation", "unit_type", "channel", "nature"]


def settle_once(
    rows: pl.DataFrame,
    coverage: pl.DataFrame,
    origins: Mapping[tuple[int, int], Origin],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    words: Words,
) -> Outcome:
    """Choose, for every group of units, the rows that feed.

    `rows` are ratings, `coverage` what their tables cover, both with `run` and `table` (the keys of `origins`), `nature`
    and `own_year` beside; the outcome names rows by their place in `rows`.
    """
    outcome = Outcome()
    keys = _keys(rows)
    covered = _slim(coverage).with_columns(unit=pl.lit(0, pl.UInt32))
    # Year by year: no group reaches over years, and less is held at a time.
    for year in sorted({*keys["year"].unique(), *covered["year"].unique()}):
        told, totals = keys.filter(pl.col("year") == year), covered.filter(pl.col("year") == year)
        _settle_own(outcome, told.filter(pl.col("rated_by") == "tu_xep_loai"), rows, origins, words)
        confirmed = _placed(told.filter(pl.col("rated_by") != "tu_xep_loai"), gazetteer)
        _settle_confirmed(outcome, confirmed, _placed(totals, gazetteer), rows, origins, gazetteer, leading, words)
    return outcome


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    """What tells rows apart, small: thousands of names as numbers (`unit`, 0 where a row names none), words as codes."""
    names = [*_WORDS, "year", "own_year", "run", "table", "count", "rated_by"]
    unit = rows["unit_id"].rank("dense").fill_null(0).cast(pl.UInt32).alias("unit")
    return _slim(rows.select(names).with_columns(unit)).with_row_index("row")


def _slim(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(_WORDS).cast(pl.Categorical))


def _placed(rows: pl.DataFrame, gazetteer: Callable[[int | None], Gazetteer]) -> pl.DataFrame:
    """Rows with the area whose group they belong to, how finely they speak, and whether their file is about their year."""
    places = [
        (year, area_id, *_place(area_id, gazetteer(year)))
        for year, area_id in rows.select("year", "area_id").unique(maintain_order=True).iter_rows()
    ]
    schema = {"year": pl.Int64, "area_id": pl.Categorical, "group_area": pl.Categorical, "area_detail": pl.Int8}
    found = pl.DataFrame(places, schema=schema, orient="row")
    placed = rows.join(found, on=["year", "area_id"], how="left", maintain_order="left")
    return placed.with_columns(
        own=pl.col("own_year").is_null() | (pl.col("own_year") == pl.col("year")),
        detail=pl.when(pl.col("unit") != 0).then(pl.lit(UNIT)).otherwise("area_detail").cast(pl.Int8),
    ).drop("area_detail", "own_year")


def _place(area_id: str, areas: Gazetteer) -> tuple[str, int]:
    """The area whose group an area belongs to, and how finely it speaks."""
    area = areas.areas[area_id]
    detail = COMMUNE if area.is_commune else DISTRICT if area.is_district else PROVINCE
    return str(area.parent_id if area.is_commune else area.area_id), detail


def _settle_own(
    outcome: Outcome,
    keys: pl.DataFrame,
    rows: pl.DataFrame,
    origins: Mapping[tuple[int, int], Origin],
    words: Words,
) -> None:
    """What a unit says of itself never competes with what was confirmed; said twice in a channel it stands once."""
    told_in = keys.select(*_OWN, *_PLACE, *_TABLE).unique()
    twice = told_in.filter(pl.len().over([*_OWN, *_PLACE]) > 1)
    # A file of which one statement is disputed may be refused whole: all it says there is looked at.
    files = _with_files(twice, origins).select(*_OWN, "file").unique()
    disputed = _with_files(keys, origins).join(files, on=[*_OWN, "file"], how="semi", maintain_order="left")
    outcome.feeding += keys.join(disputed, on="row", how="anti", maintain_order="left")["row"].to_list()
    statements: dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]] = {}
    for row in _dicts(rows, disputed):
        same = tuple(row[name] for name in _OWN)
        found = (row["area_id"], row["unit_id"], row["run"], row["table"])
        piece = statements.setdefault(same, {}).setdefault(found, Piece(origins[row["run"], row["table"]]))
        piece.rows.append(row)
    for told in statements.values():
        kept, spare = merge(outcome, list(told.items()), words)
        outcome.feeding += [row["row"] for p in kept for row in p.rows]
        outcome.checking += [row["row"] for p in spare for row in p.rows]


def _with_files(rows: pl.DataFrame, origins: Mapping[tuple[int, int], Origin]) -> pl.DataFrame:
    numbers: dict[str, int] = {}
    schema = dict.fromkeys(("run", "table", "file"), pl.Int64)
    told = [(*key, numbers.setdefault(origin.file, len(numbers))) for key, origin in origins.items()]
    return rows.join(pl.DataFrame(told, schema=schema, orient="row"), on=_TABLE, how="left", maintain_order="left")


def _dicts(rows: pl.DataFrame, keys: pl.DataFrame) -> list[Row]:
    """The rows these keys tell apart, as they are weighed one against another, with their cells as positions."""
    own = keys.select(name for name in ("row", "own", "detail", "group_area") if name in keys.columns)
    found = rows[own["row"]].hstack(own).to_dicts()
    for row in found:
        row["cells"] = [position(cell) for cell in row["source_cell"].split(";")]
    return found


def _settle_confirmed(
    outcome: Outcome,
    keys: pl.DataFrame,
    coverage: pl.DataFrame,
    rows: pl.DataFrame,
    origins: Mapping[tuple[int, int], Origin],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    words: Words,
) -> None:
    pieces = _pieces(keys, coverage)
    checks = only_checks(pieces.select(GROUP).unique().iter_rows(), gazetteer)
    groups = pieces.group_by(GROUP).agg(
        twice=(pl.struct(_POOL + _PLACE).is_duplicated()).any(),
        pools=pl.struct(_POOL).n_unique(),
        covered=pl.col("covered").sum(),
        expected=pl.max_horizontal("expected", "covered").sum(),
        totals=pl.col("own_total").drop_nulls().len(),
        complete=pl.col("own_total").drop_nulls().all(),
    )
    schema = {name: keys.schema[name] for name in GROUP} | {"checks": pl.Boolean}
    checking = pl.DataFrame([(*key, True) for key in checks], schema=schema, orient="row")
    groups = groups.join(checking, on=GROUP, how="left").with_columns(pl.col("checks").fill_null(value=False))
    plain = groups.filter(~pl.col("twice") & (pl.col("checks") | (pl.col("pools") == 1)))
    outcome.checking += _rows_of(keys, plain.filter("checks"))["row"].to_list()
    fed = plain.filter(~pl.col("checks"))
    outcome.feeding += _rows_of(keys, fed)["row"].to_list()
    outcome.coverage += [_covered(group, gazetteer) for group in fed.iter_rows(named=True)]
    disputed = groups.join(plain, on=GROUP, how="anti").select(GROUP)
    told = _dicts(rows, _rows_of(keys, disputed))
    totals = _rows_of(coverage, disputed).to_dicts()
    _settle_disputed(outcome, told, totals, origins, gazetteer, leading, words, checks)


def _rows_of(rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    return rows.join(groups, on=GROUP, how="semi", maintain_order="left")


def _pieces(rows: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """What each table says of each place: units covered and expected, whether they equal the table's own total.

    A pool that only states totals is left out where another pool of the group has rows: it can neither feed nor differ.
    """
    key = [*GROUP, *_POOL, *_PLACE, *_TABLE]
    told = rows.group_by(key).agg(pl.col("count").sum().alias("covered"), told=pl.lit(value=True))
    totals = coverage.select(*key, "expected", "own_total")
    pieces = told.join(totals, on=key, how="full", coalesce=True, nulls_equal=True)
    pieces = pieces.with_columns(pl.col("covered").fill_null(0), pl.col("told").fill_null(value=False))
    pool_told = pl.col("told").any().over([*GROUP, *_POOL])
    return pieces.filter(pool_told | ~pl.col("told").any().over(GROUP))


def _covered(group: Row, gazetteer: Callable[[int | None], Gazetteer]) -> Row:
    """The coverage of a group that one source alone tells."""
    areas = gazetteer(group["year"])
    roster = roster_of(group["unit_type"], group["group_area"], areas)
    complete = group["complete"] if group["totals"] else roster is None
    expected = group["expected"]
    if roster is not None and not complete and group["covered"] < roster:
        expected = max(expected, roster)
    row = {name: group[name] for name in ("year", "period", "organisation", "unit_type", "nature")}
    return {**row, "area_id": group["group_area"], "expected": expected, "covered": group["covered"]}


def _settle_disputed(
    outcome: Outcome,
    rows: list[Row],
    coverage: list[Row],
    origins: Mapping[tuple[int, int], Origin],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    words: Words,
    checks: set[tuple[Any, ...]],
) -> None:
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]]] = {}

    def piece(row: Row) -> Piece:
        pools = groups.setdefault(tuple(row[name] for name in GROUP), {})
        places = pools.setdefault(tuple(row[name] for name in _POOL), {})
        said = (row["area_id"], row.get("unit_id"), row["run"], row["table"])
        return places.setdefault(said, Piece(origins[row["run"], row["table"]], detail=row["detail"]))

    for row in rows:
        piece(row).rows.append(row)
    for row in coverage:
        found = piece(row)
        found.expected, found.own_total = row["expected"], row["own_total"]
    for group, pools in sorted(groups.items()):
        settle_group(outcome, group, pools, gazetteer(group[0]), leading, words, checks=group in checks)
