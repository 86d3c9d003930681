"""Trial returns: made-up workbooks in the layouts of real ones, with the truth they were written from.

A room of its own: it shares the area facts and the text helpers with the rest, and nothing of the reader.
"""

from .generate import SEED, write_trial_returns
from .paper import MARK

__all__ = ["MARK", "SEED", "write_trial_returns"]
