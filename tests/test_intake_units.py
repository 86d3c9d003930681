"""The parts of the intake one by one: cells, names, contexts, and what must never be read."""

import re
import zipfile
from pathlib import Path, PurePosixPath

import openpyxl
import polars as pl
import pytest

from danvan_analysis.cells import Unreadable
from danvan_analysis.cells.open import read_sheets
from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.context import Around, find_period, find_subject, find_year, strong_years
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.numbers import NotANumber, read_count, read_share, share_agrees
from danvan_analysis.intake.vocabulary import Vocabulary

LIMITS = {"rows": 200_000, "columns": 500, "unpacked_megabytes": 50}
PACKAGE = Path(__file__).parent.parent / "danvan_analysis"


@pytest.fixture(scope="module")
def areas(facts: Facts) -> Gazetteer:
    return Gazetteer(facts, 2023)


@pytest.mark.parametrize(
    ("label", "within", "area_id"),
    [
        ("TP Cao Lãnh", None, "866"),
        ("Tp. Cao Lãnh", None, "866"),
        ("T.P Cao Lãnh", None, "866"),
        ("THÀNH PHỐ CAO LÃNH", None, "866"),
        ("Thành uỷ Cao Lãnh", None, "866"),
        ("Huyện uỷ Cao Lãnh", None, "873"),
        ("H. Cao Lãnh", None, "873"),
        ("Cao Lãnh (huyện)", None, "873"),
        ("H.Hồng Ngự", None, "870"),
        ("Tam Nông", None, "871"),
        ("Tam Nông (*)", None, "871"),
        ("UBND huyện Lấp Vò", None, "875"),
        ("P.1", "866", "29866"),
        ("Phường 01", "867", None),
        ("X. Phú Đức", "871", "30013"),
        ("Phú Đức", "871", "30013"),
    ],
)
def test_names_are_matched_exactly(areas: Gazetteer, label: str, within: str | None, area_id: str | None) -> None:
    found = areas.find(label, level="commune" if within else "district", within=within)
    if area_id is None:
        assert len(found) == 1
        assert found[0].district_name == "Thành phố Sa Đéc"
    else:
        assert [area.area_id for area in found] == [area_id]


@pytest.mark.parametrize("label", ["Cao Lãnh", "Hồng Ngự"])
def test_a_name_two_districts_share_is_not_decided(areas: Gazetteer, label: str) -> None:
    assert len(areas.find(label, level="district", within=None)) == 2


@pytest.mark.parametrize("label", ["Tam Nong", "Tân Thánh", "Lấp Vỏ", "", "huyện", "xã"])
def test_a_name_nearly_right_is_not_right(areas: Gazetteer, label: str) -> None:
    assert areas.find(label, level="any", within=None) == []


def test_tan_thanh_is_not_tan_thanh_with_another_tone(facts: Facts) -> None:
    gazetteer = Gazetteer(facts, 2023)
    one = gazetteer.find("xã Tân Thành", level="commune", within=None)
    two = gazetteer.find("xã Tân Thạnh", level="commune", within=None)
    assert {a.area_id for a in one}.isdisjoint({a.area_id for a in two})
    assert one
    assert two


def test_names_are_read_within_their_year(facts: Facts) -> None:
    assert Gazetteer(facts, 2024).find("Phường 11", level="commune", within="866")
    assert not Gazetteer(facts, 2025).find("Phường 11", level="commune", within="866")
    assert Gazetteer(facts, 2019).find("TX Hồng Ngự", level="district", within=None)
    assert not Gazetteer(facts, 2023).find("TX Hồng Ngự", level="district", within=None)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("KẾT QUẢ XẾP LOẠI CHI HỘI NĂM 2023", [2023]),
        ("(Kèm theo Báo cáo số 12-BC/HU ngày 10/01/2024)", []),
        ("Lấp Vò, ngày 05 tháng 01 năm 2024", []),
        ("giai đoạn 2021 - 2023", []),
        ("thực hiện Nghị quyết số 01-NQ/TU, năm 2022", [2022]),
        ("(Kèm theo Báo cáo số …-BC/BDVHU ngày …/01/2022)", []),
    ],
)
def test_a_year_is_not_a_date(text: str, years: list[int]) -> None:
    assert strong_years(text) == years


