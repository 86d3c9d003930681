"""What the picture of the leniency panel shows and says: one cell a place and question, the finding, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.output.charts import frame
from danvan_analysis.tables import ALL
from danvan_analysis.text import count

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

STATES = ("noted", "kinds", "calm", "unsure", "no_data")
#: Of the cells of `review_rows` those that ask.
FOUND = pl.col("state").is_in(["noted", "kinds"])


def review_rows(table: pl.DataFrame, facts: Facts, *, year: int, nature: str) -> pl.DataFrame:
    """Give the cells: places in official order, each with every sign of layout.toml that the table knows.

    Columns `area_id`, `area_name`, `sign`, `state` ("noted": all kinds of unit together; "kinds": single ones only;
    "calm"; "unsure": what is there could not be found with these numbers; "no_data"), `evidence_vi` (the count behind
    it), `kinds_noted` (single kinds of unit that stand out), `finding_vi` (the sentences).
    """
    rows = table.filter(pl.col("year") == year, pl.col("nature") == nature)
    known = set(rows["sign"])
    signs = [sign for sign in facts.layout["leniency"]["signs"] if sign in known]
    signs += sorted(known - set(signs))
    names = dict(labels.districts(facts, year).select("area_id", "name").iter_rows()) if known else {}
    names |= dict(rows.select("area_id", "area_name").iter_rows())
    together = {(row["area_id"], row["sign"]): row for row in rows.filter(organisation=ALL).iter_rows(named=True)}
    single: dict[tuple[str, str], list[str]] = {}
    for row in rows.filter(pl.col("organisation") != ALL, pl.col("noted")).iter_rows(named=True):
        single.setdefault((row["area_id"], row["sign"]), []).append(row["sentence_vi"])
    done = []
    for place in sorted(names):
        for sign in signs:
            own, more = together.get((place, sign)), single.get((place, sign), [])
            state = _state(own, bool(more))
            said = [own["sentence_vi"]] if own is not None and state != "kinds" else []
            shown = None if own is None else own["evidence_vi"]
            done.append((place, names[place], sign, state, shown, len(more), " ".join(said + more)))
    kinds = dict.fromkeys(("area_id", "area_name", "sign", "state", "evidence_vi"), pl.String)
    return pl.DataFrame(done, kinds | {"kinds_noted": pl.Int64, "finding_vi": pl.String}, orient="row")


def _state(row: dict[str, Any] | None, more: bool) -> str:
    if row is not None and row["noted"]:
        return "noted"
    if more:
        return "kinds"
    if row is None or row["reason"] == "khong_co_so_lieu":
        return "no_data"
    # Nothing found says something only where it could have been found.
    return "unsure" if row["reason"] is not None or row["smallest_seen"] is None else "calm"


def words(facts: Facts, cells: pl.DataFrame, year: int, nature: str, wide: bool, hidden: int) -> frame.Words:
    says = facts.layout["leniency"]
    found = cells.filter(FOUND)
    numbers = {sign: i for i, sign in enumerate(dict.fromkeys(cells["sign"]), 1)}
    titles = {sign: says["signs"].get(sign, (sign, ""))[0] for sign in numbers}
    numbered = [
        f"{number}: {titles[sign]}{_evidence(says, found.filter(sign=sign))}" for sign, number in numbers.items()
    ]
    tally = [says["tally"][state].format(k=count(k)) for state in STATES if (k := cells.filter(state=state).height)]
    notes = [
        "" if wide else says["column"].format(parts="; ".join(numbered)),
        says["cells"].format(total=count(cells.height), parts=", ".join(tally)),
        says["others"].format(k=count(hidden)) if hidden else "",
        says["note"] if found.height else "",
    ]
    text = frame.words(
        facts,
        _title(facts, cells, found, year),
        says["subtitle" if wide else "subtitle_marks"],
        "; ".join(
            titles[sign] + _evidence(says, found.filter(sign=sign)) for sign in numbers if sign in set(found["sign"])
        )
        or says["quiet"],
        nature,
        *notes,
    )
    return frame.for_internal(facts, text)


def _evidence(says: dict[str, Any], found: pl.DataFrame) -> str:
    """Name the places of a question with their counts."""
    if found.is_empty():
        return ""
    unit = says["signs"].get(found["sign"][0], ("", ""))[1]
    said = [
        f"{labels.place_short(row['area_name'])} "
        + (
            f"{row['evidence_vi']} {unit}".rstrip()
            if row["state"] == "noted"
            else says["single"].format(k=count(row["kinds_noted"]))
        )
        for row in found.iter_rows(named=True)
    ]
    return f" ({', '.join(said)})"


def _title(facts: Facts, cells: pl.DataFrame, found: pl.DataFrame, year: int) -> str:
    says, when = facts.layout["leniency"], labels.when_vi(year)
    places = cells["area_id"].n_unique()
    name = "title" if found.height else "title_calm" if "calm" in set(cells["state"]) else "title_unsure"
    silent = places - cells.filter(pl.col("state") != "no_data")["area_id"].n_unique()
    said = says[name].format(
        when=f"{when[0].upper()}{when[1:]}", k=count(found["area_id"].n_unique()), m=count(places),
        places=facts.layout["places"]["districts_vi"], signs=count(found["sign"].n_unique()),
    )  # fmt: skip
    return str(said + (says["title_silent"].format(k=count(silent)) if silent else ""))
