"""Trends of a table of indicators: breaks are found in it, bridges come from the facts."""

import polars as pl
import pytest

from danvan_analysis.analysis.trends import compute_trends
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, row
from .test_change_evidence import ONE, district, frame, with_bridges


def years(indicator, counts, first=2020, **more):
    return [row(indicator, x, n, year=first + i, **more) for i, (x, n) in enumerate(counts)]


RISE = [(640, 800), (660, 800), (680, 800), (700, 800), (720, 800)]


def one(*rows, facts=FACTS, **more):
    given = compute_trends(frame(*rows), facts, **more)
    assert given.height == 1
    return given.row(0, named=True)


def test_five_years():
    given = one(*years("T2", RISE))
    assert (given["direction"], given["reason"], given["method"], given["sense"]) == (
        "up",
        None,
        "trend_marker",
        "better",
    )
    assert (given["from_year"], given["to_year"], given["years"], given["stands_out"]) == (2020, 2024, 5, True)
    assert given["sentence_vi"].startswith(
        "Trong 5 năm 2020 - 2024, tỷ lệ có xu hướng tăng (từ 80% lên 90%), là chuyển biến tích cực. Với số lượng này,"
    )
    # Only the five most recent count.
    assert one(*years("T2", [(100, 800), (100, 800), *RISE], 2018))["from_year"] == 2020
    assert one(*years("T2", RISE), year=2023)["reason"] == "duoi_nam_nam"


def test_fewer_years_are_never_called_a_trend():
    given = one(*years("T2", RISE[:4], 2021))
    assert (given["direction"], given["reason"], given["method"]) == (None, "duoi_nam_nam", "first_last")
    assert (given["stands_out"], given["sense"], given["evidence"]) == (True, "better", "clear")
    assert given["sentence_vi"].startswith(
        "Chưa xác định được xu hướng (dưới 5 năm); năm 2024 (700/800, 87,50%) tăng 7,50 điểm phần trăm so với năm 2021 "
        "(640/800, 80%), là chuyển biến tích cực."
    )


@pytest.mark.parametrize(
    ("change", "reason", "method", "first"),
    [
        ({2022: {"missing": None}}, "thieu_bao_cao", "first_last", 2023),
        ({2022: {"numerator_most": 700}}, "chi_biet_khoang", "first_last", 2023),
        ({2022: {"numerator": None, "denominator": None}}, "thieu_nam", "first_last", 2023),
        ({2022: {"assignment": "estimated"}}, "doi_dia_gioi", "first_last", 2023),
        ({2024: {"missing": None}}, "thieu_bao_cao", "none", None),
        ({2024: {"numerator": None, "denominator": None}}, "khong_co_nam_nay", "none", None),
    ],
)
def test_what_breaks_a_series(change, reason, method, first):
    rows = [r | change.get(r["year"], {}) for r in years("T2", RISE)]
    given = one(*rows)
    assert (given["direction"], given["reason"], given["method"]) == (None, reason, method)
    assert given["from_year"] == first
    assert reason in FACTS.methods["trend"]["reasons"]


def test_a_year_that_is_not_in_the_table_at_all():
    given = one(*[r for r in years("T2", RISE) if r["year"] != 2022])
    assert (given["reason"], given["from_year"], given["years"]) == ("thieu_nam", 2023, 2)


def scaled(*scales):
    return [r | {"scales": s} for r, s in zip(years("T3", RISE, **ONE), scales, strict=True)]


def test_no_trend_over_a_change_of_scale_but_with_a_bridge():
    rows = scaled("vung_manh", "vung_manh", "vung_manh", "hoan_thanh", "hoan_thanh")
    given = one(*rows)
    assert (given["direction"], given["reason"], given["from_year"]) == (None, "doi_thang", 2023)
    bridged = one(*rows, facts=with_bridges(a={"from_scale": "vung_manh", "to_scale": "hoan_thanh"}))
    assert (bridged["direction"], bridged["note"], bridged["from_year"]) == ("up", "co_cau_noi", 2020)
    assert "theo căn cứ trong danh mục" in bridged["sentence_vi"]
    # A form that draws the same line is no break; scales gone and come back are one.
    assert one(*scaled(*["xuat_sac_tot_kha"] * 3, "kha_tro_len", "xuat_sac_tot_kha"))["direction"] == "up"
    assert one(*scaled("vung_manh", "vung_manh", "hoan_thanh", "vung_manh", "vung_manh"))["reason"] == "doi_thang"


def test_pooled_rows_go_on_where_the_line_stays_and_say_so():
    rows = [r | {"scales": s} for r, s in zip(years("T3", RISE), ["vung_manh", *["xuat_sac_tot_kha"] * 4], strict=True)]
    given = one(*rows)
    assert (given["direction"], given["note"]) == ("up", "doi_thang_mot_phan")
    assert "thang xếp loại khác" in given["sentence_vi"]


def test_new_areas_begin_a_new_series():
    old = years("T2", RISE, 2020, area_id="87", basis="tinh-cu")
    new = years("T2", [(900, 1000), (920, 1000)], 2025, area_id="82", basis="tinh-moi", area_name="Tỉnh Đồng Tháp")
    by = {r["basis"]: r for r in compute_trends(frame(*old, *new), FACTS).to_dicts()}
    assert by["tinh-cu"]["direction"] == "up"
    assert (by["tinh-moi"]["direction"], by["tinh-moi"]["reason"]) == (None, "doi_dia_gioi")
    bridge = {"from_area": "87", "from_basis": "tinh-cu", "to_area": "82", "to_basis": "tinh-moi"}
    by = {r["basis"]: r for r in compute_trends(frame(*old, *new), with_bridges(a=bridge)).to_dicts()}
    assert (by["tinh-moi"]["from_year"], by["tinh-moi"]["note"]) == (2022, "co_cau_noi")


def test_figures_that_add_up_and_small_bases():
    assert one(*years("T6", RISE))["reason"] == "so_cong_don"
    assert one(*years("T7b", RISE))["reason"] == "so_cong_don"
    assert one(*years("T1", [(5, 6)] * 5))["reason"] == "mau_qua_nho"


def test_natures_and_periods_stay_apart():
    rows = [*years("T2", RISE), *years("T2", RISE[:2], nature="gia_dinh"), *years("T4", RISE, period="quy-1")]
    given = compute_trends(frame(*rows), FACTS)
    assert given.select("nature", "direction").rows() == [("bao_cao", "up"), ("gia_dinh", None)]


def test_first_and_last_of_twelve_are_one_family():
    rows = [district(i, x, 100, year) for i in range(12) for year, x in ((2023, 80), (2024, 91 if i == 0 else 80))]
    given = compute_trends(frame(*rows), FACTS)
    assert given["family_size"].to_list() == [12] * 12
    first = given.row(0, named=True)
    assert (first["evidence"], first["stands_out"], first["sense"]) == ("clear", False, None)
    assert "xét cùng lúc 12 địa bàn" in first["sentence_vi"]


def test_always_at_100_percent():
    given = one(*years("T2", [(80, 80)] * 5))
    assert (given["direction"], given["reason"], given["p_value"]) == ("no_trend", "trong_dao_dong", 1)
    assert given["detectable_rise"] is None
    assert given["detectable_fall"] > 0


def test_empty():
    empty = compute_trends(Indicators.create_empty(), FACTS)
    assert empty.height == 0
    assert empty.schema == compute_trends(frame(*years("T2", RISE)), FACTS).schema
    assert isinstance(empty, pl.DataFrame)
