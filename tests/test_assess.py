from math import sqrt
from statistics import NormalDist

import polars as pl
import pytest

from danvan_analysis.analysis import assess_targets
from danvan_analysis.tables import Assessment, Indicators

from .indicator_rows import FACTS, TAM_NONG, assess, row, verdict


@pytest.mark.parametrize(
    ("arguments", "attained", "margin", "evidence"),
    [
        (("T1", 71, 78), "met", 0, "chance"),
        (("T1", 70, 78), "not_met", -1, "chance"),
        (("T1", 9, 10), "not_met", -1, "chance"),
        (("T1", 28, 28), "met", 2, "chance"),
        (("T1", 29, 29), "met", 2, "clear"),
        (("T1", 95, 100), "met", 4, "chance"),
        (("T1", 96, 100), "met", 5, "clear"),
        (("T1", 85, 100), "not_met", -6, "chance"),
        (("T1", 84, 100), "not_met", -7, "clear"),
        (("T1", 40, 50), "not_met", -6, "clear"),
        (("T1", 41, 50), "not_met", -5, "chance"),
        (("T2", 686, 858), "not_met", -1, "chance"),
        (("T2", 687, 858), "met", 0, "chance"),
        (("T3", 0, 2), "not_met", -2, "chance"),
        (("T3", 0, 30), "not_met", -21, "clear"),
        (("T4", 720, 720), "met", 0, None),
        (("T4", 719, 720), "not_met", -1, None),
        (("T5", 90, 100), "met", 0, "chance"),
        (("T7a", 59, 60), "not_met", -1, None),
    ],
)
def test_verdict_margin_evidence(arguments, attained, margin, evidence):
    given = verdict(*arguments)
    assert (given["attained"], given["margin_units"], given["evidence"]) == (attained, margin, evidence)


def test_missing_units():
    given = verdict("T1", 66, 70, missing=8, senders_missing=2)
    assert (given["attained"], given["evidence"]) == ("undecided", None)
    assert (given["lower_bound"], given["upper_bound"]) == (66 / 78, 74 / 78)
    assert verdict("T3", 9000, 10000, missing=2000, senders_missing=1)["attained"] == "met"
    assert verdict("T1", 60, 77, missing=1, senders_missing=1)["attained"] == "not_met"
    unknown = verdict("T3", 9000, 10000, missing=None, senders_missing=1)
    assert (unknown["attained"], unknown["lower_bound"], unknown["upper_bound"]) == ("undecided", 0, 1)


def test_nothing_received():
    silent = {"missing": None, "senders_missing": 1}
    reported = row("T3", 9000, 10000, missing=None, senders_missing=1)
    both = assess(reported, row("T3", None, None, **TAM_NONG | silent))
    assert both["attained"].to_list() == ["undecided", "undecided"]
    # Where nobody sent anything and nothing is known, there is no data.
    alone = assess(row("T7a", None, None, missing=None, senders_missing=12))
    assert alone["attained"].to_list() == ["no_data"]
    assert alone["upper_bound"].to_list() == [None]
    # A known roster is owed, whoever is silent; a base of nothing is no data.
    assert verdict("T1", None, None, missing=78, senders_missing=13)["attained"] == "undecided"
    assert verdict("T5", None, None)["attained"] == "no_data"
    assert verdict("T3", 0, 0, unrated=3)["attained"] == "no_data"


@pytest.mark.parametrize(
    ("more", "attained"),
    [
        ({"year": 2020}, "not_applicable"),
        ({"year": 2021}, "met"),
        ({"year": 2025}, "met"),
        ({"year": 2026}, "expired"),
        ({"period": "6-thang"}, "not_due"),
        ({"period": "quy-1"}, "not_due"),
        ({"period": "nhiem-ky"}, "met"),
    ],
)
def test_when_a_target_applies(more, attained):
    assert verdict("T1", 78, 78, **more)["attained"] == attained


def test_meetings_are_due_in_every_period():
    assert verdict("T4", 100, 100, period="6-thang")["attained"] == "met"


@pytest.mark.parametrize("indicator_id", ["T6", "T7b"])
def test_targets_of_the_term(indicator_id):
    assert verdict(indicator_id, 50, 60)["attained"] == "not_due"
    assert verdict(indicator_id, 60, 60)["attained"] == "met"
    assert verdict(indicator_id, 50, 60, year=2025)["attained"] == "not_met"
    assert verdict(indicator_id, 50, 60, period="nhiem-ky")["attained"] == "not_met"
    assert verdict(indicator_id, 50, 60, year=2025, numerator_most=60)["attained"] == "undecided"
    assert verdict(indicator_id, 50, 60, year=2025, numerator_most=59)["attained"] == "not_met"


def test_columns_and_key():
    rows = [row(t) for t in ("T1", "T2")] + [row("B01")]
    given = assess(*rows)
    assert given["target_id"].to_list() == ["T1", "T2"]
    assert (given["operator"].to_list(), given["target"].to_list()) == ([">", ">="], [90, 80])
    assert given.columns == list(Assessment.columns())
    assert assess_targets(Indicators.create_empty(), FACTS).is_empty()


