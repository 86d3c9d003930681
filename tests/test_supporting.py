"""Supporting indicators of part III: counts, shares, rates and indices by the facts alone, and never like by unlike."""

import ast
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis import assess_targets, compute_indicators
from danvan_analysis.analysis.supporting import supporting_table
from danvan_analysis.errors import FactsError
from danvan_analysis.facts import Facts, items, load_facts
from danvan_analysis.intake.read import read_raw
from danvan_analysis.tables import Data, Indicators

FACTS = load_facts()
DISTRICTS = [str(code) for code in range(866, 878)]
AIMED = set(FACTS.targets["indicator_id"])
SUPPORTING = FACTS.indicators.filter(~pl.col("indicator_id").is_in(list(AIMED)))
KEYS = Indicators.primary_key()


def by_measures(numerator: str, denominator: str | None = None) -> str:
    """Find an indicator by what it counts: tests name no B either."""
    found = SUPPORTING.filter(
        pl.col("numerator") == numerator, pl.col("denominator").eq_missing(pl.lit(denominator, pl.String))
    )
    return str(found["indicator_id"].item())


WHITE = by_measures("ho_trang_doan_vien_hoi_vien", "ho_gia_dinh")
GATHERED = by_measures("nguoi_tham_gia_it_nhat_mot_hoi", "nguoi_trong_do_tuoi")
MEMBERS = by_measures("luot_hoi_vien")
TALKS = by_measures("cuoc_doi_thoai")
PER_TALK = by_measures("luot_nguoi_doi_thoai", "cuoc_doi_thoai")
INDEX = by_measures("ddci_diem")


def measure(name, value, area="871", organisation="tat_ca", year=2024, score=None, **more):
    return {
        "area_id": area, "year": year, "period": "nam", "nature": "bao_cao", "organisation": organisation,
        "unit_type": "tat_ca", "unit_id": None, "measure": name, "value": value, "score": score,
    } | more  # fmt: skip


TYPES = {"unit_id": pl.String, "value": pl.Int64, "score": pl.Float64}


def frame(rows):
    return pl.DataFrame(rows, schema_overrides=TYPES, infer_schema_length=None)


def indicators(*rows, facts=FACTS):
    return compute_indicators(Data(None, frame(list(rows))), facts)


def row(ind, indicator_id, area="87", organisation="tat_ca", year=2024, nature="bao_cao"):
    where = {"indicator_id": indicator_id, "area_id": area, "organisation": organisation}
    return ind.filter(**where, year=year, nature=nature).row(0, named=True)


# The facts


def test_every_heading_has_indicators_and_every_indicator_its_source():
    assert set(SUPPORTING["section"]) == {f"II.{1 + section}" for section in FACTS.sections["section"]}
    assert all(indicator.startswith("B") for indicator in SUPPORTING["indicator_id"])
    assert SUPPORTING["indicator_id"].is_unique().all() and SUPPORTING["order"].is_unique().all()


def test_what_part_three_asks_for_is_counted():
    """The list of the resolution's part III, by what a reader would look for."""
    used = {m for row in SUPPORTING.to_dicts() for m in items(row["numerator"]) + items(row["denominator"])}
    wanted = (
        "luot_hoi_vien nguoi_tham_gia_it_nhat_mot_hoi ho_trang_doan_vien_hoi_vien doan_vien_uu_tu_gioi_thieu"
        " doan_vien_uu_tu_duoc_ket_nap cap_uy_phan_cong_thuong_truc btv_lam_viec_khoi_dan_van btv_lam_viec_uy_ban"
        " ngay_tiep_dan cuoc_doi_thoai cuoc_giam_sat cuoc_phan_bien don_thu_da_giai_quyet vu_viec_dong_nguoi ddci_diem"
        " dan_van_kheo_dang_ky dan_van_kheo_cong_nhan dan_van_kheo_nhan_rong mo_hinh_dan_van_llvt mo_hinh_ton_giao"
        " can_bo_dan_van_tre can_bo_dan_van_nu can_bo_dan_van_duoc_tap_huan co_quan_phan_cong_can_bo_dan_van so_hoi_quan"
        " so_to_ndtq"
    )
    assert set(wanted.split()) <= used


