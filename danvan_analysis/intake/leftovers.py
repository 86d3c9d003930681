"""What no table of a sheet took: figures beside its columns, outside its tables, or on a sheet without any."""

from danvan_analysis.cells import address
from danvan_analysis.intake.blocks import Block, is_number
from danvan_analysis.intake.columns import SILENT, Column
from danvan_analysis.intake.observe import Readout


def leftovers(out: Readout, block: Block, columns: list[Column]) -> None:
    """Figures in figure columns that nothing took are set aside by name: no number is lost in silence."""
    sheet = out.sheet
    watched = {
        column.index
        for column in columns
        if column.role not in (*SILENT, "stt", "code", "measure_unit", "empty") and column.code != "code"
    }
    lost = [
        (r, c)
        for r in block.rows
        for c, value in enumerate(sheet.rows[r])
        if value is not None and c in watched and (r, c) not in out.marks and is_number(value)
    ]
    if lost:
        out.note(
            "aside",
            "chi_tieu_la",
            lost,
            f"Ô {', '.join(address(*cell) for cell in lost[:6])}{'…' if len(lost) > 6 else ''}: số liệu nằm ngoài các"
            " dòng, cột đã nhận biết.",
        )


def strays(out: Readout, blocks: list[Block]) -> None:
    """Figures that stand outside every table of the sheet: a page number is nothing, a column of them is a table unseen."""
    sheet = out.sheet
    inside: dict[int, set[int]] = {}
    for b in blocks:
        columns = set(range(b.left, b.right + 1))
        for r in {*range(b.top, b.bottom + 1), *b.rows, *b.silent}:
            inside[r] = inside[r] | columns if r in inside else columns
    strays = [
        (r, c)
        for r in range(len(sheet.rows))
        for c in set(sheet.filled(r)).difference(inside.get(r, ()))
        if isinstance(sheet.raw(r, c), int | float) and is_number(sheet.raw(r, c))
    ]
    strays.sort()
    if len(strays) >= 3:
        shown = ", ".join(address(*cell) for cell in strays[:6])
        message = f"Ô {shown}{'…' if len(strays) > 6 else ''}: số liệu nằm ngoài các bảng đã nhận ra trên trang."
        out.note("aside", "bieu_la", strays, message)


def no_block(out: Readout) -> None:
    """A sheet without a known header: a grid of figures or words is an unknown form, a page of text is not."""
    sheet = out.sheet
    grid = [r for r in range(len(sheet.rows)) if len(sheet.filled(r)) >= 3]
    numbers = [(r, c) for r in range(len(sheet.rows)) for c in sheet.filled(r) if is_number(sheet.raw(r, c))]
    if len(grid) >= 2 or len(numbers) >= 3:
        cells = [(r, c) for r in range(len(sheet.rows)) for c in sheet.filled(r)]
        out.unknown_form = True
        first = "; ".join(sheet.text(grid[0], c) for c in sheet.filled(grid[0])[:8]) if grid else ""
        out.note(
            "aside",
            "bieu_la",
            cells,
            f"Chưa nhận ra tiêu đề biểu nào trên trang này (dòng đầu của bảng: {first}). Đề nghị kiểm tra dòng tiêu đề,"
            " hoặc chạy lệnh danvan khai-bao với tệp này để lập trang biểu mẫu trong thư mục forms của danh mục riêng.",
        )
