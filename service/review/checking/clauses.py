"""A sentence -> the clauses that claim a thing each, so that one true half does not hide a false one."""

from __future__ import annotations

import re

from service.review.coverage import content_words

_CUT = re.compile(
    r";\s+|:\s+(?=[a-z])|,\s+(?:and|but|while|whereas|although|yet)\s+|\s+(?:while|whereas)\s+|\s+(?:and|but)\s+(?="
    r"(?:\w+ly )?(?:is|are|was|were|has|have|can|cannot|does|do|reach|reaches|need|needs|use|uses|obtains?|achieves?|"
    r"reduces?|increases?|improves?|cuts?|costs?|takes?|fits?|learns?|trains?|scores?|outperforms?|falls?|rises?|"
    r"fails?|requires?|adds?|shows?|gives?|keeps?|loses?|runs?|serves?|generali[sz]es?)\b)"
)
_LEAST_WORDS = 3


def clauses_of(text: str) -> tuple[str, ...]:
    """The clauses in order, each with at least three words of content; the whole sentence where it has but one."""
    clauses: list[str] = []
    for piece in _CUT.split(text):
        if clauses and (len(content_words(piece)) < _LEAST_WORDS or len(content_words(clauses[-1])) < _LEAST_WORDS):
            clauses[-1] = f"{clauses[-1]} and {piece}"
        else:
            clauses.append(piece)
    if len(clauses) > 1 and len(content_words(clauses[-1])) < _LEAST_WORDS:
        return (text,)
    return tuple(clauses) if len(clauses) > 1 else (text,)
