"""Counting the truth: how many units stand at each level, for the sheets and for the truth files alike."""

from dataclasses import dataclass

from .kinds import scale_of
from .places import District
from .scales import SCALES, Scale, collapse
from .truth import Truth, Unit


@dataclass(frozen=True)
class Tally:
    """Counts by the levels of a scale, and the unrated."""

    scale: Scale
    counts: tuple[int, ...]
    unrated: int

    @property
    def rated(self) -> int:
        """Give the number of rated units."""
        return sum(self.counts)

    @property
    def total(self) -> int:
        """Give all units, rated or not."""
        return self.rated + self.unrated

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.scale,
            tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            self.unrated + other.unrated,
        )


def add(tallies: list[Tally]) -> Tally:
    """Add tallies of one scale."""
    total = tallies[0]
    for tally in tallies[1:]:
        total = total + tally
    return total


def lowest_level(truth: Truth, district_id: str, scale: Scale) -> int | None:
    """Give the lowest level that base units of a district get, or None where all levels occur."""
    return scale.floor if district_id in truth.strong else None


def unit_level(truth: Truth, unit: Unit, district_id: str, kind: str, year: int) -> int | None:
    """Give the level index of a base unit in a year; None = unrated."""
    scale = scale_of(kind, year)
    standing = unit.standing[year]
    return None if standing is None else scale.level_at(standing, lowest_level(truth, district_id, scale))


def present(truth: Truth, kind: str, commune_id: str, year: int) -> list[Unit]:
    """Give the units of a kind that exist in a commune in a year."""
    return [unit for unit in truth.units[kind, commune_id] if year in unit.standing]


def tally_commune(
    truth: Truth, district: District, commune_id: str, kind: str, year: int, two_levels: bool = False
) -> Tally:
    """Count the units of a kind in a commune."""
    scale = scale_of(kind, year)
    counts, unrated = [0] * len(scale.levels), 0
    if kind == "to_ndtq":
        counts = list(truth.groups[commune_id, year])
    else:
        for unit in present(truth, kind, commune_id, year):
            level = unit_level(truth, unit, district.area_id, kind, year)
            if level is None:
                unrated += 1
            else:
                counts[level] += 1
    if two_levels:
        return Tally(scale_of(kind, year, two_levels=True), tuple(collapse(counts)), unrated)
    return Tally(scale, tuple(counts), unrated)


def tally_district(truth: Truth, district: District, kind: str, year: int, two_levels: bool = False) -> Tally:
    """Count the units of a kind in a district."""
    return add(
        [tally_commune(truth, district, commune.area_id, kind, year, two_levels) for commune in district.communes]
    )


def body_level(truth: Truth, area_id: str, organisation: str, year: int, scale: Scale) -> int:
    """Give the level index of a body (always rated); only bodies of communes ever fall to the lowest level."""
    standing = truth.bodies[area_id, organisation].standing[year]
    last = len(scale.levels) - 1
    return last if standing is None else scale.level_at(standing, last if area_id in truth.hamlets else last - 1)


def body_tally(truth: Truth, areas: list[str], organisation: str, year: int) -> Tally:
    """Count the bodies of one organisation over some areas."""
    scale = SCALES["hoan_thanh"]
    counts = [0] * len(scale.levels)
    for area_id in areas:
        counts[body_level(truth, area_id, organisation, year, scale)] += 1
    return Tally(scale, tuple(counts), 0)
