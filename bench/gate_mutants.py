"""Seeded corruptions of true written sentences, put through the gate, and what it lets through of each class."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.mutants.sentences import CORRUPTIONS, Written, read_claims, reworded
from service.readers import read
from service.records import Citation, Paper, Sentence
from service.review.gate import judged, unfounded
from service.sample import papers_path


@dataclass(slots=True)
class Fates:
    """Mutants by class: how many there are, how many were refused or marked as partly supported, which passed."""

    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    passed: list[tuple[str, Sentence]] = field(default_factory=list)

    @property
    def caught(self) -> float:
        """Share refused or marked, in [0, 1]."""
        return (self.refused.total() + self.marked.total()) / max(self.made.total(), 1)


def sample() -> tuple[list[Sentence], dict[str, Paper]]:
    """The hand-written claims over the sample, and its papers by id."""
    found = read(papers_path(), max_record_bytes=1_000_000)
    papers = {p.paper_id: p for p in found if isinstance(p, Paper)}
    return read_claims(papers), papers


def scifact_claims(pairs: Sequence[tuple[str, tuple[str, ...], Paper]]) -> tuple[list[Sentence], dict[str, Paper]]:
    """Supported claims with their quotes at their offsets, as far as the quotes stand in the abstract."""
    sentences = []
    for claim, quotes, paper in pairs:
        starts = [paper.abstract.find(quote) for quote in quotes]
        if min(starts) >= 0:
            cited = (Citation("", paper.paper_id, q, s, s + len(q)) for q, s in zip(quotes, starts, strict=True))
            sentences.append(Sentence(claim, "claim", "supported", tuple(cited)))
    return sentences, {paper.paper_id: paper for _, _, paper in pairs}


def verdict(sentence: Sentence, papers: Mapping[str, Paper]) -> str:
    """`refused`, `marked` (shown as partly supported) or `passed`."""
    if unfounded(sentence, papers) is not None:
        return "refused"
    found = judged(sentence, papers).verdict
    return {"supported": "passed", "partial": "marked"}.get(found, "refused")


def fates(claims: Sequence[Sentence], papers: Mapping[str, Paper], *, seeds: int) -> Fates:
    """Up to `seeds` different mutants a class of every claim. The same seeds make the same mutants."""
    found = Fates()
    for claim in claims:
        at = Written(claim, papers, claims)
        for name, corrupted in CORRUPTIONS.items():
            made = (corrupted(at, random.Random(f"{seed} {name} {claim.text}")) for seed in range(seeds))
            for mutant in dict.fromkeys(m for m in made if m is not None):
                found.made[name] += 1
                fate = verdict(mutant, papers)
                if fate == "passed":
                    found.passed.append((name, mutant))
                else:
                    (found.refused if fate == "refused" else found.marked)[name] += 1
    return found


def controls(claims: Sequence[Sentence], papers: Mapping[str, Paper]) -> Counter[str]:
    """How the same claims fare in near-synonyms."""
    made = (reworded(Written(claim, papers, claims)) for claim in claims)
    return Counter(verdict(m, papers) for m in made if m is not None)
