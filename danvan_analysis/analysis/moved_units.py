"""Named units held together over two years: who moved across the line of "khá", who came, who went, who cannot be held."""

from typing import Any

import polars as pl

from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.weak_history import histories

MOVEMENTS = ("moi", "phuc_hoi", "giu_nguyen", "tu_kha_ca_hai", "xuat_hien", "khong_con", "khong_so_sanh")
_LIST = ["nature", "area_id", "organisation", "unit_type"]
_PAIRED = ("unit_name", "scale_id", "rating", "rank", "state", "line", "confirmed")


def moved_units(
    rows: pl.DataFrame, named: pl.DataFrame, years: tuple[int, int], places: dict[int, Places], *, same_map: bool
) -> pl.DataFrame:
    """Give one row per nature and named unit of either year, with its `movement` and, where it has none, the `reason`.

    A unit is gone, or has come, only where the other year names every unit of the same area, organisation and kind, or
    where the area itself was not there (`doi_dia_gioi`); else the other year says nothing of it: `khong_co_ten` where it
    counts units without names (among which this one may be), `khong_co_nam_truoc` or `khong_co_nam_nay` where it has
    nothing. With other territories (`same_map` false) no unit is taken for gone or come.
    """
    unit = ["nature", "unit_id"]
    what = ["place", "area_id", "area_name", "district_name", "organisation", "unit_type"]
    first, last = (named.filter(pl.col("year") == year).select(*unit, *what, *_PAIRED) for year in years)
    both = last.join(first, on=unit, how="full", coalesce=True, suffix="_before")
    # A unit stands where it stands now; one that is gone, where it stood.
    both = both.with_columns(pl.coalesce(name, f"{name}_before") for name in what)
    for year, has_name, has_any in ((years[0], "named_before", "rows_before"), (years[1], "named_now", "rows_now")):
        of_year = rows.filter(pl.col("year") == year)
        lists = of_year.group_by(_LIST).agg(pl.col("unit_id").is_not_null().all().alias(has_name))
        both = both.join(lists.with_columns(pl.lit(True).alias(has_any)), on=_LIST, how="left")
        here = pl.col("area_id").is_in(sorted(places[year].home))
        both = both.with_columns(here.alias(f"area_{year}"), pl.col(has_name, has_any).fill_null(False))
    gone, come = pl.col("state").is_null(), pl.col("state_before").is_null()
    both = both.with_columns(
        pl.when(gone)
        .then(_absent("named_now", "rows_now", f"area_{years[1]}", "khong_con", "khong_co_nam_nay", same_map=same_map))
        .when(come)
        .then(
            _absent(
                "named_before", "rows_before", f"area_{years[0]}", "xuat_hien", "khong_co_nam_truoc", same_map=same_map
            )
        )
        .otherwise(_held())
        .alias("found")
    ).unnest("found")
    past = histories(named, years[1]).select(*unit, "years_below")
    return both.join(past, on=unit, how="left").with_columns(
        lien_tuc=(pl.col("movement") == "giu_nguyen") & (pl.col("years_below") > years[1] - years[0]),
        unit_name=pl.coalesce("unit_name", "unit_name_before"),
    )


def _absent(named: str, rows: str, area: str, movement: str, nothing: str, *, same_map: bool) -> pl.Expr:
    if not same_map:
        return _found("khong_so_sanh", "doi_dia_gioi")
    return (
        pl.when(pl.col(named))
        .then(_found(movement, None))
        .when(~pl.col(area))
        .then(_found(movement, "doi_dia_gioi"))
        .when(pl.col(rows))
        .then(_found("khong_so_sanh", "khong_co_ten"))
        .otherwise(_found("khong_so_sanh", nothing))
    )


def _held() -> pl.Expr:
    """Hold two ratings of one unit together."""
    states: Any = pl.concat_list("state", "state_before")
    below, before = pl.col("state") == "duoi_kha", pl.col("state_before") == "duoi_kha"
    unconfirmed = ~(pl.col("confirmed") & pl.col("confirmed_before"))
    lined = pl.col("line").eq(pl.col("line_before")).fill_null(False)
    return (
        pl.when(states.list.contains("chua_xep_loai"))
        .then(_found("khong_so_sanh", "chua_xep_loai"))
        .when(unconfirmed)
        .then(_found("khong_so_sanh", "chi_tu_xep_loai"))
        .when(states.list.contains("khong_dung_duoc"))
        .then(_found("khong_so_sanh", "thang_khong_noi"))
        .when(~lined)
        .then(_found("khong_so_sanh", "doi_thang"))
        .when(below & before)
        .then(_found("giu_nguyen", None))
        .when(below)
        .then(_found("moi", None))
        .when(before)
        .then(_found("phuc_hoi", None))
        .otherwise(_found("tu_kha_ca_hai", None))
    )


def _found(movement: str, reason: str | None) -> pl.Expr:
    return pl.struct(movement=pl.lit(movement), reason=pl.lit(reason, pl.String))
