"""`danvan khai-bao`: an invented form is drafted, its proposals confirmed in the TOML alone, and then it is read right."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from danvan_analysis.cells import Sheet
from danvan_analysis.cli import cli, main
from danvan_analysis.errors import DanvanError, FactsError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.declare import declare
from danvan_analysis.intake.draft_form import draft_forms
from danvan_analysis.intake.sheet_reader import Reader
from danvan_analysis.tables import Data

COMMUNES = ("Xã Phú Đức", "Xã Phú Hiệp", "Xã Phú Thọ", "Xã Tân Công Sính")
COUNTS = ((2, 3, 1, 0), (4, 1, 0, 1), (1, 1, 5, 0), (3, 0, 2, 0))
HEAD = ("HUYỆN UỶ TAM NÔNG",)
TITLE = ("KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023",)
SECRET_NAME = "Nguyễn Thị Bí Mật"
Rows = Sequence[Sequence[Any]]


def _save(path: Path, rows: Rows, sheet: str = "Export") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def _confirm(page: Path, chosen: Mapping[str, str]) -> None:
    """Do as the draft's comments say: take "#" off one line a phrase (the first, or the one that says `chosen`)."""
    lines = page.read_text(encoding="utf-8").split("\n")
    start, done = lines.index("[words]"), set()
    for i, line in enumerate(lines[start:], start):
        proposal = re.match(r'# ("(.+?)" = "(.+?)")', line)
        if proposal and proposal[2] not in done and chosen.get(proposal[2], proposal[3]) == proposal[3]:
            lines[i] = line.removeprefix("# ")
            done.add(proposal[2])
    assert set(chosen) <= done, "a wanted meaning was not among the proposals"
    page.write_text("\n".join(lines), encoding="utf-8")


def _read_after(tmp_path: Path, rows: Rows, chosen: Mapping[str, str] | None = None, sheet: str = "Export") -> Data:
    """Draft, confirm, read; before that nothing of the form was used and the draft alone changes nothing."""
    file = _save(tmp_path / "so-lieu" / "bao cao.xlsx", rows, sheet)
    own = tmp_path / "danh-muc"
    before = read_raw(file.parent, load_facts())
    assert before.ratings.is_empty() and before.measures.is_empty()
    result = CliRunner().invoke(cli, ["khai-bao", str(file), "--ra", str(own)])
    assert result.exit_code == 0, result.output
    (page,) = (own / "forms").iterdir()
    untouched = read_raw(file.parent, load_facts(own))
    assert untouched.ratings.is_empty() and untouched.measures.is_empty()
    _confirm(page, chosen or {})
    after = read_raw(file.parent, load_facts(own))
    assert after.sources["form_id"].to_list() == [page.stem]
    known = CliRunner().invoke(cli, ["khai-bao", str(file), "--danh-muc", str(own)])
    assert "hiểu được mọi cột" in known.output
    return after


def _levels(data: Data, *keys: str) -> dict[tuple[Any, ...], int]:
    frame = data.ratings.group_by(*keys, "rank").agg(pl.col("count").sum())
    return {row[:-1]: row[-1] for row in frame.iter_rows()}


def _truth() -> dict[tuple[Any, ...], int]:
    return {(c, i + 1): n for c, row in zip(COMMUNES, COUNTS, strict=True) for i, n in enumerate(row) if n}


def test_levels_of_an_english_export(tmp_path: Path) -> None:
    head = ("No", "Commune", "Total units", "Excellent", "Good", "Fair", "Poor")
    rows = [(i, c, sum(n), *n) for i, (c, n) in enumerate(zip(COMMUNES, COUNTS, strict=True), 1)]
    data = _read_after(tmp_path, [HEAD, TITLE, head, *rows])
    assert data.set_aside.is_empty()
    got = {(area, min(rank, 4)): n for (area, rank), n in _levels(data, "area_name").items()}
    assert got == _truth()


