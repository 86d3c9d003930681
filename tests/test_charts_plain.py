"""Every chart, whatever it shows: no warning, all sizes, the same bytes every time, readable when photocopied.

A chart that `dv.charts` hands out must have a line in CALLS; without one the first test fails.
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
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import DrawingArea
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image, ImageFilter

from danvan_analysis.facts import load_facts
from danvan_analysis.output import charts, style
from danvan_analysis.output.charts import frame

from . import output_samples as samples

ROOT = Path(__file__).resolve().parents[1]
SIZES = ("a4", "half", "slide")
#: Letters on A4, in points; smaller ones do not survive a photocopier.
_LEAST_PT = 5.8
#: Two meanings differ on their photocopies by so much of black to white, on average over some spot as wide as a mark.
_LEAST_APART, _SPOT_MM = 0.1, 1.5

#: How each chart is drawn from the samples: the tables and the look (size) come in, Axes or Figure go out.
CALLS: dict[str, Callable[..., Any]] = {
    "needed": lambda t, **look: charts.needed(t.verdicts, t.facts, indicator_id="T3", year=2024, **look),
    "rating_shares": lambda t, **look: charts.rating_shares(
        t.ratings, t.facts, year=2024, unit_type="ban_ctmt", **look
    ),
    "returns": lambda t, **look: charts.returns(t.returned, t.facts, year=2024, nature="gia_dinh", **look),
    "scorecard": lambda t, **look: charts.scorecard(t.verdicts, t.facts, year=2024, **look),
    "small_multiples": lambda t, **look: charts.small_multiples(
        t.verdicts, t.facts, indicator_id="T3", year=2024, changes=t.changes, **look
    ),
    "trend": lambda t, **look: charts.trend(t.verdicts, t.facts, indicator_id="T2", changes=t.changes, **look),
}


@cache
def _tables() -> SimpleNamespace:
    facts = load_facts()
    made = samples.sample(facts)
    returned = charts.returns_table(facts, sources=made.sources, ratings=made.ratings, year=2024)
    verdicts = charts.with_counts(made.assessment, made.indicators)
    return SimpleNamespace(facts=facts, verdicts=verdicts, returned=returned, **made._asdict())


def _figure(name: str, size: str) -> Any:
    drawn = CALLS[name](_tables(), size=size)
    return drawn if isinstance(drawn, Figure) else drawn.figure


def print_digests(folder: str) -> None:
    """Save every chart twice and print what the files hold: run by programs of their own below."""
    found: dict[str, list[list[str]]] = {}
    for name in sorted(CALLS):
        figure = _figure(name, "a4")
        found[name] = [_digests(figure, Path(folder) / time / name) for time in ("first", "second")]
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
    assert _exported() == set(CALLS)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_chart_keeps_to_its_paper_in_every_size(name: str, size: str):
    facts, wanted = _tables().facts, _tables().facts.layout["chart_size"][size]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = _figure(name, size)
        figure.canvas.draw()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(wanted["width_mm"])
    assert min(text.get_fontsize() for text in _texts(figure)) >= _LEAST_PT * wanted["scale"] - 1e-6
    assert _outside(figure) == []
    mark = facts.settings["trial"]["mark"]
    assert mark in style.alt_text(figure)
    assert mark in " ".join(text.get_text() for text in _texts(figure))


def _texts(figure: Figure) -> list[Any]:
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def _outside(figure: Figure) -> list[str]:
    """Give the texts that leave the picture by more than half a millimetre."""
    most, page = 0.5 / 25.4 * figure.dpi, figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in _texts(figure)]
    return [
        words
        for words, box in boxes
        if box.x0 < -most or box.y0 < -most or box.x1 > page.x1 + most or box.y1 > page.y1 + most
    ]


def test_saved_again_and_by_another_program_the_bytes_are_the_same(tmp_path: Path):
    """The order of a set differs from one program to the next: nothing drawn may hang on it."""
    code = "import sys; from tests import test_charts_plain; test_charts_plain.print_digests(sys.argv[1])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2024")
    ]  # fmt: skip
    said = [json.loads(program.communicate()[0]) for program in running]
    assert set(said[0]) == set(CALLS)
    assert [name for name in CALLS if said[0][name][0] != said[0][name][1]] == [], "saved twice, not alike"
    assert [name for name in CALLS if said[0][name] != said[1][name]] == [], "another program, not alike"


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


def _cut(copy: Any, box: Any) -> Any:
    """Cut a box (in points of the picture, from its lower left corner) out of a copy."""
    high = copy.shape[0]
    top, left = high - round(box.y1), round(box.x0)
    return copy[top : top + round(box.height), left : left + round(box.width)]


@pytest.mark.parametrize("name", sorted(CALLS))
def test_what_a_legend_explains_is_told_apart_on_a_photocopy(name: str):
    figure = _figure(name, "a4")
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
    for name, group in _tables().facts.palette.items():
        if isinstance(group, dict) and all(isinstance(e, dict) and "colour" in e for e in group.values()):
            yield name, group


def _swatch(entry: dict[str, Any]) -> Any:
    """Draw a meaning as the charts do, 8 mm by 5 mm, and copy it."""
    facts = _tables().facts
    ink = facts.palette["line"]["ink"]
    with style.applied(facts):
        figure = Figure(figsize=(8 / 25.4, 5 / 25.4), dpi=300)
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        ax.add_patch(
            Rectangle((0, 0), 1, 1, facecolor=entry["colour"], hatch=entry.get("hatch", ""), edgecolor=ink, lw=0.5)
        )
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
