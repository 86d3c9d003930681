"""Counts that only their table can decide: "83/85", "1,030", Excel's 1.03 for "1.030", percentages among counts.

Such a figure waits until its table is read. A total of its row or column, its base or its share must give exactly the one
count it can be; else it is set aside, never guessed.
"""

from collections import defaultdict
from collections.abc import Callable

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.numbers import Doubtful, NotANumber, is_blank, read_count, share_agrees, share_within
from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.text import number

#: A printed total, and how to learn which cells it may add up.
PrintedSum = tuple[Position, Callable[[], list[list[Position]]]]


def take_count(out: Readout, cell: Position, who: Key, what: str, code: str, header: str) -> None:
    """Add the count that stands in a cell; one that the table must decide waits in `out.pending`."""
    value = out.figure(*cell, share=False, header=header)
    if value is None and what == "measure" and cell not in out.doubts and out.blank_is_zero(out.sheet.raw(*cell)):
        value = 0
    if value is None:
        if cell in out.doubts:
            out.pending.append(Observation(*who, what, code, out.doubts[cell][0].value, cell))
        elif out.marks.get(cell) == "aside" and what in ("level", "unrated"):
            out.lost.add(who)
        return
    out.observations.append(Observation(*who, what, code, value, cell))
    out.marks[cell] = "used"
    share = share_within(out.sheet.raw(*cell))
    if share is not None:
        out.observations.append(Observation(*who, "share", f"{what}:{code}", share, cell))


def confirm_doubts(out: Readout, start: int, printed: list[PrintedSum]) -> None:
    """Decide what waits by the observations of its table (those from `start` on) and its printed sums."""
    groups: dict[Key, list[Observation]] = defaultdict(list)
    waiting = {o.key for o in out.pending}
    for o in [*out.observations[start:], *out.pending] if waiting else []:
        if o.key in waiting:
            groups[o.key].append(o)
    sure: set[Position] = set()
    for members in groups.values():
        sure |= _sure_by_row(out, members)
    sure |= _sure_by_sum(out, start, printed)
    misread, unsaid = [], []
    for o in [o for o in out.pending if o.cell in sure]:
        out.observations.append(o)
        out.marks[o.cell] = "used"
        doubt = out.doubts[o.cell][0]
        if doubt.share is not None:
            out.observations.append(Observation(*o.key, "share", f"{o.what}:{o.code}", doubt.share, o.cell))
        if doubt.base is None:
            misread.append(o.cell)
        elif not any(m.what in ("total", "rated_total") or (m in out.pending and m is not o) for m in groups[o.key]):
            # Several strokes over one base bear each other out; a lone one may be a result over a target.
            unsaid.append(o.cell)
    for cell in sure:
        out.confirmed[cell] = out.doubts.pop(cell)[0].value
    out.lost |= {o.key for o in out.pending if o.cell not in sure and o.what in ("level", "unrated")}
    out.pending.clear()
    if misread:
        _ask(out, misread)
    for cell in unsaid:
        text = out.sheet.text(*cell)
        message = (
            f"Ô {address(*cell)} ghi “{text}”: hiểu là {number(out.confirmed[cell])} đơn vị, vì cộng các mức của dòng được đúng số"
            " sau dấu gạch; biểu không in tổng số nên đề nghị xác nhận."
        )
        out.note("used", "so_doc_lai", [cell], message, text)


def _ask(out: Readout, cells: list[Position]) -> None:
    shown = "; ".join(
        f"{address(*cell)} ghi “{_printed(out, cell)}”, đọc là {number(out.confirmed[cell])}" for cell in cells[:4]
    )
    message = (
        f"Ô {shown}{'…' if len(cells) > 4 else ''}: có thể dấu phân nghìn đã bị đọc thành dấu thập phân. Tổng số hoặc tỷ lệ trên"
        " biểu khớp đúng với cách đọc này nên phần mềm dùng; đề nghị xác nhận."
    )
    out.note("used", "so_doc_lai", cells, message, _printed(out, cells[0]))


def _printed(out: Readout, cell: Position) -> str:
    """The cell as a Vietnamese reader sees it: Excel's 1.03 is shown as 1,03."""
    raw = out.sheet.raw(*cell)
    return out.sheet.text(*cell).replace(".", ",") if isinstance(raw, float) else out.sheet.text(*cell)


def _sure_by_row(out: Readout, members: list[Observation]) -> set[Position]:
    """The waiting figures that the totals and shares of one group of units confirm."""
    of = {what: [o for o in members if o.what == what] for what in ("level", "unrated", "total", "rated_total")}
    levels, parts = of["level"], [*of["level"], *of["unrated"]]
    rated, everything = sum(o.value for o in levels), sum(o.value for o in parts)
    plain = [o for o in members if o.cell not in out.doubts]
    waits = [o for o in members if o.cell in out.doubts]
    sure: set[Position] = set()
    agreeing = [o for o in of["total"] if parts and o.value in (rated, everything) and o.value]
    if agreeing:
        sure |= {o.cell for o in (*parts, *agreeing)}
    agreeing = [o for o in of["rated_total"] if levels and o.value == rated and o.value]
    if agreeing:
        sure |= {o.cell for o in (*levels, *agreeing)}
    bases = {o.value for o in plain if o.what in ("total", "rated_total")}
    for o in waits:
        base = out.doubts[o.cell][0].base
        if base is not None:
            # The number after the stroke is the total of the row or, where none is printed, what its levels add up to.
            sure.discard(o.cell)
            if o.what in ("level", "unrated") and o.value <= base and base in (bases or {rated, everything}):
                sure.add(o.cell)
            continue
        shares = [s.value for s in plain if s.what == "share" and s.code == f"{o.what}:{o.code}"]
        if any(share_agrees(share, o.value, base) for share in shares for base in bases):
            sure.add(o.cell)
    return sure & out.doubts.keys()


