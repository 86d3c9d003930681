"""The facts as facts: what ships is right, and every kind of fault in an office's own folder is told."""

import csv
import shutil
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from danvan_analysis.errors import FactsError
from danvan_analysis.facts import Facts, areas_on, items, load, load_facts
from danvan_analysis.facts.files import TABLES
from danvan_analysis.text import fold

FACTS = load_facts()
PUBLISHED = Path(__file__).parents[1] / "data" / "raw" / "cong-bo"
END_2024, NEW_2025 = date(2024, 12, 31), date(2025, 1, 1)


def problems(folder: Path) -> str:
    with pytest.raises(FactsError) as raised:
        load_facts(folder)
    return str(raised.value)


def shipped(table: str, **key: str | int) -> dict[str, str]:
    row = (
        getattr(FACTS, table).cast(pl.String).filter(*(pl.col(c) == str(v) for c, v in key.items())).row(0, named=True)
    )
    return {column: value or "" for column, value in row.items()}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_table(table: str, *rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
        with (tmp_path / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path

    return write_table


# What ships


def communes(day: date) -> pl.DataFrame:
    ours = areas_on(FACTS, day).filter(province_id="87")
    return ours.filter(pl.col("kind").is_in(["xa", "phuong", "thi_tran"]))


def test_twelve_districts_in_official_order() -> None:
    under = areas_on(FACTS, END_2024).filter(parent_id="87")
    districts = under.filter(~pl.col("kind").is_in(["khoi", "llvt"]))
    # Blocks stand under the province beside its districts and belong to none.
    assert under.filter(pl.col("kind").is_in(["khoi", "llvt"]))["district_name"].null_count() == under.height - 12
    assert districts["area_id"].to_list() == [str(code) for code in range(866, 878)]
    assert districts["kind"].to_list() == ["thanh_pho"] * 3 + ["huyen"] * 9
    assert districts["district_name"].to_list() == districts["name"].to_list()


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2020, 1, 1), [15, 9, 7, 9, 10, 12, 13, 18, 13, 13, 12, 12]),
        (END_2024, [15, 9, 7, 9, 10, 12, 13, 18, 13, 13, 12, 12]),
        (NEW_2025, [13, 9, 7, 9, 10, 12, 13, 18, 13, 13, 12, 12]),
        (date(2025, 6, 30), [13, 9, 7, 9, 10, 12, 13, 18, 13, 13, 12, 12]),
    ],
)
def test_communes_by_district(day: date, counts: list[int]) -> None:
    found = communes(day).group_by("district_id").len().sort("district_id")
    assert found["len"].to_list() == counts


def test_kinds_of_communes_before_2025() -> None:
    found = dict(communes(END_2024)["kind"].value_counts().iter_rows())
    assert found == {"xa": 115, "phuong": 19, "thi_tran": 9}


def test_district_and_commune_levels_end_with_june_2025() -> None:
    assert areas_on(FACTS, date(2025, 7, 1)).is_empty()


def test_cao_lanh_on_new_year_2025() -> None:
    before, after = (dict(communes(day).select("area_id", "name").iter_rows()) for day in (END_2024, NEW_2025))
    assert set(before) - set(after) == {"29863", "29866"}
    assert (before["29869"], after["29869"]) == ("Phường 2", "Phường 1")
    assert (before["29881"], after["29881"]) == ("Xã Mỹ Ngãi", "Phường Mỹ Ngãi")
    assert set(after) <= set(before)


def test_hong_ngu_becomes_a_city() -> None:
    for day, name in ((date(2020, 10, 31), "Thị xã Hồng Ngự"), (date(2020, 11, 1), "Thành phố Hồng Ngự")):
        assert areas_on(FACTS, day).filter(area_id="868")["name"].item() == name
    assert areas_on(FACTS, date(2020, 10, 31)).filter(area_id="29989")["name"].item() == "Xã An Bình A"
    assert areas_on(FACTS, END_2024).filter(area_id="29989")["name"].item() == "Phường An Bình A"
    assert set(FACTS.areas.filter(area_id="868", kind="thanh_pho")["certainty"]) == {"usual"}


