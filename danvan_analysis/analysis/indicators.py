"""Indicators: numerators and denominators of the resolution's targets, with what is missing and what chance may do."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import SLOT, measure_cells, rating_cells, score_cells
from danvan_analysis.analysis.measured import measured_rows
from danvan_analysis.analysis.meetings_due import due_measures
from danvan_analysis.analysis.places import Places, places_in
from danvan_analysis.analysis.proportions import proportion_interval
from danvan_analysis.analysis.rated import EXPECTING, rated_rows
from danvan_analysis.analysis.supporting import supporting_rows
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import Data, Indicators
from danvan_analysis.text import count
from danvan_analysis.wording import short_word


def compute_indicators(data: Data, facts: Facts) -> pl.DataFrame:
    """Give the indicators of every year, period and nature in `data`: columns and key of `tables.Indicators`.

    The group-by runs in the engine of `data.ratings` and `data.measures` (pandas, polars eager or lazy, DuckDB, Spark);
    the columns of the contract are enough, `measures`, `coverage` and the rest may be None. Rows stand for the province
    of `facts.resolution` and every place under it; T1-T3 also by organisation and unit type ("tat_ca" = all together).
    Communes count in their district; areas outside the province are left out. Where real returns (`bao_cao`) exist,
    trial data (`gia_dinh`) are left out. Units of a kind that their organisation has none of are outside every target.

    `value` is a share (0-1), null without a base; `missing` is in units of the denominator, null where unknown;
    intervals are Wilson's. `scales` lists the scales read, joined by ";".

    Indicators without a target (`B01` …: part III) have rows only where something of them came; by `kind` they are a share,
    or a plain count, one thing per another or a published index, which stand in `amount` (`tables.Indicators`).

    Raises:
        ValueError: a table lacks a column of the contract.
    """
    indicators = facts.indicators.sort("order").to_dicts()
    wanted = sorted({m.removeprefix("-") for i in indicators for m in items(i["numerator"]) + items(i["denominator"])})
    rated = _of_targets(rating_cells(data.ratings), facts)
    due = sorted({*wanted, *due_measures(facts)})
    found = [rated, measure_cells(data.measures, due), score_cells(data.measures, wanted)]
    if any("bao_cao" in frame["nature"] for frame in found):
        found = [frame.filter(pl.col("nature") != "gia_dinh") for frame in found]
    rated, measured, scores = found
    years = {year for frame in found for year in frame["year"]}
    places = {year: places_in(facts, year) for year in sorted(years)}
    places = {year: here for year, here in places.items() if here.names}
    rated, coverage = _led_home(rated, places), _led_home(_coverage(data.coverage), places)
    coverage = coverage.group_by(*SLOT, "area_id", "organisation", "unit_type").agg(
        # A size that is unknown in one part is unknown in all.
        pl.when(pl.col("expected").is_null().any()).then(None).otherwise(pl.col("expected").sum()).alias("expected"),
        pl.col("covered").sum(),
    )
    # Measures keep their own area: a commune without a number makes that commune missing, not its district.
    measured = measured.join(_homes(places), on=["year", "area_id"])
    # Every target has its row in every period that anything was sent for: what is not there is missing, or not due.
    seen = {*rated.select(SLOT).iter_rows(), *measured.select(SLOT).iter_rows()}
    expecting = {slot for slot in seen if slot[0] in EXPECTING}
    yearly = {slot for slot in expecting if slot[2] == "nam"}
    aimed = set(facts.targets["indicator_id"])
    came = {*measured["measure"], *scores["measure"]}
    frames = []
    for indicator in indicators:
        if indicator["indicator_id"] not in aimed and indicator["table"] == "measures":
            if came.isdisjoint(items(indicator["numerator"].replace("-", ""))):
                continue
            rows = supporting_rows(indicator, measured, scores, places, facts)
        elif indicator["table"] == "ratings":
            mine = rated.filter(pl.col("unit_type").is_in(items(indicator["unit_types"])))
            slots = sorted(expecting | set(mine.select(SLOT).iter_rows()))
            rows = rated_rows(indicator, mine, coverage, places, slots, facts)
        else:
            rows = measured_rows(indicator, measured, places, yearly, facts)
        frames.append(_finished(indicator, rows, places, facts))
    if not frames:
        return Indicators.create_empty()
    return pl.concat(frames, how="diagonal_relaxed").pipe(_shaped)


def _of_targets(rated: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Leave out units of a kind that their organisation has none of: Công đoàn has no unit of the bases' target."""
    known = facts.organisations["organisation"].to_list()
    pairs = [
        (organisation, unit_type)
        for unit_type, own in facts.unit_types.select("unit_type", "organisations").iter_rows()
        for organisation in known
        if items(own) and organisation not in items(own)
    ]
    foreign = pl.DataFrame(pairs, schema={"organisation": pl.String, "unit_type": pl.String}, orient="row")
    return rated.join(foreign, on=["organisation", "unit_type"], how="anti")


