"""Direction kept: the share of claims that speak of a direction without turning one of their quotes round.

Compared are the direction words ("rises" against "falls", "more" against "fewer") and negations of a claim and of
its true quotes. A word is turned round when its axis stands in the quotes only the other way; when claim and
quote are near the same in all other words, also when their directions follow in another order ("A is above B" for
"B is above A" is not seen, because no direction word moved) or a negation came or went.
"""

from __future__ import annotations

import re
from functools import lru_cache

from eval.documents.folding import fold, words
from eval.documents.reading import SentenceDocument
from eval.scorers.citations import fault_of_quote
from eval.scorers.score import Score, Scorer, Submission, clip, share

# An axis on a line of its own, then its words up and its words down; an ending in * takes any inflection.
_AXES = """
amount
+ increas* rais* rise rises rose risen rising grow* grew climb* gain gains gained boost* more
- decreas* reduc* fall falls fell fallen falling drop drops dropped dropping shrink* shrank declin* diminish*
- lower lowers lowered lowering less fewer
height
+ higher highest above exceed* surpass*
- lower lowest below
worth
+ better best improv* outperform* superior benefit* enhanc*
- worse worst worsen* underperform* inferior harm* degrad* deteriorat* hurt*
speed
+ faster fastest quicker accelerat* speed speeds
- slower slowest slow slows slowed
size
+ larger largest bigger biggest longer longest
- smaller smallest shorter shortest
number
+ most
- least fewest
ease
+ easier easily
- harder difficult
outcome
+ succeed*
- fail fails failed failing
consent
+ agree* confirm* support supports
- disagree* contradict* refut*
"""
_NEGATIONS = frozenset(
    "not no without never neither nor cannot can't don't doesn't didn't isn't aren't wasn't won't n't".split()
)
_NEAR = 0.7
_TITLED = re.compile('[“"]([^”"]+)[”"]')


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, list[tuple[str, int]]], list[tuple[str, tuple[str, int]]]]:
    whole: dict[str, list[tuple[str, int]]] = {}
    stems: list[tuple[str, tuple[str, int]]] = []
    axis = ""
    for line in _AXES.strip().splitlines():
        if line[0] not in "+-":
            axis = line
            continue
        sense = (axis, 1 if line[0] == "+" else -1)
        for word in line[1:].split():
            if word.endswith("*"):
                stems.append((word[:-1], sense))
            else:
                whole.setdefault(word, []).append(sense)
    return whole, stems


@lru_cache(maxsize=4096)
def axes_of(word: str) -> tuple[tuple[str, int], ...]:
    """The axes a word lies on with its sign (+1 up, -1 down); empty for most words."""
    whole, stems = _lexicon()
    return (*whole.get(word, ()), *(sense for stem, sense in stems if word.startswith(stem)))


def turned(claim: str, quotes: tuple[str, ...]) -> tuple[str, ...]:
    """What of `claim` goes the other way than the quotes, in words for a reader; empty where nothing does."""
    told, given = words(claim), [words(q) for q in quotes]
    there = {sense for tokens in given for w in tokens for sense in axes_of(w)}
    faults = [
        f"{w!r} where the quote goes the other way"
        for w in told
        if axes_of(w) and not set(axes_of(w)) & there and {(a, -s) for a, s in axes_of(w)} & there
    ]
    nearest = max(given, key=lambda tokens: _likeness(told, tokens), default=[])
    if not faults and _likeness(told, nearest) >= _NEAR:
        faults += _reordered(told, nearest)
    return tuple(faults)


def _likeness(one: list[str], other: list[str]) -> float:
    """Jaccard over the words that carry neither direction nor negation."""
    a, b = ({w for w in tokens if not axes_of(w) and w not in _NEGATIONS} for tokens in (one, other))
    return len(a & b) / len(a | b) if a | b else 0.0


def _reordered(told: list[str], quote: list[str]) -> list[str]:
    faults = []
    ours, theirs = ([_sign(w) for w in tokens if axes_of(w)] for tokens in (told, quote))
    if ours != theirs and sorted(ours) == sorted(theirs):
        faults.append("its directions follow in another order than in the quote")
    if (_negations(told) - _negations(quote)) % 2:
        faults.append("a negation came or went")
    return faults


def _sign(word: str) -> int:
    return axes_of(word)[0][1]


def _negations(tokens: list[str]) -> int:
    return sum(w in _NEGATIONS for w in tokens)


def _lost(sentence: SentenceDocument, submission: Submission) -> tuple[str, ...] | None:
    """None where neither the claim nor its quotes speak of a direction."""
    cited = [c for c in sentence.citations if fault_of_quote(c, submission.papers) is None]
    quotes = tuple(c.quote or "" for c in cited)
    titles = [fold(submission.papers[c.paper_id or ""].title) for c in cited]
    # A title told as the subject ("“The Rank Plateau” finds …") may have directions of its own.
    text = _TITLED.sub(lambda m: " " if any(fold(m[1].strip(" …")) in t for t in titles) else m[0], sentence.text)
    spoken = any(axes_of(w) or w in _NEGATIONS for told in (text, *quotes) for w in words(told))
    return turned(text, (*quotes, *_sentences(quotes))) if spoken and quotes else None


def _sentences(quotes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(s for q in quotes for s in re.split(r"(?<=[.!?])\s+", q) if s)


def _measure(submission: Submission) -> Score:
    checked = [(s, _lost(s, submission)) for s in submission.answer.claims]
    spoken = [(s, faults) for s, faults in checked if faults is not None]
    reasons = tuple(f"{'; '.join(faults)}: {clip(s.text)!r}" for s, faults in spoken if faults)
    return share(len(spoken) - len(reasons), len(spoken), reasons)


direction_kept = Scorer("direction_kept", "higher", _measure)
