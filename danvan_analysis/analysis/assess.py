"""Targets: which are attained, by how many units, how surely, and in what words."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.attainment import Attainment, attainment
from danvan_analysis.analysis.proportions import proportion_bound, proportion_interval
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL, Assessment, Indicators
from danvan_analysis.wording import assessment_sentence

_POOL = ("indicator_id", "nature", "year", "period", "area_id", "basis")


def assess_targets(ind: pl.DataFrame, facts: Facts, *, as_of: date | None = None) -> pl.DataFrame:
    """Hold every indicator row that has a target against it: columns and key of `tables.Assessment`.

    `attained`, in this order: `not_applicable` before the resolution, `expired` after its last year, `not_due` in
    periods the target does not name and, for targets of the term, before its last year unless met already; `no_data`
    without a base where nothing is expected or nobody sent anything; else `met`, `not_met` or `undecided`, on whole
    numbers. `margin_units` is in units of the denominator, `lower_bound` and `upper_bound` are shares; `evidence` is
    `clear` where the Wilson 95 % interval (at 0 and at all, the exact one-sided bound) lies on the verdict's side.
    `as_of` is the day the sentences name; by default today.
    """
    day = as_of or date.today()
    targets = facts.targets.join(facts.indicators, on="indicator_id", suffix="_indicator").rows_by_key(
        ["resolution_id", "indicator_id"], named=True, include_key=True
    )
    key = list(Indicators.primary_key())
    columns = [*key, "area_name", "district_name", "numerator", "numerator_most", "denominator", "unrated", "missing"]
    rows = ind.sort(key).select(*columns, "senders_missing", "senders_expected").to_dicts()
    reported = {tuple(row[k] for k in _REPORT) for row in rows if row["denominator"]}
    judged: list[tuple[dict[str, Any], Mapping[str, Any]]] = []
    for row in rows:
        for target in targets.get((row["resolution_id"], row["indicator_id"]), []):
            silent = tuple(row[k] for k in _REPORT) not in reported
            judged.append((row | _judge(row, target, facts, silent=silent), target))
    below = _below(judged)
    done = [
        row | {"sentence_vi": assessment_sentence(row, target, facts, day, below.get(_pool_key(row), ()))}
        for row, target in judged
    ]
    if not done:
        return Assessment.create_empty()
    # The whole table is looked at for types: its first hundred rows may all be null in a column.
    return Assessment.validate(
        pl.DataFrame(done, infer_schema_length=None).select(list(Assessment.columns())).sort(Assessment.primary_key()),
        cast=True,
    )


_REPORT = ("indicator_id", "nature", "year", "period")


def _judge(row: Mapping[str, Any], target: Mapping[str, Any], facts: Facts, *, silent: bool) -> dict[str, Any]:
    x, n = row["numerator"] or 0, row["denominator"] or 0
    reached = attainment(
        x, n, target["operator"], target["target"], row["missing"], numerator_most=row["numerator_most"]
    )
    attained = _state(row, target, facts, reached)
    if attained == "undecided" and silent and not row["missing"]:
        # Nobody sent anything on this and nothing is known of it: that is no data, not a doubt.
        attained = "no_data"
    known = attained != "no_data"
    return {
        "target_id": target["target_id"],
        "operator": target["operator"],
        "target": target["target"],
        "attained": attained,
        "margin_units": reached.margin_units,
        "lower_bound": reached.lower_bound if known else None,
        "upper_bound": reached.upper_bound if known else None,
        "evidence": _evidence(x, n, target, attained),
    }


def _state(row: Mapping[str, Any], target: Mapping[str, Any], facts: Facts, reached: Attainment) -> str:
    resolution = facts.resolution
    first, last, term_end = (int(str(resolution[k])[:4]) for k in ("valid_from", "valid_to", "term_to"))
    if row["year"] < first:
        return "not_applicable"
    if row["year"] > last:
        return "expired"
    if row["period"] not in items(target["periods"]):
        return "not_due"
    early = target["due"] == "term" and row["period"] == "nam" and row["year"] < term_end
    return "not_due" if early and reached.attained != "met" else reached.attained


def _evidence(x: int, n: int, target: Mapping[str, Any], attained: str) -> str | None:
    if attained not in ("met", "not_met") or target["operator"] == "=" or n == 0:
        return None
    level = target["target"] / 100
    lower, upper = proportion_interval(x, n)
    if x == n:
        lower = proportion_bound(x, n)
    elif x == 0:
        upper = proportion_bound(x, n)
    strict = target["operator"] == ">"
    above = lower > level if strict else lower >= level
    below = upper <= level if strict else upper < level
    clear = above if attained == "met" else below
    return "clear" if clear else "chance"


def _pool_key(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    if row["organisation"] != ALL or row["unit_type"] != ALL or row["attained"] != "met":
        return None
    return tuple(row[name] for name in (*_POOL, "target_id"))


def _below(
    judged: list[tuple[dict[str, Any], Mapping[str, Any]]],
) -> dict[tuple[Any, ...] | None, list[dict[str, Any]]]:
    """Give, by pool, the kinds of unit that do not reach the level: a large kind can carry a pool past it alone."""
    found: dict[tuple[Any, ...] | None, list[dict[str, Any]]] = defaultdict(list)
    for row, target in judged:
        kinds = items(target["unit_types"])
        if row["organisation"] == ALL and row["unit_type"] != ALL and row["attained"] == "not_met" and len(kinds) > 1:
            found[tuple(row[name] for name in (*_POOL, "target_id"))].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row["unit_type"])
    return found
