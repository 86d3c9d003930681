"""Random truth in random layouts with random mess: the reader gives the truth back or names what it cannot know.

Never a wrong number in silence, never a group that is not there, every row and cell accounted for.
"""

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

from .returns_at_random import FAULTS, HABITS, LAYOUTS, Cell, Key, Plan, Return, cells_of, draw, rows_written, write

#: Questions that neutral habits may raise: nothing is wrong with the figures they name.
#: Fair questions of these returns: their truths jump and repeat from year to year, hide rows, keep figures as text.
_HARMLESS = {
    "trung_lap", "thieu_don_vi", "gui_hai_lan", "an", "so_dang_chu", "so_don_vi_thay_doi", "trung_nam_truoc",
}  # fmt: skip
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
        (file, "" if file.endswith(".csv") else sheet, cell)
        for file, sheet, cells in rows.rows()
        for cell in cells.split(";")
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
    asked, aside = _named(data), _named(data, ("aside",))
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
            # "12/15" is 12 where the row bears it out, and asked about.
            shown |= {12 for cell in here if cell.value == "12/15"}
            # Of a list only the units are missing whose own cell is at fault.
            shown |= set(range(true - sum(bool(cell.fault) for cell in here), true))
            if key in drawn.hurt and named and (said == 0 or said in shown):
                continue
            if said == 0 and drawn.plan.has("bad_number") and here and all(cell.where in aside for cell in here):
                # A percentage or fraction among the counts of a short column leaves its neighbours in doubt: each is named.
                continue
            wrong.append(
                f"{key}: {said}, thật {true}; {'có' if named else 'không'} hỏi; ô {[c.where for c in here][:3]}"
            )
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


# --- the properties -----------------------------------------------------------------------------------------------------


@cache
def known() -> Facts:
    """The facts; no argument of the properties, for hypothesis prints those."""
    return load_facts()


def plans(habits: int, faults: int) -> st.SearchStrategy[Plan]:
    """Plans with at most so many habits and faults at once."""
    mess = st.builds(
        frozenset.union,
        st.frozensets(st.sampled_from(HABITS), max_size=habits),
        st.frozensets(st.sampled_from(FAULTS), max_size=faults),
    )
    return st.builds(Plan, st.sampled_from(list(LAYOUTS)), st.integers(0, 100_000), mess)


