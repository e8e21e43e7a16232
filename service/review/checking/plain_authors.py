"""Whether the names in front of a title are the authors of a paper, in whatever style they are written.

The paper's surnames are looked for in the text, then what of given names and initials belongs to them. What is left
over is somebody else; who is not found is missing. Where either may be a matter of spelling, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from service.persons import name_of
from service.records import Paper
from service.text.normal import for_display, title_key

_LABEL: Final = re.compile(r"^\s*(?:\[[^\[\]]{0,80}\]|\(?\d{1,4}[.)])\s*")
_BRACKETS: Final = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_OTHERS: Final = re.compile(r"\bet\.?\s+al\b|\band\s+(?:\d+\s+)?others\b|…|\.\s?\.\s?\.", re.IGNORECASE)
_SILENT: Final = frozenset(
    "and und et al others y e eds ed editor editors jr sr ii iii iv phd dr prof "
    "af bin da das de del della den der des di do dos du el la le los ter van von zu zum zur".split()
)
_JOINING: Final = frozenset(("and", "und", "et", "y", "e"))
_NO_NAME: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ALIKE: Final = 0.7
_PART: Final = 4  # letters of a name that another may hold
_INITIALS: Final = 3
_GIVEN_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class ReadAuthors:
    """The authors as BibTeX would list them. `others`: not all are named; `agree`: they are the paper's."""

    authors: tuple[str, ...]
    others: bool
    agree: bool


@dataclass(slots=True)
class _Token:
    key: str
    start: int
    end: int
    gap: str
    """What stands between the token before and this one."""
    is_initials: bool
    """Capitals alone, or one letter, in a text that is not in capitals: "MA" is no "Ma"."""
    author: int | None = None
    is_surname: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    family: tuple[str, ...]
    given: tuple[str, ...]


def authors_of(before: str, paper: Paper) -> ReadAuthors | None:
    """The authors in front of a title, in view of a paper that may be meant; `None` where they cannot be told."""
    text = _BRACKETS.sub(lambda found: " " * len(found[0]), _LABEL.sub("", before))
    known = [_known(author) for author in paper.authors]
    partial = (paper.author_count or len(known)) > len(known)
    tokens = _tokens(text)
    if not known or partial or not tokens or _NO_NAME.search(text):
        return None
    if any(len("".join(name.family)) < 2 or not name.family for name in known):
        return None
    in_order = _find_surnames(tokens, known)
    missing = [i for i in range(len(known)) if not any(t.author == i for t in tokens)]
    _claim_given_names(tokens, known)
    left = [token for token in tokens if token.author is None]
    others = _OTHERS.search(text) is not None
    return _read(text, paper, tokens, left, missing, others=others, in_order=in_order)


def _read(
    text: str,
    paper: Paper,
    tokens: Sequence[_Token],
    left: Sequence[_Token],
    missing: Sequence[int],
    *,
    others: bool,
    in_order: bool,
) -> ReadAuthors | None:
    n = len(paper.authors)
    cut = others or missing == list(range(1, n))
    if not left and in_order and (not missing or (cut and 0 not in missing)):
        return ReadAuthors(paper.authors, others=False, agree=True)
    if not left and not missing and len({_known(a).family for a in paper.authors}) < n:
        return None  # of two with one name the order cannot be told
    if any(not text[token.start].isupper() for token in left) or _may_be_spelling(tokens, missing, paper.authors):
        return None
    return ReadAuthors(tuple(_listed(text, tokens, paper.authors)), others, agree=False)


def _known(author: str) -> _Known:
    name = name_of(for_display(author))
    family, given = (
        tuple(filter(None, (title_key(found) for found in _TOKEN.findall(part)))) for part in (name.family, name.given)
    )
    return _Known(family, given)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    capitals = any(len(word) > _INITIALS and word.isupper() for word in _TOKEN.findall(text))
    end = 0
    for found in _TOKEN.finditer(text):
        initials = len(found[0]) == 1 or (len(found[0]) <= _INITIALS and found[0].isupper() and not capitals)
        tokens.append(_Token(title_key(found[0]), found.start(), found.end(), text[end : found.start()], initials))
        end = found.end()
    return tokens


