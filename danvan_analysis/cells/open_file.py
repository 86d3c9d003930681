"""Opens one file by its path, whatever happens: the step that runs in a process of its own (`isolated.py`, `worker.py`)."""

import struct
from pathlib import Path
from typing import Any

from danvan_analysis.cells.open import open_documents
from danvan_analysis.cells.sheet import Document

#: The first frame of a worker that is ready, and how the length of each frame is written before it.
READY = b"danvan"
LENGTH = struct.Struct(">Q")


def open_file(path: str, limits: dict[str, Any]) -> list[Document]:
    """Give the documents of a file; whatever goes wrong is the problem of one document, in a Vietnamese sentence.

    >>> open_file("khong-co.xlsx", {})[0].problem
    'Không mở được tệp (No such file or directory). Đề nghị đóng tệp trong chương trình khác rồi chạy lại.'
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = f"Không mở được tệp ({error.strerror}). Đề nghị đóng tệp trong chương trình khác rồi chạy lại."
        return [Document("", b"", problem=problem)]
    try:
        documents = open_documents(data, Path(path).name, limits)
        for document in documents:
            for sheet in document.sheets:
                sheet.prepare()
        return documents
    except MemoryError:
        return [Document("", data, problem="Tệp quá lớn so với bộ nhớ của máy. Đề nghị đơn vị tách tệp rồi gửi lại.")]
    except BaseException as error:
        # A library's panic is no Exception. What remains is a fault of ours: named, so that it can be mended.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        problem = (
            f"Tệp không mở được vì một lỗi bất thường ({type(error).__name__}). Đề nghị lưu lại dạng .xlsx rồi gửi lại."
        )
        return [Document("", data, problem=problem)]
