"""Words that tell a direction, by axis, each with the words that tell the opposite one."""

from __future__ import annotations

import re
from dataclasses import dataclass

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Axis:
    """Two opposite sides. A sentence may use a `claiming` word of a side only where its quotes use one of `sides`."""

    sides: tuple[Pattern, Pattern]
    claiming: tuple[Pattern | None, Pattern | None] = (None, None)


def _any(words: str) -> Pattern:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


def _axis(one: str, other: str, *, also: tuple[str, str]) -> Axis:
    return Axis((_any(f"{one} {also[0]}"), _any(f"{other} {also[1]}")), (_any(one), _any(other)))


AXES = (
    _axis(
        r"""increas\w+ rais(?:e|es|ed|ing) rise[sn]? rising rose gr(?:ow|ows|ew|owing) higher highest more most larger
        largest greater greatest gain(?:s|ed|ing)? climb\w* longer longest bigger double[sd]? doubling""",
        r"""decreas\w+ reduc\w+ lower(?:s|ed|ing)? lowest less least fewer fewest smaller smallest drop(?:s|ped|ping)?
        declin\w+ fall(?:s|en|ing)? fell shr[iau]nk\w* cut(?:s|ting)? shorter shortest halv(?:e|es|ed|ing)""",
        also=(
            r"""growth lift(?:s|ed|ing)? biggest up above add(?:s|ed)? ahead wider \w+-?fold times expand\w* amplif\w+
            up-?regulat\w+ elevat\w+ exceed\w* over twice further surpass\w* outperform\w*""",
            r"""sav(?:e|es|ed|ing|ings) half down below behind narrower minimi[sz]\w+ diminish\w* attenuat\w+
            down-?regulat\w+ lessen\w* curb\w* los(?:e|es|s|ses|ing) lost shorten\w* within under instead remov\w+
            compress\w* alleviat\w+ mitigat\w+""",
        ),
    ),
    _axis(
        r"improv\w+ better best outperform\w* surpass\w* exceed\w* beat(?:s|en|ing)? enhanc\w+ superior\w* boost\w*",
        r"""worse\w* worst degrad\w+ underperform\w* inferior\w* deteriorat\w+ harm(?:s|ed|ing)? hurt(?:s|ing)?
        undercut\w* trail(?:s|ed|ing)?""",
        also=(
            r"""above ahead help(?:s|ed|ful|ing)? benefi\w+ gain(?:s|ed|ing)? win(?:s|ning)? won advantage\w*
            lead(?:s|ing)? strong\w* good well effective\w* lift(?:s|ed|ing)? up higher highest""",
            r"""behind below impair\w* los(?:e|es|s|ses|ing) lost weak\w* damag\w+ poor\w* bad\w* suffer\w* harmful
            lag(?:s|ged|ging)? short disadvantage\w*""",
        ),
    ),
    _axis(
        r"faster fastest quick(?:er|est) accelerat\w+ speeds?",
        r"slow(?:s|ed|ing|er|est)? decelerat\w+",
        also=(r"fast rapid\w* quickly speed-?ups? speed(?:ed|ing|up)? shorter", r"slowly delay\w* longer"),
    ),
)
"""Directions that a sentence may not bring in."""

_PAIRS = r"""
promot\w+ activat\w+ induc\w+ stimulat\w+ enabl\w+ / inhibit\w* suppress\w* block(?:s|ed|ing)? repress\w* hinder\w*
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
rare rarely seldom infrequent\w* / often frequent\w* common\w* usually
cheap\w* inexpensive / expensive costly
easy easier easily simpl\w+ / hard harder difficult complex
safe\w* harmless benign / unsafe dangerous harmful
reliabl\w+ / unreliabl\w+
possible able / impossible unable
present presence / absent absence
accept(?:s|ed|ance)? / reject(?:s|ed|ion)? declin(?:e|es|ed) refus\w+
agree(?:s|d|ment)? / disagree\w*
consistent consistently / inconsistent\w*
sufficient sufficiently enough suffic\w+ / insufficient\w*
necessary required essential / unnecessary optional dispensable
help(?:s|ed|ful)? / hurt(?:s|ing)? harm\w* useless
succe(?:ss\w*|ed\w*) / fail\w*
with / without
supervised / unsupervised self-supervised
labell?ed / unlabell?ed
save[sd]? / wast(?:e|es|ed)
robust\w* / fragile brittle
"""
OPPOSITES = tuple(
    Axis((_any(one), _any(other))) for line in _PAIRS.strip().split("\n") for one, _, other in [line.partition(" / ")]
)
"""Words that deny each other where they stand among the same words; a sentence may bring them in."""
