"""A year's returns against the year before: how many units there are, bodies beyond the list, tables sent again unchanged."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from danvan_analysis.cells import Position
from danvan_analysis.intake.corrections import position
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.once_group import roster_of
from danvan_analysis.intake.statements import Origin, Row
from danvan_analysis.text import number, points

#: (run, effect, reason, message, cells): a question for the sheet that was read as number `run`.
Ask = tuple[int, str, str, str, list[Position]]
#: The columns of ratings that `ask_units` looks at.
OF_UNITS = [
    "year",
    "period",
    "area_id",
    "organisation",
    "unit_type",
    "nature",
    "rated_by",
    "unrated_kind",
    "count",
    "run",
    "source_cell",
]
_YEARLY = "nam"
_PUBLISHED = "cong_bo"


def ask_units(
    feeding: pl.DataFrame,
    coverage: Iterable[Row],
    files: Sequence[str],
    gazetteer: Callable[[int | None], Gazetteer],
    subject: Callable[[Row], str],
    arrival: Mapping[str, Any],
    gone: tuple[str, ...],
) -> list[Ask]:
    """Ask about districts whose number of units of a kind jumps from one year read to the next, or exceeds the list.

    `files` gives the file of each sheet read, by its number. A return that leaves units out is measured by the units it
    should describe; dissolved and merged ones do not count. Bodies of an organisation (one an area) are compared with
    the areas of the year, not with the year before.
    """
    rows = feeding.filter(
        (pl.col("period") == _YEARLY) & (pl.col("rated_by") != "tu_xep_loai") & (pl.col("nature") != _PUBLISHED)
    )
    groups: dict[tuple[Any, ...], dict[int, dict[str, Any]]] = defaultdict(dict)
    told_of = rows.group_by("year", "area_id", "organisation", "unit_type", "nature", maintain_order=True).agg(
        told=pl.col("count").sum(),
        lost=pl.col("count").filter(pl.col("unrated_kind").is_in(gone)).sum(),
        run=pl.col("run").first(),
    )
    for year, area_id, organisation, unit_type, nature, told, lost, run in told_of.iter_rows():
        area = gazetteer(year).areas[area_id]
        place = area.parent_id if area.is_commune else area.area_id
        found = groups[place, organisation, unit_type, nature].setdefault(
            year, {"told": 0, "lost": 0, "run": run, "areas": []}
        )
        found["told"] += told
        found["lost"] += lost
        found["areas"].append(area_id)
    expected = {
        (c["area_id"], c["organisation"], c["unit_type"], c["nature"], c["year"]): c["expected"] or 0
        for c in coverage
        if c["period"] == _YEARLY
    }
    asked: list[Ask] = []
    for (place, organisation, unit_type, nature), by_year in sorted(groups.items()):
        known: dict[int, int] = {}
        for year, found in sorted(by_year.items()):
            told, lost = found["told"], found["lost"]
            units = max(told, expected.get((place, organisation, unit_type, nature, year), 0)) - lost
            areas = gazetteer(year)
            name = areas.areas[place].name
            who = subject({"unit_type": unit_type, "organisation": organisation, "year": year, "area_name": name})
            own = (organisation, unit_type, year, nature)
            listed = _listed(unit_type, place, areas)
            if listed is not None and told - lost > listed:
                message = (
                    f"{who}: biểu có {told - lost} đơn vị, theo danh sách địa bàn chỉ có {listed}. Đề nghị kiểm tra có đơn vị"
                    " ghi hai lần hoặc ghi nhầm cấp không."
                )
                asked.append(_ask(rows, found, own, "nhieu_hon_danh_sach", message))
            if not unit_type.startswith("cap_") and known:
                before = known[max(known)]
                change = units - before
                if (
                    abs(change) >= arrival["units_change_least"]
                    and 100 * abs(change) >= arrival["units_change_percent"] * before
                ):
                    earlier = files[by_year[max(known)]["run"]]
                    share = f" ({points(100 * abs(change), before, 1)}%)" if before else ""
                    message = (
                        f"{who}: có {number(units)} đơn vị, năm {max(known)} có {number(before)} (“{earlier}”),"
                        f" {'tăng' if change > 0 else 'giảm'} {number(abs(change))}{share}. Đề nghị cho biết có sáp nhập, chia"
                        " tách hoặc thành lập mới không, hay số liệu ghi nhầm."
                    )
                    asked.append(_ask(rows, found, own, "so_don_vi_thay_doi", message))
            known[year] = units
    return asked


def _listed(unit_type: str, place: str, areas: Gazetteer) -> int | None:
    """How many bodies of one organisation there can be at a place; None where the list of areas does not say."""
    if unit_type == "cap_huyen" and not areas.areas[place].is_district:
        return sum(area.is_district for area in areas.areas.values() if area.parent_id == place) or None
    if unit_type == "cap_xa" and not areas.areas[place].is_district:
        return None
    return roster_of(unit_type, place, areas) or None


def _ask(rows: pl.DataFrame, found: dict[str, Any], own: tuple[Any, ...], reason: str, message: str) -> Ask:
    """A question on the cells of the first sheet these rows stand in."""
    organisation, unit_type, year, nature = own
    there = rows.filter(
        (pl.col("run") == found["run"])
        & (pl.col("organisation") == organisation)
        & (pl.col("unit_type") == unit_type)
        & (pl.col("year") == year)
        & (pl.col("nature") == nature)
        & pl.col("area_id").is_in(found["areas"])
    )
    return found["run"], "used", reason, message, _positions(there)


def _positions(rows: pl.DataFrame) -> list[Position]:
    return [position(cell) for cells in rows["source_cell"] for cell in cells.split(";")]


def ask_copies(
    ratings: pl.DataFrame,
    measures: Iterable[tuple[Origin, Row]],
    origins: Mapping[tuple[int, int], Origin],
    arrival: Mapping[str, Any],
) -> list[Ask]:
    """Ask about tables of counts that equal, figure by figure, the same sender's table of the year before.

    Lists of named units are left out: bodies of one level year after year are nothing odd.
    """
    blocks: dict[tuple[Any, ...], dict[tuple[Any, ...], int]] = defaultdict(dict)
    cells: dict[tuple[Any, ...], list[Position]] = defaultdict(list)
    counted = ratings.filter(
        (pl.col("period") == _YEARLY)
        & pl.col("unit_id").is_null()
        & (pl.col("nature") != _PUBLISHED)
        & pl.col("count").is_not_null()
    )
    of_count = (
        "area_id",
        "organisation",
        "unit_type",
        "rated_by",
        "scale_id",
        "rating",
        "unrated_kind",
        "year",
        "run",
        "table",
    )
    figures = counted.group_by(of_count, maintain_order=True).agg(pl.col("count").sum())
    for *what, year, run, table, count in figures.iter_rows():
        origin = origins[run, table]
        blocks[origin.sender, origin.nature, year, run, table][tuple(what)] = count
    for origin, row in measures:
        if row["period"] != _YEARLY or row["unit_id"] or row["value"] is None or origin.nature == _PUBLISHED:
            continue
        said = (row["area_id"], row["organisation"], row["unit_type"], None, row["measure"], None, None)
        block = (origin.sender, origin.nature, row["year"], origin.run, origin.table)
        blocks[block][said] = blocks[block].get(said, 0) + row["value"]
        cells[block] += row["cells"]
    by_content: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for block, told in blocks.items():
        if sum(value >= 2 for value in told.values()) >= arrival["same_figures_least"]:
            by_content[block[0], block[1], frozenset(told.items())].append(block)
    asked: list[Ask] = []
    for same in by_content.values():
        first: dict[int, tuple[Any, ...]] = {}
        for block in sorted(same, key=lambda b: (b[2], b[3], b[4])):
            _, _, year, run, table = block
            earlier = first.get(year - 1)
            first.setdefault(year, block)
            if earlier is None:
                continue
            message = (
                f"{len(blocks[block])} số liệu năm {year} của bảng này trùng hoàn toàn với năm {year - 1}"
                f" (“{origins[earlier[3], earlier[4]].file}”); có thể gửi lại biểu cũ chỉ đổi năm. Đề nghị xác nhận."
            )
            there = counted.filter((pl.col("run") == run) & (pl.col("table") == table) & (pl.col("year") == year))
            asked.append((run, "used", "trung_nam_truoc", message, _positions(there) + cells[block]))
    return asked
