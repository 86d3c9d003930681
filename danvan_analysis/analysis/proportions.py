"""Intervals for shares of a count, defined at 0 % and at 100 % too.

The returns are full counts, not samples: the intervals say how far a share moves by chance alone while the work behind
it stays the same. Sources: Wilson 1927 and Newcombe 1998 (Statistics in Medicine 17: 857-872 and 873-890).
"""

from math import expm1, log
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias, overload

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[float64]


@overload
def proportion_interval(x: float, n: float, level: float = 0.95) -> tuple[float, float]: ...
@overload
def proportion_interval(x: "ArrayLike", n: "ArrayLike", level: float = 0.95) -> "tuple[Floats, Floats]": ...
def proportion_interval(x: Any, n: Any, level: float = 0.95) -> Any:
    """Give the Wilson interval of x out of n as (lower, upper), both within 0-1.

    Numbers give numbers, arrays (or lists, series) give arrays. A base of 0 raises for numbers; in arrays it gives nan,
    as does a missing value.

    Raises:
        ValueError: x below 0 or above n, n = 0 (numbers only), level not between 0 and 1.

    >>> lower, upper = proportion_interval(81, 263)
    >>> round(lower, 4), round(upper, 4)
    (0.2553, 0.3662)
    >>> proportion_interval(0, 20)[0], proportion_interval(20, 20)[1]
    (0.0, 1.0)
    """
    z = _z(level)
    if isinstance(x, Real) and isinstance(n, Real):
        _check(float(x), float(n))
        return _wilson(float(x), float(n), z)
    return _wilson(*_arrays(x, n), z)


def proportion_bound(x: int, n: int, level: float = 0.95) -> float:
    """Give the exact one-sided (Clopper-Pearson) bound: the lower one at x = n, the upper one at x = 0.

    Twelve of twelve supports no more than "at least 77,9 %":

    >>> round(proportion_bound(12, 12), 3), round(proportion_bound(0, 12), 3)
    (0.779, 0.221)

    Raises:
        ValueError: 0 < x < n, where the Wilson interval is used; x or n out of range; level not between 0 and 1.
    """
    _z(level)
    _check(float(x), float(n))
    tail = log(1 - level) / n
    if x == n:
        return 1 + expm1(tail)
    if x == 0:
        return -expm1(tail)
    raise ValueError(f"the one-sided bound is for x = 0 or x = n, not {x} of {n}; use proportion_interval")


@overload
def proportion_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> tuple[float, float, float]: ...
@overload
def proportion_difference(
    x1: "ArrayLike", n1: "ArrayLike", x2: "ArrayLike", n2: "ArrayLike", level: float = 0.95
) -> "tuple[Floats, Floats, Floats]": ...
def proportion_difference(x1: Any, n1: Any, x2: Any, n2: Any, level: float = 0.95) -> Any:
    """Give x1/n1 - x2/n2 with its Newcombe hybrid score limits: (difference, lower, upper), within -1 and 1.

    Swapping the two shares swaps the limits and their signs. Numbers and arrays as in `proportion_interval`.

    >>> [round(value, 4) for value in proportion_difference(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    z = _z(level)
    if all(isinstance(value, Real) for value in (x1, n1, x2, n2)):
        _check(float(x1), float(n1))
        _check(float(x2), float(n2))
        first: tuple[Any, Any] = (float(x1), float(n1))
        second: tuple[Any, Any] = (float(x2), float(n2))
    else:
        first, second = _arrays(x1, n1), _arrays(x2, n2)
    p1, p2 = first[0] / first[1], second[0] / second[1]
    lower1, upper1 = _wilson(*first, z)
    lower2, upper2 = _wilson(*second, z)
    below = ((p1 - lower1) ** 2 + (upper2 - p2) ** 2) ** 0.5
    above = ((upper1 - p1) ** 2 + (p2 - lower2) ** 2) ** 0.5
    return p1 - p2, p1 - p2 - below, p1 - p2 + above


def _wilson(x: Any, n: Any, z: float) -> tuple[Any, Any]:
    """Both limits; the upper one mirrors the lower one of n - x, which keeps 0 and 1 exact at the ends."""
    return _wilson_lower(x, n, z), 1 - _wilson_lower(n - x, n, z)


def _wilson_lower(x: Any, n: Any, z: float) -> Any:
    zz = z * z
    return (2 * x + zz - z * (zz + 4 * x * (n - x) / n) ** 0.5) / (2 * (n + zz))


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def _check(x: float, n: float) -> None:
    if not (n > 0 and 0 <= x <= n):
        raise ValueError(f"need 0 <= x <= n and n > 0, not {x:g} of {n:g}")


def _arrays(x: Any, n: Any) -> "tuple[Floats, Floats]":
    import numpy as np

    xs, ns = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(n, dtype=float))
    if bool(np.any((xs < 0) | (xs > ns))):
        raise ValueError("need 0 <= x <= n in every place")
    empty = ~(ns > 0)
    return np.where(empty, np.nan, xs), np.where(empty, np.nan, ns)
