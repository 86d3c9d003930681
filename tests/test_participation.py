from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis import assess_targets, attainment, compute_indicators
from danvan_analysis.analysis.participation import PARTICIPATION, participation
from danvan_analysis.analysis.participation_link import participation_link
from danvan_analysis.tables import Data

from .conftest import TRIAL
from .party_rows import DISTRICTS, FACTS, SCHEMA, TAM_NONG, at, data, everywhere, figures

FULL = {"members": 100, "exempt": 10, "taking": 85}


def table(*parts, year=2024, **more):
    return participation(data(*parts), FACTS, year=year, **more)


@pytest.fixture(scope="module")
def truth():
    measures = pl.read_csv(
        TRIAL / "_su-that" / "measures.csv", schema_overrides={"area_id": pl.String, "unit_id": pl.String}
    )
    return Data(ratings=None, measures=measures)


def test_the_indicator_reads_the_same(truth):
    mine = participation(truth, FACTS, year=2023).filter(pl.col("level") != "xa")
    ind = compute_indicators(truth, FACTS).filter(indicator_id="T5", year=2023)
    theirs = assess_targets(ind, FACTS).join(ind, on=["area_id"]).sort("area_id")
    mine = mine.sort("area_id")
    assert mine["area_id"].to_list() == theirs["area_id"].to_list()
    assert len(mine) == 13
    pairs = {"base": "denominator", "participating": "numerator", "missing": "missing", "attained": "attained"}
    pairs |= {"margin_units": "margin_units", "value": "value", "lower95": "lower95"}
    for here, there in pairs.items():
        assert mine[here].to_list() == pytest.approx(theirs[there].to_list()), here


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "A", "B", "C"]), st.integers(10, 40), *[st.one_of(st.none(), st.integers(0, 40))] * 2
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda unit: unit[0],
    )
)
@settings(max_examples=60, deadline=None)
def test_named_units_with_blanks_count_alike_in_the_indicator_and_here(units):
    """Whatever each chi bộ leaves blank, it is missing in both, and no neighbour's figure stands in for it."""
    parts = [
        figures(
            "871", name, members=members, **{k: v for k, v in (("exempt", off), ("taking", taken)) if v is not None}
        )
        for name, members, off, taken in units
    ]
    given = data(*parts, everywhere(but=["871"], **FULL))
    ind = compute_indicators(given, FACTS).filter(indicator_id="T5", year=2024)
    rows = participation(given, FACTS, year=2024)
    for level, area in (("huyen", "871"), ("tinh", "87")):
        theirs, mine = ind.row(by_predicate=pl.col("area_id") == area, named=True), at(rows, level, area)
        assert (mine["participating"], mine["base"]) == (theirs["numerator"], theirs["denominator"])
        if mine["base"] is not None:
            assert mine["missing"] == theirs["missing"]


def test_one_blank_chi_bo_is_missing_from_the_published_share():
    first = TAM_NONG[0]
    units = figures(first, "A", members=30, exempt=10, taking=20), figures(first, "B", members=30, taking=21)
    ind = compute_indicators(data(*units), FACTS).filter(indicator_id="T5", area_id="871", year=2024)
    assert ind.select("numerator", "denominator", "missing").row(0) == (20, 20, 30)


def test_every_level_adds_up(truth):
    found = participation(truth, FACTS, year=2024)
    counts = ["members", "exempted", "base", "participating"]
    for level, rows in (("huyen", 12), ("xa", 143)):
        mine = found.filter(level=level)
        assert len(mine) == rows
        assert mine.select(counts).sum().row(0) == found.filter(level="tinh").select(counts).row(0)
    assert (found["base"] == found["members"] - found["exempted"]).all()
    assert found.select(pl.struct("level", "area_id", "unit_id").n_unique()).item() == len(found)


@given(st.integers(10, 400), st.data())
@settings(max_examples=30, deadline=None)
def test_members_needed_are_the_fewest_that_reach_nine_in_ten(members, draw):
    exempt = draw.draw(st.integers(0, members - 1))
    taking = draw.draw(st.integers(0, members - exempt))
    row = at(table(everywhere(members=members, exempt=exempt, taking=taking)), "huyen", "871")
    fewest = next(k for k in range(members + 1) if 10 * (taking + k) >= 9 * (members - exempt))
    assert row["needed"] == fewest
    assert row["attained"] == ("not_met" if fewest else "met")


