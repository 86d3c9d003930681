"""Counts that have a number due: a chi bộ meets twelve times a year, so more or fewer meetings are a question."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import SLOT
from danvan_analysis.analysis.rated import Slot
from danvan_analysis.facts import Facts, items


def due_measures(facts: Facts) -> list[str]:
    """Name the measures that say how many units have so many times a year."""
    return sorted({str(rule["of"]) for rule in facts.methods["attainment"]["times_a_year"].values()})


def off_schedule(indicator: Mapping[str, Any], cells: pl.DataFrame, facts: Facts) -> dict[tuple[Slot, str], int]:
    """Give, by slot and area, what the denominator counts beyond its due number (below 0: what it lacks).

    `cells` are those of `measure_cells`. Only whole years, and only areas that give both measures.
    """
    found: dict[tuple[Slot, str], int] = {}
    rules = facts.methods["attainment"]["times_a_year"]
    for measure in set(items(indicator["denominator"])) & rules.keys():
        of, times = str(rules[measure]["of"]), int(rules[measure]["times"])
        yearly = cells.filter(pl.col("measure").is_in([measure, of]), pl.col("period") == "nam")
        sums = yearly.group_by(*SLOT, "area_id").agg(
            given=pl.col("value").filter(pl.col("measure") == measure).sum(),
            due=pl.col("value").filter(pl.col("measure") == of).sum() * times,
            both=pl.col("measure").n_unique() == 2,
        )
        for nature, year, period, area, given, due in sums.filter("both").drop("both").iter_rows():
            found[(nature, year, period), area] = given - due
    return found
