import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.weak_units import weak_units
from danvan_analysis.tables import Data

from .conftest import TRIAL
from .unit_tables import FACTS, data, history, rating, table

DISTRICT = {"area_id": "875", "organisation": "phu_nu", "unit_type": "chi_hoi"}


def found(*rows, year=2024, **more):
    return weak_units(data(*rows, **more), FACTS, year=year)


def counts(*rows, **more):
    return found(*rows, **more).counts.row(by_predicate=_is(DISTRICT), named=True)


def _is(key):
    return pl.all_horizontal(pl.col(name) == value for name, value in key.items())


def test_below_is_every_level_under_kha_and_nothing_else():
    named = [rating(level, unit=level) for level in ("tot", "kha", "trung_binh", "yeu")]
    unrated = rating("chua_xep_loai", unit="moi")
    units = found(named, unrated).units
    assert units.select("unit_name", "rating", "weak").rows() == [
        ("trung_binh", "trung_binh", False),
        ("yeu", "yeu", True),
    ]
    row = counts(named, unrated)
    assert (row["below"], row["rated"], row["weak"], row["unrated"], row["named"]) == (2, 4, 1, 1, 2)
    assert row["share"] == 0.5


def test_only_confirmed_ratings_count_and_own_ratings_alone_are_missing():
    own = rating("yeu", unit="a", rated_by="tu_xep_loai")
    confirmed = rating("tot", unit="b"), rating("yeu", unit="b", rated_by="tu_xep_loai")
    result = found(own, *confirmed)
    assert result.units.is_empty()
    row = result.counts.row(by_predicate=_is(DISTRICT), named=True)
    assert (row["below"], row["rated"], row["missing"]) == (0, 1, 1)
    assert (row["lower_bound"], row["upper_bound"]) == (0, 0.5)


