"""The back test: the page of published figures is what a run writes, and each of its lines holds when reckoned by hand."""

import csv
import importlib.util
import shutil
from collections import defaultdict
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "data" / "raw" / "cong-bo"
RATINGS = "xep-loai-da-cong-bo.csv"
STORED = (ROOT / "docs" / "doi-chieu-cong-bo.md").read_text("utf-8")
UNRATED = "Chưa đủ điều kiện xếp loại"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("doi_chieu_cong_bo", ROOT / "docs" / "doi_chieu_cong_bo.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def printed() -> list[dict[str, str]]:
    with (PUBLISHED / RATINGS).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _rows(page: str, heading: str) -> dict[int, list[str]]:
    """The cells of the table under a heading, by the line of the file they speak of."""
    part = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {int(cells[0]): cells for cells in lines if cells[0].isdigit()}


def _whole(text: str) -> int:
    return int(text.replace(".", ""))


def _vi(value: Decimal) -> str:
    # The library prints no zeros at the end of a share.
    return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",") if "." in f"{value:f}" else f"{value:f}"


def test_the_page_is_what_a_run_writes(writer: ModuleType):
    assert writer.page(PUBLISHED) == STORED


def test_every_printed_share_is_reckoned_again(printed: list[dict[str, str]]):
    told = _rows(STORED, "Tỷ lệ in kèm số lượng")
    rated: dict[tuple[str, ...], int] = defaultdict(int)
    for row in printed:
        key = (row["place"], row["year"], row["unit_type_as_printed"])
        rated[key] += _whole(row["count_as_printed"]) if row["level_as_printed"] != UNRATED else 0
    assert sorted(told) == [line for line, row in enumerate(printed, start=2) if row["share_as_printed"]]
    for line, cells in told.items():
        row = printed[line - 2]
        count, base, share = _whole(row["count_as_printed"]), _whole(row["base_as_printed"]), row["share_as_printed"]
        step = Decimal(1).scaleb(-len(share.partition(",")[2]))
        exact = Decimal(100 * count) / base
        again = exact.quantize(step, ROUND_HALF_UP)
        assert cells[4] == f"{share}%" and cells[5] == f"{_vi(again)}%"
        same = Decimal(share.replace(",", ".")) == again
        whole = rated[row["place"], row["year"], row["unit_type_as_printed"]] == base
        assert (cells[6] == "khớp") == (same and whole)
        if not same:
            assert Decimal(share.replace(",", ".")) == exact.quantize(step, ROUND_DOWN) and "cắt bớt" in cells[6]
        if not whole:
            assert "mẫu số" in cells[6]


def test_every_total_that_its_parts_do_not_reach_is_told(printed: list[dict[str, str]]):
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    first: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(printed, start=2):
        key = (row["place"], row["year"], row["unit_type_as_printed"], row["base_as_printed"])
        sums[key] += _whole(row["count_as_printed"])
        first.setdefault(key, line)
    odd = {first[key]: (_whole(key[3]), total) for key, total in sums.items() if total != _whole(key[3])}
    told = _rows(STORED, "Tổng số đã in và các mức cộng lại")
    assert {line: (_whole(cells[3]), _whole(cells[4])) for line, cells in told.items()} == odd
    assert f"Trong {len(sums)} nhóm đơn vị, {len(sums) - len(odd)} nhóm" in STORED


def test_a_growth_is_told_with_what_its_counts_give():
    told = _rows(STORED, "Mức tăng in kèm")
    points = Decimal(101200) / 1036 - Decimal(84400) / 1005
    (long_an,) = (cells for cells in told.values() if cells[1] == "Tỉnh Long An, 2016")
    assert long_an[4].startswith(f"{points:.2f} điểm phần trăm".replace(".", ",")) and "không ra được" in long_an[5]


def test_a_wrong_digit_in_print_is_found(writer: ModuleType, tmp_path: Path):
    folder = tmp_path / "cong-bo"
    shutil.copytree(PUBLISHED, folder)
    path = folder / RATINGS
    path.write_text(path.read_text("utf-8-sig").replace('"58,01"', '"58,11"'), "utf-8-sig")
    cells = _rows(writer.page(folder), "Tỷ lệ in kèm số lượng")[2]
    assert cells[4:7] == ["58,11%", "58,01%", "không ra được từ số lượng, dù làm tròn hay cắt"]
