"""A judge without a model: a sentence is supported only where it is, in order, a part of one sentence of its paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Final

from service.annotate import AnnotatedAbstract
from service.judge.contradiction import contradiction
from service.judge.hard_facts import hard_fact
from service.judge.model import Claim, Judgement
from service.judge.ordered import Alignment, aligned, whole_clause
from service.judge.readings import readings
from service.judge.source import Source, source_of
from service.judge.tokens import JOINING, Token
from service.vocabulary.words import words

_UNDECIDED: Final = 0.5
"""Scores of what is not decided lie below it, by the share of the claim's words that its nearest sentence holds."""
_NEAR: Final = 0.75
"""The share of a claim's words that a sentence must hold to be able to contradict it."""
_A_JOIN: Final = 0.1
_LEAST_PART: Final = 4
_CLAUSAL: Final = words("while whilst whereas although though")
_MOVED_ONCE: Final = 2
_MOST_RESOLVED: Final = 4
_A_WORD: Final = 0.02
"""What each word that an alignment leaves out takes off the score."""


class AlignmentJudge:
    """The `Judge` of a library without a model: what is not near-verbatim is `undecided`."""

    @property
    def name(self) -> str:
        return "alignment"

    @property
    def measured(self) -> bool:
        return True

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        """One judgement a claim, in order: hard facts first, then alignment with the sentences that are quoted."""
        return tuple(_judged(claim, abstracts) for claim in claims)


def support_in(text: str, abstract: AnnotatedAbstract) -> Judgement:
    """How far any sentence of an abstract that may be quoted bears a text out."""
    return _aligned(text, source_of(abstract), abstract.evidence)


def nearest(text: str, abstract: AnnotatedAbstract) -> int | None:
    """The sentence to read beside a text: the one that shares most of its words; `None` without evidence."""
    source = source_of(abstract)
    claim = source.read(text)
    return max(abstract.evidence, key=lambda i: _coverage(claim, source.sentences[i]), default=None)


def covered(text: str, abstract: AnnotatedAbstract) -> float:
    """The largest share, in [0, 1], of a text's content words that one sentence of an abstract holds."""
    source = source_of(abstract)
    claim = source.read(text)
    return max((_coverage(claim, source.sentences[i]) for i in abstract.evidence), default=0.0)


def _judged(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement:
    vetoed = hard_fact(claim, abstracts)
    if vetoed is not None and vetoed.label == "contradicted":
        return vetoed
    papers = tuple(dict.fromkeys(c.paper_id for c in claim.citations if c.paper_id in abstracts))
    if len(papers) != 1:
        return vetoed or Judgement("undecided", 0.0, claim.text, "It speaks of several papers: read their quotes.")
    abstract = abstracts[papers[0]]
    quoted = [
        i
        for i in abstract.evidence
        if any(c.start < abstract.sentences[i].end and abstract.sentences[i].start < c.end for c in claim.citations)
    ]
    meant = _aligned(claim.text, source_of(abstract), quoted)
    return vetoed if vetoed is not None and meant.label != "contradicted" else meant


def _aligned(text: str, source: Source, among: Iterable[int]) -> Judgement:
    claim = source.read(text)
    ranked = sorted(((_coverage(claim, source.sentences[i]), -i) for i in among), reverse=True)
    for share, i in ranked:
        resolved = claim if share == 1.0 else _resolved(claim, source.sentences[-i], source.before[-i])
        alignment = _best(resolved, source.sentences[-i])
        if alignment is not None:
            return Judgement("supported", 1.0 - _A_WORD * alignment.left_out)
    parts = _parts(claim)
    if len(parts) > 1 and all(_borne_out(part, source, ranked) for part in parts):
        return Judgement("supported", 1.0 - _A_JOIN * (len(parts) - 1))
    for share, i in ranked:
        found = contradiction(claim, source.sentences[-i], _loosely) if share >= _NEAR else None
        if found is not None:
            return Judgement("contradicted", 0.0, found.said, f"The quote has {found.stands!r} in its place.")
    if not ranked:
        return Judgement("undecided", 0.0, text, "Nothing is quoted that could bear it out.")
    share, i = ranked[0]
    return Judgement("undecided", _UNDECIDED * share, *_not_borne_out(claim, source.sentences[-i], text))


def _parts(claim: Sequence[Token]) -> list[Sequence[Token]]:
    """The clauses of a claim that are merely joined: by ";", or by a pause and "and", "while", "but" ..."""
    cuts = [
        i
        for i, t in enumerate(claim)
        if i and t.depth == 0 and (";" in t.pause or (t.key in JOINING and ("," in t.pause or t.key in _CLAUSAL)))
    ]
    edges = [0, *cuts, len(claim)]
    parts = [claim[a + (claim[a].key in JOINING) : b] for a, b in pairwise(edges)]
    return parts if all(sum(t.needed for t in part) >= _LEAST_PART for part in parts) else []


def _borne_out(part: Sequence[Token], source: Source, ranked: Sequence[tuple[float, int]]) -> bool:
    """Whether a clause is a part of one sentence from that one's own subject on."""
    for _, i in ranked:
        sentence = source.sentences[-i]
        alignment = _best(part, sentence)
        if alignment is not None and whole_clause(sentence, alignment.places[0]):
            return True
    return False


def _resolved(claim: Sequence[Token], sentence: Sequence[Token], before: frozenset[str]) -> tuple[Token, ...]:
    """A claim with up to four words, of the title or earlier sentences, as names for what the sentence points at."""
    keys = {t.key for t in sentence}
    missing = [t for t in claim if t.kind == "word" and t.key not in keys]
    if len(missing) > _MOST_RESOLVED or any(t.key not in before for t in missing):
        return tuple(claim)
    return tuple(replace(t, kind="resolved") if t in missing else t for t in claim)


def _best(claim: Sequence[Token], sentence: Sequence[Token]) -> Alignment | None:
    """The alignment of the first reading of a claim that aligns with a sentence."""
    if _coverage(claim, sentence) < 1.0:
        return None
    for i, reading in enumerate(readings(claim, sentence)):
        found = aligned(reading, sentence, moved=i > 0)
        if found is not None:
            return found
    return None


def _loosely(claim: Sequence[Token], sentence: Sequence[Token]) -> Alignment | None:
    """An alignment of the words alone, of a claim or of what it becomes by one move."""
    if _coverage(claim, sentence) < 1.0:
        return None
    for i, reading in enumerate(islice(readings(claim, sentence), _MOVED_ONCE)):
        found = aligned(reading, sentence, moved=i > 0, loose=True)
        if found is not None:
            return found
    return None


def _coverage(claim: Sequence[Token], sentence: Sequence[Token]) -> float:
    keys = {t.key for t in sentence}
    needed = [t.key for t in claim if t.kind in ("word", "number", "limiter")]
    return sum(k in keys for k in needed) / len(needed) if needed else 0.0


def _not_borne_out(claim: Sequence[Token], sentence: Sequence[Token], text: str) -> tuple[str, str]:
    keys = {t.key for t in sentence}
    missing = [t.surface for t in claim if t.kind in ("word", "number", "limiter") and t.key not in keys]
    if missing:
        return ", ".join(dict.fromkeys(missing)), "These words do not stand in the nearest sentence: read its quote."
    return text, "The nearest sentence has these words in another order or under another condition: read its quote."
