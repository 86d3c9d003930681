"""All charts of a report, as layout.toml lists them: drawn, saved, each with its caption, alt text and table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts.below_fair_map import drawn as below_fair_map
from danvan_analysis.output.charts.change import drawn as change
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.charts.mix_and_rate import drawn as mix_and_rate
from danvan_analysis.output.charts.movement import drawn as movement
from danvan_analysis.output.charts.needed import drawn as needed
from danvan_analysis.output.charts.participation import drawn as participation
from danvan_analysis.output.charts.rating_shares import drawn as rating_shares
from danvan_analysis.output.charts.returns import drawn as returns
from danvan_analysis.output.charts.scorecard import drawn as scorecard
from danvan_analysis.output.charts.small_multiples import drawn as small_multiples
from danvan_analysis.output.charts.tile_map import drawn as tile_map
from danvan_analysis.output.charts.trend import drawn as trend

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: `kind` of a figure in layout.toml to the function that draws it from the tables of the report.
DRAW: dict[str, Callable[[dict[str, Any], Inputs], Drawn | None]] = {
    "below_fair_map": below_fair_map,
    "change": change,
    "mix_and_rate": mix_and_rate,
    "movement": movement,
    "needed": needed,
    "participation": participation,
    "rating_shares": rating_shares,
    "returns": returns,
    "scorecard": scorecard,
    "small_multiples": small_multiples,
    "tile_map": tile_map,
    "trend": trend,
}


@dataclass(frozen=True)
class ChartFile:
    """A chart on disk: where, what it is called in a document, where it belongs, what it says, the table it draws.

    `table` has the columns' words of layout.toml, as they stand in the .csv and in the appendix.
    """

    name: str
    png: Path
    svg: Path
    caption: str
    place: str
    alt: str
    table: pl.DataFrame


def draw_year(
    folder: str | Path,
    *,
    facts: Facts,
    year: int,
    period: str = "nam",
    nature: str | None = None,
    indicators: pl.DataFrame,
    assessment: pl.DataFrame,
    changes: pl.DataFrame | None,
    ratings: pl.DataFrame,
    returned: pl.DataFrame,
    tables_of_year: Mapping[str, pl.DataFrame] | None = None,
    size: str = "a4",
    font: str | None = None,
) -> list[ChartFile]:
    """Draw every figure of layout.toml that has data, into `folder` as .png, .svg and .csv; give them in order.

    `returned` comes from `output.returns.returns_table`, `tables_of_year` from `analysis.all_tables`. A figure whose
    indicator or kind of unit has no figure at all in these tables is left out: the report says so in words.
    """
    nature = nature or tables.only_nature(assessment)
    verdicts = tables.with_counts(assessment, indicators).filter(pl.col("year") <= year)
    given = Inputs(
        facts, year, period, nature, verdicts, indicators, changes, ratings, returned, tables_of_year or {}, size, font
    )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for wanted in facts.layout["figures"]:
        drawn = DRAW[wanted["kind"]](wanted, given)
        if drawn is not None:
            made.append(_save(folder, wanted, drawn, given))
    return made


def _save(folder: Path, wanted: dict[str, Any], drawn: Drawn, given: Inputs) -> ChartFile:
    parts = (wanted["kind"], wanted.get("indicator_id"), wanted.get("unit_type"), wanted.get("level"))
    name = "-".join(part for part in parts if part).replace("_", "-")
    alt = style.save_chart(drawn.figure, folder / name, dpi=int(given.facts.layout["chart"]["dpi"]))
    table = drawn.rows.rename(given.facts.layout["columns"], strict=False)
    table.write_csv(folder / f"{name}.csv", include_bom=True)
    return ChartFile(
        name, folder / f"{name}.png", folder / f"{name}.svg", _caption(wanted, given), wanted["place"], alt, table
    )


def _caption(wanted: dict[str, Any], given: Inputs) -> str:
    facts, own = given.facts, wanted.get("indicator_id")
    title = next((labels.short_title(facts, t) for t in labels.targets(facts) if t["indicator_id"] == own), "")
    unit = labels.unit_type_vi(facts, wanted["unit_type"]) if "unit_type" in wanted else ""
    when = labels.when_vi(given.year, given.period)
    return str(wanted["caption"].format(when=when, title=title, unit=unit))
