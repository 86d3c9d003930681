"""Sentences on what the parts did to a share and what only their weights did."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import join_vi, points
from danvan_analysis.wording.words import Row, fill, short_word, tidy


def mix_sentence(whole: Row, parts: Sequence[Row], facts: Facts) -> str:
    """Give the sentence for one whole; `whole` and `parts` have the columns of `compute_mix`."""
    places: dict[str, Any] = {"before": whole["from_year"], "short": short_word(facts.wording, whole["indicator_id"])}
    if whole["method"] == "none":
        reason = facts.methods["mix"]["reasons"].get(whole["reason"], "")
        return fill(facts, "mix", "not_split", places | {"reason": reason})
    change, rate, mix = (Fraction(whole[f"{name}_exact"]) for name in ("change", "rate", "mix"))
    decimals = mix_decimals(change, rate, mix)
    name = "up" if change > 0 else "down" if change < 0 else "equal" if rate else "nothing_moved"
    if change and _points(abs(change), decimals) == "0":
        name = f"slight_{name}"
    splits = whole["by"].split(";")
    places |= {
        "d": _points(abs(change), decimals),
        "parts": fill(facts, "mix", splits[0] if len(splits) == 1 else "several", {}),
        "rate": _effect(rate, decimals, facts),
        "mix": _effect(mix, decimals, facts),
    }
    said = [fill(facts, "mix", name, places) + (fill(facts, "mix", "parts", places) if rate or mix else "")]
    for template, named in (
        ("fewer", [part["part_name"] for part in parts if part["fewer_units"]]),
        ("entered", [part["part_name"] for part in parts if part["note"] == "nhom_moi"]),
        ("left", [part["part_name"] for part in parts if part["note"] == "nhom_het"]),
    ):
        if named:
            said.append(_capital(fill(facts, "mix", template, places | {"names": join_vi(named)})))
    if whole["incomplete"]:
        said.append(fill(facts, "mix", "received", places))
    return tidy(" ".join(said))


def _effect(effect: Fraction, decimals: int, facts: Facts) -> str:
    name = "rises" if effect > 0 else "falls" if effect < 0 else "nothing"
    d = _points(abs(effect), decimals)
    return fill(facts, "mix", f"slight_{name}" if effect and d == "0" else name, {"d": d})


def _points(share: Fraction, decimals: int) -> str:
    return points(100 * share.numerator, share.denominator, decimals)


def mix_decimals(change: Fraction, rate: Fraction, mix: Fraction) -> int:
    """Give the least decimals, from two, with which the printed parts add up to the printed change."""
    for decimals in range(2, 6):
        if round(100 * change, decimals) == round(100 * rate, decimals) + round(100 * mix, decimals):
            return decimals
    return 2


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