@pytest.mark.parametrize(
    ("name", "districts"),
    [
        ("Phường 1", {"866", "867"}),
        ("Phường 2", {"866", "867"}),
        ("Phường 3", {"866", "867"}),
        ("Phường 4", {"866", "867"}),
        ("Xã Bình Thạnh", {"868", "873"}),
        ("Xã Tân Phước", {"869", "876"}),
        ("Xã Tân Hòa", {"874", "876"}),
        ("Xã Tân Mỹ", {"874", "875"}),
        ("Xã Tân Bình", {"874", "877"}),
        ("Xã Tân Phú", {"874", "877"}),
        ("Xã Bình Thành", {"874", "875"}),
        ("Xã Phú Đức", {"871"}),
        ("Xã Tân Khánh Trung", {"875"}),
        ("Xã Hòa An", {"866"}),
        ("Phường An Hòa", {"867"}),
        ("Xã An Hòa", {"871"}),
    ],
)
def test_same_name_in_several_districts(name: str, districts: set[str]) -> None:
    assert set(communes(END_2024).filter(name=name)["district_id"]) == districts


def test_names_are_clean_and_fold_apart() -> None:
    names = FACTS.areas["name"].to_list()
    assert all(name == " ".join(name.split()) for name in names)
    here = communes(END_2024)
    assert here.select("district_id", pl.col("name").map_elements(fold, pl.String)).is_unique().all()
    cities = areas_on(FACTS, END_2024).filter(pl.col("name").str.contains("Cao Lãnh$|Hồng Ngự$"))
    assert set(cities["name"]) >= {"Thành phố Cao Lãnh", "Huyện Cao Lãnh", "Thành phố Hồng Ngự", "Huyện Hồng Ngự"}


def test_scales_of_the_resolution_can_say_what_the_targets_ask() -> None:
    bodies = FACTS.scale_use.filter(pl.col("unit_type").is_in(["cap_tinh", "cap_huyen", "cap_xa"]))
    bodies = bodies.filter(pl.col("year_to").is_null())
    asked = FACTS.scales.filter(pl.col("scale_id").is_in(bodies["scale_id"].implode()))
    assert asked["good_or_better"].null_count() == 0
    base = FACTS.scale_use.filter(pl.col("unit_type").is_in(["ban_ctmt", "chi_doan", "chi_hoi", "hoi_quan", "to_ndtq"]))
    asked = FACTS.scales.filter(pl.col("scale_id").is_in(base["scale_id"].implode()))
    assert asked["fair_or_better"].null_count() == 0


def test_top_of_each_scale() -> None:
    top = dict(FACTS.scales.filter(rank=1).select("scale_id", "rating").iter_rows())
    assert top["vung_manh"] == "vung_manh"
    assert top["xuat_sac_manh_kha"] == "xuat_sac"
    assert top["hoan_thanh"] == "hoan_thanh_xuat_sac"


def test_two_level_scales_do_not_say_weak() -> None:
    two = FACTS.scales.filter(pl.col("scale_id").is_in(["kha_tro_len", "hoan_thanh_tot_tro_len", "to_ndtq_hai_muc"]))
    assert two["weak"].null_count() == two.height == 6


@pytest.mark.parametrize(
    ("wording", "scale_id", "rating"),
    [
        ("htxsnv", "hoan_thanh", "hoan_thanh_xuat_sac"),
        ("HTTTNV", "hoan_thanh", "hoan_thanh_tot"),
        ("HOÀN THÀNH TỐT  NHIỆM VỤ", "hoan_thanh", "hoan_thanh_tot"),
        ("KHT", "hoan_thanh", "khong_hoan_thanh"),
        ("Tb", "xuat_sac_tot_kha", "trung_binh"),
        ("yếu kém", "vung_manh", "yeu"),
        ("Vững mạnh", "xuat_sac_manh_kha", "manh"),
        ("Vững mạnh", "vung_manh", "vung_manh"),
        ("mạnh", "vung_manh", "vung_manh"),
        ("Trong sạch, vững mạnh", "ccb_tsvm", "tsvm"),
        ("Từ khá trở lên", "kha_tro_len", "kha_tro_len"),
        ("HTT trở lên", "hoan_thanh_tot_tro_len", "hoan_thanh_tot_tro_len"),
        ("Mới thành lập", "*", "chua_xep_loai"),
        ("Chưa đủ điều kiện xếp loại", "*", "chua_xep_loai"),
    ],
)
def test_wordings(wording: str, scale_id: str, rating: str) -> None:
    known = FACTS.rating_wordings.filter(scale_id=scale_id)
    assert {r for w, r in known.select("wording", "rating").iter_rows() if fold(w) == fold(wording)} == {rating}


