"""Drafts the facts page of a form nobody knows: its headers, what each may mean, and what the analyst has to confirm.

Only headers are looked at and printed; of the cells below it is only asked whether they are numbers, areas or ratings.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from danvan_analysis.cells import Sheet, address
from danvan_analysis.intake.blocks import Block, find_blocks, is_number
from danvan_analysis.intake.column_content import by_content
from danvan_analysis.intake.columns import Column, read_columns
from danvan_analysis.intake.draft_text import Entry, draft_text
from danvan_analysis.intake.labels import read_label
from danvan_analysis.intake.proposals import Proposal
from danvan_analysis.intake.recognise import recognise
from danvan_analysis.intake.sheet_reader import Reader
from danvan_analysis.text import clean, fold

_COLUMN_NUMBERS = re.compile(r"\(?\s*(?:\d{1,2}|[a-eđA-EĐ])\s*\)?(?:\s*=.*)?")
#: Roles under which a row's label may be printed as an indicator; anything else might be somebody's name.
_TELLING = ("level", "unrated", "unit_type", "organisation", "measure", "total", "rated_total")
#: What a column of figures may be.
_FIGURES = ("level", "unrated", "total", "rated_total", "count", "share", "measure", "score", "index_rank", "year_cell",
            "target", "change", "code")  # fmt: skip


@dataclass
class Drafted:
    """One table of a file: where it stands, the form it is, and the draft where something in it is unknown."""

    sheet: str
    where: str
    known_form: str | None
    form_id: str = ""
    text: str = ""
    unknown: list[str] = field(default_factory=list)


def draft_forms(
    sheets: list[Sheet], path: PurePosixPath, reader: Reader, taken: set[str] | None = None
) -> list[Drafted]:
    """Give every table of a file, with a draft page for each that is unknown or has unknown headers.

    The draft is a TOML page in which every proposal is a comment: as it stands it changes nothing. `taken` are the ids of
    other drafts, besides those of the forms that are known; it grows.
    """
    found: list[Drafted] = []
    taken = set() if taken is None else taken
    taken |= set(reader.facts.forms)
    for sheet in sheets:
        blocks = find_blocks(sheet, reader.vocabulary, reader.is_area) or _guess(sheet)
        for block in blocks:
            drafted = _draft(sheet, block, path, reader, taken)
            taken.add(drafted.form_id)
            found.append(drafted)
    return found


def _guess(sheet: Sheet) -> list[Block]:
    """The table of a sheet none of whose headers is known: words over rows of figures, or over rows as wide."""
    rows = [r for r in range(len(sheet.rows)) if len(sheet.filled(r)) >= 2]
    data = [r for r in rows if any(is_number(sheet.raw(r, c)) for c in sheet.filled(r)) and not _numbering(sheet, r)]
    worded = [r for r in rows if not any(is_number(sheet.raw(r, c)) for c in sheet.filled(r))]
    above = [r for r in worded if not data or r < data[0]]
    if data and above:
        bottom = above[-1]
    elif above and len(above) > 2:
        widest = max(len(sheet.filled(r)) for r in above)
        bottom = next(r for r in above if len(sheet.filled(r)) == widest)
    else:
        return []
    top = bottom
    # A storey above stands right over it; a letterhead has a row between, or one or two cells.
    while top - 1 in worded and len(sheet.filled(top - 1)) >= 3:
        top -= 1
    columns = [c for r in range(top, bottom + 1) for c in sheet.filled(r)]
    body = [r for r in range(bottom + 1, len(sheet.rows)) if sheet.filled(r) and not _numbering(sheet, r)]
    if not body:
        return []
    block = Block(min(columns), max(columns), top, bottom, body)
    block.title = [sheet.text(r, c) for r in range(top - 1, -1, -1) for c in sheet.filled(r)]
    return [block]


def _numbering(sheet: Sheet, r: int) -> bool:
    texts = [sheet.text(r, c) for c in sheet.filled(r)]
    return len(texts) >= 3 and all(_COLUMN_NUMBERS.fullmatch(text) for text in texts) and texts[0].strip("() ") in "1aA"


def _draft(sheet: Sheet, block: Block, path: PurePosixPath, reader: Reader, taken: set[str]) -> Drafted:
    vocabulary, gazetteer = reader.vocabulary, reader.gazetteer(None)
    columns = by_content(sheet, block, read_columns(sheet, block, vocabulary, gazetteer), vocabulary, reader.is_area)
    form = recognise(columns, reader.facts.forms, vocabulary)
    rows_name = _indicators(sheet, block, columns, reader)
    entries = _column_entries(sheet, block, columns, reader, rows_name)
    if rows_name is not None:
        entries += _row_entries(sheet, block, rows_name, reader)
    where = f"{address(block.top, block.left)}"
    drafted = Drafted(sheet.name, where, form["form_id"] if form else None, unknown=[e.phrase for e in entries])
    if form and not entries:
        return drafted
    title = _title(block, sheet, reader)
    drafted.form_id = _free_id(title, path, taken)
    asked = {e.phrase for e in entries}
    known = [
        c
        for c in columns
        if c.path and c.role not in ("unknown", "empty") and not asked & {reader.vocabulary.phrase(t) for t in c.path}
    ]
    facts = reader.facts
    names = facts.settings["header_roles"]["names"]
    values = {f"measure:{code}": label for code, label in facts.measures.select("measure", "label_vi").iter_rows()}
    values |= {f"unit_type:{code}": name for code, name in facts.unit_types.select("unit_type", "name_vi").iter_rows()}
    values |= {
        f"organisation:{c}": name for c, name in facts.organisations.select("organisation", "name_vi").iter_rows()
    }
    drafted.text = draft_text(
        drafted.form_id,
        title,
        _needs(sheet, block, columns, rows_name is not None, reader),
        entries,
        [(address(block.bottom, c.index), c.header, names.get(c.role, c.role)) for c in known],
        names,
        values,
        facts.settings["draft"]["longest_header"],
        f"{path.name}, trang “{sheet.name}”, bảng từ ô {where}",
    )
    return drafted


def _column_entries(
    sheet: Sheet, block: Block, columns: list[Column], reader: Reader, rows_name: int | None
) -> list[Entry]:
    """One entry for each header phrase that has words nobody knows, in the order of the columns."""
    vocabulary = reader.vocabulary
    entries: dict[str, Entry] = {}
    for column in columns:
        if column.role == "person" or column.area_id:
            continue
        for i, text in enumerate(column.path):
            phrase, reading = vocabulary.phrase(text), vocabulary.read(text)
            leaf = i == len(column.path) - 1
            nothing = leaf and column.role == "unknown" and not reading.tokens and not reading.years
            if not phrase or not (reading.rest or nothing):
                continue
            entry = entries.setdefault(phrase, Entry(phrase, text, []))
            entry.cells.append(address(block.bottom, column.index))
            if leaf and not entry.proposals:
                entry.holds, first = _content(sheet, block, column.index, reader)
                if column.index == rows_name:
                    entry.holds, first = "nội dung, chỉ tiêu", [Proposal("indicator_name", "")]
                entry.proposals = _joined(first, vocabulary.near(text), entry.holds)
            elif not leaf and not entry.proposals:
                entry.proposals = [*vocabulary.near(text), Proposal("filler", "chữ đệm")]
    return list(entries.values())


def _content(sheet: Sheet, block: Block, c: int, reader: Reader) -> tuple[str, list[Proposal]]:
    """What kind of thing stands in a column, without repeating any of it."""
    values = [(sheet.raw(r, c), sheet.text(r, c)) for r in block.rows if sheet.raw(r, c) is not None]
    if not values:
        return "cột chưa có gì", []
    numbers = [v for v, _ in values if is_number(v)]
    if 2 * len(numbers) >= len(values):
        whole = [int(v) for v in numbers if isinstance(v, int | float) and float(v).is_integer()]
        if c == block.left and len(whole) == len(values) and whole == list(range(1, 1 + len(whole))):
            return "số thứ tự tăng dần", [Proposal("stt", "số thứ tự")]
        if all("%" in str(v) for v in numbers):
            return "tỷ lệ phần trăm", [Proposal("share", "tỷ lệ")]
        return "số", []
    if 2 * sum(reader.is_area(text) for _, text in values) >= len(values):
        return "tên địa bàn", [Proposal("name", "tên địa bàn")]
    rated = [r for _, t in values if (r := reader.vocabulary.read(t)).has("level", "unrated") and not r.rest]
    if 2 * len(rated) >= len(values):
        return "mức xếp loại bằng chữ", [Proposal("rating", "xếp loại")]
    return "chữ", []


def _joined(first: list[Proposal], near: list[Proposal], holds: str) -> list[Proposal]:
    """What the cells say goes first, then what is alike, then what is always possible."""
    always = {
        "số": ("total", "count", "share", "note"),
        "chữ": ("unit_name", "indicator_name", "name", "note", "person"),
    }.get(holds, ("note",))
    if holds == "số":
        # A column of figures names no place and no unit.
        near = [p for p in near if p.code.split(":")[0] in _FIGURES]
    found = {p.code: p for p in (*first, *near, *(Proposal(code, "") for code in always))}
    return list(found.values())


def _indicators(sheet: Sheet, block: Block, columns: list[Column], reader: Reader) -> int | None:
    """The column that names what each row counts: by its header, or where most of its words are levels and kinds."""
    named = next((c.index for c in columns if c.role == "indicator_name"), None)
    if named is not None:
        return named
    for column in columns:
        labels = [sheet.text(r, column.index) for r in block.rows if isinstance(sheet.raw(r, column.index), str)]
        telling = [t for t in labels if reader.vocabulary.read(read_label(t).bare).has(*_TELLING)]
        beside = [c for c in columns if c.index > column.index]
        figures = any(is_number(sheet.raw(r, c.index)) for c in beside for r in block.rows)
        rated = (
            _content(sheet, block, column.index, reader)[0] == "mức xếp loại bằng chữ" and column.index > block.left + 1
        )
        open_role = column.role in ("unknown", "name", "unit_name", "empty")
        if len(labels) >= 3 and 2 * len(telling) >= len(labels) and figures and not rated and open_role:
            return column.index
    return None


def _row_entries(sheet: Sheet, block: Block, c: int, reader: Reader) -> list[Entry]:
    """Row labels with words nobody knows; only short ones that speak of something known, never a name alone."""
    entries: dict[str, Entry] = {}
    for r in block.rows:
        label = read_label(sheet.text(r, c)).bare
        reading = reader.vocabulary.read(label)
        has_figure = any(is_number(sheet.raw(r, b)) for b in range(c + 1, block.right + 1))
        near = reader.vocabulary.near(label) if reading.rest and has_figure else []
        phrase = reader.vocabulary.phrase(label)
        if near and phrase and reading.has(*_TELLING):
            entry = entries.setdefault(phrase, Entry(phrase, label, [], "dòng chỉ tiêu", [*near, Proposal("note", "")]))
            entry.cells.append(address(r, c))
    return list(entries.values())


def _needs(sheet: Sheet, block: Block, columns: list[Column], by_rows: bool, reader: Reader) -> list[str]:
    if by_rows:
        return ["indicator_name", "value"]
    roles = {c.role for c in columns}
    holds = {_content(sheet, block, c.index, reader)[0] for c in columns}
    if "rating" in roles or "mức xếp loại bằng chữ" in holds:
        return ["any_name", "rating"]
    near = [p.code for c in columns for text in c.path for p in reader.vocabulary.near(text)[:1] if c.role == "unknown"]
    measured = sum(code.startswith("measure:") for code in near) + sum(c.role == "measure" for c in columns)
    rated = sum(code.startswith("level:") for code in near) + sum(c.role == "level" for c in columns)
    return ["name", "measure"] if measured > rated else ["name", "level"]


def _title(block: Block, sheet: Sheet, reader: Reader) -> str:
    for text in block.title:
        reading = reader.vocabulary.read(text, "title")
        if len(text.split()) >= 3 and (reading.tokens or reading.years) and len(text) <= 160:
            return clean(text)
    return clean(sheet.name)


def _free_id(title: str, path: PurePosixPath, taken: set[str]) -> str:
    bare = "".join(
        c for c in unicodedata.normalize("NFD", fold(title).replace("đ", "d")) if not unicodedata.combining(c)
    )
    parts = re.findall(r"[a-z]+", bare)
    base = "-".join(parts)[:48].strip("-") or "bieu-moi"
    number = next(n for n in range(1, len(taken) + 2) if (base if n == 1 else f"{base}-{n}") not in taken)
    return base if number == 1 else f"{base}-{number}"
