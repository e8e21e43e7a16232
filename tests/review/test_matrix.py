"""Papers by aspects: each cell a part of a sentence of its row's paper; columns that stay mostly empty are left out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.records import Matrix, Paper
from service.review.aspects import PROPOSED, columns
from service.review.coverage import Coverage
from service.review.matrix import build_matrix
from service.review.old_evidence import score
from service.text.normal import for_display
from tests.review.corpus import MemoryCorpus
from tests.review.test_ask import HOSTILE, PAPERS

_SENTENCES = (
    "However, existing nets suffer from noise.", "We propose KITE2, a net.", "It was trained on 12,000 samples.",
    "It outperforms others by 3%.", "A limitation is its cost.", "Code is at https://example.org.", "Nets fly.",
)  # fmt: skip
_MOVES = ("problem", "approach", "result", "limit")


def matrix_of(papers: tuple[Paper, ...]) -> Matrix | None:
    """The matrix over the papers, each cell checked against its abstract."""
    corpus = MemoryCorpus(papers)
    matrix = build_matrix(score(corpus, papers, "How do they differ?", ())).matrix
    for row in matrix.rows if matrix else ():
        abstract = next(p.abstract for p in papers if p.paper_id == row.paper_id)
        cells = [cell for cell in row.cells.values() if cell is not None]
        quotes = [c for cell in cells for c in cell.citations]
        assert all(c.paper_id == row.paper_id and c.quote == abstract[c.start : c.end] for c in quotes)
        assert all(len(cell.citations) == 1 for cell in cells)
        assert all(cell.value in for_display(cell.citations[0].quote) for cell in cells)
        moves = [cell.citations[0].start for name, cell in row.cells.items() if cell is not None and name in _MOVES]
        assert len(set(moves)) == len(moves), "a sentence makes two moves"
    return matrix


def cells_of(paper: Paper, *names: str) -> dict[str, str | None]:
    """One paper's cells by column: those proposed, or those of the given names."""
    corpus = MemoryCorpus((paper,))
    asked = columns(names) if names else PROPOSED
    matrix = build_matrix(score(corpus, (paper,), "comparison", ()), columns=asked, coverage=Coverage(corpus)).matrix
    found = {} if matrix is None else matrix.rows[0].cells
    return {a.name: cell.value if (cell := found.get(a.name)) else None for a in asked}


def test_each_aspect_is_told_by_the_part_that_says_it() -> None:
    """Worked by hand for two papers: openings ("However, ") and final stops are no part of a cell."""
    matrix = matrix_of(PAPERS[:2])
    assert matrix is not None
    kite, heron = ({column: cell and cell.value for column, cell in row.cells.items()} for row in matrix.rows)
    assert (
        kite["approach"] == "We propose KITE, a method that aligns them with rewards learned from few preference pairs"
    )
    assert kite["result"] == "KITE reaches a win rate of 78.2% on GustBench"
    assert (kite["metric"], heron["metric"]) == ("win rate", "win rate")
    assert heron["result"] == "Heron reaches a win rate of 74.0% on GustBench"
    assert heron["limit"] == "it cannot be used for code"


def test_what_an_abstract_does_not_say_is_none() -> None:
    """KITE3 states no data; the column stays for the other paper's sake."""
    bare = Paper("KITE3: Nets", "We propose KITE3, a net.", "bare")
    full = Paper(
        "KITE4: Nets", "We propose KITE4, a net. In all 12,000 annotated samples were drawn from a registry.", "full"
    )
    matrix = matrix_of((bare, full))
    assert matrix is not None
    assert [row.cells["data"] is None for row in matrix.rows] == [True, False]


def test_a_proposed_column_that_stays_mostly_empty_is_left_out_and_counted() -> None:
    """One of three papers states data: that is less than half. A column asked for stays while one row has it."""
    bare = tuple(Paper(f"KITE{n}: Nets", f"We propose KITE{n}, a net.", f"p{n}") for n in (3, 5))
    full = Paper("KITE4: Nets", "We propose KITE4, a net. It is trained on 12,000 annotated samples.", "full")
    corpus = MemoryCorpus((*bare, full))
    candidates = score(corpus, corpus.papers, "nets", ())
    proposed = build_matrix(candidates)
    assert proposed.matrix is not None
    assert proposed.left_out["data"] == 1
    assert "data" not in proposed.matrix.columns
    asked = build_matrix(candidates, columns=columns(("data", "limit")))
    assert asked.matrix is not None
    assert asked.matrix.columns == ("data",)
    assert asked.left_out == {"limit": 0}


