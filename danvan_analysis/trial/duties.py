"""Returns of duties: what part IV gives to whom, its due date, and how it stands; of districts and of provincial bodies."""

from dataclasses import dataclass
from random import Random

from .kinds import YEARS
from .manner import Manner
from .paper import Leaf, Row, Table
from .places import District


@dataclass(frozen=True)
class Duty:
    """One duty: its clause in the resolution, in the words of a return, by whom, what comes of it and until when.

    `once`: done once for the term, in one of the first years; `done` is how likely each year.
    """

    clause: str
    task: str
    body: str
    product: str
    due: str
    once: bool
    done: float


#: Of every huyện uỷ, thành uỷ.
LOCAL = (
    Duty("IV.1", "Xây dựng chương trình hành động, quán triệt và tổ chức thực hiện Nghị quyết", "", "Chương trình hành động",
         "Quý III/2021", True, 0.8),
    Duty("IV.7", "Quán triệt Nghị quyết đến chi bộ, đoàn viên, hội viên và nhân dân", "", "Báo cáo kết quả quán triệt",
         "Quý IV/2021", True, 0.75),
    Duty("II.3a", "Xây dựng kế hoạch lãnh đạo thực hiện công tác dân vận hằng năm", "", "Kế hoạch năm", "Hằng năm", False,
         0.85),
    Duty("II.3b", "Xây dựng chương trình hành động của nhiệm kỳ", "", "Chương trình hành động", "Trong nhiệm kỳ", True, 0.4),
)  # fmt: skip
#: Of the provincial bodies; Ban Dân vận gathers what they report.
PROVINCIAL = (
    Duty("IV.2a", "Nghiên cứu sửa đổi, bổ sung, ban hành chế độ, chính sách có liên quan", "Đảng đoàn HĐND tỉnh",
         "Nghị quyết của HĐND tỉnh", "Trong nhiệm kỳ", True, 0.35),
    Duty("IV.2b", "Giám sát việc thực hiện Nghị quyết", "Đảng đoàn HĐND tỉnh", "Báo cáo giám sát", "Quý IV/{year}", False, 0.8),
    Duty("IV.3", "Lãnh đạo thực hiện công tác dân vận chính quyền và quy chế dân chủ ở cơ sở", "Ban cán sự đảng UBND tỉnh",
         "Báo cáo kết quả thực hiện", "Hằng năm", False, 0.95),
    Duty("IV.4a", "Tham mưu đào tạo, bồi dưỡng, quy hoạch, bố trí cán bộ dân vận, Mặt trận Tổ quốc, các tổ chức chính trị -"
         " xã hội", "Ban Tổ chức Tỉnh uỷ", "Kế hoạch đào tạo, bồi dưỡng", "Quý I/{year}", False, 0.9),
    Duty("IV.4b", "Chủ trì xây dựng chuẩn tiêu chí riêng đối với cán bộ làm công tác dân vận", "Ban Tổ chức Tỉnh uỷ",
         "Bộ tiêu chí", "Quý IV/2023", True, 0.0),
    Duty("IV.5", "Tuyên truyền, phổ biến Nghị quyết; nắm thông tin, định hướng dư luận xã hội", "Ban Tuyên giáo Tỉnh uỷ",
         "Kế hoạch tuyên truyền", "Hằng năm", False, 0.95),
    Duty("IV.6a", "Theo dõi, kiểm tra, giám sát việc thực hiện Nghị quyết", "Ban Dân vận Tỉnh uỷ",
         "Báo cáo kiểm tra, giám sát", "Hằng năm", False, 0.95),
    Duty("IV.6b", "Sơ kết, tổng kết, báo cáo Ban Thường vụ Tỉnh uỷ, Ban Chấp hành Đảng bộ Tỉnh", "Ban Dân vận Tỉnh uỷ",
         "Báo cáo sơ kết", "31/01/{next}", False, 0.6),
)  # fmt: skip

DONE, BEGUN, NOT = "da_thuc_hien", "dang_thuc_hien", "chua_thuc_hien"
#: Ways of writing a state.
_WORDS = {
    DONE: ("Đã thực hiện", "Đã hoàn thành", "Đã thực hiện (có văn bản kèm theo)"),
    BEGUN: ("Đang thực hiện", "Đang triển khai", "Đang thực hiện, dự kiến hoàn thành năm sau"),
    NOT: ("Chưa thực hiện", "Chưa triển khai", "Chưa ban hành"),
}
#: By (district in official order, year): nothing sent; words that say neither done nor begun.
SILENT = ((2, 2022), (8, 2024), (11, 2021))
UNCLEAR = {(7, 2023): ("II.3a", "Cơ bản đạt yêu cầu")}
_HEADS = (
    ("STT", "Nội dung nhiệm vụ", "Cơ quan thực hiện", "Sản phẩm", "Thời hạn hoàn thành", "Kết quả thực hiện"),
    ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Sản phẩm", "Thời hạn", "Tình hình thực hiện"),
    ("STT", "Nội dung công việc", "Cơ quan chủ trì", "Kết quả, sản phẩm", "Thời gian hoàn thành", "Tiến độ thực hiện"),
)
#: How a duty stands in a year.
States = dict[str, str]


def draw_states(duties: tuple[Duty, ...], key: str, year: int, seed: int) -> States:
    """Give how each duty stands in a year; what is done once stays done."""
    states: States = {}
    for duty in duties:
        rng = Random(f"{seed}|duties|{key}|{duty.clause}")
        done = False
        for _ in range(YEARS[0], year + 1):
            chance = rng.random()
            done = (done and duty.once) or chance < duty.done
            states[duty.clause] = DONE if done else BEGUN if chance < duty.done + 0.8 * (1 - duty.done) else NOT
    return states


def duties_table(
    duties: tuple[Duty, ...],
    states: States,
    year: int,
    manner: Manner,
    *,
    body: str = "",
    unclear: tuple[str, str] | None = None,
) -> Table:
    """A row a duty, with the body that does it (`body` for all, else each its own) and how it stands."""
    heads = _HEADS[manner.words % len(_HEADS)]
    roles = ("order", "label", "text", "text", "text", "text")
    rows = []
    for order, duty in enumerate(duties, start=1):
        ways = _WORDS[states[duty.clause]]
        said = ways[(manner.words + order) % len(ways)]
        faults: tuple[tuple[int, str], ...] = ()
        if unclear and unclear[0] == duty.clause:
            said, faults = unclear[1], ((5, f"chữ không rõ nghĩa: ghi “{unclear[1]}”"),)
        due = duty.due.format(year=year, next=year + 1)
        rows.append(Row((order, duty.task, body or duty.body, duty.product, due, said), "data", None, faults))
    return Table(tuple(Leaf(*pair) for pair in zip(heads, roles, strict=True)), tuple(rows))


def body_of(district: District) -> str:
    """Name the party committee of a district as its returns do."""
    return f"{'Thành uỷ' if district.kind == 'thanh_pho' else 'Huyện uỷ'} {district.bare}"
