"""The columns of a comparison: every kind there is, those given by name, those that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from service import limits
from service.errors import UsageError
from service.review.comparison import design, rhetorical_cells, setting, subjects
from service.review.comparison.model import Column, ColumnKind
from service.text.normal import for_search
from service.text.terms import terms

_MOST_CHARS: Final = 60
_MOST_WORDS: Final = 4

KINDS: Final = tuple(
    ColumnKind(name, means, tuple(asked_as.split(", ")), read)
    for name, means, asked_as, read in (
        ("problem", "what is wrong or not known that the work sets out to mend",
         "aim, objective, goal, purpose, motivation, research question, gap", rhetorical_cells.problem),
        ("design", "the kind of study", "study design, study type, type of study", design.design),
        ("population", "who or what was studied", "participants, subjects, patients", subjects.population),
        ("n", "how many subjects were studied; never parameters",
         "sample size, number of participants, number of patients, number of subjects", subjects.subject_count),
        ("place", "where it was done", "country, location, region, study area, site, setting", setting.place),
        ("period", "the years covered", "years, time period, study period, dates", setting.period),
        ("intervention", "what was done or given", "treatment, exposure", design.intervention),
        ("comparator", "what the intervention was compared with", "comparison, control, baseline", design.comparator),
        ("outcome", "what was measured in the end", "endpoint, primary outcome", design.outcome),
        ("approach", "what the authors did", "method, technique, methodology, model", rhetorical_cells.approach),
        ("effect", "the estimate with its interval", "effect size, effect estimate", design.effect),
        ("result", "the main finding, with figures", "finding, conclusion, performance", rhetorical_cells.result),
    )
)  # fmt: skip
"""Every kind of column, in the order in which a table shows them. Any other column is read by the words of its name."""

_BY_NAME: Final[Mapping[tuple[str, ...], ColumnKind]] = {
    tuple(terms(name)): kind for kind in KINDS for name in (kind.name, *kind.asked_as)
}
_BY: Final = re.compile(
    r"[,:]?\s+(?:by|in terms of|with (?:respect|regard) to|regarding|according to|along(?: the)?|on the basis of|"
    r"(?P<weak>in|for|on))\s+(?:their |the |both )?(?P<aspects>[^?.;:]+)[?.]?\s*$",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:,\s*(?:and|as well as)?|\band\b|\bas well as\b|&|;)\s*", re.IGNORECASE)


def columns(names: Sequence[str]) -> tuple[Column, ...]:
    """Columns of the names given, each once. Raises `UsageError` for none, too many, or one that is no word."""
    found: dict[str, Column] = {}
    for name in (" ".join(n.split()) for n in names):
        if not any(c.isalnum() for c in name) or len(name) > _MOST_CHARS or not name.isprintable():
            raise UsageError(
                f"{name[:_MOST_CHARS]!r} is no name of a column: give a word or a few, as in --columns data,limit"
            )
        found.setdefault(name.casefold(), Column(name, kind_of(name), asked=True))
    if not 1 <= len(found) <= limits.COLUMNS_MAX:
        raise UsageError(f"{len(found)} columns are asked for; give 1 to {limits.COLUMNS_MAX}")
    return tuple(found.values())


def kind_of(name: str) -> ColumnKind | None:
    """The kind that a name asks for, whatever its number and case; `None` for a column of the reader's own words."""
    return _BY_NAME.get(tuple(terms(name)))


def asked(question: str) -> tuple[str, tuple[Column, ...]]:
    """What a question is about, and the aspects it asks to compare by: "compare X and Y by supervision and data".

    Behind "by" or "in terms of" any words are an aspect; behind "in", "for" or "on" all have to be kinds of columns.
    """
    text = " ".join(for_search(question).split())
    for at in reversed([m.start() for m in re.finditer(r"[,:]?\s+\w", text)]):
        found, topic = _BY.match(text, at), text[:at].strip(" ,:")
        names = [] if found is None else [n for n in map(str.strip, _AND.split(found["aspects"])) if n]
        listed = found is not None and _are_aspects(names, weak=found["weak"] is not None)
        if listed and (len(topic.split()) > 1 or topic[:1].isupper()):
            return topic, columns(names)
    return question, ()


def _are_aspects(names: Sequence[str], *, weak: bool) -> bool:
    if not 1 <= len(names) <= limits.COLUMNS_MAX or any(len(n.split()) > _MOST_WORDS for n in names):
        return False
    known = [kind_of(name) is not None for name in names]  # "align models by averaging weights" lists no aspects
    return all(known) if weak else known[0] or re.match(r"\w{3,}ing\b", names[0]) is None