def test_measures_name_the_indicators_they_feed():
    for m in FACTS.measures.iter_rows(named=True):
        feeds = [
            i["indicator_id"]
            for i in FACTS.indicators.iter_rows(named=True)
            if m["measure"] in {p.removeprefix("-") for p in items(i["numerator"]) + items(i["denominator"])}
        ]
        assert items(m["indicators"]) == feeds, m["measure"]


def test_persons_memberships_and_attendances_never_divide_each_other():
    about = dict(FACTS.measures.select("measure", "about").iter_rows())
    unit = dict(FACTS.measures.select("measure", "unit_vi").iter_rows())
    people = {"persons", "memberships", "attendances"}
    for i in FACTS.indicators.filter(pl.col("denominator").is_not_null()).iter_rows(named=True):
        top, bottom = ([m.removeprefix("-") for m in items(i[c])] for c in ("numerator", "denominator"))
        if i["kind"] == "share":
            assert len({(about[m], unit[m]) for m in top + bottom}) == 1, i["indicator_id"]
        assert len({about[m] for m in top + bottom} & people) < 2, i["indicator_id"]


def test_models_only_of_religion_and_of_the_armed_forces():
    counted = FACTS.measures.filter(pl.col("source").str.contains(r"III\.[67]"))
    assert set(counted["about"]) <= {"activities", "models", "awards"}


def test_no_module_names_a_supporting_measure():
    """What is counted is data: no file but the facts knows it."""
    own = {m for i in SUPPORTING.to_dicts() for m in items(i["numerator"]) + items(i["denominator"])}
    own -= {m for i in FACTS.indicators.to_dicts() if i["indicator_id"] in AIMED for m in items(i["denominator"])}
    names = own | set(SUPPORTING["indicator_id"])
    root = Path(__file__).resolve().parents[1] / "danvan_analysis"
    said = [
        (file.name, node.value)
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert said == []


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[..., Facts]:
    """Load the facts with one more indicator."""

    def load(**values: str) -> Facts:
        line = dict.fromkeys(FACTS.indicators.columns, "") | {
            "indicator_id": "B99", "order": "999", "title_vi": "Hộ gia đình thử", "table": "measures", "kind": "share",
            "cumulative": "false", "direction": "up", "section": "II.5", "source": "thử", "status": "assumed",
        } | values  # fmt: skip
        with (tmp_path / "indicators.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(line))
            writer.writeheader()
            writer.writerow(line)
        return load_facts(tmp_path)

    return load


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"numerator": "luot_hoi_vien", "denominator": "nguoi_trong_do_tuoi"}, "người khác lượt"),
        ({"numerator": "luot_hoi_vien", "denominator": "nguoi_trong_do_tuoi", "kind": "per"}, "người khác lượt"),
        ({"numerator": "luot_can_bo_tap_huan", "denominator": "can_bo_dan_van"}, "lượt người (attendances)"),
        ({"numerator": "ho_gia_dinh;-cuoc_doi_thoai", "kind": "count"}, "đếm hộ (households)"),
        ({"numerator": "to_tu_quan_duong_bien", "denominator": "so_to_ndtq"}, "đếm tổ (bodies)"),
        ({"numerator": "ho_gia_dinh"}, 'phải có cột "denominator"'),
        ({"numerator": "ho_gia_dinh", "denominator": "ho_gia_dinh", "kind": "count"}, "không có mẫu số"),
        ({"numerator": "ddci_diem", "kind": "count"}, '"ddci_diem" là index'),
        ({"numerator": "ho_gia_dinh", "kind": "index"}, '"ho_gia_dinh" là count'),
        ({"numerator": "ddci_diem;papi_diem", "kind": "index"}, "không cộng với nhau"),
        ({"numerator": "ho_gia_dinh", "kind": "counts"}, 'gần nhất: "count"'),
        ({"numerator": "ho_gia_dinh", "kind": "count", "cumulative": "true"}, "cộng dồn qua các năm phải là tỷ lệ"),
        ({"numerator": "ho_gia_dinh", "kind": "count", "indicator_id": "T4"}, 'phải là kiểu "share"'),
    ],
)
def test_an_indicator_that_divides_unlike_things_is_refused(overlay, values, told):
    with pytest.raises(FactsError) as error:
        overlay(**values)
    assert told in str(error.value)


