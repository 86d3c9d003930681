"""Units below "khá" ("chi hội chưa đạt mức khá"): which, how many, for how long, and where they gather."""

from dataclasses import dataclass

import polars as pl

from danvan_analysis.analysis.base_units import FLAG, base_rows, cube, named_units
from danvan_analysis.analysis.gathering import gathered_places
from danvan_analysis.analysis.indicators import compute_indicators
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.weak_communes import commune_counts
from danvan_analysis.analysis.weak_history import histories
from danvan_analysis.analysis.weak_lists import strengthen_list, unit_list
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.wording.weak_units import fair_target, weak_units_sentence

KEY = ["nature", "year", "period", "area_id", "basis", "organisation", "unit_type"]
_COUNTS = {
    **{name: pl.Int64 if name == "year" else pl.String for name in KEY},
    **dict.fromkeys(("area_name", "district_name"), pl.String),
    **dict.fromkeys(("below", "rated", "unrated", "missing"), pl.Int64),
    **dict.fromkeys(("share", "lower95", "upper95", "lower998", "upper998", "lower_bound", "upper_bound"), pl.Float64),
    **dict.fromkeys(("weak", "weak_least", "weak_most"), pl.Int64),
    **dict.fromkeys(("named", "moi", "lap_lai", "hai_nam_tro_len", "khong_ro"), pl.Int64),
    **dict.fromkeys(("scales", "method", "reason", "sentence_vi"), pl.String),
}


@dataclass(frozen=True)
class WeakUnits:
    """Units below "khá" of a year, five tables.

    `units` and `to_strengthen` carry names and are for `noi-bo/` only; `counts`, `communes` and `gathered` never name a
    unit.
    """

    units: pl.DataFrame
    counts: pl.DataFrame
    gathered: pl.DataFrame
    to_strengthen: pl.DataFrame
    communes: pl.DataFrame


def weak_units(
    data: Data, facts: Facts, *, year: int, period: str = "nam", ind: pl.DataFrame | None = None
) -> WeakUnits:
    """Give the units below "khá" (`fair_or_better` false) of a year, of the kinds that the indicator on "khá" counts.

    Only confirmed ratings count; a unit with only its own rating is missing. `weak` (yếu) is one level among those below
    "khá", and null where the scale of any unit counted cannot say. Where real returns exist, trial data are left out.

    `units`: one row per named unit, key `nature`, `year`, `period`, `unit_id`; place, kind, rating, source cells,
    `years_below` in a row, `first_year_below`, `open_start` (that row may have begun before anything is known), `status`
    (`moi`, `lap_lai`, `hai_nam_tro_len`, `khong_ro`) and `reason` (`weak_history`).

    `counts`: key `nature`, `year`, `period`, `area_id`, `basis`, `organisation`, `unit_type` ("tat_ca" = all); `below`
    out of `rated`, as `share` with Wilson's limits; `unrated`, `missing` (null: unknown) and the share's bounds
    if all missing units were khá or better (`lower_bound`) or below (`upper_bound`); `weak` and what it can be at least and
    at most; `named`, how many of `below` have a name, and how these stand (`moi` … `khong_ro`); `sentence_vi`.

    `communes`: every commune of every district by organisation, key `nature`, `year`, `period`, `area_id`, `organisation`;
    `below` out of `rated`, `unrated`; without them the `reason`: `khong_co_so_lieu`, `chua_xep_loai`, `so_chung_huyen` (the
    return gives the district's total only), `khong_co_don_vi` (not in a return that is complete), `it_don_vi` (fewer rated
    than `methods.toml [weak_units] least_shown`: a count would point at the unit).

    `gathered`: key `nature`, `year`, `period`, `level` (`xa`, `dia_phuong` = district, `dia_phuong_to_chuc`), `area_id`,
    `organisation`; `below` out of `rated`, `expected` under an even spread, exact tail `p_value`, `p_adjusted` over
    the level (Benjamini-Hochberg), `gathered`, and `least_flagged`, the count that would have been flagged in any case.

    `to_strengthen`: the list of the year in official order, with a row for every group without names too.

    `ind` is what `compute_indicators` gives of `data`, for whoever has it already.

    Raises:
        ValueError: `data.ratings` lacks a column of the contract.

    >>> import danvan_analysis as dv
    >>> rating = {"area_id": "30172", "year": 2024, "organisation": "phu_nu", "unit_type": "chi_hoi", "count": 1}
    >>> rating |= {"scale_id": "xuat_sac_tot_kha", "rating": "trung_binh", "unit_id": "30172:1", "unit_name": "Chi hội 1"}
    >>> flags = {"good_or_better": False, "fair_or_better": False, "weak": False}
    >>> found = weak_units(dv.Data(pl.DataFrame([rating | flags]), None), dv.load_facts(), year=2024)
    >>> found.units.select("unit_name", "area_name", "status").row(0)
    ('Chi hội 1', 'Xã Mỹ An Hưng A', 'khong_ro')
    """
    ind = compute_indicators(data, facts) if ind is None else ind
    flags = facts.indicators.filter(pl.col("flag") == FLAG).sort("order")["indicator_id"]
    ind = ind.filter(pl.col("indicator_id").is_in(flags.head(1).implode()), year=year, period=period)
    rows, places = base_rows(data.ratings, facts, period, (year,), set(ind["nature"]))
    here, named = places[year], named_units(rows)
    of_year = rows.filter(year=year)
    units = unit_list(named.filter(year=year), histories(named, year))
    counts = _counts(ind, of_year, units, here, facts)
    return WeakUnits(
        units,
        counts,
        gathered_places(of_year, here, facts, year, period),
        strengthen_list(units, of_year, here, facts),
        commune_counts(of_year, counts, here, facts, year),
    )


