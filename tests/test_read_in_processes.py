"""Many returns are read by several processes: the tables are the same, errors are raised, a hostile file costs itself only."""

from collections.abc import Callable
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from danvan_analysis.cells import isolated
from danvan_analysis.facts import load_facts
from danvan_analysis.intake import read, read_raw

from .test_numbers import book

FACTS = load_facts()
LIMITS = {**FACTS.settings["limits"], "seconds": 20}
TABLES = ("ratings", "measures", "duties", "set_aside", "sources", "parallel", "coverage", "shares", "answers")

#: A process that reads as ever, but does to files of these names what hostile ones do.
HOSTILE = """
import os
from danvan_analysis.cells.worker import main
from danvan_analysis.intake.read_file import prepare
def hostile(payload):
    usual = prepare(payload)
    def read(path, limits):
        if "chet" in path: os.abort()
        if "loi" in path: raise ZeroDivisionError("lỗi của phần mềm")
        return usual(path, limits)
    return read
main(hostile)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five returns of five years, one of them twice, and a file that cannot be read."""
    raw = tmp_path / "raw"
    for year in range(2020, 2025):
        (raw / str(year)).mkdir(parents=True)
        rows = [(1, "Xã Phú Đức", 10, 2, 5, 3, 0), (2, "Xã Phú Thành A", 12, 3, 6, 2 + year % 2, 1)]
        book(raw / str(year), rows, title=f"KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM {year}", name=f"tn {year}.xlsx")
    (raw / "2024" / "ban sao.xlsx").write_bytes((raw / "2024" / "tn 2024.xlsx").read_bytes())
    (raw / "2024" / "anh.pdf").write_bytes(b"%PDF-1.4")
    return raw


def test_the_tables_are_those_of_one_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_raw(folder, FACTS)
    monkeypatch.setattr(read, "_MANY_FILES", 2)
    for processes in (1, 2, 3):
        monkeypatch.setattr(read, "_processes", lambda processes=processes: processes)
        together = read_raw(folder, FACTS)
        for name in TABLES:
            assert_frame_equal(getattr(together, name), getattr(alone, name))
        assert together.notes == alone.notes
    assert alone.sources.height == 7
    assert alone.ratings.height > 0


def test_processes_are_kept_for_the_next_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "_idle", [])
    monkeypatch.setattr(read, "_MANY_FILES", 2)
    monkeypatch.setattr(read, "_processes", lambda: 2)
    try:
        read_raw(folder, FACTS)
        first = {worker.process.pid for worker in isolated._idle}
        read_raw(folder, FACTS)
        assert len(first) == 2
        assert {worker.process.pid for worker in isolated._idle} == first
    finally:
        isolated._end_idle()


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setattr(read, "_MANY_FILES", 2)
    monkeypatch.setattr(read, "_processes", lambda: 2)
    monkeypatch.setattr(read, "_WORKER", ("-c", HOSTILE))
    return isolated._end_idle


def test_a_file_that_ends_its_process_costs_itself_only(folder: Path, hostile: Callable[[], None]) -> None:
    (folder / "2022" / "chet.xlsx").write_bytes(b"PK")
    data = read_raw(folder, FACTS)
    lost = data.sources.filter(source_file="2022/chet.xlsx")
    assert lost["status"].to_list() == ["unreadable"]
    assert "dừng đột ngột" in str(data.set_aside.filter(source_file="2022/chet.xlsx")["message_vi"].item())
    assert set(data.ratings["year"]) == set(range(2020, 2025))
    hostile()


def test_an_error_of_ours_is_raised_with_where_it_came_from(folder: Path, hostile: Callable[[], None]) -> None:
    (folder / "2022" / "loi.xlsx").write_bytes(b"PK")
    with pytest.raises(ZeroDivisionError, match="lỗi của phần mềm") as raised:
        read_raw(folder, FACTS)
    assert any("in read" in note for note in raised.value.__notes__)
    hostile()


@pytest.mark.parametrize("command", [("-c", "pass"), ("-m", "khong_co")])
def test_without_processes_all_is_read_here(
    command: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = read_raw(folder, FACTS)
    monkeypatch.setattr(read, "_MANY_FILES", 2)
    monkeypatch.setattr(read, "_WORKER", command)
    assert_frame_equal(read_raw(folder, FACTS).ratings, alone.ratings)
