import polars as pl
import pytest

from danvan_analysis.analysis import compute_changes, proportion_difference
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, row

ONE = {"organisation": "phu_nu", "unit_type": "chi_hoi"}


def change(now, before=None):
    rows = [row("T3", *now[:2], **now[2] if len(now) > 2 else {})]
    if before is not None:
        rows.append(row("T3", *before[:2], **{"year": 2023} | (before[2] if len(before) > 2 else {})))
    ind = Indicators.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)
    changes = compute_changes(ind, FACTS)
    assert changes.height == len(rows)
    return changes.filter(year=rows[0]["year"]).row(0, named=True)


def test_difference_and_limits():
    given = change((652, 698), (500, 640))
    assert (given["previous_year"], given["previous_numerator"], given["previous_denominator"]) == (2023, 500, 640)
    expected = proportion_difference(652, 698, 500, 640)
    assert (given["difference"], given["lower95"], given["upper95"]) == pytest.approx(expected)
    assert (given["comparable"], given["reason"]) == (True, None)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ((652, 698), (500, 640), "Tăng 15,28 điểm phần trăm so với năm 2023 (500/640, 78,13%)."),
        ((500, 640), (652, 698), "Giảm 15,28 điểm phần trăm so với năm 2023 (652/698, 93,41%)."),
        ((80, 100), (160, 200), "Bằng năm 2023 (80%)."),
        (
            (90, 100),
            (91, 100),
            "Giảm 1 điểm phần trăm so với năm 2023 (91/100, 91%); mức chênh lệch nhỏ, trong phạm vi dao động "
            "ngẫu nhiên, "
            "chưa đủ cơ sở để đánh giá là có chuyển biến.",
        ),
        (
            (50001, 100000),
            (50000, 100000),
            "Tăng dưới 0,01 điểm phần trăm so với năm 2023 (50.000/100.000, 50%); mức chênh lệch nhỏ, trong phạm "
            "vi dao "
            "động ngẫu nhiên, chưa đủ cơ sở để đánh giá là có chuyển biến.",
        ),
        ((6, 6), (5, 6), "Năm 2023 là 05/06; số lượng ít nên không so sánh tỷ lệ."),
        (
            (652, 698),
            (500, 640, {"missing": 20}),
            "Tăng 15,28 điểm phần trăm so với năm 2023 (500/640, 78,13%); tính theo số liệu đã nhận.",
        ),
        ((652, 698), None, "Chưa có số liệu năm 2023 để so sánh."),
        ((None, None), (500, 640), "Chưa có số liệu năm 2024 để so sánh."),
        ((652, 698), (500, 640, {"missing": None}), "Chưa đủ báo cáo nên chưa so sánh với năm 2023."),
    ],
)
def test_sentences(now, before, sentence):
    assert change(now, before)["sentence_vi"] == sentence


def scaled(scales, **more):
    return (652, 698, {"scales": scales} | more)


@pytest.mark.parametrize(
    ("now", "before", "more", "reason"),
    [
        ("hoan_thanh", "vung_manh", ONE, "doi_thang"),
        ("xuat_sac_tot_kha", "xuat_sac_manh_kha", ONE, "doi_thang"),
        # A two-level form draws the same line as the scale it sums up.
        ("kha_tro_len", "xuat_sac_tot_kha", ONE, None),
        ("kha_tro_len", "hoan_thanh", ONE, "doi_thang"),
        ("kha_tro_len;xuat_sac_tot_kha", "kha_tro_len;vung_manh", ONE, "doi_thang"),
        ("xuat_sac_manh_kha", "xuat_sac_manh_kha;xuat_sac_tot_kha", {}, "doi_thang_mot_phan"),
        ("hoan_thanh;xuat_sac_tot_kha", "xuat_sac_tot_kha", {}, "doi_thang"),
    ],
)
def test_no_series_crosses_a_scale_unmarked(now, before, more, reason):
    given = change(scaled(now, **more), scaled(before, **more))
    assert given["reason"] == reason
    assert given["comparable"] is (reason != "doi_thang")
    assert (given["difference"] is None) is (reason == "doi_thang")
    assert ("không cùng thang" in given["sentence_vi"]) is (reason == "doi_thang")
    assert ("thang xếp loại khác năm trước" in given["sentence_vi"]) is (reason == "doi_thang_mot_phan")


def test_new_territory():
    new = {"area_id": "82", "basis": "tinh-moi", "year": 2026}
    given = change((652, 698, new), (500, 640, {"year": 2025}))
    assert (given["comparable"], given["reason"]) == (False, "doi_dia_gioi")
    assert given["sentence_vi"].startswith("Từ ngày 01/7/2025")


def test_range_of_the_term_is_not_compared():
    given = change((40, 60, {"numerator_most": 55}), (30, 60))
    assert given["reason"] == "chi_biet_khoang"
