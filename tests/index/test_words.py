"""The word index against real tantivy: terms stay whole, titles weigh double, damage is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.errors import IndexDamaged
from service.index.words import WordIndex
from service.records import Paper

STOP = frozenset({"the", "of"})


def split(text: str) -> list[str]:
    return text.split()


def paper(paper_id: str, title: str, abstract: str) -> Paper:
    return Paper(title, abstract, paper_id=paper_id)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WordIndex]:
    made = WordIndex.create(tmp_path / "words", terms=split, stop_terms=STOP)
    yield made
    made.close()


def found(index: WordIndex, query: str, n: int = 10) -> list[str]:
    return [paper_id for paper_id, _ in index.search(split(query), n)]


def test_title_counts_for_more_than_the_abstract(index: WordIndex) -> None:
    """Two papers of equal lengths; the word stands once in each, in the title of only one."""
    index.replace([paper("abstract", "gust frame", "kite sail"), paper("title", "kite frame", "gust sail")])
    assert found(index, "kite") == ["title", "abstract"]


def test_a_title_counts_as_three_mentions_in_one_text(index: WordIndex) -> None:
    """ "kite" is once in a title of one paper, three times in the abstract of the other; both count six terms."""
    index.replace([paper("t", "kite", "gust sail tail"), paper("a", "gust", "kite kite kite")])
    scores = dict(index.search(["kite"], 2))
    assert scores["t"] == pytest.approx(scores["a"])


def test_scores_are_shares_of_what_a_paper_could_reach(index: WordIndex) -> None:
    """Six terms each, so BM25 of a term held three times is idf x 3 (1.2 + 1) / (3 + 1.2): .714 of idf x 2.2.

    Of two equally rare terms the papers hold one each: half of that. A term that no paper holds asks nothing.
    """
    index.replace([paper("t", "kite", "gust sail tail"), paper("a", "gale", "gust sail tail")])
    assert dict(index.search(["kite"], 2)) == pytest.approx({"t": 0.7143}, abs=1e-4)
    assert dict(index.search(["kite", "gale", "unheard"], 2)) == pytest.approx({"t": 0.3571, "a": 0.3571}, abs=1e-4)


def test_a_term_counts_as_often_as_the_query_repeats_it(index: WordIndex) -> None:
    """Twice "kite", once "gale": two thirds of the query are about kites."""
    index.replace([paper("t", "kite", "gust sail tail"), paper("a", "gale", "gust sail tail")])
    assert dict(index.search(["kite", "gale", "kite"], 2)) == pytest.approx({"t": 0.4762, "a": 0.2381}, abs=1e-4)


def test_document_frequency_never_exceeds_the_papers(index: WordIndex) -> None:
    """A replaced paper lingers in its old segment, and is not a second paper."""
    for version in ("old", "older", "new"):
        index.replace([paper("a", "kite", version)])
    assert index.doc_freq("kite") == 1


@pytest.mark.parametrize("term", ["D^2O", "LiPO-λ", "UniME-V2", "1.74%", "a:b", "+", '"', "(", "*", "AND", "风筝"])
def test_terms_are_taken_literally(index: WordIndex, term: str) -> None:
    """Nothing is query syntax, nothing is split, case is the caller's."""
    index.replace([paper("one", "kite", f"with {term} inside"), paper("other", "kite", "with D 2O LiPO inside")])
    assert found(index, term) == ["one"]
    assert index.doc_freq(term) == 1


def test_any_of_the_words_is_enough_and_more_are_better(index: WordIndex) -> None:
    """An OR query: both words first, then one of them, then nothing."""
    index.replace([paper("one", "x", "gust frame"), paper("both", "x", "gust kite"), paper("none", "x", "sail tail")])
    assert found(index, "kite gust") == ["both", "one"]


def test_stop_terms_count_only_when_alone(index: WordIndex) -> None:
    """ "the kite" does not find every paper with "the"; "the of" still finds something."""
    index.replace([paper("a", "x", "the frame"), paper("b", "x", "kite frame")])
    assert found(index, "the kite") == ["b"]
    assert found(index, "the of") == ["a"]


def test_document_frequency_counts_papers_not_places(index: WordIndex) -> None:
    """Title and abstract of one paper are one document; repeats count once."""
    index.replace([paper("a", "kite", "kite kite"), paper("b", "x", "kite"), paper("c", "x", "sail")])
    assert index.doc_freq("kite") == 2
    assert index.doc_freq("unknown") == 0
    assert index.count() == 3


