"""Words that tell a direction, by axis, each with the words that tell the opposite one.

In the tables `~` stands for a verb's endings (none, -e, -s, -es, -ed, -ing) and `*` for any ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Axis:
    """Two opposite sides. `telling` words tell a direction; `allowing` ones, more, let sentence it."""

    telling: tuple[Pattern, Pattern]
    allowing: tuple[Pattern, Pattern]


def _any(listed: str) -> Pattern:
    expanded = listed.replace("*", r"\w*").replace("~", "(?:e|s|es|ed|ing)?")
    return re.compile(rf"\b(?:{'|'.join(expanded.split())})\b", re.IGNORECASE)


def _axis(one: str, other: str, *, also: tuple[str, str] = ("", "")) -> Axis:
    return Axis((_any(one), _any(other)), (_any(f"{one} {also[0]}"), _any(f"{other} {also[1]}")))


AXES = (
    _axis(
        """increas* rais~ ris~ risen rose grow~ grows grew higher highest more most larger largest greater greatest
        gain~ climb~ longer longest bigger doubl~""",
        """decreas* reduc* lower~ lowest less least fewer fewest smaller smallest drop~ dropped dropping declin~ fall~
        fallen fell shrink~ shrank shrunk ebb~ cut~ cutting shorter shortest halv~""",
        also=(
            """growth lift~ biggest up above add~ ahead wider twofold threefold times expand* amplif* upregulat*
            up-regulat* elevat* exceed* over twice further surpass* outperform* heavier enhanc* boost~ improv* grown
            ris*""",
            """sav~ savings half down below behind narrower minimi* diminish* attenuat* downregulat* down-regulat*
            lessen* curb* los~ loss losses lost shorten* within under instead remov* compress* alleviat* mitigat*
            bring~ impair*""",
        ),
    ),
    _axis(
        "improv* better best outperform* surpass* exceed~ beat~ beaten enhanc* superior* boost~",
        "worse* worst degrad~ underperform* inferior* deteriorat* harm~ hurt~ undercut* trail~",
        also=(
            """above ahead help* benefi* gain~ win~ winning won advantage* lead~ strong* good well effective* lift~ up
            higher highest more greater increas* state-of-the-art rais~ ris~ rises recover~""",
            """behind below impair* los~ loss losses lost weak* damag* poor* bad* suffer* harmful lag~ short
            disadvantage* decreas* declin* drop~ less fall~""",
        ),
    ),
    _axis(
        "faster fastest quicker quickest accelerat* speeds speed-up speedup",
        "slow~ slower slowest decelerat*",
        also=("fast rapid* quickly speed~ sped shorter less times", "slowly delay* longer more times"),
    ),
)
"""Directions that a sentence may not bring in."""

_PAIRS = """
promot~ activat~ induc~ stimulat~ enabl~ encourag~ / inhibit~ inhibition suppress~ block~ repress~ hinder~ prevent~
high highly / low
large / small
long / short
strong strongly / weak weakly
stable / unstable
sensitive / insensitive robust
positive positively / negative negatively
always every / never
all / none
first / last
early earlier earliest / late later latest
before / after
above / below
rare rarely seldom infrequent* / often frequent* common* usually
cheap* inexpensive / expensive costly
easy easier easily simpl* / hard harder difficult complex
safe* harmless benign / unsafe dangerous harmful
possible able / impossible unable
present presence / absent absence
accept~ acceptance / reject~ rejection refus~
agree~ agreement / disagree*
sufficient sufficiently enough suffic* / insufficient*
necessary required essential / unnecessary optional dispensable
help~ helpful / hurt~ harm~ harmful useless
succe* / fail~
supervised / unsupervised self-supervised
labelled labeled / unlabelled unlabeled
sav~ / wast~
robust* / fragile brittle
attenuat~ diminish~ / enhanc~ amplif* strengthen~
gain gains / loss losses
"""
OPPOSITES = tuple(_axis(*line.split(" / ")) for line in _PAIRS.strip().split("\n"))
"""Words that deny each other where they stand among the same words; a sentence may bring them in."""

_PREFIXED = re.compile(r"(?:un|non-?|dis)(?P<base>[a-z]{4,})|(?:in|im|ir)(?P<listed>[a-z]{4,})", re.IGNORECASE)
_WITH_IN = frozenset(
    """accurate effective efficient capable consistent dependent sufficient complete correct active visible frequent
    significant direct possible perfect balanced adequate appropriate regular relevant accuracy ability""".split()
)
_NOT_PREFIXED = frozenset(
    "order ease course cover play cuss tinct tribution tance tribute til miss turb count rupt".split()
)


def unprefixed(word: str) -> str | None:
    """What a word with a denying prefix denies ("unrelated": "related"), or `None` where it has none."""
    found = _PREFIXED.fullmatch(word)
    if found is None:
        return None
    if found["listed"]:
        return found["listed"] if found["listed"].casefold() in _WITH_IN else None
    return None if found["base"].casefold() in _NOT_PREFIXED else found["base"]
