"""Where analysts live: JupyterLab as `make lab` starts it, driven in a real Chromium; nothing is asked outside."""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "01-nhan-so-lieu.ipynb"
#: As the Makefile starts it; the test adds only what keeps it quiet, alone and on a port of its own.
START = "jupyter lab --config=lab/config.py"
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Headless, and without the errands that Chromium runs of its own accord.
_ALONE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
)
_LONG_MS = 120_000
expect.set_options(timeout=_LONG_MS)

pytestmark = pytest.mark.skipif(
    _CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)


def _code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy beside which nothing stored is touched: one notebook without its outputs, the returns, the settings."""
    home = tmp_path / "so-tinh"
    shutil.copytree(ROOT / "data" / "raw", home / "data" / "raw")
    shutil.copytree(ROOT / "lab", home / "lab")
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    for cell in _code(notebook):
        cell.update(outputs=[], execution_count=None)
    (home / "notebooks").mkdir()
    (home / "notebooks" / NOTEBOOK.name).write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return home


def _pass_on(pipe: IO[str], lines: queue.Queue[str]) -> None:
    """Read what the server says until it ends, so that it never waits for a reader; "" is the end."""
    for line in pipe:
        lines.put(line)
    lines.put("")


@pytest.fixture
def address(project: Path, tmp_path: Path) -> Iterator[str]:
    """JupyterLab on a free loopback port, with folders of its own; stopped with its kernels whatever happens."""
    own = {f"JUPYTER{name}_DIR": str(tmp_path / name.lower().strip("_")) for name in (
        "_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES"
    )}  # fmt: skip
    env = os.environ | own | {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_TOKEN": os.urandom(16).hex()}
    quiet = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    command = [sys.executable, "-m", *START.split(), *quiet]
    server = subprocess.Popen(command, cwd=project, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
    lines: queue.Queue[str] = queue.Queue()
    assert server.stderr is not None
    reader = threading.Thread(target=_pass_on, args=[server.stderr, lines])
    reader.start()
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", said)):
            line = lines.get(timeout=60)
            assert line, f"JupyterLab ended before it said where it is:\n{said}"
            said += line
        yield f"{found[0]}?token={env['JUPYTER_TOKEN']}"
    finally:
        # Asked to end, the server ends its kernels first.
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        reader.join()
        server.stderr.close()


@pytest.fixture
def page(address: str, tmp_path: Path) -> Iterator[Page]:
    """JupyterLab open in Chromium; a request to anywhere but this machine is refused and fails the test."""
    outside: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch_persistent_context(
            tmp_path / "chromium", executable_path=_CHROMIUM, args=_ALONE, viewport={"width": 1366, "height": 768}
        )
        browser.on(
            "request",
            lambda request: urlsplit(request.url).hostname in ("127.0.0.1", None) or outside.append(request.url),
        )
        try:
            own = browser.pages[0]
            own.set_default_timeout(_LONG_MS)
            own.goto(address)
            yield own
        finally:
            browser.close()
    assert outside == []


def test_run_all_shows_the_chart_the_tables_and_the_answer(page: Page, tmp_path: Path):
    stored = _code(json.loads(NOTEBOOK.read_text("utf-8")))
    # It opens on the notebooks; nobody is asked about news.
    page.locator(".jp-DirListing-item", has_text=NOTEBOOK.name).dblclick()
    prompts, idle = page.locator(".jp-CodeCell .jp-InputPrompt"), page.get_by_text("Python 3 (ipykernel) | Idle")
    expect(prompts).to_have_text(["[ ]:"] * len(stored))
    expect(idle).to_be_visible()
    assert page.url.endswith(f"/lab/tree/notebooks/{NOTEBOOK.name}")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(prompts.first).to_have_text("[1]:")
    # A cell that waits its turn has a star; after an error the others are let go.
    expect(prompts.filter(has_text="*")).to_have_count(0)
    expect(idle).to_be_visible()

    errors = page.locator('[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type$="jupyter.error"]')
    assert errors.all_text_contents() == []
    expect(prompts).to_have_text([f"[{number}]:" for number in range(1, len(stored) + 1)])
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    outputs = [output.get("data", {}) for cell in stored for output in cell["outputs"]]
    charts = page.locator(".jp-OutputArea img")
    assert charts.count() == sum("image/png" in data for data in outputs) > 0
    assert charts.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 300)")
    tables = page.locator(".jp-OutputArea table.gt_table")
    assert tables.count() == sum("gt_table" in "".join(data.get("text/html", "")) for data in outputs) > 0
    shown = page.locator('.jp-OutputArea [data-mime-type="text/markdown"]').all_text_contents()
    answers = ["".join(data["text/markdown"]) for data in outputs if "text/markdown" in data]
    assert [_plain(text) for text in shown] == [_plain(answer) for answer in answers]

    charts.last.scroll_into_view_if_needed()
    expect(page.get_by_text(answers[-1])).to_be_visible()
    page.screenshot(path=tmp_path / "rong.png")
    page.set_viewport_size({"width": 760, "height": 900})
    page.screenshot(path=tmp_path / "hep.png")
    # A narrow window shrinks a picture and a table; neither runs out of the notebook.
    frame = page.locator(".jp-NotebookPanel-notebook").bounding_box()
    boxes = [shape.bounding_box() for shape in (*charts.all(), *tables.all())]
    assert frame is not None
    assert [box for box in boxes if box is None or box["x"] + box["width"] > frame["x"] + frame["width"]] == []


def test_make_lab_starts_it_like_this():
    assert f".venv/bin/{START}\n" in (ROOT / "Makefile").read_text("utf-8")


def _plain(text: str) -> str:
    """Text as it is read: without the marks of Markdown and the white space."""
    return re.sub(r"[*\s]", "", text)
