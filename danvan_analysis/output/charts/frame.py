"""The frame around every chart, measured in millimetres: the finding, the measure and period, the drawing, the foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts

_INCH = 25.4
_POINT = _INCH / 72


@dataclass(frozen=True)
class Words:
    """What stands around a chart: the finding, its measure and period, foot lines, the words for who cannot see it.

    `head` stands above the finding: who may see the picture.
    """

    title: str
    subtitle: str
    foot: tuple[str, ...]
    alt: str
    head: str = ""


@dataclass(frozen=True)
class Sheet:
    """An empty picture with its head and foot written; `bottom_mm` to `top_mm` is free for drawing."""

    figure: Figure
    width_mm: float
    height_mm: float
    bottom_mm: float
    top_mm: float
    scale: float


def words(facts: Facts, title: str, subtitle: str, detail: str, nature: str, *notes: str) -> Words:
    """Put together the words of a chart: the source and, for trial data, its mark stand in the foot."""
    mark = labels.trial_mark(facts, nature)
    foot = tuple(line for line in (*notes, labels.source_line(facts, nature), mark) if line)
    alt = " ".join(part.rstrip(".") + "." for part in (title, subtitle, detail, mark) if part)
    return Words(title, subtitle, foot, alt)


def for_internal(facts: Facts, text: Words) -> Words:
    """Put the mark of what is for internal use at the head of the picture and of its alt text."""
    mark = str(facts.settings["internal"]["mark"])
    return replace(text, head=mark, alt=f"{mark}. {text.alt}")


def sheet(facts: Facts, text: Words, body_mm: float, size: str = "a4") -> Sheet:
    """Open a picture of a size of layout.toml and write its head and foot.

    `body_mm` is the height of the drawing at A4 scale; a size with a fixed height (slides) gives what is left.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    profile, sizes = facts.layout["chart_size"][size], facts.layout["chart"]
    scale, width = float(profile["scale"]), float(profile["width_mm"])
    figure = Figure(figsize=(width / _INCH, 1))
    FigureCanvasAgg(figure)
    figure.set_label(text.alt)
    head = [
        (line, sizes[f"{part}_pt"] * scale, weight)
        for part, said, weight in (
            ("foot", text.head, "bold"), ("title", text.title, "bold"), ("subtitle", text.subtitle, "normal")
        )
        for line in wrapped(said, width, sizes[f"{part}_pt"] * scale, weight)
    ]  # fmt: skip
    foot = [
        (line, sizes["foot_pt"] * scale, "bold" if part.isupper() else "normal")
        for part in text.foot
        for line in wrapped(part, width, sizes["foot_pt"] * scale, "bold" if part.isupper() else "normal")
    ]
    line_mm = 1.32 * _POINT
    head_mm = sum(pt for _, pt, _ in head) * line_mm + 3.0 * scale
    foot_mm = sum(pt for _, pt, _ in foot) * line_mm + 2.0 * scale
    height = float(profile.get("height_mm", head_mm + body_mm * scale + foot_mm))
    figure.set_size_inches(width / _INCH, height / _INCH)
    _write(figure, head, height - 0.5, height, line_mm)
    _write(figure, foot, foot_mm - 1.2 * scale, height, line_mm)
    return Sheet(figure, width, height, foot_mm, height - head_mm, scale)


def axes_on(page: Sheet, left: float, right: float, top: float, bottom: float) -> Axes:
    """Place axes on a sheet: distances in mm (at A4 scale) from the edges of its free part."""
    k = page.scale
    width = page.width_mm - (left + right) * k
    height = page.top_mm - page.bottom_mm - (top + bottom) * k
    return page.figure.add_axes(
        (
            left * k / page.width_mm,
            (page.bottom_mm + bottom * k) / page.height_mm,
            width / page.width_mm,
            height / page.height_mm,
        )
    )


def start(
    ax: Axes | None,
    facts: Facts,
    text: Words,
    *,
    body_mm: float,
    margins: tuple[float, float, float, float],
    size: str = "a4",
) -> tuple[Axes, float]:
    """Give the axes to draw on and the scale of letters: a new picture, or the caller's axes with the words written on.

    `margins` are left, right, top, bottom in mm, for tick labels and legends.
    """
    if ax is None:
        page = sheet(facts, text, body_mm, size)
        return axes_on(page, *margins), page.scale
    ax.set_title(
        "\n".join(part for part in (text.head, text.title, text.subtitle) if part), loc="left", fontsize=9, wrap=True
    )
    ax.annotate(
        "\n".join(text.foot), (0, 0), (0, -34), "axes fraction", "offset points", va="top", fontsize=6.5, wrap=True
    )
    ax.set_label(text.alt)
    return ax, 1.0


