"""Tables whose rows are levels and counts, and whose columns are years, organisations, kinds or areas (L1, L14)."""

from collections.abc import Hashable
from dataclasses import dataclass

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.blanks import ask_blank_measures, is_untold
from danvan_analysis.intake.blocks import Block
from danvan_analysis.intake.column_numbers import confirm_doubts, refuse_share_columns, take_count
from danvan_analysis.intake.columns import Column, shared_dims
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.labels import Label, read_label
from danvan_analysis.intake.observe import Observation, Readout
from danvan_analysis.intake.row_names import is_footer
from danvan_analysis.intake.suggest import unknown_rating, unknown_words
from danvan_analysis.intake.total_checks import check_column_shares
from danvan_analysis.intake.vocabulary import Reading, Vocabulary
from danvan_analysis.text import fold

_COUNTED = ("value", "total", "count", "rated_total")


@dataclass
class _Heading:
    """What the rows below a heading are about, until the next one says otherwise."""

    organisation: str | None = None
    unit_type: str | None = None
    last: str = ""
    code: str = ""


def observe_indicator_rows(
    out: Readout, block: Block, columns: list[Column], context: Context, vocabulary: Vocabulary
) -> None:
    """Add the observations and notes of one table to `out`."""
    sheet = out.sheet
    name = next(column.index for column in columns if column.role == "indicator_name")
    measure_unit = next((column.index for column in columns if column.role == "measure_unit"), None)
    numbered = next((column.index for column in columns if column.role == "stt"), None)
    feeding, checking = _split(columns, name)
    whole = [column for column in checking if column.role in _COUNTED]
    by_level = bool(whole) and not any(column.organisation or column.area_id for column in feeding)
    dims = shared_dims(feeding)
    shown = [column.index for column in (*feeding, *checking)] + [c.index for c in columns if c.role == "share"]
    rated = any(vocabulary.read(read_label(sheet.text(r, name)).bare).has("level") for r in block.rows)
    heading = _Heading()
    told: list[tuple[int, Hashable, str, str, bool]] = []
    blank: list[Position] = []
    start = len(out.observations)
    for r in block.rows:
        text = sheet.text(r, name) if sheet.span.get((r, name), (r, name))[1] == name else ""
        if not text and numbered is not None and not sheet.text(r, numbered).isdigit():
            text = sheet.text(r, numbered)
        label = read_label(text)
        says = out.has_figures(r, shown)
        if (not label.text and not says) or is_footer(out, r, vocabulary):
            continue
        words_of_row = _without_intro(label)
        reading = vocabulary.read(words_of_row)
        what, code = _meaning(reading, rated)
        is_share = (measure_unit is not None and "%" in sheet.text(r, measure_unit)) or reading.has("share")
        if is_share and what in ("unknown", "total") and not reading.rest and heading.last and not reading.has(
            "organisation", "unit_type"
        ):  # fmt: skip
            # "Tỷ lệ" under a count is the share of that count.
            what, code = heading.last, heading.code
        # A measure with its unit and no number was not told; without a unit it heads the rows below it.
        untold = what == "measure" and measure_unit is not None and bool(sheet.text(r, measure_unit))
        if not says and what != "level" and not untold:
            _open(heading, reading)
            continue
        if fold(label.bare).startswith("trong đó") and heading.last in ("level", "unrated"):
            # Part of the row above, never a further item.
            _mark(out, r, shown, "checked")
            continue
        if what == "unknown":
            cells = [(r, c) for c in shown if sheet.raw(r, c) is not None]
            who = (heading.organisation or context.organisation, heading.unit_type or context.unit_type, context.year)
            near = rated and vocabulary.ratings.nearest(words_of_row, *who, least=75)
            hint = unknown_rating(words_of_row, vocabulary, *who) if near else unknown_words(words_of_row, vocabulary)
            out.note(
                "aside",
                "chi_tieu_la",
                cells,
                f"Dòng {r + 1} “{label.text}”: chưa rõ là nội dung nào trong danh mục.{hint}",
                label.text,
            )
            continue
        if what == "total":
            _open(heading, reading)
        heading.last, heading.code = what, code
        about = reading.last("organisation", heading.organisation), reading.last("unit_type", heading.unit_type)
        told.append((r, about, what, code, is_share))
        # "Số cuộc giám sát | Tổng số | Cấp huyện | Cấp xã": of what is measured the whole feeds, not its levels.
        feeds, checks = (whole, feeding) if what == "measure" and by_level else (feeding, checking)
        if what == "measure" and not is_share:
            blank += [(r, c.index) for c in feeds if is_untold(out, (r, c.index))]
        _observe(out, r, feeds, checks, columns, heading, reading, dims, context, what, code, is_share)
    counted_too = [column for column in checking if column.role in _COUNTED]
    check_column_shares(out, told, counted_too, [column for column in columns if column.role == "share"])
    confirm_doubts(out, start, [])
    ask_blank_measures(out, start, blank, name)
    counted = {c.index: c.header or address(block.bottom, c.index) for c in feeding}
    refuse_share_columns(out, start, counted, block.rows)


