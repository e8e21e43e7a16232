"""The one table behind "does this sentence answer": logistic coefficients and thresholds, with data, date and curve.

Fitted by `bench/answerability.py --fit` on 2026-11-28 over the choosing half of: 300 hand-written questions of five
fields (half near misses), and at a fifth of their weight the answerable ones again without their paper, 77 put to
another field, 92 prompts of Evidence Inference and 69 questions of PubMedQA beside their own abstract and beside all
others. One table for all fields.
A name that a paper coins counts as said in each of its sentences, and what papers say that neither coin a named system
nor mention it in that sentence counts for nothing. Neither is told from chance there (54 questions name such a system;
AUROC .882 without the first, .875 without the second): they are there for which sentences are shown.
The curve, cross-validated in five parts, answerable held back -> near misses let through:
.04 -> .64, .10 -> .35, .15 -> .26, .20 -> .22, .25 -> .17 (AUROC .879); at 0.55 .22 -> .20, at 0.50 .19 -> .22.
Refused below 0.08 .03 of the answerable and .31 of near misses, below 0.10 .05 and .37, below 0.12 .05 and .39.
Tried and left out because they added nothing there: what no candidate covers, coverage by word embeddings, the
rhetorical role, the place in the abstract, how many of its words are new, and neighbours of a name that count as
together wherever a paper coins it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COEFFICIENTS: Final[Mapping[str, float]] = {
    "intercept": -3.793,
    "sentence_coverage": 2.468,
    "paper_coverage": 2.32,
    "words_not_in_paper": -0.56,
    "pairs_in_sentence": 2.995,
    "cosine": 1.559,
    "asks_number": -1.015,
    "number_missing": -2.973,
    "counts_what_is_asked": 1.139,
    "asks_yes_no": -0.407,
}
ANSWERED: Final = 0.55
"""From this probability on a question counts as answered."""
UNCERTAIN: Final = 0.1
"""Below it nothing that was found answers: the corpus does not hold it."""
LISTED: Final = 0.3
"""A list of papers is asked for in words of a condition ("report no effect"), which abstracts seldom use: it is refused
only where no paper covers this share of its words (15 of 17 kept, 9 of 17 put to another field refused)."""
