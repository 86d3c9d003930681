"""Area names: exact after folding of form, space, case and tone placement; read in their era; never by likeness."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from danvan_analysis.analysis import compute_indicators
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import find_place, read_raw
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.tables import Data

DISTRICTS = (
    *(
        "TP Cao Lãnh",
        "TP Sa Đéc",
        "TP Hồng Ngự",
        "Huyện Tân Hồng",
        "Huyện Hồng Ngự",
        "Huyện Tam Nông",
        "Huyện Tháp Mười",
    ),
    *("Huyện Cao Lãnh", "Huyện Thanh Bình", "Huyện Lấp Vò", "Huyện Lai Vung", "Huyện Châu Thành"),
)
LEVELS = ("Xuất sắc", "Tốt", "Khá", "Yếu")
PROVINCE = "HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP"


def _ids(facts: Facts, text: str, year: int = 2023, level: str = "any", within: str | None = None) -> list[str]:
    return sorted(a.area_id for a in Gazetteer(facts, year).find(text, level=level, within=within))


@pytest.mark.parametrize(
    "text",
    ["Xã Phú Đức", "xã  phú đức", "XÃ PHÚ ĐỨC", "X. Phú Đức", "Phú Đức", unicodedata.normalize("NFD", "Xã Phú Đức"), "30013"],
)  # fmt: skip
def test_one_name_in_its_forms(facts: Facts, text: str) -> None:
    assert _ids(facts, text) == ["30013"]


def test_tone_placement_is_folded_and_accents_are_not(facts: Facts) -> None:
    assert _ids(facts, "Phường Hoà Thuận") == _ids(facts, "Phường Hòa Thuận") != []
    assert _ids(facts, "Xa Phu Duc") == []
    assert _ids(facts, "Xã Tân Thành", within="876") != []
    assert not set(_ids(facts, "Xã Tân Thành")) & set(_ids(facts, "Xã Tân Thạnh"))
    assert _ids(facts, "Xã Phú Đứt") == []


def test_homonyms_need_their_prefix_or_their_district(facts: Facts) -> None:
    for name, district, city in (("Cao Lãnh", "873", "866"), ("Hồng Ngự", "870", "868")):
        assert _ids(facts, name, level="district") == sorted([city, district])
        assert _ids(facts, f"Huyện {name}", level="district") == [district]
        assert _ids(facts, f"TP. {name}", level="district") == [city]
        assert _ids(facts, f"{name} (TP)", level="district") == [city]
    assert len(_ids(facts, "Phường 1")) == 2
    assert _ids(facts, "Phường 1", within="866") == ["29866"]
    assert _ids(facts, "P.01", within="867") != ["29866"]


def test_names_and_codes_are_read_in_their_era(facts: Facts) -> None:
    assert _ids(facts, "Xã Mỹ Ngãi", 2024) == ["29881"] and _ids(facts, "Phường Mỹ Ngãi", 2024) == []
    assert _ids(facts, "Phường Mỹ Ngãi", 2025) == ["29881"] and _ids(facts, "Xã Mỹ Ngãi", 2025) == []
    assert _ids(facts, "Thị xã Hồng Ngự", 2019) == ["868"] and _ids(facts, "Thị xã Hồng Ngự", 2021) == []
    # Code 29869 was Phường 2 and became the new Phường 1.
    assert [Gazetteer(facts, y).find("29869", level="any", within="866")[0].name for y in (2024, 2025)] == [
        "Phường 2",
        "Phường 1",
    ]
    assert _ids(facts, "29866", 2025) == []


# In a return


def _table(
    title: str, letterhead: str, names: Sequence[Any], counts: Sequence[Sequence[int]], codes: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    head = ("STT", *(("Mã",) if codes else ()), "Đơn vị", "Tổng số", *LEVELS)
    rows = [
        (i + 1, *((codes[i],) if codes else ()), name, sum(n), *n)
        for i, (name, n) in enumerate(zip(names, counts, strict=True))
    ]
    total = ("", *(("",) if codes else ()), "Tổng cộng", sum(map(sum, counts)), *map(sum, zip(*counts, strict=True)))
    return [(letterhead,), (title,), head, *rows, total]


def _read(folder: Path, facts: Facts, rows: list[tuple[Any, ...]], name: str = "a.xlsx") -> Data:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    folder.mkdir(exist_ok=True)
    book.save(folder / name)
    return read_raw(folder, facts)


TAM_NONG = "HUYỆN UỶ TAM NÔNG"
TITLE = "KẾT QUẢ XẾP LOẠI CHI HỘI CỰU CHIẾN BINH NĂM 2023"
FOUR = ((2, 3, 1, 0), (4, 1, 0, 1), (1, 1, 5, 0), (3, 0, 2, 0))


def test_codes_with_letters_are_codes_too() -> None:
    home = Path(__file__).parent.parent / "data" / "raw" / "_tinh-thu" / "_danh-muc"
    made_up = load_facts(home)
    assert find_place("", made_up, 2024).name == "Tỉnh Giả Định"
    assert find_place("t903", made_up, 2024).name == find_place("H. Giả Định Ba", made_up, 2024).name
    with pytest.raises(DanvanError, match="Không xác định được địa bàn"):
        find_place("871", made_up, 2024)


def test_the_line_a_question_names_mends_it(tmp_path: Path, facts: Facts) -> None:
    rows = _table(TITLE, TAM_NONG, ("Xã Phú Đứt", "Xã Phú Hiệp"), FOUR[:2])
    asked = _read(tmp_path / "so-lieu", facts, rows)
    (message,) = asked.set_aside.filter(reason="ten_la")["message_vi"]
    assert "Gần nhất: Xã Phú Đức (Huyện Tam Nông)" in message
    line = message.partition("dòng: ")[2]
    assert line == "Xã Phú Đứt,871,30013,"
    own = tmp_path / "danh-muc"
    own.mkdir()
    (own / "area_variants.csv").write_text(f"variant,parent_id,area_id,note\n{line}\n", encoding="utf-8")
    mended = read_raw(tmp_path / "so-lieu", load_facts(own))
    assert mended.set_aside.is_empty()
    assert mended.ratings.filter(area_id="30013")["count"].sum() == sum(FOUR[0])


@pytest.mark.parametrize("names", [("Cao Lãnh", "Huyện Lai Vung"), ("Hồng Ngự", "Huyện Lai Vung")])
def test_a_homonym_alone_is_refused_with_both(tmp_path: Path, facts: Facts, names: Sequence[str]) -> None:
    data = _read(tmp_path, facts, _table(TITLE, PROVINCE, names, FOUR[:2]))
    (message,) = data.set_aside.filter(reason="ten_la")["message_vi"]
    assert f"Thành phố {names[0]}, Huyện {names[0]}" in message
    assert set(data.ratings["area_id"]) == {"876"}


def test_codes_beside_names(tmp_path: Path, facts: Facts) -> None:
    names, codes = ("Cao Lãnh", "Hồng Ngự", "Lai Vung", "Huyện Tân Hồng"), (866, 870, 876, 870)
    data = _read(tmp_path, facts, _table(TITLE, PROVINCE, names, FOUR, codes))
    assert set(data.ratings["area_id"]) == {"866", "870", "876"}
    (message,) = data.set_aside.filter(reason="ten_la")["message_vi"]
    assert "“Huyện Tân Hồng”" in message and "Mã ở cột mã là của Huyện Hồng Ngự" in message


def test_codes_alone(tmp_path: Path, facts: Facts) -> None:
    rows = [(PROVINCE,), (TITLE,), ("STT", "Mã huyện", *LEVELS), (1, 871, *FOUR[0]), (2, 876, *FOUR[1])]
    data = _read(tmp_path, facts, rows)
    assert data.set_aside.is_empty()
    assert dict(data.ratings.group_by("area_id").agg(pl.col("count").sum()).iter_rows()) == {"871": 6, "876": 6}


# Senders that are no district


def _t3(data: Data, facts: Facts) -> pl.DataFrame:
    every = compute_indicators(data, facts)
    assert not set(every["area_id"]) & {a for a in facts.areas["area_id"] if a.startswith("87-")}
    return every.filter(indicator_id="T3", organisation="tat_ca", unit_type="tat_ca")


@pytest.mark.parametrize(
    "block",
    [
        "Khối 487",
        "Đảng uỷ Khối các cơ quan và doanh nghiệp tỉnh",
        "Khối CCQ&DN",
        "Công an tỉnh",
        "Các đơn vị trực thuộc",
    ],
)
def test_a_block_counts_in_the_province_and_is_no_district(tmp_path: Path, facts: Facts, block: str) -> None:
    counts = [(10 + i, 5, 2, i % 3) for i in range(12)] + [(20, 3, 1, 6)]
    data = _read(tmp_path, facts, _table(TITLE, PROVINCE, (*DISTRICTS, block), counts))
    assert data.set_aside.is_empty()
    mine = data.ratings.filter(pl.col("area_id").str.starts_with("87-"))
    assert mine["count"].sum() == 30 and mine["district_name"].null_count() == mine.height
    rows = _t3(data, facts)
    assert rows.height == 13
    (province,) = rows.filter(area_id="87").iter_rows(named=True)
    assert (province["numerator"], province["denominator"]) == (sum(sum(n[:3]) for n in counts), sum(map(sum, counts)))


def test_a_province_s_whole_stands_for_its_blocks_too(tmp_path: Path, facts: Facts) -> None:
    whole = [(PROVINCE,), (TITLE,), ("STT", "Đơn vị", *LEVELS), (1, "Toàn tỉnh", 50, 30, 15, 5)]
    _read(tmp_path, facts, whole, "tinh.xlsx")
    block = [("ĐẢNG UỶ KHỐI 487",), (TITLE,), ("STT", "Đơn vị", *LEVELS), (1, "Khối 487", 2, 3, 1, 0)]
    data = _read(tmp_path, facts, block, "khoi.xlsx")
    assert _t3(data, facts).filter(area_id="87")["denominator"].item() == 100


def test_a_block_s_own_return(tmp_path: Path, facts: Facts) -> None:
    rows = [("TỈNH UỶ ĐỒNG THÁP",), ("ĐẢNG UỶ CÔNG AN TỈNH",), ("KẾT QUẢ XẾP LOẠI CHI ĐOÀN NĂM 2023",),
            ("STT", "Đơn vị", *LEVELS), (1, "Công an tỉnh", 4, 3, 2, 1)]  # fmt: skip
    data = _read(tmp_path, facts, rows)
    assert data.sources["sender"].to_list() == ["87-cong-an"]
    assert data.ratings["count"].sum() == 10


def test_a_district_s_direct_units_are_not_the_province_s_block(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, _table(TITLE, TAM_NONG, ("Xã Phú Hiệp", "Đơn vị trực thuộc"), FOUR[:2]))
    assert data.set_aside["reason"].to_list() == ["ten_la"]


def test_the_strength_of_the_armed_forces_is_dropped(tmp_path: Path, facts: Facts) -> None:
    head = ("STT", "Đơn vị", "Số chi bộ khóm, ấp", "Tổng số đảng viên")
    rows = [
        ("TỈNH UỶ ĐỒNG THÁP",),
        ("SINH HOẠT CHI BỘ NĂM 2023",),
        head,
        (1, "Huyện Lai Vung", 5, 100),
        (2, "Quân sự", 7, 900),
    ]
    data = _read(tmp_path, facts, rows)
    assert set(data.measures["area_id"]) == {"876"}
    assert data.set_aside.select("effect", "reason", "text").rows() == [("dropped", "luc_luong_vu_trang", None)]


def test_the_line_for_a_column_mends_it(tmp_path: Path, facts: Facts) -> None:
    head = ("STT", "Đơn vị", "Xuất sắc", "Tốt", "Khá", "Yếu kém hẳn")
    rows = [(TAM_NONG,), (TITLE,), head, (1, "Xã Phú Đức", *FOUR[1]), (2, "Xã Phú Hiệp", *FOUR[0])]
    (message,) = _read(tmp_path / "so-lieu", facts, rows).set_aside.filter(reason="cot_la")["message_vi"]
    line = message.partition("danh mục riêng dòng: ")[2].partition(". Nếu là mức mới")[0]
    assert line.startswith("yếu kém hẳn,level,yếu")
    own = tmp_path / "danh-muc"
    own.mkdir()
    words = f"phrase,role,value,organisation,where,source,status\n{line}\n"
    (own / "header_words.csv").write_text(words, encoding="utf-8")
    mended = read_raw(tmp_path / "so-lieu", load_facts(own))
    assert mended.ratings["count"].sum() == sum(map(sum, FOUR[:2])) and mended.set_aside.is_empty()


def test_the_line_for_a_wording_mends_it(tmp_path: Path, facts: Facts) -> None:
    head = ("STT", "Đơn vị", "Tên chi hội", "Xếp loại")
    rows = [(TAM_NONG,), (TITLE,), head, (1, "Xã Phú Đức", "Ấp 1", "Xuất sắcc"), (2, "Xã Phú Đức", "Ấp 2", "Khá")]
    (message,) = _read(tmp_path / "so-lieu", facts, rows).set_aside.filter(reason="muc_xep_loai_la")["message_vi"]
    line = message.partition("danh mục riêng dòng: ")[2].partition(". Nếu là mức mới")[0]
    own = tmp_path / "danh-muc"
    own.mkdir()
    words = f"phrase,role,value,organisation,where,source,status\n{line}\n"
    (own / "header_words.csv").write_text(words, encoding="utf-8")
    assert read_raw(tmp_path / "so-lieu", load_facts(own)).ratings["rank"].sort().to_list() == [1, 3]


def test_a_table_that_lacks_its_names_says_so(tmp_path: Path, facts: Facts) -> None:
    rows = [(TAM_NONG,), (TITLE,), ("STT", *LEVELS), (1, *FOUR[0]), (2, *FOUR[1])]
    (message,) = _read(tmp_path, facts, rows).set_aside["message_vi"]
    assert "thiếu cột “tên địa bàn, đơn vị của dòng”" in message
    rows = [(TAM_NONG,), (TITLE,), ("STT", "Đơn vị", "Tổng số"), (1, "Xã Phú Đức", 5), (2, "Xã Phú Hiệp", 6)]
    assert "mức xếp loại" in " ".join(_read(tmp_path, facts, rows).set_aside["message_vi"])


def test_the_body_of_a_block_is_none_of_the_levels_of_the_resolution(tmp_path: Path, facts: Facts) -> None:
    rows = [("HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP",), ("KẾT QUẢ XẾP LOẠI TỔ CHỨC HỘI NĂM 2023",), ("STT", "Tên đơn vị", "Xếp loại"),
            (1, "Hội LHPN huyện Lai Vung", "HTXSNV"), (2, "Hội Phụ nữ Công an tỉnh", "HTTNV")]  # fmt: skip
    data = _read(tmp_path, facts, rows)
    assert dict(data.ratings.select("area_id", "unit_type").iter_rows()) == {"876": "cap_huyen", "87-cong-an": "khac"}


def test_a_block_may_be_an_expected_sender(tmp_path: Path, facts: Facts) -> None:
    own = tmp_path / "danh-muc"
    own.mkdir()
    columns = facts.senders.columns
    line = (
        "87-khoi-487",
        "Khối 487",
        "dia_phuong",
        "87-khoi-487",
        "",
        "chi_hoi",
        "",
        "2020-01-01",
        "2025-06-30",
        "thử",
        "assumed",
    )
    (own / "senders.csv").write_text(f"{','.join(columns)}\n{','.join(line)}\n", encoding="utf-8")
    mine = load_facts(own)
    counts = [(10 + i, 5, 2, 0) for i in range(12)]
    data = _read(tmp_path / "so-lieu", mine, _table(TITLE, PROVINCE, DISTRICTS, counts))
    row = _t3(data, mine).filter(area_id="87").row(0, named=True)
    assert row["senders_missing"] is not None and row["senders_missing"] >= 1 and row["missing"] is None
