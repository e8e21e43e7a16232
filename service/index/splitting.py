"""Text -> pieces of whole sentences: a langchain splitter. Joined, its parts are the text, to the character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from service.records import Span
from service.text.sentences import split_sentences


class SentenceSplitter(TextSplitter):
    """A langchain splitter whose pieces are our sentences. Joined, its parts are the text, to the character."""

    def __init__(self, chunk_size: int) -> None:
        super().__init__(chunk_size=chunk_size, chunk_overlap=0, strip_whitespace=False)
        self._long_sentences = RecursiveCharacterTextSplitter(
            chunk_size=chunk_size,
            chunk_overlap=0,
            separators=["; ", ", ", " ", ""],
            keep_separator="end",
            strip_whitespace=False,
        )

    def split_text(self, text: str) -> list[str]:
        return self._merge_splits(self._pieces(text), separator="")

    def _pieces(self, text: str) -> Iterator[str]:
        """Sentences with the white space behind them; one longer than a chunk is cut at clauses, then words."""
        for span in _tiles(split_sentences(text), len(text)):
            sentence = text[span.start : span.end]
            if len(sentence) <= self._chunk_size:
                yield sentence
            else:
                yield from self._long_sentences.split_text(sentence)


def _tiles(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """The spans stretched so that they cover `[0, length)` without a gap."""
    start = 0
    pending: Span | None = None
    for span in spans:
        if pending is not None:
            yield Span(start, span.start)
            start = span.start
        pending = span
    if start < length:
        yield Span(start, length)
