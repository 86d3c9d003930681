"""The yardstick: what a careful analyst would write with pandas and openpyxl for these 60 returns, and no others.

It reads every sheet, finds the header, joins its storeys, maps names and ratings, checks totals, shares, duplicates and
lists against counts, and gives the same rows. It knows the four kinds beforehand; addresses, questions to the senders
and everything that other forms need are left out.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
from make_returns import LEVELS, places

RATINGS = {
    "xuất sắc": "xuat_sac", "tốt": "tot", "khá": "kha", "trung bình": "trung_binh", "tb": "trung_binh", "yếu": "yeu",
    "chưa xếp loại": "chua_xep_loai", "chưa xl": "chua_xep_loai", "hoàn thành xuất sắc": "hoan_thanh_xuat_sac",
    "hoàn thành tốt": "hoan_thanh_tot", "hoàn thành": "hoan_thanh", "không hoàn thành": "khong_hoan_thanh",
}  # fmt: skip
ORGANISATIONS = {
    "nông dân": "nong_dan", "phụ nữ": "phu_nu", "cựu chiến binh": "ccb", "chi đoàn": "doan_tn", "đoàn tncs": "doan_tn",
    "mttq": "mttq", "công đoàn": "cong_doan", "tổ nhân dân tự quản": "to_ndtq",
}  # fmt: skip
COLUMNS = ["area_id", "year", "organisation", "unit_type", "unit_name", "rated_by", "rating", "count"]
_TONES = re.compile(
    "(o)([ae])([\u0300\u0301\u0303\u0309\u0323])(?!\\w)|(?<!q)(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?!\\w)"
)
_SHORT = (("tt. ", "thị trấn "), ("p. ", "phường "), ("x. ", "xã "))


def key(text: Any) -> str:
    """One form of a text for matching: NFC, lower case, one tone placement, single spaces."""
    plain = unicodedata.normalize("NFD", " ".join(str(text).split()).casefold())
    plain = _TONES.sub(lambda m: (m[1] + m[3] + m[2]) if m[1] else (m[4] + m[6] + m[5]), plain)
    return unicodedata.normalize("NFC", plain)


def read_returns(folder: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read every workbook of the folder: the rows, and what does not agree."""
    problems: list[str] = []
    lists, counts = [], []
    names = {year: _names(year) for year in (2021, 2022, 2023, 2024)}
    for path in sorted(folder.glob("*.xlsx")):
        for sheet, raw in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").items():
            frame, listed = _read_sheet(raw, f"{path.name}/{sheet}", names, problems)
            (lists if listed else counts).append(frame)
    return _each_unit_once(pd.concat(lists), pd.concat(counts), names, problems), problems


def _names(year: int) -> dict[str, Any]:
    found = places(year)
    communes: dict[str, dict[str, str]] = {}
    for place in found:
        communes.setdefault(place.parent, {})[key(place.name)] = place.code
    return {
        "communes": communes,
        "districts": communes.pop("87"),
        "parents": {place.code: place.parent for place in found},
    }


def _read_sheet(
    raw: pd.DataFrame, where: str, years: dict[int, dict[str, Any]], problems: list[str]
) -> tuple[pd.DataFrame, bool]:
    first = raw.iloc[:, 0].map(lambda value: value if isinstance(value, str) else "")
    top = next(i for i, text in enumerate(first) if text in ("STT", "TT"))
    above = [key(text) for text in first[:top] if text]
    title = next(text for text in above if re.search(r"năm \d{4}", text))
    year = int(re.search(r"năm (\d{4})", title)[1])  # type: ignore[index]
    names = years[year]
    # "mttq" before "cấp xã"; a chi hội's organisation stands after it.
    organisation = next(code for word, code in ORGANISATIONS.items() if word in title)
    unit_type = "cap_xa" if "cấp xã" in title else "to_ndtq" if organisation == "to_ndtq" else (
        "chi_doan" if "chi đoàn" in title else "chi_hoi")  # fmt: skip
    district = _district(above, names["districts"])
    storeys = 2 if pd.isna(raw.iat[top + 1, 0]) else 1
    # The first storey is spread to the right over its merged cells; the second stands under its own column.
    upper = raw.iloc[top].ffill()
    lower = raw.iloc[top + 1] if storeys == 2 else [None] * raw.shape[1]
    header = [key(a) + (f" / {key(b)}" if isinstance(b, str) else "") for a, b in zip(upper, lower, strict=True)]
    body = raw.iloc[top + storeys :].reset_index(drop=True)
    body.columns = pd.Index(header)
    common = {"year": year, "organisation": organisation, "unit_type": unit_type}
    if "tự xếp loại" in header:
        frame = _words_list(body, district, names, where, problems)
    elif any(name.startswith("tự xếp loại /") for name in header):
        frame = _crosses_list(body, district, names, where, problems)
    else:
        frame = _count_table(body, district, names, where, problems)
        return frame.assign(**common)[COLUMNS], False
    frame = frame.assign(**common)[COLUMNS]
    twice = frame.duplicated(["area_id", "unit_name", "rated_by"])
    problems += [f"{where}: {name} ghi hai lần" for name in frame.loc[twice, "unit_name"]]
    return frame[~twice], True