def test_an_office_adds_an_indicator_without_touching_code(overlay):
    facts = overlay(numerator="ho_gia_dinh;-ho_trang_doan_vien_hoi_vien", denominator="ho_gia_dinh", kind="")
    ind = indicators(measure("ho_gia_dinh", 200), measure("ho_trang_doan_vien_hoi_vien", 30), facts=facts)
    found = row(ind, "B99", "871")
    assert (found["numerator"], found["denominator"], found["value"]) == (170, 200, 0.85)
    assert supporting_table(ind, facts).filter(indicator_id="B99", area_id="871")["sentence_vi"].item() == (
        "Năm 2024, huyện Tam Nông có 170/200 hộ gia đình thử, chiếm 85%."
    )


# The engine


def test_kinds_by_hand():
    ind = indicators(
        measure("ho_gia_dinh", 1000), measure("ho_trang_doan_vien_hoi_vien", 30), measure("cuoc_doi_thoai", 4),
        measure("luot_nguoi_doi_thoai", 90), measure("cuoc_doi_thoai", 6, "872"),
        measure("luot_nguoi_doi_thoai", 110, "872"),
    )  # fmt: skip
    share, talks, rate = (row(ind, i) for i in (WHITE, TALKS, PER_TALK))
    assert (share["kind"], share["numerator"], share["denominator"], share["value"]) == ("share", 30, 1000, 0.03)
    assert share["amount"] is None and share["lower95"] < 0.03 < share["upper95"] and share["method"] == "wilson"
    assert (talks["kind"], talks["numerator"], talks["amount"]) == ("count", 10, 10.0)
    assert talks["denominator"] is talks["value"] is talks["lower95"] is talks["missing"] is None
    # Together it is the sum over the sum, not the mean of 22.5 and 18.33.
    assert (rate["kind"], rate["numerator"], rate["base"], rate["amount"]) == ("per", 200, 10, 20.0)
    assert rate["denominator"] is rate["value"] is None
    assert (talks["senders_missing"], talks["senders_expected"]) == (10, 12)
    assert row(ind, TALKS, "871")["missing"] == 0


@settings(max_examples=8, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(DISTRICTS), st.tuples(st.integers(0, 50), st.integers(0, 900), st.integers(0, 400)), min_size=1
    )
)
def test_sums_are_those_of_the_places_that_gave_everything(given_by):
    rows = []
    for area, (talks, people, white) in given_by.items():
        rows += [measure("cuoc_doi_thoai", talks, area), measure("luot_nguoi_doi_thoai", people, area)]
        rows += [measure("ho_trang_doan_vien_hoi_vien", white, area), measure("ho_gia_dinh", 400, area)]
    ind = indicators(*rows)
    talks, people, white = (sum(values) for values in zip(*given_by.values(), strict=True))
    assert row(ind, TALKS)["amount"] == talks
    assert row(ind, WHITE)["numerator"] == white and row(ind, WHITE)["denominator"] == 400 * len(given_by)
    assert row(ind, PER_TALK)["amount"] == (people / talks if talks else None)
    assert row(ind, TALKS)["senders_missing"] == 12 - len(given_by)
    assert (row(ind, TALKS)["missing"] == 0) == (len(given_by) == 12)


def test_persons_and_households_are_not_added_over_organisations():
    """Two Hội of 60 persons each are not 120 persons: some are in both."""
    rows = [
        measure(m, n, organisation=o)
        for o in ("phu_nu", "nong_dan")
        for m, n in (("nguoi_tham_gia_it_nhat_mot_hoi", 60), ("nguoi_trong_do_tuoi", 100))
    ]
    ind = indicators(*rows)
    together = row(ind, GATHERED, "871")
    assert together["numerator"] is None and "không cộng" in together["note"]
    assert row(ind, GATHERED, "871", "phu_nu")["value"] == 0.6
    # Beside a number of persons the numbers an organisation change nothing.
    both = indicators(*rows, measure("nguoi_tham_gia_it_nhat_mot_hoi", 90), measure("nguoi_trong_do_tuoi", 100))
    assert row(both, GATHERED, "871")["value"] == 0.9


