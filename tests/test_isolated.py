"""Files are opened in a process of their own: none can end or hang the run, none is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from danvan_analysis.cells import isolated, open_files
from danvan_analysis.cells.sheet import Document
from danvan_analysis.facts import load_facts

LIMITS = {**load_facts().settings["limits"], "seconds": 20}

#: A worker that does to files of these names what hostile ones do to the reader of values.
HOSTILE = """
import os, sys, time
from danvan_analysis.cells import worker
usual = worker.open_file
def open_file(path, limits):
    if "chet" in path: os.abort()
    if "treo" in path:
        while True: time.sleep(60)
    if "hai-lan" in path and seen: os._exit(3)
    seen.append(path)
    if "in-ra" in path: print("rac", flush=True); os.write(1, b"rac")
    return usual(path, limits)
seen = []
worker.open_file = open_file
worker.main()
"""


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process numbers of the workers a test starts; none of them is kept for other tests."""
    started: list[int] = []
    usual = isolated._Worker

    def start(command: Sequence[str]) -> isolated._Worker:
        worker = usual(command)
        started.append(worker.process.pid)
        return worker

    monkeypatch.setattr(isolated, "_idle", [])
    monkeypatch.setattr(isolated, "_Worker", start)
    yield started
    isolated._end_idle()


def files(folder: Path, *names: str) -> list[Path]:
    for number, name in enumerate(names):
        (folder / name).write_text(f"a;b\n{number};1\n", "utf-8")
    return [folder / name for name in names]


def first_cells(found: list[list[Document]]) -> list[object]:
    return [documents[0].problem or documents[0].sheets[0].rows[1][0] for documents in found]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_files_come_in_order(tmp_path: Path, workers: list[int]) -> None:
    paths = files(tmp_path, *(f"{n}.csv" for n in range(20)))
    assert first_cells(list(open_files(paths, LIMITS))) == [str(n) for n in range(20)]
    assert len(workers) == 1


def test_a_worker_is_used_again(tmp_path: Path, workers: list[int]) -> None:
    for _ in range(3):
        list(open_files(files(tmp_path, "a.csv"), LIMITS))
    assert len(workers) == 1


def test_only_two_files_are_opened_ahead(tmp_path: Path, workers: list[int]) -> None:
    asked: list[Path] = []

    def paths() -> Iterator[Path]:
        for path in files(tmp_path, *(f"{n}.csv" for n in range(9))):
            asked.append(path)
            yield path

    with closing(open_files(paths(), LIMITS)) as opened:
        next(opened)
        assert len(asked) == 3


@pytest.mark.parametrize(("name", "sentence"), [("chet.csv", "dừng đột ngột"), ("treo.csv", "quá lâu")])
def test_one_bad_file_is_one_sentence(
    name: str, sentence: str, tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "COMMAND", ["-c", HOSTILE])
    limits = {**LIMITS, "seconds": 2} if "treo" in name else LIMITS
    found = list(open_files(files(tmp_path, "a.csv", "b.csv", name, "c.csv", "d.csv"), limits))
    told = first_cells(found)
    assert sentence in str(told.pop(2))
    assert told == ["0", "1", "3", "4"]
    assert found[2][0].data == (tmp_path / name).read_bytes()
    assert all(gone(pid) for pid in workers[:-1])


def test_a_file_that_fails_after_others_is_tried_alone(
    tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "COMMAND", ["-c", HOSTILE])
    assert first_cells(list(open_files(files(tmp_path, "a.csv", "hai-lan.csv", "b.csv"), LIMITS))) == ["0", "1", "2"]


def test_what_a_library_prints_does_not_disturb(
    tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "COMMAND", ["-c", HOSTILE])
    assert first_cells(list(open_files(files(tmp_path, "in-ra.csv", "b.csv"), LIMITS))) == ["0", "1"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_an_interrupted_run_leaves_no_process(stop: type[BaseException], tmp_path: Path, workers: list[int]) -> None:
    with pytest.raises(stop), closing(open_files(files(tmp_path, *"abcdef"), LIMITS)) as opened:
        next(opened)
        raise stop
    assert len(workers) == 1
    assert gone(workers[0])


@pytest.mark.parametrize("command", [["-c", "pass"], ["-c", "print('khac')"], ["-m", "khong_co"]])
def test_without_a_worker_files_are_opened_here(
    command: list[str], tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "COMMAND", command)
    assert first_cells(list(open_files(files(tmp_path, "a.csv", "b.csv"), LIMITS))) == ["0", "1"]


def test_a_frozen_program_starts_no_process(
    tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert first_cells(list(open_files(files(tmp_path, "a.csv"), LIMITS))) == ["0"]
    assert workers == []


def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path, workers: list[int]) -> None:
    (path,) = files(tmp_path, "a.csv")
    path.unlink()
    assert "Không mở được tệp" in str(first_cells(list(open_files([path], LIMITS)))[0])


def test_a_module_of_the_same_name_beside_the_data_is_not_run(
    tmp_path: Path, workers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zipfile.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert first_cells(list(open_files(files(tmp_path, "a.csv"), LIMITS))) == ["0"]
    assert len(workers) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_memory_is_limited(tmp_path: Path, workers: list[int]) -> None:
    (tmp_path / "lon.csv").write_text("1;2;3;4;5;6;7;8\n" * 190_000)
    paths = [tmp_path / "lon.csv", *files(tmp_path, "a.csv")]
    told = first_cells(list(open_files(paths, {**LIMITS, "megabytes": 120})))
    assert "bộ nhớ" in str(told[0]) or "đột ngột" in str(told[0])
    assert told[1] == "0"


def test_the_worker_is_light() -> None:
    code = "import sys, danvan_analysis.cells.worker; print([m for m in ('polars', 'openpyxl', 'docx') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_script_without_a_guard_and_ctrl_c_leave_no_process(tmp_path: Path) -> None:
    script = tmp_path / "chay.py"
    script.write_text(
        "import os, signal\n"
        "from pathlib import Path\n"
        "from danvan_analysis.cells import isolated, open_files\n"
        f"limits = {LIMITS!r}\n"
        f"paths = [Path({str(files(tmp_path, 'a.csv')[0])!r})] * 4\n"
        "for documents in open_files(paths, limits):\n"
        "    break\n"
        "print('mo', flush=True)\n"
        "list(open_files(paths, limits))\n"
        "print(isolated._idle[0].process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n",
        "utf-8",
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True)
    said, pid = ran.stdout.split()
    assert said == "mo"
    assert "KeyboardInterrupt" in ran.stderr
    assert gone(int(pid))
    assert ran.returncode in (-signal.SIGINT, 1, 130)
