"""Whether two records are one paper, and why. A wrong merge is worse than a missed one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from service.identity.keys import is_preprint_doi, normal_doi, strong_keys
from service.persons import surname_key
from service.records import Paper
from service.text.normal import for_search, title_key

ALIKE: Final = 0.3
"""Least share of the shorter abstract's word pairs found in the other one for two abstracts to be alike."""
_ALIKE_IN_ANOTHER_YEAR: Final = 0.6
"""The same of two records of different years: yearly reports share a title and a boilerplate."""
_TITLES_ALIKE: Final = 0.5
"""Share of the shorter title's words found in the other one, under one identifier."""
_TELLING_TITLE: Final = 4
"""Words from which on a title alone, with a common author or year, tells a paper ("Introduction" does not)."""
_TWO_PARTS: Final = "numbered as two parts of a series"
_WORD: Final = re.compile(r"\w+")
_NOTICE: Final = re.compile(
    r"\W*(?:(?:erratum|errata|corrigendum|addendum|expression of concern)\b|"
    r"(?:corrections?|retraction|withdrawal)(?:\s+(?:to|of|note|notice)\b|\s*:))",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(
    r"\b(?:part|chapter|volume|vol|section|paper|no|number)?\.?\s*([ivx]{1,5}|\d{1,3})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two records are one paper, and why or why not. `veto`: nothing that agrees outweighs the reason.

    `different`: they are surely two papers, which two publishers' DOIs alone do not say.
    """

    same: bool
    reason: str
    veto: bool = False
    different: bool = False


def same_paper(a: Paper, b: Paper, shared_key: str | None = None) -> bool:
    """Whether two records are one paper."""
    return compared(a, b, shared_key).same


def why_same(a: Paper, b: Paper, shared_key: str | None = None) -> str | None:
    """Why two records are one paper, in words; `None` where they are not, or it is not certain."""
    verdict = compared(a, b, shared_key)
    return verdict.reason if verdict.same else None


def compared(a: Paper, b: Paper, shared_key: str | None = None) -> Verdict:
    """Whether two records are one paper, and why.

    They are where an identifier is shared, or two of title, abstract and given id agree. They are not, whatever agrees,
    under two publishers' DOIs, as a paper and its erratum, as two parts of a series; and under one DOI with neither
    title nor abstract alike, which is the DOI of the volume. `shared_key`: a strong key of `b` that some record had
    which was merged into `a`.
    """
    if (dois := _two_publishers(a, b)) is not None:
        return Verdict(False, f"two publishers' DOIs, {dois[0]} and {dois[1]}", veto=True)
    if _is_notice(a) != _is_notice(b):
        return Verdict(False, "only one of them is a notice, such as an erratum or a retraction", True, True)
    shared = set(strong_keys(a)) & set(strong_keys(b)) | ({shared_key} if shared_key else set())
    shared_dois = {key for key in shared if key.startswith("doi:")}
    if shared - shared_dois:
        return Verdict(True, f"the same {min(shared - shared_dois)}")
    if shared_dois:
        if _titles_alike(a, b) or abstracts_alike(a.abstract, b.abstract):
            return Verdict(True, f"the same {min(shared_dois)}")
        return Verdict(False, "one DOI, but neither title nor abstract alike, as in one volume", True, True)
    return _without_identifier(a, b)


def kind_of(reason: str) -> str:
    """A reason without the identifier in it, to be counted by: "the same doi"."""
    return reason.partition(":")[0]


def objection(a: Paper, b: Paper, shared_key: str | None = None) -> str | None:
    """What speaks against two papers that a person calls one; `None` where nothing does and something agrees."""
    verdict = compared(a, b, shared_key)
    if verdict.same or verdict.veto:
        return None if verdict.same else verdict.reason
    if _parts(a, b):
        return _TWO_PARTS
    agrees = title_key(a.title) == title_key(b.title) or _titles_alike(a, b) or abstracts_alike(a.abstract, b.abstract)
    return None if agrees else "neither an identifier nor title nor abstract agrees"


def nearness(a: Paper, b: Paper) -> tuple[int, float]:
    """How near two records are, higher is nearer: identifiers shared, then word pairs shared, of all in both."""
    pairs_a, pairs_b = _pairs(a.abstract), _pairs(b.abstract)
    shared = len(set(strong_keys(a)) & set(strong_keys(b)))
    return shared, len(pairs_a & pairs_b) / max(len(pairs_a | pairs_b), 1)


def _without_identifier(a: Paper, b: Paper) -> Verdict:
    titles_equal = title_key(a.title) == title_key(b.title)
    ids_equal = bool(a.paper_id) and a.paper_id == b.paper_id
    if titles_equal and ids_equal:
        return Verdict(True, "the same title and id")
    if not titles_equal and not ids_equal:
        return Verdict(False, "neither title nor id agrees")
    what = "title" if titles_equal else "id"
    if not a.abstract or not b.abstract:
        if titles_equal and _one_work(a, b):
            return Verdict(True, "the same title, year or author")
        return Verdict(False, f"the same {what}, one without an abstract, and neither author nor year that tells")
    other_year = bool(a.year and b.year and a.year != b.year)
    if not abstracts_alike(a.abstract, b.abstract, least=_ALIKE_IN_ANOTHER_YEAR if other_year else ALIKE):
        return Verdict(False, f"the same {what}, but unlike abstracts" + (" of two years" if other_year else ""))
    if not titles_equal and _serials(a.title) != _serials(b.title):
        return Verdict(False, _TWO_PARTS, True, True)
    return Verdict(True, f"the same {what} and abstract")


def is_telling(title: str) -> bool:
    """Whether a title has words enough to tell a paper; "Introduction" has not."""
    return len(_WORD.findall(title)) >= _TELLING_TITLE


def abstracts_alike(a: str, b: str, *, least: float = ALIKE) -> bool:
    """True when the shorter one's word pairs are found in the other (at least `least` of them).

    Pairs, not words: any two English abstracts share many words. The shorter one counts, so that a cut
    abstract is like the whole one.
    """
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    if not pairs_a or not pairs_b:
        return bool(a.strip() and b.strip()) and title_key(a) == title_key(b)
    return len(pairs_a & pairs_b) >= least * min(len(pairs_a), len(pairs_b))


def _two_publishers(a: Paper, b: Paper) -> tuple[str, str] | None:
    """The publishers' DOIs of both, where each has one and they differ."""
    one, other = (normal_doi(paper.doi or "") for paper in (a, b))
    if one is None or other is None or one == other or is_preprint_doi(one) or is_preprint_doi(other):
        return None
    return one, other


def _is_notice(paper: Paper) -> bool:
    return _NOTICE.match(paper.title) is not None


def _parts(a: Paper, b: Paper) -> bool:
    """Whether both titles are numbered, and not alike."""
    one, other = _serials(a.title), _serials(b.title)
    return bool(one and other) and one != other


def _serials(title: str) -> list[str]:
    return [found[1].lower() for found in _SERIAL.finditer(for_search(title))]


def _titles_alike(a: Paper, b: Paper) -> bool:
    words = [set(_WORD.findall(for_search(p.title).casefold())) for p in (a, b)]
    return len(words[0] & words[1]) >= _TITLES_ALIKE * max(min(map(len, words)), 1)


def _one_work(a: Paper, b: Paper) -> bool:
    """Whether what is known beside an equal title says that two records are one work, where an abstract is missing."""
    if not is_telling(a.title):
        return False
    if a.authors and b.authors:
        return surname_key(a.authors[0]) == surname_key(b.authors[0])
    return a.year is None or b.year is None or a.year == b.year


def _pairs(abstract: str) -> set[tuple[str, str]]:
    return set(pairwise(_WORD.findall(for_search(abstract).casefold())))
