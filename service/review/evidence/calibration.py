"""The one table behind "does this sentence answer": logistic coefficients and thresholds, with data, date and curve.

Fitted by `bench/answerability.py --fit` on 2026-11-28 over the choosing half of: 300 hand-written questions of five
fields (half near misses), and at a fifth of their weight the answerable ones again without their paper, 77 put to
another field, 92 prompts of Evidence Inference and 69 questions of PubMedQA beside their own abstract and beside all
others. One table for all fields.
The curve, cross-validated, answerable held back -> near misses let through:
.04 -> .55, .15 -> .25, .20 -> .20, .22 -> .18, .25 -> .15, .28 -> .13 (AUROC .889; .845 for the two coverages alone).
Tried and left out because they added nothing there: what no candidate covers, coverage by word embeddings, the
rhetorical role, the place in the abstract, and how many of its words are new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COEFFICIENTS: Final[Mapping[str, float]] = {
    "intercept": -4.892,
    "sentence_coverage": 2.86,
    "paper_coverage": 3.171,
    "words_not_in_paper": -0.436,
    "pairs_in_sentence": 2.852,
    "cosine": 1.635,
    "asks_number": -1.154,
    "number_missing": -2.833,
    "counts_what_is_asked": 1.858,
    "asks_yes_no": -0.424,
}
ANSWERED: Final = 0.53
"""From this probability on a question counts as answered."""
UNCERTAIN: Final = 0.08
"""Below it nothing that was found answers: the corpus does not hold it."""
LISTED: Final = 0.3
"""A list of papers is asked for in words of a condition ("report no effect"), which abstracts seldom use: it is refused
only where no paper covers this share of its words (15 of 17 kept, 9 of 17 put to another field refused)."""
