"""The truth as files: what reading the trial returns back has to give, each unit once, confirmed ratings only."""

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from .added import Added, Record, branch_records, duty_records, measures_of
from .book import Fault
from .kinds import BASE, BODIES, COMMUNITY, KINDS, YEARS
from .places import District
from .plan import Plan, plan_of
from .scales import SCALES, UNRATED, Scale
from .tally import Tally, body_level, present, tally_commune, tally_district, unit_level
from .truth import Truth

_SHARED = ("area_id", "area_name", "district_name", "district_id", "year", "period", "nature")
_RATINGS = (
    *_SHARED,
    *("organisation", "unit_type", "unit_id", "unit_name", "channel", "rated_by", "status", "scale_id", "rating"),
    *("rank", "good_or_better", "fair_or_better", "weak", "score", "count"),
)
_MEASURES = (
    *_SHARED,
    *("organisation", "unit_type", "unit_id", "unit_name", "channel", "status", "measure", "value", "score"),
)


_BRANCHES = ("district_id", "area_id", "area_name", "year", "unit_name", "measure", "value")
_DUTIES = ("area_id", "area_name", "year", "duty_id", "body", "due", "state")


def write_truth(folder: Path, added: Added, province: tuple[str, str], faults: list[Fault]) -> None:
    """Write ratings, measures, chi-bo, duties and loi-co-y (the deliberate faults) as .csv."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "ratings.csv", _RATINGS, rating_records(added.truth, province))
    _write(folder / "measures.csv", _MEASURES, chain(measure_records(added.truth), task_records(added)))
    _write(folder / "chi-bo.csv", _BRANCHES, branch_records(added))
    _write(folder / "duties.csv", _DUTIES, duty_records(added, province))
    cells = ({"file": f.file, "sheet": f.sheet, "cell": f.cell, "what": f.what} for f in faults)
    _write(folder / "loi-co-y.csv", ("file", "sheet", "cell", "what"), cells)


def rating_records(truth: Truth, province: tuple[str, str]) -> Iterator[Record]:
    """Give one record per group of units; by commune where the return gives communes, else by district."""
    for year in YEARS:
        for organisation in BODIES:
            shared = _shared(province[0], province[1], None, year) | {"channel": "nganh_doc"}
            yield from _body(truth, province[0], organisation, "cap_tinh", year, shared)
        for index, district in enumerate(truth.districts):
            plan = plan_of(index, year)
            own = _shared(district.area_id, district.name, district, year)
            for organisation in BODIES:
                yield from _body(truth, district.area_id, organisation, "cap_huyen", year, own)
            yield from _commune_bodies(truth, district, plan, year)
            for kind in (*BASE, *COMMUNITY):
                yield from _base_units(truth, district, plan, kind, year)


def _shared(area_id: str, area_name: str, district: District | None, year: int) -> Record:
    return {
        "area_id": area_id,
        "area_name": area_name,
        "district_name": district.name if district else None,
        "district_id": district.area_id if district else None,
        "year": year,
        "period": "nam",
        "nature": "gia_dinh",
        "channel": "dia_phuong",
        "status": "chinh_thuc",
    }


def _rating(shared: Record, organisation: str, unit_type: str, scale: Scale, level: int | None, count: int) -> Record:
    record = shared | {
        "organisation": organisation,
        "unit_type": unit_type,
        "rated_by": "cap_uy",
        "scale_id": scale.scale_id,
        "count": count,
    }
    if level is None:
        return record | {"rating": UNRATED}
    found = scale.levels[level]
    flags = {"good_or_better": found.good, "fair_or_better": found.fair, "weak": found.weak}
    return record | flags | {"rating": found.rating, "rank": level + 1}


def _body(truth: Truth, area_id: str, organisation: str, unit_type: str, year: int, shared: Record) -> Iterator[Record]:
    scale = SCALES["hoan_thanh"]
    yield _rating(shared, organisation, unit_type, scale, body_level(truth, area_id, organisation, year, scale), 1)


def _commune_bodies(truth: Truth, district: District, plan: Plan, year: int) -> Iterator[Record]:
    scale = SCALES["hoan_thanh"]
    if plan.by_commune("cap_xa"):
        for commune in district.communes:
            shared = _shared(commune.area_id, commune.name, district, year)
            for organisation in BODIES:
                yield from _body(truth, commune.area_id, organisation, "cap_xa", year, shared)
        return
    shared = _shared(district.area_id, district.name, district, year)
    for organisation in BODIES:
        levels = [body_level(truth, c.area_id, organisation, year, scale) for c in district.communes]
        for level in range(len(scale.levels)):
            if level in levels:
                yield _rating(shared, organisation, "cap_xa", scale, level, levels.count(level))


def _base_units(truth: Truth, district: District, plan: Plan, kind: str, year: int) -> Iterator[Record]:
    two = plan.two_levels and kind in COMMUNITY
    if not plan.by_commune(kind):
        shared = _shared(district.area_id, district.name, district, year)
        yield from _groups(shared, kind, tally_district(truth, district, kind, year, two))
        return
    for commune in district.communes:
        shared = _shared(commune.area_id, commune.name, district, year)
        tally = tally_commune(truth, district, commune.area_id, kind, year, two)
        if not plan.by_name(kind):
            yield from _groups(shared, kind, tally)
            continue
        for unit in present(truth, kind, commune.area_id, year):
            level = unit_level(truth, unit, district.area_id, kind, year)
            named = shared | {"unit_name": unit.name}
            yield _rating(named, KINDS[kind].organisation, KINDS[kind].unit_type, tally.scale, level, 1)


def _groups(shared: Record, kind: str, tally: Tally) -> Iterator[Record]:
    organisation, unit_type = KINDS[kind].organisation, KINDS[kind].unit_type
    for level, count in enumerate(tally.counts):
        if count:
            yield _rating(shared, organisation, unit_type, tally.scale, level, count)
    if tally.unrated:
        yield _rating(shared, organisation, unit_type, tally.scale, None, tally.unrated)


def measure_records(truth: Truth) -> Iterator[Record]:
    """Give one record per commune, year and measure."""
    for year in YEARS:
        for district in truth.districts:
            for commune in district.communes:
                shared = _shared(commune.area_id, commune.name, district, year)
                for measure, value in truth.measures[commune.area_id, year].items():
                    unit_type = "tat_ca"
                    if measure.startswith("to_chuc_dang"):
                        unit_type = "to_chuc_dang"
                    elif not measure.startswith("to_chuc"):
                        unit_type = "chi_bo"
                    body = "tat_ca"
                    yield shared | {
                        "organisation": body,
                        "unit_type": unit_type,
                        "measure": measure,
                        "value": value,
                    }


def task_records(added: Added) -> Iterator[Record]:
    """Give one record per area, year and measure of part III."""
    names = {c.area_id: c.name for district in added.truth.districts for c in district.communes}
    for year in YEARS:
        for index, district in enumerate(added.truth.districts):
            for area_id, task, value in measures_of(added, index, year):
                yield _shared(area_id, names.get(area_id, district.name), district, year) | {
                    "organisation": "tat_ca",
                    "unit_type": "tat_ca",
                    "measure": task.measure,
                    "value": value,
                }


def _write(path: Path, columns: tuple[str, ...], records: Iterator[Record]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for record in records:
            words = {True: "true", False: "false"}
            writer.writerow({key: words[value] if isinstance(value, bool) else value for key, value in record.items()})
