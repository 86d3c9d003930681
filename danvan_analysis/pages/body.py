"""The body of a page: a run notebook as HTML that asks for nothing outside the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from danvan_analysis.pages.running import INJECTED

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from nbformat import NotebookNode

#: What a page can show; of one output the first that is there.
_SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain")
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
#: A sentence for who has the notebook open: a page has no cells to edit.
_FOR_EDITORS = re.compile(r"Muốn xem[^\n]*?Run All Cells\*?\)\.")
#: Elements that run or fetch something.
_ACTIVE = ("script", "iframe", "object", "embed", "link", "base", "meta", "form")
_FETCHED = re.compile(r"@import[^;]*;?|url\((?!\s*[\"']?data:)[^)]*\)")
_TEMPLATE = """\
{% extends 'basic/index.html.j2' %}
{% block input_group %}<details><summary>Lệnh đã chạy</summary><pre>{{ cell.source | escape_html }}</pre></details>
{% endblock %}
{% block stream_stderr %}{% endblock %}
"""


def body_of(node: NotebookNode, values: Mapping[str, Any], pages: Mapping[str, str]) -> str:
    """Give the HTML of a notebook that ran: words, tables, pictures, and the code folded away.

    `values` are shown as its parameters; `pages` are the pages of the set by notebook name: links to notebooks lead there,
    every other link is written out as text.
    """
    from bs4 import BeautifulSoup
    from nbconvert.exporters.html import HTMLExporter

    exporter = HTMLExporter(
        template_name="basic", raw_template=_TEMPLATE, exclude_anchor_links=True, exclude_input_prompt=True,
        exclude_output_prompt=True, embed_images=True,
    )  # fmt: skip
    html, _ = exporter.from_notebook_node(_readable(node, values))
    soup = BeautifulSoup(html, "html.parser")
    _keep_inside(soup, pages)
    for table in soup("table"):
        if not table.find_parent(style=re.compile("overflow-x")):
            table.wrap(soup.new_tag("div", attrs={"class": "wide"}))
    for picture in soup("img"):
        picture["tabindex"] = "0"
        picture.wrap(soup.new_tag("div", attrs={"class": "wide"}))
    return str(soup)


def _readable(node: NotebookNode, values: Mapping[str, Any]) -> NotebookNode:
    """Leave out what only the running needed; give every picture its words."""
    import nbformat

    node = nbformat.from_dict(node)
    node.cells = [cell for cell in node.cells if cell.id != INJECTED]
    heading = ""
    for cell in node.cells:
        if cell.cell_type == "markdown":
            cell.source = _FOR_EDITORS.sub("", cell.source)
            found = re.findall(r"(?m)^#+ +(.+)$", cell.source)
            heading = found[-1] if found else heading
            continue
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
        for output in cell.get("outputs", []):
            if "data" not in output:
                continue
            picture = next((kind for kind in _PICTURES if kind in output.data), None)
            if picture:
                words = output.data.pop("text/markdown", None) or f"Hình của phần “{heading}”; số liệu ở bảng phía trên."
                output.metadata.setdefault(picture, {})["alt"] = words
            output.data = {kind: output.data[kind] for kind in _SHOWN if kind in output.data}
    return node


def _keep_inside(soup: BeautifulSoup, pages: Mapping[str, str]) -> None:
    for element in soup(_ACTIVE):
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
        for name in [name for name in element.attrs if name.startswith("on") or name in ("srcset", "background")]:
            del element[name]
