"""Papers by aspects: each cell an exact sentence of its row's paper, used once; empty columns are left out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.records import Matrix, Paper
from service.review.evidence import score
from service.review.matrix import build_matrix
from service.review.roles import COLUMNS, Role
from service.text.sentences import sentence_texts
from tests.review.corpus import MemoryCorpus
from tests.review.test_ask import HOSTILE, PAPERS

_SENTENCES = (
    "However, existing nets suffer from noise.", "We propose KITE2, a net.", "It was trained on 12,000 samples.",
    "It outperforms others by 3%.", "A limitation is its cost.", "Code is at https://example.org.", "Nets fly.",
)  # fmt: skip


def matrix_of(papers: tuple[Paper, ...]) -> Matrix | None:
    """The matrix over the papers, each cell checked against its abstract."""
    corpus = MemoryCorpus(papers)
    matrix = build_matrix(score(corpus, papers, "How do they differ?", ()))
    for row in matrix.rows if matrix else ():
        abstract = next(p.abstract for p in papers if p.paper_id == row.paper_id)
        cells = [cell for cell in row.cells.values() if cell is not None]
        quotes = [c for cell in cells for c in cell.citations]
        assert all(c.paper_id == row.paper_id and c.quote == abstract[c.start : c.end] for c in quotes)
        assert all(len(cell.citations) == 1 for cell in cells)
        assert len({c.start for c in quotes}) == len(quotes), "a sentence fills two cells"
    return matrix


def test_each_aspect_is_told_by_its_sentence() -> None:
    """Worked by hand for two papers."""
    matrix = matrix_of(PAPERS[:2])
    assert matrix is not None
    kite, heron = ({column: cell and cell.value for column, cell in row.cells.items()} for row in matrix.rows)
    assert (
        kite["approach"] == "We propose KITE, a method that aligns them with rewards learned from few preference pairs."
    )
    assert kite["result"] == "KITE reaches a win rate of 78.2% on GustBench."
    assert heron["result"] == "Heron reaches a win rate of 74.0% on GustBench."
    assert heron["limit"] == "However, it cannot be used for code."


def test_what_an_abstract_does_not_say_is_none() -> None:
    """KITE3 states no data; the column stays for the other paper's sake."""
    bare = Paper("KITE3: Nets", "We propose KITE3, a net.", "bare")
    full = Paper(
        "KITE4: Nets", "We propose KITE4, a net. In all 12,000 annotated samples were drawn from a registry.", "full"
    )
    matrix = matrix_of((bare, full))
    assert matrix is not None
    assert [row.cells["data"] is None for row in matrix.rows] == [True, False]


def test_a_papers_own_approach_is_told_in_whatever_words() -> None:
    """No cue knows "lets … climb"; the sentence that speaks of the system fills the cell."""
    wing = Paper("WingTide: Ranks", "Ranks are fixed. WingTide lets every rank climb and ebb.", "wing")
    matrix = matrix_of((wing,))
    assert matrix is not None
    cell = matrix.rows[0].cells["approach"]
    assert cell is not None
    assert cell.value == "WingTide lets every rank climb and ebb."


def test_housekeeping_fills_no_cell() -> None:
    """A link is not a result, and no column is empty."""
    matrix = matrix_of((Paper("Nets", "Code is available at https://example.org/nets.", "nets"),))
    assert matrix is None


def test_no_paper_no_matrix() -> None:
    """Nothing to compare."""
    assert build_matrix([]) is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_abstracts_keep_cells_exact(kind: str) -> None:
    """Whatever the abstract says."""
    matrix_of((*PAPERS, Paper("KITE2: Nets", HOSTILE[kind], "hostile")))


@given(st.lists(st.lists(st.sampled_from(_SENTENCES), max_size=7), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_has_every_column_and_no_column_is_empty(abstracts: list[list[str]]) -> None:
    """Any mixture of moves, repetitions included; a repeated sentence is two places."""
    papers = tuple(Paper(f"Nets {i}", " ".join(a) or "Nets.", f"p{i}") for i, a in enumerate(abstracts))
    matrix = matrix_of(papers)
    if matrix is None:
        return
    assert [row.paper_id for row in matrix.rows] == [p.paper_id for p in papers]
    assert all(tuple(row.cells) == matrix.columns for row in matrix.rows)
    assert all(any(row.cells[column] for row in matrix.rows) for column in matrix.columns)
    assert list(matrix.columns) == [str(role) for role in COLUMNS if str(role) in matrix.columns]


def test_only_the_columns_asked_for() -> None:
    """Results alone."""
    corpus = MemoryCorpus(PAPERS)
    matrix = build_matrix(score(corpus, PAPERS, "results", ()), columns=(Role.RESULT,))
    assert matrix is not None
    assert matrix.columns == ("result",)
    assert all(len(list(sentence_texts(c.value))) == 1 for row in matrix.rows for c in row.cells.values() if c)
