"""What the leniency panel reads: ratings by place, unit and scale over the years it looks at, and a sign's finding."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import polars as pl

from danvan_analysis.analysis.cells import bring_home
from danvan_analysis.analysis.places import Places
from danvan_analysis.analysis.rated import EXPECTING
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, UNRATED

#: A kind: what is rated, and on which scale.
KIND = ("organisation", "unit_type", "scale_id")
_OPTIONAL = {"period": "nam", "nature": "bao_cao", "rated_by": "cap_uy", "unit_id": None, "score": None}
_NEEDED = ("area_id", "year", "organisation", "unit_type", "scale_id", "rating", "count")
_ROWS = {
    "nature": pl.String,
    "year": pl.Int64,
    "place": pl.String,
    "area_id": pl.String,
    "organisation": pl.String,
    "unit_type": pl.String,
    "scale_id": pl.String,
    "rating": pl.String,
    #: Who the unit is, where that is known: its own id, or the one body of its kind in its area.
    "unit": pl.String,
    "own": pl.Boolean,
    "rank": pl.Int64,
    #: How many levels the scale has.
    "levels": pl.Int64,
    "good_or_better": pl.Boolean,
    "fair_or_better": pl.Boolean,
    "score": pl.Float64,
    "count": pl.Int64,
}


@dataclass(frozen=True)
class Finding:
    """What one sign gives for one place and kind; `p` is None where `reason` says why there is no answer.

    `best` is the smallest p that any result could have given here; `seen` gives, for a level of significance, the
    smallest value that would have been found with the power asked for. `words` fill the sign's sentence.
    """

    sign: str
    place: str
    organisation: str = ALL
    unit_type: str = ALL
    value: float | None = None
    expected: float | None = None
    n: int | None = None
    p: float | None = None
    best: float = 1.0
    method: str = "none"
    reason: str | None = None
    seen: Callable[[float], float | None] = lambda _: None
    words: Mapping[str, int] = field(default_factory=dict)


def rating_rows(ratings: Any, facts: Facts, places: Mapping[int, Places]) -> pl.DataFrame:
    """Give the ratings at the year's end, led to the place they count in, with what their scale says of each level.

    Real and trial returns only, the places under the province only, the unit types of the targets only. Levels come
    from the facts, so that any table with the columns of the contract is enough.
    """
    frame = nw.from_native(ratings) if ratings is not None else None
    names = frame.collect_schema().names() if frame is not None else []
    if frame is None or not names:
        return pl.DataFrame(schema=_ROWS)
    if absent := [name for name in _NEEDED if name not in names]:
        raise ValueError(f"the table lacks the columns {', '.join(absent)}; it has {', '.join(names)}")
    left_out = {name: value for name, value in _OPTIONAL.items() if name not in names}
    if left_out:
        frame = frame.with_columns(*(nw.lit(value).alias(name) for name, value in left_out.items()))
    frame = frame.select(*_NEEDED, *_OPTIONAL)
    frame = frame.filter(nw.col("year").is_in(sorted(places)), nw.col("period") == "nam")
    home = bring_home(frame)
    return _shaped(home.cast({name: _ROWS.get(name, pl.String) for name in home.columns}), facts, places)


def _shaped(rows: pl.DataFrame, facts: Facts, places: Mapping[int, Places]) -> pl.DataFrame:
    homes = [(y, a, p) for y, here in places.items() for a, p in here.home.items() if p not in _not_below(here)]
    home = pl.DataFrame(homes, schema={"year": pl.Int64, "area_id": pl.String, "place": pl.String}, orient="row")
    counted = facts.unit_types.filter(pl.col("in_targets")).select("unit_type", "level")
    scales = facts.scales.select("scale_id", "rating", "rank", "good_or_better", "fair_or_better")
    sizes = scales.group_by("scale_id").agg(levels=pl.len().cast(pl.Int64))
    rows = rows.filter(pl.col("nature").is_in(EXPECTING)).join(home, on=["year", "area_id"])
    rows = rows.join(counted, on="unit_type").join(sizes, on="scale_id", how="left")
    rows = rows.join(scales, on=["scale_id", "rating"], how="left")
    if "bao_cao" in rows["nature"]:
        rows = rows.filter(pl.col("nature") == "bao_cao")
    own = pl.col("rated_by") == "tu_xep_loai"
    only_one = pl.col("level").is_in(["tinh", "huyen", "xa"]) & (pl.col("count") == 1)
    body = pl.concat_str("area_id", "organisation", "unit_type", separator=":")
    unit = pl.coalesce("unit_id", pl.when(only_one).then(body))
    return rows.with_columns(own=own, unit=unit).select(*_ROWS).sort("nature", "year", "area_id", *KIND, "rank", "unit")


def _not_below(here: Places) -> frozenset[str]:
    return here.blocks | {here.province}


def confirmed(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give the confirmed, rated groups of a year."""
    return rows.filter(
        pl.col("year") == year, ~pl.col("own"), pl.col("rating") != UNRATED, pl.col("rank").is_not_null()
    )


def parts(table: pl.DataFrame) -> Iterator[tuple[str, str, str, pl.DataFrame]]:
    """Give a table with `place`, `organisation`, `unit_type` cut by place: all together first, then each kind."""
    # The whole key, so that sums of fractions come out the same whatever order the rows came in.
    order = [name for name in ("place", *KIND, "stratum", "area_id") if name in table.columns]
    for (place,), mine in table.sort(order).group_by("place", maintain_order=True):
        yield str(place), ALL, ALL, mine
        for (organisation, unit_type), part in mine.group_by(*KIND[:2], maintain_order=True):
            yield str(place), str(organisation), str(unit_type), part


def silent(sign: str, reason: str, wanted: Iterable[str], found: Iterable[Finding]) -> Iterator[Finding]:
    """Give a finding without an answer for every place that has none of its own, all together."""
    there = {finding.place for finding in found if finding.organisation == ALL}
    yield from (Finding(sign, place, reason=reason) for place in sorted(set(wanted) - there))
