"""The made-up figures of part III, by commune and district.

Drawn from streams of their own: nothing here changes a rating or a party figure.
"""

from random import Random

from .kinds import YEARS
from .tally import present
from .tasks import TASKS, Task
from .truth import Truth

#: Fewer meetings with people in the year of the epidemic.
_YEAR_OF_EPIDEMIC = 0.72
Figures = dict[tuple[str, int], dict[str, int]]


def draw_supporting(truth: Truth, seed: int) -> Figures:
    """Give the figures of part III by (area, year): of every commune, and of every district their sum or its own."""
    figures: Figures = {}
    for district in truth.districts:
        rng = Random(f"{seed}|supporting|{district.area_id}")
        effort = rng.gauss(1.0, 0.1)
        habits = {task.measure: max(0.6, rng.gauss(effort, 0.15)) for task in TASKS}
        sizes = {commune.area_id: rng.uniform(0.75, 1.25) for commune in district.communes}
        for year in YEARS:
            own: dict[str, int] = {}
            for commune in district.communes:
                here = _draw(truth, commune.area_id, year, habits, sizes[commune.area_id], rng)
                figures[commune.area_id, year] = here
                for measure, value in here.items():
                    own[measure] = own.get(measure, 0) + value
            for task in (task for task in TASKS if task.level == "huyen"):
                own[task.measure] = _one(task, own, year, habits, rng)
            figures[district.area_id, year] = {task.measure: own[task.measure] for task in TASKS}
    return figures


def _draw(
    truth: Truth, commune_id: str, year: int, habits: dict[str, float], size: float, rng: Random
) -> dict[str, int]:
    here: dict[str, int] = {}
    counted = {
        "hoi_quan": len(present(truth, "hoi_quan", commune_id, year)),
        "to_ndtq": sum(truth.groups[commune_id, year]),
    }
    for task in (task for task in TASKS if task.level == "xa"):
        if task.drawn == "steady":
            here[task.measure] = round(task.mean * size * rng.uniform(0.99, 1.01))
        else:
            here[task.measure] = counted[task.drawn] if task.drawn else _one(task, here, year, habits, rng)
    return here


def _one(task: Task, known: dict[str, int], year: int, habits: dict[str, float], rng: Random) -> int:
    later = task.yearly * (year - YEARS[0])
    if task.share:
        ratio = min(1.0, max(0.0, rng.gauss(task.mean + later, 0.02 if task.mean > 0.5 else 0.05)))
        return round(known[task.of] * ratio)
    if task.of:
        return round(known[task.of] * task.mean * rng.uniform(0.8, 1.2))
    slow = _YEAR_OF_EPIDEMIC if year == YEARS[0] and task.unit in ("cuộc", "lớp", "ngày") else 1.0
    mean = task.mean * habits[task.measure] * slow
    return max(0, round(rng.gauss(mean, 0.12 * mean if mean > 20 else 0.7)))
