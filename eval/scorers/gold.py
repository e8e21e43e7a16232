"""Gold papers: which of the expected papers the claims cite, and which of the cited ones were expected.

A cited id that isn't in the library counts against precision. Silence recalls nothing and has no precision.
"""

from __future__ import annotations

from eval.documents.folding import title_identity
from eval.scorers.score import UNSCORED, Score, Scorer, Submission, share


def _cited(submission: Submission) -> set[str]:
    return {c.paper_id or "" for s in submission.answer.claims for c in s.citations}


def _title(paper_id: str, submission: Submission) -> str | None:
    paper = submission.papers.get(paper_id)
    return None if paper is None else title_identity(paper.title)


def _recall(submission: Submission) -> Score:
    cited = {_title(paper_id, submission) for paper_id in _cited(submission)}
    gold = {title_identity(t): t for t in submission.case.gold}
    missed = tuple(f"not cited: {title}" for key, title in gold.items() if key not in cited)
    return share(len(gold) - len(missed), len(gold), missed)


def _precision(submission: Submission) -> Score:
    if not submission.case.gold:
        return UNSCORED
    gold = {title_identity(t) for t in submission.case.gold}
    cited = _cited(submission)
    stray = sorted(p for p in cited if _title(p, submission) not in gold)
    known = submission.papers
    reasons = tuple(f"not gold: {known[p].title if p in known else repr(p)}" for p in stray)
    return share(len(cited) - len(stray), len(cited), reasons)


gold_recall = Scorer("gold_recall", "higher", _recall)
gold_precision = Scorer("gold_precision", "higher", _precision)
