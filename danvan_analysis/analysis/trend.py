"""The trend of a yearly share: a marker over the five most recent years, or why there is none, and what it could see.

After the trend marker of Fingertips (public health profiles, England): chi-square for trend at 99.8 % on exactly annual
figures without a break, and the slope keeps its sign whichever year is left out. We depart where the anchor fails: the
signs are those of the weighted straight line, in whole numbers, so 0 % and 100 % are years like others (its logits are
infinite there). Sources: Armitage 1955 (Biometrics 11: 375-386), Nam 1987 (Biometrics 43: 701-705) for the power.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from numbers import Integral
from statistics import NormalDist

from danvan_analysis.analysis.differences import detectable_difference, difference_p_value, least_seen
from danvan_analysis.analysis.proportions import proportion_difference

_NORMAL = NormalDist()
#: A year's figures: year, numerator, denominator.
Point = tuple[int, int, int]

YEARS = 5
LEVEL = 0.998
FIRST_LAST_LEVEL = 0.95
POWER = 0.8


@dataclass(frozen=True)
class Trend:
    """What a series of yearly shares shows.

    `direction` is `up`, `down`, `no_trend`, or None where no marker can be set; `reason` says why there is none, or why a
    marker says `no_trend` (`trong_dao_dong`, `mot_nam_chi_phoi`), and is None for up and down. `method` is
    `trend_marker`, `first_last` (first and last year of the unbroken run only: no trend, whatever it shows) or `none`.
    `years` are the years used; `slope` the weighted straight line's, as a share a year; `chi_square` and `p_value` those
    of the test for trend, or of first against last. `difference`, `lower`, `upper` are last minus first, a share, with
    Newcombe's limits; `detectable_rise`, `detectable_fall` the least true change from first to last, in a straight line
    from the first year's share, that `method` finds with 80 % chance at these bases (None: not even the largest).
    """

    direction: str | None
    reason: str | None
    method: str
    years: tuple[int, ...] = ()
    slope: float | None = None
    chi_square: float | None = None
    p_value: float | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    detectable_rise: float | None = None
    detectable_fall: float | None = None


def trend(
    years: Sequence[int],
    x: Sequence[int | None],
    n: Sequence[int | None],
    breaks: Sequence[int] | Mapping[int, str] = (),
    *,
    length: int = YEARS,
    level: float = LEVEL,
    first_last_level: float = FIRST_LAST_LEVEL,
    power: float = POWER,
) -> Trend:
    """Give the trend of the shares x/n over the `length` most recent years, which must follow one another unbroken.

    `breaks` are the first years of a new series (from 2023 on another scale: 2023), or these with the code of the reason.
    The order of the years does not matter; a year without x or n, or with n = 0, counts as not there.

    Reasons for no marker: `trung_nam` (a year twice), `thieu_nam` (a year between is missing), `ngat_chuoi` or the code
    given with the break, `duoi_nam_nam` (fewer than `length` years). Then first and last year of the most recent unbroken
    run are held against each other (`method` = `first_last`), which is never called a trend.

    Raises:
        ValueError: lengths differ, a year or a count is no whole number, x below 0 or above n.

    >>> marker = trend([2020, 2021, 2022, 2023, 2024], [320, 330, 340, 352, 360], [400] * 5)
    >>> marker.direction, round(marker.chi_square, 2), round(marker.difference, 2)
    ('up', 20.51, 0.1)
    >>> trend([2021, 2022, 2023, 2024], [40, 42, 43, 45], [50] * 4).reason
    'duoi_nam_nam'
    """
    points = _points(years, x, n)
    if len({year for year, _, _ in points}) < len(points):
        return Trend(None, "trung_nam", "none")
    run, reason = _latest_run(
        points, dict.fromkeys(breaks, "ngat_chuoi") if not isinstance(breaks, Mapping) else breaks
    )
    if len(run) >= length:
        return _marker(run[-length:], level, power)
    return _first_last(run, reason or "duoi_nam_nam", first_last_level, power)


def chi_square_for_trend(years: Sequence[int], x: Sequence[int], n: Sequence[int]) -> tuple[float, float]:
    """Give (chi-square with one degree of freedom, slope as a share a year) of Armitage's test; (0, 0) where x/n is one.

    >>> chi, slope = chi_square_for_trend([1, 2, 3, 4], [83, 90, 129, 70], [86, 93, 136, 82])
    >>> round(chi, 4), round(slope, 4)
    (8.2249, -0.0334)
    """
    total, passed = sum(n), sum(x)
    gain, spread = _slope_parts(list(zip(years, x, n, strict=True)))
    if not spread or passed in (0, total):
        return 0.0, 0.0
    # gain and spread are both N times the sums around the mean year: whole numbers, exact at any size.
    return gain * gain * total / (passed * (total - passed) * spread), gain / spread


def trend_power(first: float, last: float, bases: Sequence[float], level: float = LEVEL) -> float:
    """Give the chance that the test for trend finds true shares in a straight line from `first` to `last` (Nam 1987).

    The sign rule is left out: it takes less than a hundredth away where the power is of use.

    >>> [round(trend_power(0.80, 0.90, [n] * 5), 2) for n in (50, 150, 400)]
    [0.06, 0.35, 0.91]
    """
    steps = len(bases) - 1
    shares = [first + (last - first) * i / steps for i in range(len(bases))]
    total = sum(bases)
    centre = sum(i * n for i, n in enumerate(bases)) / total
    mean = sum(p * n for p, n in zip(shares, bases, strict=True)) / total
    offset = [(i - centre, n, p) for i, (n, p) in enumerate(zip(bases, shares, strict=True))]
    shift = sum(d * n * p for d, n, p in offset)
    under_none = sqrt(mean * (1 - mean) * sum(n * d * d for d, n, _ in offset))
    under_true = sqrt(sum(n * p * (1 - p) * d * d for d, n, p in offset))
    beyond = abs(shift) - _NORMAL.inv_cdf((1 + level) / 2) * under_none
    if under_true == 0:
        return 1.0 if beyond > 0 else 0.0
    return _NORMAL.cdf(beyond / under_true)


def _points(years: Sequence[int], x: Sequence[int | None], n: Sequence[int | None]) -> list[Point]:
    points = []
    for year, part, whole in zip(years, x, n, strict=True):
        if isinstance(year, bool) or not (isinstance(year, Integral) or float(year).is_integer()):
            raise ValueError(f"a year must be a whole number, not {year!r}")
        # A nan is what other engines make of a missing count.
        if part is None or whole is None or part != part or whole != whole or whole == 0:
            continue
        if not 0 <= part <= whole or int(part) != part or int(whole) != whole:
            raise ValueError(f"need whole counts 0 <= x <= n in every year, not {part} of {whole} in {year}")
        points.append((int(year), int(part), int(whole)))
    return sorted(points)


def _latest_run(points: Sequence[Point], breaks: Mapping[int, str]) -> tuple[list[Point], str | None]:
    """Give the last years that follow one another unbroken, and why the run begins where it does."""
    start, reason = 0, None
    for position, (before, here) in enumerate(pairwise(points), start=1):
        broken = [year for year in sorted(breaks) if before[0] < year <= here[0]]
        if broken or here[0] - before[0] > 1:
            start, reason = position, breaks[broken[-1]] if broken else "thieu_nam"
    return list(points[start:]), reason


def _slope_parts(points: Sequence[Point]) -> tuple[int, int]:
    """Give N·Σtx - Σtn·Σx and N·Σt²n - (Σtn)²: their quotient is the weighted slope, the first has its sign."""
    total = sum(n for _, _, n in points)
    weighted = sum(t * n for t, _, n in points)
    gain = total * sum(t * x for t, x, _ in points) - weighted * sum(x for _, x, _ in points)
    return gain, total * sum(t * t * n for t, _, n in points) - weighted * weighted


def _verdict(points: list[Point], chi: float, slope: float, level: float) -> tuple[str, str | None]:
    if chi <= _NORMAL.inv_cdf((1 + level) / 2) ** 2:
        return "no_trend", "trong_dao_dong"
    sign = 1 if slope > 0 else -1
    if any(_slope_parts([p for p in points if p is not left])[0] * sign <= 0 for left in points):
        return "no_trend", "mot_nam_chi_phoi"
    return "up" if sign > 0 else "down", None


def _marker(points: list[Point], level: float, power: float) -> Trend:
    years, x, n = zip(*points, strict=True)
    chi, slope = chi_square_for_trend(years, x, n)
    direction, reason = _verdict(points, chi, slope, level)
    first = x[0] / n[0]

    def least(room: float, way: int) -> float | None:
        return least_seen(room, lambda gap: trend_power(first, first + way * gap, n, level), power)

    difference, lower, upper = proportion_difference(x[-1], n[-1], x[0], n[0])
    return Trend(
        direction,
        reason,
        "trend_marker",
        years,
        slope=slope,
        chi_square=chi,
        p_value=2 * _NORMAL.cdf(-sqrt(chi)),
        difference=difference,
        lower=lower,
        upper=upper,
        detectable_rise=least(1 - first, 1),
        detectable_fall=least(first, -1),
    )


def _first_last(points: list[Point], reason: str, level: float, power: float) -> Trend:
    years = tuple(year for year, _, _ in points)
    if len(points) < 2:
        return Trend(None, reason, "none", years)
    (_, x0, n0), (_, x, n) = points[0], points[-1]
    difference, lower, upper = proportion_difference(x, n, x0, n0, level)
    rise, fall = detectable_difference(x0 / n0, n0, n, level=level, power=power)
    return Trend(
        None,
        reason,
        "first_last",
        years,
        p_value=difference_p_value(x, n, x0, n0),
        difference=difference,
        lower=lower,
        upper=upper,
        detectable_rise=rise,
        detectable_fall=fall,
    )
