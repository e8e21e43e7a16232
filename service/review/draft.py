"""A topic over a corpus -> a related-work text: paragraphs by theme, every claim quoted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from service.errors import ModelCancelled, ModelError
from service.llm import ModelRequest
from service.records import Accounting, Draft, Dropped, Filters, Sentence
from service.review.ask import cited_references
from service.review.choose import by_role
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER, claim, connective, join_names
from service.review.gate import fault
from service.review.gather import plan_for
from service.review.plan import Clause, Intent
from service.review.references import references, relabelled
from service.review.roles import Role
from service.review.select import Group, Selection, select
from service.review.support import Scope
from service.review.themes import Theme, themes
from service.review.written import remarks, spent_by, why_not_shown, write_draft

_WORDS_A_PAPER = 45
_MOST_PAPERS = 60


def draft(
    corpus: Corpus,
    coverage: Coverage,
    topic: str,
    *,
    words: int,
    filters: Filters | None = None,
    writer: ModelRequest | None = None,
) -> Draft:
    """A related-work text of about `words` words; `not_in_corpus` when the corpus does not speak of the topic.

    With a `writer` its model writes the paragraphs; where it fails, or nothing it writes passes the gate, the
    text is extractive and `dropped` says why.
    """
    started = time.monotonic()
    found = _evidence(corpus, coverage, topic, words, filters)
    failed: tuple[Dropped, ...] = ()
    spent = Accounting(COMPOSER)
    made = None
    if writer is not None and found.groups:
        papers = [g.candidate.paper for g in found.groups[: writer.sources]]
        try:
            written = write_draft(writer, topic, papers, plan=topic, words=words)
        except ModelCancelled:
            raise  # nobody waits for an answer any more
        except ModelError as error:
            failed = (Dropped("the model's draft", f"{error}; this is the extractive one"),)
            spent = spent_by(writer)
        else:
            failed, spent = why_not_shown(written, "draft"), replace(written.accounting, composer=COMPOSER)
            if written.paragraphs:
                missing = tuple(dict.fromkeys((*found.missing, *written.missing)))
                made = _draft(topic, found, written.paragraphs, missing, written.accounting, written.dropped)
    if made is None:
        told, dropped = _told(found.groups)
        paragraphs = _paragraphs(corpus, topic, [g for g in found.groups if told[_id(g)]], told, words)
        made = _draft(topic, found, paragraphs, found.missing, spent, (*failed, *dropped))
    elapsed_ms = round((time.monotonic() - started) * 1000)
    reported = (*made.dropped, *remarks(writer))
    return replace(made, dropped=reported, accounting=replace(made.accounting, elapsed_ms=elapsed_ms))


def _draft(
    topic: str,
    found: Selection,
    paragraphs: Sequence[Sequence[Sentence]],
    missing: tuple[str, ...],
    accounting: Accounting,
    dropped: tuple[Dropped, ...],
) -> Draft:
    papers = {_id(g): g.candidate.paper for g in found.groups}
    cited = dict.fromkeys(c.paper_id for p in paragraphs for s in p for c in s.citations)
    labels = references(papers[paper_id] for paper_id in cited)
    shown = tuple(relabelled(p, labels) for p in paragraphs)
    missing = missing if shown else (missing or (topic,))
    return Draft(
        topic=topic,
        status="not_in_corpus" if not shown else ("partial" if missing else "answered"),
        missing=missing,
        paragraphs=shown,
        matrix=None,
        references=cited_references(labels, [s for p in shown for s in p], None),
        accounting=accounting,
        dropped=dropped,
    )


def topic_clause(corpus: Corpus, topic: str, filters: Filters | None) -> Clause:
    """The topic as one clause that asks for a list of papers."""
    clauses = plan_for(corpus, topic, filters).clauses
    names = tuple(dict.fromkeys(n for c in clauses for n in c.names))
    facets = tuple(dict.fromkeys(f for c in clauses for f in c.facets))
    conjuncts = tuple(dict.fromkeys(p for c in clauses for p in c.conjuncts))
    return Clause(topic, Intent.LIST, names, facets, conjuncts, (Role.APPROACH,), any(c.surveys_only for c in clauses))


def _id(group: Group) -> str:
    return group.candidate.paper.paper_id


def _evidence(corpus: Corpus, coverage: Coverage, topic: str, words: int, filters: Filters | None) -> Selection:
    """The papers to tell of, each with the sentences that say what it does and what came of it."""
    papers = min(max(words // _WORDS_A_PAPER, 2), _MOST_PAPERS)
    scope = Scope(corpus, coverage, filters)
    found = select(scope, topic_clause(corpus, topic, filters), budget=papers, wide=True)
    groups = [Group(g.candidate, by_role(g.candidate, (Role.APPROACH, Role.RESULT))) for g in found.groups]
    return Selection(tuple(groups), found.missing)


def _told(groups: Sequence[Group]) -> tuple[dict[str, list[Sentence]], list[Dropped]]:
    """Each paper's sentences as they may be shown, in the abstract's order, and those the gate refuses."""
    told: dict[str, list[Sentence]] = {}
    dropped: list[Dropped] = []
    for group in groups:
        shown: list[Sentence] = []
        for index in group.chosen:
            sentence = claim(group, index, introduced=bool(shown))
            reason = fault(sentence, {_id(group): group.candidate.paper})
            if reason is None:
                shown.append(sentence)
            else:
                dropped.append(Dropped(sentence.text, reason))
        told[_id(group)] = shown
    return told, dropped


def _paragraphs(
    corpus: Corpus, topic: str, groups: Sequence[Group], told: dict[str, list[Sentence]], words: int
) -> list[list[Sentence]]:
    """One paragraph a theme. Every paper's first sentence goes in before any paper's second, as words allow."""
    if not groups:
        return []
    kept = _within(groups, told, words - 14 * max(1, len(groups) // 4))
    found = themes(corpus, [g.candidate.paper for g in groups if kept[_id(g)]], topic)
    paragraphs: list[list[Sentence]] = []
    for number, theme in enumerate(found):
        claims = [s for paper in theme.papers for s in told[paper.paper_id][: kept[paper.paper_id]]]
        paragraphs.append([_opening(theme, number, len(found)), *claims])
    return paragraphs


def _within(groups: Sequence[Group], told: dict[str, list[Sentence]], words: int) -> dict[str, int]:
    """How many sentences of each paper fit: first sentences best paper first, then second ones. At least one in all."""
    kept = dict.fromkeys(map(_id, groups), 0)
    for depth in range(max(len(s) for s in told.values())):
        for paper_id in kept:
            if kept[paper_id] != depth or depth >= len(told[paper_id]):
                continue
            size = len(told[paper_id][depth].text.split())
            if size <= words or not any(kept.values()):
                kept[paper_id] += 1
                words -= size
    return kept


def _opening(theme: Theme, number: int, of: int) -> Sentence:
    """The topic sentence of a paragraph: what its papers have in common, and which they are."""
    names, single = join_names(theme.papers), len(theme.papers) == 1
    if not theme.label and number == 0 and of > 1:
        return connective(f"A first group of papers takes up the topic: {names}.")
    if not theme.label:
        return connective(f"{'One further paper is' if single else 'Further papers are'} {names}.")
    if of == 1:
        return connective(f"Work on {theme.label} includes {names}.")
    if number == 0:
        return connective(f"One line of work concerns {theme.label}: {names}.")
    if number == of - 1:
        return connective(f"Finally, {names} {'turns' if single else 'turn'} to {theme.label}.")
    return connective(f"{'Another paper' if single else 'Another group of papers'} addresses {theme.label}: {names}.")
