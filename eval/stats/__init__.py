"""Statistics of an evaluation. The unit is the question, never the sentence; numpy only, every draw seeded."""

from __future__ import annotations

from eval.stats.agreement import Agreement, agreement, cohen_kappa, krippendorff_alpha
from eval.stats.intervals import LEVEL, RESAMPLES, SEED, Summary, summarise
from eval.stats.multiple import holm, mcnemar
from eval.stats.paired import Difference, paired_difference, sign_flip_p
from eval.stats.power import cases_needed, cases_needed_binary, smallest_difference

__all__ = [
    "LEVEL",
    "RESAMPLES",
    "SEED",
    "Agreement",
    "Difference",
    "Summary",
    "agreement",
    "cases_needed",
    "cases_needed_binary",
    "cohen_kappa",
    "holm",
    "krippendorff_alpha",
    "mcnemar",
    "paired_difference",
    "sign_flip_p",
    "smallest_difference",
    "summarise",
]
