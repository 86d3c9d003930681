"""Words and numbers for what a person reads: places, organisations, targets, verdicts, shares."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.tables import ALL
from danvan_analysis.text import count, percent, points

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: Below this base a share is printed as n/N only (wording.md: "Base under 10").
SMALL_BASE = 10
MISSING_VI = "chưa có số liệu"
PERIODS_VI = {
    "quy-1": "quý I",
    "quy-2": "quý II",
    "quy-3": "quý III",
    "quy-4": "quý IV",
    "6-thang": "6 tháng đầu năm",
    "9-thang": "9 tháng đầu năm",
    "nam": "cả năm",
    "nhiem-ky": "nhiệm kỳ",
}


def when_vi(year: int, period: str = "nam") -> str:
    """Say a period as a report does.

    >>> when_vi(2024), when_vi(2024, "6-thang"), when_vi(2025, "nhiem-ky")
    ('năm 2024', '6 tháng đầu năm 2024', 'nhiệm kỳ (đến năm 2025)')
    """
    if period == "nam":
        return f"năm {year}"
    if period == "nhiem-ky":
        return f"nhiệm kỳ (đến năm {year})"
    words = PERIODS_VI[period]
    return f"{words} {year}" if words.endswith("năm") else f"{words} năm {year}"


def fraction(numerator: int | None, denominator: int | None) -> str:
    """Print n/N as party documents do; nothing known is a dash.

    >>> fraction(652, 698), fraction(6, 6), fraction(None, None)
    ('652/698', '06/06', '–')
    """
    if numerator is None or denominator is None:
        return "–"
    return f"{count(numerator)}/{count(denominator)}"


def share(numerator: int | None, denominator: int | None, decimals: int = 2) -> str:
    """Print a share in percent; a base under 10 gives n/N instead, no base gives a dash.

    >>> share(652, 698), share(6, 6), share(None, None), share(0, 0)
    ('93,41%', '06/06', '–', '–')
    """
    if numerator is None or not denominator:
        return "–"
    if denominator < SMALL_BASE:
        return fraction(numerator, denominator)
    return percent(numerator, denominator, decimals)


def row_fraction(row: dict[str, Any] | None) -> str:
    """Print n/N of a row; where yearly counts leave a range, both ends.

    >>> row_fraction({"numerator": 853, "numerator_most": 858, "denominator": 858}), row_fraction(None)
    ('853–858/858', '–')
    """
    n, base = (row["numerator"], row["denominator"]) if row else (None, None)
    most = row.get("numerator_most") if row else None
    if n is not None and base is not None and most is not None and most > n:
        return f"{count(n)}–{count(most)}/{count(base)}"
    return fraction(n, base)


def row_share(row: dict[str, Any] | None, decimals: int = 2) -> str:
    r"""Print a row's share ("≥ 99,42%" where yearly counts leave a range); a base under 10 gives n/N, none a dash.

    >>> row_share({"numerator": 853, "numerator_most": 858, "denominator": 858}), row_share(None)
    ('≥\xa099,42%', '–')
    """
    if row is None or row["numerator"] is None or not row["denominator"]:
        return "–"
    if row["denominator"] < SMALL_BASE:
        return row_fraction(row)
    said = share(row["numerator"], row["denominator"], decimals)
    most = row.get("numerator_most")
    return f"≥\u00a0{said}" if most is not None and most > row["numerator"] else said


def row_amount(row: dict[str, Any] | None) -> str:
    """Print what a row without a target says: n/N with its share, a count, so many per one, a score; none is a dash.

    >>> row = {"kind": "share", "numerator": 611, "denominator": 746, "base": None, "amount": None}
    >>> row_amount(row), row_amount({**row, "numerator": 6, "denominator": 8})
    ('611/746 (81,90%)', '06/08')
    >>> row |= {"kind": "per", "numerator": 15873, "denominator": None, "base": 249, "amount": 63.746988}
    >>> row_amount(row), row_amount({**row, "kind": "count", "base": None, "amount": 249.0}), row_amount(None)
    ('63,75 (15.873/249)', '249', '–')
    """
    if row is None or (row["amount"] is None and not row["denominator"]):
        return "–"
    if row["kind"] in (None, "share"):
        n, base = row["numerator"], row["denominator"]
        plain = n is None or base < SMALL_BASE
        return fraction(n, base) if plain else f"{fraction(n, base)} ({share(n, base)})"
    if row["base"]:
        return f"{points(row['numerator'], row['base'])} ({fraction(row['numerator'], row['base'])})"
    exact = Fraction(str(row["amount"]))
    return points(exact.numerator, exact.denominator)


def sender_vi(facts: Facts, sender: str | None, year: int) -> str:
    """Name a sender: from the facts, else from its parts ("mttq-870": the organisation in a district), else its code."""
    if not sender:
        return "Không rõ đơn vị gửi"
    known = facts.senders.filter(pl.col("sender_id") == sender)
    if known.height:
        return str(known["name_vi"][0])
    organisation, _, area = sender.partition("-")
    places = dict(districts(facts, year).select("area_id", "name").iter_rows())
    if area in places and organisation in set(facts.organisations["organisation"]):
        return f"{organisation_vi(facts, organisation)} {places[area][0].lower()}{places[area][1:]}"
    # A return of the province itself, or of a commune, goes by its area.
    own = facts.areas.filter(pl.col("area_id") == sender, pl.col("valid_from") <= date(year, 12, 31)).sort("valid_from")
    return str(own["name"][-1]) if own.height else sender


def place_short(name: str) -> str:
    """Shorten an official name for the edge of a chart; a huyện keeps its kind (two pairs share their own name).

    >>> place_short("Thành phố Cao Lãnh"), place_short("Huyện Cao Lãnh"), place_short("Tỉnh Đồng Tháp")
    ('TP Cao Lãnh', 'Huyện Cao Lãnh', 'Toàn tỉnh')
    """
    if name.startswith("Tỉnh "):
        return "Toàn tỉnh"
    return name.replace("Thành phố ", "TP ").replace("Thị xã ", "TX ")


def districts(facts: Facts, year: int) -> pl.DataFrame:
    """Give the province's districts that existed at any time in `year`, in official order.

    Columns `area_id`, `name` (its last name in that year) and `short`. Empty after the districts ended.
    """
    return _era(facts, year, facts.resolution["province_id"]).filter(
        pl.col("kind").is_in(["thanh_pho", "thi_xa", "huyen"])
    )["area_id", "name", "short"]


def below(facts: Facts, year: int, area_id: str) -> pl.DataFrame:
    """Give what is right below a place in `year`: the province's districts, or a district's communes; as `districts`."""
    if area_id == facts.resolution["province_id"]:
        return districts(facts, year)
    return _era(facts, year, area_id)["area_id", "name", "short"]


def province(facts: Facts, year: int) -> tuple[str, str]:
    """Give the code and the official name of the resolution's province in `year`."""
    code = str(facts.resolution["province_id"])
    own = facts.areas.filter(pl.col("area_id") == code).sort("valid_from", nulls_last=False)
    then = own.filter(pl.col("valid_from").is_null() | (pl.col("valid_from") <= date(year, 12, 31)))
    return code, str((then if then.height else own)["name"][-1])


