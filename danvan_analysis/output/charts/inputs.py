"""What the figures of one report are drawn from, and what drawing one gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from danvan_analysis.facts import Facts


@dataclass(frozen=True)
class Inputs:
    """The tables of a report, each for every year up to its own; `verdicts` is the assessment joined with its counts.

    `tables` are the further tables of the year by name (`analysis.all_tables`).
    """

    facts: Facts
    year: int
    period: str
    nature: str
    verdicts: pl.DataFrame
    indicators: pl.DataFrame
    changes: pl.DataFrame | None
    ratings: pl.DataFrame
    returned: pl.DataFrame
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    size: str = "a4"
    font: str | None = None

    @property
    def look(self) -> dict[str, Any]:
        """The arguments that every chart takes alike."""
        return {"period": self.period, "nature": self.nature, "size": self.size, "font": self.font}


@dataclass(frozen=True)
class Drawn:
    """A figure and the rows it shows: tidy columns, in drawing order, for the .csv beside it and the appendix."""

    #: A Figure; matplotlib types the figure of an Axes as one that may be part of another.
    figure: Figure | SubFigure
    rows: pl.DataFrame
