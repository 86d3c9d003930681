"""Run a copy of a notebook with other values in its parameters cell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"


def run(notebook: Path, folder: Path, **parameters: str | int | None) -> list[dict[str, Any]]:
    """Give the outputs of every code cell, in order; AssertionError with the message of a cell that fails."""
    content = json.loads(notebook.read_text("utf-8"))
    first = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    source = "".join(first["source"]).replace('"../data/raw', f'"{RAW.as_posix()}')
    for name, value in parameters.items():
        source, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value!r}", source)
        assert count == 1, name
    first["source"] = source
    (folder / notebook.name).write_text(json.dumps(content), "utf-8")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", notebook.name]
    # The kernel starts in the folder of the copy and finds the library as this process does.
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(command, cwd=folder, env=where, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{notebook.name} {parameters}: {done.stderr[-1500:]}"
    cells = json.loads((folder / notebook.name).read_text("utf-8"))["cells"]
    return [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]


def answers(outputs: list[dict[str, Any]]) -> list[str]:
    """Give the sentences: what cells showed as Markdown."""
    return ["".join(o["data"]["text/markdown"]) for o in outputs if "text/markdown" in o.get("data", {})]
