"""All charts of a report, as layout.toml lists them: drawn, saved, each with its caption, alt text and table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts.needed import needed
from danvan_analysis.output.charts.rating_shares import rating_shares
from danvan_analysis.output.charts.returns import returns
from danvan_analysis.output.charts.scorecard import scorecard
from danvan_analysis.output.charts.small_multiples import small_multiples
from danvan_analysis.output.charts.trend import trend
from danvan_analysis.output.ratings import shares_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts


@dataclass(frozen=True)
class ChartFile:
    """A chart on disk: where, what it is called in a document, where it belongs, what it says, the table it draws."""

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
    size: str = "a4",
    font: str | None = None,
) -> list[ChartFile]:
    """Draw every figure of layout.toml that has data, into `folder` as .png, .svg and .csv; give them in order.

    `returned` comes from `output.returns.returns_table`. A figure whose indicator or kind of unit has no figure at all
    in these tables is left out: the report says so in words.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    nature = nature or tables.only_nature(assessment)
    verdicts = tables.with_counts(assessment, indicators)
    verdicts = verdicts.filter(pl.col("year") <= year)
    common: dict[str, Any] = {"period": period, "nature": nature, "size": size, "font": font}
    made = []
    for wanted in facts.layout["figures"]:
        drawn = _draw(wanted, facts, year, verdicts, changes, ratings, returned, common)
        if drawn is None:
            continue
        figure, table = drawn
        name = "-".join(p for p in (wanted["kind"], wanted.get("indicator_id"), wanted.get("unit_type")) if p).replace(
            "_", "-"
        )
        alt = style.save_chart(figure, folder / name, dpi=int(facts.layout["chart"]["dpi"]))
        table.write_csv(folder / f"{name}.csv", include_bom=True)
        made.append(
            ChartFile(
                name, folder / f"{name}.png", folder / f"{name}.svg", _caption(wanted, facts, year, period),
                wanted["place"], alt, table,
            )
        )  # fmt: skip
    return made


def _draw(
    wanted: dict[str, Any],
    facts: Facts,
    year: int,
    verdicts: pl.DataFrame,
    changes: pl.DataFrame | None,
    ratings: pl.DataFrame,
    returned: pl.DataFrame,
    common: dict[str, Any],
) -> tuple[Figure, pl.DataFrame] | None:
    """Draw one figure and give the rows it shows, or nothing where there are none."""
    kind, nature, period = wanted["kind"], common["nature"], common["period"]
    figure: Any
    if kind == "returns":
        return returns(returned, facts, year=year, **common).figure, returned  # type: ignore[return-value]
    if kind == "rating_shares":
        unit_type = wanted["unit_type"]
        found = shares_table(ratings, facts, year=year, unit_type=unit_type, period=period, nature=nature)
        rows = pl.DataFrame(
            [
                (
                    place,
                    name,
                    level.label,
                    found.counts.get(place, {}).get(level.rating, 0) if place in found.counts else None,
                )
                for place, name in found.places
                for level in found.levels
            ],
            schema={"area_id": pl.String, "area_name": pl.String, "level": pl.String, "count": pl.Int64},
            orient="row",
        )
        if not found.counts:
            return None
        figure = rating_shares(ratings, facts, year=year, unit_type=unit_type, **common).figure
        return figure, rows
    if kind == "scorecard":
        rows = tables.rows_of(verdicts, year=year, period=period, nature=nature)
        return scorecard(verdicts, facts, year=year, **common).figure, rows  # type: ignore[return-value]
    indicator = wanted["indicator_id"]
    rows = tables.rows_of(verdicts, indicator_id=indicator, period=period, nature=nature)
    if kind == "needed":
        rows = rows.filter(pl.col("year") == year)
    code, _ = labels.province(facts, year)
    if not rows.filter(pl.col("denominator") > 0, pl.col("attained") != "not_applicable").height:
        return None
    if kind == "trend":
        figure = trend(verdicts, facts, indicator_id=indicator, changes=changes, **common).figure
        return figure, rows.filter(pl.col("area_id") == code)
    if kind == "small_multiples":
        return small_multiples(verdicts, facts, indicator_id=indicator, year=year, changes=changes, **common), rows
    return needed(verdicts, facts, indicator_id=indicator, year=year, **common).figure, rows  # type: ignore[return-value]


def _caption(wanted: dict[str, Any], facts: Facts, year: int, period: str) -> str:
    title = next(
        (
            labels.short_title(facts, t)
            for t in labels.targets(facts)
            if t["indicator_id"] == wanted.get("indicator_id")
        ),
        "",
    )
    unit = labels.unit_type_vi(facts, wanted["unit_type"]) if "unit_type" in wanted else ""
    return str(wanted["caption"].format(when=labels.when_vi(year, period), title=title, unit=unit))
