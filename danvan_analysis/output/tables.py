"""The rows a document shows, taken from the tidy tables: one nature, one period, one place, joined with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.tables import ALL

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

KEY = [
    "resolution_id",
    "indicator_id",
    "year",
    "period",
    "area_id",
    "basis",
    "organisation",
    "unit_type",
    "nature",
]


def with_counts(assessment: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """Join each verdict with its indicator's counts and value.

    Returns the assessment's columns and rows, in its order, with numerator, denominator, unrated,
    missing, value and numerator_most beside them.
    """
    counts = indicators.select(*KEY, "numerator", "denominator", "unrated", "missing", "value", "numerator_most")
    kept = assessment.drop([c for c in counts.columns if c not in KEY and c in assessment.columns])
    return kept.join(counts, on=KEY, how="left", maintain_order="left")


def of_nature(table: pl.DataFrame, nature: str | None = None) -> pl.DataFrame:
    """Keep one nature: the one asked for, else the real returns, else the trial data (never both)."""
    if nature is None:
        present = set(table["nature"].unique()) - {"cong_bo"}
        nature = "bao_cao" if "bao_cao" in present else next(iter(sorted(present)), "bao_cao")
    return table.filter(pl.col("nature") == nature)


def only_nature(table: pl.DataFrame) -> str:
    """Name the nature that `of_nature` would keep."""
    kept = of_nature(table)
    return str(kept["nature"][0]) if kept.height else "bao_cao"


def rows_of(
    table: pl.DataFrame,
    *,
    indicator_id: str | None = None,
    year: int | None = None,
    period: str | None = "nam",
    organisation: str = ALL,
    unit_type: str = ALL,
    nature: str | None = None,
) -> pl.DataFrame:
    """Keep the rows of one indicator, year, period, organisation and unit type (all together by default)."""
    kept = of_nature(table, nature).filter(pl.col("organisation") == organisation, pl.col("unit_type") == unit_type)
    if indicator_id is not None:
        kept = kept.filter(pl.col("indicator_id") == indicator_id)
    if year is not None:
        kept = kept.filter(pl.col("year") == year)
    if period is not None:
        kept = kept.filter(pl.col("period") == period)
    return kept


def by_place(rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Give the rows as dicts by `area_id`; where two bases stand for a place, the first in order."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows.sort("area_id", "basis").to_dicts():
        found.setdefault(row["area_id"], row)
    return found


def has_counts(rows: pl.DataFrame) -> bool:
    """Tell whether any row of the verdicts has a figure to draw."""
    return rows.filter(pl.col("denominator") > 0, pl.col("attained") != "not_applicable").height > 0


def verdict_rows(facts: Facts, rows: pl.DataFrame, year: int, *, province: bool = True) -> pl.DataFrame:
    """Give the rows of a chart of verdicts as the table beside it: by target, the province and its districts in official
    order, year by year.

    Columns `indicator_id`, `year`, `area_id`, `area_name`, `numerator`, `denominator`, `missing`, `value` (0–1), `target`
    (percent), `margin_units`, `lower_bound`, `upper_bound`, `state_vi` (the province's verdict, a district's comparison).
    """
    code, _ = labels.province(facts, year)
    order = [*([code] if province else []), *labels.districts(facts, year)["area_id"]]
    kept = rows.filter(pl.col("area_id").is_in(order))
    said = [labels.state_vi(facts, labels.standing(row), row["area_id"] == code) for row in kept.iter_rows(named=True)]
    place = pl.col("area_id").replace_strict({area: i for i, area in enumerate(order)}, return_dtype=pl.Int64)
    columns = ["indicator_id", "year", "area_id", "area_name", "numerator", "denominator", "missing", "value", "target",
               "margin_units", "lower_bound", "upper_bound"]  # fmt: skip
    return (
        kept.with_columns(state_vi=pl.Series(said, dtype=pl.String))
        .sort("indicator_id", place, "year")
        .select(*columns, "state_vi")
    )
