"""Targets: which are attained, by how many units, how surely, and in what words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.attainment import Attainment, attainment
from danvan_analysis.analysis.proportions import proportion_bound, proportion_interval
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL, Assessment, Indicators
from danvan_analysis.wording import assessment_sentence

_POOL = ("indicator_id", "nature", "year", "period", "area_id", "basis")
_REPORT = ("indicator_id", "nature", "year", "period")
#: Columns that a table of one's own may lack, with what they then are.
_LACKING = {"numerator_most": "numerator", "senders_missing": None, "senders_expected": None}


def assess_targets(ind: pl.DataFrame, facts: Facts, *, as_of: date | None = None) -> pl.DataFrame:
    """Hold every indicator row that has a target against it: columns and key of `tables.Assessment`.

    `attained`, in this order: `not_applicable` before the resolution, `expired` after its last year, `not_due` in
    periods the target does not name and, for targets of the term, before its last year unless met already; `no_data`
    without a base where nothing is expected or nobody sent anything; else `met`, `not_met` or `undecided`, on whole
    numbers. `margin_units` is in units of the denominator, `lower_bound` and `upper_bound` are shares; `evidence` is
    `clear` where the Wilson 95 % interval (at 0 and at all, the exact one-sided bound) lies on the verdict's side, null
    for "100 %" and for everything but met and not met. `value_with_unrated` and `attained_with_unrated` are the other
    reading: unrated units in the denominator; the sentence tells it where the verdict would turn. `as_of` is the day the
    sentences name; by default today.

    The columns that design calls the contract are enough in `ind`. Clause II.3 of the resolution; the methods are
    chapters 1 and 2 of docs/phuong-phap.md.

    Raises:
        polars.exceptions.ColumnNotFoundError: `ind` lacks a column of the contract.
    """
    day = as_of or date.today()
    targets = facts.targets.join(facts.indicators, on="indicator_id", suffix="_indicator").rows_by_key(
        ["resolution_id", "indicator_id"], named=True, include_key=True
    )
    key = list(Indicators.primary_key())
    columns = [*key, "area_name", "district_name", "numerator", "denominator", "unrated", "missing"]
    lacking = [
        pl.col(of or "missing").alias(name) if of else pl.lit(None, pl.Int64).alias(name)
        for name, of in _LACKING.items()
        if name not in ind.columns
    ]
    rows = ind.sort(key).with_columns(lacking).select(*columns, *_LACKING).to_dicts()
    reported = {tuple(row[k] for k in _REPORT) for row in rows if row["denominator"]}
    judged: list[tuple[dict[str, Any], Mapping[str, Any]]] = []
    for row in rows:
        for target in targets.get((row["resolution_id"], row["indicator_id"]), []):
            silent = tuple(row[k] for k in _REPORT) not in reported
            judged.append((row | _judge(row, target, facts, silent=silent), target))
    kinds = _kinds(judged)
    done = []
    for row, held in judged:
        parts = kinds.get(_pool_key(row), _Kinds((), None))
        sentence = assessment_sentence(row, held, facts, day, parts.below, parts.filling)
        done.append(row | {"sentence_vi": sentence})
    if not done:
        return Assessment.create_empty()
    # The whole table is looked at for types: its first hundred rows may all be null in a column.
    return Assessment.validate(
        pl.DataFrame(done, infer_schema_length=None).select(list(Assessment.columns())).sort(Assessment.primary_key()),
        cast=True,
    )


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
        "evidence": _evidence(x, n, target, attained, facts.methods["evidence"]["level"]),
    } | _other_reading(x, n, row, target, attained)


def _other_reading(x: int, n: int, row: Mapping[str, Any], target: Mapping[str, Any], attained: str) -> dict[str, Any]:
    """Count the unrated units in the denominator: some offices print their shares so (700 of 789, not of 770)."""
    whole = n + (row["unrated"] or 0)
    other = attained
    if attained in ("met", "not_met", "undecided"):
        most = row["numerator_most"] or 0
        other = attainment(x, whole, target["operator"], target["target"], row["missing"], numerator_most=most).attained
    return {"value_with_unrated": x / whole if n else None, "attained_with_unrated": other}


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


def _evidence(x: int, n: int, target: Mapping[str, Any], attained: str, level: float) -> str | None:
    if attained not in ("met", "not_met") or target["operator"] == "=" or n == 0:
        return None
    wanted = target["target"] / 100
    lower, upper = proportion_interval(x, n, level)
    if x == n:
        lower = proportion_bound(x, n, level)
    elif x == 0:
        upper = proportion_bound(x, n, level)
    strict = target["operator"] == ">"
    above = lower > wanted if strict else lower >= wanted
    below = upper <= wanted if strict else upper < wanted
    clear = above if attained == "met" else below
    return "clear" if clear else "chance"


def _pool_key(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    if row["organisation"] != ALL or row["unit_type"] != ALL or row["attained"] != "met":
        return None
    return tuple(row[name] for name in (*_POOL, "target_id"))


@dataclass(frozen=True)
class _Kinds:
    """The kinds of unit in a pool: those below the level, and the one that fills more than half of it."""

    below: tuple[Mapping[str, Any], ...]
    filling: Mapping[str, Any] | None


def _kinds(judged: list[tuple[dict[str, Any], Mapping[str, Any]]]) -> dict[tuple[Any, ...] | None, _Kinds]:
    """Give, by pool, what its kinds of unit are: a large kind can carry a pool past the level alone."""
    found: dict[tuple[Any, ...] | None, list[dict[str, Any]]] = defaultdict(list)
    for row, target in judged:
        several = len(items(target["unit_types"])) > 1
        if several and row["organisation"] == ALL and row["unit_type"] != ALL and row["denominator"]:
            found[tuple(row[name] for name in (*_POOL, "target_id"))].append(row)
    return {pool: _described(rows) for pool, rows in found.items()}


def _described(rows: list[dict[str, Any]]) -> _Kinds:
    rows = sorted(rows, key=lambda row: str(row["unit_type"]))
    largest = max(rows, key=lambda row: int(row["denominator"]))
    fills = 2 * largest["denominator"] > sum(row["denominator"] for row in rows) and largest["attained"] != "not_met"
    return _Kinds(tuple(row for row in rows if row["attained"] == "not_met"), largest if fills else None)
