"""What a paper's own system is called, and which words of a text look like names.

A *name* is a token a reader would not look up in a dictionary: ILLUME, UniME-V2, D^2O, LiPO-λ, GPT-4, I-SHEEP. A
paper's *own* names are those it coins: before the colon of its title, after "called" or "we propose", or as an acronym
in brackets behind the words it abbreviates. Everything else it writes with capitals (LoRA, CLIP) is merely mentioned.
Whether a name belongs to the field is no matter of lists: the catalog counts the papers that share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from service.text.normal import for_search
from service.text.sentences import sentence_texts
from service.vocabulary import FUNCTION_WORDS
from service.vocabulary.function_words import ARTICLES

_TOKEN = re.compile(r"[^\W_][\w^+.\-/–]*[\w+]|[^\W_]", re.UNICODE)
_NEEDS_FORM = re.compile(r"[\\${}<&`]|--|''|x201")
_SPELT_CAPITALS = re.compile(r"[A-Z]{2}[a-z]+")
_COMPOUND = re.compile(r"(?:[A-Z]?[a-z]+-)+[A-Z]?[a-z]+")
_PROPOSING = re.compile(
    r"\b(?:[Ww]e|I|[Tt]h(?:is|e) (?:paper|work|article|study)|[Aa]uthors?)"
    r"(?: \w+ly| also| then| further| first| here| thus)*"
    r" (?:propos|introduc|present|develop|describ|releas|design|call|nam|dub|term)(?:e|es|ed|s)?\b"
)
_CALLED = re.compile(
    r"\b(?:called|named|dubbed|termed|coined(?: as)?|namely|(?:calls?|terms?|names?) (?:it|this|them))[ ,:]"
)
_BRACKETED = re.compile(r"\((?:\w+ )?[\"']?(?P<name>[A-Za-z][\w^+.\-λ]{1,14})[\"']?[);,]")
_WORD = re.compile(r"[\"']?(?P<word>[^\W_](?:[\w^+\-/{}\\$]|\.(?=\w))*)[\"']?(?P<after>[,.;:()]?)")
_STOPS: Final = FUNCTION_WORDS - {"a", "an", "the", "our", "this", "new", "and", "both", "two", "same"}
_MOST_NAME_WORDS: Final = 4
_MOST_PHRASE_WORDS: Final = 5
_REACH_WORDS: Final = 14
_REACH_CHARS: Final = 160


@dataclass(frozen=True, slots=True)
class OwnNames:
    """`short` is how a reader refers to the paper, or `None` when it coins nothing; `keys` match questions.

    `phrases` are keys of names in plain words: the head of the title, and what a coined acronym abbreviates.
    """

    short: str | None
    keys: frozenset[str]
    phrases: frozenset[str] = frozenset()


def name_key(name: str) -> str:
    """The form under which names are compared: case, white space, `^`, `$`, braces and dashes do not matter."""
    return _key(for_search(name) if not name.isascii() or _NEEDS_FORM.search(name) else name)


@lru_cache(maxsize=100_000)
def _key(searched: str) -> str:
    return "".join(c for c in searched.casefold() if c.isalnum() or c == "+")


@lru_cache(maxsize=100_000)
def looks_like_name(token: str) -> bool:
    """Whether a token is written like a system's name: inner capitals, all capitals, or letters with digits."""
    letters = [c for c in token if c.isalpha()]
    if not letters or (token.islower() and not any(c.isdigit() for c in token)):
        return False
    capitals = sum(c.isupper() for c in letters)
    has_digit = any(c.isdigit() for c in token)
    stem = token[:-1] if token.endswith("s") and len(token) > 2 else token
    if all(c.isupper() for c in stem if c.isalpha()):
        return len(letters) >= 2 or has_digit
    if _SPELT_CAPITALS.fullmatch(token):  # "NOise Robust optimal traNsport": an acronym spelt out
        return False
    inner = any(c.isupper() for c in token[1:]) and not _COMPOUND.fullmatch(token)
    return inner or (has_digit and capitals > 0)


def tokens(text: str) -> list[str]:
    """Word-like tokens in order, with inner hyphens, carets, dots and slashes kept."""
    return _tokens(for_search(text))


def _tokens(searched: str) -> list[str]:
    return [token.rstrip(".-/") for token in _TOKEN.findall(searched)]


def mentioned_names(text: str) -> list[str]:
    """Tokens of a text that look like names, in order, each once."""
    return names_in(for_search(text))


def names_in(searched: str) -> list[str]:
    """`mentioned_names` of a text that is in its search form already."""
    seen: dict[str, str] = {}
    for token in _tokens(searched):
        if looks_like_name(token):
            key = _key(token)
            if len(key) > 1:
                seen.setdefault(key, token)
    return list(seen.values())


@lru_cache(maxsize=20_000)
def own_names(title: str, abstract: str) -> OwnNames:
    """The names a paper coins for itself, from its title first, then from its abstract."""
    return own_names_in(for_search(title), [for_search(sentence) for sentence in sentence_texts(abstract)])


def own_names_in(title: str, sentences: Sequence[str]) -> OwnNames:
    """`own_names` of a title and of an abstract's sentences that are in their search form already."""
    in_title = {_key(token) for token in _tokens(title)}
    head = _before_colon(title, sentences)
    found: list[str] = []
    phrases: set[str] = set()
    for sentence in sentences:
        found += _coined(sentence)
        for name, spelt in _abbreviated(sentence):
            found.append(name)
            phrases.add(_key(spelt))
    found.sort(key=lambda name: _key(name) not in in_title)  # stable: those in the title first
    names = [name for name in ([head] if head else []) + found if len(_key(name)) > 1]
    phrase = _title_head(title)
    return OwnNames(
        short=names[0] if names else None,
        keys=frozenset(map(_key, names)),
        phrases=frozenset(phrases | ({_key(phrase)} if phrase else set())),
    )


