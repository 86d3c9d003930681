import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis import compute_indicators
from danvan_analysis.facts import load_facts
from danvan_analysis.tables import Data, Indicators

FACTS = load_facts()
DISTRICTS = [str(code) for code in range(866, 878)]
CORE = ["mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb"]
RATING_TYPES = {"year": pl.Int64, "good_or_better": pl.Boolean, "fair_or_better": pl.Boolean, "count": pl.Int64}


def rating(area_id, organisation, unit_type, count, passes, year=2024, **more):
    """One row with the columns of the contract; `passes` is both flags, "chua" an unrated unit."""
    flag = None if passes == "chua" else passes
    return {
        "area_id": area_id,
        "year": year,
        "period": "nam",
        "nature": "bao_cao",
        "organisation": organisation,
        "unit_type": unit_type,
        "unit_id": None,
        "rated_by": "cap_uy",
        "status": "chinh_thuc",
        "scale_id": "xuat_sac_tot_kha",
        "rating": "chua_xep_loai" if passes == "chua" else "tot" if passes else "yeu",
        "good_or_better": flag,
        "fair_or_better": flag,
        "count": count,
    } | more


def frame(rows):
    columns = rating("", "", "", 0, True)
    types = {name: RATING_TYPES.get(name, pl.String) for name in columns}
    return pl.DataFrame(rows, schema=types | {"year": pl.Int64})


def indicators(rows, measures=None, **more):
    return compute_indicators(Data(frame(rows), measures, **more), FACTS)


def measure(area_id, year=2024, **values):
    return [{"area_id": area_id, "year": year, "measure": name, "value": value} for name, value in values.items()]


def only(ind, indicator_id, area_id="87", organisation="tat_ca", unit_type="tat_ca", year=2024, **more):
    found = ind.filter(
        indicator_id=indicator_id, area_id=area_id, organisation=organisation, unit_type=unit_type, year=year, **more
    )
    assert found.height == 1
    return found.row(0, named=True)


def numbers(row):
    return tuple(row[name] for name in ("numerator", "denominator", "unrated", "missing"))


def bodies(year=2024, weak=()):
    rows = [rating("87", org, "cap_tinh", 1, True, year) for org in CORE]
    return rows + [rating(d, org, "cap_huyen", 1, (d, org) not in weak, year) for d in DISTRICTS for org in CORE]


def test_t1_pools_province_and_districts():
    ind = indicators(bodies(weak={("871", "ccb"), ("872", "ccb")}))
    assert numbers(only(ind, "T1")) == (76, 78, 0, 0)
    assert numbers(only(ind, "T1", "871")) == (5, 6, 0, 0)
    assert numbers(only(ind, "T1", "87", "ccb")) == (11, 13, 0, 0)
    assert numbers(only(ind, "T1", "87", "tat_ca", "cap_tinh")) == (6, 6, 0, 0)
    assert ind.filter(indicator_id="T1", area_id="871", unit_type="cap_tinh").is_empty()
    row = only(ind, "T1")
    assert (row["senders_missing"], row["senders_expected"]) == (0, 13)
    assert (row["area_name"], row["district_name"], row["basis"]) == ("Tỉnh Đồng Tháp", None, "tinh-cu")
    assert only(ind, "T1", "871")["district_name"] == "Huyện Tam Nông"
    assert only(ind, "T1", "871")["basis"] == "huyen-cu"
    Indicators.validate(ind)


def test_roster_counts_what_was_not_sent():
    rows = [row for row in bodies() if row["area_id"] != "877" and row["organisation"] != "ccb"]
    ind = indicators(rows)
    # 11 districts and the province lack one body each, Châu Thành all six.
    assert numbers(only(ind, "T1")) == (60, 60, 0, 18)
    assert only(ind, "T1")["senders_missing"] == 13
    assert numbers(only(ind, "T1", "877")) == (None, None, None, 6)
    # One body of each organisation in each of the 143 communes of 2024.
    assert numbers(only(ind, "T2")) == (None, None, None, 6 * 143)
    assert numbers(only(ind, "T2", "866", "mttq")) == (None, None, None, 15)


def test_last_year_stands_for_a_silent_district():
    rows = [rating(d, "phu_nu", "chi_hoi", 40, True, 2023) for d in DISTRICTS]
    rows += [rating("870", "phu_nu", "chi_hoi", 3, "chua", 2023)]
    rows += [rating(d, "phu_nu", "chi_hoi", 41, True) for d in DISTRICTS if d != "870"]
    ind = indicators(rows)
    assert numbers(only(ind, "T3")) == (451, 451, 0, 43)
    assert (only(ind, "T3")["senders_missing"], only(ind, "T3")["senders_expected"]) == (1, 12)
    assert numbers(only(ind, "T3", "870")) == (None, None, None, 43)
    assert only(ind, "T3", "870")["value"] is None
    assert only(ind, "T3", "870")["note"]


