"""What `danvan khai-bao` does: reads one file, says of each of its tables whether its form is known, drafts what is not."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from danvan_analysis.cells import open_files
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts
from danvan_analysis.intake.door import SECRET, is_secret
from danvan_analysis.intake.draft_form import Drafted, draft_forms
from danvan_analysis.intake.sheet_reader import Reader


@dataclass(frozen=True)
class Declared:
    """The tables of one document of a file; `problem` where it could not be read."""

    name: str
    tables: list[Drafted]
    problem: str | None = None


def declare(file: Path, facts: Facts) -> list[Declared]:
    """Give the tables of a file, document by document, with a draft page for each that is not fully known.

    Raises:
        DanvanError: the file, or everything in it, cannot be read, or bears a secrecy mark.
    """
    if not file.is_file():
        raise DanvanError(f"Không mở được tệp “{file.name}”. Đề nghị kiểm tra lại đường dẫn.")
    # In a process of its own: an unknown file is the likeliest to be a broken one.
    (documents,) = open_files([file], facts.settings["limits"])
    if any(is_secret(document) for document in documents):
        raise DanvanError(f"“{file.name}”: {SECRET}")
    problems = [document.problem for document in documents if document.problem]
    if documents and len(problems) == len(documents):
        raise DanvanError(f"“{file.name}”: {problems[0]}")
    reader = Reader.of(facts)
    taken: set[str] = set()
    found = []
    for document in documents:
        path = PurePosixPath(file.name, document.inner) if document.inner else PurePosixPath(file.name)
        tables = [] if document.problem else draft_forms(document.sheets, path, reader, taken)
        found.append(Declared(str(path), tables, document.problem))
    return found
