"""Invented sentences of several fields, and how tests hand them to a judge."""

from __future__ import annotations

from service.annotate import AnnotatedAbstract, annotate
from service.judge import Claim
from service.records import Citation, Paper


def paper(abstract: str, title: str = "A study", key: str = "p1", *authors: str) -> AnnotatedAbstract:
    return annotate(Paper(title, abstract, key, authors=authors))


def claim(text: str, *abstracts: AnnotatedAbstract) -> Claim:
    """A claim that cites every sentence of its papers."""
    return Claim(text, tuple(citation for abstract in abstracts for citation in cited(abstract)))


def cited(abstract: AnnotatedAbstract) -> tuple[Citation, ...]:
    spans = [(i, abstract.sentences[i]) for i in range(len(abstract.sentences))]
    return tuple(Citation("", abstract.paper.paper_id, abstract.text(i), s.start, s.end) for i, s in spans)
