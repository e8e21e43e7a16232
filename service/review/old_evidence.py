"""Question clause -> candidate papers with every sentence scored: the evidence an answer is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.annotate.hostile import hostile, links
from service.annotate.names import name_key, own_names, tokens
from service.annotate.roles import Role, role_scores
from service.records import Filters, Paper
from service.review.corpus import Corpus, PaperSentences, Vectors
from service.review.coverage import content_words
from service.text.terms import terms

_NAME_CANDIDATES = 30
_WORD_SHARE = 0.3  # of a sentence's relevance; the rest is its cosine with the clause
_ROLE_BONUS = 0.04  # a point of role score, up to _ROLE_CAP, is worth this much relevance
_ROLE_CAP = 4.0
_NOTE_PENALTY = 0.5
_VERSION = re.compile(r"v?\d+(?:\.\d+)?|pp|\+")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A paper with its sentences scored for one clause. Row i of each array belongs to `spans[i]`.

    `cosine` is in [-1, 1]; `relevance` adds word overlap and wanted roles to it, about [-0.5, 1.3];
    `roles[i]` is the role the sentence plays in its abstract.
    """

    sentences: PaperSentences
    cosine: Vectors
    relevance: Vectors
    roles: tuple[Role, ...]

    @property
    def paper(self) -> Paper:
        return self.sentences.paper

    @property
    def texts(self) -> list[str]:
        """The sentences, in order."""
        return [self.sentences.text(i) for i in range(len(self.sentences.spans))]

    @property
    def best(self) -> float:
        """Highest cosine of a sentence with the clause."""
        return float(self.cosine.max())

    @property
    def best_relevance(self) -> float:
        return float(self.relevance.max())


@dataclass(frozen=True, slots=True)
class System:
    """A name of the question looked up in the corpus: papers that coin it, else papers that mention it."""

    name: str
    own: tuple[Paper, ...]
    mentions: tuple[Paper, ...]

    @property
    def unknown(self) -> bool:
        return not self.own and not self.mentions


def find_system(corpus: Corpus, name: str, filters: Filters | None) -> System:
    """Papers that coin a name, then papers that only mention it. A version may be left off ("UniME")."""
    key = name_key(name)
    own: list[Paper] = []
    mentions: list[Paper] = []
    for paper in corpus.with_words(name, n=_NAME_CANDIDATES, filters=filters):
        keys = own_names(paper.title, paper.abstract).keys
        if key in keys:
            own.insert(0, paper) if _is_short(paper, key) else own.append(paper)
        elif any(k.startswith(key) and _VERSION.fullmatch(k[len(key) :]) for k in keys):
            own.append(paper)
        elif mentions_name(paper, key):
            mentions.append(paper)
    if not own and len(mentions) == 1 and _keeps_using(mentions[0], key):
        own, mentions = mentions, []  # one paper alone keeps using the name: it is that paper's, however coined
    return System(name, tuple(own), tuple(mentions))


def _keeps_using(paper: Paper, key: str) -> bool:
    """Whether the abstract uses a name twice, or once where it proposes something."""
    if sum(name_key(t) == key for t in tokens(paper.abstract)) >= 2:
        return True
    proposing = re.compile(r"\b(?:propos|introduc|present|develop|releas)\w*", re.IGNORECASE)
    sentences = re.split(r"(?<=[.!?])\s+", paper.abstract)
    return any(proposing.search(s) and key in map(name_key, tokens(s)) for s in sentences)


def mentions_name(paper: Paper, key: str) -> bool:
    """Whether title or abstract hold a token (or a run of up to four) of that name key."""
    found = tokens(f"{paper.title} . {paper.abstract}")
    words = [name_key(t) for t in found]
    return any(key in _variants(t) for t in found if "-" in t) or any(
        key == "".join(words[i : i + n]) or (n == 1 and words[i] == f"{key}s")
        for n in (1, 2, 3, 4)
        for i in range(len(words))
    )


def _variants(token: str) -> list[str]:
    """What a hyphenated name is a variant of, as far as that holds a digit: "Llama-2-chat" is a Llama-2."""
    parts = token.split("-")
    heads = ("-".join(parts[:n]) for n in range(2, len(parts)))
    return [name_key(head) for head in heads if any(c.isdigit() for c in head)]


def score(corpus: Corpus, papers: Sequence[Paper], text: str, roles: Sequence[Role]) -> list[Candidate]:
    """Every sentence of the papers scored for a clause's text; hostile ones, and papers without any, are left out."""
    wanted = {t for w in content_words(text) for t in terms(w)}
    weights = {t: 1.0 / np.log(2.0 + corpus.document_frequency(t)) for t in wanted}
    query = corpus.embed([text])[0]
    return [
        _candidate(sentences, query, weights, roles)
        for sentences in map(_without_hostile, corpus.sentences(papers))
        if len(sentences.spans) > 0
    ]


def _without_hostile(sentences: PaperSentences) -> PaperSentences:
    """The sentences that tell of the work: one that gives orders to its reader is evidence of nothing."""
    kept = [i for i in range(len(sentences.spans)) if not hostile(sentences.text(i))]
    if len(kept) == len(sentences.spans):
        return sentences
    return PaperSentences(sentences.paper, tuple(sentences.spans[i] for i in kept), sentences.vectors[kept])


def _candidate(
    sentences: PaperSentences, query: Vectors, weights: dict[str, float], wanted: Sequence[Role]
) -> Candidate:
    n = len(sentences.spans)
    cosine: Vectors = sentences.vectors @ query
    overlap = np.zeros(n, np.float32)
    bonus = np.zeros(n, np.float32)
    roles: list[Role] = []
    total = sum(weights.values()) or 1.0
    for i in range(n):
        text = sentences.text(i)
        points = role_scores(text, i / max(n - 1, 1))
        role = Role.NOTE if links(text) else max(Role, key=lambda r: points[r])
        roles.append(role)
        overlap[i] = sum(weights.get(t, 0.0) for t in set(terms(text))) / total
        bonus[i] = _ROLE_BONUS * min(max((points[r] for r in wanted), default=0.0), _ROLE_CAP)
        if role is Role.NOTE:
            bonus[i] -= _NOTE_PENALTY
    relevance: Vectors = (1 - _WORD_SHARE) * cosine + _WORD_SHARE * overlap + bonus
    return Candidate(sentences, cosine, relevance, tuple(roles))


def _is_short(paper: Paper, key: str) -> bool:
    short = own_names(paper.title, paper.abstract).short
    return short is not None and name_key(short) == key
