"""The party layouts (L12): meetings and members; plans, programmes and works taken on."""

from .manner import Manner
from .paper import Cell, Column, Head, Leaf, Row, Table
from .places import District, spell_commune
from .truth import Truth

_PAIR = (Leaf("SL"), Leaf("TL%", "share"))
Figures = dict[str, int]


def _party_columns(manner: Manner) -> tuple[Column, ...]:
    shares = manner.shares != "none"
    content, core = "Có nội dung về công tác dân vận", "Đảng viên tham gia sinh hoạt thường xuyên, làm nòng cốt"
    return (
        Leaf("Số chi bộ khóm, ấp"),
        Leaf("Số kỳ sinh hoạt lệ kỳ trong năm"),
        Head(content, (Leaf("Số kỳ"), Leaf("TL%", "share"))) if shares else Leaf(f"Số kỳ {content.lower()}"),
        Leaf("Tổng số đảng viên chi bộ khóm, ấp"),
        Leaf("Đảng viên được miễn sinh hoạt"),
        Head(core, _PAIR) if shares else Leaf(core),
    )


def _party_cells(figures: Figures, shares: bool) -> tuple[Cell, ...]:
    meetings, content = figures["lan_sinh_hoat_le_ky"], figures["lan_sinh_hoat_le_ky_co_noi_dung"]
    members, exempt = figures["dang_vien"], figures["dang_vien_mien_sinh_hoat"]
    core = figures["dang_vien_tham_gia_nong_cot"]
    left: tuple[Cell, ...] = (figures["chi_bo_khom_ap"], meetings, content)
    right: tuple[Cell, ...] = (members, exempt, core)
    return (*left, (content, meetings), *right, (core, members - exempt)) if shares else (*left, *right)


def _plan_columns(manner: Manner, year: int) -> tuple[Column, ...]:
    shares = manner.shares != "none"

    def pair(title: str) -> Column:
        return Head(title, _PAIR) if shares else Leaf(title)

    return (
        Leaf("Số cấp uỷ, tổ chức đảng"),
        pair(f"Có kế hoạch công tác dân vận năm {year}"),
        pair("Có chương trình hành động nhiệm kỳ"),
        Leaf("Số tổ chức (MTTQ, các tổ chức CT-XH cấp xã)"),
        pair("Đã đăng ký công trình, phần việc trong năm"),
        pair("Đã hoàn thành công trình, phần việc"),
    )


def _plan_cells(figures: Figures, shares: bool) -> tuple[Cell, ...]:
    def part(measure: str, whole: str) -> tuple[Cell, ...]:
        return (figures[measure], (figures[measure], figures[whole])) if shares else (figures[measure],)

    return (
        figures["to_chuc_dang"],
        *part("to_chuc_dang_co_ke_hoach_nam", "to_chuc_dang"),
        *part("to_chuc_dang_co_chuong_trinh_nhiem_ky", "to_chuc_dang"),
        figures["to_chuc"],
        *part("to_chuc_da_dang_ky_cong_trinh", "to_chuc"),
        *part("to_chuc_da_hoan_thanh_cong_trinh", "to_chuc_da_dang_ky_cong_trinh"),
    )


def party_table(
    truth: Truth,
    district: District,
    year: int,
    manner: Manner,
    *,
    meetings: bool = True,
    plans: bool = True,
    caption: str = "",
) -> Table:
    """L12 by commune: meetings and members, plans and works, or both in one wide table."""
    shares = manner.shares != "none"

    def cells(order: Cell, name: str, figures: Figures) -> tuple[Cell, ...]:
        left = _party_cells(figures, shares) if meetings else ()
        right = _plan_cells(figures, shares) if plans else ()
        return (order, name, *left, *right, None)

    rows = []
    whole: Figures = {}
    for order, commune in enumerate(district.communes, start=1):
        figures = truth.measures[commune.area_id, year]
        for measure, value in figures.items():
            whole[measure] = whole.get(measure, 0) + value
        rows.append(Row(cells(order, spell_commune(commune, district, manner.names), figures), code=commune.area_id))
    total = cells(None, manner.total, whole)
    rows = (
        [Row(total, "total", (1, len(rows))), *rows]
        if manner.total_first
        else [
            *rows,
            Row(total, "total", (0, len(rows) - 1)),
        ]
    )
    columns: tuple[Column, ...] = (
        Leaf("STT", "order"),
        Leaf("Đơn vị", "name"),
        *(_party_columns(manner) if meetings else ()),
        *(_plan_columns(manner, year) if plans else ()),
        Leaf("Ghi chú", "text"),
    )
    notes = (
        ("(*) Tỷ lệ đảng viên tham gia tính trên số đảng viên không thuộc diện được miễn sinh hoạt.",)
        if meetings and shares
        else ()
    )
    return Table(columns, tuple(rows), caption, notes)
