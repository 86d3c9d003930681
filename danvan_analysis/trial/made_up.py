"""The made-up province: invented areas, their returns with planted leniency, the overlay that names them.

It exists so that the leniency panel can be tried on workbooks without a real place ever carrying a planted sign.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random

import polars as pl

from .book import write_book
from .district_returns import district_sender, district_sheets
from .kinds import YEARS
from .manner import manner_of
from .paper import MARK
from .places import District, districts_of
from .plan import Plan
from .planted import PLANTED, plant
from .truth import Truth, draw_truth

#: The scope by which the command asks for it.
MADE_UP = "tinh-thu"
PROVINCE = ("T9", "Tỉnh Giả Định")
#: The years that are written: three, as "nobody below khá for years" needs.
WRITTEN = YEARS[1:]
_DISTRICTS = ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười")
_COMMUNES = 10
_VALID_FROM = date(2020, 1, 1)
#: Districts that name every base unit, and those that list commune bodies with their own rating.
_BY_NAME = (2, 4, 8)
_LISTED = (2, 4, 8, 9)
_SENT = (
    "cap_huyen;cap_xa;ban_ctmt;chi_doan;chi_hoi;hoi_quan;to_ndtq",
    "chi_bo_khom_ap;lan_sinh_hoat_le_ky;lan_sinh_hoat_le_ky_co_noi_dung;dang_vien;dang_vien_mien_sinh_hoat;"
    "dang_vien_tham_gia_nong_cot;to_chuc_dang;to_chuc_dang_co_ke_hoach_nam;to_chuc_dang_co_chuong_trinh_nhiem_ky;"
    "to_chuc;to_chuc_da_dang_ky_cong_trinh;to_chuc_da_hoan_thanh_cong_trinh",
)
_READ_FIRST = f"""# {MARK}

**Tỉnh Giả Định không có thật.** Thư mục này dùng để thử phần "đề nghị rà soát, làm rõ": mỗi đặc điểm được cài vào đúng một
huyện đặt ra, ghi ở `_su-that/co-y.csv`; các huyện còn lại giống nhau, chỉ khác do ngẫu nhiên (mã khởi tạo {{seed}}).

Chỉ đọc khi được gọi tên, cùng danh mục riêng của tỉnh này:

    danvan so-ket --nam 2024 --so-lieu data/raw/_tinh-thu --danh-muc data/raw/_tinh-thu/_danh-muc

Ghi lại: `danvan so-lieu-gia-dinh --quy-mo tinh-thu --ra data/raw/_tinh-thu`.
"""


def write_made_up_province(folder: Path, *, seed: int) -> list[Path]:
    """Write the made-up province into `folder` and give the paths of its workbooks.

    `folder/<year>/*.xlsx` are its districts' returns, `folder/_danh-muc/` the overlay without which they cannot be read
    (areas, senders, the province of the resolution), `folder/_su-that/co-y.csv` what was planted where. The same seed
    gives the same bytes.
    """
    districts = districts_of(made_up_areas(), PROVINCE[0], date(2024, 12, 31))
    truth = draw_truth(districts, PROVINCE[0], seed, even=True)
    plant(truth)
    paths = []
    for year in WRITTEN:
        (folder / str(year)).mkdir(parents=True, exist_ok=True)
        for index, district in enumerate(districts):
            paths.append(folder / str(year) / f"GIA DINH {district.name} {year}.xlsx")
            _write(paths[-1], truth, index, year, seed)
    _write_overlay(folder / "_danh-muc", districts)
    _write_planted(folder / "_su-that", districts)
    (folder / "DOC-TRUOC.md").write_text(_READ_FIRST.format(seed=seed), encoding="utf-8", newline="\n")
    return paths


def _write(path: Path, truth: Truth, index: int, year: int, seed: int) -> None:
    rng = Random(f"{seed}|{truth.districts[index].area_id}|{year}")
    plan = Plan(
        base="DS" if index in _BY_NAME else "L9c",
        communes="DS" if index in _LISTED else "MT",
        district="DS",
        community="L9c",
        party="L12",
        two_levels=False,
    )
    # Faults are for the other trial returns: here every sheet is as it should be.
    manner = manner_of(index, year)
    sheets = district_sheets(truth, index, year, plan, manner, rng, faults=False)
    write_book(path, sheets, district_sender(truth.districts[index]), manner, year)


def made_up_areas() -> pl.DataFrame:
    """Give the invented areas: columns of areas.csv."""
    rows: list[tuple[str, str, str, str | None]] = [(PROVINCE[0], PROVINCE[1], "tinh", None)]
    for number, word in enumerate(_DISTRICTS, start=1):
        code = f"{PROVINCE[0]}{number:02d}"
        rows.append((code, f"Huyện Giả Định {word}", "huyen", PROVINCE[0]))
        rows += [(f"{code}{each:02d}", f"Xã Giả Định {number}-{each}", "xa", code) for each in range(1, _COMMUNES)]
        rows.append((f"{code}{_COMMUNES:02d}", f"Thị trấn Giả Định {number}", "thi_tran", code))
    shape = {"area_id": pl.String, "name": pl.String, "kind": pl.String, "parent_id": pl.String}
    areas = pl.DataFrame(rows, schema=shape, orient="row")
    return areas.with_columns(valid_from=pl.lit(_VALID_FROM), valid_to=pl.lit(None, pl.Date))


def _write_overlay(folder: Path, districts: Sequence[District]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    day = _VALID_FROM.isoformat()
    areas = [
        (a, day, name, kind, parent, None, None, "coverage", MARK, "assumed")
        for a, name, kind, parent in made_up_areas().select("area_id", "name", "kind", "parent_id").iter_rows()
    ]
    head = ("area_id", "valid_from", "name", "kind", "parent_id", "valid_to", "decree", "certainty", "source", "status")
    _write_csv(folder / "areas.csv", head, areas)
    senders = [
        (d.area_id, f"Huyện uỷ {d.bare}", "dia_phuong", d.area_id, None, *_SENT, day, None, MARK, "assumed")
        for d in districts
    ]
    columns = ("sender_id", "name_vi", "channel", "area_id", "organisation", "unit_types", "measures")
    _write_csv(folder / "senders.csv", (*columns, "valid_from", "valid_to", "source", "status"), senders)
    lines = (f"# {MARK}", f'province_id = "{PROVINCE[0]}"', 'number = "giả định"', f'note = "{MARK}"')
    (folder / "resolution.toml").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _write_planted(folder: Path, districts: Sequence[District]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (districts[p.district].area_id, districts[p.district].name, p.sign, ";".join(p.brings), p.what, MARK)
        for p in PLANTED
    ]
    _write_csv(folder / "co-y.csv", ("area_id", "area_name", "sign", "brings", "what", "mark"), rows)


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
