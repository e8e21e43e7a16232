"""Chunks are whole sentences of the abstract, to the character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.index.chunking import MAX_CHARS, Chunker
from service.index.splitting import SentenceSplitter
from service.records import Paper
from service.text.sentences import split_sentences


def _paper(abstract: str, title: str = "Aligning Things") -> Paper:
    return Paper(title=title, abstract=abstract, paper_id="p1")


def test_a_short_abstract_is_one_chunk() -> None:
    """The usual case; white space around it is left out."""
    (chunk,) = Chunker().chunks(_paper("  We train. We test.\n"))
    assert (chunk.chunk_id, chunk.start, chunk.end, chunk.text) == ("p1:0", 2, 20, "We train. We test.")


@pytest.mark.parametrize("abstract", ["", "  \n "])
def test_a_blank_abstract_has_no_chunks(abstract: str) -> None:
    assert Chunker().chunks(_paper(abstract)) == ()


def test_long_abstracts_are_cut_between_sentences() -> None:
    """Forty sentences of 50 characters: three chunks of about equal length, none cut inside a sentence."""
    abstract = " ".join(f"Sentence number {n:02d} has just forty-nine characters." for n in range(40))
    chunks = Chunker().chunks(_paper(abstract))
    ends = {span.end for span in split_sentences(abstract)}
    assert len(chunks) == 3
    assert all(chunk.end in ends and chunk.text.startswith("Sentence") for chunk in chunks)
    assert max(len(c.text) for c in chunks) < 2 * min(len(c.text) for c in chunks)


def test_an_over_long_sentence_is_cut_at_words() -> None:
    """Last resort: no chunk over the limit, no word cut."""
    abstract = "alpha, beta gamma " * 200
    chunks = Chunker().chunks(_paper(abstract))
    assert all(len(chunk.text) <= MAX_CHARS for chunk in chunks)
    assert {word for c in chunks for word in c.text.split()} == {"alpha,", "beta", "gamma"}


def test_a_word_longer_than_a_chunk_is_cut() -> None:
    chunks = Chunker().chunks(_paper("x" * 2_000))
    assert "".join(chunk.text for chunk in chunks) == "x" * 2_000
    assert all(len(chunk.text) <= MAX_CHARS for chunk in chunks)


@given(st.text(max_size=400) | st.text(alphabet="a .,;\n\u2003。", max_size=400), st.integers(1, 60))
def test_every_chunk_is_its_span_and_nothing_but_space_is_lost(abstract: str, max_chars: int) -> None:
    """Arbitrary Unicode, arbitrary limits: exact offsets, in order, within the limit, all text covered."""
    end = 0
    for number, chunk in enumerate(Chunker(max_chars).chunks(_paper(abstract))):
        assert chunk.chunk_no == number
        assert abstract[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert abstract[end : chunk.start].strip() == ""
        assert len(chunk.text) <= max_chars
        end = chunk.end
    assert abstract[end:].strip() == ""


@given(st.text(max_size=300), st.integers(1, 40))
def test_the_splitter_loses_no_character(text: str, size: int) -> None:
    assert "".join(SentenceSplitter(size).split_text(text)) == text


def test_the_same_text_gives_the_same_chunks() -> None:
    """Ids are stable, so unchanged chunks need not be written again."""
    paper = _paper("We train on pairs. " * 120)
    assert Chunker().chunks(paper) == Chunker().chunks(paper)


def test_a_megabyte_is_chunked() -> None:
    chunks = Chunker().chunks(_paper("We train on pairs; it works. " * 30_000))
    assert sum(len(chunk.text) for chunk in chunks) > 800_000


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("LiPO-{\\lambda}", "We rank.", "LiPO-λ. We rank."),
        ("Is it so?", "It is.", "Is it so? It is."),
        ("", "It is.", "It is."),
        ('Nystr\\"om', "78.2\\% of\nit.", "Nyström. 78.2% of it."),
    ],
)
def test_embedded_text_is_the_title_and_the_text_as_read(title: str, text: str, expected: str) -> None:
    assert Chunker().context(_paper("x", title), text) == expected


def test_the_fingerprint_tells_limits_apart() -> None:
    """A library chunked otherwise must be refused."""
    assert Chunker(500).fingerprint != Chunker(900).fingerprint
