"""The notebooks of the set: where they lie, what each asks, the parameters it was written with. Nothing is run here."""

import ast
import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from danvan_analysis.errors import DanvanError

#: Where a notebook of the set finds the returns; one that names another folder stands on data of its own.
COMMON_RAW = "../data/raw"
#: What running and showing takes, beyond what the library itself needs.
_NEEDED = ("nbclient", "nbconvert", "ipykernel", "bs4", "great_tables", "pandas", "seaborn")
INSTALL_VI = (
    "Chưa cài đủ phần chạy sổ phân tích (thiếu {name}). Đề nghị chạy lệnh: pip install \"danvan-analysis[notebooks]\""
    " (trong thư mục mã nguồn thì ghi \".[notebooks]\"), rồi chạy lại."
)  # fmt: skip


@dataclass(frozen=True)
class Notebook:
    """One notebook as it is stored."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The file's name without ending: the order of the set, and the name of its page."""
        return self.path.stem

    @cached_property
    def cells(self) -> list[dict[str, Any]]:
        """The cells in order, each with its whole source as one text."""
        return [cell | {"source": "".join(cell["source"])} for cell in json.loads(self.text)["cells"]]

    @property
    def _words(self) -> str:
        return "\n\n".join(cell["source"] for cell in self.cells if cell["cell_type"] == "markdown")

    @property
    def title(self) -> str:
        """The first heading."""
        found = re.search(r"(?m)^# +(.+)$", self._words)
        return found[1].strip() if found else self.name

    @property
    def question(self) -> str:
        """The first words in bold that end in a question mark, as a sentence; else ""."""
        found = re.search(r"\*\*([^*]+\?)\*\*", self._words)
        return found[1][:1].upper() + found[1][1:] if found else ""

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the cell tagged `parameters` sets: plain values by name."""
        source = next((c["source"] for c in self.cells if "parameters" in c["metadata"].get("tags", [])), "")
        return {
            target.id: ast.literal_eval(line.value)
            for line in ast.parse(source).body
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        }

    @property
    def own_data(self) -> bool:
        """Whether it stands on returns of its own (the made-up province), not on those of the set."""
        return bool(self.parameters.get("SO_LIEU", COMMON_RAW) != COMMON_RAW)

    @property
    def published(self) -> bool:
        """Whether it shows published figures and nothing of the returns (a cell of it has the tag `cong-bo`)."""
        return any("cong-bo" in cell["metadata"].get("tags", []) for cell in self.cells)

    @property
    def has_its_data(self) -> bool:
        """Whether the returns it was written on are there; an installed copy brings none."""
        return (self.path.parent / str(self.parameters.get("SO_LIEU", COMMON_RAW))).is_dir()


def read_notebooks(folder: Path | None = None) -> list[Notebook]:
    """Read the notebooks of a folder (else those that come with the program), in the order of their names.

    DanvanError when there are none, or when what runs them is not installed.
    """
    lacking = next((name for name in _NEEDED if find_spec(name) is None), None)
    if lacking:
        raise DanvanError(INSTALL_VI.format(name=lacking))
    paths = sorted((folder or shipped_folder()).glob("*.ipynb"))
    if not paths:
        raise DanvanError(f"Không có sổ phân tích nào (tệp .ipynb) trong “{folder or shipped_folder()}”.")
    return [Notebook(path.resolve(), path.read_text("utf-8")) for path in paths]


def shipped_folder() -> Path:
    """Give the folder of the notebooks that come with the program: the repository's, or what an installed copy brought."""
    home = Path(__file__).resolve().parents[2]
    if (home / "pyproject.toml").is_file():
        return home / "notebooks"
    files = metadata.files("danvan-analysis") or []
    return next((Path(str(file.locate())).resolve().parent for file in files if file.suffix == ".ipynb"), home)
