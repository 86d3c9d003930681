"""The rows that one report and its appendix tell of, and the names of what they report on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts


@dataclass(frozen=True)
class Story:
    """The rows of one report: per target its province row, its change and its districts' rows by code."""

    year: int
    period: str
    nature: str
    when: str
    province_id: str
    places: list[tuple[str, str]]
    targets: list[dict[str, Any]]
    own: dict[str, dict[str, Any]]
    change: dict[str, dict[str, Any]]
    by_place: dict[str, dict[str, dict[str, Any]]]
    returned: pl.DataFrame


def story(
    facts: Facts, year: int, period: str, nature: str, indicators: pl.DataFrame, assessment: pl.DataFrame,
    changes: pl.DataFrame, returned: pl.DataFrame,
) -> Story:  # fmt: skip
    """Collect what a report of a period needs from the tables of all years."""
    wanted = labels.targets(facts)
    code, _ = labels.province(facts, year)
    rows = tables.rows_of(tables.with_counts(assessment, indicators), year=year, period=period, nature=nature)
    found = {
        t["indicator_id"]: tables.by_place(rows.filter(pl.col("indicator_id") == t["indicator_id"])) for t in wanted
    }
    moved = tables.rows_of(changes, year=year, period=period, nature=nature).filter(pl.col("area_id") == code)
    return Story(
        year, period, nature, labels.when_vi(year, period), code,
        list(labels.districts(facts, year).select("area_id", "name").iter_rows()),
        wanted,
        {key: places[code] for key, places in found.items() if code in places},
        {row["indicator_id"]: row for row in moved.to_dicts()},
        found, returned,
    )  # fmt: skip


def issuer(facts: Facts, day: date) -> dict[str, Any]:
    """Give the office that reports on a day."""
    return dict(max((i for i in facts.layout["issuer"] if i["from"] <= day), key=lambda i: i["from"]))


def resolution_vi(facts: Facts) -> str:
    """Name the resolution as a sentence does; one without a number goes without."""
    said = str(facts.layout["report"]["resolution"].format(**facts.resolution))
    return said if facts.resolution.get("number") else " ".join(said.replace(" số ", " ").split())


def subject(facts: Facts, year: int, period: str) -> str:
    """Say what the report is about."""
    words, name = facts.layout["report"], resolution_vi(facts)
    if period == "nam":
        return str(words["subject_year"].format(year=year, resolution=name))
    return str(words["subject_period"].format(period=labels.when_vi(year, period), resolution=name))


def states_of(s: Story, indicator_id: str) -> list[str]:
    """Give every district's state for a target, in official order."""
    return [labels.standing(s.by_place[indicator_id].get(place)) for place, _ in s.places]
