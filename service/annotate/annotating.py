"""Paper -> `AnnotatedAbstract`. Pure: the same paper and version give the same annotation."""

from __future__ import annotations

from typing import Final

from service.annotate.hostile import hostile
from service.annotate.model import AnnotatedAbstract, AnnotatedSentence
from service.annotate.names import mentioned_names, own_names
from service.annotate.quantities import quantities
from service.annotate.roles import Role, roles_in
from service.records import Paper
from service.text.normal import for_search
from service.text.sentences import split_sentences
from service.text.terms import terms

VERSION: Final = 1
"""Counts up whenever the same abstract would be annotated differently: stored annotations are then made anew."""


def annotate(paper: Paper) -> AnnotatedAbstract:
    """The annotation of one abstract; linear in its length."""
    spans = split_sentences(paper.abstract)
    texts = [paper.abstract[s.start : s.end] for s in spans]
    searched = [for_search(t) for t in texts]
    roles = roles_in(searched)
    found = quantities(paper.abstract)
    sentences = tuple(
        AnnotatedSentence(
            start=span.start,
            end=span.end,
            label=None,
            search=search,
            terms=tuple(terms(search)),
            role=role,
            no_evidence="order" if hostile(text) else ("housekeeping" if role is Role.NOTE else None),
            names=tuple(mentioned_names(search)),
            quantities=tuple(q for q in found if span.start <= q.start < span.end),
        )
        for span, text, search, role in zip(spans, texts, searched, roles, strict=True)
    )
    return AnnotatedAbstract(paper, sentences, tuple(terms(paper.title)), own_names(paper.title, paper.abstract))
