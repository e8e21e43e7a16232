"""A topic, or a topic and the author's own abstract -> the papers a draft can tell of, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.annotate.roles import Role
from service.records import Paper
from service.review.choose import introduces
from service.review.corpus import Corpus
from service.review.gather import plan_for
from service.review.old_evidence import Candidate, find_system, score
from service.review.plan import Clause, Intent
from service.review.select import select
from service.review.sentence_roles import sentence_for
from service.review.support import LEAST_COSINE, Scope
from service.text.normal import title_key

_NEAR = 0.55  # of the best paper's cosine with the topic: further off, a paper only shares words with it
_HITS = 100
_SPEAKS = 0.45  # cosine of a sentence with title and abstract from which a paper speaks of the same matter
_QUERY_CHARS = 4000
_TOLD = (Role.APPROACH, Role.RESULT)


@dataclass(frozen=True, slots=True, eq=False)
class TopicPapers:
    """Papers with their sentences scored, best first. None: the corpus does not speak of the topic."""

    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]

    @property
    def papers(self) -> dict[str, Paper]:
        """The papers by id, in order."""
        return {c.paper.paper_id: c.paper for c in self.candidates}

    def of(self, paper_id: str) -> Candidate:
        return next(c for c in self.candidates if c.paper.paper_id == paper_id)


def topic_papers(scope: Scope, topic: str, *, most: int, abstract: str | None = None) -> TopicPapers:
    """At most `most` papers on a topic that say what they do.

    With the author's `abstract`, papers are looked for by topic and abstract together, and the topic may be the
    title of that work: the paper itself is left out, and a system that only it names is not missed.
    """
    clause = topic_clause(scope, topic)
    if abstract is None:
        found = select(scope, clause, budget=most, wide=True)
        candidates = score(scope.corpus, [g.candidate.paper for g in found.groups], topic, _TOLD)
        top = max((c.best for c in candidates), default=0.0)
        near = [c for c in candidates if c.best >= max(LEAST_COSINE, _NEAR * top)]
        return TopicPapers(tuple(c for c in near if _tells(c)), found.missing)
    return _around(scope, clause, abstract, most)


def topic_clause(scope: Scope, topic: str) -> Clause:
    """The topic as one clause that asks for a list of papers."""
    clauses = plan_for(scope.corpus, topic, scope.filters).clauses
    names = tuple(dict.fromkeys(n for c in clauses for n in c.names))
    facets = tuple(dict.fromkeys(f for c in clauses for f in c.facets))
    conjuncts = tuple(dict.fromkeys(p for c in clauses for p in c.conjuncts))
    return Clause(topic, Intent.LIST, names, facets, conjuncts, (Role.APPROACH,), any(c.surveys_only for c in clauses))


def scored(corpus: Corpus, papers: list[Paper], topic: str) -> tuple[Candidate, ...]:
    """The papers of a plan, with their sentences scored for its topic."""
    return tuple(score(corpus, papers, topic, _TOLD))


def _around(scope: Scope, clause: Clause, abstract: str, most: int) -> TopicPapers:
    """Papers near title and abstract together; what neither the topic nor the abstract reaches is not on it."""
    unknown = [n for n in clause.names if find_system(scope.corpus, n, scope.filters).unknown]
    topic = clause.text
    for name in unknown:
        topic = re.sub(rf"(?<!\w){re.escape(name)}(?!\w):?", " ", topic)
    query = " ".join(f"{clause.text} {abstract}".split())[:_QUERY_CHARS]
    hits = scope.corpus.search(query, k=min(_HITS, max(3 * most, 20)), filters=scope.filters).hits
    papers = [h.paper for h in hits if title_key(h.paper.title) != title_key(clause.text)]
    papers = [p for p in papers if title_key(p.abstract) != title_key(abstract)]
    near = {c.paper.paper_id for c in score(scope.corpus, papers, query, _TOLD) if c.best >= _SPEAKS}
    candidates = [c for c in score(scope.corpus, papers, " ".join(topic.split()) or query, _TOLD) if _tells(c)]
    kept = [c for c in candidates if c.paper.paper_id in near or c.best >= _SPEAKS]
    missing = () if kept else (replace(clause).text,)
    return TopicPapers(tuple(kept[:most]), missing)


def _tells(candidate: Candidate) -> bool:
    """Whether some sentence says what the paper does, so that a draft has something to tell of it."""
    told = sentence_for(candidate, Role.APPROACH)
    return told is not None and (introduces(candidate, told) or candidate.roles[told] is not Role.PROBLEM)
