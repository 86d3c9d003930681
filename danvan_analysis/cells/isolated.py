"""Works on files in processes of their own, one or two ahead of the reader: no file can end or hang the run.

The process is started by name (`-m danvan_analysis.cells.worker`), not by multiprocessing, which would run the caller's
own script again. It is kept for the next run and ends with the program. Where none can be started (a frozen program, a
system that forbids it) files are opened in this process.
"""

import atexit
import base64
import contextlib
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Generic, TypeVar

from danvan_analysis.cells.open_file import LENGTH, READY, open_file
from danvan_analysis.cells.sheet import Document
from danvan_analysis.memory import without_collector

#: How many files are opened before the reader asks for them.
AHEAD = 2
#: How long a new process may take to say that it is ready.
_START_SECONDS = 60
_TOO_LONG = "Tệp mở quá lâu (hơn {seconds} giây); phần mềm để riêng. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại."
_ENDED = (
    "Tệp làm chương trình mở bảng tính dừng đột ngột; phần mềm để riêng. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại."
)

#: What the process runs, after the interpreter and its -P.
COMMAND = ["-m", "danvan_analysis.cells.worker"]

T = TypeVar("T")
_NO_MORE = object()


@dataclass(frozen=True)
class Task(Generic[T]):
    """What is done with each file: by a process that runs the module `there`, or by `here` where none can be had.

    The process is given `payload` once, before its files. `lost` says what stands for a file that hung or ended it.
    """

    here: Callable[[str, dict[str, Any]], T]
    lost: Callable[[Path, str], T]
    there: tuple[str, ...] = ()
    payload: bytes = b""


_idle: list["_Worker"] = []
_lock = threading.Lock()


class _Ended(Exception):
    """The process ended, or was ended, without an answer."""


