"""Facts: resolutions, targets, scales, wordings, areas, senders, forms; files a clerk can read, checked on loading."""

from danvan_analysis.facts.areas import areas_on
from danvan_analysis.facts.load import load_facts
from danvan_analysis.facts.model import Correction, Facts, items

__all__ = ["Correction", "Facts", "areas_on", "items", "load_facts"]
