"""A judge without a model: a sentence is supported only where it is, in order, a part of one sentence of its paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, islice, pairwise
from typing import Final

from service.annotate import AnnotatedAbstract
from service.judge.contradiction import contradiction
from service.judge.hard_facts import hard_fact
from service.judge.model import Claim, Judgement
from service.judge.ordered import ASSERTING, is_part
from service.judge.readings import readings
from service.judge.source import Source, source_of
from service.judge.tokens import JOINING, Token
from service.vocabulary.function_words import SUBORDINATORS
from service.vocabulary.words import words

_UNDECIDED: Final = 0.5
"""Scores of what is not decided lie below it, by the share of the claim's words that its nearest sentence holds."""
_NEAR: Final = 0.75
"""The share of a claim's words that a sentence must hold to be able to contradict it."""
_MOVED_ONCE: Final = 2
_LEAST_CLAUSE: Final = 4  # needed words
_LONGEST_FRAME: Final = 7  # tokens
_ORDER: Final = words("1th 2th 3th first second third next then further final also lastly")


class AlignmentJudge:
    """The `Judge` of a library without a model: what is not near-verbatim is `undecided`."""

    name = "alignment"
    measured = True

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        """One judgement a claim, in order: hard facts first, then alignment with the sentences that are quoted."""
        return tuple(_judged(claim, abstracts) for claim in claims)


def support_in(text: str, abstract: AnnotatedAbstract) -> Judgement:
    """How far any sentence of an abstract that may be quoted bears a text out."""
    return _meant(text, source_of(abstract), abstract.evidence)


def nearest(text: str, abstract: AnnotatedAbstract) -> int | None:
    """The sentence to read beside a text: the one that shares most of its words; `None` without evidence."""
    source = source_of(abstract)
    claim = source.read(text)
    return max(abstract.evidence, key=lambda i: _coverage(claim, source.sentences[i]), default=None)


def covered(text: str, abstract: AnnotatedAbstract) -> float:
    """The largest share, in [0, 1], of a text's content words that one sentence of an abstract holds."""
    source = source_of(abstract)
    claim = source.read(text)
    return max((_coverage(claim, sentence) for sentence in source.sentences.values()), default=0.0)