def test_levels_in_local_abbreviations(tmp_path: Path) -> None:
    head = ("TT", "Xã", "Số CH loại XS", "Số CH loại T", "Số CH loại K", "Số CH loại Y")
    rows = [(i, c, *n) for i, (c, n) in enumerate(zip(COMMUNES, COUNTS, strict=True), 1)]
    # The title names the organisation; the unit type stands in the abbreviation only.
    data = _read_after(tmp_path, [HEAD, ("KẾT QUẢ XẾP LOẠI CỦA HỘI PHỤ NỮ NĂM 2023",), head, *rows])
    assert data.ratings["unit_type"].unique().to_list() == ["chi_hoi"]
    assert {(a, min(r, 4)): n for (a, r), n in _levels(data, "area_name").items()} == _truth()


def test_measures_with_one_that_is_left_out(tmp_path: Path) -> None:
    head = ("No", "Locality", "CB ấp", "Kỳ SH", "ĐV miễn SH", "Cột lạ")
    rows = [(i, c, 4 + i, 12 * (4 + i), i, 100 + i) for i, c in enumerate(COMMUNES, 1)]
    data = _read_after(tmp_path, [HEAD, ("SỐ LIỆU SINH HOẠT NĂM 2023",), head, *rows], {"cột lạ": "note"})
    got = {(r["area_name"], r["measure"]): r["value"] for r in data.measures.iter_rows(named=True)}
    names = ("chi_bo_khom_ap", "lan_sinh_hoat_le_ky", "dang_vien_mien_sinh_hoat")
    assert got == {(row[1], name): row[2 + k] for row in rows for k, name in enumerate(names)}


def test_a_list_with_persons(tmp_path: Path) -> None:
    head = ("No", "Ward", "Branch title", "Leader full name", "Final grade")
    grades = ("Xuất sắc", "Tốt", "Khá", "Yếu")
    rows = [(i + 1, COMMUNES[i % 4], f"Chi hội ấp {i // 4 + 1}", SECRET_NAME, grades[i % 4]) for i in range(8)]
    data = _read_after(tmp_path, [HEAD, TITLE, head, *rows])
    assert data.ratings["count"].sum() == 8
    assert set(data.ratings["unit_name"]) == {"Chi hội ấp 1", "Chi hội ấp 2"}
    assert data.set_aside["reason"].to_list() == ["cot_ca_nhan"]
    drafts = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.toml"))
    assert SECRET_NAME not in drafts and "Chi hội ấp" not in drafts


def test_indicators_down_the_rows(tmp_path: Path) -> None:
    head = ("Item code", "Measure item", "2022", "2023")
    rows = [
        ("a", "Tổng số chi hội phụ nữ", 40, 42),
        ("b", "Xuất sắc", 10, 12),
        ("c", "Loại tốt đẹp", 20, 21),
        ("d", "Khá", 8, 8),
        ("e", "Yếu", 2, 1),
    ]
    data = _read_after(tmp_path, [HEAD, ("KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ",), head, *rows], {"item code": "note"})
    got = {(y, min(r, 4)): n for (y, r), n in _levels(data, "year").items()}
    assert got == {(2022 + k, i + 1): row[2 + k] for k in (0, 1) for i, row in enumerate(rows[1:])}


# What it prints, and what it refuses


def _run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["khai-bao", *map(str, args)])


def test_a_known_form_is_said_to_be_known(tmp_path: Path) -> None:
    rows = [HEAD, TITLE, ("STT", "Đơn vị", "Xuất sắc", "Tốt", "Khá", "Yếu"), (1, COMMUNES[0], 1, 2, 3, 4)]
    result = _run(_save(tmp_path / "a.xlsx", rows), "--ra", tmp_path / "ra")
    assert "biểu đã có trong danh mục (dia-ban)" in result.output
    assert not (tmp_path / "ra").exists()


