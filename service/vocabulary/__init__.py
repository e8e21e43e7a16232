"""Word lists: the classes of words that English closes, each list once, and one list of the words of reporting.

No word is added here to mend a case: a list holds a whole class of words, whatever papers say. All case-folded surface
forms. Imports nothing.
"""

from service.vocabulary.connectives import CONNECTIVES
from service.vocabulary.function_words import FUNCTION_WORDS, NEGATIONS, PRONOUNS
from service.vocabulary.limiters import LIMITERS, LIMITING_PHRASES
from service.vocabulary.months import MONTHS
from service.vocabulary.numbers import NUMBER_WORDS
from service.vocabulary.scaffolding import SCAFFOLDING

__all__ = [
    "CONNECTIVES", "FUNCTION_WORDS", "LIMITERS", "LIMITING_PHRASES", "MONTHS", "NEGATIONS", "NUMBER_WORDS", "PRONOUNS",
    "SCAFFOLDING",
]  # fmt: skip
