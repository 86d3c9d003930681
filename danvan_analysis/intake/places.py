"""A place as an analyst types it: "Huyện Tam Nông", "TP Cao Lãnh", a code; exactly one place, or a sentence why not."""

from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts
from danvan_analysis.intake.names import Area, Gazetteer
from danvan_analysis.intake.suggest import full_name


def find_place(text: str, facts: Facts, year: int) -> Area:
    """Give the place of the resolution's province that a name or code means in `year`; "" is the province itself.

    Returns an Area with `area_id`, `name`, `kind`, `district_name`. Names are matched exactly (form, case, spaces and the
    place of a tone mark aside). A name that two places bear, or none, is a DanvanError that tells the choices.

    >>> import danvan_analysis as dv
    >>> facts = dv.load_facts()
    >>> dv.find_place("H. Tam Nông", facts, 2024).name, dv.find_place("", facts, 2024).name
    ('Huyện Tam Nông', 'Tỉnh Đồng Tháp')
    """
    gazetteer = Gazetteer(facts, year)
    found = gazetteer.find(text.strip() or gazetteer.home, level="any", within=gazetteer.home)
    if len(found) == 1:
        return found[0]
    near = found or gazetteer.nearest(text, within=gazetteer.home)
    choices = ", ".join(full_name(area) for area in near)
    if len(found) > 1:
        said = f"Tên này có ở {len(found)} địa bàn: {choices}. Đề nghị ghi rõ thành phố, huyện, hoặc ghi mã địa bàn."
    else:
        said = f"Gần nhất: {choices}." if near else "Đề nghị ghi tên đầy đủ theo danh mục hành chính của năm đó."
    raise DanvanError(f"Không xác định được địa bàn “{text}” năm {year}. {said}")
