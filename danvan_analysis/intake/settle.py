"""Observations to rows: each group of units settled once, every doubt a note."""

from collections import defaultdict
from typing import Any

from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.scales import Choice
from danvan_analysis.intake.settle_measures import settle_index, settle_measures
from danvan_analysis.intake.settle_ratings import settle_ratings
from danvan_analysis.intake.settled import (
    Row,
    Settings,
    Settled,
    base_row,
    cells_vi,
)

_MEASURED = ("measure", "score", "index_rank")


def settle(
    out: Readout, observations: list[Observation], form: dict[str, Any], context: Context, gazetteer: Gazetteer,
    settings: Settings,
) -> Settled:  # fmt: skip
    """Turn the observations of one table into rating and measure rows; every doubt becomes a note in `out`."""
    result = Settled()
    groups: dict[Key, list[Observation]] = defaultdict(list)
    own_type, indices = form.get("unit_type"), form.get("level_measure")
    for o in observations:
        area_id, organisation, unit_type, year, unit_name, rated_by, line, what, code, _, _ = o
        unit_type = unit_type or own_type
        organisation = settings.implied.get(unit_type or "", organisation)
        if indices or what in _MEASURED or code.startswith("measure:"):
            organisation, unit_type = "tat_ca", form.get("unit_type", "tat_ca")
        groups[area_id, organisation, unit_type, year, unit_name, rated_by, line].append(o)
    if _looks_like_shares(out, groups):
        return result
    indexed = settings.scales.choose("", "", 0, {o.code for o in observations if o.what == "level"})
    choices = _choices(groups, out, settings) if not form.get("level_measure") else {}
    out.declared = {}
    for key, members in groups.items():
        area_id, organisation, unit_type, year = key[:4]
        measured: list[Observation] = []
        rated: list[Observation] = []
        shares: list[Observation] = []
        for o in members:
            (measured if o.what in _MEASURED else shares if o.what == "share" else rated).append(o)
        missing = _missing_dims(area_id, organisation, unit_type, year, bool(rated), form) if None in key[:4] else ""
        if missing:
            cells = [o.cell for o in members]
            out.note(
                "aside",
                "thieu_boi_canh",
                cells,
                f"{cells_vi(cells)}: chưa rõ {missing} của số liệu này. Đề nghị ghi rõ ở tiêu đề biểu hoặc tên trang tính.",
            )
            continue
        base = base_row(key, context, gazetteer)
        if form.get("level_measure"):
            settle_index(out, result, members, base, form, settings, indexed)
            continue
        if measured:
            settle_measures(out, result, measured, shares, base, settings)
        if not rated and not measured and shares:
            cells = [o.cell for o in shares]
            out.note(
                "aside",
                "thieu_so_luong",
                cells,
                f"{cells_vi(cells)}: {base['area_name']} năm {year} chỉ ghi tỷ lệ, không ghi số lượng nên không tổng hợp được.",
            )
        if rated:
            # choices has every (organisation, unit type, year) that was rated.
            choice = choices[organisation, unit_type, year]
            settle_ratings(
                out, result, rated, shares, base, key, choice, settings, listed=key[4] is not None or key[6] is not None
            )
    return result


def _looks_like_shares(out: Readout, groups: dict[Key, list[Observation]]) -> bool:
    """Whether every row adds up to exactly 100 and no total is printed: then these are percentages, whoever forgot to say."""
    sums, cells = [], []
    for key, members in groups.items():
        levels = [o for o in members if o.what in ("level", "unrated")]
        if (
            any(o.what in ("total", "rated_total", "share") for o in members)
            or key[4] is not None
            or key[6] is not None
        ):
            return False
        if levels:
            sums.append(sum(o.value for o in levels))
            cells += [o.cell for o in levels]
    if len(sums) < 4 or set(sums) != {100}:
        return False
    message = f"{cells_vi(cells)}: mỗi dòng cộng đúng 100 và không có tổng số; có thể là tỷ lệ phần trăm, không phải số lượng."
    out.note("aside", "giong_ty_le", cells, f"{message} Đề nghị ghi số lượng.")
    return True


def _choices(
    groups: dict[Key, list[Observation]], out: Readout, settings: Settings
) -> dict[tuple[str | None, str | None, int | None], Choice | None]:
    """The scale of every (organisation, unit type, year): by the words its columns print, and those its cells hold."""
    wordings: dict[tuple[str | None, str | None, int | None], set[str]] = defaultdict(set)
    for (organisation, unit_type, year), printed in out.declared.items():
        wordings[settings.implied.get(unit_type or "", organisation), unit_type, year] |= printed
    for key, members in groups.items():
        wordings[key[1:4]].update([o.code for o in members if o.what == "level"])
    scales = settings.scales
    return {
        key: scales.choose(key[0] or "", key[1] or "", key[2] or 0, known - scales.cumulative(known))
        for key, known in wordings.items()
    }


def _missing_dims(
    area_id: str | None, organisation: str | None, unit_type: str | None, year: int | None, rated: bool, form: Row
) -> str:
    lacks = []
    if year is None:
        lacks.append("năm")
    if area_id is None:
        lacks.append("địa bàn")
    if rated and not form.get("level_measure"):
        if unit_type is None:
            lacks.append("loại đơn vị được xếp loại (cấp xã, chi hội, ban công tác mặt trận…)")
        if organisation is None:
            lacks.append("tổ chức")
    return ", ".join(lacks)