def test_a_scale_that_cannot_say_gives_null_not_zero():
    two = [rating("kha_tro_len", scale="kha_tro_len", count=10), rating("duoi_kha", scale="kha_tro_len", count=2)]
    row = counts(two)
    assert (row["below"], row["weak"], row["weak_least"], row["weak_most"]) == (2, None, 0, 2)
    mixed = counts(two, rating("yeu", unit="a"))
    assert (mixed["below"], mixed["weak"], mixed["weak_least"], mixed["weak_most"]) == (3, None, 1, 3)
    assert found(rating("duoi_kha", scale="kha_tro_len", unit="x")).units["weak"].to_list() == [None]
    # A level that says nothing of "khá" either is missing, not below it.
    row = counts(rating("tot", scale="ddci", unit="x"), rating("tot", unit="y"))
    assert (row["below"], row["rated"], row["missing"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("levels", "scales", "expected"),
    [
        (["tot", "yeu"], "", ("moi", 1, 2024, False, None)),
        (["yeu", "tot", "yeu"], "", ("lap_lai", 1, 2024, False, None)),
        (["tot", "trung_binh", "yeu"], "", ("hai_nam_tro_len", 2, 2023, False, None)),
        (["yeu", "yeu", "yeu"], "", ("hai_nam_tro_len", 3, 2022, True, None)),
        (["yeu", None, "yeu"], "", ("khong_ro", 1, 2024, True, "khong_co_ten_nam_truoc")),
        (["chua_xep_loai", "yeu"], "", ("khong_ro", 1, 2024, True, "chua_xep_loai")),
        (["kha_tro_len", "yeu"], "kha_tro_len", ("moi", 1, 2024, False, None)),
        (["duoi_kha", "yeu"], "kha_tro_len", ("hai_nam_tro_len", 2, 2023, True, None)),
        (["trung_binh", "yeu"], "xuat_sac_manh_kha", ("hai_nam_tro_len", 2, 2023, True, None)),
        (["yeu", "yeu"], "ccb_tsvm", ("khong_ro", 1, 2024, True, "doi_thang")),
        (["hoan_thanh", "yeu"], "hoan_thanh", ("khong_ro", 1, 2024, True, "doi_thang")),
    ],
)
def test_how_long_a_unit_has_been_below(levels, scales, expected):
    rows = history("a", levels, first=2025 - len(levels))
    before = [
        rating(row["rating"], row["year"], unit="a", scale=scales or row["scale_id"])
        for row in rows
        if row["year"] < 2024
    ]
    unit = found(before, rows[-1]).units.row(0, named=True)
    names = ("status", "years_below", "first_year_below", "open_start", "reason")
    assert tuple(unit[name] for name in names) == expected


def test_the_year_before_with_only_an_own_rating_is_not_known():
    before = rating("tot", 2023, unit="a", rated_by="tu_xep_loai")
    unit = found(before, rating("yeu", unit="a")).units.row(0, named=True)
    assert (unit["status"], unit["reason"]) == ("khong_ro", "chi_tu_xep_loai")


def test_the_list_to_strengthen_is_whole_and_in_official_order():
    rows = [
        rating("yeu", unit="Chi hội ấp 10", area="30172"),
        rating("yeu", unit="Chi hội ấp 2", area="30172"),
        rating("trung_binh", count=3, area="30175"),
        rating("yeu", unit="Chi hội khóm 1", area="29863"),
        rating("yeu", unit="Chi đoàn ấp 1", area="30172", organisation="doan_tn", unit_type="chi_doan"),
    ]
    listed = found(rows).to_strengthen
    assert listed["order"].to_list() == [1, 2, 3, 4, 5]
    assert listed["unit_name"].to_list() == [
        "Chi hội khóm 1",
        "Chi hội ấp 2",
        "Chi hội ấp 10",
        "Chi đoàn ấp 1",
        None,
    ]
    assert listed["area_name"].to_list()[:2] == ["Phường 11", "Xã Mỹ An Hưng A"]
    assert listed.row(4, named=True) | {"count": 3, "reason": "khong_co_ten", "status": None} == listed.row(
        4, named=True
    )


def test_tables_of_counts_never_name_a_unit():
    result = found(history("Chi hội ấp Tên Riêng", ["yeu", "yeu"], first=2023), rating("tot", count=30))
    for frame in (result.counts, result.gathered):
        assert not {"unit_id", "unit_name", "source_cell"} & set(frame.columns)
        assert "Tên Riêng" not in frame.write_csv()


def test_real_returns_put_trial_data_aside_and_published_figures_stand_apart():
    rows = [
        rating("yeu", unit="a"),
        rating("yeu", unit="b", nature="gia_dinh"),
        rating("trung_binh", count=4, area="875", nature="cong_bo"),
    ]
    result = found(rows)
    assert result.units["nature"].to_list() == ["bao_cao"]
    here = result.counts.filter(_is(DISTRICT)).select("nature", "below").rows()
    assert here == [("bao_cao", 1), ("cong_bo", 4)]


def test_other_kinds_other_periods_and_other_provinces_stay_out():
    rows = [
        rating("yeu", unit="a"),
        rating("yeu", unit="b", unit_type="cap_xa"),
        rating("yeu", unit="c", unit_type="to_hoi"),
        rating("yeu", unit="d", period="quy-1"),
        rating("yeu", unit="e", area="83"),
        rating("yeu", 2025, unit="f"),
    ]
    assert found(rows).units["unit_name"].to_list() == ["a"]


@pytest.mark.parametrize("ratings", [None, pl.DataFrame(), table(rating()).clear()])
def test_nothing_gives_empty_tables_of_the_same_shape(ratings):
    full, empty = found(rating("yeu", unit="a")), weak_units(Data(ratings, None), FACTS, year=2024)
    for name in ("units", "counts", "gathered", "to_strengthen"):
        assert getattr(empty, name).schema == getattr(full, name).schema
        assert getattr(empty, name).is_empty()


def test_a_table_without_a_column_of_the_contract_is_refused():
    with pytest.raises(ValueError, match="fair_or_better"):
        weak_units(Data(table(rating()).drop("fair_or_better"), None), FACTS, year=2024)


def test_missing_returns_are_missing_and_unknown_ones_unknown():
    last_year = [rating("tot", 2023, area="30130", count=50)]
    row = found(last_year, rating("yeu", count=3), rating("tot", count=30)).counts
    silent = row.row(by_predicate=_is(DISTRICT | {"area_id": "874"}), named=True)
    assert (silent["below"], silent["rated"], silent["missing"], silent["reason"]) == (
        None,
        None,
        50,
        "khong_co_so_lieu",
    )
    assert silent["sentence_vi"].startswith("Chưa có số liệu báo cáo")
    whole = row.row(by_predicate=_is(DISTRICT | {"area_id": "87"}), named=True)
    assert whole["missing"] is None or whole["missing"] >= 50


SAID = "Năm 2024, huyện Lấp Vò có "
OF = "chi hội của Hội Liên hiệp Phụ nữ chưa đạt mức khá"


def people(n, *levels):
    return [rating("tot", year, count=n) for year in (2023, 2024)] + [
        row for k, level in enumerate(levels) for row in history(f"ấp {k}", level, first=2023)
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (people(20), "Năm 2024, huyện Lấp Vò không có chi hội của Hội Liên hiệp Phụ nữ chưa đạt mức khá (0/20)."),
        (
            people(19, ("yeu", "yeu")),
            f"{SAID}01/20 {OF}, chiếm 5% (01 chi hội xếp loại yếu), đã từ 2 năm liên tục trở lên.",
        ),
        (
            people(19, ("tot", "trung_binh")),
            f"{SAID}01/20 {OF}, chiếm 5% (không có chi hội xếp loại yếu), "
            "trong đó chưa có chi hội nào từ 2 năm liên tục trở lên.",
        ),
        (
            people(18, ("yeu", "yeu"), ("tot", "trung_binh")),
            f"{SAID}02/20 {OF}, chiếm 10% (01 chi hội xếp loại yếu), trong đó 01 chi hội từ 2 năm liên tục trở lên.",
        ),
        (
            people(18, ("yeu", "yeu"), ("yeu", "yeu")),
            f"{SAID}02/20 {OF}, chiếm 10% (02 chi hội xếp loại yếu), đều từ 2 năm liên tục trở lên.",
        ),
        (
            people(0, ("yeu", "yeu"), ("yeu", "yeu")),
            "Năm 2024, huyện Lấp Vò có toàn bộ 02/02 chi hội của Hội Liên hiệp Phụ nữ chưa đạt mức khá "
            "(02 chi hội xếp loại yếu), đều từ 2 năm liên tục trở lên.",
        ),
        (
            people(5, (None, "yeu")),
            f"{SAID}01/06 {OF} (01 chi hội xếp loại yếu). "
            "Có 01 chi hội chưa có kết quả năm trước cùng thang xếp loại để so sánh.",
        ),
        (
            [rating("tot", count=18), rating("yeu", count=2)],
            f"{SAID}02/20 {OF}, chiếm 10% (02 chi hội xếp loại yếu). Báo cáo chỉ có số lượng, không có tên đơn vị "
            "nên chưa xác định được chi hội nào kéo dài nhiều năm.",
        ),
        (
            [rating("kha_tro_len", scale="kha_tro_len", count=18), rating("duoi_kha", scale="kha_tro_len", count=2)],
            f"{SAID}02/20 {OF}, chiếm 10%. Báo cáo chỉ có số lượng, không có tên đơn vị "
            "nên chưa xác định được chi hội nào kéo dài nhiều năm.",
        ),
        (
            [*people(17, ("yeu", "yeu")), rating("yeu", count=2)],
            f"{SAID}03/20 {OF}, chiếm 15% (03 chi hội xếp loại yếu). "
            "Trong 01/03 chi hội có tên, có 01 chi hội từ 2 năm liên tục trở lên.",
        ),
    ],
)
def test_sentences(rows, sentence):
    assert counts(rows)["sentence_vi"] == sentence


