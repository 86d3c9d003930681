"""The story in order: read the returns, write the tables, compute, assess, draw, write the documents, publish. No logic."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis import __version__
from danvan_analysis.analysis import assess_targets, compute_changes, compute_indicators, funnel_curves
from danvan_analysis.analysis.all_tables import year_tables
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.publish import ORIGIN, publishing
from danvan_analysis.tables import Data

if TYPE_CHECKING:
    from danvan_analysis.pages import Page

#: Too large to open in Excel; every other table is written as .csv beside the .parquet.
_NOT_AS_CSV = ("ratings", "measures", "parallel")
#: Answers of senders, ready to be confirmed as lines of `corrections.toml`.
DRAFT = "dinh-chinh-can-xac-nhan.toml"
_PACKAGES = ("polars", "python-calamine", "matplotlib", "python-docx", "xlsxwriter", "scipy")


@dataclass(frozen=True)
class Request:
    """What the analyst asked for."""

    raw: Path
    out: Path
    as_of: date
    overlay: Path | None = None
    year: int | None = None
    period: str = "nam"
    font: str | None = None
    place: str = ""
    command: str = ""
    #: Where the notebooks lie, if not those that come with the program.
    notebooks: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run made: the folder, the data behind it, the verdicts, the edited files that were kept."""

    folder: Path | None
    data: Data
    moved: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    assessment: pl.DataFrame | None = None
    year: int | None = None
    period: str = "nam"
    nature: str = "bao_cao"
    area_id: str = ""
    #: Sheets of questions written, and the questions in them.
    asked: tuple[int, int] = (0, 0)
    #: One sentence for each year read: who that should have sent nothing of it.
    silent: tuple[str, ...] = ()
    #: The pages made of notebooks, in their order.
    pages: tuple["Page", ...] = ()


def check(request: Request, progress: Callable[[str], None] | None = None) -> Outcome:
    """Read everything and write nothing (`danvan kiem-tra`)."""
    from danvan_analysis.output.returns import silent_senders

    facts = load_facts(request.overlay)
    data = read_raw(request.raw, facts, progress=progress)
    silent = silent_senders(facts, data, nature=_nature_of(data))
    said = [
        f"Năm {year}, chưa nhận được báo cáo của {len(names)} đơn vị: {', '.join(names)}."
        for year, names in silent.items()
    ]
    return Outcome(None, data, silent=tuple(said))


def gather(request: Request, progress: Callable[[str], None] | None = None) -> Outcome:
    """Read everything and write the tidy tables to `bang/` (`danvan tong-hop`)."""
    data = _read_something(request, load_facts(request.overlay), progress)
    with publishing(request.out, "bang") as draft:
        _write_tables(draft.folder, _tables(data))
        _write_origin(draft.folder, request, data)
    return Outcome(request.out / "bang", data, moved=tuple(draft.moved))


