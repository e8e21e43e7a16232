"""English function words by class, pronouns and negations among them, case-folded.

Word classes that English closes: no noun, no full verb.
"""

from __future__ import annotations

from typing import Final

from service.vocabulary.words import words

FIRST_PERSON: Final = words("i we me us my mine our ours myself ourselves")
SECOND_PERSON: Final = words("you your yours yourself yourselves")
THIRD_PERSON: Final = words(
    "he him his himself she her hers herself it its itself they them their theirs themselves one's"
)
DEMONSTRATIVE: Final = words("this that these those such")
RELATIVE: Final = words("who whom whose which that what whoever whatever whichever")
PRONOUNS: Final = FIRST_PERSON | SECOND_PERSON | THIRD_PERSON | DEMONSTRATIVE | RELATIVE
ANAPHORIC: Final = (THIRD_PERSON | DEMONSTRATIVE) - words("one's")
"""Words that point back at something said before; at a sentence's head they leave it without a subject of its own."""


NEGATIONS: Final = words(
    """not no nor neither never none nobody nothing nowhere without cannot n't non
    isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't
    mustn't mightn't needn't"""
)
NEAR_NEGATIONS: Final = words("hardly scarcely barely rarely seldom little few")
"""Words that all but negate: what they stand before holds nearly never or of nearly none."""


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
