"""The words a text is searched by: the same for the index, for queries and for matching evidence.

Ordinary words are stemmed (Snowball English). Names survive: `UniME-V2` gives the whole and its parts,
`D^2O` gives `d2o`, `LiPO-λ` also `lipo-lambda`, `GPT-4` also `gpt4`, `LLMs` gives `llm`, `1.74%` `1.74`.
Stop words are kept: whoever weighs terms leaves out `STOP_TERMS`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from service.text.normal import for_search

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CORE = rf"[^\W_{_CJK}]+"
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)+(?![\w])|{_CORE}(?:(?:[-^_]|\.(?=\d)){_CORE})*(?:\+{{1,2}}(?![\w+]))?(?:'[^\W_]{{1,2}}\b)?"
    rf"|[{_CJK}]+"
)
_PART = re.compile(rf"\d+(?:\.\d+)+|{_CORE}")
_PLURAL_ACRONYM = re.compile(r"[A-Z][A-Z\d]+s")
_VOWELLESS_PLURAL = re.compile(r"[b-df-hj-np-tv-xz]{3,}s")
_TITLE_CASE = re.compile(r"[A-Z][a-z]*(?:-[A-Z]?[a-z]+)+")
_MAX_TERM_CHARS = 60

_GREEK = {
    **{chr(0x3B1 + i): name for i, name in enumerate(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma".split(" ")
    )},
    **dict(zip("στυφχψω", "sigma tau upsilon phi chi psi omega".split(" "), strict=True)),
}  # fmt: skip
_SPELT = str.maketrans(_GREEK)

_stemmer = Stemmer.Stemmer("english")
_stemmer_lock = threading.Lock()  # PyStemmer: one stemmer must not be used by two threads at once


def terms(text: str) -> list[str]:
    """Search terms of `text` in order, repeated as often as they occur; linear."""
    return terms_of(for_search(text))


def terms_of(searched: str) -> list[str]:
    """`terms` of a text that is in its search form already."""
    found: list[str] = []
    for token in _TOKEN.findall(searched):
        found += _expand(token)
    return found


def singular(word: str) -> str:
    """An acronym without the "s" of its plural; any other word as it is."""
    return word[:-1] if _PLURAL_ACRONYM.fullmatch(word) else word


def stem(word: str) -> str:
    """The term of one plain word in its search form: "patients" is "patient"."""
    found = _expand(word)
    return found[-1] if found else word


@lru_cache(maxsize=200_000)
def _expand(token: str) -> tuple[str, ...]:
    """One token's terms, without repetition."""
    if len(token) > _MAX_TERM_CHARS:
        return _pieces(token)
    if token[0].isdigit() and ("," in token or "." in token) and _is_number(token):
        return (token.replace(",", ""),)
    if re.match(f"[{_CJK}]", token):
        return tuple(dict.fromkeys(token[i : i + 2] for i in range(max(1, len(token) - 1))))
    return tuple(dict.fromkeys(_word_terms(token.split("'")[0])))


def _is_number(token: str) -> bool:
    return token.replace(",", "").replace(".", "").isdigit()


def _pieces(token: str) -> tuple[str, ...]:
    """Over-long tokens (sequences, hashes, attacks) by their parts, cut: a whole would be its own only match."""
    parts = dict.fromkeys(part[:_MAX_TERM_CHARS].casefold() for part in _PART.findall(token))
    return tuple(parts) or (token[:_MAX_TERM_CHARS].casefold(),)


def _word_terms(word: str) -> Iterator[str]:
    """A name whole, in its parts and in the spellings it is also written in; a plain compound in its parts.

    The whole of "state-of-the-art" would count a common phrase as one rare word: SciFact's development
    queries lose .007 nDCG@10 by it.
    """
    named = _is_name(word)
    whole = word if word.replace("^", "").isdigit() else word.replace("^", "")
    compound = [part for part in _PART.findall(word) if part != word]
    joined = not any(c in word for c in "-_.")  # "^" joins: D^2O is one name, never "d" and "2o"
    if named or joined or not compound:
        yield from _stemmed(whole, named)
    if not joined:
        for part in compound:
            yield from _stemmed(part, _is_name(part))
    elif "+" in word:
        yield whole.rstrip("+").casefold()
    if named and "-" in word:
        yield whole.replace("-", "").casefold()


def _stemmed(word: str, named: bool) -> Iterator[str]:
    folded = word.casefold()
    if _PLURAL_ACRONYM.fullmatch(word) or _VOWELLESS_PLURAL.fullmatch(folded):
        folded = folded[:-1]
    elif named:
        # "AIDS" is found as "aids", and by who writes it small, whose stem is "aid".
        yield folded
    with _stemmer_lock:
        yield _stemmer.stemWord(folded)
    spelt = folded.translate(_SPELT)
    if spelt != folded:
        yield spelt


def _is_name(word: str) -> bool:
    """Whether it is written like a name or symbol: an inner capital, a digit or a sign among letters."""
    if _TITLE_CASE.fullmatch(word):
        return False
    return any(c.isupper() for c in word[1:]) or (
        any(c.isdigit() or c in "^+_" for c in word) and any(c.isalpha() for c in word)
    )


STOP_TERMS: frozenset[str] = frozenset(
    term
    for word in """a about above after again against all also although am among an and any are aren as at be because
    been before being below between both but by can cannot could couldn d did didn do does doesn doing don down
    during each either etc few for from further had hadn has hasn have haven having he hence her here hers him his
    how however i if in into is isn it its itself just let ll m may me might more most much must my nor not of off
    on once only or other our ours out over own per re s same shall she should so some such t than that the their
    theirs them then there therefore these they this those through thus to too toward towards under until up upon
    us ve very via was wasn we were weren what when where whereas whether which while who whom whose why will with
    within without won would yet you your yours""".split("\n")
    for listed in word.split()
    for term in (listed, *_expand(listed))
)
"""Terms that carry no subject, as `terms` gives them."""
