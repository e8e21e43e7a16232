"""What a model or a user writes in their own words, judged against quotes."""

from __future__ import annotations

import pytest

from service.records import Paper
from service.review.judgement import judge

QUOTE = "We show that KITE-2 reduces WER by 3.5% on GustBench, without labels, and needs two GPUs for 12 hours."
KITE = Paper("KITE-2: Nets for 2 Birds", f"Nets are slow. {QUOTE} More text.", "kite")
BEATS = "OwlY outperforms CLIP on GustBench by 2 points, and may help robots."
OWLY = Paper("OwlY: Another Net", BEATS, "owly")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (QUOTE, "supported"),
        ("KITE-2 cuts WER by 3.5% on GustBench.", "supported"),
        ("KITE-2 needs 2 GPUs for twelve hours.", "supported"),
        ("KITE-2 reduces WER by 3.5 percent and uses no labels.", "supported"),
        ("KITE-2 increases WER by 3.5% on GustBench.", "contradicted"),
        ("KITE-2 reduces WER by 4.5% on GustBench.", "contradicted"),
        ("KITE-2 reduces WER by 3.5% on GaleBench.", "unsupported"),
        ("KITE-2 reduces WER by 3.5% on GustBench with labels.", "contradicted"),
        ("KITE-2 reduces WER on GustBench and does not need GPUs.", "contradicted"),
        ("GustBench reduces WER by 3.5% on KITE-2, without labels.", "contradicted"),
        ("Nets of steel are woven by spiders in spring.", "unsupported"),
        ("", "unsupported"),
    ],
)
def test_one_quote_supports_its_paraphrases_and_nothing_else(text: str, verdict: str) -> None:
    """Other words for the same figures, names and directions pass; one thing wrong is enough to fail."""
    assert judge(text, [QUOTE], [KITE]).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("OwlY outperforms CLIP on GustBench.", "supported"),
        ("CLIP is outperformed by OwlY on GustBench.", "supported"),
        ("CLIP outperforms OwlY on GustBench.", "contradicted"),
        ("OwlY is outperformed by CLIP on GustBench.", "contradicted"),
        ("OwlY may help robots.", "supported"),
        ("OwlY helps robots.", "partial"),
    ],
)
def test_who_beats_whom_and_with_what_reserve(text: str, verdict: str) -> None:
    """The two sides of a comparison keep their places, and "may help" is not "helps"."""
    assert judge(text, [BEATS], [OWLY]).verdict == verdict


def test_without_a_quote_nothing_is_supported() -> None:
    """No quote, no support, whatever is said."""
    judgement = judge("KITE-2 reduces WER.", [], [KITE])
    assert (judgement.verdict, judgement.score) == ("unsupported", 0.0)
