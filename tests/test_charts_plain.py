"""Every chart, whatever it shows: no warning, all sizes, the same bytes every time, readable when photocopied.

A chart that `dv.charts` hands out must have a line in chart_calls.py; without one the first test fails.
"""

import hashlib
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import DrawingArea
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxTransformFrom
from PIL import Image, ImageFilter

from danvan_analysis.output import charts, style
from danvan_analysis.output.charts import frame

from .chart_calls import CALLS, figure_of, tables

ROOT = Path(__file__).resolve().parents[1]
SIZES = ("a4", "half", "slide")
#: Letters on A4, in points; smaller ones do not survive a photocopier.
_LEAST_PT = 5.8
#: Two meanings differ on their photocopies by so much of black to white, on average over some spot as wide as a mark.
_LEAST_APART, _SPOT_MM = 0.1, 1.5


def print_digests(folder: str, times: str) -> None:
    """Draw every kind of chart, save it some times and print what the files hold: run by programs of their own below."""
    found: dict[str, list[list[str]]] = {}
    for key in sorted(set(CALLS) & _exported()):
        figure = figure_of(key, "a4")
        found[key] = [_digests(figure, Path(folder) / str(time) / key) for time in range(int(times))]
    sys.stdout.write(json.dumps(found))


def _digests(figure: Figure, base: Path) -> list[str]:
    """Save a chart and give what its two files hold; few dots, since sameness does not hang on their number."""
    style.save_chart(figure, base, dpi=60)
    return [hashlib.sha256(base.with_suffix(f".{ending}").read_bytes()).hexdigest() for ending in ("png", "svg")]


def _exported() -> set[str]:
    """Name what `dv.charts` hands out and gives a picture."""
    functions = {name: getattr(charts, name) for name in charts.__all__ if inspect.isroutine(getattr(charts, name))}
    return {n for n, f in functions.items() if re.search("Axes|Figure", str(inspect.signature(f).return_annotation))}


def test_every_exported_chart_has_a_sample_call():
    assert _exported() == {key.partition(":")[0] for key in CALLS}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_chart_keeps_to_its_paper_in_every_size(name: str, size: str):
    facts, wanted = tables().facts, tables().facts.layout["chart_size"][size]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = figure_of(name, size)
        figure.set_dpi(facts.layout["chart"]["dpi"])
        figure.canvas.draw()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(wanted["width_mm"])
    assert min(text.get_fontsize() for text in _texts(figure)) >= _LEAST_PT * wanted["scale"] - 1e-6
    assert _outside(figure) == []
    assert _overlapping(figure) == []
    mark = facts.settings["trial"]["mark"]
    assert mark in style.alt_text(figure)
    assert mark in " ".join(text.get_text() for text in _texts(figure))


def _texts(figure: Figure) -> list[Any]:
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def _boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Give the texts with where they stand, in parts of the picture."""
    page = BboxTransformFrom(figure.bbox)
    # Of an annotation the words alone: its own extent takes in the box around the line back to its point.
    return [(text.get_text(), Text.get_window_extent(text).transformed(page)) for text in _texts(figure)]


def _outside(figure: Figure) -> list[str]:
    """Give the texts that leave the picture by more than half a millimetre."""
    wide, high = (0.5 / 25.4 / side for side in figure.get_size_inches())
    page = Bbox([[-wide, -high], [1 + wide, 1 + high]])
    return [words for words, box in _boxes(figure) if not all(page.contains(*corner) for corner in box.corners())]


def _overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Give pairs of texts that stand on each other by more than a sliver."""
    # A text's box is as high as its line; the letters fill its middle.
    lines = [
        (words, Bbox.from_extents(b.x0, b.y0 + 0.2 * b.height, b.x1, b.y1 - 0.2 * b.height))
        for words, b in _boxes(figure)
    ]
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(lines, 2)
        if (both := Bbox.intersection(a, b))
        and both.width * both.height > 0.12 * min(a.width * a.height, b.width * b.height)
    ]


