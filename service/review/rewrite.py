"""The one rewriting the extractive composer allows itself: an abstract's "we" told in the third person.

Every rule keeps all numbers, names, negations and verbs; what a rule cannot do safely it refuses, and the
sentence is used verbatim or not at all. A generic "we" ("we still lack an understanding", "the way we build
software") is refused, because "the authors still lack" would be false; so is a "we" that somebody else says
in quotes. `first_person` holds what counts as an author's verb or noun.
"""

from __future__ import annotations

import re

from service.annotate.names import looks_like_name, mentioned_names, name_key
from service.review.first_person import AUTHOR_VERB, has_first_person, is_told_by_authors
from service.review.subjects import Subject, agreeing
from service.text.normal import for_display

_OPENING = re.compile(
    r"^(?:in (?:this|our) (?:paper|work|study|article|report|survey|project|perspective paper)|here|"
    r"in this regard|to this end|specifically|"
    r"in particular|moreover|furthermore|further|additionally|in addition|besides|finally|lastly|first|firstly|second|"
    r"secondly|third|thirdly|then|next|overall|concretely|notably|meanwhile|therefore|thus|hence|consequently|"
    r"as a result|accordingly|for (?:example|instance)|(?:for|to) (?:this|that) (?:purpose|aim|goal)|"
    r"(?:following|based on|building on|motivated by|inspired by|given|with) (?:this|these|that)(?: \w+){0,2}|"
    r"to (?:address|tackle|overcome|mitigate|solve|resolve|alleviate|bridge|fill|handle|achieve|remedy|do) "
    r"(?:this|these|the|such|those|that|it|so)(?: \w+){0,2}?),\s+"
    r"|^(?:in (?:this|our) (?:paper|work|study|article|report|survey|perspective paper)|here) (?=we\b)",
    re.IGNORECASE,
)
_COINS = r"(?:propose|introduce|present|develop|describe|release)"
_NAME = r"(?P<name>[^\s,(:]+(?: [A-Z][^\s,(:]*){0,4}(?: \([^()]{1,20}\))?)"
_NAMED = re.compile(rf"^[Ww]e {_COINS} (?:the )?{_NAME}(?:,|:(?=\s)) (?P<rest>(?:an?|the first|the largest) .+)$")
# "We propose KITE, which aligns birds." A verb in the singular has to follow, so that KITE can be its subject.
_DOES = r"(?:is|has|can|[a-z-]{2,}(?<!s)(?<!ou)s)(?=[ .])"
_NAMED_DOES = re.compile(rf"^[Ww]e {_COINS} {_NAME},? (?:that|which) (?P<rest>(?:\w+ly )?{_DOES}.+)$")
# "We introduce a net for birds, called KITE."
_NAMED_LAST = re.compile(
    rf"^[Ww]e {_COINS} (?P<what>an? [^,.;:]+?),? (?:called|named|dubbed|termed|namely|coined) "
    rf"(?P<name>[^\s,(:;]+(?: [A-Z][^\s,(:;]*){{0,2}})(?P<end>\.|, (?:which|that) {_DOES}.+)$"
)
_CITED = re.compile(r"(?<=\w) ?\[\d{1,3}(?:(?:, ?|-|–)\d{1,3}){0,9}\](?=[\s.,;:)]|$)")
_ITEM = re.compile(r"^(?:\((?:\d{1,2}|[ivx]{1,4}|[a-h])\)|\d{1,2}\)|[ivx]{1,4}\))[:.,]?\s+(?=\S)")
# What follows an apposition and cannot follow "X is a ...": "We present X, a tool for Y, and test it on Z."
_VERB_AFTER = re.compile(rf"(?:\b(?:and|then|but)|,) (?:\w+ly |then |also |further )*(?:to\b|{AUTHOR_VERB}\b)")
_OWN_CLAUSE = re.compile(rf"\b(?:which|that) we (?=(?:\w+ly )?{AUTHOR_VERB}\b)")
_COINING = re.compile(rf"\b[Ww]e (?:\w+ly |also |first |then )*{_COINS}\b(?P<rest>[^.;]*)")
_DANGLING = re.compile(
    r"^(?:this|these|those|such|it|they|its|their|the (?:former|latter|resulting|two|three)|both|he|she|doing so|"
    r"by doing so|here|there|that)\b",
    re.IGNORECASE,
)
# "KITE keeps them.", "OwlY answers this with a net.": an object that only the sentence before can explain.
_LEANING_OBJECT = re.compile(
    r"^(?:[^\s,;:.]+ ){2,4}(?:them|these|those|this|so)"
    r"(?=[.!;]|,? (?:with|by|through|via|using|in|for|at|while|because)\b)"
)
_SHORT_WORDS = 10  # a longer sentence that ends in "them" says itself who they are
_CONTRAST = re.compile(
    r"^(?:however|yet|nevertheless|nonetheless|but|despite this|in contrast|conversely|still),?\s", re.I
)
_FIRST_PERSON = re.compile(r"\b(?:(?P<we>[Ww]e)|(?P<our>[Oo]ur))\b")
_NEGATION = re.compile(r"\b(?:not|no|never|without)\b", re.IGNORECASE)
_SPURIOUS = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
# Between "the authors" and a pronoun these would be taken for what the pronoun means.
_RIVALS = re.compile(
    r"\b(?:users|annotators|participants|humans|people|speakers|patients|students|children|adults|experts|teachers|"
    r"judges|developers|researchers|practitioners|reviewers|raters|workers|evaluators|communities|others|"
    r"models|systems|methods|approaches|networks|baselines|agents|assistants|readers|learners|techniques|works|"
    r"studies|groups|teams|[A-Z]+s)\b"
)
_TO_WE = re.compile(r"[^,.;:]{0,60}, [Ww]e\b")
_TELLING = re.compile(
    r"\s(?:\w+[ -]){0,2}?(?:experiments?|results?|findings?|evaluations?|analys[ei]s|stud(?:y|ies)|work|paper|survey|"
    r"goal|aim)\b"
)


