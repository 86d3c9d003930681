"""Rating indicators (T1-T3): counts by province, place, organisation and unit type, with the units still missing."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import CELL, SLOT
from danvan_analysis.analysis.places import Places
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL

Slot = tuple[str, int, str]
#: Expected units exist only where returns are expected: not among published figures.
EXPECTING = ("bao_cao", "gia_dinh")
_ROW = [*SLOT, "area_id", "organisation", "unit_type"]
_COUNTS = {
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "unrated": pl.Int64,
    "lost": pl.Int64,
    "provisional": pl.Int64,
    "scales": pl.List(pl.String),
}
_CELL_TYPES = {"nature": pl.String, "year": pl.Int64, "period": pl.String} | dict.fromkeys(CELL[3:], pl.String)


def rated_rows(
    indicator: Mapping[str, Any],
    cells: pl.DataFrame,
    coverage: pl.DataFrame,
    places: Mapping[int, Places],
    slots: Iterable[Slot],
    facts: Facts,
) -> pl.DataFrame:
    """Give the rows of one rating indicator, without intervals.

    `cells` are those of `rating_cells` with `area_id` already led home. Key: slot, `area_id`, `organisation`,
    `unit_type`. `missing` counts, cell by cell: expected units that a received return leaves out (coverage), units with
    only their own rating or a level that cannot say, and, where nothing came, the roster, else last year's units. It is
    null where a place sent nothing and nothing is known of its size.
    """
    unit_types = items(indicator["unit_types"])
    slots = list(slots)
    mine = _counts(cells.filter(pl.col("unit_type").is_in(unit_types)), indicator["flag"])
    expected = _expected(mine, unit_types, places, slots, facts)
    covered = coverage.filter(pl.col("unit_type").is_in(unit_types), pl.col("expected").is_not_null())
    full = (
        mine.with_columns(arrived=pl.lit(True))
        .join(expected, on=CELL, how="full", coalesce=True)
        .join(covered, on=CELL, how="full", coalesce=True)
        .with_columns(pl.col("arrived").fill_null(False), pl.col("lost").fill_null(0))
        .with_columns(missing=_missing())
    )
    silent = _silent(full, unit_types, places, slots)
    rows = _cube(full, silent, places)
    return _with_senders(rows, silent, unit_types, places)


def _counts(cells: pl.DataFrame, flag: str) -> pl.DataFrame:
    """Sum the cells over scales; `lost` are units that sent something that cannot be used here."""
    return cells.group_by(CELL).agg(
        numerator=pl.col(flag).sum(),
        denominator=pl.col(f"{flag}_read").sum(),
        unrated=pl.col("unrated").sum(),
        lost=(pl.col("units") - pl.col(f"{flag}_read") + pl.col("pending")).sum(),
        provisional=pl.col("provisional").sum(),
        scales=pl.col("scale_id").filter(pl.col(f"{flag}_read") > 0).unique().sort(),
    )


def _expected(
    mine: pl.DataFrame, unit_types: list[str], places: Mapping[int, Places], slots: list[Slot], facts: Facts
) -> pl.DataFrame:
    """Give `roster` and `before` (last year's rated and unrated units) for each cell of the expected senders."""
    core = facts.organisations.filter(pl.col("core"))["organisation"].to_list()
    bodies = {ut: items(orgs) or core for ut, orgs in facts.unit_types.select("unit_type", "organisations").iter_rows()}
    roster = []
    for slot in slots:
        here = places[slot[1]]
        if slot[0] not in EXPECTING:
            continue
        for unit_type in unit_types:
            for place, size in _roster(here, unit_type).items():
                roster += [(*slot, place, org, unit_type, size) for org in bodies.get(unit_type, core) if org in core]
    known = pl.DataFrame(roster, schema=_CELL_TYPES | {"roster": pl.Int64}, orient="row")
    before = mine.with_columns(pl.col("year") + 1).select(*CELL, before=pl.col("denominator") + pl.col("unrated"))
    reach = [(*slot, place, ut) for slot in slots for ut in unit_types for place in _senders(places[slot[1]], slot, ut)]
    columns = ["nature", "year", "period", "area_id", "unit_type"]
    types = {name: _CELL_TYPES[name] for name in columns}
    before = before.join(pl.DataFrame(reach, schema=types, orient="row"), on=columns, how="semi")
    return known.join(before, on=CELL, how="full", coalesce=True)


def _roster(here: Places, unit_type: str) -> dict[str, int]:
    """Give the number of bodies of one organisation by place, where the structure fixes it."""
    wanted = frozenset((unit_type,))
    if unit_type == "cap_tinh":
        return {here.province: 1} if unit_type in here.top_reports else {}
    if unit_type == "cap_huyen" and here.basis[1] == "huyen-cu":
        return dict.fromkeys(here.expected(wanted), 1)
    if unit_type == "cap_xa":
        return {place: here.communes.get(place, 0) for place in here.expected(wanted)}
    return {}


def _senders(here: Places, slot: Slot, unit_type: str) -> list[str]:
    """Give the places whose return on this unit type is expected; the province answers for its own bodies."""
    if slot[0] not in EXPECTING:
        return []
    own = [here.province] if unit_type == "cap_tinh" and unit_type in here.top_reports else []
    return own + here.expected(frozenset((unit_type,)))


def _missing() -> pl.Expr:
    used = pl.col("denominator").fill_null(0) + pl.col("unrated").fill_null(0)
    # Whatever is described but cannot be used is missing too: the smaller of "covered" and "used" counts.
    left_out = pl.max_horizontal(pl.col("expected") - pl.min_horizontal("covered", used), "lost", pl.lit(0))
    return (
        pl.when(pl.col("expected").is_not_null())
        .then(left_out)
        .when(pl.col("arrived"))
        .then(pl.col("lost"))
        .otherwise(pl.coalesce("roster", "before", pl.lit(0)))
    )


def _silent(full: pl.DataFrame, unit_types: list[str], places: Mapping[int, Places], slots: list[Slot]) -> pl.DataFrame:
    """Give the expected places of which nothing came and nothing is known, one row a slot and place."""
    known = set(full.select(*SLOT, "area_id").unique().iter_rows())
    rows = [
        (*slot, place)
        for slot in slots
        for place in (places[slot[1]].expected(frozenset(unit_types)) if slot[0] in EXPECTING else [])
        if (*slot, place) not in known
    ]
    # The province always has its row, even where nothing came at all.
    types = {name: _CELL_TYPES[name] for name in (*SLOT, "area_id")}
    silent = pl.DataFrame(rows, schema=types, orient="row").with_columns(unknown=pl.lit(True))
    tops = pl.DataFrame([(*slot, places[slot[1]].province) for slot in slots], schema=types, orient="row")
    return pl.concat([silent, tops.with_columns(unknown=pl.lit(False))])


def _cube(full: pl.DataFrame, silent: pl.DataFrame, places: Mapping[int, Places]) -> pl.DataFrame:
    """Add the cells up: place and province, each organisation and all, each unit type and all."""
    province = next(iter(places.values())).province if places else ""
    nothing = silent.select(*SLOT, "area_id", organisation=pl.lit(ALL), unit_type=pl.lit(ALL), arrived=pl.lit(False))
    cells = pl.concat([full.select(*CELL, *_COUNTS, "arrived", "missing"), nothing], how="diagonal")
    # Where the province's own return counts units of all places, the places' silence takes nothing from its total.
    above = pl.col("arrived") & (pl.col("area_id") == province) & (pl.col("unit_type") != "cap_tinh")
    same = [*SLOT, "organisation", "unit_type"]
    total = cells.with_columns(above=above.any().over(same)).with_columns(
        missing=pl.when(pl.col("above") & ~pl.col("arrived")).then(0).otherwise("missing"), place=pl.col("area_id")
    )
    blocks = frozenset[str]().union(*(here.blocks for here in places.values()))
    own = cells.filter(~pl.col("area_id").is_in([province, *blocks])).with_columns(place=pl.col("area_id"))
    lifted = pl.concat([total.drop("above").with_columns(area_id=pl.lit(province)), own])
    for column in ("organisation", "unit_type"):
        lifted = pl.concat([lifted, lifted.filter(pl.col(column) != ALL).with_columns(pl.lit(ALL).alias(column))])
    arrived = pl.col("arrived").any()
    sums = {name: pl.when(arrived).then(pl.col(name).sum()) for name in ("numerator", "denominator", "unrated")}
    return lifted.group_by(_ROW).agg(
        **sums,
        provisional=pl.col("provisional").sum(),
        missing=pl.col("missing").sum(),
        scales=pl.col("scales").explode().drop_nulls().unique().sort(),
        senders_missing=pl.col("place").filter(pl.col("missing") > 0).n_unique().cast(pl.Int64),
        above=(above & (pl.col("place") == province)).any(),
    )


def _with_senders(
    rows: pl.DataFrame, silent: pl.DataFrame, unit_types: list[str], places: Mapping[int, Places]
) -> pl.DataFrame:
    """Add the senders expected, and make `missing` unknown where a silent place's size is."""
    province = next(iter(places.values())).province if places else ""
    quiet = silent.filter("unknown")
    by_place = quiet.select(*SLOT, "area_id", silent=pl.lit(1, pl.Int64))
    by_slot = quiet.group_by(SLOT).agg(silent=pl.len().cast(pl.Int64)).with_columns(area_id=pl.lit(province))
    rows = rows.join(pl.concat([by_place, by_slot.select(by_place.columns)]), on=[*SLOT, "area_id"], how="left")
    silent_count = pl.when("above").then(0).otherwise(pl.col("silent").fill_null(0))
    expected = pl.struct("nature", "year", "area_id", "unit_type").map_elements(
        lambda row: _senders_expected(row, unit_types, places), return_dtype=pl.Int64
    )
    return rows.with_columns(
        missing=pl.when(silent_count == 0).then("missing"),
        senders_missing=pl.col("senders_missing") + silent_count,
        senders_expected=expected,
    ).drop("above", "silent")


def _senders_expected(row: Mapping[str, Any], unit_types: list[str], places: Mapping[int, Places]) -> int | None:
    here = places[row["year"]]
    if row["nature"] not in EXPECTING:
        return None
    if row["area_id"] != here.province:
        return 1
    wanted = frozenset(unit_types if row["unit_type"] == ALL else [row["unit_type"]])
    return len(here.expected(wanted)) + ("cap_tinh" in wanted and "cap_tinh" in here.top_reports)
