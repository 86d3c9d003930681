"""Puts a result folder into place whole: at every moment one complete result is on disk, the old one or the new one.

A result is built beside its place, the old one is renamed to `*.cu`, the new one renamed into place, `*.cu` removed. All
of it under a lock in the output folder. A file of the old result that someone edited is first moved to `da-sua/`.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from danvan_analysis.errors import OutputError

ORIGIN = "nguon-goc.json"
_OLD = ".cu"
_BUILDING = ".dang-ghi-"
_LOCK = ".khoa"


@dataclass
class Draft:
    """The folder to build in, and after publishing the edited files that were moved aside."""

    folder: Path
    moved: list[Path] = field(default_factory=list)


@contextmanager
def publishing(root: Path, name: str) -> Iterator[Draft]:
    """Give a folder to build in; when the block ends well it becomes `root/name`, else the old result stays.

    OutputError with a Vietnamese sentence when the folder cannot be written or another run is writing.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root):
            restore(root)
            draft = Draft(root / f"{_BUILDING}{name}")
            draft.folder.mkdir()
            try:
                yield draft
                write_hashes(draft.folder)
                draft.moved = _keep_edited(root, name)
                _swap(root, name, draft.folder)
            finally:
                shutil.rmtree(draft.folder, ignore_errors=True)
    except OSError as error:
        place = error.filename or root
        raise OutputError(
            f"Không ghi được “{place}” ({error.strerror or error}). Kết quả cũ còn nguyên. Đề nghị đóng tệp đang mở, kiểm tra"
            " quyền ghi và dung lượng đĩa rồi chạy lại."
        ) from error


def restore(root: Path) -> None:
    """Undo what an interrupted run left: a lone `*.cu` goes back into place, half-built folders are removed."""
    if not root.is_dir():
        return
    for old in root.glob(f"*{_OLD}"):
        place = old.with_name(old.name.removesuffix(_OLD))
        if place.exists():
            shutil.rmtree(old)
        else:
            old.rename(place)
    for building in root.glob(f"{_BUILDING}*"):
        shutil.rmtree(building)


def result_folder(root: Path, name: str) -> Path | None:
    """Give the folder of a published result, or its lone `*.cu` while a run is between two steps; None without either."""
    for candidate in (root / name, root / f"{name}{_OLD}"):
        if candidate.is_dir():
            return candidate
    return None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_hashes(folder: Path) -> None:
    """Add the hash of every file of a result to its `nguon-goc.json`, so that a later run sees what was edited."""
    origin = folder / ORIGIN
    content = json.loads(origin.read_text("utf-8")) if origin.exists() else {}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != origin)
    content["ket_qua"] = {path.relative_to(folder).as_posix(): file_hash(path) for path in files}
    origin.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _keep_edited(root: Path, name: str) -> list[Path]:
    """Move the files of the old result that someone changed or added to `da-sua/<time>/`."""
    old = root / name
    origin = old / ORIGIN
    if not origin.exists():
        return []
    written = json.loads(origin.read_text("utf-8")).get("ket_qua", {})
    edited = [
        path
        for path in sorted(old.rglob("*"))
        if path.is_file()
        and path != origin
        and not path.name.startswith("~$")
        and written.get(path.relative_to(old).as_posix()) != file_hash(path)
    ]
    if not edited:
        return []
    target = root / "da-sua" / datetime.now().strftime("%Y-%m-%d-%H%M%S-%f") / name
    moved = []
    for path in edited:
        place = target / path.relative_to(old)
        place.parent.mkdir(parents=True, exist_ok=True)
        # Copied, not moved: until the new result is in place the old one stays whole.
        shutil.copy2(path, place)
        moved.append(place)
    return moved


def _swap(root: Path, name: str, built: Path) -> None:
    place, old = root / name, root / f"{name}{_OLD}"
    if place.exists():
        place.rename(old)
        try:
            built.rename(place)
        except OSError:
            old.rename(place)
            raise
        shutil.rmtree(old, ignore_errors=True)
    else:
        built.rename(place)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Hold the lock of an output folder; the system lets it go when the process ends, however it ends."""
    with (root / _LOCK).open("w") as handle:
        try:
            _lock(handle)
        except OSError as error:
            raise OutputError(
                f"Một lần chạy khác đang ghi vào “{root}”. Đề nghị đợi lần chạy đó xong rồi chạy lại."
            ) from error
        yield


def _lock(handle: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_new(files: dict[Path, str]) -> list[Path]:
    """Write text files that must not be there yet; give their paths.

    Raises:
        OutputError: one of them is there already (nothing is written then), or a folder cannot be written to.
    """
    present = next((path for path in files if path.exists()), None)
    if present:
        raise OutputError(
            f"Đã có tệp {present}; phần mềm không ghi đè. Đề nghị đổi tên tệp cũ hoặc chọn thư mục khác sau --ra."
        )
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as out:
                out.write(text)
        except OSError as error:
            raise OutputError(f"Không ghi được {path} ({error.strerror}). Đề nghị kiểm tra quyền ghi.") from error
    return list(files)
