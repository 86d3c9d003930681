"""Signs at a line: a top level exactly at its ceiling, a share exactly at its floor, scores just above a cut-off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from danvan_analysis.analysis.leniency_exact import at_least, drawn, smallest_share
from danvan_analysis.analysis.leniency_rows import KIND, Finding, confirmed, parts
from danvan_analysis.facts import Facts

_GROUP = ("place", *KIND)


def at_ceiling(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether the best level stands exactly at the most that the ceiling allows, group after group.

    A group is the units of one organisation and kind in one place. Its ceiling is `ceiling_percent` of the units good
    or better (or of all rated ones: `ceiling_base`), cut to whole units. Sources: 132-QĐ/TW, 124-QĐ/TW, 366-QĐ/TW.
    """
    if year < rules["ceiling_from"]:
        return
    groups = _groups(rows, year, rules).with_columns(
        hits=pl.col("top"), of=pl.col("good") if rules["ceiling_base"] == "good_or_better" else pl.col("n")
    )
    groups = groups.with_columns(line=pl.col("of") * rules["ceiling_percent"] // 100)
    groups = groups.filter(pl.col("line") > 0).with_columns(beyond=pl.col("line") + 1)
    yield from _at_line("dung_tran", groups, rules)


def at_floor(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether the share good or better stands exactly at the least that the floor asks for. Source: 21-HD/BTCTW."""
    groups = _groups(rows, year, rules).with_columns(hits=pl.col("good"), of=pl.col("n"))
    # The least whole number of units at or above the floor.
    groups = groups.with_columns(line=-(-pl.col("of") * rules["floor_percent"] // 100))
    yield from _at_line("dung_san", groups.with_columns(beyond=pl.col("line") - 1), rules)


def _groups(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> pl.DataFrame:
    """Count the groups whose scale can say who is good: `n` rated, `top` at the best level, `good` good or better."""
    mine = confirmed(rows, year).filter(pl.col("scale_id").is_in(rules["ceiling_scales"]))
    counted = mine.group_by(_GROUP).agg(
        n=pl.col("count").sum(),
        top=pl.col("count").filter(pl.col("rank") == 1).sum(),
        good=pl.col("count").filter(pl.col("good_or_better")).sum(),
    )
    return counted.filter(pl.col("n") >= rules["least_units"]).sort(_GROUP)


def _at_line(sign: str, groups: pl.DataFrame, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Hold the number of groups exactly at their line against the most that chance can give.

    Whatever the true rate, a count of n stands at one given number at most as often as with the rate that makes this
    number likeliest. Beside it, in the narrowest window (one unit either side of the line), groups at the line against
    groups just beyond. The smaller p counts twice (Bonferroni).
    """
    from scipy.stats import binom

    for (place,), part in groups.group_by("place", maintain_order=True):
        hits, of, line = (part[name].to_numpy() for name in ("hits", "of", "line"))
        most = [float(binom.pmf(k, n, k / n)) for k, n in zip(line, of, strict=True)]
        chances, at = drawn(most), int((hits == line).sum())
        near, p_near = _window(part)
        yield Finding(
            sign,
            str(place),
            value=at / len(part),
            expected=sum(most) / len(part),
            n=len(part),
            p=min(1.0, 2 * min(at_least(chances, at), p_near)),
            best=min(1.0, 2 * float(chances[-1])),
            method="nhi_thuc_tai_nguong",
            seen=partial(_seen, chances, rules),
            words={"k": at, "N": len(part), "beyond": near - at},
        )


def _seen(chances: Any, rules: Mapping[str, Any], alpha: float) -> float | None:
    return smallest_share(chances, alpha / 2, rules["power"])


def _window(part: pl.DataFrame) -> tuple[int, float]:
    """Give the groups at the line or one unit beyond it, and the chance that so many of them stand at the line."""
    rate = int(part["hits"].sum()) / int(part["of"].sum())
    near = part.filter((pl.col("hits") == pl.col("line")) | (pl.col("hits") == pl.col("beyond")))
    chances, at = [], 0
    for hits, of, line, beyond in near.select("hits", "of", "line", "beyond").iter_rows():
        # The rate on the allowed side that the place itself shows makes the line as likely as may be.
        own = min(rate, line / of) if beyond > line else max(rate, line / of)
        chances.append(_share_at(of, line, beyond, own))
        at += hits == line
    return len(chances), at_least(drawn(chances), at) if chances else 1.0


def _share_at(of: int, line: int, beyond: int, rate: float) -> float:
    from scipy.stats import binom

    here, there = (float(binom.pmf(k, of, rate)) for k in (line, beyond))
    return here / (here + there) if here + there else 1.0


def near_cuts(rows: pl.DataFrame, year: int, rules: Mapping[str, Any], facts: Facts) -> Iterator[Finding]:
    """Ask whether scores stand just above the cut-offs more often than just below.

    The window on either side is the narrowest of `score_windows` that holds `least_in_window` units in all. Cut-offs
    are those of the scale (scales.csv) or, where it has none, `score_cuts`. Source: 366-QĐ/TW (90, 70, 50).
    """
    cuts = _cuts(facts, rules["score_cuts"])
    scored = confirmed(rows, year).filter(pl.col("score").is_not_null())
    for place, organisation, unit_type, part in parts(scored):
        points = list(part.select("scale_id", "score").iter_rows())
        below, above = _sides(points, cuts, rules)
        n = below + above
        if n < rules["least_in_window"]:
            yield Finding("sat_nguong_diem", place, organisation, unit_type, n=n, reason="mau_qua_nho")
            continue
        chances = drawn([0.5] * n)
        yield Finding(
            "sat_nguong_diem",
            place,
            organisation,
            unit_type,
            value=above / n,
            expected=0.5,
            n=n,
            p=at_least(chances, above),
            best=float(chances[-1]),
            method="nhi_thuc_hai_ben_nguong",
            seen=partial(smallest_share, chances, power=rules["power"]),
            words={"k": above, "N": n, "beyond": below},
        )


def _cuts(facts: Facts, usual: Sequence[float]) -> Callable[[str], Sequence[float]]:
    """Give the cut-offs of a scale: where each of its levels but the lowest begins."""
    own: dict[str, list[float]] = {}
    begins = facts.scales.filter(pl.col("min_score") > 0).sort("scale_id", "rank")
    for scale, score in begins.select("scale_id", "min_score").iter_rows():
        own.setdefault(scale, []).append(score)
    return lambda scale: own.get(scale, usual)


def _sides(
    points: Sequence[tuple[str, float]], cuts: Callable[[str], Sequence[float]], rules: Mapping[str, Any]
) -> tuple[int, int]:
    below = above = 0
    for width in rules["score_windows"]:
        gaps = [score - cut for scale, score in points for cut in cuts(scale)]
        below, above = sum(-width <= gap < 0 for gap in gaps), sum(0 <= gap < width for gap in gaps)
        if below + above >= rules["least_in_window"]:
            break
    return below, above
