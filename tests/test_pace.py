"""The way to a target: units needed, the pace with its interval, three words for an answer."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from danvan_analysis.analysis.attainment import attainment
from danvan_analysis.analysis.pace import compute_pace
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, TAM_NONG, row
from .test_change_evidence import frame
from .test_trends import years


def way(*rows, **more):
    given_ = compute_pace(frame(*rows), FACTS, **more)
    assert given_.height == 1
    return given_.row(0, named=True)


def test_what_is_needed_to_the_end_of_the_term():
    """T5 is "at least 90 %" to 2025."""
    given_ = way(*years("T5", [(8000, 10000), (8200, 10000)], 2021))
    assert (given_["term_end"], given_["years_left"], given_["units_needed"], given_["units_per_year"]) == (
        2025,
        3,
        800,
        267,
    )
    assert given_["needed_per_year"] == pytest.approx(0.08 / 3)
    assert given_["pace"] == pytest.approx(0.02)
    assert given_["sentence_vi"].startswith(
        "Đến hết năm 2025 còn 03 năm; so với năm 2022 (8.200/10.000), cần thêm 800 đảng viên để đạt chỉ tiêu Nghị quyết "
        "(ít nhất 90%), bình quân mỗi năm 267 đảng viên."
    )


@settings(deadline=None, max_examples=40)
@given(
    st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from(["T1", "T2", "T4"]),
)
def test_units_needed_attain_and_one_less_does_not(counts, indicator):
    x, n = counts
    given_ = way(row(indicator, x, n, year=2023))
    target = {"T1": (">", 90), "T2": (">=", 80), "T4": ("=", 100)}[indicator]
    needed = given_["units_needed"]
    assert attainment(x + needed, n, *target).attained == "met"
    assert needed == 0 or attainment(x + needed - 1, n, *target).attained == "not_met"
    assert given_["units_per_year"] == ceil(Fraction(needed, 2))


@pytest.mark.parametrize(
    ("counts", "answer", "reason"),
    [
        ([(9000, 10000), (9100, 10000)], "du", "da_dat"),
        ([(8000, 10000), (8800, 10000)], "du", "khoang_du"),
        ([(8000, 10000), (8010, 10000)], "chua_du", "khoang_chua_du"),
        ([(80, 100), (82, 100)], "chua_ro", "khoang_chua_ro"),
        # The pace itself is seven times what is needed; its interval still reaches below.
        ([(80, 100), (87, 100)], "chua_ro", "khoang_chua_ro"),
        ([(8200, 10000), (8000, 10000)], "chua_du", "khoang_chua_du"),
        ([(None, None), (8000, 10000)], "chua_ro", "thieu_nam"),
        ([(8000, 10000)], "chua_ro", "mot_nam"),
        ([(4, 6), (5, 6)], "chua_ro", "mau_qua_nho"),
        ([(8000, 10000), (None, None)], None, "khong_co_so_lieu"),
    ],
)
def test_answers(counts, answer, reason):
    rows = years("T5", counts, 2023 - len(counts))
    given_ = way(*rows)
    assert (given_["answer"], given_["reason"]) == (answer, reason)
    assert reason in FACTS.methods["pace"]["reasons"]
    if reason.startswith("khoang"):
        needed, lower, upper = (given_[k] for k in ("needed_per_year", "pace_lower", "pace_upper"))
        assert {"du": lower >= needed, "chua_du": upper < needed, "chua_ro": lower < needed <= upper}[answer]
    else:
        assert given_["pace"] is None


def test_missing_returns():
    unknown = way(row("T5", 800, 1000, year=2023, missing=None))
    assert (unknown["units_needed"], unknown["answer"], unknown["reason"]) == (None, "chua_ro", "thieu_bao_cao")
    assert unknown["sentence_vi"] == (
        "Chưa đủ số liệu năm 2023 để xác định số đảng viên còn thiếu so với chỉ tiêu Nghị quyết (ít nhất 90%) (thiếu báo cáo)."
    )
    # Few missing units that cannot decide leave the count of what is needed among those received.
    assert way(row("T5", 800, 1000, year=2023, missing=5))["units_needed"] == 100


def test_no_pace_over_a_change_of_scale_or_area():
    one = {"organisation": "tat_ca", "unit_type": "tat_ca"}
    rows = [
        row("T3", 300, 500, year=2021, scales="vung_manh", **one),
        row("T3", 320, 500, year=2022, scales="hoan_thanh", **one),
    ]
    assert way(*rows)["reason"] == "doi_thang"
    old, new = row("T5", 80, 100, year=2024), row("T5", 80, 100, year=2025, area_id="82", basis="tinh-moi")
    given_ = compute_pace(frame(old, new), FACTS).rows_by_key(["basis"], named=True, unique=True)
    assert (given_["tinh-moi"]["answer"], given_["tinh-moi"]["reason"]) == (None, "het_nhiem_ky")
    sooner = compute_pace(frame(old | {"year": 2023}, new | {"year": 2024}), FACTS).rows_by_key(["basis"], named=True)
    assert sooner["tinh-moi"][0]["reason"] == "doi_dia_gioi"


def test_the_term_is_over():
    given_ = way(*years("T5", [(80, 100), (85, 100)], 2024))
    assert (given_["years_left"], given_["units_needed"]) == (0, 5)
    assert (given_["answer"], given_["reason"]) == (None, "het_nhiem_ky")
    assert given_["sentence_vi"] == (
        "So với năm 2025 (85/100), còn thiếu 05 đảng viên để đạt chỉ tiêu Nghị quyết (ít nhất 90%); "
        "nhiệm kỳ không còn năm nào."
    )
    assert way(*years("T5", [(80, 100), (95, 100)], 2024))["answer"] == "du"


def test_figures_that_add_up_are_counted_in_units():
    given_ = way(*years("T7b", [(60, 100), (76, 100)], 2021))
    assert (given_["pace_in"], given_["pace"], given_["needed_per_year"]) == ("don_vi", 16, 8)
    # Garwood's limits by their definition: the gain is the 2,5 % point of either Poisson tail.
    assert poisson.sf(15, given_["pace_lower"]) == pytest.approx(0.025)
    assert poisson.cdf(16, given_["pace_upper"]) == pytest.approx(0.025)
    assert (given_["answer"], given_["reason"]) == ("du", "khoang_du")
    slow = way(*years("T7b", [(60, 100), (61, 100)], 2021))
    assert (slow["answer"], slow["reason"]) == ("chua_du", "khoang_chua_du")
    none = way(*years("T7b", [(60, 100), (60, 100)], 2021))
    assert (none["pace_lower"], none["answer"]) == (0, "chua_du")
    assert way(*years("T7b", [(60, 100), (50, 100)], 2021))["reason"] == "so_giam"


def test_the_term_target_from_yearly_counts():
    loose = way(*years("T6", [(50, 60)], 2024, numerator_most=60))
    assert (loose["answer"], loose["reason"], loose["units_needed"]) == ("chua_ro", "chi_biet_khoang", None)
    sure = way(*years("T6", [(40, 60), (50, 60)], 2022))
    assert (sure["units_needed"], sure["pace_in"]) == (10, "don_vi")
    assert way(*years("T6", [(60, 60)], 2022))["reason"] == "da_dat"


def test_districts_are_worded_against_the_common_level():
    given_ = way(*years("T5", [(800, 1000), (820, 1000)], 2021, **TAM_NONG))
    assert "để đạt mức chỉ tiêu chung của Tỉnh (ít nhất 90%)" in given_["sentence_vi"]
    assert "Nghị quyết" not in given_["sentence_vi"]


def test_as_of_a_year_and_only_whole_rows():
    rows = [*years("T5", [(800, 1000), (850, 1000), (880, 1000)], 2021), row("T5", 10, 20, year=2022, period="quy-1")]
    rows.append(row("T3", 10, 20, year=2022, organisation="phu_nu", unit_type="chi_hoi"))
    given_ = compute_pace(frame(*rows), FACTS, year=2022)
    assert given_.select("indicator_id", "year", "period").rows() == [("T5", 2022, "nam")]
    assert compute_pace(frame(*rows), FACTS, year=2024).height == 0
    # Years before the resolution are no part of the way.
    assert way(*years("T5", [(100, 1000), (800, 1000), (820, 1000)], 2020))["from_year"] == 2021


def test_empty():
    empty = compute_pace(Indicators.create_empty(), FACTS)
    assert empty.height == 0
    assert empty.schema == compute_pace(frame(row("T5")), FACTS).schema
