"""The count layouts with places down: levels across (L9, L13), column blocks (L10), two years side by side (L11)."""

from .kinds import BODIES, COMMUNE_SHORT
from .manner import Manner
from .paper import Cell, Column, Head, Leaf, Row, Table
from .places import District, spell_commune
from .scales import UNRATED_WORDS
from .tally import Tally, add, body_tally, tally_commune
from .truth import Truth

#: A line of a table: its printed name, its code and its counts.
Line = tuple[str, str, Tally]
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def lines_of(
    truth: Truth, district: District, kind: str, year: int, manner: Manner, two_levels: bool = False
) -> list[Line]:
    """Give one line per commune."""
    return [
        (
            spell_commune(commune, district, manner.names),
            commune.area_id,
            tally_commune(truth, district, commune.area_id, kind, year, two_levels),
        )
        for commune in district.communes
    ]


def count_cells(tally: Tally, shares: bool) -> list[Cell]:
    """Give SL or SL, TL% per level; shares are of the rated units."""
    cells: list[Cell] = []
    for count in tally.counts:
        cells.extend((count, (count, tally.rated)) if shares else (count,))
    return cells


def level_columns(tally: Tally, title: str, manner: Manner, shares: bool) -> Head:
    """Give the head over the levels, with SL and TL% under each where shares are printed."""
    words = tally.scale.words(manner.words)
    pair = (Leaf("SL"), Leaf("TL%" if manner.words % 2 else "TL (%)", "share"))
    return Head(title, tuple(Head(word, pair) if shares else Leaf(word) for word in words))


def count_table(
    groups: list[tuple[str, list[Line]]],
    noun: str,
    year: int,
    manner: Manner,
    *,
    place_title: str = "Đơn vị",
    caption: str = "",
    cut_shares: bool = False,
    head_again: int | None = None,
    miscount: bool = False,
) -> Table:
    """L9, or L13 where there are named groups: places down, levels across; unrated units in a column of their own."""
    shares = manner.shares != "none"
    everything = add([tally for _, lines in groups for _, _, tally in lines])
    columns: tuple[Column, ...] = (
        Leaf("STT", "order"),
        Leaf(place_title, "name"),
        Leaf(f"Tổng số {noun}"),
        level_columns(everything, f"Kết quả xếp loại năm {year}", manner, shares),
        Leaf(UNRATED_WORDS[manner.words % len(UNRATED_WORDS)]),
        Leaf("Ghi chú", "text"),
    )

    def cells(order: Cell, name: str, tally: Tally, note: str | None = None) -> tuple[Cell, ...]:
        return (order, name, tally.total, *count_cells(tally, shares), tally.unrated, note)

    rows: list[Row] = []
    grouped = len(groups) > 1 or bool(groups[0][0])
    for index, (title, lines) in enumerate(groups):
        if grouped:
            empty: tuple[Cell, ...] = (None,) * (len(cells(None, "", everything)) - 2)
            rows.append(Row((ROMAN[index], title, *empty), "group"))
        start = len(rows)
        for order, (name, code, tally) in enumerate(lines, start=1):
            rows.append(Row(cells(order, name, tally, "mới thành lập" if tally.unrated else None), code=code))
        if grouped:
            subtotal = add([tally for _, _, tally in lines])
            rows.append(Row(cells(None, f"Cộng {ROMAN[index]}", subtotal), "total", (start, len(rows) - 1)))
    shift = int(manner.total_first and not grouped)
    adds = None if grouped or head_again else (shift, len(rows) - 1 + shift)
    total = Row(cells(None, manner.total, everything), "total", adds)
    if miscount:
        wrong = (*total.cells[:2], everything.total + 2, *total.cells[3:])
        text = f"cộng sai: ghi {everything.total + 2}, các dòng cộng lại được {everything.total}"
        total = Row(wrong, "total", None, ((2, text),))
    rows = [total, *rows] if shift else [*rows, total]
    base = f"Tỷ lệ tính trên số {noun} được xếp loại."
    notes = (f"Ghi chú: {base}",) if shares and everything.unrated else ()
    return Table(columns, tuple(rows), caption, notes, cut_shares=cut_shares, head_again=head_again)