def dangles(sentence: str) -> bool:
    """Whether a sentence leans on the one before it: "This scheme …", "However, it …", "KITE keeps them."."""
    stripped = _OPENING.sub("", sentence, count=1)
    leans = _DANGLING.match(stripped) or _CONTRAST.match(stripped) or _LEANING_OBJECT.match(stripped)
    return bool(leans) or (stripped.endswith(" them.") and stripped.count(" ") < _SHORT_WORDS)


def third_person(sentence: str, *, short: str | None, introduced: bool, subject: Subject | None = None) -> str | None:
    """The sentence in display form, told about its authors; `None` where that cannot be done safely.

    `short` is the paper's short name; `introduced` says that the reader already knows which paper is meant.
    `subject` is who did it, where "the authors" would not do. A sentence without a first person comes back
    unchanged, but for the number of a list's item.
    """
    text = without_item(for_display(sentence))
    if not has_first_person(text):
        return text
    text = _our_name(text, short)
    if not is_told_by_authors(text):
        return None if has_first_person(text) else text
    opened = without_opening(text)
    named = _about_name(opened, short)
    if named is not None:
        return _retold(named, subject="the authors")
    if subject is not None:
        return _with_subject(opened, subject)
    if introduced or short is None or coins(opened, short):
        return _retold(opened, subject="the authors")
    return _retold(opened, subject=f"the authors of {short}")


def without_item(text: str) -> str:
    """The text without the number of a list's item before it ("(1) A net is trained.") or citations ("[29]") in it."""
    text = _CITED.sub("", text)
    item = _ITEM.match(text)
    return text if item is None else _capitalised(text[item.end() :])


def _about_name(text: str, short: str | None) -> str | None:
    """ "We propose KITE, a net", "… KITE, which aligns birds", "… a net, called KITE" told of KITE, or `None`."""
    named = _NAMED.match(text)
    if named and _is_name(named["name"], short) and not _goes_on(named["rest"]):
        return f"{named['name']} is {named['rest']}"
    does = _NAMED_DOES.match(text)
    if does and _is_name(does["name"], short) and not _goes_on(does["rest"]):
        return f"{does['name']} {does['rest']}"
    last = _NAMED_LAST.match(text)
    if last and _is_name(last["name"], short) and not _goes_on(last["what"] + last["end"]):
        return f"{last['name']} is {last['what']}{last['end'].replace(', that', ' that', 1)}"
    return None