def test_every_level_has_its_own_label_among_the_wordings() -> None:
    known = {(s, fold(w)): r for w, s, r in FACTS.rating_wordings.select("wording", "scale_id", "rating").iter_rows()}
    for scale_id, rating, label in FACTS.scales.select("scale_id", "rating", "label_vi").iter_rows():
        assert known[scale_id, fold(label)] == rating


def admissible(facts: Facts, organisation: str, unit_type: str, year: int) -> set[str]:
    use = facts.scale_use.filter(organisation=organisation, unit_type=unit_type)
    in_force = (pl.col("year_from") <= year) & (pl.col("year_to").is_null() | (pl.col("year_to") >= year))
    return set(use.filter(in_force)["scale_id"])


PRINTED_UNITS = {
    "ban công tác mặt trận": ("mttq", "ban_ctmt"),
    "mttq cấp xã": ("mttq", "cap_xa"),
    "mttq cấp huyện": ("mttq", "cap_huyen"),
    "chi hội phụ nữ": ("phu_nu", "chi_hoi"),
    "tổ hội phụ nữ": ("phu_nu", "to_hoi"),
    "công đoàn cơ sở": ("cong_doan", "cdcs"),
    "công đoàn cơ sở khối hành chính sự nghiệp": ("cong_doan", "cdcs"),
    "chi hội cựu chiến binh": ("ccb", "chi_hoi"),
    "tổ nhân dân tự quản": ("to_ndtq", "to_ndtq"),
}


def test_every_published_table_fits_exactly_one_admissible_scale() -> None:
    words: dict[str, set[str]] = {}
    for wording, scale_id in FACTS.rating_wordings.select("wording", "scale_id").iter_rows():
        words.setdefault(fold(wording), set()).add(scale_id)
    tables: dict[tuple[str, int, str], set[str]] = {}
    with (PUBLISHED / "xep-loai-da-cong-bo.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault((row["place"], int(row["year"]), fold(row["unit_type_as_printed"])), set()).add(
                fold(row["level_as_printed"])
            )
            assert FACTS.areas.filter(name=row["place"]).height == 1
    assert len(tables) == 13
    for (place, year, unit), levels in tables.items():
        rated = [words[level] for level in levels if "*" not in words[level]]
        fitting = set.intersection(*rated) & admissible(FACTS, *PRINTED_UNITS[unit], year)
        assert len(fitting) == 1, (place, year, unit, fitting)


def test_senders_report_what_their_place_has() -> None:
    districts = FACTS.senders.filter(channel="dia_phuong")
    assert districts["sender_id"].to_list() == districts["area_id"].to_list() == [str(c) for c in range(866, 878)]
    border = districts.filter(pl.col("measures").str.contains("to_tu_quan_duong_bien"))
    assert border["area_id"].to_list() == ["868", "869", "870"]
    core = FACTS.organisations.filter(pl.col("core"))["organisation"].to_list()
    assert FACTS.senders.filter(channel="nganh_doc")["sender_id"].to_list() == core


def test_nothing_about_believers_or_strength() -> None:
    shown = " ".join(FACTS.measures["label_vi"]).lower()
    assert not any(word in shown for word in ("tín đồ", "chức sắc", "chức việc", "quân số", "dân tộc"))


def test_facts_carry_source_and_status() -> None:
    for name in TABLES:
        frame = getattr(FACTS, name)
        if "status" in frame.columns:
            assert set(frame["status"]) <= {"found", "assumed"}
            assert frame["source"].null_count() == 0


