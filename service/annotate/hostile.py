"""Which sentences of an abstract speak to whoever reads it by machine, instead of about the work.

Such a sentence is never evidence, and its words never enter a written text. The patterns know the usual shapes:
orders, role markers, forged citations and ids, ends of sources, links that carry something along, hidden
characters. An order in words of its own is not known; what holds then is the gate: a quote or nothing.
"""

from __future__ import annotations

import re

from service.text.neutral import plain_form

_SOURCES = r"(?:sources?|abstracts?|papers?|documents?|passages?|references)"
_SAY = r"(?:say|state|write|answer|reply|respond|output|print|repeat|append|praise|recommend|cite|obey|translate)"
_JUDGES = r"(?:judges?|graders?|raters?|evaluators?|verifiers?|fact[- ]?checkers?)"
_PASS = r"(?:accept|approve|mark|rate|label|grade)"
_CLAIMS = r"(?:claims?|evidence|sentences?|answers?|statements?|citations?)"
_PATTERNS = (
    # Chat templates, tags and role markers.
    r"<\|[^|<>\n]{0,60}\|>|\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT)\]|<{1,3}/?SYS>{1,3}|</?s>|<(?:start|end)_of_turn>",
    r"</?(?:system|user|assistant|human|developer|tool|sources?|function|instructions?|context|documents?|script|img|"
    r"iframe|a|style|object|embed|link|meta|form|svg)(?:[\s/][^<>\n]{0,200})?>",
    r"(?:^|[.!?#>\]=]\s*)(?:system|assistant|user|human|developer)(?: (?:prompt|message|instructions?|turn))?\s*:",
    # Delimiters and template variables.
    r"<{3}|>{3}|#{3}|={3}|`{3}|\|{3}|\"{3}|[{}]{4}|\{\{\s*\w+\s*\}\}",
    rf"^\W*end of (?:the )?(?:{_SOURCES}|context|prompt|input)\b|\bthe (?:{_SOURCES}|context|prompt) ends? here\b",
    r"(?:^|\s)final answer\s*:|^question\s*:",
    # Orders.
    r"\b(?:ignore|disregard|forget|override) (?:\w+ ){0,3}(?:previous|prior|above|earlier|preceding|system) "
    r"(?:instructions?|prompts?|messages?|rules)\b",
    rf"(?:^|[:;!?]\s*|\bplease )(?:ignore|disregard|forget|skip) (?:\w+ ){{0,4}}(?:everything|{_SOURCES})\b",
    r"^\W*ignore everything\b|^important\s*[:!]",
    r"^(?:note|message|memo|notice|hint|reminder) (?:to|for) (?:\w+ ){0,3}(?:models?|llms?|ais?|assistants?|reviewers?|"
    r"readers?|agents?|summari[sz]ers?)\b",
    rf"\b(?:reviewers?|{_JUDGES}|you) (?:must|should|shall|have to|need to|will) (?:\w+ ){{0,2}}{_SAY}\b",
    r"\byou (?:are now|now|obey|praise|shall|must)\b|\byour (?:new |only |next |real )*(?:task|job|answer|reply) is\b",
    rf"\b(?:when|if|whenever) asked [^,.]{{0,40}}, (?:always |only |just )*{_SAY}\b",
    rf"^(?:now |please |always |then |only )+{_SAY}\b|\bnow say\b|^\W*say\s|(?:^\W*|[:;] )obey\b|^append\s|"
    r"^write (?:to|the word|only)\b",
    r"^(?:cite|quote) (?:this|only|it|us) as\b|\buse the ids?\b|^fetch data",
    r"\btell (?:the |your |any )?(?:users?|readers?|clients?|asker) that\b",
    r"(?:^\W*|[:;,] |\b(?:please|now|must|only|always) )(?:say|state|answer|reply|respond|claim|pretend) that "
    rf"(?:the |this |your )?(?:corpus|library|database|collection|{_SOURCES}) (?:does|do|has|have|holds?|says?) "
    r"(?:not|no|nothing)\b",
    # What a judge of claims is to decide.
    rf"\b(?:{_JUDGES}|models?|you) (?:must|should|shall|have to|need to|will) (?:\w+ ){{0,2}}{_PASS} "
    rf"(?:this|every|each|any|all) (?:\w+ ){{0,2}}{_CLAIMS}\b",
    rf"(?:^|[:;!?]\s*|\bplease )(?:{_PASS}|judge) (?:this|every|each|any|all|the) (?:\w+ ){{0,2}}{_CLAIMS}\b",
    rf"\bverdict (?:for|on|of) (?:this|every|each|any|all) (?:\w+ )?{_CLAIMS}\b",
    r"\bverdict (?:is|must be|should be)\s*:?\s*\W?(?:supported|entailed|yes|true)\b(?! by)",
    # What other sources are said to be worth.
    rf"\b(?:other|remaining) {_SOURCES}\b[^.]{{0,60}}\b(?:retracted|forged|fake|embargo|test data|invalid|ignored|"
    r"skipped|agree that|unreliable)\b",
    rf"\b{_SOURCES} (?:after|before|below|above) this\b|\bonly this (?:one|source|paper|abstract)\b",
    # Ids and citations that only an answer has.
    r"\bsource id\b|\btext of source\b|[\"']?\b(?:source|quote)\b[\"']\s*:",
    r"\b(?:source|document|passage|paper|reference) ?#?\d{1,3}\b[^.]{0,40}\b(?:source|document|passage|paper) ?#?\d",
    r"\\(?:bibitem|input|include|write18|immediate)\b|\\\w*cite\w*[^\\]*\\\w*cite",
    r"\[\d{1,3}\](?:[^\[\].]*\[\d[^\]\[.]*\]){2}|\[\^\d{1,3}\]",
    # Links that carry something along, or do more than point.
    r"!\[[^\]\n]{0,80}\]\(|\b(?:javascript|mailto|data|file)\s?:\S|\bhttps?://\S*[?&](?!(?:ref|id|v|utm_\w+)=)\w+=",
)  # fmt: skip
_HOSTILE = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE)
_TRIGGERS = frozenset(
    """system assistant user human developer end ends final question ignore disregard forget override skip important
    note message memo notice hint reminder reviewer reviewers you your asked now say state write answer reply
    respond output print repeat append praise recommend cite obey translate quote id ids fetch tell claim
    pretend verdict judge accept approve mark rate label grade source sources abstract abstracts paper papers
    document documents passage passages reference references""".split()
)
"""A word of every pattern that has words: a sentence with none of them, and none of the signs, fits no pattern."""
_SIGNS = re.compile(
    r"<[|/<a-z]|\[[\d^/isua]|[\\`|]|>{3}|#{3}|={3}|\"{3}|[{}]{2}|!\[|://\S*[?&]|(?:javascript|mailto|data|file)\s?:\S"
)
_WORD = re.compile("[a-z]+")
_HIDDEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\u3164\u115f\u1160\uffa0\x00-\x08\x0e-\x1f\x7f]"
    "|[\u0300-\u036f]{4,}"
)  # fmt: skip
_LINK = re.compile(r"\b(?:https?|ftp)\s?:\s?/|\bwww\.", re.IGNORECASE)


