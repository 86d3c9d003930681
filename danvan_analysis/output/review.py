"""What each place is asked to look at again: one row a place and question, for the internal folder only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables
from danvan_analysis.tables import ALL

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

STATES = ("noted", "kinds", "calm", "unsure", "no_data")
#: Of the rows of `review_table` those that ask.
FOUND = pl.col("state").is_in(["noted", "kinds"])
_TEXTS = ("area_id", "area_name", "sign", "sign_vi", "state", "review_vi", "evidence_vi")


def review_table(table: pl.DataFrame, facts: Facts, *, year: int, nature: str | None = None) -> pl.DataFrame:
    """Give the places of a year in official order, each with every question of layout.toml that `table` knows.

    Args: `table` is what `leniency` of the analysis gives. Columns `area_id`, `area_name`; `sign`, `sign_vi` (the
    question in a few words); `state`, `review_vi`: `noted` (all kinds of unit together stand out), `kinds` (single ones
    only), `calm` (nothing stands out), `unsure` (nothing could with these numbers), `no_data`; `evidence_vi` (the counts
    behind it), `kinds_noted` (how many single kinds stand out), `finding_vi` (the sentences). No rows for another year.
    """
    nature = nature or tables.only_nature(table)
    rows = table.filter(pl.col("year") == year, pl.col("nature") == nature)
    known = set(rows["sign"])
    says = facts.layout["leniency"]
    titles = {sign: title for sign, (title, _) in says["signs"].items() if sign in known}
    titles |= {sign: sign for sign in sorted(known - set(titles))}
    names = dict(labels.districts(facts, year).select("area_id", "name").iter_rows()) if known else {}
    names |= dict(rows.select("area_id", "area_name").iter_rows())
    together = {(row["area_id"], row["sign"]): row for row in rows.filter(organisation=ALL).iter_rows(named=True)}
    single: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows.filter(pl.col("organisation") != ALL, pl.col("noted")).iter_rows(named=True):
        single.setdefault((row["area_id"], row["sign"]), []).append(row)
    done = []
    for place in sorted(names):
        for sign, title in titles.items():
            own, kinds = together.get((place, sign)), single.get((place, sign), [])
            state = _state(own, bool(kinds))
            told = kinds if state == "kinds" else [own] if own is not None else []
            evidence = "; ".join(row["evidence_vi"] for row in told if row["evidence_vi"]) or None
            finding = " ".join(row["sentence_vi"] for row in told)
            review = says["states"][state].partition(" (")[0]
            done.append((place, names[place], sign, title, state, review, evidence, len(kinds), finding))
    schema = dict.fromkeys(_TEXTS, pl.String) | {"kinds_noted": pl.Int64, "finding_vi": pl.String}
    return pl.DataFrame(done, schema, orient="row")


def _state(row: dict[str, Any] | None, kinds: bool) -> str:
    if row is not None and row["noted"]:
        return "noted"
    if kinds:
        return "kinds"
    if row is None or row["reason"] == "khong_co_so_lieu":
        return "no_data"
    # Nothing found says something only where it could have been found.
    return "unsure" if row["reason"] is not None or row["smallest_seen"] is None else "calm"
