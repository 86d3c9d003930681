"""Thousands of damaged and nasty files: a folder that holds them is read to its end, and the others are read the same.

Every mutant is made from its number alone, so that a failure can be made again: `mutant(number)`.
"""

import io
import random
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import openpyxl
import polars as pl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

TRIAL = Path(__file__).parent.parent / "data" / "raw" / "gia-dinh" / "2023"
BATCH = 30
FEW, MANY = 300, 10_000

ROWS = [
    ["HỘI NÔNG DÂN HUYỆN TAM NÔNG"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    ["TT", "Xã, thị trấn", "Tổng số chi hội", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Ghi chú"],
    [1, "Phú Đức", 10, 5, 3, 2, 0, None],
    [2, "Phú Hiệp", 9, 4, 3, 2, 0, "đã kiểm tra"],
    [3, "Tân Công Sính", 8, 4, 2, 2, 0, None],
    [None, "Tổng cộng", 27, 13, 8, 6, 0, None],
]
#: What stands beside the mutants and must be read the same: other years, other senders.
WITNESS = [
    ["HỘI LIÊN HIỆP PHỤ NỮ HUYỆN LẤP VÒ"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2022"],
    ["TT", "Xã, thị trấn", "Tổng số chi hội", "Xuất sắc", "Tốt", "Khá", "Trung bình"],
    [1, "Định An", 10, 5, 3, 2, 0],
    [2, "Định Yên", 9, 4, 3, 2, 0],
]
NASTY_NUMBERS = [
    *("9" * 400, "-1", "1E+400", "-1E+400", "NaN", "INF", "1E-320", "0.1", "45291", "2958466", "-693594", "1,5", " 7 "),
    *("", "0x10", "１２", "1e", "true", "18446744073709551616", "9007199254740993", "4.000000000000001"),
]
NASTY_TEXTS = [
    *(
        "x" * 32_767,
        "\u202e\u05d0\u0627",
        "👩‍👩‍👧‍👦🇻🇳",
        "_x0000__x0007_\x7f",
        "Tỷ lệ %" * 50,
        "#N/A",
        "=1+1",
        "2024",
        "Mật độ",
    ),
    *(
        "\u0301\u0323" * 40,
        "Tổng",
        "Huyện Tam Nông, Huyện Lấp Vò",
        "(1)",
        "I",
        "năm 2024 năm 1900",
        "%",
        "\ufeff\u200b",
        "/" * 99,
    ),
    *(
        "Phú Đức" * 200,
        "(((((",
        "1.030",
        "09",
        "83/85",
        "12/03/1975",
        "0912345678",
        "[a-z]*+",
        "\\",
        "\n\n\n",
        "năm 99999",
    ),
]


@cache
def originals() -> dict[str, bytes]:
    """The files that are mutated, by name."""
    made: dict[str, bytes] = {}
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells("A1:H1")
    book.active.row_dimensions[5].hidden = True
    book.active["D5"].font = Font(strike=True)
    book.active["E4"].comment = Comment("ghi chú", "ai đó")
    book.active["C7"] = "=SUM(C4:C6)"
    book.create_sheet("ẩn").sheet_state = "hidden"
    book.save(out := io.BytesIO())
    made["openpyxl.xlsx"] = out.getvalue()
    out = io.BytesIO()
    written = xlsxwriter.Workbook(out)
    sheet = written.add_worksheet("Biểu 1")
    for r, row in enumerate(ROWS):
        sheet.write_row(r, 0, row)
    sheet.merge_range(0, 0, 0, 7, ROWS[0][0])
    sheet.write_formula("C7", "=SUM(C4:C6)", value=27)
    sheet.write_rich_string("H4", "bỏ ", written.add_format({"font_strikeout": True}), "12")
    sheet.set_header("&CTrang &P")
    written.close()
    made["xlsxwriter.xlsx"] = out.getvalue()
    for path in (TRIAL / "TH 2023 Tan Hong.xlsx", TRIAL / "DS xep loai TP Hong Ngu 2023.xlsx"):
        made[path.name] = path.read_bytes()
    text = "\n".join(";".join("" if v is None else str(v) for v in row) for row in ROWS)
    made["bang.csv"] = text.encode("utf-8-sig")
    made["bang-16.csv"] = text.replace(";", "\t").encode("utf-16")
    document = docx.Document()
    table = document.add_table(len(ROWS) - 2, len(ROWS[2]))
    for r, row in enumerate(ROWS[2:]):
        for c, value in enumerate(row):
            table.cell(r, c).text = "" if value is None else str(value)
    document.save(out := io.BytesIO())
    made["bang.docx"] = out.getvalue()
    made["bang.ods"] = _ods()
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("gửi/a.xlsx", made["openpyxl.xlsx"])
        package.writestr("gửi/b.csv", made["bang.csv"])
    made["gop.zip"] = out.getvalue()
    return {name: _steady(data) if data[:2] == b"PK" else data for name, data in made.items()}


def _steady(data: bytes) -> bytes:
    """The same package without the time it was made, so that a mutant is the same tomorrow."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    return _packed(
        [(name, re.sub(rb"20\d\d-\d\d-\d\dT[\d:]+Z", b"2024-01-01T00:00:00Z", part)) for name, part in parts]
    )


def _packed(parts: list[tuple[str, bytes]]) -> bytes:
    with warnings.catch_warnings(), zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        # The same part twice is what some mutants are about.
        warnings.simplefilter("ignore", UserWarning)
        for name, part in parts:
            package.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _ods() -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry'
            f' manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    return out.getvalue()


# Mutations: bytes → bytes, each with its own random source.


def flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 30))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def splice(data: bytes, rng: random.Random) -> bytes:
    """Drop, repeat or blank a stretch."""
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice((1, 10, 1000)))
    piece = rng.choice((b"", data[start:end] * 2, b"\0" * (end - start), rng.randbytes(20)))
    return data[:start] + piece + data[end:]


def attribute(data: bytes, rng: random.Random) -> bytes:
    """Give one attribute of an XML part another value."""
    found = list(re.finditer(rb'(\w+)="([^"]*)"', data))
    if not found:
        return flip(data, rng)
    match = rng.choice(found)
    addresses = [b"A1", b"XFD1048576", b"A0", b"ZZZZ9", b"a1", b"B2:A1", b"A1:XFD1048576", b"", b"1", b"R1C1"]
    numbers = [b"0", b"-1", b"1", b"99999999999999999999", b"1e9", b"abc", b"4294967295", b"2147483648"]
    value = rng.choice(
        [*addresses, *numbers, b"s", b"str", b"e", b"b", b"d", b"inlineStr", b"&amp;", b"&x;", b"veryHidden"]
    )
    return data[: match.start(2)] + value + data[match.end(2) :]


def tag(data: bytes, rng: random.Random) -> bytes:
    """Drop, repeat or nest one tag of an XML part."""
    found = list(re.finditer(rb"<[^<>]+>", data))
    if not found:
        return splice(data, rng)
    match = rng.choice(found)
    piece = rng.choice(
        (b"", match[0] * 2, match[0] * 5000, b"<!-- x -->" + match[0], b"<x:y>" + match[0], b"<![CDATA[<c r='A1'>]]>")
    )
    return data[: match.start()] + piece + data[match.end() :]


def nasty_value(data: bytes, rng: random.Random) -> bytes:
    """Replace what one cell holds."""
    cells = list(re.finditer(rb'<c r="(\w+)"[^>]*?(?:/>|>.*?</c>)|<text:p>[^<]*</text:p>|<w:t>[^<]*</w:t>', data, re.S))
    if not cells:
        return attribute(data, rng)
    match = rng.choice(cells)
    text = rng.choice(NASTY_TEXTS).translate({38: "&amp;", 60: "&lt;", 62: "&gt;"})
    if match[1] is None:
        piece = re.sub(rb">[^<]*<", lambda _: f">{text}<".encode(), match[0], count=1)
    else:
        number, kind = rng.choice(NASTY_NUMBERS), rng.choice(("n", "b", "d", "e", "str", "s", "inlineStr", "z"))
        piece = (
            f'<c r="{match[1].decode()}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            if rng.random() < 0.6
            else f'<c r="{match[1].decode()}" s="{rng.choice((0, 1, 999))}" t="{kind}"><f>A1</f><v>{number}</v></c>'
        ).encode()
    return data[: match.start()] + piece + data[match.end() :]


def nasty_line(data: bytes, rng: random.Random) -> bytes:
    """Replace one field of a text table."""
    fields = re.split(rb"([;\t\n])", data)
    fields[rng.randrange(len(fields))] = rng.choice([*NASTY_TEXTS, *NASTY_NUMBERS, '"', '""', '"\n', "\x00"]).encode()
    return b"".join(fields)


INSIDE: list[Callable[[bytes, random.Random], bytes]] = [
    attribute,
    attribute,
    tag,
    nasty_value,
    nasty_value,
    nasty_value,
    flip,
    cut,
    splice,
]
OUTSIDE = [flip, cut, splice]


def in_package(data: bytes, rng: random.Random) -> bytes:
    """Mutate one part of a zip package, or how its parts are put together."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    sheets = [
        i
        for i, (name, _) in enumerate(parts)
        if re.search(r"sheet\d|content|document\.xml|shared|workbook\.xml$", name)
    ]
    at = rng.choice(sheets) if sheets and rng.random() < 0.7 else rng.randrange(len(parts))
    name, content = parts[at]
    how = rng.random()
    if how < 0.75:
        for _ in range(rng.choice((1, 1, 1, 3))):
            content = rng.choice(INSIDE)(content, rng)
        parts[at] = (name, content)
    elif how < 0.8:
        del parts[at]
    elif how < 0.85:
        parts[at] = (name, b"")
    elif how < 0.9:
        other = rng.randrange(len(parts))
        parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], content)
    elif how < 0.95:
        parts.append(
            (rng.choice((name, name.upper(), f"../{name}", f"/{name}")), rng.choice((content, b"", rng.randbytes(50))))
        )
    else:
        parts[at] = (name.upper(), content)
    return _packed(parts)


