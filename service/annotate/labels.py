"""Section labels of structured abstracts: where a sentence's own words begin, and which part it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.records import Span

Section: TypeAlias = Literal["problem", "approach", "data", "result", "limit", "notice"]

_SECTIONS: Final[dict[Section, str]] = {
    "problem": """background introduction objective objectives aim aims purpose purposes context rationale hypothesis
        hypotheses motivation importance question questions goal goals problem object""",
    "data": """setting settings patients patient participants participant subjects subject population populations sample
        samples animals sources source location probands""",
    "approach": """method methods methodology material materials design intervention interventions measure measures
        measurement measurements procedure procedures analysis analyses exposure exposures extraction selection
        collection approach treatment treatments eligibility criteria protocol outcome outcomes""",
    "result": """result results finding findings conclusion conclusions interpretation discussion
        observation observations significance relevance implications implication recommendations commentary
        contribution contributions synthesis""",
    "limit": "limitation limitations",
    "notice": """registration registrations funding sponsorship sponsor keywords supplementary identifier availability
        disclosure disclosures acknowledgements acknowledgments words""",
}  # fmt: skip
"""The words that name the parts of a structured abstract, as the National Library of Medicine groups them."""
_SECTION_OF: Final = {word: section for section, words in _SECTIONS.items() for word in words.split()}
_BESIDE: Final = frozenset(
    """abstract and or of the for to in main primary secondary principal key major study trial clinical research review
    case data statistical experimental systematic electronic number editorial unique evidence strengths unlabelled
    unlabeled summary structured description recent literature state art""".split()
)
"""Words that stand in a label beside those."""
_WORD = re.compile(r"([A-Za-z]{2,})(?![\w'’-])")
_BETWEEN = re.compile(r"\.(?=[A-Z])|\s?[,/&]?\s?")
_COLON = re.compile(r"\]\s*|[\])*_]{0,3}\s?(?::+|\.$|\.?\s?[-–—](?=\s))[*_]{0,2}\s*|$")
_OWN_COLON = re.compile(r"::?\s+(?=[A-Z\d])")
_BARE = re.compile(r"[\])*_]{0,3}\.?\s+(?=[\"'“(\[]?[A-Z\d])")
_TITLE_BARE = re.compile(
    r"(?:Background|Introduction|Objectives?|Aims?|Purpose|Methods?|Design|Setting|Participants|Results|Findings|"
    r"Conclusions?|Discussion)\s+(?=[A-Z])"
)
_MOST_WORDS: Final = 8
_LEAST_OWN_CHARS: Final = 7


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence's own words are `abstract[start:end]`; equal for a sentence that is nothing but a label.

    `label` is the one in force, as written, with its section; a label holds until the next.
    """

    start: int
    end: int
    label: str | None
    section: Section | None


def labelled(abstract: str, sentences: Sequence[Span]) -> list[Labelled]:
    """One for each sentence, in order."""
    texts = [abstract[span.start : span.end] for span in sentences]
    bare_titles = sum(_TITLE_BARE.match(text) is not None for text in texts) > 1  # one alone may be a subject
    found: list[Labelled] = []
    label: str | None = None
    section: Section | None = None
    for span, text in zip(sentences, texts, strict=True):
        length, written = label_at(text)
        title = _TITLE_BARE.match(text) if bare_titles and not written else None
        if title:
            length, written = title.end(), title[0].strip()
        if written:
            label, section = written, section_of(written)
        found.append(Labelled(span.start + length, span.end, label, section))
    return found


def label_at(sentence: str) -> tuple[int, str]:
    """How many characters of a sentence's head are a section label, and the label; (0, "") for none.

    In capitals it may stand without a colon ("METHODS Patients were"); otherwise only with one, or alone.
    """
    begin = at = len(sentence) - len(sentence.lstrip("[(*_"))
    bare = (0, "")
    for n in range(_MOST_WORDS):
        word = _WORD.match(sentence, at)
        known = word is not None and (word[1].casefold() in _SECTION_OF or word[1].casefold() in _BESIDE)
        if word is None or not (known or word[1].isupper()):
            break
        end = word.end()
        said = sentence[begin:end]
        ends = _COLON.match(sentence, end) if _names_section(said) else None
        own = _OWN_COLON.match(sentence, end) if said.isupper() and (n or len(said) >= _LEAST_OWN_CHARS) else None
        if own or ends:
            return max(match.end() for match in (own, ends) if match), _written(said)
        follows = _BARE.match(sentence, end)
        if follows and known and said.isupper() and _names_section(said):
            bare = (follows.end(), _written(said))
        between = _BETWEEN.match(sentence, end)
        at = between.end() if between else end
    return bare


def section_of(label: str) -> Section | None:
    """The part of the abstract that a label names; `None` for one that names none ("Summary") or two."""
    sections = [_SECTION_OF[w] for w in re.findall(r"[a-z]+", label.casefold()) if w in _SECTION_OF]
    if not sections or (sections[0] in ("approach", "data") and "result" in sections):
        return None
    return "limit" if "limit" in sections else sections[0]


def _names_section(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.casefold())
    return any(word in _SECTION_OF for word in words) or words[-1] in ("abstract", "summary", "unlabelled", "unlabeled")


def _written(label: str) -> str:
    return " ".join(label.removeprefix("ABSTRACT.").split())
