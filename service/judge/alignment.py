"""A judge without a model: a sentence is supported only where it is, in order, a part of one sentence of its paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from service.annotate import AnnotatedAbstract
from service.judge.hard_facts import hard_fact
from service.judge.model import Claim, Judgement
from service.judge.ordered import aligned
from service.judge.readings import readings
from service.judge.source import Source, source_of
from service.judge.tokens import Token
from service.text.normal import for_search

_UNDECIDED: Final = 0.5
"""Scores of what is not decided lie below it, by the share of the claim's words that its nearest sentence holds."""


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
        return tuple(hard_fact(claim, abstracts) or _meant(claim, abstracts) for claim in claims)


def support_in(text: str, abstract: AnnotatedAbstract) -> Judgement:
    """How far any sentence of an abstract that may be quoted bears a text out."""
    return _judged(text, source_of(abstract), abstract.evidence)


def nearest(text: str, abstract: AnnotatedAbstract) -> int | None:
    """The sentence to read beside a text: the one that shares most of its words; `None` without evidence."""
    source = source_of(abstract)
    claim = source.read(text)
    return max(abstract.evidence, key=lambda i: _coverage(claim, source.sentences[i]), default=None)


def _meant(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement:
    verdicts = []
    for paper_id in dict.fromkeys(c.paper_id for c in claim.citations):
        abstract = abstracts[paper_id]
        quoted = [
            i
            for i in abstract.evidence
            for c in claim.citations
            if c.paper_id == paper_id and c.start < abstract.sentences[i].end and abstract.sentences[i].start < c.end
        ]
        verdicts.append(_judged(claim.text, source_of(abstract), tuple(dict.fromkeys(quoted))))
    if len(verdicts) == 1:
        return verdicts[0]
    return Judgement("undecided", 0.0, claim.text, "several papers")


def _judged(text: str, source: Source, among: Iterable[int]) -> Judgement:
    claim = source.read(text)
    best, near = 0.0, 0
    for i in among:
        sentence = source.sentences[i]
        share = _coverage(claim, sentence)
        if share == 1.0:
            for reading in readings(claim, sentence):
                found = aligned(reading, sentence)
                if found is not None:
                    return Judgement("supported", 1.0 - 0.02 * found.left_out)
        if share > best:
            best, near = share, i
    return Judgement("undecided", _UNDECIDED * best, "…", "not borne out")


def _coverage(claim: Sequence[Token], sentence: Sequence[Token]) -> float:
    keys = {t.key for t in sentence}
    needed = [t.key for t in claim if t.kind in ("word", "number", "limiter")]
    return sum(k in keys for k in needed) / len(needed) if needed else 0.0


def words_of(text: str) -> str:
    return for_search(text)
