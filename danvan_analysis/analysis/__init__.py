"""Analysis: tidy tables in, tidy tables out; no files, no formatting, no drawing."""

from danvan_analysis.analysis.assess import assess_targets
from danvan_analysis.analysis.attainment import Attainment, attainment
from danvan_analysis.analysis.change import compute_changes
from danvan_analysis.analysis.indicators import compute_indicators
from danvan_analysis.analysis.proportions import proportion_bound, proportion_difference, proportion_interval

__all__ = [
    "Attainment",
    "assess_targets",
    "attainment",
    "compute_changes",
    "compute_indicators",
    "proportion_bound",
    "proportion_difference",
    "proportion_interval",
]
