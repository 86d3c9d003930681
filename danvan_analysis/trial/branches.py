"""Lists by chi bộ khóm, ấp: each commune's party figures of a year, parted among its chi bộ to the last one."""

from dataclasses import dataclass
from random import Random

from .layouts import ROMAN
from .manner import Manner
from .paper import Cell, Column, Head, Leaf, Row, Table
from .places import Commune, District, spell_commune
from .truth import Truth

#: Districts (by official order) that send the list, from which year, and whether communes stand as headings with sums.
LISTED: dict[int, bool] = {1: False, 5: False, 10: True}
FROM_YEAR = 2023
MEASURES = (
    "dang_vien",
    "dang_vien_mien_sinh_hoat",
    "dang_vien_tham_gia_nong_cot",
    "lan_sinh_hoat_le_ky",
    "lan_sinh_hoat_le_ky_co_noi_dung",
)


@dataclass(frozen=True)
class Branch:
    """A chi bộ: its commune, its name and its figures in the order of MEASURES."""

    commune: Commune
    name: str
    figures: tuple[int, ...]


def draw_branches(truth: Truth, district: District, year: int, seed: int) -> list[Branch]:
    """Give the chi bộ of a district's khóm, ấp; those of a commune add up to what the commune reports."""
    branches = []
    for commune in district.communes:
        count = truth.hamlets[commune.area_id]
        # One weight a chi bộ for all years: large ones stay large.
        weights = Random(f"{seed}|branches|{commune.area_id}")
        sizes = [weights.uniform(0.7, 1.3) for _ in range(count)]
        rng = Random(f"{seed}|branches|{commune.area_id}|{year}")
        whole = truth.measures[commune.area_id, year]
        members = part(whole["dang_vien"], sizes, [whole["dang_vien"]] * count)
        excused = part(whole["dang_vien_mien_sinh_hoat"], [n * rng.uniform(0.5, 1.5) for n in members], members)
        bound = [total - out for total, out in zip(members, excused, strict=True)]
        core = part(whole["dang_vien_tham_gia_nong_cot"], [n * rng.uniform(0.93, 1.0) for n in bound], bound)
        held = part(whole["lan_sinh_hoat_le_ky"], [rng.uniform(0.98, 1.0) for _ in range(count)], [12] * count)
        content = part(whole["lan_sinh_hoat_le_ky_co_noi_dung"], [n * rng.uniform(0.95, 1.0) for n in held], held)
        place = "ấp" if commune.kind == "xa" else "khóm"
        for number, figures in enumerate(zip(members, excused, core, held, content, strict=True), start=1):
            branches.append(Branch(commune, f"Chi bộ {place} {number}", figures))
    return branches


def part(total: int, weights: list[float], most: list[int]) -> list[int]:
    """Part a whole number by weight, none above its bound; the parts add up to it.

    >>> part(10, [1.0, 1.0, 2.0], [9, 9, 4])
    [3, 3, 4]
    """
    if total > sum(most):
        raise ValueError(f"{total} cannot be parted within {most}")
    parts = [min(bound, int(total * weight / sum(weights))) for weight, bound in zip(weights, most, strict=True)]
    while sum(parts) < total:
        free = [place for place, bound in enumerate(most) if parts[place] < bound]
        place = max(free, key=lambda each: (weights[each] * total / sum(weights) - parts[each], -each))
        parts[place] += 1
    return parts


def branch_table(
    branches: list[Branch], district: District, manner: Manner, *, headed: bool, miscount: int | None = None
) -> Table:
    """A row a chi bộ, its commune beside it or, `headed`, above it with its sums; `miscount` is the commune summed wrongly."""
    columns: tuple[Column, ...] = (
        Leaf("STT", "order"),
        *(() if headed else (Leaf("Xã, phường, thị trấn", "name"),)),
        Leaf("Chi bộ khóm, ấp" if headed else "Tên chi bộ", "label"),
        Leaf("Tổng số đảng viên", "figure"),
        Leaf("Đảng viên được miễn sinh hoạt", "figure"),
        Leaf("Đảng viên tham gia sinh hoạt thường xuyên, làm nòng cốt", "figure"),
        Head("Sinh hoạt lệ kỳ", (Leaf("Số kỳ", "figure"), Leaf("Số kỳ có nội dung dân vận", "figure"))),
        Leaf("Ghi chú", "text"),
    )
    rows: list[Row] = []
    for place, commune in enumerate(district.communes):
        own = [branch for branch in branches if branch.commune == commune]
        name = spell_commune(commune, district, manner.names)
        if headed:
            sums: list[Cell] = [*_sums(own)]
            faults: tuple[tuple[int, str], ...] = ()
            if place == miscount:
                right, sums[0] = sums[0], _sums(own)[0] + 1
                faults = ((2, f"cộng sai: ghi {sums[0]}, các dòng cộng lại được {right}"),)
            rows.append(Row((ROMAN[place], name, *sums, None), "group", None, faults))
        for branch in own:
            order = 1 + (own.index(branch) if headed else branches.index(branch))
            where = () if headed else (name,)
            rows.append(
                Row((order, *where, branch.name, *branch.figures, None), code="" if headed else commune.area_id)
            )
    blank = () if headed else (None,)
    rows.append(Row((None, manner.total, *blank, *_sums(branches), None), "total"))
    return Table(columns, tuple(rows))


def _sums(branches: list[Branch]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*(branch.figures for branch in branches), strict=True))
