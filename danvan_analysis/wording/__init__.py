"""Sentences of the report, put together from the wording facts; every number comes from whole numbers.

Only the province's row, all organisations together, is worded "đạt / chưa đạt chỉ tiêu Nghị quyết"; any other row is
compared with the common level. A base under `min_base` is printed n/N without a percentage.
"""

from danvan_analysis.wording.change import change_evidence, change_sentence
from danvan_analysis.wording.comparison import funnel_sentence, ranks_sentence
from danvan_analysis.wording.duty import duty_sentence
from danvan_analysis.wording.mix import mix_sentence
from danvan_analysis.wording.pace import pace_sentence
from danvan_analysis.wording.participation import (
    exemption_review,
    link_sentence,
    meetings_sentence,
    participation_sentence,
)
from danvan_analysis.wording.supporting import supporting_sentence
from danvan_analysis.wording.trend import trend_sentence
from danvan_analysis.wording.verdict import assessment_sentence
from danvan_analysis.wording.words import date_vi, least_base, object_words, share_text, short_word

__all__ = [
    "assessment_sentence",
    "change_evidence",
    "change_sentence",
    "date_vi",
    "duty_sentence",
    "exemption_review",
    "funnel_sentence",
    "least_base",
    "link_sentence",
    "meetings_sentence",
    "mix_sentence",
    "object_words",
    "pace_sentence",
    "participation_sentence",
    "ranks_sentence",
    "share_text",
    "short_word",
    "supporting_sentence",
    "trend_sentence",
]
