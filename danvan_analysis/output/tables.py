"""The rows a document shows, taken from the tidy tables: one nature, one period, one place, joined with its verdict."""

from __future__ import annotations

from typing import Any

import polars as pl

from danvan_analysis.tables import ALL

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