def test_loading_is_quick() -> None:
    begin = time.perf_counter()
    load_facts()
    assert time.perf_counter() - begin < 0.5


# An office's own folder


def test_row_of_the_same_key_replaces_and_others_are_added(write: Callable[..., Path]) -> None:
    changed = shipped("scales", scale_id="hoan_thanh", rating="hoan_thanh") | {"fair_or_better": "true"}
    new = shipped("scales", scale_id="to_ndtq_hai_muc", rating="kho_khan") | {"rating": "ngung", "rank": "3"}
    facts = load_facts(write("scales", changed, new))
    assert facts.scales.height == FACTS.scales.height + 1
    assert facts.scales.filter(rating="hoan_thanh")["fair_or_better"].item() is True
    assert facts.scales["rating"].to_list()[:4] == FACTS.scales["rating"].to_list()[:4]


def test_optional_columns_may_be_left_out(write: Callable[..., Path]) -> None:
    row = shipped("area_variants", variant="Xã Mỹ Quí") | {"variant": "Xã Mỹ Quới"}
    del row["note"]
    assert load_facts(write("area_variants", row)).area_variants.height == FACTS.area_variants.height + 1


def test_excel_in_vietnamese_settings_writes_semicolons(write: Callable[..., Path]) -> None:
    row = shipped("unit_types", unit_type="chi_hoi") | {"name_vi": "chi hội, tổ hội", "in_targets": "TRUE"}
    facts = load_facts(write("unit_types", row, delimiter=";"))
    assert facts.unit_types.filter(unit_type="chi_hoi")["name_vi"].item() == "chi hội, tổ hội"


def test_toml_is_merged_deep(tmp_path: Path) -> None:
    (tmp_path / "resolution.toml").write_text('status = "found"\nnumber = "12-NQ/TU"\n', encoding="utf-8")
    (tmp_path / "settings.toml").write_text('[channels]\nleading = "nganh_doc"\n', encoding="utf-8")
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "bieu-2026.toml").write_text('form_id = "bieu-2026"\n', encoding="utf-8")
    (tmp_path / "_ghi-chu.txt").write_text("", encoding="utf-8")
    facts = load_facts(tmp_path)
    assert facts.resolution == FACTS.resolution | {"status": "found", "number": "12-NQ/TU"}
    assert facts.settings["channels"]["leading"] == "nganh_doc"
    assert facts.settings["limits"] == FACTS.settings["limits"]
    assert set(facts.forms) == set(FACTS.forms) | {"bieu-2026"}


def test_shipped_facts_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[channels]\nleading = "nganh_doc"\n', encoding="utf-8")
    load_facts(tmp_path)
    assert load_facts().settings == FACTS.settings


