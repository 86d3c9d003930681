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
    assert said.endswith("Riêng Hội quán (60/132, 45,45%) thấp hơn mức chỉ tiêu (70%).")
