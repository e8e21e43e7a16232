"""Labels well formed: the share of labels, in citations and references, that are one plain mark each.

A label is a number or a short word without brackets, commas or spaces, and stands in the reference list once.
`[1, 2]` is two citations (citation_validity checks both) and one ill-formed label.
"""

from __future__ import annotations

import re
from collections import Counter

from eval.scorers.score import Score, Scorer, Submission, share

_PLAIN = re.compile(r"[^\W_](?:[\w.+:-]{0,30}\w)?")


def _measure(submission: Submission) -> Score:
    answer = submission.answer
    listed = Counter(r.label or "" for r in answer.references)
    labels = [c.label or "" for c in answer.citations()]
    faults = [_fault(label, listed[label]) for label in labels]
    faults += [_fault(r.label or "", listed[r.label or ""]) for r in answer.references]
    reasons = tuple(f for f in faults if f)
    return share(len(faults) - len(reasons), len(faults), reasons)


def _fault(label: str, listed: int) -> str | None:
    if not _PLAIN.fullmatch(label):
        return f"{label[:40]!r} is no plain label"
    return None if listed == 1 else f"label {label!r} stands in the reference list {listed} times"


labels_formed = Scorer("labels_formed", "higher", _measure)