XA = {"area_id": "30013", "valid_from": "2020-01-01"}
CHI_HOI = {"organisation": "ccb", "unit_type": "chi_hoi", "scale_id": "ccb_tsvm"}
T1 = {"target_id": "T1"}
FAULTS: list[tuple[str, dict[str, str], dict[str, str], str]] = [
    ("areas", XA, {"kind": "lang"}, 'cột "kind" ghi "lang", không có trong danh sách cho phép'),
    ("areas", XA, {"parent_id": "978"}, 'cột "parent_id" ghi "978", không có trong areas.csv; gần nhất'),
    ("areas", XA, {"parent_id": ""}, "Xã Phú Đức chưa có đơn vị cấp trên"),
    ("areas", XA, {"valid_to": ""}, "đơn vị cấp trên 871 không có hiệu lực suốt thời gian 2020-01-01 đến nay"),
    ("areas", XA, {"valid_from": "2004-01-01"}, "không có hiệu lực suốt thời gian 2004-01-01"),
    ("areas", XA, {"valid_from": "2024-01-01"}, "30013 chồng thời gian với dòng"),
    ("areas", XA, {"valid_to": "2019-01-01"}, "ngày bắt đầu 2020-01-01 sau ngày kết thúc 2019-01-01"),
    ("areas", XA, {"valid_to": "31/12/2024"}, 'cột "valid_to" ghi "31/12/2024", cần một ngày dạng 2024-12-31'),
    ("areas", XA, {"name": "Xã Phú Hiệp"}, "trùng tên Xã Phú Hiệp với dòng"),
    ("areas", XA, {"source": ""}, 'cột "source" còn trống'),
    ("areas", XA, {"status": "chắc"}, 'cột "status" ghi "chắc", không có trong danh sách cho phép (found, assumed)'),
    ("area_variants", {"variant": "Xã Mỹ Quí"}, {"parent_id": "871"}, "30055 không thuộc 871"),
    ("area_variants", {"variant": "Xã Mỹ Quí"}, {"variant": "XÃ MỸ AN"}, "đã chỉ đơn vị khác (30064)"),
    ("area_variants", {"variant": "Xã Mỹ Quí"}, {"area_id": "30065"}, 'ghi "30065", không có trong areas.csv'),
    ("organisations", {"organisation": "ccb"}, {"core": "có"}, 'cột "core" ghi "có", cần true hoặc false'),
    ("organisations", {"organisation": "ccb"}, {"order": "sáu"}, 'cột "order" ghi "sáu", cần một số nguyên'),
    ("unit_types", {"unit_type": "chi_hoi"}, {"organisations": "ccb;nong_dam"}, 'gần nhất: "nong_dan"'),
    ("unit_types", {"unit_type": "cdcs"}, {"organisations": "mttq"}, "cong_doan không có loại đơn vị cdcs"),
    (
        "scales",
        {"rating": "tsvm"},
        {"rank": "5"},
        "thang ccb_tsvm phải có thứ bậc 1 đến 4 liền nhau, đang là 1, 2, 4, 5",
    ),
    ("scales", {"rating": "tsvm"}, {"max_score": "75"}, "khoảng điểm chồng lên mức trên"),
    ("scales", {"rating": "tsvm"}, {"max_score": "70,5"}, 'ghi "70,5", cần một số (dấu chấm thập phân)'),
    (
        "scales",
        {"rating": "tsvm_tien_tien"},
        {"good_or_better": "false", "fair_or_better": "false"},
        "mà mức trên thì không",
    ),
    ("scales", {"rating": "khong_hoan_thanh"}, {"fair_or_better": "true"}, "vừa yếu vừa đạt khá"),
    ("scales", {"rating": "tsvm"}, {"rating": "chua_xep_loai"}, '"chua_xep_loai" không phải một mức của thang'),
    ("scale_use", CHI_HOI, {"scale_id": "ccb_tsmv"}, 'không có trong scales.csv; gần nhất: "ccb_tsvm"'),
    ("scale_use", CHI_HOI, {"year_to": "2001"}, "năm bắt đầu 2005 sau năm kết thúc 2001"),
    ("scale_use", CHI_HOI, {"year_from": "2020"}, "chồng năm với dòng"),
    ("scale_use", CHI_HOI, {"unit_type": "chi_doan"}, "ccb không có loại đơn vị chi_doan"),
    ("rating_wordings", {"wording": "TSVM"}, {"rating": "tvsm"}, 'thang ccb_tsvm không có mức "tvsm"'),
    (
        "rating_wordings",
        {"wording": "TSVM"},
        {"wording": "tsvm XS"},
        '"tsvm XS" đã là mức tsvm_xuat_sac trong cùng thang',
    ),
    ("rating_wordings", {"wording": "TSVM"}, {"wording": "Mới thành  lập"}, "vừa là một mức vừa là chưa xếp loại"),
    ("rating_wordings", {"wording": "Mới thành lập"}, {"rating": "yeu"}, 'thang * không có mức "yeu"'),
    ("rating_wordings", {"wording": "TSVM"}, {"scale_id": "tsvm"}, 'ghi "tsvm", không có trong scales.csv'),
    ("measures", {"measure": "to_chuc"}, {"indicators": "T99"}, 'ghi "T99", không có trong indicators.csv'),
    ("measures", {"measure": "to_chuc"}, {"value_kind": "số"}, 'cột "value_kind" ghi "số"'),
    ("sections", {"section": "1"}, {"section": "I"}, 'cột "section" ghi "I", cần một số nguyên'),
    ("senders", {"sender_id": "871"}, {"area_id": "8711"}, 'ghi "8711", không có trong areas.csv'),
    ("senders", {"sender_id": "871"}, {"unit_types": "chi_hoi;chi_doann"}, 'gần nhất: "chi_doan"'),
    ("senders", {"sender_id": "871"}, {"measures": "dang_viens"}, 'gần nhất: "dang_vien"'),
    ("senders", {"sender_id": "871"}, {"channel": "nganh_doc"}, 'kênh "nganh_doc" phải có cột "organisation"'),
    ("senders", {"sender_id": "ccb"}, {"organisation": "cbb"}, 'ghi "cbb", không có trong organisations.csv'),
    ("senders", {"sender_id": "ccb"}, {"valid_to": "2019-12-31"}, "sau ngày kết thúc 2019-12-31"),
    ("indicators", {"indicator_id": "T5"}, {"denominator": "dang_vien;-dang_vien_mien"}, 'ghi "-dang_vien_mien"'),
    ("indicators", {"indicator_id": "T5"}, {"denominator": ""}, 'bảng measures phải có cột "denominator"'),
    ("indicators", {"indicator_id": "T1"}, {"flag": ""}, 'bảng ratings phải có cột "flag"'),
    ("targets", T1, {"indicator_id": "T10"}, 'ghi "T10", không có trong indicators.csv'),
    ("targets", T1, {"operator": "≥"}, 'cột "operator" ghi "≥"'),
    ("targets", T1, {"target": "900"}, "mức chỉ tiêu 900 nằm ngoài 0–100%"),
    ("targets", T1, {"periods": "nam;thang-1"}, 'cột "periods" ghi "thang-1"'),
]


