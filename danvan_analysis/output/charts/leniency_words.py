"""What the picture of the leniency panel shows and says: one cell a place and question, the finding, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.output.charts import frame
from danvan_analysis.output.review import FOUND, STATES
from danvan_analysis.text import count

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts


def words(facts: Facts, cells: pl.DataFrame, year: int, nature: str, wide: bool, hidden: int) -> frame.Words:
    says = facts.layout["leniency"]
    found = cells.filter(FOUND)
    numbers = {sign: i for i, sign in enumerate(dict.fromkeys(cells["sign"]), 1)}
    titles = dict(cells.select("sign", "sign_vi").iter_rows())
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
