"""The aspects that papers are compared by: those proposed, those a question asks for, those given as columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service import limits
from service.errors import UsageError
from service.text.normal import for_search

MOST_COLUMNS = limits.COLUMNS_MAX
_MOST_CHARS = 60


class Kind(StrEnum):
    """How the cells of a column are found: by the move of a sentence, by what it tells of, or by the column's words."""

    PROBLEM = "problem"
    APPROACH = "approach"
    SUPERVISION = "supervision"
    DATA = "data"
    METRIC = "metric"
    RESULT = "result"
    LIMIT = "limit"
    SCORE = "score"
    MEMORY = "memory"
    TIME = "time"
    SIZE = "size"
    LANGUAGES = "languages"
    COMPARED = "compared"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One column: its heading as the reader wrote it, and how it is filled. `asked`: not merely proposed."""

    name: str
    kind: Kind
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request cut in two: what the papers are about, and the aspects to compare them by (none: propose some)."""

    topic: str
    aspects: tuple[Aspect, ...]


PROPOSED = tuple(
    Aspect(str(kind), kind)
    for kind in (Kind.PROBLEM, Kind.APPROACH, Kind.SUPERVISION, Kind.DATA, Kind.METRIC, Kind.RESULT, Kind.LIMIT)
)

_SYNONYMS: dict[Kind, str] = {
    Kind.PROBLEM: "problem motivation goal aim objective task challenge purpose question gap",
    Kind.APPROACH: "approach method technique idea mechanism architecture algorithm model design methodology solution",
    Kind.SUPERVISION: "supervision label labels annotation annotations feedback supervisory signal labelling labeling",
    Kind.DATA: "data dataset datasets corpus corpora sample samples training",
    Kind.METRIC: "metric metrics measure measures evaluation benchmark benchmarks",
    Kind.RESULT: "result results finding findings outcome outcomes conclusion gain gains improvement evidence",
    Kind.LIMIT: "limit limits limitation limitations weakness weaknesses drawback drawbacks caveat caveats "
    "shortcoming shortcomings failure failures risk risks disadvantage disadvantages",
    Kind.SCORE: "accuracy performance quality score scores effectiveness precision error",
    Kind.MEMORY: "memory storage footprint",
    Kind.TIME: "time runtime speed latency throughput duration hours",
    Kind.SIZE: "size parameters scale",
    Kind.LANGUAGES: "language languages",
    Kind.COMPARED: "baseline baselines comparison",
}
_KINDS = {word: kind for kind, words in _SYNONYMS.items() for word in words.split()}
_FILLERS = frozenset(
    """the a an their its of used for use in each main own any reported kind kinds type types and running inference
    wall-clock model peak training key average test data set sets""".split()
)
# "training data" is data, "training time" is time, "human feedback" supervision: the last telling word decides.
_BY = re.compile(
    r"[,:]?\s+(?:by|in terms of|with (?:respect|regard) to|regarding|according to|along(?: the)?|on the basis of|"
    r"(?P<weak>in|for|on))\s+(?:their |the |both )?(?P<aspects>[^?.;:]+)[?.]?\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,\s*(?:and|as well as)?|\band\b|\bas well as\b|&|;)\s*", re.IGNORECASE)


def asked_in(question: str) -> Asked:
    """What a question asks to compare, and by what: "compare X and Y by supervision and data".

    Behind "by" or "in terms of" any word is an aspect; behind "in", "for" or "on" all have to be known ones.
    """
    text = " ".join(for_search(question).split())
    for found in reversed(list(_starts(text))):
        names = [n for n in map(str.strip, _AND.split(found["aspects"])) if n]
        if not names or len(names) > MOST_COLUMNS or any(len(n.split()) > 4 for n in names):
            continue
        if found["weak"] and not all(_kind(n) is not Kind.WORDS for n in names):
            continue
        if not found["weak"] and re.match(r"^(?:\w+ing)\b", names[0]) and _kind(names[0]) is Kind.WORDS:
            continue  # "align models by averaging weights" is no list of aspects
        topic = text[: found.start()].strip(" ,:")
        if len(topic.split()) > 1 or re.match(r"[A-Z]", topic):
            return Asked(topic, columns(names))
    return Asked(question, ())


def _starts(text: str) -> Iterable[re.Match[str]]:
    for at in re.finditer(r"[,:]?\s+(?:by|in|with|regarding|according|along|on|for)\b", text, re.IGNORECASE):
        found = _BY.match(text, at.start())
        if found:
            yield found


def columns(names: Sequence[str]) -> tuple[Aspect, ...]:
    """Aspects of the names given, each once. Raises `UsageError` for none, too many, or one that is no word."""
    found: dict[str, Aspect] = {}
    for name in (" ".join(n.split()) for n in names):
        if not any(c.isalnum() for c in name) or len(name) > _MOST_CHARS or not name.isprintable():
            raise UsageError(
                f"{name[:_MOST_CHARS]!r} is no name of a column: give a word or a few, as in --columns data,limit"
            )
        found.setdefault(name.casefold(), Aspect(name, _kind(name), asked=True))
    if not 1 <= len(found) <= MOST_COLUMNS:
        raise UsageError(f"{len(found)} columns are asked for; give 1 to {MOST_COLUMNS}")
    return tuple(found.values())


def _kind(name: str) -> Kind:
    """The kind of the last word that tells one, where all other words only qualify it."""
    words = re.findall(r"[\w-]+", name.casefold())
    if len(words) > 1 and words[-1] in ("time", "memory", "size", "data", "parameters"):
        return _KINDS[words[-1]] if all(w in _FILLERS or w in _KINDS for w in words[:-1]) else Kind.WORDS
    telling = [w for w in words if w in _KINDS]
    strange = [w for w in words if w not in _KINDS and w not in _FILLERS]
    if strange == ["human"] and telling and _KINDS[telling[-1]] is Kind.SUPERVISION:
        return Kind.SUPERVISION  # "human evaluation" is not what "evaluation" is, but human feedback is feedback
    return _KINDS[telling[-1]] if telling and not strange else Kind.WORDS