@pytest.mark.parametrize(("table", "key", "change", "sentence"), FAULTS)
def test_fault_is_told_with_file_and_line(
    write: Callable[..., Path], table: str, key: dict[str, str], change: dict[str, str], sentence: str
) -> None:
    folder = write(table, shipped(table, **key) | change)
    told = [line for line in problems(folder).splitlines() if sentence in line]
    assert told
    assert ".csv dòng " in told[0]


def test_all_problems_are_told_at_once(write: Callable[..., Path], tmp_path: Path) -> None:
    write("targets", shipped("targets", **T1) | {"operator": "≥", "target": "900"})
    (tmp_path / "resolution.toml").write_text('status = "maybe"\nsource = ""\n', encoding="utf-8")
    (tmp_path / "khac.csv").write_text("", encoding="utf-8")
    told = problems(tmp_path)
    assert told.startswith("Danh mục có 5 điểm cần sửa:\n- ")
    assert f"{tmp_path / 'khac.csv'}: không có danh mục nào mang tên này" in told
    assert 'resolution.toml: thiếu mục "source"' in told


def test_twin_rows_unknown_and_missing_columns(write: Callable[..., Path]) -> None:
    row = shipped("measures", measure="to_chuc")
    assert "measures.csv dòng 3: trùng với dòng 2 (measure = to_chuc)" in problems(write("measures", row, row))
    assert 'không có cột "labelvi"; gần nhất: "label_vi"' in problems(write("measures", row | {"labelvi": "x"}))
    del row["unit_vi"]
    assert 'measures.csv: thiếu cột "unit_vi"' in problems(write("measures", row))


