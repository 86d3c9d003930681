"""What districts report of the tasks of part III, and the deliberate faults in it: two tables of this room's own."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """One measure: its code, its part of the resolution's section III, its unit, and three ways of wording it.

    A figure is drawn around `mean` for each commune (`level` "xa") or for the district (`level` "huyen"); with `of` it is
    that many per one of another measure, or, with `share`, that part of it, higher by `yearly` each year. `drawn` names
    what it is counted from instead, or "steady" where it hardly changes. `short` is the foot of a column under `head`.
    """

    measure: str
    section: int
    unit: str
    words: tuple[str, ...]
    level: str
    drawn: str
    mean: float
    of: str
    share: bool
    yearly: float
    head: str
    short: str


#: The headings of part III as returns abbreviate them.
SECTIONS = {
    1: ("Công tác tuyên truyền, quán triệt", "Nâng cao nhận thức, hành động"),
    2: ("Công tác lãnh đạo, chỉ đạo của cấp uỷ", "Đổi mới phương thức lãnh đạo của cấp uỷ"),
    3: ("Xây dựng, củng cố tổ chức, bộ máy, đội ngũ cán bộ", "Tổ chức, bộ máy, cán bộ"),
    4: ("Hoạt động của MTTQ, các tổ chức CT-XH", "Mặt trận Tổ quốc, các tổ chức chính trị - xã hội"),
    5: ("Công tác dân vận của cơ quan nhà nước", "Công tác dân vận của chính quyền"),
    6: ("Công tác dân vận trong lực lượng vũ trang", "Lực lượng vũ trang"),
    7: ("Công tác dân vận trong đồng bào có đạo", "Vùng đồng bào có đạo"),
}
#: What an office writes where a measure's number belongs (None: nothing), and what is wrong with it.
Written = dict[str, tuple[str | None, str]]


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _task(row: dict[str, str]) -> Task:
    return Task(
        measure=row["measure"],
        section=int(row["section"]),
        unit=row["unit"],
        words=tuple(row["words"].split(" | ")),
        level=row["level"],
        drawn=row["drawn"],
        mean=float(row["mean"] or 0),
        of=row["of"],
        share=bool(row["share"]),
        yearly=float(row["yearly"] or 0),
        head=row["head"],
        short=row["short"],
    )


TASKS = tuple(map(_task, _rows("tasks.csv")))
#: The measures that the layout with communes down gives by commune.
BY_COMMUNE = tuple(task for task in TASKS if task.head)
_FAULTS = _rows("task_faults.csv")
_WRONG_SUM = "+1"


def written_of(index: int, year: int) -> Written:
    """Give what a district (by official order) writes in place of numbers in a year."""
    return {
        row["measure"]: (row["written"] or None, row["what"])
        for row in _FAULTS
        if (row["district"], row["year"]) == (str(index), str(year)) and row["written"] != _WRONG_SUM
    }


def miscounted(index: int, year: int) -> str:
    """Give the measure whose printed total is one too many, or nothing."""
    here = [row for row in _FAULTS if (row["district"], row["year"]) == (str(index), str(year))]
    return next((row["measure"] for row in here if row["written"] == _WRONG_SUM), "")
