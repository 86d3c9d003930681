import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.exemption import standing_out
from danvan_analysis.analysis.participation import PARTICIPATION, participation
from danvan_analysis.analysis.withhold import withhold_small

from .party_rows import DISTRICTS, FACTS, TAM_NONG, data, figures

COUNTS = ["members", "exempted", "base", "participating", "missing", "margin_units", "needed", "blank_members"]


def table(*parts):
    return participation(data(*parts), FACTS, year=2024)


def chi_bo(area, sizes, blank=()):
    return [
        figures(area, f"Chi bộ {i}", members=m, taking=m // 2, **({} if i in blank else {"exempt": 0}))
        for i, m in enumerate(sizes)
    ]


def kept(found, level):
    return sorted(found.filter(level=level)["members"].drop_nulls().to_list())


def test_one_small_chi_bo_takes_the_next_smallest_with_it():
    found = withhold_small(table(*chi_bo(TAM_NONG[0], [8, 30, 40, 50])), FACTS)
    assert kept(found, "chi_bo") == [40, 50]
    assert kept(found, "xa") == [128]
    out = found.filter(pl.col("members").is_null(), level="chi_bo").sort("unit_id")
    assert out["reason"].to_list() == ["nho", "khong_tinh_gian_tiep"]
    assert out.select(COUNTS).null_count().row(0) == (2,) * len(COUNTS)
    assert all("dưới 10 đảng viên" in said for said in out["sentence_vi"])


def test_two_that_are_still_few_together_take_a_third():
    assert kept(withhold_small(table(*chi_bo(TAM_NONG[0], [3, 4, 30, 40])), FACTS), "chi_bo") == [40]
    assert kept(withhold_small(table(*chi_bo(TAM_NONG[0], [6, 5, 30, 40])), FACTS), "chi_bo") == [30, 40]


def test_a_commune_of_one_small_chi_bo_goes_with_it_and_takes_a_neighbour():
    others = [figures(code, members=100 + k, exempt=0, taking=90) for k, code in enumerate(TAM_NONG[1:])]
    found = withhold_small(table(*chi_bo(TAM_NONG[0], [8]), *others), FACTS)
    assert kept(found, "xa") == list(range(101, 111))
    assert len(kept(found, "huyen")) == 1


def test_a_small_rest_that_is_not_named_is_protected_too():
    named = [row for unit in chi_bo(TAM_NONG[0], [30, 40, 50]) for row in unit]
    rest = figures(TAM_NONG[0], members=6, exempt=0, taking=3)
    assert kept(withhold_small(table(named, rest), FACTS), "chi_bo") == [40, 50]
    # A large rest hides a small chi bộ by itself.
    rest = figures(TAM_NONG[0], members=60, exempt=0, taking=3)
    named += figures(TAM_NONG[0], "Chi bộ 9", members=5, exempt=0, taking=3)
    assert kept(withhold_small(table(named, rest), FACTS), "chi_bo") == [30, 40, 50]


def test_nothing_small_nothing_withheld():
    before = table(*chi_bo(TAM_NONG[0], [10, 30, 40]))
    assert withhold_small(before, FACTS).equals(before)
    assert dict(withhold_small(table(), FACTS).schema) == PARTICIPATION


def test_a_blank_exemption_of_a_small_chi_bo_shows_nowhere():
    found = withhold_small(table(*chi_bo(TAM_NONG[0], [8, 30, 40], blank=[0])), FACTS)
    assert found["blank_members"].drop_nulls().unique().to_list() == [0]
    assert not any("07" in (said or "") or "08" in (said or "") for said in found["sentence_vi"])


trees = st.dictionaries(
    st.sampled_from([(d, c) for d in range(3) for c in range(3)]),
    st.lists(st.integers(1, 25), min_size=1, max_size=4),
    min_size=1,
)


@settings(max_examples=25, deadline=None)
@given(trees)
def test_no_subtraction_gives_a_small_group_back(tree):
    """The reader knows all printed rows and that children add up: no small group's members follow from that."""
    areas = {
        (d, c): FACTS.areas.filter(pl.col("parent_id") == DISTRICTS[5 + d], pl.col("valid_to").is_not_null())[
            "area_id"
        ].sort()[c]
        for d, c in tree
    }
    before = table(*[row for key, sizes in tree.items() for row in chi_bo(areas[key], sizes)])
    after = withhold_small(before, FACTS)
    rows = before.sort("level", "area_id", "unit_id").to_dicts()
    shown = {(r["level"], r["area_id"], r["unit_id"]) for r in after.to_dicts() if r["members"] is not None}
    index = {(r["level"], r["area_id"], r["unit_id"]): i for i, r in enumerate(rows) if r["members"] is not None}
    sizes = np.array([r["members"] for r in rows if r["members"] is not None])
    index = {key: i for i, key in enumerate(index)}
    parent = {}
    for level, area, unit in index:
        home = FACTS.areas.filter(area_id=area)["parent_id"][-1]
        parent[level, area, unit] = {
            "chi_bo": ("xa", area, ""), "xa": ("huyen", home, ""), "huyen": ("tinh", "87", ""), "tinh": None
        }[level]  # fmt: skip
    equations = []
    for above in {p for p in parent.values() if p}:
        line = np.zeros(len(index))
        line[index[above]] = -1
        for key, p in parent.items():
            if p == above:
                line[index[key]] = 1
        equations.append(line)
    for key in shown:
        line = np.zeros(len(index))
        line[index[key]] = 1
        equations.append(line)
    rank = np.linalg.matrix_rank(equations)
    for key, i in index.items():
        if sizes[i] < 10 and (key in shown or key[0] == "chi_bo"):
            assert key not in shown
            line = np.zeros(len(index))
            line[i] = 1
            assert np.linalg.matrix_rank([*equations, line]) == rank + 1, key


# Exempted shares that stand out.


def test_the_spread_never_makes_units_stand_out():
    found = standing_out([5] * 11 + [6], [100] * 12, least=5, winsorised=0.1)
    assert found.phi == 1
    assert found.q_spread == pytest.approx(found.q)


def test_the_tail_is_that_of_every_allocation():
    from math import comb

    x, n = [3, 1, 0, 1, 2], [6, 5, 4, 6, 7]
    found = standing_out(x, n, least=5, winsorised=0.1)
    some, whole = sum(x), sum(n)
    for p, k, m in zip(found.p, x, n, strict=True):
        ways = sum(comb(m, j) * comb(whole - m, some - j) for j in range(k, min(m, some) + 1))
        assert p == pytest.approx(ways / comb(whole, some))
    assert found.rest[0] == 4 / 22
    ordered = sorted(found.p)
    by_hand = [min(ordered[j] * 5 / (j + 1) for j in range(i, 5)) for i in range(5)]
    assert sorted(found.q) == pytest.approx(by_hand)


def test_false_alarms_where_all_have_the_same_share():
    rng = np.random.default_rng(77)
    n = rng.integers(20, 60, 143)
    alarms = sum(
        min(standing_out(rng.binomial(n, 0.065).tolist(), n.tolist(), least=5, winsorised=0.1).q) <= 0.05
        for _ in range(400)
    )
    # Under no difference at all, the rate of any flag is at most the level (discrete tails: less).
    assert alarms / 400 <= 0.06


def test_planted_shares_are_found():
    rng = np.random.default_rng(78)
    found = alone = 0
    for _ in range(100):
        n = rng.integers(35, 55, 60)
        x = rng.binomial(n, 0.065)
        x[0] = rng.binomial(n[0], 0.40)
        q = standing_out(x.tolist(), n.tolist(), least=5, winsorised=0.1).q
        found += q[0] <= 0.05
        alone += sum(value <= 0.05 for value in q[1:])
    assert found >= 95
    assert alone <= 10


def test_where_shares_differ_everywhere_the_spread_is_allowed_for():
    rng = np.random.default_rng(79)
    n = np.full(60, 45)
    x = rng.binomial(n, rng.beta(2, 14, 60))
    found = standing_out(x.tolist(), n.tolist(), least=5, winsorised=0.1)
    assert found.phi > 1.5
    plain = {i for i, q in enumerate(found.q) if q <= 0.05}
    wide = {i for i, q in enumerate(found.q_spread) if q <= 0.05}
    assert len(wide) < len(plain)
    assert wide <= plain


@pytest.mark.parametrize(("x", "n", "reason"), [
    ([1, 2], [10, 10], "it_don_vi"), ([0] * 6, [10] * 6, "khong_co_mien"), ([10] * 6, [10] * 6, "khong_co_chenh_lech"),
])  # fmt: skip
def test_no_answer(x, n, reason):
    found = standing_out(x, n, least=5, winsorised=0.1)
    assert (found.reason, found.p) == (reason, [None] * len(x))