def _district(above: list[str], districts: dict[str, str]) -> str | None:
    expanded = [text.replace("huyện ủy", "huyện").replace("thành ủy", "thành phố") for text in above]
    found = {code for name, code in districts.items() for text in expanded if text.endswith(name)}
    return found.pop() if len(found) == 1 else None


def _commune_codes(
    labels: pd.Series, district: str | None, names: dict[str, Any], where: str, problems: list[str]
) -> pd.Series:
    known = names["communes"].get(district, {})
    codes = {}
    for label in labels.dropna().unique():
        plain = key(label)
        for short, full in _SHORT:
            if plain.startswith(short):
                plain = full + plain.removeprefix(short)
        plain = re.sub(r"(phường )0+(?=\d)", r"\1", plain)
        codes[label] = known.get(plain)
        if codes[label] is None:
            problems.append(f"{where}: chưa rõ {label}")
    return labels.map(codes)


def _levels_of(words: pd.Series, where: str, problems: list[str]) -> pd.Series:
    codes = {}
    for word in words.dropna().unique():
        codes[word] = RATINGS.get(key(word).removeprefix("loại "))
        if codes[word] is None:
            problems.append(f"{where}: chưa rõ mức {word}")
    return words.map(codes)


def _words_list(
    body: pd.DataFrame, district: str | None, names: dict[str, Any], where: str, problems: list[str]
) -> pd.DataFrame:
    rows = body[body["tên tổ"].notna()].copy()
    rows["area_id"] = _commune_codes(rows["xã, phường, thị trấn"].ffill(), district, names, where, problems)
    rows["unit_name"] = rows["khóm, ấp"].str.strip() + ", " + rows["tên tổ"].str.strip()
    own = rows.assign(rating=_levels_of(rows["tự xếp loại"], where, problems), rated_by="tu_xep_loai")
    confirmed = rows.assign(rating=_levels_of(rows["cấp ủy công nhận"], where, problems), rated_by="cap_uy")
    both = pd.concat([own, confirmed]).assign(count=1)
    return both[both["rating"].notna() & both["area_id"].notna()]


def _crosses_list(
    body: pd.DataFrame, district: str | None, names: dict[str, Any], where: str, problems: list[str]
) -> pd.DataFrame:
    name = next(column for column in body.columns if column.startswith("tên "))
    rows = body[body[name].notna()].copy()
    rows["area_id"] = _commune_codes(rows["xã, phường, thị trấn"], district, names, where, problems)
    rows["unit_name"] = rows[name].str.strip()
    found = []
    for head, rated_by in (("tự xếp loại", "tu_xep_loai"), ("cấp ủy công nhận", "nganh_doc")):
        crosses = pd.DataFrame({RATINGS[key(level)]: rows[f"{head} / {key(level)}"].notna() for level in LEVELS})
        wrong = crosses.sum(axis=1) != 1
        problems += [f"{where}: dòng {i}: không có đúng một dấu" for i in rows.index[wrong]]
        found.append(rows[~wrong].assign(rating=crosses[~wrong].idxmax(axis=1), rated_by=rated_by))
    return pd.concat(found).assign(count=1)


def _number(values: pd.Series) -> pd.Series:
    if values.dtype == object:
        values = values.map(lambda v: float(v.replace(",", ".")) if isinstance(v, str) else v)
    return values.astype(float)