def test_a_page_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    file = _save(tmp_path / "a.xlsx", [HEAD, TITLE, ("No", "Commune", "Good"), (1, COMMUNES[0], 3)])
    assert _run(file, "--ra", tmp_path / "ra").exit_code == 0
    (page,) = (tmp_path / "ra" / "forms").iterdir()
    page.write_text("của tôi", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["danvan", "khai-bao", str(file), "--ra", str(tmp_path / "ra")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "không ghi đè" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "của tôi"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("a.pdf", b"%PDF-1.7", "Excel"), ("a.xlsx", b"PK\x03\x04hong", "hỏng"), ("a.xlsx", b"", "rỗng")],
)
def test_an_unreadable_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    monkeypatch.setattr("sys.argv", ["danvan", "khai-bao", str(tmp_path / name)])
    with pytest.raises(SystemExit) as stop:
        main()
    error = capsys.readouterr().err
    assert (stop.value.code, error.count("\n")) == (2, 1)
    assert said in error


def test_a_secret_file_is_not_looked_into(tmp_path: Path, facts: Facts) -> None:
    file = _save(tmp_path / "a.xlsx", [("MẬT",), HEAD, TITLE, ("No", "Commune", "Good"), (1, COMMUNES[0], 3)])
    with pytest.raises(DanvanError, match="dấu chỉ độ mật"):
        declare(file, facts)


def test_a_csv_is_drafted_too(tmp_path: Path, facts: Facts) -> None:
    path = tmp_path / "a.csv"
    path.write_text("No;Commune;Good\n1;Xã Phú Đức;3\n2;Xã Phú Hiệp;4\n", encoding="utf-8")
    (document,) = declare(path, facts)
    assert [t.unknown for t in document.tables] == [["no", "commune", "good"]]


def test_a_long_header_is_cut_in_print_and_whole_as_a_key(tmp_path: Path, facts: Facts) -> None:
    long = "Cột " + "rất " * 25 + "dài"
    sheet = Sheet("S", [list(row) for row in ([*HEAD, None, None], ["No", "Commune", long], [1, COMMUNES[0], 3])])
    (drafted,) = draft_forms([sheet], PurePosixPath("a.xlsx"), Reader.of(facts))
    assert f"“{long[:79].rstrip()}…”" in drafted.text
    assert f'"{long.lower()}"' in drafted.text


def test_two_tables_get_two_pages(tmp_path: Path, facts: Facts) -> None:
    book = openpyxl.Workbook()
    for name in ("A", "B"):
        sheet = book.create_sheet(name)
        for row in (HEAD, TITLE, ("No", "Commune", "Good"), (1, COMMUNES[0], 3)):
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue())
    (document,) = declare(tmp_path / "a.xlsx", facts)
    assert len({t.form_id for t in document.tables}) == 2


def test_an_unknown_role_in_a_page_is_told(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    forms.mkdir()
    page = 'form_id = "a"\ntitle_vi = "A"\nneeds = ["name", "level"]\n[words]\n"good" = "{}"\n'
    for code, said in (
        ("levels:tốt", 'vai "levels"'),
        ("level:tôt", '"tôt" không có'),
        ("measure:dan_vien", "dang_vien"),
    ):
        (forms / "a.toml").write_text(page.format(code), encoding="utf-8")
        with pytest.raises(FactsError, match=said):
            load_facts(tmp_path)


def test_a_zip_is_opened_where_archives_are(tmp_path: Path, facts: Facts) -> None:
    inner = _save(tmp_path / "x" / "a.xlsx", [HEAD, TITLE, ("No", "Commune", "Good"), (1, COMMUNES[0], 3)])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(inner, "a.xlsx")
    try:
        documents = declare(tmp_path / "a.zip", facts)
    except DanvanError:
        pytest.skip("archives are not read yet")
    assert [t.unknown for d in documents for t in d.tables] == [["no", "commune", "good"]]
