"""The one rewriting the extractive composer allows itself: an abstract's "we" told in the third person.

Every rule keeps all numbers, names and verbs; what a rule cannot do safely it refuses, and the sentence is
used verbatim or not at all. A generic "we" ("we still lack an understanding") is refused, because
"the authors still lack" would be false.
"""

from __future__ import annotations

import re

from service.text.names import looks_like_name, name_key
from service.text.normal import for_display

_AUTHOR_VERBS = (
    r"(?:propose|introduce|present|develop|design|show|demonstrate|find|found|observe|evaluate|study|investigate|"
    r"explore|examine|analy[sz]e|conduct|perform|provide|describe|formulate|devise|use|used|utilize|leverage|employ|"
    r"adopt|apply|applied|train|trained|build|built|construct|collect|create|release|compare|compared|test|tested|"
    r"validate|verify|report|reveal|identify|discover|establish|prove|derive|argue|discuss|summari[sz]e|review|survey|"
    r"focus|aim|extend|adapt|combine|integrate|incorporate|define|formali[sz]e|cast|frame|measure|quantify|assess|"
    r"benchmark|experiment|outperform|achieve|highlight|illustrate|address|tackle|bridge|call|name|term|dub|refer|"
    r"hypothesi[sz]e|conclude|remark|note|suggest|recommend|offer|implement|fine-?tune|finetune|pre-?train|select|"
    r"generate|synthesi[sz]e|augment|convert|decompose|view|consider|model|draw|delve|expose|uncover|unveil|chart|"
    r"modify|particularize|mitigate|improve|enhance|enable|start|begin|begun|outline|trace|aggregate|distinguish|"
    r"rethink|revisit|tune|optimize|simulate|sample|fit|solve|reduce|obtain|estimate|calibrate|can|are able to|"
    r"were able to|have (?:shown|found|proposed|developed|introduced|presented|released|evaluated)|make|made)"
)
_WE = re.compile(r"\b[Ww]e\b(?P<rest>[^.;]{0,40})")
_WE_AUTHOR = re.compile(
    rf"^ (?:\w+ly |also |then |further |first |next |thus |therefore |instead |finally |will )*{_AUTHOR_VERBS}\b"
)
_OUR_WORK = re.compile(
    r"\b[Oo]ur (?:\w+[- ]){0,3}?(?:method|approach|model|framework|experiment|result|analysis|analyses|finding|work|"
    r"evaluation|study|paper|code|dataset|data ?set|system|algorithm|technique|strategy|pipeline|benchmark|theory|"
    r"insight|observation|contribution|proposed|design|theoretical|empirical|extensive|comprehensive|"
    r"formulation|implementation|survey|review|architecture|solution|scheme|procedure|investigation|key|main|goal)"
)
_OPENING = re.compile(
    r"^(?:in this (?:paper|work|study|article|report|survey)|here|in this regard|to this end|specifically|in particular|"
    r"moreover|furthermore|additionally|in addition|besides|finally|lastly|first|firstly|second|secondly|third|thirdly|"
    r"then|next|overall|concretely|notably|meanwhile|therefore|thus|hence|consequently|as a result|accordingly|"
    r"to (?:address|tackle|overcome|mitigate|solve|resolve|alleviate|bridge|fill|handle|achieve|remedy|do) "
    r"(?:this|these|the|such|those|that|it|so)(?: \w+){0,2}?),\s+"
    r"|^in this (?:paper|work|study|article|report|survey) (?=we\b)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^[Ww]e (?:propose|introduce|present|develop|describe|release) (?:the )?(?P<name>[^\s,(]+(?: [A-Z][^\s,(]*){0,2}"
    r"(?: \([^()]{1,20}\))?), (?P<rest>an? .+)$"
)
_DANGLING = re.compile(
    r"^(?:this|these|those|such|it|they|its|their|the (?:former|latter|resulting|two|three)|both|he|she|doing so|"
    r"by doing so|here|there|that)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"^(?:however|yet|nevertheless|nonetheless|but|despite this|in contrast|conversely|still),?\s", re.I
)
_SPURIOUS = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)


def dangles(sentence: str) -> bool:
    """Whether a sentence leans on the one before it: "This scheme …", "However, it …"."""
    stripped = _OPENING.sub("", sentence, count=1)
    return bool(_DANGLING.match(stripped) or _CONTRAST.match(stripped))


def third_person(sentence: str, *, short: str | None, introduced: bool) -> str | None:
    """The sentence in display form, told about its authors; `None` where that cannot be done safely.

    `short` is the paper's short name; `introduced` says that the reader already knows which paper is meant.
    A sentence without "we" and "our" comes back in display form, unchanged.
    """
    text = for_display(sentence)
    opened = _capitalised(_OPENING.sub("", text, count=1))
    if not re.search(r"\b(?:we|our|us|ours|ourselves)\b", opened, re.IGNORECASE):
        return text
    if not _safe(opened):
        return None
    named = _NAMED.match(opened)
    if named and _is_name(named["name"], short) and not re.search(r"\b(?:we|us)\b", named["rest"], re.I):
        return _pronouns(f"{named['name']} is {named['rest']}", subject="the authors")
    subject = "the authors" if introduced or short is None else f"the authors of {short}"
    return _pronouns(opened, subject=subject)


def _safe(text: str) -> bool:
    """Every "we" has an author's verb, every "our" an author's noun, and "they" means nobody else yet."""
    if any(not _WE_AUTHOR.match(m["rest"]) for m in _WE.finditer(text)):
        return False
    ours = len(re.findall(r"\bour\b", text, re.IGNORECASE))
    if ours != len(_OUR_WORK.findall(text)):
        return False
    return not re.search(r"\b(?:us|ours|ourselves)\b", text)


def _is_name(candidate: str, short: str | None) -> bool:
    head = candidate.split(" (")[0]
    return looks_like_name(head.split()[0]) or (short is not None and name_key(head) == name_key(short))


def _pronouns(text: str, *, subject: str) -> str:
    clean = not _SPURIOUS.search(text)
    seen = False

    def we(match: re.Match[str]) -> str:
        nonlocal seen
        word = "they" if seen and clean else ("the authors" if seen else subject)
        seen = True
        return _capitalised(word) if match.start() == 0 else word

    text = re.sub(r"\b[Ww]e\b", we, text)
    owner = "their" if (seen and clean) else "the authors'"
    text = re.sub(r"\bour\b", owner, text)
    text = re.sub(r"\bOur\b", "Their" if owner == "their" else "The authors'", text)
    return _capitalised(text)


def _capitalised(text: str) -> str:
    """First letter upper case, unless the first word is a name that starts in lower case."""
    first = text.split(" ", 1)[0]
    return text if looks_like_name(first) else text[:1].upper() + text[1:]