def test_size_that_nobody_knows():
    ind = indicators([rating(d, "phu_nu", "chi_hoi", 41, True) for d in DISTRICTS if d != "870"])
    assert numbers(only(ind, "T3", "870")) == (None, None, None, None)
    assert numbers(only(ind, "T3")) == (451, 451, 0, None)
    assert only(ind, "T3")["senders_missing"] == 1
    # A district that sent something, but never had Hội quán, owes none.
    rows = [rating(d, "phu_nu", "chi_hoi", 41, True) for d in DISTRICTS]
    ind = indicators([*rows, rating("866", "hoi_quan", "hoi_quan", 2, True)])
    assert numbers(only(ind, "T3", "87", "hoi_quan", "hoi_quan")) == (2, 2, 0, 0)


def test_own_rating_unrated_and_unreadable_units():
    named = {"unit_id": "a"}
    rows = [
        rating("871", "phu_nu", "chi_hoi", 1, True, **named),
        rating("871", "phu_nu", "chi_hoi", 1, True, rated_by="tu_xep_loai", **named),
        rating("871", "phu_nu", "chi_hoi", 1, True, rated_by="tu_xep_loai", unit_id="b"),
        rating("871", "phu_nu", "chi_hoi", 4, "chua"),
        rating("871", "phu_nu", "chi_hoi", 5, True, fair_or_better=None, scale_id="mttq_muc"),
        rating("871", "phu_nu", "chi_hoi", 2, False, status="du_kien"),
    ]
    row = only(indicators(rows), "T3", "871")
    assert numbers(row) == (1, 3, 4, 6)
    assert "02 đơn vị" in row["note"]
    assert row["scales"] == "xuat_sac_tot_kha"


def test_coverage_of_what_arrived():
    rows = [rating(d, "phu_nu", "chi_hoi", 40, True) for d in DISTRICTS]
    rows += [rating("871", "phu_nu", "chi_hoi", 1, True, fair_or_better=None)]
    coverage = pl.DataFrame(
        [(2024, "nam", d, "phu_nu", "chi_hoi", "bao_cao", e, 40) for d, e in (("870", 45), ("871", 41), ("872", None))],
        schema=["year", "period", "area_id", "organisation", "unit_type", "nature", "expected", "covered"],
        orient="row",
    )
    ind = indicators(rows, coverage=coverage)
    missing = [only(ind, "T3", d)["missing"] for d in ("870", "871", "872", "873")]
    assert missing == [5, 1, 0, 0]
    assert only(ind, "T3")["missing"] == 6


def test_units_that_a_return_covers_but_cannot_be_used_are_missing_once():
    """Twelve expected, ten covered, one of the ten on a level that cannot say: three are missing, not two."""
    rows = [rating("866", "phu_nu", "chi_hoi", 9, True), rating("866", "phu_nu", "chi_hoi", 1, None)]
    coverage = pl.DataFrame(
        [{"year": 2024, "period": "nam", "area_id": "866", "organisation": "phu_nu", "unit_type": "chi_hoi",
          "nature": "bao_cao", "expected": 12, "covered": 10}]
    )  # fmt: skip
    ind = indicators(rows, coverage=coverage)
    assert only(ind, "T3", "866", "phu_nu", "chi_hoi")["missing"] == 3


def test_communes_count_in_their_district_and_strangers_do_not():
    rows = [rating("29869", "mttq", "cap_xa", 1, True), rating("83", "mttq", "cap_xa", 66, True)]
    ind = indicators(rows)
    assert numbers(only(ind, "T2", "866"))[:2] == (1, 1)
    assert numbers(only(ind, "T2"))[:2] == (1, 1)
    assert "83" not in ind["area_id"]


def test_provincial_return_stands_for_all_places():
    ind = indicators([rating("87", "ccb", "chi_hoi", 600, True), rating("87", "ccb", "chi_hoi", 20, False)])
    assert numbers(only(ind, "T3")) == (600, 620, 0, 0)


