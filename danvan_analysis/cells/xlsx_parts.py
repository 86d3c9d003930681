"""Looks into the parts of an .xlsx before it is opened: its extent, what stands hidden, struck or commented, what has no value.

The reader of values gives '' for error cells and for formulas that were never computed, says nothing of hidden rows, and a
file of a few kilobytes that claims the last cell of the grid ends the process; all of it is caught here.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from danvan_analysis.cells.sheet import Position
from danvan_analysis.cells.xlsx_sheet import Styles, scan_sheet
from danvan_analysis.cells.xlsx_text import HEADERS, NotText, has_on, is_struck, local, parse, texts_of

#: Parts with texts outside the cells (of an .ods: its properties, and the page styles with their headers).
_TEXTUAL = re.compile(
    r"docprops/[^/]*\.xml|(?:meta|styles)\.xml"
    r"|xl/(?:drawings|charts|diagrams|comments|threadedcomments)[^/]*(?:/[^/]*)?\.(?:xml|vml)"
)


@dataclass
class Findings:
    """What the parts say of one sheet that the values do not."""

    faults: dict[Position, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Position] = frozenset()
    commented: frozenset[Position] = frozenset()
    fonts: dict[Position, str] = field(default_factory=dict)


@dataclass
class Prescan:
    """The findings of the sheets in their order in the workbook (name, findings), and the texts outside the cells."""

    sheets: list[tuple[str, Findings]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def prescan(package: zipfile.ZipFile, limits: dict[str, Any]) -> Prescan:
    """Give what the parts of a workbook say of its sheets; a package that is no xlsx workbook (ods, xlsb) gives nothing.

    ValueError with a Vietnamese sentence where the file unpacks to too much, claims too large an extent, or is written
    in a way the reader of values would misread (a document type, another encoding, a part twice).
    """
    infos = package.infolist()
    if sum(part.file_size for part in infos) > limits["unpacked_megabytes"] * 1_000_000:
        raise ValueError("Tệp quá lớn sau khi giải nén; phần mềm không mở. Đề nghị đơn vị tách tệp rồi gửi lại.")
    # Names are compared without case, as the programs that open them do; a part twice reads differently in each.
    names = {part.filename.lower(): part.filename for part in infos}
    if len(names) < len(infos) and any(name.startswith("xl/") for name in names):
        raise ValueError("Tệp Excel có một thành phần lặp lại hai lần. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại.")
    parts = _Parts(package, names)
    book = parts.workbook()
    if book is None:
        return Prescan(texts=parts.texts())
    root = parts.tree(book)
    targets = parts.relations(book)
    shared = _shared(parts, targets)
    styles = _styles(parts, targets, shared, root)
    found = Prescan(texts=parts.texts())
    for sheet in (e for e in root.iter() if local(e.tag) == "sheet"):
        part = next((targets[v][1] for k, v in sheet.attrib.items() if local(k) == "id" and v in targets), "")
        findings = Findings()
        # A sheet of macros or charts is no XML of cells; binary workbooks have their own parts.
        if part.lower() in names and part.lower().endswith(".xml"):
            xml = parts.read(part)
            scan_sheet(xml, limits, styles, findings)
            found.texts += texts_of(xml, HEADERS)
            findings.commented = frozenset(_commented(parts, part))
        found.sheets.append((sheet.attrib.get("name", ""), findings))
    return found


class _Parts:
    """The parts of a package by name, and where their relations lead."""

    def __init__(self, package: zipfile.ZipFile, names: dict[str, str]) -> None:
        self.package = package
        self.names = names

    def read(self, part: str) -> bytes:
        data = self.package.read(self.names[part.lower()])
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in data:
            raise ValueError(
                "Tệp Excel ghi theo kiểu phần mềm không đọc an toàn được. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại."
            )
        return data

    def tree(self, part: str) -> ElementTree.Element:
        return parse(self.read(part))

    def workbook(self) -> str | None:
        """The part that lists the sheets; None where the package is no xlsx workbook."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and target.lower() in self.names and target.lower().endswith(".xml"):
                return target if target.lower().startswith("xl/") else None
        return "xl/workbook.xml" if "xl/workbook.xml" in self.names else None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts a part leads to, by id: the last word of the relation's type, and the part's name."""
        folder, name = posixpath.split(part)
        page = posixpath.join(folder, "_rels", f"{name}.rels")
        if page.lower() not in self.names:
            return {}
        found = {}
        for element in self.tree(page).iter():
            if local(element.tag) == "Relationship" and element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
                found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
        return found

    def texts(self) -> list[str]:
        """Texts of properties, comments, text boxes and charts; a damaged one of these costs no figure."""
        found: list[str] = []
        for name in self.names:
            if _TEXTUAL.fullmatch(name):
                try:
                    found += texts_of(self.read(name))
                except NotText:
                    continue
        return found


def _commented(parts: _Parts, part: str) -> list[Position]:
    cells = []
    for kind, target in parts.relations(part).values():
        if kind.lower() in ("comments", "threadedcomment") and target.lower() in parts.names:
            refs = (
                e.get("ref", "") for e in parts.tree(target).iter() if local(e.tag) in ("comment", "threadedComment")
            )
            cells += [position for ref in refs if (position := _position(ref))]
    return cells


def _position(ref: str) -> Position | None:
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", ref.upper())
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _target(targets: dict[str, tuple[str, str]], kind: str, parts: _Parts) -> str | None:
    return next((t for k, t in targets.values() if k == kind and t.lower() in parts.names and t.endswith(".xml")), None)


def _shared(parts: _Parts, targets: dict[str, tuple[str, str]]) -> set[int]:
    """The places of the shared strings that are struck through by their own runs."""
    part = _target(targets, "sharedStrings", parts)
    data = parts.read(part) if part else b""
    if b"strike" not in data:
        return set()
    items = (e for e in parse(data) if local(e.tag) == "si")
    return {i for i, item in enumerate(items) if is_struck(item)}


def _styles(parts: _Parts, targets: dict[str, tuple[str, str]], shared: set[int], book: ElementTree.Element) -> Styles:
    """The cell formats whose font is struck through or a legacy Vietnamese one, by their number in the sheets."""
    # Written by a program that computes nothing: its zeros beside formulas are no results.
    stale = any(local(e.tag) == "calcPr" and e.get("fullCalcOnLoad") in ("1", "true") for e in book.iter())
    part = _target(targets, "styles", parts)
    styles = Styles(struck_texts=shared, stale=stale)
    data = parts.read(part) if part else b""
    if b"strike" not in data and not re.search(rb'(?i)val\s*=\s*["\'](?:\.vn|vni)', data):
        return styles
    groups = {local(e.tag): list(e) for e in parse(data)}
    fonts = groups.get("fonts", [])
    for number, xf in enumerate(groups.get("cellXfs", [])):
        index = xf.get("fontId", "0")
        font = fonts[int(index)] if index.isdigit() and int(index) < len(fonts) else None
        if font is None:
            continue
        if has_on(font, "strike"):
            styles.struck.add(number)
        name = next((e.get("val", "") for e in font if local(e.tag) == "name"), "")
        if name.lower().startswith((".vn", "vni")):
            styles.legacy[number] = name
    return styles
