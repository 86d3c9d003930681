"""Exact chances of counts: results dealt at random among places, draws with a chance each; tails and what they can show.

A distribution is its list of probabilities for 0, 1 … n. Tails are sums of these, so that small ones keep all their
digits: scipy's `poisson_binom.sf` (1.17) is one minus the rest and gives 3,486849e-11 for 0,3^20 = 3,486784e-11.
Sources: Fisher's exact test over strata (Mehta, Patel and Gray 1985, JASA 80: 969-973); Poisson 1837.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Chances: TypeAlias = NDArray[float64]

#: A stratum: units in all places, those among them with the mark, units in this place.
Stratum: TypeAlias = tuple[int, int, int]


def dealt(strata: Iterable[Stratum]) -> "Chances":
    """Give the chances of 0, 1 … n marked units in a place when the marks of each stratum are dealt at random.

    Three of ten units are marked and four stand here:

    >>> [round(float(p), 4) for p in dealt([(10, 3, 4)])]
    [0.1667, 0.5, 0.3, 0.0333, 0.0]
    """
    import numpy as np
    from scipy.stats import hypergeom

    whole, table = np.ones(1), np.array(list(strata), dtype=np.int64).reshape(-1, 3, 1)
    if len(table):
        # One call for all strata: scipy takes far longer to begin than to reckon.
        each = hypergeom.pmf(np.arange(table[:, 2].max() + 1), *table.transpose(1, 0, 2))
        for chances, here in zip(each, table[:, 2, 0], strict=True):
            whole = np.convolve(whole, chances[: here + 1])
    return whole


def none_dealt(strata: Iterable[Stratum]) -> float:
    """Give the chance of no marked unit in a place: the first of `dealt`, without the rest.

    >>> round(none_dealt([(10, 3, 4)]), 4)
    0.1667
    """
    import numpy as np
    from scipy.stats import hypergeom

    everywhere, marked, here = np.array(list(strata), dtype=np.int64).reshape(-1, 3).T
    return float(np.prod(hypergeom.pmf(0, everywhere, marked, here)))


def drawn(chances: Sequence[float]) -> "Chances":
    """Give the chances of 0, 1 … n hits where each draw has its own chance.

    >>> [round(float(p), 4) for p in drawn([0.5, 0.5, 0.1])]
    [0.225, 0.475, 0.275, 0.025]
    """
    import numpy as np

    whole = np.ones(1)
    for chance in chances:
        whole = np.convolve(whole, (1 - chance, chance))
    return whole


def at_least(chances: "Chances", hits: int) -> float:
    """Give the chance of this many hits or more."""
    return min(1.0, float(chances[max(hits, 0) :].sum()))


def at_most(chances: "Chances", hits: int) -> float:
    """Give the chance of this many hits or fewer."""
    return min(1.0, float(chances[: hits + 1].sum()))


def smallest_share(chances: "Chances", alpha: float, power: float) -> float | None:
    """Give the least true share of hits that would be found with this power; None where even all hits prove nothing.

    Of 20 draws with a chance of one half each, 15 or more are rare at 5 %; a true share of 0,8 shows so in 80 of 100:

    >>> round(smallest_share(drawn([0.5] * 20), 0.05, 0.8), 3)
    0.799
    """
    import numpy as np
    from scipy.special import betaincinv

    tails = np.cumsum(chances[::-1])[::-1]
    rare = np.flatnonzero(tails <= alpha)
    rare = rare[rare > 0]
    if not rare.size:
        return None
    least, n = int(rare[0]), len(chances) - 1
    return float(betaincinv(least, n - least + 1, power))


def same_level(levels: Sequence[int], here: int) -> float:
    """Give the chance that all units of a place share one level, when the units of all places are dealt at random.

    >>> round(same_level([5, 5], 2), 4)
    0.4444
    """
    from scipy.stats import hypergeom

    everywhere = sum(levels)
    return min(1.0, sum(float(hypergeom.pmf(here, everywhere, units, here)) for units in levels))
