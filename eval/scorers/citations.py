"""Citation validity: the share of citations that hold in every respect. Higher is better."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from eval.documents.folding import fold, title_identity
from eval.documents.reading import AnswerDocument, CitationDocument, SentenceDocument
from eval.scorers.score import Score, Scorer, StoredPaper, Submission, share

_MANY = re.compile(r"\[?\s*([^\s,;\[\]]+(?:\s*[,;]\s*[^\s,;\[\]]+)*)\s*\]?")
MARKER = re.compile(r"\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]")
"""Labels as they are printed: `[3]`, `[1, 2]`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One citation under one label; `fault` is None when it holds."""

    citation: CitationDocument
    label: str
    fault: str | None


def check(citation: CitationDocument, answer: AnswerDocument, papers: Mapping[str, StoredPaper]) -> tuple[Checked, ...]:
    """The citation once for each label it bears: `[1, 2]` is two citations, and each must hold."""
    quote_fault = fault_of_quote(citation, papers)
    return tuple(
        Checked(citation, label, quote_fault or _fault_of_label(label, citation, answer, papers))
        for label in _labels(citation.label, answer)
    )


def holds(citation: CitationDocument, submission: Submission) -> bool:
    """Whether a citation is valid under every label it bears."""
    return all(c.fault is None for c in check(citation, submission.answer, submission.papers))


def fault_of_quote(citation: CitationDocument, papers: Mapping[str, StoredPaper]) -> str | None:
    """Why the quote isn't `abstract[start:end]` of a paper in the library; None when it is."""
    if citation.paper_id is None or citation.paper_id not in papers:
        return f"no paper {citation.paper_id!r} in the library"
    if citation.start is None or citation.end is None or citation.quote is None:
        return "no readable quote with offsets"
    abstract = papers[citation.paper_id].abstract
    # A negative offset counts from the end in Python, so a slice alone would let it pass.
    if not 0 <= citation.start < citation.end <= len(abstract):
        return f"offsets {citation.start}:{citation.end} outside the abstract of {len(abstract)} characters"
    if abstract[citation.start : citation.end] != citation.quote:
        return "the quote isn't what stands at its offsets"
    return None if fold(citation.quote) else "the quote is blank"


def stray_markers(sentence: SentenceDocument) -> tuple[str, ...]:
    """Labels printed in a sentence as `[3]` that it does not cite; what its quotes print is not a label."""
    quotes = " ".join(c.quote or "" for c in sentence.citations)
    printed = [m for m in MARKER.findall(sentence.text) if m not in quotes]
    cited = {part for c in sentence.citations for part in re.findall(r"\w+", c.label or "")}
    return tuple(label for marker in printed for label in re.findall(r"\d+", marker) if label not in cited)


def _labels(label: str | None, answer: AnswerDocument) -> tuple[str, ...]:
    if label is None or any(r.label == label for r in answer.references):
        return (label or "",)
    match = _MANY.fullmatch(label)
    return tuple(re.split(r"\s*[,;]\s*", match[1])) if match else (label,)


def _fault_of_label(
    label: str, citation: CitationDocument, answer: AnswerDocument, papers: Mapping[str, StoredPaper]
) -> str | None:
    found = [r for r in answer.references if r.label == label]
    if len(found) != 1:
        return f"label {label!r} names {len(found)} references"
    if found[0].paper_id != citation.paper_id:
        return f"label {label!r} is {found[0].paper_id!r} in the references, not {citation.paper_id!r}"
    stored = papers[citation.paper_id or ""].title
    if title_identity(found[0].title or "") != title_identity(stored):
        return f"reference {label!r} bears another title than the paper"
    return None


def _measure(submission: Submission) -> Score:
    checked = [
        c for citation in submission.answer.citations() for c in check(citation, submission.answer, submission.papers)
    ]
    stray = [label for s in submission.answer.body for label in stray_markers(s)]
    reasons = [f"citation [{c.label}]: {c.fault}" for c in checked if c.fault]
    reasons += [f"[{label}] is printed but not cited" for label in stray]
    valid = sum(c.fault is None for c in checked)
    return share(valid, len(checked) + len(stray), tuple(reasons))


citation_validity = Scorer("citation_validity", "higher", _measure)
