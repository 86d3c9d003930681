"""Movement of units at the base between two years: between levels, and across the line of "khá"."""

from dataclasses import dataclass

import polars as pl

from danvan_analysis.analysis.base_units import FLAG, base_rows, named_units
from danvan_analysis.analysis.indicators import compute_indicators
from danvan_analysis.analysis.moved_units import moved_units
from danvan_analysis.analysis.movement_tables import bound_table, count_table, transition_table, unit_table
from danvan_analysis.analysis.unit_bounds import bound_cells
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data


@dataclass(frozen=True)
class Movement:
    """Movement between two years, four tables; `units` carries names and is for `noi-bo/` only, the others never do."""

    units: pl.DataFrame
    transitions: pl.DataFrame
    counts: pl.DataFrame
    bounds: pl.DataFrame


def movement(
    data: Data, facts: Facts, *, from_year: int, to_year: int, period: str = "nam", ind: pl.DataFrame | None = None
) -> Movement:
    """Give how units at the base moved from one year to another; named units are found again by `unit_id`.

    Only confirmed ratings of both years are held together: levels inside one scale, the line of "khá" also between scales
    that draw it at the same level (or are named in `methods.toml [movement] bridges`), else `doi_thang`.

    `units`: key `nature`, `from_year`, `to_year`, `period`, `unit_id`; place, kind, ratings of both years, `movement` (`moi`
    newly below "khá", `phuc_hoi` recovered, `giu_nguyen` still below, `tu_kha_ca_hai`, `xuat_hien` and `khong_con` for
    units that one year's list does not have, `khong_so_sanh` with its `reason`) and `years_below`. A unit that came or
    went (merged, dissolved, renamed) is never counted as progress.

    `transitions`: key `nature` … `unit_type`, `scale_id`, `from_rating`, `to_rating`; `count`.

    `counts`: key `nature`, `from_year`, `to_year`, `period`, `area_id`, `basis`, `organisation`, `unit_type`; `matched` (rated
    in both years and comparable), each movement, `doi_thang` (of `khong_so_sanh`), `lien_tuc` (below in every year from
    the first to the last); McNemar's exact `p_value` on `moi` against `phuc_hoi`, `p_adjusted` (Benjamini-Hochberg over
    the rows of one kind: districts, organisations, …), `evidence` (`clear`, `chance`), `least_discordant` (so many units
    moving one way would have been clear alone); `sentence_vi`. Null where no unit has a name in both years.

    `bounds`: the same key and `quantity` (`moi`, `phuc_hoi`, `giu_nguyen`); `lower`, `upper`: what all returns, with and
    without names, leave possible (`unit_bounds`). `upper` is null where a part cannot be bounded (`reason`).

    `ind` is what `compute_indicators` gives of `data`, for whoever has it already.

    Raises:
        ValueError: `from_year` not before `to_year`; `data.ratings` lacks a column of the contract.

    >>> import danvan_analysis as dv
    >>> rating = {"area_id": "30172", "organisation": "phu_nu", "unit_type": "chi_hoi", "count": 50}
    >>> rating |= {"scale_id": "kha_tro_len", "good_or_better": None, "weak": None}
    >>> fair, below = {"rating": "kha_tro_len", "fair_or_better": True}, {"rating": "duoi_kha", "fair_or_better": False}
    >>> counts = [fair | {"year": 2023, "count": 45}, below | {"year": 2023, "count": 5}]
    >>> counts += [fair | {"year": 2024, "count": 43}, below | {"year": 2024, "count": 7}]
    >>> data = dv.Data(pl.DataFrame([rating | row for row in counts]), None)
    >>> found = movement(data, dv.load_facts(), from_year=2023, to_year=2024).bounds
    >>> found.filter(area_id="875", unit_type="chi_hoi", organisation="phu_nu").select("quantity", "lower", "upper").rows()
    [('giu_nguyen', 0, 5), ('moi', 2, 7), ('phuc_hoi', 0, 5)]
    """
    if from_year >= to_year:
        raise ValueError(f"from_year must lie before to_year, not {from_year} and {to_year}")
    ind = compute_indicators(data, facts) if ind is None else ind
    flags = facts.indicators.filter(pl.col("flag") == FLAG).sort("order")["indicator_id"]
    ind = ind.filter(pl.col("indicator_id").is_in(flags.head(1).implode()), period=period)
    rows, places = base_rows(data.ratings, facts, period, (from_year, to_year), set(ind["nature"]))
    pair = (from_year, to_year)
    here = places[to_year] if places[to_year].names else places[from_year]
    same_map = places[from_year].basis == places[to_year].basis and bool(places[to_year].names)
    moved = moved_units(rows, named_units(rows), pair, places, same_map=same_map)
    lost = ind.select("nature", "year", "organisation", "unit_type", "missing", place="area_id")
    cells = bound_cells(rows, lost, moved, pair, same_map=same_map)
    slot = {"from_year": from_year, "to_year": to_year, "period": period}
    bounds = bound_table(cells, here, slot)
    return Movement(
        unit_table(moved, slot),
        transition_table(moved, here, slot),
        count_table(moved, cells, bounds, here, slot, facts),
        bounds,
    )
