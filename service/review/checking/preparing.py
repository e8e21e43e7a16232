"""A user's text and a library -> what is to be judged: all that the library is needed for, and no judgement yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service import limits
from service.annotate import AnnotatedAbstract
from service.annotate.names import mentioned_names
from service.errors import SourceTooLarge
from service.manuscript import PLACE, Entry, Manuscript, Mark, Statement
from service.records import Filters
from service.records.checks import CheckedEntry, CitedWork
from service.review.checking.bibliography import checked_entries
from service.review.checking.citation_resolver import CitableCorpus, CitationResolver, EntryList, Resolution
from service.review.checking.parts import Part, bare, parts_of
from service.review.checking.reference_sources import LibraryReferences
from service.review.checking.sentence_kinds import goes_on, why_unjudged
from service.review.evidence.model import PaperEvidence
from service.review.evidence.sentences import score_sentences
from service.review.question.model import ExpectedAnswer

About: TypeAlias = Literal["cited", "cited_before", "named", "nothing"]
Pair: TypeAlias = tuple[str, str]
"""A stretch of text and the id of a paper that it is to be judged by."""

_LEAST_NEAR: Final = 0.45
"""Relevance from which on a paper's sentence comes near to a text. Over claims/ (400 of the choosing half, a library of
1,000 papers) the nearest paper is the claim's for 9 in 10 at .42 to .49 and for nearly all above; of 240 claims beside
a library of another field 2 reach it."""
_SEARCHED: Final = 8
_NAMED: Final = 3
_QUERY_CHARS: Final = 2_000


@dataclass(frozen=True, slots=True)
class TextToCheck:
    """A text to check. `file` is only its name; `bibliography` are the entries of its .bib files.

    `filters` restrict which papers are proposed to be cited; those that are cited are looked for among all.
    """

    manuscript: Manuscript
    file: str
    bibliography: tuple[Entry, ...] = ()
    filters: Filters | None = None

    @property
    def references(self) -> tuple[Entry, ...]:
        """The text's own list of references, then its files."""
        return (*self.manuscript.entries, *self.bibliography)