def test_the_nearest_place_says_the_year_and_contradictions_are_told() -> None:
    around = Around(["XẾP LOẠI NĂM 2023"], "Sheet1", [], PurePosixPath("2022/bieu.xlsx"))
    year, clashes = find_year(around)
    assert year == 2023
    assert clashes == ["tiêu đề ghi năm 2023 nhưng thư mục ghi năm 2022; phần mềm lấy năm 2023"]
    assert find_year(Around(["XẾP LOẠI"], "Sheet1", [], PurePosixPath("2022/bieu.xlsx"))) == (2022, [])
    assert find_period(Around(["6 THÁNG ĐẦU NĂM 2024"], "", [], PurePosixPath("a.xlsx"))) == "6-thang"
    assert find_period(Around(["QUÝ III/2025"], "", [], PurePosixPath("a.xlsx"))) == "quy-3"


@pytest.mark.parametrize("value", ["12,5", "95%", "83/85", "1.03", -1, 1.03, True, "mười", "1.03.4", "12-15"])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(NotANumber):
        read_count(value)


@pytest.mark.parametrize("value", ["1.234", "abc", True, "12 000"])
def test_what_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(NotANumber):
        read_share(value)


@pytest.mark.parametrize(
    ("printed", "count", "base", "how"),
    [
        ("58,01", 572, 986, "lam_tron"),
        ("38,23", 377, 986, "cat"),
        ("3,7", 37, 986, "cat"),
        ("97,6", 83, 85, "lam_tron"),
        ("98,27", 3081, 3135, "cat"),
        ("78,94", 120, 152, "cat"),
        ("90,91", 700, 789, None),
        (0.4, 2, 5, "lam_tron"),
        (2 / 3, 2, 3, "lam_tron"),
        ("100", 5, 5, "lam_tron"),
        ("88,7", 0, 0, None),
    ],
)
def test_printed_shares_come_from_their_counts(printed: object, count: int, base: int, how: str | None) -> None:
    share = read_share(printed)
    assert share is not None
    assert share_agrees(share, count, base) == how


