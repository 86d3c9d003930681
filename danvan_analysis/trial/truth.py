"""The truth behind the trial returns: every unit of the province, its standing year by year, and the party figures.

Units keep a hidden standing that moves slowly, so ratings persist from year to year as real ones do. All of it is made
up; which districts are weak is drawn by seed and says nothing about any real place.
"""

from dataclasses import dataclass, field
from math import sqrt
from random import Random
from statistics import NormalDist

from .kinds import BASE, BODIES, KINDS, YEARS
from .places import Commune, District
from .scales import SELF_MANAGED

_NORMAL = NormalDist()
_PERSISTENCE = 0.8
#: Numbers that published sources give: khóm, ấp of Tam Nông and Tháp Mười; Tổ NDTQ of Tháp Mười and huyện Cao Lãnh.
_KNOWN_HAMLETS = {"871": 58, "872": 64}
_KNOWN_GROUPS = {"872": 1030, "873": 1896}
_HAMLETS = 700
_GROUPS = 12700
_COMMUNES_WITH_CLUB = 122
_CLUBS = {2021: 128, 2022: 133, 2023: 138, 2024: 141}


@dataclass
class Unit:
    """A named unit and where it stands each year (0 = best, 1 = worst; None = not yet rated; no entry = not there)."""

    name: str
    standing: dict[int, float | None] = field(default_factory=dict)


@dataclass
class Truth:
    """All units and figures by commune (or district, or province "87" for its own bodies)."""

    districts: list[District]
    hamlets: dict[str, int] = field(default_factory=dict)
    units: dict[tuple[str, str], list[Unit]] = field(default_factory=dict)
    #: Tổ NDTQ per commune and year: counts by xuất sắc, tốt, khá, trung bình, yếu.
    groups: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    #: Bodies by (area, organisation).
    bodies: dict[tuple[str, str], Unit] = field(default_factory=dict)
    measures: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    #: Districts with no base unit below "khá".
    strong: frozenset[str] = frozenset()
    #: Made-up province only: how often the units of a district give themselves one level less than is confirmed.
    modest: dict[str, float] = field(default_factory=dict)


def draw_truth(districts: list[District], province_id: str, seed: int, *, even: bool = False) -> Truth:
    """Draw the whole truth from a seed; the same seed gives the same truth on every machine.

    `even` makes all districts alike but for chance: none weak, none strong, the same effort.
    """
    rng = Random(f"{seed}|truth")
    truth = Truth(districts)
    marked = [] if even else rng.sample([district.area_id for district in districts], min(5, len(districts)))
    truth.weak, truth.strong = frozenset(marked[:2]), frozenset(marked[2:])
    _draw_hamlets(truth, rng)
    clubs = _draw_clubs(truth, rng)
    for district in districts:
        shift = -0.4 if district.area_id in truth.weak else 0.0 if even else rng.gauss(0.04, 0.1)
        for organisation in BODIES:
            truth.bodies[district.area_id, organisation] = Unit(organisation, _walk(rng, shift, YEARS))
        effort = min(0.985, max(0.88, rng.gauss(0.955, 0.0 if even else 0.02))) + min(0.0, shift) / 12
        for commune in district.communes:
            local = shift + rng.gauss(0, 0.15)
            for kind in BASE:
                truth.units[kind, commune.area_id] = _draw_units(truth, kind, commune, local, rng)
            truth.units["hoi_quan", commune.area_id] = [
                Unit(f"Hội quán số {number}", _walk(rng, local, YEARS[YEARS.index(first) :], new=first > YEARS[0]))
                for number, first in enumerate(clubs[commune.area_id], start=1)
            ]
            for organisation in BODIES:
                truth.bodies[commune.area_id, organisation] = Unit(organisation, _walk(rng, local, YEARS))
            _draw_measures(truth, commune, effort, rng)
        _draw_groups(truth, district, shift, rng)
    for organisation in BODIES:
        truth.bodies[province_id, organisation] = Unit(organisation, _walk(rng, 0.2, YEARS))
    return truth


def _walk(rng: Random, shift: float, years: tuple[int, ...], new: bool = False) -> dict[int, float | None]:
    """Give a standing per year that persists; a new unit is not rated in its first year."""
    hidden = rng.gauss(0, 1)
    standing: dict[int, float | None] = {}
    for year in years:
        standing[year] = None if new and year == years[0] else 1 - _NORMAL.cdf(hidden + shift)
        hidden = _PERSISTENCE * hidden + sqrt(1 - _PERSISTENCE**2) * rng.gauss(0, 1)
    return standing


def _spread(total: int, weights: list[float], least: int, most: int) -> list[int]:
    """Share a total among places by weight, within bounds."""
    counts = [min(most, max(least, round(total * weight / sum(weights)))) for weight in weights]
    step = 1 if sum(counts) < total else -1
    order = sorted(range(len(counts)), key=lambda place: -step * weights[place])
    turn = 0
    while sum(counts) != total and turn < len(counts) * (most - least + 1):
        place = order[turn % len(counts)]
        counts[place] += step if least <= counts[place] + step <= most else 0
        turn += 1
    return counts


def _draw_hamlets(truth: Truth, rng: Random) -> None:
    communes = sum(len(district.communes) for district in truth.districts)
    for district in truth.districts:
        size = len(district.communes)
        total = _KNOWN_HAMLETS.get(district.area_id, round(_HAMLETS * size / communes + rng.uniform(-1.5, 1.5)))
        for commune, count in zip(
            district.communes, _spread(total, [rng.uniform(0.8, 1.2) for _ in range(size)], 4, 6), strict=True
        ):
            truth.hamlets[commune.area_id] = count


