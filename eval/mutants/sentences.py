"""Corruptions of one written sentence, for the gate itself: each makes a true sentence false, or says it too strongly.

Unlike the mutations of whole answers these need no run: they start from sentences that somebody wrote from quotes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from eval.mutants.wording import paraphrased, turned_round
from service.annotate.names import looks_like_name
from service.records import Citation, Paper, Sentence

CLAIMS = Path(__file__).with_name("claims.jsonl")
_WORD = re.compile(r"[^\W_][\w^+.\-/]*[\w+]|[^\W_]")
_FIGURE = re.compile(r"(?<![\w.^/-])\d+(?:[.,]\d+)*(?![\w^])")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|does|do|did|will|would|may|might|has been|have been)\b(?! not)", re.IGNORECASE
)
_THIRD = re.compile(
    r"\b(reduce|lower|raise|improve|reach|need|require|use|train|let|keep|cut|attain|obtain|outperform|extend|choose|lose|"
    r"score|store|cost|learn|translate|replace|bring|shrink|increase|fall|drop|achieve|cover|recognise|search|issue|lift|"
    r"consist|estimate|write|decline|produce|fit|make|fail|halve|adapt|review|remain|win|agree|depend|regresse?)(?:s|es)\b"
)
_HEDGES = (
    (re.compile(r"\b(?:may|might|could|would)(?: well)? (?=[a-z])"), ""),
    (re.compile(r",? ?\b(?:probably|possibly|perhaps|likely|presumably|roughly|about|nearly|almost|at most|up to|"
                r"at least)\b"), ""),
    (re.compile(r"\b(?:suggests?|appears? to|seems? to) "), ""),
)  # fmt: skip
_NEGATIONS = (
    (r"\bdoes not (\w+)", r"\1s"),
    (r"\bneither\b(.*?)\bnor\b", r"both\1and"),
    (r"\bwithout\b", "with"),
    (r"\bcannot\b", "can"),
    (r"\b(?:not|no|never) ", ""),
)
_UNIT_NAMES = frozenset("GB MB KB".split())
_UNITS = {"%": " points", " points": "%", " GB": " MB", " MB": " GB", " KB": " MB", " ms": " s", " s ": " ms "}


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence with the papers its citations name and, for `swapped`, the other sentences and papers at hand."""

    sentence: Sentence
    papers: Mapping[str, Paper]
    others: Sequence[Sentence]

    @property
    def quotes(self) -> str:
        return " ".join(c.quote for c in self.sentence.citations)

    @property
    def abstracts(self) -> str:
        return " ".join(self.papers[c.paper_id].abstract for c in self.sentence.citations)


Corruption: TypeAlias = Callable[[Written, random.Random], Sentence | None]


def read_claims(papers: Mapping[str, Paper], path: Path = CLAIMS) -> list[Sentence]:
    """The hand-written claims over the sample, each with its quotes at their offsets."""
    made = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        citations = []
        for quote in record["quotes"]:
            start = papers[quote["paper_id"]].abstract.index(quote["quote"])
            citations.append(Citation("", quote["paper_id"], quote["quote"], start, start + len(quote["quote"])))
        made.append(Sentence(record["text"], "claim", "supported", tuple(citations)))
    return made


def _told(at: Written, text: str | None) -> Sentence | None:
    text = None if text is None else " ".join(text.split())
    return None if text is None or text == at.sentence.text else replace(at.sentence, text=text)


def _cited(at: Written, dice: random.Random, change: Callable[[Citation], Citation | None]) -> Sentence | None:
    i = dice.randrange(len(at.sentence.citations))
    changed = change(at.sentence.citations[i])
    if changed is None:
        return None
    return replace(at.sentence, citations=(*at.sentence.citations[:i], changed, *at.sentence.citations[i + 1 :]))


def swapped_id(at: Written, dice: random.Random) -> Sentence | None:
    """A citation names another paper."""
    others = sorted(p for p in at.papers if p not in {c.paper_id for c in at.sentence.citations})
    return _cited(at, dice, lambda c: replace(c, paper_id=dice.choice(others)))


def swapped_source(at: Written, dice: random.Random) -> Sentence | None:
    """The citations of another sentence, whole and valid."""
    own = {c.paper_id for c in at.sentence.citations}
    others = [s for s in at.others if own.isdisjoint(c.paper_id for c in s.citations)]
    return replace(at.sentence, citations=dice.choice(others).citations) if others else None


def sibling_quote(at: Written, dice: random.Random) -> Sentence | None:
    """A valid quote of the same paper that says something else."""
    own = {c.paper_id for c in at.sentence.citations}
    mine = {c.quote for c in at.sentence.citations}
    others = [
        s
        for s in at.others
        if {c.paper_id for c in s.citations} == own and mine.isdisjoint(c.quote for c in s.citations)
    ]
    return replace(at.sentence, citations=dice.choice(others).citations) if others else None


def fabricated_quote(at: Written, dice: random.Random) -> Sentence | None:
    """A quote has a word that its abstract has not, or is the sentence itself."""
    word = dice.choice(["clearly", "always", "not", "remarkably"])
    if dice.random() < 0.5:
        return _cited(at, dice, lambda c: replace(c, quote=at.sentence.text, end=c.start + len(at.sentence.text)))
    return _cited(at, dice, lambda c: replace(c, quote=c.quote.replace(" ", f" {word} ", 1), end=c.end + len(word) + 1))


def dropped_citation(at: Written, dice: random.Random) -> Sentence | None:  # noqa: ARG001
    """No citation is left."""
    return replace(at.sentence, citations=())


