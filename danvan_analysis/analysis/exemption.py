"""Units whose share stands out above the others': exact tails, one family, with and without the spread units have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StandingOut:
    """One row a unit, in the order given. `rest` is the share of all the other units together.

    `p` is the exact (hypergeometric) chance of as many or more, were the counts spread over all units at random; `q` is
    it after Benjamini and Hochberg. `q_spread` allows for the units' usual differences: z over the root of `phi`, the
    winsorised over-dispersion, never below 1. `reason` says why there is no answer (`it_don_vi`, `khong_co_mien`).
    """

    rest: list[float | None]
    p: list[float | None]
    q: list[float | None]
    q_spread: list[float | None]
    phi: float | None
    reason: str | None


def standing_out(x: Sequence[int], n: Sequence[int], *, least: int, winsorised: float) -> StandingOut:
    """Hold every unit's x of n against all the others', upper side only.

    The tail is conditional on the total, so no share has to be guessed and the unit does not hide behind itself.
    Source: Fisher's exact test, one side; Benjamini and Hochberg 1995 (JRSS B 57: 289-300); Spiegelhalter 2005
    (Statistics in Medicine 24: 1185-1202) for phi.

    >>> found = standing_out([20, 2, 3, 2, 3], [40, 40, 40, 40, 40], least=5, winsorised=0.1)
    >>> [q < 0.05 for q in found.q], found.phi > 1
    ([True, False, False, False, False], True)
    """
    import numpy as np
    from scipy import stats

    none: list[Any] = [None] * len(x)
    if len(x) < least:
        return StandingOut(none, none, none, none, None, "it_don_vi")
    xs, ns = np.asarray(x, dtype=np.int64), np.asarray(n, dtype=np.int64)
    some, whole = int(xs.sum()), int(ns.sum())
    rest = [(some - a) / (whole - b) if whole > b else None for a, b in zip(x, n, strict=True)]
    if some in (0, whole):
        return StandingOut(rest, none, none, none, None, "khong_co_mien" if not some else "khong_co_chenh_lech")
    p = np.clip(stats.hypergeom.sf(xs - 1, whole, some, ns), 0.0, 1.0)
    share = some / whole
    z = (xs - ns * share) / np.sqrt(ns * share * (1 - share))
    phi = max(1.0, float(np.mean(np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised])) ** 2)))
    # The exact tail is turned into the z that has it, so that phi can widen it; p = 1 stays 1.
    wider = stats.norm.sf(stats.norm.isf(p) / np.sqrt(phi))
    q, q_spread = (stats.false_discovery_control(values).tolist() for values in (p, np.clip(wider, 0.0, 1.0)))
    return StandingOut(rest, p.tolist(), q, q_spread, phi, None)
