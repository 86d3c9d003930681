"""One number asked for: the sentence ready to paste, and the cells it was added up from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.analysis import assess_targets, compute_indicators
from danvan_analysis.analysis.provenance import cells_behind
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import find_place, read_raw
from danvan_analysis.tables import ALL, Data
from danvan_analysis.wording import supporting_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from danvan_analysis.pipeline import Request


@dataclass(frozen=True)
class Found:
    """The answer: its sentence, the indicator's row, the rows of `cells_behind`, the trial mark (or "")."""

    sentence: str
    row: dict[str, Any]
    cells: pl.DataFrame
    mark: str
    facts: Facts


def look_up(
    request: Request,
    indicator_id: str,
    place: str = "",
    *,
    organisation: str = ALL,
    unit_type: str = ALL,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """Find one indicator of one place, year and period in the returns; "" is the province.

    DanvanError, with what there is, when the indicator, the place, the organisation or the year is not known, or when
    nothing was reported of it.
    """
    facts = load_facts(request.overlay)
    indicator = _indicator(indicator_id, facts)
    year = int(request.year or 0)
    area = find_place(place, facts, year)
    data = read_raw(request.raw, facts, progress=progress)
    indicators = compute_indicators(data, facts)
    rows = indicators.filter(
        indicator_id=indicator["indicator_id"], area_id=area.area_id, year=year, period=request.period,
        organisation=organisation, unit_type=unit_type,
    ).sort(pl.col("nature").replace_strict(_NATURES, default=9))  # fmt: skip
    if rows.is_empty():
        if area.is_commune and indicators.filter(area_id=area.area_id).is_empty():
            raise DanvanError(
                f"Chỉ tiêu tính cho toàn tỉnh và từng huyện, thành phố; không tính riêng cho {area.name}. Đề nghị chọn huyện,"
                " thành phố, hoặc bỏ --dia-ban để lấy toàn tỉnh."
            )
        raise DanvanError(_nothing(indicators, indicator, area.name, request))
    row = rows.row(0, named=True)
    mark = str(facts.settings["trial"]["mark"]) if row["nature"] == "gia_dinh" else ""
    return Found(_sentence(rows.head(1), indicator, facts, request), row, _cells(data, facts, row), mark, facts)


#: Real returns before trial data before published figures, as everywhere.
_NATURES = {"bao_cao": 0, "gia_dinh": 1, "cong_bo": 2}


def _indicator(asked: str, facts: Facts) -> dict[str, Any]:
    known = {row["indicator_id"].lower(): row for row in facts.indicators.sort("order").to_dicts()}
    found = known.get(asked.lower()) or known.get(f"t{asked.lower()}")
    if found is None:
        ids = ", ".join(row["indicator_id"] for row in known.values())
        raise DanvanError(f"Không có chỉ tiêu “{asked}”. Các chỉ tiêu trong danh mục: {ids}.")
    return found


def _nothing(indicators: pl.DataFrame, indicator: dict[str, Any], place: str, request: Request) -> str:
    """Say what there is instead: other splits of this indicator and year, else other years."""
    own = indicators.filter(indicator_id=indicator["indicator_id"])
    near = own.filter(year=request.year, period=request.period)
    said = f"Chưa có số liệu chỉ tiêu {indicator['indicator_id']} của {place}, năm {request.year}, kỳ {request.period}"
    if near.is_empty():
        years = ", ".join(map(str, own["year"].unique().sort())) or "không có năm nào"
        return f"{said}. Các năm có số liệu của chỉ tiêu này: {years}."
    splits = near.select("organisation", "unit_type").unique().sort(pl.all()).rows()
    return (
        f"{said} với phần tách đã chọn. Chỉ tiêu này có dòng của toàn tỉnh và từng huyện, thành phố; cách tách "
        "(tổ chức, loại hình): " + "; ".join(f"{o}, {u}" for o, u in splits) + "."
    )


def _sentence(row: pl.DataFrame, indicator: dict[str, Any], facts: Facts, request: Request) -> str:
    assessed = assess_targets(row, facts, as_of=request.as_of)
    if assessed.height:
        return str(assessed["sentence_vi"][0])
    return supporting_sentence(row.row(0, named=True), indicator, facts)


def _cells(data: Data, facts: Facts, row: dict[str, Any]) -> pl.DataFrame:
    try:
        return cells_behind(data, facts, row)
    except ValueError as error:
        raise DanvanError(
            f"Chưa truy được chỉ tiêu {row['indicator_id']} đến từng ô ({error}); đề nghị không in số này và báo người phụ "
            "trách phần mềm."
        ) from error


def by_sheet(found: Found) -> pl.DataFrame:
    """Give the cells by file, sheet and meaning: `source_file`, `source_sheet`, `what_vi`, `role`, `cells`, `count`,
    `to_numerator`, `to_denominator`."""
    facts = found.facts
    words = dict(facts.measures.select("measure", "label_vi").iter_rows())
    words |= dict(facts.scales.select("rating", "label_vi").iter_rows()) | {"chua_xep_loai": "Chưa xếp loại"}
    keys = ["source_file", "source_sheet", "what_vi", "role"]
    return (
        found.cells.with_columns(what_vi=pl.col("what").replace(words))
        .group_by(keys, maintain_order=True)
        .agg(
            cells=pl.col("source_cell").str.split(";").explode().unique(maintain_order=True),
            count=pl.col("count").sum(),
            to_numerator=pl.col("to_numerator").sum(),
            to_denominator=pl.col("to_denominator").sum(),
        )
    )
