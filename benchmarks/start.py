"""Times how soon the library and the command are there, turn by turn with the least that Python and click need.

    python benchmarks/start.py [--rounds 21]

Every start is a program of its own, as an official's is. The compiled files are there (the first round writes them).
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

#: The command as its start script calls it.
_STARTS = {
    "python": "pass",
    "import click": "import click",
    "import danvan_analysis": "import danvan_analysis",
    "danvan --help": "import sys; sys.argv = ['danvan', '--help']; from danvan_analysis.cli import main; main()",
}
_MOST_S, _MOST_TIMES_CLICK = 0.3, 1.2


def start(code: str) -> tuple[float, float]:
    """Run a program once: processor seconds (0 on Windows, which does not tell), wall seconds."""
    before, wall = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - wall, os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system,
        wall,
    )


def main() -> None:
    """Run every start in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21, help="counted rounds; each starts every program once")
    rounds = parser.parse_args().rounds
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in _STARTS}
    for turn in range(rounds + 1):
        for name, code in _STARTS.items():
            run = start(code)
            # The first round fills the caches.
            if turn:
                runs[name].append(run)
    print(f"{'':24}{'cpu s':>8}{'wall s':>8}{'min':>8}{'max':>8}")
    for name, own in runs.items():
        cpu, wall = ([run[i] for run in own] for i in (0, 1))
        print(
            f"{name:24}{statistics.median(cpu):>8.3f}{statistics.median(wall):>8.3f}{min(wall):>8.3f}{max(wall):>8.3f}"
        )
    click = statistics.median(run[1] for run in runs["import click"])
    most = max(_MOST_S, _MOST_TIMES_CLICK * click)
    for name, limit in (("import danvan_analysis", _MOST_S), ("danvan --help", most)):
        own = statistics.median(run[1] for run in runs[name])
        pairs = [a[1] / b[1] for a, b in zip(runs[name], runs["import click"], strict=True)]
        print(
            f"{name}: {own:.3f} s of at most {limit:.3f}; {statistics.median(pairs):.2f} x import click (wall, {rounds} pairs)"
        )
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors,"
          f" click {version('click')}")  # fmt: skip


if __name__ == "__main__":
    main()
