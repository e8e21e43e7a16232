"""What is done to an answer document. Each mutation changes its own copy and returns whether it found a place.

A control changes the wording or the order but not what is said: a score that falls over it is a false alarm.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from eval.mutants.wording import OPPOSITES, paraphrased, turned_round
from eval.scorers import StoredPaper
from eval.scorers.names import names

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What a mutation works on: its copy of the answer, its own dice, and the library."""

    document: Document
    rng: random.Random
    papers: Mapping[str, StoredPaper]


Change: TypeAlias = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A named change; `control` where it keeps the meaning."""

    name: str
    change: Change
    control: bool = False

    def of(self, document: Mapping[str, Any], seed: int, papers: Mapping[str, StoredPaper]) -> Document | None:
        """The changed copy; `None` where the answer offers no place for it. Same seed, same change."""
        mutant = copy.deepcopy(dict(document))
        dice = random.Random(f"{seed} {document.get('question')}")
        return mutant if self.change(Place(mutant, dice, papers)) and mutant != document else None


def _claims(document: Document) -> list[Document]:
    return [s for s in document.get("sentences", []) if s.get("kind") == "claim" and s.get("citations")]


def _any_claim(document: Document, rng: random.Random, fits: Callable[[str], bool] = bool) -> Document | None:
    fitting = [s for s in _claims(document) if fits(s["text"])]
    return rng.choice(fitting) if fitting else None


def swapped_id(at: Place) -> bool:
    """A citation names another paper of the library."""
    claim = _any_claim(at.document, at.rng)
    if claim is None or len(at.papers) < 2:
        return False
    citation = at.rng.choice(claim["citations"])
    citation["paper_id"] = at.rng.choice([p for p in sorted(at.papers) if p != citation["paper_id"]])
    return True


def swapped_source(at: Place) -> bool:
    """Two claims of different papers exchange their citations whole: all are valid."""
    claims = _claims(at.document)
    pairs = [
        (a, b)
        for i, a in enumerate(claims)
        for b in claims[i + 1 :]
        if a["citations"][0]["paper_id"] != b["citations"][0]["paper_id"]
    ]
    if not pairs:
        return False
    a, b = at.rng.choice(pairs)
    a["citations"], b["citations"] = b["citations"], a["citations"]
    return True


def fabricated_id(at: Place) -> bool:
    """A citation names a paper that doesn't exist."""
    claim = _any_claim(at.document, at.rng)
    if claim is None:
        return False
    at.rng.choice(claim["citations"])["paper_id"] = f"x{at.rng.randrange(10**8)}"
    return True


def dropped_citation(at: Place) -> bool:
    """A claim loses its citations."""
    claim = _any_claim(at.document, at.rng)
    if claim is None:
        return False
    claim["citations"] = []
    return True


def changed_number(at: Place) -> bool:
    """One digit of a claim is another."""
    claim = _any_claim(at.document, at.rng, lambda text: any(c.isdigit() for c in text))
    if claim is None:
        return False
    text = claim["text"]
    i = at.rng.choice([i for i, c in enumerate(text) if c.isdigit()])
    claim["text"] = text[:i] + at.rng.choice([d for d in "123456789" if d != text[i]]) + text[i + 1 :]
    return True


def changed_name(at: Place) -> bool:
    """A name in a claim is replaced by a name of another paper's title."""
    claim = _any_claim(at.document, at.rng, lambda text: bool(names(text)))
    if claim is None:
        return False
    name = at.rng.choice(names(claim["text"]))
    cited = {c["paper_id"] for c in claim["citations"]}
    own = " ".join(f"{at.papers[p].title} {at.papers[p].abstract}" for p in cited if p in at.papers)
    others = sorted(
        {n for p in at.papers.values() if p.paper_id not in cited for n in names(p.title)[:1] if n not in own}
    )
    if not others:
        return False
    claim["text"] = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", at.rng.choice(others), claim["text"], count=1)
    return True


def flipped_direction(at: Place) -> bool:
    """A direction word of a claim is replaced by its opposite."""
    claim = _any_claim(at.document, at.rng, lambda text: bool(OPPOSITES & set(re.findall(r"\w+", text.casefold()))))
    if claim is None:
        return False
    claim["text"] = turned_round(claim["text"], at.rng)
    return True


def added_negation(at: Place) -> bool:
    """A claim comes to deny what its quote says."""
    verb = re.compile(r"\b(is|are|was|were|can|does|do|will|may|has been)\b(?! not)")
    claim = _any_claim(at.document, at.rng, lambda text: bool(verb.search(text)))
    if claim is None:
        return False
    claim["text"] = verb.sub(lambda m: f"{m[1]} not", claim["text"], count=1)
    return True


def edited_quote(at: Place) -> bool:
    """A quote has a word more than its abstract."""
    claim = _any_claim(at.document, at.rng)
    if claim is None:
        return False
    citation = at.rng.choice(claim["citations"])
    citation["quote"] = citation["quote"].replace(" ", " clearly ", 1)
    return True


def paraphrase(at: Place) -> bool:
    """Control: one claim in other words, with the same names, figures and directions."""
    claim = _any_claim(at.document, at.rng, lambda text: paraphrased(text) != text)
    if claim is None:
        return False
    claim["text"] = paraphrased(claim["text"])
    return True


def reordered(at: Place) -> bool:
    """Control: the same sentences in another order."""
    at.rng.shuffle(at.document.get("sentences", []))
    return True


def relabelled(at: Place) -> bool:
    """Control: the references are numbered the other way round, in citations too."""
    labels = [r["label"] for r in at.document.get("references", [])]
    other = dict(zip(labels, reversed(labels), strict=True))
    table = at.document.get("matrix") or {"rows": []}
    cells = [cell for row in table["rows"] for cell in row["cells"].values() if cell]
    for place in [*at.document.get("sentences", []), *cells]:
        for citation in place["citations"]:
            citation["label"] = other.get(citation["label"], citation["label"])
    for reference in at.document.get("references", []):
        reference["label"] = other[reference["label"]]
    return len(labels) > 1


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("swapped id", swapped_id),
    Mutation("swapped source", swapped_source),
    Mutation("fabricated id", fabricated_id),
    Mutation("dropped citation", dropped_citation),
    Mutation("changed number", changed_number),
    Mutation("changed name", changed_name),
    Mutation("flipped direction", flipped_direction),
    Mutation("added negation", added_negation),
    Mutation("edited quote", edited_quote),
    Mutation("paraphrase", paraphrase, control=True),
    Mutation("reordered", reordered, control=True),
    Mutation("relabelled", relabelled, control=True),
)
