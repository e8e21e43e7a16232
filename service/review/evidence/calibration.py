"""The one table behind answerability: logistic coefficients and thresholds of two scores, with data, date and curve.

`COEFFICIENTS`, does a sentence answer: fitted by `bench/answerability.py --fit` on 2026-11-28 over the choosing half
of: 300 hand-written questions of five fields (half near misses), and at a fifth of their weight the answerable ones
again without their paper, 77 put to another field, 92 prompts of Evidence Inference and 69 questions of PubMedQA beside
their own abstract and beside all others. One table for all fields.
A name that a paper coins counts as said in each of its sentences, and what papers say that neither coin a named system
nor mention it in that sentence counts for nothing. Neither is told from chance there (54 questions name such a system;
AUROC .882 without the first, .875 without the second): they are there for which sentences are shown.
The curve, cross-validated in five parts, answerable held back -> near misses let through:
.04 -> .64, .10 -> .35, .15 -> .26, .20 -> .22, .25 -> .17 (AUROC .879); at 0.55 .22 -> .20, at 0.50 .19 -> .22.
Tried and left out because they added nothing there, or nothing that the other half bore out: what no candidate covers,
coverage by word embeddings, coverage without the words that name what is asked for (.885 there, .810 on the other half
against .825), the rhetorical role, the place in the abstract, how many of its words are new, and neighbours of a name
that count as together wherever a paper coins it. Of overviews and comparisons it tells less (AUROC .78, .50).

`SUBJECT`, does the corpus speak of what is asked about: by the same command over the answerable ones of those
questions, and 54 overviews, comparisons and single facts asked in other words than the abstract's
(eval/datasets/broad_questions.jsonl), against the same put to another field, and at a tenth of their weight those
without their paper. Whether a sentence answers does not tell: of facts in other words it is sure of none, and refusing
below 0.1 of it refused .89 of them, whose paper came first.
Below 0.2 are 0 of the answerable, overviews and comparisons, .17 of facts in other words, .74 and .92 of questions put
to another field (of which two are neighbours); below 0.3 .01, 0, 0, .33, .79 and .96.
Cosines are of the shipped embedding model; under another one that gives higher ones less is refused.
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
UNSAID: Final = 0.2
"""Below this probability, in the words of the whole question, a further part ("and over how many?") is not answered by
papers that answer another part: of 12 answerable questions in parts of the choosing half 3 miss a part (8 by the part's
words alone), of 7 others 2 (4); with a question behind them that another paper does not answer 49 of 55 do (49), and 41
of 52 (42)."""
OWN_WORDS: Final = 0.3
"""Of the weight of such a part's own words, so much stands in the paper."""
UNCLEAR: Final = 0.1
"""From this probability on a paper that does not meet every word of a list question is shown as unclear."""
NEAR_PAPER: Final = 0.8
"""Of the best paper's score, for another one to be about as near: on the choosing half it shows .64 of an overview's
papers at precision .67 (at .7 .73 and .51, at .9 .45 and .80), .81 and .73 of a comparison's, 1 and .90 of a fact's."""
SUBJECT: Final[Mapping[str, float]] = {
    "intercept": -8.142,
    "cosine": 11.377,
    "paper_coverage": 5.187,
}
MOST_OF_TOPIC: Final = 0.7
"""Of a topic's weight: a text over several papers is sure where two hold so much of it. Of 35 ORKG problems of the
choosing half that were sure 28 are, without their papers 12 of 20; on the other half 29 of 33, and 18 of 24."""
HELD: Final = 0.2
"""Below this probability nothing that was found is about the subject: the corpus does not hold it."""
HELD_LIST: Final = 0.05
"""The same for a list of papers, whose qualifiers ("back up theory with experiments") are seldom said in one sentence:
below 0.2 were .53 of the 17 hand-written lists of the choosing half and .02 of 46 lists by an ORKG problem, below 0.05
.06 and 0; of the same put to another field .91 and 1, and .71 and .83."""
