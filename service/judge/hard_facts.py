"""The only vetoes, before meaning is asked: quotes that stand, and figures, units and names that the quotes hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate import AnnotatedAbstract, Quantity
from service.annotate.names import looks_like_name, mentioned_names, name_key, spells_out, tokens
from service.annotate.quantities import quantities
from service.judge.arithmetic import computed, number, rounded
from service.judge.model import Claim, Judgement
from service.judge.source import own_names, surnames
from service.records import Citation

_CLAUSES: Final = re.compile(r";|,\s+(?:whereas|while|whilst|but|and)\s+|\s+(?:whereas|whilst|while)\s+")
_TO: Final = re.compile(r"\s*(?:to|-|–|—)\s*")
_AMPERSAND: Final = re.compile(r"\b[A-Z]{1,4}&[A-Z]{1,4} +$")
_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_ABOUT: Final = re.compile(
    r"\b(?:over|above|under|below|about|around|almost|nearly|roughly|approximately|some|just|only|mere|little|close to|"
    r"more than|less than|fewer than|as (?:long|many|much) as|up to|at (?:least|most))\s+(?:an?\s+)?$",
    re.IGNORECASE,
)
"""Words before a figure that is not meant exactly."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    """What is quoted of one paper, and the names under which a claim may speak of it or that it may take up."""

    abstract: AnnotatedAbstract
    quantities: tuple[Quantity, ...]
    figures: frozenset[str]
    names: frozenset[str]
    own: frozenset[str]


def hard_fact(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement | None:
    """The judgement that a hard fact forces on a claim, or `None` where meaning has to be asked."""
    by_paper: dict[str, list[str]] = {}
    idle: list[str] = []
    for citation in claim.citations:
        fault = _misquoted(citation, abstracts.get(citation.paper_id))
        if fault is not None:
            return Judgement("not_said", 0.0, citation.quote, fault)
        evidence = _is_evidence(citation, abstracts[citation.paper_id])
        (by_paper.setdefault(citation.paper_id, []) if evidence else idle).append(citation.quote)
    if idle and not by_paper:
        why = "This quote says nothing about the work: quote a sentence that does."
        return Judgement("not_said", 0.0, idle[0], why)
    quoted = [_quoted(abstracts[key], " ".join(dict.fromkeys(quotes))) for key, quotes in by_paper.items()]
    named = _keys(claim.text)
    for clause in _CLAUSES.split(claim.text) if quoted else ():
        in_clause = _keys(clause)
        # A paper that the claim calls by no name that is known may be meant anywhere in it.
        spoken_of = [q for q in quoted if q.own & in_clause or not q.own & named] or quoted
        found = _wrong_figure(clause, spoken_of, len(quoted)) or _foreign_name(clause, spoken_of, quoted)
        if found is not None:
            return found
    return None


def _misquoted(citation: Citation, abstract: AnnotatedAbstract | None) -> str | None:
    """Why a quote does not stand where its citation says."""
    if abstract is None:
        return "The paper of this quote is not at hand."
    if not citation.quote or abstract.paper.abstract[citation.start : citation.end] != citation.quote:
        return "This quote does not stand in the abstract: quote a sentence of it verbatim."
    return None


def _is_evidence(citation: Citation, abstract: AnnotatedAbstract) -> bool:
    at = [s for s in abstract.sentences if s.start < citation.end and citation.start < s.end]
    return any(s.no_evidence in (None, "housekeeping") for s in at)


def _quoted(abstract: AnnotatedAbstract, text: str) -> _Quoted:
    paper = abstract.paper
    own = abstract.own.keys | set(map(name_key, (*own_names(abstract), *surnames(abstract))))
    return _Quoted(
        abstract=abstract,
        quantities=quantities(text),
        figures=frozenset(f.replace(",", "") for f in _FIGURE.findall(f"{text} {paper.title}")),
        names=frozenset(own | _keys(f"{paper.title} . {paper.abstract}")),
        own=own,
    )


def _keys(text: str) -> set[str]:
    """Keys of a text's words, of their parts, and of plural acronyms without the s."""
    words = tokens(text)
    parts = [part for word in words for part in re.split(r"[-/–.]", word) if part]
    return _key_forms((*words, *parts))


