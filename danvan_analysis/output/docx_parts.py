"""Pieces of a Word document that python-docx leaves to us: fonts in all slots, fields, captions, pictures, marks.

Each function takes and gives python-docx objects; none knows what the document says.
"""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.text.paragraph import Paragraph

#: One moment for every file, so that the same content gives the same bytes.
FIXED_TIME = datetime(2021, 1, 1)
_SLOTS = ("ascii", "hAnsi", "cs", "eastAsia")
_THEMES = ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme")
_STYLES = ("Normal", "Heading 1", "Heading 2", "Heading 3", "Caption", "Header", "Footer", "Title")


def new_document(profile: dict[str, Any], language: str) -> Document:
    """Open an empty A4 document in a profile of layout.toml: fonts, sizes, margins, language, headings in black."""
    from docx import Document as open_document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Mm, Pt, RGBColor

    document = open_document()
    for name in _STYLES:
        style: Any = document.styles[name]
        _set_font(style.element, profile["font"], language)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.size = Pt(profile["size_pt"])
        style.font.italic = False
    normal: Any = document.styles["Normal"]
    shape = normal.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(profile["line_pt"])
    shape.space_before, shape.space_after = Pt(profile["space_pt"]), Pt(0)
    for level in (1, 2, 3):
        heading: Any = document.styles[f"Heading {level}"]
        heading.font.bold, heading.font.italic = True, level == 3
        shape = heading.paragraph_format
        shape.space_before, shape.space_after, shape.keep_with_next = Pt(2 * profile["space_pt"]), Pt(0), True
        shape.first_line_indent = Mm(profile["indent_mm"])
        shape.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    caption: Any = document.styles["Caption"]
    caption.font.bold, caption.font.size = True, Pt(profile["size_pt"] - 2)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Header", "Footer"):
        document.styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        document.styles[name].paragraph_format.space_before = Pt(0)
    _page(document.sections[0], profile, landscape=False)
    return document


def body(document: Document, text: str, profile: dict[str, Any], **run: bool) -> Paragraph:
    """Add a justified paragraph with the first line indented; `run` sets bold, italic."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(profile["indent_mm"])
    added = paragraph.add_run(text)
    for name, value in run.items():
        setattr(added, name, value)
    return paragraph


def gap(paragraph: Paragraph, text: str) -> None:
    """Add a gap for the drafter, marked in yellow."""
    from docx.enum.text import WD_COLOR_INDEX

    run = paragraph.add_run(text)
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Add a Word field (PAGE, SEQ) with the text it shows until it is updated."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "instr", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "text":
            run.text = shown
        elif kind == "instr":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
            run._r.append(element)
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def caption(document: Document, label: str, number: int, text: str, keep_with_next: bool) -> Paragraph:
    """Add a caption "Bảng 1. …" with a SEQ field; before a table it keeps with the table."""
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{label} ")
    field(paragraph, f"SEQ {label} \\* ARABIC", str(number))
    paragraph.add_run(f". {text}")
    paragraph.paragraph_format.keep_with_next = keep_with_next
    return paragraph


def picture(document: Document, path: str | Path, width_mm: float, alt: str) -> None:
    """Add a picture on a line of its own with its alt text, kept with the caption below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(str(path), width=Mm(width_mm))
    properties = shape._inline.docPr
    properties.set("descr", alt)
    properties.set("title", alt.split(". ")[0])


def landscape(document: Document, profile: dict[str, Any]) -> Section:
    """Begin a landscape section on a new page; it carries the header of the section before."""
    from docx.enum.section import WD_SECTION
    from docx.shared import Pt

    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    # The break sits in a paragraph of its own; at full height it could fall on an empty page after a table.
    last = document.paragraphs[-1].paragraph_format
    last.space_before, last.line_spacing = Pt(0), Pt(1)
    _page(section, profile, landscape=True)
    section.different_first_page_header_footer = False
    return section


def running_head(section: Section, mark: str, first_mark: str) -> None:
    """Write the header: page number from page 2 on, and the marks on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    section.different_first_page_header_footer = True
    for head, text, numbered in ((section.first_page_header, first_mark, False), (section.header, mark, True)):
        line = head.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if numbered:
            field(line, "PAGE", "2")
            line = head.add_paragraph(style="Header")
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(text)
        run.bold, run.font.size = True, Pt(9)


def save(document: Document, path: str | Path, title: str, author: str) -> None:
    """Write the document with fixed properties and times: the same content gives the same bytes."""
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.language = title, author, author, "vi-VN"
    core.comments, core.revision = "", 1
    core.created = core.modified = FIXED_TIME
    buffer = BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            fixed = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(fixed, parts.read(name))


def _page(section: Section, profile: dict[str, Any], landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    width, height = profile["page_mm"]
    top, bottom, left, right = profile["margin_mm"]
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(height), Mm(width)) if landscape else (Mm(width), Mm(height))
    # Turned, the binding edge is on top.
    edges = (left, right, bottom, top) if landscape else (top, bottom, left, right)
    section.top_margin, section.bottom_margin = Mm(edges[0]), Mm(edges[1])
    section.left_margin, section.right_margin = Mm(edges[2]), Mm(edges[3])
    section.header_distance = section.footer_distance = Mm(7)


def _set_font(element: Any, font: str, language: str) -> None:
    """Name the font in all four slots, drop the theme's, set the language."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for slot in _SLOTS:
        fonts.set(qn(f"w:{slot}"), font)
    for theme in _THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), language)
    lang.set(qn("w:eastAsia"), language)
    properties.append(lang)
