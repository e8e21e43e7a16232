"""The only vetoes, before meaning is asked: quotes that stand, and figures, units and names that the quotes hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate import AnnotatedAbstract, Quantity
from service.annotate.names import looks_like_name, mentioned_names, name_key, spells_out, tokens
from service.annotate.quantities import quantities
from service.judge.arithmetic import computed, number, rounded
from service.judge.model import Claim, Judgement
from service.judge.tokens import tokens_of
from service.persons import family_name
from service.records import Citation

_CLAUSES = re.compile(r";|,\s+(?:whereas|while|whilst|but|and)\s+|\s+(?:whereas|whilst|while)\s+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PLACE: Final = 4
"""Two words before a figure, the figure, and one word after it."""
_ABOUT = re.compile(
    r"\b(?:over|above|under|below|about|around|almost|nearly|roughly|approximately|some|just|only|mere|little|close to|"
    r"more than|less than|fewer than|as (?:long|many|much) as|up to|at (?:least|most))\s+(?:an?\s+)?$",
    re.IGNORECASE,
)
"""Words before a figure that is not meant exactly."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    """What is quoted of one paper, and the names under which a claim may speak of it."""

    text: str
    abstract: str
    quantities: tuple[Quantity, ...]
    figures: frozenset[str]
    names: frozenset[str]
    own: frozenset[str]
    year: int | None


def hard_fact(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement | None:
    """The judgement that a hard fact forces on a claim, or `None` where meaning has to be asked."""
    by_paper: dict[str, list[str]] = {}
    idle: list[str] = []
    for citation in claim.citations:
        fault = _misquoted(citation, abstracts.get(citation.paper_id))
        if fault is not None:
            return Judgement("not_said", 0.0, citation.quote, fault)
        if _is_evidence(citation, abstracts[citation.paper_id]):
            by_paper.setdefault(citation.paper_id, []).append(citation.quote)
        else:
            idle.append(citation.quote)
    if idle and not by_paper:
        return Judgement(
            "not_said", 0.0, idle[0], "This quote says nothing about the work: quote a sentence that does."
        )
    quoted = [_quoted(abstracts[key], " ".join(dict.fromkeys(quotes))) for key, quotes in by_paper.items()]
    if not quoted:
        return None
    named = _keys(claim.text)
    for clause in _clauses(claim.text):
        in_clause = _keys(clause)
        # A paper that the claim calls by no name that is known may be meant anywhere in it.
        spoken_of = [q for q in quoted if q.own & in_clause or not q.own & named]
        found = _wrong_figure(clause, spoken_of or quoted, len(quoted))
        found = found or _foreign_name(clause, spoken_of or quoted, quoted)
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
    surnames = {name_key(w) for author in abstract.paper.authors[:3] for w in family_name(author).split()[-1:]}
    in_title = {name_key(t) for t in tokens(abstract.paper.title) if looks_like_name(t)}
    own = frozenset(abstract.own.keys | surnames | in_title)
    return _Quoted(
        text=text,
        abstract=abstract.paper.abstract,
        quantities=quantities(text),
        figures=frozenset(f.replace(",", "") for f in _FIGURE.findall(f"{text} {abstract.paper.title}")),
        names=frozenset(_keys(abstract.paper.abstract) | _keys(abstract.paper.title) | own),
        own=own,
        year=abstract.paper.year,
    )


def _keys(text: str) -> set[str]:
    """Keys of a text's words, of their parts, and of plural acronyms without the s."""
    words = tokens(text)
    parts = [part for word in words for part in re.split(r"[-/–.]", word) if part]
    return {k for word in (*words, *parts) for k in (name_key(word), name_key(word.removesuffix("s")))}


def _clauses(text: str) -> Iterator[str]:
    at = 0
    for match in _CLAUSES.finditer(text):
        yield text[at : match.start()]
        at = match.end()
    yield text[at:]


