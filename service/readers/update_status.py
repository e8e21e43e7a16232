"""What services and comments say happened to a paper after it came out; what titles say is read in `raw.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from service.readers.publication_status import status_of_own_note
from service.records import PublicationStatus

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
