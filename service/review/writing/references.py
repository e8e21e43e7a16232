"""The list of references of a text: labels and BibTeX keys of cited papers, and what a text calls each paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.annotate import AnnotatedAbstract
from service.annotate.hostile import hostile, links
from service.annotate.names import OwnNames, name_key, own_names
from service.records import Agreement, Cell, Citation, CitationStyle, Matrix, Paper, Reference, Sentence
from service.text.normal import for_display

_SHORT_TITLE_WORDS = 7
_NOT_IN_KEYS = frozenset(
    "a an the of in on at to for from by with and or is are how what do does can towards toward".split()
)


def short_name(abstract: AnnotatedAbstract) -> str:
    """What a text calls the paper: the name it coins, else its title in quotes, cut at the colon or at seven words.

    A title that gives orders is not repeated in a text; the list of references has it as it is.
    """
    paper, short = abstract.paper, abstract.own.short
    if short is not None and not hostile(short):
        return short
    if hostile(paper.title) or links(paper.title) or not paper.title.strip():
        return "one paper"
    title = for_display(paper.title)
    head, colon, rest = title.partition(":")
    if colon and 2 <= len(head.split()) <= _SHORT_TITLE_WORDS and len(rest.split()) > 1:
        title = head
    words = title.split()
    if len(words) > _SHORT_TITLE_WORDS + 2:
        title = " ".join(words[:_SHORT_TITLE_WORDS]) + " …"
    return f"“{title}”"


def source_label(abstract: AnnotatedAbstract) -> str:
    """What stands before a quotation: "Okonjo et al. (2023)", else the system's name or the short title, with the year.

    A name counts only where the title has it: what an abstract coins besides may be a part of the work.
    """
    paper, own = abstract.paper, abstract.own
    persons = surname_label(paper.authors, paper.author_count)
    titled = own.short is not None and name_key(own.short) in name_key(paper.title)
    named = short_name(abstract if titled else replace(abstract, own=OwnNames(None, own.keys)))
    if persons is not None and not hostile(persons) and not links(persons):
        named = persons
    return named if paper.year is None else f"{named} ({paper.year})"


def references(papers: Iterable[Paper], *, style: CitationStyle = "numeric") -> dict[str, Reference]:
    """References by paper id, in the order given; keys such as `illume2024`, made unique by a letter, as are labels.

    Labels are numbers, or "Okonjo et al. 2023" where all authors are known and that is the style, or else title
    keys ("ILLUME 2024").
    """
    made: dict[str, Reference] = {}
    keys: set[str] = set()
    labels: set[str] = set()
    for paper in papers:
        if paper.paper_id not in made:
            key = _unique(_key(paper), keys)
            keys.add(key)
            label = str(len(made) + 1) if style == "numeric" else _unique(_label(paper, style), labels)
            labels.add(label)
            made[paper.paper_id] = _reference(paper, label, key)
    return made


def labelled(citations: Iterable[Citation], labels: Mapping[str, Reference]) -> tuple[Citation, ...]:
    """The citations, each carrying its reference's label."""
    return tuple(replace(c, label=labels[c.paper_id].label) for c in citations)


def relabelled(sentences: Iterable[Sentence], labels: Mapping[str, Reference]) -> tuple[Sentence, ...]:
    """The sentences with their citations labelled."""
    return tuple(replace(s, citations=labelled(s.citations, labels)) for s in sentences)


def relabelled_matrix(matrix: Matrix, labels: Mapping[str, Reference]) -> Matrix:
    """The matrix with the citations of its cells labelled."""

    def cell(filled: Cell | None) -> Cell | None:
        return filled and replace(filled, citations=labelled(filled.citations, labels))

    rows = (replace(row, cells={name: cell(filled) for name, filled in row.cells.items()}) for row in matrix.rows)
    return replace(matrix, rows=tuple(rows))


def relabelled_points(points: Iterable[Agreement], labels: Mapping[str, Reference]) -> tuple[Agreement, ...]:
    """The points of an agreement map with the citations of their claims labelled."""
    return tuple(
        replace(p, claims=tuple(replace(c, citations=labelled(c.citations, labels)) for c in p.claims)) for p in points
    )


def cited_references(
    labels: Mapping[str, Reference], sentences: Iterable[Sentence], matrix: Matrix | None = None
) -> tuple[Reference, ...]:
    """References of papers that a sentence cites or that have a row in the matrix, in label order."""
    used = {c.paper_id for s in sentences for c in s.citations}
    used |= {row.paper_id for row in matrix.rows} if matrix else set()
    return tuple(r for paper_id, r in labels.items() if paper_id in used)


def _label(paper: Paper, style: CitationStyle) -> str:
    persons = surname_label(paper.authors, paper.author_count) if style == "author-year" else None
    if persons is None:
        return _stem(paper) + (f" {paper.year}" if paper.year is not None else "")
    return f"{persons} {paper.year if paper.year is not None else 'n.d.'}"


def _stem(paper: Paper) -> str:
    """The paper's own name, or the first two words of its title that carry something."""
    short = own_names(paper.title, paper.abstract).short
    if short is not None:
        return short
    words = [w for w in re.findall(r"[^\W_]+", for_display(paper.title)) if w.casefold() not in _NOT_IN_KEYS]
    return " ".join(words[:2]) or "Paper"


def _key(paper: Paper) -> str:
    folded = unicodedata.normalize("NFKD", _stem(paper)).encode("ascii", "ignore").decode().lower()
    return (re.sub(r"[^a-z0-9]", "", folded) or "paper") + (str(paper.year) if paper.year is not None else "")


def _reference(paper: Paper, label: str, key: str) -> Reference:
    return Reference(
        label=label,
        paper_id=paper.paper_id,
        title=paper.title,
        authors=paper.authors,
        author_count=paper.author_count if paper.author_count is not None else (len(paper.authors) or None),
        year=paper.year,
        date=paper.date,
        url=paper.url,
        doi=paper.doi,
        key=key,
        date_kind=paper.date_kind,
        venue=paper.venue,
    )


def _unique(key: str, taken: set[str]) -> str:
    """The key itself, else with the first free suffix of b, c, … z, ba, bb, …"""
    if key not in taken:
        return key
    return next(k for k in (f"{key}{_letters(n)}" for n in range(1, len(taken) + 2)) if k not in taken)


def _letters(n: int) -> str:
    """1 → b, 25 → z, 26 → ba."""
    head, digit = divmod(n, 26)
    return ("" if head == 0 else _letters(head)) + chr(ord("a") + digit)


def surname_label(authors: tuple[str, ...], author_count: int | None) -> str | None:
    """ "Okonjo", "Okonjo and Šťastný", "Okonjo et al."; `None` where not every author is known by name."""
    if not authors or (author_count is not None and author_count != len(authors)):
        return None
    family = [_family(for_display(name)) for name in authors]
    if not all(family):
        return None
    return f"{family[0]} et al." if len(family) > 2 else " and ".join(family)


def _family(name: str) -> str:
    head, comma, _ = name.partition(",")
    words = head.split()
    if comma or len(words) < 2:
        return head.strip()
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return " ".join(words[at:])
