"""English words that negate, case-folded; contracted and in full."""

from __future__ import annotations

from typing import Final

from service.vocabulary.words import words

NEGATIONS: Final = words(
    """not no nor neither never none nobody nothing nowhere without cannot n't non
    isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't
    mustn't mightn't needn't"""
)
NEAR_NEGATIONS: Final = words("hardly scarcely barely rarely seldom little few")
"""Words that all but negate: what they stand before holds nearly never or of nearly none."""
