"""The corrections ledger: what it changes, what it leaves alone, and that no line outlives the figure it was made for."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.cells import Document, Sheet
from danvan_analysis.errors import DanvanError, FactsError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.corrections import Ledger, apply_ledger
from danvan_analysis.tables import Data

Rows = list[list[str | int | float | None]]
HEAD: list[str | int | float | None] = ["STT", "Đơn vị", "Tổng số", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"]
RIGHT: Rows = [
    ["HUYỆN UỶ TAM NÔNG"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    [],
    HEAD,
    [1, "Xã Phú Đức", 5, 2, 2, 1, 0, 0],
    [2, "Xã Phú Hiệp", 7, 3, 3, 1, 0, 0],
    [3, "Xã An Long", 6, 2, 2, 2, 0, 0],
]
BASIS = 'reason = "Đơn vị gửi công văn đính chính"\ntold = "Huyện uỷ Tam Nông"\ndate = 2025-01-10\n'


def book(path: Path, *sheets: Rows, merge: tuple[int, int, int, int] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as out:
        for number, rows in enumerate(sheets, 1):
            sheet = out.add_worksheet(f"Biểu {number}")
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r, c, value)
            if merge:
                sheet.merge_range(*merge, rows[merge[0]][merge[1]])
    return path


def changed(rows: Rows, r: int, c: int, value: Any) -> Rows:
    copy = [list(row) for row in rows]
    copy[r][c] = value
    return copy


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Facts]:
    def write(*entries: str) -> Facts:
        folder = tmp_path / "danh-muc"
        folder.mkdir(exist_ok=True)
        text = "\n".join(f"[[correction]]\n{entry}\n{BASIS}" for entry in entries)
        (folder / "corrections.toml").write_text(text, encoding="utf-8")
        return load_facts(folder)

    return write


def entry(
    file: str = "2024/tn.xlsx", sheet: str = "Biểu 1", cell: str = "D5", expected: str = "2", do: str = ""
) -> str:
    return f'file = "{file}"\nsheet = "{sheet}"\ncell = "{cell}"\nexpected = {expected}\n{do}'


def override(value: str) -> str:
    return f'action = "override"\nvalue = {value}'


DROP, FLAG = 'action = "drop"', 'action = "flag"'


def counts(data: Data) -> Counter[tuple[str, str]]:
    rows = data.ratings.select("area_name", "rating", "count").iter_rows()
    return Counter({(area, rating): count for area, rating, count in rows})


def told(facts: Facts, folder: Path) -> str:
    with pytest.raises(DanvanError) as raised:
        read_raw(folder, facts)
    return str(raised.value)


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def balanced(data: Data) -> None:
    for row in data.sources.iter_rows(named=True):
        assert row["cells_read"] == sum(row[f"cells_{k}"] for k in ("used", "checked", "aside", "structural"))


# What a line does


def test_an_override_is_used_noted_and_traceable(tmp_path: Path, ledger: Callable[..., Facts], facts: Facts) -> None:
    raw = tmp_path / "raw"
    wrong = book(raw / "2024" / "tn.xlsx", changed(RIGHT, 4, 3, 20))
    right = book(tmp_path / "right" / "2024" / "tn.xlsx", RIGHT)
    before = wrong.read_bytes()
    data = read_raw(raw, ledger(entry(expected="20", do=override("2"))))
    assert counts(data) == counts(read_raw(right.parent.parent, facts))
    assert wrong.read_bytes() == before
    (note,) = data.set_aside.filter(source_cell="D5").to_dicts()
    assert (note["effect"], note["reason"], note["text"]) == ("used", "da_sua_theo_so_dinh_chinh", "20")
    for word in ("“20” thành “2”", "10/01/2025", "Đơn vị gửi công văn đính chính", "Huyện uỷ Tam Nông"):
        assert word in note["message_vi"]
    cells = data.ratings.filter(area_name="Xã Phú Đức")["source_cell"].to_list()
    assert "D5" in ";".join(cells).split(";")
    balanced(data)


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 6), st.integers(2, 7), st.integers(0, 30))
def test_a_corrected_file_reads_as_if_it_had_come_right(
    tmp_path_factory: pytest.TempPathFactory, facts: Facts, r: int, c: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("thuộc tính")
    book(folder / "raw" / "tn.xlsx", RIGHT)
    book(folder / "edited" / "tn.xlsx", changed(RIGHT, r, c, value))
    old, cell = RIGHT[r][c], f"{'ABCDEFGH'[c]}{r + 1}"
    if old == value:
        return
    (folder / "dm").mkdir()
    line = entry("tn.xlsx", cell=cell, expected=str(old), do=override(str(value)))
    (folder / "dm" / "corrections.toml").write_text(f"[[correction]]\n{line}\n{BASIS}", encoding="utf-8")
    corrected = read_raw(folder / "raw", load_facts(folder / "dm"))
    edited = read_raw(folder / "edited", facts)
    assert corrected.ratings.equals(edited.ratings)
    own = pl.col("reason") != "da_sua_theo_so_dinh_chinh"
    assert corrected.set_aside.filter(own).drop("found").equals(edited.set_aside.drop("found"))
    assert corrected.coverage.equals(edited.coverage)
    balanced(corrected)


@pytest.mark.parametrize(
    ("stands", "expected"),
    [(12, "12"), (12, '"12"'), ("12", "12"), ("12 ", '" 12"'), (0.5, "0.5"), ("1.030", '"1.030"'), (None, '""'),
     ("hai  mươi", '"hai mươi"')],
)  # fmt: skip
def test_what_is_expected_is_what_the_reader_shows(
    tmp_path: Path, ledger: Callable[..., Facts], stands: Any, expected: str
) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", changed(RIGHT, 4, 3, stands))
    data = read_raw(tmp_path / "raw", ledger(entry(expected=expected, do=override("2"))))
    assert counts(data)["Xã Phú Đức", "xuat_sac"] == 2


@pytest.mark.parametrize(
    ("stands", "expected"), [(1030, '"1.030"'), ("1.030", "1030"), (0.5, '"0,5"'), (12, "13"), (None, "0"), (0, '""')]
)
def test_nothing_is_interpreted(tmp_path: Path, ledger: Callable[..., Facts], stands: Any, expected: str) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", changed(RIGHT, 4, 3, stands))
    assert "sổ ghi giá trị cũ là" in told(ledger(entry(expected=expected, do=override("2"))), tmp_path / "raw")


def test_a_dropped_cell_does_not_count_and_stays_in_the_books(
    tmp_path: Path, ledger: Callable[..., Facts], facts: Facts
) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    whole = read_raw(tmp_path / "raw", facts)
    data = read_raw(tmp_path / "raw", ledger(entry(do=DROP)))
    assert counts(whole) - counts(data) == Counter({("Xã Phú Đức", "xuat_sac"): 2})
    note = data.set_aside.filter(reason="bo_theo_so_dinh_chinh").row(0, named=True)
    assert (note["effect"], note["source_cell"], note["text"]) == ("aside", "D5", "2")
    assert data.sources["cells_read"].equals(whole.sources["cells_read"])
    assert data.sources["cells_aside"].to_list() == [1]
    balanced(data)


def test_a_flag_changes_no_figure_and_asks(tmp_path: Path, ledger: Callable[..., Facts], facts: Facts) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    data = read_raw(tmp_path / "raw", ledger(entry(do=FLAG)))
    assert data.ratings.equals(read_raw(tmp_path / "raw", facts).ratings)
    note = data.set_aside.row(0, named=True)
    assert (note["effect"], note["reason"], note["source_cell"]) == ("used", "hoi_theo_so_dinh_chinh", "D5")


def test_an_error_cell_can_be_corrected(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    path = tmp_path / "raw" / "2024" / "tn.xlsx"
    book(path, RIGHT)
    with xlsxwriter.Workbook(str(path)) as out:
        sheet = out.add_worksheet("Biểu 1")
        for r, row in enumerate(RIGHT):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
        sheet.write_formula(4, 3, "=1/0", None, "#DIV/0!")
    assert "“#DIV/0!”" in told(ledger(entry(do=override("3"))), tmp_path / "raw")
    data = read_raw(tmp_path / "raw", ledger(entry(expected='"#DIV/0!"', do=override("2"))))
    assert counts(data)["Xã Phú Đức", "xuat_sac"] == 2
    assert data.set_aside.filter(reason="o_loi").is_empty()
    balanced(data)


def test_a_dropped_sheet_and_a_dropped_file(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    raw = tmp_path / "raw"
    other = changed(RIGHT, 1, 0, "KẾT QUẢ XẾP LOẠI CHI ĐOÀN NĂM 2024")
    path = book(raw / "2024" / "tn.xlsx", RIGHT, other)
    data = read_raw(raw, ledger(f'sha256 = "{sha(path)}"\nsheet = "Biểu 2"\n{DROP}'))
    assert set(data.ratings["unit_type"]) == {"chi_hoi"}
    assert data.set_aside["reason"].to_list() == ["bo_theo_so_dinh_chinh"]
    balanced(data)
    data = read_raw(raw, ledger(f'file = "2024/tn.xlsx"\nsha256 = "{sha(path).upper()}"\n{DROP}'))
    assert data.ratings.is_empty()
    assert data.set_aside["source_sheet"].to_list() == ["Biểu 1", "Biểu 2"]
    assert data.sources["cells_used"].sum() == 0
    balanced(data)


def test_dropping_one_of_two_versions_decides(tmp_path: Path, ledger: Callable[..., Facts], facts: Facts) -> None:
    raw = tmp_path / "raw"
    book(raw / "2024" / "tn.xlsx", RIGHT)
    wrong = book(raw / "2024" / "tn (1).xlsx", changed(changed(RIGHT, 4, 3, 1), 4, 4, 3))
    undecided = read_raw(raw, facts)
    assert "hai_ban_khac_nhau" in undecided.set_aside["reason"].to_list()
    assert undecided.ratings.is_empty()
    data = read_raw(raw, ledger(f'sha256 = "{sha(wrong)}"\n{DROP}'))
    assert "hai_ban_khac_nhau" not in data.set_aside["reason"].to_list()
    assert counts(data)["Xã Phú Đức", "xuat_sac"] == 2
    assert data.ratings["count"].sum() == 18


def test_of_two_files_alike_the_first_counts_or_is_named(
    tmp_path: Path, ledger: Callable[..., Facts], facts: Facts
) -> None:
    raw = tmp_path / "raw"
    for name in ("a.xlsx", "b.xlsx"):
        first = book(raw / "2024" / name, RIGHT)
    by_sha = f'sha256 = "{sha(first)}"\nsheet = "Biểu 1"\ncell = "D5"\nexpected = 2\n{override("1")}'
    for line in (entry("2024/a.xlsx", do=override("1")), by_sha):
        assert counts(read_raw(raw, ledger(line)))["Xã Phú Đức", "xuat_sac"] == 1
    said = told(ledger(entry("2024/b.xlsx", do=override("1"))), raw)
    assert "trùng nội dung với “2024/a.xlsx”" in said
    dropped = f'file = "2024/a.xlsx"\nsha256 = "{sha(first)}"\n{DROP}'
    assert counts(read_raw(raw, ledger(dropped))) == counts(read_raw(raw, facts))


def test_a_file_in_an_archive_is_named_by_its_path_in_it(ledger: Callable[..., Facts]) -> None:
    lines = ledger(entry("2024/goi.zip/thư mục/tep.xlsx", cell="A1", expected='"x"', do=override('"y"'))).corrections
    document = Document("thư mục/tep.xlsx", b"", [Sheet("Biểu 1", [["x"]])])
    book, path = Ledger(lines), "2024/goi.zip/thư mục/tep.xlsx"
    corrected = apply_ledger(lines, document, PurePosixPath(path), "")
    book.take(corrected.findings, path, None)
    book.close()
    assert corrected.sheets[0].raw(0, 0) == "y"
    assert document.sheets[0].raw(0, 0) == "x"


# A line that no longer fits


def test_every_stale_line_is_told_in_one_message(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    path = book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    facts = ledger(
        entry(cell="D5", expected="3", do=override("4")),
        entry("2024/tnn.xlsx", do=override("4")),
        entry(sheet="Biểu I", do=override("4")),
        entry(cell="Z99", do=override("4")),
        f'sha256 = "{"0" * 64}"\n{DROP}',
        f'file = "2024/tn.xlsx"\nsha256 = "{"0" * 64}"\n{DROP}',
        entry(cell="E5", do=override("4")),
    )
    said = told(facts, tmp_path / "raw")
    assert said.startswith("Sổ đính chính (corrections.toml) có 6 dòng không khớp với số liệu gốc; chưa tổng hợp gì.")
    assert len(said.splitlines()) == 7
    for line, words in enumerate(
        (
            "tệp “2024/tn.xlsx”, trang “Biểu 1”, ô D5: sổ ghi giá trị cũ là “3”, trong tệp là “2”",
            'không có trang “Biểu I”; gần nhất: "Biểu 1"',
            "ô Z99: nằm ngoài vùng có số liệu",
            f"nay có nội dung khác (sha256 {sha(path)})",
            'không có tệp “2024/tnn.xlsx” trong số các tệp đã mở; gần nhất: "2024/tn.xlsx"',
            f"không có tệp nào mang sha256 {'0' * 64}",
        ),
        1,
    ):
        assert words in said.splitlines()[line]
        assert "corrections.toml dòng " in said.splitlines()[line]
        assert "Đề nghị" in said.splitlines()[line] or "đề nghị" in said.splitlines()[line]


def test_a_merged_cell_is_corrected_at_its_top_left(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT, merge=(1, 0, 1, 7))
    said = told(ledger(entry(cell="C2", expected='""', do=override('"x"'))), tmp_path / "raw")
    assert "nằm trong vùng ô gộp, giá trị ở ô A2" in said
    assert 'cell = "A2"' in said
    title = "KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM"
    line = entry(cell="A2", expected=f'"{title} 2024"', do=override(f'"{title} 2023"'))
    assert set(read_raw(tmp_path / "raw", ledger(line)).ratings["year"]) == {2023}


def test_lines_that_meet_in_one_place_contradict(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    path = book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    by_sha = f'sha256 = "{sha(path)}"\nsheet = "Biểu 1"\n'
    for other in (f'{by_sha}cell = "D5"\nexpected = 2\n{override("3")}', f"{by_sha}{DROP}"):
        said = told(ledger(entry(do=override("1")), other), tmp_path / "raw")
        assert "cùng nói về một chỗ trong tệp “2024/tn.xlsx” với" in said


def test_a_file_that_cannot_be_opened_holds_no_cell(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    path = book(tmp_path / "raw" / "2024" / "khac.xlsx", RIGHT).with_name("tn.xlsx")
    path.write_bytes(b"%PDF-1.4")
    assert "tệp “2024/tn.xlsx” không mở được" in told(ledger(entry(do=override("3"))), tmp_path / "raw")
    read_raw(tmp_path / "raw", ledger(f'sha256 = "{sha(path)}"\n{DROP}'))


def test_the_command_ends_with_2_and_the_sentence(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    ledger(entry(expected="99", do=override("3")))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "danvan_analysis", "kiem-tra", "--so-lieu", "raw", "--danh-muc", "danh-muc"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "sổ ghi giá trị cũ là “99”, trong tệp là “2”" in run.stderr
    assert "Traceback" not in run.stderr


# Loading


def test_none_ships(facts: Facts) -> None:
    assert facts.corrections == ()


def problems(folder: Path) -> str:
    with pytest.raises(FactsError) as raised:
        load_facts(folder)
    return str(raised.value)


GOOD = entry(do=override("3")) + "\n" + BASIS


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("expected = 2", "expectd = 2", 'không có mục "expectd"; gần nhất: "expected"'),
        ("expected = 2\n", "", 'thiếu mục "expected"'),
        ("expected = 2", "expected = true", 'mục "expected" phải là một số hoặc chữ'),
        ('file = "2024/tn.xlsx"\n', "", 'thiếu mục "file"'),
        ("2024/tn.xlsx", "2024\\\\tn.xlsx", 'đề nghị dùng dấu "/"'),
        ('cell = "D5"', 'cell = "5D"', 'cell ghi "5D", cần một ô dạng D17'),
        ('cell = "D5"\n', "", 'phải ghi "sha256"'),
        ('sheet = "Biểu 1"\n', "", 'thì phải có "sheet"'),
        ('"override"', '"overide"', 'action ghi "overide", cần một trong: override, drop, flag; gần nhất: "override"'),
        ("value = 3\n", "", 'phải có "value"'),
        ("value = 3", 'value = " "', 'muốn bỏ ô thì dùng action "drop"'),
        ("value = 3", "value = 2", "không có gì để sửa"),
        ('"override"', '"drop"', 'action "drop" không dùng mục "value"'),
        ("date = 2025-01-10", 'date = "10/1/2025"', "cần một ngày dạng 2025-01-20"),
        ('told = "Huyện uỷ Tam Nông"', 'told = "Ông Nguyễn Văn A"', "không ghi tên người"),
        ('told = "Huyện uỷ Tam Nông"\n', "", 'thiếu mục "told"'),
        ('reason = "Đơn vị gửi công văn đính chính"', 'reason = ""', 'mục "reason" phải là chữ'),
        ("expected = 2", 'expected = 2\nsha256 = "abc"', "cần 64 chữ số hệ 16"),
        ("[[correction]]", "[correction]", "hai dấu ngoặc vuông"),
        ("[[correction]]", "[[corection]]", 'không có mục "corection"; gần nhất: "correction"'),
        ("value = 3", "value = = 3", "không đọc được"),
    ],
)
def test_faults_of_the_ledger(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = f"[[correction]]\n{GOOD}"
    assert old in text
    (tmp_path / "corrections.toml").write_text(text.replace(old, new), encoding="utf-8")
    said = problems(tmp_path)
    assert sentence in said
    assert "corrections.toml" in said


def test_all_faults_at_once_with_their_lines(tmp_path: Path) -> None:
    text = "# sổ\n" + "".join(f"[[correction]]\n{GOOD}\n".replace("D5", cell) for cell in ("D5", "D 6", "D5"))
    (tmp_path / "corrections.toml").write_text(text, encoding="utf-8")
    (tmp_path / "dinh-chinh.toml").write_text("", encoding="utf-8")
    said = problems(tmp_path)
    second = 2 + len(f"[[correction]]\n{GOOD}\n".splitlines())
    assert f'corrections.toml dòng {second}: cell ghi "D 6"' in said
    assert "trùng chỗ với" in said
    assert "dinh-chinh.toml: không có danh mục nào mang tên này" in said


def test_a_place_and_its_decomposed_spelling_are_one(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    import unicodedata

    name = unicodedata.normalize("NFD", "biểu.xlsx")
    book(tmp_path / "raw" / "2024" / name, RIGHT)
    data = read_raw(tmp_path / "raw", ledger(entry("2024/biểu.xlsx", do=override("1"))))
    assert counts(data)["Xã Phú Đức", "xuat_sac"] == 1


def test_lines_stand_in_any_order(tmp_path: Path, ledger: Callable[..., Facts]) -> None:
    book(tmp_path / "raw" / "2024" / "tn.xlsx", RIGHT)
    lines: Iterable[str] = [entry(do=override("1")), entry(cell="E5", do=override("3"))]
    one, two = (read_raw(tmp_path / "raw", ledger(*order)) for order in (lines, list(lines)[::-1]))
    assert one.ratings.equals(two.ratings)
    assert one.set_aside.equals(two.set_aside)


def test_what_the_page_shows_runs_and_says_what_it_quotes(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    page = (root / "docs" / "doi-chieu.md").read_text("utf-8")
    shown = re.search(r"```toml\n(.+?)```", page, re.DOTALL)
    assert shown
    name = "gia-dinh/2024/Bieu Lap Vo 2024.xlsx"
    copy = tmp_path / "raw" / name
    copy.parent.mkdir(parents=True)
    copy.write_bytes((root / "data" / "raw" / name).read_bytes())
    (tmp_path / "danh-muc").mkdir()
    (tmp_path / "danh-muc" / "corrections.toml").write_text(shown[1], encoding="utf-8")
    data = read_raw(tmp_path / "raw", load_facts(tmp_path / "danh-muc"))
    quoted = " ".join(" ".join(line[1:] for line in page.splitlines() if line.startswith(">")).split())
    said = data.set_aside.filter(reason="da_sua_theo_so_dinh_chinh")["message_vi"].to_list()
    assert len(said) == 1
    assert said[0] in quoted
    new = data.set_aside.filter(pl.col("reason").is_in(["tong_khong_khop", "ty_le_khong_khop"]))
    assert new["source_cell"].to_list() == ["D13", "F17"]
    (tmp_path / "danh-muc" / "corrections.toml").write_text(shown[1].replace("= 59", "= 58"), encoding="utf-8")
    told_now = told(load_facts(tmp_path / "danh-muc"), tmp_path / "raw").replace(str(tmp_path) + "/", "")
    assert told_now.split("; nếu chưa")[0] in quoted.replace("gì. - ", "gì.\n- ")
