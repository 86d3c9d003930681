"""What an analyst asks of the set of notebooks: the year, the place, the folders, and the parameters they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts
from danvan_analysis.intake import find_place
from danvan_analysis.intake.names import Area

#: Parameters that are folders.
PATHS = ("SO_LIEU", "DANH_MUC")


@dataclass(frozen=True)
class Asked:
    """What the analyst asked of the set; `nature` is that of the year's returns."""

    year: int
    period: str
    as_of: date
    raw: Path
    overlay: Path | None
    nature: str
    area: Area

    @property
    def place(self) -> str:
        """The official name of the district, "" for the whole province."""
        return "" if self.area.is_province else self.area.name

    @property
    def folder(self) -> str:
        """The name of the result's folder."""
        period = "" if self.period == "nam" else f"-{self.period}"
        return f"phan-tich-{self.year}{period}" + (f"-{self.area.area_id}" if self.place else "")

    def values(self) -> dict[str, Any]:
        """The parameters every notebook of the set knows; folders in full, as kernels run elsewhere."""
        return {
            "NAM": self.year,
            "KY": self.period,
            "DIA_BAN": self.place,
            "SO_LIEU": str(self.raw.resolve()),
            "DANH_MUC": str(self.overlay.resolve()) if self.overlay else None,
            "DEN_NGAY": self.as_of.isoformat(),
        }

    def told(self) -> dict[str, Any]:
        """The parameters that may be told anywhere: where the analyst keeps the folders is nobody else's."""
        return {name: value for name, value in self.values().items() if name not in PATHS}


def place_asked(text: str, facts: Facts, year: int) -> Area:
    """Give the province ("") or the district that a name or code means; DanvanError for anything else."""
    area = find_place(text, facts, year)
    if area.is_province or area.is_district:
        return area
    raise DanvanError(
        f"Các sổ phân tích chỉ chia đến huyện, thành phố; “{area.name}” thuộc {area.district_name}. Đề nghị chạy với"
        f" --dia-ban “{area.district_name}”."
    )
