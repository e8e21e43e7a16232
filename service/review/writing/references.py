"""The list of references of a text: labels and BibTeX keys of cited papers, and what a text calls each paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.annotate import AnnotatedAbstract
from service.annotate.hostile import hostile, links
from service.annotate.names import name_key, own_names
from service.persons import surname_label
from service.records import Agreement, Cell, Citation, CitationStyle, Matrix, Paper, Reference, Sentence
from service.text.normal import for_display
from service.vocabulary import FUNCTION_WORDS

_SHORT_TITLE_WORDS = 7
_LEAST_TITLE_WORDS = 3  # of one that is cut
_NOT_IN_KEYS = frozenset(
    "a an the of in on at to for from by with and or is are how what do does can towards toward".split()
)


def short_name(abstract: AnnotatedAbstract) -> str:
    """What a text calls the paper: the name that it coins and its title has, else the title in quotes, cut to be short.

    A title that gives orders is not repeated in a text; the list of references has it as it is.
    """
    coined = titled_name(abstract)
    if coined is not None:
        return coined
    title = abstract.paper.title
    if hostile(title) or links(title) or not title.strip():
        return "one paper"
    return f"“{_cut(for_display(title)).removesuffix('.')}”"


def known_name(abstract: AnnotatedAbstract) -> str | None:
    """What readers call the source: "Okonjo et al.", else the name that it coins and its title has; `None` for neither.

    What an abstract coins besides may be a part of the work, or the field's.
    """
    persons = surname_label(abstract.paper.authors, abstract.paper.author_count)
    return persons if persons is not None and not hostile(persons) and not links(persons) else titled_name(abstract)


def source_label(abstract: AnnotatedAbstract) -> str:
    """What stands before a quotation: its authors, else the name or short title; "Okonjo et al. (2023)"."""
    named = known_name(abstract) or short_name(abstract)
    return named if abstract.paper.year is None else f"{named} ({abstract.paper.year})"


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


def folded_key(text: str) -> str:
    """A text as keys are compared: its letters of ASCII, in lower case, and digits."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", folded)


def title_key_stem(title: str) -> str:
    """What a key begins with where the paper has no name: the first words of its title."""
    return folded_key(_first_words(title)) or "paper"


def titled_name(abstract: AnnotatedAbstract) -> str | None:
    short = abstract.own.short
    titled = short is not None and name_key(short) in name_key(abstract.paper.title)
    return short if titled and short is not None and not hostile(short) else None


def _cut(title: str) -> str:
    """A title up to its colon; a long one up to the last function word among its first words, which it leaves out."""
    head, colon, rest = title.partition(":")
    if colon and 2 <= len(head.split()) <= _SHORT_TITLE_WORDS and len(rest.split()) > 1:
        title = head
    words = title.split()
    if len(words) <= _SHORT_TITLE_WORDS + 2:
        return title
    closed = [word.casefold() in FUNCTION_WORDS for word in words]
    cuts = [at for at in range(_LEAST_TITLE_WORDS, _SHORT_TITLE_WORDS + 1) if closed[at] and not closed[at - 1]]
    return " ".join(words[: max(cuts, default=_SHORT_TITLE_WORDS)]) + " …"


def _label(paper: Paper, style: CitationStyle) -> str:
    persons = surname_label(paper.authors, paper.author_count) if style == "author-year" else None
    if persons is None:
        return _stem(paper) + (f" {paper.year}" if paper.year is not None else "")
    return f"{persons} {paper.year if paper.year is not None else 'n.d.'}"


def _stem(paper: Paper) -> str:
    """The paper's own name, or the first words of its title."""
    return own_names(paper.title, paper.abstract).short or _first_words(paper.title)


def _first_words(title: str) -> str:
    """The first two words of a title that carry something."""
    words = [w for w in re.findall(r"[^\W_]+", for_display(title)) if w.casefold() not in _NOT_IN_KEYS]
    return " ".join(words[:2]) or "Paper"


def _key(paper: Paper) -> str:
    return (folded_key(_stem(paper)) or "paper") + (str(paper.year) if paper.year is not None else "")


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
        status=paper.status,
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
