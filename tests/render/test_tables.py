"""Plain-text tables keep within their width and lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.render.grid import grid

CELLS = st.text(st.sampled_from("abc "), max_size=40).map(lambda text: " ".join(text.split()))


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


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(50, 120))
def test_tables_hold_every_word_and_keep_their_width(rows: list[tuple[str, str, str]], width: int) -> None:
    """No cell is cut, and no line is wider than asked, whatever the cells."""
    table = grid(["paper", "x", "y"], rows, width=width)
    assert max(len(line) for line in table.splitlines()) <= width
    for row in rows:
        for word in " ".join(row).split():
            if len(word) < 10:
                assert word in table
