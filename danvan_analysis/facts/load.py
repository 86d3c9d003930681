"""Loading the facts: shipped files, an office's own folder laid over them, every problem told at once."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danvan_analysis.errors import FactsError
from danvan_analysis.facts.check import check_facts
from danvan_analysis.facts.corrections import LEDGER, read_corrections
from danvan_analysis.facts.files import FORMS, MPLSTYLE, PAGES, TABLES
from danvan_analysis.facts.model import Correction, Facts, Row
from danvan_analysis.facts.rows import frame, header_problems, lay_over, nearest, read_lines, to_rows, twins, typed

_HERE = Path(__file__).parent
#: Files an office may keep beside the facts for itself.
_OWN = ("_", ".", "~$", "README")


@dataclass
class _Pile:
    """What has been read so far, and what was wrong with it."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    mplstyle: Path = Path(MPLSTYLE)
    corrections: tuple[Correction, ...] = ()
    problems: list[str] = field(default_factory=list)


def load_facts(overlay: str | Path | None = None) -> Facts:
    """Give the facts that ship with the package, with the files of `overlay` laid over them.

    In the overlay, CSV rows replace the shipped rows of the same key and others are added; TOML is merged deep.

    Raises:
        FactsError: with every problem found, one Vietnamese sentence a line: file, line, what, nearest known.

    >>> load_facts().resolution["resolution_id"]
    'nq01-tu-xi'
    """
    pile = _Pile()
    _read_folder(_HERE, pile, shipped=True)
    if overlay is not None:
        folder = Path(overlay)
        if not folder.is_dir():
            raise FactsError(f"Không có thư mục danh mục {folder}; đề nghị kiểm tra đường dẫn sau --danh-muc.")
        _read_folder(folder, pile, shipped=False)
    values = {name: [typed(row, TABLES[name], pile.problems) for row in rows] for name, rows in pile.rows.items()}
    pile.problems += check_facts(pile.rows, pile.pages, pile.forms)
    if pile.problems:
        many = f"Danh mục có {len(pile.problems)} điểm cần sửa:\n"
        raise FactsError(many + "\n".join(f"- {problem}" for problem in pile.problems))
    read: dict[str, Any] = {name: frame(rows, pile.columns[name], TABLES[name]) for name, rows in values.items()}
    more: dict[str, Any] = {"forms": pile.forms, "mplstyle_path": pile.mplstyle, "corrections": pile.corrections}
    return Facts(**read | pile.pages | more)


def _read_folder(folder: Path, pile: _Pile, *, shipped: bool) -> None:
    for name in TABLES:
        _read_table(folder / f"{name}.csv", name, pile, shipped=shipped)
    for name, closed in PAGES.items():
        page = _read_page(folder / f"{name}.toml", pile, required=shipped)
        base = pile.pages.setdefault(name, {})
        _merge(base, page, f"{folder / name}.toml", pile.problems, closed=closed and not shipped)
    for path in sorted((folder / FORMS).glob("*.toml")):
        if not path.name.startswith(_OWN):
            form = _read_page(path, pile, required=True)
            _merge(pile.forms.setdefault(path.stem, {}), form, str(path), pile.problems)
    if (folder / MPLSTYLE).exists():
        pile.mplstyle = folder / MPLSTYLE
    elif shipped:
        pile.problems.append(_missing(MPLSTYLE))
    if not shipped:
        # The ledger is about an office's own files: none ships.
        pile.corrections = read_corrections(folder / LEDGER, pile.problems)
        pile.problems += _unknown_files(folder)


def _missing(name: str) -> str:
    return f"{name}: thiếu tệp danh mục này."


def _unknown_files(folder: Path) -> Iterator[str]:
    known = [f"{name}.csv" for name in TABLES] + [f"{name}.toml" for name in PAGES] + [MPLSTYLE, FORMS, LEDGER]
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith(_OWN):
            yield f"{path}: không có danh mục nào mang tên này{nearest(path.name, known)}."
    for path in sorted((folder / FORMS).glob("*")):
        if path.suffix != ".toml" and not path.name.startswith(_OWN):
            yield f"{path}: thư mục {FORMS} chỉ nhận tệp .toml."


def _read_table(path: Path, name: str, pile: _Pile, *, shipped: bool) -> None:
    table, place = TABLES[name], path.name if shipped else str(path)
    if shipped:
        pile.rows[name], pile.columns[name] = [], list(table.columns)
    if not path.exists():
        if shipped:
            pile.problems.append(_missing(place))
        return
    try:
        lines = read_lines(path)
    except (UnicodeDecodeError, csv.Error):
        pile.problems.append(f"{place}: không đọc được; đề nghị lưu lại ở dạng CSV UTF-8.")
        return
    header = lines[0][1] if lines else []
    columns = pile.columns[name] = pile.columns[name] or header
    if wrong := header_problems(header, columns, table, place):
        pile.problems += wrong
        return
    rows = to_rows(lines, columns, place, pile.problems)
    key = table.key or tuple(columns[:1])
    if table.unique:
        pile.problems += twins(rows, key)
    pile.rows[name] = lay_over(pile.rows[name], rows, key)


def _read_page(path: Path, pile: _Pile, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            pile.problems.append(_missing(path.name))
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        pile.problems.append(f"{path}: không đọc được; đề nghị kiểm tra cách ghi TOML ({error}).")
        return {}


def _merge(
    base: dict[str, Any], over: dict[str, Any], place: str, problems: list[str], *, closed: bool = False
) -> None:
    for key, value in over.items():
        known = base.get(key)
        if closed and key not in base:
            problems.append(f'{place}: không có mục "{key}"{nearest(key, base)}.')
        elif isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value, f"{place} [{key}]", problems)
        elif known is not None and isinstance(known, dict) != isinstance(value, dict):
            wanted = "một bảng" if isinstance(known, dict) else "một giá trị"
            problems.append(f'{place}: mục "{key}" phải là {wanted}.')
        else:
            base[key] = value
