"""Writing the trial returns: 64 workbooks in mixed layouts, and the truth they were written from."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import polars as pl

from danvan_analysis.errors import DanvanError

from .added import DUTIES_FILE, DUTIES_MANNER, DUTIES_SENDER, added_sheets, draw_added, duties_sheets
from .book import Fault, write_book
from .district_returns import district_sender, district_sheets
from .kinds import YEARS
from .made_up import MADE_UP, write_made_up_province
from .manner import manner_of
from .paper import MARK
from .places import District, districts_of
from .plan import FILE_NAMES, plan_of
from .province_returns import PROVINCIAL, provincial_sheets
from .truth import draw_truth
from .truth_files import write_truth

SEED = 2021
TRUTH_FOLDER = "_su-that"
_PROVINCE = ("87", "Tỉnh Đồng Tháp")
# All four years fall in one era of the communes (143; merged only on 1/1/2025).
_DAY = date(2024, 12, 31)

_READ_FIRST = f"""# {MARK}

Thư mục này chứa biểu báo cáo giả định do `danvan so-lieu-gia-dinh` tạo ra để chạy thử phần mềm.

- Tên huyện, xã là thật; **mọi con số đều do máy sinh ngẫu nhiên** (mã khởi tạo {{seed}}), chỉ mô phỏng độ lớn và
  phân bố thường gặp của những kết quả đã công bố. Đơn vị nào thấp, đơn vị nào cao là do bốc thăm theo mã khởi tạo.
- `<năm>/`: mỗi huyện, thành phố một tệp một năm, thêm ba tổ chức cấp tỉnh và một tệp tình hình thực hiện nhiệm vụ của
  các cơ quan cấp tỉnh. Biểu của tổ chức cấp tỉnh nói lại cùng những đơn vị ấy theo huyện: dùng để đối chiếu, không cộng
  thêm.
- `_su-that/ratings.csv`, `measures.csv`: sự thật mà các biểu được viết ra từ đó. Mỗi đơn vị có mặt một lần, chỉ
  xếp loại đã được công nhận; theo xã nếu biểu ghi theo xã, theo huyện nếu biểu chỉ ghi tổng huyện; `unit_name` có
  khi biểu nêu tên từng đơn vị. Số đảng viên là của chi bộ khóm, ấp. Ô trống hoặc dấu "-" trong cột số lượng của biểu
  xếp loại là không (0); trong biểu nhiệm vụ, số không ghi là 0, ô trống hoặc dấu "-" là chưa báo cáo.
- `_su-that/chi-bo.csv`: số liệu từng chi bộ khóm, ấp ở những biểu có danh sách chi bộ; cộng lại đúng bằng số của xã
  trong `measures.csv`. `_su-that/duties.csv`: tình hình từng nhiệm vụ mà biểu ghi rõ.
- `_su-that/loi-co-y.csv`: vài lỗi cố ý (tổng cộng sai, tỷ lệ cắt bớt chữ số, đầu biểu lặp lại, ô trống, chữ không rõ
  nghĩa); các dòng chi tiết khác vẫn đúng.

Khi đã có báo cáo thật trong `data/raw`, phần mềm tự bỏ số liệu giả định ra ngoài.
"""


def write_trial_returns(
    folder: Path, *, scope: str = "tinh", seed: int = SEED, areas: pl.DataFrame | None = None
) -> list[Path]:
    """Write the trial returns of Đồng Tháp into `folder` and give the paths of the workbooks.

    `folder/<year>/*.xlsx` are the returns of the districts, of three provincial organisations and of the duties of the
    provincial bodies; `folder/_su-that/` holds the truth (ratings, measures, chi-bo, duties, loi-co-y). The same seed
    gives the same bytes. `areas` takes the place of the shipped area facts. The scope "tinh-thu" is the made-up province
    with planted leniency (`write_made_up_province`). Another scope, or areas without districts, raises DanvanError.
    """
    if scope == MADE_UP:
        return write_made_up_province(folder, seed=seed)
    if scope != "tinh":
        raise DanvanError(
            f'Chưa có số liệu giả định cho quy mô "{scope}"; quy mô dùng được: "tinh", "{MADE_UP}". Đề nghị ghi --quy-mo tinh.'
        )
    if areas is None:
        from danvan_analysis.facts import load_facts

        areas = load_facts().areas
    districts = districts_of(areas, _PROVINCE[0], _DAY)
    if not districts:
        raise DanvanError("Danh mục địa bàn (areas.csv) không có huyện nào của tỉnh Đồng Tháp (mã 87) ngày 31/12/2024.")
    truth = draw_truth(districts, _PROVINCE[0], seed)
    added = draw_added(truth, seed)
    paths: list[Path] = []
    faults: list[Fault] = []
    for year in YEARS:
        home = folder / str(year)
        home.mkdir(parents=True, exist_ok=True)
        for index, district in enumerate(districts):
            rng = Random(f"{seed}|{district.area_id}|{year}")
            manner = manner_of(index, year)
            path = home / _file_name(index, districts).format(year=year)
            sheets = district_sheets(truth, index, year, plan_of(index, year), manner, rng)
            sheets += added_sheets(added, index, year, manner)
            faults.extend(write_book(path, sheets, district_sender(district), manner, year))
            paths.append(path)
        for who in PROVINCIAL:
            rng = Random(f"{seed}|{who.organisation}|{year}")
            path = home / who.file_name.format(year=year)
            sheets = provincial_sheets(truth, who, _PROVINCE[0], year, rng)
            faults.extend(write_book(path, sheets, who.sender, who.manner, year))
            paths.append(path)
        path = home / DUTIES_FILE.format(year=year)
        faults.extend(write_book(path, duties_sheets(added, year, DUTIES_MANNER), DUTIES_SENDER, DUTIES_MANNER, year))
        paths.append(path)
    write_truth(folder / TRUTH_FOLDER, added, _PROVINCE, faults)
    (folder / "DOC-TRUOC.md").write_text(_READ_FIRST.format(seed=seed), encoding="utf-8", newline="\n")
    return paths


def _file_name(index: int, districts: Sequence[District]) -> str:
    """Give the file name of a district; the list is Đồng Tháp's, other lists of districts go by their names."""
    if len(districts) == len(FILE_NAMES):
        return FILE_NAMES[index]
    return f"Biểu số liệu {districts[index].name} {{year}}.xlsx"
