from itertools import product
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis import compute_indicators
from danvan_analysis.analysis.meetings import MEETINGS, affected, meetings
from danvan_analysis.analysis.participation_link import LINK, participation_link
from danvan_analysis.tables import Data

from .conftest import TRIAL
from .party_rows import DISTRICTS, FACTS, TAM_NONG, at, data, everywhere, figures

FULL = {"branches": 5, "held": 60, "content": 60}


def table(*parts, year=2024, **more):
    return meetings(data(*parts), FACTS, year=year, **more)


@pytest.fixture(scope="module")
def truth():
    measures = pl.read_csv(
        TRIAL / "_su-that" / "measures.csv", schema_overrides={"area_id": pl.String, "unit_id": pl.String}
    )
    return Data(ratings=None, measures=measures)


@pytest.mark.parametrize(("branches", "each"), [(1, 3), (2, 3), (3, 2), (3, 3)])
def test_chi_bo_concerned_are_those_of_every_way_to_spread_the_meetings(branches, each):
    ways = {}
    for held in product(range(each + 1), repeat=branches):
        for without in product(*(range(h + 1) for h in held)):
            found = ways.setdefault((sum(held), sum(without)), set())
            found.add(sum(w > 0 for w in without))
    for (held, without), found in ways.items():
        assert affected(without, held, branches, each) == (min(found), max(found)), (held, without)


def test_more_meetings_than_months_say_nothing_of_the_least():
    assert affected(13, 61, 5, 12) == (1, 5)
    assert affected(2, 61, 5, 12) == (1, 2)


def test_the_indicator_reads_the_same(truth):
    mine = meetings(truth, FACTS, year=2023).filter(pl.col("level") != "xa").sort("area_id")
    theirs = compute_indicators(truth, FACTS).filter(indicator_id="T4", year=2023).sort("area_id")
    assert mine["meetings"].to_list() == theirs["denominator"].to_list()
    assert mine["with_content"].to_list() == theirs["numerator"].to_list()
    assert mine["branches"].sum() == 2 * 698


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_named_chi_bo_are_counted_exactly(units):
    units = [(held, min(content, held)) for held, content in units]
    parts = [figures(TAM_NONG[0], f"U{i}", held=h, content=c) for i, (h, c) in enumerate(units)]
    row = at(table(*parts), "xa", TAM_NONG[0])
    concerned = sum(c < h for h, c in units)
    assert (row["affected_least"], row["affected_most"], row["branches"]) == (concerned, concerned, len(units))
    assert row["meetings_balance"] == sum(h for h, _ in units) - 12 * len(units)


def test_some_chi_bo_named_and_the_rest_as_one_figure():
    named = [figures(TAM_NONG[0], name, held=12, content=12) for name in "AB"]
    rest = figures(TAM_NONG[0], branches=5, held=36, content=31)
    row = at(table(*named, rest), "xa", TAM_NONG[0])
    assert (row["without_content"], row["branches"]) == (5, 5)
    assert (row["affected_least"], row["affected_most"]) == (1, 3)


def test_sums_over_communes_are_bounds_of_bounds():
    communes = [figures(code, branches=5, held=60, content=60 - k) for k, code in enumerate(TAM_NONG)]
    row = at(table(*communes), "huyen", "871")
    assert row["without_content"] == sum(range(12))
    assert (row["affected_least"], row["affected_most"]) == (11, sum(min(k, 5) for k in range(12)))


@pytest.mark.parametrize(
    ("period", "held", "question", "said"),
    [
        ("nam", 60, None, None),
        ("nam", 58, "thieu_ky_sinh_hoat", "ít hơn mức 12 kỳ một chi bộ là 02 kỳ (58/60)"),
        ("nam", 63, "nhieu_hon_du_kien", "nhiều hơn mức 12 kỳ một chi bộ là 03 kỳ (63/60)"),
        ("6-thang", 30, None, None),
        ("quy-2", 14, "thieu_ky_sinh_hoat", "ít hơn mức 03 kỳ một chi bộ là 01 kỳ (14/15)"),
        ("nhiem-ky", 280, None, None),
    ],
)
def test_meetings_to_expect(period, held, question, said):
    parts = everywhere(period=period, branches=5, held=held, content=held)
    row = at(table(parts, period=period), "huyen", "871")
    assert row["question"] == question
    assert (said or "") in row["sentence_vi"]
    assert ("một chi bộ là" in row["sentence_vi"]) is (question is not None)


def test_none_one_and_all():
    row = at(table(everywhere(**FULL)), "tinh")
    assert (row["attained"], row["without_content"], row["affected_most"]) == ("met", 0, 0)
    assert "toàn bộ 720/720" in row["sentence_vi"]
    row = at(table(everywhere(branches=5, held=60, content=0)), "huyen", "871")
    assert (row["affected_least"], row["affected_most"]) == (5, 5)
    assert "chưa có kỳ sinh hoạt" in row["sentence_vi"]
    assert "thuộc 05/05 chi bộ" in row["sentence_vi"]
    row = at(table(everywhere(branches=5, held=60, content=59)), "huyen", "871")
    assert (row["affected_least"], row["affected_most"], row["attained"]) == (1, 1, "not_met")


