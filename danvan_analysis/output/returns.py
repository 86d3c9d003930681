"""Who sent what: for each sender and target, whether figures came in that could be used."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from danvan_analysis.facts import items
from danvan_analysis.output import labels, tables
from danvan_analysis.tables import QUESTIONS

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts
    from danvan_analysis.tables import Data


def returns_table(
    facts: Facts,
    *,
    sources: pl.DataFrame,
    ratings: pl.DataFrame,
    measures: pl.DataFrame | None = None,
    parallel: pl.DataFrame | None = None,
    year: int,
    period: str = "nam",
    nature: str | None = None,
) -> pl.DataFrame:
    """Give one row per expected sender and target: columns `sender`, `name_vi`, `target`, `state`.

    `state` is `sent` (rows of the year came from this sender's files, feeding or only checking, or were handed on by
    the province's own office), `aside` (the sender's
    files hold the year or no known year, but nothing of this target could be used), `missing` or `not_expected`. An
    organisation's own bodies count as sent whoever listed them; what localities report too it need not send.
    Senders in the order of the facts (districts first, by code), targets in the order of the indicators.
    """
    nature = nature or tables.only_nature(sources)
    sources = _returns_only(sources)
    files = sources.filter(pl.col("nature") == nature).select("source_file", "sender").drop_nulls().unique()
    seen = [
        _seen(frame, column, files, year, period, nature)
        for frame, column in ((ratings, "unit_type"), (parallel, "unit_type"), (measures, "measure"))
        if frame is not None
    ]
    got = set(pl.concat(seen).iter_rows()) if seen else set()
    sent_any = set(
        sources.filter(
            pl.col("nature") == nature,
            pl.col("status") != "empty_form",
            pl.col("year").is_null() | (pl.col("year") == year),
        )["sender"].drop_nulls()
    )
    senders = _senders(facts, year)
    # The province's own office may hand on a locality's figures in one table for all: they were received all the same.
    handed_on = _handed_on(facts, ratings, measures, year, period, nature)
    local = {thing for s in senders if s["channel"] == "dia_phuong" for thing in _things(s)}
    own_bodies = set(
        ratings.filter(pl.col("year") == year, pl.col("period") == period, pl.col("nature") == nature)
        .select("organisation", "unit_type")
        .unique()
        .iter_rows()
    )
    rows = []
    for sender in senders:
        for target in labels.targets(facts):
            wanted = _wanted(facts, target["indicator_id"])
            own = wanted & _things(sender)
            # An organisation must send what no locality reports; its other figures only check the localities'.
            must = own if sender["channel"] == "dia_phuong" else own - local
            from_others = sender["channel"] == "dia_phuong" and any((sender["area_id"], t) in handed_on for t in own)
            if from_others or any((sender["sender_id"], thing) in got for thing in own):
                state = "sent"
            elif not must or period not in items(target["periods"]):
                state = "not_expected"
            elif sender["channel"] != "dia_phuong" and any((sender["organisation"], t) in own_bodies for t in must):
                state = "sent"
            else:
                state = "aside" if sender["sender_id"] in sent_any and not _any(got, sender["sender_id"]) else "missing"
            rows.append((sender["sender_id"], sender["name_vi"], target["indicator_id"], state))
    return pl.DataFrame(rows, schema=["sender", "name_vi", "target", "state"], orient="row")


def _returns_only(sources: pl.DataFrame) -> pl.DataFrame:
    """Leave out sheets of questions that came back: who answers has not thereby sent a return."""
    return sources.filter(pl.col("form_id").ne_missing(QUESTIONS)) if "form_id" in sources.columns else sources


def silent_senders(facts: Facts, data: Data, *, nature: str) -> dict[int, list[str]]:
    """Give, for every year that sheets of this nature are about, the names of the senders whose returns are missing whole.

    Only senders that owe a return of their own that year, in the order of the facts; a year without any is left out.
    """
    years = data.sources.filter(pl.col("nature") == nature, pl.col("status") == "read", pl.col("period") == "nam")[
        "year"
    ]
    silent: dict[int, list[str]] = {}
    for year in sorted(set(years.drop_nulls())):
        states = returns_table(
            facts,
            sources=data.sources,
            ratings=data.ratings,
            measures=data.measures,
            parallel=data.parallel,
            year=year,
            nature=nature,
        ).filter(pl.col("state") != "not_expected")
        whole = states.group_by("name_vi", maintain_order=True).agg((pl.col("state") == "missing").all())
        names = whole.filter(pl.col("state"))["name_vi"].to_list()
        if names:
            silent[year] = names
    return silent


def _seen(frame: pl.DataFrame, column: str, files: pl.DataFrame, year: int, period: str, nature: str) -> pl.DataFrame:
    kept = frame.filter(pl.col("year") == year, pl.col("period") == period, pl.col("nature") == nature)
    # A derived row names all its files, joined by ";".
    named = kept.select(pl.col("source_file").str.split(";"), thing=pl.col(column)).explode("source_file").unique()
    return named.join(files, on="source_file").select("sender", "thing").unique()


def _handed_on(
    facts: Facts, ratings: pl.DataFrame, measures: pl.DataFrame | None, year: int, period: str, nature: str
) -> set[tuple[str, str]]:
    """What stands in the tables of a locality's own channel, by its district and whoever's file it came in."""
    homes = dict(facts.areas.select("area_id", "parent_id").iter_rows())
    districts = set(facts.senders.filter(pl.col("channel") == "dia_phuong")["area_id"])
    found: set[tuple[str, str]] = set()
    for frame, column in ((ratings, "unit_type"), (measures, "measure")):
        if frame is None or frame.is_empty() or "channel" not in frame.columns:
            continue
        mine = frame.filter(
            pl.col("year") == year,
            pl.col("period") == period,
            pl.col("nature") == nature,
            pl.col("channel") == "dia_phuong",
        )
        for area, thing in mine.select("area_id", column).unique().iter_rows():
            found.add((area if area in districts else str(homes.get(area)), thing))
    return found


def _senders(facts: Facts, year: int) -> list[dict[str, str]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    # An overlay may be of another province: the shipped senders of ours owe it nothing.
    home = pl.col("area_id") == str(facts.resolution["province_id"])
    inside = facts.areas.filter(home | pl.col("parent_id").is_in(_inside(facts)))["area_id"].implode()
    valid = facts.senders.filter(
        pl.col("area_id").is_null() | pl.col("area_id").is_in(inside),
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= last),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= first),
    )
    # Localities first, in official order; then the organisations as the facts list them.
    local = valid.filter(pl.col("channel") == "dia_phuong").sort("area_id", "sender_id")
    return [*local.to_dicts(), *valid.filter(pl.col("channel") != "dia_phuong").to_dicts()]


def _inside(facts: Facts) -> list[str]:
    """The province and what lies right under it, of every era."""
    province = str(facts.resolution["province_id"])
    return [province, *facts.areas.filter(pl.col("parent_id") == province)["area_id"].unique()]


def _things(sender: dict[str, str]) -> set[str]:
    return {*items(sender["unit_types"]), *items(sender["measures"])}


def _wanted(facts: Facts, indicator_id: str) -> set[str]:
    row = facts.indicators.filter(pl.col("indicator_id") == indicator_id).to_dicts()[0]
    if row["table"] == "ratings":
        return set(items(row["unit_types"]))
    return {name.lstrip("-") for name in items(row["numerator"]) + items(row["denominator"])}


def _any(got: set[tuple[str, str]], sender: str) -> bool:
    return any(own == sender for own, _ in got)


def aside_by_sender(
    sources: pl.DataFrame, set_aside: pl.DataFrame, *, year: int, nature: str | None = None
) -> pl.DataFrame:
    """Count, per sender, the sheets read and the things not taken as they stand.

    Columns `sender` (null where the file does not say), `sheets`, `rows_used`, `aside`, `questioned`, `unread` (sheets
    of no known form, refused or unreadable); sorted by sender. Only sheets of the year, or of no known year.
    """
    nature = nature or tables.only_nature(sources)
    sources = _returns_only(sources)
    of_year = pl.col("year").is_null() | (pl.col("year") == year)
    own = sources.filter(pl.col("nature") == nature, of_year)
    sheets = own.group_by("sender").agg(
        sheets=pl.col("status").is_in(["read"]).sum().cast(pl.Int64),
        rows_used=pl.col("rows_used").sum(),
        unread=pl.col("status").is_in(["unknown_form", "refused", "unreadable"]).sum().cast(pl.Int64),
    )
    # A question belongs to the sender of its file, where the row itself does not name one.
    named = own.select("source_file", owner="sender").unique("source_file", keep="first", maintain_order=True)
    questions = (
        set_aside.filter(of_year)
        .join(named, on="source_file", how="inner")
        .with_columns(sender=pl.coalesce("sender", "owner"))
        .group_by("sender")
        .agg(
            aside=(pl.col("effect") == "aside").sum().cast(pl.Int64),
            questioned=(pl.col("effect") == "used").sum().cast(pl.Int64),
        )
    )
    counted = ["sheets", "rows_used", "aside", "questioned", "unread"]
    joined = sheets.join(questions, on="sender", how="full", coalesce=True, nulls_equal=True)
    return joined.with_columns(pl.col(counted).fill_null(0)).select("sender", *counted).sort("sender", nulls_last=True)
