"""A comparison table as CSV: whole, quoted after RFC 4180, and no formula in any spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from scripted_review import ANSWER, COMPARISON, KITE, KITE_NEEDS, MATRIX, REFUSAL

from service.errors import UsageError
from service.records import Cell, Row
from service.render import as_csv

NEEDS = "It needs 1,200 pairs and reaches 78.2\\% on GustBench."


def test_each_value_has_its_quote_beside_it() -> None:
    """Worked by hand: a listing's year is no year of publication, and an empty cell is empty."""
    assert as_csv(COMPARISON).split("\r\n") == [
        "label,key,title,year,supervision,supervision (quote),result,result (quote)",
        f'1,kite2024,KITE: Gentle Alignment of Small Models,,"1,200 pairs","{NEEDS}",78.2%,"{NEEDS}"',
        "2,heron2023,Heron Without Labels,2023,,,74.0%,Heron scores 74.0% on GustBench.",
        "",
    ]


def test_an_answer_with_a_table_is_written_the_same() -> None:
    """`ask --format csv`."""
    assert as_csv(ANSWER) == as_csv(COMPARISON)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org","x")', "=cmd|' /C calc'!A0", "\uff1d1+1"],
)
def test_nothing_begins_a_formula(text: str) -> None:
    """Neither a cell nor a heading; the apostrophe is what spreadsheets take for "text follows"."""
    row = Row(KITE.paper_id, {text: Cell(text, (KITE_NEEDS,))})
    hostile = replace(COMPARISON, matrix=replace(MATRIX, columns=(text,), rows=(row,)))
    table = list(csv.reader(io.StringIO(as_csv(hostile), newline="")))
    assert all(not part or part[0] not in "=+-@\uff1d" for line in table for part in line)
    assert table[1][4].startswith("'")


def test_quotes_commas_and_line_ends_do_not_break_a_line() -> None:
    """What is read back is what was said, on one line."""
    text = 'a "quoted", cell\nof two lines'
    row = Row(KITE.paper_id, {"x": Cell(text, (KITE_NEEDS,))})
    made = replace(COMPARISON, matrix=replace(MATRIX, columns=("x",), rows=(row,)))
    table = list(csv.reader(io.StringIO(as_csv(made), newline="")))
    assert len(table) == 2
    assert table[1][4] == 'a "quoted", cell of two lines'


def test_without_a_table_there_is_nothing_to_write() -> None:
    """It says what to do."""
    with pytest.raises(UsageError, match="no table"):
        as_csv(REFUSAL)