def changed_number(at: Written, dice: random.Random) -> Sentence | None:
    """One digit of a figure is another."""
    places = [i for m in _FIGURE.finditer(at.sentence.text) for i in range(*m.span()) if at.sentence.text[i].isdigit()]
    if not places:
        return None
    i, text = dice.choice(places), at.sentence.text
    return _told(at, text[:i] + dice.choice([d for d in "123456789" if d != text[i]]) + text[i + 1 :])


def other_number(at: Written, dice: random.Random) -> Sentence | None:
    """A figure is replaced by another one of its quotes."""
    said = list(_FIGURE.finditer(at.sentence.text))
    there = sorted(set(_FIGURE.findall(at.quotes)) - {m[0] for m in said})
    if not said or not there:
        return None
    match = dice.choice(said)
    return _told(at, at.sentence.text[: match.start()] + dice.choice(there) + at.sentence.text[match.end() :])


def exchanged_numbers(at: Written, dice: random.Random) -> Sentence | None:
    """Two figures of the sentence change places."""
    return _exchanged(at, dice, list(_FIGURE.finditer(at.sentence.text)))


def changed_unit(at: Written, dice: random.Random) -> Sentence | None:
    """Percent become points, GB become MB."""
    places = [
        (m.end(), u)
        for m in _FIGURE.finditer(at.sentence.text)
        for u in _UNITS
        if at.sentence.text.startswith(u, m.end())
    ]
    if not places:
        return None
    at_unit, unit = dice.choice(places)
    return _told(at, at.sentence.text[:at_unit] + _UNITS[unit] + at.sentence.text[at_unit + len(unit) :])


def _names(text: str) -> list[re.Match[str]]:
    return [
        m
        for m in _WORD.finditer(text)
        if looks_like_name(m[0].rstrip("s")) and not m[0][0].isdigit() and m[0] not in _UNIT_NAMES
    ]


def foreign_name(at: Written, dice: random.Random) -> Sentence | None:
    """A name is replaced by one that the cited abstracts do not hold."""
    said = _names(at.sentence.text)
    there = {m[0] for m in _names(at.abstracts)}
    others = sorted({m[0] for s in at.others for m in _names(s.text)} - there)
    if not said or not others:
        return None
    match = dice.choice(said)
    return _told(at, at.sentence.text[: match.start()] + dice.choice(others) + at.sentence.text[match.end() :])


def sibling_name(at: Written, dice: random.Random) -> Sentence | None:
    """A name is replaced by another one of the cited abstract."""
    said = _names(at.sentence.text)
    held = {m[0] for m in said}
    others = sorted({m[0] for m in _names(at.abstracts)} - held)
    if not said or not others:
        return None
    match = dice.choice(said)
    return _told(at, at.sentence.text[: match.start()] + dice.choice(others) + at.sentence.text[match.end() :])


def exchanged_names(at: Written, dice: random.Random) -> Sentence | None:
    """Two names of the sentence change places."""
    return _exchanged(at, dice, _names(at.sentence.text))


def _exchanged(at: Written, dice: random.Random, places: Sequence[re.Match[str]]) -> Sentence | None:
    pairs = [(a, b) for i, a in enumerate(places) for b in places[i + 1 :] if a[0] != b[0]]
    if not pairs:
        return None
    a, b = dice.choice(pairs)
    text = at.sentence.text
    return _told(at, text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :])


def flipped_direction(at: Written, dice: random.Random) -> Sentence | None:
    """A direction word becomes its opposite."""
    return _told(at, turned_round(at.sentence.text, dice))


def added_negation(at: Written, dice: random.Random) -> Sentence | None:  # noqa: ARG001
    """The sentence comes to deny what its quotes say."""
    text = at.sentence.text
    if _AUXILIARY.search(text):
        return _told(at, _AUXILIARY.sub(lambda m: f"{m[1]} not", text, count=1))
    return _told(at, _THIRD.sub(lambda m: f"does not {m[1]}", text, count=1))


def lost_negation(at: Written, dice: random.Random) -> Sentence | None:  # noqa: ARG001
    """A negation goes."""
    text = at.sentence.text
    for pattern, instead in _NEGATIONS:
        if re.search(pattern, text):
            return _told(at, re.sub(pattern, instead, text, count=1))
    return None


def removed_hedge(at: Written, dice: random.Random) -> Sentence | None:  # noqa: ARG001
    """What was said with reserve, or with a bound, is said outright."""
    for pattern, instead in _HEDGES:
        if pattern.search(at.sentence.text):
            return _told(at, pattern.sub(instead, at.sentence.text, count=1))
    return None


def added_claim(at: Written, dice: random.Random) -> Sentence | None:
    """A second statement is joined on that no quote carries."""
    tail = dice.choice(
        ["and generalises to unseen languages", "and is preferred by clinicians", "and needs half the memory",
         "which makes it robust to adversarial noise", "and has been adopted by industry"]
    )  # fmt: skip
    return _told(at, f"{at.sentence.text.rstrip('.')}, {tail}.")


CORRUPTIONS: dict[str, Corruption] = {
    "swapped id": swapped_id,
    "swapped source": swapped_source,
    "sibling quote": sibling_quote,
    "fabricated quote": fabricated_quote,
    "dropped citation": dropped_citation,
    "changed number": changed_number,
    "other number of the quote": other_number,
    "numbers exchanged": exchanged_numbers,
    "changed unit": changed_unit,
    "foreign name": foreign_name,
    "other name of the abstract": sibling_name,
    "names exchanged": exchanged_names,
    "flipped direction": flipped_direction,
    "negation added": added_negation,
    "negation lost": lost_negation,
    "hedge removed": removed_hedge,
    "claim added": added_claim,
}


def reworded(at: Written) -> Sentence | None:
    """A control: the same in near-synonyms."""
    return _told(at, paraphrased(at.sentence.text))
