"""Whether a target is attained: whole numbers only, with what missing returns could still change.

A share is never rounded before the verdict: 9 of 10 is not "trên 90%", and 46 of 50 is.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, floor
from operator import index
from typing import TypeAlias

#: What a target's percentage may be given as; it is read as it is written, so 90.1 is 901/10.
Percent: TypeAlias = int | float | str | Decimal | Fraction

OPERATORS = (">", ">=", "=")


@dataclass(frozen=True)
class Attainment:
    """A verdict: `attained` is met, not_met, undecided or no_data.

    `margin_units` is the numerator minus the smallest numerator that attains, over the units received (0 = just met;
    None without units, or where no numerator attains). `lower_bound` and `upper_bound` are the shares if every missing
    unit fails or meets (None without any unit; 0 and 1 where their number is unknown).
    """

    attained: str
    margin_units: int | None
    lower_bound: float | None
    upper_bound: float | None


def attainment(
    numerator: int,
    denominator: int,
    operator: str,
    target_percent: Percent,
    missing: int | None = 0,
    *,
    numerator_most: int | None = None,
) -> Attainment:
    """Hold numerator/denominator against a target in percent, on whole numbers.

    `missing` units were expected and have no usable return; None says that their number is unknown (bounds 0 and 1).
    `numerator_most` is the most the numerator can be where counts leave that open. Met or not met stands only where no
    way of filling what is missing could turn it: one unit that fails settles "100 %", however many are still to come.

    Raises:
        ValueError: a count that is not a whole number or is out of range, an unknown operator, a target outside 0-100.

    >>> attainment(9, 10, ">", 90)
    Attainment(attained='not_met', margin_units=-1, lower_bound=0.9, upper_bound=0.9)
    >>> attainment(46, 50, ">", 90).margin_units
    0
    >>> attainment(46, 50, ">", 90, missing=2).attained
    'undecided'
    >>> attainment(719, 720, "=", 100, missing=None).attained
    'not_met'
    """
    x, n = _whole(numerator, "numerator"), _whole(denominator, "denominator")
    most = x if numerator_most is None else _whole(numerator_most, "numerator_most")
    if not x <= most <= n:
        raise ValueError(f"need numerator <= denominator, not {most if x <= most else (x, most)} of {n}")
    target = _fraction(target_percent)
    if operator not in OPERATORS:
        raise ValueError(f"operator must be one of {', '.join(OPERATORS)}, not {operator!r}")
    margin = _margin(x, n, operator, target)
    if missing is None:
        return Attainment(_of_unknown_size(x, most, n, operator, target), margin, 0.0, 1.0)
    m = _whole(missing, "missing")
    if n + m == 0:
        return Attainment("no_data", None, None, None)
    # At worst every missing unit fails, at best every one meets; between them every whole number is possible.
    worst, best = x, most + m
    needed = _smallest(n + m, operator, target)
    if operator == "=":
        hit = needed is not None and worst <= needed <= best
        attained = "not_met" if not hit else "met" if worst == best else "undecided"
    elif needed is None or best < needed:
        attained = "not_met"
    else:
        attained = "met" if worst >= needed else "undecided"
    return Attainment(attained, margin, worst / (n + m), best / (n + m))


def _of_unknown_size(x: int, most: int, n: int, operator: str, target: Fraction) -> str:
    """Judge where any number of units may be missing: the share can come as near to 0 and to 1 as one likes.

    It reaches 0 only where no unit meets the level, and 1 only where none received fails it.
    """
    can_be_all, can_be_none = most == n, x == 0
    if operator == ">":
        can_attain, can_fail = target < 100, target > 0 or can_be_none
    elif operator == ">=":
        can_attain, can_fail = target < 100 or can_be_all, target > 0
    else:
        can_attain, can_fail = 0 < target < 100 or (can_be_all if target else can_be_none), True
    if can_attain and can_fail:
        return "undecided"
    return "met" if can_attain else "not_met"


def _margin(x: int, n: int, operator: str, target: Fraction) -> int | None:
    needed = _smallest(n, operator, target) if n else None
    return None if needed is None else x - needed


def _smallest(n: int, operator: str, target: Fraction) -> int | None:
    """Give the smallest numerator out of n that attains the target; None where none does."""
    exact = target * n / 100
    if operator == "=":
        return int(exact) if exact.denominator == 1 else None
    needed = floor(exact) + 1 if operator == ">" else ceil(exact)
    return needed if needed <= n else None


def _whole(value: int, name: str) -> int:
    """Read a count; numpy and polars integers are welcome, floats and truth values are not."""
    try:
        number = index(value)
    except TypeError:
        number = -1
    if isinstance(value, bool) or number < 0:
        raise ValueError(f"{name} must be a whole number, 0 or more, not {value!r}")
    return number


def _fraction(value: Percent) -> Fraction:
    """Read a percentage exactly as it is written."""
    try:
        # The shortest text of a float is what was typed; its binary value is not.
        exact = Fraction(repr(float(value)) if isinstance(value, float) else value)
    except (ValueError, TypeError, OverflowError, InvalidOperation, ZeroDivisionError):
        raise ValueError(f"target_percent must be a number, not {value!r}") from None
    if isinstance(value, bool) or not 0 <= exact <= 100:
        raise ValueError(f"target_percent must lie between 0 and 100, not {value!r}")
    return exact
