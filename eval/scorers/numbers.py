"""Numbers kept: the share of claims with numbers in which every number stands in the claim's true quotes.

Only what the abstract says at the cited place counts, so a fabricated quote keeps no number. A name that
holds a digit ("GPT-4", "UniME-V2") may also come from elsewhere in the cited paper, and a year in brackets
from its record. A number printed as a label is not a number of the claim.
"""

from __future__ import annotations

import re

from eval.documents.folding import fold, numbers, occurs
from eval.documents.reading import SentenceDocument
from eval.scorers.citations import MARKER, fault_of_quote
from eval.scorers.score import Score, Scorer, Submission, clip, share

_NAME = re.compile(r"(?<![\w.])[^\W\d][\w^+-]*\d[\w^+.-]*(?<![.-])")
_YEAR = re.compile(r"\((\d{4})\)")


def _lost(sentence: SentenceDocument, submission: Submission) -> list[str]:
    cited = [c for c in sentence.citations if fault_of_quote(c, submission.papers) is None]
    quotes = "\n".join(c.quote or "" for c in cited)
    papers = [submission.papers[c.paper_id or ""] for c in cited]
    known = "\n".join(f"{p.title}\n{p.abstract}" for p in papers)
    years = {str(p.year) for p in papers}
    text = MARKER.sub(lambda m: m[0] if m[0] in quotes else " ", sentence.text)
    text = _YEAR.sub(lambda m: " " if m[1] in years else m[0], fold(text))
    lost = [n for n in _NAME.findall(text) if not occurs(n, known)]
    kept = set(numbers(quotes))
    return lost + [n for n in numbers(_NAME.sub(" ", text)) if n not in kept]


def _measure(submission: Submission) -> Score:
    claims = [s for s in submission.answer.claims if numbers(s.text)]
    lost = [(s, _lost(s, submission)) for s in claims]
    reasons = tuple(f"{', '.join(ns)} not in the quotes of: {clip(s.text)!r}" for s, ns in lost if ns)
    return share(len(claims) - len(reasons), len(claims), reasons)


numbers_kept = Scorer("numbers_kept", "higher", _measure)
