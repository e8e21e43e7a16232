"""Sentences in paragraphs: where an answer opens one, and the quotes of what a synthesis sums up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from service.records import Citation, Sentence

Paragraph: TypeAlias = tuple[Sentence, ...]


def cited(sentence: Sentence) -> tuple[str, ...]:
    """The labels of a sentence, each once, in order."""
    return tuple(dict.fromkeys(citation.label for citation in sentence.citations))


def paragraphs_of(sentences: Iterable[Sentence], *, flows: bool) -> tuple[Paragraph, ...]:
    """An answer is a flat list: a connective behind a claim opens a paragraph, and so does what follows a synthesis.

    A text that nobody composed (`flows` is false) has a paragraph for each paper.
    """
    paragraphs: list[list[Sentence]] = []
    for sentence in sentences:
        if not paragraphs or _opens(sentence, paragraphs[-1], flows=flows):
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    return tuple(tuple(paragraph) for paragraph in paragraphs)


def grounded(paragraph: Iterable[Sentence], text: Sequence[Sentence]) -> Paragraph:
    """The paragraph in which a synthesis also carries the quotes of the sentences of `text` that it sums up."""

    def all_of(s: Sentence) -> tuple[Citation, ...]:
        below = (c for i in s.rests_on if i < len(text) for c in text[i].citations)
        return tuple(dict.fromkeys((*s.citations, *below)))

    return tuple(replace(s, citations=all_of(s)) if s.rests_on else s for s in paragraph)


def _opens(sentence: Sentence, paragraph: list[Sentence], *, flows: bool) -> bool:
    last = paragraph[-1]
    if sentence.kind == "connective":
        return last.kind != "connective"
    if last.kind == "synthesis" or flows:
        return last.kind == "synthesis" and sentence.kind == "claim"
    return paragraph[0].kind != "connective" and cited(sentence)[:1] != cited(last)[:1]
