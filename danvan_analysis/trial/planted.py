"""Leniency planted in the made-up province: which district shows which sign, and how it is put into the truth.

No real place carries any of it: the areas are invented, and each sign stands in one district only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from .kinds import BASE, BODIES, YEARS, scale_of
from .places import District
from .scales import SCALES, Scale
from .truth import Truth, Unit


@dataclass(frozen=True)
class Planted:
    """One planted sign: its code in the panel, the district (by official order), what was done.

    `brings` are the signs that follow from it: the same thing seen from another side.
    """

    sign: str
    district: int
    what: str
    put: Callable[[Truth, District], None]
    brings: tuple[str, ...] = ()


def plant(truth: Truth) -> None:
    """Put every planted sign into its district; elsewhere units differ from the confirmed rating both ways alike."""
    truth.modest.update((district.area_id, 0.0) for district in truth.districts)
    for planted in PLANTED:
        planted.put(truth, truth.districts[planted.district])


def _stand(scale: Scale, level: int) -> float:
    """Give the middle of the quantiles that stand for a level."""
    ends = [0.0, *accumulate(each.share for each in scale.levels)]
    return (ends[level] + ends[level + 1]) / 2


def _families(truth: Truth, district: District) -> Iterable[tuple[Scale, list[Unit]]]:
    """Give the groups that have a ceiling and a floor: each organisation's commune bodies, and the chi đoàn."""
    for organisation in BODIES:
        yield SCALES["hoan_thanh"], [truth.bodies[commune.area_id, organisation] for commune in district.communes]
    youth = [unit for commune in district.communes for unit in truth.units["doan_tn", commune.area_id]]
    yield scale_of("doan_tn", YEARS[0]), youth


def _ranked(units: list[Unit], year: int) -> list[Unit]:
    rated = [unit for unit in units if unit.standing.get(year) is not None]
    return sorted(rated, key=lambda unit: unit.standing[year] or 0.0)


def _at_ceiling(truth: Truth, district: District) -> None:
    for scale, units in _families(truth, district):
        for year in YEARS:
            good = [unit for unit in _ranked(units, year) if scale.level_at(unit.standing[year] or 0.0) <= 1]
            for place, unit in enumerate(good):
                unit.standing[year] = _stand(scale, 0 if place < len(good) * 20 // 100 else 1)


def _at_floor(truth: Truth, district: District) -> None:
    for scale, units in _families(truth, district):
        for year in YEARS:
            rated = _ranked(units, year)
            least = -(-len(rated) * 80 // 100)
            for place, unit in enumerate(rated):
                level = scale.level_at(unit.standing[year] or 0.0)
                unit.standing[year] = _stand(scale, min(level, 1) if place < least else 2)


def _none_below(truth: Truth, district: District) -> None:
    truth.strong |= {district.area_id}
    scale = SCALES["hoan_thanh"]
    for commune in district.communes:
        for organisation in BODIES:
            unit = truth.bodies[commune.area_id, organisation]
            for year in YEARS:
                unit.standing[year] = min(unit.standing[year] or 0.0, _stand(scale, 1))
        for year in YEARS:
            best, good, fair, middling, poor = truth.groups[commune.area_id, year]
            truth.groups[commune.area_id, year] = [best, good, fair + middling + poor, 0, 0]


def _copied(truth: Truth, district: District) -> None:
    for commune in district.communes:
        units = [unit for kind in BASE for unit in truth.units[kind, commune.area_id]]
        units += [truth.bodies[commune.area_id, organisation] for organisation in BODIES]
        for unit in units:
            first = next((standing for standing in unit.standing.values() if standing is not None), None)
            for year, standing in unit.standing.items():
                unit.standing[year] = None if standing is None else first


def _one_level(truth: Truth, district: District) -> None:
    for commune in district.communes:
        for kind in ("nong_dan", "phu_nu"):
            for unit in truth.units[kind, commune.area_id]:
                for year in YEARS:
                    if unit.standing.get(year) is not None:
                        unit.standing[year] = _stand(scale_of(kind, year), 0)


def _raised(truth: Truth, district: District) -> None:
    truth.modest[district.area_id] = 0.4


def _round(truth: Truth, district: District) -> None:
    for commune in district.communes:
        # One number of groups, so that a share of a whole five percent can be had.
        size = 20 * round(sum(truth.groups[commune.area_id, YEARS[0]]) / 20)
        for year in YEARS:
            counts = truth.groups[commune.area_id, year]
            twentieths = [round(20 * count / sum(counts)) for count in counts]
            twentieths[0] += 20 - sum(twentieths)
            truth.groups[commune.area_id, year] = [part * size // 20 for part in twentieths]


def _high_for_party(truth: Truth, district: District) -> None:
    rng = Random(f"{district.area_id}|party")
    for commune in district.communes:
        for kind in BASE:
            for unit in truth.units[kind, commune.area_id]:
                for year, standing in unit.standing.items():
                    scale = scale_of(kind, year)
                    # What is khá (hoàn thành) becomes tốt; what is lower stays.
                    if standing is not None and scale.level_at(standing) == scale.floor + (kind == "doan_tn"):
                        unit.standing[year] = _stand(scale, scale.floor - (kind != "doan_tn"))
        for year in YEARS:
            figures = truth.measures[commune.area_id, year]
            bound = figures["dang_vien"] - figures["dang_vien_mien_sinh_hoat"]
            figures["dang_vien_tham_gia_nong_cot"] = round(bound * rng.uniform(0.80, 0.84))
            figures["lan_sinh_hoat_le_ky_co_noi_dung"] = round(figures["lan_sinh_hoat_le_ky"] * rng.uniform(0.85, 0.88))


PLANTED = (
    Planted("dung_tran", 0, "số xếp loại cao nhất của từng nhóm được đặt đúng bằng trần 20%", _at_ceiling),
    Planted("khong_duoi_kha", 1, "không có đơn vị nào dưới mức khá trong các năm", _none_below),
    Planted("lap_lai_xep_loai", 2, "mỗi đơn vị giữ mãi mức xếp loại của năm đầu", _copied),
    Planted(
        "mot_muc",
        3,
        "mọi chi hội Nông dân, Phụ nữ ở mức cao nhất",
        _one_level,
        ("lap_lai_so_luong", "cao_hon_tham_gia"),
    ),
    Planted(
        "nang_muc",
        4,
        "bốn phần mười đơn vị tự xếp thấp hơn một mức, được công nhận cao hơn",
        _raised,
        ("nang_muc_hon_noi_khac",),
    ),
    Planted("dung_san", 5, "số từ hoàn thành tốt trở lên của từng nhóm được đặt vừa đủ 80%", _at_floor),
    Planted("ty_le_tron", 6, "mọi tỷ lệ của Tổ nhân dân tự quản là bội số của 5%", _round),
    Planted(
        "cao_hon_tham_gia",
        7,
        "mức khá nâng lên tốt, đảng viên tham gia và sinh hoạt có nội dung hạ xuống",
        _high_for_party,
        ("mot_muc", "khong_duoi_kha", "lap_lai_so_luong"),
    ),
)
