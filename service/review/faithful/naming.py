"""Names: every system, data set or acronym of a sentence occurs in its quotes or is a cited paper's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.annotate.names import acronyms, mentioned_names, name_key, own_names, tokens
from service.records import Paper
from service.review.faithful.objection import Objection
from service.text.terms import terms

_CAPITALISED = re.compile(r"(?<=[\w,;)] )[A-Z][a-z]{2,}(?:-[\dA-Z]\w*)?(?![\w])")


def strange_name(text: str, source: str, cited: Sequence[Paper]) -> Objection | None:
    """A name that nothing cited knows. `source`: quotes and the papers' own names, in search form."""
    known = {name_key(t) for t in tokens(source)} | own_names_keys(cited)
    for name in (*mentioned_names(text), *acronyms(text)):
        if name_key(name) not in known and name_key(name).removesuffix("s") not in known:
            return Objection("unsupported", f"the name {name} is not in the quote")
    return None


def strange_proper_noun(text: str, source: str, cited: Sequence[Paper]) -> Objection | None:
    """A capitalised word inside the sentence (Heron, German) that nothing cited holds in any case."""
    known = {*terms(source), *(t for p in cited for t in terms(p.title))}
    for word in _CAPITALISED.findall(text):
        if known.isdisjoint(terms(word)):
            return Objection("unsupported", f"the name {word} is not in the quote")
    return None


def own_names_keys(papers: Iterable[Paper]) -> set[str]:
    """Every name key the papers coin."""
    return {key for p in papers for key in own_names(p.title, p.abstract).keys}