def test_replaced_paper_is_found_by_its_new_words_only(index: WordIndex) -> None:
    """And it is still one paper."""
    index.replace([paper("a", "kite", "old")])
    index.replace([paper("a", "kite", "new")])
    assert (found(index, "old"), found(index, "new"), index.count()) == ([], ["a"], 1)
    index.replace([], gone=["a", "never-there"])
    assert (found(index, "kite"), index.count()) == ([], 0)


@pytest.mark.parametrize("paper_id", ["a b", "A/B:1", "ü" * 200, "a\nb"])
def test_ids_are_never_split(index: WordIndex, paper_id: str) -> None:
    """Replacing "a b" must not touch "a"."""
    index.replace([paper(paper_id, "kite", "x"), paper("a", "kite", "y")])
    index.replace([paper(paper_id, "kite", "z")])
    assert index.count() == 2
    assert found(index, "z") == [paper_id]


@pytest.mark.parametrize("query", ["", "   ", "nowhere"])
def test_nothing_to_find_is_an_empty_list(index: WordIndex, query: str) -> None:
    """On an empty index as on a full one."""
    assert found(index, query) == []
    index.replace([paper("a", "kite", "x")])
    assert found(index, query) == []


@pytest.mark.parametrize(("n", "expected"), [(-1, 0), (0, 0), (1, 1), (10**9, 3)])
def test_any_number_may_be_asked_for(index: WordIndex, n: int, expected: int) -> None:
    """tantivy itself panics at 0 and reserves memory for the number asked."""
    index.replace([paper(str(i), "kite", "x") for i in range(3)])
    assert len(found(index, "kite", n)) == expected


def test_huge_query_is_cut_and_answered(index: WordIndex) -> None:
    """20,000 distinct words, the one that matches first."""
    index.replace([paper("a", "kite", "x")])
    assert found(index, "kite " + " ".join(f"w{i}" for i in range(20_000))) == ["a"]


def test_reopened_index_holds_what_was_committed(tmp_path: Path) -> None:
    """Also by an index that was never closed, as after a kill."""
    first = WordIndex.create(tmp_path, terms=split, stop_terms=STOP)
    first.replace([paper("a", "kite", "x")])
    assert found(WordIndex.open(tmp_path, terms=split, stop_terms=STOP), "kite") == ["a"]
    first.close()
    first.close()


@pytest.mark.parametrize("victim", ["meta.json", "*.term", "*.idx"])
@pytest.mark.parametrize("remove", [True, False], ids=["removed", "truncated"])
def test_lost_or_truncated_file_is_damage(tmp_path: Path, victim: str, remove: bool) -> None:
    """With meta.json gone, tantivy's constructor would make an empty index and say nothing."""
    index = WordIndex.create(tmp_path, terms=split, stop_terms=STOP)
    index.replace([paper("a", "kite", "x")])
    index.close()
    path = next(tmp_path.glob(victim))
    if remove:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(IndexDamaged, match="doctor --rebuild"):
        WordIndex.open(tmp_path, terms=split, stop_terms=STOP)


def test_search_among_some_papers_gives_them_the_scores_they_have_among_all(index: WordIndex) -> None:
    """An unknown id is passed over; none allowed, none found."""
    index.replace([paper(f"p{i}", "kite", "gust " * i) for i in range(5)])
    everything = dict(index.search(["kite"], 10))
    some = index.search(["kite"], 10, among=frozenset({"p3", "p1", "nobody"}))
    assert dict(some) == pytest.approx({p: everything[p] for p in ("p1", "p3")})
    assert [p for p, _ in some] == ["p1", "p3"]
    assert index.search(["kite"], 10, among=frozenset()) == []


def test_another_filter_after_a_kept_one_gives_its_own_papers(index: WordIndex) -> None:
    """The papers of the last filter are kept as a query; another one, or none, is not answered from it."""
    index.replace([paper("one", "kite", "gust"), paper("two", "kite", "gale"), paper("three", "kite", "storm")])
    first, second = frozenset({"one", "two"}), frozenset({"three"})
    for among, expected in ((first, first), (first, first), (second, second), (None, first | second), (first, first)):
        assert {found for found, _ in index.search(["kite"], 9, among=among)} == expected
