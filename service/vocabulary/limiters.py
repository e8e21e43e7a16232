"""English words that limit, order, weaken or turn what a sentence says, case-folded, by kind.

A sentence that drops or adds one of them says something else, however many of its other words are kept.
"""

from __future__ import annotations

from typing import Final

from service.vocabulary.function_words import MODALS, NEAR_NEGATIONS, NEGATIONS
from service.vocabulary.words import words

QUANTIFIERS: Final = words(
    """all both each every any some most many much several few fewer fewest little less least more half none no either
    neither enough another other others various numerous whole entire majority minority everything everyone anything
    anyone something someone"""
)
EXCLUSIVES: Final = words("only solely exclusively merely just alone purely simply uniquely sole single")
EXCEPTIVES: Final = words(
    "except excepting excluding but unless without save besides apart barring unlike instead rather"
)
HEDGES: Final = (MODALS - words("will shall cannot 'll 'd must")) | words(
    """possibly possible perhaps maybe probably probable likely unlikely potentially potential presumably apparently
    seemingly arguably conceivably"""
)
FREQUENCY: Final = words(
    """always usually generally normally typically frequently often commonly sometimes occasionally rarely seldom never
    once twice again regularly constantly continually"""
)
DEGREE: Final = words(
    """almost nearly approximately about roughly around virtually mostly mainly largely chiefly primarily
    predominantly partly partially completely entirely fully totally wholly slightly marginally somewhat exactly
    precisely especially particularly even too very"""
)
COMPARATIVES: Final = words(
    """than more less fewer greater lesser higher lower larger smaller bigger better worse longer shorter earlier later
    older younger faster slower stronger weaker wider narrower deeper further farther same similar equal different
    equally similarly versus vs compared"""
)
SUPERLATIVES: Final = words(
    """most least fewest greatest highest lowest largest smallest biggest best worst longest shortest earliest latest
    oldest youngest fastest slowest strongest weakest first last"""
)
TIME_ORDER: Final = words(
    "before after until till since while during when whenever once then already still yet ago prior"
)
CONDITIONS: Final = words("if unless whether provided when whenever where wherever depending assuming given")
CONTRASTS: Final = words(
    "although though but however despite whereas while yet nevertheless nonetheless notwithstanding"
)
CAUSES: Final = words("because since therefore thus hence thereby so why due owing")

LIMITING_PHRASES: Final = (
    "at least", "at most", "at best", "at worst", "up to", "as much as", "as many as", "no more than", "no less than",
    "no fewer than", "more than", "less than", "fewer than", "other than", "rather than", "apart from", "aside from",
    "except for", "with the exception of", "all but", "but not", "not only", "only if", "only when", "even if",
    "instead of", "in some", "in part", "as well as", "as long as", "so long as", "compared with", "compared to",
    "per cent", "due to", "owing to", "because of", "in spite of", "regardless of", "irrespective of", "depending on",
)  # fmt: skip
"""Those of several words, longest meaning first where one begins another."""

LIMITERS: Final = (
    NEGATIONS | NEAR_NEGATIONS | QUANTIFIERS | EXCLUSIVES | EXCEPTIVES | HEDGES | FREQUENCY | DEGREE | COMPARATIVES
    | SUPERLATIVES | TIME_ORDER | CONDITIONS | CONTRASTS | CAUSES
)  # fmt: skip
"""All single words that limit or turn, but those that do so only beside a number ("over", "beyond")."""