@dataclass(frozen=True, slots=True)
class PreparedSentence:
    """A sentence, `text` without its citations, and what it is to be judged by.

    `about`: its `parts` stand for papers that it cites, that are cited before it, or whose systems it names.
    `elsewhere`: other papers that come near to it, each by its nearest sentence, the nearest first.
    `around`: what the paragraph cites.
    """

    statement: Statement
    text: str
    works: tuple[CitedWork, ...]
    about: About
    parts: tuple[Part, ...]
    unjudged: str | None
    elsewhere: tuple[tuple[AnnotatedAbstract, int], ...]
    around: tuple[Resolution, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is needed to judge a text, apart from any library.

    `order`: for each pair of text and paper the paper's sentences that may be quoted, nearest first.
    """

    request: TextToCheck
    sentences: tuple[PreparedSentence, ...]
    abstracts: Mapping[str, AnnotatedAbstract]
    order: Mapping[Pair, tuple[int, ...]]
    entries: EntryList
    bibliography: tuple[CheckedEntry, ...]
    elapsed_ms: int


def known_references(corpus: CitableCorpus, request: TextToCheck) -> tuple[CheckedEntry, ...]:
    """The text's references as far as the library knows them."""
    return checked_entries([LibraryReferences(corpus)], request.references)


def prepare(
    corpus: CitableCorpus,
    request: TextToCheck,
    *,
    bibliography: tuple[CheckedEntry, ...] | None = None,
    stop: Callable[[], None] = lambda: None,
) -> Prepared:
    """The sentences with their citations resolved, the abstracts they are to be judged by, and the nearest quotes.

    `bibliography`: the references, where they are checked already. `stop` is called before each sentence and may
    raise. Raises `SourceTooLarge`.
    """
    statements = request.manuscript.statements
    n, most = len(statements), limits.STATEMENTS_MAX
    if n > most:
        raise SourceTooLarge(f"{request.file!r} has {n:,} sentences, the limit is {most:,}; check it in parts")
    started = time.monotonic()
    bibliography = known_references(corpus, request) if bibliography is None else bibliography
    entries = EntryList(
        request.references, {e.key: e.paper_id for e in bibliography if e.paper_id and e.verdict != "unverified"}
    )
    reader = _Reader(corpus, CitationResolver(corpus, entries), statements, request.filters)
    sentences = []
    for statement in statements:
        stop()
        sentences.append(reader.sentence(statement))
    parts = [part for sentence in sentences for part in sentence.parts]
    abstracts = {paper_id: a for part in parts for paper_id, a in part.abstracts.items()}
    abstracts |= {a.paper.paper_id: a for sentence in sentences for a, _ in sentence.elsewhere}
    order = _nearest_first(corpus, parts, stop)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return Prepared(request, tuple(sentences), abstracts, order, entries, bibliography, elapsed_ms)


class _Reader:
    """Goes through a text in order: what a sentence goes on about was cited before it, in its paragraph."""

    def __init__(
        self,
        corpus: CitableCorpus,
        resolver: CitationResolver,
        statements: Iterable[Statement],
        filters: Filters | None,
    ) -> None:
        self._corpus = corpus
        self._filters = filters
        self._resolver = resolver
        self._marks: dict[int, list[Mark]] = {}
        for statement in statements:
            self._marks.setdefault(statement.block, []).extend(statement.marks)
        self._around: tuple[Resolution, ...] = ()
        self._block = -1
        self._before: tuple[Resolution, ...] = ()

    def sentence(self, statement: Statement) -> PreparedSentence:
        if statement.block != self._block:
            self._block, self._before = statement.block, ()
            self._around = tuple(r for mark in self._marks[statement.block] for r in self._resolved(mark))
        resolved = {mark: self._resolved(mark) for mark in statement.marks}
        found = tuple(r for of_mark in resolved.values() for r in of_mark)
        text = bare(statement)
        ends_cited = any(r.abstracts for r in found) and statement.text.rstrip(" .;:!").endswith(PLACE)
        unjudged = why_unjudged(text, cites=bool(found), ends_cited=ends_cited, names=lambda: self._named(text))
        about: About = "cited" if found else "nothing"
        parts: tuple[Part, ...] = ()
        if found:
            self._before = tuple(r for r in found if r.abstracts)
        if unjudged is None:
            about, parts = (about, parts_of(statement, resolved)) if found else self._uncited(text)
        if about == "cited_before":
            found = parts[0].resolved
        known = {paper_id for part in parts for paper_id in part.abstracts if about != "named"}
        elsewhere = self._elsewhere(text, known) if unjudged is None else ()
        works = tuple(dict.fromkeys(r.work for r in found))
        return PreparedSentence(statement, text, works, about, parts, unjudged, elsewhere, self._around)

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
        """Papers that come nearer to the text than the known ones, each with its nearest sentence, nearest first."""
        hits = self._corpus.search(text[:_QUERY_CHARS], k=_SEARCHED + len(known), filters=self._filters).hits
        found = [a for a in self._corpus.annotated([h.paper for h in hits]) if a.sentences]
        best = [scored.best for scored in _scored(self._corpus, found, text)]
        least = max((e.relevance for e in best if e.paper.paper_id in known), default=_LEAST_NEAR)
        nearer = [e for e in best if e.relevance >= max(least, _LEAST_NEAR) and e.paper.paper_id not in known]
        return tuple((e.abstract, e.index) for e in sorted(nearer, key=lambda e: -e.relevance))


def _nearest_first(
    corpus: CitableCorpus, parts: Iterable[Part], stop: Callable[[], None]
) -> dict[Pair, tuple[int, ...]]:
    """For each part and each of its papers the sentences that may be quoted, nearest first; maybe none."""
    order: dict[Pair, tuple[int, ...]] = {}
    for part in parts:
        stop()
        new = {i: a for i, a in part.abstracts.items() if (part.text, i) not in order}
        order |= {(part.text, i): () for i, a in new.items() if not a.sentences}
        abstracts = [a for a in new.values() if a.sentences]
        for scored in _scored(corpus, abstracts, part.text):
            order[part.text, scored.paper.paper_id] = tuple(e.index for e in scored.sentences)
    return order


def _scored(corpus: CitableCorpus, abstracts: Sequence[AnnotatedAbstract], text: str) -> list[PaperEvidence]:
    """The abstracts that have sentences, each with those that may be quoted, nearest to the text first."""
    vectors = corpus.vectors([a.paper for a in abstracts])
    return score_sentences(corpus, abstracts, vectors, text, ExpectedAnswer.EXPLANATION)
