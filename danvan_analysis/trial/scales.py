"""The scales of the trial: their levels, what each level counts as, and how trial returns word them.

A small table of its own on purpose: the generator shares no scale and no wording with the reader, so that reading the
returns back proves something.
"""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

UNRATED = "chua_xep_loai"
#: Ways of printing the column for unrated units.
UNRATED_WORDS = ("Chưa xếp loại", "Chưa XL", "Mới thành lập, chưa xếp loại")


@dataclass(frozen=True)
class Level:
    """One level: its code, what it counts as (None: the scale cannot say) and its share of all units in the trial."""

    rating: str
    good: bool | None
    fair: bool | None
    weak: bool | None
    share: float


@dataclass(frozen=True)
class Scale:
    """A scale from best to worst, with the wordings in use; every wording names all levels in the same order."""

    scale_id: str
    levels: tuple[Level, ...]
    wordings: tuple[tuple[str, ...], ...]
    #: Index of the lowest level in districts where nothing falls below "khá".
    floor: int

    def level_at(self, quantile: float, lowest: int | None = None) -> int:
        """Give the level index of a unit that stands at this quantile (0 = best, 1 = worst)."""
        bounds = list(accumulate(level.share for level in self.levels))
        index = min(bisect_left(bounds, quantile), len(self.levels) - 1)
        return index if lowest is None else min(index, lowest)

    def words(self, style: int) -> tuple[str, ...]:
        """Give the level names in one of the wordings."""
        return self.wordings[style % len(self.wordings)]


# Shares follow the published distributions: xuất sắc 40–60, tốt or mạnh 30–55, khá 3–15, trung bình 0–3, yếu 0–1 %.
_BODY = Scale(
    "hoan_thanh",
    (
        Level("hoan_thanh_xuat_sac", True, True, False, 0.185),
        Level("hoan_thanh_tot", True, True, False, 0.765),
        Level("hoan_thanh", False, False, False, 0.0485),
        Level("khong_hoan_thanh", False, False, True, 0.0015),
    ),
    (
        ("HTXSNV", "HTTNV", "HTNV", "KHTNV"),
        ("HT xuất sắc", "HT tốt", "Hoàn thành", "Không HT"),
        (
            "Hoàn thành xuất sắc nhiệm vụ",
            "Hoàn thành tốt nhiệm vụ",
            "Hoàn thành nhiệm vụ",
            "Không hoàn thành nhiệm vụ",
        ),
        ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành", "Không hoàn thành"),
        ("HTXS", "HTT", "HT", "KHT"),
    ),
    floor=2,
)

_EXCELLENT_GOOD = Scale(
    "xuat_sac_tot_kha",
    (
        Level("xuat_sac", True, True, False, 0.48),
        Level("tot", True, True, False, 0.405),
        Level("kha", False, True, False, 0.09),
        Level("trung_binh", False, False, False, 0.02),
        Level("yeu", False, False, True, 0.005),
    ),
    (
        ("Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"),
        ("XS", "Tốt", "Khá", "TB", "Yếu"),
        ("Loại xuất sắc", "Loại tốt", "Loại khá", "Loại trung bình", "Loại yếu"),
        ("Xuất sắc", "Tốt", "Khá", "T.Bình", "Yếu, kém"),
    ),
    floor=2,
)

SCALES: dict[str, Scale] = {
    "hoan_thanh": _BODY,
    "xuat_sac_tot_kha": _EXCELLENT_GOOD,
    "xuat_sac_manh_kha": Scale(
        "xuat_sac_manh_kha",
        (
            Level("xuat_sac", True, True, False, 0.50),
            Level("manh", True, True, False, 0.39),
            Level("kha", False, True, False, 0.085),
            Level("trung_binh", False, False, False, 0.02),
            Level("yeu", False, False, True, 0.005),
        ),
        (
            ("Xuất sắc", "Mạnh", "Khá", "Trung bình", "Yếu"),
            ("XS", "Mạnh", "Khá", "TB", "Yếu"),
            ("Loại xuất sắc", "Loại mạnh", "Loại khá", "Loại trung bình", "Loại yếu"),
        ),
        floor=2,
    ),
    "vung_manh": Scale(
        "vung_manh",
        (
            Level("vung_manh", True, True, False, 0.87),
            Level("kha", False, True, False, 0.105),
            Level("trung_binh", False, False, False, 0.02),
            Level("yeu", False, False, True, 0.005),
        ),
        (
            ("Vững mạnh", "Khá", "Trung bình", "Yếu"),
            ("VM", "Khá", "TB", "Yếu"),
            ("Vững mạnh", "Khá", "Trung bình", "Yếu kém"),
        ),
        floor=1,
    ),
    "ccb_tsvm": Scale(
        "ccb_tsvm",
        (
            Level("tsvm_xuat_sac", True, True, False, 0.46),
            Level("tsvm_tien_tien", True, True, False, 0.42),
            Level("tsvm", False, True, False, 0.114),
            Level("yeu", False, False, True, 0.006),
        ),
        (
            ("TSVM xuất sắc", "TSVM tiên tiến", "TSVM", "Yếu"),
            (
                "Trong sạch, vững mạnh xuất sắc",
                "Trong sạch, vững mạnh tiên tiến",
                "Trong sạch, vững mạnh",
                "Yếu",
            ),
        ),
        floor=2,
    ),
    "kha_tro_len": Scale(
        "kha_tro_len",
        (Level("kha_tro_len", None, True, None, 0.97), Level("duoi_kha", None, False, None, 0.03)),
        (
            ("Khá trở lên", "Dưới khá"),
            ("Đạt từ khá trở lên", "Dưới mức khá"),
        ),
        floor=0,
    ),
}

#: Chi đoàn use the hoàn thành scale with more "xuất sắc" than the bodies, which stay under the cap of 20 %.
YOUTH = Scale(
    "hoan_thanh",
    tuple(
        Level(level.rating, level.good, level.fair, level.weak, share)
        for level, share in zip(_BODY.levels, (0.42, 0.49, 0.084, 0.006), strict=True)
    ),
    _BODY.wordings,
    floor=1,
)

#: Tổ nhân dân tự quản by year: 73 % "hoạt động tốt" in 2019, better year by year.
SELF_MANAGED: dict[int, tuple[float, ...]] = {
    2021: (0.22, 0.38, 0.23, 0.14, 0.03),
    2022: (0.26, 0.39, 0.22, 0.11, 0.02),
    2023: (0.30, 0.40, 0.20, 0.085, 0.015),
    2024: (0.34, 0.41, 0.18, 0.06, 0.01),
}


def collapse(counts: list[int]) -> list[int]:
    """Turn counts by the five levels xuất sắc … yếu into khá trở lên, dưới khá.

    >>> collapse([10, 5, 2, 1, 0])
    [17, 1]
    """
    return [sum(counts[:3]), sum(counts[3:])]
