"""The figures of the internal folder: drawn, saved, each with its table, every one marked as what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style
from danvan_analysis.output.charts.funnel import drawn as funnel
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.charts.leniency import drawn as leniency
from danvan_analysis.output.charts.year import ChartFile

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: `kind` of a figure in `internal_figures` of layout.toml to the function that draws it.
DRAW: dict[str, Callable[[dict[str, Any], Inputs], Drawn | None]] = {"funnel": funnel, "leniency": leniency}


def draw_internal(
    folder: str | Path,
    *,
    facts: Facts,
    year: int,
    period: str = "nam",
    nature: str,
    tables: Mapping[str, pl.DataFrame],
    size: str = "a4",
    font: str | None = None,
) -> list[ChartFile]:
    """Draw every internal figure of layout.toml that has data, into `folder` as .png, .svg and .csv; give them in order.

    `tables` are the internal tables of the year by name (`analysis.all_tables`), with the curves of `funnel_curves` as
    "duong-gioi-han" where the limits are to be smooth. The folder is for those who advise: nothing of it goes into a
    report. The first line of each .csv says so, and whether the figures are trial data.
    """
    nothing = pl.DataFrame()
    given = Inputs(
        facts, year, period, nature, verdicts=nothing, indicators=nothing, changes=None, ratings=nothing,
        returned=nothing, tables=tables, size=size, font=font,
    )  # fmt: skip
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for wanted in facts.layout["internal_figures"]:
        drawn = DRAW[wanted["kind"]](wanted, given)
        if drawn is not None:
            made.append(_save(folder, wanted, drawn, given))
    return made


def _save(folder: Path, wanted: dict[str, Any], drawn: Drawn, given: Inputs) -> ChartFile:
    facts = given.facts
    parts = (wanted["kind"], wanted.get("indicator_id"), wanted.get("organisation"), wanted.get("unit_type"))
    name = "-".join(part for part in parts if part).replace("_", "-")
    alt = style.save_chart(drawn.figure, folder / name, dpi=int(facts.layout["chart"]["dpi"]))
    table = drawn.rows.rename(facts.layout["columns"], strict=False)
    marks = [facts.settings["internal"]["mark"], labels.trial_mark(facts, given.nature)]
    with (folder / f"{name}.csv").open("wb") as file:
        file.write(("\ufeff" + ". ".join(mark for mark in marks if mark) + "\n").encode())
        table.write_csv(file)
    files = (folder / f"{name}.png", folder / f"{name}.svg")
    return ChartFile(name, *files, caption=_caption(wanted, given), place="noi-bo", alt=alt, table=table)


def _caption(wanted: dict[str, Any], given: Inputs) -> str:
    own = wanted.get("indicator_id")
    titles = {t["indicator_id"]: labels.short_title(given.facts, t) for t in labels.targets(given.facts)}
    unit = labels.unit_type_vi(given.facts, wanted["unit_type"]) if "unit_type" in wanted else ""
    when = labels.when_vi(given.year, given.period)
    return str(wanted["caption"].format(when=when, title=titles.get(own, ""), unit=unit))