def _sure_by_sum(out: Readout, start: int, printed: list[PrintedSum]) -> set[Position]:
    """The waiting figures that a printed total of their column confirms, and such totals that their rows confirm."""
    sure: set[Position] = set()
    plain: dict[Position, int] | None = None
    waiting = {o.cell: o.value for o in out.pending if out.doubts[o.cell][0].base is None}
    columns = {c for _, c in waiting}
    for cell, selections in printed:
        doubtful = not isinstance(total := _candidate(out, cell), int)
        if doubtful:
            out.figure(*cell, share=False, header=address(*cell))
            if cell not in out.doubts or out.doubts[cell][0].base is not None:
                continue
            total = out.doubts[cell][0].value
        if not doubtful and cell[1] not in columns:
            continue
        for cells in selections():
            if not doubtful and not any(c in waiting for c in cells):
                continue
            if plain is None:
                plain = {o.cell: o.value for o in out.observations[start:] if isinstance(o.value, int)}
            if total and total == sum(plain.get(c, waiting.get(c, 0)) for c in cells):
                sure |= {c for c in cells if c in waiting} | ({cell} if doubtful else set())
    return sure


def _candidate(out: Readout, cell: Position) -> int | None:
    raw = out.sheet.raw(*cell)
    if is_blank(raw):
        return 0
    try:
        return read_count(raw, out.units)
    except Doubtful:
        return None
    except NotANumber:
        return 0


def leave_doubts(out: Readout) -> None:
    """Set aside what nothing in the table confirmed."""
    for cell, (doubt, header) in out.doubts.items():
        text = _printed(out, cell)
        hint = (
            ""
            if doubt.base is not None
            else f" (nếu là {number(doubt.value)}: tổng số và tỷ lệ trên biểu chưa xác nhận được)"
        )
        out.note(
            "aside",
            "so_khong_doc_duoc",
            [cell],
            f"Ô {address(*cell)} (cột “{header}”) ghi “{text}”: {doubt}{hint}. Đề nghị ghi lại bằng chữ số.",
            text,
        )
    out.doubts.clear()


def refuse_share_columns(out: Readout, start: int, columns: dict[int, str], rows: list[int]) -> None:
    """Set a whole column of counts aside where percentages or fractions stand in it: its whole numbers may be more of them."""
    if not out.like_shares:
        return
    agreed = _agreed(out, start)
    lost: set[Position] = set()
    for c, header in columns.items():
        cells = [(r, c) for r in rows]
        like = [cell for cell in cells if cell in out.like_shares and cell not in out.confirmed]
        whole = {o.cell: o.value for o in out.observations[start:] if o.cell[1] == c and o.what != "share"}
        whole = {cell: value for cell, value in whole.items() if cell in set(cells) - agreed}
        fractions = any(isinstance(v := out.sheet.raw(*cell), float) and v < 1 for cell in like)
        if not whole or not like:
            continue
        if len(like) >= len(whole) or (fractions and set(whole.values()) <= {0, 1}):
            found = sorted(whole)
            lost |= set(found)
            message = (
                f"Cột “{header}”: {', '.join(address(*cell) for cell in like[:3])} ghi tỷ lệ hoặc số thập phân nên chưa rõ"
                f" {', '.join(address(*cell) for cell in found[:3])}{'…' if len(found) > 3 else ''} là số lượng hay tỷ lệ;"
                " chưa đưa vào tổng hợp. Đề nghị ghi số lượng."
            )
            out.note("aside", "giong_ty_le", found, message)
    if lost:
        out.lost |= {o.key for o in out.observations[start:] if o.cell in lost}
        out.observations[start:] = [o for o in out.observations[start:] if o.cell not in lost]


def _agreed(out: Readout, start: int) -> set[Position]:
    """The levels of the groups that add up to their own printed total: counts beyond doubt."""
    groups: dict[Key, list[Observation]] = defaultdict(list)
    for o in out.observations[start:]:
        groups[o.key].append(o)
    agreed: set[Position] = set()
    for members in groups.values():
        parts = [o for o in members if o.what in ("level", "unrated")]
        totals = [o for o in members if o.what in ("total", "rated_total")]
        sums = {sum(o.value for o in parts), sum(o.value for o in parts if o.what == "level")}
        if any(o.value in sums for o in totals):
            agreed |= {o.cell for o in (*parts, *totals)}
    return agreed