def district_of(facts: Facts, year: int) -> dict[str, str]:
    """Map every area of the province in `year` to its district; districts and the province map to themselves."""
    code = str(facts.resolution["province_id"])
    home = {code: code}
    for place in districts(facts, year)["area_id"]:
        home[place] = place
        home.update(dict.fromkeys(_era(facts, year, place)["area_id"], place))
    return home


def _era(facts: Facts, year: int, parent: str) -> pl.DataFrame:
    """Give the areas under `parent` in `year`, one row each (the last era), sorted by code."""
    first, last = pl.lit(date(year, 1, 1)), pl.lit(date(year, 12, 31))
    return (
        facts.areas.filter(
            pl.col("parent_id") == parent,
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= last),
            pl.col("valid_to").is_null() | (pl.col("valid_to") >= first),
        )
        .sort("area_id", "valid_from")
        .unique("area_id", keep="last", maintain_order=True)
        .with_columns(short=pl.col("name").map_elements(place_short, return_dtype=pl.String))
    )


def organisation_vi(facts: Facts, organisation: str, short: bool = False) -> str:
    """Name an organisation; "all together" is "các tổ chức"."""
    if organisation == ALL:
        return "các tổ chức"
    return _look_up(facts.organisations, "organisation", organisation, "short_vi" if short else "name_vi")


