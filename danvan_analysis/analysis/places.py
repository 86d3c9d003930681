"""Whose figures are expected: the province of the resolution, the places under it, and who reports what, by year."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from danvan_analysis.facts import Facts, areas_on, items

_DISTRICT_KINDS = ("thanh_pho", "thi_xa", "huyen")
_BLOCK_KINDS = ("khoi", "llvt")


@dataclass(frozen=True)
class Places:
    """The province and the places directly under it as they stood at the end of a year (or at their own end).

    `names` has the official name of the province and of each place; `home` leads every area of that year to the place
    it counts in; `communes` is the number of communes by place. `own_reports` and `top_reports` are the unit types and
    measures that the sender of each place, and the senders of the province, report. `blocks` are senders of the province
    that are no place of it (khối, đơn vị trực thuộc): they count in its totals and have no row of their own.
    """

    province: str
    basis: tuple[str, str]
    names: dict[str, str] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    communes: dict[str, int] = field(default_factory=dict)
    own_reports: dict[str, frozenset[str]] = field(default_factory=dict)
    top_reports: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()

    def expected(self, wanted: frozenset[str]) -> list[str]:
        """Give the places whose sender reports any of these unit types or measures, in official order."""
        return [place for place, reports in sorted(self.own_reports.items()) if reports & wanted]

    def area_columns(self, area_id: str) -> tuple[str, str | None, str]:
        """Give the area's name, its district's name (null for province and communes) and its basis."""
        if area_id == self.province:
            return self.names[area_id], None, self.basis[0]
        old = self.basis[1] == "huyen-cu"
        return self.names[area_id], self.names[area_id] if old else None, self.basis[1]


def last_day(facts: Facts, year: int) -> date | None:
    """Give the last day of a year on which the resolution's province existed; None where it did not."""
    province, day = str(facts.resolution["province_id"]), date(year, 12, 31)
    if province in areas_on(facts, day)["area_id"]:
        return day
    # The districts and the old province ended within 2025: their last day stands for the year.
    ends = facts.areas.filter(pl.col("area_id") == province, pl.col("valid_to").dt.year() == year)["valid_to"]
    return None if ends.is_empty() else ends.sort()[-1]


def places_in(facts: Facts, year: int) -> Places:
    """Give the places of the resolution's province in a year; without names where the province no longer existed."""
    province = str(facts.resolution["province_id"])
    day = last_day(facts, year)
    if day is None:
        return Places(province, ("tinh-cu", "huyen-cu"))
    valid = areas_on(facts, day)
    below = valid.filter(pl.col("parent_id") == province).sort("area_id")
    blocks = frozenset(below.filter(pl.col("kind").is_in(_BLOCK_KINDS))["area_id"])
    under = below.filter(~pl.col("kind").is_in(_BLOCK_KINDS))
    old = under["kind"].is_in(_DISTRICT_KINDS).any()
    names = dict(valid.filter(pl.col("area_id") == province).select("area_id", "name").iter_rows())
    names |= dict(under.select("area_id", "name").iter_rows())
    inside = valid.filter(pl.col("parent_id").is_in(under["area_id"].implode()))
    communes = dict(inside.group_by("parent_id").len().iter_rows()) if old else dict.fromkeys(under["area_id"], 1)
    return Places(
        province,
        ("tinh-cu", "huyen-cu") if old else ("tinh-moi", "xa-moi"),
        names,
        _homes(facts, year, day, province, {*names, *blocks}),
        communes,
        *_reports(facts, day, province, {*names, *blocks}),
        blocks,
    )


def _homes(facts: Facts, year: int, day: date, province: str, known: set[str]) -> dict[str, str]:
    """Lead every area that existed within the year to its place; a commune merged in March still counts."""
    during = facts.areas.filter(
        pl.col("valid_from") <= day,
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= date(year, 1, 1)),
    ).sort("valid_from")
    home = {}
    for area_id, parent in during.select("area_id", "parent_id").iter_rows():
        place = area_id if area_id in known else parent
        if place in known and (place != province or area_id == province):
            home[area_id] = place
    return home


def _reports(
    facts: Facts, day: date, province: str, known: set[str]
) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    senders = facts.senders.filter(
        pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    )
    own: dict[str, frozenset[str]] = {}
    top: frozenset[str] = frozenset()
    for row in senders.iter_rows(named=True):
        content = frozenset(items(row["unit_types"]) + items(row["measures"]))
        if row["area_id"] == province:
            top |= content
        elif row["area_id"] in known:
            own[row["area_id"]] = own.get(row["area_id"], frozenset()) | content
    return own, top
