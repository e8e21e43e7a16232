"""The author's own abstract -> the sentence that closes a related-work text.

It comes from a file of the author's, not from the corpus. So it is no claim among the others: it cites no
reference, stands apart in the document, and carries the quote and offsets of the author's own text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from service.annotate.roles import Role
from service.records import OwnWork, Paper
from service.review.choose import defining
from service.review.corpus import Corpus, PaperSentences
from service.review.old_evidence import score
from service.review.outline import PlannedTheme
from service.review.rewrite import without_item, without_opening
from service.review.themes import bears
from service.text.normal import for_display
from service.text.sentences import split_sentences

_SMALL = re.compile(r"^(?:We|Our|This|The|In|A|An|Here)\b")


def own_work(corpus: Corpus, abstract: str, themes: Sequence[PlannedTheme]) -> OwnWork | None:
    """The sentence with which the author's abstract introduces the work; `None` where it has none.

    It is led over to by the titles of those themes that the abstract speaks of itself.
    """
    spans = tuple(split_sentences(abstract))
    if not spans:
        return None
    own = Paper("", abstract, "own")
    vectors = corpus.embed([abstract[s.start : s.end] for s in spans])
    alone = _Alone(corpus, PaperSentences(own, spans, np.asarray(vectors)))
    candidate = score(alone, [own], abstract[:500], (Role.APPROACH,))
    if not candidate:
        return None
    span = candidate[0].sentences.spans[defining(candidate[0])]
    quote = abstract[span.start : span.end]
    text = without_opening(without_item(for_display(quote)))
    titles = [t.title for t in themes if t.title and bears(own, t.title)][:2]
    lead = f"In the line of work on {' and '.join(titles)}" if titles else "Against this background"
    small = text[:1].lower() + text[1:] if _SMALL.match(text) else text
    return OwnWork(f"{lead}, {small}", quote, span.start, span.end)


class _Alone:
    """One text outside the corpus, scored by the corpus's own measures."""

    def __init__(self, corpus: Corpus, sentences: PaperSentences) -> None:
        self._corpus = corpus
        self._sentences = sentences
        self.embed = corpus.embed
        self.document_frequency = corpus.document_frequency
        self.count = corpus.count
        self.search = corpus.search
        self.with_words = corpus.with_words

    def sentences(self, papers: Sequence[Paper]) -> list[PaperSentences]:
        return [self._sentences for _ in papers]