def mutant(number: int, more: tuple[tuple[str, bytes], ...] = ()) -> tuple[str, bytes]:
    """Make the mutant of a number: its file name and its bytes."""
    rng = random.Random(number)
    kept = [*originals().items(), *more]
    # The small workbooks more often than the long ones.
    name, data = rng.choice([*kept, *kept[:2] * 4])
    if name.endswith((".xlsx", ".ods", ".docx", ".zip")) and rng.random() < 0.85:
        data = in_package(data, rng)
    elif name.endswith(".csv") and rng.random() < 0.6:
        data = nasty_line(data, rng)
    else:
        data = rng.choice(OUTSIDE)(data, rng)
    suffix = (
        Path(name).suffix if rng.random() < 0.95 else rng.choice((".xls", ".csv", ".xlsx", ".ods", ".txt", ".xlsb"))
    )
    return f"{number:06}{suffix}", data


def write_witnesses(folder: Path) -> None:
    for name, year in (("000000 trước.xlsx", "2022"), ("999999 sau.xlsx", "2021")):
        book = openpyxl.Workbook()
        for row in WITNESS:
            book.active.append([v.replace("2022", year) if isinstance(v, str) else v for v in row])
        book.save(folder / name)


def seen(data: Data) -> list[pl.DataFrame]:
    mine = pl.col("source_file").str.contains("trước|sau")
    frames = (data.ratings, data.set_aside, data.sources, data.measures)
    return [frame.filter(mine).drop("sha256", strict=False) for frame in frames]


