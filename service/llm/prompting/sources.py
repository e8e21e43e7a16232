"""Papers -> the text a model is shown, under ids and marks that no abstract can know, and the way back.

Abstracts are untrusted. Each line of one begins with a mark drawn for this request (data marking, Hines et al.
2024, arXiv:2403.14720), each source stands between delimiters that carry the mark, and the ids are opaque: what
an abstract says of "Source 2" means nothing here. The ids are mapped back on our side only.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.llm.prompting.quotes import squeezed, with_its_marks
from service.llm.prompting.readable import readable
from service.records import Paper, Span
from service.text.neutral import Neutral, visible
from service.text.normal import for_display
from service.text.sentences import split_sentences

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # no vowels, so no word comes about
_ID_LETTERS: Final = 5
_MARK_LETTERS: Final = 10
_MAX_CHARS: Final = 8000  # of one abstract; the longest real ones have some 4,000
_MAX_TITLE: Final = 400


@dataclass(frozen=True, slots=True)
class Located:
    """A quote found: `paper.abstract[start:end]`."""

    paper: Paper
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.paper.abstract[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a paper instead of its whole abstract: these sentences, and lines about it ("Venue - ACL")."""

    spans: tuple[Span, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSource:
    """One paper as the model is shown it."""

    source_id: str
    paper: Paper
    shown: Neutral


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """The rendered sources. `mark` begins each of their lines; `by_id` maps opaque ids to papers."""

    text: str
    mark: str
    by_id: Mapping[str, SheetSource]

    def paper(self, source_id: str) -> Paper | None:
        """The paper of an id, or `None` for one that was never given out."""
        source = self.by_id.get(source_id.strip())
        return None if source is None else source.paper

    def locate(self, source_id: str, quote: str) -> Located | None:
        """Where a quote stands in the stored abstract, or `None`.

        Compared in NFKC, white space folded. Forgiven are also typographic quotes and dashes, invisible characters,
        the mark, and quotation marks or dots put around it. Every letter and digit has to be there, in order, and
        the quote has to begin and end where a word does: "relevant" is no quote of "irrelevant". LaTeX may stand
        there or be resolved.
        """
        source = self.by_id.get(source_id.strip())
        if source is None:
            return None
        text = squeezed(source.shown.text)
        for form in dict.fromkeys((quote, for_display(quote))):
            wanted = self._bare(form)
            found = text.span(wanted) if wanted else None
            if found is not None:
                start, end = source.shown.original_span(*found)
                return Located(source.paper, start, with_its_marks(source.paper.abstract, end))
        return None

    def _bare(self, quote: str) -> str:
        wanted = squeezed(visible(quote.replace(f"{self.mark}|", " "))).text.strip(" \"'")
        return wanted.removesuffix("...").removeprefix("...").strip()


def drawing(secret: bytes | None, *content: str) -> random.Random:
    """Where ids and marks are drawn from: the system's randomness, or the library's secret and the content.

    Drawn from a secret, the same request is rendered the same way, so that its reply can be kept; an author of
    abstracts, who does not know the secret, can guess neither.
    """
    if secret is None:
        return random.SystemRandom()
    joined = "".join(f"{len(text)}:{text}" for text in content)
    return random.Random(hmac.digest(secret, joined.encode("utf-8", "replace"), hashlib.sha256))


def render_sources(
    papers: Sequence[Paper],
    *,
    question: str = "",
    secret: bytes | None = None,
    excerpts: Sequence[Excerpt] | None = None,
) -> SourceSheet:
    """The papers in the order given, one source each: whole abstracts, or an excerpt of each. Linear."""
    shown = [(readable(paper.title[:_MAX_TITLE]).text, readable(paper.abstract[:_MAX_CHARS])) for paper in papers]
    about = [tuple(readable(line).text for line in e.lines) for e in excerpts or ()] or [()] * len(papers)
    draw = drawing(secret, question, *(text for p in papers for text in (p.title, p.abstract)))
    said = [f"{title} {abstract.text} {' '.join(lines)}" for (title, abstract), lines in zip(shown, about, strict=True)]
    taken = " ".join([question, *said]).casefold()
    mark = fresh_mark(draw, taken)
    by_id: dict[str, SheetSource] = {}
    blocks: list[str] = []
    for at, (paper, (title, abstract)) in enumerate(zip(papers, shown, strict=True)):
        source_id = fresh_id(draw, f"{taken} {mark} {' '.join(by_id)}")
        by_id[source_id] = SheetSource(source_id, paper, abstract)
        sentences = _sentences(abstract) if excerpts is None else _excerpt(abstract, excerpts[at].spans)
        when = _when(paper)
        lines = [f"Title - {' '.join(title.split())}", *([when] if when else []), *about[at], *sentences]
        blocks.append(_block(source_id, mark, lines))
    return SourceSheet("\n\n".join(blocks), mark, by_id)


def _when(paper: Paper) -> str | None:
    """`Date - 2024-12-05`, `Listed - 2024-12-05` where it is not the day of publication, or `Year - 2024`."""
    if paper.date is not None:
        return f"{'Listed' if paper.date_kind == 'listed' else 'Date'} - {paper.date}"
    return None if paper.year is None else f"Year - {paper.year}"


def _sentences(abstract: Neutral) -> list[str]:
    return [" ".join(abstract.text[s.start : s.end].split()) for s in split_sentences(abstract.text)]


def _excerpt(abstract: Neutral, spans: Sequence[Span]) -> list[str]:
    """The spans of the stored abstract as they are shown, with a mark where something between them is left out."""
    lines: list[str] = []
    last = None
    for span in spans:
        begin, end = bisect_left(abstract.starts, span.start), bisect_left(abstract.starts, span.end)
        if begin < end:
            apart = last is not None and abstract.text[last:begin].strip()
            lines += [*(["(...)"] if apart else []), " ".join(abstract.text[begin:end].split())]
            last = end
    return lines


def _block(source_id: str, mark: str, lines: Sequence[str]) -> str:
    tag = f'source id="{source_id}" mark="{mark}"'
    return "\n".join([f"<{tag}>", *(f"{mark}| {line}" for line in lines), f"</{tag}>"])


def fresh_id(draw: random.Random, taken: str) -> str:
    """An opaque id that occurs nowhere in `taken`, which is case-folded."""
    return _fresh(draw, _ID_LETTERS, taken)


def fresh_mark(draw: random.Random, taken: str) -> str:
    """A mark for lines of untrusted text, not in `taken` either."""
    return _fresh(draw, _MARK_LETTERS, taken)


def _fresh(draw: random.Random, letters: int, taken: str) -> str:
    """Random letters that occur nowhere in `taken`."""
    while True:
        drawn = "".join(draw.choice(_LETTERS) for _ in range(letters))
        if drawn not in taken:
            return drawn
