"""Sheets of questions: what stands in them, how they print, and what comes of them when they come back filled in."""

import io
import re
import shutil
import subprocess
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

import danvan_analysis as dv
from danvan_analysis import pipeline
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.output.corrections_draft import write_corrections_draft
from danvan_analysis.output.reconciliation import write_reconciliation
from danvan_analysis.output.returns import returns_table
from danvan_analysis.tables import Data

Rows = list[list[str | int | float | None]]
AS_OF = date(2025, 1, 20)
HEAD: list[str | int | float | None] = ["STT", "Đơn vị", "Tổng số", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"]
TAM_NONG: Rows = [
    ["HUYỆN UỶ TAM NÔNG"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    [],
    HEAD,
    [1, "Xã Phú Đức", 5, 2, 2, 1, 0, 0],
    [2, "Xã Phú Hiệp", 7, 3, "hai", 1, 0, 0],
    [3, "Xã An Long", 6, 2, 2, 2, 0, 0],
]
FARMERS: Rows = [
    ["HỘI NÔNG DÂN TỈNH ĐỒNG THÁP"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    [],
    HEAD,
    [1, "Huyện Lấp Vò", 40, 20, 10, 10, 0, 0],
]
LAP_VO: Rows = [
    ["HUYỆN UỶ LẤP VÒ"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    [],
    HEAD,
    [1, "Huyện Lấp Vò", 41, 21, 10, 10, 0, 0],
]
MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"


def book(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as out:
        sheet = out.add_worksheet("Biểu 1")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
    return path


def changed(rows: Rows, r: int, c: int, value: Any) -> Rows:
    copy = [list(row) for row in rows]
    copy[r][c] = value
    return copy


def ask(folder: Path, data: Data, facts: Facts, *, returned: bool = False, year: int = 2024) -> dict[str, int]:
    table = None
    if returned:
        frames = {"sources": data.sources, "ratings": data.ratings, "measures": data.measures}
        table = returns_table(facts, **frames, parallel=data.parallel, year=year)
    written = write_reconciliation(
        folder, facts=facts, set_aside=data.set_aside, sources=data.sources, year=year, as_of=AS_OF, returned=table
    )
    return {path.stem: count for path, count in written.items()}


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a sheet by the heads of its columns, with the row they stand in."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    found: list[dict[str, Any]] = []
    heads: list[str] = []
    for row in sheet.iter_rows():
        values = [cell.value for cell in row]
        if values[0] == "STT":
            heads = [str(value) for value in values]
        elif heads and isinstance(values[0], int | float):
            found.append({**dict(zip(heads, values, strict=True)), "row": row[0].row})
    return found


def fill(path: Path, answers: dict[str, tuple[str | int | None, str | None]], to: Path) -> Path:
    """Answer questions as a person does: by the words of the question; everything else stays."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    for part, (value, comment) in answers.items():
        (line,) = [line for line in lines(path) if part in line["Nội dung đề nghị đối chiếu"]]
        sheet.cell(line["row"], 8).value = value
        sheet.cell(line["row"], 9).value = comment
    to.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(to)
    return to


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    book(folder / "2024" / "tam nông.xlsx", TAM_NONG)
    book(folder / "2024" / "hnd.xlsx", FARMERS)
    book(folder / "2024" / "lấp vò.xlsx", LAP_VO)
    return folder


# What stands in a sheet


def test_every_question_stands_in_the_sheet_of_its_sender(raw: Path, tmp_path: Path, facts: Facts) -> None:
    data = read_raw(raw, facts)
    counts = ask(tmp_path / "dc", data, facts)
    asked = {
        stem: {line["Nội dung đề nghị đối chiếu"] for line in lines(tmp_path / "dc" / f"{stem}.xlsx")}
        for stem in counts
    }
    by_sender = data.set_aside.group_by("sender").agg(pl.col("message_vi").unique()).iter_rows()
    assert asked == {sender: set(messages) for sender, messages in by_sender}
    assert counts == {sender: len(messages) for sender, messages in asked.items()}
    assert set(counts) == {"871", "875", "nong_dan"}
    (line,) = [line for line in lines(tmp_path / "dc" / "871.xlsx") if line["Ô"] == "E6"]
    assert line["Tệp"] == "2024/tam nông.xlsx"
    assert line["Trang tính"] == "Biểu 1"
    assert line["Số, chữ trong biểu"] == "hai"
    assert line["Phần mềm đang dùng; cần là"] == "Chưa dùng; cần một số ghi bằng chữ số"


def test_a_disagreement_stands_in_both_senders_sheets(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    both = [lines(tmp_path / "dc" / f"{sender}.xlsx")[0] for sender in ("875", "nong_dan")]
    assert both[0]["Nội dung đề nghị đối chiếu"] == both[1]["Nội dung đề nghị đối chiếu"]
    assert [line["Tệp"] for line in both] == ["2024/lấp vò.xlsx", "2024/hnd.xlsx"]
    assert [line["Số, chữ trong biểu"] for line in both] == ["D5: 21; E5: 10; F5: 10", "D5: 20; E5: 10; F5: 10"]


def test_what_was_not_sent_is_asked_for(raw: Path, tmp_path: Path, facts: Facts) -> None:
    counts = ask(tmp_path / "dc", read_raw(raw, facts), facts, returned=True)
    assert set(counts) >= {str(code) for code in range(866, 878)} | {"mttq", "cong_doan", "phu_nu", "doan_tn", "ccb"}
    silent = lines(tmp_path / "dc" / "866.xlsx")
    assert len(silent) == counts["866"] == 8
    assert "Chưa nhận được số liệu năm 2024 của chỉ tiêu 4" in silent[3]["Nội dung đề nghị đối chiếu"]
    assert "số kỳ sinh hoạt" in silent[3]["Phần mềm đang dùng; cần là"]
    assert not any("tổ chức cấp tỉnh" in line["Phần mềm đang dùng; cần là"] for line in silent)
    # What it sent is not asked for again.
    assert not any("chỉ tiêu 3 " in line["Nội dung đề nghị đối chiếu"] for line in lines(tmp_path / "dc" / "871.xlsx"))


def test_files_without_a_sender_and_of_any_nature_share_a_sheet(tmp_path: Path, facts: Facts) -> None:
    rows: Rows = [[MARK], *TAM_NONG]
    book(tmp_path / "raw" / "2024" / "tn.xlsx", rows)
    (tmp_path / "raw" / "2024" / "ảnh.pdf").write_bytes(b"%PDF-1.4")
    data = read_raw(tmp_path / "raw", facts)
    written = write_reconciliation(
        tmp_path / "dc", facts=facts, set_aside=data.set_aside, sources=data.sources, year=2024, nature="gia_dinh"
    )
    assert {path.stem for path in written} == {"871", "khong-ro-don-vi"}
    (line,) = lines(tmp_path / "dc" / "khong-ro-don-vi.xlsx")
    assert line["Tệp"] == "2024/ảnh.pdf"
    sheet = openpyxl.load_workbook(tmp_path / "dc" / "871.xlsx").worksheets[0]
    assert sheet["A2"].value == MARK
    assert MARK in str(sheet.oddHeader.center.text)


def test_other_years_and_natures_are_not_asked(raw: Path, tmp_path: Path, facts: Facts, shipped: Data) -> None:
    assert ask(tmp_path / "dc", read_raw(raw, facts), facts, year=2023) == {}
    ask(tmp_path / "all", shipped, facts, year=2023)
    files = {line["Tệp"] for path in (tmp_path / "all").iterdir() for line in lines(path)}
    assert files
    assert all(file.startswith("gia-dinh/2023/") for file in files)
    own = shipped.set_aside.filter(pl.col("source_file").str.starts_with("gia-dinh"), year=2023)
    assert sum(len(lines(path)) for path in (tmp_path / "all").iterdir()) == own.height


def test_what_was_dropped_at_the_door_is_only_counted(tmp_path: Path, facts: Facts) -> None:
    row = {
        "source_file": "a.xlsx",
        "source_sheet": "B",
        "source_cell": "D5",
        "year": 2024,
        "sender": "871",
        "text": None,
    }
    rows = [
        {**row, "effect": "dropped", "reason": "cot_ca_nhan", "message_vi": "Cột “Họ và tên” không đọc."},
        {**row, "effect": "used", "reason": "tong_khong_khop", "message_vi": "=1+1"},
    ]
    sources = pl.DataFrame([{"source_file": "a.xlsx", "source_sheet": "B", "sha256": "ab", "sender": "871",
                             "nature": "bao_cao", "status": "read", "form_id": None}])  # fmt: skip
    written = write_reconciliation(tmp_path, facts=facts, set_aside=pl.DataFrame(rows), sources=sources, year=2024)
    assert list(written.values()) == [1]
    sheet = openpyxl.load_workbook(tmp_path / "871.xlsx").worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any("Họ và tên" in text for text in texts)
    assert any("có 1 cột thông tin cá nhân" in text for text in texts)
    # Text of a sender is never a formula.
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]


def test_a_sheet_prints_on_a4_and_takes_answers_only_where_they_belong(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    path = tmp_path / "dc" / "871.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["A1"].value == "PHIẾU ĐỐI CHIẾU SỐ LIỆU"
    assert sheet["A4"].value == "Đơn vị: Huyện uỷ Tam Nông"
    assert sheet["A5"].value == "Kỳ số liệu: năm 2024; số liệu nhận đến ngày 20/01/2025"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$7:$7"
    assert re.fullmatch(r"'Đối chiếu'!\$A\$1:\$I\$\d+", sheet.print_area)
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    questions = {line["row"] for line in lines(path)}
    unlocked = {
        (cell.row, cell.column) for row in sheet.iter_rows(min_row=7) for cell in row if not cell.protection.locked
    }
    assert {(row, column) for row in questions for column in (8, 9)} <= unlocked
    assert all(column in (8, 9) or row > max(questions) for row, column in unlocked)
    assert [sheet.column_dimensions[letter].hidden for letter in "IJ"] == [False, True]


def test_the_same_questions_give_the_same_bytes(raw: Path, tmp_path: Path, facts: Facts) -> None:
    data = read_raw(raw, facts)
    for name in ("a", "b"):
        ask(tmp_path / name, data, facts, returned=True)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_the_questions_of_two_versions_take_one_of_two_answers(tmp_path: Path, facts: Facts) -> None:
    book(tmp_path / "raw" / "a.xlsx", changed(TAM_NONG, 5, 4, 3))
    book(tmp_path / "raw" / "b.xlsx", changed(changed(TAM_NONG, 5, 4, 3), 4, 3, 1))
    ask(tmp_path / "dc", read_raw(tmp_path / "raw", facts), facts)
    sheet = openpyxl.load_workbook(tmp_path / "dc" / "871.xlsx").worksheets[0]
    choices = {str(v.formula1) for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert choices == {'"Bản này đúng,Bản này sai"'}


def test_every_reason_told_of_exists(facts: Facts) -> None:
    known = set(facts.reasons["reason"]) | {"aside", "used"}
    assert set(facts.settings["reconciliation"]["needed"]) <= known
    assert set(facts.settings["reconciliation"]["version_reasons"]) <= known


def test_the_public_name(raw: Path, tmp_path: Path, facts: Facts) -> None:
    data = dv.read_raw(raw, facts)
    assert dv.write_reconciliation(tmp_path, facts=facts, set_aside=data.set_aside, sources=data.sources, year=2024)


def test_figures_found_are_shown_as_excel_shows_them(tmp_path: Path, facts: Facts) -> None:
    book(tmp_path / "raw" / "tn.xlsx", changed(TAM_NONG, 4, 3, 2.5))
    data = read_raw(tmp_path / "raw", facts)
    assert data.set_aside.filter(source_cell="D5").select("text", "found").rows() == [("2.5", "2,5")]


# What comes back


def overlay(tmp_path: Path, text: str) -> Facts:
    folder = tmp_path / "danh-muc"
    folder.mkdir(exist_ok=True)
    (folder / "corrections.toml").write_text(text, encoding="utf-8")
    return load_facts(folder)


def draft(tmp_path: Path, data: Data, facts: Facts) -> str:
    path = write_corrections_draft(tmp_path / "x" / "d.toml", facts=facts, answers=data.answers, as_of=AS_OF, year=2024)
    assert path
    return path.read_text("utf-8")


def as_is(path: Path) -> Path:
    return path


def by_office(path: Path) -> Path:
    """Save the workbook again with LibreOffice, as many senders do."""
    with tempfile.TemporaryDirectory() as folder:
        profile = (Path(folder) / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir"]
        subprocess.run([*command, folder, str(path)], check=True, capture_output=True, timeout=180)
        shutil.copy(Path(folder) / path.name, path)
    return path


@pytest.mark.parametrize(
    "save",
    [as_is, pytest.param(by_office, marks=pytest.mark.skipif(not shutil.which("soffice"), reason="cần LibreOffice"))],
)
def test_an_answer_goes_all_the_way_round_and_expires(
    raw: Path, tmp_path: Path, facts: Facts, save: Callable[[Path], Path]
) -> None:
    data = read_raw(raw, facts)
    assert data.answers.is_empty()
    ask(tmp_path / "dc", data, facts)
    save(fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("3", "ghi nhầm chữ")}, raw / "trả lời" / "gui lai (1).xlsx"))
    back = read_raw(raw, facts)
    # Nothing is applied by itself.
    assert back.ratings.equals(data.ratings)
    assert back.set_aside.equals(data.set_aside)
    (answer,) = back.answers.to_dicts()
    wanted = {"file": "2024/tam nông.xlsx", "sheet": "Biểu 1", "cell": "E6", "expected": "hai", "value": "3",
              "comment": "ghi nhầm chữ", "sender": "871", "state": "open", "action": "override"}  # fmt: skip
    assert {key: answer[key] for key in wanted} == wanted
    (source,) = back.sources.filter(form_id="phieu-doi-chieu").to_dicts()
    assert (source["status"], source["sender"], source["year"]) == ("read", "871", 2024)
    assert (source["cells_checked"], source["cells_used"], source["cells_aside"]) == (2, 0, 0)
    text = draft(tmp_path, back, facts)
    assert "# Ý kiến của đơn vị: ghi nhầm chữ" in text
    corrected_facts = overlay(tmp_path, text)
    corrected = read_raw(raw, corrected_facts)
    new = corrected.ratings.join(data.ratings, on=["area_id", "rating"], how="anti")
    assert new.select("area_name", "rating", "count", "source_cell").rows() == [("Xã Phú Hiệp", "tot", 3, "E6")]
    assert "so_khong_doc_duoc" not in corrected.set_aside["reason"].to_list()
    assert corrected.answers["state"].to_list() == ["in_ledger"]
    assert "[[correction]]" not in draft(tmp_path, corrected, facts)
    # The question is gone; that it was corrected is told where there is anything else to ask.
    assert "871" not in ask(tmp_path / "dc2", corrected, corrected_facts)
    # The sender sends the return again: the line has expired.
    book(raw / "2024" / "tam nông.xlsx", changed(TAM_NONG, 5, 4, 4))
    with pytest.raises(DanvanError, match="sổ ghi giá trị cũ là “hai”, trong tệp là “4”"):
        read_raw(raw, corrected_facts)
    stale = read_raw(raw, facts)
    assert stale.answers["state"].to_list() == ["stale"]
    assert stale.set_aside.filter(reason="tra_loi_het_hieu_luc").height == 1
    text = draft(tmp_path, stale, facts)
    assert tomllib.loads(text) == {}
    assert "tệp gốc đã thay đổi" in text


TOTAL = "tổng số chi hội Hội Nông dân của Xã Phú Đức ghi 5, cộng các mức được 23"


@pytest.fixture
def many(tmp_path: Path, facts: Facts) -> Callable[[str | int | None, str | None], pl.DataFrame]:
    """Answer a question that names several cells."""
    rows = changed(changed(TAM_NONG, 4, 3, 20), 5, 4, 3)
    book(tmp_path / "raw" / "tn.xlsx", rows)
    ask(tmp_path / "dc", read_raw(tmp_path / "raw", facts), facts)

    def answer(value: str | int | None, comment: str | None = None) -> pl.DataFrame:
        fill(tmp_path / "dc" / "871.xlsx", {TOTAL: (value, comment)}, tmp_path / "raw" / "pdc.xlsx")
        return read_raw(tmp_path / "raw", facts).answers

    return answer


@pytest.mark.parametrize(
    ("value", "comment", "expected"),
    [
        ("D5 = 2", None, [("D5", "20", "override", "2", "open")]),
        ("d5 = 2", None, [(None, None, None, "d5 = 2", "unclear")]),
        ("$D$5: 2; C5 = 5", None, [("C5", "5", "flag", None, "open"), ("D5", "20", "override", "2", "open")]),
        ("D5 = bỏ", None, [("D5", "20", "drop", None, "open")]),
        ("2", None, [(None, None, None, "2", "unclear")]),
        (2, None, [(None, None, None, "2", "unclear")]),
        ("D5 = 2; và 3", None, [(None, None, None, "D5 = 2; và 3", "unclear")]),
        ("ZZ99 = 2", None, [(None, None, None, "2", "unclear")]),
        ("đúng", None, [("C5", "5", "flag", None, "open")]),
        (None, "sẽ kiểm tra", [("C5", "5", "flag", None, "open")]),
        (None, None, []),
    ],
)
def test_an_answer_about_several_cells_names_its_own(
    many: Callable[[str | int | None, str | None], pl.DataFrame], value: Any, comment: str | None, expected: list[Any]
) -> None:
    answers = many(value, comment)
    assert answers.select("cell", "expected", "action", "value", "state").rows() == expected


def test_an_unclear_answer_is_said_and_balanced(
    many: Callable[[str | int | None, str | None], pl.DataFrame], tmp_path: Path, facts: Facts
) -> None:
    many("2", "xem lại")
    data = read_raw(tmp_path / "raw", facts)
    (note,) = data.set_aside.filter(reason="tra_loi_chua_ro").to_dicts()
    assert note["source_file"] == "pdc.xlsx"
    assert "thí dụ “D5 = 12; E5 = 3”" in note["message_vi"]
    row = data.sources.filter(form_id="phieu-doi-chieu").row(0, named=True)
    assert row["cells_aside"] == 2
    assert row["cells_read"] == row["cells_checked"] + row["cells_aside"] + row["cells_structural"]
    text = draft(tmp_path, data, facts)
    assert tomllib.loads(text) == {}
    assert "Câu trả lời chưa rõ" in text


def test_answers_that_contradict_are_not_offered(
    many: Callable[[str | int | None, str | None], pl.DataFrame], tmp_path: Path, facts: Facts
) -> None:
    many("D5 = 2")
    shutil.copy(tmp_path / "raw" / "pdc.xlsx", tmp_path / "raw" / "pdc lần nữa.xlsx")
    assert read_raw(tmp_path / "raw", facts).answers["state"].to_list() == ["open"]
    fill(tmp_path / "dc" / "871.xlsx", {TOTAL: ("D5 = 1", None)}, tmp_path / "raw" / "khác.xlsx")
    assert read_raw(tmp_path / "raw", facts).answers["state"].to_list() == ["unclear", "unclear"]


def test_a_version_called_wrong_is_offered_to_be_dropped(tmp_path: Path, facts: Facts) -> None:
    raw = tmp_path / "raw"
    book(raw / "a.xlsx", changed(TAM_NONG, 5, 4, 3))
    book(raw / "b.xlsx", changed(changed(changed(TAM_NONG, 5, 4, 3), 4, 3, 1), 4, 4, 3))
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    path = tmp_path / "dc" / "871.xlsx"
    workbook = openpyxl.load_workbook(path)
    for line in lines(path):
        said = "Bản này sai" if line["Tệp"] == "b.xlsx" else "Bản này đúng"
        workbook.worksheets[0].cell(line["row"], 8).value = said
    workbook.save(raw / "tra loi.xlsx")
    data = read_raw(raw, facts)
    assert data.ratings.is_empty()
    assert data.answers.filter(state="open").select("file", "cell", "action").rows() == [("b.xlsx", None, "drop")]
    decided = read_raw(raw, overlay(tmp_path, draft(tmp_path, data, facts)))
    assert decided.ratings.filter(area_name="Xã Phú Đức", rating="xuat_sac")["count"].to_list() == [2]
    assert decided.answers.filter(state="open").is_empty()


def test_a_question_that_was_changed_is_not_taken_for_ours(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    path = fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("3", None)}, raw / "tl.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    (line,) = [line for line in lines(path) if "“hai”" in line["Nội dung đề nghị đối chiếu"]]
    sheet.cell(line["row"], 13).value = "D6"
    workbook.save(path)
    data = read_raw(raw, facts)
    assert data.answers.select("state", "action").rows() == [("unclear", None)]
    assert "câu hỏi trong phiếu đã bị sửa" in data.set_aside.filter(reason="tra_loi_chua_ro")["message_vi"][0]


def test_an_answer_follows_its_file_by_content_not_by_name(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("3", None)}, raw / "tl.xlsx")
    (raw / "2024" / "tam nông.xlsx").rename(raw / "2024" / "TN.xlsx")
    assert read_raw(raw, facts).answers.select("file", "state").rows() == [("2024/TN.xlsx", "open")]


def test_a_return_beside_the_answers_is_still_read(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    path = fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("3", None)}, raw / "tl.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.create_sheet("Biểu bổ sung")
    for row in changed(changed(TAM_NONG, 0, 0, "HUYỆN UỶ THÁP MƯỜI"), 4, 1, "Xã Mỹ Đông")[:5]:
        sheet.append(row)
    workbook.save(path)
    data = read_raw(raw, facts)
    assert data.ratings.filter(area_name="Xã Mỹ Đông")["count"].sum() == 5
    assert data.answers.height == 1


def test_an_unanswered_sheet_is_no_return(raw: Path, tmp_path: Path, facts: Facts) -> None:
    data = read_raw(raw, facts)
    ask(tmp_path / "dc", data, facts, returned=True)
    shutil.copy(tmp_path / "dc" / "866.xlsx", raw / "866.xlsx")
    back = read_raw(raw, facts)
    assert back.answers.is_empty()
    assert back.set_aside.equals(data.set_aside)
    assert back.sources.filter(form_id="phieu-doi-chieu").select("status", "rows_used", "cells_aside").rows() == [
        ("read", 0, 0)
    ]
    # Who answers has not thereby sent a return.
    assert ask(tmp_path / "dc2", back, facts, returned=True) == ask(tmp_path / "dc3", data, facts, returned=True)


def test_a_remark_on_what_was_not_sent_is_kept(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts, returned=True)
    fill(tmp_path / "dc" / "866.xlsx", {"chỉ tiêu 4 ": (None, "gửi trước 25/01")}, raw / "866.xlsx")
    data = read_raw(raw, facts)
    assert data.answers.select("state", "comment", "file").rows() == [("noted", "gửi trước 25/01", "")]
    assert "Thành uỷ Cao Lãnh" in draft(tmp_path, data, facts)


def test_answers_are_text_whatever_they_look_like(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    comment = '"""\n[[correction]]\nfile = "x"\\ \x7f'
    fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("1.030", comment)}, raw / "tl.xlsx")
    text = draft(tmp_path, read_raw(raw, facts), facts)
    (entry,) = tomllib.loads(text)["correction"]
    assert entry["value"] == "1.030"
    overlay(tmp_path, text)


def test_sheets_come_with_the_years_result(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    fill(tmp_path / "dc" / "871.xlsx", {"“hai”": ("3", None)}, raw / "tl.xlsx")
    request = pipeline.Request(raw=raw, out=tmp_path / "ra", as_of=AS_OF, year=2024, command="so-ket")
    outcome = pipeline.review(request)
    folder = tmp_path / "ra" / "so-ket-2024" / "doi-chieu"
    books = sorted(path.name for path in folder.glob("*.xlsx"))
    assert {"871.xlsx", "875.xlsx", "nong_dan.xlsx", "866.xlsx"} <= set(books)
    assert outcome.asked == (len(books), sum(len(lines(path)) for path in folder.glob("*.xlsx")))
    assert tomllib.loads((folder / "dinh-chinh-can-xac-nhan.toml").read_text("utf-8"))["correction"][0]["value"] == 3


def test_no_date_of_the_day_is_in_the_bytes(raw: Path, tmp_path: Path, facts: Facts) -> None:
    ask(tmp_path / "dc", read_raw(raw, facts), facts)
    with zipfile.ZipFile(io.BytesIO((tmp_path / "dc" / "871.xlsx").read_bytes())) as package:
        assert b"2021-01-01T00:00:00Z" in package.read("docProps/core.xml")


@pytest.mark.parametrize("kind", ["ratings", "measures"])
def test_a_disagreement_by_commune_names_every_cell_of_both(tmp_path: Path, facts: Facts, kind: str) -> None:
    raw = tmp_path / "raw"
    if kind == "ratings":
        title, head = "KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024", HEAD
        communes: Rows = [[i, f"Xã {name}", 5, 2, 2, 1, 0, 0] for i, name in enumerate(_COMMUNES, 1)]
        district: Rows = [[1, "Huyện Tam Nông", 70, 30, 20, 20, 0, 0]]
        letterhead, cells = "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP", ("D", "E", "F")
    else:
        title, head = "ĐẢNG VIÊN NĂM 2024", ["STT", "Đơn vị", "Tổng số đảng viên"]
        communes = [[i, f"Xã {name}", 50] for i, name in enumerate(_COMMUNES, 1)]
        district = [[1, "Huyện Tam Nông", 999]]
        letterhead, cells = "TỈNH UỶ ĐỒNG THÁP", ("C",)
    communes[0][1] = "Thị trấn Tràm Chim"
    book(raw / "2024" / "tn.xlsx", [["HUYỆN UỶ TAM NÔNG"], [title], [], head, *communes])
    book(raw / "2024" / "tinh.xlsx", [[letterhead], [title], [], head, *district])
    data = read_raw(raw, facts)
    asked = data.set_aside.filter(reason="doi_chieu_lech").sort("source_file").to_dicts()
    assert [row["source_file"] for row in asked] == ["2024/tinh.xlsx", "2024/tn.xlsx"]
    assert len({row["message_vi"] for row in asked}) == 1
    assert "Huyện Tam Nông" in asked[0]["message_vi"]
    assert asked[1]["sender"] == "871"
    own = {f"{letter}{5 + i}" for i in range(len(communes)) for letter in cells}
    assert set(asked[1]["source_cell"].split(";")) == own
    if kind == "measures":
        assert "dang_vien" not in asked[0]["message_vi"]


_COMMUNES = ("Tràm Chim", "An Hòa", "An Long", "Hòa Bình", "Phú Cường", "Phú Đức", "Phú Hiệp", "Phú Ninh", "Phú Thành A",
             "Phú Thành B", "Phú Thọ", "Tân Công Sính")  # fmt: skip
