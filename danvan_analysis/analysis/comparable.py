"""Whether two years of one row may be held against each other: areas, scales, missing returns, and declared bridges.

A bridge is a fact (`methods.toml`, `[trend.bridges]`): somebody answers, with a source, for two scales reading the
target's line alike, or for two areas being the same ground. Without one nothing crosses a change of scale or area.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, TypeAlias

import polars as pl

from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL

#: An indicator row: the columns of `tables.Indicators`.
Row: TypeAlias = Mapping[str, Any]
#: For each flag and scale, the lowest level that passes.
Lines: TypeAlias = Mapping[str, Mapping[str, str]]

#: The kind of indicator that has a denominator.
SHARE = "share"
#: Reasons that stand beside a comparison instead of forbidding it.
COMPARED = (None, "doi_thang_mot_phan", "co_cau_noi")
#: A two-level scale is named after its line: "kha_tro_len" says only whether a unit is at least "kha".
_FORM = "_tro_len"


def passing_lines(facts: Facts) -> dict[str, dict[str, str]]:
    """Give, for each flag and scale, the lowest level that passes."""
    lines = {}
    for flag in ("good_or_better", "fair_or_better"):
        passing = facts.scales.filter(pl.col(flag)).sort("scale_id", "rank").group_by("scale_id", maintain_order=True)
        lowest = passing.agg(pl.col("rating").last())
        lines[flag] = {scale: rating.removesuffix(_FORM) for scale, rating in lowest.iter_rows()}
    return lines


def shares(ind: pl.DataFrame) -> pl.DataFrame:
    """Give the rows that are shares. A count, one thing per another or a published index has no fraction to hold against
    another: read as one it would be "no figures". A row, or a table, that does not say its kind is of shares."""
    return ind.filter(pl.col("kind").fill_null(SHARE) == SHARE) if "kind" in ind.columns else ind


def slot_of(row: Row) -> tuple[Any, ...]:
    """Name what a row is about, but for its year, place and units."""
    return row["indicator_id"], row["nature"], row["period"]


def old_maps(rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    """Give the slots and years that stand on the areas before 1/7/2025."""
    return {(*slot_of(row), row["year"]) for row in rows if row["basis"].endswith("-cu")}


def moved_from(row: Row, year: int | None, maps: Set[tuple[Any, ...]]) -> bool:
    """Say whether a row of the new areas looks back on a year that was reckoned on the old ones."""
    return row["basis"].endswith("-moi") and (*slot_of(row), year) in maps


def over_area_bridges(rows: Iterable[Row], facts: Facts) -> list[Row]:
    """Give the rows of areas that a bridge leads to another, as rows of that one (`bridged`)."""
    bridges = [bridge for bridge in facts.methods["trend"]["bridges"].values() if "from_area" in bridge]
    return [
        {**row, "area_id": bridge["to_area"], "basis": bridge["to_basis"], "bridged": True}
        for row in rows
        for bridge in bridges
        if (row["area_id"], row["basis"]) == (bridge["from_area"], bridge["from_basis"]) and _serves(bridge, row)
    ]


def why_not(row: Row, before: Row | None, lines: Mapping[str, str], facts: Facts, *, moved: bool = False) -> str | None:
    """Say why `row` is not held against `before`, or what stands beside the comparison (a code of `COMPARED`).

    `lines` are those of the indicator's flag; `moved` says that the year before was reckoned on other areas.
    """
    if not row["denominator"]:
        return "khong_co_nam_nay"
    if moved:
        return "doi_dia_gioi"
    if before is None or not before["denominator"]:
        return "khong_co_nam_truoc"
    if row["missing"] is None or before["missing"] is None:
        return "thieu_bao_cao"
    if any(r["numerator_most"] not in (None, r["numerator"]) for r in (row, before)):
        return "chi_biet_khoang"
    if row.get("assignment") != before.get("assignment"):
        # Figures carried over to other areas by an estimate are not held against counted ones.
        return "doi_dia_gioi"
    apart = _scales_apart(row, before, lines, facts)
    return "co_cau_noi" if apart is None and before.get("bridged") != row.get("bridged") else apart


def unusable(row: Row) -> str | None:
    """Say why a year's figures cannot stand in a series: unknown or no base, or a range instead of a number."""
    if row["missing"] is None:
        return "thieu_bao_cao"
    if not row["denominator"]:
        return "khong_co_nam_nay"
    return "chi_biet_khoang" if row["numerator_most"] not in (None, row["numerator"]) else None


def latest_run(
    rows: Sequence[Row], lines: Mapping[str, str], facts: Facts, *, most: int | None = None
) -> tuple[list[Row], str | None, list[str]]:
    """Give the last years of one series, `most` at most, that may be held against each other without a gap.

    `rows` are in order of the years and differ in nothing else. Then comes why the run begins where it does (None: there
    is nothing before it; for an empty run, why its last year cannot stand) and what stands beside it (codes of
    `COMPARED`).
    """
    if reason := unusable(rows[-1]):
        return [], reason, []
    run, beside = [rows[-1]], set[str]()
    for before in reversed(rows[:-1]):
        if len(run) == most:
            break
        if before["year"] < run[0]["year"] - 1:
            return run, "thieu_nam", sorted(beside)
        if gap := unusable(before):
            return run, "thieu_nam" if gap == "khong_co_nam_nay" else gap, sorted(beside)
        apart = why_not(run[0], before, lines, facts)
        if apart not in COMPARED:
            return run, apart, sorted(beside)
        beside |= {apart} if apart else set()
        run.insert(0, before)
    return run, None, sorted(beside)


def _scales_apart(row: Row, before: Row, lines: Mapping[str, str], facts: Facts) -> str | None:
    now, then = (scales_of(r) for r in (row, before))
    if now == then:
        return None
    same_line = {lines.get(scale, scale) for scale in now} == {lines.get(scale, scale) for scale in then}
    pooled = ALL in (row["organisation"], row["unit_type"])
    only_forms = len({scale for scale in now | then if not scale.endswith(_FORM)}) < 2
    if same_line and not pooled and only_forms:
        return None
    bridges = _bridges(row, facts)
    if bridges and _crossed(now, bridges) == _crossed(then, bridges):
        return "co_cau_noi"
    return "doi_thang_mot_phan" if pooled and same_line else "doi_thang"


def scales_of(row: Row | None) -> frozenset[str]:
    """Give the scales in which the counted units of a row were rated."""
    return frozenset(items((row or {}).get("scales")))


def _bridges(row: Row, facts: Facts) -> dict[str, str]:
    """Give the scale at the far end of every bridge that serves this row."""
    bridges = facts.methods["trend"]["bridges"].values()
    return {str(b["from_scale"]): str(b["to_scale"]) for b in bridges if "from_scale" in b and _serves(b, row)}


def _serves(bridge: Mapping[str, Any], row: Row) -> bool:
    return all(bridge.get(k) in (None, row[k]) for k in ("indicator_id", "organisation", "unit_type"))


def _crossed(scales: frozenset[str], bridges: Mapping[str, str]) -> frozenset[str]:
    crossed = set()
    for scale in scales:
        seen = {scale}
        while (there := bridges.get(scale, scale)) not in seen:
            seen.add(there)
            scale = there
        crossed.add(scale)
    return frozenset(crossed)
