"""The sign in printed percentages: too many round ones for the numbers they were reckoned from."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import narwhals as nw
import polars as pl

from danvan_analysis.analysis.leniency_exact import at_least, drawn, smallest_share
from danvan_analysis.analysis.leniency_rows import Finding
from danvan_analysis.analysis.places import Places

_COLUMNS = ("nature", "year", "area_id", "organisation", "unit_type", "count", "denominator", "printed", "how")
_NUMBER = re.compile(r"-?\d+(?:[.,](\d+))?")


def round_shares(shares: Any, nature: str, year: int, here: Places, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether printed shares end in 0 or 5 more often than their counts allow.

    One share a group of units (its largest part), so that shares of one table do not speak twice. The chance of a round
    share is exact for its denominator: how many of the counts around it give one, printed with as many decimals.
    """
    if shares is None or not len(shares):
        return
    given = nw.from_native(shares, eager_only=True).select(*_COLUMNS).to_dict(as_series=False)
    mine = pl.DataFrame(given, schema_overrides={"year": pl.Int64, "area_id": pl.String}).filter(
        pl.col("nature") == nature, pl.col("year") == year
    )
    home = pl.DataFrame(list(here.home.items()), schema={"area_id": pl.String, "place": pl.String}, orient="row")
    group = ["area_id", "organisation", "unit_type", "denominator"]
    inside = pl.col("count").is_between(1, pl.col("denominator") - 1)
    mine = mine.filter(inside, pl.col("denominator") >= rules["least_denominator"]).join(home, on="area_id")
    mine = mine.filter(pl.col("place").is_in(sorted(set(here.names) - {here.province})))
    # One share a group: the others of its table follow from it.
    mine = mine.sort(*group, "count", "printed", descending=[False] * 4 + [True] * 2).unique(
        group, keep="first", maintain_order=True
    )
    judged = [_judge(row, rules) for row in mine.iter_rows(named=True)]
    types = {"round": pl.Boolean, "chance": pl.Float64}
    table = pl.concat([mine, pl.DataFrame(judged, schema=types, orient="row")], how="horizontal")
    table = table.filter(pl.col("round").is_not_null()).sort("place", *group)
    for (place,), part in table.group_by("place", maintain_order=True):
        hits, chances = int(part["round"].sum()), drawn(part["chance"].to_list())
        if len(part) < rules["least_shares"]:
            yield Finding("ty_le_tron", str(place), n=len(part), value=hits / len(part), reason="mau_qua_nho")
            continue
        yield Finding(
            "ty_le_tron",
            str(place),
            value=hits / len(part),
            expected=float(part["chance"].sum()) / len(part),
            n=len(part),
            p=at_least(chances, hits),
            best=float(chances[-1]),
            method="nhi_thuc_theo_mau_so",
            seen=partial(smallest_share, chances, power=rules["power"]),
            words={"k": hits, "N": len(part), "e": round(part["chance"].sum())},
        )


def _judge(row: Mapping[str, Any], rules: Mapping[str, Any]) -> tuple[bool | None, float | None]:
    """Say whether a printed share is round, and how likely that was; nothing for what is no number."""
    count, whole, printed = row["count"], row["denominator"], row["printed"] or ""
    found = _NUMBER.search(printed.replace(" ", ""))
    if not found:
        return None, None
    value, decimals = float(found[0].replace(",", ".")), len(found[1] or "")
    exact = 100 * count / whole
    if "%" not in printed and abs(100 * value - exact) < abs(value - exact):
        # A cell with a percent format holds the fraction; it shows two digits less.
        value, decimals = 100 * value, max(0, decimals - 2)
    step, width = int(rules["heap_step"]), int(rules["heap_window"])
    around = range(max(1, count - width), min(whole - 1, count + width) + 1)
    hits = sum(_is_round(_units(x, whole, decimals, row["how"]), decimals, step) for x in around)
    # A share that its count does not give may be round without any neighbour that is.
    chance = max(hits / len(around), 1 / (step * 10**decimals))
    return _is_round(round(value * 10**decimals), decimals, step), chance


def _units(count: int, whole: int, decimals: int, how: str) -> int:
    """Print a share as whole units of its last decimal, cut or rounded half up."""
    scaled = int(100 * 10**decimals * count)
    return scaled // whole if how == "cat" else (2 * scaled + whole) // (2 * whole)


def _is_round(units: int, decimals: int, step: int) -> bool:
    scale = int(10**decimals)
    return units % (step * scale) == 0 and 0 < units < 100 * scale
