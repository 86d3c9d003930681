"""Tables of duties (part IV): each row a duty with its body, product, due date and how it stands, in words of the facts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from danvan_analysis.cells import Sheet, address
from danvan_analysis.facts import Facts
from danvan_analysis.facts.rows import nearest
from danvan_analysis.intake.blocks import Block
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.labels import read_label
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import Observation, Readout
from danvan_analysis.intake.row_names import is_footer
from danvan_analysis.intake.settled import Row, Settled
from danvan_analysis.intake.vocabulary import Vocabulary, words
from danvan_analysis.text import fold

#: After the words of a state only a mark may follow, then what explains it.
_MARK = re.compile(r"\s*(?:[.,;:(–-]|$)")
#: A duty may be printed shortened or lengthened, but not to fewer letters than these.
_SHORTEST = 20


@dataclass(frozen=True)
class DutyTable:
    """A table of duties: the page of its form, and which of its columns is what."""

    form: dict[str, Any]
    at: Mapping[str, int]


def duty_table(sheet: Sheet, block: Block, forms: Mapping[str, dict[str, Any]]) -> DutyTable | None:
    """Recognise a table of duties by its header: task and state, and one of body, product and due date; else None."""
    for form in forms.values():
        if "states" not in form:
            continue
        roles = {_key(text): role for role, texts in form["columns"].items() for text in texts}
        at: dict[str, int] = {}
        for c in range(block.left, block.right + 1):
            path = block.header_text(sheet, c)
            role = roles.get(_key(path[-1])) if path else None
            if role:
                at.setdefault(role, c)
        if {"task", "state"} <= at.keys() and at.keys() & {"body", "product", "due"}:
            return DutyTable(form, at)
    return None


def _key(text: str) -> tuple[str, ...]:
    """A header's words without years and numbers: "Kết quả thực hiện năm 2024" heads the same column every year."""
    parts = [word for word in words(text) if not word.isdigit()]
    return tuple(parts[:-1] if parts[-1:] == ["năm"] else parts)


def observe_duties(
    out: Readout,
    block: Block,
    table: DutyTable,
    context: Context,
    facts: Facts,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
) -> Settled:
    """Give the duties of one table; what is unknown in them is a note in `out`, a blank state says nothing."""
    result, sheet, at = Settled(), out.sheet, table.at
    tasks = [(r, text) for r in block.rows if (text := sheet.text(r, at["task"]))]
    # "NGƯỜI LẬP BIỂU" where a task would stand signs the table; "Ban Thường vụ" beside a task does it.
    rows = [r for r, text in tasks if not (vocabulary.begins(text, "footer") and is_footer(out, r, vocabulary))]
    said = [(r, sheet.text(r, at["state"])) for r in rows]
    said = [(r, text) for r, text in said if text.strip(" -–.…")]
    if said and (context.area_id not in gazetteer.areas or context.year is None):
        lacks = "năm" if context.year is None else "địa bàn, cơ quan"
        message = f"Bảng tình hình thực hiện nhiệm vụ chưa rõ {lacks} báo cáo; đề nghị ghi rõ ở tiêu đề biểu."
        out.note("aside", "thieu_boi_canh", [(r, at["state"]) for r, _ in said], message)
        return result
    for r, text in said:
        cell = (r, at["state"])
        task = read_label(sheet.text(r, at["task"])).bare
        duty = _find(task, [sheet.text(r, c) for c in (at.get("code"), block.left) if c is not None], facts)
        state = read_state(text, table.form["states"], table.form.get("ahead", ()))
        if duty is None:
            known = nearest(task, facts.duties["task_vi"])
            message = f"Dòng {r + 1}: nhiệm vụ “{task}” chưa có trong duties.csv{known}."
            out.note("aside", "nhiem_vu_la", [cell], message, task)
        elif state is None:
            message = (
                f"Ô {address(*cell)} ghi “{text}”: chưa rõ là đã, đang hay chưa thực hiện. Đề nghị ghi một trong các cách:"
                " “Đã thực hiện”, “Đang thực hiện”, “Chưa thực hiện”."
            )
            out.note("aside", "trang_thai_la", [cell], message, text)
        else:
            result.duties.append(_row(out, r, table, context, facts, gazetteer, duty, state))
            key = (context.area_id, None, None, context.year, None, None, None)
            out.observations.append(Observation(*key, "duty", str(duty["duty_id"]), state, cell))
    return result