def test_natures_do_not_mix():
    rows = [rating("871", "ccb", "chi_hoi", 10, True), rating("871", "ccb", "chi_hoi", 99, True, nature="gia_dinh")]
    rows += [rating("871", "ccb", "chi_hoi", 7, True, nature="cong_bo")]
    ind = indicators(rows)
    assert set(ind["nature"]) == {"bao_cao", "cong_bo"}
    assert numbers(only(ind, "T3", "871", nature="bao_cao"))[1] == 10
    published = only(ind, "T3", nature="cong_bo")
    assert (published["denominator"], published["missing"], published["senders_expected"]) == (7, 0, None)
    assert set(indicators(rows[1:2])["nature"]) == {"gia_dinh"}


MEETINGS = ("lan_sinh_hoat_le_ky", "lan_sinh_hoat_le_ky_co_noi_dung")
MEMBERS = ("dang_vien", "dang_vien_tham_gia_nong_cot", "dang_vien_mien_sinh_hoat")


def test_meetings_and_members():
    rows = []
    for d in DISTRICTS:
        rows += measure(d, **dict(zip(MEETINGS, (120, 119), strict=True)))
        rows += measure(d, **dict(zip(MEMBERS, (1000, 900, 40), strict=True)))
    rows = [r for r in rows if (r["area_id"], r["measure"]) != ("870", "dang_vien_mien_sinh_hoat")]
    ind = indicators([], pl.DataFrame(rows))
    assert numbers(only(ind, "T4")) == (12 * 119, 12 * 120, 0, 0)
    # Nothing says how many of Hồng Ngự's 1000 members are exempt: no share there, and up to 1000 missing above.
    assert numbers(only(ind, "T5")) == (11 * 900, 11 * 960, 0, 1000)
    blank = only(ind, "T5", "870")
    assert numbers(blank) == (None, None, None, 0)
    assert blank["senders_missing"] == 0
    assert "được miễn" in blank["note"]


def test_exemption_blank_everywhere_is_no_data():
    ind = indicators(
        [], pl.DataFrame([r for d in DISTRICTS for r in measure(d, dang_vien=9, dang_vien_tham_gia_nong_cot=8)])
    )
    row = only(ind, "T5")
    assert (row["denominator"], row["missing"], row["senders_missing"]) == (None, 0, 0)


def test_contradictory_counts_are_not_used():
    ind = indicators([], pl.DataFrame(measure("871", **dict(zip(MEETINGS, (120, 121), strict=True)))))
    assert only(ind, "T4", "871")["value"] is None
    assert "mâu thuẫn" in only(ind, "T4", "871")["note"]


def test_split_and_total_are_not_added():
    names = dict(zip(MEETINGS, (120, 100), strict=True))
    rows = [r | {"organisation": "tat_ca", "unit_type": "chi_bo"} for r in measure("871", **names)]
    rows += [r | {"organisation": "tat_ca", "unit_type": "to_chuc_dang"} for r in measure("871", **names)]
    rows += [r | {"organisation": "mttq", "unit_type": "chi_bo"} for r in measure("871", **names)]
    assert numbers(only(indicators([], pl.DataFrame(rows)), "T4", "871"))[:2] == (100, 120)


def test_works_registered_over_the_term():
    counted = [(2022, 20), (2023, 30), (2024, 15)]
    rows = [r for y, n in counted for r in measure("871", y, to_chuc=60, to_chuc_da_dang_ky_cong_trinh=n)]
    row = only(indicators([], pl.DataFrame(rows)), "T6", "871")
    assert (row["numerator"], row["numerator_most"], row["denominator"]) == (30, 60, 60)
    assert only(indicators([], pl.DataFrame(rows)), "T6", "871", year=2023)["numerator_most"] == 50
    named = [
        {"area_id": "871", "year": y, "measure": "to_chuc_da_dang_ky_cong_trinh", "value": 1, "unit_id": unit}
        for y, unit in ((2022, "a"), (2022, "b"), (2023, "b"), (2024, "c"))
    ]
    base = [r | {"unit_id": None} for y in (2022, 2023, 2024) for r in measure("871", y, to_chuc=4)]
    row = only(indicators([], pl.DataFrame(named + base)), "T6", "871")
    assert (row["numerator"], row["numerator_most"], row["denominator"]) == (3, 3, 4)


def test_programmes_stand_once_adopted():
    adopted = {2022: 50, 2023: 55, 2024: 52}
    rows = []
    for year, n in adopted.items():
        rows += measure("871", year, to_chuc_dang=60, to_chuc_dang_co_chuong_trinh_nhiem_ky=n)
    row = only(indicators([], pl.DataFrame(rows)), "T7b", "871")
    assert (row["numerator"], row["numerator_most"], row["denominator"]) == (55, 55, 60)