def test_memberships_are_added_over_organisations_and_split_where_the_source_does():
    ind = indicators(*(measure("luot_hoi_vien", n, organisation=o) for o, n in (("phu_nu", 60), ("nong_dan", 40))))
    assert row(ind, MEMBERS, "871")["amount"] == 100
    assert row(ind, MEMBERS, "871", "nong_dan")["amount"] == row(ind, MEMBERS, "87", "nong_dan")["amount"] == 40


def test_the_provinces_own_count_of_the_same_members_is_not_added():
    below = [measure("luot_hoi_vien", 100, area) for area in ("871", "872")]
    above = measure("luot_hoi_vien", 190, "87", organisation="nong_dan")
    assert row(indicators(*below, above), MEMBERS)["amount"] == 200
    assert row(indicators(above), MEMBERS)["amount"] == 190
    # What the province's bodies did themselves is more of it.
    own = [measure("cuoc_giam_sat", 5, "87", organisation="mttq"), measure("cuoc_giam_sat", 7)]
    assert row(indicators(*own), by_measures("cuoc_giam_sat"))["amount"] == 12


def test_nothing_came_nothing_is_said():
    """Members counted for T5 are no report on members sent to meetings of the Hội, whose base they are."""
    ind = indicators(measure("dang_vien", 50), measure("ho_gia_dinh", 9))
    assert ind.filter(pl.col("indicator_id").str.starts_with("B")).is_empty()
    assert "T5" in ind["indicator_id"]
    # Its base in another year is no report of that year either.
    rows = [measure("ho_gia_dinh", 9, year=2023), measure("ho_gia_dinh", 9), measure("ho_trang_doan_vien_hoi_vien", 1)]
    assert set(indicators(*rows).filter(indicator_id=WHITE)["year"]) == {2024}


def test_blank_base_zero_base_and_contradiction_have_no_value():
    white = measure("ho_trang_doan_vien_hoi_vien", 5)
    blank = row(indicators(white), WHITE, "871")
    assert blank["value"] is None and "thiếu số liệu" in blank["note"]
    zero = row(indicators(white | {"value": 0}, measure("ho_gia_dinh", 0)), WHITE, "871")
    assert zero["value"] is None and zero["note"] == "mẫu số bằng 0"
    above = row(indicators(white, measure("ho_gia_dinh", 4)), WHITE, "871")
    assert above["value"] is None and "mâu thuẫn" in above["note"]
    # More attendances than talks, and more people than posts, are no contradiction.
    none = row(indicators(measure("luot_nguoi_doi_thoai", 5), measure("cuoc_doi_thoai", 0)), PER_TALK, "871")
    assert none["amount"] is None and none["note"] == "mẫu số bằng 0"


def test_a_silent_district_counts_by_its_base_of_the_year_before():
    rows = [measure(m, n, a, year=y) for y in (2023, 2024) for a in ("871", "872") if (y, a) != (2024, "872")
            for m, n in (("ho_gia_dinh", 100), ("ho_trang_doan_vien_hoi_vien", 3))]  # fmt: skip
    ind = indicators(*rows)
    assert row(ind, WHITE, "872")["missing"] == 100 and row(ind, WHITE)["missing"] is None
    assert row(ind, WHITE, year=2023)["denominator"] == 200
    # Of a count nobody knows what is missing, whatever it was last year.
    talks = indicators(*(measure("cuoc_doi_thoai", 3, a, year=2023) for a in DISTRICTS), measure("cuoc_doi_thoai", 4))
    assert row(talks, TALKS, year=2023)["missing"] == 0
    assert row(talks, TALKS, "872")["missing"] is None and row(talks, TALKS)["missing"] is None


def test_an_index_is_neither_added_nor_averaged():
    rows = [measure("ddci_diem", None, a, score=s) for a, s in (("871", 71.5), ("872", 60.0))]
    ind = indicators(*rows)
    assert row(ind, INDEX, "871")["amount"] == 71.5 and row(ind, INDEX, "871")["method"] == "index"
    assert ind.filter(indicator_id=INDEX, area_id="87").is_empty()
    # A department in the province's list is not the province; the one body scored in a district stands for it.
    listed = [
        measure("ddci_diem", None, a, score=s, unit_id=u) for a, s, u in (("87", 80.0, "so-a"), ("873", 66.0, "ubnd"))
    ]
    ind = indicators(
        *listed, measure("ddci_diem", None, "874", score=1.0), measure("ddci_diem", None, "874", score=2.0)
    )
    assert ind.filter(indicator_id=INDEX)["area_id"].to_list() == ["873", "874"]
    assert row(ind, INDEX, "873")["amount"] == 66.0
    assert row(ind, INDEX, "874")["amount"] is None and row(ind, INDEX, "874")["note"] == "có hai điểm khác nhau"
    assert row(indicators(measure("ddci_diem", None, "87", score=70.0)), INDEX)["amount"] == 70.0


