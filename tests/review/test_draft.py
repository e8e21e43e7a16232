"""Drafts over hand-made papers and over the sample: invariants, length, themes that claim nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from service.app import build
from service.records import Draft, Paper
from service.review import Review
from service.review.coverage import Coverage
from service.review.draft import draft
from service.sample import papers_path
from service.settings import Settings
from service.text.terms import terms
from tests.review.corpus import MemoryCorpus, assert_sound
from tests.review.test_ask import HOSTILE, PAPERS

TOPIC = "alignment of small models"


def drafted(topic: str, papers: tuple[Paper, ...] = PAPERS, *, words: int = 200) -> Draft:
    """The draft over papers in memory, checked for what always holds."""
    corpus = MemoryCorpus(papers)
    made = draft(corpus, Coverage(corpus), topic, words=words)
    assert_sound(made, {p.paper_id: p.abstract for p in papers})
    return made


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """A real library over the sample."""
    review = build(Settings(library=tmp_path_factory.mktemp("sample") / "library"), create=True)
    review.import_paths([papers_path()])
    yield review
    review.close()


def claims(made: Draft) -> list[str]:
    return [s.text for paragraph in made.paragraphs for s in paragraph if s.kind == "claim"]


def test_a_topic_is_told_by_the_papers_on_it() -> None:
    """Both alignment papers are cited, the one on beets is not; connectives stand first in a paragraph or nowhere."""
    made = drafted(TOPIC)
    assert {r.paper_id for r in made.references} == {"kite", "heron"}
    assert all(s.kind == "claim" for paragraph in made.paragraphs for s in paragraph[1:])


def test_a_topic_that_the_corpus_lacks_gives_no_draft() -> None:
    """No paragraph; the topic is what is missing."""
    made = drafted("eruptions of volcanoes")
    assert made.status == "not_in_corpus"
    assert made.paragraphs == ()
    assert made.missing


def test_no_paper_no_draft() -> None:
    """An empty corpus is no error."""
    assert drafted(TOPIC, ()).status == "not_in_corpus"


@pytest.mark.parametrize("words", [1, 40, 120])
def test_a_short_draft_has_at_least_one_claim(words: int) -> None:
    """However few the words."""
    assert claims(drafted(TOPIC, words=words))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_abstracts_break_no_draft(kind: str) -> None:
    """The same invariants as for answers."""
    drafted(TOPIC, (*PAPERS, Paper("KITE2: Alignment of Small Models", HOSTILE[kind], "hostile")))


def test_the_same_topic_has_the_same_draft_whatever_the_order_of_papers() -> None:
    """Once more, and once with the papers the other way round."""
    first = drafted(TOPIC)
    others = [drafted(TOPIC), drafted(TOPIC, PAPERS[::-1])]
    assert [replace(d, accounting=first.accounting) for d in others] == [first, first]


@given(st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(["KITE and Heron", "beets, models", "labels"])))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_topic_the_draft_is_sound(topic: str) -> None:
    """Every topic that `Review` lets through."""
    assume(terms(topic))
    drafted(topic)


@pytest.mark.slow
@pytest.mark.parametrize(
    "topic",
    ["parameter-efficient adaptation", "retrieval for small readers", "battery ageing", "speech in many languages"],
)
def test_a_draft_over_the_sample_keeps_its_promises(review: Review, topic: str) -> None:
    """Sound; near the length asked for; no claim twice; topic sentences state no figure of a result."""
    made = review.draft(topic, words=300)
    assert_sound(made, {p.paper_id: p.abstract for p in review.papers()})
    assert made.status != "not_in_corpus"
    told = claims(made)
    assert len(told) == len(set(told))
    length = sum(len(s.text.split()) for paragraph in made.paragraphs for s in paragraph)
    assert 60 <= length <= 400
    openings = [s.text for paragraph in made.paragraphs for s in paragraph if s.kind == "connective"]
    assert not [o for o in openings if "%" in o]
