"""Analysis: tidy tables in, tidy tables out; no files, no formatting, no drawing."""

from danvan_analysis.analysis.assess import assess_targets
from danvan_analysis.analysis.attainment import Attainment, attainment
from danvan_analysis.analysis.change import compute_changes
from danvan_analysis.analysis.duties import duties_state
from danvan_analysis.analysis.funnel import compute_funnels, funnel, funnel_limits
from danvan_analysis.analysis.funnel_curves import funnel_curves
from danvan_analysis.analysis.indicators import compute_indicators
from danvan_analysis.analysis.leniency import leniency
from danvan_analysis.analysis.meetings import meetings
from danvan_analysis.analysis.mix import compute_mix, decompose_change
from danvan_analysis.analysis.movement import Movement, movement
from danvan_analysis.analysis.pace import compute_pace
from danvan_analysis.analysis.participation import participation
from danvan_analysis.analysis.participation_link import participation_link
from danvan_analysis.analysis.proportions import proportion_bound, proportion_difference, proportion_interval
from danvan_analysis.analysis.ranks import compute_ranks
from danvan_analysis.analysis.shrinkage import compute_shrunk
from danvan_analysis.analysis.supporting import supporting_table
from danvan_analysis.analysis.trend import Trend, trend
from danvan_analysis.analysis.trends import compute_trends
from danvan_analysis.analysis.weak_units import WeakUnits, weak_units
from danvan_analysis.analysis.withhold import withhold_small

__all__ = [
    "Attainment",
    "Movement",
    "Trend",
    "WeakUnits",
    "assess_targets",
    "attainment",
    "compute_changes",
    "compute_funnels",
    "compute_indicators",
    "compute_mix",
    "compute_pace",
    "compute_ranks",
    "compute_shrunk",
    "compute_trends",
    "decompose_change",
    "duties_state",
    "funnel",
    "funnel_curves",
    "funnel_limits",
    "leniency",
    "meetings",
    "movement",
    "participation",
    "participation_link",
    "proportion_bound",
    "proportion_difference",
    "proportion_interval",
    "supporting_table",
    "trend",
    "weak_units",
    "withhold_small",
]
