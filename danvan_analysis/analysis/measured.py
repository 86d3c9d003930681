"""Indicators from counted quantities (T4-T7): a numerator and a denominator by place, in a year or over the term."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.measured_parts import Sum, Values, area_values, by_unit
from danvan_analysis.analysis.meetings_due import off_schedule
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.rated import EXPECTING, Slot
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, join_vi
from danvan_analysis.wording import short_word

_TERM = "nhiem-ky"


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

    `cells` are those of `measure_cells` with their `place`. An area, and each named unit in it, counts only where every
    measure of the fraction is given: with a blank part it is missing (in units of what it does give), and a place with
    nothing but such has no value. Over the term, yearly counts of new registrations leave a range [most of one year,
    sum]; `numerator_most` is its upper end, and the whole base where a year that others reported is not there. Counts of
    what stands at the time go by their greatest value to date. An indicator that is no share (a plain count, one thing
    per another) is summed alike, and what is missing of it has no size. `only` names the slots that get rows.
    """
    names = {m.removeprefix("-") for m in items(indicator["numerator"]) + items(indicator["denominator"])}
    mine = cells.filter(pl.col("measure").is_in(list(names)))
    values = area_values(mine, items(indicator["unit_types"]))
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


class _Reading:
    """One indicator read over all slots; holds what every step needs."""

    def __init__(
        self,
        indicator: Mapping[str, Any],
        values: Values,
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
        total, silent = Sum(), 0
        for place in sorted({*sums, *expected}):
            part = sums.get(place) or Sum(missing=self._before(slot, place))
            if place != here.province:
                if place not in here.blocks:
                    yield self._row(slot, place, part, (int(part.missing != 0 or not part.sent), 1))
                if stands_for_all:
                    continue
                silent += part.missing != 0 or not part.sent
            total.add(part)
        yield self._row(slot, here.province, total, (silent, len(expected)))

    def _by_place(self, slot: Slot) -> dict[str, Sum]:
        sums: dict[str, Sum] = {}
        for area in self.areas[slot]:
            place = self.places[slot[1]].home[area]
            sums.setdefault(place, Sum(sent=True)).add(self._area(slot, area))
        return sums

    def _before(self, slot: Slot, place: str) -> int | None:
        """Give last year's base of a place that sent nothing this year; None where there is none."""
        before = (slot[0], slot[1] - 1, slot[2])
        if before[1] not in self.places or not self.is_share:
            return None
        part = self._by_place(before).get(place)
        return part.base if part and part.usable else None

    def _area(self, slot: Slot, area: str) -> Sum:
        given = self.values[slot, area]
        if self.over_term:
            totals = {measure: value.total for measure, value in given.items()}
            part = self._part(totals, self._numerator(slot, area), self._gaps(slot, area))
        else:
            part = Sum()
            for own in by_unit(given):
                part.add(self._part(own, self._now(own), []))
        if part.usable:
            off = self.off.get((slot, area), 0)
            part.more, part.fewer = max(off, 0), max(-off, 0)
        return part

    def _part(self, given: Mapping[str, int], read: tuple[int, int] | None, gaps: list[int]) -> Sum:
        """Put together what an area, or one unit of it, gave; `read` is its numerator, at least and at most."""
        blank = [m for m in (*self.plus, *self.minus) if m not in given]
        if read is None:
            blank += [m for m in self.numerator if m not in given]
        most_base = sum(given[m] for m in self.plus if m in given)
        if blank or read is None:
            # The greatest base it can have: what it gives, nothing taken off.
            size = None if any(m in blank for m in self.plus) or not self.is_share else most_base
            said = ", ".join(self.labels.get(m, m) for m in blank)
            return Sum(sent=True, missing=size, notes={self.words["blank"].format(measure=said): None})
        low, most = read
        if gaps:
            # Nobody knows what a year without a return holds: any of the bodies may have registered then.
            most = most_base
        base = most_base - sum(given[m] for m in self.minus)
        if self.over_term:
            low, most = min(low, base), min(most, base)
        if not 0 <= low <= (base if self.is_share else low):
            size = max(base, 0) if self.is_share else None
            return Sum(sent=True, missing=size, notes={self.words["contradictory"]: None})
        notes = {self.words["yearly_counts"]: None} if most > low else {}
        if notes and gaps:
            notes[self.words["no_year"].format(years=join_vi([str(year) for year in gaps]))] = None
        return Sum(low, most, base, usable=True, sent=True, notes=notes)

    def _now(self, given: Mapping[str, int]) -> tuple[int, int] | None:
        if any(m not in given for m in self.numerator):
            return None
        now = sum(sign * given[m] for m, sign in self.signs.items())
        return now, now

    def _numerator(self, slot: Slot, area: str) -> tuple[int, int] | None:
        """Give the least and the most the numerator can be; None where nothing was given."""
        nature, year, period = slot
        if period == _TERM:
            return self._now({measure: value.total for measure, value in self.values[slot, area].items()})
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

    def _row(self, slot: Slot, area: str, part: Sum, senders: tuple[int, int]) -> dict[str, Any]:
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