def _key_forms(words: Iterable[str]) -> set[str]:
    return {name_key(form) for word in words for form in (word, word.removesuffix("'s"), word.removesuffix("s"))}


def _wrong_figure(clause: str, quoted: Sequence[_Quoted], papers: int) -> Judgement | None:
    """The first figure of a clause that its quotes neither give nor yield."""
    figures = quantities(clause)
    for i, figure in enumerate(figures):
        said = clause[figure.start : figure.end].strip()
        if said[:1].isalpha() and not figure.unit:
            continue  # "two", "half", "six in ten": a reader's count of what the quotes list
        known = _excepted(figure, clause, quoted, papers) or any(_gives(q, figure, clause) for q in quoted)
        if not known and not any(computed(figure, q.quantities) for q in quoted):
            said = _with_range(figures, i, clause)
            why = f"{said!r} is not in the quotes and does not follow from their figures."
            return Judgement("not_said", 0.0, said, why)
    return None


def _with_range(figures: Sequence[Quantity], i: int, clause: str) -> str:
    """Figure `i` as it reads, with the other end of its range, or its name: "30 to 40 percentage points", "S&P 500"."""
    first, last = i, i
    if i and _TO.fullmatch(clause, figures[i - 1].end, figures[i].start):
        first = i - 1
    elif i + 1 < len(figures) and _TO.fullmatch(clause, figures[i].end, figures[i + 1].start):
        last = i + 1
    start = figures[first].start
    named = _AMPERSAND.search(clause[:start])
    return clause[named.start() if named else start : figures[last].end].strip()


def _excepted(figure: Quantity, clause: str, quoted: Sequence[_Quoted], papers: int) -> bool:
    """Whether a figure needs no quote: the year of a cited paper, or a count of the papers themselves."""
    years = {q.abstract.paper.year for q in quoted}
    if figure.unit in ("calendar year", "") and figure.value in map(str, years):
        return True
    if figure.unit == "calendar year" and None in years and clause[: figure.start].endswith("("):
        return True
    return not figure.unit and 1 < (number(figure.value) or 0) <= papers


def _gives(quoted: _Quoted, figure: Quantity, clause: str) -> bool:
    """Whether the quotes give a figure, with its unit where both name one, or one that rounds to it."""
    value = figure.value.lstrip("-")
    same = [q for q in quoted.quantities if q.value.lstrip("-") == value]
    about = bool(figure.bound or _ABOUT.search(clause[: figure.start]))
    return (
        any(not q.unit or not figure.unit or _same_unit(q, figure) for q in same)
        or any(rounded(figure, q, about=about) for q in quoted.quantities)
        or (not same and value in quoted.figures)
    )


def _same_unit(a: Quantity, b: Quantity) -> bool:
    shares = {a.unit, b.unit} <= {"%", "percentage point", "point"}
    return a.unit.split("/")[0] == b.unit.split("/")[0] or shares or "calendar year" in (a.unit, b.unit)


def _foreign_name(clause: str, spoken_of: Sequence[_Quoted], quoted: Sequence[_Quoted]) -> Judgement | None:
    """The first name of a clause that stands in no abstract of the papers it speaks of, nor names one of them."""
    own = frozenset().union(*(q.own for q in quoted))
    for name in mentioned_names(clause):
        short, parts = name.removesuffix("s"), re.split(r"[-/–.]", name)
        if f"({name})" in clause and spells_out(clause.replace(f"({name})", ""), short):
            continue  # an abbreviation that the claim itself introduces
        telling = [name_key(p) for p in parts if looks_like_name(p) or p[:1].isupper()] if len(parts) > 1 else []
        if (
            _key_forms((name, *parts)) & own
            or any(_key_forms((name,)) & q.names or spells_out(q.abstract.paper.abstract, short) for q in spoken_of)
            or (telling and all(any(key in q.names for q in spoken_of) for key in telling))
        ):
            continue
        return Judgement("not_said", 0.0, name, f"{name!r} does not stand in the abstract of the paper that is cited.")
    return None
