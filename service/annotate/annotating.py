"""Paper -> `AnnotatedAbstract`. Pure: the same paper and version give the same annotation."""

from __future__ import annotations

from typing import Final

from service.annotate.labels import labelled
from service.annotate.model import AnnotatedAbstract, AnnotatedSentence
from service.annotate.names import names_in, own_names_in
from service.annotate.no_evidence import no_evidence
from service.annotate.quantities import quantities
from service.annotate.rhetorical_roles import RhetoricalRole, rhetorical_roles
from service.records import Paper
from service.text.normal import for_search
from service.text.sentences import split_sentences
from service.text.terms import terms_of

VERSION: Final = 4
"""Counts up whenever the same abstract would be annotated differently: stored annotations are then made anew."""


def annotate(paper: Paper) -> AnnotatedAbstract:
    """The annotation of one abstract; linear in its length."""
    abstract = paper.abstract
    parts = labelled(abstract, split_sentences(abstract))
    searched = [for_search(abstract[part.start : part.end]) for part in parts]
    reasons = [no_evidence(abstract[part.start : part.end], part.section) for part in parts]
    terms = [tuple(terms_of(search)) for search in searched]
    roles = rhetorical_roles(searched, terms, [part.section for part in parts])
    found = quantities(abstract)
    sentences = tuple(
        AnnotatedSentence(
            start=part.start,
            end=part.end,
            label=part.label,
            search=search,
            terms=words,
            role=RhetoricalRole.NOTE if reason else role,
            no_evidence=reason,
            names=tuple(names_in(search)),
            quantities=tuple(q for q in found if part.start <= q.start < part.end),
        )
        for part, search, words, reason, role in zip(parts, searched, terms, reasons, roles, strict=True)
    )
    title = for_search(paper.title)
    return AnnotatedAbstract(paper, sentences, tuple(terms_of(title)), own_names_in(title, searched))
