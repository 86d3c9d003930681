"""The yardstick of the benchmarks is honest: it gives the same rows as the library."""

import importlib
from pathlib import Path

import pytest

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
