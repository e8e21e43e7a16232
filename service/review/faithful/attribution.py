"""Attribution: where several papers are cited, a figure told of one of them stands in that one's quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.records import Paper
from service.review.faithful.figures import Figure, figures
from service.review.faithful.objection import Objection
from service.review.references import short_name
from service.text.normal import for_search

_PARTS = re.compile(r"[,;:]|\b(?:while|whereas|and|but)\b")


def misattributed(text: str, quotes: Sequence[str], cited: Sequence[Paper]) -> Objection | None:
    """A figure in a part of the sentence that names one paper, but which only another's quotes have. In search form.

    `quotes[i]` is a quote of `cited[i]`; a part ends at commas and conjunctions.
    """
    if len(quotes) != len(cited) or len({p.paper_id for p in cited}) < 2:
        return None
    held: dict[str, set[tuple[str, str]]] = {}
    for quote, paper in zip(quotes, cited, strict=True):
        held.setdefault(paper.paper_id, set()).update(map(_key, figures(for_search(quote))))
    names = {p.paper_id: for_search(short_name(p)) for p in cited}
    for part in _PARTS.split(text):
        named = [i for i, name in names.items() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", part)]
        if len(named) != 1:
            continue
        for figure in figures(part.replace(names[named[0]], " ")):
            others = [i for i in held if i != named[0] and _key(figure) in held[i]]
            if others and _key(figure) not in held[named[0]]:
                return Objection("contradicted", f"{figure.said} is another paper's, not that of {names[named[0]]}")
    return None


def _key(figure: Figure) -> tuple[str, str]:
    return figure.value, figure.unit
