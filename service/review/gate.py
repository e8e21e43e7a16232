"""The gate: nothing is shown before every quote has been found where it claims to be.

First form: a sentence passes when it has citations, each quote stands in its abstract at its offsets, every
number (with its unit), name and acronym of the sentence occurs in its quotes (or is a cited paper's own name), no
negation appears or vanishes, no direction ("higher", "reduces") appears that the quotes do not have, and its content
words come from the quotes. It cannot see that two numbers, names or directions of one quote have changed places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.records import Citation, Dropped, Paper, Sentence
from service.review.coverage import content_words
from service.review.references import short_name
from service.text.names import acronyms, mentioned_names, name_key, own_names, tokens
from service.text.normal import for_display, for_search
from service.text.terms import terms

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n't\b", re.IGNORECASE)
_WORDED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|billion|dozen|half|halves|halved|third|quarter|twice|double[ds]?|triple[ds]?)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(\d+(?:[.,]\d+)*)[ -]?(%|percent(?:age)? points?|percent|points?|fold|times|x|k|m|b|[kmgt]?hz|[kmgt]b|m?s|"
    r"milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|thousand|million|billion|"
    r"[mk]?g|m?l|[mck]?m|mah|parameters?|tokens?|bits?)(?![\w])",
    re.IGNORECASE,
)
_DIRECTIONS = {
    side: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for side, words in {
        "more": r"increas\w+|rais(?:e|es|ed|ing)|rise[sn]?|rising|rose|gr(?:ow|ows|ew|owing)|higher|highest|more|most|"
        r"larger|largest|greater|greatest|gain(?:s|ed|ing)?",
        "less": r"decreas\w+|reduc\w+|lower(?:s|ed|ing)?|lowest|less|least|fewer|fewest|smaller|smallest|"
        r"drop(?:s|ped|ping)?|declin\w+|fall(?:s|en|ing)?|fell|shrink\w*|cut(?:s|ting)?",
        "better": r"improv\w+|better|best|outperform\w*|surpass\w*|exceed\w*|beats?|enhanc\w+|superior\w*|boost\w*",
        "worse": r"worse\w*|worst|degrad\w+|underperform\w*|inferior\w*|deteriorat\w+|harm\w*|hurts?",
        "faster": r"faster|fastest|quicker|accelerat\w+|speeds?",
        "slower": r"slower|slowest|slow(?:s|ed|ing)?",
    }.items()
}
_LEAST_CARRIED = 0.9  # share of content words that must come from the quotes; rewriting adds "authors" alone
_LEAST_CARRIED_WRITTEN = 0.55  # a model's own words: enough to connect, not enough to claim by
_ADDED = frozenset({"authors", "author", "paper"})


@dataclass(frozen=True, slots=True)
class Gated:
    """What may be shown and what may not, with reasons."""

    shown: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...]


def gate(sentences: Iterable[Sentence], papers: Mapping[str, Paper], *, written: bool = False) -> Gated:
    """Split sentences into shown and dropped. `papers` are those retrieved, by id; `written` as for `fault`."""
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for sentence in sentences:
        reason = fault(sentence, papers, written=written)
        if reason is None:
            shown.append(sentence)
        else:
            dropped.append(Dropped(sentence.text, reason))
    return Gated(tuple(shown), tuple(dropped))


def fault(sentence: Sentence, papers: Mapping[str, Paper], *, written: bool = False) -> str | None:
    """Why a sentence must not be shown, or `None`. A connective may cite nothing and claim nothing.

    With `written` the sentence is a model's, not a rewriting of its quote: it may use some words of its own, and
    only negations in the parts of the quote that it speaks of count.
    """
    if sentence.kind == "connective":
        return "a connective must not carry numbers or citations" if _claims(sentence) else None
    if not sentence.text.strip():
        return "it says nothing"
    if not sentence.citations:
        return "no citation"
    for citation in sentence.citations:
        paper = papers.get(citation.paper_id)
        if paper is None:
            return f"cites {citation.paper_id!r}, which was not retrieved"
        if not _stands(citation, paper.abstract):
            return f"the quote does not stand in the abstract of {citation.paper_id!r} at {citation.start}"
    quotes = [c.quote for c in sentence.citations]
    return _unfaithful(sentence.text, quotes, [papers[c.paper_id] for c in sentence.citations], written=written)


def _stands(citation: Citation, abstract: str) -> bool:
    """Whether the quote is the abstract between its offsets, without the leniency of slices."""
    start, end = citation.start, citation.end
    return 0 <= start < end <= len(abstract) and abstract[start:end] == citation.quote


def _claims(sentence: Sentence) -> bool:
    return bool(sentence.citations) or bool(_NUMBER.search(_without_own_digits(sentence.text)))


def _without_own_digits(text: str) -> str:
    """Text without its names, whose digits are no figures (UniME-V2), and without years in brackets."""
    for name in mentioned_names(text):
        text = text.replace(name, " ")
    return re.sub(r"\((?:19|20)\d\d\)", " ", text)


def _unfaithful(text: str, quotes: Sequence[str], cited: Sequence[Paper], *, written: bool) -> str | None:
    source = for_search(" ".join(quotes))
    if for_search(for_display(quotes[0])) == for_search(text):
        return None
    own = " ".join(f"{short_name(p)} {p.title}" for p in cited)
    return (
        _strange_number(for_search(text), source, for_search(own))
        or _strange_name(text, f"{source} {own}", cited)
        or _turned(for_search(_without_titles(text, cited)), _spoken_of(text, source) if written else source)
        or _not_carried(text, f"{source} {own}", _LEAST_CARRIED_WRITTEN if written else _LEAST_CARRIED)
    )


def _strange_number(text: str, source: str, own: str) -> str | None:
    """A figure, a number word, or a unit behind a figure that the quotes do not have."""
    for number in (_NUMBER, _WORDED):
        allowed = {n.casefold() for n in (*number.findall(source), *number.findall(own))}
        for found in number.findall(text):
            if found.casefold() not in allowed:
                return f"the number {found} is not in the quote"
    units = {(n, u.casefold()) for n, u in _UNIT.findall(f"{source} {own}")}
    for n, unit in _UNIT.findall(text):
        if (n, unit.casefold()) not in units:
            return f"the quote does not say {n} {unit}"
    return None


def _strange_name(text: str, source: str, cited: Sequence[Paper]) -> str | None:
    known = {name_key(t) for t in tokens(source)} | own_names_keys(cited)
    for name in (*mentioned_names(text), *acronyms(text)):
        if name_key(name) not in known:
            return f"the name {name} is not in the quote"
    return None


def _turned(text: str, source: str) -> str | None:
    """A negation that came or went, or a direction that the quotes do not speak of."""
    if len(_NEGATION.findall(text)) != len(_NEGATION.findall(source)):
        return "a negation was added or lost"
    for pattern in _DIRECTIONS.values():
        found = pattern.search(text)
        if found and not pattern.search(source):
            return f"the quote does not say {found[0]!r}"
    return None


def _spoken_of(text: str, source: str) -> str:
    """The parts of a quote, cut at commas and conjunctions, that share a content word with the text."""
    said = {t for w in content_words(text) for t in terms(w)}
    parts = re.split(r"[,;:()]|\b(?:and|but|while|whereas|although|which|that)\b", source)
    return " , ".join(p for p in parts if said & {t for w in content_words(p) for t in terms(w)})


def _not_carried(text: str, source: str, least: float) -> str | None:
    words = [w for w in content_words(text) if w not in _ADDED and not w[0].isdigit()]
    carried = {*terms(source), *terms(source.casefold())}  # content words are folded: "MWEs" and "mwes" stem apart
    kept = sum(any(t in carried for t in terms(w)) for w in words)
    return "its words are not carried by the quote" if words and kept / len(words) < least else None


def _without_titles(text: str, cited: Sequence[Paper]) -> str:
    """The text without the names it gives its papers: a title may say "without"."""
    for paper in cited:
        text = text.replace(short_name(paper), " ")
    return text


def own_names_keys(papers: Iterable[Paper]) -> set[str]:
    """Every name key the papers coin."""
    return {key for p in papers for key in own_names(p.title, p.abstract).keys}