def test_natures_and_years_never_mix():
    rows = [measure("cuoc_doi_thoai", 3, nature="gia_dinh"), measure("cuoc_doi_thoai", 5, nature="cong_bo")]
    rows += [measure("cuoc_doi_thoai", 7, nature="gia_dinh", year=2023)]
    ind = indicators(*rows)
    assert row(ind, TALKS, nature="gia_dinh")["amount"] == 3 and row(ind, TALKS, nature="cong_bo")["amount"] == 5
    assert row(ind, TALKS, nature="gia_dinh", year=2023)["amount"] == 7
    real = indicators(*rows, measure("cuoc_doi_thoai", 1))
    assert set(real.filter(indicator_id=TALKS)["nature"]) == {"bao_cao", "cong_bo"}
    half = indicators(measure("cuoc_doi_thoai", 2, period="6-thang"), measure("cuoc_doi_thoai", 5))
    assert half.filter(indicator_id=TALKS, area_id="87").sort("period")["amount"].to_list() == [2.0, 5.0]


def test_no_target_no_assessment():
    ind = indicators(measure("cuoc_doi_thoai", 2), measure("ho_gia_dinh", 9), measure("ho_trang_doan_vien_hoi_vien", 1))
    assert set(assess_targets(ind, FACTS, as_of=date(2025, 1, 15))["indicator_id"]) <= AIMED


def test_districts_are_only_names():
    numbers = {"871": (40, 300), "872": (5, 70), "873": (1, 500)}

    def table(areas):
        rows = [
            measure(m, n, areas[a]) for a, pair in numbers.items()
            for m, n in zip(("ho_trang_doan_vien_hoi_vien", "ho_gia_dinh"), pair, strict=True)
        ]  # fmt: skip
        found = indicators(*rows).filter(indicator_id=WHITE)
        return {r["area_id"]: (r["value"], r["lower95"]) for r in found.iter_rows(named=True) if r["value"] is not None}

    plain = table({a: a for a in numbers})
    turned = table({"871": "872", "872": "873", "873": "871"})
    assert plain["87"] == turned["87"] and plain["871"] == turned["872"] and plain["873"] == turned["871"]


def engine_rows():
    rows = [measure(m, 7 * i + j, area) for i, area in enumerate(DISTRICTS, 1)
            for j, m in enumerate(("cuoc_doi_thoai", "luot_nguoi_doi_thoai", "ho_gia_dinh"))]  # fmt: skip
    rows += [measure("ho_trang_doan_vien_hoi_vien", i, area) for i, area in enumerate(DISTRICTS)]
    rows += [measure("luot_hoi_vien", 10, organisation=o) for o in ("phu_nu", "ccb")]
    rows += [measure("ddci_diem", None, area, score=60.0 + i) for i, area in enumerate(DISTRICTS)]
    return frame(rows)


def as_duckdb(table):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is an optional engine and not installed here")
    return duckdb.from_arrow(table.to_arrow())


ENGINES = {
    "lazy": pl.DataFrame.lazy,
    "pandas": lambda table: table.to_pandas(),
    "pandas objects": lambda table: pytest.importorskip("pandas").DataFrame(table.to_dicts()),
    "pandas arrow": lambda table: table.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": as_duckdb,
    "another order": pl.DataFrame.reverse,
}


@pytest.mark.parametrize("engine", list(ENGINES))
def test_every_engine_gives_the_same_rows(engine):
    expected = compute_indicators(Data(None, engine_rows()), FACTS)
    assert expected.filter(indicator_id=INDEX).height == 12
    assert compute_indicators(Data(None, ENGINES[engine](engine_rows())), FACTS).equals(expected)


