"""What the tables on participation and on meetings share: the parts of a fraction, where they stand, their verdicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.assess import assess_targets
from danvan_analysis.analysis.cells import measure_cells, natures_in, unit_names
from danvan_analysis.analysis.party_parts import Part, PartyParts, Where, chosen
from danvan_analysis.analysis.places import Places, places_in
from danvan_analysis.analysis.rated import EXPECTING, Slot
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, Data

#: The key of both tables; `unit_id` is "" but for a named chi bộ.
KEY = ("nature", "year", "period", "level", "area_id", "unit_id")
PLACE = {
    **{name: pl.Int64 if name == "year" else pl.String for name in KEY},
    "area_name": pl.String,
    "district_name": pl.String,
    "unit_name": pl.String,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class PartyReading:
    """The party's fractions over every slot up to a year, with the names of what they stand for."""

    year: int
    period: str
    parts: dict[str, PartyParts]
    branches: dict[tuple[Slot, str], int]
    names: dict[tuple[int, str, str], str]
    places: dict[int, Places]
    areas: dict[tuple[str, int], str]
    facts: Facts

    def slots(self, year: int | None = None) -> list[Slot]:
        """Give the slots of a year in which any of the fractions has figures."""
        wanted = self.year if year is None else year
        return sorted({s for parts in self.parts.values() for s in parts.given if s[1:] == (wanted, self.period)})

    def known(self, indicator_id: str, slot: Slot) -> dict[Where, Part]:
        """Give every part of an indicator in a slot."""
        return self.parts[indicator_id].of(slot)

    def place(self, slot: Slot, where: Where) -> Row:
        """Give the key and the names of one part."""
        _, area, unit = where
        here = self.places[slot[1]]
        home = here.home[area]
        old = here.basis[1] == "huyen-cu" and home != here.province
        return {
            **dict(zip(KEY, (*slot, *where), strict=True)),
            "area_name": self.areas.get((area, slot[1]), here.names.get(area, area)),
            "district_name": here.names[home] if old and home in here.names else None,
            "unit_name": self.names.get((slot[1], area, unit)) if unit else None,
        }

    def indicator_rows(self, indicator_id: str, slot: Slot) -> Iterator[Row]:
        """Give the parts as rows of `tables.Indicators`, so that targets are assessed in the one place for it.

        A part that sent figures without a usable fraction is no data, not a silence; so are silent parts below a place.
        """
        here, parts = self.places[slot[1]], self.known(indicator_id, slot)
        expecting = slot[0] in EXPECTING
        expected = here.expected(frozenset(self.parts[indicator_id].measures)) if expecting else []
        level = "huyen" if here.basis[1] == "huyen-cu" else "xa"
        quiet = [place for place in expected if place in here.names and parts[level, place, ""].missing != 0]
        for where, part in parts.items():
            no_data = part.sent and not part.usable
            row = self.place(slot, where)
            top = where[0] == "tinh"
            yield (
                dict.fromkeys(_INDICATOR)
                | row
                | {
                    "resolution_id": self.facts.resolution["resolution_id"],
                    "indicator_id": indicator_id,
                    "area_id": _pseudo_id(where),
                    "basis": here.basis[0 if top else 1],
                    "organisation": ALL,
                    "unit_type": ALL,
                    "area_name": label(row),
                    "numerator": part.taken if part.usable else None,
                    "numerator_most": part.taken if part.usable else None,
                    "denominator": part.base if part.usable else None,
                    "unrated": 0 if part.usable else None,
                    "missing": 0 if no_data and not top else part.missing,
                    "senders_missing": (len(quiet) if top else int(part.missing != 0)) if expecting else None,
                    "senders_expected": (len(expected) if top else 1) if expecting else None,
                }
            )

    def assessed(self, indicator_id: str, slot: Slot, as_of: date | None) -> dict[Where, Row]:
        """Give the assessment of every part of a slot; nothing where the indicator has no target."""
        parts = self.known(indicator_id, slot)
        if not parts:
            return {}
        rows = pl.DataFrame(list(self.indicator_rows(indicator_id, slot)), schema_overrides=_TYPES)
        back = {_pseudo_id(where): where for where in parts}
        rows = assess_targets(rows, self.facts, as_of=as_of).unique("area_id", keep="first", maintain_order=True)
        return {back[row["area_id"]]: row for row in rows.to_dicts()}


