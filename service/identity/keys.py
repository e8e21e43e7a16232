"""What a paper is called, and the keys under which it may be found. Pure: no catalog, clock or file name decides."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from service.records import Paper
from service.text.normal import for_search, title_key

LONGEST_ID: Final = 200
"""Characters. A longer given id is replaced by one made from the title."""

_SLUG_WORDS: Final = 4
_SLUG_CHARS: Final = 60
_LONGEST_PLACE: Final = 2_000
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"]{1,300}")
_DOI_SOURCE = re.compile(
    r"(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:urn:|info:)?doi[:/]?\s{0,3}(?=10\.)", re.IGNORECASE
)
_DOI_NOTE = re.compile(r"\s*\[doi\]$", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ARXIV_NUMBER = r"(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]{2,10}(?:\.[a-z]{2})?/\d{7})"
_ARXIV_ID = re.compile(rf"(?:arxiv:\s?)?({_ARXIV_NUMBER})(?:v\d{{1,3}})?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    r"https?://(?:[a-z.]{0,20}arxiv\.org/(?:abs|pdf|html|e-print)|huggingface\.co/papers|(?:www\.)?alphaxiv\.org/abs)/"
    rf"({_ARXIV_NUMBER})(?:v\d{{1,3}})?(?:\.pdf)?(?:[?#/].*)?",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_NUMBER})(?:v\d{{1,3}})?", re.IGNORECASE)
_PMID_URL = re.compile(
    r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})/?", re.IGNORECASE
)
_PMID = re.compile(r"pmid:\s?(\d{1,9})", re.IGNORECASE)
_SERVICE_ID = re.compile(r"(openalex|s2|acl):\s?(\S{1,80})", re.IGNORECASE)
_OPENALEX_URL = re.compile(r"https?://(?:api\.)?openalex\.org/(?:works/)?(W\d{1,12})", re.IGNORECASE)
_ACL_URL = re.compile(r"https?://(?:www\.)?aclanthology\.org/([\w.-]{4,60}?)/?(?:\.pdf)?", re.IGNORECASE)
_PREPRINTS: Final = (
    "10.48550/", "10.1101/", "10.2139/", "10.31234/", "10.31219/", "10.31222/", "10.31223/", "10.26434/", "10.20944/",
    "10.21203/", "10.36227/", "10.22541/", "10.7287/peerj.preprints", "10.14293/", "10.33774/", "10.12688/", "10.5281/",
)  # fmt: skip
"""DOI prefixes of preprint servers and deposits."""


def paper_id(paper: Paper) -> str:
    """The id a new paper gets: its given id when that is safe, otherwise `distinct_id`."""
    return paper.paper_id if is_safe_id(paper.paper_id) else distinct_id(paper)


def distinct_id(paper: Paper) -> str:
    """An id from the content alone, such as `illume-illuminating-your-llms-3fa9c2d1`.

    For a paper without a safe id of its own, and for one whose id another paper already has. The hash covers
    title and abstract in normal form, so two papers that share a title have different ids.
    """
    folded = unicodedata.normalize("NFKD", for_search(paper.title)).casefold()
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    slug = "-".join(words[:_SLUG_WORDS])[:_SLUG_CHARS].strip("-") or "paper"
    content = f"{title_key(paper.title)}\n{title_key(paper.abstract)}"
    return f"{slug}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def is_safe_id(given: str) -> bool:
    """Printable (no control or direction characters), no outer space, 1 to 200 characters."""
    return 0 < len(given) <= LONGEST_ID and given.isprintable() and given == given.strip()


def identity_keys(paper: Paper) -> tuple[str, ...]:
    """Keys under which the same paper may be found: `doi:…`, `arxiv:…`, `id:…`, `title:…`, strongest first.

    A shared key makes two records candidates; `same_paper` decides. Keep the keys of every record that was
    merged into a paper, because a merged record keeps one URL and one DOI only.
    """
    keys = [*strong_keys(paper)]
    if paper.paper_id:
        keys.append(f"id:{paper.paper_id}")
    keys.append(f"title:{title_key(paper.title)}")
    return tuple(keys)


def normal_doi(text: str) -> str | None:
    """The bare lower-case DOI in a field or DOI link, or `None`."""
    doi = clean_doi(text)
    return doi.lower() if doi else None


def clean_doi(text: str) -> str | None:
    """The DOI that a field or link holds, in its own case, or `None`: percent-encoded, escaped for TeX, in brackets or
    behind "doi:", with ligatures or zero-width characters."""
    if len(text) > _LONGEST_PLACE:
        return None
    bare = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    bare = bare[1:-1] if bare.startswith("<") and bare.endswith(">") else bare
    bare = _DOI_NOTE.sub("", _DOI_SOURCE.sub("", bare, count=1)).strip()
    bare = re.sub(r"\\([_&%#{}$])|[{}]", r"\1", bare.replace("{\\_}", "_"))
    if "%2f" in bare[:40].casefold() or re.search(r"%(?:3[ac-e]|5[bd]|28|29)", bare, re.IGNORECASE):
        bare = unquote(bare)
    found = _DOI.fullmatch(bare.rstrip(".,; "))
    return found[0] if found else None


def arxiv_number(text: str) -> str | None:
    """`2412.06673` from an id, an arXiv or Daily Papers link or an arXiv DOI (version dropped), or `None`."""
    text = text.strip()
    if len(text) > _LONGEST_PLACE:
        return None
    for pattern, candidate in (
        (_ARXIV_URL, text),
        (_ARXIV_DOI, _DOI_SOURCE.sub("", text, count=1)),
        (_ARXIV_ID, text),
    ):
        if found := pattern.fullmatch(candidate):
            return found[1].lower()
    return None


def is_preprint_doi(doi: str) -> bool:
    """Whether a bare DOI is that of a preprint server."""
    return doi.casefold().startswith(_PREPRINTS)


def strong_keys(paper: Paper) -> list[str]:
    """`doi:…`, `arxiv:…`, `pmid:…` and ids of services: each names one paper, whatever else a record says."""
    places = [place for place in (paper.doi, paper.url, paper.paper_id) if place and len(place) <= _LONGEST_PLACE]
    found = {f"doi:{doi}" for place in places if (doi := normal_doi(place))}
    found |= {f"arxiv:{number}" for place in places if (number := arxiv_number(place))}
    for place in places:
        for kind, pattern in (("pmid", _PMID_URL), ("pmid", _PMID), ("openalex", _OPENALEX_URL), ("acl", _ACL_URL)):
            if (match := pattern.fullmatch(place.strip())) is not None:
                found.add(f"{kind}:{match[1].lower()}")
        if (match := _SERVICE_ID.fullmatch(place.strip())) is not None:
            found.add(f"{match[1].lower()}:{match[2].lower()}")
    return sorted(found)