def test_a_chi_bo_stands_in_its_commune_district_and_province():
    communes = [figures(code, **FULL) for code in TAM_NONG[1:]]
    first = TAM_NONG[0]
    named = [
        figures(first, "Chi bộ ấp 1", members=30, exempt=2, taking=27),
        figures(first, "ấp 2", members=40, exempt=5, taking=20),
        figures(first, "Chi bộ ấp 3", members=9, exempt=1, taking=8),
    ]
    found = table(*named, *communes, everywhere(but=["871"], **FULL))
    commune = at(found, "xa", first)
    assert (commune["members"], commune["exempted"], commune["participating"]) == (79, 8, 55)
    assert at(found, "huyen", "871")["members"] == 79 + 11 * 100
    assert at(found, "tinh")["members"] == 79 + 22 * 100
    two = at(found, "chi_bo", first, "ấp 2")
    assert (two["base"], two["needed"], two["value"]) == (35, 12, 20 / 35)
    assert "chi bộ ấp 2, thị trấn Tràm Chim, huyện Tam Nông có 20/35" in two["sentence_vi"]
    assert "mức chỉ tiêu chung của Tỉnh" in two["sentence_vi"]


def test_under_ten_members_there_are_counts_and_no_share():
    first = TAM_NONG[0]
    named = [
        figures(first, "A", members=9, exempt=0, taking=8),
        figures(first, "B", members=10, exempt=0, taking=8),
        figures(first, "C", members=13, exempt=4, taking=9),
        figures(first, "D", members=12, exempt=12, taking=0),
        figures(first, "E", members=7, taking=6),
    ]
    found = table(*named)
    shares = [name for name, kind in PARTICIPATION.items() if kind == pl.Float64]
    for unit, reason in (
        ("A", "nho"),
        ("C", "nho_mau_so"),
        ("D", "khong_con_mau_so"),
        ("E", "mien_sinh_hoat_de_trong"),
    ):
        row = at(found, "chi_bo", first, unit)
        assert row["reason"] == reason
        assert [name for name in shares if row[name] is not None] == [], unit
        assert "%" not in row["sentence_vi"].replace("(ít nhất 90%)", "")
    assert at(found, "chi_bo", first, "A")["needed"] == 1
    assert "08/09" in at(found, "chi_bo", first, "A")["sentence_vi"]
    assert "06/07" in at(found, "chi_bo", first, "E")["sentence_vi"]
    assert (at(found, "chi_bo", first, "B")["value"], at(found, "chi_bo", first, "B")["reason"]) == (0.8, None)


@pytest.mark.parametrize(
    ("taking", "said"),
    [
        (0, "chưa có đảng viên (trừ đảng viên được miễn sinh hoạt) tham gia"),
        (1, "có 01/90 đảng viên"),
        (90, "toàn bộ 90/90 đảng viên"),
    ],
)
def test_none_one_and_all(taking, said):
    row = at(table(everywhere(members=100, exempt=10, taking=taking)), "huyen", "871")
    assert said in row["sentence_vi"]
    assert row["needed"] == max(0, 81 - taking)
    assert 0 <= row["lower95"] <= row["value"] <= row["upper95"] <= 1


def test_a_blank_exemption_is_no_data_with_a_second_reading():
    found = table(everywhere(but=["871"], **FULL), figures("871", members=100, taking=92))
    row = at(found, "huyen", "871")
    assert (row["attained"], row["reason"], row["value"], row["base"]) == (
        "no_data",
        "mien_sinh_hoat_de_trong",
        None,
        None,
    )
    assert (row["second_attained"], row["second_lower"], row["value_all"]) == ("met", 0.92, 0.92)
    assert "chưa ghi số đảng viên được miễn sinh hoạt" in row["sentence_vi"]
    assert "92/100 đảng viên tham gia, chiếm 92%" in row["sentence_vi"]
    province = at(found, "tinh")
    assert (province["missing"], province["blank_members"], province["base"]) == (100, 100, 990)


