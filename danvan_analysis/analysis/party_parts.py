"""The party's own fractions (T4, T5) part by part: named chi bộ, commune, place under the province, province.

Every part is read by itself: a chi bộ whose exemption is blank is missing, though its commune gave others'. Sums take
each part once. What a part lacks is kept as what it could add, never as 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import polars as pl

from danvan_analysis.analysis.cells import SLOT
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.rated import EXPECTING, Slot
from danvan_analysis.facts import Facts, areas_on, items
from danvan_analysis.tables import ALL

#: What a part is: level (tinh, huyen, xa, chi_bo), area and unit ("" but for a named chi bộ).
Where: TypeAlias = tuple[str, str, str]
#: Measures given, by unit ("" = the area's own figures).
_Given: TypeAlias = dict[str, dict[str, int]]


@dataclass
class Part:
    """A fraction as far as it is known: `taken` out of `whole` less `off`, over the parts that gave all three.

    `missing` is the most the other parts could add to the base (None: unknown). `blank_whole` and `blank_taken` are of
    those that lack only what is taken off. `named` is the number of named chi bộ with any figure.
    """

    whole: int = 0
    off: int = 0
    taken: int = 0
    usable: bool = False
    sent: bool = False
    missing: int | None = 0
    blank_whole: int = 0
    blank_taken: int = 0
    named: int = 0
    reasons: dict[str, None] = field(default_factory=dict)

    @property
    def base(self) -> int:
        """What the share is taken of."""
        return self.whole - self.off

    def add(self, other: "Part") -> None:
        """Take another part in."""
        for name in ("whole", "off", "taken", "blank_whole", "blank_taken", "named"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.usable, self.sent = self.usable or other.usable, self.sent or other.sent
        self.missing = None if self.missing is None or other.missing is None else self.missing + other.missing
        self.reasons |= other.reasons


class PartyParts:
    """One fraction read over every slot; `of(slot)` gives its parts."""

    def __init__(
        self, indicator: Mapping[str, Any], cells: pl.DataFrame, places: Mapping[int, Places], facts: Facts
    ) -> None:
        self.taken = items(indicator["numerator"])
        terms = items(indicator["denominator"])
        self.whole = [m for m in terms if not m.startswith("-")]
        self.off = [m.removeprefix("-") for m in terms if m.startswith("-")]
        self.measures = [*self.taken, *self.whole, *self.off]
        self.facts, self.places = facts, places
        self.given: dict[Slot, dict[str, _Given]] = defaultdict(dict)
        for row in chosen(cells, self.measures, items(indicator["unit_types"])).iter_rows(named=True):
            slot = (row["nature"], row["year"], row["period"])
            area = self.given[slot].setdefault(row["area_id"], {})
            area.setdefault(row["unit_id"], {})[row["measure"]] = row["value"]
        self._known: dict[Slot, dict[Where, Part]] = {}

    def of(self, slot: Slot) -> dict[Where, Part]:
        """Give every part of a slot, silent ones of known senders too; nothing where nothing came at all."""
        if slot not in self._known:
            self._known[slot] = self._read(slot) if slot in self.given else {}
        return self._known[slot]

    def own_part(self, slot: Slot, area: str) -> Part:
        """Give what an area itself gave in a slot; a part that sent nothing where it gave nothing."""
        return self._area(self.given[slot].get(area, {}))

    def _read(self, slot: Slot) -> dict[Where, Part]:
        here = self.places[slot[1]]
        old = here.basis[1] == "huyen-cu"
        expected = here.expected(frozenset(self.measures)) if slot[0] in EXPECTING else []
        parts: dict[Where, Part] = {}
        by_place: dict[str, list[str]] = defaultdict(list)
        for area in sorted(self.given[slot]):
            by_place[here.home[area]].append(area)
        # A return of the province itself that stands for all: no place sent anything.
        stands_for_all = here.province in by_place and not by_place.keys() - here.blocks - {here.province}
        total = Part()
        for place in sorted({*by_place, *expected}):
            part = Part()
            for area in by_place[place]:
                own = self._area(self.given[slot][area])
                part.add(own)
                if place not in here.blocks:
                    parts |= {("chi_bo", area, unit): leaf for unit, leaf in self._units(self.given[slot][area])}
                    if area not in (place, here.province):
                        parts["xa", area, ""] = own
            if place in expected and old:
                for area in self._silent_communes(slot, place, by_place[place]):
                    parts["xa", area, ""] = silent = self._silent(slot, ("xa", area, ""))
                    part.add(silent)
            where = ("huyen" if old else "xa", place, "")
            if not by_place[place]:
                part = self._silent(slot, where)
            if place not in here.blocks and place != here.province:
                parts[where] = part
            if place == here.province or not stands_for_all:
                total.add(part)
        parts["tinh", here.province, ""] = total
        return parts

    def _silent(self, slot: Slot, where: Where) -> Part:
        """Give a part that sent nothing: the most it could add is last year's base, where that is known."""
        before = self.of((slot[0], slot[1] - 1, slot[2])).get(where)
        return Part(missing=before.base if before and before.usable else None, reasons={"chua_co_bao_cao": None})

    def _silent_communes(self, slot: Slot, place: str, areas: list[str]) -> list[str]:
        """Give the communes of a district that reports by commune which it left out."""
        if not areas or place in areas:
            return []
        day = date(slot[1], 12, 31)
        ends = self.facts.areas.filter(pl.col("area_id") == place)["valid_to"].drop_nulls()
        last = max((end for end in ends if end.year == slot[1]), default=day)
        valid = areas_on(self.facts, last).filter(pl.col("parent_id") == place)["area_id"].to_list()
        return sorted(set(valid) - set(areas))

    def _area(self, given: _Given) -> Part:
        by_measure: dict[str, set[str]] = defaultdict(set)
        for unit, values in given.items():
            for measure in values:
                by_measure[measure].add(unit)
        kinds = {frozenset(units) == {""} for units in by_measure.values()}
        if kinds == {True, False} and all("" not in units or units == {""} for units in by_measure.values()):
            # One measure by chi bộ, another for the commune: only their totals belong together.
            totals: dict[str, int] = defaultdict(int)
            for values in given.values():
                for measure, value in values.items():
                    totals[measure] += value
            return self._leaf(totals, named=len(given.keys() - {""}))
        part = Part()
        for unit, values in given.items():
            part.add(self._leaf(values, named=int(unit != "")))
        return part

    def _units(self, given: _Given) -> Iterable[tuple[str, Part]]:
        return ((unit, self._leaf(values, named=1)) for unit, values in given.items() if unit)

    def _leaf(self, given: Mapping[str, int], named: int) -> Part:
        blank = {m for m in self.measures if m not in given}
        whole = None if blank & set(self.whole) else sum(given[m] for m in self.whole)
        taken = None if blank & set(self.taken) else sum(given[m] for m in self.taken)
        if not blank and whole is not None and taken is not None:
            off = sum(given[m] for m in self.off)
            if 0 <= taken <= whole - off:
                return Part(whole, off, taken, usable=True, sent=True, named=named)
            return Part(sent=True, missing=max(whole - off, 0), named=named, reasons={"mau_thuan": None})
        if whole is not None and taken is not None and taken <= whole:
            reasons: dict[str, None] = {"mien_sinh_hoat_de_trong": None}
            return Part(sent=True, missing=whole, blank_whole=whole, blank_taken=taken, named=named, reasons=reasons)
        return Part(sent=True, missing=whole, named=named, reasons={"thieu_so_lieu": None})


def chosen(cells: pl.DataFrame, measures: Iterable[str], unit_types: list[str]) -> pl.DataFrame:
    """Give one value a slot, area, measure and unit: the indicator's own unit types before "tat_ca", a total before its
    split by organisation, as the indicators read them."""
    key = [*SLOT, "area_id", "measure"]
    mine = cells.filter(pl.col("measure").is_in(list(measures)))
    if unit_types:
        own = pl.col("unit_type").is_in(unit_types)
        mine = mine.filter(own | (~own.any().over(key) & (pl.col("unit_type") == ALL)))
    whole = pl.col("organisation") == ALL
    mine = mine.filter(whole | ~whole.any().over(key))
    return mine.group_by(*key, "unit_id").agg(pl.col("value").sum()).sort(*key, "unit_id")
