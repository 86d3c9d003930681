"""Which files of a folder are returns."""

import unicodedata
from pathlib import Path, PurePosixPath

from danvan_analysis.cells import is_left_out


def list_files(folder: Path) -> list[PurePosixPath]:
    """The files a run reads, by path; names that begin with "_", "." or "~$", and pages of explanation, are left out."""
    found = []
    for path in folder.rglob("*"):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not is_left_out(relative):
            found.append(relative)
    return sorted(found, key=lambda p: unicodedata.normalize("NFC", str(p)))
