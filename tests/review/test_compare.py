"""Papers side by side over the sample library: rows, columns, what is missing, and where papers disagree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.library import Library
from service.readers import read
from service.records import Comparison, Filters
from service.review.aspects import columns
from service.review.compare import Rows, compare
from service.review.coverage import Coverage
from service.review.held import LibraryCorpus
from service.sample import papers_path
from service.settings import Settings

RANK = "Does adapter rank matter for instruction following?"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    root: Path = tmp_path_factory.mktemp("compared") / "library"
    with Library.open(Settings(library=root), create=True) as library:
        library.import_papers(read(papers_path(), max_record_bytes=1_000_000))
        yield LibraryCorpus(library)


def compared(
    corpus: LibraryCorpus,
    question: str,
    *,
    rows: Rows | None = None,
    names: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
) -> Comparison:
    """A comparison, with what always holds checked."""
    made = compare(
        corpus,
        Coverage(corpus),
        question,
        columns=columns(names) if names else (),
        rows=rows or Rows(6),
        filters=Filters(ids) if ids else None,
    )
    sound(made, corpus)
    return made


def sound(made: Comparison, corpus: LibraryCorpus) -> None:
    """Exact quotes under known labels, a cell for every column, no empty column, an honest status."""
    labels = {r.paper_id: r.label for r in made.references}
    abstracts = {h.paper.paper_id: h.paper.abstract for h in corpus.search("models", k=100, filters=None).hits}
    rows = made.matrix.rows if made.matrix else ()
    told = [c for row in rows for cell in row.cells.values() if cell is not None for c in cell.citations]
    told += [c for point in made.agreement for claim in point.claims for c in claim.citations]
    for citation in told:
        assert labels[citation.paper_id] == citation.label
        assert abstracts[citation.paper_id][citation.start : citation.end] == citation.quote
    assert set(labels) == {row.paper_id for row in rows}
    if made.matrix:
        assert all(tuple(row.cells) == made.matrix.columns for row in rows)
        assert all(any(row.cells[name] for row in rows) for name in made.matrix.columns)
    assert (made.matrix is None) is (made.status == "not_in_corpus")
    assert (made.status == "answered") is (made.matrix is not None and not made.missing)
    for point in made.agreement:
        papers = [{c.paper_id for c in claim.citations} for claim in point.claims]
        assert len(papers) == len(set().union(*papers)) >= 2, "a paper speaks twice, or alone"
        assert point.claims[0].stance == "supports"


def test_the_papers_that_are_named_are_the_rows(corpus: LibraryCorpus) -> None:
    """And no others, in the order of the question; the proposed columns nobody fills are named."""
    made = compared(corpus, "Compare TideWalk, R^2Tune and Gusset-4.")
    assert [r.title.partition(":")[0] for r in made.references] == ["TideWalk", "R^2Tune", "Gusset-4"]
    assert made.matrix is not None
    assert made.matrix.columns == ("problem", "approach", "metric", "result", "limit")
    assert [d.text for d in made.dropped] == ["the column 'supervision'", "the column 'data'"]
    assert all("of 3 abstracts" in d.reason for d in made.dropped)


def test_asked_aspects_are_the_columns(corpus: LibraryCorpus) -> None:
    """From the question or as given; a column nobody fills is missing, not dropped."""
    made = compared(corpus, "Compare PactTune, QuietMargin and SelfSift by supervision and data")
    assert made.matrix is not None
    assert made.matrix.columns == ("supervision", "data")
    values = [{name: cell and cell.value for name, cell in row.cells.items()} for row in made.matrix.rows]
    assert values[0]["data"] == "Trained on 12,000 human preference pairs"
    assert values[2] == {"supervision": "No labelled preferences and no stronger teacher are involved", "data": None}
    given = compared(corpus, "Compare PactTune and SelfSift", names=("Data", "wingspan"))
    assert given.matrix is not None
    assert given.matrix.columns == ("Data",)
    assert (given.status, given.missing) == ("partial", ("wingspan",))


def test_rows_go_by_year_or_by_the_ids_given(corpus: LibraryCorpus) -> None:
    """Oldest first; ids keep their order, whatever the question, and an unknown one is named."""
    made = compared(corpus, "Compare SlackTide, Gusset-4 and TideWalk", rows=Rows(6, by_year=True))
    assert [r.year for r in made.references] == [2023, 2024, 2025]
    wanted = ("sample-dewnets-2024", "sample-tidewalk-2024", "sample-nobody-1999")
    chosen = compared(corpus, "accuracy", ids=wanted)
    assert [r.paper_id for r in chosen.references] == list(wanted[:2])
    assert chosen.missing == ("no paper sample-nobody-1999",)


def test_no_more_rows_than_asked_for(corpus: LibraryCorpus) -> None:
    """A topic many papers speak of."""
    assert len(compared(corpus, "speech recognition", rows=Rows(3)).references) == 3


def test_what_the_corpus_does_not_speak_of_has_no_table(corpus: LibraryCorpus) -> None:
    """Nothing is compared for want of better."""
    made = compared(corpus, "Compare volcanic eruptions and glaciers in Iceland")
    assert (made.status, made.references, made.agreement) == ("not_in_corpus", (), ())
    assert made.missing


def test_papers_that_contradict_each_other_stand_under_one_point(corpus: LibraryCorpus) -> None:
    """The sample's two pairs, each claim a part of its quote; the affirming one states the point."""
    (rank,) = compared(corpus, RANK).agreement
    assert rank.point == "adapter rank strongly affects instruction following in small models"
    assert [c.stance for c in rank.claims] == ["supports", "contradicts"]
    assert rank.claims[1].text.startswith("adapter rank has no measurable effect on instruction following")
    (passages,) = compared(corpus, "How many retrieved passages should a small reader use on HarborQA?").agreement
    assert [c.stance for c in passages.claims] == ["supports", "contradicts"]
    assert {c.citations[0].paper_id for c in passages.claims} == {
        "sample-more-passages-2024",
        "sample-fewer-passages-2025",
    }


@pytest.mark.parametrize(
    "question",
    [
        "Compare TideWalk, R^2Tune and Gusset-4.",
        "Compare ThistleRL, BrambleGuard and LeeFence",
        "Compare RustLens, DewNet-S and SelfSow",
        "Compare FadeCast, VoltLoom and ChargeEcho",
        "speech recognition",
    ],
)
def test_what_systems_score_is_no_point_of_agreement(corpus: LibraryCorpus, question: str) -> None:
    """Each is right about itself: an empty map is better than a wrong one."""
    assert compared(corpus, question).agreement == ()


def test_over_the_whole_sample_only_the_two_pairs_are_found(corpus: LibraryCorpus) -> None:
    """All 67 papers at once: no third point."""
    ids = tuple(h.paper.paper_id for h in corpus.search("models", k=100, filters=None).hits)
    assert len(ids) == 67
    assert len(compared(corpus, "models", rows=Rows(67), ids=ids).agreement) == 2