def test_small_and_silent():
    first = TAM_NONG[0]
    found = table(
        figures(first, "A", held=12, content=11, members=9, exempt=0, taking=9),
        figures(first, "B", held=12, content=11, members=10, exempt=0, taking=9),
        figures(first, "C", held=6, content=6, members=20, exempt=0, taking=9),
        figures(first, "D", held=12, members=20, exempt=0, taking=9),
        figures(first, "E", held=0, content=0, members=20, exempt=0, taking=9),
    )
    reasons = {row["unit_name"]: row["reason"] for row in found.filter(level="chi_bo").to_dicts()}
    assert reasons == {"A": "nho", "B": None, "C": "nho_mau_so", "D": "thieu_so_lieu", "E": "khong_co_ky"}
    assert found.filter(level="chi_bo", unit_name="A")["value"].to_list() == [None]
    row = at(found, "xa", first)
    assert (row["meetings"], row["missing"], row["question"]) == (30, 12, None)
    silent = at(table(everywhere(but=["871"], **FULL)), "huyen", "871")
    assert (silent["reason"], silent["meetings"], silent["missing"]) == ("chua_co_bao_cao", None, None)
    assert dict(table().schema) == MEETINGS


# The link between the two.


def link(*parts, year=2024):
    return participation_link(data(*parts), FACTS, year=year)


def district(code, without, taking):
    return figures(code, branches=10, held=120, content=120 - without, members=300, exempt=0, taking=taking)


def test_a_link_between_districts():
    found = link(*[district(code, k, 290 - k) for k, code in enumerate(DISTRICTS)]).filter(level="huyen")
    row = found.row(0, named=True)
    assert (row["tau"], row["method"], row["evidence"], row["units"]) == (-1, "kendall_exact", "clear", 12)
    # Two orders of 12! are as far apart as these.
    assert row["p_value"] == pytest.approx(2 / 479001600)
    assert "thường có tỷ lệ đảng viên tham gia thấp hơn (hệ số Kendall -1,00, p dưới 0,001)" in row["sentence_vi"]
    assert "không nói lên từng chi bộ, từng đảng viên" in row["sentence_vi"]
    turned = link(*[district(code, k, 270 + k) for k, code in enumerate(DISTRICTS)]).filter(level="huyen")
    assert "đề nghị xem lại cách ghi chép" in turned["sentence_vi"][0]


def test_what_districts_share_is_no_link_within_them():
    communes = FACTS.areas.filter(pl.col("parent_id").is_in(DISTRICTS), pl.col("valid_to") > pl.date(2024, 12, 31))
    rng = Random(4)
    parts = []
    for code, parent in communes.select("area_id", "parent_id").iter_rows():
        level = 3 * DISTRICTS.index(parent)
        parts.append(district(code, level + rng.randrange(6), 290 - level - rng.randrange(6)))
    rows = {row["level"]: row for row in link(*parts).to_dicts()}
    assert rows["huyen"]["evidence"] == "clear"
    assert rows["xa"]["evidence"] == "chance"
    assert rows["xa"]["groups"] == 12
    assert rows["chi_bo"]["reason"] == "chua_co_den_cap_nay"
    assert "so trong cùng huyện, thành phố, chưa đủ cơ sở" in rows["xa"]["sentence_vi"]


def test_no_variation_and_too_few():
    rows = link(*[district(code, 0, 300) for code in DISTRICTS]).filter(level="huyen").to_dicts()
    assert (rows[0]["reason"], rows[0]["tau"], rows[0]["evidence"]) == ("khong_co_chenh_lech", None, None)
    assert "các địa bàn không chênh lệch" in rows[0]["sentence_vi"]
    few = link(*[district(code, k, 290 - k) for k, code in enumerate(DISTRICTS[:5])]).filter(level="huyen").to_dicts()
    assert (few[0]["reason"], few[0]["units"], few[0]["left_out"]) == ("it_dia_ban", 5, 7)
    assert dict(link().schema) == LINK


def test_parts_with_something_missing_are_left_out():
    parts = [district(code, k, 290 - k) for k, code in enumerate(DISTRICTS[1:])]
    parts.append(figures("866", branches=10, held=120, content=60, members=300, taking=200))
    row = link(*parts).filter(level="huyen").row(0, named=True)
    assert (row["units"], row["left_out"]) == (11, 1)
    # A district whose communes are not all there has no share of its own either.
    parts = [district(code, k, 290 - k) for k, code in enumerate(DISTRICTS) if code != "871"]
    parts += [district(code, 1, 280) for code in TAM_NONG[1:]]
    row = link(*parts).filter(level="huyen").row(0, named=True)
    assert (row["units"], row["left_out"]) == (11, 1)
    small = [figures(TAM_NONG[0], f"U{i}", held=12, content=i, members=9, exempt=0, taking=9 - i) for i in range(9)]
    row = link(*small).filter(level="chi_bo").row(0, named=True)
    assert (row["units"], row["left_out"], row["reason"]) == (0, 9, "it_dia_ban")
