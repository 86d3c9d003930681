"""One indicator over the years in every district, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame, series
from danvan_analysis.output.charts.inputs import Drawn, Inputs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts


def small_multiples(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    changes: pl.DataFrame | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
) -> Figure:
    """Draw one indicator over the years for every district, in official order, with the common target line.

    Args: as `trend`. A district without any share is drawn as missing. Returns the Figure, one Axes per district
    (its label is the district's code).
    """
    nature = nature or tables.only_nature(table)
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == indicator_id)
    places = list(labels.districts(facts, year).select("area_id", "short").iter_rows())
    rows = tables.rows_of(table, indicator_id=indicator_id, period=period, nature=nature).filter(
        pl.col("attained") != "not_applicable", pl.col("year") <= year, pl.col("area_id").is_in([p for p, _ in places])
    )
    years = sorted({*rows["year"].to_list(), year})
    years = list(range(years[0], years[-1] + 1))
    of_place = {p: {r["year"]: r for r in rows.filter(pl.col("area_id") == p).to_dicts()} for p, _ in places}
    states = [labels.standing(of_place[p].get(year)) for p, _ in places]
    text = frame.words(
        facts,
        places_title(facts, states, target, year, period),
        f"{target['title_vi']}, {years[0]}–{years[-1]} (%); số ghi là năm {years[-1]}; nét đứt: mức chỉ tiêu chung",
        "; ".join(f"{name}: {series.said(of_place[p].get(year))}" for p, name in places),
        nature,
        *series.notes(facts, [series.moves_of(changes, indicator_id, p, period, nature) for p, _ in places], years),
    )
    columns = 4 if size != "half" else 2
    lines = -(-len(places) // columns)
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        page = frame.sheet(facts, text, 22.5 * lines + 2, size)
        k = page.scale
        wide = (page.width_mm / k - 9) / columns
        high = ((page.top_mm - page.bottom_mm) / k - 1) / lines
        for i, (place, name) in enumerate(places):
            column, line = i % columns, i // columns
            left = 9 + column * wide
            ax = frame.axes_on(
                page, left, page.width_mm / k - left - wide + 3.5, line * high + 5.5, (lines - 1 - line) * high + 6.5
            )
            ax.set_label(place)
            moves = series.moves_of(changes, indicator_id, place, period, nature)
            series.series(ax, facts, years, of_place[place], moves, k, ())
            series.scale_axes(
                ax, facts, years, [r for p in of_place.values() for r in p.values()], target, k, labelled=False
            )
            ax.set_title(name, loc="left", fontsize=8 * k, fontweight="bold", pad=2.5 * k)
            now = of_place[place].get(years[-1])
            ax.set_title(labels.share(*series.counts(now), 1), loc="right", fontsize=8 * k, pad=2.5 * k)
            if column:
                ax.set_yticklabels([])
            if not any(r["denominator"] for r in of_place[place].values()):
                ax.text(0.5, 0.5, labels.MISSING_VI, transform=ax.transAxes, ha="center", va="center", fontsize=7.5 * k)
            elif now is None or not now["denominator"]:
                gone = labels.MISSING_VI.replace(" có ", " có\n")
                ax.text(years[-1], 0.5, gone, transform=ax.get_xaxis_transform(), ha="center", va="center",
                        fontsize=6.5 * k, linespacing=0.85)  # fmt: skip
        page.figure.set_label(text.alt)
    return page.figure


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: one target over the years in every district."""
    own = {"indicator_id": wanted["indicator_id"]}
    rows = tables.rows_of(given.verdicts, **own, period=given.period, nature=given.nature)
    if not tables.has_counts(rows):
        return None
    figure = small_multiples(given.verdicts, given.facts, **own, year=given.year, changes=given.changes, **given.look)
    return Drawn(figure, tables.verdict_rows(given.facts, rows, given.year, province=False))


def places_title(facts: Facts, states: list[str], target: dict[str, Any], year: int, period: str) -> str:
    """Count the districts by how they stand against the common level."""
    says, keys = facts.layout["report"]["sentences"], {"met": "higher", "equal": "equal", "not_met": "lower"}
    order = ("met", "equal", "not_met", "undecided", "no_data")
    parts = [says[keys.get(s, s)].format(k=states.count(s)) for s in order if s in states]
    rest = sum(s not in order for s in states)
    parts += [says["other"].format(k=rest)] if rest else []
    when = labels.when_vi(year, period)
    return (
        f"{when[0].upper()}{when[1:]}, so với mức chỉ tiêu chung ({target['ct_vi']}), "
        f"trong {len(states)} {facts.layout['places']['districts_vi']}: {', '.join(parts)}"
    )
