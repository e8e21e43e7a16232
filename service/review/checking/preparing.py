"""A user's text and a library -> what is to be judged: all that the library is needed for, and no judgement yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service import limits
from service.annotate import AnnotatedAbstract
from service.annotate.names import mentioned_names
from service.errors import SourceTooLarge
from service.manuscript import Entry, Form, Manuscript, Mark, Statement
from service.records.checks import CitedWork
from service.review.checking.citation_resolver import CitableCorpus, CitationResolver, Resolution
from service.review.checking.entries import EntryList
from service.review.checking.parts import Part, bare, parts_of
from service.review.checking.sentence_kinds import goes_on, why_unjudged
from service.review.evidence.sentences import score_sentences
from service.review.question.model import ExpectedAnswer
from service.text.terms import STOP_TERMS, terms

About: TypeAlias = Literal["cited", "cited_before", "named", "nothing"]
Pair: TypeAlias = tuple[str, str]
"""A stretch of text and the id of a paper that it is to be judged by."""

LEAST_SHARED: Final = 0.5
"""Share of a sentence's content terms from which on a paper's sentence comes near to it."""

_SEARCHED: Final = 8
_NAMED: Final = 3
_QUERY_CHARS: Final = 2_000

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A text to check. `file` is only its name; `bibliography` are the entries of its .bib files."""

    manuscript: Manuscript
    file: str
    bibliography: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedSentence:
    """A sentence, `text` without its citations, and what it is to be judged by.

    `about`: its `parts` stand for papers that it cites, that are cited before it, or whose systems it names.
    `elsewhere`: other papers that share many of its words, each by its nearest sentence, most first.
    """

    statement: Statement
    text: str
    works: tuple[CitedWork, ...]
    about: About
    parts: tuple[Part, ...]
    unjudged: str | None
    elsewhere: tuple[tuple[AnnotatedAbstract, int], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is needed to judge a text, apart from any library.

    `order`: for each pair of text and paper the paper's sentences that may be quoted, nearest first.
    """

    file: str
    form: Form
    sentences: tuple[PreparedSentence, ...]
    abstracts: Mapping[str, AnnotatedAbstract]
    order: Mapping[Pair, tuple[int, ...]]
    entries: EntryList
    asides: tuple[str, ...]
    elapsed_ms: int


def prepare(
    corpus: CitableCorpus,
    request: CheckRequest,
    *,
    progress: Progress | None = None,
    stop: Callable[[], None] = lambda: None,
) -> Prepared:
    """The sentences with their citations resolved, the abstracts they are to be judged by, and the nearest quotes.

    `progress` hears (done, of); `stop` is called before each sentence and may raise. Raises `SourceTooLarge`.
    """
    manuscript = request.manuscript
    n = len(manuscript.statements)
    if n > limits.STATEMENTS_MAX:
        raise SourceTooLarge(
            f"{request.file!r} has {n:,} sentences, the limit is {limits.STATEMENTS_MAX:,}; check it in parts"
        )
    started = time.monotonic()
    entries = EntryList((*manuscript.entries, *request.bibliography))
    reader = _Reader(corpus, CitationResolver(corpus, entries))
    sentences = []
    for done, statement in enumerate(manuscript.statements, start=1):
        stop()
        sentences.append(reader.sentence(statement))
        if progress is not None:
            progress(done, n)
    parts = [part for sentence in sentences for part in sentence.parts]
    abstracts = {paper_id: a for part in parts for paper_id, a in part.abstracts.items()}
    abstracts |= {a.paper.paper_id: a for sentence in sentences for a, _ in sentence.elsewhere}
    return Prepared(
        file=request.file,
        form=manuscript.form,
        sentences=tuple(sentences),
        abstracts=abstracts,
        order=_nearest_first(corpus, parts, stop),
        entries=entries,
        asides=manuscript.asides,
        elapsed_ms=round((time.monotonic() - started) * 1000),
    )


class _Reader:
    """Goes through a text in order: what a sentence goes on about was cited before it, in its paragraph."""

    def __init__(self, corpus: CitableCorpus, resolver: CitationResolver) -> None:
        self._corpus = corpus
        self._resolver = resolver
        self._block = -1
        self._before: tuple[Resolution, ...] = ()

    def sentence(self, statement: Statement) -> PreparedSentence:
        if statement.block != self._block:
            self._block, self._before = statement.block, ()
        resolved = {mark: self._resolved(mark) for mark in statement.marks}
        works = tuple(dict.fromkeys(r.work for rs in resolved.values() for r in rs))
        text = bare(statement)
        unjudged = why_unjudged(text, cites=bool(works))
        about: About = "cited" if works else "nothing"
        parts: tuple[Part, ...] = ()
        if works:
            self._before = tuple(r for rs in resolved.values() for r in rs if r.abstracts)
            parts = parts_of(statement, resolved) if unjudged is None else ()
        elif unjudged is None:
            about, parts = self._uncited(text)
            works = tuple(dict.fromkeys(r.work for part in parts for r in part.resolved if about == "cited_before"))
        known = {paper_id for part in parts for paper_id in part.abstracts if about != "named"}
        elsewhere = self._elsewhere(text, known) if unjudged is None else ()
        return PreparedSentence(statement, text, works, about, parts, unjudged, elsewhere)

    def _uncited(self, text: str) -> tuple[About, tuple[Part, ...]]:
        """What a sentence without a citation may be about: what is cited before it, or a system that it names."""
        named = self._named(text)
        again = tuple(r for r in self._before if {a.paper for a in r.abstracts} & {r.abstracts[0].paper for r in named})
        before = again or (self._before if goes_on(text) else ())
        if before:
            return "cited_before", (Part(text, before),)
        return ("named", (Part(text, named),)) if named else ("nothing", ())

    def _resolved(self, mark: Mark) -> tuple[Resolution, ...]:
        """What a citation leads to; a footnote that leads nowhere is a footnote."""
        found = [(cited, self._resolver.resolve(cited)) for cited in mark.cited]
        return tuple(r for cited, r in found if r.abstracts or cited.kind != "note")

    def _named(self, text: str) -> tuple[Resolution, ...]:
        """The papers that coin the names of systems in a sentence."""
        coined = [self._corpus.named(name, n=1, filters=None).coined[:1] for name in mentioned_names(text)[:_NAMED]]
        papers = list({p.paper_id: p for found in coined for p in found}.values())
        return tuple(
            Resolution(CitedWork("", "found", a.paper.paper_id, a.paper.title), (a,))
            for a in self._corpus.annotated(papers)
        )

    def _elsewhere(self, text: str, known: set[str]) -> tuple[tuple[AnnotatedAbstract, int], ...]:
        """Papers, other than the known ones, of which one sentence has at least half of the text's content terms."""
        wanted = frozenset(terms(text)) - STOP_TERMS
        if not wanted:
            return ()
        least = LEAST_SHARED * len(wanted)
        papers = self._corpus.with_words(text[:_QUERY_CHARS], n=_SEARCHED, filters=None)
        papers = tuple(p for p in papers if p.paper_id not in known and len(wanted & set(terms(p.abstract))) >= least)
        near = []
        for abstract in self._corpus.annotated(papers):
            shares = [(len(wanted & set(abstract.sentences[i].terms)), -i) for i in abstract.evidence]
            most, index = max(shares, default=(0, 0))
            if most >= least:
                near.append((most, abstract, -index))
        return tuple((abstract, i) for _, abstract, i in sorted(near, key=lambda found: -found[0]))


def _nearest_first(
    corpus: CitableCorpus, parts: Iterable[Part], stop: Callable[[], None]
) -> dict[Pair, tuple[int, ...]]:
    """For each part and each of its papers the sentences that may be quoted, nearest first."""
    order: dict[Pair, tuple[int, ...]] = {}
    for part in parts:
        stop()
        abstracts = [a for paper_id, a in part.abstracts.items() if (part.text, paper_id) not in order]
        vectors = corpus.vectors([a.paper for a in abstracts])
        for scored in score_sentences(corpus, abstracts, vectors, part.text, ExpectedAnswer.EXPLANATION):
            order[part.text, scored.paper.paper_id] = tuple(e.index for e in scored.sentences)
    return order