def test_unreadable_files(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write("duties", shipped("duties", duty_id="IV.1"), encoding="utf-16")
    (tmp_path / "layout.toml").write_text("lề = = 3", encoding="utf-8")
    (tmp_path / "wordings.csv").write_text("", encoding="utf-8")
    told = problems(folder)
    assert "duties.csv: không đọc được; đề nghị lưu lại ở dạng CSV UTF-8" in told
    assert "layout.toml: không đọc được" in told
    assert 'wordings.csv: không có danh mục nào mang tên này; gần nhất: "rating_wordings.csv"' in told


def test_row_longer_than_its_header(tmp_path: Path) -> None:
    text = "variant,parent_id,area_id,note\nXã Mỹ Quý A,872,30055,a,b\n"
    (tmp_path / "area_variants.csv").write_text(text, encoding="utf-8")
    assert "area_variants.csv dòng 2: có 5 ô, tiêu đề chỉ có 4 cột" in problems(tmp_path)


def test_line_numbers_count_lines_of_the_file(tmp_path: Path) -> None:
    text = 'variant,parent_id,area_id,note\n"Xã Mỹ Quý A",872,30055,"hai\ndòng"\n\nXã B,872,1,\n'
    (tmp_path / "area_variants.csv").write_text(text, encoding="utf-8")
    assert 'area_variants.csv dòng 5: cột "area_id" ghi "1"' in problems(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('province_id = "866"', 'province_id = "866" không phải một tỉnh trong areas.csv'),
        ('valid_to = "2019-12-31"', "valid_from (2021-04-01) sau valid_to (2019-12-31)"),
        ('valid_to = "cuối năm"', 'valid_to ghi "cuối năm", cần một ngày'),
        ("term_to = 2010", "term_from (2020) sau term_to (2010)"),
        ('resolution_id = "nq02"', 'nghị quyết "nq02" chưa có chỉ tiêu nào trong targets.csv'),
        ('so = "01"', 'không có mục "so"'),
        ('number = { a = "01" }', 'mục "number" phải là một giá trị'),
    ],
)
def test_faults_of_the_resolution(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "resolution.toml").write_text(text, encoding="utf-8")
    assert sentence in problems(tmp_path)


def test_forms_name_known_measures_and_themselves(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "moi.toml").write_text('form_id = "khac"\nscore_measure = "ddci_diemm"\n', encoding="utf-8")
    told = problems(tmp_path)
    assert 'forms/moi.toml: form_id ghi "khac", phải trùng tên tệp' in told
    assert 'ghi "ddci_diemm", không có trong measures.csv; gần nhất: "ddci_diem"' in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[blank]\nlevel = "không"\n', 'mục [blank], level ghi "không", cần một trong: zero, missing'),
        ('[blank]\nzero_marks = "-"\n', "mục [blank], zero_marks phải là một danh sách"),
    ],
)
def test_blank_means_none_or_missing(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "dia-ban.toml").write_text(text, encoding="utf-8")
    assert f"forms/dia-ban.toml: {sentence}" in problems(tmp_path)


def test_header_words_name_known_codes(write: Callable[..., Path]) -> None:
    row = shipped("header_words", role="measure") | {"value": "dang_viens"}
    assert 'ghi "dang_viens", không có trong measures.csv; gần nhất: "dang_vien"' in problems(
        write("header_words", row)
    )


def test_missing_folder() -> None:
    assert "Không có thư mục danh mục khong-co" in problems(Path("khong-co"))


def test_every_shipped_file_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(load._HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(load, "_HERE", folder)
    load_facts()
    for path in [*folder.glob("*.csv"), *folder.glob("*.toml"), *folder.glob("*.mplstyle")]:
        text = path.read_bytes()
        path.unlink()
        with pytest.raises(FactsError, match=rf"{path.name}: thiếu tệp danh mục này"):
            load_facts()
        path.write_bytes(text)


def test_eras_follow_each_other_without_a_gap() -> None:
    for _, eras in FACTS.areas.sort("valid_from").group_by("area_id", maintain_order=True):
        ends, begins = eras["valid_to"].to_list()[:-1], eras["valid_from"].to_list()[1:]
        assert [end + timedelta(days=1) for end in ends] == begins


def test_items() -> None:
    assert items("a;;b ") == ["a", "b"]
    assert items("") == []


def test_column_twice_and_stray_form(tmp_path: Path) -> None:
    text = "variant,parent_id,area_id,area_id\nXã Mỹ Quý A,872,30055,30055\n"
    (tmp_path / "area_variants.csv").write_text(text, encoding="utf-8")
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "moi.xlsx").write_bytes(b"")
    told = problems(tmp_path)
    assert 'area_variants.csv: cột "area_id" có hai lần' in told
    assert "moi.xlsx: thư mục forms chỉ nhận tệp .toml" in told
