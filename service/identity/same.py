"""Whether two records are one paper, and why. A wrong merge is worse than a missed one."""

from __future__ import annotations

import re
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
_WORD: Final = re.compile(r"\w+")
_NOTICE: Final = re.compile(
    r"\W*(?:(?:erratum|errata|corrigendum|addendum|expression of concern)\b|"
    r"(?:corrections?|retraction|withdrawal)(?:\s+(?:to|of|note|notice)\b|\s*:))",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(
    r"\b(?:part|chapter|volume|vol|section|paper|no|number)?\.?\s*([ivx]{1,5}|\d{1,3})\b", re.IGNORECASE
)


def same_paper(a: Paper, b: Paper, shared_key: str | None = None) -> bool:
    """Whether two records are one paper."""
    return why_same(a, b, shared_key) is not None


def why_same(a: Paper, b: Paper, shared_key: str | None = None) -> str | None:
    """Why two records are one paper, in words; `None` where they are not, or it is not certain.

    They are where an identifier is shared, or two of title, abstract and given id agree. They are not, whatever agrees,
    under two publishers' DOIs, as a paper and its erratum, as two parts of a series; and under one DOI with neither
    title nor abstract alike, which is the DOI of the volume. `shared_key`: a strong key of `b` that some record had
    which was merged into `a`.
    """
    if _two_publishers(a, b) or _is_notice(a) != _is_notice(b):
        return None
    shared = set(strong_keys(a)) & set(strong_keys(b)) | ({shared_key} if shared_key else set())
    shared_dois = {key for key in shared if key.startswith("doi:")}
    if shared - shared_dois:
        return f"the same {min(shared - shared_dois)}"
    if shared_dois:
        alike = _titles_alike(a, b) or abstracts_alike(a.abstract, b.abstract)
        return f"the same {min(shared_dois)}" if alike else None
    titles_equal = title_key(a.title) == title_key(b.title)
    ids_equal = bool(a.paper_id) and a.paper_id == b.paper_id
    if titles_equal and ids_equal:
        return "the same title and id"
    if not a.abstract or not b.abstract:
        return "the same title, year or author" if titles_equal and _one_work(a, b) else None
    least = _ALIKE_IN_ANOTHER_YEAR if a.year and b.year and a.year != b.year else ALIKE
    if not (titles_equal or ids_equal) or not abstracts_alike(a.abstract, b.abstract, least=least):
        return None
    if not titles_equal and _serials(a.title) != _serials(b.title):
        return None
    return "the same title and abstract" if titles_equal else "the same id and abstract"


def abstracts_alike(a: str, b: str, *, least: float = ALIKE) -> bool:
    """True when the shorter one's word pairs are found in the other (at least `least` of them).

    Pairs, not words: any two English abstracts share many words. The shorter one counts, so that a cut
    abstract is like the whole one.
    """
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    if not pairs_a or not pairs_b:
        return bool(a.strip() and b.strip()) and title_key(a) == title_key(b)
    return len(pairs_a & pairs_b) >= least * min(len(pairs_a), len(pairs_b))


def _two_publishers(a: Paper, b: Paper) -> bool:
    """Whether each has a publisher's DOI, and another one."""
    dois = [normal_doi(paper.doi or "") for paper in (a, b)]
    published = [doi for doi in dois if doi is not None and not is_preprint_doi(doi)]
    return len(published) > 1 and published[0] != published[1]


def _is_notice(paper: Paper) -> bool:
    return _NOTICE.match(paper.title) is not None


def _serials(title: str) -> list[str]:
    return [found[1].lower() for found in _SERIAL.finditer(for_search(title))]


def _titles_alike(a: Paper, b: Paper) -> bool:
    words = [set(_WORD.findall(for_search(p.title).casefold())) for p in (a, b)]
    return len(words[0] & words[1]) >= _TITLES_ALIKE * max(min(map(len, words)), 1)


def _one_work(a: Paper, b: Paper) -> bool:
    """Whether what is known beside an equal title says that two records are one work, where an abstract is missing."""
    if len(_WORD.findall(a.title)) < _TELLING_TITLE:
        return False
    if a.authors and b.authors:
        return surname_key(a.authors[0]) == surname_key(b.authors[0])
    return a.year is None or b.year is None or a.year == b.year


def _pairs(abstract: str) -> set[tuple[str, str]]:
    return set(pairwise(_WORD.findall(for_search(abstract).casefold())))