@given(st.lists(st.tuples(st.integers(10, 14), st.integers(0, 14), st.booleans()), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_bounds_under_blank_exemptions_are_those_of_every_way_to_fill_them(units):
    units = [(members, min(taking, members), blank) for members, taking, blank in units]
    parts = [
        figures(TAM_NONG[0], f"U{i}", members=m, taking=x, **({} if blank else {"exempt": 0}))
        for i, (m, x, blank) in enumerate(units)
    ]
    row = at(table(*parts), "xa", TAM_NONG[0])
    taken = sum(x for _, x, _ in units)
    bases = {sum(m for m, _, _ in units)}
    for m, x, blank in units:
        if blank:
            bases = {base - exempt for base in bases for exempt in range(m - x + 1)}
    if not any(blank for _, _, blank in units):
        assert (row["second_lower"], row["second_attained"]) == (None, None)
        return
    assert row["second_lower"] == pytest.approx(min(taken / base for base in bases if base))
    if min(bases):
        assert row["second_upper"] == pytest.approx(max(taken / base for base in bases))
        verdicts = {attainment(taken, base, ">=", 90).attained for base in bases}
        assert row["second_attained"] == (verdicts.pop() if len(verdicts) == 1 else "undecided")


def test_one_blank_chi_bo_does_not_borrow_the_others_exemption():
    first = TAM_NONG[0]
    row = at(
        table(figures(first, "A", members=30, exempt=10, taking=20), figures(first, "B", members=30, taking=21)),
        "xa",
        first,
    )
    assert (row["base"], row["participating"], row["missing"], row["attained"]) == (20, 20, 30, "undecided")


def test_exemptions_given_for_the_commune_alone_count_there():
    first = TAM_NONG[0]
    found = table(
        figures(first, "A", members=30, taking=20), figures(first, "B", members=30, taking=27), figures(first, exempt=6)
    )
    row = at(found, "xa", first)
    assert (row["base"], row["participating"], row["missing"]) == (54, 47, 0)
    assert at(found, "chi_bo", first, "A")["reason"] == "mien_sinh_hoat_de_trong"


def test_contradictory_figures_are_missing():
    row = at(table(everywhere(but=["871"], **FULL), figures("871", members=100, exempt=50, taking=85)), "huyen", "871")
    assert (row["reason"], row["base"], row["missing"]) == ("mau_thuan", None, 50)


def test_a_district_that_sent_nothing():
    now, before = everywhere(but=["871"], **FULL), everywhere(year=2023, members=60, exempt=10, taking=45)
    row = at(table(now), "huyen", "871")
    assert (row["reason"], row["missing"], row["attained"]) == ("chua_co_bao_cao", None, "undecided")
    assert at(table(now), "tinh")["upper_bound"] == 1
    found = table(now, before)
    assert at(found, "huyen", "871")["missing"] == 50
    top = at(found, "tinh")
    assert (top["lower_bound"], top["upper_bound"]) == (85 * 11 / 1040, (85 * 11 + 50) / 1040)
    assert "từ 89,9" in top["sentence_vi"]


def test_a_return_of_the_province_stands_for_all():
    top = at(table(figures("87", **FULL)), "tinh")
    assert (top["members"], top["missing"], top["attained"]) == (100, 0, "met")


def test_a_commune_left_out_of_a_list_of_communes_is_missing():
    some = [figures(code, **FULL) for code in TAM_NONG[1:]]
    before = figures(TAM_NONG[0], year=2023, members=50, exempt=0, taking=40)
    found = table(*some, before)
    assert at(found, "xa", TAM_NONG[0])["reason"] == "chua_co_bao_cao"
    assert at(found, "huyen", "871")["missing"] == 50
    assert at(table(*some), "huyen", "871")["missing"] is None
    assert at(table(figures("871", **FULL)), "huyen", "871")["missing"] == 0


@pytest.mark.parametrize(
    ("shares", "years", "still_open"),
    [
        ({2024: 70, 2023: 70, 2022: 85}, 2, False),
        ({2024: 70, 2023: 70}, 2, True),
        ({2024: 70, 2022: 70}, 1, True),
        ({2024: 70, 2023: 70, 2022: 70, 2021: 70, 2020: 70}, 4, False),
        ({2024: 85, 2023: 70}, 0, False),
    ],
)
def test_years_below_in_a_row(shares, years, still_open):
    parts = [everywhere(year=year, members=100, exempt=10, taking=taking) for year, taking in shares.items()]
    row = at(table(*parts), "huyen", "871")
    assert (row["years_below"], row["years_below_open"]) == (years, still_open)
    assert ("năm liên tiếp" in row["sentence_vi"]) is (years > 1)


def test_natures_never_mix():
    real, trial = everywhere(**FULL), everywhere(nature="gia_dinh", members=50, exempt=0, taking=1)
    published = figures("87", nature="cong_bo", members=900, exempt=0, taking=810)
    found = table(real, trial, published)
    assert found["nature"].unique().sort().to_list() == ["bao_cao", "cong_bo"]
    assert at(found.filter(nature="bao_cao"), "tinh")["members"] == 1200
    assert found.filter(nature="cong_bo").select("level", "members", "missing").rows() == [("tinh", 900, 0)]
    assert table(trial)["nature"].unique().to_list() == ["gia_dinh"]


def test_periods_and_years_without_figures():
    half = everywhere(period="6-thang", **FULL)
    assert table(half).is_empty()
    assert dict(table(half).schema) == PARTICIPATION
    assert at(table(half, period="6-thang"), "tinh")["sentence_vi"].startswith("6 tháng đầu năm 2024")
    assert participation(Data(ratings=None, measures=None), FACTS, year=2024).is_empty()
    assert table(everywhere(year=2026, **FULL), year=2026).is_empty()


def test_after_the_districts():
    begin = pl.date(2025, 7, 1)
    new = [("82", "Tỉnh Đồng Tháp", "tinh", None), *((f"9000{i}", f"Xã Số {i}", "xa", "82") for i in range(8))]
    areas = pl.DataFrame(new, schema=["area_id", "name", "kind", "parent_id"], orient="row").with_columns(
        valid_from=begin
    )
    facts = replace(
        FACTS,
        areas=pl.concat([FACTS.areas, areas], how="diagonal"),
        resolution=FACTS.resolution | {"province_id": "82"},
    )
    named = [
        figures("90000", f"Chi bộ ấp {i}", year=2026, members=20, exempt=0, taking=10 + i, held=12, content=12 - i)
        for i in range(8)
    ]
    others = [figures(f"9000{i}", year=2026, **FULL) for i in range(1, 8)]
    given = data(*named, *others)
    found = participation(given, facts, year=2026)
    assert found["level"].value_counts().sort("level").rows() == [("chi_bo", 8), ("tinh", 1), ("xa", 8)]
    assert found["attained"].unique().to_list() == ["expired"]
    assert at(found, "tinh")["members"] == 20 * 8 + 100 * 7
    assert found.filter(pl.col("district_name").is_not_null()).is_empty()
    link = {row["level"]: row for row in participation_link(given, facts, year=2026).to_dicts()}
    assert (link["xa"]["within"], link["chi_bo"]["within"]) == ("tinh", "xa")
    assert link["chi_bo"]["tau"] == 1
    assert "Giữa 08 chi bộ, so trong cùng xã, phường," in link["chi_bo"]["sentence_vi"]


def test_order_of_rows_changes_nothing(truth):
    mixed = Data(ratings=None, measures=truth.measures.sample(fraction=1, shuffle=True, seed=3))
    assert participation(mixed, FACTS, year=2024).equals(participation(truth, FACTS, year=2024))


def test_pandas_reads_the_same(truth):
    frame = truth.measures.select(list(SCHEMA)).to_dict(as_series=False)
    pandas = pytest.importorskip("pandas")
    theirs = participation(Data(ratings=None, measures=pandas.DataFrame(frame)), FACTS, year=2024)
    assert theirs.equals(participation(truth, FACTS, year=2024))


def test_an_exempted_share_that_stands_out_is_asked_about():
    named = [figures(TAM_NONG[0], f"Chi bộ ấp {i}", members=40, exempt=2, taking=36) for i in range(12)]
    named.append(figures(TAM_NONG[0], "Chi bộ ấp 13", members=40, exempt=16, taking=22))
    found = table(*named)
    flagged = found.filter(pl.col("exempt_flag"))
    assert flagged["unit_name"].to_list() == ["Chi bộ ấp 13"]
    assert flagged["exempted_rest"].to_list() == [24 / 480]
    said = flagged["review_vi"][0]
    assert said.startswith("Đề nghị chi bộ ấp 13, thị trấn Tràm Chim, huyện Tam Nông rà soát, làm rõ")
    assert "16/40 (40%), tính chung các nơi còn lại là 5%" in said
    assert "dấu hiệu" not in said
    assert found.filter(~pl.col("exempt_flag"))["review_vi"].null_count() == 12


def test_where_the_exempted_share_is_not_compared():
    assert set(table(everywhere(but=DISTRICTS[3:], **FULL)).filter(level="huyen")["exempt_reason"].drop_nulls()) >= {
        "it_don_vi"
    }
    none = table(everywhere(members=100, exempt=0, taking=95)).filter(level="huyen")
    assert none["exempt_reason"].unique().to_list() == ["khong_co_mien"]
    assert none["exempt_flag"].null_count() == 12
