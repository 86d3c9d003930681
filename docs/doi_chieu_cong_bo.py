"""Writes docs/doi-chieu-cong-bo.md: every published percentage against its own counts (`make doi-chieu`).

    python docs/doi_chieu_cong_bo.py [--so-lieu data/raw/cong-bo] [--ra docs/doi-chieu-cong-bo.md]

What the library reads and says of each figure (`Data.shares`, `Data.set_aside`) stands beside the line as it was printed.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

import danvan_analysis as dv
from danvan_analysis.text import number, percent

ROOT = Path(__file__).resolve().parent.parent
PRINTED = "xep-loai-da-cong-bo.csv"
_UNIT = ["place", "year", "unit_type_as_printed"]
_HEAD = """# Đối chiếu với số liệu đã công bố

Trang này do `make doi-chieu` viết; đừng sửa tay. Mỗi tỷ lệ đã in trên báo, cổng thông tin điện tử được tính lại từ chính số
lượng in kèm, với đúng số chữ số thập phân đã in. Chỗ khác nhau được nêu lý do; bản in để nguyên, không sửa. Số đã công bố
không cộng với báo cáo của đơn vị. Bản chép: [`{file}`](../data/raw/cong-bo/{file}).
"""


def page(raw: Path) -> str:
    """Give the page in Markdown, for a folder that holds the copy of the published ratings."""
    data = dv.read_raw(raw, dv.load_facts())
    printed = (
        pl.read_csv(raw / PRINTED, infer_schema=False).with_row_index("line", 2).with_columns(pl.col("line").cast(int))
    )
    shares = data.shares.filter(pl.col("source_file").str.ends_with(PRINTED)).with_columns(
        line=pl.col("source_cell").str.extract(r"(\d+)").cast(int)
    )
    rated = data.ratings.filter(pl.col("unrated_kind").is_null()).group_by(
        "area_id", "year", "organisation", "unit_type"
    )
    shares = shares.join(
        rated.agg(rated=pl.sum("count")), on=["area_id", "year", "organisation", "unit_type"], how="left"
    )
    compared = printed.join(shares.drop("year"), on="line", how="left", maintain_order="left")
    lost = compared.filter(pl.col("share_as_printed").is_not_null() & pl.col("how").is_null())
    if lost.height:
        raise SystemExit(f"{PRINTED}: chưa đối chiếu được tỷ lệ ở dòng {', '.join(map(str, lost['line']))}.")
    parts = [_HEAD.format(file=PRINTED), *_shares(compared), *_totals(printed), *_growth(printed)]
    return "\n".join(parts) + "\n"


def _shares(compared: pl.DataFrame) -> Iterator[str]:
    rows = [_share(row) for row in compared.drop_nulls("how").iter_rows(named=True)]
    same = sum(not reason for _, reason in rows)
    yield "## Tỷ lệ in kèm số lượng\n"
    yield (
        f"Trong {len(rows)} tỷ lệ đã in: {same} tỷ lệ tính lại đúng từng chữ số trên số đơn vị được xếp loại,"
        f" {len(rows) - same} tỷ lệ có điều cần nói.\n"
    )
    yield from _table("Dòng|Nơi, năm|Đơn vị, mức|Số lượng|Đã in|Tính lại|Kết quả|Nguồn", [cells for cells, _ in rows])


def _share(row: dict[str, Any]) -> tuple[list[str], str]:
    """Give the cells of one printed share, and why it differs from the share of the units that were rated."""
    decimals = len(row["printed"].partition(",")[2])
    again = percent(row["count"], row["denominator"], decimals)
    reasons = []
    if row["how"] == "cat":
        longer = percent(row["count"], row["denominator"], decimals + 2)
        reasons.append(f"bản in cắt bớt chữ số, không làm tròn ({longer})")
    elif row["how"] != "lam_tron":
        reasons.append("không ra được từ số lượng, dù làm tròn hay cắt")
    without = row["denominator"] - row["rated"]
    if without:
        own = percent(row["count"], row["rated"], decimals)
        reasons.append(
            f"mẫu số gồm {row['base']}; tính trên {number(row['rated'])} đơn vị được xếp loại là {own}"
            if row["base"] == "cả đơn vị chưa xếp loại"
            else f"mẫu số là tổng số đã in; {number(without)} đơn vị còn lại không in mức"
        )
    reason = "; ".join(reasons)
    fraction = f"{number(row['count'])}/{number(row['denominator'])}"
    cells = [*_place(row), fraction, f"{row['printed']}%", again, reason or "khớp", _source(row)]
    return cells, reason


def _totals(printed: pl.DataFrame) -> Iterator[str]:
    whole = pl.col("count_as_printed", "base_as_printed").str.replace_all(".", "", literal=True).cast(int)
    groups = printed.with_columns(whole).group_by(_UNIT, maintain_order=True)
    sums = groups.agg(pl.min("line"), pl.sum("count_as_printed"), pl.first("base_as_printed", "source_url"))
    odd = sums.filter(pl.col("count_as_printed") != pl.col("base_as_printed"))
    yield "\n## Tổng số đã in và các mức cộng lại\n"
    yield f"Trong {sums.height} nhóm đơn vị, {sums.height - odd.height} nhóm cộng lại đúng bằng tổng số đã in. Chưa bằng:\n"
    rows = [
        [*_place(row), number(row["base_as_printed"]), number(row["count_as_printed"]),
         f"{number(row['base_as_printed'] - row['count_as_printed'])} đơn vị không in mức: chưa rõ kết quả, không tính là 0",
         _source(row)]
        for row in odd.iter_rows(named=True)
    ]  # fmt: skip
    yield from _table("Dòng|Nơi, năm|Đơn vị|Tổng số in|Cộng các mức|Lý do|Nguồn", rows)


def _growth(printed: pl.DataFrame) -> Iterator[str]:
    """Say of every printed growth what the printed counts of both years give."""
    said = printed.with_columns(growth=pl.col("note").str.extract(r"tăng (\d+,\d+)")).drop_nulls("growth")
    rows = []
    for row in said.unique(_UNIT, keep="first", maintain_order=True).iter_rows(named=True):
        same = [pl.col(name) == row[name] for name in ("place", "unit_type_as_printed", "level_as_printed")]
        before = printed.filter(*same, pl.col("year") < row["year"]).sort("year")
        if before.is_empty():
            again, reason = "–", "số lượng của năm gốc không in, không tính lại được"
        else:
            old, new = before.row(-1, named=True), row
            (a, b), (c, d) = _counts(old), _counts(new)
            points = percent(c * b - a * d, b * d)
            again = f"{points.removesuffix('%')} điểm phần trăm ({percent(a, b)} năm {old['year']}, {percent(c, d)} năm {new['year']})"
            agrees = re.sub(r",?0+$", "", row["growth"]) == re.sub(r",?0+$", "", points.removesuffix("%"))
            reason = "khớp" if agrees else "không ra được từ số lượng đã in; bài không nêu cách tính"
        rows.append([*_place(row), row["growth"], again, reason, _source(row)])
    if rows:
        yield "\n## Mức tăng in kèm\n"
        yield from _table("Dòng|Nơi, năm|Đơn vị, mức|In tăng|Tính lại|Kết quả|Nguồn", rows)


def _counts(row: dict[str, Any]) -> tuple[int, int]:
    count, base = (int(row[name].replace(".", "")) for name in ("count_as_printed", "base_as_printed"))
    return count, base


def _place(row: dict[str, Any]) -> list[str]:
    unit = [row["unit_type_as_printed"], *([row["level_as_printed"]] if "level_as_printed" in row else [])]
    return [str(row["line"]), f"{row['place']}, {row['year']}", ": ".join(unit)]


def _source(row: dict[str, Any]) -> str:
    return f"[{urlsplit(row['source_url']).hostname}]({row['source_url']})"


def _table(head: str, rows: list[list[str]]) -> Iterator[str]:
    yield f"| {head.replace('|', ' | ')} |"
    yield "|" + " --- |" * (head.count("|") + 1)
    yield from (f"| {' | '.join(cells)} |" for cells in rows)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--so-lieu", type=Path, default=ROOT / "data" / "raw" / "cong-bo")
    parser.add_argument("--ra", type=Path, default=ROOT / "docs" / "doi-chieu-cong-bo.md")
    options = parser.parse_args()
    options.ra.write_text(page(options.so_lieu), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