def problems(folder: Path, facts: Facts, expected: list[pl.DataFrame]) -> Iterator[str]:
    try:
        data = read_raw(folder, facts)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        yield f"{type(error).__name__}: {error}"
        return
    for name, found, wanted in zip(("ratings", "set_aside", "sources", "measures"), seen(data), expected, strict=True):
        if not found.equals(wanted):
            yield f"{name} of the others changed: {found.rows()}"
    for row in data.sources.iter_rows(named=True):
        if row["rows_read"] != row["rows_used"] + row["rows_aside"] + row["rows_structural"]:
            yield f"rows of {row['source_file']} are not accounted for"
        if row["cells_read"] != sum(row[f"cells_{k}"] for k in ("used", "checked", "aside", "structural")):
            yield f"cells of {row['source_file']} are not accounted for"
    yield from data.set_aside["message_vi"].filter(data.set_aside["message_vi"].str.contains("lỗi bất thường|quá lâu"))


def check(numbers: range, facts: Facts, more: tuple[tuple[str, bytes], ...] = ()) -> None:
    """Read folders of mutants; the mutants of a folder that fails are read one by one to name the one."""
    limits = {**facts.settings["limits"], "seconds": 20}
    facts = replace(facts, settings={**facts.settings, "limits": limits})
    with TemporaryDirectory() as place:
        root = Path(place) / "dau"
        root.mkdir()
        write_witnesses(root)
        expected = seen(read_raw(root, facts))
        assert expected[0].height == 12
        for start in numbers[::BATCH]:
            batch = range(start, min(start + BATCH, numbers.stop))
            if not list(problems(_folder(Path(place) / "lo", batch, more), facts, expected)):
                continue
            told = {
                number: found
                for number in batch
                if (
                    found := list(
                        problems(_folder(Path(place) / "lo", range(number, number + 1), more), facts, expected)
                    )
                )
            }
            pytest.fail(f"mutants {told or list(batch)}")


