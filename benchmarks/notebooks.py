"""Times the suite of notebooks as `make test` compares it: every cell run anew, every output held against the stored one.

    python benchmarks/notebooks.py [--rounds 3] [--workers 2]

Wall seconds of the whole, and of each notebook alone (one worker), so that a slow one is seen.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MOST_S = 60


def suite(*what: str | Path) -> tuple[float, float]:
    """Run notebooks under nbval: wall seconds and processor seconds; SystemExit with what failed."""
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", *map(str, what)]
    before, wall = os.times(), time.perf_counter()
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    wall, after = time.perf_counter() - wall, os.times()
    if run.returncode:
        raise SystemExit(f"The notebooks do not agree with what is stored; nothing was timed.\n{run.stdout[-3000:]}")
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Time the suite some times, then each notebook once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    runs = [suite("-n", str(options.workers), "--dist", "loadscope", "notebooks") for _ in range(options.rounds)]
    wall, cpu = ([run[i] for run in runs] for i in (0, 1))
    print(f"all, {options.workers} workers: {statistics.median(wall):.1f} s wall ({min(wall):.1f} - {max(wall):.1f}) of at most"
          f" {_MOST_S}; {statistics.median(cpu):.1f} s cpu")  # fmt: skip
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        print(f"{path.stem:24} {'{:6.1f} s wall, {:6.1f} s cpu'.format(*suite('-p', 'no:xdist', path))}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors,"
          f" nbval {version('nbval')}, ipykernel {version('ipykernel')}")  # fmt: skip


if __name__ == "__main__":
    main()
