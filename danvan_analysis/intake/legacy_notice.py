"""Says of each sheet how many of its cells were typed in a legacy encoding and turned into Unicode."""

from danvan_analysis.intake.observe import Readout
from danvan_analysis.text import number


def say_converted(out: Readout) -> None:
    """Note a sheet whose legacy text was converted; nothing where none was."""
    sheet = out.sheet
    if sheet.converted:
        message = (
            f"{number(sheet.converted)} ô ghi bằng bảng mã cũ ({sheet.legacy}) đã chuyển sang Unicode; đề nghị đối chiếu tên"
            " đơn vị và lần sau dùng phông chữ Unicode (Times New Roman)."
        )
        out.note("used", "chuyen_ma", [], message)
