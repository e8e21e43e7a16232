"""A library for each field of ../shared/data/claims: its hand-questioned papers among real ones of the same sources.

Built once and kept in a folder, because embedding a thousand abstracts takes minutes.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from eval.datasets.corpora import shared
from eval.datasets.jsonl import records
from eval.datasets.questions import FIELDS, FieldName, paper_of
from eval.datasets.questions import papers_of as field_papers
from service.annotate import AnnotatedAbstract, annotate
from service.library import Library
from service.records import Filters, Hit, Paper, SearchResult
from service.review.evidence.corpus import NamedPapers, Vectors
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings
from service.text.normal import title_key
from service.text.terms import terms

__all__ = ["DATA", "FIELDS", "RecordedCorpus", "library", "papers_of", "records"]
DATA = shared() / "data"


def library(field: str, folder: Path, data: Path = DATA) -> Library:
    """The field's library, imported and embedded where `folder` does not hold it yet."""
    path = folder / field
    ready = path / "ready"
    opened = Library.open(Settings(library=path), create=True)
    if not ready.exists():
        opened.import_papers(papers_of(field, data))
        ready.touch()
    return opened


def papers_of(field: str, data: Path = DATA) -> list[Paper]:
    """As the evaluation has them; `orkg` gives every paper of the groups, `arxiv-listed` (acl-listed, ...) the hundred
    over which list questions are asked."""
    if field == "orkg":
        return [paper_of(p) for g in records(data / "orkg_groups/groups.jsonl") for p in g["papers"]]
    if field.endswith("-listed"):
        listed = field.removesuffix("-listed")
        return [paper_of(r) for r in records(data / "claims/papers.jsonl") if r["corpus"] == listed and r["n"] >= 100]
    return field_papers(cast(FieldName, field), data)


class RecordedCorpus:
    """The `Corpus` of a field's library that keeps every answer in a file, so that a rule can be tried in seconds.

    Papers of `without` are as if they were not there; those of `untitled` have lost their titles, which for PubMedQA
    are the questions.
    """

    papers: dict[str, Paper]
    _vectors: dict[str, Vectors]
    _searches: dict[tuple[str, int], list[tuple[str, float]]]
    _words: dict[tuple[str, int], list[str]]
    _embedded: dict[str, Vectors]
    _named: dict[tuple[str, int], tuple[list[str], list[str]]]

    def __init__(self, field: str, folder: Path) -> None:
        self._field, self._folder = field, folder
        self._path = folder / f"{field}.pickle"
        self._library: LibraryCorpus | None = None
        if self._path.exists():
            kept = pickle.loads(self._path.read_bytes())
            self.papers, self._vectors, self._searches, self._words, self._embedded, self._named = kept
        else:
            opened = library(field, folder)
            papers = list(opened.papers())
            self.papers = {p.paper_id: p for p in papers}
            units = opened.sentences(papers)
            of_papers = zip(papers, units, strict=True)
            self._vectors = {p.paper_id: u.vectors for p, u in of_papers if u.vectors is not None}
            self._searches, self._words, self._embedded, self._named = {}, {}, {}, {}
            self._library = LibraryCorpus(opened)
        self.by_title = {title_key(p.title): p for p in self.papers.values()}
        self._frequencies: Counter[str] = Counter()
        self._annotated: dict[str, AnnotatedAbstract] = {}
        self.without: frozenset[str] = frozenset()
        self.untitled: frozenset[str] = frozenset()

    def save(self) -> None:
        self._path.write_bytes(
            pickle.dumps((self.papers, self._vectors, self._searches, self._words, self._embedded, self._named))
        )

    def live(self) -> LibraryCorpus:
        if self._library is None:
            self._library = LibraryCorpus(library(self._field, self._folder))
        return self._library

    def count(self) -> int:
        return len(self.papers)

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:  # noqa: ARG002
        asked = k + 1
        if (query, asked) not in self._searches:
            hits = self.live().search(query, k=asked, filters=None).hits
            self._searches[query, asked] = [(h.paper.paper_id, h.score) for h in hits]
        found = self._searches[query, asked]
        kept = [(self._shown(i), score) for i, score in found if i not in self.without][:k]
        return SearchResult(query, tuple(Hit(p, score, ()) for p, score in kept))

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:  # noqa: ARG002
        asked = n + 1
        if (text, asked) not in self._words:
            papers = self.live().with_words(text, n=asked, filters=None)
            self._words[text, asked] = [p.paper_id for p in papers]
        kept = (i for i in self._words[text, asked] if i not in self.without)
        return tuple(map(self._shown, kept))[:n]

    def annotated(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        keys = [f"{p.paper_id}{'' if p.title else ' untitled'}" for p in papers]
        for key, paper in zip(keys, papers, strict=True):
            if key not in self._annotated:
                self._annotated[key] = annotate(paper)
        return [self._annotated[key] for key in keys]

    def vectors(self, papers: Sequence[Paper]) -> list[Vectors]:
        found = []
        for paper, abstract in zip(papers, self.annotated(papers), strict=True):
            texts = [abstract.text(i) for i in range(len(abstract.sentences))]
            found.append(self._vectors[paper.paper_id] if paper.title else self.embed(texts))
        return found

    def embed(self, texts: Sequence[str]) -> Vectors:
        kept = self._embedded
        new = [t for t in dict.fromkeys(texts) if t not in kept]
        if new:
            kept.update(zip(new, self.live().embed(new), strict=True))
        return np.stack([kept[t] for t in texts])

    def year_span(self) -> tuple[int, int] | None:
        years = [p.year for p in self.papers.values() if p.year is not None]
        return (min(years), max(years)) if years else None

    def document_frequency(self, term: str) -> int:
        if not self._frequencies:
            self._frequencies.update(t for i in self.papers for t in self._terms(i))
        return self._frequencies[term] - sum(term in self._terms(i) for i in self.without)

    def name_frequency(self, name: str) -> int:
        return min((self.document_frequency(t) for t in terms(name)), default=0)

    def named(self, name: str, *, n: int, filters: Filters | None) -> NamedPapers:  # noqa: ARG002
        if (name, n) not in self._named:
            found = self.live().named(name, n=n, filters=None)
            ids = ([p.paper_id for p in found.coined], [p.paper_id for p in found.mentioned])
            self._named[name, n] = ids
        coined, mentioned = (
            tuple(self._shown(i) for i in ids if i not in self.without) for ids in self._named[name, n]
        )
        return NamedPapers(coined, mentioned)

    def _shown(self, paper_id: str) -> Paper:
        paper = self.papers[paper_id]
        return replace(paper, title="") if paper_id in self.untitled else paper

    def _terms(self, paper_id: str) -> set[str]:
        paper = self.papers[paper_id]
        return set(terms(f"{paper.title} {paper.abstract}"))
