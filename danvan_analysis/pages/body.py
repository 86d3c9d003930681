"""The body of a page: a run notebook as HTML that asks for nothing outside the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from danvan_analysis.pages.running import INJECTED

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from nbformat import NotebookNode

#: What a page can show, best first: of one output the first that is there.
_SHOWN = ("text/html", "image/png", "image/jpeg", "text/markdown", "text/plain")
#: A sentence for who has the notebook open: a page has no cells to edit.
_FOR_EDITORS = re.compile(r"(?:Muốn xem|Sửa ô)[^\n]*?Run All Cells\*?\)\.")
#: Elements that run or fetch something.
_ACTIVE = ("script", "iframe", "object", "embed", "link", "base", "meta", "form")
_SOURCES = ("src", "href", "xlink:href", "srcset", "poster", "data", "background", "action", "formaction")
_FETCHED = re.compile(r"@import[^;]*;?|url\((?!\s*[\"']?data:)[^)]*\)")


def body_of(node: NotebookNode, values: Mapping[str, Any], pages: Mapping[str, str]) -> str:
    """Give the HTML of a notebook that ran: words, tables, pictures, and the code folded away.

    `values` are shown as its parameters; `pages` are the pages of the set by notebook name: links to notebooks lead there,
    every other link is written out as text.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup("\n".join(_cells(node, values)), "html.parser")
    _keep_inside(soup, pages)
    for table in soup("table"):
        if not table.find_parent(style=re.compile("overflow-x")):
            table.wrap(soup.new_tag("div", attrs={"class": "wide"}))
    return str(soup)


def _cells(node: NotebookNode, values: Mapping[str, Any]) -> Iterator[str]:
    from nbconvert.filters import markdown2html

    heading = ""
    for cell in node.cells:
        if cell.cell_type == "markdown":
            words = _FOR_EDITORS.sub("", cell.source)
            heading = next((line.lstrip("# ") for line in words.splitlines() if line.startswith("#")), heading)
            yield markdown2html(words)
        elif cell.cell_type == "code" and cell.id != INJECTED:
            parameters = "parameters" in cell.metadata.get("tags", [])
            code = "\n".join(f"{name} = {value!r}" for name, value in values.items()) if parameters else cell.source
            yield f"<details><summary>Lệnh đã chạy</summary><pre>{escape(code)}</pre></details>"
            yield from (_output(output, heading, markdown2html) for output in cell.outputs)


def _output(output: NotebookNode, heading: str, markdown2html: Callable[[str], str]) -> str:
    data = output.get("data", {})
    kind = next((kind for kind in _SHOWN if kind in data), "")
    if kind == "text/html":
        return str(data[kind])
    if kind == "text/markdown":
        return markdown2html(data[kind])
    if kind.startswith("image/"):
        words = data.get("text/markdown") or f"Hình của phần “{heading}”; số liệu ở bảng phía trên."
        width = output.get("metadata", {}).get(kind, {}).get("width", "")
        shown = (
            f'<img src="data:{kind};base64,{data[kind].strip()}" alt="{escape(words)}" width="{width}" tabindex="0">'
        )
        return f'<div class="wide">{shown}</div>'
    # What a library says to its programmers (stderr) is no part of the answer.
    plain = data.get("text/plain") or (output.get("text", "") if output.get("name") == "stdout" else "")
    return f"<pre>{escape(plain)}</pre>" if plain else ""


def _keep_inside(soup: BeautifulSoup, pages: Mapping[str, str]) -> None:
    for element in [*soup(_ACTIVE), *soup("a", class_="anchor-link")]:
        element.decompose()
    for picture in soup("img"):
        if not str(picture.get("src", "")).startswith("data:"):
            picture.replace_with(str(picture.get("alt", "")))
    for link in soup("a"):
        to = str(link.get("href", ""))
        name = to.rpartition("/")[2].removesuffix(".ipynb")
        if name in pages and to.endswith(".ipynb"):
            link["href"] = pages[name]
        elif not to.startswith("#"):
            said = link.get_text()
            address = f" ({to})" if "://" in to and to != said else ""
            link.replace_with(said + address)
    for style in soup("style"):
        style.string = _FETCHED.sub("", style.get_text())
    for element in soup(style=_FETCHED):
        element["style"] = _FETCHED.sub("", str(element["style"]))
    for element in soup.find_all(True):
        for name, value in list(element.attrs.items()):
            outside = name in _SOURCES and not str(value).startswith(("data:", "#"))
            if name.startswith("on") or (outside and element.name != "a"):
                del element[name]
