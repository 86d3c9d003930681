"""The house: imports run one way, every public name and command is told of, no file grows out of sight."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import danvan_analysis as dv
from danvan_analysis.cli import cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "danvan_analysis"

#: From the ground up. A room imports itself and the floors below, never a room beside it or above.
FLOORS = (
    ("text", "errors", "memory"),
    ("facts", "cells"),
    ("tables",),
    ("wording",),
    ("intake", "analysis", "output"),
    ("publish", "summary"),
    ("pipeline",),
    ("lookup",),
    ("cli",),
    ("", "__main__"),  # "" is the package itself: it hands out the public names
)
#: A room outside the floors: the trial returns share only these, so that reading them back proves something.
OUTSIDE = {"trial": {"text", "errors", "facts"}}
#: Who may call a room outside the floors.
CALLERS = {"trial": {"cli"}}
#: Names of the package itself that any room may take.
GROUND_NAMES = {"__version__"}

MOST_LINES = 300

_FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def module_of(file: Path, package: Path) -> str:
    """Name a file as it is imported, below the package: "intake.read", "facts", "" for the package itself."""
    parts = file.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, module: str, modules: set[str], *, is_package: bool = False) -> Iterator[tuple[str, int]]:
    """Give the modules of this package that a source imports anywhere in it, with the line.

    Inside functions and under TYPE_CHECKING too. `from danvan_analysis import tables` is an import of `tables`; of a name
    that is no module, an import of the page that has it.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package=is_package)
            whole = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if _below(name) in modules else base for name in whole]
            if base == PACKAGE and {_below(name) for name in whole} <= GROUND_NAMES:
                names = []
        else:
            continue
        yield from ((_below(name), node.lineno) for name in names if name.split(".")[0] == PACKAGE)


def _base(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    here = [PACKAGE, *(module.split(".") if module else [])]
    here = here[: len(here) - node.level + is_package]
    return ".".join([*here, *([node.module] if node.module else [])])


def _below(name: str) -> str:
    return name.removeprefix(PACKAGE).removeprefix(".")


def is_allowed(importer: str, imported: str) -> bool:
    """Say whether a module may import another: downwards, or within its room."""
    here, there = importer.split(".")[0], imported.split(".")[0]
    if here == there:
        return True
    if here in OUTSIDE:
        return there in OUTSIDE[here]
    if there in OUTSIDE:
        return here in CALLERS[there]
    return _FLOOR[there] < _FLOOR[here]


def arrows(package: Path) -> dict[str, list[tuple[str, int]]]:
    """Give every module's imports from this package."""
    files = {module_of(file, package): file for file in sorted(package.rglob("*.py"))}
    return {
        module: list(imports_of(f.read_text("utf-8"), module, set(files), is_package=f.name == "__init__.py"))
        for module, f in files.items()
    }


def wrong_arrows(package: Path) -> list[str]:
    return [
        f"{module or PACKAGE}:{line} → {imported or PACKAGE}"
        for module, found in arrows(package).items()
        for imported, line in found
        if not is_allowed(module, imported)
    ]


SOURCE = ROOT / PACKAGE


def test_every_room_stands_on_a_floor():
    rooms = {module_of(file, SOURCE).split(".")[0] for file in SOURCE.rglob("*.py")}
    assert rooms == set(_FLOOR) | set(OUTSIDE)


def test_no_arrow_runs_back_up():
    assert wrong_arrows(SOURCE) == []


def test_no_files_import_each_other_in_a_circle():
    graph = {
        module: {there for there, _ in found if there != module} for module, found in arrows(SOURCE).items() if module
    }
    # A room's own page gathers its files' names; a file that takes a name from its room's page is no circle of files.
    rooms = {module for module in graph if (SOURCE / module.replace(".", "/")).is_dir()}
    TopologicalSorter({m: found - rooms for m, found in graph.items() if m not in rooms}).prepare()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("facts/load.py", "from danvan_analysis.tables import Data"),
        ("tables.py", "from danvan_analysis import intake"),
        ("intake/read.py", "from danvan_analysis.analysis import attainment"),
        ("analysis/assess.py", "def late():\n    from danvan_analysis.output import labels"),
        (
            "output/report.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from danvan_analysis import intake",
        ),
        ("wording/verdict.py", "import danvan_analysis.analysis.assess"),
        ("output/charts/trend.py", "from ...analysis import cells"),
        ("intake/read.py", "from .. import pipeline"),
        ("publish.py", "from danvan_analysis.pipeline import review"),
        ("trial/truth.py", "from danvan_analysis.intake.names import Gazetteer"),
        ("trial/truth.py", "from danvan_analysis import tables"),
        ("pipeline.py", "from danvan_analysis.trial import write_trial_returns"),
        ("output/report.py", "from danvan_analysis import read_raw"),
        ("text.py", "import danvan_analysis as dv"),
    ],
)
def test_an_arrow_that_runs_back_up_is_caught(tmp_path: Path, file: str, line: str):
    package = tmp_path / PACKAGE
    for room in ("intake", "analysis", "output", "output/charts", "facts", "wording", "trial"):
        (package / room).mkdir(parents=True, exist_ok=True)
        (package / room / "__init__.py").write_text("", "utf-8")
    for module in ("__init__", "tables", "pipeline", "text"):
        (package / f"{module}.py").write_text("", "utf-8")
    assert wrong_arrows(package) == []
    (package / file).write_text(f"{line}\n", "utf-8")
    assert len(wrong_arrows(package)) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("pipeline", "from danvan_analysis import __version__"),
        ("intake.read", "from danvan_analysis import tables"),
        ("output.report", "from danvan_analysis.output.charts import trend"),
        ("analysis.cells", "from danvan_analysis.tables import UNRATED"),
        ("cli", "from danvan_analysis.trial import write_trial_returns"),
    ],
)
def test_an_arrow_that_runs_down_is_let_through(file: str, line: str):
    found = list(imports_of(line, file, {"tables", "output.charts", "trial"}))
    assert all(is_allowed(file, imported) for imported, _ in found)


