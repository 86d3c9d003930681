"""Times all charts of one year against bare matplotlib calls that put the same marks on paper, in one process.

    python benchmarks/draw_charts.py [--rounds 5] [--raw data/raw] [--year 2024]

Ours: `draw_year` with the very tables that `danvan so-ket` hands it: choose the rows, word the findings, measure the words,
draw, save .png at 300 dpi, .svg with outlined letters and the .csv. The yardstick (bare_charts.py) knows every number, word
and place beforehand and only draws and saves the two pictures. Before anything is timed both must have made pictures that
are the same to the eye: as many texts, lines and shapes, and the same grey at (nearly) every point.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import bare_charts
import matplotlib
import numpy as np
from PIL import Image

from danvan_analysis.facts import Facts
from danvan_analysis.output import charts, style
from danvan_analysis.output.charts import frame
from danvan_analysis.pipeline import Request, review

ROOT = Path(__file__).resolve().parent.parent
#: Two pictures are the same when fewer points than this share differ by more than a fifth of black to white.
_ALIKE, _STEP = 0.002, 51


def tables_of(raw: Path, year: int) -> dict[str, Any]:
    """Give what the pipeline hands to `draw_year`: run it once and listen."""
    heard: dict[str, Any] = {}
    draw_year = charts.draw_year

    def listen(folder: Path, **given: Any) -> list[charts.ChartFile]:
        heard.update(given)
        return draw_year(folder, **given)

    with tempfile.TemporaryDirectory() as out, mock.patch.object(charts, "draw_year", listen):
        review(Request(raw, Path(out), date(year + 1, 1, 20), year=year))
    return heard


def ours(folder: Path, given: dict[str, Any]) -> None:
    """Draw and save all charts of the year; words are measured as in a program that has just started."""
    frame._word_mm.cache_clear()
    charts.draw_year(folder, **given)


def bare(folder: Path, facts: Facts, pictures: dict[str, bare_charts.Marks]) -> dict[str, Any]:
    """Draw and save the same pictures from their marks; the figures."""
    drawn = {}
    with style.applied(facts):
        for name, marks in pictures.items():
            figure = bare_charts.draw(marks)
            figure.savefig(folder / f"{name}.png", dpi=300, metadata={"Software": None})
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
            drawn[name] = figure
    return drawn


def taken_apart(folder: Path, given: dict[str, Any]) -> tuple[dict[str, bare_charts.Marks], dict[str, Any]]:
    """Draw the year once and take each figure apart: its marks, and how many were seen."""
    pictures: dict[str, bare_charts.Marks] = {}
    counts: dict[str, Any] = {}
    save = style.save_chart

    def listen(figure: Any, path: str | Path, **how: Any) -> str:
        alt = save(figure, path, **how)
        pictures[Path(path).name] = bare_charts.marks_of(figure)
        counts[Path(path).name] = bare_charts.count(figure)
        return alt

    with mock.patch.object(style, "save_chart", listen):
        ours(folder, given)
    return pictures, counts


def check_alike(mine: Path, theirs: Path, counts: dict[str, Any], drawn: dict[str, Any]) -> None:
    """End with the picture that is not the same: other marks, or other grey."""
    for name, figure in drawn.items():
        again = bare_charts.count(figure)
        if again != counts[name]:
            raise SystemExit(f"{name}: {dict(counts[name])} in the library, {dict(again)} in the yardstick")
        a, b = (np.asarray(Image.open(folder / f"{name}.png").convert("L")).astype(int) for folder in (mine, theirs))
        unlike = float((abs(a - b) > _STEP).mean()) if a.shape == b.shape else 1.0
        if unlike > _ALIKE:
            raise SystemExit(f"{name}: {unlike:.2%} of the points differ ({a.shape}, {b.shape})")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds (user and system, all threads) and wall seconds of one run."""
    wall, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return after.user + after.system - before.user - before.system, time.perf_counter() - wall


def main() -> None:
    """Compare the pictures, then time both turn by turn and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds; each draws the year twice, once a side")
    parser.add_argument("--raw", type=Path, default=ROOT / "data" / "raw")
    parser.add_argument("--year", type=int, default=2024)
    options = parser.parse_args()
    given = tables_of(options.raw, options.year)
    with tempfile.TemporaryDirectory() as name:
        mine, theirs = Path(name) / "ours", Path(name) / "bare"
        mine.mkdir()
        theirs.mkdir()
        pictures, counts = taken_apart(mine, given)
        check_alike(mine, theirs, counts, bare(theirs, given["facts"], pictures))
        print(f"{len(pictures)} charts, the same to the eye:", ", ".join(f"{k} {v.total()}" for k, v in counts.items()))
        runs = [
            (timed(lambda: ours(mine, given)), timed(lambda: bare(theirs, given["facts"], pictures)))
            for _ in range(options.rounds)
        ]
    for what, side in (("draw_year", 0), ("bare matplotlib", 1)):
        cpu, wall = ([run[side][i] for run in runs] for i in (0, 1))
        print(f"{what:18} cpu {statistics.median(cpu):6.2f} s ({min(cpu):.2f} - {max(cpu):.2f})"
              f"   wall {statistics.median(wall):6.2f} s")  # fmt: skip
    pairs = [a[0] / b[0] for a, b in runs]
    print(
        f"draw_year / bare: {statistics.median(pairs):.2f} (cpu, median of {len(pairs)} pairs, {min(pairs):.2f} to {max(pairs):.2f})"
    )
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors,"
          f" matplotlib {matplotlib.__version__}, polars {version('polars')}")  # fmt: skip


if __name__ == "__main__":
    main()
