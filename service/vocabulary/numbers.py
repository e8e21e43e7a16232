"""English number words and what they are worth."""

from __future__ import annotations

from typing import Final

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_TEENS = "eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_ONES = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth"
)

CARDINALS: Final = {word: i for i, word in enumerate(f"{_ONES} {_TEENS}".split())} | {
    word: 10 * i for i, word in enumerate(_TENS.split(), start=2)
}
"""Word to value, up to ninety; "twenty-one" is two of them."""
SCALES: Final = {
    "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000,
}  # fmt: skip
ORDINALS: Final = (
    {word: i for i, word in enumerate(_ORDINAL_ONES.split())}
    | {word[:-1] + "ieth": 10 * i for i, word in enumerate(_TENS.split(), start=2)}
    | {f"{word}th": value for word, value in SCALES.items()}
)
FRACTIONS: Final = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifths": 5,
    "tenths": 10,
}
"""Word to the number of parts of the whole: "two thirds" is two of three."""
MULTIPLES: Final = {
    "once": 1, "twice": 2, "thrice": 3, "doubled": 2, "doubling": 2, "doubles": 2, "tripled": 3, "tripling": 3,
    "triples": 3, "quadrupled": 4, "quadrupling": 4, "quadruples": 4,
}  # fmt: skip
"""Word to how many times. "double" and "triple" stand in names of other things ("double-blind")."""

NUMBER_WORDS: Final = (
    frozenset(CARDINALS) | frozenset(SCALES) | frozenset(ORDINALS) | frozenset(FRACTIONS) | frozenset(MULTIPLES)
)
