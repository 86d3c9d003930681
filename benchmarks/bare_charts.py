"""The yardstick of the charts: the same pictures by bare matplotlib calls, every number, word and place known beforehand.

`marks_of` takes a finished figure apart into plain values; `draw` puts them on paper again as a good engineer would write
it by hand: one style sheet, `add_axes`, `plot`, `add_patch`, `text`, `annotate`, `legend`, `set_xticks`. No measuring of
words, no look-up, no table. Nothing of the figure that was taken apart is drawn again.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.offsetbox import DrawingArea
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.text import Annotation, Text

_LINE = ("color", "linewidth", "linestyle", "marker", "markersize", "markerfacecolor", "markeredgecolor",
         "markeredgewidth", "zorder", "clip_on")  # fmt: skip
_PATCH = ("facecolor", "edgecolor", "linewidth", "hatch", "linestyle", "zorder", "clip_on")
_TEXT = (
    "fontsize",
    "fontweight",
    "fontstyle",
    "color",
    "horizontalalignment",
    "verticalalignment",
    "rotation",
    "zorder",
)
Marks = dict[str, Any]


def marks_of(figure: Figure) -> Marks:
    """Take a figure apart into plain values; SystemExit where it holds a kind of mark that this page does not know."""
    figure.canvas.draw()
    known = Counter({"Axes": len(figure.axes)})
    known.update(type(artist).__name__ for ax in figure.axes for artist in ax.get_children())
    strange = set(known) - {
        *(
            "Axes",
            "Rectangle",
            "PathPatch",
            "Polygon",
            "Line2D",
            "Text",
            "Annotation",
            "Spine",
            "XAxis",
            "YAxis",
            "Legend",
        ),
        *("Circle", "Ellipse", "FancyBboxPatch", "FancyArrowPatch"),
    }
    if strange or figure.lines or figure.patches:
        raise SystemExit(f"The yardstick does not know how to draw {strange or 'marks outside the axes'} by hand.")
    return {
        "size": tuple(figure.get_size_inches()),
        "texts": [_text(text, figure.transFigure) for text in figure.texts],
        "axes": [_axes(ax) for ax in figure.axes],
        "legends": [_legend(figure.transFigure, legend) for legend in figure.legends],
    }


def draw(marks: Marks) -> Figure:
    """Draw the marks."""
    figure = Figure(figsize=marks["size"])
    for text in marks["texts"]:
        figure.text(*text["at"], text["words"], **text["look"])
    for given in marks["axes"]:
        ax = figure.add_axes(given["place"])
        ax.set(xlim=given["xlim"], ylim=given["ylim"], facecolor=given["ground"])
        if not given["shown"]:
            ax.set_axis_off()
        for name, (visible, bounds) in given["spines"].items():
            ax.spines[name].set_visible(visible)
            if bounds:
                ax.spines[name].set_bounds(*bounds)
        _put_ticks(ax.set_xticks, ax, "x", given["x"])
        _put_ticks(ax.set_yticks, ax, "y", given["y"])
        for words, side, look, pad in given["titles"]:
            ax.set_title(words, loc=side, pad=pad, **look)
        for (at, wide, high), look in given["bars"]:
            ax.add_patch(Rectangle(at, wide, high, **look))
        for path, look in given["shapes"]:
            ax.add_patch(PathPatch(path, **look))
        for x, y, system, look in given["lines"]:
            ax.plot(x, y, **look, **({"transform": _system(ax, system)} if system else {}))
        for text in given["texts"]:
            if "to" in text:
                ax.annotate(text["words"], *text["to"], annotation_clip=False, bbox=text["box"], **text["look"])
            else:
                ax.text(*text["at"], text["words"], transform=ax.transAxes, bbox=text["box"], **text["look"])
        if given["legend"]:
            _put_legend(ax, **given["legend"])
    for legend in marks["legends"]:
        _put_legend(figure, **legend)
    return figure


def count(figure: Figure) -> Counter[str]:
    """Count what is seen of a figure: bars and shapes, lines, texts."""
    seen: Counter[str] = Counter()
    _count(figure, seen)
    return seen


def _count(artist: Artist, seen: Counter[str]) -> None:
    if not artist.get_visible():
        return
    if isinstance(artist, Text):
        seen["text"] += bool(artist.get_text().strip())
    elif isinstance(artist, Line2D | Patch):
        seen["line" if isinstance(artist, Line2D) else "shape"] += 1
    for child in artist.get_children():
        _count(child, seen)


def _axes(ax: Axes) -> Marks:
    own = [*ax.spines.values(), ax.patch, ax.title, ax._left_title, ax._right_title]  # type: ignore[attr-defined]
    free = [artist for artist in ax.get_children() if artist not in own and artist.get_visible()]
    patches = [artist for artist in free if isinstance(artist, Patch)]
    bars = [bar for bar in patches if isinstance(bar, Rectangle) and bar.get_data_transform() == ax.transData]
    titles = [(ax.title, "center"), (ax._left_title, "left"), (ax._right_title, "right")]  # type: ignore[attr-defined]
    legend = ax.get_legend()
    return {
        "place": ax.get_position().bounds,
        "xlim": ax.get_xlim(),
        "ylim": ax.get_ylim(),
        "ground": ax.get_facecolor(),
        "shown": ax.axison,
        "spines": {name: (spine.get_visible(), spine._bounds) for name, spine in ax.spines.items()},
        "x": _ticks(ax.xaxis),
        "y": _ticks(ax.yaxis),
        "titles": [(t.get_text(), side, _look(t, _TEXT[:4]), _pad(ax, t)) for t, side in titles if t.get_text()],
        "bars": [((bar.get_xy(), bar.get_width(), bar.get_height()), _look(bar, _PATCH)) for bar in bars],
        "shapes": [
            ((p.get_transform() - ax.transData).transform_path(p.get_path()), _look(p, _PATCH))
            for p in patches
            if p not in bars
        ],
        "lines": [
            (*line.get_data(), _named(ax, line), _look(line, _LINE)) for line in free if isinstance(line, Line2D)
        ],
        "texts": [_text(text, ax.transAxes) for text in free if isinstance(text, Text) and text.get_text().strip()],
        "legend": legend and _legend(ax.transAxes, legend),
    }


def _look(artist: Any, names: tuple[str, ...]) -> Marks:
    look = {name: getattr(artist, f"get_{name}")() for name in names}
    if look.get("linestyle") == "--":
        # What is asked of the line gives only "dashed", not how long the dashes are.
        look["linestyle"] = artist._unscaled_dash_pattern
    return look


def _system(ax: Axes, name: str) -> Any:
    return {"axes": ax.transAxes, "x": ax.get_xaxis_transform(), "y": ax.get_yaxis_transform()}[name]


def _named(ax: Axes, line: Line2D) -> str:
    """Name the coordinates that a line stands in; "" for the data's."""
    own = line.get_transform()
    return next((name for name in ("axes", "x", "y") if own == _system(ax, name)), "")