def test_a_table_without_scores_will_do():
    table = engine_rows().drop("score", "unit_id").filter(pl.col("value").is_not_null())
    ind = compute_indicators(Data(None, table), FACTS)
    assert ind.filter(indicator_id=INDEX).is_empty() and row(ind, TALKS)["senders_missing"] == 0


# The sentences


def sentences(*rows, area="871"):
    table = supporting_table(indicators(*rows), FACTS)
    return dict(table.filter(area_id=area, organisation="tat_ca").select("indicator_id", "sentence_vi").iter_rows())


def white(x, n):
    return sentences(measure("ho_trang_doan_vien_hoi_vien", x), measure("ho_gia_dinh", n))[WHITE]


def gathered(x, n):
    return sentences(measure("nguoi_tham_gia_it_nhat_mot_hoi", x), measure("nguoi_trong_do_tuoi", n))[GATHERED]


def test_sentences_of_shares():
    place, what = "Năm 2024, huyện Tam Nông", "hộ gia đình chưa có đoàn viên, hội viên"
    assert white(30, 1000) == f"{place} có 30/1.000 {what}, chiếm 3%."
    assert white(1, 9) == f"{place} có 01/09 {what}."
    assert white(1, 10) == f"{place} có 01/10 {what}, chiếm 10%."
    assert white(0, 1000) == f"{place} không có {what} (0/1.000)."
    assert white(12, 12) == f"{place} có 12/12 {what}, chiếm 100%."
    assert white(0, 0).endswith("mẫu số bằng 0.")
    what = "người trong độ tuổi tham gia ít nhất một tổ chức, hội (tỷ lệ tập hợp)"
    assert gathered(0, 50) == f"{place} chưa có {what} (0/50)."
    assert gathered(50, 50) == f"{place} có toàn bộ 50/50 {what}, đạt 100%."
    assert gathered(9, 9) == f"{place} có toàn bộ 09/09 {what}."
    assert gathered(1, 1) == f"{place} có 01/01 {what}."
    assert gathered(99999, 100000) == f"{place} có 99.999/100.000 {what}, chiếm 99,999%."


def test_sentences_of_counts_rates_and_indices():
    place = "Năm 2024, huyện Tam Nông"
    what = "cuộc đối thoại của người đứng đầu với đoàn viên, hội viên, nhân dân"
    assert sentences(measure("cuoc_doi_thoai", 1))[TALKS] == f"{place} có 01 {what}."
    assert sentences(measure("cuoc_doi_thoai", 0))[TALKS] == f"{place} chưa có {what}."
    disputes = by_measures("vu_viec_dong_nguoi")
    said = sentences(measure("vu_viec_dong_nguoi", 0))[disputes]
    assert said == f"{place} không có vụ việc khiếu kiện đông người, vượt cấp, kéo dài."
    said = sentences(measure("cuoc_doi_thoai", 3), measure("luot_nguoi_doi_thoai", 100))[PER_TALK]
    assert said == "Năm 2024, tại huyện Tam Nông, lượt người dự bình quân một cuộc đối thoại là 33,33 (100/03)."
    said = sentences(measure("ddci_diem", None, score=71.5))[INDEX]
    assert said.startswith("Năm 2024, tại huyện Tam Nông, chỉ số năng lực cạnh tranh") and "đạt 71,50 điểm." in said
    assert sentences(measure("so_hoi_quan", 12))[by_measures("so_hoi_quan")].startswith(f"{place} có 12 Hội quán")


def test_sentences_say_who_is_missing_and_of_whom():
    said = sentences(measure("cuoc_doi_thoai", 3), area="87")[TALKS]
    assert said.startswith("Năm 2024, có 03 cuộc đối thoại")
    assert said.endswith("còn 11/12 đơn vị chưa gửi báo cáo hoặc báo cáo chưa đủ.")
    table = supporting_table(indicators(measure("luot_hoi_vien", 9, organisation="phu_nu")), FACTS)
    said = table.filter(area_id="871", organisation="phu_nu")["sentence_vi"].item()
    assert said.startswith("Năm 2024, Hội Liên hiệp Phụ nữ huyện Tam Nông có 09 đoàn viên, hội viên")
    silent = table.filter(area_id="872", organisation="tat_ca").row(0, named=True)
    assert silent["sentence_vi"] == "Chưa có số liệu báo cáo về nội dung này (không có nghĩa là chưa thực hiện)."
    assert silent["reason"] == "khong_co_so_lieu" and silent["reason"] in FACTS.methods["supporting"]["reasons"]