def _judged(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement:
    vetoed = hard_fact(claim, abstracts)
    papers = {c.paper_id for c in claim.citations if c.paper_id in abstracts}
    if len(papers) != 1:
        return vetoed or Judgement("undecided", 0.0, claim.text, "It speaks of several papers: read their quotes.")
    abstract = abstracts[papers.pop()]
    spans = [(i, abstract.sentences[i]) for i in abstract.evidence]
    quoted = [i for i, s in spans if any(c.start < s.end and s.start < c.end for c in claim.citations)]
    meant = _meant(claim.text, source_of(abstract), quoted)
    return vetoed if vetoed is not None and meant.label != "contradicted" else meant


def _meant(text: str, source: Source, among: Iterable[int]) -> Judgement:
    """What the sentences `among` a paper's say to a text: it is a part of one, one contradicts it, or it is open."""
    claim = _unreported(source.read(text))
    if not claim:
        return Judgement("undecided", 0.0, text, "It holds no word that could be borne out.")
    ranked = sorted((source.sentences[i] for i in among), key=lambda s: -_coverage(claim, s))
    if any(all(any(_is_part(part, s) for s in ranked) for part in parts) for parts in ([claim], _clauses(claim))):
        return Judgement("supported", 1.0)
    for sentence in ranked:
        if _coverage(claim, sentence) >= _NEAR:
            found = contradiction(claim, sentence, _is_part_loosely)
            if found is not None:
                said, stands = _in_range(found.said, claim), _in_range(found.stands, sentence)
                return Judgement("contradicted", 0.0, said, f"The quote has {stands!r} in its place.")
    if not ranked:
        return Judgement("undecided", 0.0, text, "Nothing is quoted that could bear it out.")
    return _open(text, claim, ranked[0])


def _unreported(claim: Sequence[Token]) -> Sequence[Token]:
    """What "First, we clearly find that" reports; any other claim as it is."""
    that = next((i for i, t in enumerate(claim[:_LONGEST_FRAME]) if t.key == "that"), 0)
    frame = claim[:that]
    opens = bool(frame) and frame[-1].key in ASSERTING and any(t.kind == "self" for t in frame)
    idle = all(t.kind in ("self", "function") or t.key in _ORDER or t.surface.endswith("ly") for t in frame[:-1])
    return claim[that + 1 :] if opens and idle and len(claim) > that + _LEAST_CLAUSE else claim


def _clauses(claim: Sequence[Token]) -> list[Sequence[Token]]:
    """The clauses of a claim that are merely joined: by ";", or by a pause and "and", "while", "but" ..."""
    cuts = [
        i
        for i, t in enumerate(claim)
        if i and t.depth == 0 and (";" in t.pause or (t.key in JOINING and ("," in t.pause or t.key in SUBORDINATORS)))
    ]
    parts = [claim[a + (claim[a].key in JOINING) : b] for a, b in pairwise([0, *cuts, len(claim)])]
    return parts if all(sum(t.needed for t in part) >= _LEAST_CLAUSE for part in parts) else [claim]


def _is_part(claim: Sequence[Token], sentence: Sequence[Token]) -> bool:
    """Whether any reading of a claim is a safe part of a sentence."""
    if _coverage(claim, sentence) < 1.0:
        return False
    return any(is_part(reading, sentence, moved=i > 0) for i, reading in enumerate(readings(claim, sentence)))


def _is_part_loosely(claim: Sequence[Token], sentence: Sequence[Token]) -> bool:
    """Whether the words of a claim, or of what it becomes by one move, stand in a sentence in order."""
    if _coverage(claim, sentence) < 1.0:
        return False
    moved_once = enumerate(islice(readings(claim, sentence), _MOVED_ONCE))
    return any(is_part(reading, sentence, moved=i > 0, loose=True) for i, reading in moved_once)


def _coverage(claim: Sequence[Token], sentence: Sequence[Token]) -> float:
    """The share of a claim's words, numbers and limiters that a sentence holds in any order."""
    keys = {t.key for t in sentence}
    weighty = [t.key for t in claim if t.weighty]
    return sum(k in keys for k in weighty) / len(weighty) if weighty else 0.0


def _runs(claim: Sequence[Token], known: set[str]) -> list[str]:
    """The stretches of a claim between weighty words that are known, each from its first weighty word to its last; of
    a range both ends.
    """
    weighty = [i for i, t in enumerate(claim) if t.weighty]
    runs = [list(run) for missing, run in groupby(weighty, lambda i: claim[i].key not in known) if missing]
    spans = [claim[run[0] - 2 * _ends_range(claim, run[0]) : run[-1] + 1] for run in runs]
    return [" ".join(surface for surface, _ in groupby(t.surface for t in span)) for span in spans]


def _in_range(number: str, tokens: Sequence[Token]) -> str:
    """A number with the beginning of the range that it ends, "30 to 40"; anything else as it is."""
    at = next((i for i, t in enumerate(tokens) if t.surface == number and _ends_range(tokens, i)), None)
    return number if at is None else " ".join(t.surface for t in tokens[at - 2 : at + 1])


def _ends_range(claim: Sequence[Token], i: int) -> bool:
    return i > 1 and claim[i - 1].key == "to" and claim[i].kind == claim[i - 2].kind == "number"


def _open(text: str, claim: Sequence[Token], nearest: Sequence[Token]) -> Judgement:
    """Undecided, with the words that the nearest sentence does not hold."""
    keys = {t.key for t in nearest}
    missing = ", ".join(dict.fromkeys(_runs(claim, keys)))
    why = "These words do not stand in the nearest sentence" if missing else (
        "The nearest sentence has these words in another order or under another condition"
    )  # fmt: skip
    return Judgement("undecided", _UNDECIDED * _coverage(claim, nearest), missing or text, f"{why}: read its quote.")