def test_half_year_2025_still_has_districts():
    ind = indicators([rating("871", "ccb", "chi_hoi", 10, True, 2025, period="6-thang")])
    assert only(ind, "T3", "871", year=2025)["district_name"] == "Huyện Tam Nông"
    assert only(ind, "T3", year=2025)["senders_expected"] == 12
    assert indicators([rating("871", "ccb", "chi_hoi", 10, True, 2026)]).is_empty()


def test_nothing_at_all():
    assert indicators([]).is_empty()
    assert compute_indicators(Data(None, None), FACTS).is_empty()
    assert compute_indicators(Data(pl.DataFrame(), pl.DataFrame()), FACTS).columns == list(Indicators.columns())


def test_a_column_too_few():
    with pytest.raises(ValueError, match="lacks the columns good_or_better, count"):
        compute_indicators(Data(frame([]).drop("count", "good_or_better"), None), FACTS)


rows_drawn = st.lists(
    st.builds(
        rating,
        st.sampled_from(["866", "871", "29869"]),
        st.sampled_from(["nong_dan", "phu_nu"]),
        st.sampled_from(["chi_hoi", "cap_xa", "cdcs"]),
        st.integers(0, 9),
        st.sampled_from([True, False, "chua"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(rows_drawn)
def test_sums_by_hand(rows):
    ind = indicators(rows)
    home = {"29869": "866"}
    for indicator_id, unit_type in (("T2", "cap_xa"), ("T3", "chi_hoi")):
        for area in ("87", "866", "871"):
            for org in ("tat_ca", "nong_dan"):
                mine = [
                    r
                    for r in rows
                    if r["unit_type"] == unit_type
                    and area in ("87", home.get(r["area_id"], r["area_id"]))
                    and org in ("tat_ca", r["organisation"])
                ]
                if not mine:
                    continue
                row = only(ind, indicator_id, area, org)
                rated = [r for r in mine if r["rating"] != "chua_xep_loai"]
                assert row["denominator"] == sum(r["count"] for r in rated)
                assert row["numerator"] == sum(r["count"] for r in rated if r["good_or_better"])
                assert row["unrated"] == sum(r["count"] for r in mine) - row["denominator"]
                if row["denominator"]:
                    assert (
                        0 <= row["lower998"] <= row["lower95"] <= row["value"] <= row["upper95"] <= row["upper998"] <= 1
                    )


def test_own_ratings_without_a_name_beyond_what_was_confirmed():
    """Forty rated themselves, thirty were confirmed and two of them left unrated: ten have only their own rating."""
    own = rating("871", "phu_nu", "chi_hoi", 40, True, rated_by="tu_xep_loai")
    counts = [rating("871", "phu_nu", "chi_hoi", 28, True), rating("871", "phu_nu", "chi_hoi", 2, "chua")]
    assert numbers(only(indicators([own, *counts]), "T3", "871")) == (28, 28, 2, 10)
    list_of_names = [rating("871", "phu_nu", "chi_hoi", 1, True, unit_id=f"c{i}") for i in range(30)]
    assert numbers(only(indicators([own, *list_of_names]), "T3", "871")) == (30, 30, 0, 10)
    more = [rating("871", "phu_nu", "chi_hoi", 45, True)]
    assert numbers(only(indicators([own, *more]), "T3", "871")) == (45, 45, 0, 0)
    assert numbers(only(indicators([own]), "T3", "871")) == (0, 0, 0, 40)
    # Two scales in one cell: the pending units are counted once.
    two = [*counts, rating("871", "phu_nu", "chi_hoi", 3, True, scale_id="mttq_muc")]
    assert numbers(only(indicators([own, *two]), "T3", "871")) == (31, 31, 2, 7)


def test_a_kind_that_an_organisation_has_none_of_is_outside():
    rows = [rating("871", "cong_doan", "chi_hoi", 9, False), rating("871", "ccb", "chi_hoi", 4, True)]
    ind = indicators([*rows, rating("871", "mttq", "hoi_quan", 5, True), rating("871", "ccb", "cdcs", 5, True)])
    assert numbers(only(ind, "T3", "871"))[:2] == (4, 4)
    assert "cong_doan" not in ind.filter(indicator_id="T3")["organisation"]


def test_a_year_without_a_return_leaves_the_term_open():
    counted = [("870", 2022, 20), ("870", 2023, 5), ("870", 2024, 5), ("871", 2022, 20), ("871", 2024, 5)]
    rows = [r for d, y, n in counted for r in measure(d, y, to_chuc=60, to_chuc_da_dang_ky_cong_trinh=n)]
    ind = indicators([], pl.DataFrame(rows))
    whole, gap = only(ind, "T6", "870"), only(ind, "T6", "871")
    assert (whole["numerator"], whole["numerator_most"]) == (20, 30)
    # Any of the bodies may have registered in 2023, of which Tam Nông sent nothing.
    assert (gap["numerator"], gap["numerator_most"], gap["denominator"]) == (20, 60, 60)
    assert "thiếu số liệu năm 2023" in gap["note"]
    assert only(ind, "T6", "871", year=2022)["numerator_most"] == 20


def test_meetings_beyond_and_short_of_twelve_a_cell():
    rows = []
    for d, cells, meetings in (("870", 10, 126), ("871", 10, 115), ("872", 10, 120)):
        rows += measure(d, chi_bo_khom_ap=cells, lan_sinh_hoat_le_ky=meetings, lan_sinh_hoat_le_ky_co_noi_dung=meetings)
    rows += measure("873", lan_sinh_hoat_le_ky=7, lan_sinh_hoat_le_ky_co_noi_dung=7)
    ind = indicators([], pl.DataFrame(rows))
    assert "nhiều hơn 06 kỳ sinh hoạt" in only(ind, "T4", "870")["note"]
    assert "thiếu 05 kỳ sinh hoạt" in only(ind, "T4", "871")["note"]
    assert only(ind, "T4", "872")["note"] is None
    assert only(ind, "T4", "873")["note"] is None
    # Too many here do not make up for too few there.
    province = only(ind, "T4")["note"]
    assert "thiếu 05 kỳ" in province
    assert "nhiều hơn 06 kỳ" in province
    # The count is used as it stands; a half year has no number due.
    assert numbers(only(ind, "T4", "871"))[:2] == (115, 115)
    half = pl.DataFrame([r | {"period": "6-thang"} for r in rows])
    assert only(indicators([], half), "T4", "871")["note"] is None


def test_a_district_that_sent_only_how_many_cells_it_has_sent_nothing():
    ind = indicators([], pl.DataFrame([*measure("870", chi_bo_khom_ap=10), *measure("871", dang_vien=5)]))
    assert numbers(only(ind, "T4", "870")) == (None, None, None, None)
    assert only(ind, "T4")["senders_missing"] == 12


def engine_tables():
    rows = bodies(weak={("871", "ccb")})
    rows += [rating(d, "ccb", "chi_hoi", 1, True, unit_id=f"{d}-{i}") for d in DISTRICTS for i in range(3)]
    rows += [rating(d, "ccb", "chi_hoi", 1, False, unit_id=f"{d}-9", rated_by="tu_xep_loai") for d in DISTRICTS]
    rows += [rating("866", "ccb", "chi_hoi", 2, "chua"), rating("867", "ccb", "chi_hoi", 2, True, fair_or_better=None)]
    members = dict(zip(MEMBERS, (100, 90, 4), strict=True))
    measures = [r | {"unit_id": None, "unused": 1.5} for d in DISTRICTS for r in measure(d, **members)]
    return frame(rows), pl.DataFrame(measures, schema_overrides={"unit_id": pl.String})


def as_duckdb(table):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is an optional engine and not installed here")
    return duckdb.from_arrow(table.to_arrow())


ENGINES = {
    "lazy": pl.DataFrame.lazy,
    "pandas": lambda table: table.to_pandas(),
    "pandas arrow": lambda table: table.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": as_duckdb,
}


@pytest.mark.parametrize("engine", list(ENGINES))
def test_every_engine_gives_the_same_rows(engine):
    ratings, measures = engine_tables()
    expected = compute_indicators(Data(ratings, measures), FACTS)
    assert only(expected, "T3")["missing"] == 12 + 2
    given = compute_indicators(Data(ENGINES[engine](ratings), ENGINES[engine](measures)), FACTS)
    assert given.equals(expected)


def test_pandas_objects_with_holes():
    pandas = pytest.importorskip("pandas")
    ratings, measures = engine_tables()
    expected = compute_indicators(Data(ratings, measures), FACTS)
    objects = pandas.DataFrame(ratings.to_dicts())
    assert objects["fair_or_better"].dtype == object
    assert compute_indicators(Data(objects, pandas.DataFrame(measures.to_dicts())), FACTS).equals(expected)


def test_order_of_rows_does_not_matter():
    ratings, measures = engine_tables()
    expected = compute_indicators(Data(ratings, measures), FACTS)
    mixed = Data(ratings.sample(fraction=1, shuffle=True, seed=3), measures.reverse())
    assert compute_indicators(mixed, FACTS).equals(expected)
