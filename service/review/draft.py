"""A topic over a corpus -> a related-work text: paragraphs by theme, every claim quoted."""

from __future__ import annotations

import time
from collections.abc import Sequence

from service.records import Accounting, Draft, Dropped, Filters, Sentence
from service.review.ask import cited_references
from service.review.choose import choose
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER, compose_group, connective, join_names
from service.review.gate import gate
from service.review.plan import Clause, Intent
from service.review.references import references, relabelled
from service.review.roles import Role
from service.review.select import Group, Scope, Selection, select
from service.review.themes import Theme, themes

_WORDS_A_PAPER = 55
_MOST_PAPERS = 40


def draft(corpus: Corpus, coverage: Coverage, topic: str, *, words: int, filters: Filters | None = None) -> Draft:
    """A related-work text of about `words` words; `not_in_corpus` when the corpus does not speak of the topic."""
    started = time.monotonic()
    found = _evidence(corpus, coverage, topic, words, filters)
    groups = {g.candidate.paper.paper_id: g for g in found.groups}
    papers = {paper_id: g.candidate.paper for paper_id, g in groups.items()}
    paragraphs = _paragraphs(corpus, topic, list(groups.values()), words)
    kept: list[tuple[Sentence, ...]] = []
    dropped: list[Dropped] = []
    for paragraph in paragraphs:
        gated = gate(paragraph, papers)
        dropped += gated.dropped
        if any(s.kind == "claim" for s in gated.shown):
            kept.append(gated.shown)
    cited = dict.fromkeys(c.paper_id for p in kept for s in p for c in s.citations)
    labels = references(papers[paper_id] for paper_id in cited)
    shown = tuple(relabelled(p, labels) for p in kept)
    missing = found.missing if shown else (found.missing or (topic,))
    return Draft(
        topic=topic,
        status="not_in_corpus" if not shown else ("partial" if missing else "answered"),
        missing=missing,
        paragraphs=shown,
        matrix=None,
        references=cited_references(labels, [s for p in shown for s in p], None),
        accounting=Accounting(COMPOSER, elapsed_ms=round((time.monotonic() - started) * 1000)),
        dropped=tuple(dropped),
    )


def _evidence(corpus: Corpus, coverage: Coverage, topic: str, words: int, filters: Filters | None) -> Selection:
    """The papers to tell of and, for each, the sentences that say what it does and what came of it."""
    scope = Scope(corpus, coverage, filters)
    clause = topic_clause(corpus, topic, filters)
    papers = min(max(words // _WORDS_A_PAPER, 2), _MOST_PAPERS)
    found = select(scope, clause, budget=papers)
    told = Clause(topic, Intent.COMPARE, (), clause.facets, (), (Role.APPROACH, Role.RESULT), False)
    groups = [Group(g.candidate, choose(coverage, told, g.candidate, (), limit=2)) for g in found.groups]
    return Selection(tuple(g for g in groups if g.chosen), found.missing)


def topic_clause(corpus: Corpus, topic: str, filters: Filters | None) -> Clause:
    """The topic as one clause that asks for a list of papers."""
    from service.review.ask import plan_for

    clauses = plan_for(corpus, topic, filters).clauses
    names = tuple(dict.fromkeys(n for c in clauses for n in c.names))
    facets = tuple(dict.fromkeys(f for c in clauses for f in c.facets))
    return Clause(topic, Intent.LIST, names, facets, (), (Role.APPROACH,), any(c.surveys_only for c in clauses))


def _paragraphs(corpus: Corpus, topic: str, groups: Sequence[Group], words: int) -> list[list[Sentence]]:
    """One paragraph a theme, within the budget of words; the strongest paper of a theme comes first."""
    if not groups:
        return []
    by_id = {g.candidate.paper.paper_id: g for g in groups}
    found = themes(corpus, [g.candidate.paper for g in groups], topic)
    paragraphs: list[list[Sentence]] = []
    left = words
    for number, theme in enumerate(found):
        paragraph = [_opening(theme, number, len(found))]
        share = left // (len(found) - number)
        for paper in theme.papers:
            told = _fitting(compose_group(by_id[paper.paper_id]), share, first=len(paragraph) == 1)
            paragraph += told
            share -= sum(len(s.text.split()) for s in told)
            if share <= 0:
                break
        left -= sum(len(s.text.split()) for s in paragraph)
        paragraphs.append(paragraph)
    return paragraphs


def _fitting(sentences: list[Sentence], words: int, *, first: bool) -> list[Sentence]:
    """As many of the sentences as the words allow; a paragraph's first paper always gets one."""
    kept: list[Sentence] = []
    for sentence in sentences:
        size = len(sentence.text.split())
        if size > words and not (first and not kept):
            break
        kept.append(sentence)
        words -= size
    return kept


def _opening(theme: Theme, number: int, of: int) -> Sentence:
    """The topic sentence of a paragraph: what its papers have in common, and which they are."""
    names = join_names(theme.papers)
    single = len(theme.papers) == 1
    if of == 1:
        return connective(f"Work on {theme.label} includes {names}.")
    if number == 0:
        return connective(f"One line of work concerns {theme.label}: {names}.")
    if number == of - 1:
        return connective(f"Finally, {names} {'turns' if single else 'turn'} to {theme.label}.")
    return connective(f"{'Another paper' if single else 'Another group of papers'} addresses {theme.label}: {names}.")
