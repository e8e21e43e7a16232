"""Written sentences with their quotes located in the abstracts, and what is wrong with each by its form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate.names import mentioned_names, name_key, tokens
from service.llm import SourceSheet
from service.records import Citation, SentenceKind
from service.review.writing.model import WrittenSentence
from service.review.writing.untrusted import Untrusted
from service.text.normal import for_display

_MOST_BESIDE: Final = 5  # sentences that one framing sentence may speak of
_SHOWN_QUOTE: Final = 160
_FIGURE: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Placed:
    """One sentence with the quotes of it that stand in their abstracts.

    `basis`: places of the sentences that it sums up or stands beside. `faults` keep it from being judged at all, in
    words that its writer can act on; `lost` says of its other quotes that they stand nowhere.
    """

    text: str
    kind: SentenceKind
    citations: tuple[Citation, ...]
    basis: tuple[int, ...]
    statement: str | None
    faults: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def judged_as(self) -> str:
        return self.statement or self.text


def placed(written: Sequence[WrittenSentence], sheet: SourceSheet, doubts: Untrusted) -> list[Placed]:
    """The sentences in order. A sentence with quotes of its own is a claim, whatever it calls itself."""
    found = [_located(sentence, sheet) for sentence in written]
    kinds = [_kind(s, citations) for s, (citations, _) in zip(written, found, strict=True)]
    made = []
    for at, (sentence, (citations, lost)) in enumerate(zip(written, found, strict=True)):
        text = " ".join(for_display(sentence.text).split())
        basis = _basis(at, sentence, kinds)
        faults = _faults(kinds[at], citations, basis)
        if kinds[at] == "connective":
            faults += _overreach(text, [written[i].text for i in basis], doubts)
        tainted = doubts.fault(sentence.statement or text, citations)
        made.append(
            Placed(
                text,
                kinds[at],
                citations,
                basis,
                sentence.statement,
                (*([tainted] if tainted else ()), *faults),
                lost,
            )
        )
    return made


def _kind(sentence: WrittenSentence, citations: Sequence[Citation]) -> SentenceKind:
    if citations and (sentence.kind == "connective" or not sentence.rests_on):
        return "claim"
    return sentence.kind


def _basis(at: int, sentence: WrittenSentence, kinds: Sequence[SentenceKind]) -> tuple[int, ...]:
    if kinds[at] == "claim":
        return ()
    if kinds[at] == "synthesis":
        return tuple(dict.fromkeys(i for i in sentence.rests_on if 0 <= i < len(kinds) and kinds[i] == "claim"))
    after = next((i for i in range(at + 1, len(kinds)) if kinds[i] == "connective"), len(kinds))
    beside = [i for i in range(max(0, at - 1), after) if kinds[i] == "claim"]
    return tuple(beside[:_MOST_BESIDE])


def _faults(kind: SentenceKind, citations: Sequence[Citation], basis: Sequence[int]) -> list[str]:
    if kind == "claim" and not citations:
        return ["it has no quote that stands in a source; give the source's words for it, copied exactly"]
    if kind == "synthesis" and len(basis) + bool(citations) < 2:
        return ["it sums up fewer than two of your sentences; name those that it rests on, or drop it"]
    if kind == "connective" and not basis:
        return ["no sentence with a quote stands beside it"]
    return []


def _overreach(text: str, beside: Sequence[str], doubts: Untrusted) -> list[str]:
    """What a sentence without quotes must not hold: figures, and names that nothing beside it holds."""
    known = doubts.known_names | {name_key(token) for other in beside for token in tokens(other)}
    strange = [name for name in mentioned_names(text) if name_key(name) not in known]
    faults = ["a sentence without quotes must hold no figure"] if _FIGURE.search(text) else []
    return faults + [f"a sentence without quotes must not name {name!r}" for name in strange[:1]]


def _located(sentence: WrittenSentence, sheet: SourceSheet) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    """The quotes at their true offsets, each once, and a remark on each that stands nowhere."""
    citations: dict[Citation, None] = {}
    lost: list[str] = []
    for source_id, quote in sentence.quotes:
        located = sheet.locate(source_id, quote)
        if located is not None:
            citations[Citation("", located.paper.paper_id, located.quote, located.start, located.end)] = None
        elif sheet.paper(source_id) is None:
            lost.append(f"{source_id[:40]!r} is no source id; use only {', '.join(sheet.by_id)}")
        else:
            shown = quote if len(quote) <= _SHOWN_QUOTE else f"{quote[:_SHOWN_QUOTE]}…"
            lost.append(f"this quote does not stand word for word in the source {source_id}: {shown!r}")
    return tuple(citations), tuple(lost)
