"""Papers are found by words and by meaning, filtered, and quoted by the sentence that matches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from service.catalog import Units
from service.errors import IndexUnavailable, QueryError, UsageError
from service.index import retrieval
from service.index.fusion import Candidates, Stack, Tuning, fused, in_order
from service.index.quoting import QueryWords, passages
from service.index.retrieval import Retriever
from service.records import Filters, Paper, Span
from service.text.sentences import split_sentences
from service.text.terms import terms

Vectors = NDArray[np.float32]

AXES = {"reward": 0, "prize": 0, "cell": 1, "volcano": 2, "image": 3, "lava": 2}
"""A toy meaning: "prize" means the same as "reward", "lava" as "volcano"; other words mean nothing."""


class ToyEmbedder:
    name, dimension = "toy", 5

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in terms(text):
                row[AXES.get(word, 4)] += 1 if word in AXES else 0.1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(norms == 0, 1, norms)


class Shelf:
    """Catalog, vector index and word index of a few papers, by brute force."""

    def __init__(self, *papers: Paper, embedded: bool = True) -> None:
        self.papers = {p.paper_id: p for p in papers}
        self.embedded = embedded

    def count(self, filters: Filters | None = None) -> int:
        return len(self.matching(filters) if filters else self.papers)

    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        return {p: self.papers[p] for p in paper_ids if p in self.papers}

    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        def passes(paper: Paper) -> bool:
            if filters.paper_ids and paper.paper_id not in filters.paper_ids:
                return False
            return filters.year_from is None or (paper.year or 0) >= filters.year_from

        pool = self.papers if among is None else among
        return frozenset(p for p in pool if passes(self.papers[p]))

    def vectors_of(self, filters: Filters) -> tuple[list[str], Vectors]:
        units = self.chunks(sorted(self.matching(filters)))
        embedded = {p: u.vectors for p, u in units.items() if u.vectors is not None}
        rows = [p for p, vectors in embedded.items() for _ in vectors]
        return rows, np.concatenate(list(embedded.values())) if rows else np.zeros((0, 0), np.float32)

    def revision(self) -> int:
        return 0

    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return self.sentences(paper_ids)

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        found = {}
        for paper in self.papers_by_id(paper_ids).values():
            spans = split_sentences(paper.abstract)
            texts = [paper.abstract[s.start : s.end] for s in spans]
            found[paper.paper_id] = Units(spans, ToyEmbedder().embed(texts) if self.embedded else None)
        return found

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        units = self.chunks(self.papers) if self.embedded else {}
        scored = [
            (f"{p}:{i}", float(v @ vector))
            for p, u in units.items()
            if u.vectors is not None
            for i, v in enumerate(u.vectors)
        ]
        return sorted(scored, key=lambda pair: -pair[1])[:n]

    def search(
        self, query_terms: Sequence[str], n: int, *, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        asked = set(query_terms)
        pool = [p for p in self.papers.values() if among is None or p.paper_id in among]
        scored = {p.paper_id: len(asked & set(terms(f"{p.title} {p.abstract}"))) / len(asked) for p in pool}
        return sorted(((p, s) for p, s in scored.items() if s), key=lambda pair: -pair[1])[:n]

    def doc_freq(self, term: str) -> int:
        return sum(term in terms(f"{p.title} {p.abstract}") for p in self.papers.values())


REWARD = Paper("Reward", "Much is known. We learn a reward. Code is here.", "r", year=2023)
CELL = Paper("Cell", "A cell grows. It divides.", "c", year=2024)
VOLCANO = Paper("Volcano", "The volcano erupts. Ash falls.", "v")


def _retriever(*papers: Paper, embedded: bool = True) -> Retriever:
    shelf = Shelf(*papers, embedded=embedded)
    return Retriever(shelf, shelf, shelf, ToyEmbedder())


ALL = _retriever(REWARD, CELL, VOLCANO)


def test_a_paper_is_found_by_a_word_and_quoted_by_its_sentence() -> None:
    """The quote is the abstract's own text at its offsets."""
    best = ALL.search("reward", k=1).hits[0]
    assert best.paper is REWARD
    assert best.best.quote == "We learn a reward."
    assert (best.best.start, best.best.end) == (15, 33)


