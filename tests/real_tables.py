"""Tables of public offices as they are printed: header, rows and, where they were public, figures; each with its source.

None of them is a return of this province; what is no rating of a mass organisation may yield none. Texts are cut to the
words of header and rows; nothing about persons is carried over. A blank form is filled with running numbers (`FILL`) to
see what a reader makes of it once an office has used it.
"""

from dataclasses import dataclass
from typing import Any

#: Stands for "any figure": a running number in the filled version, nothing in the blank one.
FILL = object()
_OFFICE = "github.com/thanhvu16/quan_ly_can_bo, mẫu biểu báo cáo thống kê của Ban Tổ chức"


@dataclass(frozen=True)
class RealTable:
    """One table: the texts above it, its rows from the header on, and merged ranges counted from its first row."""

    name: str
    source: str
    above: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    #: What a table of ratings says: (area, year, unit type, level, count).
    ratings: tuple[tuple[str, int, str, str, int], ...] = ()

    def grid(self, *, filled: bool) -> list[list[Any]]:
        """The sheet, with running numbers or nothing where a figure belongs."""
        count = 0
        grid: list[list[Any]] = [[text] for text in self.above]
        for row in self.rows:
            line: list[Any] = []
            for value in row:
                count += value is FILL
                line.append((count * 7 % 90 + 3 if filled else None) if value is FILL else value)
            grid.append(line)
        return grid


def _rows(labels: str, columns: int, *, numbered: bool = False) -> tuple[tuple[Any, ...], ...]:
    names = [label.strip() for label in labels.split("|")]
    lead = (lambda i: ("-",)) if numbered else (lambda i: ())
    return tuple((*lead(i), name, *(FILL,) * columns) for i, name in enumerate(names))


_AGES = ("Tổng số | Cán bộ, công chức | Viên chức | Hợp đồng 68 | Hợp đồng khác | Nữ | Dân tộc thiểu số | Đảng viên |"
         " Từ 30 trở xuống | Từ 31-35 tuổi | Trên 60 tuổi |"
         " Chuyên viên chính và tương đương | Đại học | Thạc sĩ | Trung cấp")  # fmt: skip

