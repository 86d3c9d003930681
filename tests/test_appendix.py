"""The appendix: sheets, merged heads, live totals with stored values, text that stays text, the same bytes twice."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danvan_analysis.analysis import assess_targets, compute_changes
from danvan_analysis.facts import Facts
from danvan_analysis.output import charts, labels
from danvan_analysis.output.appendix import write_appendix
from danvan_analysis.output.returns import aside_by_sender, returns_table
from danvan_analysis.tables import Assessment, Indicators

from . import output_samples as samples

MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"


def _write(path: Path, facts: Facts, nature: str = "gia_dinh", t: samples.Sample | None = None, **more) -> Path:
    t = t or samples.sample(facts, nature)
    return write_appendix(
        path,
        facts=facts,
        year=2024,
        as_of=date(2024, 12, 20),
        indicators=t.indicators,
        assessment=t.assessment,
        changes=t.changes,
        ratings=t.ratings,
        returned=returns_table(facts, sources=t.sources, ratings=t.ratings, year=2024),
        sources=t.sources,
        set_aside=t.set_aside,
        **more,
    )


@pytest.fixture(scope="module")
def path(facts: Facts, tmp_path_factory) -> Path:
    return _write(tmp_path_factory.mktemp("appendix") / "phu-luc.xlsx", facts)


@pytest.fixture(scope="module")
def formulas(path: Path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def values(path: Path):
    return openpyxl.load_workbook(path, data_only=True)


def _cells(sheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _row_of(sheet, name: str, start: int = 1) -> int:
    return next(r for r in range(start, sheet.max_row + 1) if sheet.cell(r, 2).value == name)


def test_sheets_carry_the_mark_and_print_on_a4(formulas):
    names = formulas.sheetnames
    assert names[:3] == ["Bìa", "Phụ lục 1", "Biểu đồ"] and names[-1] == "Chưa đưa vào tổng hợp"
    assert "Phụ lục 2" in names
    assert "XL ban công tác mặt trận" in names
    for sheet in formulas:
        assert sheet["A2"].value == MARK
        assert MARK in sheet.oddHeader.center.text
        assert sheet.page_setup.paperSize == 9 and sheet.print_area
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "Bìa" else "landscape")
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert formulas["Chỉ tiêu"].print_title_rows == "$4:$4"


def test_cover_says_what_is_assumed_and_what_is_missing(values):
    said = _cells(values["Bìa"])
    assert "đề nghị đối chiếu với bản ban hành" in said
    assert "cách tính là giả định" in said and "Huyện Tháp Mười" in said and "Mẫu số" in said


def test_annex_1_sums_are_formulas_with_stored_values(facts, formulas, values):
    live, shown = formulas["Phụ lục 1"], values["Phụ lục 1"]
    own = _row_of(shown, "Toàn tỉnh")
    columns = {"T1": 3, "T2": 7, "T3": 11}
    districts = labels.districts(facts, 2024)["area_id"]
    for indicator in ("T2", "T3"):
        column = columns[indicator]
        known = [samples.counts(indicator, 2024, place) for place in districts]
        assert str(live.cell(own, column).value).startswith("=SUM(")
        n, base = sum(n or 0 for n, _ in known), sum(b or 0 for _, b in known)
        assert (shown.cell(own, column).value, shown.cell(own, column + 1).value) == (n, base)
        assert shown.cell(own, column + 2).value == pytest.approx(n / base)
    # The province's own bodies stand beside the districts' in T1: no sum of districts.
    assert live.cell(own, columns["T1"]).value == shown.cell(own, columns["T1"]).value
    silent = _row_of(shown, "Huyện Tháp Mười")
    assert [shown.cell(silent, c).value for c in (3, 4, 5)] == ["–", "–", "–"]
    assert "A4:A6" in {str(merged) for merged in live.merged_cells.ranges}
    assert shown.cell(own, 6).value == "Chưa đủ số liệu để xác định"
    assert shown.cell(_row_of(shown, "Huyện Tam Nông"), 14).value == "Thấp hơn mức chung"


def test_ratings_totals_are_formulas_and_add_up(facts, formulas, values):
    live, shown = formulas["XL chi hội"], values["XL chi hội"]
    totals = [r for r in range(1, shown.max_row + 1) if shown.cell(r, 2).value == "Tổng cộng"]
    assert len(totals) == 2
    counted = samples.sample(facts).ratings.filter(year=2024, unit_type="chi_hoi")
    assert sum(shown.cell(r, 3).value for r in totals) == counted["count"].sum()
    for row in totals:
        first = max((r for r in totals if r < row), default=0)
        start = _row_of(shown, "Thành phố Cao Lãnh", first + 1)
        assert live.cell(row, 3).value == f"=SUM(C{start}:C{row - 1})"
        column = [shown.cell(r, 3).value for r in range(start, row)]
        assert shown.cell(row, 3).value == sum(v for v in column if v != "–")


def test_returns_and_what_was_set_aside(facts, values):
    sheet = values["Phụ lục 2"]
    row = _row_of(sheet, "Thành uỷ Cao Lãnh")
    last = sheet.max_column
    assert [sheet.cell(row, c).value for c in range(last - 3, last + 1)] == [1, 14, 2, 0]
    t = samples.sample(facts)
    counts = aside_by_sender(t.sources, t.set_aside, year=2024)
    assert counts["aside"].sum() == 3 and counts["questioned"].sum() == 1
    assert _cells(values["Chưa đưa vào tổng hợp"]).count("=tốt<&>") >= 4


def test_text_is_never_a_formula_or_a_link(formulas):
    sheet = formulas["Chưa đưa vào tổng hợp"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "=tốt<&>")
    assert cell.data_type == "s" or cell.data_type == "inlineStr"
    assert not any(c.hyperlink for ws in formulas for row in ws.iter_rows() for c in row)


def test_tidy_sheet_equals_the_table(facts, values):
    sheet = values["Chỉ tiêu"]
    table = samples.sample(facts).indicators.filter(year=2024)
    assert sheet.max_row - 4 == table.height
    heads = [c.value for c in sheet[4]]
    stored = [sheet.cell(r, heads.index("n (đạt mức)") + 1).value for r in range(5, sheet.max_row + 1)]
    assert stored == table["numerator"].to_list()


def test_the_table_of_each_picture_stands_under_its_caption(facts, tmp_path):
    t = samples.sample(facts)
    made = charts.draw_year(
        tmp_path, facts=facts, year=2024, indicators=t.indicators, assessment=t.assessment, changes=t.changes,
        ratings=t.ratings, returned=returns_table(facts, sources=t.sources, ratings=t.ratings, year=2024),
    )  # fmt: skip
    book = openpyxl.load_workbook(_write(tmp_path / "phu-luc.xlsx", facts, t=t, charts=made))
    assert [name for name in book.sheetnames if name.startswith("Hình")] == [f"Hình {i + 1}" for i in range(len(made))]
    for i, chart in enumerate(made, 1):
        sheet = book[f"Hình {i}"]
        assert chart.caption in sheet["A1"].value
        lines = [list(line) for line in sheet.iter_rows(min_row=5, values_only=True)]
        # A workbook keeps 16 digits.
        rows = [[pytest.approx(v) if isinstance(v, float) else v for v in row] for row in chart.table.rows()]
        assert lines == rows
    needed = next(i for i, chart in enumerate(made, 1) if chart.name == "needed-T4")
    heads = [cell.value for cell in book[f"Hình {needed}"][4]]
    share = book[f"Hình {needed}"].cell(5, heads.index("Tỷ lệ") + 1)
    assert share.number_format.endswith("0.00%") and share.value == pytest.approx(
        made[needed - 1].table["Tỷ lệ (0–1)"][0]
    )


def test_what_has_no_target_stands_in_the_tidy_sheet_alone(facts, tmp_path):
    """With the tables as the analysis gives them: every column has a Vietnamese head, the official sheets only targets."""
    t = samples.sample(facts)
    count = {
        "indicator_id": "B01",
        "kind": "count",
        "amount": 12.0,
        "numerator": 12,
        "denominator": None,
        "value": None,
    }
    types = {name: t.indicators.schema[name] for name in count}
    other = t.indicators.filter(indicator_id="T1").with_columns(pl.lit(v, types[k]).alias(k) for k, v in count.items())
    share = t.indicators.filter(indicator_id="T1").with_columns(indicator_id=pl.lit("B04"), kind=pl.lit("share"))
    indicators = pl.concat([t.indicators, other, share])
    changes = compute_changes(indicators, facts)
    more = t._replace(indicators=indicators, assessment=assess_targets(indicators, facts), changes=changes)
    sheets = openpyxl.load_workbook(_write(tmp_path / "phu-luc.xlsx", facts, t=more))
    for name in ("Chỉ tiêu", "Đánh giá", "So năm trước", "Chưa đưa vào tổng hợp"):
        heads = [cell.value for cell in sheets[name][4]]
        assert set(heads).isdisjoint({*Indicators.column_names(), *Assessment.column_names(), *changes.columns}), name
    told = {cell.value for cell in sheets["Chỉ tiêu"]["A"][4:]}
    assert {"B01", "B04", "T1"} <= told
    kinds = [cell.value for cell in sheets["Chỉ tiêu"][4]].index("Loại số liệu")
    assert {row[kinds].value for row in sheets["Chỉ tiêu"].iter_rows(min_row=5)} == {"Tỷ lệ", "Số lượng"}
    assert {cell.value for cell in sheets["Đánh giá"]["A"][4:]} == set(facts.targets["indicator_id"])
    official = ("Bìa", "Phụ lục 1", "Biểu đồ", "Phụ lục 2")
    assert not [name for name in official if re.search(r"\bB\d\d\b", _cells(sheets[name]))]
    titles = [
        cell.value for row in sheets["Phụ lục 1"].iter_rows() for cell in row if str(cell.value).startswith("Chỉ tiêu ")
    ]
    assert len([title for title in titles if re.match(r"Chỉ tiêu \d", title)]) == facts.targets.height


def test_native_charts_stand_beside_their_tables(formulas):
    assert len(formulas["Biểu đồ"]._charts) >= 4


def test_the_same_input_gives_the_same_bytes(facts, path, tmp_path):
    assert _write(tmp_path / "phu-luc.xlsx", facts).read_bytes() == path.read_bytes()


def test_real_returns_carry_no_mark(facts, tmp_path):
    book = openpyxl.load_workbook(_write(tmp_path / "p.xlsx", facts, "bao_cao"))
    assert all(MARK not in _cells(sheet) for sheet in book)


def test_libreoffice_recomputes_to_the_stored_values(path, values, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("máy này không có LibreOffice (soffice)")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    back = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    folder = tmp_path / "back"
    subprocess.run([*back, str(folder), str(tmp_path / "phu-luc.ods")], check=True, capture_output=True, timeout=120)
    again = openpyxl.load_workbook(folder / "phu-luc.xlsx", data_only=True)
    for name in ("Phụ lục 1", "XL chi hội", "Phụ lục 2"):
        for row in values[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    assert again[name][cell.coordinate].value == pytest.approx(cell.value)