@pytest.mark.parametrize(
    ("sentence", "column", "value"),
    [
        ("KITE needs no labels at all.", "supervision", "KITE needs no labels at all"),
        ("Training uses 9,000 annotated samples and nothing else.", "data",
         "Training uses 9,000 annotated samples and nothing else"),
        ("On GustBench, KITE scores 71.2% accuracy, against 64.0% for a fixed wing.", "result",
         "On GustBench, KITE scores 71.2% accuracy, against 64.0% for a fixed wing"),
        ("On GustBench, KITE scores 71.2% accuracy, against 64.0% for a fixed wing.", "metric", "accuracy"),
        ("However, it has only been tested on calm days.", "limit", "it has only been tested on calm days"),
        ("KITE fits into 3.4 GB of memory.", "memory", "KITE fits into 3.4 GB of memory"),
        ("A flight takes 12 seconds to plan.", "running time", "A flight takes 12 seconds to plan"),
        ("Our licence forbids military use of kites.", "licence", "Our licence forbids military use of kites"),
    ],
)  # fmt: skip
def test_a_cell_holds_what_its_sentence_says(sentence: str, column: str, value: str) -> None:
    """One telling sentence behind a neutral opening."""
    opening = "Small models drift. We propose KITE, a framework that steers wings by their lift. It has two parts."
    assert cells_of(Paper("KITE: Wings", f"{opening} {sentence}", "k"), column) == {column: value}


@pytest.mark.parametrize(
    ("sentence", "column"),
    [
        ("It reaches a better trade-off between height and speed.", "limit"),
        ("It does not need any labels or retraining.", "limit"),
        ("Existing methods fail on windy days.", "limit"),
        ("Beyond one budget, nothing has to be tuned.", "limit"),
        ("We show that large language models fail at flying.", "limit"),
        ("Experiments on GustBench show an accuracy of 88.4%.", "data"),
        ("It takes roughly nine times as long as supervised tuning.", "supervision"),
        ("We did not measure accuracy below 5 metres.", "result"),
        ("The wings are painted in red and green.", "licence"),
    ],
)
def test_a_doubtful_cell_stays_empty(sentence: str, column: str) -> None:
    """Strengths told by negations, others' troubles and mere words are in no wrong column."""
    opening = "Small models drift. We propose KITE, a framework that steers wings by their lift. It has two parts."
    assert cells_of(Paper("KITE: Wings", f"{opening} {sentence}", "k"), column) == {column: None}


def test_the_problem_is_what_is_wrong_before_the_work_is_introduced() -> None:
    """Praise of the field is no problem, nor is what comes behind the proposal."""
    abstract = (
        "Wings have achieved impressive success. However, existing wings suffer from drift. We propose KITE, a net. "
        "Drift is hard to see."
    )
    assert cells_of(Paper("KITE: Wings", abstract, "k"))["problem"] == "existing wings suffer from drift"


def test_a_papers_own_approach_is_told_in_whatever_words() -> None:
    """No cue knows "lets … climb"; the sentence that speaks of the system fills the cell."""
    wing = Paper("WingTide: Ranks", "Ranks are fixed. WingTide lets every rank climb and ebb.", "wing")
    matrix = matrix_of((wing,))
    assert matrix is not None
    cell = matrix.rows[0].cells["approach"]
    assert cell is not None
    assert cell.value == "WingTide lets every rank climb and ebb"


def test_housekeeping_fills_no_cell() -> None:
    """A link is not a result, and no column is empty."""
    matrix = matrix_of((Paper("Nets", "Code is available at https://example.org/nets.", "nets"),))
    assert matrix is None


def test_no_paper_no_matrix() -> None:
    """Nothing to compare."""
    assert build_matrix([]).matrix is None


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
    assert list(matrix.columns) == [a.name for a in PROPOSED if a.name in matrix.columns]


def test_only_the_columns_asked_for() -> None:
    """Results alone, under the reader's own heading."""
    corpus = MemoryCorpus(PAPERS)
    matrix = build_matrix(score(corpus, PAPERS, "results", ()), columns=columns(("Findings",))).matrix
    assert matrix is not None
    assert matrix.columns == ("Findings",)
