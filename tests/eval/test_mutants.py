"""Seeded corruptions of a correct answer: each must lower some score, and a harmless edit none."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from eval.scorers import SCORERS
from tests.eval.worked import CRANE, correct, reference, scores

Mutation: TypeAlias = Callable[[dict[str, Any], random.Random], None]
BETTER = {s.name: s.better for s in SCORERS}


def _claim(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    chosen = rng.choice([s for s in document["sentences"] if s["kind"] == "claim"])
    assert isinstance(chosen, dict)
    return chosen


def swap_id(document: dict[str, Any], rng: random.Random) -> None:
    """Another paper of the references is named as the source."""
    cited = _claim(document, rng)["citations"][0]
    cited["paper_id"] = {"p1": "p2", "p2": "p1"}[cited["paper_id"]]


def swap_id_and_label(document: dict[str, Any], rng: random.Random) -> None:
    """The source and its label are both exchanged for another paper's."""
    swap_id(document, rng)
    for s in document["sentences"]:
        for c in s["citations"]:
            c["label"] = {"p1": "1", "p2": "2"}[c["paper_id"]]


def fabricate_id(document: dict[str, Any], rng: random.Random) -> None:
    """The paper doesn't exist."""
    _claim(document, rng)["citations"][0]["paper_id"] = f"x{rng.randrange(10**6)}"


def change_number(document: dict[str, Any], rng: random.Random) -> None:
    """One digit of a claim is another; its quote is as it was."""
    sentence = _claim(document, rng)
    places = [i for i, c in enumerate(sentence["text"]) if c.isdigit()]
    i = rng.choice(places)
    digit = rng.choice([d for d in "123456789" if d != sentence["text"][i]])
    sentence["text"] = sentence["text"][:i] + digit + sentence["text"][i + 1 :]


def shift_offsets(document: dict[str, Any], rng: random.Random) -> None:
    """Both offsets move by up to three characters."""
    cited = _claim(document, rng)["citations"][0]
    shift = rng.choice([-3, -2, -1, 1, 2, 3])
    cited["start"] += shift
    cited["end"] += shift


def drop_citation(document: dict[str, Any], rng: random.Random) -> None:
    """A claim loses its citation."""
    _claim(document, rng)["citations"] = []


def fabricate_quote(document: dict[str, Any], rng: random.Random) -> None:
    """The quote says what the claim says plus a digit, at the right offsets."""
    cited = _claim(document, rng)["citations"][0]
    cited["quote"] = cited["quote"].replace("3", str(rng.choice([1, 2, 4])), 1)


def drop_reference(document: dict[str, Any], rng: random.Random) -> None:
    """A label leads nowhere."""
    document["references"].pop(rng.randrange(2))


def swap_references(document: dict[str, Any], rng: random.Random) -> None:
    """The labels of the reference list are exchanged."""
    first, second = document["references"]
    first["label"], second["label"] = second["label"], first["label"]


def drop_claim(document: dict[str, Any], rng: random.Random) -> None:
    """A claim is left out."""
    document["sentences"].remove(_claim(document, rng))


def repeat_claim(document: dict[str, Any], rng: random.Random) -> None:
    """A claim is said twice."""
    document["sentences"].append(copy.deepcopy(_claim(document, rng)))


def hide_claim(document: dict[str, Any], rng: random.Random) -> None:
    """A claim is passed off as a connective."""
    hidden = _claim(document, rng)
    hidden["kind"], hidden["citations"] = "connective", []


def refuse(document: dict[str, Any], rng: random.Random) -> None:
    """The answer is withheld."""
    document["status"], document["sentences"] = "not_in_corpus", []


def doubt(document: dict[str, Any], rng: random.Random) -> None:
    """A full answer is called partial."""
    document["status"] = "partial"


def pad(document: dict[str, Any], rng: random.Random) -> None:
    """A paper that nobody asked for is brought in."""
    quote = {"label": "3", "paper_id": "p3", "quote": "Crane", "start": 0, "end": 5}
    padding = {"text": "Crane does nothing of note.", "kind": "claim", "citations": [quote]}
    document["sentences"].append(padding)
    document["references"].append(reference(CRANE, "3"))


MUTATIONS: tuple[Mutation, ...] = (
    swap_id, swap_id_and_label, fabricate_id, change_number, shift_offsets, drop_citation, fabricate_quote,
    drop_reference, swap_references, drop_claim, repeat_claim, hide_claim, refuse, doubt, pad,
)  # fmt: skip


def fallen(document: dict[str, Any]) -> set[str]:
    """Names of the scores that are worse than those of the correct answer. Unscored isn't worse."""
    before, after = scores(correct()), scores(document)
    worse = set()
    for name, better in BETTER.items():
        old, new = before[name].value, after[name].value
        if old is not None and new is not None and (new < old if better == "higher" else new > old):
            worse.add(name)
    return worse - {"length_words"}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_a_corruption_lowers_a_score(mutate: Mutation, seed: int) -> None:
    """Whatever is corrupted where, some score gets worse."""
    document = correct()
    mutate(document, random.Random(seed))
    assert document != correct()
    assert fallen(document)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("Heron scores 33.25 points on MarshBench.", 1, id="reworded"),
        pytest.param("Stork-2 reaches 31.4% using 1,200 examples.", 2, id="reworded with a name"),
    ],
)
def test_a_harmless_rewording_lowers_none(text: str, number: int) -> None:
    """The control: other words, same numbers, names and citation."""
    document = correct()
    document["sentences"][number]["text"] = text
    assert fallen(document) == set()


def test_the_order_of_sentences_lowers_none() -> None:
    """The control: the same sentences the other way round."""
    document = correct()
    document["sentences"].reverse()
    assert fallen(document) == set()
