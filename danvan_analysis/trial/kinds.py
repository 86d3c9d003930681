"""The kinds of units that trial returns rate, their words, and which scale each uses in which year."""

from dataclasses import dataclass

from .scales import SCALES, YOUTH, Scale

YEARS = (2021, 2022, 2023, 2024)
#: MTTQ and the five socio-political organisations, in the order of official tables.
BODIES = ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb")


@dataclass(frozen=True)
class Kind:
    """A kind of base unit: who it belongs to and what a title, a column head, a sheet tab and a count call it."""

    key: str
    organisation: str
    unit_type: str
    title: str
    short: str
    tab: str
    noun: str
    unit_name: str


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "ban_ctmt",
            "mttq",
            "ban_ctmt",
            "Ban công tác Mặt trận khóm, ấp",
            "Ban CTMT",
            "Ban CTMT",
            "ban",
            "Ban CTMT",
        ),
        Kind(
            "nong_dan",
            "nong_dan",
            "chi_hoi",
            "Chi hội Nông dân",
            "Chi hội ND",
            "Chi hoi ND",
            "chi hội",
            "Chi hội Nông dân",
        ),
        Kind(
            "phu_nu",
            "phu_nu",
            "chi_hoi",
            "Chi hội Phụ nữ",
            "Chi hội LHPN",
            "Chi hoi PN",
            "chi hội",
            "Chi hội Phụ nữ",
        ),
        Kind(
            "doan_tn",
            "doan_tn",
            "chi_doan",
            "Chi đoàn khóm, ấp",
            "Chi đoàn",
            "Chi doan",
            "chi đoàn",
            "Chi đoàn",
        ),
        Kind(
            "ccb",
            "ccb",
            "chi_hoi",
            "Chi hội Cựu chiến binh",
            "Chi hội CCB",
            "Chi hoi CCB",
            "chi hội",
            "Chi hội CCB",
        ),
        Kind("hoi_quan", "hoi_quan", "hoi_quan", "Hội quán", "Hội quán", "Hoi quan", "Hội quán", "Hội quán số"),
        Kind(
            "to_ndtq",
            "to_ndtq",
            "to_ndtq",
            "Tổ nhân dân tự quản",
            "Tổ NDTQ",
            "To NDTQ",
            "tổ",
            "Tổ NDTQ số",
        ),
    )
}
BASE = ("ban_ctmt", "nong_dan", "phu_nu", "doan_tn", "ccb")
COMMUNITY = ("hoi_quan", "to_ndtq")

#: Bodies by level: short column head and full name in lists.
BODY_SHORT = {
    "mttq": "MTTQ",
    "cong_doan": "LĐLĐ",
    "nong_dan": "Hội ND",
    "phu_nu": "Hội LHPN",
    "doan_tn": "Đoàn TN",
    "ccb": "Hội CCB",
}
COMMUNE_SHORT = BODY_SHORT | {"cong_doan": "Công đoàn"}
BODY_NAMES = {
    "mttq": "Uỷ ban Mặt trận Tổ quốc Việt Nam",
    "cong_doan": "Liên đoàn Lao động",
    "nong_dan": "Hội Nông dân",
    "phu_nu": "Hội Liên hiệp Phụ nữ",
    "doan_tn": "Đoàn TNCS Hồ Chí Minh",
    "ccb": "Hội Cựu chiến binh",
}
COMMUNE_NAMES = BODY_NAMES | {"mttq": "Uỷ ban MTTQ Việt Nam", "cong_doan": "Công đoàn"}


def scale_of(kind: str, year: int, two_levels: bool = False) -> Scale:
    """Give the scale of a kind of base unit in a year; `two_levels` where a district only reports khá trở lên.

    >>> scale_of("ccb", 2022).scale_id, scale_of("ccb", 2023).scale_id
    ('ccb_tsvm', 'xuat_sac_tot_kha')
    """
    if two_levels:
        return SCALES["kha_tro_len"]
    if kind == "doan_tn":
        return YOUTH
    if kind == "ccb":
        return SCALES["ccb_tsvm" if year < 2023 else "xuat_sac_tot_kha"]
    return SCALES[{"ban_ctmt": "xuat_sac_manh_kha", "nong_dan": "vung_manh"}.get(kind, "xuat_sac_tot_kha")]