def _text(text: Text, system: Any) -> Marks:
    box = text.get_bbox_patch()
    made: Marks = {
        "words": text.get_text(),
        "look": {**_look(text, _TEXT), "linespacing": text._linespacing},  # type: ignore[attr-defined]
        "box": box and {"boxstyle": box.get_boxstyle(), **_look(box, ("facecolor", "edgecolor", "linewidth"))},
    }
    if isinstance(text, Annotation) and text.arrow_patch is None and isinstance(text.anncoords, str):
        return {**made, "to": (text.xy, text.xyann, text.xycoords, text.anncoords)}
    at = system.inverted().transform(text.get_transform().transform(text.get_position()))
    return {**made, "at": tuple(map(float, at))}


def _pad(ax: Axes, title: Text) -> float:
    """Points between the axes and a title."""
    y = title.get_transform().transform(title.get_position())[1]
    return float((y - ax.bbox.y1) / ax.figure.dpi * 72)


def _ticks(axis: Axis) -> Marks:
    """Take an axis apart: where its ticks stand, their words, sizes and grid; the words that are bold."""
    ticks = axis.get_major_ticks()
    labels = [tick.label1 for tick in ticks]
    return {
        "at": list(axis.get_majorticklocs()),
        "words": [label.get_text() for label in labels],
        "lines": {"linespacing": labels[0]._linespacing, "va": labels[0].get_va()} if labels else {},
        "bold": [i for i, label in enumerate(labels) if label.get_fontweight() == "bold"],
        "look": {"labelsize": labels[0].get_fontsize(), "length": ticks[0].tick1line.get_markersize()} if ticks else {},
        "grid": any(tick.gridline.get_visible() for tick in ticks),
        "label": axis.get_label_text(),
    }


def _put_ticks(set_ticks: Callable[..., Any], ax: Axes, side: str, given: Marks) -> None:
    set_ticks(given["at"], given["words"] if any(given["words"]) else None)
    if given["look"]:
        ax.tick_params(axis=side, labelleft=any(given["words"]) or side == "x", **given["look"])
    if given["at"] and not any(given["words"]):
        set_ticks(given["at"], [""] * len(given["at"]))
    if given["grid"]:
        ax.grid(axis=side)
    if given["label"]:
        ax.set(**{f"{side}label": given["label"]})
    axis = ax.xaxis if side == "x" else ax.yaxis
    for label in axis.get_ticklabels():
        label.set(**given["lines"])
    for i in given["bold"]:
        axis.get_ticklabels()[i].set_fontweight("bold")


def _legend(system: Any, legend: Any) -> Marks:
    parts = [area.get_children() for area in legend.findobj(DrawingArea) if area.get_children()]
    left, top = system.inverted().transform(legend.get_bbox_to_anchor().bounds[:2])
    return {
        "entries": [[(type(one), _look(one, _LINE[:8] if isinstance(one, Line2D) else _PATCH[:5])) for one in part] for part in parts],
        "words": [text.get_text() for text in legend.get_texts()],
        "loc": legend._loc,
        "bbox_to_anchor": (left, top),
        "ncols": legend._ncols,
        **{name: getattr(legend, name) for name in ("handlelength", "handleheight", "columnspacing", "borderpad", "borderaxespad")},
    }  # fmt: skip


def _put_legend(parent: Axes | Figure, entries: list[Any], words: list[str], **look: Any) -> None:
    handles = [
        tuple(Line2D([], [], **own) if kind is Line2D else Patch(**own) for kind, own in entry) for entry in entries
    ]
    parent.legend(handles, words, handler_map={tuple: HandlerTuple(ndivide=1)}, **look)