def read_state(text: str, states: Mapping[str, list[str]], ahead: Sequence[str] = ()) -> str | None:
    """Give the state a cell's words stand for; None where they are unknown or say two things.

    `ahead` are words after which a text tells of what is to come.

    >>> known = {"da_thuc_hien": ["đã thực hiện"], "dang_thuc_hien": ["đã thực hiện một phần", "đang thực hiện"]}
    >>> read_state("Đã thực hiện (Kế hoạch số 12)", known), read_state("Đã thực hiện một phần", known)
    ('da_thuc_hien', 'dang_thuc_hien')
    >>> read_state("Đã thực hiện 3/5", known), read_state("Đã thực hiện; phần còn lại đang thực hiện", known)
    (None, None)
    >>> read_state("Đang thực hiện, dự kiến hoàn thành quý I", known | {"da_thuc_hien": ["hoàn thành"]}, ["dự kiến"])
    'dang_thuc_hien'
    """
    folded = fold(text).strip(" -+*")
    for word in ahead:
        # "Đang thực hiện, dự kiến hoàn thành năm sau": what is still to come is no state.
        folded = re.split(rf"\b{re.escape(fold(word))}\b", folded)[0]
    named = [(fold(wording), state) for state, wordings in states.items() for wording in wordings]
    begun = [(w, state) for w, state in named if folded.startswith(w) and _MARK.match(folded, len(w))]
    if not begun:
        return None
    wording, state = max(begun, key=lambda pair: len(pair[0]))
    rest = folded[len(wording) :]
    others = (w for w, other in named if other != state and re.search(rf"\b{re.escape(w)}\b", rest))
    return None if any(others) else state


def _find(task: str, codes: list[str], facts: Facts) -> Row | None:
    """Give the duty a row is about: by its code, by its words, or by the one it shortens or goes on from."""
    rows = facts.duties.to_dicts()
    for code in codes:
        found = [row for row in rows if fold(row["duty_id"]) == fold(code).strip(" .)")]
        if found:
            return found[0]
    said = fold(task).strip(" .;")
    exact = [row for row in rows if fold(row["task_vi"]).strip(" .;") == said]
    near = [row for row in rows if len(said) >= _SHORTEST and _begins(said, fold(row["task_vi"]))]
    found = exact or near
    return found[0] if len(found) == 1 else None


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _row(
    out: Readout,
    r: int,
    table: DutyTable,
    context: Context,
    facts: Facts,
    gazetteer: Gazetteer,
    duty: Row,
    state: str,
) -> Row:
    sheet, at = out.sheet, table.at
    area = gazetteer.areas[str(context.area_id)]
    cells = [(r, at[name]) for name in ("state", "task", "body", "product", "due") if name in at]
    cells = [cell for cell in cells if sheet.raw(*cell) is not None]
    out.marks.update(dict.fromkeys(cells, "used"))
    text = {name: sheet.text(r, at[name]) if name in at else "" for name in ("body", "product", "due")}
    senders = dict(facts.senders.select("sender_id", "name_vi").iter_rows())
    return {
        "duty_id": duty["duty_id"],
        "task_vi": duty["task_vi"],
        "body": text["body"] or senders.get(context.sender, area.name),
        "product": text["product"] or duty["product"],
        "due": text["due"] or duty["due"],
        "state": state,
        "area_id": context.area_id,
        "area_name": area.name,
        "district_name": area.district_name,
        "year": context.year,
        "period": context.period,
        "cells": cells,
    }
