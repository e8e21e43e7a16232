"""One quantity said in several ways, counts of papers, units said once, falls that figures show."""

from __future__ import annotations

import pytest

from service.records import Paper
from service.review.faithful.quantities import in_one_way
from service.review.judgement import judge

PAPER = Paper("Gannet: Small Readers", "Gannet reads.", "gannet")
OTHER = Paper("Petrel: Large Readers", "Petrel reads.", "petrel")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a 1.1-billion-parameter model", "a 1.1 billion parameter model"),
        ("an 80M-parameter model", "an 80 million-parameter model"),
        ("below two billion parameters", "below 2 billion parameters"),
        ("traffic falls by a factor of 14", "traffic falls 14 times"),
        ("a 14-fold fall, 2.7x faster, twofold", "a 14 times fall, 2.7 times faster, 2 times"),
        ("Llama-2-7B on 2 x 2 tiles in a T2I model", "Llama-2-7B on 2 x 2 tiles in a T2I model"),
    ],
)
def test_a_quantity_is_written_in_one_way(text: str, written: str) -> None:
    """Names and sizes of grids are no quantities."""
    assert in_one_way(text) == written


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Gannet uses a 1.1B model.", "Gannet uses a 1.1-billion-parameter model."),
        ("Gannet reduces traffic 14-fold.", "With Gannet, traffic falls by a factor of 14."),
        ("Gannet attains a WER of 14.2%.", "Gannet has a word error rate of 14.2%."),
        ("Gannet lowers the error rate from 15.8% to 14.9%.", "Gannet improves the error rate from 15.8 to 14.9%."),
        ("Gannet is not studied below 8 bits.", "We did not study Gannet below eight bits."),
    ],
)
def test_a_true_claim_in_other_figures_is_supported(text: str, quote: str) -> None:
    """Each was refused by a reading that took words for words."""
    assert judge(text, [quote], [PAPER]).verdict == "supported"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Gannet uses a 1.1B model.", "Gannet uses a 1.1-million-parameter model."),
        ("Gannet reduces traffic 14-fold.", "With Gannet, traffic falls by a factor of 4."),
        ("Gannet attains a WER of 14.2%.", "Gannet reaches a character rate of 14.2%."),
        ("Gannet lowers the error rate from 14.9% to 15.8%.", "Gannet improves the error rate from 15.8 to 14.9%."),
        ("Gannet raises the error rate from 15.8% to 14.9%.", "Gannet changes the error rate from 15.8 to 14.9%."),
        ("Gannet loses 4.8 points.", "Gannet loses 0.3 points on 4.8 models."),
    ],
)
def test_a_false_one_is_still_refused(text: str, quote: str) -> None:
    """Reading more ways to say a quantity lets no other quantity in."""
    assert judge(text, [quote], [PAPER]).verdict in ("unsupported", "contradicted")


def test_a_count_of_the_cited_papers_needs_no_quote() -> None:
    """ "The two studies" cites two papers; three would be a figure that nothing shows."""
    quotes = ["Gannet reads well.", "Petrel reads badly."]
    text = "The two studies differ: Gannet reads well, Petrel reads badly."
    assert judge(text, quotes, [PAPER, OTHER]).verdict == "supported"
    assert judge(text.replace("two", "three"), quotes, [PAPER, OTHER]).verdict == "unsupported"
