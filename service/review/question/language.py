"""Which language a question is in, as far as it matters: English, or one that is not read here."""

from __future__ import annotations

import re
from typing import Final

from service.review.question.model import Language
from service.text.terms import STOP_TERMS

_WORD: Final = re.compile(r"[^\W\d_]+")
_ASKING: Final = frozenset(
    """welche welcher welches welchen wie warum wieso weshalb wann wo wer wen wem wieviel wieviele womit wodurch
    quel quelle quels quelles comment pourquoi quand où qui combien lequel laquelle quoi
    qué cuál cuáles cómo cuándo dónde quién quiénes cuánto cuánta cuántos cuántas cual cuales cuando donde cuantos
    quale quali quanto quanti quante perché dove chi qual quais quando onde quem quantos quantas porque
    waarom hoeveel welke hoe wanneer waar wie""".split()
)
_FUNCTION: Final = frozenset(
    """der das und oder ist sind wird werden wurde wurden nicht ein eine einer einem einen den dem des mit von für
    auf bei aus nach über unter zwischen durch zum zur im es sich als auch gibt hat haben kann können
    le les du des une est sont dans avec sur par pas et ou ce cette ces qui que aux au entre fait ont peut
    el los las una unos unas y es son en con por para del al que se no su sus está están entre ha han
    il lo gli della delle dei degli nel nella di che sono è sul tra fra
    um uma os dos das nos nas com não são em ao aos pela pelo
    het een zijn van voor met niet aan bij naar wordt worden""".split()
) - STOP_TERMS  # fmt: skip


def language_of(question: str) -> Language:
    """English unless the script, or the function words, are another language's.

    A name ("El Niño", "de novo") holds a foreign function word; it takes an interrogative or two of them, and
    more of them than English ones.
    """
    letters = [c for c in question if c.isalpha()]
    if letters and sum(not _latin(c) for c in letters) > len(letters) / 2:
        return "other"
    words = [w.casefold() for w in _WORD.findall(question)]
    foreign = sum(2 * (w in _ASKING) or w in _FUNCTION for w in words)
    english = sum(w in STOP_TERMS for w in words)
    return "other" if foreign >= 2 and foreign > english else "english"


def _latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"