def block_table(
    blocks: list[tuple[str, list[Line]]], manner: Manner, *, marks: bool = False, totals: bool = True
) -> Table:
    """L10: kinds of units, or bodies, as column blocks over the levels; places down."""
    columns: list[Column] = [Leaf("STT", "order"), Leaf("Địa phương", "name")]
    role = "mark" if marks else "count"
    for title, lines in blocks:
        head = level_columns(lines[0][2], title, manner, shares=False)
        under = tuple(Leaf(leaf.title, role) for leaf in head.under)
        unrated = any(tally.unrated for _, _, tally in lines)
        columns.append(Head(title, (*under, Leaf("Chưa XL")) if unrated else under))
    if totals:
        columns.append(Leaf("Cộng"))

    def cells(order: Cell, name: str, tallies: list[Tally]) -> tuple[Cell, ...]:
        row: list[Cell] = [order, name]
        for tally, (_, lines) in zip(tallies, blocks, strict=True):
            row.extend(tally.counts)
            if any(other.unrated for _, _, other in lines):
                row.append(tally.unrated)
        return (*row, sum(tally.total for tally in tallies)) if totals else tuple(row)

    rows = [
        Row(cells(place + 1, name, [lines[place][2] for _, lines in blocks]), code=code)
        for place, (name, code, _) in enumerate(blocks[0][1])
    ]
    sums = cells(None, manner.total, [add([tally for _, _, tally in lines]) for _, lines in blocks])
    rows.append(Row(sums, "total", None if marks else (0, len(rows) - 1)))
    return Table(tuple(columns), tuple(rows))


def body_lines(truth: Truth, district: District, organisation: str, year: int, manner: Manner) -> list[Line]:
    """Give, per commune, the one body of an organisation as a count of one."""
    return [
        (
            spell_commune(commune, district, manner.names),
            commune.area_id,
            body_tally(truth, [commune.area_id], organisation, year),
        )
        for commune in district.communes
    ]


def body_blocks(truth: Truth, district: District, year: int, manner: Manner, *, marks: bool) -> Table:
    """L10 for the six bodies of every commune, as counts or as crosses."""
    blocks = [
        (COMMUNE_SHORT[organisation], body_lines(truth, district, organisation, year, manner))
        for organisation in BODIES
    ]
    return block_table(blocks, manner, marks=marks, totals=not marks)


def two_year_table(
    before: list[Line], now: list[Line], noun: str, year: int, manner: Manner, *, place_title: str = "Địa phương"
) -> Table:
    """L11: last year and this year side by side with khá trở lên, and the change of the share in points."""

    def columns_of(which: int) -> Head:
        return Head(f"Năm {which}", (Leaf(f"Tổng số {noun}"), Leaf("Khá trở lên"), Leaf("%", "share")))

    def cells(order: Cell, name: str, old: Tally, new: Tally) -> tuple[Cell, ...]:
        a, b = _fair(old), _fair(new)
        change = 10000 * (b * old.rated - a * new.rated) // (old.rated * new.rated) if old.rated and new.rated else 0
        sign = "+" if change > 0 else "-" if change < 0 else ""
        printed = f"{sign}{abs(change) // 100},{abs(change) % 100:02d}" if change else "0"
        return (order, name, old.rated, a, (a, old.rated), new.rated, b, (b, new.rated), printed)

    rows = [
        Row(cells(order, name, old, new), code=code)
        for order, ((name, code, old), (_, _, new)) in enumerate(zip(before, now, strict=True), start=1)
    ]
    total = cells(None, manner.total, add([line[2] for line in before]), add([line[2] for line in now]))
    rows.append(Row(total, "total", (0, len(rows) - 1)))
    columns = (
        Leaf("TT", "order"),
        Leaf(place_title, "name"),
        columns_of(year - 1),
        columns_of(year),
        Leaf("Tăng (+), giảm (-) (điểm %)", "text"),
    )
    # The sum of a share is no share: totals of L11 are never formulas.
    return Table(columns, tuple(Row(row.cells, row.style, None, (), row.code) for row in rows))


def _fair(tally: Tally) -> int:
    return sum(count for level, count in zip(tally.scale.levels, tally.counts, strict=True) if level.fair)