def spells_out(text: str, acronym: str) -> bool:
    """Whether a text holds an acronym, or a run of words with its initials ("word error rate" for WER)."""
    words = [w for w in re.split(r"[^\w]+", for_search(text).casefold()) if w]
    key = acronym.casefold()
    if (
        key in words
        or f"{key}s" in words
        or any(w.endswith(key) or w.startswith(key) for w in words if w[-1].isdigit())
    ):
        return True
    return len(key) > 1 and key in "".join(w[0] for w in words)


def _before_colon(title: str, sentences: Sequence[str]) -> str | None:
    """The head of "NAME: what it does", when it is written like a name or the abstract keeps calling it so."""
    head, colon, _ = title.partition(":")
    words, head = head.split(), head.strip()
    if not colon or not 1 <= len(words) <= _MOST_NAME_WORDS:
        return None
    if any(w[0].islower() and not looks_like_name(w) and not w[-1].isdigit() for w in words):
        return None  # "Adverbs in plWordNet", "Going beyond GPT-4": a phrase
    if any(map(looks_like_name, words)):
        return head
    capitalised = all(word[:1].isupper() for word in words)
    return head if capitalised and any(_says(sentence, head) for sentence in sentences) else None


def _says(sentence: str, name: str) -> bool:
    """Whether a sentence writes a word with its capital where every word is not written so: not at its head alone."""
    return re.search(rf"(?<=\w[ ,(]){re.escape(name)}\b|^{re.escape(name)} (?!of\b|and\b)", sentence) is not None


def _title_head(title: str) -> str | None:
    """The words of a title before its colon or first preposition, as a name in plain words; `None` for one or many."""
    words: list[str] = []
    for word in re.split(r":| - |\? ", title)[0].split():
        if word.strip(",.;").casefold() in FUNCTION_WORDS:
            break
        words.append(word)
    return " ".join(words) if 2 <= len(words) <= _MOST_PHRASE_WORDS else None


def _coined(sentence: str) -> Iterator[str]:
    """Names behind a verb of proposing or naming, in one sentence."""
    for called in _CALLED.finditer(sentence):
        name = _run_of_names(sentence, called.end())
        if name:
            yield name
    for proposing in _PROPOSING.finditer(sentence):
        name = _proposed(sentence, proposing.end())
        if name:
            yield name


def _run_of_names(sentence: str, at: int) -> str | None:
    """The name that starts at a place: name-like words, and capitalised ones behind them."""
    words: list[str] = []
    for _ in range(3):
        word = _WORD.match(sentence, at + (sentence[at : at + 1] == " "))
        if word is None or not (looks_like_name(word["word"]) or (words and word["word"][0].isupper())):
            break
        words.append(word["word"].rstrip(".-/"))
        at = word.end()
        if word["after"]:
            break
    return " ".join(words) or None


def _proposed(sentence: str, at: int) -> str | None:
    """What is proposed, where its noun phrase holds a name: at its head, or in apposition at its end.

    "We propose KestrelNet", "we present a new framework, PuffinX," but not "we develop a PCR assay".
    """
    modified = False
    for _ in range(_REACH_WORDS):
        word = _WORD.match(sentence, at + (sentence[at : at + 1] == " "))
        if word is None:
            return None
        written, folded = word["word"], word["word"].casefold()
        if folded in _STOPS:
            return None
        if looks_like_name(written):
            following = _WORD.match(sentence, word.end() + 1)
            follows = following["word"] if following and not word["after"] else ""
            if not modified or not follows or not follows[0].islower() or follows.casefold() in FUNCTION_WORDS:
                return _run_of_names(sentence, word.start() - (sentence[word.start() - 1 : word.start()] == " "))
        modified = modified or folded in ARTICLES or written[0].islower()
        at = word.end()
        if word["after"] in (".", ";", ":", "(", ")"):
            return None
    return None


def _abbreviated(sentence: str) -> Iterator[tuple[str, str]]:
    """Acronyms in brackets behind the words they stand for, where those are what is proposed; with those words."""
    for bracket in _BRACKETED.finditer(sentence):
        name = bracket["name"]
        before = sentence[max(0, bracket.start() - _REACH_CHARS) : bracket.start()]
        proposing = list(_PROPOSING.finditer(before)) + list(_CALLED.finditer(before))
        if not proposing or not looks_like_name(name):
            continue
        words = re.split(r"[,;:\"]", before[max(m.end() for m in proposing) :])[-1].split()
        spelt = _spelt(words, name)
        head = words[: len(words) - len(spelt)]
        if spelt and not any(word.casefold() in _STOPS for word in head):
            yield name, " ".join(spelt)


def _spelt(words: Sequence[str], acronym: str) -> list[str]:
    """The last words that an acronym can stand for: as many as it has capitals, from its first letter on."""
    letters = [c for c in acronym if c.isupper() or c.isdigit()] or list(acronym)
    for n in range(min(len(letters) + 2, len(words)), 0, -1):
        run = list(words[-n:])
        parts = sum(len(word.split("-")) for word in run)
        if parts >= min(2, len(letters)) and (_begins_alike(run[0], acronym) or parts == len(letters)):
            return run
    return []


def _begins_alike(word: str, acronym: str) -> bool:
    return word[:1].casefold() == acronym[:1].casefold()
