"""The yardsticks of the benchmarks are honest: they give the same rows, and the same pictures, as the library."""

import importlib
from pathlib import Path

import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.output import charts

from . import output_samples as samples

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.mark.full
def test_the_plain_script_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    make_returns = importlib.import_module("make_returns")
    read_returns = importlib.import_module("read_returns")
    make_returns.write_returns(tmp_path)
    assert len(list(tmp_path.glob("*.xlsx"))) == 60
    # `same_rows` ends with the rows that differ.
    assert read_returns.same_rows(tmp_path) > 100_000


@pytest.mark.full
def test_bare_matplotlib_draws_the_same_pictures(facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    draw_charts = importlib.import_module("draw_charts")
    tables = samples.sample(facts)
    given = {
        **{"facts": facts, "year": 2024, "indicators": tables.indicators, "assessment": tables.assessment},
        **{"changes": tables.changes, "ratings": tables.ratings},
        "returned": charts.returns_table(facts, sources=tables.sources, ratings=tables.ratings, year=2024),
    }
    (tmp_path / "ours").mkdir()
    (tmp_path / "bare").mkdir()
    pictures, counts = draw_charts.taken_apart(tmp_path / "ours", given)
    drawn = draw_charts.bare(tmp_path / "bare", facts, pictures)
    assert len(drawn) >= 9
    # `check_alike` ends with the picture that is not the same.
    draw_charts.check_alike(tmp_path / "ours", tmp_path / "bare", counts, drawn)
    counts["needed-T4"]["shape"] += 1
    with pytest.raises(SystemExit, match="needed-T4"):
        draw_charts.check_alike(tmp_path / "ours", tmp_path / "bare", counts, drawn)
