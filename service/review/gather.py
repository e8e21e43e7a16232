"""Question -> plan and evidence: the part of answering that is the same whoever composes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.annotate.names import name_key, own_names
from service.records import Filters, Paper
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.old_evidence import score
from service.review.plan import Lexicon, Plan, plan_question
from service.review.select import Group, Selection, select
from service.review.support import LEAST_COSINE, Scope
from service.text.terms import terms

_MOST_LOOKUPS = 80  # of phrases that might be names, for one question: a long list of tokens must not cost minutes
_NAME_PAPERS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A question's plan, the sentences that answer it in groups a paper, and what nothing answers."""

    plan: Plan
    groups: tuple[Group, ...]
    missing: tuple[str, ...]

    @property
    def papers(self) -> dict[str, Paper]:
        """The groups' papers by id, in order."""
        return {g.candidate.paper.paper_id: g.candidate.paper for g in self.groups}


def gather(
    corpus: Corpus, coverage: Coverage, question: str, *, max_sentences: int, filters: Filters | None
) -> Gathered:
    """Evidence of at most `max_sentences` sentences for a question."""
    plan = plan_for(corpus, question, filters)
    scope = Scope(corpus, coverage, filters, plan.left_out)
    budget = max(max_sentences // len(plan.clauses), 1)
    selections: list[Selection] = []
    for clause in plan.clauses:
        earlier = [g for s in selections for g in s.groups]
        named = any(c.names for c in plan.clauses[: len(selections)])
        selections.append(select(scope, clause, budget=budget, earlier=earlier, follows_names=named))
    groups = _merged([g for s in selections for g in s.groups], max_sentences)
    missing = tuple(dict.fromkeys(m for s in selections for m in s.missing))
    return Gathered(plan, tuple(groups), missing if groups or missing else (question,))


def plan_for(corpus: Corpus, question: str, filters: Filters | None) -> Plan:
    """The plan, with the corpus's own systems recognised by name."""

    looked_up: dict[str, bool] = {}

    def known(phrase: str) -> bool:
        key = name_key(phrase)
        if key not in looked_up:
            if len(looked_up) >= _MOST_LOOKUPS:
                return False
            papers = corpus.with_words(phrase, n=_NAME_PAPERS, filters=filters)
            looked_up[key] = any(key in own_names(p.title, p.abstract).keys for p in papers)
        return looked_up[key]

    def frequency(word: str) -> int:
        return min((corpus.document_frequency(t) for t in terms(word)), default=0)

    return plan_question(question, lexicon=Lexicon(known, frequency))


def reading_list(corpus: Corpus, gathered: Gathered, *, most: int, filters: Filters | None) -> list[Paper]:
    """The papers a model is given: those of the evidence first, then the next best that are related at all.

    Empty when nothing was selected and the question names only what the corpus does not know, or nothing in
    the corpus is related: then no model needs to be asked.
    """
    papers = gathered.papers
    unknown = set(gathered.missing) & set(gathered.plan.names)
    if not papers and gathered.plan.names and unknown == set(gathered.plan.names):
        return []
    found = corpus.search(gathered.plan.question, k=most, filters=filters)
    related = score(corpus, [h.paper for h in found.hits], gathered.plan.question, ())
    for candidate in related:
        if candidate.best >= LEAST_COSINE + 0.1:
            papers.setdefault(candidate.paper.paper_id, candidate.paper)
    return list(papers.values())[:most]


def _merged(groups: Sequence[Group], max_sentences: int) -> list[Group]:
    """One group a paper, first mention first, within the limit: no sentence is told twice."""
    merged: dict[str, Group] = {}
    for group in groups:
        key = group.candidate.paper.paper_id
        earlier = merged.get(key)
        chosen = set(group.chosen) | (set(earlier.chosen) if earlier else set())
        merged[key] = Group((earlier or group).candidate, tuple(sorted(chosen)))
    kept: list[Group] = []
    left = max_sentences
    for group in merged.values():
        if left > 0:
            kept.append(Group(group.candidate, group.chosen[:left]))
            left -= len(kept[-1].chosen)
    return kept