def _find_surnames(tokens: list[_Token], known: Sequence[_Known]) -> bool:
    """Marks the surnames: each behind the one before it, else anywhere. Returns whether all stand in order.

    What is somebody's given name too is not looked for out of order.
    """
    at, in_order = 0, True
    given = {word for name in known for word in name.given}
    for i, name in enumerate(known):
        for forms in ([name.family], [name.family[-1:], name.family[:1]] if len(name.family) > 1 else []):
            place = next((p for form in forms if (p := _place(tokens, form, at)) is not None), None)
            if place is None and not given & set(name.family):
                place = next((p for form in forms if (p := _place(tokens, form, 0)) is not None), None)
                in_order = in_order and place is None
            if place is not None:
                start, end = place
                for token in tokens[start:end]:
                    token.author, token.is_surname = i, True
                at = max(at, end)
                break
    return in_order


def _place(tokens: Sequence[_Token], form: Sequence[str], at: int) -> tuple[int, int] | None:
    """The first free run of tokens that make up a surname, however it is hyphenated."""
    wanted = "".join(form)
    for start in range(at, len(tokens)):
        joined = ""
        for end in range(start, min(start + 4, len(tokens))):
            if (
                tokens[end].author is not None
                or tokens[end].is_initials
                or (end > start and re.search(r"[,;]", tokens[end].gap))
            ):
                break
            joined += tokens[end].key
            if joined == wanted:
                return start, end + 1
            if not wanted.startswith(joined):
                break
    return None


def _claim_given_names(tokens: list[_Token], known: Sequence[_Known]) -> None:
    """Marks given names and initials: those of any author, single letters, and what fits the surname beside it."""
    words = {word for name in known for word in (*name.given, *name.family)}
    letters = {word[0] for word in words}
    surnames = [(i, token.author) for i, token in enumerate(tokens) if token.is_surname]
    for i, author in surnames:
        for step in (-1, 1):
            _claim_beside(tokens, i, step, author, known[author].given if author is not None else ())
    for token in tokens:
        is_initials = len(token.key) == 1 or (len(token.key) <= _INITIALS and set(token.key) <= letters)
        if token.author is None and (token.key in words or token.key in _SILENT or is_initials):
            token.author = -1


def _claim_beside(tokens: list[_Token], i: int, step: int, author: int | None, given: Sequence[str]) -> None:
    """Given names before a surname, or behind it with or without a comma, of the initials that the paper has."""
    commas = 0
    for k in range(1, _GIVEN_WORDS + 1):
        j = i + k * step
        if not 0 <= j < len(tokens) or tokens[j].author is not None:
            return
        gap = tokens[j].gap if step > 0 else tokens[j + 1].gap
        commas += "," in gap
        if ";" in gap or commas > (1 if step > 0 and k == 1 else 0) + (step > 0 and k > 1 and commas == 1):
            return
        if given and tokens[j].key[0] not in {word[0] for word in given}:
            return
        if step > 0 and "," in gap and k > 1:
            return
        if tokens[j].key in _JOINING or "&" in gap:
            return
        tokens[j].author = author


def _may_be_spelling(tokens: Sequence[_Token], missing: Sequence[int], authors: Sequence[str]) -> bool:
    """Whether somebody who is missing may be there, spelt otherwise or by given names or initials alone."""
    left = [token for token in tokens if token.author is None]
    loose = {token.key for token in tokens if token.author == -1}
    for i in missing:
        name = _known(authors[i])
        words = (*name.family, *name.given)
        if any(len(word) > 1 and word in loose for word in name.given) or all(word[0] in loose for word in words):
            return True
        for token in left:
            for word in (*name.family, "".join(name.family)):
                near = SequenceMatcher(None, word, token.key, autojunk=False).ratio() >= _ALIKE
                shorter = min(len(word), len(token.key))
                if near or (shorter >= _PART and (token.key in word or word in token.key)):
                    return True
    return False


def _listed(text: str, tokens: Sequence[_Token], authors: Sequence[str]) -> list[str]:
    """The names in the order of the text: those that are known as the paper has them, others as they stand."""
    names: list[str] = []
    seen: set[int] = set()
    run: list[_Token] = []
    for token in (*tokens, None):
        if token is not None and token.author == -1 and (not run or text[token.start].islower()):
            continue
        if token is not None and token.author in (None, -1):
            if run and re.search(r"[;&]", token.gap):
                names.append(_run_text(text, run))
                run = []
            run.append(token)
            continue
        if run:
            names.append(_run_text(text, run))
            run = []
        if token is not None and token.is_surname and token.author is not None and token.author not in seen:
            seen.add(token.author)
            names.append(authors[token.author])
    return names


def _run_text(text: str, run: Sequence[_Token]) -> str:
    return for_display(text[run[0].start : run[-1].end]) + ("." if len(run[-1].key) == 1 else "")