def _counts(ind: pl.DataFrame, rows: pl.DataFrame, units: pl.DataFrame, here: Places, facts: Facts) -> pl.DataFrame:
    """Turn the indicator round (below instead of at least "khá"), and add yếu and what is known of named units."""
    cell = ["nature", "organisation", "unit_type"]
    rated = rows.filter(pl.col("state").is_in(["tu_kha", "duoi_kha"]))
    counted, below = pl.col("count"), pl.col("state") == "duoi_kha"
    yeu = cube(rated, ["nature"], here, {
        "weak_least": counted.filter(pl.col("weak")).sum(),
        # Whoever is at least "khá" is not yếu, whether or not the scale has a level for it.
        "open": counted.filter(below & pl.col("weak").is_null()).sum(),
        "unsaid": counted.filter(pl.col("weak").is_null()).sum(),
    })  # fmt: skip
    placed = units.join(rows.select("nature", "unit_id", "place").unique(), on=["nature", "unit_id"])
    status = ("moi", "lap_lai", "hai_nam_tro_len", "khong_ro")
    known = cube(placed, ["nature"], here, {
        "named": pl.len().cast(pl.Int64),
        **{name: (pl.col("status") == name).sum().cast(pl.Int64) for name in status},
    })  # fmt: skip
    on = ["nature", "area_id", *cell[1:]]
    known_of = ("named", *status)
    x, n, missing = pl.col("below"), pl.col("rated"), pl.col("missing")
    table = (
        ind.join(yeu, on=on, how="left")
        .join(known, on=on, how="left")
        .with_columns(
            below=pl.col("denominator") - pl.col("numerator"),
            rated=pl.col("denominator"),
            **{f"{a}{level}": 1 - pl.col(f"{b}{level}") for a, b in _MIRROR for level in ("95", "998")},
        )
        .with_columns(
            share=pl.when(n > 0).then(x / n),
            lower_bound=pl.when(n + missing > 0).then(x / (n + missing)),
            upper_bound=pl.when(n + missing > 0).then((x + missing) / (n + missing)),
            weak=pl.when(n > 0, pl.col("unsaid") == 0).then("weak_least"),
            weak_most=pl.when(n > 0).then(pl.col("weak_least") + pl.col("open")),
            weak_least=pl.when(n > 0).then("weak_least"),
            **{name: pl.when(n.is_not_null()).then(pl.col(name).fill_null(0)) for name in known_of},
            method=pl.when(n > 0).then(pl.lit("wilson")).otherwise(pl.lit("none")),
            reason=pl.when(n.fill_null(0) == 0)
            .then(pl.lit("khong_co_so_lieu"))
            .when(n < facts.methods["weak_units"]["min_base"])
            .then(pl.lit("mau_qua_nho")),
        )
    )
    target = fair_target(facts)
    said = [weak_units_sentence(row, target, facts) for row in table.iter_rows(named=True)]
    table = table.with_columns(sentence_vi=pl.Series(said, dtype=pl.String))
    return table.select(pl.col(name).cast(dtype) for name, dtype in _COUNTS.items()).sort(KEY)


_MIRROR = (("lower", "upper"), ("upper", "lower"))