def test_a_paper_is_found_by_meaning_alone() -> None:
    """No paper holds the word "prize"."""
    assert ALL.search("prize", k=1).hits[0].paper is REWARD


def test_a_paper_is_found_by_words_while_nothing_is_embedded() -> None:
    """Text is searchable as soon as it is committed, and quoted too."""
    result = _retriever(REWARD, CELL, VOLCANO, embedded=False).search("volcano erupts", k=1)
    assert [(h.paper.paper_id, h.best.quote) for h in result.hits] == [("v", "The volcano erupts.")]


def test_a_hit_carries_all_its_sentences_best_first_scored_in_zero_to_one() -> None:
    (hit,) = ALL.search("reward", k=1).hits
    scores = [p.score for p in hit.passages]
    assert {p.quote for p in hit.passages} == {"Much is known.", "We learn a reward.", "Code is here."}
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


def test_a_search_without_quotes_finds_the_same_papers_alike() -> None:
    plain = ALL.search("reward", k=3, quoted=False).hits
    assert [(h.paper, h.score) for h in plain] == [(h.paper, h.score) for h in ALL.search("reward", k=3).hits]
    assert plain
    assert not any(h.passages for h in plain)


def test_scores_fall_from_hit_to_hit_and_stay_in_zero_to_one() -> None:
    scores = [h.score for h in ALL.search("reward of a cell", k=3).hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


@pytest.mark.parametrize("k", [3, 4, 1_000_000])
@pytest.mark.parametrize("embedded", [True, False])
def test_a_k_over_the_size_of_the_library_gives_every_paper_once(k: int, embedded: bool) -> None:
    hits = _retriever(REWARD, CELL, VOLCANO, embedded=embedded).search("reward", k=k).hits
    assert sorted(h.paper.paper_id for h in hits) == ["c", "r", "v"]


@pytest.mark.parametrize("query", ["", "  \n", "?!... -- ()", "\u200b", "🦋"])
def test_a_query_without_a_word_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="no word"):
        ALL.search(query)


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_below_one_is_refused(k: int) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        ALL.search("reward", k=k)


def test_an_empty_library_says_so() -> None:
    result = _retriever().search("reward")
    assert result.hits == ()
    assert result.note is not None
    assert "empty" in result.note


@pytest.mark.parametrize("filters", [Filters(paper_ids=("nowhere",)), Filters(year_from=2099)])
def test_a_filter_that_nothing_passes_says_so(filters: Filters) -> None:
    result = ALL.search("reward", filters=filters)
    assert result.hits == ()
    assert result.note is not None
    assert "filter" in result.note


@pytest.mark.parametrize("k", [1, 10])
def test_a_filter_keeps_the_rest_out(k: int) -> None:
    """Also when what it keeps out matches better."""
    hits = ALL.search("reward", k=k, filters=Filters(year_from=2024)).hits
    assert [h.paper.paper_id for h in hits] == ["c"]


def test_a_filter_by_id_finds_a_paper_that_shares_nothing_with_the_query() -> None:
    hits = ALL.search("reward", k=1, filters=Filters(paper_ids=("v", "nowhere", "v"))).hits
    assert [h.paper.paper_id for h in hits] == ["v"]


@pytest.mark.parametrize("query", ["prize", "适配器", "сеть"], ids=["a synonym", "Chinese", "Russian"])
def test_papers_that_share_no_word_with_the_query_come_with_a_note(query: str) -> None:
    """They may be what is meant, or the nearest of nothing near; a word in common needs no note."""
    note = ALL.search(query).note
    assert note is not None
    assert "nearest in meaning" in note
    assert ALL.search("reward").note is None


def test_only_common_words_are_searched_by_meaning_with_a_note() -> None:
    note = ALL.search("what is the").note
    assert note is not None
    assert "common words" in note


def test_other_scripts_and_lone_surrogates_do_no_harm() -> None:
    assert len(ALL.search("対齢とは 何 \ud800 x", k=3).hits) == 3


def test_a_paper_with_a_blank_abstract_has_an_empty_quote() -> None:
    """Importers reject such papers; if one is there, nothing breaks."""
    (hit,) = _retriever(Paper("Reward", "", "b")).search("reward").hits
    assert hit.best.quote == ""


