"""A paper's sentences read as one abstract: their moves, which of them introduces the work, and which speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.annotate.names import name_key, own_names
from service.annotate.roles import Role, roles_in
from service.records import Span
from service.review import cell_cues as cue
from service.review.choose import has_figure
from service.review.coverage import Coverage
from service.review.old_evidence import Candidate
from service.text.normal import for_search

_PROPOSES = re.compile(
    r"\b(?:we|this (?:paper|work|article|survey|study|review|tutorial)|in this (?:paper|work|survey|study)) "
    r"(?:(?:\w+ly|also|then|thus|therefore|first|here) |, )*(?:we )?(?:propos|introduc|present|develop|describ|design|"
    r"review|survey|show how|build|reframe|formulate|contribute|put|delve|set out|offer|provide a|endeavou?rs)\w*|"
    r"\bin this (?:paper|work|study|article|survey)(?:[^.,]{0,30})?, (?:we|it) \w+|"
    r"\bis (?:a|an) (?:\S+ ){0,4}(?:method|framework|model|recipe|process|encoder|system|benchmark|collection|"
    r"corpus)\b",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\b(?:we|this (?:paper|work|article|survey|study|review)) (?:(?:\w+ly|also|then|thus|therefore|first|here) )*"
    r"(?:train|fine-?tune|use|learn|give|let|treat|constrain|test|compare|measure|examine|study|investigate|analy[sz]e|"
    r"explore|collect|ask|count|put|project|track|extend|combine|replace|evaluate|adapt)\w*",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:we|our|us)\b|^it (?!is\b|was\b|has been\b|remains\b)|^the (?:method|model|approach|system|framework|"
    r"recipe|procedure)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 7


@dataclass(slots=True, eq=False)
class Reading:
    """A paper's sentences with their moves. `introduced` introduces the work, `proposed` first
    speaks of it; `used` fill the cell of a move already."""

    candidate: Candidate
    coverage: Coverage | None
    texts: tuple[str, ...]
    roles: tuple[Role, ...]
    introduced: int
    proposed: int
    short: str | None
    used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, candidate: Candidate, coverage: Coverage | None) -> Reading:
        texts = tuple(for_search(candidate.sentences.text(i)) for i in range(len(candidate.sentences.spans)))
        read = roles_in(texts)
        roles = tuple(Role.NOTE if g is Role.NOTE else r for g, r in zip(candidate.roles, read, strict=True))
        short = own_names(candidate.paper.title, candidate.paper.abstract).short
        introduced = introducing(texts, roles, short)
        proposed = next((i for i, text in enumerate(texts) if _PROPOSES.search(text)), introduced)
        return cls(candidate, coverage, texts, roles, introduced, min(proposed, introduced), short)

    def stored(self, i: int) -> str:
        """Sentence `i` as the abstract has it: what cells are cut from. `texts` are searchable forms of them."""
        return self.candidate.sentences.text(i)

    def sentences(self) -> Iterator[int]:
        """Sentences that may fill a cell: no housekeeping, no question, no exclamation of two words."""
        for i, text in enumerate(self.texts):
            if self.roles[i] is not Role.NOTE and not text.rstrip().endswith("?") and len(text.split()) > 2:
                yield i

    def position(self, i: int) -> float:
        """Place in the abstract: 0 first, 1 last."""
        return i / max(len(self.texts) - 1, 1)

    def own(self, i: int) -> bool:
        """Whether the sentence speaks of the paper's own work."""
        return bool(_OWN.search(self.texts[i])) or names(self.texts[i], self.short)

    def proposes(self, i: int) -> bool:
        """Whether the sentence says what the authors put forward."""
        return _PROPOSES.search(self.texts[i]) is not None

    def measured(self, i: int) -> bool:
        """Whether the sentence states a figure of a known measure."""
        return measured(self.texts[i])


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence by index and the part of it (of the text as stored) that fills the cell."""

    sentence: int
    part: Span


def names(text: str, short: str | None) -> bool:
    """Whether a text holds the name."""
    return short is not None and name_key(short) in name_key(text)


def measured(text: str) -> bool:
    """Whether a text has a known measure and digits."""
    return cue.MEASURE.search(text) is not None and has_figure(text) and any(map(str.isdigit, text))


def introducing(texts: Sequence[str], roles: Sequence[Role], short: str | None) -> int:
    """Index of the sentence that says what the work is or does, the earliest where several do."""

    def merit(i: int) -> float:
        text = texts[i]
        worth = 2.0 * bool(_PROPOSES.search(text)) + 1.2 * bool(_DOES.search(text)) + 1.0 * names(text, short)
        worth -= 1.5 * (worth == 0.0 and not _OWN.search(text))
        worth += 1.0 * (roles[i] is Role.APPROACH) + 0.4 * (len(text.split()) >= _LEAST_WORDS) - 0.2 * i
        worth -= 1.5 * measured(text)
        worth -= (
            1.5 * bool(cue.STRONG_LIMIT.search(text))
            + 3.0 * (text.rstrip().endswith("?"))
            + 3.0 * (roles[i] is Role.NOTE)
        )
        return worth - 1.0 * bool(
            re.search(
                r"\b(?:experiments?|results?|code|unable|could not|we (?:also|find|found|conclude|show that))\b",
                text,
                re.I,
            )
        )

    return max(range(len(texts)), key=merit)
