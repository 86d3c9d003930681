"""Change judged over the family of districts, against the first year, with polarity and bridges."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from danvan_analysis.analysis import compute_changes, proportion_difference
from danvan_analysis.analysis.differences import false_discovery
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, row

ONE = {"organisation": "phu_nu", "unit_type": "chi_hoi"}


def frame(*rows):
    return Indicators.validate(pl.DataFrame(list(rows), infer_schema_length=None), cast=True)


def district(place, x, n, year=2024, **more):
    area = {"area_id": str(866 + place), "area_name": f"Huyện {place}", "basis": "huyen-cu", "senders_expected": 1}
    return row("T2", x, n, year=year, **area | more)


def families(before, now, n):
    """Twelve districts of n units each, two years of counts."""
    pairs = [(district(i, x0, n, 2023), district(i, x, n)) for i, (x0, x) in enumerate(zip(before, now, strict=True))]
    return compute_changes(frame(*[one for pair in pairs for one in pair]), FACTS).filter(year=2024)


def with_bridges(**bridges):
    sourced = {name: bridge | {"source": "thử", "status": "assumed"} for name, bridge in bridges.items()}
    return replace(FACTS, methods=FACTS.methods | {"trend": FACTS.methods["trend"] | {"bridges": sourced}})


def test_the_family_is_the_districts_of_one_indicator_year_and_kind():
    before, now = [80] * 12, [80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 99, 60]
    changes = families(before, now, 100)
    assert changes["family_size"].to_list() == [12] * 12
    assert changes["q_value"].to_list() == pytest.approx(false_discovery(changes["p_value"].to_list()))
    expected = [
        q <= 0.05 and not low <= 0 <= high
        for q, low, high in changes.select("q_value", "lower95", "upper95").iter_rows()
    ]
    assert changes["stands_out"].to_list() == expected
    assert 0 < sum(expected) < 12
    assert set(changes.filter("stands_out")["sense"]) == {"better", "worse"}
    # The province beside them is a family of its own.
    both = frame(
        *(district(i, 80, 100, y) for i in range(12) for y in (2023, 2024)), row("T2", 900, 1200, year=2023), row("T2")
    )
    alone = compute_changes(both, FACTS).filter(year=2024, area_id="87")
    assert alone["family_size"].to_list() == [1]
    assert alone["q_value"].to_list() == alone["p_value"].to_list()


def test_relabelling_districts_changes_nothing():
    rng = np.random.default_rng(3)
    before, now = rng.binomial(60, 0.85, 12), rng.binomial(60, 0.9, 12)
    order = rng.permutation(12)
    one, other = families(before, now, 60), families(before[order], now[order], 60)
    for column in ("p_value", "q_value", "stands_out", "detectable_rise"):
        assert [one[column][int(i)] for i in order] == other[column].to_list()


@pytest.mark.parametrize("share", [0.70, 0.85, 0.95])
def test_false_alarms_over_twelve_equal_districts(share):
    """Nothing changed: at most 5 % of the years have any district standing out (40 drawn years, 3 sigma)."""
    rng = np.random.default_rng(12)
    alarms = [
        families(rng.binomial(80, share, 12), rng.binomial(80, share, 12), 80)["stands_out"].any() for _ in range(40)
    ]
    assert np.mean(alarms) <= 0.05 + 3 * (0.05 * 0.95 / 40) ** 0.5


@pytest.mark.full
def test_false_alarms_over_twelve_equal_districts_at_length():
    rng = np.random.default_rng(1212)
    alarms = [
        families(rng.binomial(80, 0.8, 12), rng.binomial(80, 0.8, 12), 80)["stands_out"].any() for _ in range(1500)
    ]
    assert 0.01 < np.mean(alarms) <= 0.05 + 3 * (0.05 * 0.95 / 1500) ** 0.5


def test_a_planted_change_is_found_among_equals():
    rng = np.random.default_rng(5)
    before = rng.binomial(90, 0.75, 12)
    now = np.append(rng.binomial(90, 0.75, 11), 88)
    changes = families(np.append(before[:11], 60), now, 90)
    assert changes.filter("stands_out")["area_id"].to_list() == ["877"]
    assert changes.row(11, named=True)["evidence_vi"].startswith(
        "Có chuyển biến tích cực, vượt mức dao động ngẫu nhiên khi xét cùng lúc 12 địa bàn."
    )


def test_what_stands_out_alone_but_not_among_twelve_is_no_change():
    lone = families([80] * 12, [91] + [80] * 11, 100).row(0, named=True)
    assert (lone["evidence"], lone["stands_out"], lone["sense"]) == ("clear", False, None)
    assert lone["lower95"] > 0
    assert "chưa đủ cơ sở để đánh giá là có chuyển biến" in lone["evidence_vi"]
    assert "tích cực" not in lone["evidence_vi"]


def test_improvement_is_said_only_where_it_is_one():
    down = replace(FACTS, indicators=FACTS.indicators.with_columns(direction=pl.lit("down")))
    neutral = replace(FACTS, indicators=FACTS.indicators.with_columns(direction=pl.lit("none")))
    rows = frame(row("T2", 500, 1000, year=2023), row("T2", 600, 1000))
    words = {}
    for name, facts in (("up", FACTS), ("down", down), ("none", neutral)):
        last = compute_changes(rows, facts).row(1, named=True)
        words[name] = last["sense"], last["evidence_vi"].split(".")[0]
    assert words["up"] == ("better", "Có chuyển biến tích cực, vượt mức dao động ngẫu nhiên")
    assert words["down"] == ("worse", "Kết quả giảm sút, vượt mức dao động ngẫu nhiên")
    assert words["none"] == (None, "Mức chênh lệch vượt dao động ngẫu nhiên")


def test_small_bases_and_summed_figures_are_not_tested():
    rows = frame(row("T1", 5, 6, year=2023), row("T1", 6, 6), row("T7b", 80, 100, year=2023), row("T7b", 95, 100))
    changes = {r["indicator_id"]: r for r in compute_changes(rows, FACTS).filter(year=2024).to_dicts()}
    assert changes["T1"]["untested"] == "mau_qua_nho"
    assert changes["T7b"]["untested"] == "so_cong_don"
    for change in changes.values():
        assert change["comparable"] and change["difference"] is not None
        names = ("p_value", "q_value", "family_size", "evidence", "stands_out", "detectable_rise", "evidence_vi")
        assert [change[name] for name in names] == [None] * len(names)
        assert change["untested"] in FACTS.methods["change"]["reasons"]


def test_against_the_first_year():
    rows = [row("T2", x, 900, year=year) for year, x in ((2021, 700), (2022, 710), (2023, 790), (2024, 800))]
    changes = compute_changes(frame(*rows), FACTS, against=("nam_truoc", "nam_dau"))
    assert changes.height == 8
    first = changes.filter(against="nam_dau")
    assert first["previous_year"].to_list() == [None, 2021, 2021, 2021]
    assert first["reason"].to_list() == ["la_nam_dau", None, None, None]
    assert first["difference"][3] == pytest.approx(proportion_difference(800, 900, 700, 900)[0])
    assert first["sentence_vi"][3] == "Tăng 11,11 điểm phần trăm so với năm 2021 (700/900, 77,78%)."
    assert first["sentence_vi"][0] == "Năm 2021 là năm đầu của nhiệm kỳ có số liệu."
    assert changes.filter(against="nam_truoc")["previous_year"].to_list() == [None, 2021, 2022, 2023]
    # Every row by itself gives the same.
    assert changes.filter(against="nam_truoc").equals(compute_changes(frame(*rows), FACTS))


def test_the_first_year_is_one_for_all_and_within_the_term():
    rows = frame(
        row("T2", 600, 900, year=2019),
        row("T2", 700, 900, year=2021),
        row("T2", 800, 900),
        district(1, 40, 50, 2022),
        district(1, 45, 50),
    )
    first = compute_changes(rows, FACTS, against=("nam_dau",))
    by = {(r["area_id"], r["year"]): (r["previous_year"], r["reason"]) for r in first.to_dicts()}
    assert by["87", 2024] == (2021, None)
    assert by["87", 2019] == (None, "khong_co_nam_dau")
    # A district without that year is not held against another one.
    assert by["867", 2024] == (None, "khong_co_nam_dau")
    assert set(first["reason"].drop_nulls()) <= set(FACTS.methods["change"]["reasons"])


def test_a_bridge_lets_a_change_of_scale_pass_and_says_so():
    rows = frame(row("T3", 60, 80, year=2023, scales="vung_manh", **ONE), row("T3", 75, 80, scales="hoan_thanh", **ONE))
    assert compute_changes(rows, FACTS)["reason"][1] == "doi_thang"
    facts = with_bridges(mot={"from_scale": "vung_manh", "to_scale": "hoan_thanh", "unit_type": "chi_hoi"})
    change = compute_changes(rows, facts).row(1, named=True)
    assert (change["comparable"], change["reason"]) == (True, "co_cau_noi")
    assert "theo căn cứ trong danh mục" in change["sentence_vi"]
    other = with_bridges(mot={"from_scale": "vung_manh", "to_scale": "hoan_thanh", "unit_type": "chi_doan"})
    assert compute_changes(rows, other)["reason"][1] == "doi_thang"


def test_a_bridge_over_areas():
    rows = frame(
        row("T2", 60, 80, year=2024, area_id="29869", basis="huyen-cu"),
        row("T2", 70, 80, year=2025, area_id="30000", basis="xa-moi"),
    )
    assert compute_changes(rows, FACTS)["reason"].to_list() == ["khong_co_nam_truoc", "doi_dia_gioi"]
    facts = with_bridges(a={"from_area": "29869", "from_basis": "huyen-cu", "to_area": "30000", "to_basis": "xa-moi"})
    change = compute_changes(rows, facts).row(1, named=True)
    assert (change["reason"], change["previous_numerator"]) == ("co_cau_noi", 60)


def test_estimated_figures_are_not_held_against_counted_ones():
    rows = frame(row("T2", 60, 80, year=2023), row("T2", 70, 80, assignment="estimated"))
    assert compute_changes(rows, FACTS)["reason"][1] == "doi_dia_gioi"


def test_an_empty_table_and_an_unknown_year():
    empty = compute_changes(frame(row()).head(0), FACTS, against=("nam_truoc", "nam_dau"))
    assert empty.height == 0
    assert empty.schema == compute_changes(frame(row()), FACTS).schema
    with pytest.raises(ValueError, match="nam_sau"):
        compute_changes(frame(row()), FACTS, against=("nam_sau",))


def test_everything_perfect_twice():
    """100 % in both years: no change, nothing above to see, and a fall that could have been seen."""
    change = compute_changes(frame(row("T2", 80, 80, year=2023), row("T2", 80, 80)), FACTS).row(1, named=True)
    assert (change["p_value"], change["stands_out"], change["detectable_rise"]) == (1, False, None)
    assert 0.05 < change["detectable_fall"] < 0.15
    assert change["sentence_vi"] == "Bằng năm 2023 (100%)."
