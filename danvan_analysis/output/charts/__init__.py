"""Charts for official documents: each a function on a table; none computes an indicator, none ranks places."""

from danvan_analysis.output.charts.below_fair_map import below_fair_map
from danvan_analysis.output.charts.change import change
from danvan_analysis.output.charts.funnel import funnel
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.charts.internal import draw_internal
from danvan_analysis.output.charts.leniency import leniency
from danvan_analysis.output.charts.mix_and_rate import mix_and_rate
from danvan_analysis.output.charts.movement import movement
from danvan_analysis.output.charts.needed import needed
from danvan_analysis.output.charts.participation import participation
from danvan_analysis.output.charts.rating_shares import rating_shares
from danvan_analysis.output.charts.returns import returns
from danvan_analysis.output.charts.scorecard import scorecard
from danvan_analysis.output.charts.small_multiples import small_multiples
from danvan_analysis.output.charts.tile_map import tile_map
from danvan_analysis.output.charts.trend import trend
from danvan_analysis.output.charts.year import DRAW, ChartFile, draw_year
from danvan_analysis.output.returns import returns_table
from danvan_analysis.output.review import review_table
from danvan_analysis.output.style import save_chart
from danvan_analysis.output.tables import with_counts

__all__ = [
    "DRAW",
    "ChartFile",
    "Drawn",
    "Inputs",
    "below_fair_map",
    "change",
    "draw_internal",
    "draw_year",
    "funnel",
    "leniency",
    "mix_and_rate",
    "movement",
    "needed",
    "participation",
    "rating_shares",
    "returns",
    "returns_table",
    "review_table",
    "save_chart",
    "scorecard",
    "small_multiples",
    "tile_map",
    "trend",
    "with_counts",
]