_INDICATOR = ("resolution_id", "indicator_id", "basis", "organisation", "unit_type", "numerator", "numerator_most")
_TYPES: Mapping[str, Any] = dict.fromkeys(
    ("numerator", "numerator_most", "denominator", "unrated", "missing", "senders_missing", "senders_expected"),
    pl.Int64,
)


def _pseudo_id(where: Where) -> str:
    """Give one name an assessment row can go by: an area's own code, a chi bộ's unit_id after it."""
    return where[1] if not where[2] else f"{where[1]}/{where[2]}"


def label(row: Mapping[str, Any]) -> str:
    """Name a part in a sentence: "Xã Phú Đức, huyện Tam Nông", "Chi bộ ấp 1, xã Phú Đức, huyện Tam Nông"."""
    names = [row["area_name"]]
    if row["district_name"] and row["district_name"] != row["area_name"]:
        names.append(row["district_name"])
    if row["unit_id"]:
        unit = row["unit_name"] or "Chi bộ"
        names.insert(0, unit if unit.casefold().startswith("chi bộ") else f"Chi bộ {unit}")
    return ", ".join([names[0], *(name[:1].lower() + name[1:] for name in names[1:])])


def read_party(data: Data, facts: Facts, *, year: int, period: str) -> PartyReading:
    """Read the fractions of `facts.methods["participation"]` in every year up to `year`, for one period.

    Where real returns exist, trial data are left out, as in the indicators.

    Raises:
        ValueError: the table of measures lacks a column of the contract, or the facts lack one of the two indicators.
    """
    method = facts.methods["participation"]
    indicators = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    wanted = [method["indicator"], method["meetings_indicator"]]
    lost = [name for name in wanted if name not in indicators]
    if lost:
        raise ValueError(f"methods.toml [participation] names {', '.join(lost)}, which indicators.csv does not have")
    terms = {
        m.removeprefix("-") for i in wanted for c in ("numerator", "denominator") for m in indicators[i][c].split(";")
    }
    branch = method["branch_measure"]
    cells = measure_cells(data.measures, sorted({*terms, branch})).filter(
        pl.col("year") <= year, pl.col("period") == period
    )
    if "bao_cao" in natures_in(data.measures, data.ratings):
        cells = cells.filter(pl.col("nature") != "gia_dinh")
    places = {y: places_in(facts, y) for y in sorted({*cells["year"]})}
    homes = [(y, area) for y, here in places.items() if here.names for area in here.home]
    inside = pl.DataFrame(homes, schema={"year": pl.Int64, "area_id": pl.String}, orient="row")
    cells = cells.join(inside, on=["year", "area_id"], how="semi")
    unit_types = [u.strip() for u in (indicators[wanted[1]]["unit_types"] or "").split(";") if u.strip()]
    counted = (
        chosen(cells, [branch], unit_types).group_by("nature", "year", "period", "area_id").agg(pl.col("value").sum())
    )
    branches = {((n, y, p), area): value for n, y, p, area, value in counted.iter_rows()}
    names = {(y, area, unit): name for y, area, unit, name in unit_names(data.measures).iter_rows()}
    return PartyReading(
        year,
        period,
        {name: PartyParts(indicators[name], cells, places, facts) for name in wanted},
        branches,
        names,
        places,
        _area_names(facts, places),
        facts,
    )


def _area_names(facts: Facts, places: Mapping[int, Places]) -> dict[tuple[str, int], str]:
    """Give the name an area had in a year; the later one where it changed within the year."""
    rows = facts.areas.sort("valid_from").select("area_id", "name", "valid_from", "valid_to").iter_rows()
    return {
        (area, y): name
        for area, name, begin, end in rows
        for y in places
        if begin.year <= y and (end is None or end.year >= y)
    }