def test_trial_returns_use_no_fact_that_reads_forms():
    """What writes the trial returns knows places only; else reading them back would prove nothing."""
    reading = {"header_words", "rating_wordings", "area_variants", "forms", "scales", "scale_use", "reasons", "senders"}
    used = {
        f"{module_of(file, SOURCE)}.{node.attr}"
        for file in (SOURCE / "trial").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in reading
        if isinstance(node.value, ast.Name) and node.value.id == "facts"
    }
    assert used == set()


def test_imports_by_name_stay_with_the_public_names():
    """`import_module("…")` would slip past the walk over imports: only the package's own page and facts' files use it."""
    dynamic = re.compile(r"\b(import_module|__import__)\(")
    found = {module_of(f, SOURCE) for f in SOURCE.rglob("*.py") if dynamic.search(f.read_text("utf-8"))}
    assert found <= {""}


def test_the_package_needs_no_pandas():
    """pandas and seaborn are for notebooks; the library draws with matplotlib and reckons with polars."""
    users = [
        f"{module_of(file, SOURCE)}:{node.lineno}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.split(".")[0] in ("pandas", "seaborn", "pyarrow")
    ]
    assert users == []


def test_no_file_grows_out_of_sight():
    """Past 250 lines, look for the second idea in a file; past this limit it must be found."""
    lengths = {module_of(file, SOURCE): len(file.read_text("utf-8").splitlines()) for file in SOURCE.rglob("*.py")}
    assert {module: length for module, length in lengths.items() if length > MOST_LINES} == {}


def _told() -> str:
    """All that a user reads: README, pages of docs/, notebooks."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")]
    return "\n".join(page.read_text("utf-8") for page in pages)


def test_every_public_name_is_told_of():
    told = _told()
    assert [name for name in dv.__all__ if not re.search(rf"\b{re.escape(name)}\b", told)] == []


def test_what_is_told_of_exists():
    told = set(re.findall(r"\bdv\.([A-Za-z_]\w*)", _told()))
    assert told - set(dv.__all__) == set()
    charts = set(re.findall(r"\bdv\.charts\.([A-Za-z_]\w*)", _told()))
    assert charts - set(dv.charts.__all__) == set()


def test_the_public_names_are_all_there():
    assert sorted(dv.__all__) == sorted(dv._HOMES)
    assert all(getattr(dv, name) is not None for name in dv.__all__)


def test_every_command_is_told_of_and_every_told_command_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    told = set(re.findall(r"\bdanvan ([a-z]+(?:-[a-z]+)+)", readme))
    assert told == set(cli.commands)
    options = {option for command in cli.commands.values() for parameter in command.params for option in parameter.opts}
    of_pip = {"--require-hashes", "--no-deps", "--no-build-isolation"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme)) - options - of_pip == {"--help"}


def test_what_readme_shows_runs_and_says_what_readme_quotes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The sentences quoted come from the trial returns: they change with a run or not at all."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"```python\n(.+?)```", readme, re.DOTALL)
    assert block
    monkeypatch.chdir(ROOT)
    exec(compile(block[1], "README.md", "exec"), {})
    said = ast.literal_eval(capsys.readouterr().out)
    quoted = re.findall(r"T\d\w?\. (Năm 2024, .+?\.)(?=$| T\d)", _quotes(readme))
    assert len(quoted) == 2
    assert [sentence for sentence in quoted if sentence not in said] == []


def _quotes(page: str) -> str:
    """Give what stands in the quotations of a page, in one line."""
    return " ".join(" ".join(line[1:] for line in page.splitlines() if line.startswith(">")).split())