def hostile(sentence: str) -> bool:
    """Whether a sentence gives orders, plays a role, forges marks or hides characters. Linear in its length."""
    if _HIDDEN.search(sentence):
        return True
    text = _plain(sentence)
    folded = text.lower()
    suspicious = not _TRIGGERS.isdisjoint(_WORD.findall(folded)) or _SIGNS.search(folded)
    return bool(suspicious and _HOSTILE.search(text))


def links(text: str) -> bool:
    """Whether a text holds a link."""
    return bool(_LINK.search(_plain(text)))


_ORDINARY = re.compile(
    "[\\s\x20-\x7e\u00c0-\u017f\u00a7\u00a9\u00ae\u00b0\u00b1\u00b7\u00d7\u2010-\u2015\u2018-\u201f"
    "\u2022\u2026\u20ac\u2122\u2190-\u2193\u2212\u221e\u2248\u2260\u2264\u2265\u03b1-\u03b8\u03ba-\u03bc\u03c0-\u03c9]*"
)
"""Characters of real prose that look like no others; lower-case Greek without its v, o and i."""


def _plain(text: str) -> str:
    plain = text if text.isascii() or _ORDINARY.fullmatch(text) else plain_form(text)
    return plain.replace("\u0131", "i")  # Turkish, and an i without its dot
