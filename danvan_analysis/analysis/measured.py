"""Indicators from counted quantities (T4-T7): a numerator and a denominator by place, in a year or over the term."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from danvan_analysis.analysis.meetings_due import off_schedule
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.rated import EXPECTING, Slot
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, join_vi
from danvan_analysis.wording import short_word

#: By slot and area: what stands for a measure, as a total and as the named units behind it.
_Values = dict[tuple[Slot, str], dict[str, "_Value"]]
_TERM = "nhiem-ky"


@dataclass
class _Value:
    """A measure of one area: units counted without a name, and the names with at least one."""

    unnamed: int = 0
    named: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.unnamed + sum(self.named.values())

    @property
    def names(self) -> set[str]:
        return {name for name, value in self.named.items() if value > 0}


@dataclass
class _Sum:
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

    def add(self, other: "_Sum") -> None:
        self.low, self.most, self.base = self.low + other.low, self.most + other.most, self.base + other.base
        self.usable, self.sent = self.usable or other.usable, self.sent or other.sent
        self.more, self.fewer = self.more + other.more, self.fewer + other.fewer
        self.missing = None if self.missing is None or other.missing is None else self.missing + other.missing
        self.notes |= other.notes


def measured_rows(
    indicator: Mapping[str, Any],
    cells: pl.DataFrame,
    places: Mapping[int, Places],
    yearly: set[Slot],
    facts: Facts,
    *,
    only: set[Slot] | None = None,
) -> pl.DataFrame:
    """Give the rows of one measured indicator, without intervals; organisation and unit type are "tat_ca".

    `cells` are those of `measure_cells` with their `place`. An area counts only where every measure of the fraction is
    given: with a blank part it is missing (in units of what it does give), and a place with nothing but such areas has
    no value. Over the term, yearly counts of new registrations leave a range [most of one year, sum]; `numerator_most`
    is its upper end, and the whole base where a year that others reported is not there. Counts of what stands at the
    time go by their greatest value to date. An indicator that is no share (a plain count, one thing per another) is
    summed alike, and what is missing of it has no size. `only` names the slots that get rows.
    """
    names = {m.removeprefix("-") for m in items(indicator["numerator"]) + items(indicator["denominator"])}
    mine = cells.filter(pl.col("measure").is_in(list(names)))
    values = _values(mine, items(indicator["unit_types"]))
    found = {slot for slot, _ in values}
    reading = _Reading(indicator, values, places, facts, names, off_schedule(indicator, cells, facts))
    rows: list[dict[str, Any]] = []
    for slot in sorted(yearly | found if only is None else only):
        rows += reading.rows(slot)
    return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA: dict[str, Any] = {
    "nature": pl.String,
    "year": pl.Int64,
    "period": pl.String,
    "area_id": pl.String,
    "organisation": pl.String,
    "unit_type": pl.String,
    "numerator": pl.Int64,
    "numerator_most": pl.Int64,
    "denominator": pl.Int64,
    "unrated": pl.Int64,
    "provisional": pl.Int64,
    "missing": pl.Int64,
    "senders_missing": pl.Int64,
    "senders_expected": pl.Int64,
    "scales": pl.List(pl.String),
    "note": pl.String,
}


def _values(cells: pl.DataFrame, unit_types: list[str]) -> _Values:
    """Read the cells: the indicator's own unit types before "tat_ca", a total before its split by organisation."""
    groups: dict[tuple[Slot, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in cells.iter_rows(named=True):
        groups[(row["nature"], row["year"], row["period"]), row["area_id"], row["measure"]].append(row)
    values: _Values = defaultdict(dict)
    for (slot, area, measure), rows in groups.items():
        if unit_types:
            rows = [r for r in rows if r["unit_type"] in unit_types] or [r for r in rows if r["unit_type"] == ALL]
        rows = [r for r in rows if r["organisation"] == ALL] or rows
        if not rows:
            continue
        value = values[slot, area].setdefault(measure, _Value())
        for row in rows:
            if row["unit_id"]:
                value.named[row["unit_id"]] = value.named.get(row["unit_id"], 0) + row["value"]
            else:
                value.unnamed += row["value"]
    return values


class _Reading:
    """One indicator read over all slots; holds what every step needs."""

    def __init__(
        self,
        indicator: Mapping[str, Any],
        values: _Values,
        places: Mapping[int, Places],
        facts: Facts,
        names: set[str],
        off: Mapping[tuple[Slot, str], int],
    ) -> None:
        own = facts.targets.filter(pl.col("indicator_id") == indicator["indicator_id"])
        self.over_term = bool(indicator["cumulative"]) or "term" in own["due"]
        self.adds_up = bool(indicator["cumulative"])
        self.is_share = (indicator["kind"] or "share") == "share"
        #: +1 or -1 by measure.
        self.signs = {m.removeprefix("-"): -1 if m.startswith("-") else 1 for m in items(indicator["numerator"])}
        self.numerator = list(self.signs)
        denominator = items(indicator["denominator"])
        self.plus = [m for m in denominator if not m.startswith("-")]
        self.minus = [m.removeprefix("-") for m in denominator if m.startswith("-")]
        self.values, self.places, self.names = values, places, frozenset(names)
        self.term_from = int(str(facts.resolution["term_from"])[:4])
        self.labels: dict[str, str] = dict(facts.measures.select("measure", "label_vi").iter_rows())
        self.words: dict[str, str] = facts.wording["note"]
        self.short, self.off = short_word(facts.wording, indicator["indicator_id"]), off
        self.areas: dict[Slot, list[str]] = defaultdict(list)
        for slot, area in sorted(values):
            self.areas[slot].append(area)

    def rows(self, slot: Slot) -> Iterable[dict[str, Any]]:
        """Give the rows of the province and its places."""
        here = self.places[slot[1]]
        sums = self._by_place(slot)
        expected = here.expected(self.names) if slot[0] in EXPECTING else []
        # A return of the province itself that stands for all: no place sent anything.
        stands_for_all = here.province in sums and not sums.keys() - here.blocks - {here.province}
        total, silent = _Sum(), 0
        for place in sorted({*sums, *expected}):
            part = sums.get(place) or _Sum(missing=self._before(slot, place))
            if place != here.province:
                if place not in here.blocks:
                    yield self._row(slot, place, part, (int(part.missing != 0 or not part.sent), 1))
                if stands_for_all:
                    continue
                silent += part.missing != 0 or not part.sent
            total.add(part)
        yield self._row(slot, here.province, total, (silent, len(expected)))

    def _by_place(self, slot: Slot) -> dict[str, _Sum]:
        sums: dict[str, _Sum] = {}
        for area in self.areas[slot]:
            place = self.places[slot[1]].home[area]
            sums.setdefault(place, _Sum(sent=True)).add(self._area(slot, area))
        return sums

    def _before(self, slot: Slot, place: str) -> int | None:
        """Give last year's base of a place that sent nothing this year; None where there is none."""
        before = (slot[0], slot[1] - 1, slot[2])
        if before[1] not in self.places or not self.is_share:
            return None
        part = self._by_place(before).get(place)
        return part.base if part and part.usable else None

    def _area(self, slot: Slot, area: str) -> _Sum:
        given = self.values[slot, area]
        blank = [m for m in (*self.plus, *self.minus) if m not in given]
        read = self._numerator(slot, area)
        if read is None:
            blank += [m for m in self.numerator if m not in given]
        most_base = sum(given[m].total for m in self.plus if m in given)
        if blank or read is None:
            # The greatest base it can have: what it gives, nothing taken off.
            size = None if any(m in blank for m in self.plus) or not self.is_share else most_base
            said = ", ".join(self.labels.get(m, m) for m in blank)
            return _Sum(sent=True, missing=size, notes={self.words["blank"].format(measure=said): None})
        low, most = read
        gaps = self._gaps(slot, area)
        if gaps:
            # Nobody knows what a year without a return holds: any of the bodies may have registered then.
            most = most_base
        base = most_base - sum(given[m].total for m in self.minus)
        if self.over_term:
            low, most = min(low, base), min(most, base)
        if not 0 <= low <= (base if self.is_share else low):
            size = max(base, 0) if self.is_share else None
            return _Sum(sent=True, missing=size, notes={self.words["contradictory"]: None})
        notes = {self.words["yearly_counts"]: None} if most > low else {}
        if notes and gaps:
            notes[self.words["no_year"].format(years=join_vi([str(year) for year in gaps]))] = None
        off = self.off.get((slot, area), 0)
        return _Sum(low, most, base, usable=True, sent=True, more=max(off, 0), fewer=max(-off, 0), notes=notes)

    def _numerator(self, slot: Slot, area: str) -> tuple[int, int] | None:
        """Give the least and the most the numerator can be; None where nothing was given."""
        nature, year, period = slot
        if not self.over_term or period == _TERM:
            given = self.values[slot, area]
            if any(m not in given for m in self.numerator):
                return None
            now = sum(sign * given[m].total for m, sign in self.signs.items())
            return now, now
        years = [
            [found[m] for m in self.numerator]
            for y in range(min(self.term_from, year), year + 1)
            if (found := self.values.get(((nature, y, period), area), {})) and all(m in found for m in self.numerator)
        ]
        if not years:
            return None
        if not self.adds_up:
            greatest = max(
                sum(self.signs[m] * value.total for m, value in zip(self.numerator, values, strict=True))
                for values in years
            )
            return greatest, greatest
        names = [{name for value in values for name in value.names} for values in years]
        unnamed = [sum(value.unnamed for value in values) for values in years]
        distinct = len(set().union(*names))
        one_year = max(len(known) + others for known, others in zip(names, unnamed, strict=True))
        return max(distinct, one_year), distinct + sum(unnamed)

    def _gaps(self, slot: Slot, area: str) -> list[int]:
        """Give the years of the term in which other areas reported what adds up and this one did not."""
        nature, year, period = slot
        if not self.adds_up or period == _TERM:
            return []
        earlier = [y for y in range(min(self.term_from, year), year + 1) if self.areas.get((nature, y, period))]
        wanted = set(self.numerator)
        return [y for y in earlier if not wanted <= self.values.get(((nature, y, period), area), {}).keys()]

    def _row(self, slot: Slot, area: str, part: _Sum, senders: tuple[int, int]) -> dict[str, Any]:
        expecting = slot[0] in EXPECTING
        missing = part.missing
        counted = {"fewer": part.fewer, "more": part.more}
        off = [self.words[name].format(k=count(k), short=self.short) for name, k in counted.items() if k]
        if part.sent and not part.usable and self._all_came(slot, area):
            # Everything that was asked for came, but nothing of it can be put in a fraction: no data, none missing.
            missing, senders = 0, (0, senders[1])
        return dict(zip(("nature", "year", "period"), slot, strict=True)) | {
            "area_id": area,
            "organisation": ALL,
            "unit_type": ALL,
            "numerator": part.low if part.usable else None,
            "numerator_most": part.most if part.usable else None,
            "denominator": part.base if part.usable else None,
            "unrated": 0 if part.usable else None,
            "provisional": 0,
            "missing": missing,
            "senders_missing": senders[0] if expecting else None,
            "senders_expected": senders[1] if expecting else None,
            "scales": [],
            "note": "; ".join([*part.notes, *off]) or None,
        }

    def _all_came(self, slot: Slot, area: str) -> bool:
        here = self.places[slot[1]]
        if area != here.province or slot[0] not in EXPECTING:
            return True
        return {here.home[sent] for sent in self.areas[slot]} >= set(here.expected(self.names))
