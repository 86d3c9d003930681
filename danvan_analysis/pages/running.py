"""Runs notebooks two at a time, each in a kernel of its own, with parameters put in after those it was written with."""

from __future__ import annotations

import asyncio
import atexit
import os
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from danvan_analysis import errors
from danvan_analysis.errors import DanvanError, OutputError
from danvan_analysis.pages.notebooks import INSTALL_VI, Notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: The office machines have two cores, and a kernel that draws fills one.
AT_ONCE = 2
INJECTED = "injected-parameters"
#: Pictures sharp enough for a phone and for paper; beside each, its words for whoever cannot see it (see `body.py`).
_BEFORE = """\
get_ipython().config.InlineBackend.figure_formats = {"retina"}
get_ipython().display_formatter.formatters["text/markdown"].for_type_by_name(
    "matplotlib.figure", "FigureBase", lambda figure: figure.get_label() or None
)
"""
_SENTENCES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, DanvanError)}


def run_notebooks(
    notebooks: Sequence[tuple[Notebook, Mapping[str, Any]]], progress: Callable[[str], None] | None = None
) -> list[NotebookNode]:
    """Run notebooks with values for their parameters; give them with their outputs, in the order given.

    The first that fails stops the rest: DanvanError with the notebook, the heading of its cell and the error's own
    sentence; OutputError where the fault is the program's. When it ends, however it ends, no kernel is left.
    """
    with tempfile.TemporaryDirectory() as home:
        # The analyst's own start-up files, history and settings of kernels must not change what a page says.
        env = os.environ | {"IPYTHONDIR": home, "JUPYTER_CONFIG_DIR": home}
        return _in_a_thread(_all(notebooks, env, progress or (lambda _: None)))


def _in_a_thread(work: Coroutine[Any, Any, list[NotebookNode]]) -> list[NotebookNode]:
    """Run to the end or to Ctrl-C in a thread: in the main one every notebook client takes Ctrl-C for itself."""
    # Kernels are spoken to over sockets that the other loop of Windows cannot watch.
    runner = asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)
    loop = runner.get_loop()

    def whole() -> list[NotebookNode]:
        with runner:
            return runner.run(work)

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(whole)
        try:
            while not wait([done], timeout=0.3).done:
                pass  # Windows lets Ctrl-C through only between two waits.
        except KeyboardInterrupt:
            with suppress(RuntimeError):  # the loop has just ended by itself
                loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
            raise
        return done.result()


async def _all(
    notebooks: Sequence[tuple[Notebook, Mapping[str, Any]]], env: dict[str, str], progress: Callable[[str], None]
) -> list[NotebookNode]:
    turn, at, done = asyncio.Semaphore(AT_ONCE), dict[str, str](), list[str]()

    def tell(name: str, cell: str) -> None:
        at[name] = cell
        running = ", ".join(f"{name} (ô {cell})" for name, cell in at.items())
        progress(f"Đã chạy {len(done)}/{len(notebooks)} sổ; đang chạy {running}" if running else "")

    async def one(notebook: Notebook, values: Mapping[str, Any]) -> NotebookNode:
        async with turn:
            ran = await _run(notebook, values, env, lambda cell: tell(notebook.name, cell))
            done.append(notebook.name)
            at.pop(notebook.name, None)
            return ran

    tasks = [asyncio.ensure_future(one(*pair)) for pair in notebooks]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(
    notebook: Notebook, values: Mapping[str, Any], env: dict[str, str], tell: Callable[[str], None]
) -> NotebookNode:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    node = with_values(notebook, values)
    # This Python's kernel, whatever kernels of other Pythons the analyst has registered under the same name.
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(node, km=kernel, timeout=None, record_timing=False, coalesce_streams=True)
    client.shutdown_kernel = "immediate"
    client.on_cell_start = lambda cell, cell_index: tell(f"{cell_index + 1}/{len(node.cells)}")
    try:
        await client.async_execute(cleanup_kc=True, cwd=str(notebook.path.parent), env=env, stderr=subprocess.DEVNULL)
    except CellExecutionError as error:
        raise _sentence(notebook, node, str(error.ename), str(error.evalue)) from error
    except (DeadKernelError, RuntimeError) as error:
        raise OutputError(
            f"Sổ {notebook.name} dừng đột ngột, thường do máy không đủ bộ nhớ. Kết quả cũ còn nguyên. Đề nghị đóng bớt chương"
            " trình rồi chạy lại."
        ) from error
    finally:
        # Where it was stopped while the kernel was still starting, the client has not taken it down.
        if kernel.has_kernel:
            await kernel.shutdown_kernel(now=True)
        # The client's own farewell at the end of the program would find no kernel, and say so over our last sentence.
        atexit.unregister(client._cleanup_kernel)
    return node


def with_values(notebook: Notebook, values: Mapping[str, Any]) -> NotebookNode:
    """Give the notebook without outputs, with a cell after its parameters that sets them to `values`."""
    import nbformat

    node: NotebookNode = nbformat.reads(notebook.text, as_version=4)  # type: ignore[no-untyped-call]
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    tagged = (i for i, cell in enumerate(node.cells) if "parameters" in cell.metadata.get("tags", []))
    source = _BEFORE + "".join(f"{name} = {value!r}\n" for name, value in values.items())
    cell = {
        "cell_type": "code",
        "id": INJECTED,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    node.cells.insert(next(tagged, -1) + 1, nbformat.from_dict(cell))  # type: ignore[no-untyped-call]
    return node


def _sentence(notebook: Notebook, node: NotebookNode, kind: str, said: str) -> DanvanError:
    heading = notebook.title
    for cell in node.cells:
        if cell.cell_type == "markdown":
            headings = [line.lstrip("#").strip() for line in cell.source.splitlines() if line.startswith("#")]
            heading = headings[-1] if headings else heading
        elif any(output.output_type == "error" for output in cell.outputs):
            break
    where = f"Sổ {notebook.name}, phần “{heading}”: "
    if kind in _SENTENCES:
        return DanvanError(where + " ".join(said.split("\n")))
    if kind == "ModuleNotFoundError":
        return DanvanError(INSTALL_VI.format(name=said.rpartition(" ")[2].strip("'\"")))
    last = said.strip().splitlines()[-1] if said.strip() else ""
    return OutputError(
        f"{where}lỗi của phần mềm ({kind}: {last}). Kết quả cũ còn nguyên. Đề nghị mở sổ bằng JupyterLab, chạy lại với cùng tham"
        " số và gửi phần in ra cho người phụ trách phần mềm."
    )