def _coverage(coverage: Any) -> pl.DataFrame:
    keys = [*SLOT, "area_id", "organisation", "unit_type"]
    types = dict.fromkeys(keys, pl.String) | {"year": pl.Int64, "expected": pl.Int64, "covered": pl.Int64}
    if coverage is None or not len(coverage.columns):
        return pl.DataFrame(schema=types)
    return pl.DataFrame(coverage).select(*types).cast(types)  # type: ignore[arg-type]


def _homes(places: Mapping[int, Places]) -> pl.DataFrame:
    rows = [(year, area, place) for year, here in places.items() for area, place in here.home.items()]
    return pl.DataFrame(rows, schema={"year": pl.Int64, "area_id": pl.String, "place": pl.String}, orient="row")


def _led_home(cells: pl.DataFrame, places: Mapping[int, Places]) -> pl.DataFrame:
    """Count every area in its place; areas outside the province drop out."""
    homes = _homes(places)
    return cells.join(homes, on=["year", "area_id"]).with_columns(area_id=pl.col("place")).drop("place")


def _finished(
    indicator: Mapping[str, Any], rows: pl.DataFrame, places: Mapping[int, Places], facts: Facts
) -> pl.DataFrame:
    """Add names, share, intervals and the note."""
    area = pl.struct("year", "area_id").map_elements(
        lambda row: dict(zip(_AREA, places[row["year"]].area_columns(row["area_id"]), strict=True)),
        return_dtype=pl.Struct(dict.fromkeys(_AREA, pl.String)),
    )
    if "kind" not in rows.columns:
        rows = rows.with_columns(kind=pl.lit("share"), base=pl.lit(None, pl.Int64), amount=pl.lit(None, pl.Float64))
    base = pl.when(pl.col("denominator") > 0).then("denominator")
    rows = rows.with_columns(area.alias("area")).unnest("area").with_columns(value=pl.col("numerator") / base)
    # What is no share has a numerator and no denominator.
    shares = rows.select(pl.when(pl.col("denominator").is_not_null()).then("numerator"), "denominator").fill_null(0)
    x, n = shares["numerator"].to_numpy(), shares["denominator"].to_numpy()
    limits = {}
    for name, level in (("95", 0.95), ("998", 0.998)):
        for side, values in zip(("lower", "upper"), proportion_interval(x, n, level), strict=True):
            limits[f"{side}{name}"] = pl.Series(values).fill_nan(None)
    return rows.with_columns(
        **limits,
        resolution_id=pl.lit(facts.resolution["resolution_id"]),
        indicator_id=pl.lit(indicator["indicator_id"]),
        assignment=pl.lit("exact"),
        method=pl.when(pl.col("value").is_not_null())
        .then(pl.lit("wilson"))
        .when(pl.col("amount").is_not_null())
        .then("kind")
        .otherwise(pl.lit("none")),
        scales=pl.col("scales").list.join(";").replace("", None),
        note=_note(indicator, rows, facts),
    )


_AREA = ("area_name", "district_name", "basis")


def _note(indicator: Mapping[str, Any], rows: pl.DataFrame, facts: Facts) -> pl.Series:
    """Say why a row has no value, and what stands behind one that does."""
    words, short = facts.wording["note"], short_word(facts.wording, indicator["indicator_id"])
    notes = []
    for row in rows.iter_rows(named=True):
        parts = [row["note"]] if row.get("note") else []
        if not parts and row["denominator"] is None and row["amount"] is None:
            parts = [words["no_rows"]]
        elif not parts and row["denominator"] == 0:
            parts = [words["no_base"]]
        if row["provisional"]:
            parts.append(words["provisional"].format(k=count(row["provisional"]), short=short))
        notes.append("; ".join(parts) or None)
    return pl.Series(notes, dtype=pl.String)


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Put the columns and rows in the order of the glossary."""
    columns = list(Indicators.columns())
    order = frame.with_columns(
        pl.when(pl.col("numerator_most").is_null())
        .then("numerator")
        .otherwise("numerator_most")
        .alias("numerator_most")
    ).select(columns)
    return Indicators.validate(order.sort(Indicators.primary_key()), cast=True)
