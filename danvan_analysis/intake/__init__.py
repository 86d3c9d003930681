"""Intake: file → cells → form → rows → checked tables. Nothing here knows what an indicator is."""

from danvan_analysis.intake.places import find_place
from danvan_analysis.intake.read import read_raw

__all__ = ["find_place", "read_raw"]
