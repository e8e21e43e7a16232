"""Markdown with the citations people write in it."""

from __future__ import annotations

import pytest

from service.errors import SourceError, SourceTooLarge, UnknownFormat
from service.manuscript import PLACE, Manuscript, decoded, form_of, read_manuscript

PAGE = """---
title: Nets
bibliography: [refs.bib, more.bib]
---
# Introduction

TideWalk lets the **rank** climb [1]. It [reaches](https://arxiv.org/abs/2401.00001) 41.8%
[1, 3-5] of `x[9]`. <!-- not [7]
at all --> An interval [0, 1] is none.

> Quoted [2].

| table | [8] |
|---|---|
| a | b |

```
code [6]
```
- item one [^n]. See [@key, p. 3; -@other].

[^n]: The note.

## References

1. I. Marrowby (2024). TideWalk: Rank Schedules.
2. Foo.

[3] Bar. X. 2021.
[4] Baz. Y.
"""


def _read(source: str) -> Manuscript:
    return read_manuscript(source, form="markdown")


def test_a_page_of_markdown_gives_its_sentences() -> None:
    """Headings, tables, code, comments and front matter are no prose; quotes and lists are."""
    assert [(s.line, s.text.replace(PLACE, "<>")) for s in _read(PAGE).statements] == [
        (7, "TideWalk lets the rank climb <>."),
        (7, "It reaches<> 41.8% <> of x 9 ."),
        (9, "An interval [0, 1] is none."),
        (11, "Quoted <>."),
        (20, "item one <>."),
        (20, "See <>."),
        (22, "The note."),
    ]


def test_keys_ranges_links_and_notes_are_citations() -> None:
    """A range is every number in it; a link to a paper cites it."""
    marks = [[c.key for c in m.cited] for s in _read(PAGE).statements for m in s.marks]
    link = "https://arxiv.org/abs/2401.00001"
    assert marks == [["1"], [link], ["1", "3", "4", "5"], ["2"], ["^n"], ["key", "other"]]


def test_the_list_of_references_is_read() -> None:
    """By the numbers of its items, or by those that its lines begin with."""
    read = _read(PAGE)
    assert {e.key: e.text for e in read.entries} == {
        "^n": "The note.",
        "1": "I. Marrowby (2024). TideWalk: Rank Schedules.",
        "2": "Foo.",
        "3": "Bar. X. 2021.",
        "4": "Baz. Y.",
    }


@pytest.mark.parametrize(
    ("text", "keys", "textual"),
    [
        ("Nets fly [1]–[3] far.", ["1", "2", "3"], False),
        ("Nets fly [1,2] far.", ["1", "2"], False),
        ("Nets fly [2, p. 14] far.", ["2"], False),
        ("Zhang et al. (2024) show it.", ["Zhang et al. 2024"], True),
        ("Zhang and Li (2024) show it.", ["Zhang and Li 2024"], True),
        ("Nets fly (Zhang and Li, 2024; see Wu, 2020a).", ["Zhang and Li 2024", "Wu 2020"], False),
        (
            "Nets fly (van der Berg et al., 2019, 2021).",
            ["van der Berg et al. 2019", "van der Berg et al. 2021"],
            False,
        ),
        ("Nets fly (in 2024).", [], False),
        ("Nets fly \\citep[3]{a,b} far.", ["a", "b"], False),
        ("As @smith_2020 says, nets fly [@x].", ["smith_2020", "x"], True),
        ("Write to a@b.org or @handle.", [], False),
        ("Nets fly [maybe] far.", [], False),
    ],
)
def test_citations_in_running_text(text: str, keys: list[str], textual: bool) -> None:
    """Numbers, author and year, pandoc keys, LaTeX; addresses, handles and remarks in brackets are none."""
    marks = [m for s in _read(text).statements for m in s.marks]
    assert [c.key for m in marks for c in m.cited] == keys
    assert bool(marks and marks[0].textual) is textual


@pytest.mark.parametrize(
    ("bibliography", "keys"), [(" refs.bib", ["tide"]), ("\n- refs.bib", ["tide"]), (" []", []), ("", [])]
)
def test_a_bare_key_is_cited_where_a_bibliography_is_named(bibliography: str, keys: list[str]) -> None:
    """Elsewhere it is somebody's handle."""
    read = _read(f"---\nbibliography:{bibliography}\n---\nAs @tide says, it holds.\n")
    assert [c.key for s in read.statements for m in s.marks for c in m.cited] == keys


@pytest.mark.parametrize("piece", ["[", "[[[[", "\\cite{", "[@", "(", "[1,", "`", "$", "<!--", "[a](", "Aa, ", "> "])
def test_a_megabyte_of_openings_is_read(piece: str) -> None:
    """No pattern looks far ahead, so that hostile lines cost no more than their length."""
    assert _read("Word. " + piece * (900_000 // len(piece))).statements[0].text.startswith("Word.")


def test_a_paragraph_of_nothing_but_citations_is_refused() -> None:
    """Two thousand citations between two blank lines are no text."""
    with pytest.raises(SourceTooLarge, match="2,000 citations"):
        _read("Word. " + "[1]" * 3_000)


def test_offsets_hold_with_a_mark_and_carriage_returns() -> None:
    """A byte order mark is no character of the text; line ends stay as they are."""
    text = decoded("\ufeffOne.\r\n\r\nTwo [1].\r\n".encode(), "a.md")
    second = _read(text).statements[1]
    assert (second.line, text[second.start : second.end]) == (3, "Two [1].")


@pytest.mark.parametrize(
    ("content", "error", "match"),
    [
        ("Caf\xe9 [1].".encode("latin-1"), SourceError, r"line 1, byte 0xe9\); if it is Latin-1, `iconv"),
        (b"%PDF-1.5\n", UnknownFormat, "not a text"),
        (b"a\x00b", UnknownFormat, "not a text"),
        (b"x" * 1_000_001, SourceTooLarge, "limit"),
    ],
    ids=["latin-1", "pdf", "binary", "huge"],
)
def test_what_cannot_be_read_is_named(content: bytes, error: type[Exception], match: str) -> None:
    """The message says what it is and what to do."""
    with pytest.raises(error, match=match):
        decoded(content, "a.md")


def test_an_empty_text_is_refused() -> None:
    """White space and punctuation alone are nothing to check."""
    with pytest.raises(SourceError, match="empty"):
        _read(" \n--\n")


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.tex", "x", "latex"),
        ("a.md", "\\cite{a}", "markdown"),
        ("a", "\\section{A} x", "latex"),
        ("-", "# A\n[1]", "markdown"),
    ],
)
def test_the_form_is_known_by_name_or_look(name: str, text: str, form: str) -> None:
    """The suffix decides; a name without one leaves it to the text."""
    assert form_of(name, text) == form