levels = st.sampled_from(["tot", "kha", "trung_binh", "yeu", None])


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(levels, levels, levels), min_size=1, max_size=6))
def test_counts_agree_with_units_and_relabelling_changes_nothing(walks):
    def of(area):
        return [row for k, walk in enumerate(walks) for row in history(f"u{k}", walk, first=2022, area=area)] or [
            rating("tot", area=area)
        ]

    result = found(of("30172"))
    below = [walk for walk in walks if walk[2] in ("trung_binh", "yeu")]
    assert result.units.height == len(below)
    whole = result.counts.filter(area_id="87", organisation="tat_ca", unit_type="tat_ca")
    assert whole["below"].fill_null(0).to_list() == [len(below)] * whole.height
    statuses = result.units["status"].to_list()
    twice = sum(walk[1] in ("trung_binh", "yeu") for walk in below)
    assert statuses.count("hai_nam_tro_len") == twice
    assert statuses.count("khong_ro") == sum(walk[1] is None for walk in below)
    moved = found(of("30130"))
    assert sorted(moved.units["status"]) == sorted(statuses)
    other = moved.counts.filter(area_id="87", organisation="tat_ca", unit_type="tat_ca")
    assert other.select("below", "rated", "weak").equals(whole.select("below", "rated", "weak"))


def test_same_in_pandas_and_lazily():
    rows = table(people(19, ("yeu", "yeu"), (None, "trung_binh")))
    whole = weak_units(Data(rows, None), FACTS, year=2024)
    for other in (rows.lazy(), rows.to_pandas()):
        result = weak_units(Data(other, None), FACTS, year=2024)
        for name in ("units", "counts", "gathered", "to_strengthen"):
            assert getattr(result, name).equals(getattr(whole, name)), name


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024])
def test_counts_of_the_trial_returns_are_the_truth(trial, year):
    kinds = ["ban_ctmt", "chi_doan", "chi_hoi", "hoi_quan", "to_ndtq"]
    truth = pl.read_csv(
        TRIAL / "_su-that" / "ratings.csv",
        infer_schema_length=None,
        schema_overrides={"area_id": pl.String, "district_id": pl.String},
    ).filter(pl.col("unit_type").is_in(kinds), year=year)
    count, fair = pl.col("count"), pl.col("fair_or_better")
    expected = truth.group_by("district_id", "organisation", "unit_type").agg(
        below=count.filter(~fair).sum(),
        rated=count.filter(fair.is_not_null()).sum(),
        unrated=count.filter(rating="chua_xep_loai").sum(),
        yeu=count.filter(pl.col("weak")).sum(),
    )
    found = weak_units(trial, FACTS, year=year).counts.filter(
        pl.col("area_id") != "87", pl.col("organisation") != "tat_ca", pl.col("unit_type") != "tat_ca"
    )
    both = expected.join(found, left_on=expected.columns[:3], right_on=list(DISTRICT), how="full", suffix="_found")
    assert both.height == 84
    for name in ("below", "rated", "unrated"):
        assert both[name].to_list() == both[f"{name}_found"].to_list()
    assert both.filter(pl.col("weak").is_not_null(), pl.col("weak") != pl.col("yeu")).is_empty()
    assert both.filter(~pl.col("yeu").is_between("weak_least", "weak_most")).is_empty()