def check(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wrong = complaints(plan, known(), Path(folder))
    assert not wrong, "\n".join([str(plan), *wrong[:8]])


_USUAL = settings(max_examples=75, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
_LONG = settings(max_examples=3000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])


@_USUAL
@given(plan=plans(habits=10, faults=0))
def test_habits_change_nothing(plan: Plan) -> None:
    check(plan)


@_USUAL
@given(plan=plans(habits=5, faults=4))
def test_faults_are_named(plan: Plan) -> None:
    check(plan)


@pytest.mark.full
@_LONG
@given(plan=plans(habits=14, faults=0))
def test_habits_change_nothing_thousands(plan: Plan) -> None:
    check(plan)


@pytest.mark.full
@_LONG
@given(plan=plans(habits=10, faults=6))
def test_faults_are_named_thousands(plan: Plan) -> None:
    check(plan)


# What went wrong once, as the smallest plan that shows it.
ONCE = {
    "a unit of a list is no header": ("list", 93, "no_stt"),
    "a level with its unit in the cell is no header": ("L1", 99, "unit_in_cell zero_dash"),
    "column numbers begin anew in the table beside": ("beside", 310, "column_numbers"),
    "a group's heading is the last line of a page": ("list", 443, "repeat_header"),
    "the whole is headed Số tổ chức": ("L10", 936, "other_words total_column"),
    "what a unit says of itself stands once": ("list", 1629, "pasted_table self_only"),
    "an error beside a unit": ("list", 4005, "error_cell"),
    "a plan of next year gives the table no year": ("L12", 4052, "plan_columns"),
    "a plan beside levels gives the table no year": ("L10", 4013, "plan_columns"),
    "the better part cannot be read": ("L11", 4020, "bad_number"),
    "the better part is an error": ("L11", 4142, "error_cell"),
    "an unknown commune beside bodies in words": ("bodies", 83, "name_unknown"),
    "SL under a level nobody knows": ("L13", 4198, "level_unknown shares"),
    "Loại A is no total": ("L9", 6611, "level_unknown shares"),
    "the first commune of a group has an unknown name": ("L13", 6670, "name_unknown"),
    "SL under a level nobody knows, beneath an organisation": ("L10", 20324, "level_unknown shares"),
    "a spacer column under the head of the levels": ("L13", 20602, "blank_left name_unknown spacers"),
    "an error in a column nobody knows": ("sheets", 20204, "bad_number error_cell level_unknown"),
    "the unrated differ in a table pasted twice": ("L14", 7546, "pasted_changed pasted_table"),
}


@pytest.mark.parametrize("name", ONCE)
def test_once_wrong(name: str) -> None:
    layout, seed, mess = ONCE[name]
    check(Plan(layout, seed, frozenset(mess.split())))


# --- forms that nobody filled in ----------------------------------------------------------------------------------------

_FIGURES = {"count", "measure", "base", "total", "sum", "part_sum", "down_total", "down_part", "part", "share", "sum_share",
            "word", "extra"}  # fmt: skip
_BLANK_MESS = ("", "total_column shares sums_bottom column_numbers", "letterhead signatures notes_below unrated no_stt")


@pytest.mark.parametrize("formulas", [False, True], ids=["blank", "sums of 0 and divisions by 0"])
@pytest.mark.parametrize("mess", _BLANK_MESS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_blank_form_yields_nothing(layout: str, mess: str, formulas: bool, tmp_path: Path) -> None:
    """Header and names without figures are an empty form, asked about by nobody."""
    drawn = draw(Plan(layout, 1, frozenset(mess.split())), known())
    for cell in cells_of(drawn):
        if cell.kind in _FIGURES:
            cell.value = None
            if formulas and cell.kind in ("total", "sum", "down_total"):
                cell.value = 0
            elif formulas and cell.kind in ("share", "sum_share"):
                cell.kind, cell.value = "error", "#DIV/0!"
    write(drawn, tmp_path)
    data = read_raw(tmp_path, known())
    assert set(data.sources["status"]) == {"empty_form"}
    assert data.ratings.is_empty() and data.measures.is_empty() and data.coverage.is_empty()
    assert data.set_aside.is_empty(), data.set_aside["message_vi"].to_list()
    assert not _accounts(drawn, data)


# --- totals -------------------------------------------------------------------------------------------------------------


def test_share_of_a_total_over_organisations(tmp_path: Path) -> None:
    drawn = draw(Plan("L14", 4745, frozenset({"shares"})), known())
    cell = next(c for c in cells_of(drawn) if c.kind == "share" and c.of and c.of[0])
    cell.value, cell.fault = "9,54", "share_wrong"
    write(drawn, tmp_path)
    assert not _faults(drawn, read_raw(tmp_path, known()))


def test_total_above_rows_pasted_twice(tmp_path: Path) -> None:
    drawn = draw(Plan("below", 184, frozenset({"pasted_rows", "sums_top"})), known())
    write(drawn, tmp_path)
    assert "tong_khong_khop" not in set(read_raw(tmp_path, known()).set_aside["reason"])


def test_share_of_a_total_that_comes_out_is_no_question(tmp_path: Path) -> None:
    drawn = draw(Plan("L14", 4745, frozenset({"shares"})), known())
    write(drawn, tmp_path)
    data = read_raw(tmp_path, known())
    assert data.set_aside.is_empty()
    assert data.shares is not None
    assert data.shares.filter(pl.col("area_name") == "dòng tổng")["how"].n_unique() == 1


def test_a_wrong_total_above_rows_pasted_twice_is_asked(tmp_path: Path) -> None:
    drawn = draw(Plan("below", 184, frozenset({"pasted_rows", "sums_top"})), known())
    total = next(c for c in cells_of(drawn) if c.value == 338)
    total.value = 339
    write(drawn, tmp_path)
    (message,) = (
        read_raw(tmp_path, known()).set_aside.filter(pl.col("reason") == "tong_khong_khop")["message_vi"].to_list()
    )
    assert "ghi 339, cộng các dòng được 338" in message
