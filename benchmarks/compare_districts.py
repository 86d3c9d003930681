"""Holds the comparison of districts against made-up truth: how often it cries out for nothing, how often it finds.

Run `python benchmarks/compare_districts.py` (about 8 minutes on one core); the figures stand in docs/phuong-phap.md,
part 13. The seed is fixed; every setting draws from a generator of its own, so that one more setting changes no other figure.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from danvan_analysis.analysis.funnel import funnel
from danvan_analysis.analysis.ranks import lowest_chance, rank_intervals
from danvan_analysis.analysis.shrinkage import fit_beta_binomial, shrink

AREAS = 12
#: Chi hội of a year's trial returns, district by district: bases as unequal as real ones.
UNEQUAL = (221, 129, 105, 130, 147, 174, 193, 267, 195, 192, 174, 171)
#: Flags: of all districts and of families; outside the limits alone; tau2 above 0; of the weak one; mean phi.
_RATES = (
    *("district95", "district998", "family95", "family998", "bare95", "bare998"),
    *("spread", "phi", "adjusted95", "low95", "low998", "adjusted_low95"),
)


def _draws(seed: Sequence[int], shares: Any, bases: Any, rounds: int) -> Any:
    return np.random.default_rng(seed).binomial(bases, shares, size=(rounds, len(bases)))


def flag_rates(share: float, base: int | None, rounds: int, *, weak: float | None = None) -> dict[str, float]:
    """Give how often districts are flagged: all alike, or the first one `weak` (its flags as `low95`, `low998`)."""
    bases = np.array(UNEQUAL if base is None else [base] * AREAS)
    shares = np.full(AREAS, share)
    if weak is not None:
        shares[0] = weak
    found = dict.fromkeys(_RATES, 0.0)
    for x in _draws([1, round(1000 * share), base or 0, round(1000 * (weak or 0))], shares, bases, rounds):
        given = funnel(x, bases)
        rows = given.rows
        flags, adjusted = rows["outside"], rows["outside_adjusted"]
        out, out998 = flags != "within", flags.str.ends_with("998")
        found["district95"] += out.mean()
        found["district998"] += out998.mean()
        found["family95"] += out.any()
        found["family998"] += out998.any()
        for label in ("95", "998"):
            outside = (rows["value"] < rows[f"lower{label}"]) | (rows["value"] > rows[f"upper{label}"])
            found[f"bare{label}"] += outside.mean()
        found["spread"] += given.tau2 > 0
        found["phi"] += given.phi
        found["adjusted95"] += (adjusted != "within").mean()
        found["low95"] += flags[0].startswith("low")
        found["low998"] += flags[0] == "low998"
        found["adjusted_low95"] += adjusted[0].startswith("low")
    return {name: value / rounds for name, value in found.items()}


def rank_rates(share: float, size: float, base: int | None, rounds: int) -> dict[str, float]:
    """Give how often the interval of places holds the true place, how wide it is, how the chance of the lowest bears out.

    True shares are drawn from a beta of this mean and size (infinite: all alike). `stated`, `came` and `held` are, for
    chances below 10 %, 10-50 % and above 50 %: the mean chance stated, how often it came true, how many there were.
    """
    bases = np.array(UNEQUAL if base is None else [base] * AREAS)
    rng = np.random.default_rng([2, round(1000 * share), 0 if size == np.inf else round(size), base or 0])
    held = width = miss = flat = 0.0
    bins = {name: np.zeros(3) for name in ("stated", "came", "held")}
    for _ in range(rounds):
        truth = np.full(AREAS, share) if size == np.inf else rng.beta(share * size, (1 - share) * size, AREAS)
        x = rng.binomial(bases, truth)
        first, last = (np.array(places) for places in rank_intervals(x, bases))
        best = 1 + (truth[:, None] < truth).sum(1)
        worst = AREAS - (truth[:, None] > truth).sum(1)
        right = (first <= best) & (worst <= last)
        held += right.mean()
        miss += not right.all()
        width += (last - first + 1).mean()
        chance = np.array(lowest_chance(x, bases))
        flat += fit_beta_binomial(x, bases).full
        if size != np.inf:
            lowest = np.isin(np.arange(AREAS), np.argsort(truth)[:3])
            place = np.digitize(chance, (0.1, 0.5))
            for name, values in (("stated", chance), ("came", lowest), ("held", np.ones(AREAS))):
                bins[name] += np.bincount(place, weights=values.astype(float), minlength=3)
    rates = {"held": held / rounds, "missed_somewhere": miss / rounds, "width": width / rounds, "flat": flat / rounds}
    for place, name in enumerate(("low", "middle", "high")):
        number = max(bins["held"][place], 1.0)
        rates |= {f"stated_{name}": bins["stated"][place] / number, f"came_{name}": bins["came"][place] / number}
    return rates


def shrinkage_rates(share: float, size: float, base: int | None, rounds: int) -> dict[str, float]:
    """Give the error of shrunk shares against plain ones, how often the limits hold, how often all shrink wholly."""
    bases = np.array(UNEQUAL if base is None else [base] * AREAS)
    rng = np.random.default_rng([3, round(1000 * share), 0 if size == np.inf else round(size), base or 0])
    plain = drawn = held = full = width = 0.0
    for _ in range(rounds):
        truth = np.full(AREAS, share) if size == np.inf else rng.beta(share * size, (1 - share) * size, AREAS)
        x = rng.binomial(bases, truth)
        given = shrink(x, bases)
        plain += ((x / bases - truth) ** 2).mean()
        drawn += ((given["shrunk"].to_numpy() - truth) ** 2).mean()
        held += ((given["lower"].to_numpy() <= truth) & (truth <= given["upper"].to_numpy())).mean()
        width += (given["upper"] - given["lower"]).mean()
        full += fit_beta_binomial(x, bases).full
    return {
        "plain_error": (plain / rounds) ** 0.5,
        "shrunk_error": (drawn / rounds) ** 0.5,
        "held": held / rounds,
        "width": width / rounds,
        "full": full / rounds,
    }


def _line(*setting: object, **rates: float) -> None:
    print(*setting, *(f"{name}={value:.4f}" for name, value in rates.items()))


def main() -> None:
    """Print every figure of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    rounds = parser.parse_args().rounds
    for share in (0.7, 0.9, 0.95):
        for base in (10, 30, 60, 150, 400, None):
            _line("alike", share, base, **flag_rates(share, base, rounds))
    for weak in (0.85, 0.8, 0.75, 0.7):
        for base in (30, 60, 150, 400, None):
            _line("weak", weak, base, **flag_rates(0.9, base, rounds, weak=weak))
    for size in (np.inf, 200.0, 50.0, 20.0):
        for base in (30, 150, None):
            _line("ranks", size, base, **rank_rates(0.9, size, base, rounds))
            _line("shrinkage", size, base, **shrinkage_rates(0.9, size, base, rounds))


if __name__ == "__main__":
    main()