def test_every_indicator_reads_clean():
    """Each title goes into its sentence: no double spaces, no capital in the middle but a name's, one full stop."""
    rows = []
    for i in SUPPORTING.iter_rows(named=True):
        for m in items(i["numerator"]) + items(i["denominator"]):
            index = i["kind"] == "index"
            rows.append(measure(m, None if index else 40, score=55.5 if index else None))
    rows = [dict(pairs) for pairs in dict.fromkeys(tuple(r.items()) for r in rows)]
    table = supporting_table(indicators(*rows), FACTS).filter(area_id="871", organisation="tat_ca")
    assert set(table["indicator_id"]) == set(SUPPORTING["indicator_id"])
    for said in table["sentence_vi"]:
        assert said.startswith("Năm 2024, ") and said.endswith(".") and "  " not in said and "{" not in said, said
        assert "đạt chỉ tiêu" not in said and "chưa đạt" not in said


def test_an_empty_table_has_its_columns():
    empty = supporting_table(Indicators.create_empty(), FACTS)
    full = supporting_table(indicators(measure("cuoc_doi_thoai", 3)), FACTS)
    assert empty.schema == full.schema and full.select(KEYS).null_count().sum_horizontal().item() == 0
    assert full.equals(full.sort(KEYS))


# The door


def test_a_return_of_supporting_measures_reads_back(tmp_path: Path):
    """Headers as an office writes them, not the facts' labels."""
    columns = {
        "Số hộ gia đình": "ho_gia_dinh",
        "Số hộ trắng đoàn viên, hội viên": "ho_trang_doan_vien_hoi_vien",
        "Số người trong độ tuổi": "nguoi_trong_do_tuoi",
        "Số người tham gia ít nhất 01 tổ chức, hội": "nguoi_tham_gia_it_nhat_mot_hoi",
        "Số lượt đoàn viên, hội viên": "luot_hoi_vien",
        "Số cuộc đối thoại": "cuoc_doi_thoai",
        "Số ngày tiếp công dân": "ngay_tiep_dan",
        "Số cuộc BTV làm việc với UBND": "btv_lam_viec_uy_ban",
        "Số cuộc BTV làm việc với khối dân vận": "btv_lam_viec_khoi_dan_van",
        "Cán bộ dân vận hiện có": "can_bo_dan_van",
        "Cán bộ trẻ": "can_bo_dan_van_tre",
        "Cán bộ nữ": "can_bo_dan_van_nu",
        "Dân vận khéo đăng ký": "dan_van_kheo_dang_ky",
        "Dân vận khéo được công nhận": "dan_van_kheo_cong_nhan",
        "Mô hình trong tôn giáo": "mo_hinh_ton_giao",
        "Hộ tham gia Tổ NDTQ": "ho_tham_gia_to_ndtq",
    }
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["HUYỆN UỶ TAM NÔNG"], ["KẾT QUẢ CÔNG TÁC DÂN VẬN NĂM 2024"], []):
        sheet.append(line)
    sheet.append(["STT", "Xã, thị trấn", *columns])
    communes = FACTS.areas.filter(pl.col("parent_id") == "871")["name"].to_list()
    for i, commune in enumerate(communes, 1):
        sheet.append([i, commune, *(17 * j + i for j in range(len(columns), 0, -1))])
    (tmp_path / "2024").mkdir()
    book.save(tmp_path / "2024" / "Tam Nong.xlsx")
    data = read_raw(tmp_path, FACTS)
    read = dict(data.measures.group_by("measure").agg(pl.col("value").sum()).iter_rows())
    n = len(communes)
    expected = {m: n * 17 * j + n * (n + 1) // 2 for j, m in enumerate(reversed(columns.values()), 1)}
    assert read == expected
    assert data.set_aside.is_empty()
    ind = compute_indicators(data, FACTS)
    assert row(ind, TALKS, "871")["amount"] == expected["cuoc_doi_thoai"]
    assert row(ind, GATHERED, "871")["denominator"] == expected["nguoi_trong_do_tuoi"]
