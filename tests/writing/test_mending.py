"""What is done to a sentence that pointed back to one that was dropped."""

from __future__ import annotations

import pytest
from written_text import HERON, KITE, OWL, SOURCES

from service.records import Citation, Paper, Sentence
from service.review.writing.mending import mended

ABSTRACTS = {source.abstract.paper.paper_id: source.abstract for source in SOURCES}


def quoting(text: str, *papers: Paper) -> Sentence:
    return Sentence(text, "claim", "supported", tuple(Citation("", p.paper_id, p.abstract, 0, 1) for p in papers))


OTHER = quoting("Heron is trained without labels.", HERON)


@pytest.mark.parametrize(
    ("text", "papers", "now"),
    [
        ("It needs 1,200 pairs.", (KITE,), "KITE needs 1,200 pairs."),
        ("Its pairs number 1,200.", (KITE,), "KITE's pairs number 1,200."),
        ("It's gentle.", (KITE,), "KITE is gentle."),
        ("It was trained to align.", (KITE,), "KITE was trained to align."),
        ("In contrast, it needs pairs.", (KITE,), "KITE needs pairs."),
        ("However, KITE needs pairs.", (KITE,), "KITE needs pairs."),
        ("They hunt at dusk.", (OWL,), "They hunt at dusk."),
        ("It hunts at dusk.", (OWL,), "“Owls at Night” hunts at dusk."),
        ("It needs pairs.", (KITE, OWL), "It needs pairs."),
        ("It has been shown that pairs help.", (KITE,), "It has been shown that pairs help."),
        ("iPhones need pairs.", (KITE,), "iPhones need pairs."),
        ("Items needs pairs.", (KITE,), "Items needs pairs."),
        ("However gentle, KITE needs pairs.", (KITE,), "However gentle, KITE needs pairs."),
    ],
)
def test_what_pointed_to_a_dropped_sentence_is_mended_where_that_is_certain(
    text: str, papers: tuple[Paper, ...], now: str
) -> None:
    """Otherwise nothing changes."""
    made = mended([OTHER, None, quoting(text, *papers)], ABSTRACTS)
    assert [s.text for s in made if s is not None] == [OTHER.text, now]


def test_a_sentence_that_still_follows_its_own_papers_keeps_its_pronoun() -> None:
    """What was dropped between them changes nothing."""
    it = quoting("It needs 1,200 pairs.", KITE)
    before = quoting("KITE aligns small models.", KITE)
    assert mended([before, None, it], ABSTRACTS) == (before, None, it)


def test_a_sentence_with_its_predecessor_is_left_alone() -> None:
    """Its writer knew what it follows."""
    it = quoting("However, it needs pairs.", KITE)
    assert mended([OTHER, it], ABSTRACTS) == (OTHER, it)
    assert mended([it], ABSTRACTS) == (it,)


def test_verbatim_words_that_were_mended_are_no_longer_exact() -> None:
    """They are borne out all the same."""
    exact = Sentence("It needs 1,200 pairs.", "claim", "exact", (Citation("", "kite", "It needs 1,200 pairs.", 0, 1),))
    assert [s.support for s in mended([None, exact], ABSTRACTS) if s is not None] == ["supported"]