def _split(columns: list[Column], name: int) -> tuple[list[Column], list[Column]]:
    """Which columns feed and which only check: parts by organisation or area feed and their total checks, else the total feeds."""
    counted = [column for column in columns if column.role in _COUNTED]
    fine = [column for column in counted if column.organisation or column.area_id or column.unit_type]
    kinds = [column for column in columns if column.role == "name" and column.index != name]
    if fine:
        return fine, [column for column in counted if column not in fine] + kinds
    return counted, kinds


def _without_intro(label: Label) -> str:
    """The words that say what a row counts: after "Trong đó", after a lead-in that ends with a colon and a bullet."""
    text = label.bare
    _, colon, tail = text.partition(":")
    if colon and tail.strip():
        return read_label(tail).bare
    folded = fold(text)
    return text[len("trong đó") :].strip(" :") if folded.startswith("trong đó") else text


def _meaning(reading: Reading, rated: bool) -> tuple[str, str]:
    if reading.rest or reading.several("organisation"):
        return "unknown", ""
    levels = reading.values("level")
    if len(levels) == 1:
        return "level", levels[0]
    if reading.has("unrated"):
        return "unrated", reading.values("unrated")[0]
    if reading.has("rated_total"):
        return "rated_total", ""
    measure = reading.measure
    if measure and not (rated and measure == "to_chuc"):
        return "measure", measure
    if reading.has("total", "organisation", "unit_type", "measure", "count"):
        return "total", ""
    return "unknown", ""


def _open(heading: _Heading, reading: Reading) -> None:
    organisations, types = reading.values("organisation"), reading.values("unit_type")
    if organisations:
        if organisations[-1] != heading.organisation and not types:
            heading.unit_type = None
        heading.organisation = organisations[-1]
    if types:
        heading.unit_type = types[-1]
    if organisations or types:
        heading.last = ""


def _mark(out: Readout, r: int, shown: list[int], mark: str) -> None:
    for c in shown:
        if out.sheet.raw(r, c) is not None:
            out.marks[r, c] = mark


def _observe(
    out: Readout,
    r: int,
    feeding: list[Column],
    checking: list[Column],
    columns: list[Column],
    heading: _Heading,
    reading: Reading,
    dims: dict[str, object],
    context: Context,
    what: str,
    code: str,
    is_share: bool,
) -> None:
    sheet = out.sheet
    _mark(out, r, [column.index for column in checking], "checked")
    organisation = reading.last("organisation", heading.organisation)
    unit_type = reading.last("unit_type", heading.unit_type)
    by_index = {column.index: column for column in columns}
    shares = [column for column in columns if column.role == "share"]
    year = dims.get("year")
    for column in (*feeding, *shares):
        cell = (r, column.index)
        owner = by_index.get(column.of) if column.of is not None else None
        subject = owner or column
        own_organisation, own_type = dims.get("organisation"), dims.get("unit_type")
        who = (
            subject.area_id or context.area_id,
            subject.organisation or organisation or (own_organisation if isinstance(own_organisation, str) else None)
            or context.organisation,
            subject.unit_type or unit_type or (own_type if isinstance(own_type, str) else None) or context.unit_type,
            subject.year or column.year or (year if isinstance(year, int) else None) or context.year,
            None,
            context.rated_by,
            None,
        )  # fmt: skip
        if what == "level" and column.role != "share" and not is_share:
            out.declare(who[1:4], code)
        if (
            cell not in sheet.faults
            and sheet.raw(*cell) is None
            and not (what == "measure" and out.blank_is_zero(None))
        ):
            continue
        if column.role == "share" or is_share:
            out.marks[cell] = "checked"
            share = out.figure(*cell, share=True, header=column.header)
            feeds = owner is None or owner in feeding
            if share is not None and feeds:
                out.observations.append(Observation(*who, "share", f"{what}:{code}", share, cell))
        else:
            take_count(out, cell, who, what, code, column.header or address(*cell))