def unit_type_vi(facts: Facts, unit_type: str) -> str:
    """Name a kind of unit ("chi hội"); "all together" is "các loại hình"."""
    return "các loại hình" if unit_type == ALL else _look_up(facts.unit_types, "unit_type", unit_type, "name_vi")


def targets(facts: Facts) -> list[dict[str, Any]]:
    """Give the resolution's targets with their indicator's words, one dict each, in the order of the indicators."""
    wanted = pl.col("resolution_id") == facts.resolution["resolution_id"]
    joined = facts.targets.filter(wanted).join(
        facts.indicators["indicator_id", "order", "title_vi", "section"], on="indicator_id", how="left"
    )
    return (
        joined.sort(pl.col("order").cast(pl.Int64), "target_id").unique("indicator_id", maintain_order=True).to_dicts()
    )


def short_title(facts: Facts, target: dict[str, Any]) -> str:
    """Give a target's short title for a column head; the full title where layout.toml has none."""
    return str(facts.layout["short"].get(target["indicator_id"], target["title_vi"]))


def level_of(target: dict[str, Any]) -> str:
    """Write a target's level for a column head.

    >>> level_of({"operator": ">", "target": 90.0}), level_of({"operator": "=", "target": 100.0})
    ('> 90%', '100%')
    """
    sign = {">": "> ", ">=": "≥ ", "=": ""}[target["operator"]]
    return f"{sign}{float(target['target']):g}%".replace(".", ",")


def numbered_titles(facts: Facts, wanted: list[dict[str, Any]]) -> str:
    """Tell what each numbered column of a narrow table stands for."""
    return "; ".join(f"{number_of(t['indicator_id'])}: {short_title(facts, t)}" for t in wanted) + "."


def object_short(facts: Facts, target: dict[str, Any]) -> str:
    """Name what a target counts in a word ("tổ chức", "đơn vị"); in full where the wording has no short name."""
    return str(facts.wording.get("short", {}).get(target["indicator_id"], target["object_vi"]))


def number_of(indicator_id: str) -> str:
    """Number a target as a reader counts them.

    >>> number_of("T3"), number_of("T7a"), number_of("B01")
    ('3', '7a', 'B01')
    """
    return indicator_id[1:] if indicator_id.startswith("T") else indicator_id


def standing(row: dict[str, Any] | None) -> str:
    """Give the state to draw: the verdict, with "equal" for a place that stands exactly at the common level.

    `row` is a row of the assessment joined with numerator and denominator; None is `no_data`.
    """
    if row is None:
        return "no_data"
    state = str(row["attained"])
    n, base = row.get("numerator"), row.get("denominator")
    if state in ("met", "not_met") and n is not None and base and 100 * n == row["target"] * base:
        return "equal"
    return state


def state_vi(facts: Facts, state: str, is_province: bool) -> str:
    """Word a state: a verdict for the province, a comparison with the common level for any other place."""
    return str(facts.palette["state"][state]["word_vi" if is_province else "place_vi"])


def trial_mark(facts: Facts, nature: str) -> str:
    """Give the mark that trial data carry everywhere, or "" for other natures."""
    return str(facts.settings["trial"]["mark"]) if nature == "gia_dinh" else ""


def source_line(facts: Facts, nature: str) -> str:
    """Say where the numbers come from."""
    chart = facts.layout["chart"]
    # Made-up numbers come from no office: to name one would lend them its word.
    line = chart["trial_source_vi"] if trial_mark(facts, nature) else chart["source_vi"]
    return str(line.format(office=chart["office_vi"]))


def _look_up(frame: pl.DataFrame, key: str, code: str, column: str) -> str:
    found = frame.filter(pl.col(key) == code)
    return str(found[column][0]) if found.height and found[column][0] else code