TABLES = (
    RealTable(
        "Biểu 8B-BTCTW", _OFFICE,
        ("TỈNH ỦY/HUYỆN ỦY…", "BAN TỔ CHỨC", "Biểu số 8B-BTCTW", "THỐNG KÊ",
         "PHÂN TÍCH CHẤT LƯỢNG NGƯỜI HƯỞNG LƯƠNG NGÂN SÁCH KHỐI ĐẢNG, MẶT TRẬN TỔ QUỐC, ĐOÀN THỂ CHÍNH TRỊ XÃ HỘI CẤP TỈNH,"
         " CẤP HUYỆN TRONG NĂM 2023"),
        (("STT", "Tiêu chí", "Tổng", "Cấp tỉnh", None, None, None, "Cấp huyện"),
         (None, None, None, "Tổng", "Chia ra:", None, None, "Tổng", "Chia ra:"),
         (None, None, None, None, "Cơ quan Đảng", "Đơn vị sự nghiệp trực thuộc", "MTTQ và các đoàn thể CTXH", None, "Khối đảng",
          "Đơn vị sự nghiệp trực thuộc", "MTTQ và các đoàn thể CTXH"),
         ("1", "2", "3 (=4+8)", "4 (=5+6+7)", "5", "6", "7", "8 (=9+10+11)", "9", "10", "11"),
         *_rows(_AGES, 9, numbered=True)),
        ((0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 2, 2), (0, 3, 0, 6), (0, 7, 0, 10), (1, 3, 2, 3), (1, 4, 1, 6), (1, 7, 2, 7),
         (1, 8, 1, 10)),
    ),
    RealTable(
        "Biểu 7-BTCTW", _OFFICE,
        ("TỈNH ỦY ĐỒNG THÁP", "BAN TỔ CHỨC", "Biểu số 7- BTCTW", "THỐNG KÊ VỀ NGHIỆP VỤ CÔNG TÁC ĐẢNG VIÊN Năm 2023"),
        (("Tiêu chí", "Thực hiện", None, "(%) kỳ này so với cùng kỳ năm trước"), (None, "Kỳ này", "Cùng kỳ năm trước"),
         ("1", "2", "3", "4(=2*100/3)"), ("I. Khen thưởng tổ chức đảng và đảng viên trong năm",),
         *_rows("a) Số tổ chức đảng cấp trên trực tiếp cơ sở được khen, chia ra: | - Tặng cờ | - Tặng bằng khen |"
                " b) Số tổ chức cơ sở đảng được khen, chia ra: | - Tặng giấy khen | d) Số chi bộ trực thuộc đảng bộ cơ sở"
                " được khen, chia ra: | 2. Số đảng viên được khen, chia ra:", 3)),
        ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)),
    ),
    RealTable(
        "Biểu 8c-BTCTW", _OFFICE,
        ("HUYỆN ỦY TAM NÔNG", "BAN TỔ CHỨC", "THỐNG KÊ",
         "TÌNH HÌNH NGƯỜI HƯỞNG LƯƠNG, PHỤ CẤP NGÂN SÁCH KHỐI ĐẢNG, MTTQ, ĐOÀN THỂ CT - XH CẤP TỈNH, CẤP HUYỆN NĂM 2022"),
        (("TT", "Tiêu chí", "Kỳ này", "Cùng kỳ năm trước", "(%) kỳ này so với cùng kỳ năm trước"), ("1", "2", "3", "4", "5"),
         ("A", "Số người hưởng lương ngân sách cuối kỳ trước chuyển sang", FILL, FILL, FILL),
         *_rows("Cán bộ, công chức | Viên chức | Hợp đồng 68 | Hợp đồng khác", 3, numbered=True),
         ("B", "Số người hưởng lương ngân sách tăng trong kỳ", FILL, FILL, FILL),
         *_rows("Thi tuyển | Tiếp nhận | Có kinh nghiệm công tác từ 05 năm trở lên", 3, numbered=True)),
    ),
    RealTable(
        "Biểu 9B-BTCTW", _OFFICE,
        ("HUYỆN ỦY LẤP VÒ", "BAN TỔ CHỨC", "THỐNG KÊ CÁN BỘ LÃNH ĐẠO, QUẢN LÝ CẤP HUYỆN NĂM 2023", "Đvt: Người"),
        (("Tiêu chí", "Ban chấp hành", "Ban thường vụ", "Lãnh đạo cấp ủy", None, "Lãnh đạo HĐND", None, "Lãnh đạo UBND", None,
          "Các ban, cơ quan Đảng, Mặt trận Tổ quốc, đoàn thể CT-XH", None, "Các phòng (tương đương)"),
         (None, None, None, "Bí thư", "Phó bí thư", "Chủ tịch", "Phó chủ tịch", "Chủ tịch", "Phó chủ tịch", "Cấp trưởng", "Cấp phó",
          "Cấp trưởng", "Cấp phó"),
         tuple(str(i) for i in range(1, 14)),
         *_rows("TỔNG SỐ | *Trong đó:- Nữ | - Dân tộc thiểu số | 1. Tuổi đời | - Từ 40 tuổi trở xuống | - Từ trên 50 tuổi |"
                " 2. Trình độ chuyên môn nghiệp vụ | - Đại học | - Trên đại học | - Trung cấp | - Cao cấp, cử nhân", 12)),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6), (0, 7, 0, 8), (0, 9, 0, 10), (0, 11, 0, 12)),
    ),
    RealTable(
        "Tổng hợp báo cáo tuyên giáo, dân vận theo xã",
        "mẫu tổng hợp báo cáo của một Ban Tuyên giáo và Dân vận, mã nguồn công khai (2026)",
        ("BẢNG TỔNG HỢP BÁO CÁO TGDV — KỲ: 9 THÁNG NĂM 2024",),
        (("THÔNG TIN CHUNG", None, "6. DÂN VẬN KHÉO", None, None, None, None, None, "7. NHIỆM VỤ TRỌNG TÂM", None, None,
          "8. BÌNH DÂN HỌC VỤ SỐ"),
         ("Đơn vị", "Kỳ báo cáo", "Mô hình DVK đăng ký", "Mô hình DVK hiệu quả", "Mô hình mới trong kỳ", "Số cuộc vận động, TT",
          "Số lượt người tham gia", "Số buổi đối thoại ND", "Nhiệm vụ TT được giao", "Nhiệm vụ TT hoàn thành",
          "Nhiệm vụ đang triển khai", "Tổng số chi bộ", "Chi bộ SH chuyên đề số", "CB hoàn thành CĐS", "ND có Kỹ năng số"),
         *((name, "9 tháng", *(FILL,) * 13) for name in ("Xã Phú Đức", "Xã Phú Hiệp", "Thị trấn Tràm Chim", "TỔNG CỘNG"))),
        ((0, 0, 0, 1), (0, 2, 0, 7), (0, 8, 0, 10), (0, 11, 0, 14)),
    ),
    RealTable(
        "Phụ lục số liệu hệ thống chính trị",
        "hcmcpv.org.vn, huyện Củ Chi, phụ lục số liệu: hệ thống chính trị (công tác quần chúng)",
        ("HUYỆN ỦY CỦ CHI", "PHỤ LỤC SỐ LIỆU", "Hệ thống chính trị (Công tác quần chúng)"),
        (("Nội dung", "Đơn vị tính", "Ch/tiêu NQĐH VII đề ra đến 2000", "Kết quả thực hiện (1996-2000)", None, None, None, None,
          "So với NQ ĐH VII", "Ghi chú"),
         (None, None, None, 1996, 1997, 1998, 1999, 2000), ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
         ("Uỷ ban MTTQ",), ("- UBMT/TQ cơ sở", "(đơn vị)", None, 21, 21, 21, 21, 21),
         (". Hoạt động tốt", "(%)", ".", 50, 50, 65, 70, 75, "Tăng 25%"),
         (". Hoạt động khá", "(%)", "..", 35, 35, 35, 30, 25, "Giảm 10%")),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 7), (0, 8, 1, 8), (0, 9, 1, 9)),
    ),
    RealTable(
        "Kiểm soát trần 20%", "biểu mẫu đảng 2026, mã nguồn công khai (Mẫu 15)",
        ("ĐẢNG BỘ XÃ PHÚ ĐỨC", "BIỂU KIỂM SOÁT TỶ LỆ HOÀN THÀNH XUẤT SẮC NHIỆM VỤ NĂM 2024"),
        (("STT", "Tên Chi bộ", "Tổng số cán bộ", "Số HT tốt trở lên", "Trần 20% tối đa", "Đề xuất xuất sắc", "Tỷ lệ thực tế (%)",
          "Kết luận kiểm soát trần"),
         *((i, f"Chi bộ ấp {i}", FILL, FILL, FILL, FILL, FILL, "Đạt") for i in range(1, 5))),
    ),
    RealTable(
        "Danh sách cán bộ", "biểu mẫu đảng, mã nguồn công khai",
        ("ĐẢNG ỦY XÃ PHÚ ĐỨC, HUYỆN TAM NÔNG", "TỔNG HỢP ĐÁNH GIÁ, XẾP LOẠI CÁN BỘ MTTQ VÀ CÁC ĐOÀN THỂ CẤP XÃ NĂM 2023"),
        (("STT", "Họ và tên", "Chức vụ", "Điểm chung (30đ)", "Điểm chuyên môn (70đ)", "Tổng điểm", "Mức xếp loại chính thức"),
         *((i, None, "Phó Chủ tịch", 27, 60, 87, "Hoàn thành tốt nhiệm vụ") for i in range(1, 5))),
    ),
    RealTable(
        "Phiếu phân tích chất lượng", "vndoc.com, mẫu 03-HD KĐ.ĐG 2018",
        ("PHIẾU PHÂN TÍCH CHẤT LƯỢNG VÀ ĐÁNH GIÁ XẾP LOẠI TỔ CHỨC ĐẢNG NĂM 2018",),
        (("TT", "TIÊU CHÍ ĐÁNH GIÁ", "CẤP ĐỘ THỰC HIỆN"), (None, None, "Xuất sắc", "Tốt", "Trung bình", "Kém"),
         ("I", "Các tiêu chí về xây dựng hệ thống tổ chức"), (1, "Công tác chính trị tư tưởng", None, "x"),
         (2, "Thực hiện nguyên tắc tập trung dân chủ", "x"), (3, "Công tác dân vận", None, "x")),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 5)),
    ),
    RealTable(
        "Bảng chấm điểm thi đua hội nông dân xã", "text.123doc.org, bảng chấm điểm thi đua hội nông dân xã Thạnh Lợi năm 2017",
        ("HỘI NÔNG DÂN XÃ THẠNH LỢI", "BẢNG CHẤM ĐIỂM THI ĐUA NĂM 2017"),
        (("Nội dung đánh giá", "Điều kiện chấm điểm", "Điểm tối đa", "Điểm tự chấm"),
         ("Công tác xây dựng tổ chức Hội", "Đạt 100% kế hoạch", 20, "19,5 điểm"),
         ("Phong trào thi đua", "Vượt chỉ tiêu", 30, "29 điểm"),
         ("Tổng cộng", None, 100, "97,5 điểm")),
    ),
    RealTable(
        "Bộ tiêu chí cấp xã", "dongquang.dongson.gov.vn, bảng chấm điểm tiêu chí",
        ("UBND XÃ ĐÔNG QUANG", "BẢNG CHẤM ĐIỂM TIÊU CHÍ NĂM 2021"),
        (("Tiêu chí, chỉ tiêu", "Nội dung", "Điểm số tối đa", "Căn cứ chấm điểm", None, "Điểm số tự chấm", "Chữ ký"),
         (None, None, None, "Số liệu thực hiện (1)", "Tỷ lệ đạt được (2)"),
         ("Tiêu chí 1", "Ban hành văn bản", 15, FILL, "100%", 15), ("Tiêu chí 2", "Tiếp cận thông tin", 30, FILL, "95%", 28)),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 1, 5), (0, 6, 1, 6)),
    ),
    RealTable(
        "Kết quả đánh giá đảng viên", "báo cáo kiểm điểm, đánh giá đảng viên (các mục 1-4 theo thứ tự in)",
        ("HUYỆN ỦY TAM NÔNG", "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG ĐẢNG VIÊN NĂM 2023"),
        (("STT", "Nội dung", "Số lượng", "Tỷ lệ (%)"), (1, "Tổng số đảng viên", 3270), ("-", "Đảng viên chính thức", 3150),
         ("-", "Đảng viên dự bị", 120), (2, "Số đảng viên không đánh giá", 210), (3, "Số đảng viên thuộc diện đánh giá", 3060),
         (4, "Kết quả đánh giá",), ("-", "Hoàn thành xuất sắc nhiệm vụ", 480, "15,69"),
         ("-", "Hoàn thành tốt nhiệm vụ", 2400, "78,43"),
         ("-", "Hoàn thành nhiệm vụ", 170, "5,56"), ("-", "Không hoàn thành nhiệm vụ", 10, "0,33")),
    ),
    RealTable(
        "Xếp loại công chức, viên chức", "mẫu tổng hợp theo Nghị định 90/2020/NĐ-CP",
        ("UBND HUYỆN LAI VUNG",
         "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC KHỐI MTTQ, ĐOÀN THỂ CẤP XÃ NĂM 2023"),
        (("STT", "Đơn vị", "Tổng số cán bộ, công chức", "Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ",
          "Hoàn thành nhiệm vụ",
          "Không hoàn thành nhiệm vụ"),
         (1, "Xã Long Hậu", 12, 2, 9, 1, 0), (2, "Xã Tân Phước", 11, 2, 9, 0, 0), (3, "Xã Hòa Long", 13, 3, 9, 1, 0),
         (None, "Tổng cộng", 36, 7, 27, 2, 0)),
    ),
    RealTable(
        "Xếp loại tổ chức cơ sở đảng 2012", "baodongthap.vn 29592: tỷ lệ xếp loại TCCSĐ và chi bộ trực thuộc",
        ("TỈNH ỦY ĐỒNG THÁP", "Kết quả phân loại tổ chức cơ sở đảng, chi bộ trực thuộc năm 2012"),
        (("Loại hình", "Trong sạch vững mạnh", "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ", "Yếu kém"),
         ("Tổ chức cơ sở đảng", "87,97%", "10,22%", "1,42%", "0,39%"), ("Chi bộ trực thuộc", "92,91%", "6,70%", "0,35%", "0,04%")),
    ),
    RealTable(
        "Ban công tác Mặt trận tỉnh khác", "baodongkhoi.vn a56258: xếp loại Mặt trận năm 2018 của Bến Tre",
        ("UỶ BAN MTTQ VIỆT NAM TỈNH BẾN TRE", "Kết quả xếp loại ban công tác Mặt trận năm 2018"),
        (("STT", "Đơn vị", "Tổng số", "Xuất sắc", "Mạnh", "Khá"), (1, "Tỉnh Bến Tre", 986, 572, 377, 37)),
        ratings=(("Tỉnh Bến Tre", 2018, "ban_ctmt", "xuat_sac", 572), ("Tỉnh Bến Tre", 2018, "ban_ctmt", "manh", 377),
                 ("Tỉnh Bến Tre", 2018, "ban_ctmt", "kha", 37)),
    ),
    RealTable(
        "Hội phụ nữ huyện khác", "baodongkhoi.vn a19442: chi hội phụ nữ Chợ Lách 2011",
        ("HỘI LHPN HUYỆN CHỢ LÁCH", "Xếp loại chi hội phụ nữ năm 2011"),
        (("STT", "Đơn vị", "Tổng số chi hội", "Xuất sắc", "Mạnh", "Khá"), (1, "Huyện Chợ Lách", 96, 56, 31, 9)),
    ),
    RealTable(
        "Tổng mức bán lẻ tháng", "github.com/quoctrong1x96/Industry-and-Trade, bảng tổng mức bán lẻ",
        ("SỞ CÔNG THƯƠNG", "Tổng mức bán lẻ hàng hoá tháng 9 năm 2023"),
        (("STT", "Chỉ tiêu", "Đơn vị tính", "Cùng kỳ", "Thực hiện tháng trước", "Thực hiện tháng",
          "So với tháng trước", "So với cùng kỳ"),
         (None, "TỔNG MỨC BLHH VÀ DTDVTD", "triệu đồng", FILL, FILL, FILL, FILL, FILL),
         ("I", "Tổng mức bán lẻ hàng hóa", "triệu đồng", FILL, FILL, FILL, FILL, FILL),
         (1, "Lương thực, thực phẩm", "triệu đồng", FILL, FILL, FILL, FILL, FILL)),
    ),
    RealTable(
        "Số đơn vị hành chính cấp xã", "github.com/thanglequoc/vietnamese-provinces-database, NQ 1284/NQ-UBTVQH15",
        ("Số xã, phường, thị trấn của các huyện, thành phố",),
        (("Mã", "Đơn vị", "2020–2024", "Từ 1/1/2025"), (866, "TP Cao Lãnh", 15, 13), (867, "TP Sa Đéc", 9, 9),
         (868, "TP Hồng Ngự", 7, 7),
         (869, "Tân Hồng", 9, 9), (870, "Hồng Ngự", 10, 10), (None, "Tổng số", 143, 141)),
    ),
    RealTable(
        "Tổ nhân dân tự quản và Hội quán", "baomoi.net.vn 45025705, thapmuoi.dongthap.gov.vn 1133228",
        ("Số Tổ nhân dân tự quản, Hội quán ở một số huyện năm 2022",),
        (("STT", "Đơn vị", "Số tổ", "Số thành viên", "Số Hội quán"), (1, "Huyện Cao Lãnh", "1.896", "51.237", 18),
         (2, "Huyện Tháp Mười", 1030, "gần 123.000", None)),
    ),
    RealTable(
        "Chỉ tiêu có kết quả trên kế hoạch", "hoinongdanag.org.vn: giới thiệu theo huyện, dạng a/b (đạt %)",
        ("HỘI NÔNG DÂN TỈNH AN GIANG", "Kết quả thực hiện chỉ tiêu năm 2018"),
        (("TT", "Đơn vị", "Kết quả/chỉ tiêu", "Tỷ lệ"), (1, "Tân Châu", "12/14", "85,71%"), (2, "Toàn tỉnh", "120/152", "78,94%")),
    ),
    RealTable(
        "Học lực, hạnh kiểm", "mẫu tổng hợp kết quả học tập và rèn luyện của cơ sở giáo dục",
        ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO HUYỆN TÂN HỒNG", "KẾT QUẢ XẾP LOẠI HẠNH KIỂM HỌC SINH NĂM HỌC 2022-2023"),
        (("STT", "Đơn vị", "Tổng số học sinh", "Tốt", None, "Khá", None, "Trung bình", None, "Yếu"),
         (None, None, None, "SL", "TL", "SL", "TL", "SL", "TL", "SL", "TL"),
         (1, "Xã Tân Phước", 520, 480, "92,31", 36, "6,92", 4, "0,77", 0, 0),
         (2, "Xã Bình Phú", 610, 560, "91,80", 45, "7,38", 5, "0,82", 0, 0)),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6), (0, 7, 0, 8), (0, 9, 0, 10)),
    ),
    RealTable(
        "Gia đình văn hóa, khóm ấp văn hóa", "mẫu báo cáo cuộc vận động toàn dân đoàn kết của Mặt trận",
        ("UỶ BAN MTTQ VIỆT NAM HUYỆN THANH BÌNH", "Kết quả bình xét gia đình văn hóa, khóm, ấp văn hóa năm 2023"),
        (("STT", "Xã, thị trấn", "Tổng số hộ", "Gia đình văn hóa", None, "Số khóm, ấp", "Khóm, ấp văn hóa"),
         (None, None, None, "Số hộ", "Tỷ lệ %", None, "Số lượng", "Tỷ lệ %"),
         (1, "Xã Tân Thạnh", 4210, 4021, "95,51", 6, 6, 100), (2, "Xã Phú Lợi", 1800, 1733, "96,28", 3, 3, 100)),
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 1, 5), (0, 6, 0, 7)),
    ),
)  # fmt: skip
