"""Plain-text tables keep within their width and lose nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from service.render.lines import columns, grid, wrapped


def test_columns_that_fit_take_what_they_need() -> None:
    """Worked by hand."""
    assert grid(["p", "score"], [["A", "1"], ["BB", "22"]], width=40) == ("p  | score\n---+------\nA  | 1\nBB | 22")


def test_long_cells_wrap_in_their_column() -> None:
    """The short column keeps its width, the long one takes the rest: 30 - 3 - 1 = 26 characters."""
    table = grid(["p", "what"], [["A", "one two three four five six seven"]], width=30)
    assert table == "p | what\n--+---------------------------\nA | one two three four five\n  | six seven"


def test_too_many_columns_become_a_list() -> None:
    """Where no readable table fits, each row is a list of its cells."""
    row = ["A", "a long cell of text here", "another long cell of text"]
    assert grid(["p", "x", "y"], [row], width=30) == (
        "A\n  x: a long cell of text here\n  y: another long cell of text"
    )


def test_a_word_that_does_not_fit_makes_a_record_of_each_row() -> None:
    """The name of the substance is one word of 44 characters, whole on its line in the record."""
    name = "2-(4-isobutylphenyl)propanoic-acid-2,2-d2-3d"
    table = grid(["paper", "substance", "dose"], [["[1] A", name, "40 mg"], ["[2] B", "-", "none"]], width=40)
    assert table == f"[1] A\n  substance:\n    {name}\n  dose: 40 mg\n\n[2] B\n  substance: -\n  dose: none"


def test_a_hyphen_is_no_place_to_break() -> None:
    """Nine letters and a hyphen are in the way: the column takes 23 from the one of running text."""
    table = grid(["p", "x"], [["a b c d e f g h i j k l m n", "1.1-billion-parameter adapted"]], width=40)
    assert "1.1-billion-parameter" in table
    assert max(map(len, table.splitlines())) <= 40


def test_wide_characters_and_marks_take_the_columns_that_they_take() -> None:
    """Two columns a Chinese character, none an accent of its own."""
    table = grid(["p", "x"], [["表", "e\u0301"], ["ab", "cd"]], width=40)
    assert table.splitlines() == ["p  | x", "---+---", "表 | e\u0301", "ab | cd"]


WORDS = st.one_of(
    st.text(st.sampled_from("abc,-()/."), min_size=1, max_size=12),
    st.sampled_from(["https://doi.org/10.1000/182-a.b/c", "2-(4-isobutylphenyl)propanoic", "語彙", "x" * 60]),
)
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join)


@given(
    st.lists(st.tuples(SENTENCES, SENTENCES, SENTENCES), min_size=1, max_size=4),
    st.one_of(st.sampled_from([40, 80]), st.integers(20, 120)),
)
def test_tables_hold_every_word_whole_and_keep_their_width(rows: list[tuple[str, str, str]], width: int) -> None:
    """No word is cut, none is lost, and only a line of one word too long for the terminal is wider than it."""
    table = grid(["paper", "x", "y"], rows, width=width)
    for line in table.splitlines():
        assert columns(line) <= width or len(line.split()) == 1
    assert Counter(word for row in rows for cell in row for word in cell.split()) <= Counter(
        word for line in table.splitlines() for word in line.split()
    )


@given(SENTENCES, st.integers(1, 60))
def test_wrapped_lines_hold_the_words_in_order(text: str, width: int) -> None:
    lines = wrapped(text, width, first="", rest="  ")
    assert " ".join(" ".join(lines).split()) == text
    assert all(columns(line) <= width or len(line.split()) == 1 for line in lines)
