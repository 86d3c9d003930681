"""Sơ kết công tác dân vận: from return workbooks to indicators, verdicts on targets, charts and a draft report.

>>> import danvan_analysis as dv
>>> dv.attainment(46, 50, ">", 90).attained
'met'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from danvan_analysis.analysis import (
        assess_targets,
        attainment,
        compute_changes,
        compute_funnels,
        compute_indicators,
        compute_mix,
        compute_pace,
        compute_ranks,
        compute_shrunk,
        compute_trends,
        duties_state,
        funnel,
        leniency,
        meetings,
        movement,
        participation,
        participation_link,
        proportion_bound,
        proportion_difference,
        proportion_interval,
        supporting_table,
        trend,
        weak_units,
        withhold_small,
    )
    from danvan_analysis.facts import Facts, load_facts
    from danvan_analysis.intake import find_place, read_raw
    from danvan_analysis.output import charts
    from danvan_analysis.output.appendix import write_appendix
    from danvan_analysis.output.reconciliation import write_reconciliation
    from danvan_analysis.output.report import write_report
    from danvan_analysis.tables import Data

#: Where each public name lives; a name is imported when it is first used, so that `import danvan_analysis` stays quick.
_HOMES = {
    "Data": "tables",
    "Facts": "facts",
    "assess_targets": "analysis",
    "attainment": "analysis",
    "charts": "output",
    "compute_changes": "analysis",
    "compute_funnels": "analysis",
    "compute_indicators": "analysis",
    "compute_mix": "analysis",
    "compute_pace": "analysis",
    "compute_ranks": "analysis",
    "compute_shrunk": "analysis",
    "compute_trends": "analysis",
    "duties_state": "analysis",
    "find_place": "intake",
    "funnel": "analysis",
    "leniency": "analysis",
    "load_facts": "facts",
    "meetings": "analysis",
    "movement": "analysis",
    "participation": "analysis",
    "participation_link": "analysis",
    "proportion_bound": "analysis",
    "proportion_difference": "analysis",
    "proportion_interval": "analysis",
    "read_raw": "intake",
    "supporting_table": "analysis",
    "trend": "analysis",
    "weak_units": "analysis",
    "withhold_small": "analysis",
    "write_appendix": "output.appendix",
    "write_reconciliation": "output.reconciliation",
    "write_report": "output.report",
}

__all__ = [
    "Data",
    "Facts",
    "assess_targets",
    "attainment",
    "charts",
    "compute_changes",
    "compute_funnels",
    "compute_indicators",
    "compute_mix",
    "compute_pace",
    "compute_ranks",
    "compute_shrunk",
    "compute_trends",
    "duties_state",
    "find_place",
    "funnel",
    "leniency",
    "load_facts",
    "meetings",
    "movement",
    "participation",
    "participation_link",
    "proportion_bound",
    "proportion_difference",
    "proportion_interval",
    "read_raw",
    "supporting_table",
    "trend",
    "weak_units",
    "withhold_small",
    "write_appendix",
    "write_reconciliation",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    value = import_module(f"{__name__}.output.charts") if name == "charts" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