def test_a_kind_below_the_level_is_named():
    pool = row("T3", 13000, 15000)
    kinds = [row("T3", 60, 132, unit_type="hoi_quan"), row("T3", 12940, 14868, unit_type="to_ndtq")]
    said = assess(pool, *kinds).filter(unit_type="tat_ca")["sentence_vi"][0]
    assert "đạt chỉ tiêu Nghị quyết (70%)" in said
    assert "Phần lớn số đơn vị được tính là Tổ nhân dân tự quản (14.868/15.000)." in said
    assert said.endswith("Riêng Hội quán (60/132, 45,45%) thấp hơn mức chỉ tiêu (70%).")
    # Where all kinds pass, or the pool itself does not, nothing stands apart.
    passing = [row("T3", 100, 132, unit_type="hoi_quan"), kinds[1]]
    assert "Riêng" not in assess(pool, *passing).filter(unit_type="tat_ca")["sentence_vi"][0]
    assert "Phần lớn" not in assess(pool, *passing).filter(unit_type="tat_ca")["sentence_vi"][0]
    assert "Riêng" not in assess(row("T3", 9000, 15000), *kinds).filter(unit_type="tat_ca")["sentence_vi"][0]


def test_a_kind_that_rounds_to_the_level_is_printed_apart_from_it():
    kinds = [row("T3", 6999, 10000, unit_type="chi_hoi"), row("T3", 69998, 100000, unit_type="to_ndtq")]
    said = assess(row("T3", 80000, 100000), *kinds).filter(unit_type="tat_ca")["sentence_vi"][0]
    assert "chi hội (6.999/10.000, 69,99%) và Tổ nhân dân tự quản (69.998/100.000, 69,998%) thấp hơn" in said


def test_the_other_reading_counts_the_unrated():
    """Bắc Kạn 2016 prints 700 of 789 unions, 19 of them unrated: 90,91 % of the 770 rated, 88,72 % of all."""
    given = verdict("T1", 700, 770, unrated=19)
    assert (given["attained"], given["attained_with_unrated"]) == ("met", "not_met")
    assert given["value_with_unrated"] == 700 / 789
    assert given["sentence_vi"].endswith(
        "Ngoài ra, có 19 tổ chức chưa xếp loại, không đưa vào tính tỷ lệ. Nếu tính cả số này vào mẫu số thì là 700/789, "
        "chiếm 88,72%, chưa đạt chỉ tiêu."
    )
    # Where the verdict stands in both readings, the sentence does not trouble the reader.
    same = verdict("T3", 700, 770, unrated=19)
    assert (same["attained_with_unrated"], "Nếu tính cả" in same["sentence_vi"]) == ("met", False)
    assert verdict("T3", 700, 770)["value_with_unrated"] == 700 / 770
    ours = {**TAM_NONG, "unrated": 2}
    compared = verdict("T1", 6, 6, **ours)["sentence_vi"]
    assert compared.endswith("Nếu tính cả số này vào mẫu số thì là 06/08, không còn giữ được mức này.")
    # Missing units on top: what was settled is open again.
    open_again = verdict("T1", 95, 100, unrated=5, missing=1, senders_missing=1)
    assert (open_again["attained"], open_again["attained_with_unrated"]) == ("met", "undecided")
    assert open_again["sentence_vi"].endswith("chưa đủ số liệu để xác định mức độ đạt chỉ tiêu.")
    for state in ({"period": "6-thang"}, {"year": 2026}):
        given = verdict("T1", 700, 770, unrated=19, **state)
        assert given["attained_with_unrated"] == given["attained"]
    assert verdict("T3", 0, 0, unrated=3)["value_with_unrated"] is None


def test_the_columns_of_the_contract_are_enough():
    rows = pl.DataFrame([row("T1", 71, 78), row("T1", 70, 78, **TAM_NONG)], infer_schema_length=None)
    bare = rows.drop("numerator_most", "senders_missing", "senders_expected", "scales")
    given, full = (assess_targets(Indicators.validate(rows, cast=True), FACTS), assess_targets(bare, FACTS))
    assert full.drop("senders_expected", "senders_missing").equals(given.drop("senders_expected", "senders_missing"))


@pytest.mark.parametrize("indicator_id", ["T1", "T2", "T3", "T5"])
def test_evidence_by_the_score_test_and_by_the_binomial_tail(indicator_id):
    """The truth without an interval: the score test at the level, and at the ends the tail of the binomial."""
    target = FACTS.targets.filter(indicator_id=indicator_id).row(0, named=True)
    p, z = target["target"] / 100, NormalDist().inv_cdf(0.975)
    for n in (1, 2, 5, 9, 13, 28, 29, 50, 78):
        for given in assess(*[row(indicator_id, x, n, organisation=f"o{x:03}") for x in range(n + 1)]).to_dicts():
            x = int(given["organisation"][1:])
            tail = p**n if x else (1 - p) ** n
            clear = tail < 0.05 if x in (0, n) else abs(x / n - p) > z * sqrt(p * (1 - p) / n)
            assert given["attained"] in ("met", "not_met")
            assert given["evidence"] == ("clear" if clear else "chance"), (n, x)


def test_evidence_is_for_verdicts_on_shares_only():
    for more in ({"period": "6-thang"}, {"year": 2026}, {"year": 2019}, {"missing": 40, "senders_missing": 3}):
        assert verdict("T1", 70, 78, **more)["evidence"] is None
    for indicator_id in ("T4", "T6", "T7a", "T7b"):
        assert verdict(indicator_id, 40, 60, year=2025)["evidence"] is None


def test_a_bound_that_rounds_to_the_level_is_printed_apart_from_it():
    said = verdict("T2", 79998, 99990, missing=10, senders_missing=1)["sentence_vi"]
    assert "tỷ lệ có thể từ 79,998% đến 80,01%" in said
    # Without a verdict the share itself too: 17.999 of 20.000 is not 90 %.
    assert "chiếm 89,995%. Chưa đến kỳ đánh giá." in verdict("T1", 17999, 20000, period="6-thang")["sentence_vi"]
