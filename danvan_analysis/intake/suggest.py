"""How to mend what was not understood: the sentence with the nearest known and the exact line to add, and to which file."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from danvan_analysis.intake.names import Area, Gazetteer, expand
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import fold

#: An overlay's own lines need a source; the analyst writes whose word it is.
_SOURCE = "đơn vị xác nhận"


def csv_line(*cells: str) -> str:
    """Write cells as one line of a CSV file, quoted where they must be.

    >>> csv_line("khóm, ấp", "unit_name")
    '"khóm, ấp",unit_name'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def word_line(phrase: str, code: str) -> str:
    """The line of header_words.csv for a phrase and its meaning ("level:xuất sắc;organisation:nong_dan")."""
    parts = [part.partition(":") for part in code.split(";")]
    role, _, value = parts[0]
    owner = next((v for r, _, v in parts[1:] if r == "organisation"), "")
    return csv_line(phrase, role, value, owner, "header", _SOURCE, "assumed")


def unknown_words(text: str, vocabulary: Vocabulary) -> str:
    """Say which words of a header or row nobody knows, what is nearest, and the line that would make it known."""
    phrase = vocabulary.phrase(text)
    if not phrase:
        return ""
    near = vocabulary.near(text)
    rest = vocabulary.read(text).rest
    what = f" Chữ chưa rõ: “{' '.join(rest)}”." if rest else ""
    if not near:
        example = word_line(phrase, "note")
        return (
            f"{what} Nếu bỏ qua nội dung này, thêm vào header_words.csv của danh mục riêng dòng: {example}; nếu cần dùng, thay"
            " “note” bằng vai của cột (danvan khai-bao liệt kê các vai)."
        )
    shown = ", ".join(f"“{p.phrase}”" for p in near[:3])
    line = word_line(phrase, near[0].code)
    return (
        f"{what} Gần nhất: {shown}. Nếu đúng là “{near[0].phrase}”, thêm vào header_words.csv của danh mục riêng dòng: {line};"
        f' hoặc vào mục [words] của một trang forms/*.toml dòng: "{phrase}" = "{near[0].code}".'
    )


def unknown_rating(text: str, vocabulary: Vocabulary) -> str:
    """Say which level a wording is nearest to, and the line that would make it that level."""
    phrase = vocabulary.phrase(text)
    near = [p for p in vocabulary.near(text) if p.code.split(":")[0] in ("level", "unrated")]
    if not near or not phrase:
        return " Nếu là mức mới, thêm một dòng vào rating_wordings.csv của danh mục riêng."
    return (
        f" Gần nhất: {', '.join(f'“{p.phrase}”' for p in near[:3])}. Nếu là cách ghi khác của “{near[0].phrase}”, thêm vào"
        f" header_words.csv của danh mục riêng dòng: {word_line(phrase, near[0].code)}. Nếu là mức mới, thêm một dòng vào"
        " rating_wordings.csv."
    )


def unknown_area(text: str, gazetteer: Gazetteer, within: str | None, scope: str | None) -> str:
    """Say why a name is no area here: several bear it, or none; with the nearest and the line of area_variants.csv."""
    same = gazetteer.find(text, level="any", within=within) or gazetteer.find(text, level="any", within=scope)
    if len(same) > 1:
        shown = ", ".join(full_name(a) for a in same)
        return (
            f" Tên này có ở {len(same)} địa bàn: {shown}. Đề nghị ghi rõ thành phố, huyện hay xã, phường (với xã, phường: thuộc"
            " huyện, thành phố nào)."
        )
    near = gazetteer.nearest(text, within=within)
    if not near:
        return " Không có địa bàn nào tên gần giống. Đề nghị ghi tên đầy đủ theo danh mục hành chính của năm báo cáo."
    line = csv_line(text, near[0].parent_id or "", near[0].area_id, "")
    return (
        f" Gần nhất: {', '.join(full_name(a) for a in near)}. Nếu là cách viết khác của {near[0].name}, thêm vào"
        f" area_variants.csv của danh mục riêng dòng: {line}"
    )


def unknown_place(line: str, gazetteer: Gazetteer) -> str:
    """Say what a letterhead's place may be a misspelling of, and the line that would make it known."""
    words = expand(fold(line)).split()
    tails = [" ".join(words[start:]) for start, word in enumerate(words) if word in ("huyện", "thị", "thành")]
    near = [(a, tail) for tail in tails for a in gazetteer.nearest(tail, within=None) if a.is_district]
    if not near:
        return ""
    area, tail = near[0]
    line = csv_line(tail[0].upper() + tail[1:], area.parent_id or "", area.area_id, "")
    return (
        f" Gần nhất: {', '.join(dict.fromkeys(a.name for a, _ in near))}. Nếu là cách viết khác của {area.name}, thêm vào"
        f" area_variants.csv của danh mục riêng dòng: {line}"
    )


def full_name(area: Area) -> str:
    """A commune's name with its district."""
    return f"{area.name} ({area.district_name})" if area.is_commune and area.district_name else area.name


def lacking(roles: set[str], forms: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Say which needed column a table lacks, by the form it is nearest to; "" where it is near none."""
    near = []
    for form in forms.values():
        needs = set(form.get("needs", ()))
        if len(needs) <= 3 and needs & roles and needs - roles:
            near.append((len(needs - roles), sorted(needs - roles), form))
    if not near:
        return ""
    _, missing, form = min(near, key=lambda found: (found[0], found[1]))
    said = ", ".join(f"“{names.get(role, role)}”" for role in missing)
    return f" Gần nhất là biểu “{form['title_vi']}” nhưng thiếu cột {said}."