def test_saved_again_and_by_another_program_the_bytes_are_the_same(tmp_path: Path):
    """The order of a set differs from one program to the next: nothing drawn may hang on it."""
    code = "import sys; from tests import test_charts_plain; test_charts_plain.print_digests(*sys.argv[1:])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / seed), times], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed, times in (("1", "1"), ("2024", "2"))
    ]  # fmt: skip
    one, other = (json.loads(program.communicate()[0]) for program in running)
    assert set(one) == set(other) == _exported()
    assert [key for key in one if not one[key][0] == other[key][0] == other[key][1]] == []


def _photocopied(picture: Image.Image, dpi: float) -> Any:
    """Copy a picture as an office machine does: grey, soft by 0.1 mm, the lightest grey gone, the darkest full."""
    soft = picture.convert("L").filter(ImageFilter.GaussianBlur(0.1 / 25.4 * dpi))
    return np.clip((np.asarray(soft) / 255 - 0.1) / 0.85, 0, 1)


def _apart(one: Any, other: Any, dpi: float = 300) -> float:
    """Say how far two copies are apart where they differ most: the mean over a spot as wide as a mark."""
    unlike = Image.fromarray((np.abs(one - other) * 255).astype("uint8"))
    return float(np.asarray(unlike.filter(ImageFilter.BoxBlur(_SPOT_MM / 2 / 25.4 * dpi))).max()) / 255


def _copy_of(figure: Figure) -> Any:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return _photocopied(Image.fromarray(np.asarray(canvas.buffer_rgba())), figure.dpi)


def _cut(copy: Any, box: Bbox, edge: int = 4) -> Any:
    """Cut the inside of a box (in points of the picture, from its lower left corner) out of a copy."""
    top, left = copy.shape[0] - round(box.y1), round(box.x0)
    return copy[top + edge : top + round(box.height) - edge, left + edge : left + round(box.width) - edge]


@pytest.mark.parametrize("name", sorted(CALLS))
def test_what_a_legend_explains_is_told_apart_on_a_photocopy(name: str):
    figure = figure_of(name, "a4")
    figure.set_dpi(300)
    copy = _copy_of(figure)
    for legend in filter(None, (ax.get_legend() for ax in figure.axes)):
        keys = [_cut(copy, area.get_window_extent()) for area in legend.findobj(DrawingArea) if area.get_children()]
        least = tuple(min(key.shape[side] for key in keys) for side in (0, 1))
        words = [text.get_text() for text in legend.get_texts()]
        assert len(keys) == len(words)
        alike = [
            (a, b)
            for (a, one), (b, other) in itertools.combinations(zip(words, keys, strict=True), 2)
            if _apart(one[: least[0], : least[1]], other[: least[0], : least[1]]) < _LEAST_APART
        ]
        assert alike == []


def _groups() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the groups of palette.toml: the meanings of a group can stand in one chart."""
    for name, group in tables().facts.palette.items():
        if isinstance(group, dict):
            yield name, {key: entry for key, entry in group.items() if isinstance(entry, dict)}


def _swatch(entry: dict[str, Any]) -> Any:
    """Draw a meaning as the charts do, 8 mm by 5 mm, and copy it: a line where it has dashes, else a patch and a mark."""
    facts = tables().facts
    ink = facts.palette["line"]["ink"]
    with style.applied(facts):
        figure = Figure(figsize=(8 / 25.4, 5 / 25.4), dpi=300)
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        if "dash" in entry:
            ax.plot([0, 1], [0.5, 0.5], color=entry["colour"], lw=1.2, ls=(0, entry["dash"]) if entry["dash"] else "-")
        else:
            look = {"facecolor": entry["colour"], "hatch": entry.get("hatch", "")}
            ax.add_patch(Rectangle((0, 0), 1, 1, edgecolor=ink, lw=0.5, **look))
            ax.add_line(Line2D([0.5], [0.5], linestyle="", **frame.marker(entry, ink, 4.6)))
        return _copy_of(figure)


def test_meanings_of_the_palette_are_told_apart_on_a_photocopy():
    groups = dict(_groups())
    assert {"state", "rank", "returned"} <= set(groups)
    alike = {
        (group, a, b): round(_apart(swatches[a], swatches[b]), 3)
        for group, entries in groups.items()
        for swatches in [{name: _swatch(entry) for name, entry in entries.items()}]
        for a, b in itertools.combinations(entries, 2)
        if _apart(swatches[a], swatches[b]) < _LEAST_APART
    }
    assert alike == {}
