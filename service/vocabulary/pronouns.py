"""English pronouns by kind, case-folded."""

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
