"""The classes of mutants: seeded, different from the answer, and tallied by case."""

from __future__ import annotations

import copy
import random

import pytest

from eval.mutants import MUTATIONS, Mutation, mutate_run, tallies
from eval.mutants.wording import paraphrased, turned_round
from tests.eval.worked import (
    COMPARATIVE,
    HERON,
    PAPERS,
    STORK,
    UNANSWERABLE,
    citation,
    claim,
    correct,
    empty,
    reference,
)


def answer() -> dict[str, object]:
    """A correct answer that offers a place to every class."""
    return {
        **correct(),
        "sentences": [
            {"text": "Both report scores.", "kind": "connective", "citations": []},
            claim(
                "Heron reaches 33.25 points on MarshBench.",
                citation(HERON, "Heron reaches 33.25 points on MarshBench.", "1"),
            ),
            claim("Heron needs no more labels and is tested.", citation(HERON, "It needs no labels.", "1")),
            claim("Stork-2 scores 31.4%.", citation(STORK, "It scores 31.4% with 1,200 examples.", "2")),
        ],
        "references": [reference(HERON, "1"), reference(STORK, "2")],
    }


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_mutation_changes_a_copy_and_the_same_seed_changes_the_same(mutation: Mutation) -> None:
    """The answer it is made from stays as it is; of ten seeds at least one finds a place."""
    document = answer()
    before = copy.deepcopy(document)
    made = [mutation.of(document, seed, PAPERS) for seed in range(10)]
    assert document == before
    assert any(m is not None and m != before for m in made)
    assert made == [mutation.of(document, seed, PAPERS) for seed in range(10)]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_an_answer_without_a_place_has_no_mutant(mutation: Mutation) -> None:
    """Nothing is made of a refusal."""
    assert mutation.of(empty("not_in_corpus"), 1, PAPERS) is None


def test_corruptions_of_the_worked_answer_are_seen_and_controls_are_not() -> None:
    """Figures, names, ids and citations: all seen. Refusals have no mutants."""
    fates = mutate_run({"c1": answer(), "c2": empty("not_in_corpus")}, [COMPARATIVE, UNANSWERABLE], PAPERS, seeds=5)
    assert {f.case_id for f in fates} == {"c1"}
    found = {t.mutation: t for t in tallies(fates)}
    for name in ("swapped id", "fabricated id", "dropped citation", "changed number", "edited quote"):
        assert found[name].seen.mean == 1.0, name
    for name in ("paraphrase", "reordered", "relabelled"):
        assert found[name].seen.mean == 0.0, name
    assert [t.control for t in tallies(fates)][-3:] == [True] * 3


def test_words_are_turned_round_or_exchanged_with_their_case() -> None:
    """Capitals are kept; a text without such words stays."""
    assert turned_round("Higher ranks", random.Random(1)) == "Lower ranks"
    assert turned_round("Nothing here", random.Random(1)) == "Nothing here"
    assert paraphrased("However, it needs labels.") == "Yet, it requires labels."
