"""How every chart of `dv.charts` is drawn from made-up tables: what each is tried on, whatever it shows."""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from matplotlib.figure import Figure

from danvan_analysis.analysis import compute_mix
from danvan_analysis.facts import load_facts
from danvan_analysis.output import charts

from . import output_samples as samples

#: The tables and the look (size) come in, Axes or a Figure go out. A new chart needs a line here: its name, then after a
#: colon what is special where there are several.
CALLS: dict[str, Callable[..., Any]] = {
    "change": lambda t, **look: charts.change(t.changes, t.facts, indicator_id="T3", year=2024, **look),
    "change:scale": lambda t, **look: charts.change(t.changes, t.facts, indicator_id="T2", year=2023, **look),
    "mix_and_rate": lambda t, **look: charts.mix_and_rate(
        compute_mix(t.indicators, t.facts), t.facts, indicator_id="T3", year=2024, **look
    ),
    "needed": lambda t, **look: charts.needed(t.verdicts, t.facts, indicator_id="T3", year=2024, **look),
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
    "trend": lambda t, **look: charts.trend(t.verdicts, t.facts, indicator_id="T2", changes=t.changes, **look),
    "trend:bounds": lambda t, **look: charts.trend(t.verdicts, t.facts, indicator_id="T1", changes=t.changes, **look),
}


@cache
def tables() -> SimpleNamespace:
    """Give the samples, the facts, the verdicts with their counts, and who sent what."""
    facts = load_facts()
    made = samples.sample(facts)
    returned = charts.returns_table(facts, sources=made.sources, ratings=made.ratings, year=2024)
    verdicts = charts.with_counts(made.assessment, made.indicators)
    return SimpleNamespace(facts=facts, verdicts=verdicts, returned=returned, **made._asdict())


def figure_of(key: str, size: str) -> Any:
    """Draw a chart and give its figure."""
    drawn = CALLS[key](tables(), size=size)
    return drawn if isinstance(drawn, Figure) else drawn.figure
