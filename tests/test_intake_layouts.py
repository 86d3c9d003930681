"""Workbooks as offices really send them: every test draws one layout in its own words and states what must come out.

A sheet is drawn as text: one line a row, `|` between cells, `<` joins a cell to its left neighbour, `^` to the one above.
Whole numbers become numbers, `~0.45` a fraction, everything else stays text; a leading `'` keeps digits as text.
"""

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake.read import read_raw

Cell = str | int | float | None
Groups = Counter[tuple[str, int, str, str, str]]

FOUR = "hoan_thanh_xuat_sac hoan_thanh_tot hoan_thanh khong_hoan_thanh"
FIVE = "xuat_sac tot kha trung_binh yeu"
STRONG = "xuat_sac manh kha trung_binh yeu"
TWO = "kha_tro_len duoi_kha"
SIX = ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb")
DISTRICTS = (
    "Thành phố Cao Lãnh",
    "Thành phố Sa Đéc",
    "Thành phố Hồng Ngự",
    "Huyện Tân Hồng",
    "Huyện Hồng Ngự",
    "Huyện Tam Nông",
    "Huyện Tháp Mười",
    "Huyện Cao Lãnh",
    "Huyện Thanh Bình",
    "Huyện Lấp Vò",
    "Huyện Lai Vung",
    "Huyện Châu Thành",
)
SHORT = tuple(name.replace("Thành phố", "TP").replace("Huyện ", "H.") for name in DISTRICTS)
BASE_UNITS = (
    (34, 25, 7, 1, 0),
    (18, 14, 3, 0, 0),
    (12, 9, 2, 1, 0),
    (15, 20, 5, 0, 1),
    (20, 22, 6, 2, 0),
    (25, 24, 8, 1, 0),
    (29, 27, 7, 1, 0),
    (40, 35, 10, 2, 1),
    (26, 22, 6, 0, 0),
    (31, 28, 4, 1, 0),
    (24, 26, 5, 0, 0),
    (27, 23, 5, 2, 0),
)
COMMUNE_BODIES = (
    (3, 11, 1, 0),
    (2, 7, 0, 0),
    (1, 5, 1, 0),
    (2, 6, 1, 0),
    (2, 7, 1, 0),
    (2, 9, 1, 0),
    (3, 9, 1, 0),
    (4, 13, 0, 1),
    (2, 10, 1, 0),
    (3, 9, 1, 0),
    (2, 10, 0, 0),
    (2, 9, 1, 0),
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


# --- drawing -----------------------------------------------------------------------------------------------------


def cells(drawing: str) -> list[list[Cell]]:
    return [[_cell(part.strip()) for part in line.split("|")] for line in drawing.strip("\n").splitlines()]


def _cell(text: str) -> Cell:
    if not text:
        return None
    if re.fullmatch(r"0|[1-9]\d*", text):
        return int(text)
    if text.startswith("~"):
        return float(text[1:])
    return text.removeprefix("'")


def line(*parts: object) -> str:
    return " | ".join("" if part is None else str(part) for part in parts)


def lines(rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(line(*row) for row in rows)


def percent(part: int, whole: int, sign: str = "%") -> str:
    return f"{100 * part / whole:.2f}".replace(".", ",") + sign


def total(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def xlsx(path: Path, *, merged: bool = True, at: tuple[int, int] = (0, 0), **sheets: str) -> None:
    """Writes drawings as sheets; without `merged` the joined cells stay empty, as many clerks leave them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        for name, drawing in sheets.items():
            sheet = book.add_worksheet(name)
            grid = cells(drawing)
            for r, row in enumerate(grid):
                for c, value in enumerate(row):
                    if value is None or value in ("<", "^"):
                        continue
                    width, height = _span(grid, r, c)
                    top, left = r + at[0], c + at[1]
                    if merged and width * height > 1:
                        sheet.merge_range(top, left, top + height - 1, left + width - 1, value)
                    else:
                        sheet.write(top, left, value)


def _span(grid: list[list[Cell]], r: int, c: int) -> tuple[int, int]:
    width = height = 1
    while c + width < len(grid[r]) and grid[r][c + width] == "<":
        width += 1
    while r + height < len(grid) and c < len(grid[r + height]) and grid[r + height][c] == "^":
        height += 1
    return width, height


def csv_file(path: Path, drawing: str, encoding: str = "utf-8-sig", *, padded: bool = True) -> None:
    """Semicolons, as Excel writes them under Vietnamese settings; it pads every row to the widest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grid = cells(drawing)
    width = max(map(len, grid)) if padded else 0
    rows = (["" if value in (None, "<", "^") else str(value) for value in row] for row in grid)
    path.write_text("\r\n".join(";".join(row + [""] * (width - len(row))) for row in rows), encoding=encoding)


def ods(path: Path, drawing: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in cells(drawing))
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        book.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="Sheet1">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def _ods_cell(value: Cell) -> str:
    if value is None or value in ("<", "^"):
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


# --- stating what must come out ------------------------------------------------------------------------------------


class Truth:
    """Counts the sheets were drawn from, by official area code; rows of zeros do not stand in the table."""

    def __init__(self, facts: Facts) -> None:
        self.areas = facts.areas
        self.groups: Groups = Counter()
        self.measures: dict[tuple[str, int, str], int] = {}

    def code(self, name: str, year: int) -> str:
        """The code of "Huyện Tam Nông", or of "Huyện Tam Nông/Xã Phú Đức", at the end of that year's first half."""
        parent, _, own = name.rpartition("/")
        day = date(year, 6, 30)
        known = self.areas.filter(
            (pl.col("name") == own)
            & (pl.col("valid_from") <= day)
            & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
        )
        if parent:
            known = known.filter(pl.col("parent_id") == self.code(parent, year))
        return str(known["area_id"].item())

    def add(self, area: str, year: int, kind: str, ratings: str, counts: Sequence[int]) -> None:
        organisation, unit_type = kind.split()
        code = self.code(area, year)
        for rating, count in zip(ratings.split(), counts, strict=True):
            if count:
                self.groups[code, year, organisation, unit_type, rating] += count

    def add_districts(self, year: int, kind: str, ratings: str, rows: Sequence[Sequence[int]]) -> None:
        for area, counts in zip(DISTRICTS, rows, strict=True):
            self.add(area, year, kind, ratings, counts)

    def measure(self, area: str, year: int, **values: int) -> None:
        self.measures |= {(self.code(area, year), year, measure): value for measure, value in values.items()}


@pytest.fixture
def truth(facts: Facts) -> Truth:
    return Truth(facts)


def check(folder: Path, facts: Facts, truth: Truth, questions: str = "") -> Any:
    """Reads the folder and compares; every reason in set_aside must be one of `questions`."""
    data = read_raw(folder, facts)
    confirmed = data.ratings.filter((pl.col("rated_by") != "tu_xep_loai") & (pl.col("count") > 0))
    keys = ("area_id", "year", "organisation", "unit_type", "rating")
    found: Groups = Counter()
    for row in confirmed.iter_rows(named=True):
        found[tuple(row[key] for key in keys)] += row["count"]
    explained = data.set_aside.select("source_cell", "reason", "message_vi", "text").rows()
    assert found == truth.groups, f"thiếu {truth.groups - found}; thừa {found - truth.groups}; {explained}"
    measures = {
        (row["area_id"], row["year"], row["measure"]): row["value"]
        for row in data.measures.iter_rows(named=True)
        if row["value"]
    }
    assert measures == {key: value for key, value in truth.measures.items() if value}, explained
    # Numbers kept as text are part of the usual mess; test_doors.py asks for their note.
    assert set(data.set_aside["reason"]) - {"so_dang_chu"} <= set(questions.split()), explained
    check_accounts(data)
    check_addresses(folder, data)
    return data


def check_accounts(data: Any) -> None:
    """Every row and every cell of a sheet is counted exactly once."""
    kinds = ("used", "aside", "structural")
    for source in data.sources.iter_rows(named=True):
        assert source["rows_read"] == sum(source[f"rows_{kind}"] for kind in kinds), source
        assert source["cells_read"] == sum(source[f"cells_{kind}"] for kind in (*kinds, "checked")), source


def check_addresses(folder: Path, data: Any) -> None:
    """The cell named beside a count holds that count."""
    books: dict[str, CalamineWorkbook] = {}
    for row in data.ratings.filter(pl.col("unit_id").is_null()).iter_rows(named=True):
        if ";" in row["source_cell"] or not row["source_file"].endswith(".xlsx"):
            continue
        book = books.setdefault(row["source_file"], CalamineWorkbook.from_path(str(folder / row["source_file"])))
        at_row, at_column = xl_cell_to_rowcol(row["source_cell"].replace("$", ""))
        grid = book.get_sheet_by_name(row["source_sheet"]).to_python(skip_empty_area=False)
        value = grid[at_row][at_column]
        digits = re.sub(r"\D", "", value.split("(")[0]) if isinstance(value, str) else str(int(value))
        assert row["count"] == (int(digits) if digits else 1), (row["source_cell"], value)


# --- L9: one organisation, one year, areas down ----------------------------------------------------------------------


def test_l9_three_storeys_letterhead_and_signature(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, (area, counts) in enumerate(zip(SHORT, BASE_UNITS, strict=True), start=1):
        shares = [x for count in counts for x in (count or "-", percent(count, sum(counts)) if count else "-")]
        rows.append((i, area, sum(counts), *shares, "-", "01 chi hội mới tách ấp" if i == 4 else None))
    grand = total(BASE_UNITS)
    sums = [x for count in grand for x in (count, percent(count, sum(grand)))]
    xlsx(
        tmp_path / "PL so lieu xep loai chi hoi PN.xlsx",
        Sheet1=f"""
HỘI LIÊN HIỆP PHỤ NỮ VIỆT NAM | < | < | < | | | | ĐẢNG CỘNG SẢN VIỆT NAM | < | < | < | < | < | <
BAN CHẤP HÀNH TỈNH ĐỒNG THÁP | < | < | < | | | | Đồng Tháp, ngày 14 tháng 12 năm 2023 | < | < | < | < | < | <

PHỤ LỤC 3 | < | < | < | < | < | < | < | < | < | < | < | < | < | <
Kết quả phân loại chất lượng chi hội phụ nữ khóm, ấp năm 2023 | < | < | < | < | < | < | < | < | < | < | < | < | < | <
(Kèm theo Báo cáo số 215-BC/BTV ngày 14/12/2023 của Ban Thường vụ Hội LHPN Tỉnh) | < | < | < | < | < | < | < | < | <
STT | Đơn vị | Tổng số chi hội | Kết quả phân loại | < | < | < | < | < | < | < | < | < | Chưa xếp loại | Ghi chú
^ | ^ | ^ | Xuất sắc | < | Tốt | < | Khá | < | Trung bình | < | Yếu | < | ^ | ^
^ | ^ | ^ | SL | TL% | SL | TL% | SL | TL% | SL | TL% | SL | TL% | ^ | ^
(1) | (2) | (3) | (4) | (5) | (6) | (7) | (8) | (9) | (10) | (11) | (12) | (13) | (14) | (15)
{lines(rows)}
TỔNG CỘNG | < | {line(sum(grand), *sums, "-")}

| | | | | | | | | | TM. BAN THƯỜNG VỤ | < | <
NGƯỜI LẬP BIỂU | < | < | | | | | | | | PHÓ CHỦ TỊCH | < | <
""",
    )
    truth.add_districts(2023, "phu_nu chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_province_total_first_levels_from_the_bottom_up_nothing_merged(
    tmp_path: Path, facts: Facts, truth: Truth
) -> None:
    names = [f"Hội Nông dân {area.replace('Thành phố', 'TP.').replace('Huyện', 'huyện')}" for area in DISTRICTS]
    rows = [(i, name, sum(c), *reversed(c)) for i, (name, c) in enumerate(zip(names, COMMUNE_BODIES, strict=True), 1)]
    grand = total(COMMUNE_BODIES)
    xlsx(
        tmp_path / "2022" / "Bieu 02.xlsx",
        merged=False,
        TH=f"""
HỘI NÔNG DÂN VIỆT NAM | | | BIỂU TỔNG HỢP
BCH TỈNH ĐỒNG THÁP | | | Đánh giá, xếp loại tổ chức cơ sở Hội (cấp xã) năm 2022

STT | Huyện, thành phố | Tổng số cơ sở Hội | Trong đó | < | < | <
^ | ^ | ^ | KHTNV | HTNV | HTTNV | HTXSNV
| Toàn tỉnh | {line(sum(grand), *reversed(grand))}
{lines(rows)}
""",
    )
    truth.add_districts(2022, "nong_dan cap_xa", FOUR, COMMUNE_BODIES)
    check(tmp_path, facts, truth)


def test_l9_year_only_in_the_folder_party_names_of_districts(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    names = [n.replace("Thành phố", "Thành uỷ").replace("Huyện", "Huyện ủy") for n in DISTRICTS]
    counts = [(*row[:3], row[3] + row[4]) for row in BASE_UNITS]
    xlsx(
        tmp_path / "bao cao nam 2021" / "CCB.xlsx",
        CCB=f"""
HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP

BẢNG TỔNG HỢP PHÂN LOẠI CHI HỘI CỰU CHIẾN BINH
TT | Địa phương | TSVM xuất sắc | TSVM tiên tiến | TSVM | Yếu | Tổng
{lines((f"{i:02d}", n, *c, sum(c)) for i, (n, c) in enumerate(zip(names, counts, strict=True), 1))}
| Cộng | {line(*total(counts), sum(total(counts)))}
""",
    )
    truth.add_districts(2021, "ccb chi_hoi", "tsvm_xuat_sac tsvm_tien_tien tsvm yeu", counts)
    check(tmp_path, facts, truth)


def test_l9_one_district_communes_without_their_kind(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    communes = {
        "Thị trấn Tràm Chim": ("TT Tràm Chim", (3, 2, 0, 0, 0)),
        "Xã Hòa Bình": ("Hoà Bình", (2, 1, 0, 0, 0)),
        "Xã Tân Công Sính": ("Tân Công Sính", (1, 2, 1, 0, 0)),
        "Xã Phú Hiệp": ("Phú Hiệp", (2, 2, 1, 0, 0)),
        "Xã Phú Đức": ("Phú Đức", (1, 3, 0, 1, 0)),
        "Xã Phú Thành B": ("Phú Thành B", (2, 2, 0, 0, 0)),
        "Xã An Hòa": ("An Hoà", (2, 3, 1, 0, 0)),
        "Xã An Long": ("An Long", (3, 2, 1, 0, 0)),
        "Xã Phú Cường": ("Phú Cường", (2, 2, 2, 0, 0)),
        "Xã Phú Ninh": ("Phú Ninh", (1, 3, 0, 0, 0)),
        "Xã Phú Thọ": ("Phú Thọ", (2, 2, 0, 0, 1)),
        "Xã Phú Thành A": ("Phú Thành A", (4, 2, 0, 0, 0)),
    }
    rows = [(i, name, *c, sum(c), percent(sum(c[:3]), sum(c), "")) for i, (name, c) in enumerate(communes.values(), 1)]
    grand = total(c for _, c in communes.values())
    xlsx(
        tmp_path / "Huyen uy Tam Nong - bao cao 2022.xlsx",
        Sheet1=f"""
ĐẢNG BỘ TỈNH ĐỒNG THÁP | < | < | | ĐẢNG CỘNG SẢN VIỆT NAM
HUYỆN UỶ TAM NÔNG | < | <
* | < | <

Biểu số 4: XẾP LOẠI BAN CÔNG TÁC MẶT TRẬN KHÓM, ẤP NĂM 2022 | < | < | < | < | < | < | <

TT | Xã, thị trấn | Xuất sắc | Mạnh | Khá | TB | Yếu kém | Tổng số | Tỷ lệ khá trở lên (%)
{lines(rows)}
| Cộng toàn huyện | {line(*grand, sum(grand), percent(sum(grand[:3]), sum(grand), ""))}
Ghi chú: số liệu tính đến ngày 30/11/2022.
""",
    )
    for area, (_, counts) in communes.items():
        truth.add(f"Huyện Tam Nông/{area}", 2022, "mttq ban_ctmt", STRONG, counts)
    check(tmp_path, facts, truth)


def test_l9_self_managed_groups_two_levels_thousands_as_text(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    counts = [(812 + 31 * i, 215 - 7 * i) for i in range(12)]

    def dotted(number: int) -> str:
        return f"{number:,}".replace(",", ".")

    rows = [
        (i, area, dotted(sum(c)), f"'{c[0]}" if c[0] < 1000 else dotted(c[0]), percent(c[0], sum(c)), f"'{c[1]}",
         percent(c[1], sum(c)))
        for i, (area, c) in enumerate(zip(DISTRICTS, counts, strict=True), 1)
    ]  # fmt: skip
    grand = total(counts)
    xlsx(
        tmp_path / "To NDTQ 2024.xlsx",
        a=f"""
UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP | < | <
TÌNH HÌNH HOẠT ĐỘNG CỦA TỔ NHÂN DÂN TỰ QUẢN | < | < | < | < | < | <
(Số liệu cuối năm 2024) | < | < | < | < | < | <
STT | ĐỊA BÀN | TỔNG SỐ TỔ | HOẠT ĐỘNG TỐT | < | KHÓ KHĂN, CHƯA ĐI VÀO NỀ NẾP | <
^ | ^ | ^ | Số tổ | Tỷ lệ | Số tổ | Tỷ lệ
{lines(rows)}
| TỔNG | {line(dotted(sum(grand)), dotted(grand[0]), percent(grand[0], sum(grand)), dotted(grand[1]))}
""",
    )
    truth.add_districts(2024, "to_ndtq to_ndtq", "hoat_dong_tot kho_khan", counts)
    check(tmp_path, facts, truth)


def test_l9_hoi_quan_none_in_one_district(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    counts = [(12 + i, i % 2) for i in range(12)]
    counts[3] = (0, 0)
    rows = [
        (i, area, *((sum(c), c[0], c[1]) if sum(c) else ("-", "-", "-")), None if sum(c) else "Chưa thành lập")
        for i, (area, c) in enumerate(zip(SHORT, counts, strict=True), 1)
    ]
    xlsx(
        tmp_path / "hoiquan.xlsx",
        hq=f"""
Ủy ban MTTQ tỉnh Đồng Tháp
KẾT QUẢ XẾP LOẠI HỘI QUÁN NĂM 2023
STT | Huyện, TP | Số Hội quán | Đạt từ khá trở lên | Dưới khá | Ghi chú
{lines(rows)}
Cộng | < | {line(sum(total(counts)), *total(counts))}
""",
    )
    truth.add_districts(2023, "hoi_quan hoi_quan", TWO, counts)
    check(tmp_path, facts, truth)


def test_l9_shares_as_real_percentages(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, area, sum(c), *(x for n in c for x in (n, f"~{n / sum(c):.6f}")))
        for i, (area, c) in enumerate(zip(DISTRICTS, COMMUNE_BODIES, strict=True), 1)
    ]
    xlsx(
        tmp_path / "LDLD.xlsx",
        so_lieu=f"""
TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM
LIÊN ĐOÀN LAO ĐỘNG TỈNH ĐỒNG THÁP
Xếp loại công đoàn cơ sở xã, phường, thị trấn năm 2024
TT | LĐLĐ huyện, TP | Số CĐCS xã, phường, thị trấn | Hoàn thành xuất sắc nhiệm vụ | < | Hoàn thành tốt nhiệm vụ | < \
| Hoàn thành nhiệm vụ | < | Không hoàn thành nhiệm vụ | <
^ | ^ | ^ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ
{lines(rows)}
""",
    )
    truth.add_districts(2024, "cong_doan cap_xa", FOUR, COMMUNE_BODIES)
    check(tmp_path, facts, truth)


def test_l9_counts_with_zeros_units_and_spaces(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "DOAN.xlsx",
        Sheet1="""
TỈNH ĐOÀN ĐỒNG THÁP
Kết quả xếp loại chi đoàn khóm, ấp năm 2023
TT | Đoàn huyện, thành phố | Tổng số | HTXSNV | HTTNV | HTNV | KHTNV | Chưa đủ điều kiện xếp loại
1 | Thành đoàn Cao Lãnh | '67 | '08 | '50 | 7 chi đoàn | '02 | 0
2 | Thành đoàn Sa Đéc | 35 chi đoàn | '05 | '29 | '01 |  |
3 | Huyện đoàn Cao Lãnh | ' 88 | '10 | '70 | '06 | - | '02
4 | Huyện Đoàn Hồng Ngự | 50 | '09 | '40 | '01 | ... | .
Cộng | < | 240 | 32 | 189 | 15 | 2 | 2
""",
    )
    for area, counts in {
        "Thành phố Cao Lãnh": (8, 50, 7, 2, 0),
        "Thành phố Sa Đéc": (5, 29, 1, 0, 0),
        "Huyện Cao Lãnh": (10, 70, 6, 0, 2),
        "Huyện Hồng Ngự": (9, 40, 1, 0, 0),
    }.items():
        truth.add(area, 2023, "doan_tn chi_doan", f"{FOUR} chua_xep_loai", counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l9_levels_down_districts_across(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    levels = ("Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu")
    rows = [(name, *column, sum(column)) for name, column in zip(levels, zip(*BASE_UNITS, strict=True), strict=True)]
    xlsx(
        tmp_path / "chi hoi ND.xlsx",
        Sheet1=f"""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP

XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024
Xếp loại | {line(*SHORT, "Toàn tỉnh")}
{lines(rows)}
Cộng | {line(*map(sum, BASE_UNITS), sum(total(BASE_UNITS)))}
""",
    )
    truth.add_districts(2024, "nong_dan chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_kind_of_area_in_brackets_and_footnote_marks(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    names = ("Cao Lãnh (TP)", "Sa Đéc", "Hồng Ngự (TP)", "Tân Hồng (*)", "Hồng Ngự (huyện)", "Tam Nông (1)",
             "THÁP MƯỜI", "Cao Lãnh (huyện)", "Thanh bình", "H Lấp Vò", "Lai  Vung ", "Huyện  Châu Thành")  # fmt: skip
    xlsx(
        tmp_path / "PN 2023.xlsx",
        Sheet1=f"""
HỘI LHPN TỈNH ĐỒNG THÁP
Xếp loại chi hội phụ nữ năm 2023
STT | Đơn vị | Xuất sắc | Tốt | Khá | Trung bình | Yếu
{lines((i, name, *c) for i, (name, c) in enumerate(zip(names, BASE_UNITS, strict=True), 1))}
(*) Tân Hồng có 01 chi hội tách ra từ tháng 6. (1) Kể cả chi hội chợ Tràm Chim.
""",
    )
    truth.add_districts(2023, "phu_nu chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_levels_cut_in_two_storeys(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    counts = [(*row[:3], row[3] + row[4]) for row in BASE_UNITS]
    xlsx(
        tmp_path / "CCB.xlsx",
        Sheet1=f"""
HỘI CCB TỈNH ĐỒNG THÁP
Phân loại chi hội cựu chiến binh năm 2022
TT | Đơn vị | Trong sạch, vững mạnh | < | < | Yếu
^ | ^ | Xuất sắc | Tiên tiến | TSVM | ^
{lines((i, name, *c) for i, (name, c) in enumerate(zip(SHORT, counts, strict=True), 1))}
""",
    )
    truth.add_districts(2022, "ccb chi_hoi", "tsvm_xuat_sac tsvm_tien_tien tsvm yeu", counts)
    check(tmp_path, facts, truth)


def test_l9_own_and_confirmed_counts_are_never_added(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tự xếp loại | < | < | Cấp trên công nhận | < | <
^ | ^ | XS | Tốt | Khá | XS | Tốt | Khá
1 | Phú Đức | 3 | 1 | 0 | 2 | 1 | 1
2 | Phú Hiệp | 3 | 2 | 0 | 2 | 2 | 1
""",
    )
    for commune, counts in (("Xã Phú Đức", (2, 1, 1)), ("Xã Phú Hiệp", (2, 2, 1))):
        truth.add(f"Huyện Tam Nông/{commune}", 2023, "nong_dan chi_hoi", "xuat_sac tot kha", counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l9_part_columns_and_cumulated_column_are_never_added(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tổng số | Xuất sắc | Trong đó: tiêu biểu | Tốt | Khá | TB | Yếu | Từ khá trở lên | Tỷ lệ (%)
 | Huyện Tam Nông | 9 | 4 | 2 | 3 | 1 | 1 | 0 | 8 | 88,89
1 | Phú Đức | 4 | 2 | 1 | 1 | 0 | 1 | 0 | 3 | 75
2 | Phú Hiệp | 5 | 2 | 1 | 2 | 1 | 0 | 0 | 5 | 100
""",
    )
    for commune, counts in (("Xã Phú Đức", (2, 1, 0, 1)), ("Xã Phú Hiệp", (2, 2, 1, 0))):
        truth.add(f"Huyện Tam Nông/{commune}", 2023, "nong_dan chi_hoi", "xuat_sac tot kha trung_binh", counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l9_block_of_parts_does_not_disturb_the_whole(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tổng số | Xuất sắc | Tốt | Khá | Trong đó chi hội nghề nghiệp | < | <
^ | ^ | ^ | ^ | ^ | ^ | Xuất sắc | Tốt | Khá
1 | Phú Đức | 4 | 2 | 1 | 1 | 1 | 0 | 0
2 | Phú Hiệp | 5 | 2 | 2 | 1 | 0 | 1 | 0
""",
    )
    for commune, counts in (("Xã Phú Đức", (2, 1, 1)), ("Xã Phú Hiệp", (2, 2, 1))):
        truth.add(f"Huyện Tam Nông/{commune}", 2023, "nong_dan chi_hoi", "xuat_sac tot kha", counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi cot_la")


def test_l9_district_and_commune_in_two_columns(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
TỈNH ĐOÀN ĐỒNG THÁP
XẾP LOẠI CHI ĐOÀN KHÓM, ẤP NĂM 2023
TT | Huyện, thành phố | Xã, phường, thị trấn | HTXSNV | HTTNV | HTNV
1 | Tam Nông | Phú Đức | 1 | 2 | 2
2 | ^ | Phú Thọ | 1 | 2 | 0
3 | TP. Hồng Ngự | Bình Thạnh | 3 | 3 | 0
4 | Huyện Cao Lãnh | Bình Thạnh | 2 | 4 | 0
 | Cộng | < | 7 | 11 | 2
""",
    )
    levels = "hoan_thanh_xuat_sac hoan_thanh_tot hoan_thanh"
    for area, counts in {
        "Huyện Tam Nông/Xã Phú Đức": (1, 2, 2),
        "Huyện Tam Nông/Xã Phú Thọ": (1, 2, 0),
        "Thành phố Hồng Ngự/Xã Bình Thạnh": (3, 3, 0),
        "Huyện Cao Lãnh/Xã Bình Thạnh": (2, 4, 0),
    }.items():
        truth.add(area, 2023, "doan_tn chi_doan", levels, counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


# --- L10: organisations across ---------------------------------------------------------------------------------------


def test_l10_six_blocks_in_another_order_with_a_sum_block(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    order = ("ccb", "doan_tn", "phu_nu", "nong_dan", "mttq", "cong_doan")
    heads = ("HỘI CCB", "ĐOÀN TN", "HỘI LHPN", "HỘI ND", "MTTQ", "CÔNG ĐOÀN")
    rows = []
    for i, (area, counts) in enumerate(zip(SHORT, COMMUNE_BODIES, strict=True), 1):
        blocks = [counts if k % 2 else (counts[0] - 1, counts[1] + 1, *counts[2:]) for k in range(6)]
        for organisation, block in zip(order, blocks, strict=True):
            truth.add(DISTRICTS[i - 1], 2023, f"{organisation} cap_xa", FOUR, block)
        rows.append((i, area, *(n for block in (*blocks, total(blocks)) for n in block)))
    sums = total(row[2:] for row in rows)
    xlsx(
        tmp_path / "Tong hop cap xa.xlsx",
        TongHop=f"""
BAN DÂN VẬN TỈNH UỶ | < | <
TỔNG HỢP XẾP LOẠI MTTQ VÀ CÁC TỔ CHỨC CHÍNH TRỊ - XÃ HỘI CẤP XÃ NĂM 2023
TT | Huyện, thành phố | {" | < | < | < | ".join((*heads, "CỘNG"))} | < | < | <
^ | ^ | {" | ".join(["HTXS | HTT | HT | KHT"] * 7)}
{lines(rows)}
 | TỔNG CỘNG | {line(*sums)}
""",
    )
    check(tmp_path, facts, truth)


@pytest.mark.parametrize("head", ["Cộng", "Tổng hợp chung"])
def test_l10_sum_block_is_no_organisation(tmp_path: Path, facts: Facts, truth: Truth, head: str) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1=f"""
BAN DÂN VẬN TỈNH ỦY
XẾP LOẠI CÁC ĐOÀN THỂ CẤP XÃ NĂM 2023
TT | Huyện | Hội Nông dân | < | Hội LHPN | < | {head} | <
^ | ^ | HTXSNV | HTTNV | HTXSNV | HTTNV | HTXSNV | HTTNV
1 | Tam Nông | 2 | 10 | 3 | 9 | 5 | 19
2 | Tháp Mười | 3 | 10 | 3 | 10 | 6 | 20
""",
    )
    good = "hoan_thanh_xuat_sac hoan_thanh_tot"
    truth.add("Huyện Tam Nông", 2023, "nong_dan cap_xa", good, (2, 10))
    truth.add("Huyện Tháp Mười", 2023, "nong_dan cap_xa", good, (3, 10))
    truth.add("Huyện Tam Nông", 2023, "phu_nu cap_xa", good, (3, 9))
    truth.add("Huyện Tháp Mười", 2023, "phu_nu cap_xa", good, (3, 10))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l10_bodies_of_two_levels_and_a_word_column(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "ccb.xlsx",
        Sheet1="""
HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP
BIỂU XẾP LOẠI TỔ CHỨC HỘI NĂM 2024
TT | Đơn vị | Hội CCB cấp huyện | Hội cơ sở | < | < | < | Chi hội | < | < | <
^ | ^ | ^ | TS | HTXSNV | HTTNV | HTNV | TS | HTXSNV | HTTNV | HTNV
1 | Tam Nông | HTTNV | 12 | 2 | 10 | 0 | 58 | 12 | 40 | 6
2 | Tháp Mười | HTXSNV | 13 | 3 | 10 | 0 | 64 | 10 | 46 | 8
""",
    )
    truth.add("Huyện Tam Nông", 2024, "ccb cap_huyen", "hoan_thanh_tot", (1,))
    truth.add("Huyện Tháp Mười", 2024, "ccb cap_huyen", "hoan_thanh_xuat_sac", (1,))
    for area, bodies, units in (
        ("Tam Nông", (2, 10, 0, 0), (12, 40, 6, 0)),
        ("Tháp Mười", (3, 10, 0, 0), (10, 46, 8, 0)),
    ):
        truth.add(f"Huyện {area}", 2024, "ccb cap_xa", FOUR, bodies)
        truth.add(f"Huyện {area}", 2024, "ccb chi_hoi", FOUR, units)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_organisations_down_grouped_by_level_of_body(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    names = ("MTTQ", "LĐLĐ", "Hội Nông dân", "Hội LHPN", "Đoàn Thanh niên", "Hội CCB")
    rows: list[Sequence[object]] = []
    for numeral, level, unit_type in (("I", "Cấp huyện", "cap_huyen"), ("II", "Cấp xã", "cap_xa")):
        blocks = []
        for k, organisation in enumerate(SIX):
            block = (int(k == 0), int(k != 0), 0, 0) if unit_type == "cap_huyen" else (2, 9 - k % 2, 1 + k % 2, 0)
            truth.add("Huyện Tam Nông", 2023, f"{organisation} {unit_type}", FOUR, block)
            blocks.append(block)
        rows.append((numeral, level, sum(total(blocks)), *total(blocks)))
        rows += [(i, name, sum(b), *b) for i, (name, b) in enumerate(zip(names, blocks, strict=True), 1)]
    xlsx(
        tmp_path / "HU Tam Nong.xlsx",
        Sheet1=f"""
HUYỆN ỦY TAM NÔNG
KẾT QUẢ XẾP LOẠI MTTQ, CÁC TỔ CHỨC CHÍNH TRỊ - XÃ HỘI NĂM 2023
TT | Tổ chức | Tổng số | HTXSNV | HTTNV | HTNV | KHTNV
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_kinds_of_base_units_down_levels_across(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    kinds = {"Ban công tác Mặt trận": "mttq ban_ctmt", "Chi hội Nông dân": "nong_dan chi_hoi",
             "Chi hội Phụ nữ": "phu_nu chi_hoi", "Chi đoàn": "doan_tn chi_doan", "Chi hội CCB": "ccb chi_hoi",
             "Tổ NDTQ": "to_ndtq to_ndtq", "Hội quán": "hoi_quan hoi_quan"}  # fmt: skip
    rows = list(zip(kinds, BASE_UNITS, strict=False))
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1=f"""
HUYỆN ỦY TAM NÔNG
KẾT QUẢ XẾP LOẠI NĂM 2023
TT | Loại hình | Tổng số | Xuất sắc | Tốt | Khá | Trung bình | Yếu
{lines((i, name, sum(c), *c) for i, (name, c) in enumerate(rows, 1))}
""",
    )
    for name, counts in rows:
        truth.add("Huyện Tam Nông", 2023, kinds[name], FIVE, counts)
    check(tmp_path, facts, truth)


def test_l10_kinds_of_base_units_across_fair_or_better_only(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    wards = ("Phường 1", "Phường 2", "Phường 3", "Phường 4", "Phường An Hòa", "Phường Tân Quy Đông",
             "Xã Tân Khánh Đông", "Xã Tân Phú Đông", "Xã Tân Quy Tây")  # fmt: skip
    kinds = ("mttq ban_ctmt", "nong_dan chi_hoi", "phu_nu chi_hoi", "doan_tn chi_doan", "ccb chi_hoi",
             "to_ndtq to_ndtq", "hoi_quan hoi_quan")  # fmt: skip
    heads = ("Ban công tác Mặt trận", "Chi hội Nông dân", "Chi hội Phụ nữ", "Chi đoàn khóm, ấp", "Chi hội CCB",
             "Tổ Nhân dân tự quản", "Hội quán")  # fmt: skip
    rows = []
    for i, ward in enumerate(wards):
        row: list[object] = [i + 1, ward]
        for k, kind in enumerate(kinds):
            whole = 40 + i if kind.startswith("to_ndtq") else 1 if kind.startswith("hoi_quan") else 4 + i % 3
            good = whole - (1 if whole > 1 and (i + k) % 5 == 0 else 0)
            truth.add(f"Thành phố Sa Đéc/{ward}", 2024, kind, TWO, (good, whole - good))
            row += [whole, good, percent(good, whole, "")]
        rows.append(row)
    xlsx(
        tmp_path / "2024" / "TU Sa Dec bieu 3.xlsx",
        Bieu3=f"""
THÀNH ỦY SA ĐÉC
KHỐI VẬN | | | Biểu 3. Kết quả xếp loại các tổ chức ở khóm, ấp

TT | Đơn vị | {" | < | < | ".join(heads)} | < | <
^ | ^ | {" | ".join(["Tổng số | Khá trở lên | Tỷ lệ (%)"] * 7)}
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_matrix_of_wordings_communes_by_organisations(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    communes = ("Thị trấn Lai Vung", "Xã Tân Dương", "Xã Hòa Thành", "Xã Long Hậu", "Xã Tân Phước", "Xã Hòa Long",
                "Xã Tân Thành", "Xã Long Thắng", "Xã Vĩnh Thới", "Xã Tân Hòa", "Xã Định Hòa", "Xã Phong Hòa")  # fmt: skip
    spelt = {
        "hoan_thanh_xuat_sac": ("HTXSNV", "HTXS nhiệm vụ", "Hoàn thành xuất sắc"),
        "hoan_thanh_tot": ("HTTNV", "HT tốt", "Hoàn thành tốt nhiệm vụ"),
        "hoan_thanh": ("HTNV", "Hoàn thành", "HT nhiệm vụ"),
    }
    order = ("mttq", "nong_dan", "ccb", "phu_nu", "doan_tn", "cong_doan")
    rows = []
    for i, commune in enumerate(communes):
        row: list[object] = [i + 1, commune.replace("Thị trấn", "TT.").replace("Xã ", "xã ")]
        for k, organisation in enumerate(order):
            rating = ("hoan_thanh_tot", "hoan_thanh_xuat_sac", "hoan_thanh_tot", "hoan_thanh")[(i * 5 + k) % 4]
            truth.add(f"Huyện Lai Vung/{commune}", 2022, f"{organisation} cap_xa", rating, (1,))
            row.append(spelt[rating][(i + k) % 3])
        rows.append(row)
    xlsx(
        tmp_path / "LaiVung.xlsx",
        Sheet1=f"""
BAN DÂN VẬN HUYỆN ỦY LAI VUNG

KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI MTTQ, ĐOÀN THỂ CẤP XÃ NĂM 2022
STT | Xã, thị trấn | Mức xếp loại | < | < | < | < | <
^ | ^ | Mặt trận Tổ quốc | Hội Nông dân | Hội Cựu chiến binh | Hội LHPN | Đoàn Thanh niên | Công đoàn
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_ticks_against_levels_one_organisation_by_commune(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    communes = ("Thị trấn Mỹ An", "Xã Thạnh Lợi", "Xã Hưng Thạnh", "Xã Trường Xuân", "Xã Tân Kiều", "Xã Mỹ Hòa",
                "Xã Mỹ Quý", "Xã Mỹ Đông", "Xã Đốc Binh Kiều", "Xã Mỹ An", "Xã Phú Điền", "Xã Láng Biển",
                "Xã Thanh Mỹ")  # fmt: skip
    levels = FOUR.split()
    rows = []
    for i, commune in enumerate(communes):
        level = 0 if i in (1, 8) else 2 if i == 5 else 1
        truth.add(f"Huyện Tháp Mười/{commune}", 2023, "mttq cap_xa", levels[level], (1,))
        rows.append((i + 1, commune, *("xX"[i % 2] if k == level else None for k in range(4))))
    xlsx(
        tmp_path / "thap muoi.xlsx",
        DS=f"""
ỦY BAN MTTQ VIỆT NAM HUYỆN THÁP MƯỜI
DANH SÁCH XẾP LOẠI ỦY BAN MTTQ VIỆT NAM CẤP XÃ
NĂM 2023
TT | Ủy ban MTTQ xã, thị trấn | Xếp loại | < | < | <
^ | ^ | Hoàn thành xuất sắc nhiệm vụ | Hoàn thành tốt nhiệm vụ | Hoàn thành nhiệm vụ | Không hoàn thành nhiệm vụ
{lines(rows)}
| Cộng | 2 | 10 | 1 | 0
""",
    )
    check(tmp_path, facts, truth)


def test_ticks_for_the_bodies_of_one_district(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "TH.xlsx",
        Sheet1="""
HUYỆN UỶ THANH BÌNH | < | < | | ĐẢNG CỘNG SẢN VIỆT NAM
Xếp loại MTTQ và các tổ chức chính trị - xã hội huyện năm 2024 | < | < | < | < | <
STT | Tổ chức | HTXSNV | HTTNV | HTNV | KHTNV
1 | Ủy ban Mặt trận Tổ quốc Việt Nam huyện | | x | |
2 | Liên đoàn Lao động huyện | | x | |
3 | Hội Nông dân huyện | x | | |
4 | Hội Liên hiệp Phụ nữ huyện | x | | |
5 | Huyện đoàn | | x | |
6 | Hội Cựu chiến binh huyện | | | x |
""",
    )
    for organisation, level in zip(SIX, (1, 1, 0, 0, 1, 2), strict=True):
        truth.add("Huyện Thanh Bình", 2024, f"{organisation} cap_huyen", FOUR.split()[level], (1,))
    check(tmp_path, facts, truth)


def test_matrix_of_district_bodies(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    short = {"hoan_thanh_xuat_sac": "HTXSNV", "hoan_thanh_tot": "HTTNV", "hoan_thanh": "HTNV"}
    rows = []
    for i, area in enumerate(SHORT):
        row: list[object] = [i + 1, area]
        for k, organisation in enumerate(SIX):
            rating = (
                "hoan_thanh" if (i, k) == (4, 2) else "hoan_thanh_xuat_sac" if (i + k) % 6 == 0 else "hoan_thanh_tot"
            )
            truth.add(DISTRICTS[i], 2023, f"{organisation} cap_huyen", rating, (1,))
            row.append(short[rating])
        rows.append(row)
    xlsx(
        tmp_path / "bieu 1.xlsx",
        Sheet1=f"""
BAN DÂN VẬN TỈNH ỦY ĐỒNG THÁP

Kết quả xếp loại Mặt trận Tổ quốc và các tổ chức chính trị - xã hội cấp huyện năm 2023
STT | Huyện, thành phố | MTTQ | LĐLĐ | HND | LHPN | Đoàn TN | CCB
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_list_of_provincial_and_district_bodies(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "Nam 2024" / "to chuc CTXH tinh.xlsx",
        Sheet1="""
TỈNH ỦY ĐỒNG THÁP
BAN DÂN VẬN
TỔNG HỢP KẾT QUẢ TỰ ĐÁNH GIÁ VÀ CÔNG NHẬN XẾP LOẠI CẤP TỈNH NĂM 2024
TT | Tên tổ chức | Tự đánh giá | Cấp có thẩm quyền công nhận | Ghi chú
1 | Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh | Hoàn thành xuất sắc nhiệm vụ | Hoàn thành tốt nhiệm vụ |
2 | Liên đoàn Lao động tỉnh | Hoàn thành tốt nhiệm vụ | Hoàn thành tốt nhiệm vụ |
3 | Hội Nông dân tỉnh | HTXSNV | HTXSNV |
4 | Hội LHPN tỉnh | HTXSNV | HTTNV |
5 | Tỉnh đoàn | HTTNV | HTTNV |
6 | Hội Cựu chiến binh tỉnh | HTTNV | HTXSNV |
""",
    )
    ratings = ("hoan_thanh_tot", "hoan_thanh_tot", "hoan_thanh_xuat_sac", "hoan_thanh_tot", "hoan_thanh_tot",
               "hoan_thanh_xuat_sac")  # fmt: skip
    for organisation, rating in zip(SIX, ratings, strict=True):
        truth.add("Tỉnh Đồng Tháp", 2024, f"{organisation} cap_tinh", rating, (1,))
    data = check(tmp_path, facts, truth)
    own = data.ratings.filter(pl.col("rated_by") == "tu_xep_loai").sort("organisation")
    assert own["rating"].to_list().count("hoan_thanh_xuat_sac") == 3
    assert len(own) == 6


# --- L11: two years ----------------------------------------------------------------------------------------------------


def test_l11_two_years_with_change_column(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, area in enumerate(SHORT):
        row: list[object] = [i + 1, area]
        shares = []
        for year, shift in ((2021, 2), (2022, 0)):
            whole, good = 40 + i * 3, 40 + i * 3 - shift - i % 3
            truth.add(DISTRICTS[i], year, "ccb chi_hoi", TWO, (good, whole - good))
            row += [whole, good, percent(good, whole, "")]
            shares.append(100 * good / whole)
        rows.append((*row, f"'+{shares[1] - shares[0]:.2f}".replace(".", ",")))
    xlsx(
        tmp_path / "CCB so sanh.xlsx",
        Sheet1=f"""
HỘI CỰU CHIẾN BINH VIỆT NAM
TỈNH ĐỒNG THÁP
SO SÁNH KẾT QUẢ XẾP LOẠI CHI HỘI NĂM 2022 VỚI NĂM 2021
TT | Địa phương | Năm 2021 | < | < | Năm 2022 | < | < | Tăng (+), giảm (-)
^ | ^ | Tổng số | Khá trở lên | % | Tổng số | Khá trở lên | % | ^
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_l11_years_under_each_level(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    earlier = [(a + 1, b - 1, c, d) for a, b, c, d in COMMUNE_BODIES]
    rows = [
        (area, *(n for pair in zip(old, new, strict=True) for n in pair))
        for area, old, new in zip(DISTRICTS, earlier, COMMUNE_BODIES, strict=True)
    ]
    xlsx(
        tmp_path / "phu nu co so.xlsx",
        Sheet1=f"""
HỘI LHPN TỈNH ĐỒNG THÁP
XẾP LOẠI HỘI LHPN CẤP XÃ 2 NĂM 2023, 2024
Đơn vị | HTXSNV | < | HTTNV | < | HTNV | < | KHTNV | <
^ | 2023 | 2024 | 2023 | 2024 | 2023 | 2024 | 2023 | 2024
{lines(rows)}
Cộng | {line(*total(row[1:] for row in rows))}
""",
    )
    truth.add_districts(2023, "phu_nu cap_xa", FOUR, earlier)
    truth.add_districts(2024, "phu_nu cap_xa", FOUR, COMMUNE_BODIES)
    check(tmp_path, facts, truth)


def test_years_down_the_rows(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN QUA CÁC NĂM
Năm | Tổng số | Xuất sắc | Tốt | Khá
2021 | 58 | 20 | 30 | 8
2022 | 58 | 22 | 30 | 6
""",
    )
    truth.add("Huyện Tam Nông", 2021, "nong_dan chi_hoi", "xuat_sac tot kha", (20, 30, 8))
    truth.add("Huyện Tam Nông", 2022, "nong_dan chi_hoi", "xuat_sac tot kha", (22, 30, 6))
    check(tmp_path, facts, truth)


def test_one_table_a_year_below_each_other(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN
NĂM 2021
TT | Xã | Xuất sắc | Tốt | Khá
1 | Phú Đức | 1 | 2 | 1

NĂM 2022
TT | Xã | Xuất sắc | Tốt | Khá
1 | Phú Đức | 2 | 1 | 1
""",
    )
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2021, "nong_dan chi_hoi", "xuat_sac tot kha", (1, 2, 1))
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2022, "nong_dan chi_hoi", "xuat_sac tot kha", (2, 1, 1))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


# --- L1: years across, contents down -----------------------------------------------------------------------------------


def test_l1_ratings_of_one_district_by_year(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "Chau Thanh 4 nam.xlsx",
        PL="""
HUYỆN ỦY CHÂU THÀNH
PHỤ LỤC SỐ LIỆU THỰC HIỆN NGHỊ QUYẾT GIAI ĐOẠN 2021 - 2024
Nội dung | ĐVT | Kết quả thực hiện | < | < | < | Ghi chú
^ | ^ | 2021 | 2022 | 2023 | 2024 | ^
1 | 2 | 3 | 4 | 5 | 6 | 7
I. Ban công tác Mặt trận khóm, ấp | ban | 57 | 57 | 57 | 56 |
- Xuất sắc | ban | 20 | 22 | 25 | 24 |
- Tốt | ban | 25 | 26 | 25 | 27 |
- Khá | ban | 10 | 8 | 6 | 5 |
- Trung bình | ban | 2 | 1 | 1 | - |
- Yếu | ban | - | - | - | - |
II. Chi hội Nông dân | chi hội | 57 | 57 | 57 | 56 |
- Xuất sắc | chi hội | 18 | 20 | 21 | 22 |
- Tốt | chi hội | 28 | 30 | 30 | 29 |
- Khá | chi hội | 9 | 6 | 6 | 5 |
- Trung bình | chi hội | 1 | 1 | 0 | 0 |
- Yếu | chi hội | 1 | 0 | 0 | 0 |
""",
    )
    front = ((20, 25, 10, 2, 0), (22, 26, 8, 1, 0), (25, 25, 6, 1, 0), (24, 27, 5, 0, 0))
    farmers = ((18, 28, 9, 1, 1), (20, 30, 6, 1, 0), (21, 30, 6, 0, 0), (22, 29, 5, 0, 0))
    for year, first, second in zip(range(2021, 2025), front, farmers, strict=True):
        truth.add("Huyện Châu Thành", year, "mttq ban_ctmt", FIVE, first)
        truth.add("Huyện Châu Thành", year, "nong_dan chi_hoi", FIVE, second)
    check(tmp_path, facts, truth)


def test_l1_party_measures_by_year_with_target_column(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "sa dec.xlsx",
        PL="""
THÀNH ỦY SA ĐÉC | < | < | | | ĐẢNG CỘNG SẢN VIỆT NAM | <
SỐ LIỆU CHỈ TIÊU VỀ SINH HOẠT CHI BỘ KHÓM, ẤP VÀ ĐẢNG VIÊN | < | < | < | < | < | <
STT | Chỉ tiêu | Đơn vị tính | NQ đề ra | Năm 2022 | Năm 2023 | Năm 2024
1 | Số chi bộ khóm, ấp | chi bộ | | 42 | 42 | 42
2 | Tổng số kỳ sinh hoạt lệ kỳ | kỳ | | 504 | 504 | 504
3 | Số kỳ sinh hoạt có nội dung về công tác dân vận | kỳ | | 470 | 489 | 504
| Tỷ lệ | % | 100 | 93,25 | 97,02 | 100
4 | Tổng số đảng viên | đảng viên | | 1.512 | 1.530 | 1.548
5 | Số đảng viên được miễn sinh hoạt | đảng viên | | 112 | 120 | 118
6 | Số đảng viên tham gia sinh hoạt thường xuyên, làm nòng cốt | đảng viên | | 1.260 | 1.283 | 1.344
| Tỷ lệ | % | 90 | 90,00 | 90,99 | 93,99
""",
    )
    years = {2022: (470, 1512, 112, 1260), 2023: (489, 1530, 120, 1283), 2024: (504, 1548, 118, 1344)}
    for year, (with_content, members, exempt, active) in years.items():
        truth.measure(
            "Thành phố Sa Đéc",
            year,
            chi_bo_khom_ap=42,
            lan_sinh_hoat_le_ky=504,
            lan_sinh_hoat_le_ky_co_noi_dung=with_content,
            dang_vien=members,
            dang_vien_mien_sinh_hoat=exempt,
            dang_vien_tham_gia_nong_cot=active,
        )
    check(tmp_path, facts, truth)


# --- L12: chi bộ and đảng viên ------------------------------------------------------------------------------------------


def party_row(i: int) -> dict[str, int]:
    members = 1100 + 37 * i
    return {
        "chi_bo_khom_ap": 40 + i,
        "lan_sinh_hoat_le_ky": 12 * (40 + i),
        "lan_sinh_hoat_le_ky_co_noi_dung": 12 * (40 + i) - i % 4,
        "dang_vien": members,
        "dang_vien_mien_sinh_hoat": 60 + i,
        "dang_vien_tham_gia_nong_cot": members - 60 - i - 45 - 3 * i,
    }


def test_l12_by_district(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, area in enumerate(SHORT):
        m = party_row(i)
        truth.measure(DISTRICTS[i], 2023, **m)
        held, content = m["lan_sinh_hoat_le_ky"], m["lan_sinh_hoat_le_ky_co_noi_dung"]
        base = m["dang_vien"] - m["dang_vien_mien_sinh_hoat"]
        rows.append((i + 1, area, m["chi_bo_khom_ap"], held, content, percent(content, held, ""), m["dang_vien"],
                     m["dang_vien_mien_sinh_hoat"], m["dang_vien_tham_gia_nong_cot"],
                     percent(m["dang_vien_tham_gia_nong_cot"], base, ""), None))  # fmt: skip
    xlsx(
        tmp_path / "2023" / "Bieu so 5.xlsx",
        T4T5=f"""
BAN DÂN VẬN TỈNH ỦY | < | < | < | | ĐẢNG CỘNG SẢN VIỆT NAM | < | < | <
BIỂU SỐ 5 | < | < | < | < | < | < | < | < | < | <
SINH HOẠT CHI BỘ KHÓM, ẤP VÀ ĐẢNG VIÊN THAM GIA MTTQ, TỔ CHỨC CHÍNH TRỊ - XÃ HỘI | < | < | < | < | < | < | < | < | < | <
STT | Đơn vị | Số chi bộ khóm, ấp | Số kỳ sinh hoạt | Có nội dung dân vận | < | Tổng số đảng viên \
| Được miễn sinh hoạt | Tham gia thường xuyên | < | Ghi chú
^ | ^ | ^ | ^ | SL | % | ^ | ^ | SL | % | ^
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_l12_two_tables_below_each_other_by_commune(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    communes = ("Thị trấn Sa Rài", "Xã Tân Hộ Cơ", "Xã Thông Bình", "Xã Bình Phú", "Xã Tân Thành A", "Xã Tân Thành B",
                "Xã Tân Phước", "Xã Tân Công Chí", "Xã An Phước")  # fmt: skip
    first, second = [], []
    for i, commune in enumerate(communes):
        held, members, exempt = 12 * (4 + i % 3), 110 + 9 * i, 5 + i
        content, active = held - i % 2, 110 + 9 * i - 5 - i - 7
        truth.measure(f"Huyện Tân Hồng/{commune}", 2022, chi_bo_khom_ap=4 + i % 3, lan_sinh_hoat_le_ky=held,
                      lan_sinh_hoat_le_ky_co_noi_dung=content, dang_vien=members, dang_vien_mien_sinh_hoat=exempt,
                      dang_vien_tham_gia_nong_cot=active)  # fmt: skip
        first.append((i + 1, commune, 4 + i % 3, held, content))
        second.append((i + 1, commune, members, exempt, active))
    xlsx(
        tmp_path / "Tan Hong.xlsx",
        bieu=f"""
HUYỆN UỶ TÂN HỒNG
Số liệu năm 2022

1. Sinh hoạt lệ kỳ của chi bộ khóm, ấp
STT | Đảng bộ xã, thị trấn | Số chi bộ khóm, ấp | Số lần sinh hoạt lệ kỳ trong năm | Số lần có nội dung công tác dân vận
{lines(first)}
| Cộng | {line(*total(row[2:] for row in first))}

2. Đảng viên tham gia sinh hoạt thường xuyên trong MTTQ, các tổ chức chính trị - xã hội
STT | Đảng bộ xã, thị trấn | Đảng viên chi bộ khóm, ấp | Trong đó miễn sinh hoạt | Số đảng viên tham gia làm nòng cốt
{lines(second)}
| Cộng | {line(*total(row[2:] for row in second))}
""",
    )
    check(tmp_path, facts, truth)


# --- several tables on one sheet, several sheets --------------------------------------------------------------------------


def test_two_tables_side_by_side(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    wards = ("Phường An Thạnh", "Phường An Lộc", "Phường An Lạc", "Phường An Bình A", "Phường An Bình B",
             "Xã Bình Thạnh", "Xã Tân Hội")  # fmt: skip
    rows = []
    for i, ward in enumerate(wards):
        left, right = (2, 2 + i % 2, 1, 0), (1 + i % 3, 3, 0, i % 2)
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2023, "phu_nu chi_hoi", "xuat_sac tot kha trung_binh", left)
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2023, "nong_dan chi_hoi", "xuat_sac tot kha trung_binh", right)
        rows.append((i + 1, ward, *left, None, i + 1, ward, *right))
    xlsx(
        tmp_path / "TP Hong Ngu.xlsx",
        Sheet1=f"""
THÀNH ỦY HỒNG NGỰ
XẾP LOẠI CHI HỘI NĂM 2023
Chi hội phụ nữ | < | < | < | < | < | | Chi hội nông dân | < | < | < | < | <
TT | Phường, xã | Xuất sắc | Tốt | Khá | TB | | TT | Phường, xã | Xuất sắc | Tốt | Khá | TB
{lines(rows)}
""",
    )
    check(tmp_path, facts, truth)


def test_three_tables_below_each_other_each_with_its_own_heading(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    blocks = []
    kinds = (("Chi hội Cựu chiến binh", "ccb chi_hoi"), ("Chi đoàn ấp, khóm", "doan_tn chi_doan"),
             ("Tổ nhân dân tự quản", "to_ndtq to_ndtq"))  # fmt: skip
    for k, (title, kind) in enumerate(kinds):
        rows = []
        for i, commune in enumerate(("Xã An Hiệp", "Xã An Nhơn", "Xã Phú Long", "Thị trấn Cái Tàu Hạ")):
            counts = (2 + k, 3 + i, 1, 0, i % 2)
            truth.add(f"Huyện Châu Thành/{commune}", 2021, kind, FIVE, counts)
            rows.append((i + 1, commune.replace("Xã ", "").replace("Thị trấn", "TT"), sum(counts), *counts))
        blocks.append(
            f"{'ABC'[k]}. {title}\nSTT | Đơn vị | Tổng số | Xuất sắc | Tốt | Khá | Trung bình | Yếu\n{lines(rows)}\n"
        )
    xlsx(
        tmp_path / "H. Châu Thành.xlsx",
        Sheet1="HUYỆN ỦY CHÂU THÀNH\nBÁO CÁO XẾP LOẠI CÁC TỔ CHỨC Ở ẤP, KHÓM NĂM 2021\n\n" + "\n".join(blocks),
    )
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_organisation_only_in_the_sheet_name(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    def sheet(unit: str, shift: int) -> str:
        rows = []
        for i, commune in enumerate(("Xã Tân Mỹ", "Xã Bình Thành", "Xã Định Yên", "TT Lấp Vò")):
            counts = (3 + i, 2 + shift, 1, 0)
            area = commune.replace("TT", "Thị trấn")
            truth.add(f"Huyện Lấp Vò/{area}", 2024, unit, FOUR, counts)
            rows.append((i + 1, commune, sum(counts), *counts))
        return (
            "HUYỆN ỦY LẤP VÒ\nKẾT QUẢ XẾP LOẠI NĂM 2024\nSTT | Đơn vị | Tổng số | HTXSNV | HTTNV | HTNV | KHTNV\n"
            + lines(rows)
        )

    xlsx(
        tmp_path / "HU Lap Vo.xlsx",
        **{
            "Ban CTMT": sheet("mttq ban_ctmt", 0),
            "Chi hội ND": sheet("nong_dan chi_hoi", 1),
            "Chi hội PN": sheet("phu_nu chi_hoi", 2),
            "Chi đoàn": sheet("doan_tn chi_doan", 3),
        },
    )
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_table_far_from_the_corner_with_empty_columns_and_rows(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, None, area, None, *counts, None, sum(counts))
        for i, (area, counts) in enumerate(zip(DISTRICTS, COMMUNE_BODIES, strict=True), 1)
    ]
    body = lines(rows).replace("\n7 |", "\n\n7 |")
    xlsx(
        tmp_path / "2024" / "bao cao.xlsx",
        at=(6, 3),
        Sheet1=f"""
ĐOÀN TNCS HỒ CHÍ MINH TỈNH ĐỒNG THÁP

Xếp loại Đoàn xã, phường, thị trấn năm 2024

Stt | | Đơn vị | | Hoàn thành xuất sắc | Hoàn thành tốt | Hoàn thành | Không hoàn thành | | Cộng
{body}
""",
    )
    truth.add_districts(2024, "doan_tn cap_xa", FOUR, COMMUNE_BODIES)
    check(tmp_path, facts, truth)


# --- L13: long tables with groups -----------------------------------------------------------------------------------------


LONG = {
    "Huyện Tam Nông": {"Thị trấn Tràm Chim": (3, 1, 1, 0), "Xã Phú Đức": (2, 2, 0, 0), "Xã Phú Thọ": (1, 2, 1, 1)},
    "Huyện Cao Lãnh": {
        "Thị trấn Mỹ Thọ": (2, 3, 0, 0),
        "Xã Bình Thạnh": (4, 2, 0, 0),
        "Xã Tân Hội Trung": (2, 3, 1, 0),
    },
    "Thành phố Hồng Ngự": {"Phường An Lộc": (3, 2, 0, 0), "Xã Bình Thạnh": (3, 1, 1, 0), "Xã Tân Hội": (2, 2, 0, 0)},
}
LONG_LEVELS = "xuat_sac tot kha trung_binh"


def add_long(truth: Truth, year: int, kind: str) -> None:
    for district, communes in LONG.items():
        for commune, counts in communes.items():
            truth.add(f"{district}/{commune}", year, kind, LONG_LEVELS, counts)


def test_l13_group_rows_without_values_and_partial_sums(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    body: list[Sequence[object]] = []
    for numeral, (district, communes) in zip(("I", "II", "III"), LONG.items(), strict=True):
        body.append((numeral, district.upper()))
        body += [(i, commune, *counts, sum(counts)) for i, (commune, counts) in enumerate(communes.items(), 1)]
        body.append((None, f"Cộng {numeral}", *total(communes.values()), sum(total(communes.values()))))
    grand = total(counts for communes in LONG.values() for counts in communes.values())
    xlsx(
        tmp_path / "chi hoi nong dan.xlsx",
        Sheet1=f"""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP
Phân loại chi hội nông dân năm 2024 (theo xã)
STT | ĐƠN VỊ | Xuất sắc | Tốt | Khá | Trung bình | Tổng
{lines(body)}
 | TỔNG CỘNG (I+II+III) | {line(*grand, sum(grand))}
""",
    )
    add_long(truth, 2024, "nong_dan chi_hoi")
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l13_group_rows_carry_the_sums(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    grand = total(counts for communes in LONG.values() for counts in communes.values())
    body: list[Sequence[object]] = [(None, "TOÀN TỈNH", sum(grand), *grand)]
    for numeral, (district, communes) in zip(("I", "II", "III"), LONG.items(), strict=True):
        subtotal = total(communes.values())
        body.append((numeral, district.replace("Thành phố", "TP."), sum(subtotal), *subtotal))
        body += [(i, name.replace("Xã", "xã"), sum(c), *c) for i, (name, c) in enumerate(communes.items(), 1)]
    xlsx(
        tmp_path / "PN.xlsx",
        Sheet1=f"""
HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP
XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2022
STT | Đơn vị | Tổng số | Xếp loại | < | < | <
^ | ^ | ^ | Xuất sắc | Tốt | Khá | TB
{lines(body)}
""",
    )
    add_long(truth, 2022, "phu_nu chi_hoi")
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_list_of_named_units_own_and_confirmed_rating(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    communes = {"Xã Tân Mỹ": ("Tân Thuận", "Tân Bình", "Tân An"), "Xã Định An": ("An Lợi A", "An Lợi B", "An Hòa")}
    rows = []
    for commune, hamlets in communes.items():
        for i, hamlet in enumerate(hamlets):
            confirmed = ("Xuất sắc", "Tốt", "Khá")[i]
            truth.add(f"Huyện Lấp Vò/{commune}", 2023, "ccb chi_hoi", ("xuat_sac", "tot", "kha")[i], (1,))
            rows.append((len(rows) + 1, commune if i == 0 else "^", f"Chi hội CCB ấp {hamlet}", "Xuất sắc", confirmed))
    xlsx(
        tmp_path / "CCB Lap Vo.xlsx",
        Sheet1=f"""
HỘI CCB HUYỆN LẤP VÒ
DANH SÁCH XẾP LOẠI CHI HỘI CỰU CHIẾN BINH NĂM 2023
STT | Xã, thị trấn | Tên chi hội | Tự xếp loại | Cấp trên công nhận
{lines(rows)}
""",
    )
    data = check(tmp_path, facts, truth, questions="thieu_don_vi")
    confirmed = data.ratings.filter(pl.col("rated_by") != "tu_xep_loai")
    assert confirmed["unit_name"].to_list().count(None) == 0
    assert data.ratings.filter(pl.col("rated_by") == "tu_xep_loai")["rating"].to_list() == ["xuat_sac"] * 6


def test_list_of_named_units_grouped_by_commune_rows(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "Lai Vung chi hoi PN 2024.xlsx",
        Sheet1="""
HỘI LHPN HUYỆN LAI VUNG
KẾT QUẢ XẾP LOẠI CÁC CHI HỘI PHỤ NỮ NĂM 2024
TT | Chi hội | Xếp loại | Ghi chú
I | Xã Tân Hòa
1 | Chi hội ấp Hòa Tân | HTXSNV
2 | Chi hội ấp Hòa Bình | HTTNV
II | Xã Tân Phước
1 | Chi hội ấp Tân Thuận A | HTTNV
2 | Chi hội ấp Tân Mỹ | HTTNV
3 | Chi hội ấp Tân Quý | Chưa xếp loại | Mới thành lập
""",
    )
    truth.add("Huyện Lai Vung/Xã Tân Hòa", 2024, "phu_nu chi_hoi", "hoan_thanh_xuat_sac hoan_thanh_tot", (1, 1))
    truth.add("Huyện Lai Vung/Xã Tân Phước", 2024, "phu_nu chi_hoi", "hoan_thanh_tot chua_xep_loai", (2, 1))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_list_of_hamlets_units_of_one_commune_with_equal_ratings(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "ds.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Ấp | Xếp loại
1 | Phú Đức | K8 | Tốt
2 | Phú Đức | K9 | Tốt
3 | Phú Đức | K10 | Tốt
4 | Phú Hiệp | K11 | Khá
""",
    )
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2023, "nong_dan chi_hoi", "tot", (3,))
    truth.add("Huyện Tam Nông/Xã Phú Hiệp", 2023, "nong_dan chi_hoi", "kha", (1,))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


@pytest.mark.parametrize("heads", [
    "Ban CTMT | Chi hội Nông dân | Chi hội Phụ nữ | Chi đoàn | Chi hội CCB",
    "Ban CTMT | CH Nông dân | CH Phụ nữ | Chi đoàn | CH CCB",
])  # fmt: skip
def test_matrix_of_wordings_hamlets_by_organisations(tmp_path: Path, facts: Facts, truth: Truth, heads: str) -> None:
    xlsx(
        tmp_path / "tn.xlsx",
        Sheet1=f"""
HUYỆN ỦY TAM NÔNG
KẾT QUẢ XẾP LOẠI CÁC TỔ CHỨC Ở ẤP NĂM 2023
TT | Xã | Ấp | {heads}
1 | Phú Đức | K8 | XS | Tốt | Tốt | Khá | Tốt
2 | Phú Đức | K9 | Tốt | Tốt | XS | Khá | Tốt
""",
    )
    area = "Huyện Tam Nông/Xã Phú Đức"
    truth.add(area, 2023, "mttq ban_ctmt", "xuat_sac tot", (1, 1))
    truth.add(area, 2023, "nong_dan chi_hoi", "tot", (2,))
    truth.add(area, 2023, "phu_nu chi_hoi", "xuat_sac tot", (1, 1))
    truth.add(area, 2023, "doan_tn chi_doan", "kha", (2,))
    truth.add(area, 2023, "ccb chi_hoi", "tot", (2,))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


# --- L14: levels down, kinds across ---------------------------------------------------------------------------------------


def test_l14_levels_down_kinds_across_with_parts(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "2023" / "Mau 7.xlsx",
        Mau=f"""
HUYỆN ỦY HỒNG NGỰ | < | | | | ĐẢNG CỘNG SẢN VIỆT NAM | <
BIỂU TỔNG HỢP CHẤT LƯỢNG CHI HỘI, CHI ĐOÀN NĂM 2023 | < | < | < | < | < | <
CHỈ TIÊU | Tổng số | Tỷ lệ (%) | Chi hội nông dân | Chi hội phụ nữ | Chi hội cựu chiến binh | Chi đoàn ấp, khóm
A. Tổng số có đến cuối năm (A=1+2) | 184 | X | 46 | 47 | 45 | 46
1. Số được đánh giá, xếp loại | 181 | '100,00 | 46 | 46 | 45 | 44
a) Hoàn thành xuất sắc | 54 | {percent(54, 181, "")} | 14 | 15 | 13 | 12
b) Hoàn thành tốt | 105 | {percent(105, 181, "")} | 27 | 26 | 27 | 25
c) Hoàn thành | 20 | {percent(20, 181, "")} | 5 | 5 | 4 | 6
d) Không hoàn thành | 2 | {percent(2, 181, "")} | 0 | 0 | 1 | 1
2. Số chưa được đánh giá, xếp loại | 3 | X | 0 | 1 | 0 | 2
Trong đó: mới thành lập | 2 | X | 0 | 1 | 0 | 1
""",
    )
    kinds = ("nong_dan chi_hoi", "phu_nu chi_hoi", "ccb chi_hoi", "doan_tn chi_doan")
    columns = ((14, 27, 5, 0, 0), (15, 26, 5, 0, 1), (13, 27, 4, 1, 0), (12, 25, 6, 1, 2))
    for kind, counts in zip(kinds, columns, strict=True):
        truth.add("Huyện Hồng Ngự", 2023, kind, f"{FOUR} chua_xep_loai", counts)
    check(tmp_path, facts, truth)


def test_l14_one_organisation_communes_wards_towns_as_parts(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "7A.xlsx",
        Sheet1="""
HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP
THỐNG KÊ XẾP LOẠI HỘI CCB CẤP XÃ NĂM 2024
CHỈ TIÊU | Tổng số | Tỷ lệ (%) | Chia ra | < | <
^ | ^ | ^ | Xã | Phường | Thị trấn
Số tổ chức được đánh giá | 143 | 100,00 | 115 | 19 | 9
- Hoàn thành xuất sắc nhiệm vụ | 28 | 19,58 | 22 | 4 | 2
- Hoàn thành tốt nhiệm vụ | 106 | 74,13 | 86 | 14 | 6
- Hoàn thành nhiệm vụ | 9 | 6,29 | 7 | 1 | 1
- Không hoàn thành nhiệm vụ | 0 | 0,00 | 0 | 0 | 0
""",
    )
    truth.add("Tỉnh Đồng Tháp", 2024, "ccb cap_xa", FOUR, (28, 106, 9, 0))
    check(tmp_path, facts, truth)


# --- T6, T7 ----------------------------------------------------------------------------------------------------------------


def test_works_registered_and_plans_by_district(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, area in enumerate(SHORT):
        values = {
            "to_chuc_dang": 20 + i,
            "to_chuc_dang_co_ke_hoach_nam": 20 + i - i % 2,
            "to_chuc_dang_co_chuong_trinh_nhiem_ky": 20 + i,
            "to_chuc": 60 + i,
            "to_chuc_da_dang_ky_cong_trinh": 58 + i,
            "to_chuc_da_hoan_thanh_cong_trinh": 40 + i,
        }
        truth.measure(DISTRICTS[i], 2024, **values)
        rows.append((i + 1, area, *values.values()))
    xlsx(
        tmp_path / "bieu 6.xlsx",
        Sheet1=f"""
BAN DÂN VẬN TỈNH ỦY ĐỒNG THÁP
Biểu 6: KẾ HOẠCH, CHƯƠNG TRÌNH HÀNH ĐỘNG; CÔNG TRÌNH, PHẦN VIỆC NĂM 2024
TT | Đơn vị | Cấp ủy, tổ chức đảng | < | < | MTTQ, các tổ chức CT-XH | < | <
^ | ^ | Tổng số | Có kế hoạch năm | Có chương trình hành động nhiệm kỳ | Tổng số tổ chức \
| Đã đăng ký ít nhất một công trình, phần việc | Đã hoàn thành công trình, phần việc
{lines(rows)}
| Cộng | {line(*total(row[2:] for row in rows))}
""",
    )
    check(tmp_path, facts, truth)


# --- other kinds of files ------------------------------------------------------------------------------------------------


PLAIN = """
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP
Kết quả xếp loại chi hội nông dân năm 2023
STT | Huyện, thành phố | Tổng số chi hội | Xuất sắc | Tỷ lệ (%) | Tốt | Tỷ lệ (%) | Khá | Trung bình | Yếu
1 | TP Cao Lãnh | 67 | 34 | 50,75 | 25 | 37,31 | 7 | 1 | 0
2 | Huyện Cao Lãnh | 88 | 40 | 45,45 | 35 | 39,77 | 10 | 2 | 1
3 | Huyện Tam Nông | 58 | 25 | 43,10 | 24 | 41,38 | 8 | 1 | 0
Cộng | | 213 | 99 | 46,48 | 84 | 39,44 | 25 | 4 | 1
"""


def add_plain(truth: Truth) -> None:
    for i in (0, 7, 5):
        truth.add(DISTRICTS[i], 2023, "nong_dan chi_hoi", FIVE, BASE_UNITS[i])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16"])
def test_csv_with_semicolons_and_decimal_commas(tmp_path: Path, facts: Facts, truth: Truth, encoding: str) -> None:
    csv_file(tmp_path / "chi hoi nd.csv", PLAIN, encoding)
    add_plain(truth)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_csv_whose_title_lines_have_no_separator(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    csv_file(tmp_path / "chi hoi nd.csv", PLAIN, padded=False)
    add_plain(truth)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_open_document_sheet(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    ods(tmp_path / "chi hoi nd.ods", PLAIN)
    add_plain(truth)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_decomposed_letters(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / unicodedata.normalize("NFD", "chi hội nông dân.xlsx"), Sheet1=unicodedata.normalize("NFD", PLAIN))
    add_plain(truth)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_the_same_file_twice_counts_once(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    for name in ("chi hoi nd.xlsx", "chi hoi nd (1).xlsx"):
        xlsx(tmp_path / name, Sheet1=PLAIN)
    (tmp_path / "chi hoi nd (1).xlsx").write_bytes((tmp_path / "chi hoi nd.xlsx").read_bytes())
    add_plain(truth)
    check(tmp_path, facts, truth, questions="gui_hai_lan thieu_don_vi")


def test_sums_that_were_never_calculated(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / "cong thuc.xlsx", Sheet1=PLAIN.replace("213 | 99", "=SUM(C4:C6) | =SUM(D4:D6)"))
    add_plain(truth)
    check(tmp_path, facts, truth, questions="o_loi tong_khong_khop thieu_don_vi")


def test_half_year_stands_apart(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / "6 thang.xlsx", Sheet1=PLAIN.replace("năm 2023", "6 tháng đầu năm 2023"))
    add_plain(truth)
    data = check(tmp_path, facts, truth, questions="thieu_don_vi")
    assert set(data.ratings["period"]) == {"6-thang"}


def test_names_of_persons_are_dropped(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "ds.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024
TT | Xã | Chi hội | Họ và tên chi hội trưởng | Điện thoại | Kết quả xếp loại
1 | Phú Đức | Ấp K8 | Nguyễn Văn Mẫu | '0900000001 | Xuất sắc
2 | Phú Đức | Ấp K9 | Trần Thị Thử | '0900000002 | Tốt
3 | Phú Hiệp | Ấp K10 | Lê Văn Ví Dụ | '0900000003 | Khá
""",
    )
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2024, "nong_dan chi_hoi", "xuat_sac tot", (1, 1))
    truth.add("Huyện Tam Nông/Xã Phú Hiệp", 2024, "nong_dan chi_hoi", "kha", (1,))
    data = check(tmp_path, facts, truth, questions="cot_ca_nhan thieu_don_vi")
    said = " ".join(str(frame.rows()) for frame in (data.ratings, data.measures, data.set_aside, data.sources))
    for secret in ("Nguyễn Văn Mẫu", "Trần Thị Thử", "Lê Văn Ví Dụ", "0900000001"):
        assert secret not in said


# --- what must be asked, never guessed -----------------------------------------------------------------------------------


def test_bare_name_shared_by_city_and_district_is_asked_about(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / "nd.xlsx", Sheet1=PLAIN.replace("Huyện Cao Lãnh", "Cao Lãnh").replace("TP Cao Lãnh", "Cao Lãnh"))
    truth.add("Huyện Tam Nông", 2023, "nong_dan chi_hoi", FIVE, BASE_UNITS[5])
    data = check(tmp_path, facts, truth, questions="ten_la tong_khong_khop thieu_don_vi")
    assert data.set_aside.filter(pl.col("reason") == "ten_la").height >= 2


def test_whole_number_shares_are_no_counts(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Xuất sắc (%) | Khá (%)
1 | Phú Đức | 45 | 55
2 | Phú Hiệp | 36 | 64
""",
    )
    data = check(tmp_path, facts, truth, questions="thieu_tong_so so_khong_doc_duoc bieu_la")
    assert data.set_aside.height > 0


def test_three_organisations_in_one_row_are_not_given_to_one(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
BAN DÂN VẬN HUYỆN UỶ TAM NÔNG
XẾP LOẠI CÁC TỔ CHỨC Ở KHÓM, ẤP NĂM 2023
TT | Loại hình | Tổng số | Khá trở lên | Tỷ lệ (%)
1 | Ban công tác Mặt trận | 58 | 50 | 86,21
2 | Chi hội (ND, PN, CCB) | 174 | 160 | 91,95
""",
    )
    truth.add("Huyện Tam Nông", 2023, "mttq ban_ctmt", TWO, (50, 8))
    data = check(tmp_path, facts, truth, questions="thieu_boi_canh ten_la chi_tieu_la")
    assert data.set_aside.height > 0


def test_the_same_commune_twice_is_asked_about(tmp_path: Path, facts: Facts) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tổng số | Xuất sắc | Tốt | Khá
1 | Phú Đức | 4 | 2 | 1 | 1
2 | Phú Đức | 4 | 2 | 1 | 1
3 | Phú Hiệp | 5 | 2 | 2 | 1
""",
    )
    data = read_raw(tmp_path, facts)
    assert data.set_aside.filter(pl.col("source_cell").str.contains(r"[A-Z]5\b")).height > 0
    check_accounts(data)


def test_another_year_over_the_columns_than_in_the_title_is_asked_about(tmp_path: Path, facts: Facts) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HỘI NÔNG DÂN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tổng số | Kết quả xếp loại năm 2022 | < | <
^ | ^ | ^ | Xuất sắc | Tốt | Khá
1 | Phú Đức | 4 | 2 | 1 | 1
""",
    )
    data = read_raw(tmp_path, facts)
    assert "nam_mau_thuan" in set(data.set_aside["reason"])


def test_column_of_no_known_meaning_is_named(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
HUYỆN ỦY TAM NÔNG
ĐẢNG VIÊN THAM GIA SINH HOẠT MTTQ, ĐOÀN THỂ NĂM 2023
STT | Đơn vị | Tổng số đảng viên | Dự bị | Được miễn sinh hoạt | Tham gia thường xuyên | < | Nữ
^ | ^ | ^ | ^ | ^ | SL | % | ^
1 | Phú Đức | 120 | 4 | 10 | 100 | 90,91 | 40
2 | Phú Hiệp | 110 | 2 | 8 | 96 | 94,12 | 30
""",
    )
    for commune, (members, exempt, active) in {"Xã Phú Đức": (120, 10, 100), "Xã Phú Hiệp": (110, 8, 96)}.items():
        truth.measure(f"Huyện Tam Nông/{commune}", 2023, dang_vien=members, dang_vien_mien_sinh_hoat=exempt,
                      dang_vien_tham_gia_nong_cot=active)  # fmt: skip
    data = check(tmp_path, facts, truth, questions="cot_la thieu_don_vi")
    assert {"Dự bị", "Nữ"} <= set(data.set_aside["text"])


def test_blocks_outside_the_districts_are_counted_too(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "x.xlsx",
        Sheet1="""
TỈNH ĐOÀN ĐỒNG THÁP
XẾP LOẠI CHI ĐOÀN NĂM 2023
TT | Đơn vị | HTXSNV | HTTNV | HTNV
1 | TP Sa Đéc | 10 | 20 | 2
2 | Đoàn Khối Các cơ quan và Doanh nghiệp | 5 | 6 | 1
 | Cộng | 15 | 26 | 3
""",
    )
    truth.add(
        "Thành phố Sa Đéc", 2023, "doan_tn chi_doan", "hoan_thanh_xuat_sac hoan_thanh_tot hoan_thanh", (10, 20, 2)
    )
    levels = "hoan_thanh_xuat_sac hoan_thanh_tot hoan_thanh"
    truth.add("Khối Các cơ quan và Doanh nghiệp tỉnh", 2023, "doan_tn chi_doan", levels, (5, 6, 1))
    check(tmp_path, facts, truth, questions="")


def test_locality_and_organisation_report_the_same_units_once(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "tinh" / "hnd.xlsx",
        Sheet1="""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Đơn vị | Tổng số | Xuất sắc | Tốt | Khá
1 | Tam Nông | 9 | 4 | 3 | 2
""",
    )
    xlsx(
        tmp_path / "huyen" / "hu.xlsx",
        Sheet1="""
HUYỆN ỦY TAM NÔNG
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Xã | Tổng số | Xuất sắc | Tốt | Khá
1 | Phú Đức | 4 | 2 | 1 | 1
2 | Phú Hiệp | 5 | 2 | 2 | 1
""",
    )
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2023, "nong_dan chi_hoi", "xuat_sac tot kha", (2, 1, 1))
    truth.add("Huyện Tam Nông/Xã Phú Hiệp", 2023, "nong_dan chi_hoi", "xuat_sac tot kha", (2, 2, 1))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_sum_that_does_not_fit_is_asked_about(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / "nd.xlsx", Sheet1=PLAIN.replace("213 | 99", "215 | 101"))
    add_plain(truth)
    data = check(tmp_path, facts, truth, questions="tong_khong_khop ty_le_khong_khop thieu_don_vi")
    assert "tong_khong_khop" in set(data.set_aside["reason"])


def test_unknown_level_is_asked_about(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "hpn.xlsx",
        Sheet1="""
HỘI LHPN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2024
TT | Xã | Chi hội | Kết quả xếp loại
1 | Phú Đức | Chi hội ấp K8 | Xuất sắc
2 | Phú Đức | Chi hội ấp K9 | Ngôi sao
""",
    )
    truth.add("Huyện Tam Nông/Xã Phú Đức", 2024, "phu_nu chi_hoi", "xuat_sac", (1,))
    data = check(tmp_path, facts, truth, questions="muc_xep_loai_la thieu_don_vi")
    assert "Ngôi sao" in " ".join(data.set_aside["message_vi"])


def test_shares_without_any_total_are_asked_about(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(
        tmp_path / "ty le.xlsx",
        Sheet1="""
HUYỆN ỦY TAM NÔNG
Xếp loại chi hội phụ nữ giai đoạn 2021 - 2023
Nội dung | ĐVT | 2021 | 2022 | 2023
Chi hội phụ nữ | | | |
- Xuất sắc | % | 45,5 | 50,2 | 51
- Khá | % | 35,5 | 30,1 | ..
""",
    )
    data = check(tmp_path, facts, truth, questions="thieu_so_luong thieu_tong_so bieu_la chi_tieu_la cot_la")
    assert data.set_aside.height > 0


def broken_files() -> dict[str, bytes]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return {
        "rong.xlsx": b"",
        "cat ngang.xlsx": b"PK\x03\x04" + b"\x14\x00\x06\x00" + b"\x00" * 40,
        "van ban doi duoi.xlsx": "Kính gửi Ban Dân vận Tỉnh uỷ".encode(),
        "mat khau.xlsx": ole + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512,
        "quet.pdf": b"%PDF-1.4\n%%EOF",
        "anh.jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 64,
        "van ban.docx": b"PK\x03\x04khong phai zip",
        "cu.xls": ole + b"\x00" * 100,
        "rong.csv": b"",
        "rong.ods": b"PK\x05\x06" + b"\x00" * 18,
    }


@pytest.mark.parametrize("name", sorted(broken_files()))
def test_file_that_cannot_be_read_is_named(tmp_path: Path, facts: Facts, truth: Truth, name: str) -> None:
    (tmp_path / name).write_bytes(broken_files()[name])
    xlsx(tmp_path / "nd.xlsx", Sheet1=PLAIN)
    add_plain(truth)
    data = check(tmp_path, facts, truth, questions="khong_mo_duoc bieu_la thieu_don_vi")
    asked = data.set_aside.filter(pl.col("source_file") == name)
    assert asked.height == 1
    assert name in data.sources["source_file"].to_list()
    message = asked["message_vi"].item()
    assert "Traceback" not in message and "Error" not in message


def test_workbook_cut_off_in_the_middle_is_named(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    xlsx(tmp_path / "nd.xlsx", Sheet1=PLAIN)
    whole = (tmp_path / "nd.xlsx").read_bytes()
    (tmp_path / "dut doan.xlsx").write_bytes(whole[: len(whole) // 2])
    add_plain(truth)
    data = check(tmp_path, facts, truth, questions="khong_mo_duoc thieu_don_vi")
    assert data.set_aside.filter(pl.col("source_file") == "dut doan.xlsx").height == 1
