"""Two shares held against each other: the chance of such a gap, many at a time, and the least gap that could be seen.

The p-value belongs to Newcombe's interval: it is below 5 % exactly where the 95 % interval leaves 0 out, so a number and
its sentence never contradict each other. Sources: Newcombe 1998 (Statistics in Medicine 17: 873-890), Benjamini and
Hochberg 1995 (J. R. Statist. Soc. B 57: 289-300), Fleiss 1981 (Statistical Methods for Rates and Proportions, ch. 3).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from danvan_analysis.analysis.proportions import proportion_difference

_NORMAL = NormalDist()
#: Halvings of an interval: 48 bring any of ours below 1e-13.
_HALVINGS = 48


#: The same counts stand in many rows (one organisation is its own sum; the first year is often the year before).
@lru_cache(maxsize=1 << 16)
def difference_p_value(x1: int, n1: int, x2: int, n2: int) -> float:
    """Give the two-sided p-value of x1/n1 against x2/n2 that belongs to Newcombe's interval.

    It is 1 - the level at which the interval just touches 0; equal shares give 1. Swapping the shares changes nothing.

    Raises:
        ValueError: as `proportion_difference`.

    >>> round(difference_p_value(56, 70, 48, 80), 4), difference_p_value(5, 10, 50, 100)
    (0.0081, 1.0)
    """
    if x1 * n2 == x2 * n1:
        proportion_difference(x1, n1, x2, n2)
        return 1.0
    if x1 * n2 < x2 * n1:
        x1, n1, x2, n2 = x2, n2, x1, n1
    # Beyond z = 8 the p-value is below 1e-15 and no reader's matter.
    low, high = 0.0, 8.0
    for _ in range(_HALVINGS):
        z = (low + high) / 2
        apart = proportion_difference(x1, n1, x2, n2, 2 * _NORMAL.cdf(z) - 1)[1] > 0
        low, high = (z, high) if apart else (low, z)
    return 2 * _NORMAL.cdf(-(low + high) / 2)


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """Give the Benjamini-Hochberg q-values of one family of tests, in the order given; no test gives none.

    >>> [round(q, 4) for q in false_discovery([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(list(p_values), method="bh")]


def difference_power(p1: float, n1: float, p2: float, n2: float, level: float = 0.95) -> float:
    """Give the chance that shares truly p1 and p2 are found to differ, n1 and n2 units being counted (normal, Fleiss).

    >>> round(difference_power(0.50, 50, 0.75, 50), 3)
    0.74
    """
    mean = (n1 * p1 + n2 * p2) / (n1 + n2)
    under_none = sqrt(mean * (1 - mean) * (1 / n1 + 1 / n2))
    under_true = sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    beyond = abs(p1 - p2) - _NORMAL.inv_cdf((1 + level) / 2) * under_none
    if under_true == 0:
        return 1.0 if beyond > 0 else 0.0
    return _NORMAL.cdf(beyond / under_true)


@lru_cache(maxsize=1 << 16)
def detectable_difference(
    p: float, n_before: float, n_now: float, *, level: float = 0.95, power: float = 0.8
) -> tuple[float | None, float | None]:
    """Give the least (rise, fall) from the true share `p` that would be found with chance `power`, both positive shares.

    None where even a rise to 100 % (a fall to 0 %) would be found less often than that.

    >>> rise, fall = detectable_difference(0.80, 60, 60)
    >>> round(rise, 3), round(fall, 3)
    (0.164, 0.236)
    >>> detectable_difference(0.95, 20, 20)[0] is None
    True
    """

    def least(room: float, sign: int) -> float | None:
        return least_seen(room, lambda gap: difference_power(p, n_before, p + sign * gap, n_now, level), power)

    return least(1 - p, 1), least(p, -1)


def least_seen(room: float, power_of: Callable[[float], float], power: float) -> float | None:
    """Give the least gap within `room` whose power reaches `power`; None where none does.

    The power grows with the gap over the range that is asked about; at the very end the variance under the alternative
    vanishes, which only helps.
    """
    if room <= 0 or power_of(room) < power:
        return None
    low, high = 0.0, room
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return high
