"""The limits of a funnel as curves: at any number of units between and around those of the districts."""

import polars as pl

from danvan_analysis.analysis.families import KEY, KEY_TYPES
from danvan_analysis.analysis.funnel import funnel_limits

_FAMILY = [name for name in KEY if name != "area_id"]
_LEVELS = {"95": 0.95, "998": 0.998}
_SIDES = [f"{side}{level}{kind}" for kind in ("", "_adjusted") for level in _LEVELS for side in ("lower", "upper")]
_TYPES = (
    {name: KEY_TYPES[name] for name in _FAMILY}
    | {"denominator": pl.Int64, "pooled": pl.Float64}
    | dict.fromkeys(_SIDES, pl.Float64)
)


def funnel_curves(funnels: pl.DataFrame, *, steps: int = 60) -> pl.DataFrame:
    """Give the limits of each family as curves for a chart; `funnels` is what `compute_funnels` gives.

    Key without `area_id`, then `denominator` (whole numbers of units: the districts' own and about `steps` others, from
    half of the smallest to half more than the largest), `pooled` and the limits, as shares; sorted by key and
    `denominator`. At a district's own number they are its limits. The `_adjusted` ones are null where the funnel gives
    no adjusted flag or finds no spread between districts. A family that is not compared has no curve.
    """
    import numpy as np

    done = []
    held = funnels.filter(pl.col("pooled").is_not_null(), pl.col("lower95").is_not_null())
    for key, rows in held.group_by(_FAMILY, maintain_order=True):
        one, own = rows.row(0, named=True), rows["denominator"].to_list()
        units = np.geomspace(max(1, min(own) / 2), 1.5 * max(own), steps).round().astype(int)
        table = {"denominator": sorted({*units.tolist(), *own})}
        spread = one["tau2"] if one["tau2"] and one["adjusted_reason"] is None else None
        for label, level in _LEVELS.items():
            for kind, tau2 in (("", None), ("_adjusted", spread)):
                if kind and tau2 is None:
                    continue
                limits = funnel_limits(one["pooled"], table["denominator"], level, tau2=tau2)
                table |= {
                    f"{side}{label}{kind}": v.tolist() for side, v in zip(("lower", "upper"), limits, strict=True)
                }
        family = dict(zip(_FAMILY, key, strict=True)) | {"pooled": one["pooled"]}
        done.append(pl.DataFrame(table).with_columns(pl.lit(value).alias(name) for name, value in family.items()))
    empty = pl.DataFrame(schema=_TYPES)
    return pl.concat([empty, *(_whole(one) for one in done)]).sort(*_FAMILY, "denominator")


def _whole(curve: pl.DataFrame) -> pl.DataFrame:
    lacking = [pl.lit(None).alias(name) for name in _SIDES if name not in curve.columns]
    return curve.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in _TYPES.items())
