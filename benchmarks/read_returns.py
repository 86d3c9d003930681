"""Times the reading of 60 made-up returns of 800 rows against two yardsticks, in one process, turn by turn.

    python benchmarks/read_returns.py [--rounds 5] [--only-read]

The yardsticks: python-calamine reading the cells and nothing more, and a plain pandas + openpyxl script that reads and
checks the same returns. Before anything is timed the rows of the script and of the library are compared. The trial
workbooks of data/raw are timed as well, and the peak memory of a reading in a process of its own.
"""

import argparse
import io
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import python_calamine
from make_returns import write_returns

from danvan_analysis.facts import load_facts
from danvan_analysis.intake import read_raw

TRIAL = Path(__file__).resolve().parent.parent / "data" / "raw"
#: The columns that say who was rated how; the library's rows have more (names, dates, addresses).
COMPARED = ["area_id", "year", "organisation", "unit_type", "unit_name", "rated_by", "rating", "count"]


def read_cells(folder: Path) -> int:
    """Read the cells of every workbook with python-calamine; the number of rows."""
    rows = 0
    for path in sorted(folder.rglob("*.xlsx")):
        book = python_calamine.load_workbook(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            rows += len(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    return rows


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds, and processor seconds of this process alone, of one run."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def same_rows(folder: Path) -> int:
    """Compare the rows of the library with those of the script; the number of rows, or an error that names some."""
    import polars as pl
    from plain_script import read_returns

    ours = read_raw(folder, load_facts()).ratings.select(pl.col(COMPARED))
    plain, _ = read_returns(folder)
    theirs = pl.DataFrame({name: plain[name].tolist() for name in COMPARED}, schema=ours.schema, strict=False)
    ours, theirs = (frame.group_by(COMPARED).len("times") for frame in (ours, theirs))
    more, less = ours.join(theirs, on=[*COMPARED, "times"], how="anti", nulls_equal=True), theirs.join(
        ours, on=[*COMPARED, "times"], how="anti", nulls_equal=True
    )  # fmt: skip
    if more.height or less.height:
        raise SystemExit(f"The rows differ.\nOnly in the library:\n{more.head()}\nOnly in the script:\n{less.head()}")
    return int(ours["times"].sum())


def peak_memory(folder: Path) -> tuple[float, float, list[float]] | None:
    """Megabytes at the peak of one reading in a program of its own (Linux only).

    After the imports, and above them; then the whole of each process that read for it, imports and all.
    """
    if not Path("/proc/self/status").exists():
        return None
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from danvan_analysis.facts import load_facts\n"
        "from danvan_analysis.intake import read_raw\n"
        "from danvan_analysis.cells import isolated\n"
        "import python_calamine, rapidfuzz.process\n"
        "def peak(who='self'):\n"
        "    status = Path(f'/proc/{who}/status').read_text().splitlines()\n"
        "    return next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) / 1024\n"
        "facts = load_facts(); before = peak(); data = read_raw(sys.argv[1], facts)\n"
        "print(before, peak(), *(peak(worker.process.pid) for worker in isolated._idle))\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    before, after, *others = map(float, run.stdout.split())
    return before, after - before, others


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds; each runs every contestant once")
    parser.add_argument("--only-read", action="store_true", help="without the slow script, to try a change quickly")
    options = parser.parse_args()
    facts = load_facts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "bieu"
        folder.mkdir()
        write_returns(folder)
        files = list(folder.iterdir())
        print(f"{len(files)} workbooks, {read_cells(folder)} rows, {sum(f.stat().st_size for f in files) / 1e6:.1f} MB")
        contestants: dict[str, Callable[[], object]] = {
            "python-calamine, cells only": lambda: read_cells(folder),
            "danvan_analysis, read_raw": lambda: read_raw(folder, facts),
        }
        if not options.only_read:
            from plain_script import read_returns

            print(f"the same {same_rows(folder)} rating rows from the library and from the script")
            contestants["pandas + openpyxl script"] = lambda: read_returns(folder)
        contestants["trial workbooks, cells only"] = lambda: read_cells(TRIAL)
        contestants["trial workbooks, read_raw"] = lambda: read_raw(TRIAL, facts)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
        for turn in range(options.rounds + 1):
            for name, work in contestants.items():
                run = timed(work)
                # The first round warms caches up.
                if turn:
                    times[name].append(run)
        memory = {"60 returns": peak_memory(folder), "trial workbooks": peak_memory(TRIAL)}
    report(times, memory)


def report(
    times: dict[str, list[tuple[float, float]]], memory: dict[str, tuple[float, float, list[float]] | None]
) -> None:
    """Print medians, the ratios round by round, peak memory, versions and the kind of machine."""
    print(f"\n{'':32}{'median s':>10}{'min':>8}{'max':>8}{'cpu s':>8}")
    for name, runs in times.items():
        wall = [run[0] for run in runs]
        cpu = statistics.median(run[1] for run in runs)
        print(f"{name:32}{statistics.median(wall):>10.2f}{min(wall):>8.2f}{max(wall):>8.2f}{cpu:>8.2f}")
    ours = times["danvan_analysis, read_raw"]
    for other, turned in (("python-calamine, cells only", False), ("pandas + openpyxl script", True)):
        if other in times:
            pairs = [(b[0] / a[0] if turned else a[0] / b[0]) for a, b in zip(ours, times[other], strict=True)]
            what = (
                f"script / read_raw: {statistics.median(pairs):.1f}"
                if turned
                else f"read_raw / cells: {statistics.median(pairs):.1f}"
            )
            print(f"{what} (median of {len(pairs)} pairs, {min(pairs):.1f} to {max(pairs):.1f})")
    for what, peak in memory.items():
        imports, above, others = peak or (float("nan"), float("nan"), [])
        beside = ", ".join(f"{other:.0f}" for other in others) or "none"
        print(
            f"peak memory, {what}: {above:.0f} MB above the imports and facts ({imports:.0f} MB);"
            f" processes that read, whole: {beside} MB"
        )
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {_processor()};",
        ", ".join(f"{name} {version(name)}" for name in ("polars", "python-calamine", "pandas", "openpyxl")),
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{os.cpu_count()} processors {model}".strip()


if __name__ == "__main__":
    main()
