"""Abstract -> chunks of whole sentences, each with exact offsets; and the text under which one is embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.records import Chunk, Paper, Span
from service.text.normal import for_display
from service.text.sentences import split_sentences

MAX_CHARS = 900
"""With its title, a chunk of 900 characters is within MiniLM's 256 tokens for 87 of 100 SciFact abstracts."""

_VERSION = 1
_MAX_TITLE_CHARS = 300
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


class Chunker:
    """Cuts abstracts into chunks of at most `max_chars` characters and of about equal length."""

    def __init__(self, max_chars: int = MAX_CHARS) -> None:
        self._max_chars = max_chars
        self.fingerprint = f"sentences-v{_VERSION}-{max_chars}"

    def chunks(self, paper: Paper) -> tuple[Chunk, ...]:
        """In order, not overlapping, only white space between them; none for a blank abstract."""
        abstract = paper.abstract
        return tuple(
            Chunk(paper.paper_id, chunk_no, span.start, span.end, abstract[span.start : span.end])
            for chunk_no, span in enumerate(self._spans(abstract))
        )

    def sentences(self, paper: Paper) -> tuple[Span, ...]:
        """The sentences whose vectors re-score candidates and choose quotes."""
        return split_sentences(paper.abstract)

    def context(self, paper: Paper, text: str) -> str:
        """What is embedded for a chunk or sentence: "title. text", as a person reads it."""
        title = for_display(paper.title)[:_MAX_TITLE_CHARS].rstrip()
        if not title:
            return for_display(text)
        return f"{title}{'' if title.endswith(_SENTENCE_ENDS) else '.'} {for_display(text)}"

    def _spans(self, abstract: str) -> Iterator[Span]:
        for span in _trimmed(_consecutive(self._parts(abstract)), abstract):
            if span.start < span.end:
                yield span

    def _parts(self, abstract: str) -> list[str]:
        """Balanced: a last chunk of one short sentence ("Code is available.") would match anything or nothing."""
        if len(abstract) <= self._max_chars:
            return [abstract]
        # Here and not above: langchain's import costs most of a second, which a search must not pay.
        from service.index.splitting import SentenceSplitter

        count = -(-len(abstract) // self._max_chars)
        for size in (min(self._max_chars, len(abstract) * 115 // (100 * count)), self._max_chars):
            parts = SentenceSplitter(size).split_text(abstract)
            if len(parts) <= count:
                break
        return parts


def _consecutive(parts: Iterable[str]) -> Iterator[Span]:
    end = 0
    for part in parts:
        yield Span(end, end + len(part))
        end += len(part)


def _trimmed(spans: Iterable[Span], text: str) -> Iterator[Span]:
    for span in spans:
        part = text[span.start : span.end]
        lead = len(part) - len(part.lstrip())
        yield Span(span.start + lead, span.start + max(lead, len(part.rstrip())))
