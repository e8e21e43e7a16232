"""What a query is about: "Could you suggest papers that explore data poisoning?" -> "data poisoning?".

Words of asking are many and common to all requests, so they draw the query's vector, and its words, away from
its subject. They are taken off the front of each sentence, and only where the sentence is plainly a request:
it opens with a question word or the like, and then names literature, or speaks of asking for something. A title
or a claim stays as it is.
"""

from __future__ import annotations

import re

from service.text.sentences import split_sentences

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

# fmt: off
_OPENING = frozenset("""
    are articles can could did do does find give had has have how i i'd i'm i've is list looking papers please point
    recommend searching show suggest tell was we were what where which who will would
""".split())
_LITERATURE = frozenset("""
    article articles effort efforts literature paper papers publication publications reference references research
    researcher researchers researches resource resources studies study work works
""".split())
_REQUEST = frozenset("""
    curious direct exploring find give interested like list looking point provide read recommend refer researching
    searching seeking send show suggest tell want wondering
""".split())
_ASKER = frozenset("i i'd i'm i've me you".split())
_AROUND = frozenset("""
    a about also am an and any are at available be been being by can carried check conducted conducting consult
    could did do does done exist existed existing exists for foundational get good had has have help how identify if
    in into is it its key kindly know latest learn made might more most much my name need needing new notable of on
    one or our out please previous prior proposed published read recent relevant searched see seminal share should
    significant some such that the there these this those to toward towards try trying understand understanding up
    us use used uses using was we were what when where whether which who will with would written your
""".split())
_TREATS = frozenset("""
    address addressed addresses addressing analyse analysed analyses analyze analyzed analyzes assess assessed
    assesses concentrate concentrates concerning consider considered considers cover covering covers deal dealing
    deals demonstrate demonstrated demonstrates describe described describes describing discuss discussed discusses
    discussing especially evaluate evaluated evaluates examine examined examines examining explore explored explores
    focus focused focuses focusing highlight highlighted highlights introduce introduced introduces investigate
    investigated investigates investigating leverage leverages look looked looks offer offered offers particularly
    present presented presents propose proposes provided provides regarding related report reported reports showed
    shown shows specifically studied studying
""".split())
# fmt: on
_FRONT = _LITERATURE | _REQUEST | _ASKER | _AROUND


def subject(query: str) -> str:
    """The query without its words of asking, or as it is where it is no request or nothing else is left."""
    sentences = [query[span.start : span.end] for span in split_sentences(query)]
    left = [_without_asking(sentence) for sentence in sentences]
    if left == sentences:
        return query
    return " ".join(part for part in left if part) or query


def _without_asking(sentence: str) -> str:
    """The rest of a sentence behind the run of words of asking at its front; linear."""
    seen: set[str] = set()
    for match in _WORD.finditer(sentence):
        word = match.group().casefold().replace("’", "'")
        if not seen and word not in _OPENING:
            return sentence
        if word not in _FRONT and not (word in _TREATS and seen & _LITERATURE):
            return sentence[match.start() :] if _is_request(seen) else sentence
        seen.add(word)
    return "" if _is_request(seen) else sentence


def _is_request(words: set[str]) -> bool:
    return bool(words & _LITERATURE) or bool(words & _ASKER and words & _REQUEST)
