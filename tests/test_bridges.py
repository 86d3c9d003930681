"""Bridges in the facts: what they name exists and somebody answers for them."""

import pytest

from danvan_analysis.errors import FactsError
from danvan_analysis.facts import load_facts

GOOD = """
[trend.bridges.mot]
from_scale = "vung_manh"
to_scale = "hoan_thanh"
unit_type = "chi_hoi"
source = "Hướng dẫn thử"
status = "assumed"
"""


def overlay(tmp_path, text):
    (tmp_path / "methods.toml").write_text(text, "utf-8")
    return load_facts(tmp_path)


def test_none_ships_and_an_office_may_lay_one_over(tmp_path):
    assert load_facts().methods["trend"]["bridges"] == {}
    assert overlay(tmp_path, GOOD).methods["trend"]["bridges"]["mot"]["to_scale"] == "hoan_thanh"
    area = '[trend.bridges.hai]\nfrom_area="866"\nfrom_basis="huyen-cu"\nto_area="867"\nto_basis="huyen-cu"\n'
    assert overlay(tmp_path, area + 'source="thử"\nstatus="found"\n').methods["trend"]["bridges"]["hai"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to_scale = "hoan_thanh"\n', "", "cần from_scale và to_scale"),
        ('"hoan_thanh"', '"hoan_than"', 'to_scale ghi "hoan_than"; gần nhất: "hoan_thanh"'),
        ('"chi_hoi"', '"chi_hội"', 'unit_type ghi "chi_hội"'),
        ('source = "Hướng dẫn thử"\n', "", "thiếu source"),
        ('"assumed"', '"asumed"', 'status ghi "asumed"; gần nhất: "assumed"'),
        ("unit_type", "unit", 'không có khoá "unit"'),
        ('from_scale = "vung_manh"', "from_scale = 7", 'from_scale ghi "7"'),
        ("[trend.bridges.mot]\n", "[trend.bridges]\n", "[trend.bridges.from_scale]"),
    ],
)
def test_every_fault_is_told(tmp_path, old, new, said):
    with pytest.raises(FactsError) as error:
        overlay(tmp_path, GOOD.replace(old, new))
    assert said in str(error.value)
