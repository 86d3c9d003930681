"""How a picture is drawn and saved: a checked font, the house style, PNG and SVG with the same bytes every time."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_analysis.errors import OutputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from danvan_analysis.facts import Facts

_BASES = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
#: The faces of the default serif that the charts use.
_FACES = ("Regular", "Italic", "Bold", "BoldItalic")
_FILE_ENDINGS = (".ttf", ".otf", ".ttc")


def vietnamese_letters() -> str:
    """Give every Vietnamese letter, both cases, and the signs that the charts print.

    >>> len(vietnamese_letters()) > 134 and "ỹ" in vietnamese_letters() and "Đ" in vietnamese_letters()
    True
    """
    small = "".join(unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES) + "đ"
    return small + small.upper() + "–≥≤×…"


def missing_letters(path: str | Path) -> str:
    """Give the Vietnamese letters that a font file lacks ("" when it has them all)."""
    from matplotlib.ft2font import FT2Font

    have = FT2Font(str(path)).get_charmap()
    return "".join(sorted({letter for letter in vietnamese_letters() if ord(letter) not in have}))


@lru_cache(maxsize=16)
def register_font(font: str | None = None) -> str:
    """Make a font known to matplotlib and give its family name.

    Args: `font` is a font file, a family installed on this machine, or None for the serif that comes with the package.
    Raises OutputError (Vietnamese) when it is not found or lacks Vietnamese letters: the file's glyphs are checked,
    because families of the same name differ.
    """
    from matplotlib import font_manager

    if font is None:
        import fontpkg_spectral

        faces = [fontpkg_spectral.ROOT / "files" / f"{fontpkg_spectral.FAMILY}-{face}.ttf" for face in _FACES]
    elif font.lower().endswith(_FILE_ENDINGS):
        faces = [Path(font)]
        if not faces[0].is_file():
            raise OutputError(f"Không tìm thấy tệp phông chữ “{font}”. Kiểm tra lại đường dẫn sau --phong-chu.")
    else:
        try:
            found = font_manager.findfont(font_manager.FontProperties(family=font), fallback_to_default=False)
        except ValueError:
            raise OutputError(
                f"Máy này không có phông chữ “{font}”. Ghi tên tệp .ttf sau --phong-chu, hoặc bỏ tuỳ chọn này."
            ) from None
        faces = [Path(found)]
    lacking = missing_letters(faces[0])
    if lacking:
        raise OutputError(
            f"Phông chữ “{faces[0].name}” thiếu {len(lacking)} chữ tiếng Việt ({lacking[:12]}…). Chọn phông chữ khác."
        )
    for face in faces:
        font_manager.fontManager.addfont(str(face))
    return str(font_manager.FontProperties(fname=str(faces[0])).get_name())


@contextlib.contextmanager
def applied(facts: Facts, scale: float = 1.0, font: str | None = None) -> Iterator[None]:
    """Draw in the house style: `with applied(facts): …`. `scale` multiplies the sizes of letters and lines."""
    import matplotlib

    style: Any = matplotlib.rc_params_from_file(str(facts.mplstyle_path), use_default_template=False)
    sizes = {
        key: style[key] * scale
        for key in ("font.size", "xtick.labelsize", "ytick.labelsize", "legend.fontsize", "lines.linewidth")
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        style.update(sizes)
        style["font.family"] = [register_font(font)]
        matplotlib.rcParams.update(style)
        yield


def save_chart(figure: Figure | SubFigure, path: str | Path, *, dpi: int = 300) -> str:
    """Write `path` with .png and .svg beside each other and give the chart's alt text.

    The same figure gives the same bytes in every run: no date, no software, fixed ids, letters as outlines.
    """
    import matplotlib

    base = Path(path).with_suffix("")
    base.parent.mkdir(parents=True, exist_ok=True)
    alt = alt_text(figure)
    fixed: Any = {"svg.hashsalt": "danvan", "svg.fonttype": "path"}
    with matplotlib.rc_context(fixed):
        whole: Any = figure.get_figure(root=True)
        # Appending, not with_suffix: a name such as "trend-2.4" keeps all of its letters.
        whole.savefig(f"{base}.png", dpi=dpi, metadata={"Software": None, "Description": alt})
        whole.savefig(f"{base}.svg", metadata={"Date": None, "Creator": None, "Description": alt})
    return alt


def alt_text(figure: Figure | SubFigure) -> str:
    """Give the text for a reader who does not see the picture; the charts store it as the figure's label."""
    own = str(figure.get_label() or "")
    return own or " ".join(str(axes.get_label()) for axes in figure.axes if axes.get_label())
