"""A year's returns against the year before: how many units there are, bodies beyond the list, tables sent again unchanged."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from danvan_analysis.cells import Position
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.once import roster_of
from danvan_analysis.intake.statements import Origin, Row
from danvan_analysis.text import number, points

#: (run, effect, reason, message, cells): a question for the sheet that was read as number `run`.
Ask = tuple[int, str, str, str, list[Position]]
_YEARLY = "nam"
_PUBLISHED = "cong_bo"


def ask_units(
    feeding: Iterable[Row],
    coverage: Iterable[Row],
    runs: Sequence[tuple[str, str]],
    gazetteer: Callable[[int | None], Gazetteer],
    subject: Callable[[Row], str],
    arrival: Mapping[str, Any],
    gone: tuple[str, ...],
) -> list[Ask]:
    """Ask about districts whose number of units of a kind jumps from one year read to the next, or exceeds the list.

    `runs` gives the nature and the file of each sheet read, by its number. A return that leaves units out is measured by
    the units it should describe; dissolved and merged ones do not count. Bodies of an organisation (one an area) are
    compared with the areas of the year, not with the year before.
    """
    groups: dict[tuple[Any, ...], dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in feeding:
        nature = runs[row["run"]][0]
        if row["period"] == _YEARLY and row["rated_by"] != "tu_xep_loai" and nature != _PUBLISHED:
            area = gazetteer(row["year"]).areas[row["area_id"]]
            place = area.parent_id if area.is_commune else area.area_id
            groups[place, row["organisation"], row["unit_type"], nature][row["year"]].append(row)
    expected = {
        (c["area_id"], c["organisation"], c["unit_type"], c["nature"], c["year"]): c["expected"] or 0
        for c in coverage
        if c["period"] == _YEARLY
    }
    asked: list[Ask] = []
    for (place, organisation, unit_type, nature), by_year in sorted(groups.items()):
        known: dict[int, int] = {}
        for year, rows in sorted(by_year.items()):
            lost = sum(row["count"] for row in rows if row.get("unrated_kind") in gone)
            told = sum(row["count"] for row in rows)
            units = max(told, expected.get((place, organisation, unit_type, nature, year), 0)) - lost
            areas = gazetteer(year)
            name = areas.areas[place].name
            who = subject({**rows[0], "area_name": name})
            listed = _listed(unit_type, place, areas)
            if listed is not None and told - lost > listed:
                message = (
                    f"{who}: biểu có {told - lost} đơn vị, theo danh sách địa bàn chỉ có {listed}. Đề nghị kiểm tra có đơn vị"
                    " ghi hai lần hoặc ghi nhầm cấp không."
                )
                asked.append(_ask(rows, "nhieu_hon_danh_sach", message))
            if not unit_type.startswith("cap_") and known:
                before = known[max(known)]
                change = units - before
                if (
                    abs(change) >= arrival["units_change_least"]
                    and 100 * abs(change) >= arrival["units_change_percent"] * before
                ):
                    earlier = runs[by_year[max(known)][0]["run"]][1]
                    share = f" ({points(100 * abs(change), before, 1)}%)" if before else ""
                    message = (
                        f"{who}: có {number(units)} đơn vị, năm {max(known)} có {number(before)} (“{earlier}”),"
                        f" {'tăng' if change > 0 else 'giảm'} {number(abs(change))}{share}. Đề nghị cho biết có sáp nhập, chia"
                        " tách hoặc thành lập mới không, hay số liệu ghi nhầm."
                    )
                    asked.append(_ask(rows, "so_don_vi_thay_doi", message))
            known[year] = units
    return asked


def _listed(unit_type: str, place: str, areas: Gazetteer) -> int | None:
    """How many bodies of one organisation there can be at a place; None where the list of areas does not say."""
    if unit_type == "cap_huyen" and not areas.areas[place].is_district:
        return sum(area.is_district for area in areas.areas.values() if area.parent_id == place) or None
    if unit_type == "cap_xa" and not areas.areas[place].is_district:
        return None
    return roster_of(unit_type, place, areas) or None


def _ask(rows: list[Row], reason: str, message: str) -> Ask:
    """A question on the cells of the first sheet these rows stand in."""
    run = rows[0]["run"]
    return run, "used", reason, message, [cell for row in rows if row["run"] == run for cell in row["cells"]]


def ask_copies(rows: Iterable[tuple[Origin, Row]], arrival: Mapping[str, Any]) -> list[Ask]:
    """Ask about tables of counts that equal, figure by figure, the same sender's table of the year before.

    Lists of named units are left out: bodies of one level year after year are nothing odd.
    """
    blocks: dict[tuple[Any, ...], dict[tuple[Any, ...], int]] = defaultdict(dict)
    cells: dict[tuple[Any, ...], list[Position]] = defaultdict(list)
    files: dict[int, str] = {}
    for origin, row in rows:
        value = row["value"] if "measure" in row else row["count"]
        if row["period"] != _YEARLY or row["unit_id"] or value is None or origin.nature == _PUBLISHED:
            continue
        level = row.get("measure") or (row["scale_id"], row["rating"], row.get("unrated_kind"))
        what = (row["area_id"], row["organisation"], row["unit_type"], row.get("rated_by"), level)
        block = (origin.sender, origin.nature, row["year"], origin.run, origin.table)
        blocks[block][what] = blocks[block].get(what, 0) + value
        cells[block] += row["cells"]
        files[origin.run] = origin.file
    by_content: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for block, figures in blocks.items():
        if sum(value >= 2 for value in figures.values()) >= arrival["same_figures_least"]:
            by_content[block[0], block[1], tuple(sorted(figures.items(), key=repr))].append(block)
    asked: list[Ask] = []
    for same in by_content.values():
        first: dict[int, tuple[Any, ...]] = {}
        for block in sorted(same, key=lambda b: (b[2], b[3], b[4])):
            earlier = first.get(block[2] - 1)
            if block[2] not in first:
                first[block[2]] = block
            if earlier is None:
                continue
            message = (
                f"{len(blocks[block])} số liệu năm {block[2]} của bảng này trùng hoàn toàn với năm {block[2] - 1}"
                f" (“{files[earlier[3]]}”); có thể gửi lại biểu cũ chỉ đổi năm. Đề nghị xác nhận."
            )
            asked.append((block[3], "used", "trung_nam_truoc", message, cells[block]))
    return asked
