"""Real tables of public offices: none raises, none gives a rating that is not there, every row and cell is accounted for."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

from .real_tables import TABLES, RealTable


def _read(table: RealTable, folder: Path, facts: Facts, *, filled: bool, merged: bool) -> Data:
    grid = table.grid(filled=filled)
    path = folder / "2023" / "bieu.xlsx"
    path.parent.mkdir()
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Bieu")
        _write(
            sheet,
            grid,
            [(t + len(table.above), le, b + len(table.above), r) for t, le, b, r in table.merges] if merged else [],
        )
    data = read_raw(folder, facts)
    (source,) = data.sources.to_dicts()
    written = [[v for v in row if v is not None] for row in grid]
    assert (
        source["rows_read"]
        == sum(map(bool, written))
        == sum(source[f"rows_{k}"] for k in ("used", "aside", "structural"))
    )
    assert source["cells_read"] == sum(map(len, written))
    assert source["cells_read"] == sum(source[f"cells_{k}"] for k in ("used", "checked", "aside", "structural"))
    return data


def _write(sheet: Any, grid: list[list[Any]], merges: list[tuple[int, int, int, int]]) -> None:
    starts = {(t, le): (t, le, b, r) for t, le, b, r in merges}
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if value is None:
                continue
            if (r, c) in starts:
                sheet.merge_range(*starts[r, c], value)
            else:
                sheet.write(r, c, value)


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "not merged"])
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "blank"])
@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_no_rating_that_is_not_there(
    table: RealTable, filled: bool, merged: bool, tmp_path: Path, facts: Facts
) -> None:
    data = _read(table, tmp_path, facts, filled=filled, merged=merged)
    found = data.ratings.select("area_name", "year", "unit_type", "rating", "count").rows()
    assert sorted(found) == sorted(table.ratings)


PERSONS = (
    "Tổng hợp xếp loại cán bộ, công chức Hội Nông dân cấp xã năm 2023 huyện Lai Vung",
    "Kết quả xếp loại đoàn viên các chi đoàn năm 2023 huyện Lai Vung",
    "Đánh giá chất lượng hội viên chi hội nông dân năm 2023 huyện Lai Vung",
    "Xếp loại đảng viên tham gia chi hội nông dân năm 2023 huyện Lai Vung",
    "Kết quả phân loại cán bộ Mặt trận cấp xã năm 2023 huyện Lai Vung",
)


@pytest.mark.parametrize("title", PERSONS)
def test_persons_are_no_bodies(title: str, tmp_path: Path, facts: Facts) -> None:
    """The same table of levels, but people are rated in it: nothing is taken, and it says so."""
    levels = (
        "Hoàn thành xuất sắc nhiệm vụ",
        "Hoàn thành tốt nhiệm vụ",
        "Hoàn thành nhiệm vụ",
        "Không hoàn thành nhiệm vụ",
    )
    rows = (
        ("STT", "Đơn vị", "Tổng số", *levels),
        (1, "Xã Long Hậu", 12, 2, 9, 1, 0),
        (2, "Xã Tân Phước", 11, 2, 9, 0, 0),
    )
    data = _read(RealTable("", "", (title,), rows), tmp_path, facts, filled=True, merged=False)
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].to_list() == ["khong_phai_to_chuc"]
