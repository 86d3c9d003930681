"""How every chart of `dv.charts` is drawn from made-up tables: what each is tried on, whatever it shows."""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from danvan_analysis.analysis import (
    compute_funnels,
    compute_mix,
    funnel_curves,
    movement,
    participation,
    weak_units,
    withhold_small,
)
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.output import charts, labels
from danvan_analysis.tables import Data

from . import output_samples as samples
from .lenient_samples import drawn_ratings, panel
from .party_rows import DISTRICTS, TAM_NONG, figures
from .unit_tables import data, history, rating

#: The tables and the look (size) come in, Axes or a Figure go out. A new chart needs a line here: its name, then after a
#: colon what is special where there are several.
CALLS: dict[str, Callable[..., Any]] = {
    "below_fair_map": lambda t, **look: charts.below_fair_map(t.below.counts, t.facts, year=2024, **look),
    "below_fair_map:communes": lambda t, **look: charts.below_fair_map(
        t.below.counts, t.facts, year=2024, communes=t.below.communes, district_id="871", **look
    ),
    "change": lambda t, **look: charts.change(t.changes, t.facts, indicator_id="T3", year=2024, **look),
    "change:scale": lambda t, **look: charts.change(t.changes, t.facts, indicator_id="T2", year=2023, **look),
    "funnel": lambda t, **look: charts.funnel(t.held, t.facts, indicator_id="T3", year=2024, **look),
    "funnel:curves": lambda t, **look: charts.funnel(
        t.held, t.facts, indicator_id="T3", year=2024, curves=funnel_curves(t.held), **look
    ),
    "leniency": lambda t, **look: charts.leniency(t.lenient, t.facts, year=2024, **look),
    "mix_and_rate": lambda t, **look: charts.mix_and_rate(
        compute_mix(t.indicators, t.facts), t.facts, indicator_id="T3", year=2024, **look
    ),
    "movement": lambda t, **look: charts.movement(
        t.moved.counts, t.facts, from_year=2023, to_year=2024, bounds=t.moved.bounds, area_id="875", **look
    ),
    "needed": lambda t, **look: charts.needed(t.verdicts, t.facts, indicator_id="T3", year=2024, **look),
    "participation": lambda t, **look: charts.participation(t.taking, t.facts, year=2024, **look),
    "participation:communes": lambda t, **look: charts.participation(
        t.taking, t.facts, year=2024, area_id="871", **look
    ),
    "rating_shares": lambda t, **look: charts.rating_shares(
        t.ratings, t.facts, year=2024, unit_type="ban_ctmt", **look
    ),
    "rating_shares:scales": lambda t, **look: charts.rating_shares(
        t.ratings, t.facts, year=2024, unit_type="chi_hoi", **look
    ),
    "returns": lambda t, **look: charts.returns(t.returned, t.facts, year=2024, nature="gia_dinh", **look),
    "scorecard": lambda t, **look: charts.scorecard(t.verdicts, t.facts, year=2024, **look),
    "small_multiples": lambda t, **look: charts.small_multiples(
        t.verdicts, t.facts, indicator_id="T3", year=2024, changes=t.changes, **look
    ),
    "tile_map": lambda t, **look: charts.tile_map(t.verdicts, t.facts, indicator_id="T3", year=2024, **look),
    "trend": lambda t, **look: charts.trend(t.verdicts, t.facts, indicator_id="T2", changes=t.changes, **look),
    "trend:bounds": lambda t, **look: charts.trend(t.verdicts, t.facts, indicator_id="T1", changes=t.changes, **look),
}


@cache
def tables() -> SimpleNamespace:
    """Give the samples, the facts, the verdicts with their counts, who sent what, and tables of units by commune."""
    facts = load_facts()
    made = samples.sample(facts)
    returned = charts.returns_table(facts, sources=made.sources, ratings=made.ratings, year=2024)
    verdicts = charts.with_counts(made.assessment, made.indicators)
    units = _units(facts)
    return SimpleNamespace(
        facts=facts,
        verdicts=verdicts,
        returned=returned,
        held=compute_funnels(made.indicators.filter(year=2024), facts),
        lenient=panel(drawn_ratings(5)),
        below=weak_units(units, facts, year=2024),
        moved=movement(units, facts, from_year=2023, to_year=2024),
        taking=withhold_small(participation(_members(), facts, year=2024), facts),
        **made._asdict(),
    )


def _units(facts: Facts) -> Data:
    """Chi hội of every commune in two years, counted; in one commune of Lấp Vò also named; one district is silent."""
    rows = []
    for area, district in sorted(labels.district_of(facts, 2024).items()):
        if area == district or district == samples.SILENT:
            continue
        for organisation, units in (("nong_dan", 6), ("phu_nu", 12)):
            for year in (2023, 2024):
                below, more = int(area) * (year - 2022) % 3, {"organisation": organisation, "nature": "gia_dinh"}
                rows.append(rating("kha", year, area, count=units - below, **more))
                rows += [rating("yeu", year, area, count=below, **more)] if below else []
    named = [("a", ["tot", "yeu"]), ("b", ["yeu", "kha"]), ("c", ["yeu", "yeu"]), ("d", ["kha", "tot"])]
    for unit, levels in named:
        rows += history(unit, levels, first=2023, organisation="ccb", nature="gia_dinh")
    return data(rows)


def _members() -> Data:
    """Party members by district and by commune of Tam Nông: the last commune silent, the first with too few to name."""
    rows: list[dict[str, Any]] = []
    for i, area in enumerate(DISTRICTS[:-1]):
        rows += figures(area, nature="gia_dinh", members=900 + 70 * i, exempt=40 + i, taking=760 + 50 * i)
    for i, area in enumerate(TAM_NONG[:-1]):
        few = {"members": 8, "exempt": 1, "taking": 6} if i == 0 else {"members": 60 + i, "exempt": 4, "taking": 50}
        rows += figures(area, nature="gia_dinh", **few)
    return Data(ratings=None, measures=pl.DataFrame(rows, infer_schema_length=None))


def figure_of(key: str, size: str) -> Any:
    """Draw a chart and give its figure."""
    drawn = CALLS[key](tables(), size=size)
    return drawn if isinstance(drawn, Figure) else drawn.figure
