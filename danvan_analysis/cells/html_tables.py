"""Tables of a web page saved under an Excel name (the "Xuất Excel" of many web programs) to sheets: "Bảng 1", "Bảng 2" …

A cell counts within its own table, as in a Word file; the lines above a table stand in `Sheet.above`.
"""

import re
from html.parser import HTMLParser
from typing import Any

from danvan_analysis.cells.sheet import Sheet, Unreadable
from danvan_analysis.cells.text_files import decode
from danvan_analysis.text import clean

_NO_TABLE = (
    "Tệp là trang web đặt tên như tệp Excel và không có bảng nào đọc được. Đề nghị mở bằng Excel, chọn Lưu thành"
    " (Save As) dạng .xlsx rồi gửi lại."
)
_TOO_LARGE = "Bảng trong tệp khai vùng ô quá lớn. Đề nghị mở bằng Excel, lưu dạng .xlsx rồi gửi lại."
#: Far more than the longest form has; a few bytes can ask for many more.
_MOST_CELLS = 2_000_000
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table"}
_UNSEEN = {"style", "script", "title", "xml"}


def read_html_sheets(data: bytes, limits: dict[str, Any]) -> list[Sheet]:
    """Give the tables of a page; a table inside a cell is text of that cell. Unreadable where there is none."""
    page = _Page(limits)
    page.feed(decode(data))
    page.close()
    page.end_table()
    if not page.sheets:
        raise Unreadable(_NO_TABLE)
    return page.sheets


class _Page(HTMLParser):
    def __init__(self, limits: dict[str, Any]) -> None:
        super().__init__()
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.depth = 0
        self.unseen = 0
        self.text = ""
        self.spans: dict[tuple[int, int], tuple[int, int, str]] = {}
        self.taken: set[tuple[int, int]] = set()
        self.at: tuple[int, int] | None = None
        self.row = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.above, self.text = self.text, ""
                self.spans, self.taken, self.at, self.row = {}, set(), None, -1
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.row += 1
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
            self._begin_cell(dict(attrs))
        if tag in _BREAKS:
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(self.unseen - (tag in _UNSEEN), 0)
        if tag == "table" and self.depth == 1:
            self.end_table()
        elif tag == "table":
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()
        if tag in _BREAKS:
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text += re.sub(r"[\r\n]+", " ", data)

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        r = self.row = max(self.row, 0)
        c = 0
        while (r, c) in self.taken:
            c += 1
        down, across = (_whole(attributes.get(name)) for name in ("rowspan", "colspan"))
        if (
            r + down > self.limits["rows"]
            or c + across > self.limits["columns"]
            or len(self.taken) + down * across > _MOST_CELLS
        ):
            raise Unreadable(_TOO_LARGE)
        self.taken |= {(i, j) for i in range(r, r + down) for j in range(c, c + across)}
        self.at, self.text = (r, c), ""
        self.spans[r, c] = (down, across, "")

    def _end_cell(self) -> None:
        if self.at is not None:
            down, across, _ = self.spans[self.at]
            self.spans[self.at] = (down, across, "\n".join(_lines(self.text)))
        self.at, self.text = None, ""

    def end_table(self) -> None:
        """Close the table at hand: a page that was cut off never does it itself."""
        if self.depth == 0:
            return
        self._end_cell()
        self.depth = 0
        height, width = self.row + 1, max((c + 1 for _, c in self.taken), default=0)
        grid: list[list[Any]] = [[None] * width for _ in range(height)]
        merges = []
        for (r, c), (down, across, text) in self.spans.items():
            grid[r][c] = text or None
            if down * across > 1:
                merges.append((r, c, min(r + down, height) - 1, c + across - 1))
        if self.spans:
            name = f"Bảng {len(self.sheets) + 1}"
            self.sheets.append(Sheet(name, grid, merges, above=_lines(self.above)[::-1]))


def _whole(value: str | None) -> int:
    return max(int(value), 1) if value and re.fullmatch(r"\d{1,7}", value) else 1


def _lines(text: str) -> list[str]:
    return [line for line in map(clean, text.split("\n")) if line]
