"""Papers on a topic -> the plan of a draft without a model: themes, and for each paper what is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.annotate.roles import Role
from service.records import Paper
from service.review.corpus import Corpus
from service.review.old_evidence import Candidate
from service.review.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.references import short_name
from service.review.sentence_roles import sentence_for
from service.review.themes import Theme, themes
from service.review.topic_papers import TopicPapers
from service.review.transitions import relating

RELATION = "relation to"
_THEME_WORDS = 9  # of the sentence that opens a paragraph
_LEAD_WORDS = 3  # that naming a paper adds to its first sentence


def outlined(corpus: Corpus, topic: str, found: TopicPapers, *, words: int, most_themes: int | None = None) -> Outline:
    """The plan of a text of about `words` words. What does not fit is left out, last papers first."""
    kept = _within(found.candidates, words)
    inside = [c for c in found.candidates if kept.get(c.paper.paper_id)]
    told = {c.paper.paper_id: _sentence(c, Role.APPROACH) for c in inside}
    grouped = themes(corpus, [c.paper for c in inside], topic, told=told, most=most_themes) if inside else []
    left_out = [
        LeftOut(c.paper.paper_id, "beyond the length asked for")
        for c in found.candidates
        if not kept.get(c.paper.paper_id)
    ]
    by_id = {c.paper.paper_id: c for c in inside}
    planned = tuple(_theme(corpus, t, by_id, kept) for t in grouped)
    return Outline(topic, planned, tuple(left_out), found.papers, found.missing)


def _theme(corpus: Corpus, theme: Theme, candidates: Mapping[str, Candidate], kept: Mapping[str, int]) -> PlannedTheme:
    sentences: list[PlannedSentence] = []
    for paper in _chained(corpus, theme.papers):
        candidate = candidates[paper.paper_id]
        sentences.append(PlannedSentence(Role.APPROACH.value, (paper.paper_id,)))
        if kept[paper.paper_id] < 2:
            continue
        approach = sentence_for(candidate, Role.APPROACH)
        related = relating(candidate, theme.papers)
        if related is not None and related[0] != approach:
            sentences.append(PlannedSentence(f"{RELATION} {short_name(related[1])}", (paper.paper_id,)))
        elif sentence_for(candidate, Role.RESULT, besides=() if approach is None else (approach,)) is not None:
            sentences.append(PlannedSentence(Role.RESULT.value, (paper.paper_id,)))
    return PlannedTheme(theme.label, tuple(sentences))


def _chained(corpus: Corpus, papers: Sequence[Paper]) -> list[Paper]:
    """The best paper first, then always the one nearest to the last: neighbours in the text are neighbours in kind."""
    vectors = {s.paper.paper_id: s.vectors.mean(axis=0) for s in corpus.sentences(papers)}
    chain, rest = [papers[0]], list(papers[1:])
    while rest:
        last = vectors[chain[-1].paper_id]
        chain.append(max(rest, key=lambda p: float(vectors[p.paper_id] @ last)))
        rest.remove(chain[-1])
    return chain


def _within(candidates: Sequence[Candidate], words: int) -> dict[str, int]:
    """How many sentences of each paper fit: what each does, best paper first, then what came of it. At least one."""
    kept: dict[str, int] = {}
    left = words - _THEME_WORDS * max(1, words // 150)
    for candidate in candidates:
        size = len(_sentence(candidate, Role.APPROACH).split()) + _LEAD_WORDS
        if size <= left or not kept:
            kept[candidate.paper.paper_id] = 1
            left -= size
    for candidate in candidates:
        approach = sentence_for(candidate, Role.APPROACH)
        result = sentence_for(candidate, Role.RESULT, besides=() if approach is None else (approach,))
        if candidate.paper.paper_id in kept and result is not None:
            size = len(candidate.sentences.text(result).split())
            if size <= left:
                kept[candidate.paper.paper_id] = 2
                left -= size
    return kept


def _sentence(candidate: Candidate, role: Role) -> str:
    index = sentence_for(candidate, role)
    return "" if index is None else candidate.sentences.text(index)