def _our_name(text: str, short: str | None) -> str:
    """ "our KITE" as "KITE", "our proposed KITE" as "the proposed KITE": a paper's own name needs no owner."""
    if short is None:
        return text
    name = re.escape(short)
    text = re.sub(
        rf"\b(O|o)ur (?=(?:proposed|new|novel) {name}(?!\w))", lambda m: "The " if m[1] == "O" else "the ", text
    )
    return re.sub(rf"\b[Oo]ur (?={name}(?!\w))", "", text)


def without_opening(text: str) -> str:
    """The text without "In this paper," or "To address this gap,": up to two, if no figure or name goes with them."""
    for _ in range(2):
        opening = _OPENING.match(text)
        if opening is None or re.search(r"\d", opening[0]) or _NEGATION.search(opening[0]):
            return text
        if mentioned_names(opening[0]):
            return text
        text = _capitalised(text[opening.end() :])
    return text


def _goes_on(rest: str) -> bool:
    rest = _OWN_CLAUSE.sub("which ", rest)
    return bool(re.search(r"\bwe\b", rest, re.IGNORECASE) or _VERB_AFTER.search(rest))


def coins(text: str, short: str) -> bool:
    """Whether the sentence says X before its first "we", or as what "we propose", so that "of X" would repeat it."""
    coining, first = _COINING.search(text), _FIRST_PERSON.search(text)
    said = " ".join((text[: first.start()] if first else "", coining["rest"] if coining else ""))
    words, length = re.findall(r"[^\s,:()]+", said), len(short.split())
    runs = (" ".join(words[i : i + length]) for i in range(len(words)))
    return len(name_key(short)) > 1 and name_key(short) in map(name_key, runs)


def _with_subject(text: str, subject: Subject) -> str:
    """The first "we" as that subject, with the verb's form; "the authors of one paper" where that is not safe."""
    found = next((m for m in _FIRST_PERSON.finditer(text) if m["we"]), None)
    who = subject.text
    if found is not None and not subject.plural:
        agreed = agreeing(text[found.end() :])
        if agreed is None:
            who = f"the authors of {subject.text}"
        else:
            text = text[: found.end()] + agreed
    return _retold(text, subject=who, possessive=subject.possessive, pronouns=subject.plural)


def _is_name(candidate: str, short: str | None) -> bool:
    head, _, acronym = candidate.partition(" (")
    if short is not None and name_key(acronym) == name_key(short):
        return True
    return looks_like_name(head.split()[0]) or (short is not None and name_key(head) == name_key(short))


def _retold(text: str, *, subject: str, possessive: str = "the authors'", pronouns: bool = True) -> str:
    """Each "we" and "our" replaced from left to right, by a pronoun only where nobody else can be meant."""
    clean = pronouns and not _SPURIOUS.search(text)
    leads = re.match(r"Our\b", text) is not None  # "Our approach …, which we use" must say first whose it is
    parts: list[str] = []
    at = last = 0
    told = owned = False
    for found in _FIRST_PERSON.finditer(text):
        pronoun = clean and (told or (owned and leads)) and not _RIVALS.search(text[last : found.start()])
        if found["we"]:
            word = "they" if pronoun else ("the authors" if told or leads else subject)
            told = True
        else:
            ahead = clean and not told and not leads  # "In addition to their system, the authors …"
            word = "their" if pronoun or (ahead and _introduces(text, found.end())) else "the authors'"
            if leads and not parts:
                word = possessive
            owned = leads and (owned or _TELLING.match(text, found.end()) is not None)
        parts += (text[at : found.start()], _capital(word) if found[0][0].isupper() else word)
        at = last = found.end()
    return _capitalised("".join(parts) + text[at:])


def _introduces(text: str, at: int) -> bool:
    """Whether what follows is the rest of an introductory phrase: "…, we"."""
    return _TO_WE.match(text, at) is not None


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _capitalised(text: str) -> str:
    """First letter upper case, unless the first word is a name that starts in lower case."""
    first = text.split(" ", 1)[0]
    return text if looks_like_name(first) else _capital(text)
