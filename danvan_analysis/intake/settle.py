"""Observations to rows: each group of units settled once, its parts checked against its total and its printed shares."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.facts.model import items
from danvan_analysis.intake.cells import Position, address
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.numbers import NotANumber, Share, read_share, share_agrees
from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.scales import Choice, Scales
from danvan_analysis.tables import UNRATED
from danvan_analysis.text import fold

Row = dict[str, Any]


@dataclass
class Settled:
    """The rows of one table, what they cover, and how each printed share comes out of the counts."""

    ratings: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    shares: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """What settling needs of the facts, made once a run."""

    scales: Scales
    implied: dict[str, str]
    share_bases: dict[str, list[list[str]]]
    organisation_names: dict[str, str]
    type_names: dict[str, str]

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
        )


def settle(
    out: Readout, observations: list[Observation], form: dict[str, Any], context: Context, gazetteer: Gazetteer,
    settings: Settings,
) -> Settled:  # fmt: skip
    """Turn the observations of one table into rating and measure rows; every doubt becomes a note in `out`."""
    result = Settled()
    groups: dict[Key, list[Observation]] = defaultdict(list)
    for o in observations:
        unit_type = o.unit_type or form.get("unit_type")
        organisation = settings.implied.get(unit_type or "", o.organisation)
        if o.what in ("measure", "score", "index_rank") or form.get("level_measure"):
            organisation, unit_type = "tat_ca", form.get("unit_type", "tat_ca")
        groups[o.area_id, organisation, unit_type, o.year, o.unit_name, o.rated_by].append(o)
    indexed = settings.scales.choose("", "", 0, {o.code for o in observations if o.what == "level"})
    choices = _choices(groups, out, settings) if not form.get("level_measure") else {}
    out.declared = {}
    for key, members in groups.items():
        area_id, organisation, unit_type, year = key[:4]
        measured = [o for o in members if o.what in ("measure", "score", "index_rank")]
        rated = [o for o in members if o not in measured and o.what != "share"]
        shares = [o for o in members if o.what == "share"]
        missing = _missing_dims(area_id, organisation, unit_type, year, bool(rated), form)
        if missing:
            cells = [o.cell for o in members]
            out.note(
                "aside",
                "thieu_boi_canh",
                cells,
                f"{_cells(cells)}: chưa rõ {missing} của số liệu này. Đề nghị ghi rõ ở tiêu đề biểu hoặc tên trang tính.",
            )
            continue
        base = _base_row(key, context, gazetteer)
        if form.get("level_measure"):
            _settle_index(out, result, members, base, form, settings, indexed)
            continue
        if measured:
            _settle_measures(out, result, measured, shares, base, settings)
        if rated:
            # choices has every (organisation, unit type, year) that was rated.
            choice = choices[organisation, unit_type, year]
            _settle_ratings(out, result, rated, shares, base, key, choice, settings, listed=key[4] is not None)
    return result


def _choices(
    groups: dict[Key, list[Observation]], out: Readout, settings: Settings
) -> dict[tuple[str | None, str | None, int | None], Choice | None]:
    """The scale of every (organisation, unit type, year): by the words its columns print, and those its cells hold."""
    wordings: dict[tuple[str | None, str | None, int | None], set[str]] = defaultdict(set)
    for (organisation, unit_type, year), printed in out.declared.items():
        wordings[settings.implied.get(unit_type or "", organisation), unit_type, year] |= printed
    for (_, organisation, unit_type, year, _, _), members in groups.items():
        wordings[organisation, unit_type, year] |= {o.code for o in members if o.what == "level"}
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


def _base_row(key: Key, context: Context, gazetteer: Gazetteer) -> Row:
    area_id, organisation, unit_type, year, unit_name, rated_by = key
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


def _settle_ratings(
    out: Readout,
    result: Settled,
    members: list[Observation],
    shares: list[Observation],
    base: Row,
    key: Key,
    choice: Choice | None,
    settings: Settings,
    *,
    listed: bool,
) -> None:
    levels, unrated, totals, rated_totals = (
        _once(out, [o for o in members if o.what == what], base, settings)
        for what in ("level", "unrated", "total", "rated_total")
    )
    if levels and choice is None:
        cells = [o.cell for o in levels]
        words_seen = ", ".join(f"“{o.code}”" for o in levels)
        out.note(
            "aside",
            "muc_xep_loai_la",
            cells,
            f"{_cells(cells)}: các mức {words_seen} không cùng thuộc một thang xếp loại nào trong danh mục của"
            f" {_who(base, settings)} năm {base['year']}. Đề nghị kiểm tra scale_use.csv, rating_wordings.csv.",
            words_seen,
        )
        return
    total = totals[0].value if totals else None
    if choice is None:
        if unrated:
            _add_unrated(result, unrated, base)
        if total is not None:
            covered = sum(o.value for o in unrated)
            result.coverage.append(_coverage(base, total, covered, own_total=True))
            if total > covered:
                out.note("used", "chi_co_tong_so", [totals[0].cell], f"{_cells([totals[0].cell])}: có tổng số {total}"
                         f" {_who(base, settings)} nhưng chưa ghi kết quả xếp loại.")  # fmt: skip
        return
    running = settings.scales.cumulative(set(choice.levels) | {o.code for o in levels})
    kept = [o for o in levels if o.code not in running]
    for o in levels:
        if o.code in running:
            out.marks[o.cell] = "checked"
    if not choice.admissible:
        cells = [o.cell for o in kept]
        out.note(
            "used",
            "thang_chua_khai_bao",
            cells,
            f"{_cells(cells)}: thang xếp loại này chưa khai báo cho {_who(base, settings)} năm {base['year']}"
            " (scale_use.csv); số liệu vẫn được dùng.",
        )
    counted = sum(o.value for o in kept)
    outside = sum(o.value for o in unrated)
    complement = settings.scales.complement(choice.scale_id) if settings.scales.is_two_level(choice.scale_id) else None
    if complement and complement not in choice.levels.values():
        base_of = rated_totals or totals
        if not base_of:
            out.note("aside", "thieu_tong_so", [o.cell for o in kept], f"{_cells([o.cell for o in kept])}: chỉ có số đạt, "
                     "không có tổng số nên không tính được tỷ lệ.")  # fmt: skip
            return
        rest = base_of[0].value - (0 if rated_totals else outside) - counted
        if rest >= 0:
            kept.append(Observation(*key, "level", "", rest, base_of[0].cell))
            counted += rest
    seen: dict[str, Row] = {}
    for o in kept:
        rating = choice.levels.get(o.code, complement or "")
        if o.value == 0:
            continue
        cells = [o.cell]
        if o.code == "":
            cells = [m.cell for m in (*levels, *(rated_totals or totals)) if m.code not in running]
        if rating in seen:
            # Two wordings of one level in one table ("yếu", "kém"): one level, both cells.
            seen[rating]["count"] += o.value
            seen[rating]["cells"] += cells
            continue
        level = settings.scales.rows[choice.scale_id, rating]
        seen[rating] = {
            **base,
            "scale_id": choice.scale_id,
            "rating": rating,
            **{name: level[name] for name in ("rank", "good_or_better", "fair_or_better", "weak")},
            "score": None,
            "count": o.value,
            "cells": cells,
        }
    result.ratings += seen.values()
    _add_unrated(result, unrated, base, choice.scale_id)
    if not listed:
        _check_parts(out, result, kept, unrated, totals, rated_totals, base, counted, outside, settings)
        _check_running(out, levels, running, kept, choice, settings)
    _check_shares(out, result, shares, levels, unrated, totals, counted, outside, base, settings, choice)


def _once(out: Readout, members: list[Observation], base: Row, settings: Settings) -> list[Observation]:
    """The same figure printed twice in a table counts once; two different ones are both set aside."""
    kept: dict[str, Observation] = {}
    for o in members:
        first = kept.get(o.code)
        if first is None:
            kept[o.code] = o
        elif first.value == o.value:
            out.marks[o.cell] = "checked"
        elif first.cell != o.cell:
            cells = [first.cell, o.cell]
            out.note(
                "aside",
                "hai_so_khac_nhau",
                cells,
                f"{_cells(cells)}: hai số khác nhau ({first.value} và {o.value}) cho cùng một nội dung của"
                f" {_who(base, settings)}, {base['area_name']}; phần mềm không chọn. Đề nghị xác nhận số đúng.",
            )
            kept[o.code] = first
            kept = {code: value for code, value in kept.items() if code != o.code}
    return list(kept.values())


def _add_unrated(result: Settled, unrated: list[Observation], base: Row, scale_id: str = "khong_xac_dinh") -> None:
    count = sum(o.value for o in unrated)
    if count:
        result.ratings.append(
            {
                **base,
                "scale_id": scale_id,
                "rating": UNRATED,
                "rank": None,
                "good_or_better": None,
                "fair_or_better": None,
                "weak": None,
                "score": None,
                "count": count,
                "cells": [o.cell for o in unrated if o.value],
            }
        )


def _coverage(base: Row, expected: int | None, covered: int, *, own_total: bool | None) -> Row:
    names = ("year", "period", "area_id", "organisation", "unit_type")
    return {**{name: base[name] for name in names}, "expected": expected, "covered": covered, "own_total": own_total}


def _check_parts(
    out: Readout,
    result: Settled,
    kept: list[Observation],
    unrated: list[Observation],
    totals: list[Observation],
    rated_totals: list[Observation],
    base: Row,
    counted: int,
    outside: int,
    settings: Settings,
) -> None:
    for o in (*totals, *rated_totals):
        out.marks[o.cell] = "checked"
    printed = totals[0].value if totals else None
    expected = counted + outside
    if printed is not None and printed not in (counted, counted + outside):
        cells = [totals[0].cell, *(o.cell for o in kept if o.code)]
        short = printed > counted + outside
        out.note(
            "used",
            "tong_khong_khop",
            cells,
            f"{_cells(cells[:1])}: tổng số {_who(base, settings)} của {base['area_name']} ghi {printed}, cộng các mức được"
            f" {counted}{f' (chưa xếp loại {outside})' if outside else ''}; "
            + (f"{printed - counted - outside} đơn vị chưa rõ kết quả." if short else "đề nghị kiểm tra lại."),
            str(printed),
        )
        if short:
            expected = printed
    if rated_totals and rated_totals[0].value != counted:
        out.note(
            "used",
            "tong_khong_khop",
            [rated_totals[0].cell],
            f"{_cells([rated_totals[0].cell])}: số được xếp loại ghi {rated_totals[0].value}, cộng các mức được {counted}.",
            str(rated_totals[0].value),
        )
    own = None if printed is None else printed in (counted, counted + outside)
    result.coverage.append(_coverage(base, expected, counted + outside, own_total=own))


def _check_running(
    out: Readout,
    levels: list[Observation],
    running: set[str],
    kept: list[Observation],
    choice: Choice,
    settings: Settings,
) -> None:
    for o in levels:
        if o.code not in running:
            continue
        flag = "good_or_better" if "hoàn thành" in o.code else "fair_or_better"
        rows = settings.scales.rows
        if any(rows[choice.scale_id, rating][flag] is None for rating in choice.levels.values()):
            continue
        better = "dưới" not in o.code
        expected = sum(k.value for k in kept if k.code and rows[choice.scale_id, choice.levels[k.code]][flag] is better)
        if expected != o.value:
            out.note(
                "used",
                "tong_khong_khop",
                [o.cell],
                f"{_cells([o.cell])}: “{o.code}” ghi {o.value}, cộng các mức được {expected}.",
                str(o.value),
            )


def _check_shares(
    out: Readout,
    result: Settled,
    shares: list[Observation],
    levels: list[Observation],
    unrated: list[Observation],
    totals: list[Observation],
    counted: int,
    outside: int,
    base: Row,
    settings: Settings,
    choice: Choice,
) -> None:
    values = {f"level:{o.code}": o.value for o in levels} | {f"unrated:{o.code}": o.value for o in unrated}
    by_row = {o.cell[0]: o for o in levels}
    total = totals[0].value if totals else None
    bases = {"đơn vị được xếp loại": counted, "cả đơn vị chưa xếp loại": counted + outside}
    if total is not None:
        bases["tổng số ghi trên biểu"] = total
    for o in shares:
        count = values.get(o.code)
        if o.code == "level:" and len(levels) >= 1:
            # Long tables: one level a row, its share beside its count.
            owner = by_row.get(o.cell[0])
            count = owner.value if owner else None
        if count is None:
            if o.code.startswith(("total:", "rated_total:")):
                continue
            # A share of a level without its count: nothing to check it against.
            continue
        _judge_share(out, result, o, count, bases, base, f"{_who(base, settings)} {base['area_name']}")


def _judge_share(
    out: Readout, result: Settled, o: Observation, count: int, bases: dict[str, int], base: Row, who: str
) -> None:
    share: Share = o.value
    how, used = None, ""
    for name, size in bases.items():
        how = share_agrees(share, count, size)
        if how:
            used = name
            break
    first = next(iter(bases.values()))
    result.shares.append(
        {
            "area_id": base["area_id"],
            "area_name": base["area_name"],
            "year": base["year"],
            "organisation": base["organisation"],
            "unit_type": base["unit_type"],
            "count": count,
            "denominator": bases.get(used, first),
            "printed": out.sheet.text(*o.cell),
            "how": how or "khong_khop",
            "base": used or None,
            "source_cell": address(*o.cell),
        }
    )
    if how is None:
        exact = 100 * count / first if first else 0.0
        out.note(
            "used",
            "ty_le_khong_khop",
            [o.cell],
            f"Ô {address(*o.cell)}: tỷ lệ ghi {out.sheet.text(*o.cell)}, tính từ số lượng ({count}/{first}, {who}) là"
            f" {exact:.2f}%".replace(".", ",")
            + "; phần mềm dùng số lượng.",
            out.sheet.text(*o.cell),
        )


def _settle_measures(
    out: Readout,
    result: Settled,
    members: list[Observation],
    shares: list[Observation],
    base: Row,
    settings: Settings,
) -> None:
    kept = _once(out, [o for o in members if o.what == "measure"], base, settings)
    values = {o.code: o.value for o in kept}
    for o in kept:
        result.measures.append(_measure(base, o.code, o.value, None, [o.cell]))
    for o in shares:
        measure = o.code.partition(":")[2]
        if measure not in values:
            continue
        bases = {}
        for terms in settings.share_bases.get(measure, []):
            names = [term.lstrip("-") for term in terms]
            if all(name in values for name in names):
                size = sum((-1 if term.startswith("-") else 1) * values[term.lstrip("-")] for term in terms)
                bases[" ".join(terms)] = size
        if bases:
            _judge_share(out, result, o, values[measure], bases, base, base["area_name"])
    if "lan_sinh_hoat_le_ky" in values and "chi_bo_khom_ap" in values and base["period"] == "nam":
        meetings, cells_of = values["lan_sinh_hoat_le_ky"], values["chi_bo_khom_ap"]
        cell = next(o.cell for o in kept if o.code == "lan_sinh_hoat_le_ky")
        if meetings != 12 * cells_of and cells_of:
            kind = "nhiều hơn: có thể tính cả sinh hoạt chuyên đề" if meetings > 12 * cells_of else "thiếu kỳ sinh hoạt"
            out.note("used", "so_ky_sinh_hoat", [cell], f"Ô {address(*cell)}: {base['area_name']} có {cells_of} chi bộ và"
                     f" {meetings} kỳ sinh hoạt (12 kỳ một chi bộ là {12 * cells_of}); {kind}.", str(meetings))  # fmt: skip
    members_of, excused = values.get("dang_vien"), values.get("dang_vien_mien_sinh_hoat")
    if members_of is not None and excused is not None:
        taking_part = values.get("dang_vien_tham_gia_nong_cot", 0)
        if excused > members_of or taking_part > members_of - excused:
            cells = [o.cell for o in kept if o.code.startswith("dang_vien")]
            out.note("used", "so_do_vo_ly", cells, f"{_cells(cells)}: {base['area_name']} có {members_of} đảng viên, miễn sinh"
                     f" hoạt {excused}, tham gia {taking_part}; đề nghị kiểm tra lại.")  # fmt: skip


def _measure(base: Row, measure: str, value: int | None, score: float | None, cells: list[Position]) -> Row:
    names = ("area_id", "area_name", "district_name", "year", "period", "organisation", "unit_type", "unit_id",
             "unit_name", "channel", "status")  # fmt: skip
    row = {name: base[name] for name in names}
    return {**row, "measure": measure, "value": value, "score": score, "cells": cells}


def _settle_index(
    out: Readout,
    result: Settled,
    members: list[Observation],
    base: Row,
    form: dict[str, Any],
    settings: Settings,
    choice: Choice | None,
) -> None:
    """An index that others publish: its level, rank and score become measures, not ratings of a mass organisation."""
    for o in members:
        if o.what == "level" and choice:
            rank = settings.scales.rows[choice.scale_id, choice.levels[o.code]]["rank"]
            result.measures.append(_measure(base, form["level_measure"], rank, None, [o.cell]))
        elif o.what == "index_rank" and str(o.value).isdigit():
            result.measures.append(_measure(base, form["rank_measure"], int(o.value), None, [o.cell]))
        elif o.what == "score" and (score := _score(o.value)) is not None:
            result.measures.append(_measure(base, form["score_measure"], None, score, [o.cell]))
        else:
            out.note("aside", "so_khong_doc_duoc", [o.cell], f"{_cells([o.cell])} ghi “{out.sheet.text(*o.cell)}”: chưa rõ mức,"
                     " thứ hạng hoặc điểm của chỉ số.", out.sheet.text(*o.cell))  # fmt: skip


def _score(text: str) -> float | None:
    try:
        share = read_share(text)
    except NotANumber:
        return None
    return share.value if share else None


def _cells(cells: list[Position]) -> str:
    shown = [address(*cell) for cell in cells[:4]]
    return "Ô " + ", ".join(shown) + ("…" if len(cells) > 4 else "")


def _who(base: Row, settings: Settings) -> str:
    kind = str(settings.type_names.get(base["unit_type"], base["unit_type"]))
    if settings.implied.get(base["unit_type"]) == base["organisation"]:
        return kind
    return f"{kind} {settings.organisation_names.get(base['organisation'], base['organisation'])}"
