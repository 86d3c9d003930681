"""Every sentence on a target, enumerated: its figures against the row's, by fractions and by counting up and down."""

import re
from fractions import Fraction
from itertools import product

import polars as pl
import pytest

from danvan_analysis.analysis import assess_targets
from danvan_analysis.tables import Indicators

from .indicator_rows import DAY, FACTS, TAM_NONG, row

COMMUNE = {"area_id": "29971", "area_name": "Xã Phú Đức", "basis": "xa-moi", "senders_expected": 1}
CITY = {"area_id": "866", "area_name": "Thành phố Cao Lãnh", "basis": "huyen-cu", "senders_expected": 1}
CCB, CHI_HOI = {"organisation": "ccb"}, {"unit_type": "chi_hoi"}
LEVELS = {
    "tỉnh": {},
    "huyện": TAM_NONG,
    "thành phố": CITY,
    "xã": COMMUNE,
    "tổ chức": CCB,
    "loại hình": CHI_HOI,
    "tổ chức của huyện": TAM_NONG | CCB,
    "loại hình của tổ chức": CCB | CHI_HOI,
}
SITUATIONS = {
    "đủ": {},
    "thiếu": {"missing": 3, "senders_missing": 1},
    "thiếu nhiều": {"missing": 500, "senders_missing": 4},
    "thiếu, không biết bao nhiêu": {"missing": None, "senders_missing": 1},
    "chưa xếp loại": {"unrated": 7},
    "thiếu và chưa xếp loại": {"unrated": 2, "missing": 1, "senders_missing": 1},
    "6 tháng": {"period": "6-thang"},
    "6 tháng, thiếu": {"period": "6-thang", "missing": 3, "senders_missing": 2},
    "tổng kết": {"period": "nhiem-ky"},
    "trước Nghị quyết": {"year": 2019},
    "hết hạn": {"year": 2026},
    "hết nhiệm kỳ": {"year": 2025},
}
COUNTS = [
    *((x, n) for n in (1, 2, 6, 9) for x in sorted({0, n // 2, n - 1, n})),
    *((x, 10) for x in (0, 7, 8, 9, 10)),
    *((x, 100) for x in (0, 1, 69, 70, 71, 79, 80, 81, 89, 90, 91, 96, 99, 100)),
    *((x, 78) for x in (55, 62, 63, 70, 71, 75)),
    # Shares that print as the level, or as 100 %, and are not.
    *((x, 20_000) for x in (13_999, 14_001, 15_999, 16_001, 17_999, 18_001, 19_999)),
    *((x, 1_000_000) for x in (700_001, 899_999, 900_001, 999_999)),
]
TARGETS = {t["indicator_id"]: t for t in FACTS.targets.join(FACTS.indicators, on="indicator_id").to_dicts()}


def rows_of(indicator_id):
    """One row for each level, situation and count, told apart by nothing but its place in the list."""
    for (where, level), (what, more), (x, n) in product(LEVELS.items(), SITUATIONS.items(), COUNTS):
        measured = TARGETS[indicator_id]["table"] == "measures"
        if measured and ("organisation" in level or "unit_type" in level or "unrated" in more):
            continue
        if indicator_id != "T3" and "unit_type" in level:
            continue
        yield f"{where}, {what}, {x}/{n}", row(indicator_id, x, n, **level | more)


@pytest.fixture(scope="module", params=list(TARGETS))
def said(request):
    """The rows of one indicator with their verdicts, by what they are."""
    # The basis is in the key and in no sentence: it keeps the rows apart.
    rows = [given | {"basis": name} for name, given in rows_of(request.param)]
    ind = Indicators.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)
    judged = {given["basis"]: given for given in assess_targets(ind, FACTS, as_of=DAY).to_dicts()}
    return [(given["basis"], given | judged[given["basis"]]) for given in rows]


def number_of(text):
    return Fraction(text.replace(".", "").replace(",", "."))


def decimals_of(text):
    return len(text.partition(",")[2])


def reaches(x, n, row):
    share = Fraction(100 * x, n)
    level = Fraction(row["target"])
    return {">": share > level, ">=": share >= level, "=": share == level}[row["operator"]]


def is_rounded_from(text, exact):
    return abs(number_of(text) - exact) * 2 * 10 ** decimals_of(text) <= 1


def is_verdict_of_the_province(row):
    return row["area_id"] == "87" and row["organisation"] == row["unit_type"] == "tat_ca"


def without_clause(row):
    return row["sentence_vi"].replace(f"({TARGETS[row['indicator_id']]['ct_vi']})", "")


def test_counts_are_the_rows(said):
    for name, given in said:
        x, n, missing = given["numerator"], given["denominator"], given["missing"] or 0
        allowed = {(x, n), (x, n + missing), (x + missing, n + missing), (x, n + given["unrated"])}
        allowed.add((given["senders_missing"], given["senders_expected"]))
        told = {(number_of(a), number_of(b)) for a, b in re.findall(r"([\d.]+)/([\d.]+\d|\d)(?!/)", undated(given))}
        assert told <= allowed, (name, given["sentence_vi"])
        assert (x, n) in told, (name, given["sentence_vi"])


def undated(given):
    return given["sentence_vi"].replace("Đến ngày 15/01/2025", "")


def test_shares_are_the_rows_and_never_under_ten(said):
    for name, given in said:
        x, n, missing = given["numerator"], given["denominator"], given["missing"] or 0
        exact = [Fraction(100 * k, m) for k, m in ((x, n), (x, n + missing), (x + missing, n + missing))]
        exact.append(Fraction(100 * x, n + given["unrated"]))
        text = without_clause(given).replace("chỉ tiêu là trên 90%", "")
        for share in re.findall(r"([\d.,]+)%", text):
            assert any(is_rounded_from(share, value) for value in exact), (name, given["sentence_vi"])
            assert (number_of(share) != 100) or 100 in exact or "làm tròn" in text, (name, given["sentence_vi"])
        if n + missing + given["unrated"] < 10:
            assert "%" not in text, (name, given["sentence_vi"])
            assert "điểm phần trăm" not in text
        if n < 10:
            assert "chiếm" not in text.split(". ")[0]


def test_the_gap_and_the_units_needed(said):
    for name, given in said:
        x, n, text = given["numerator"], given["denominator"], given["sentence_vi"]
        gap = abs(Fraction(100 * x, n) - Fraction(given["target"]))
        for points in re.findall(r"([\d.,]+) điểm phần trăm", text):
            assert is_rounded_from(points, gap), (name, text)
            assert number_of(points) > 0
        for units in re.findall(r"(?:cần thêm|còn thiếu) ([\d.]+)", text):
            k = int(number_of(units))
            assert reaches(x + k, n, given), (name, text)
            assert not reaches(x + k - 1, n, given), (name, text)
        for units in re.findall(r"nếu ([\d.]+)", text):
            k = int(number_of(units))
            assert not reaches(x - k, n, given), (name, text)
            assert reaches(x - k + 1, n, given), (name, text)


def test_who_is_said_to_reach_the_target(said):
    for name, given in said:
        text, attained, clause = given["sentence_vi"], given["attained"], TARGETS[given["indicator_id"]]["ct_vi"]
        province = is_verdict_of_the_province(given)
        judged = attained in ("met", "not_met")
        if not province or not judged:
            assert "chỉ tiêu Nghị quyết" not in text, (name, text)
            assert not re.search(r"(?<!mức độ )đạt chỉ tiêu", text), (name, text)
        first = re.split(r"\. (?:Còn|Ngoài ra|Báo cáo)", text)[0]
        if province and judged:
            denied = bool(re.search(r"(chưa|không) đạt (chỉ tiêu|do)", first))
            assert denied == (attained == "not_met"), (name, text)
        elif judged:
            short = bool(re.search(r"thấp hơn|(chưa|không) cao hơn|còn thiếu", first))
            assert short == (attained == "not_met"), (name, text)
        if judged and "Tỷ lệ làm tròn" not in text:
            assert clause in text, (name, text)
        if not province:
            assert "không đạt" not in text
        if given["period"] != "nhiem-ky":
            assert not re.search(r"không (đạt|cao hơn)", text), (name, text)
        ends = {
            "undecided": r"Chưa đủ số liệu để xác định",
            "not_due": r"Chưa đến kỳ đánh giá\.",
            "expired": r"hết thời hạn",
            "not_applicable": r"Không thuộc phạm vi áp dụng\.",
        }
        if attained in ends:
            assert re.search(ends[attained], text), (name, text)
        assert not any(re.search(end, first) for state, end in ends.items() if state != attained), (name, text)


def test_rounding_that_falls_on_the_level_is_said(said):
    for name, given in said:
        x, n, text = given["numerator"], given["denominator"], given["sentence_vi"]
        share, level = Fraction(100 * x, n), Fraction(given["target"])
        shown = re.search(r"chiếm ([\d.,]+)%", text)
        if not shown or share == level or given["attained"] not in ("met", "not_met"):
            continue
        if number_of(shown[1]) == level:
            assert "làm tròn" in text, (name, text)
        # Without a verdict, and in bounds and the other reading, more digits are printed instead.
        for other in re.findall(r"(?:từ|đến) ([\d.,]+)%", text):
            ends = [Fraction(100 * k, n + (given["missing"] or 0)) for k in (x, x + (given["missing"] or 0))]
            assert number_of(other) != level or level in ends, (name, text)


def test_chance_is_said_with_a_verdict_that_is_met_and_nowhere_else(said):
    for name, given in said:
        wobbles = "kết quả chưa vững chắc" in given["sentence_vi"]
        assert wobbles == (given["attained"] == "met" and given["evidence"] == "chance"), name


def test_what_is_missing_and_unrated_is_told(said):
    for name, given in said:
        text = given["sentence_vi"]
        told = re.search(r"[Cc]òn [\d.]+(/12 đơn vị chưa gửi| \D+ chưa có số liệu)|áo cáo .*chưa đủ", text)
        if given["attained"] in ("met", "not_met", "undecided"):
            assert bool(told) == (given["missing"] != 0), (name, text)
        assert ("chưa xếp loại, không đưa vào tính tỷ lệ" in text) == (given["unrated"] > 0), (name, text)
        turned = given["attained"] == "met" and given["attained_with_unrated"] != "met"
        assert ("Nếu tính cả số này vào mẫu số" in text) == turned, (name, text)


def test_the_sentence_stands_alone(said):
    """Pasted by itself it still says of what period and of whom it speaks; nothing is left of a template."""
    for name, given in said:
        text = given["sentence_vi"]
        assert str(given["year"]) in text or given["period"] == "nhiem-ky", (name, text)
        if given["area_id"] != "87":
            place = given["area_name"][:1].lower() + given["area_name"][1:]
            assert place in text, (name, text)
        assert text.endswith("."), text
        assert text[:1] == text[:1].upper()
        assert not re.search(r"\s\s|\s[,.;:)]|[,;(]\s*[.,;]|\.\.|[{}]|None|nan|(?<!\d )-\d", text), (name, text)
        assert not re.search(r"\b0[,.]?0* điểm|thấp hơn mức chỉ tiêu chung của Tỉnh \([^)]*\) \D+;", text), (name, text)


def test_all_and_none_are_said_in_words(said):
    for name, given in said:
        x, n, text = given["numerator"], given["denominator"], given["sentence_vi"]
        if x == 0:
            assert re.search(rf"chưa có .*\(0/0?{n:,}\)".replace(",", r"\."), text), (name, text)
        if x == n > 1 and given["attained"] != "undecided" and "Theo số liệu" not in text:
            assert "toàn bộ" in text, (name, text)
        assert ("toàn bộ" not in text) or x == n
