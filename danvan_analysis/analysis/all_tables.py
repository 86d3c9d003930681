"""The tables of a year beside indicators, assessment and changes: which may go round, and which stay in the internal folder."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.change import compute_changes
from danvan_analysis.analysis.duties import duties_state
from danvan_analysis.analysis.funnel import compute_funnels
from danvan_analysis.analysis.leniency import leniency
from danvan_analysis.analysis.meetings import meetings
from danvan_analysis.analysis.mix import compute_mix
from danvan_analysis.analysis.movement import movement
from danvan_analysis.analysis.pace import compute_pace
from danvan_analysis.analysis.participation import participation
from danvan_analysis.analysis.ranks import compute_ranks
from danvan_analysis.analysis.shrinkage import compute_shrunk
from danvan_analysis.analysis.supporting import supporting_table
from danvan_analysis.analysis.trends import compute_trends
from danvan_analysis.analysis.weak_units import weak_units
from danvan_analysis.analysis.withhold import withhold_small
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data

#: What `participation` says of single units for internal use: whose exempted share stands out, and the question about it.
_INTERNAL_COLUMNS = (
    *("exempted_rest", "exempt_p", "exempt_q", "exempt_q_spread", "exempt_phi"),
    *("exempt_flag", "exempt_flag_spread", "exempt_reason", "review_vi"),
)


@dataclass(frozen=True)
class YearTables:
    """Tables by name: `shown` say of no named unit how it was rated, give no member figures of groups under 10 and hold
    no district against another; `internal` may go to `noi-bo/` and nowhere else."""

    shown: dict[str, pl.DataFrame]
    internal: dict[str, pl.DataFrame]


def year_tables(
    data: Data, facts: Facts, indicators: pl.DataFrame, *, year: int, period: str, nature: str, as_of: date
) -> YearTables:
    """Give every further table of a year, each reckoned once; `indicators` is what `compute_indicators` gives of `data`.

    `internal` holds rows of `nature` only, so that one mark at the head of a file speaks for all of it.
    """
    slot: dict[str, Any] = {"year": year, "period": period}
    of_year = indicators.filter(**slot)
    below = weak_units(data, facts, **slot, ind=indicators)
    moved = movement(data, facts, from_year=year - 1, to_year=year, period=period, ind=indicators)
    taking = participation(data, facts, **slot, as_of=as_of)
    shown = {
        "changes_first": compute_changes(indicators, facts, against=("nam_dau",)),
        "trends": compute_trends(indicators, facts, year=year),
        "mix": compute_mix(indicators, facts),
        "pace": compute_pace(indicators, facts, year=year),
        "supporting": supporting_table(indicators, facts),
        "duties_state": duties_state(data, facts, as_of=as_of),
        "meetings": meetings(data, facts, **slot, as_of=as_of),
        "participation": withhold_small(taking, facts).drop(_INTERNAL_COLUMNS),
        "below_fair": below.counts,
        "below_fair_communes": below.communes,
        "movement_counts": moved.counts,
        "movement_bounds": moved.bounds,
    }
    internal = {
        "ra-soat-xep-loai": leniency(data, facts, year=year),
        "khoang-dao-dong": compute_funnels(of_year, facts),
        "khoang-thu-tu": compute_ranks(of_year, facts),
        "ty-le-dieu-chinh": compute_shrunk(of_year, facts),
        "don-vi-duoi-kha": below.units,
        "danh-sach-can-cung-co": below.to_strengthen,
        "noi-tap-trung": below.gathered,
        "bien-dong-don-vi": moved.units,
        "bien-dong-muc-xep-loai": moved.transitions,
        "tham-gia-sinh-hoat": taking,
    }
    return YearTables(shown, {name: table.filter(nature=nature) for name, table in internal.items()})
