"""Places: names or figures of the quotes that a sentence has put where another one belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.annotate.names import looks_like_name, name_key
from service.review.faithful.figures import figures
from service.review.faithful.objection import Objection
from service.text.terms import STOP_TERMS, terms

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+%?(?!\w)|[^\W_][\w^+.\-/%]*[\w+%]|[^\W_]|[,;:()]")
_ALIKE = {"versus": "against", "vs": "against", "compared": "against", "compared with": "against", "upon": "on"}
_SKIPPED = frozenset(
    "that those a an the its their his about only just roughly nearly almost some approximately as around".split()
)
_ENDS = frozenset(", ; : ( ) and while whereas but".split())
_ROLES = frozenset("from to by than over against on below above vs behind beyond of in with at for".split())
_STRICT = frozenset("from to than over against on below above behind by".split())
_CLEARLY = 2


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A name or figure: `roles`, words right before its places; `heads`, terms right behind; `around`, its clauses."""

    key: str
    kind: str
    roles: frozenset[str]
    heads: frozenset[str]
    around: tuple[frozenset[str], ...]


def exchanged_places(text: str, source: str) -> Objection | None:
    """A name or figure in the place that the quotes give to another. In search form."""
    said, there = _anchors(text), _anchors(source)
    known = {(a.key, a.kind): a for a in there}
    for one in said:
        if _taken(one, said, there, known):
            what = "name" if one.kind == "name" else "figure"
            return Objection("contradicted", f"the quote has another {what} in the place of {one.key}")
    for i, one in enumerate(said):
        for other in said[i + 1 :]:
            pair = (known.get((one.key, one.kind)), known.get((other.key, other.kind)))
            if one.kind == other.kind and pair[0] and pair[1] and _exchanged(one, other, pair[0], pair[1]):
                what = "names" if one.kind == "name" else "figures"
                return Objection("contradicted", f"two {what} of the quote have changed places")
    return None


def _taken(
    one: _Anchor, said: Sequence[_Anchor], there: Sequence[_Anchor], known: dict[tuple[str, str], _Anchor]
) -> bool:
    """Whether it stands behind the word ("on", "than", "extends"), or before the noun, of another one."""
    own = known.get((one.key, one.kind)) or next((a for a in there if a.key == one.key), None)
    roles = own.roles if own else frozenset[str]()
    for rival in there:
        if rival.kind != one.kind or rival.key == one.key:
            continue
        told = next((a for a in said if (a.key, a.kind) == (rival.key, rival.kind)), None)
        stolen = {r for r in (one.roles & rival.roles) - roles if r in _STRICT or r not in _ROLES}
        if told and stolen and told.roles.isdisjoint(stolen):
            return True
        if own and one.kind != "name" and _misplaced(one, own, rival, told):
            return True
        if one.kind == "name" and own and told is None and _heads_taken(one, own, rival):
            return True
    return False


def _heads_taken(one: _Anchor, own: _Anchor, rival: _Anchor) -> bool:
    """Whether a name stands before a word ("UCP1 cycling") that only follows a rival which the text leaves out."""
    return bool(one.heads & rival.heads) and one.heads.isdisjoint(own.heads)


def _misplaced(one: _Anchor, own: _Anchor, rival: _Anchor, told: _Anchor | None) -> bool:
    """Whether a figure counts what the rival counts, or stands where the rival does, which the text leaves out."""
    if one.heads & rival.heads and not one.heads & own.heads.union(*own.around):
        return True
    if told is not None:
        return bool(one.heads & rival.heads and told.heads & own.heads) and one.heads.isdisjoint(own.heads)
    return _fit(one, rival) >= _fit(one, own) + _CLEARLY


def _exchanged(one: _Anchor, other: _Anchor, one_there: _Anchor, other_there: _Anchor) -> bool:
    straight = _fit(one, one_there) + _fit(other, other_there)
    crossed = _fit(one, other_there) + _fit(other, one_there)
    return crossed >= straight + _CLEARLY


def _fit(a: _Anchor, b: _Anchor) -> int:
    return max(_weight(x & y) for x in a.around for y in b.around) + len(a.roles & b.roles & _ROLES)


def _weight(shared: frozenset[str]) -> int:
    """Figures beside a figure tell more than words do."""
    return len(shared) + sum(t[0].isdigit() for t in shared)


def _anchors(text: str) -> list[_Anchor]:
    tokens = [(m[0], m.start()) for m in _TOKEN.finditer(text)]
    by_start = {f.start: f for f in figures(text)}
    found: dict[tuple[str, str], list[int]] = {}
    for at, (token, start) in enumerate(tokens):
        figure = by_start.get(start)
        if figure is not None and (token[0].isdigit() or token.isalpha()):
            found.setdefault((figure.value, f"figure {figure.unit}"), []).append(at)
        elif looks_like_name(token) and not token[0].isdigit():
            found.setdefault((name_key(token), "name"), []).append(at)
    return [
        _Anchor(
            key,
            kind,
            frozenset(role for at in places if (role := _role(tokens, at))),
            frozenset(t for at in places for t in _head(tokens, at)),
            tuple(frozenset(_clause(tokens, at)) for at in places),
        )
        for (key, kind), places in found.items()
    ]


def _role(tokens: Sequence[tuple[str, int]], at: int) -> str | None:
    """The word right before, as its stem; two for "compared with"."""
    for i in range(at - 1, -1, -1):
        token = tokens[i][0].casefold()
        if token in _SKIPPED or (token == "of" and i and tokens[i - 1][0] in ("that", "those")):
            continue
        if token in ("with", "to") and i and tokens[i - 1][0].casefold() == "compared":
            return "against"
        if token in _ENDS or token[0].isdigit():
            return None
        return _ALIKE.get(token) or (token if token in _ROLES else next(iter(terms(token)), None))
    return None


def _head(tokens: Sequence[tuple[str, int]], at: int) -> Iterator[str]:
    """Terms of the two words right behind."""
    for token, _ in tokens[at + 1 : at + 3]:
        if token in _ENDS or token.casefold() in _ROLES:
            break
        yield from (t for t in terms(token) if t not in STOP_TERMS and not t[0].isdigit())


def _clause(tokens: Sequence[tuple[str, int]], at: int) -> Iterator[str]:
    """Terms of the words of its clause, figures among them."""
    for side in (range(at - 1, -1, -1), range(at + 1, len(tokens))):
        for i in side:
            token = tokens[i][0]
            if token.casefold() in _ENDS:
                break
            yield from (t for t in terms(token) if t not in STOP_TERMS)