def _wrong_figure(clause: str, quoted: Sequence[_Quoted], papers: int) -> Judgement | None:
    """The first figure of a clause that its quotes neither give nor yield."""
    for figure in quantities(clause):
        if _excepted(figure, clause, quoted, papers) or any(_gives(q, figure, clause) for q in quoted):
            continue
        if any(computed(figure, q.quantities) for q in quoted):
            continue
        said = clause[figure.start : figure.end].strip()
        rival = next((r for q in quoted if (r := _rival(figure, clause, q)) is not None), None)
        if rival is not None:
            return Judgement("contradicted", 0.0, said, f"The quote says {rival!r}, not {said!r}.")
        if said[:1].isalpha() and not figure.unit:
            continue  # "two", "half", "six in ten": a reader's count of what the quotes list
        return Judgement(
            "not_said", 0.0, said, f"{said!r} is not in the quotes and does not follow from their figures."
        )
    return None


def _excepted(figure: Quantity, clause: str, quoted: Sequence[_Quoted], papers: int) -> bool:
    """Whether a figure needs no quote: the year of a cited paper, or a count of the papers themselves."""
    if figure.unit in ("calendar year", "") and figure.value in {str(q.year) for q in quoted}:
        return True
    if figure.unit == "calendar year" and clause[: figure.start].endswith("(") and any(q.year is None for q in quoted):
        return True
    worth = number(figure.value)
    return not figure.unit and worth is not None and 1 < worth <= papers


def _gives(quoted: _Quoted, figure: Quantity, clause: str) -> bool:
    """Whether the quotes give a figure, with its unit where both name one, or one that rounds to it."""
    same = [q for q in quoted.quantities if q.value.lstrip("-") == figure.value.lstrip("-")]
    if any(not q.unit or not figure.unit or _same_unit(q, figure) for q in same):
        return True
    about = bool(figure.bound or _ABOUT.search(clause[: figure.start]))
    if any(rounded(figure, q, about=about) for q in quoted.quantities):
        return True
    return not same and figure.value.lstrip("-") in quoted.figures


def _same_unit(a: Quantity, b: Quantity) -> bool:
    shares = {a.unit, b.unit} <= {"%", "percentage point", "point"}
    return a.unit.split("/")[0] == b.unit.split("/")[0] or shares or "calendar year" in (a.unit, b.unit)


def _rival(figure: Quantity, clause: str, quoted: _Quoted) -> str | None:
    """Another figure of the quotes that stands in the same place: between the same two words, with the same unit."""
    place = _place(clause, figure)
    if len(place) < _PLACE:
        return None
    for q in quoted.quantities:
        if q.unit == figure.unit and q.counted == figure.counted and _place(quoted.text, q) == place:
            return quoted.text[q.start : q.end].strip()
    return None


def _place(text: str, figure: Quantity) -> tuple[str, ...]:
    """The keys of the content words beside a figure: two before it, one after it."""
    before = [t.key for t in tokens_of(text[: figure.start][-80:]) if t.kind == "word"][-2:]
    after = [t.key for t in tokens_of(text[figure.end : figure.end + 60]) if t.kind == "word"][:1]
    return (*before, "#", *after)


def _foreign_name(clause: str, spoken_of: Sequence[_Quoted], quoted: Sequence[_Quoted]) -> Judgement | None:
    """The first name of a clause that stands in no quote of the papers it speaks of, nor names one of them."""
    own = frozenset().union(*(q.own for q in quoted))
    for name in mentioned_names(clause):
        keys = {name_key(name), name_key(name.removesuffix("s")), name_key(name.removesuffix("'s"))}
        parts = [p for p in re.split(r"[-/–.]", name) if looks_like_name(p) or p[:1].isupper()]
        if f"({name})" in clause and spells_out(clause.replace(f"({name})", ""), name.removesuffix("s")):
            continue  # an abbreviation that the claim itself introduces
        if (keys | set(map(name_key, re.split(r"[-/–]", name)))) & own or any(
            keys & q.names or spells_out(q.abstract, name.removesuffix("s")) for q in spoken_of
        ):
            continue
        if parts and parts != [name] and all(any(name_key(p) in q.names for q in spoken_of) for p in parts):
            continue
        return Judgement("not_said", 0.0, name, f"{name!r} does not stand in the abstract of the paper that is cited.")
    return None
