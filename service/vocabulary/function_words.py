"""English function words by class, case-folded. Word classes that English closes: no noun, no full verb."""

from __future__ import annotations

from typing import Final

from service.vocabulary.negations import NEGATIONS
from service.vocabulary.pronouns import PRONOUNS
from service.vocabulary.words import words

ARTICLES: Final = words("a an the")
DETERMINERS: Final = ARTICLES | words(
    """this that these those such each every either neither both all any some no another other others same own
    much many more most few fewer fewest several little less least enough"""
)
BE: Final = words("be is are was were been being am 's 're 'm")
HAVE: Final = words("have has had having 've")
DO: Final = words("do does did doing done")
MODALS: Final = words("can could may might must shall should will would ought cannot 'll 'd")
AUXILIARIES: Final = BE | HAVE | DO | MODALS
PREPOSITIONS: Final = words(
    """about above across after against along alongside amid among amongst around as at atop before behind below
    beneath beside besides between beyond by despite down during except excluding following for from given in including
    inside into like near of off on onto opposite out outside over past per regarding save since than through
    throughout to toward towards under underneath unlike until till up upon versus via vs with within without
    worth concerning considering notwithstanding respecting"""
)
COORDINATORS: Final = words("and or but nor yet so and/or either neither both")
SUBORDINATORS: Final = words(
    """although because before after if once since than that though unless until when whenever where whereas wherever
    whether while whilst lest provided as why how"""
)
ADVERBS: Final = words(
    """also here there then thus hence therefore thereby therein herein too just very again already still even ever
    now yet rather quite however moreover furthermore nevertheless nonetheless meanwhile otherwise else instead indeed
    away back together apart only further hereby whereby wherein thereof likewise"""
)
ABBREVIATIONS: Final = words("e.g eg i.e ie etc cf viz al s t d ll m re ve")
"""Latin abbreviations, and what is left of a contraction cut at its apostrophe."""
QUESTION_WORDS: Final = words("what which who whom whose when where why how whether")

FUNCTION_WORDS: Final = (
    DETERMINERS | AUXILIARIES | PREPOSITIONS | COORDINATORS | SUBORDINATORS | ADVERBS | ABBREVIATIONS
    | QUESTION_WORDS | PRONOUNS | NEGATIONS
)  # fmt: skip
"""All of them. Some also limit or turn a sentence (`limiters.LIMITERS`): who may skip function words keeps those."""
