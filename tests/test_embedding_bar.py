"""The bar of an import: one for chunks and sentences, that ends at its end and says what is still to come."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from service.cli.progress import _EmbeddingBar


@pytest.fixture
def progress() -> Progress:
    return Progress(console=Console(file=io.StringIO()))


def test_sentences_are_part_of_the_whole(progress: Progress) -> None:
    """822 chunks and 400 papers of 2.5 chunks each are 1,822."""
    bar = _EmbeddingBar(progress, 822, 400)
    (task,) = progress.tasks
    bar.chunks(822, 822)
    assert (task.completed, task.total) == (822, 1_822)
    assert task.fields["said"] == "822 of 822 chunks, then the sentences of 400 papers"
    bar.papers(400, 400)
    assert task.finished
    assert task.fields["said"] == "400 of 400 papers' sentences"


def test_where_nothing_waits_there_is_no_bar(progress: Progress) -> None:
    _EmbeddingBar(progress, 0, 0)
    assert not progress.tasks[0].visible


def test_where_sentences_are_left_for_later_the_bar_ends_with_the_chunks(progress: Progress) -> None:
    bar = _EmbeddingBar(progress, 5, 0)
    bar.chunks(5, 5)
    assert progress.tasks[0].finished
    assert progress.tasks[0].fields["said"] == "5 of 5 chunks"