def test_the_rarer_word_decides_between_sentences_of_equal_meaning() -> None:
    """ "cell" is in both papers, "mitosis" in one sentence: with equal vectors that sentence is quoted."""
    paper = Paper("T", "A cell rests. A cell in mitosis.", "p")
    spans = split_sentences(paper.abstract)
    units = Units(spans, np.ones((2, 1), np.float32))
    words = QueryWords.weighed(terms("cell mitosis"), {"cell": 9, "mitosi": 1}.__getitem__, 10)
    assert passages(paper, units, np.ones(1, np.float32), words)[0].quote == "A cell in mitosis."


def test_query_words_share_one_and_leave_out_what_no_paper_holds() -> None:
    """idf = ln(1 + (N - n + .5) / (n + .5)); N = 10: n = 1 -> 1.992, n = 9 -> 0.147; shares .931 and .069."""
    words = QueryWords.weighed(["the", "a1", "b1", "zz"], {"a1": 1, "b1": 9, "zz": 0}.__getitem__, 10)
    assert dict(words.shares) == pytest.approx({"a1": 0.931, "b1": 0.069}, abs=0.001)
    assert words.overlap("a1 b1 b1 c1") == pytest.approx(1.0)


def _units(*vectors: tuple[float, float]) -> Units:
    rows = np.array(vectors, np.float32)
    return Units(tuple(Span(i, i + 1) for i in range(len(rows))), rows / np.linalg.norm(rows, axis=1, keepdims=True))


EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
PLAIN = Tuning(words=0.5, sentences=0.5, feedback=0.0)


def _candidates(ids: list[str], shares: list[float], **units: dict[str, Units]) -> Candidates:
    return Candidates(ids, np.array(shares, np.float32), np.full(len(ids), 0.2, np.float32), **units)


def test_a_stack_gives_each_paper_its_best_cosine() -> None:
    """To the east: of (1, 0) and (3, 4) the first, 1; (3, 4) alone .6; no vectors, what is given instead."""
    stack = Stack([_units((3, 4), (1, 0)), None, _units((3, 4))])
    assert stack.best(EAST, np.array([9, 7, 9], np.float32)).tolist() == pytest.approx([1.0, 7.0, 0.6])
    assert stack.mean([2]).tolist() == pytest.approx([0.6, 0.8])
    assert stack.mean([1]) is None
    assert Stack([]).best(EAST, np.zeros(0, np.float32)).tolist() == []


def test_cosine_and_share_are_a_weighted_mean_within_zero_and_one() -> None:
    """(.6 + .5 x .3) / 1.5 = .5; an opposite meaning without a word is 0, not less."""
    cosines, shares = np.array([0.6, -1.0, 1.0], np.float32), np.array([0.3, 0.0, 1.0], np.float32)
    assert fused(cosines, shares, PLAIN).tolist() == pytest.approx([0.5, 0.0, 1.0])


def test_best_chunk_and_best_sentence_count_by_half() -> None:
    """Chunk .6, sentence 1: .8; half a share more of the words: (.8 + .5 x .5) / 1.5 = .7."""
    candidates = _candidates(["p"], [0.5], chunks={"p": _units((3, 4))}, sentences={"p": _units((1, 0), (0, 1))})
    assert candidates.ranked(EAST, PLAIN) == pytest.approx({"p": 0.7})


def test_sentences_count_only_where_all_candidates_have_theirs() -> None:
    """Two papers of equal chunks: the best sentence of the one that was read first must not put it first."""
    chunks = {"early": _units((3, 4)), "late": _units((3, 4))}
    sentences = {"early": _units((1, 0)), "late": _units((1, 0))}
    waiting = {"early": _units((1, 0)), "late": Units((Span(0, 1),), None)}
    scores = [
        _candidates(["early", "late"], [0.0, 0.0], chunks=chunks, sentences=held).ranked(EAST, PLAIN)
        for held in ({}, {"early": sentences["early"]}, waiting, sentences)
    ]
    assert [s["early"] for s in scores] == pytest.approx([s["late"] for s in scores])
    assert [s["late"] for s in scores] == pytest.approx([0.4, 0.4, 0.4, 0.8 / 1.5])