def wrapped(text: str, width_mm: float, points: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that fit a width, measured with the font in use; line breaks in the text stay."""
    import matplotlib

    family = str(matplotlib.rcParams["font.family"][0])
    # Letters on paper run a little wider than measured.
    limit = 0.965 * width_mm
    # A number stays with the word it counts.
    text = re.sub(r"(?<![^ (])(\d+) (?=\w)", "\\1\u00a0", text)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in (w for w in paragraph.split(" ") if w):
            wide = _word_mm(word, points, weight, family)
            gap = _word_mm("\u00a0", points, weight, family) if line else 0.0
            if line and used + gap + wide > limit:
                lines.append(line)
                line, used = word, wide
            else:
                line, used = f"{line} {word}".strip(" "), used + gap + wide
        lines.append(line)
    return [line for line in lines if line]


def room_for(names: Iterable[str], points: float = 8.5) -> float:
    """Give the margin in mm (at A4 scale) that the longest name needs at the edge of a chart."""
    import matplotlib

    family = str(matplotlib.rcParams["font.family"][0])
    return 3.0 + 1.06 * max((_word_mm(name, points, "normal", family) for name in names), default=0.0)


def width_of(words: str, points: float, weight: str = "normal") -> float:
    """Measure words in mm with the font in use."""
    import matplotlib

    return _word_mm(words, points, weight, str(matplotlib.rcParams["font.family"][0]))


@lru_cache(maxsize=8192)
def _word_mm(word: str, points: float, weight: str, family: str) -> float:
    """Measure a word on a canvas of its own."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    font = FontProperties(family=family, size=points, weight=weight)
    canvas: Any = RendererAgg
    width = canvas(1, 1, 300).get_text_width_height_descent(word, font, False)[0]
    return float(width / 300 * _INCH)


def legend(
    ax: Axes,
    facts: Facts,
    meanings: Sequence[tuple[dict[str, Any], str]],
    columns: int,
    drop_mm: float,
    left_mm: float = 0.0,
) -> None:
    """Explain colours, hatches and marks under the axes: (entry of palette.toml, words) each, in the given order.

    `left_mm`: how far left of the axes the words begin.
    """
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ink = facts.palette["line"]["ink"]
    handles = [
        (
            Patch(facecolor=entry["colour"], hatch=entry["hatch"], edgecolor=ink, linewidth=0.5),
            Line2D([], [], linestyle="", **marker(entry, ink, 4.5)),
        )
        for entry, _ in meanings
    ]
    box, inch = ax.get_window_extent(), ax.figure.dpi / _INCH
    # The edge of the picture would cut the outline of the first swatch.
    left_mm = min(left_mm, box.x0 / inch - 0.4)
    ax.legend(
        handles,
        [word for _, word in meanings],
        handler_map={tuple: HandlerTuple(ndivide=1)},
        loc="upper left",
        bbox_to_anchor=(-left_mm * inch / box.width, -drop_mm * inch / box.height),
        ncols=columns,
        borderaxespad=0,
        handlelength=1.9,
        handleheight=1.1,
        columnspacing=1.4,
        borderpad=0,
    )


def marker(entry: dict[str, Any], ink: str, size: float) -> dict[str, Any]:
    """Give the marker of a meaning as arguments for Line2D: white with a dark edge, so that it shows on any ground."""
    line_only = entry.get("marker") in ("x", "_", "|")
    return {
        "marker": entry.get("marker") or "None",
        "markersize": size,
        "markerfacecolor": "#ffffff",
        "markeredgecolor": ink,
        "markeredgewidth": 1.1 if line_only else 0.8,
    }


def _write(
    figure: Figure, lines: list[tuple[str, float, str]], top_mm: float, height_mm: float, line_mm: float
) -> None:
    for line, points, weight in lines:
        figure.text(0.002, top_mm / height_mm, line, fontsize=points, fontweight=weight, va="top", ha="left")
        top_mm -= points * line_mm
