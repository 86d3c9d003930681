"""How an indicator of one place went over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame, series
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts


def trend(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    changes: pl.DataFrame | None = None,
    area_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one place's share by year with the target line.

    A dotted mark shows where scale or territory changed; the line stops where that forbids comparing.

    Args: `table` is the assessment joined with its counts; `changes` marks breaks (`reason`) and gives the year before
    for the title. A year without data leaves a gap and says so; an undecided year carries a bar from its lower to its
    upper bound. Returns the Axes; the series stand in its lines, in percent. Raises ValueError where the table has no
    such row.
    """
    nature = nature or tables.only_nature(table)
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == indicator_id)
    rows = tables.rows_of(table, indicator_id=indicator_id, period=period, nature=nature).filter(
        pl.col("attained") != "not_applicable"
    )
    if rows.is_empty():
        raise ValueError(f"no row of {indicator_id} with period {period}, nature {nature}")
    last = int(rows["year"].max())  # type: ignore[arg-type]
    code, name = labels.province(facts, last)
    area = area_id or code
    by_year = {row["year"]: row for row in rows.filter(pl.col("area_id") == area).sort("year", "basis").to_dicts()}
    years = list(range(int(rows["year"].min()), last + 1))  # type: ignore[arg-type]
    name = name if area == code else (by_year[last]["area_name"] if last in by_year else area)
    moves = series.moves_of(changes, indicator_id, area, period, nature)
    text = frame.words(
        facts,
        _title(facts, target, by_year.get(last), moves.get(last), name, last, area == code),
        f"{target['title_vi']}, {name}, {years[0]}–{last} (%, n/N)",
        "; ".join(f"{y}: {series.said(by_year.get(y))}" for y in years),
        nature,
        *series.notes(facts, [moves], years),
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        ax, scale = frame.start(
            ax, facts, text, body_mm=45 if wide else 44, margins=(11, 24 if wide else 4, 1, 8), size=size
        )
        series.series(ax, facts, years, by_year, moves, scale, years if wide else years[-1:])
        series.scale_axes(ax, facts, years, list(by_year.values()), target, scale, labelled=True if wide else None)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the province's share of one target over the years."""
    own = {"indicator_id": wanted["indicator_id"]}
    rows = tables.rows_of(given.verdicts, **own, period=given.period, nature=given.nature)
    if not tables.has_counts(rows):
        return None
    code, _ = labels.province(given.facts, given.year)
    ax = trend(given.verdicts, given.facts, **own, changes=given.changes, **given.look)
    return Drawn(ax.figure, tables.verdict_rows(given.facts, rows.filter(pl.col("area_id") == code), given.year))


def _title(
    facts: Facts,
    target: dict[str, Any],
    row: dict[str, Any] | None,
    move: dict[str, Any] | None,
    name: str,
    year: int,
    is_province: bool,
) -> str:
    title = labels.short_title(facts, target)
    if row is None or not row["denominator"]:
        return f"{title}: năm {year} {labels.MISSING_VI}"
    state = labels.state_vi(facts, labels.standing(row), is_province).lower()
    ending = f" chỉ tiêu ({target['ct_vi']})" if is_province and row["attained"] in ("met", "not_met") else ""
    start = f"{title}: năm {year}, {labels.fraction(*series.counts(row))}"
    small = row["denominator"] < labels.SMALL_BASE
    return (
        f"{start}{'' if small else ', ' + labels.share(*series.counts(row))}, {state}{ending}{_moved(row, move, small)}"
    )


def _moved(row: dict[str, Any], move: dict[str, Any] | None, small: bool) -> str:
    """Say the change against the year before, exact from the counts; nothing where it may not be compared."""
    if move is None or small or row["missing"] != 0 or not move["comparable"] or not move["previous_denominator"]:
        return ""
    (n, base), (n0, base0) = series.counts(row), (move["previous_numerator"], move["previous_denominator"])
    gap = n * base0 - n0 * base
    if gap == 0:
        return f", bằng năm {move['previous_year']}"
    verb = "tăng" if gap > 0 else "giảm"
    return f", {verb} {points(100 * abs(gap), base * base0)} điểm phần trăm so với năm {move['previous_year']}"