def test_the_chunk_stands_for_sentences_that_wait_and_a_guess_for_both() -> None:
    """.6 / 1.5 = .4 and .2 / 1.5 = .133."""
    candidates = _candidates(["q", "p"], [0.0, 0.0], chunks={"p": _units((3, 4))}, sentences={})
    ranked = candidates.ranked(EAST, PLAIN)
    assert list(ranked) == ["p", "q"]
    assert ranked == pytest.approx({"p": 0.4, "q": 0.1333}, abs=1e-4)


def test_feedback_prefers_what_is_near_to_the_first_paper() -> None:
    """Two papers as near to the query, one north and one south of it; the first paper lies to the north."""
    chunks = {"first": _units((4, 1)), "a-south": _units((3, -4)), "b-north": _units((3, 4))}
    candidates = _candidates(list(chunks), [0.0] * 3, chunks=chunks, sentences={})
    assert list(candidates.ranked(EAST, PLAIN)) == ["first", "a-south", "b-north"]
    turned = Tuning(words=0.5, feedback=0.3, feedback_papers=1)
    assert list(candidates.ranked(EAST, turned)) == ["first", "b-north", "a-south"]


def test_feedback_without_any_vector_changes_nothing() -> None:
    candidates = _candidates(["p"], [0.5], chunks={}, sentences={})
    assert candidates.ranked(NORTH, Tuning(words=0.5)) == pytest.approx({"p": 0.3})


def test_equal_scores_are_ordered_by_id() -> None:
    """Equal input, equal output, whatever the order of the candidates."""
    assert list(in_order(["b", "a", "c"], np.array([1, 1, 2], np.float32))) == ["c", "a", "b"]


def test_a_request_is_searched_by_its_subject() -> None:
    """ "papers" and "discuss" would find the paper about papers."""
    about_papers = Paper("Papers", "Papers discuss papers that you suggest.", "p")
    found = _retriever(REWARD, about_papers).search("Could you suggest papers that discuss a reward?", k=2)
    assert [h.paper.paper_id for h in found.hits] == ["r", "p"]


class PartRead(Shelf):
    """A library in which the paper "r" still waits to be embedded."""

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {p: Units(u.spans, None) if p == "r" else u for p, u in super().sentences(paper_ids).items()}


@pytest.mark.parametrize("read", [1, 100])
def test_waiting_to_be_embedded_is_no_fault(read: int) -> None:
    """The paper with the word may mean as much; it goes before one of the very meaning without the word.

    Taken for as far from the query as the volcano, it would not even be among the candidates with `read` 1.
    """
    shelf = PartRead(REWARD, VOLCANO, Paper("Prize", "A prize.", "z"))
    retriever = Retriever(
        shelf, shelf, shelf, ToyEmbedder(), waiting=lambda ids: frozenset(ids) & {"r"}, tuning=Tuning(read=read)
    )
    assert retriever.search("reward", k=1).hits[0].paper is REWARD


class Away:
    """A vector index in a server that does not answer."""

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        raise IndexUnavailable("nothing answers")


@pytest.mark.parametrize("exactly", [True, False], ids=["few papers", "more than are compared exactly"])
def test_with_the_vector_server_away_papers_are_still_found(exactly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are compared with all their vectors, which the catalog holds; of more, those that share a word are found."""
    if not exactly:
        monkeypatch.setattr(retrieval, "EXACT_PAPERS", 0)
    shelf = Shelf(REWARD, CELL, VOLCANO)
    away = Retriever(shelf, Away(), shelf, ToyEmbedder())
    assert away.search("volcano erupts", k=1).hits[0].paper is VOLCANO
    by_meaning = away.search("prize", k=1)
    assert [hit.paper for hit in by_meaning.hits] == ([REWARD] if exactly else [])
    assert ("cannot be asked" in (by_meaning.note or "")) is not exactly
    filtered = away.search("volcano reward", k=2, filters=Filters(year_from=2020))
    assert filtered.hits[0].paper is REWARD
    assert VOLCANO not in [hit.paper for hit in filtered.hits]
