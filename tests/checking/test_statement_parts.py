"""What of a sentence each of its citations stands for, in words that can be judged."""

from __future__ import annotations

import pytest

from service.annotate import annotate
from service.manuscript import read_manuscript
from service.records import Paper
from service.records.checks import CitedWork
from service.review.checking.citation_resolver import Resolution
from service.review.checking.parts import parts_of

KITE = Paper("KITE: Gentle Alignment", "We propose KITE, which aligns small models.", "kite")
BEETS = Paper("Sugar Beets in Wet Soils", "We grow sugar beets in wet soils. Yields fall by a third.", "beets")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("@k aligns small models well.", ["KITE aligns small models well."]),
        ("@b grow sugar beets in wet soils.", ["the authors grow sugar beets in wet soils."]),
        ("[@b] grow sugar beets in wet soils.", ["the authors grow sugar beets in wet soils."]),
        ("Yields fall by a third [@b].", ["Yields fall by a third."]),
        ("Yields fall by a third [@b; @k].", ["Yields fall by a third."]),
        (
            "Yields of beets fall by a third [@b], and KITE aligns small models [@k].",
            ["Yields of beets fall by a third", "KITE aligns small models."],
        ),
        ("Rain [@b], frost [@k] and hail harm yields.", ["Rain, frost and hail harm yields."]),
    ],
)
def test_a_sentence_is_cut_where_each_part_says_something_of_its_own_citation(text: str, parts: list[str]) -> None:
    """A citation that is a word reads as the name its paper coins, else as its authors; never as its title."""
    (statement,) = read_manuscript(f"{text}\n\n[@z]: #", form="markdown").statements[:1]
    papers = {"k": KITE, "b": BEETS}
    resolved = {
        mark: tuple(
            Resolution(CitedWork(c.key, "found", papers[c.key].paper_id), (annotate(papers[c.key]),))
            for c in mark.cited
        )
        for mark in statement.marks
    }
    assert [part.text for part in parts_of(statement, resolved)] == parts
