"""The one table behind "does this sentence answer": logistic coefficients and thresholds, with data, date and curve.

Fitted by `bench/answerability.py --fit` on 2026-11-28 over the choosing half of: 300 hand-written questions of five
fields (half near misses), the answerable ones again without their paper and 77 of them put to another field, 92 prompts
of Evidence Inference and 69 questions of PubMedQA beside their own abstract and beside all others. One table for all.
The curve there, answerable held back -> near misses let through:
.05 -> .44, .10 -> .29, .15 -> .25, .20 -> .21, .25 -> .13, .30 -> .11 (AUROC .895; .876 cross-validated; .845 for two
coverages alone). What of the question no candidate covers at all was tried and added nothing (.896 -> .895 without).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COEFFICIENTS: Final[Mapping[str, float]] = {
    "intercept": -5.623,
    "sentence_coverage": 2.787,
    "paper_coverage": 3.519,
    "words_not_in_paper": -0.376,
    "pairs_in_sentence": 2.78,
    "cosine": 2.344,
    "asks_number": -1.171,
    "number_missing": -2.869,
    "counts_what_is_asked": 1.803,
    "asks_yes_no": -0.221,
}
ANSWERED: Final = 0.56
"""From this probability on a question counts as answered."""
UNCERTAIN: Final = 0.11
"""Below it nothing that was found answers: the corpus does not hold it."""
LISTED: Final = 0.3
"""A list of papers is asked for in words of a condition ("report no effect"), which abstracts seldom use: it is refused
only where no paper covers this share of its words (15 of 17 kept, 9 of 17 put to another field refused)."""
