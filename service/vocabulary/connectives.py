"""English words and phrases that tie a sentence to the one before it, case-folded, by what they say of the two."""

from __future__ import annotations

from typing import Final

ADDING: Final = (
    "also", "additionally", "in addition", "moreover", "furthermore", "further", "besides", "likewise", "similarly",
    "equally", "and", "as well", "what is more", "finally", "lastly", "first", "firstly", "second", "secondly", "third",
    "thirdly", "next", "then",
)  # fmt: skip
CONTRASTING: Final = (
    "however", "but", "yet", "still", "nevertheless", "nonetheless", "in contrast", "by contrast", "conversely",
    "on the contrary", "on the other hand", "instead", "rather", "otherwise", "even so", "in comparison",
    "alternatively", "unfortunately", "meanwhile", "despite this", "in spite of this",
)  # fmt: skip
CONCLUDING: Final = (
    "therefore", "thus", "hence", "consequently", "accordingly", "as a result", "as a consequence", "so", "in turn",
    "for this reason", "to this end", "in conclusion", "in summary", "to summarize", "to summarise", "overall",
    "altogether", "in short", "taken together", "together",
)  # fmt: skip
RESTATING: Final = (
    "for example", "for instance", "specifically", "in particular", "particularly", "namely", "that is",
    "in other words", "indeed", "in fact", "notably", "importantly", "interestingly", "surprisingly", "crucially",
    "more specifically", "concretely",
)  # fmt: skip

CONNECTIVES: Final = tuple(sorted({*ADDING, *CONTRASTING, *CONCLUDING, *RESTATING}, key=lambda c: (-len(c), c)))
"""All, longest first, so that the first that fits is the whole of it."""