def _count_table(
    body: pd.DataFrame, district: str | None, names: dict[str, Any], where: str, problems: list[str]
) -> pd.DataFrame:
    label_column = body.columns[1]
    total_column = next(column for column in body.columns if column.startswith("tổng số"))
    levels = {column.removesuffix(" / sl"): column for column in body.columns if column.endswith(" / sl")}
    labels = body[label_column]
    heads = body["stt"].map(lambda v: isinstance(v, str)) & labels.notna()
    totals = labels.map(lambda v: isinstance(v, str) and v.startswith(("Cộng", "Tổng cộng")))
    group = labels.where(heads).ffill()
    rows = labels.notna() & ~heads & ~totals
    counts = pd.DataFrame({RATINGS[level]: _number(body[column]).fillna(0) for level, column in levels.items()})
    counts["chua_xep_loai"] = _number(body["chưa xếp loại"]).fillna(0)
    counts = counts.where(~heads, 0).astype(int)
    if district:
        area = _commune_codes(group[rows], district, names, where, problems)
    else:
        area = pd.Series(index=labels.index[rows], dtype=object)
        for name in group[rows].unique():
            inside = rows & (group == name)
            area[labels.index[inside]] = _commune_codes(
                labels[inside], names["districts"].get(key(name)), names, where, problems
            )
    _check_counts(body, counts, labels, rows, totals, group, total_column, levels, where, problems)
    long = counts[rows].assign(area_id=area).dropna(subset="area_id")
    long = long.melt(id_vars="area_id", var_name="rating", value_name="count")
    return long[long["count"] > 0].assign(unit_name=None, rated_by="cap_uy")


def _check_counts(
    body: pd.DataFrame,
    counts: pd.DataFrame,
    labels: pd.Series,
    rows: pd.Series,
    totals: pd.Series,
    group: pd.Series,
    total_column: str,
    levels: dict[str, str],
    where: str,
    problems: list[str],
) -> None:
    """Rows against their total, total rows against their rows, printed shares against counts."""
    printed = _number(body[total_column])
    rated = counts.drop(columns="chua_xep_loai").sum(axis=1)
    wrong = (rows | totals) & (printed != counts.sum(axis=1))
    problems += [f"{where}: {labels[i]}: tổng số ghi {printed[i]}" for i in labels.index[wrong]]
    whole = labels.map(lambda v: isinstance(v, str) and v.startswith("Tổng cộng"))
    sums = counts[rows].groupby(group[rows]).sum()
    for i in labels.index[totals]:
        expected = counts[rows].sum() if whole[i] else sums.loc[group[i]]
        differing = expected.index[expected != counts.loc[i]]
        problems += [f"{where}: {labels[i]}: cột {name} không bằng tổng các dòng" for name in differing]
    for level in levels:
        share = _number(body[f"{level} / tl (%)"])
        exact = 100 * counts[RATINGS[level]] / rated.where(rated > 0)
        wrong = (rows | totals) & ((share - exact).abs() > 0.0101)
        problems += [f"{where}: {labels[i]}: tỷ lệ {level} ghi {share[i]}" for i in labels.index[wrong]]


def _each_unit_once(
    lists: pd.DataFrame, counts: pd.DataFrame, names: dict[int, dict[str, Any]], problems: list[str]
) -> pd.DataFrame:
    """Where a list and a count speak of the same units the list feeds, and the count checks it."""
    group = ["year", "organisation", "unit_type", "district"]
    for frame in (lists, counts):
        parents = {code: parent for year in names for code, parent in names[year]["parents"].items()}
        frame["district"] = frame["area_id"].map(parents)
    listed = lists[lists["rated_by"] != "tu_xep_loai"]
    keys = listed[group].drop_duplicates()
    both = counts.merge(keys, on=group)
    place = [*group, "area_id", "rating"]
    one, two = both.groupby(place)["count"].sum(), listed.groupby(place)["count"].sum()
    two = two[two.index.droplevel(["area_id", "rating"]).isin(both.set_index(group).index)]
    differing = one.index.union(two.index)
    left, right = one.reindex(differing, fill_value=0), two.reindex(differing, fill_value=0)
    problems += [f"{where}: danh sách và biểu tổng hợp khác nhau" for where in differing[left != right]]
    rest = counts.merge(keys, on=group, how="left", indicator=True)
    return pd.concat([lists, rest[rest["_merge"] == "left_only"]])[COLUMNS].reset_index(drop=True)