def review(request: Request, progress: Callable[[str], None] | None = None) -> Outcome:
    """Do the main job for one year (`danvan so-ket`): tables, verdicts, charts, appendix, draft report.

    DanvanError when no return speaks of the year; OutputError when the result cannot be written (the old one stays).
    """
    from danvan_analysis.output.appendix import write_appendix
    from danvan_analysis.output.charts import draw_internal, draw_year
    from danvan_analysis.output.corrections_draft import write_corrections_draft
    from danvan_analysis.output.reconciliation import write_reconciliation
    from danvan_analysis.output.report import write_report

    facts = load_facts(request.overlay)
    data = _read_something(request, facts, progress)
    year, nature = _year_of(request, data), _nature_of(data)
    indicators = compute_indicators(data, facts)
    assessment = assess_targets(indicators, facts, as_of=request.as_of)
    changes = compute_changes(indicators, facts)
    returned = _returned(facts, data, year, request.period, nature)
    more = year_tables(data, facts, indicators, year=year, period=request.period, nature=nature, as_of=request.as_of)
    slot: dict[str, Any] = {"facts": facts, "year": year, "period": request.period, "nature": nature}
    common: dict[str, Any] = {
        **slot,
        "indicators": indicators,
        "assessment": assessment,
        "changes": changes,
        "returned": returned,
    }
    documents = {"as_of": request.as_of, "sources": data.sources, "set_aside": data.set_aside}
    name = f"so-ket-{year}" + ("" if request.period == "nam" else f"-{request.period}")
    with publishing(request.out, name) as draft:
        tables = {**_tables(data), "indicators": indicators, "assessment": assessment, "changes": changes}
        _write_tables(draft.folder / "bang", tables | more.shown)
        _write_internal(draft.folder / "noi-bo", more.internal, facts, nature)
        draw_internal(
            draft.folder / "noi-bo" / "bieu-do",
            **slot,
            tables={**more.internal, "duong-gioi-han": funnel_curves(more.internal["khoang-dao-dong"])},
            font=request.font,
        )
        charts = draw_year(
            draft.folder / "bieu-do", **common, ratings=data.ratings, tables_of_year=more.shown, font=request.font
        )
        write_appendix(draft.folder / "phu-luc.xlsx", **common, **documents, ratings=data.ratings, charts=charts)
        write_report(
            draft.folder / "bao-cao-so-ket.docx",
            **common,
            **documents,
            charts=charts,
            measures=data.measures,
            duties=data.duties,
        )
        sheets = write_reconciliation(
            draft.folder / "doi-chieu",
            **documents,
            **slot,
            returned=returned,
        )
        write_corrections_draft(
            draft.folder / "doi-chieu" / DRAFT, facts=facts, answers=data.answers, as_of=request.as_of, year=year
        )
        _write_origin(draft.folder, request, data)
    missing = tuple(_missing(returned))
    province = str(facts.resolution["province_id"])
    moved = tuple(draft.moved)
    asked = (len(sheets), sum(sheets.values()))
    return Outcome(request.out / name, data, moved, missing, assessment, year, request.period, nature, province, asked)


def analyse(
    request: Request, progress: Callable[[str], None] | None = None, running: Callable[[str], None] | None = None
) -> Outcome:
    """Run the notebooks for one year into pages that open offline (`danvan phan-tich`).

    DanvanError when a place is unknown, the year has no return, or a notebook cannot go on: before or instead of any
    result; OutputError when the fault is the program's or nothing can be written. The old result stays then.
    """
    from danvan_analysis.pages import Asked, place_asked, read_notebooks, write_pages

    notebooks, facts = read_notebooks(request.notebooks), load_facts(request.overlay)
    area = place_asked(request.place, facts, request.year or 0)
    data = _read_something(request, facts, progress)
    year, nature = _year_of(request, data), _nature_of(data)
    asked = Asked(year, request.period, request.as_of, request.raw, request.overlay, nature, area)
    with publishing(request.out, asked.folder) as draft:
        pages = write_pages(draft.folder, notebooks, asked, facts, running)
        hashes = {notebook.name: hashlib.sha256(notebook.text.encode()).hexdigest() for notebook in notebooks}
        _write_origin(draft.folder, request, data, tham_so=asked.told(), so_phan_tich=hashes)
    missing = tuple(_missing(_returned(facts, data, year, request.period, nature)))
    return Outcome(request.out / asked.folder, data, tuple(draft.moved), missing, year=year, pages=tuple(pages))


def _returned(facts: Facts, data: Data, year: int, period: str, nature: str) -> pl.DataFrame:
    from danvan_analysis.output.returns import returns_table

    tables = {name: getattr(data, name) for name in ("sources", "ratings", "measures", "parallel")}
    return returns_table(facts, **tables, year=year, period=period, nature=nature)