def _draw_units(truth: Truth, kind: str, commune: Commune, shift: float, rng: Random) -> list[Unit]:
    """One unit per khóm or ấp; now and then a chi hội or chi đoàn splits and its new half is not rated at first."""
    place = "ấp" if commune.kind == "xa" else "khóm"
    label = KINDS[kind].unit_name
    units = [
        Unit(f"{label} {place} {number}", _walk(rng, shift, YEARS))
        for number in range(1, truth.hamlets[commune.area_id] + 1)
    ]
    for year in YEARS[1:]:
        if kind != "ban_ctmt" and rng.random() < 0.008:
            number = rng.randint(1, len(units))
            name = f"{label} {place} {number}A"
            if all(unit.name != name for unit in units):
                units.append(Unit(name, _walk(rng, shift, YEARS[YEARS.index(year) :], new=True)))
    return units


def _draw_clubs(truth: Truth, rng: Random) -> dict[str, list[int]]:
    """Give the founding years of the Hội quán of each commune (those of 2021 and before count as 2021)."""
    communes = [commune.area_id for district in truth.districts for commune in district.communes]
    order = rng.sample(communes, len(communes))
    with_club = order[: round(len(order) * _COMMUNES_WITH_CLUB / 143)]
    clubs: dict[str, list[int]] = {commune: [] for commune in communes}
    early = len(with_club) - 4
    for commune in with_club[:early]:
        clubs[commune].append(YEARS[0])
    late = with_club[early:]
    for year in YEARS:
        wanted = round(_CLUBS[year] * len(communes) / 143)
        if year > YEARS[0] and late:
            clubs[late.pop()].append(year)
        while sum(map(len, clubs.values())) < wanted:
            clubs[with_club[rng.randrange(early)]].append(year)
    for commune in late:
        clubs[commune].append(YEARS[-1])
    return clubs


def _draw_groups(truth: Truth, district: District, shift: float, rng: Random) -> None:
    """Draw the Tổ NDTQ of a district: their number drifts slightly, their quality rises year by year."""
    others = sum(len(d.communes) for d in truth.districts if d.area_id not in _KNOWN_GROUPS)
    each = (_GROUPS - sum(_KNOWN_GROUPS.values())) / max(1, others)
    size = len(district.communes)
    total = _KNOWN_GROUPS.get(district.area_id, round(each * size * rng.uniform(0.93, 1.07)))
    numbers = _spread(total, [rng.uniform(0.75, 1.25) for _ in range(size)], 40, 160)
    for commune, number in zip(district.communes, numbers, strict=True):
        local = 0.6 * shift + rng.gauss(0, 0.12)
        for year in YEARS:
            number += rng.choice((0, 0, 0, 0, 1, -1, 0)) if year > YEARS[0] else 0
            counts = [0] * 5
            bounds = [sum(SELF_MANAGED[year][: level + 1]) for level in range(4)]
            for _ in range(number):
                standing = 1 - _NORMAL.cdf(rng.gauss(0, 1) + local)
                counts[sum(standing > bound for bound in bounds)] += 1
            truth.groups[commune.area_id, year] = counts


def _draw_measures(truth: Truth, commune: Commune, effort: float, rng: Random) -> None:
    """Party figures of the chi bộ khóm, ấp, plans and programmes, and the works that bodies took on."""
    cells = truth.hamlets[commune.area_id]
    members = sum(rng.randint(33, 52) for _ in range(cells))
    exempt = rng.uniform(0.04, 0.09)
    core = rng.uniform(0.85, 0.92) + (effort - 0.95)
    organisations = 1 + cells + rng.randint(4, 6)
    programmes = organisations - rng.choice((0, 0, 0, 1, 1, 2))
    for year in YEARS:
        # Meetings fell away in the year of the epidemic; else a chi bộ misses one now and then.
        missed = sum(rng.random() < (0.35 if year == 2021 else 0.03) for _ in range(cells))
        meetings = 12 * cells - missed
        content = min(1.0, max(0.85, rng.gauss(effort + 0.01 * (year - YEARS[0]), 0.02)))
        members = round(members * rng.uniform(1.0, 1.025)) if year > YEARS[0] else members
        excused = round(members * exempt * rng.uniform(0.92, 1.08))
        share = min(0.98, max(0.80, core + 0.012 * (year - YEARS[0]) + rng.gauss(0, 0.01)))
        plans = organisations - sum(rng.random() < 0.02 for _ in range(organisations))
        registered = sum(rng.random() < 0.9 for _ in BODIES)
        truth.measures[commune.area_id, year] = {
            "chi_bo_khom_ap": cells,
            "lan_sinh_hoat_le_ky": meetings,
            "lan_sinh_hoat_le_ky_co_noi_dung": round(meetings * content),
            "dang_vien": members,
            "dang_vien_mien_sinh_hoat": excused,
            "dang_vien_tham_gia_nong_cot": round((members - excused) * share),
            "to_chuc_dang": organisations,
            "to_chuc_dang_co_ke_hoach_nam": plans,
            "to_chuc_dang_co_chuong_trinh_nhiem_ky": programmes,
            "to_chuc": len(BODIES),
            "to_chuc_da_dang_ky_cong_trinh": registered,
            "to_chuc_da_hoan_thanh_cong_trinh": registered - sum(rng.random() < 0.12 for _ in range(registered)),
        }
        if programmes < organisations and rng.random() < 0.55:
            programmes += 1
