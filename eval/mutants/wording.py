"""Words that are exchanged: opposites for corruptions, near-synonyms for the control.

Kept apart from the lexicon of the direction scorer on purpose: mutants made from the scorer's own words would
all be killed and show nothing.
"""

from __future__ import annotations

import random
import re

_OPPOSITE_PAIRS = """
increases/decreases increase/decrease increased/decreased rises/falls rise/fall rose/fell higher/lower highest/lowest
more/less better/worse best/worst faster/slower larger/smaller longer/shorter above/below improves/degrades
improve/degrade improved/degraded improvement/deterioration gain/loss gains/losses outperforms/trails exceeds/undercuts
reduces/increases reduce/increase reduced/increased drops/climbs drop/climb shrinks/grows shrink/grow falls/rises
fell/rose less/more fewer/more worse/better worst/best slower/faster smaller/larger shorter/longer below/above
loss/gain lowers/raises lifts/cuts saves/wastes helps/hurts halved/doubled doubles/halves without/with
strongly/weakly first/last early/late always/never most/least sensitive/insensitive stable/unstable
"""
_PAIRS: dict[str, str] = dict(re.findall(r"(\w+)/(\w+)", _OPPOSITE_PAIRS))
OPPOSITES = frozenset(_PAIRS)

_SYNONYMS: dict[str, str] = {
    "reaches": "attains",
    "attains": "reaches",
    "achieves": "attains",
    "obtains": "attains",
    "scores": "gets",
    "shows": "demonstrates",
    "show": "demonstrate",
    "uses": "employs",
    "use": "employ",
    "needs": "requires",
    "need": "require",
    "requires": "needs",
    "propose": "put forward",
    "proposes": "puts forward",
    "present": "describe",
    "presents": "describes",
    "introduce": "present",
    "introduces": "presents",
    "method": "approach",
    "approach": "method",
    "however": "yet",
    "because": "since",
    "normally": "usually",
    "often": "frequently",
    "only": "just",
    "against": "compared with",
    "entirely": "wholly",
    "whole": "entire",
    "begins": "starts",
    "examples": "instances",
    "picks": "selects",
    "choose": "select",
    "about": "roughly",
    "on average": "in the mean",
    "takes": "demands",
    "gives": "yields",
    "yields": "gives",
    "consists of": "is made of",
    "cannot": "can not",
}
_SYNONYM = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _SYNONYMS), key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def turned_round(text: str, rng: random.Random) -> str:
    """One of the direction words of `text`, drawn at random, as its opposite."""
    places = [m for m in re.finditer(r"\w+", text) if m[0].casefold() in _PAIRS]
    if not places:
        return text
    match = rng.choice(places)
    return text[: match.start()] + _cased(_PAIRS[match[0].casefold()], match[0]) + text[match.end() :]


def paraphrased(text: str) -> str:
    """The text with every word that has a near-synonym exchanged for it."""
    return _SYNONYM.sub(lambda m: _cased(_SYNONYMS[m[0].casefold()], m[0]), text)


def _cased(word: str, like: str) -> str:
    return word[0].upper() + word[1:] if like[0].isupper() else word
