"""Sentences of the report, put together from the wording facts; every number comes from whole numbers.

Only the province's row, all organisations together, is worded "đạt / chưa đạt chỉ tiêu Nghị quyết"; any other row is
compared with the common level. A base under `min_base` is printed n/N without a percentage.
"""

from danvan_analysis.wording.change import change_sentence
from danvan_analysis.wording.duty import duty_sentence
from danvan_analysis.wording.supporting import supporting_sentence
from danvan_analysis.wording.verdict import assessment_sentence
from danvan_analysis.wording.words import date_vi, object_words, share_text, short_word

__all__ = [
    "assessment_sentence",
    "change_sentence",
    "date_vi",
    "duty_sentence",
    "object_words",
    "share_text",
    "short_word",
    "supporting_sentence",
]