def _read_something(request: Request, facts: Facts, progress: Callable[[str], None] | None) -> Data:
    data = read_raw(request.raw, facts, progress=progress)
    if data.ratings.is_empty() and data.measures.is_empty():
        lines = [
            f"\n- {file}: {reason}" for file, reason in data.set_aside.select("source_file", "message_vi").iter_rows()
        ]
        more = f"\n… và {len(lines) - 5} mục nữa (danvan kiem-tra in đủ)." if len(lines) > 5 else ""
        raise DanvanError(f"Không đọc được số liệu nào trong “{request.raw}”." + "".join(lines[:5]) + more)
    return data


def _missing(returned: pl.DataFrame) -> list[str]:
    """Who sent nothing of what was due, and who left out which targets."""
    due = returned.filter(pl.col("state") != "not_expected")
    said = []
    for (name,), rows in due.group_by(["name_vi"], maintain_order=True):
        lacking = rows.filter(pl.col("state") == "missing")["target"].to_list()
        if lacking:
            said.append(f"{name}" if len(lacking) == rows.height else f"{name} (thiếu chỉ tiêu {', '.join(lacking)})")
    return said


def _year_of(request: Request, data: Data) -> int:
    nature = _nature_of(data)
    rows = pl.concat(
        [frame.filter(nature=nature).select("year", "period") for frame in (data.ratings, data.measures)]
    ).unique()
    years = sorted(rows.filter(period=request.period)["year"].to_list())
    if request.year not in years:
        known = ", ".join(map(str, years)) or "không có năm nào"
        raise DanvanError(
            f"Chưa có báo cáo nào của năm {request.year} (kỳ {request.period}) trong “{request.raw}”."
            f" Các năm đã có: {known}."
        )
    assert request.year is not None
    return request.year


def _nature_of(data: Data) -> str:
    """Real returns where there are any, else trial data; published figures never feed a report."""
    natures = set(data.ratings["nature"]) | set(data.measures["nature"])
    return next((nature for nature in ("bao_cao", "gia_dinh") if nature in natures), "cong_bo")


def _tables(data: Data) -> dict[str, pl.DataFrame]:
    names = ("ratings", "measures", "duties", "set_aside", "sources", "parallel", "coverage", "shares")
    return {name: getattr(data, name) for name in names}


def _write_tables(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet", statistics=False)
        if name not in _NOT_AS_CSV:
            frame.with_columns(_safe_text(frame)).write_csv(folder / f"{name}.csv", include_bom=True)


def _write_internal(folder: Path, tables: dict[str, pl.DataFrame], facts: Facts, nature: str) -> None:
    """Write tables for those who advise only: the first line of each says so, and whether the figures are trial data."""
    folder.mkdir()
    marks = [facts.settings["internal"]["mark"], *([facts.settings["trial"]["mark"]] if nature == "gia_dinh" else [])]
    for name, frame in tables.items():
        with (folder / f"{name}.csv").open("wb") as file:
            file.write(("\ufeff" + ". ".join(marks) + "\n").encode())
            frame.with_columns(_safe_text(frame)).write_csv(file)


def _safe_text(frame: pl.DataFrame) -> list[pl.Expr]:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return [
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t]")).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]


def _write_origin(folder: Path, request: Request, data: Data, **more: Any) -> None:
    """Say where the result comes from: inputs with their hashes, facts, versions, command, the day it was reckoned at."""
    inputs = data.sources.select("source_file", "sha256").unique().sort("source_file")
    content = {
        "lenh": request.command,
        "den_ngay": request.as_of.isoformat(),
        "phien_ban": __version__,
        "danh_muc": _facts_hash(request.overlay),
        "thu_vien": {name: metadata.version(name) for name in _PACKAGES},
        "dau_vao": dict(inputs.iter_rows()),
        "ghi_chu": list(data.notes),
        **more,
    }
    (folder / ORIGIN).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _facts_hash(overlay: Path | None) -> dict[str, str]:
    folders = {"kem_theo": Path(__file__).parent / "facts", **({"rieng": overlay} if overlay else {})}
    hashes = {}
    for name, folder in folders.items():
        digest = hashlib.sha256()
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".csv", ".toml", ".mplstyle")):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
        hashes[name] = digest.hexdigest()
    return hashes
