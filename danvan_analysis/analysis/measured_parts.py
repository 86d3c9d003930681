"""What a measured indicator is summed from: the measures of an area, as a total and as the named units behind it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from danvan_analysis.analysis.rated import Slot
from danvan_analysis.tables import ALL

#: By slot and area: what stands for a measure, as a total and as the named units behind it.
Values = dict[tuple[Slot, str], dict[str, "Value"]]


@dataclass
class Value:
    """A measure of one area: units counted without a name (`pooled`: there is such a count), and the named ones."""

    unnamed: int = 0
    pooled: bool = False
    named: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.unnamed + sum(self.named.values())

    @property
    def names(self) -> set[str]:
        return {name for name, value in self.named.items() if value > 0}


@dataclass
class Sum:
    """The sum over areas. `missing` None: a part of unknown size; `sent`: something about this indicator came in."""

    low: int = 0
    most: int = 0
    base: int = 0
    usable: bool = False
    sent: bool = False
    missing: int | None = 0
    #: Meetings beyond and short of the number due, over areas.
    more: int = 0
    fewer: int = 0
    notes: dict[str, None] = field(default_factory=dict)

    def add(self, other: "Sum") -> None:
        self.low, self.most, self.base = self.low + other.low, self.most + other.most, self.base + other.base
        self.usable, self.sent = self.usable or other.usable, self.sent or other.sent
        self.more, self.fewer = self.more + other.more, self.fewer + other.fewer
        self.missing = None if self.missing is None or other.missing is None else self.missing + other.missing
        self.notes |= other.notes


def area_values(cells: pl.DataFrame, unit_types: list[str]) -> Values:
    """Read the cells: the indicator's own unit types before "tat_ca", a total before its split by organisation."""
    groups: dict[tuple[Slot, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in cells.iter_rows(named=True):
        groups[(row["nature"], row["year"], row["period"]), row["area_id"], row["measure"]].append(row)
    values: Values = defaultdict(dict)
    for (slot, area, measure), rows in groups.items():
        if unit_types:
            rows = [r for r in rows if r["unit_type"] in unit_types] or [r for r in rows if r["unit_type"] == ALL]
        rows = [r for r in rows if r["organisation"] == ALL] or rows
        if not rows:
            continue
        value = values[slot, area].setdefault(measure, Value())
        for row in rows:
            if row["unit_id"]:
                value.named[row["unit_id"]] = value.named.get(row["unit_id"], 0) + row["value"]
            else:
                value.unnamed += row["value"]
                value.pooled = True
    return values


def by_unit(given: Mapping[str, Value]) -> list[dict[str, int]]:
    """Give the measures of an area unit by unit, each with what it gave; what is counted without a name is one of them.

    Where one measure is given by unit and another for the area alone, only their totals belong together.
    """
    split = {(bool(value.named), value.pooled) for value in given.values()}
    if split == {(True, False), (False, True)}:
        return [{measure: value.total for measure, value in given.items()}]
    names = sorted({name for value in given.values() for name in value.named})
    units = [{m: value.named[name] for m, value in given.items() if name in value.named} for name in names]
    rest = {m: value.unnamed for m, value in given.items() if value.pooled}
    return [*units, rest] if rest else units
