"""The one table behind "does this sentence answer": logistic coefficients and the two thresholds, with their data.

Fitted by `bench/answerability.py --fit`; see there for the curve and for what each feature adds.
"""

from __future__ import annotations

from typing import Final

COEFFICIENTS: Final[dict[str, float]] = {
    "intercept": -2.642,
    "sentence_coverage": 2.685,
    "paper_coverage": 1.112,
    "words_not_in_paper": -0.866,
    "covered_by_no_candidate": 0.0,
    "pairs_in_sentence": 2.975,
    "cosine": 1.34,
    "asks_number": -0.978,
    "number_missing": -2.835,
    "counts_what_is_asked": 1.851,
    "asks_yes_no": -1.569,
}
ANSWERED: Final = 0.53
"""From this probability on a question counts as answered."""
UNCERTAIN: Final = 0.14
"""Below it nothing that was found answers: the corpus does not hold it."""
