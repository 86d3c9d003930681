"""The sheets that a district adds to its return: tasks of part III, its duties, and here and there a list by chi bộ."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import duties
from .book import Sender, Sheet
from .branches import FROM_YEAR, LISTED, MEASURES, Branch, branch_table, draw_branches
from .kinds import YEARS
from .layouts_supporting import communes_table, tasks_table
from .manner import Manner
from .places import District
from .supporting import Figures, draw_supporting
from .tasks import BY_COMMUNE, TASKS, Task, miscounted, written_of
from .truth import Truth

# One line a district in official order, for 2021 2022 2023 2024: N this year only, S beside last year, K all years so
# far, T district's and communes' parts of a total, C meetings and models by commune and the rest as N.
_LAYOUTS = """
N N S S
K K K K
C C C C
N N N N
N S S S
N N C C
T T T T
N S S S
N N S S
C C C C
N N N N
N S S S
"""
#: The list by chi bộ in which the sum of one commune is wrong.
_MISCOUNTED_LIST = {(10, 2023): 4}
_TITLE = "Kết quả thực hiện một số nhiệm vụ công tác dân vận"
_DUTIES = "Tình hình thực hiện nhiệm vụ được giao tại Nghị quyết"
Record = dict[str, Any]


@dataclass
class Added:
    """What is drawn for these sheets: figures of part III, the chi bộ of the lists, how duties stand."""

    truth: Truth
    figures: Figures
    branches: dict[tuple[int, int], list[Branch]] = field(default_factory=dict)
    states: dict[tuple[int, int], duties.States] = field(default_factory=dict)
    #: Of the provincial bodies, by year.
    provincial: dict[int, duties.States] = field(default_factory=dict)


def draw_added(truth: Truth, seed: int) -> Added:
    """Draw everything from streams of its own."""
    added = Added(truth, draw_supporting(truth, seed))
    for year in YEARS:
        added.provincial[year] = duties.draw_states(duties.PROVINCIAL, "tinh", year, seed)
        for index, district in enumerate(truth.districts):
            if index in LISTED and year >= FROM_YEAR:
                added.branches[index, year] = draw_branches(truth, district, year, seed)
            if (index, year) not in duties.SILENT:
                added.states[index, year] = duties.draw_states(duties.LOCAL, district.area_id, year, seed)
    return added


def layout_of(index: int, year: int) -> str:
    """Give the layout of a district's tasks of part III.

    >>> layout_of(5, 2022), layout_of(5, 2023)
    ('N', 'C')
    """
    lines = _LAYOUTS.split("\n")[1:-1]
    return lines[index % len(lines)].split()[YEARS.index(year)]


def added_sheets(added: Added, index: int, year: int, manner: Manner) -> list[Sheet]:
    """Give the sheets that follow those of a district's ratings."""
    district, place = added.truth.districts[index], (index, year)
    sheets = []
    if place in added.branches:
        headed = LISTED[index]
        title = "Danh sách chi bộ khóm, ấp và kết quả sinh hoạt, đảng viên tham gia làm nòng cốt"
        table = branch_table(
            added.branches[place], district, manner, headed=headed, miscount=_MISCOUNTED_LIST.get(place)
        )
        sheets.append(Sheet("Chi bo khom, ap", title, (table,)))
    sheets += _task_sheets(added.figures, district, index, year, manner)
    if place in added.states:
        table = duties.duties_table(
            duties.LOCAL,
            added.states[place],
            year,
            manner,
            body=duties.body_of(district),
            unclear=duties.UNCLEAR.get(place),
        )
        sheets.append(Sheet("Nhiem vu duoc giao", _DUTIES, (table,)))
    return sheets


def _task_sheets(figures: Figures, district: District, index: int, year: int, manner: Manner) -> list[Sheet]:
    layout, sheets = layout_of(index, year), []
    tasks: tuple[Task, ...] = TASKS
    if layout == "C":
        table = communes_table(figures, district, year, manner, miscount=miscounted(index, year))
        sheets.append(Sheet("Doi thoai, DV kheo", "Kết quả đối thoại, Dân vận khéo, tiếp công dân", (table,)))
        layout, tasks = "N", tuple(task for task in TASKS if task not in BY_COMMUNE)
    table = tasks_table(figures, district, year, manner, layout=layout, tasks=tasks, written=written_of(index, year))
    return [*sheets, Sheet("Nhiem vu cong tac DV", _TITLE, (table,))]


def duties_sheets(added: Added, year: int, manner: Manner) -> list[Sheet]:
    """Give the one sheet on the duties of the provincial bodies."""
    table = duties.duties_table(duties.PROVINCIAL, added.provincial[year], year, manner)
    return [Sheet("Nhiem vu", _DUTIES, (table,))]


#: Ban Dân vận gathers the duties of the provincial bodies in a file a year.
DUTIES_FILE = "Tinh hinh thuc hien nhiem vu NQ nam {year}.xlsx"
DUTIES_SENDER = Sender("TỈNH UỶ ĐỒNG THÁP", "BAN DÂN VẬN", "Tỉnh Đồng Tháp", "BDVTU", "TRƯỞNG BAN")
DUTIES_MANNER = Manner(numbering="1", words=2)


def measures_of(added: Added, index: int, year: int) -> Iterator[tuple[str, Task, int]]:
    """Give (area, measure, value) as a district's return tells them: by commune where it does, and without the faults."""
    district = added.truth.districts[index]
    communes = [commune.area_id for commune in district.communes]
    layout, left_out = layout_of(index, year), written_of(index, year)
    for task in TASKS:
        for area_id in communes if layout == "C" and task in BY_COMMUNE else [district.area_id]:
            if task.measure not in left_out:
                yield area_id, task, added.figures[area_id, year][task.measure]


def branch_records(added: Added) -> Iterator[Record]:
    """Give one record per chi bộ, year and measure."""
    for (index, year), branches in sorted(added.branches.items()):
        for branch in branches:
            for measure, value in zip(MEASURES, branch.figures, strict=True):
                yield {
                    "district_id": added.truth.districts[index].area_id,
                    "area_id": branch.commune.area_id,
                    "area_name": branch.commune.name,
                    "year": year,
                    "unit_name": branch.name,
                    "measure": measure,
                    "value": value,
                }


def duty_records(added: Added, province: tuple[str, str]) -> Iterator[Record]:
    """Give one record per duty, year and body that told how it stands in words that say so."""
    for year in YEARS:
        for duty in duties.PROVINCIAL:
            yield _duty(duty, province[0], province[1], duty.body, year, added.provincial[year])
        for index, district in enumerate(added.truth.districts):
            states, unclear = added.states.get((index, year), {}), duties.UNCLEAR.get((index, year), ("", ""))[0]
            for duty in (duty for duty in duties.LOCAL if states and duty.clause != unclear):
                yield _duty(duty, district.area_id, district.name, duties.body_of(district), year, states)


def _duty(duty: duties.Duty, area_id: str, area_name: str, body: str, year: int, states: duties.States) -> Record:
    return {
        "area_id": area_id,
        "area_name": area_name,
        "year": year,
        "duty_id": duty.clause,
        "body": body,
        "due": duty.due.format(year=year, next=year + 1),
        "state": states[duty.clause],
    }
