"""The process that works on files for another: what ends or hangs it costs one file, never the run.

Started by `isolated.py` as `python -m danvan_analysis.cells.worker`, or as a module that calls `main` with work of its own.
One line of JSON in (a payload, or a path with limits), one length and one pickle out; it ends when its input does.
"""

import base64
import json
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from danvan_analysis.cells.open_file import LENGTH, READY, open_file

#: What is done with a file: its path and the limits in, whatever can be pickled out.
Work = Callable[[str, dict[str, Any]], Any]
#: A hanging file is ended by the clock of the one who asked; this much later by the worker's own, should nobody be left.
_GRACE = 10


def _limit_memory(megabytes: int) -> None:
    """Cap the memory of this process, and leave no core file, where the platform has such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, megabytes * 1_000_000)):
        try:
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):
            # A platform that knows the limit but does not let it be set: the clock alone must do.
            continue


def _limit_time(seconds: int) -> None:
    """Let the system end this process should one file take more than its time of computing and nobody be left to ask."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = spent + seconds + _GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _answer(out: BinaryIO, frame: bytes) -> None:
    out.write(LENGTH.pack(len(frame)))
    out.write(frame)
    out.flush()


def _done(work: Work, path: str, limits: dict[str, Any]) -> bytes:
    """The answer for a file; an error of the work itself is sent back, to be raised where it was asked for."""
    try:
        return pickle.dumps(work(path, limits), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        error.add_note(traceback.format_exc())
        try:
            return pickle.dumps(error)
        except Exception:
            # An error that cannot be sent as it is goes as its text: it is raised there all the same.
            return pickle.dumps(RuntimeError(traceback.format_exc()))


def main(prepare: Callable[[bytes], Work] | None = None) -> None:
    """Answer requests until the input ends: open files, or do with them what `prepare` gives for the payload sent."""
    # Ctrl-C is for the one who asked: it ends this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing a library prints may come between the frames.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        _answer(out, READY)
        limited = False
        work: Work = open_file
        for line in sys.stdin.buffer:
            request = json.loads(line)
            if prepare and "payload" in request:
                work = prepare(base64.b64decode(request["payload"]))
                _answer(out, READY)
                continue
            limits = request["limits"]
            if not limited:
                _limit_memory(limits["megabytes"])
                limited = True
            _limit_time(limits["seconds"])
            _answer(out, _done(work, request["path"], limits))


if __name__ == "__main__":
    main()
