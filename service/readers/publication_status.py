"""What a record's own words, services and comments say was done to a paper after it was published.

Only what leaves no doubt counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from service.records import PublicationStatus

_TITLE: Final = re.compile(
    r"\W{0,3}(?P<what>RETRACTED|WITHDRAWN)(?:\s(?:ARTICLE|PAPER|CHAPTER))?\s?[:\]]\s?\S"
    r"|\W{0,3}(?P<article>[Rr]etracted|[Ww]ithdrawn)\s(?:[Aa]rticle|[Pp]aper|[Cc]hapter)\s?[:\]]\s?\S"
    r"|\[(?P<bracket>[Rr]etracted|[Ww]ithdrawn)\]\s?\S"
    r"|.{1,2000}[\[(](?P<behind>[Rr]etracted|RETRACTED|[Ww]ithdrawn|WITHDRAWN)(?:\s\w{5,7})?[\])]\W{0,3}",
    re.DOTALL,
)
"""Not "Retracted: ..." in small letters: so some publishers call the notice."""
_MARK: Final = re.compile(
    r"(?:(?:this\s)?(?:article|paper|publication|preprint)\s(?:has\sbeen|was|is)\s)?(?P<what>retracted)"
    r"(?:\s(?:article|paper|publication|preprint))?(?:\sby\s(?:the\s)?(?:authors?|publisher|journal))?\W{0,3}"
    r"|(?:this\s)?(?:article|paper|publication|preprint)\s(?:has\sbeen|was|is)\s(?P<gone>withdrawn)"
    r"(?:\sby\s(?:the\s)?(?:authors?|publisher|journal))?\W{0,3}|(?P<kind>withdrawn)\s(?:article|paper|preprint)\W{0,3}",
    re.IGNORECASE,
)
_OWN: Final = re.compile(r"(RETRACTED|WITHDRAWN|Corrected afterwards|Expression of concern)(?:; |$)")
"""How litweave's own exports begin the note of a paper."""
_OWN_WORDS: Final[dict[str, PublicationStatus]] = {
    "RETRACTED": "retracted",
    "WITHDRAWN": "withdrawn",
    "Corrected afterwards": "corrected",
    "Expression of concern": "concern",
}
_WORDS: Final[dict[str, PublicationStatus]] = {"retracted": "retracted", "withdrawn": "withdrawn"}
_NOTE: Final = re.compile(
    r"\b(?:this|the)\s+(?:[\w-]+\s+)?(?:paper|article|manuscript|submission|preprint|work|note|report|version|thesis)s?"
    r"\s+(?:has|have|is|was|had)\s+(?:now\s+|already\s+|temporarily\s+)?(?:been\s+|being\s+)?(?P<a>withdrawn|retracted)"
    r"|(?:^|[.;,(\[]\s?)(?:(?:this\s+)?(?:paper|article|manuscript|submission|preprint)\s+)?"
    r"(?:(?:has\s+been|is|was)\s+)?(?P<b>withdrawn|retracted)"
    r"(?=\W*$|[.;,:!]|\s+(?:by|due|because|for|from|as|since|pending|until)\b)",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\b(?:supersed|replac|earlier|previous|old(?:er)?\b|first version|other paper|not )", re.IGNORECASE
)
_LONGEST_NOTE: Final = 5_000
_MEANING: Final[Mapping[str, PublicationStatus]] = {
    "retraction": "retracted", "partial-retraction": "retracted", "retracted": "retracted",
    "withdrawal": "withdrawn", "withdrawn": "withdrawn", "removal": "withdrawn", "removed": "withdrawn",
    "expression-of-concern": "concern", "concern": "concern",
    "correction": "corrected", "corrigendum": "corrected", "erratum": "corrected", "clarification": "corrected",
    "corrected": "corrected",
}  # fmt: skip


def status_told(title: str, marks: Iterable[str]) -> PublicationStatus | None:
    """Of a title that begins "RETRACTED:", or of a keyword or note that is no more than "retracted article"."""
    found = _TITLE.match(title)
    if found is not None:
        return _WORDS[str(found[found.lastgroup or 0]).casefold()]
    for mark in marks:
        if (own := status_of_own_note(mark)) is not None:
            return own
        told = _MARK.fullmatch(" ".join(mark[:200].split()))
        if told is not None:
            return _WORDS[str(told[told.lastgroup or 0]).casefold()]
    return None


def status_of_own_note(note: str) -> PublicationStatus | None:
    """What the note says that an export of litweave puts beside a paper."""
    found = _OWN.match(note)
    return _OWN_WORDS[found[1]] if found is not None else None


def status_of_update(kind: object) -> PublicationStatus | None:
    """What a kind of update ("retraction", "expression_of_concern", "is-retracted-by") makes of the paper updated."""
    name = re.sub(r"[\W_]+", "-", str(kind)[:100].casefold()).strip("-")
    return _MEANING.get(name.removeprefix("is-").removeprefix("has-").removesuffix("-by"))


def status_of_note(note: object) -> PublicationStatus | None:
    """What a comment says of its own paper: "This paper has been withdrawn", not "replaces a withdrawn paper"."""
    if not isinstance(note, str):
        return None
    joined = " ".join(note[:_LONGEST_NOTE].split())
    if (own := status_of_own_note(joined)) is not None:
        return own
    found = _NOTE.search(joined)
    if found is None or _OTHER.search(joined[: found.end()]):
        return None
    return _MEANING[(found["a"] or found["b"]).casefold()]