def _folder(folder: Path, numbers: range, more: tuple[tuple[str, bytes], ...]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_witnesses(folder)
    for number in numbers:
        name, data = mutant(number, more)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("part", range(6))
def test_a_few_mutants(part: int, facts: Facts) -> None:
    check(range(part * FEW // 6, (part + 1) * FEW // 6), facts)


@pytest.mark.full
@pytest.mark.parametrize("part", range(20))
def test_many_mutants(part: int, facts: Facts) -> None:
    check(range(1000 + part * MANY // 20, 1000 + (part + 1) * MANY // 20), facts)


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_mutants_of_old_workbooks(tmp_path: Path, facts: Facts) -> None:
    (tmp_path / "a.xlsx").write_bytes(originals()["openpyxl.xlsx"])
    command = ["soffice", "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    old = ("cu.xls", (tmp_path / "a.xls").read_bytes())
    check(range(500_000, 500_600), facts, (old,) * 30)


def test_mutants_are_made_again_from_their_number() -> None:
    assert [mutant(number) for number in range(40)] == [mutant(number) for number in range(40)]


def test_the_originals_are_read(tmp_path: Path, facts: Facts) -> None:
    for name in ("openpyxl.xlsx", "xlsxwriter.xlsx", "bang.csv", "bang.ods"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(originals()[name])
        assert read_raw(folder, facts).ratings.height > 0


# Mutants that once failed.


def test_numbers_longer_than_any_count_are_asked_about(tmp_path: Path, facts: Facts) -> None:
    """A count of 22 digits overflowed the table and ended the run; one of 5 000 digits is no int at all."""
    write_witnesses(tmp_path)
    for at, value in enumerate(("2184467440737095516162", "9" * 5000, "1.000.000.000.000")):
        rows = [[value if (r, c) == (3, 3) else v for c, v in enumerate(row)] for r, row in enumerate(ROWS)]
        text = "\n".join(";".join("" if v is None else str(v) for v in row) for row in rows)
        (tmp_path / f"dai-{at}.csv").write_text(text.replace("2024", str(2021 + at)), "utf-8-sig")
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["D4"] = 1e300
    book.save(tmp_path / "dai.xlsx")
    data = read_raw(tmp_path, facts)
    assert data.set_aside.filter(reason="so_khong_doc_duoc").height == 4
