"""Supporting indicators (part III): shares, plain counts, one thing per another, published indices; none has a target."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import SLOT
from danvan_analysis.analysis.measured import measured_rows
from danvan_analysis.analysis.places import Places
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL, Indicators
from danvan_analysis.wording import supporting_sentence

#: The columns of `supporting_table` beside the key of an indicator row.
_TABLE: dict[str, Any] = {
    **dict.fromkeys(("area_name", "district_name", "section", "title_vi", "kind", "direction"), pl.String),
    **dict.fromkeys(("numerator", "denominator", "base", "missing"), pl.Int64),
    **dict.fromkeys(("value", "lower95", "upper95", "amount"), pl.Float64),
    **dict.fromkeys(("senders_missing", "senders_expected"), pl.Int64),
    **dict.fromkeys(("method", "reason", "note", "sentence_vi"), pl.String),
}


def supporting_table(ind: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give the indicators without a target with their heading of the report, their sentence and, where empty, why.

    `ind` is what `compute_indicators` gives; key as there. `section` is the heading ("II.2" … "II.8"), `direction` says
    whether more is better (`up`, `down`, `neutral`); `value` is a share in 0-1, `amount` a count, a rate or a score;
    `reason` is `khong_co_so_lieu` or `mau_so_bang_khong` where there is neither (its words: `facts.methods`).

    >>> from danvan_analysis.facts import load_facts
    >>> supporting_table(Indicators.create_empty(), load_facts()).height
    0
    """
    aimed = set(facts.targets["indicator_id"])
    known = {row["indicator_id"]: row for row in facts.indicators.to_dicts() if row["indicator_id"] not in aimed}
    key = list(Indicators.primary_key())
    rows = []
    for row in ind.filter(pl.col("indicator_id").is_in(list(known))).sort(key).iter_rows(named=True):
        indicator = known[row["indicator_id"]]
        zero = row["numerator"] is not None and 0 in (row["denominator"], row["base"])
        empty = row["value"] is None and row["amount"] is None
        reason = ("mau_so_bang_khong" if zero else "khong_co_so_lieu") if empty else None
        more = {name: indicator[name] for name in ("section", "title_vi", "direction")}
        rows.append(row | more | {"reason": reason, "sentence_vi": supporting_sentence(row, indicator, facts)})
    types = {name: pl.Int64 if name == "year" else pl.String for name in key} | _TABLE
    return pl.DataFrame([{name: row[name] for name in types} for row in rows], schema=types)


def supporting_rows(
    indicator: Mapping[str, Any], cells: pl.DataFrame, scores: pl.DataFrame, places: Mapping[int, Places], facts: Facts
) -> pl.DataFrame:
    """Give the rows of one indicator without a target, with `kind`, `base` and `amount`; none where nothing of it came.

    Places and the province come as for the targets; where a source gives an organisation apart, its rows stand beside
    "tat_ca". What the facts say does not add up is not added: persons and households over organisations (one person may
    be in several), members over levels (the province's Hội and the districts count the same ones: the districts feed).
    Scores are never added or averaged: a place has its own or none.
    """
    kind = indicator["kind"] or "share"
    if kind == "index":
        return _index_rows(indicator, scores, places, facts)
    top = [m.removeprefix("-") for m in items(indicator["numerator"])]
    names = {*top, *(m.removeprefix("-") for m in items(indicator["denominator"]))}
    mine = _one_level(cells.filter(pl.col("measure").is_in(list(names))), places, facts)
    slots = set(mine.filter(pl.col("measure").is_in(top)).select(SLOT).iter_rows())
    apart = (pl.col("organisation") != ALL) & pl.col("measure").is_in(_not_over("organisations", facts))
    frames = [measured_rows(indicator, mine.filter(~apart), places, set(), facts, only=slots)]
    frames[0] = _said_apart(frames[0], mine.filter(apart, pl.col("measure").is_in(top)), facts)
    for organisation in sorted(set(mine["organisation"]) - {ALL}):
        own = mine.filter(pl.col("organisation") == organisation)
        said = set(own.filter(pl.col("measure").is_in(top)).select(SLOT).iter_rows())
        rows = measured_rows(indicator, own, places, set(), facts, only=said)
        frames.append(rows.filter(pl.col("numerator").is_not_null()).with_columns(organisation=pl.lit(organisation)))
    return _by_kind(pl.concat(frames), kind, facts)


