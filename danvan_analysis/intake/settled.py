"""What settling a table gives, what it needs of the facts, and the few words its questions share."""

from dataclasses import dataclass, field
from typing import Any

from danvan_analysis.cells import Position, address
from danvan_analysis.facts import Facts
from danvan_analysis.facts.model import items
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.scales import Scales
from danvan_analysis.tables import ALL
from danvan_analysis.text import fold

Row = dict[str, Any]


@dataclass
class Settled:
    """The rows of one table, what they cover, and how each printed share comes out of the counts."""

    ratings: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    shares: list[Row] = field(default_factory=list)
    duties: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """What settling needs of the facts, made once a run."""

    scales: Scales
    implied: dict[str, str]
    share_bases: dict[str, list[list[str]]]
    organisation_names: dict[str, str]
    type_names: dict[str, str]
    #: The measures that may be counted of the armed forces.
    armed_forces: frozenset[str] = frozenset()
    #: The measures that are of no one organisation.
    party: frozenset[str] = frozenset()
    #: The kinds of unrated that are no units of the year any more.
    gone: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: Facts) -> "Settings":
        """Read them from the facts."""
        implied = {}
        for row in facts.unit_types.iter_rows(named=True):
            owners = items(row["organisations"])
            if len(owners) == 1:
                implied[row["unit_type"]] = owners[0]
        return cls(
            Scales(facts),
            implied,
            facts.settings["share_bases"],
            dict(facts.organisations.select("organisation", "name_vi").iter_rows()),
            dict(facts.unit_types.select("unit_type", "name_vi").iter_rows()),
            frozenset(facts.settings["armed_forces"]["measures"]),
            frozenset(facts.settings["party_measures"]["measures"]),
            tuple(facts.settings["unrated"]["gone"]),
        )


def base_row(key: Key, context: Context, gazetteer: Gazetteer) -> Row:
    area_id, organisation, unit_type, year, unit_name, rated_by, _ = key
    area = gazetteer.areas[area_id or ""]
    confirmed = "nganh_doc" if context.channel == "nganh_doc" else "cap_uy"
    unit_id = None
    if unit_name:
        # There is one body of an organisation in an area, however its name is written.
        own = "" if str(unit_type).startswith("cap_") else f":{fold(unit_name)}"
        unit_id = f"{area_id}:{organisation}:{unit_type}{own}"
    return {
        "area_id": area_id,
        "area_name": area.name,
        "district_name": area.district_name,
        "year": year,
        "period": context.period,
        "organisation": organisation,
        "unit_type": unit_type,
        "unit_id": unit_id,
        "unit_name": unit_name,
        "channel": context.channel,
        "rated_by": rated_by or confirmed,
        "status": context.status,
    }


def coverage_row(base: Row, expected: int | None, covered: int, *, own_total: bool | None) -> Row:
    names = ("year", "period", "area_id", "organisation", "unit_type")
    return {**{name: base[name] for name in names}, "expected": expected, "covered": covered, "own_total": own_total}


def measure_row(base: Row, measure: str, value: int | None, score: float | None, cells: list[Position]) -> Row:
    names = ("area_id", "area_name", "district_name", "year", "period", "organisation", "unit_type", "unit_id",
             "unit_name", "channel", "status")  # fmt: skip
    row = {name: base[name] for name in names}
    return {**row, "measure": measure, "value": value, "score": score, "cells": cells}


def once_in_table(out: Readout, members: list[Observation], base: Row, settings: Settings) -> list[Observation]:
    """The same figure printed twice in a table counts once; two different ones are both set aside."""
    if len(members) < 2:
        return members
    kept: dict[str, Observation] = {}
    disputed: set[str] = set()
    for o in members:
        first = kept.get(o.code)
        if first is None:
            kept[o.code] = o
        elif first.value == o.value:
            if first.cell != o.cell:
                out.marks[o.cell] = "checked"
            if first.cell != o.cell and o.what not in ("total", "rated_total"):
                # A long table repeats its base in every row; a level or a measure said twice is worth a word.
                cells = [first.cell, o.cell]
                message = f"{cells_vi(cells)}: {who_vi(base, settings)}, {base['area_name']} ghi hai lần như nhau; chỉ tính một lần."
                out.note("used", "trung_lap", cells, message)
        elif first.cell != o.cell:
            cells = [first.cell, o.cell]
            out.note(
                "aside",
                "hai_so_khac_nhau",
                cells,
                f"{cells_vi(cells)}: hai số khác nhau ({first.value} và {o.value}) cho cùng một nội dung của"
                f" {who_vi(base, settings)}, {base['area_name']}; phần mềm không chọn. Đề nghị xác nhận số đúng.",
            )
            disputed.add(o.code)
    return [o for code, o in kept.items() if code not in disputed]


def cells_vi(cells: list[Position]) -> str:
    shown = [address(*cell) for cell in cells[:4]]
    return "Ô " + ", ".join(shown) + ("…" if len(cells) > 4 else "")


def who_vi(base: Row, settings: Settings) -> str:
    """Of whom a row speaks, in words: a named unit by its name, what is of all alike as "số liệu"."""
    kind = settings.type_names.get(base["unit_type"], "")
    if base["unit_name"] and base["organisation"] == ALL:
        return str(base["unit_name"])
    if kind and settings.implied.get(base["unit_type"]) == base["organisation"]:
        return kind
    return f"{kind} {settings.organisation_names.get(base['organisation'], '')}".strip() or "số liệu"


def place_vi(base: Row) -> str:
    """The area a row speaks of, after the name of its unit."""
    return ", ".join(name for name in (base["unit_name"], base["area_name"]) if name)
