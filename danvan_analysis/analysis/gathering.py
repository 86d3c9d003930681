"""Where units below "khá" gather: more of them in one place than an even spread over the province would bring.

For each cell, the count below "khá" is held against what comes of dealing the province's units below "khá" out at random,
organisation by organisation, kind by kind and line by line (so that a place with many units of a weaker kind is not
blamed for its mix): a sum of hypergeometric counts, whose upper tail is exact, by convolution.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.analysis.places import Places
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.wording.weak_units import fair_target, gathered_sentence

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

#: What is alike within a stratum; only between units of one stratum is chance dealt out.
STRATUM = ("nature", "organisation", "unit_type", "line")
METHOD = "hypergeometric_strata"
_RATED = ("tu_kha", "duoi_kha")
#: The levels at which gathering is looked for, and what makes a cell of each.
_LEVELS = {"xa": ["commune"], "dia_phuong": ["place"], "dia_phuong_to_chuc": ["place", "organisation"]}
_TESTED = {
    **dict.fromkeys(("below", "rated"), pl.Int64),
    **dict.fromkeys(("share", "expected", "p_value", "p_adjusted"), pl.Float64),
    "gathered": pl.Boolean,
    "least_flagged": pl.Int64,
    "reason": pl.String,
}
_KEY = {"nature": pl.String, "year": pl.Int64, "period": pl.String} | dict.fromkeys(
    ("level", "area_id", "organisation"), pl.String
)
_TABLE = {
    **_KEY,
    **dict.fromkeys(("area_name", "district_name"), pl.String),
    **_TESTED,
    **dict.fromkeys(("method", "sentence_vi"), pl.String),
}


def upper_tail(totals: list[int], below: list[int], sizes: list[int]) -> "NDArray[float64]":
    """Give P(X >= k) for k = 0, 1, …: X units below in a cell that draws `sizes` out of strata of `totals` with `below`.

    >>> [round(float(p), 4) for p in upper_tail([10], [3], [5])]
    [1.0, 0.9167, 0.5, 0.0833]
    """
    import numpy as np
    from scipy.stats import hypergeom

    spread = np.ones(1)
    for total, marked, size in zip(totals, below, sizes, strict=True):
        if not marked:
            continue
        counts = np.arange(min(marked, size) + 1)
        spread = np.convolve(spread, hypergeom.pmf(counts, total, marked, size))
    # Summed from the far end: the small tail keeps its digits.
    return np.minimum(np.cumsum(spread[::-1])[::-1], 1.0)


def gathered_places(rows: pl.DataFrame, here: Places, facts: Facts, year: int, period: str) -> pl.DataFrame:
    """Give the tests of all levels; the columns stand in `weak_units`.

    `rows` are those of `base_rows` of one year. A row given for a whole district says nothing of its communes, and a
    block is no place, but the units of both are part of what is dealt out.
    """
    is_place = pl.col("place").is_in([p for p in here.names if p != here.province])
    cells = rows.filter(pl.col("state").is_in(_RATED)).with_columns(
        pl.col("line").fill_null(""),
        commune=pl.when(is_place, pl.col("area_id") != pl.col("place")).then("area_id"),
        place=pl.when(is_place).then("place"),
    )
    names = rows.select("area_id", "area_name").unique("area_id", keep="first", maintain_order=True)
    places = pl.DataFrame(list(here.names.items()), schema={"area_id": pl.String, "area_name": pl.String}, orient="row")
    names = pl.concat([places, names.join(places, on="area_id", how="anti")])
    homes = pl.DataFrame(list(here.home.items()), schema={"area_id": pl.String, "place": pl.String}, orient="row")
    frames = []
    for level, keys in _LEVELS.items():
        tested = gathered(cells, keys, facts.methods["weak_units"]).rename({keys[0]: "area_id"})
        frames.append(tested.with_columns(level=pl.lit(level)))
    table = (
        pl.concat(frames, how="diagonal").join(names, on="area_id", how="left").join(homes, on="area_id", how="left")
    )
    old = here.basis[1] == "huyen-cu"
    district = pl.col("place").replace_strict(here.names, default=None, return_dtype=pl.String) if old else pl.lit(None)
    table = table.with_columns(
        pl.col("organisation").fill_null(ALL),
        year=pl.lit(year, pl.Int64),
        period=pl.lit(period),
        district_name=district,
        share=pl.col("below") / pl.col("rated"),
        method=pl.when(pl.col("p_value").is_null()).then(pl.lit("none")).otherwise(pl.lit(METHOD)),
    )
    target = fair_target(facts)
    said = [gathered_sentence(row, target, facts) for row in table.iter_rows(named=True)]
    table = table.with_columns(sentence_vi=pl.Series(said, dtype=pl.String))
    return table.select(pl.col(name).cast(dtype) for name, dtype in _TABLE.items()).sort(list(_KEY))


def gathered(rows: pl.DataFrame, cell: list[str], method: Mapping[str, Any]) -> pl.DataFrame:
    """Give one row per nature and cell, with `cell` as key; rows without a cell count in the totals only.

    `rows` are rated units (`state` tu_kha or duoi_kha) with `count`. `p_value` is the upper tail; `p_adjusted`
    Benjamini-Hochberg's over the cells of one nature that can be tested; `least_flagged` the smallest count that would be
    flagged whatever the other cells show. `reason`: `mau_qua_nho` (under the least base), `khong_co_don_vi_duoi_kha`
    (none in the province), `khong_co_noi_so_sanh` (no other cell has such units).
    """
    import numpy as np
    from scipy.stats import false_discovery_control

    keys = ["nature", *cell]
    schema = {**dict.fromkeys(keys, pl.String), **_TESTED}
    below = pl.col("count").filter(pl.col("state") == "duoi_kha").sum()
    parts = rows.group_by(*dict.fromkeys((*keys, *STRATUM))).agg(x=below, n=pl.col("count").sum())
    parts = parts.with_columns(total=pl.col("n").sum().over(STRATUM), marked=pl.col("x").sum().over(STRATUM))
    # In one order whatever order the rows came in: sums of fractions differ in their last digit otherwise.
    parts = parts.drop_nulls(cell).sort(list(dict.fromkeys((*keys, *STRATUM))))
    found: list[dict[str, Any]] = []
    for key, part in parts.group_by(keys, maintain_order=True):
        x, n = int(part["x"].sum()), int(part["n"].sum())
        row = dict(zip(keys, key, strict=True)) | dict.fromkeys(_TESTED) | {"below": x, "rated": n}
        row["expected"] = float((part["n"] * part["marked"] / part["total"]).sum())
        alone = bool((part["n"] == part["total"]).all())
        row["reason"] = _reason(n, int(part["marked"].sum()), alone, method)
        if row["reason"] is None:
            tail = upper_tail(part["total"].to_list(), part["marked"].to_list(), part["n"].to_list())
            row |= {"p_value": float(tail[x]), "tail": tail}
        found.append(row)
    for nature in {row["nature"] for row in found}:
        tested = [row for row in found if row["nature"] == nature and row["reason"] is None]
        if not tested:
            continue
        adjusted = false_discovery_control([row["p_value"] for row in tested], method="bh")
        for row, p in zip(tested, adjusted, strict=True):
            sure = np.flatnonzero(row.pop("tail") <= method["level"] / len(tested))
            enough = row["below"] >= method["least_below"]
            row |= {"p_adjusted": float(p), "gathered": bool(p <= method["level"] and enough)}
            row["least_flagged"] = max(int(sure[0]), method["least_below"]) if len(sure) else None
    return pl.DataFrame(found, schema=schema).sort(keys)


def _reason(n: int, marked: int, alone: bool, method: Mapping[str, Any]) -> str | None:
    if n < method["min_base"]:
        return "mau_qua_nho"
    if not marked:
        return "khong_co_don_vi_duoi_kha"
    return "khong_co_noi_so_sanh" if alone else None
