"""Writes the pages of the set and the list of them, into a folder that is published whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels
from danvan_analysis.pages.asked import PATHS, Asked
from danvan_analysis.pages.notebooks import Notebook
from danvan_analysis.pages.running import run_notebooks

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from danvan_analysis.facts import Facts

INTERNAL = "noi-bo"
#: The list of pages.
INDEX = "index.html"
#: The browser itself refuses whatever a page would fetch or run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"


@dataclass(frozen=True)
class Page:
    """One page as the list shows it; without `file` it was not made, and `answer` says why."""

    name: str
    file: str
    title: str
    question: str
    answer: str
    internal: bool


def write_pages(
    folder: Path,
    notebooks: Sequence[Notebook],
    asked: Asked,
    facts: Facts,
    progress: Callable[[str], None] | None = None,
) -> list[Page]:
    """Run the notebooks and write a page each, internal ones to `noi-bo/`, and `index.html`; give the pages in order.

    A notebook on data of its own keeps its own parameters as long as there are no real returns. Raises as
    `run_notebooks` does; nothing is written then.
    """
    real = asked.nature == "bao_cao"
    own = {notebook.name for notebook in notebooks if notebook.own_data and not real}
    runs = [notebook for notebook in notebooks if notebook.name not in own or notebook.has_its_data]
    given = asked.values()
    ran = run_notebooks([(notebook, {} if notebook.name in own else given) for notebook in runs], progress)
    inner = str(facts.settings["internal"]["mark"])
    internal = {book.name for book, node in zip(runs, ran, strict=True) if inner in _text(node)}
    pages = []
    for notebook in notebooks:
        if notebook not in runs:
            why = "Chưa chạy: sổ này dùng bộ số liệu thử riêng, không có ở đây."
            pages.append(Page(notebook.name, "", notebook.title, notebook.question, why, True))
            continue
        file = f"{INTERNAL}/{notebook.name}.html" if notebook.name in internal else f"{notebook.name}.html"
        answer = _answer(ran[runs.index(notebook)], (inner, str(facts.settings["trial"]["mark"])))
        pages.append(Page(notebook.name, file, notebook.title, notebook.question, answer, notebook.name in internal))
    made = [page for page in pages if page.file]
    for notebook, node, page in zip(runs, ran, made, strict=True):
        values = notebook.parameters if notebook.name in own else {**notebook.parameters, **given}
        html = _page(notebook, node, page, made, values, asked, facts, own=notebook.name in own)
        _write(folder / page.file, _without_paths(html, asked))
    _write(folder / INDEX, _index(pages, asked, facts))
    return pages


def _page(
    notebook: Notebook,
    node: NotebookNode,
    page: Page,
    made: Sequence[Page],
    values: dict[str, Any],
    asked: Asked,
    facts: Facts,
    *,
    own: bool,
) -> str:
    from danvan_analysis.pages.body import body_of

    up = "../" if page.internal else ""
    shown = {
        name: value for name, value in values.items() if name in notebook.parameters and (own or name not in PATHS)
    }
    body = body_of(node, shown, {other.name: up + other.file for other in made})
    # Published figures are real: the mark of trial data over them would be wrong.
    trial = (asked.nature == "gia_dinh" or own) and not notebook.published
    place = "số liệu thử riêng của sổ này" if own else values["DIA_BAN"] if "DIA_BAN" in notebook.parameters else ""
    when = _when(values, place)
    back = f'<nav><a href="{up}{INDEX}">Các sổ phân tích</a></nav>'
    return _frame(f"{notebook.title} – {when}", _marks(facts, page.internal, trial) + back + _p("when", when), body)


def _index(pages: Sequence[Page], asked: Asked, facts: Facts) -> str:
    when = _when(asked.values(), asked.place)
    items = []
    for page in pages:
        title = f'<a href="{page.file}">{escape(page.title)}</a>' if page.file else escape(page.title)
        # What an internal page answers stays inside it: the list may be passed on without that folder.
        said = page.answer if not (page.internal and page.file) else ""
        mark = _p("internal", str(facts.settings["internal"]["mark"])) if page.internal else ""
        items.append(f"<li><h2>{title}</h2>{mark}{_p('question', page.question)}{_p('answer', said)}</li>")
    head = _marks(facts, False, asked.nature == "gia_dinh") + "<h1>Các sổ phân tích</h1>" + _p("when", when)
    return _frame(f"Các sổ phân tích – {when}", head, f"<ol>{''.join(items)}</ol>")


def _when(values: dict[str, Any], place: str) -> str:
    when = labels.when_vi(int(values["NAM"]), str(values["KY"]))
    day = date.fromisoformat(str(values["DEN_NGAY"])).strftime("%d/%m/%Y")
    return f"{when[:1].upper()}{when[1:]}, {place or 'toàn tỉnh'}, tính đến ngày {day}"


def _marks(facts: Facts, internal: bool, trial: bool) -> str:
    marks = [facts.settings["internal"]["mark"]] * internal + [facts.settings["trial"]["mark"]] * trial
    return "".join(_p("mark", str(mark)) for mark in marks)


def _p(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""


def _frame(title: str, head: str, body: str) -> str:
    css = (Path(__file__).parent / "page.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{css}</style>\n</head>\n"
        f"<body>\n<header>{head}</header>\n<main>{body}</main>\n</body>\n</html>\n"
    )


def _write(path: Path, html: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(html, "utf-8", newline="\n")


def _without_paths(html: str, asked: Asked) -> str:
    """Where the analyst keeps the folders is nobody else's: the folder's own name stands for the whole path."""
    for folder in (asked.raw, asked.overlay):
        if folder:
            whole = folder.resolve()
            for written in {str(whole), whole.as_posix(), escape(str(whole)), str(whole).replace("\\", "\\\\")}:
                html = html.replace(written, escape(folder.name))
    return html


def _text(node: NotebookNode) -> str:
    """Everything a reader of the page may see, as text: words and outputs, not the code."""
    said = [cell.source for cell in node.cells if cell.cell_type == "markdown"]
    for cell in node.cells:
        for output in cell.get("outputs", []):
            said += [str(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
            said.append(output.get("text", ""))
    return "\n".join(said)


def _answer(node: NotebookNode, marks: Sequence[str]) -> str:
    """Give the first paragraph with a figure that the notebook says of the data, as plain text."""
    for cell in node.cells:
        for output in cell.get("outputs", []):
            said = output.get("data", {}).get("text/markdown", "")
            if any(kind.startswith("image/") for kind in output.get("data", {})):
                continue  # the words of a picture
            for part in re.split(r"\n\s*\n", str(said)):
                plain = part.replace("**", "").strip()
                if re.search(r"\d", plain) and not any(mark in plain for mark in marks):
                    return plain
    return ""
