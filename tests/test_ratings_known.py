"""Wordings of ratings, listed by hand from the field's own papers (not from the facts): each to its scale and level."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from danvan_analysis.facts import load_facts
from danvan_analysis.intake.scales import Scales
from danvan_analysis.intake.settle_scores import read_score
from danvan_analysis.intake.vocabulary import Vocabulary

from .test_numbers import COMMUNES, FACTS, read, reasons

SCALES = Scales(FACTS)
WORDS = Vocabulary(FACTS)

HT = {
    "hoan_thanh_xuat_sac": ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành xuất sắc", "HTXSNV", "HTXS", "HT xuất sắc"),
    "hoan_thanh_tot": ("Hoàn thành tốt nhiệm vụ", "Hoàn thành tốt", "HTTNV", "HTTTNV", "HTT", "HT tốt"),
    "hoan_thanh": ("Hoàn thành nhiệm vụ", "Hoàn thành", "HTNV", "HT"),
    "khong_hoan_thanh": ("Không hoàn thành nhiệm vụ", "Không hoàn thành", "KHTNV", "KHT"),
}
LOW = {
    "kha": ("Khá", "Loại khá"),
    "trung_binh": ("Trung bình", "TB", "Tb", "T.bình"),
    "yeu": ("Yếu", "Yếu kém", "Kém", "Yếu, kém"),
}
FIVE = {"xuat_sac": ("Xuất sắc", "XS"), "tot": ("Tốt", "Loại tốt"), **LOW}
MANH = {"xuat_sac": ("Xuất sắc", "XS"), "manh": ("Mạnh", "Vững mạnh", "VM"), **LOW}
TOP = {"vung_manh": ("Vững mạnh", "Mạnh", "VM"), **LOW}
CCB = {
    "tsvm_xuat_sac": ("Trong sạch vững mạnh xuất sắc", "TSVM xuất sắc", "Trong sạch, vững mạnh xuất sắc"),
    "tsvm_tien_tien": ("Trong sạch, vững mạnh tiên tiến", "TSVM tiên tiến"),
    "tsvm": ("Trong sạch, vững mạnh", "Trong sạch vững mạnh", "TSVM"),
    "yeu": ("Yếu", "Yếu kém"),
}
NDTQ = {
    "hoat_dong_tot": ("Hoạt động tốt",),
    "kho_khan": ("Khó khăn, chưa đi vào nề nếp", "Khó khăn"),
}
MUC = {"vung_manh_muc_1": ("Vững mạnh (mức 1)",), "kha_muc_2": ("Khá (mức 2)",)}
KHA = {"kha_tro_len": ("Khá trở lên", "Từ khá trở lên"), "duoi_kha": ("Dưới khá",)}
HTT = {
    "hoan_thanh_tot_tro_len": ("Hoàn thành tốt trở lên", "Từ hoàn thành tốt trở lên"),
    "duoi_hoan_thanh_tot": ("Dưới hoàn thành tốt",),
}

#: (organisation, unit type, year, scale, its levels as worded there)
KNOWN: list[tuple[str, str, int, str, dict[str, tuple[str, ...]]]] = [
    *((body, level, 2023, "hoan_thanh", HT)
      for body in ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb")
      for level in ("cap_tinh", "cap_huyen", "cap_xa")),
    *((body, level, 2022, "hoan_thanh_tot_tro_len", HTT)
      for body in ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb")
      for level in ("cap_tinh", "cap_huyen", "cap_xa")),
    ("mttq", "cap_huyen", 2018, "mttq_muc", MUC),
    ("mttq", "cap_xa", 2018, "xuat_sac_manh_kha", MANH),
    ("mttq", "cap_xa", 2016, "vung_manh", TOP),
    ("mttq", "ban_ctmt", 2018, "xuat_sac_manh_kha", MANH),
    ("mttq", "ban_ctmt", 2016, "vung_manh", TOP),
    ("mttq", "ban_ctmt", 2023, "xuat_sac_tot_kha", FIVE),
    ("nong_dan", "cap_xa", 2016, "vung_manh", TOP),
    ("nong_dan", "chi_hoi", 2016, "vung_manh", TOP),
    ("nong_dan", "chi_hoi", 2023, "xuat_sac_manh_kha", MANH),
    ("phu_nu", "cap_xa", 2018, "xuat_sac_manh_kha", MANH),
    ("phu_nu", "chi_hoi", 2011, "xuat_sac_manh_kha", MANH),
    ("phu_nu", "to_hoi", 2011, "xuat_sac_manh_kha", MANH),
    ("phu_nu", "chi_hoi", 2023, "xuat_sac_tot_kha", FIVE),
    ("doan_tn", "chi_doan", 2020, "xuat_sac_manh_kha", MANH),
    ("doan_tn", "chi_doan", 2023, "hoan_thanh", HT),
    ("ccb", "cap_xa", 2020, "ccb_tsvm", CCB),
    ("ccb", "chi_hoi", 2020, "ccb_tsvm", CCB),
    ("ccb", "chi_hoi", 2018, "hoan_thanh", HT),
    ("cong_doan", "cdcs", 2016, "vung_manh", TOP),
    ("cong_doan", "cdcs", 2022, "hoan_thanh", HT),
    ("to_ndtq", "to_ndtq", 2019, "to_ndtq_hai_muc", NDTQ),
    ("to_ndtq", "to_ndtq", 2021, "kha_tro_len", KHA),
    ("hoi_quan", "hoi_quan", 2023, "kha_tro_len", KHA),
    ("hoi_quan", "hoi_quan", 2023, "xuat_sac_tot_kha", FIVE),
]  # fmt: skip


def code(text: str) -> str:
    reading = WORDS.read(text)
    assert not reading.rest and len(reading.values("level")) == 1, (text, reading)
    return reading.values("level")[0]


@pytest.mark.parametrize(("organisation", "unit_type", "year", "scale", "levels"), KNOWN)
def test_every_wording_has_its_scale_and_level(
    organisation: str, unit_type: str, year: int, scale: str, levels: dict[str, tuple[str, ...]]
) -> None:
    """Whichever wording stands for a level, beside the first wordings of the others."""
    first = {level: wordings[0] for level, wordings in levels.items()}
    for level, wordings in levels.items():
        for wording in wordings:
            table = {**{name: code(text) for name, text in first.items()}, level: code(wording)}
            choice = SCALES.choose(organisation, unit_type, year, set(table.values()))
            assert choice is not None and choice.admissible, wording
            assert (choice.scale_id, choice.levels[table[level]]) == (scale, level), wording
            assert choice.levels == {table[name]: name for name in levels}


def test_vung_manh_is_the_top_where_no_level_stands_above_it() -> None:
    """Trap (a): without "xuất sắc" it is the first level, with it the second."""
    for organisation, unit_type, year in (
        ("nong_dan", "cap_xa", 2016),
        ("cong_doan", "cdcs", 2016),
        ("mttq", "cap_xa", 2016),
    ):
        choice = SCALES.choose(organisation, unit_type, year, {code("Vững mạnh"), code("Khá")})
        assert choice is not None and SCALES.rows[choice.scale_id, "vung_manh"]["rank"] == 1
    choice = SCALES.choose("mttq", "ban_ctmt", 2018, {code("Xuất sắc"), code("Vững mạnh"), code("Khá")})
    assert choice is not None and SCALES.rows[choice.scale_id, choice.levels["vững mạnh"]]["rank"] == 2


def test_hoan_thanh_is_not_fair() -> None:
    """Trap (b): "hoàn thành tốt trở lên" and "từ khá trở lên" are two cuts."""
    assert SCALES.rows["hoan_thanh", "hoan_thanh"]["fair_or_better"] is False
    assert SCALES.rows["hoan_thanh", "hoan_thanh_tot"]["fair_or_better"] is True
    assert SCALES.rows["xuat_sac_tot_kha", "kha"]["good_or_better"] is False
    # Trap (c): families are never mixed in one table of counts.
    assert SCALES.choose("phu_nu", "chi_hoi", 2023, {code("Hoàn thành tốt"), code("Khá"), code("Yếu")}) is None


KINDS = {
    "chưa xếp loại": ("Chưa xếp loại", "Chưa được xếp loại", "CXL"),
    "không xếp loại": ("Không xếp loại", "Không đánh giá"),
    "chưa đủ điều kiện": ("Chưa đủ điều kiện xếp loại", "Chưa đủ điều kiện"),
    "mới thành lập": ("Mới thành lập", "Mới thành lập dưới 6 tháng", "Mới thành lập, chưa xếp loại"),
    "chờ đánh giá": ("Chờ đánh giá", "Chưa đánh giá"),
    "giải thể, sáp nhập": ("Giải thể", "Đã sáp nhập", "Sáp nhập"),
}
LIST = ("STT", "Tên chi hội", "Xếp loại")


def listed(tmp_path: Path, *levels: Any, **more: Any) -> Any:
    rows = [(i + 1, f"Chi hội ấp {i + 1}", level) for i, level in enumerate(levels)]
    return read(tmp_path, rows, head=more.pop("head", LIST), **more)


@pytest.mark.parametrize(("kind", "wording"), [(kind, w) for kind, wordings in KINDS.items() for w in wordings])
def test_kinds_of_unrated_stay_apart(tmp_path: Path, kind: str, wording: str) -> None:
    data = listed(tmp_path, "Tốt", wording, "Khá")
    unrated = data.ratings.filter(pl.col("rating") == "chua_xep_loai")
    assert unrated.select("unrated_kind", "count").rows() == [(kind, 1)]
    assert data.ratings.filter(pl.col("rating") != "chua_xep_loai")["unrated_kind"].to_list() == [None, None]


def test_kinds_side_by_side_are_rows_of_their_own(tmp_path: Path) -> None:
    head = ("STT", "Đơn vị", "Tổng số", "Tốt", "Khá", "Mới thành lập", "Chưa đủ điều kiện", "Giải thể")
    data = read(tmp_path, [(1, COMMUNES[0], 12, 6, 3, 2, 1, 1)], head=head)
    rows = data.ratings.filter(pl.col("rating") == "chua_xep_loai").select("unrated_kind", "count").rows()
    assert dict(rows) == {"mới thành lập": 2, "chưa đủ điều kiện": 1, "giải thể, sáp nhập": 1}
    # 12 units of the year; the one dissolved is no more of them.
    assert data.set_aside.is_empty()


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("Hoàn thành tôt", "Hoàn thành tốt"),
        ("Hoàn thành xuất săc", "Hoàn thành xuất sắc"),
        ("HTTVN", "HTTNV"),
        ("Hoan thanh tot", "Hoàn thành tốt"),
        ("Hoàn thàn nhiệm vụ", "Hoàn thành nhiệm vụ"),
        ("Chưa xếp lọai", "Chưa xếp loại"),
    ],
)
def test_a_slip_is_unknown_with_the_right_suggestion(tmp_path: Path, slip: str, meant: str) -> None:
    data = listed(tmp_path, "HTTNV", slip, "HTXSNV", "HTNV")
    assert data.ratings["count"].sum() == 3
    assert reasons(data) == [("aside", "muc_xep_loai_la")]
    message = data.set_aside["message_vi"][0]
    assert f"Gần nhất: “{meant}" in message
    assert f"rating_wordings.csv dòng: {slip}," in message


@pytest.mark.parametrize(("slip", "meant"), [("Xuất săc", "Xuất sắc"), ("Trung bìn", "Trung bình"), ("Tôt", "Tốt")])
def test_a_slip_in_a_header_costs_its_column_and_names_the_line(tmp_path: Path, slip: str, meant: str) -> None:
    head = ("STT", "Đơn vị", "Xuất sắc", "Tốt", "Khá", "Trung bình")
    head = tuple(slip if word == meant else word for word in head)
    data = read(tmp_path, [(1, COMMUNES[0], 4, 3, 2, 1), (2, COMMUNES[1], 4, 3, 2, 1)], head=head)
    assert reasons(data) == [("aside", "cot_la")]
    message = data.set_aside["message_vi"][0]
    assert f"“{meant}”" in message and f"{slip},xuat_sac_tot_kha," in message


def test_one_level_of_another_scale_costs_its_unit_only(tmp_path: Path) -> None:
    data = listed(tmp_path, "HTTNV", "HTXSNV", "Khá", "HTNV", "HTTNV")
    assert data.ratings["count"].sum() == 4
    assert set(data.ratings["scale_id"]) == {"hoan_thanh"}
    assert reasons(data) == [("aside", "muc_xep_loai_la")]
    assert data.set_aside["source_cell"].to_list() == ["C6"]
    assert "không thuộc thang xếp loại mà biểu dùng" in data.set_aside["message_vi"][0]


@pytest.mark.parametrize("others", [("Khá", "Trung bình"), ("Khá", "Rất tốt")])
def test_a_list_of_two_scales_half_and_half_is_not_decided(tmp_path: Path, others: tuple[str, str]) -> None:
    data = listed(tmp_path, "HTTNV", "HTNV", *others)
    assert data.ratings.is_empty()
    assert set(reasons(data)) == {("aside", "muc_xep_loai_la")}


def test_a_scale_not_in_use_that_year_is_asked_about(tmp_path: Path) -> None:
    title = "KẾT QUẢ XẾP LOẠI CHI HỘI CỰU CHIẾN BINH NĂM 2023"
    data = listed(tmp_path, "TSVM tiên tiến", "TSVM xuất sắc", title=title)
    assert set(reasons(data)) == {("used", "thang_chua_khai_bao")}


SCORED = ("STT", "Tên chi hội", "Điểm", "Xếp loại")
CCB_TITLE = "KẾT QUẢ XẾP LOẠI CHI HỘI CỰU CHIẾN BINH NĂM 2021"


def scored(tmp_path: Path, *rows: tuple[Any, Any]) -> Any:
    whole = [(i + 1, f"Chi hội ấp {i + 1}", *row) for i, row in enumerate(rows)]
    return read(tmp_path, whole, head=SCORED, title=CCB_TITLE)


def test_a_score_stands_beside_its_level(tmp_path: Path) -> None:
    data = scored(
        tmp_path, ("88,25", "TSVM xuất sắc"), (71, "TSVM tiên tiến"), ("80,5 điểm", "TSVM tiên tiến"), (60, "Yếu")
    )
    assert data.set_aside.is_empty()
    found = dict(data.ratings.select("unit_name", "score").iter_rows())
    assert found == {"Chi hội ấp 1": 88.25, "Chi hội ấp 2": 71.0, "Chi hội ấp 3": 80.5, "Chi hội ấp 4": 60.0}
    assert data.ratings.filter(unit_name="Chi hội ấp 1")["source_cell"].to_list() == ["D4;C4"]


@pytest.mark.parametrize(
    ("score", "level"), [(70, "TSVM tiên tiến"), (81, "TSVM tiên tiến"), (91, "TSVM xuất sắc"), (61, "Yếu")]
)
def test_a_score_against_its_level_is_asked_about(tmp_path: Path, score: int, level: str) -> None:
    data = scored(tmp_path, (score, level), (88, "TSVM xuất sắc"))
    assert reasons(data) == [("used", "diem_khong_khop")]
    assert data.ratings["count"].sum() == 2
    assert str(score) in data.set_aside["message_vi"][0]


def test_a_score_alone_gives_no_level(tmp_path: Path) -> None:
    data = scored(tmp_path, (75, None), (88, "TSVM xuất sắc"), ("chín mươi", "TSVM xuất sắc"))
    assert data.ratings["count"].sum() == 2
    assert reasons(data) == [("aside", "diem_khong_co_muc"), ("aside", "so_khong_doc_duoc")]


def test_scores_are_read_with_their_word() -> None:
    assert read_score("19,5 điểm") == 19.5
    assert read_score("-") is None


def test_every_unrated_wording_says_its_kind() -> None:
    facts = load_facts()
    kinds = facts.rating_wordings.filter(pl.col("scale_id") == "*")
    assert kinds["note"].null_count() == 0
    assert set(facts.settings["unrated"]["gone"]) <= set(kinds["note"])
