"""What a column means by what stands in it, where its header leaves a choice."""

from collections.abc import Callable
from dataclasses import replace

from danvan_analysis.cells import Sheet
from danvan_analysis.intake.blocks import LEADING, Block, is_number
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.vocabulary import Vocabulary

_SHORTEST_NAME = 3
_MOST_MARKS = 5


def by_content(
    sheet: Sheet, block: Block, columns: list[Column], vocabulary: Vocabulary, is_area: Callable[[str], bool]
) -> list[Column]:
    """Give the columns with roles that only their cells decide.

    Areas across: the first column of words names the indicators. No name column: the first whose cells are areas is it.
    A column of words headed "Chi hội" or "Khóm, ấp" beside a column of ratings holds the units' names. A column that
    sums levels over organisations side by side only checks.
    """
    filled = {c.index: [r for r in block.rows if sheet.raw(r, c.index) is not None] for c in columns}
    wordy = [
        c for c in columns if filled[c.index] and not any(is_number(sheet.raw(r, c.index)) for r in filled[c.index])
    ]
    texts = {c.index: [sheet.text(r, c.index) for r in filled[c.index]] for c in wordy}
    changed: dict[int, str] = {}
    if sum(c.area_id is not None for c in columns) >= 3 and not any(c.role == "indicator_name" for c in columns):
        first = next((c for c in wordy if c.area_id is None and c.role != "stt"), None)
        if first:
            changed[first.index] = "indicator_name"
    elif not any(c.role in LEADING and c.role not in ("stt", "code") for c in columns):
        named = (c for c in wordy if 2 * sum(map(is_area, texts[c.index])) >= len(texts[c.index]))
        # Codes alone name the rows as well as names do.
        first = next(named, None) or next((c for c in columns if c.role == "code"), None)
        if first:
            changed[first.index] = "name"
    for c in wordy:
        if c.role == "value" and 2 * sum(_is_rating(vocabulary, t) for t in texts[c.index]) >= len(texts[c.index]):
            changed[c.index] = "rating"
    if any(changed.get(c.index, c.role) == "rating" for c in columns):
        for c in wordy:
            if c.index in changed:
                continue
            if c.role in ("value", "count", "total") and not any(_is_rating(vocabulary, t) for t in texts[c.index]):
                changed[c.index] = "unit_name"
    if not any(c.role in ("unit_name", "level", "rating") for c in columns):
        # "Chi bộ" over names, not numbers, beside what was measured of each.
        held = [c for c in wordy if c.role == "measure" and _are_names(texts[c.index]) and c.index not in changed]
        changed |= {c.index: "unit_name" for c in held[:1]}
    if any(c.role == "level" for c in columns):
        # "Số tổ chức" over a table of ratings is their total, not the bodies that registered a work.
        changed |= {c.index: "total" for c in columns if c.role == "measure" and c.code == "to_chuc"}
        # A spacer column under "Xếp loại năm 2022" holds no ratings in words and makes no list of the table.
        changed |= {c.index: "empty" for c in columns if c.role == "rating" and not texts.get(c.index)}
    subjects = {(c.organisation, c.unit_type) for c in columns if c.role == "level"}
    if len(subjects) > 1:
        for c in columns:
            if c.role == "level" and c.organisation is None and c.unit_type is None:
                changed[c.index] = "sum"
    # A name column that holds codes keeps that in mind: its numbers are no figures.
    kept = {c.index: "code" if c.role == "code" else c.code for c in columns}
    columns = [replace(c, role=changed[c.index], code=kept[c.index]) if c.index in changed else c for c in columns]
    return [replace(c, role="twin") if c.index in _twins(columns) else c for c in columns]


def _twins(columns: list[Column]) -> set[int]:
    """Columns of one meaning under headers that differ by words nobody knows ("Năm trước", "Năm nay"): none can be used.

    The same header twice is a table pasted twice, which the figures themselves settle; of several, one without unknown
    words is the plain one.
    """
    same: dict[tuple[object, ...], list[Column]] = {}
    for c in columns:
        if c.role in ("level", "unrated", "total", "rated_total", "measure"):
            key = (c.role, c.organisation, c.unit_type, c.year, c.area_id, c.code)
            same.setdefault(key, []).append(c)
    twins: set[int] = set()
    for group in same.values():
        if len({c.path for c in group}) > 1 and any(c.vague for c in group):
            plain = [c for c in group if not c.vague]
            twins |= {c.index for c in group if c.vague or len(plain) != 1}
    return twins


def _is_rating(vocabulary: Vocabulary, text: str) -> bool:
    reading = vocabulary.read(text)
    return reading.has("level", "unrated") and not reading.rest


def _are_names(texts: list[str]) -> bool:
    """Whether texts are names: most are words, and not a few marks over and over ("x", "có").

    "Chi bộ ấp 1" stands in every commune: many texts alike are names too where there are more than marks would be.
    """
    various = 2 * len(set(texts)) > len(texts) or len(set(texts)) > _MOST_MARKS
    return various and 2 * sum(len(text) > _SHORTEST_NAME for text in texts) >= len(texts)
