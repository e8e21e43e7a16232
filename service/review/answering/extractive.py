"""The answer that needs no model: sentences of abstracts, verbatim, grouped by paper; or the nearest papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from service.records import Accounting, Answer, Matrix, Nearest, Sentence
from service.review.answering.listing import MEETS, UNCLEAR, Candidate, candidates
from service.review.answering.on_record import on_record
from service.review.answering.preparing import PreparedQuestion
from service.review.answering.selecting import leading, sentence_of, sentences_for, sides
from service.review.comparison import table_for
from service.review.comparison.agreement import agreements
from service.review.evidence.model import Evidence, Found, PaperEvidence
from service.review.question.content import content_words
from service.review.question.model import ExpectedAnswer, Query
from service.review.writing.extracts import extract
from service.review.writing.references import (
    cited_references,
    references,
    relabelled,
    relabelled_matrix,
    relabelled_points,
)
from service.text.terms import terms

COMPOSER: Final = "extractive"
_NEAREST: Final = 3
_PASSAGES: Final = 8
_ROWS: Final = 8


def extractive(prepared: PreparedQuestion) -> Answer:
    """The answer in the abstracts' own words. `uncertain`: its sentences are the nearest, and `nearest` lists them."""
    query, found, most = prepared.query, prepared.found, prepared.request.max_sentences
    if query.expects is ExpectedAnswer.RECORD and found.papers:
        return _from_record(prepared)
    if found.status == "not_in_corpus" or not _quotable(found):
        return refused(prepared, missing_parts(found))
    listed = candidates(query, found) if query.expects is ExpectedAnswer.LIST else []
    if listed:
        return _listed(prepared, listed)
    if found.status == "uncertain":
        return unsure(prepared)
    chosen = sentences_for(query, found, most=most)
    return composed(prepared, _shown(chosen), missing=_unsaid(missing_parts(found), chosen))


def refused(prepared: PreparedQuestion, missing: tuple[str, ...]) -> Answer:
    """No sentence, and the nearest papers; what is missing is the question where nothing narrower is known."""
    return composed(prepared, (), missing=missing or (prepared.request.question,))


def unsure(prepared: PreparedQuestion, missing: tuple[str, ...] = ()) -> Answer:
    """The sentences that come nearest, shown as such."""
    query, found = prepared.query, replace(prepared.found, status="uncertain")
    nearest = sentences_for(query, found, most=min(_PASSAGES, prepared.request.max_sentences))
    return _as_unsure(prepared, _shown(nearest), missing)


def _as_unsure(prepared: PreparedQuestion, sentences: Sequence[Sentence], missing: tuple[str, ...] = ()) -> Answer:
    query, found = prepared.query, replace(prepared.found, status="uncertain")
    narrower = tuple(m for m in missing_parts(found) if len(query.parts) > 1 or m != query.parts[0].text)
    answer = composed(replace(prepared, found=found), sentences, missing=missing or narrower)
    return replace(answer, status="uncertain", nearest=_nearest(query, found))


def composed(prepared: PreparedQuestion, sentences: Sequence[Sentence], *, missing: tuple[str, ...]) -> Answer:
    """An `Answer` of these sentences with its table and references; leads instead where there are none."""
    query, found = prepared.query, prepared.found
    sure = bool(sentences) and found.status == "answered"
    matrix = _matrix(query, found) if sure else None
    rows = [row.paper_id for row in matrix.rows] if matrix else []
    by_id = {p.paper.paper_id: p.paper for p in found.papers}
    cited = dict.fromkeys((*(c.paper_id for s in sentences for c in s.citations), *rows))
    labels = references(by_id[paper_id] for paper_id in cited)
    points = agreements([p.abstract for p in found.papers if p.paper.paper_id in cited]) if sure else ()
    return Answer(
        question=prepared.request.question,
        status="not_in_corpus" if not sentences else "partial" if missing else "answered",
        missing=missing,
        sentences=relabelled(sentences, labels),
        matrix=None if matrix is None else relabelled_matrix(matrix, labels),
        references=cited_references(labels, sentences, matrix),
        accounting=Accounting(COMPOSER),
        agreement=relabelled_points(points, labels),
        nearest=() if sentences else _nearest(query, found),
    )


def missing_parts(found: Found) -> tuple[str, ...]:
    """What no paper speaks of: the systems by name, and the other parts of the question."""
    said = {word.casefold() for name in found.unknown_names for word in content_words(name)}
    parts = (m for m in found.missing if not {w.casefold() for w in content_words(m)} <= said)
    return (*map(unknown, found.unknown_names), *parts)


def _unsaid(parts: Iterable[str], shown: Iterable[Evidence]) -> tuple[str, ...]:
    """The parts that have a content word which no shown sentence holds."""
    said = {term for e in shown for term in sentence_of(e).terms}
    return tuple(p for p in parts if not all(said.intersection(terms(word)) for word in content_words(p)))


def unknown(name: str) -> str:
    """The note on a system without a source."""
    return f"{name}: no paper of the library speaks of it"


def _shown(evidence: Iterable[Evidence]) -> list[Sentence]:
    """Each as an extract, labelled where its paper is not the one just quoted; none within another's quote."""
    sentences: list[Sentence] = []
    before: Evidence | None = None
    for item in evidence:
        same = before is not None and before.paper.paper_id == item.paper.paper_id
        sentence = extract(item, introduced=same, after=before.index if same and before is not None else None)
        if not any(_within(sentence, earlier) for earlier in sentences):
            sentences.append(sentence)
            before = item
    return sentences


def _within(sentence: Sentence, other: Sentence) -> bool:
    (new,), (old,) = sentence.citations, other.citations
    return new.paper_id == old.paper_id and old.start <= new.start and new.end <= old.end


def _listed(prepared: PreparedQuestion, listed: Sequence[Candidate]) -> Answer:
    """Papers that meet every qualifier, then those for which it is unclear by one sentence each; a line heads both.

    Unsure where none meets them all.
    """
    lines: list[Sentence] = []
    for meets, heading in ((True, MEETS), (False, UNCLEAR)):
        left = prepared.request.max_sentences - sum(line.kind == "claim" for line in lines)
        part = _shown([e for c in listed if c.meets is meets for e in (c.shown if meets else c.shown[:1])][:left])
        if part:
            lines += (Sentence(heading, "connective", "exact"), *part)
    if any(c.meets for c in listed):
        return composed(prepared, lines, missing=missing_parts(prepared.found))
    return _as_unsure(prepared, lines)


def _from_record(prepared: PreparedQuestion) -> Answer:
    """What the record of the paper asked about holds; of more where the question fits several equally well."""
    best = [p for p in prepared.found.papers if p.score >= prepared.found.papers[0].score][:_NEAREST]
    only = replace(prepared, found=replace(prepared.found, papers=tuple(best)))
    return refused(only, tuple(on_record(p.abstract) for p in best))


def _matrix(query: Query, found: Found) -> Matrix | None:
    if query.expects is not ExpectedAnswer.COMPARISON:
        return None
    compared = sides(query, found)[:_ROWS]
    return table_for(compared, query.aspects) if len(compared) > 1 else None


def _nearest(query: Query, found: Found) -> tuple[Nearest, ...]:
    best = [leading(query, p) for p in _quotable(found)[:_NEAREST]]
    spans = [(e.paper, e.abstract.sentences[e.index].span) for e in best]
    return tuple(Nearest(p.paper_id, p.title, p.abstract[s.start : s.end], s.start, s.end) for p, s in spans)


def _quotable(found: Found) -> list[PaperEvidence]:
    return [p for p in found.papers if p.sentences]
