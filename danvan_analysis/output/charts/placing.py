"""Where words beside points stand: each on the first free spot around its point, none on another, none outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import hypot
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Left, bottom, right, top in pixels.
Box = tuple[float, float, float, float]
#: Directions from the point, tried in this order: beside it, above, below, across, then between these.
_WAYS = (
    *((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)),
    *((1, 0.5), (-1, 0.5), (1, -0.5), (-1, -0.5), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)),
)
#: Distances from the point in points at A4 scale; a word further away than the first gets a line to its point.
_GAPS = (4.0, 8.0, 13.0, 19.0, 26.0, 34.0, 44.0, 56.0)
#: Words that may give way to short ones go no further than this many of them.
_NEAR = 6
#: Half the width of a point's mark, in points.
_MARK = 3.4
_STEPS = 16


@dataclass(frozen=True)
class Label:
    """Words for the point (x, y); `instead` is what stands there where the words find no free spot."""

    x: float
    y: float
    words: str
    points: float
    gid: str
    weight: str = "normal"
    instead: str = ""


@dataclass(frozen=True)
class _Spot:
    """A place for words, its distance from the point and the line back to it."""

    words: str
    box: Box
    gap: float
    leader: tuple[Box, ...]


def place(ax: Axes, wanted: Sequence[Label], marks: Sequence[tuple[float, float]], colour: str, scale: float) -> None:
    """Write labels around their points, the first ones first; `marks` are the points that no word may cover.

    The axes must have their limits, size and lines: of the free spots near the point the first that covers no line is
    taken. Words that find no free spot give way to `instead`; what finds none even then stands where it covers least.
    """
    unit = scale * ax.figure.dpi / 72
    window = ax.get_window_extent()
    inside = (window.x0 + unit, window.y0 + unit, window.x1 - unit, window.y1 - unit)
    centres: list[Any] = list(ax.transData.transform(list(marks))) if marks else []
    dots, words = [_around(x, y, _MARK * unit) for x, y in centres], list[Box]()
    drawn: list[Any] = [line.get_xydata() for line in ax.lines]
    lines = [ax.transData.transform(points) for points in drawn if len(points) > 1]
    for label in wanted:
        choices = [said for said in (label.words, label.instead) if said]
        spots = [spot for said in choices for spot in _spots(ax, label, said, unit)]
        here = ax.transData.transform((label.x, label.y))
        free = [
            spot for spot in spots if not any(_covered(spot, inside, dots, words)) and _belongs(spot, here, centres)
        ]
        # The whole words a little further off before the short ones close by.
        free = [spot for spot in free if spot.words == free[0].words and spot.gap <= max(free[0].gap, _GAPS[2])]
        clear = (spot for spot in free if not any(_crossed(spot.box, line) for line in lines))
        last = [spot for spot in spots if spot.words == choices[-1]]
        best = next(clear, free[0] if free else min(last, key=partial(_covered, inside=inside, dots=dots, words=words)))
        words += [best.box, *best.leader]
        _write(ax, label, best, colour)


def _spots(ax: Axes, label: Label, words: str, unit: float) -> Iterator[_Spot]:
    """Give the places around a point where words could stand, nearest first."""
    width, height = _size(ax, label, words, unit)
    x, y = ax.transData.transform((label.x, label.y))
    for gap in _GAPS[:_NEAR] if label.instead and words == label.words else _GAPS:
        for right, up in _WAYS:
            left = x + right * (gap * unit + width / 2) - width / 2
            low = y + up * (gap * unit + height / 2) - height / 2
            box = (left, low, left + width, low + height)
            yield _Spot(words, box, gap, tuple(_leader(x, y, box, unit)) if gap > _GAPS[0] else ())


def _leader(x: float, y: float, box: Box, unit: float) -> Iterator[Box]:
    """Give the line from a point to words as small boxes, as far as it runs outside of both."""
    away = ((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)
    for step in range(1, _STEPS):
        here = (x + away[0] * step / _STEPS, y + away[1] * step / _STEPS)
        piece = _around(*here, 0.4 * unit)
        if not _cover(piece, box) and not _cover(piece, _around(x, y, _MARK * unit)):
            yield piece


def _size(ax: Axes, label: Label, words: str, unit: float) -> tuple[float, float]:
    """Measure words, with a little air: at the resolution of the file they run slightly wider."""
    probe = ax.annotate(words, (label.x, label.y), fontsize=label.points, fontweight=label.weight)
    extent = probe.get_window_extent()
    probe.remove()
    return extent.width * 1.05 + 1.5 * unit, extent.height + 0.5 * unit


def _write(ax: Axes, label: Label, spot: _Spot, colour: str) -> None:
    x, y = ax.transData.transform((label.x, label.y))
    point = ax.figure.dpi / 72
    away = (((spot.box[0] + spot.box[2]) / 2 - x) / point, ((spot.box[1] + spot.box[3]) / 2 - y) / point)
    line = {"arrowstyle": "-", "lw": 0.5, "color": colour, "shrinkA": 0, "shrinkB": 2.6} if spot.leader else None
    ax.annotate(
        spot.words, (label.x, label.y), away, textcoords="offset points", ha="center", va="center",
        fontsize=label.points, fontweight=label.weight, gid=label.gid, arrowprops=line, zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.3},
    )  # fmt: skip


def _around(x: float, y: float, reach: float) -> Box:
    return x - reach, y - reach, x + reach, y + reach


def _covered(spot: _Spot, inside: Box, dots: Sequence[Box], words: Sequence[Box]) -> tuple[bool, int, int]:
    """Tell whether a spot leaves the axes, how much its words cover and how much its line does (a mark it may pass)."""
    own = sum(_cover(spot.box, other) for other in (*dots, *words))
    return not _within(spot.box, inside), own, sum(_cover(piece, other) for piece in spot.leader for other in words)


def _belongs(spot: _Spot, here: Any, centres: Any) -> bool:
    """Tell whether nobody could take the words for those of another point: none is nearer, or a line leads back."""
    return bool(spot.leader) or all(_away(spot.box, here) <= _away(spot.box, other) for other in centres)


def _away(box: Box, point: Any) -> float:
    x, y = point
    return float(hypot(max(box[0] - x, x - box[2], 0), max(box[1] - y, y - box[3], 0)))


def _crossed(box: Box, line: Any) -> bool:
    """Tell whether a line that runs from left to right passes through a box."""
    import numpy as np

    heights = np.interp(np.linspace(box[0], box[2], 9), line[:, 0], line[:, 1])
    return bool(heights.min() < box[3] and heights.max() > box[1])


def _within(box: Box, outer: Box) -> bool:
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def _cover(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