def _not_over(what: str, facts: Facts) -> list[str]:
    """Give the measures whose figures do not add up over organisations, or over the province's and the districts'."""
    rules = facts.measures.filter(pl.col("adds_over").is_not_null()).select("measure", "adds_over").iter_rows()
    return [measure for measure, over in rules if what not in items(over)]


def _one_level(cells: pl.DataFrame, places: Mapping[int, Places], facts: Facts) -> pl.DataFrame:
    """Leave out what the province's own senders count again, where its districts gave it."""
    provinces = [(year, here.province) for year, here in places.items()]
    home = pl.DataFrame(provinces, schema={"year": pl.Int64, "province": pl.String}, orient="row")
    again = pl.col("measure").is_in(_not_over("levels", facts)) & (pl.col("place") == pl.col("province"))
    below = (pl.col("place") != pl.col("province")).any().over(*SLOT, "measure")
    return cells.join(home, on="year").filter(~(again & below)).drop("province")


def _said_apart(rows: pl.DataFrame, apart: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Say of a place without a value that it gave one number an organisation, which do not add up."""
    said = apart.select(*SLOT, area_id="place").unique().with_columns(apart=pl.lit(True))
    rows = rows.join(said, on=[*SLOT, "area_id"], how="left")
    only = pl.col("apart").is_not_null() & pl.col("numerator").is_null()
    note = pl.when(only).then(pl.lit(facts.wording["note"]["per_organisation"])).otherwise("note")
    return rows.with_columns(note=note).drop("apart")


def _by_kind(rows: pl.DataFrame, kind: str, facts: Facts) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Int64)
    none = pl.col("numerator").is_not_null() & (pl.col("denominator") == 0)
    if kind != "count":
        note = pl.when(none & pl.col("note").is_null()).then(pl.lit(facts.wording["note"]["base_zero"]))
        rows = rows.with_columns(note=note.otherwise("note"))
    if kind == "share":
        return rows.with_columns(kind=pl.lit(kind), base=nothing, amount=pl.lit(None, pl.Float64))
    base = pl.when(pl.col("denominator") > 0).then("denominator")
    amount = pl.col("numerator").cast(pl.Float64) if kind == "count" else pl.col("numerator") / base
    return rows.with_columns(
        kind=pl.lit(kind),
        amount=amount,
        base=nothing if kind == "count" else pl.col("denominator"),
        denominator=nothing,
        unrated=nothing,
    )


def _index_rows(
    indicator: Mapping[str, Any], scores: pl.DataFrame, places: Mapping[int, Places], facts: Facts
) -> pl.DataFrame:
    """Give the score of every place that has one of its own, or of the one body of a district that was scored."""
    mine = scores.filter(pl.col("measure") == indicator["numerator"])
    rows = []
    for (nature, year, period, area), group in mine.group_by(*SLOT, "area_id", maintain_order=True):
        here = places.get(int(str(year)))
        if here is None or area not in here.names:
            continue
        own = group.filter(pl.col("unit_id") == "", pl.col("organisation") == ALL)
        # Beside its districts' a province's list has many bodies: none of them is the province.
        if own.is_empty() and (area == here.province or group["unit_id"].n_unique() > 1):
            continue
        own = group if own.is_empty() else own
        low, high = own["low"].min(), own["high"].max()
        rows.append(
            {"nature": nature, "year": year, "period": period, "area_id": area, "amount": low if low == high else None}
            | {"note": None if low == high else facts.wording["note"]["two_scores"]}
        )
    types = dict.fromkeys((*SLOT, "area_id", "note"), pl.String) | {"year": pl.Int64, "amount": pl.Float64}
    counts = ("numerator", "numerator_most", "denominator", "unrated", "missing", "senders_missing", "senders_expected")
    return pl.DataFrame(rows, schema=types).with_columns(
        pl.lit(ALL).alias("organisation"),
        pl.lit(ALL).alias("unit_type"),
        pl.lit("index").alias("kind"),
        pl.lit(0, pl.Int64).alias("provisional"),
        pl.lit(None, pl.Int64).alias("base"),
        pl.lit([], pl.List(pl.String)).alias("scales"),
        *(pl.lit(None, pl.Int64).alias(name) for name in counts),
    )
