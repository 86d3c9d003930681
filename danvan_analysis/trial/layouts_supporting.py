"""The layouts of part III: measures down the rows with their unit, by year or by level; or communes down, measures across."""

from .layouts import ROMAN
from .manner import Manner
from .paper import Cell, Column, Head, Leaf, Row, Table
from .places import District, spell_commune
from .supporting import Figures
from .tasks import BY_COMMUNE, SECTIONS, TASKS, Task, Written

_NAMES = ("Nội dung", "Chỉ tiêu", "Nội dung, chỉ tiêu")
_UNITS = ("Đơn vị tính", "ĐVT")


def tasks_table(
    figures: Figures,
    district: District,
    year: int,
    manner: Manner,
    *,
    layout: str,
    tasks: tuple[Task, ...] = TASKS,
    written: Written | None = None,
) -> Table:
    """Measures down the rows under the headings of part III.

    `layout` N has this year's results, S last year's beside them, K all years so far, T the district's own and its
    communes' parts of the total. `written` puts words or nothing where a measure's number of this year belongs.
    """
    years = [which for which in range(2021, year + 1) if layout == "K" or which >= year - (layout == "S")]
    columns = _columns(layout, years, manner)
    rows: list[Row] = []
    order = 0
    for number, titles in SECTIONS.items():
        own = [task for task in tasks if task.section == number]
        if own:
            title = titles[manner.words % len(titles)]
            rows.append(Row((ROMAN[number - 1], title, *(None,) * (len(columns) - 2)), "group"))
        for task in own:
            order += 1
            words = task.words[manner.words % len(task.words)]
            cells, faults = _cells(task, figures, district, years, layout, (written or {}).get(task.measure))
            rows.append(Row((order, words, task.unit, *cells, *(None,) * (layout in "NK")), "data", None, faults))
    return Table(_nested(columns, layout, years), tuple(rows))


def _columns(layout: str, years: list[int], manner: Manner) -> list[Leaf]:
    first = [
        Leaf("TT" if manner.words % 2 else "STT", "order"),
        Leaf(_NAMES[manner.words % len(_NAMES)], "label"),
        Leaf(_UNITS[manner.words % len(_UNITS)], "text"),
    ]
    if layout == "N":
        return [*first, Leaf(f"Kết quả năm {years[-1]}", "figure"), Leaf("Ghi chú", "text")]
    if layout == "S":
        both = [Leaf(f"Năm {year}", "figure") for year in years]
        return [*first, *both, Leaf("Tăng (+), giảm (-)", "text")] if len(years) > 1 else [*first, *both]
    if layout == "K":
        return [*first, *(Leaf(str(year), "figure") for year in years), Leaf("Ghi chú", "text")]
    return [*first, *(Leaf(title, "figure") for title in ("Tổng số", "Cấp huyện", "Cấp xã"))]


def _nested(columns: list[Leaf], layout: str, years: list[int]) -> tuple[Column, ...]:
    if layout == "K":
        span = f"{years[0]} - {years[-1]}" if len(years) > 1 else f"năm {years[0]}"
        return (*columns[:3], Head(f"Kết quả thực hiện ({span})", tuple(columns[3:-1])), columns[-1])
    return (*columns[:4], Head("Trong đó", tuple(columns[4:]))) if layout == "T" else tuple(columns)


def _cells(
    task: Task,
    figures: Figures,
    district: District,
    years: list[int],
    layout: str,
    written: tuple[str | None, str] | None,
) -> tuple[tuple[Cell, ...], tuple[tuple[int, str], ...]]:
    values: list[Cell] = [figures[district.area_id, year][task.measure] for year in years]
    if written:
        values[-1] = written[0]
        return tuple(values), ((2 + len(values), written[1]),)
    now = figures[district.area_id, years[-1]][task.measure]
    if layout == "T":
        above = now if task.level == "huyen" else now // 10
        return (now, above, now - above), ()
    if layout == "S" and len(years) > 1:
        change = now - figures[district.area_id, years[0]][task.measure]
        return (*values, f"{change:+d}" if change else "0"), ()
    return tuple(values), ()


def communes_table(figures: Figures, district: District, year: int, manner: Manner, *, miscount: str = "") -> Table:
    """Communes down, meetings with people and models across, each group of columns under its head.

    `miscount` names the measure whose printed total is one too many.
    """
    heads = list(dict.fromkeys(task.head for task in BY_COMMUNE))
    columns: tuple[Column, ...] = (
        Leaf("STT", "order"),
        Leaf("Đơn vị", "name"),
        *(Head(head, tuple(Leaf(t.short, "figure") for t in BY_COMMUNE if t.head == head)) for head in heads),
    )
    tasks = [task for head in heads for task in BY_COMMUNE if task.head == head]
    rows = []
    for order, commune in enumerate(district.communes, start=1):
        here = figures[commune.area_id, year]
        name = spell_commune(commune, district, manner.names)
        rows.append(Row((order, name, *(here[task.measure] for task in tasks)), code=commune.area_id))
    whole = figures[district.area_id, year]
    sums: list[Cell] = [whole[task.measure] + (task.measure == miscount) for task in tasks]
    faults = tuple(
        (column, f"cộng sai: ghi {sums[column - 2]}, các dòng cộng lại được {whole[task.measure]}")
        for column, task in enumerate(tasks, start=2)
        if task.measure == miscount
    )
    rows.append(Row((None, manner.total, *sums), "total", None if miscount else (0, len(rows) - 1), faults))
    return Table(columns, tuple(rows))