def _bomb(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.save(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)


def test_a_sheet_that_claims_the_last_cell_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    _bomb(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="vùng ô quá lớn"):
        read_sheets((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", LIMITS)


def test_a_package_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(Unreadable, match="quá lớn sau khi giải nén"):
        read_sheets((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", LIMITS)


def test_error_cells_and_formulas_without_value_are_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B2"], sheet["C3"] = "chữ", "=1+1", "#N/A"
    book.save(tmp_path / "a.xlsx")
    (read,) = read_sheets((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", LIMITS)
    assert read.faults[1, 1] == "công thức chưa có giá trị"
    assert read.faults[2, 2] == "#N/A"


@pytest.mark.parametrize(("mark", "refused"), [("MẬT", True), ("Độ mật: Tối mật", True), ("mật độ dân số", False)])
def test_a_secrecy_mark_stops_the_file(tmp_path: Path, facts: Facts, mark: str, refused: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = mark, "XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023 HUYỆN TAM NÔNG", "STT"
    for c, text in enumerate(["STT", "Đơn vị", "Tổng số", "Tốt", "Khá"], 1):
        sheet.cell(3, c, text)
    for c, value in enumerate([1, "Xã Phú Đức", 5, 4, 1], 1):
        sheet.cell(4, c, value)
    book.save(tmp_path / "a.xlsx")
    data = read_raw(tmp_path, facts)
    assert data.sources["status"].to_list() == (["refused"] if refused else ["read"])
    if refused:
        assert data.ratings.is_empty()
        assert data.set_aside["message_vi"].to_list() == [
            "Tệp có dấu chỉ độ mật; phần mềm không đọc. Đề nghị xử lý theo quy định."
        ]


def test_the_trial_mark_and_the_published_folder_contradict(tmp_path: Path, facts: Facts) -> None:
    source = PACKAGE.parent / "data" / "raw" / "gia-dinh" / "2023" / "chau thanh 2023.xlsx"
    (tmp_path / "cong-bo").mkdir()
    (tmp_path / "cong-bo" / "a.xlsx").write_bytes(source.read_bytes())
    data = read_raw(tmp_path, facts)
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].unique().to_list() == ["ban_chat_mau_thuan"]
    assert data.sources["cells_used"].sum() == 0


def test_the_same_file_twice_counts_once(tmp_path: Path, facts: Facts) -> None:
    source = PACKAGE.parent / "data" / "raw" / "gia-dinh" / "2023" / "chau thanh 2023.xlsx"
    (tmp_path / "a.xlsx").write_bytes(source.read_bytes())
    once = read_raw(tmp_path, facts).ratings["count"].sum()
    (tmp_path / "b (1).xlsx").write_bytes(source.read_bytes())
    twice = read_raw(tmp_path, facts)
    assert twice.ratings["count"].sum() == once
    assert "gui_hai_lan" in twice.set_aside["reason"].to_list()


def test_every_reason_is_in_the_closed_list(facts: Facts) -> None:
    used = set()
    for path in (PACKAGE / "intake").glob("*.py"):
        used |= set(re.findall(r'"(?:aside|used|dropped)",\s*"([a-z_]+)"', path.read_text("utf-8")))
    used -= {"checked", "aside", "structural", "reason"}  # marks of cells and column names, not reasons
    known = set(facts.reasons["reason"])
    assert used - known == set()
    assert len(used) > 12


def test_hidden_and_temporary_names_are_skipped(tmp_path: Path, facts: Facts) -> None:
    for name in ("_su-that/a.xlsx", ".git/b.xlsx", "~$c.xlsx", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "d.csv").write_text("STT;Đơn vị\n", "utf-8")
    assert read_raw(tmp_path, facts).sources["source_file"].to_list() == ["d.csv"]


def test_ratings_keep_to_their_scale(trial: object, facts: Facts) -> None:
    ratings = trial.ratings.filter(pl.col("rank").is_not_null())  # type: ignore[attr-defined]
    levels = facts.scales.select("scale_id", "rating", level_rank="rank")
    joined = ratings.join(levels, on=["scale_id", "rating"], how="left")
    assert joined.filter(pl.col("rank") != pl.col("level_rank")).is_empty()
    assert joined["level_rank"].null_count() == 0


def _book(path: Path, *rows: tuple[object, ...]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


HEAD = ("STT", "Đơn vị", "Tổng số", "Xuất sắc", "TL%", "Tốt", "Khá", "Ghi chú")
TITLE = (("HUYỆN UỶ TAM NÔNG",), ("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023",))


def test_every_cell_is_accounted_for_by_what_became_of_it(tmp_path: Path, facts: Facts) -> None:
    """Worked out by hand: levels used; total, percentage and total row checked; the rest is the page's frame."""
    _book(
        tmp_path / "a.xlsx",
        *TITLE,
        HEAD,
        (1, "Xã Phú Đức", 5, 2, 40, 2, 1, "tốt"),
        (2, "Xã Phú Hiệp", 4, 1, 25, 3, None, None),
        (3, "Xã Không Có", 3, 3, 100, None, None, None),
        (None, "Cộng", 9, 3, 33.33, 5, 1, None),
    )
    (row,) = read_raw(tmp_path, facts).sources.iter_rows(named=True)
    assert (row["rows_read"], row["rows_used"], row["rows_aside"], row["rows_structural"]) == (7, 2, 1, 4)
    assert row["cells_used"] == 5
    assert row["cells_checked"] == 4 + 5
    assert row["cells_aside"] == 3
    assert row["cells_read"] == 1 + 1 + 8 + 8 + 6 + 5 + 6
    assert row["cells_structural"] == row["cells_read"] - 5 - 9 - 3


def test_units_a_total_names_and_no_level_does_are_missing(tmp_path: Path, facts: Facts) -> None:
    _book(
        tmp_path / "a.xlsx", *TITLE, HEAD, (1, "Xã Phú Đức", 9, 2, None, 2, 1), (2, "Xã Phú Hiệp", 4, 1, None, 3, None)
    )
    data = read_raw(tmp_path, facts)
    assert data.set_aside["reason"].to_list() == ["tong_khong_khop"]
    assert "cộng các mức được 5; 4 đơn vị chưa rõ kết quả" in data.set_aside["message_vi"][0]
    (cover,) = data.coverage.iter_rows(named=True)
    assert (cover["expected"], cover["covered"]) == (13, 9)


def test_a_number_where_a_name_should_stand_is_not_passed_over(tmp_path: Path, facts: Facts) -> None:
    head = ("Đơn vị", "Tổ chức", "Xuất sắc", "Tốt")
    _book(tmp_path / "a.xlsx", *TITLE, head, ("Xã Phú Đức", 7, 2, 2), ("Xã Phú Hiệp", 8, 1, 3))
    aside = read_raw(tmp_path, facts).set_aside.filter(pl.col("effect") == "aside")
    assert "B4;B5" in aside["source_cell"].to_list()


MANY = "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (f"Kết quả đánh giá, xếp loại {MANY} xã", (None, "cap_xa", True)),
        (f"KẾT QUẢ XẾP LOẠI {MANY.upper()} XÃ NĂM 2023", (None, "cap_xa", True)),
        (f"Kết quả xếp loại {MANY} phường", (None, "cap_xa", True)),
        (f"Kết quả xếp loại {MANY} xã, phường (cuối năm)", (None, "cap_xa", True)),
        ("Kết quả xếp loại MTTQ và các đoàn thể chính trị - xã hội các xã", (None, "cap_xa", True)),
        (f"Kết quả xếp loại {MANY} huyện năm 2023", (None, "cap_huyen", True)),
        (f"Kết quả xếp loại {MANY} tỉnh", (None, "cap_tinh", True)),
        ("Kết quả xếp loại Hội Nông dân xã năm 2023", ("nong_dan", "cap_xa", False)),
        # A name after it makes it the place whose units are told, of whatever level.
        (f"Kết quả xếp loại {MANY} xã Tân Hòa năm 2023", (None, None, True)),
        (f"Kết quả xếp loại {MANY} phường 1", (None, None, True)),
        (f"Kết quả xếp loại {MANY} huyện Tam Nông", (None, None, True)),
        ("HỘI NÔNG DÂN XÃ TÂN HÒA", ("nong_dan", None, False)),
        ("HỘI NÔNG DÂN TỈNH", ("nong_dan", None, False)),
        # What the title lists the units by, or where they stand, is not what they are.
        (f"Kết quả xếp loại {MANY} khóm, ấp", (None, None, True)),
        (f"Kết quả xếp loại {MANY} theo xã", (None, None, True)),
        (f"Kết quả xếp loại chi hội {MANY} xã", (None, "chi_hoi", True)),
    ],
)
def test_the_level_a_title_ends_with(facts: Facts, title: str, said: tuple[str | None, str | None, bool]) -> None:
    assert find_subject(Around([title], "Sheet1", [], PurePosixPath("a.xlsx")), Vocabulary(facts)) == said


@pytest.mark.parametrize("level", ["xã", "phường", "xã, phường", "xã, phường, thị trấn"])
def test_bodies_of_communes_are_read_whatever_the_title_calls_them(tmp_path: Path, facts: Facts, level: str) -> None:
    head = ("STT", "Tổ chức", "HTXSNV", "HTTNV", "HTNV", "KHTNV")
    rows = ((1, "Mặt trận Tổ quốc", 2, 8, 2, 0), (2, "Hội Nông dân", 3, 7, 1, 1), (3, "Hội LHPN", 4, 8, 0, 0))
    title = ("HUYỆN UỶ TAM NÔNG",), (f"KẾT QUẢ XẾP LOẠI {MANY.upper()} {level.upper()} NĂM 2023",)
    _book(tmp_path / "a.xlsx", *title, head, *rows)
    data = read_raw(tmp_path, facts)
    assert data.set_aside.filter(pl.col("effect") == "aside").is_empty(), data.set_aside["message_vi"].to_list()
    assert set(data.ratings["unit_type"]) == {"cap_xa"}
    assert data.ratings["count"].sum() == 36


def test_a_title_of_many_organisations_names_none(facts: Facts) -> None:
    vocabulary = Vocabulary(facts)
    title = ["KẾT QUẢ XẾP LOẠI MTTQ VÀ CÁC TỔ CHỨC CHÍNH TRỊ - XÃ HỘI CẤP XÃ NĂM 2023", "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP"]
    assert find_subject(Around(title, "Sheet1", [], PurePosixPath("a.xlsx")), vocabulary) == (None, "cap_xa", True)
    assert find_subject(Around(title[1:], "Cấp xã", [], PurePosixPath("a.xlsx")), vocabulary) == (
        "nong_dan", "cap_xa", False,
    )  # fmt: skip