class _Worker:
    """One process that opens files; its answers are collected by a thread, so that they can be waited for with a limit."""

    def __init__(self, command: Sequence[str]) -> None:
        self.owner = os.getpid()
        self.command = command
        self.opened = 0
        #: What it was last prepared for, and whether its word that it is ready is still to come.
        self.prepared = b""
        self.preparing = False
        self.arrived = time.monotonic()
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
        # Without -P the folder the analyst stands in would come before the library's own modules.
        self.process = subprocess.Popen(
            [sys.executable, "-P", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        threading.Thread(target=self._collect, daemon=True).start()
        try:
            if self.answer(_START_SECONDS) != READY:
                raise _Ended
        except BaseException:
            self.end()
            raise

    def _collect(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            while len(head := stream.read(LENGTH.size)) == LENGTH.size:
                size = LENGTH.unpack(head)[0]
                frame = stream.read(size)
                if len(frame) < size:
                    break
                self.answers.put(frame)
        self.answers.put(None)

    def prepare(self, task: Task[Any]) -> None:
        """Give the process what it needs for the files that follow; one that has it already is left as it is."""
        if self.prepared != task.payload:
            self.prepared = task.payload
            self.preparing = True
            self._send({"payload": base64.b64encode(task.payload).decode()})

    def ask(self, path: Path, limits: dict[str, Any]) -> None:
        """Send a file; a process that has ended is noticed when its answer is waited for."""
        self._send({"path": str(path.absolute()), "limits": limits})

    def _send(self, request: dict[str, Any]) -> None:
        stream = self.process.stdin
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()

    def answer(self, seconds: float) -> bytes:
        """Wait for the next answer; TimeoutError when it takes longer, _Ended when the process is gone."""
        until = time.monotonic() + seconds
        while True:
            # In short waits: on Windows Ctrl-C is heard only between them.
            try:
                frame = self.answers.get(timeout=min(max(until - time.monotonic(), 0.001), 0.5))
            except queue.Empty:
                if time.monotonic() >= until:
                    raise TimeoutError from None
                continue
            if frame is None:
                raise _Ended
            return frame

    def end(self) -> None:
        """End the process and wait until it is gone."""
        if self.owner != os.getpid():
            return
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _take(task: Task[Any]) -> _Worker | None:
    """A process to work with: an idle one of this program, else a new one; None where none can be started."""
    command = task.there or COMMAND
    with _lock:
        for worker in [worker for worker in _idle if worker.command == command]:
            # A copy of this program made by fork must not talk to its parent's process.
            if worker.owner == os.getpid():
                _idle.remove(worker)
                if worker.process.poll() is None:
                    return worker
                worker.end()
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    try:
        return _Worker(command)
    except (OSError, _Ended, TimeoutError):
        return None


@atexit.register
def _end_idle() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()


def open_files(paths: Iterable[Path], limits: dict[str, Any]) -> Generator[list[Document]]:
    """Give the documents of each file in order; a file that hangs or ends the process is one document with its problem.

    At most two files are opened ahead of the one that was given last. Close the iterator (contextlib.closing) when it is
    not read to its end, so that its process ends with it.
    """
    yield from work_through(paths, limits, Task(open_file, unreadable))


def work_through(paths: Iterable[Path], limits: dict[str, Any], task: Task[T], *, processes: int = 1) -> Generator[T]:
    """Give what a task makes of each file, in the order of the files; they are dealt out to the processes in turn.

    An error of the task itself is raised here. Close the iterator when it is not read to its end.
    """
    if processes == 1:
        lanes: list[Generator[Any]] = [_lane(paths, limits, task)]
    else:
        every = list(paths)
        lanes = [_lane(every[i::processes], limits, task) for i in range(max(1, min(processes, len(every))))]
    try:
        for lane in lanes:
            # Up to its first yield a lane sends its first files; all are at work before any is waited for.
            next(lane)
        # Dealt out in turn, the files of all lanes end within one round of each other.
        for one_each in zip_longest(*lanes, fillvalue=_NO_MORE):
            yield from (done for done in one_each if done is not _NO_MORE)
    finally:
        for lane in lanes:
            lane.close()


def _lane(paths: Iterable[Path], limits: dict[str, Any], task: Task[T]) -> Generator[Any]:
    """The files of one process; the first thing given is None, when the process has its first files."""
    worker = _take(task)
    if worker is None:
        yield None
        yield from (task.here(str(path), limits) for path in paths)
        return
    waiting: deque[tuple[Path, float]] = deque()
    todo = iter(paths)
    whole = primed = False
    try:
        worker.prepare(task)
        while True:
            for path in todo:
                worker.ask(path, limits)
                waiting.append((path, time.monotonic()))
                if len(waiting) > AHEAD:
                    break
            if not primed:
                primed = True
                yield None
            if not waiting:
                whole = True
                return
            path, asked = waiting[0]
            if worker.preparing and not _is_ready(worker):
                worker.end()
                yield from (task.here(str(path), limits) for path in [*(path for path, _ in waiting), *todo])
                return
            try:
                # The clock of a file runs from when the one before it was done.
                since = max(asked, worker.arrived)
                frame = worker.answer(since + limits["seconds"] - time.monotonic())
            except (TimeoutError, _Ended) as error:
                late = isinstance(error, TimeoutError)
                again = not late and worker.opened > 0
                worker.end()
                fresh = _take(task)
                if fresh is None:
                    raise
                worker = fresh
                worker.prepare(task)
                if not again:
                    # Files before it may have used up what it needed; alone in a new process it has ended it itself.
                    waiting.popleft()
                for later, _ in waiting:
                    worker.ask(later, limits)
                waiting = deque((later, time.monotonic()) for later, _ in waiting)
                if not again:
                    yield task.lost(path, _TOO_LONG.format(seconds=limits["seconds"]) if late else _ENDED)
                continue
            waiting.popleft()
            worker.opened += 1
            worker.arrived = time.monotonic()
            yield _unpack(frame)
    finally:
        if whole:
            with _lock:
                _idle.append(worker)
        else:
            worker.end()


def _is_ready(worker: _Worker) -> bool:
    """Whether a process has been prepared for its task; its first file's time runs from then."""
    try:
        ready = worker.answer(_START_SECONDS) == READY
    except (TimeoutError, _Ended):
        return False
    worker.preparing = False
    worker.arrived = time.monotonic()
    return ready


def _unpack(frame: bytes) -> Any:
    with without_collector():
        done = pickle.loads(frame)
    if isinstance(done, Exception):
        raise done
    return done


def unreadable(path: Path, problem: str) -> list[Document]:
    """What stands for a file that could not be opened: one document with its problem."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    return [Document("", data, problem=problem)]
