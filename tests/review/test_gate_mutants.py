"""True sentences in a writer's own words pass the gate; what is corrupted in them is refused or shown as partial."""

from __future__ import annotations

import random
from functools import cache

import pytest

from eval.mutants.sentences import CORRUPTIONS, Written, read_claims, reworded
from service.readers import read
from service.records import Paper, Sentence
from service.review.gate import judged, unfounded
from service.sample import papers_path

PAPERS = {p.paper_id: p for p in read(papers_path(), max_record_bytes=1_000_000) if isinstance(p, Paper)}
CLAIMS = read_claims(PAPERS)
# Sides that only knowledge of the field could tell apart, or that one word of a second quote covers; docs/adr/0017.
HARDEST = {"names exchanged": 0.8, "other number of the quote": 0.85, "hedge removed": 0.85}


@cache
def passes(sentence: Sentence) -> bool:
    """Shown without a mark."""
    return unfounded(sentence, PAPERS) is None and judged(sentence, PAPERS).verdict == "supported"


GOOD = [claim for claim in CLAIMS if passes(claim)]


@cache
def mutants(name: str) -> tuple[Sentence, ...]:
    """Up to three different ones of each sentence that passes."""
    made = [
        CORRUPTIONS[name](Written(claim, PAPERS, CLAIMS), random.Random(f"{seed} {name} {claim.text}"))
        for claim in GOOD
        for seed in range(3)
    ]
    return tuple(dict.fromkeys(m for m in made if m is not None))


def test_what_a_writer_says_in_their_own_words_passes() -> None:
    """At most three of some 120 true sentences are refused, and none is marked."""
    assert len(CLAIMS) >= 120
    assert len(GOOD) >= len(CLAIMS) - 3


def test_the_same_in_near_synonyms_passes() -> None:
    """Other words for the same, with the same figures, names and directions."""
    told = [m for claim in GOOD if (m := reworded(Written(claim, PAPERS, CLAIMS))) is not None]
    assert len(told) >= 40
    assert [s.text for s in told if not passes(s)] == []


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corrupted_sentence_does_not_pass(name: str) -> None:
    """At least 93 in a hundred of every class, but for the hardest."""
    made = mutants(name)
    passed = [m.text for m in made if passes(m)]
    assert len(made) >= 5
    assert 1 - len(passed) / len(made) >= HARDEST.get(name, 0.93), passed


def test_of_all_corrupted_sentences_hardly_one_passes() -> None:
    """Over all classes together: at least 500 mutants, 95 in a hundred caught."""
    made = [m for name in CORRUPTIONS for m in mutants(name)]
    assert len(made) >= 500
    assert sum(map(passes, made)) <= 0.05 * len(made)
