"""Random truth in random layouts with random mess: the reader gives the truth back or names what it cannot know.

Never a wrong number in silence, never a group that is not there, every row and cell accounted for.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

from .returns_at_random import FAULTS, Cell, Key, Plan, Return, cells_of, draw, rows_written, write

#: Questions that neutral habits may raise: nothing is wrong with the figures they name.
_HARMLESS = {"trung_lap", "thieu_don_vi", "gui_hai_lan", "dong_an", "cot_an"}
Place = tuple[str, str, str]


def complaints(plan: Plan, facts: Facts, folder: Path) -> list[str]:
    """What is wrong with the reading of a drawn return; nothing where all is well."""
    drawn = draw(plan, facts)
    write(drawn, folder)
    data = read_raw(folder, facts)
    return [*_figures(drawn, data), *_faults(drawn, data), *_calm(drawn, data), *_accounts(drawn, data)]


def _named(data: Data, effects: tuple[str, ...] = ("aside", "used")) -> set[Place]:
    """The cells that questions name; a csv has no sheet to speak of."""
    rows = data.set_aside.filter(pl.col("effect").is_in(effects)).select("source_file", "source_sheet", "source_cell")
    return {
        (file, "" if file.endswith(".csv") else sheet, cell) for file, sheet, cells in rows.rows() for cell in cells.split(";")
    }


def _found(data: Data) -> tuple[Counter[Key], dict[Key, int]]:
    ratings: Counter[Key] = Counter()
    for row in data.ratings.iter_rows(named=True):
        unrated = row["rating"] == "chua_xep_loai"
        who = "self" if row["rated_by"] == "tu_xep_loai" else "confirmed"
        key = (row["area_id"], row["year"], row["organisation"], row["unit_type"], "" if unrated else row["scale_id"])
        ratings[*key, row["rating"], who] += row["count"]
    measures: dict[Key, int] = {}
    for row in data.measures.iter_rows(named=True):
        key = ("measure", row["area_id"], row["year"], row["measure"])
        measures[key] = measures.get(key, 0) + row["value"]
    return ratings, measures


def _figures(drawn: Return, data: Data) -> list[str]:
    """Every group equals the truth; where a fault touches it, it equals the truth or is absent and asked about."""
    ratings, measures = _found(data)
    asked = _named(data)
    cells: dict[Key, list[Cell]] = {}
    for cell in cells_of(drawn):
        for key in cell.keys:
            cells.setdefault(key, []).append(cell)
    wrong = []
    for truth, found in ((drawn.ratings, ratings), (drawn.measures, measures)):
        for key in dict.fromkeys((*truth, *found)):
            said, true = found.get(key, 0), truth.get(key, 0)
            if said == true:
                continue
            here = cells.get(key, [])
            named = any(cell.where in asked for cell in here)
            shown = {cell.shown for cell in here if cell.shown is not None}
            # Of a list only the units are missing whose own cell is at fault.
            shown |= set(range(true - sum(bool(cell.fault) for cell in here), true))
            if key in drawn.hurt and named and (said == 0 or said in shown):
                continue
            wrong.append(f"{key}: {said}, thật {true}; {'có' if named else 'không'} hỏi; ô {[c.where for c in here][:3]}")
    return wrong


def _faults(drawn: Return, data: Data) -> list[str]:
    """Every planted fault is named by its cell, a changed copy by either copy."""
    asked = _named(data)
    cells = cells_of(drawn)
    missed = []
    for cell in cells:
        if not cell.fault or cell.where in asked:
            continue
        if cell.fault == "pasted_changed" and any(set(c.keys) & set(cell.keys) and c.where in asked for c in cells):
            continue
        missed.append(f"không nêu lỗi {cell.fault} ở ô {cell.where}: {cell.value!r}")
    return missed


def _calm(drawn: Return, data: Data) -> list[str]:
    """Where nothing is wrong, nothing is set aside and no figure is questioned."""
    if drawn.plan.has(*FAULTS):
        return []
    harmless = [*_HARMLESS, *(["tong_khong_khop"] if drawn.plan.has("pasted_rows", "pasted_table") else [])]
    rows = data.set_aside.filter(~pl.col("reason").is_in(harmless))
    return [f"hỏi không có cớ: {m}" for m in rows["message_vi"].to_list()]


def _accounts(drawn: Return, data: Data) -> list[str]:
    """Rows and cells add up on every sheet and equal what was written."""
    wrong = []
    written = rows_written(drawn)
    found: dict[tuple[str, str], Any] = {}
    for row in data.sources.iter_rows(named=True):
        file = row["source_file"]
        found[file, "" if file.endswith(".csv") else row["source_sheet"]] = row
        if row["rows_read"] != row["rows_used"] + row["rows_aside"] + row["rows_structural"]:
            wrong.append(f"dòng không khớp: {row}")
        if row["cells_read"] != sum(row[f"cells_{k}"] for k in ("used", "checked", "aside", "structural")):
            wrong.append(f"ô không khớp: {row}")
    for place, (rows, cells) in written.items():
        read = found.get(place)
        if read is None or (read["rows_read"], read["cells_read"]) != (rows, cells):
            wrong.append(f"{place}: viết {rows} dòng {cells} ô, đọc {read and (read['rows_read'], read['cells_read'])}")
    return wrong
