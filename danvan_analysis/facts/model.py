"""What the rest of the project sees of the facts: one frame a CSV, one dict a TOML."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Facts:
    """All that changes from year to year, read and checked: one polars frame a CSV, one dict a TOML.

    Empty cells are null in every column. Lists stay text, joined by ";" (`items` splits them).
    """

    areas: pl.DataFrame
    area_variants: pl.DataFrame
    organisations: pl.DataFrame
    unit_types: pl.DataFrame
    scales: pl.DataFrame
    scale_use: pl.DataFrame
    rating_wordings: pl.DataFrame
    measures: pl.DataFrame
    duties: pl.DataFrame
    sections: pl.DataFrame
    senders: pl.DataFrame
    indicators: pl.DataFrame
    targets: pl.DataFrame
    header_words: pl.DataFrame
    reasons: pl.DataFrame
    resolution: dict[str, Any]
    settings: dict[str, Any]
    #: What the analysis takes for granted: levels, least bases, least numbers of years; one table a method.
    methods: dict[str, Any]
    wording: dict[str, Any]
    palette: dict[str, Any]
    layout: dict[str, Any]
    forms: dict[str, dict[str, Any]]
    mplstyle_path: Path
    #: The office's corrections ledger; none ships.
    corrections: "tuple[Correction, ...]" = ()


@dataclass(frozen=True)
class Correction:
    """One line of the corrections ledger, checked; `place` says where it stands.

    `file` (its path under the raw folder) or `sha256`, or both, say which file; `cell` is None for a whole sheet, `sheet`
    too for a whole file. `expected` is the cell's present value as the reader shows it.
    """

    place: str
    file: str | None
    sha256: str | None
    sheet: str | None
    cell: str | None
    expected: str | None
    action: str
    value: str | int | float | date | None
    reason: str
    told: str
    day: date


@dataclass(frozen=True)
class Row:
    """One line of a CSV as it stands, with where it stands; cells are trimmed text, "" where empty."""

    file: str
    line: int
    values: dict[str, str]

    @property
    def place(self) -> str:
        """File and line, as an analyst looks them up."""
        return f"{self.file} dòng {self.line}"

    def key(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The cells that say which thing this row is about."""
        return tuple(self.values[column] for column in columns)


def items(cell: str | None) -> list[str]:
    """Split a ";"-joined cell; nothing gives no items.

    >>> items("chi_hoi; chi_doan"), items(None)
    (['chi_hoi', 'chi_doan'], [])
    """
    return [part.strip() for part in (cell or "").split(";") if part.strip()]
