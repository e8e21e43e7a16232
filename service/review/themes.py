"""Papers -> themes: a phrase that several papers are about, and those papers; so that what heads them is true of each.

Labels come first: a phrase counts for a paper that holds it and lies close to it in meaning. Greedily, the phrase
whose papers are most and closest heads a theme; so nothing heads a paper that does not speak of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.annotate.names import looks_like_name
from service.records import Paper
from service.review.corpus import Corpus, Vectors
from service.review.first_person import BASE_VERBS
from service.review.plan import SCAFFOLD
from service.text.normal import for_search
from service.text.terms import terms

_MOST_THEMES = 8
_PAPERS_A_THEME = 3.5  # papers over themes, about
_MOST_PAPERS = 7  # of one theme: a longer paragraph is no longer one
_COMMON = 0.6  # share of the papers beyond which a phrase tells nothing apart
_MOST_PHRASES = 250
_MORE = 0.75  # exponent on the number of papers: more count, but less and less
_TOO_COMMON = 0.3  # share of the corpus (of some size) that holds a word, beyond which it alone says nothing
_SOME_SIZE = 50
_CENTRAL = {True: 0.22, False: 0.35}  # least cosine of phrase and paper, by whether it has several words
_MENTIONED = 0.36  # the same where the abstract only mentions it
_PHRASE = re.compile(r"[A-Za-z][A-Za-z\-]*[A-Za-z]")
_WEAK = frozenset(
    """achieve achieving also approaches available based benchmark benchmarks better code demonstrate demonstrates
    effective effectively effectiveness efficient existing experiments extensive first framework frameworks
    further generate however improve improves improving including introduce large leading learn method methods
    model models multiple novel outperforms performance previous problem problems propose provide recent remain
    results show shows significant significantly simple specifically state-of-the-art strong such task tasks
    technique towards training various while work works yet furthermore moreover addition additionally paper
    present presents study studies language data high thus due without within rather often many most new used
    using uses across different well several common current often end enable enables enabling enhance enhancing
    limited leads lead important key main order set challenge challenges address addressing capabilities ability
    impressive process quality lack original own real world art full entire whole potential wide range scale crucial
    critical vast rapid growing diverse superior comprehensive average public publicly overall time times number
    remarkable promising existing single certain specific general unified effective accurate experimental
    advancing exploring understanding towards rethinking making bridging unlocking reducing minimizing scaling
    better-than more-than toward introducing revisiting evaluating improving leveraging building""".split()
)
_MAY_END = frozenset(
    "training learning data language models model tasks task benchmarks methods performance quality".split()
)
_VERB_NOUNS = frozenset("search model benchmark design attack set".split())
_AL_NOUNS = frozenset("retrieval removal proposal signal".split())
_NOUN_END = re.compile(r"(?:tions?|ments?|ness|it(?:y|ies)|ances?|ences?|s[ie]s|isms?|ings|logy|graphs?|eval)$")
_PLURAL = re.compile(r"[a-z]{5,}(?<![suai])s")
_COUNT_NOUNS = frozenset(
    """model method network dataset benchmark framework task system agent encoder decoder graph transformer adapter
    representation embedding prompt dataset corpus database query index recommender assistant objective
    loss function reward protocol proof user policy pair token image video""".split()
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Papers that belong together, best first as they came in, and a phrase all are about ("" for none)."""

    label: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Phrase:
    """A stemmed phrase, how it is written, and for each paper that is about it how close it lies to the paper."""

    stem: str
    surface: str
    closeness: Mapping[int, float]


def themes(
    corpus: Corpus, papers: Sequence[Paper], topic: str, *, told: Mapping[str, str], most: int | None = None
) -> list[Theme]:
    """At most `most` themes, the largest first, and last, without a label, groups of papers that no theme takes up.

    `papers` come best first; `told` are the sentences told of them, by paper id.
    """
    limit = most or max(1, min(_MOST_THEMES, round(len(papers) / _PAPERS_A_THEME)))
    phrases = _candidates(corpus, papers, topic, told)
    open_papers = set(range(len(papers)))
    found: list[tuple[str, list[int]]] = []
    used: set[str] = set()
    while phrases and len(found) < limit:
        best = max(phrases, key=lambda p: (_worth(p, open_papers, used, len(papers)), p.stem))
        taken = _taken(best, open_papers)
        if len(taken) < 2:
            break
        found.append((best.surface, taken))
        used.update(best.stem.split())
        open_papers.difference_update(taken)
        phrases.remove(best)
    found.sort(key=lambda theme: (-len(theme[1]), theme[1][0]))
    vectors = _paper_vectors(corpus, papers)
    groups = [*found, *(("", rest) for rest in _split(sorted(open_papers), vectors))]
    return [Theme(label, tuple(papers[i] for i in sorted(group))) for label, group in groups]


def bears(paper: Paper, label: str) -> bool:
    """Whether title or abstract hold every content word of a label."""
    wanted = {t for w in label.split() if w.casefold() not in SCAFFOLD for t in terms(w)}
    return bool(wanted) and wanted <= set(terms(f"{paper.title}. {paper.abstract}"))


def _split(left: Sequence[int], vectors: Vectors) -> list[list[int]]:
    """Papers of no theme in groups of like ones, each small enough for a paragraph; the first holds the best."""
    groups: list[list[int]] = []
    todo = list(left)
    size = -(-len(todo) // max(1, -(-len(todo) // _MOST_PAPERS)))
    while todo:
        near = sorted(todo[1:], key=lambda i: -float(vectors[i] @ vectors[todo[0]]))
        groups.append([todo[0], *near[: size - 1]])
        todo = [i for i in todo if i not in groups[-1]]
    return groups


def _taken(phrase: _Phrase, open_papers: set[int]) -> list[int]:
    near = sorted((i for i in phrase.closeness if i in open_papers), key=lambda i: -phrase.closeness[i])
    return sorted(near[:_MOST_PAPERS])


def _worth(phrase: _Phrase, open_papers: set[int], used: set[str], n: int) -> float:
    """More papers count, but less and less; each as far as the phrase is close to what it says."""
    taken = _taken(phrase, open_papers)
    if len(taken) < 2 or len(phrase.closeness) > max(_COMMON * n, 3):
        return 0.0
    words = phrase.stem.split()
    stale = sum(w in used for w in words) / len(words)
    close = sum(max(phrase.closeness[i], 0.0) for i in taken) / len(taken)
    many: float = len(taken) ** _MORE
    return many * close * (1.0 + 0.35 * (len(words) > 1)) * (1.0 - 0.5 * stale)


def _candidates(corpus: Corpus, papers: Sequence[Paper], topic: str, told: Mapping[str, str]) -> list[_Phrase]:
    known = set(terms(topic))
    about = [_about(p, told.get(p.paper_id, "")) for p in papers]
    counts = Counter(stem for stems in about for stem in stems)
    shared = sorted(s for s, n in counts.items() if n >= 2 and not set(s.split()) <= known and _is_noun(s, about))
    shared = [s for s in shared if not _is_common(corpus, s)]
    stems = sorted(shared, key=lambda s: -counts[s] * (1 + s.count(" ")))[:_MOST_PHRASES]
    if not stems:
        return []
    surfaces = [_surface(stem, papers) for stem in stems]
    closeness = corpus.embed(surfaces) @ _paper_vectors(corpus, papers).T
    found = []
    for stem, surface, row in zip(stems, surfaces, closeness, strict=True):
        several = " " in stem
        near = {
            i: float(row[i])
            for i, of in enumerate(about)
            if stem in of and row[i] >= (_CENTRAL[several] if of[stem].central else _MENTIONED)
        }
        found.append(_Phrase(stem, surface, near))
    return found


def _paper_vectors(corpus: Corpus, papers: Sequence[Paper]) -> Vectors:
    rows = [s.vectors.mean(axis=0) for s in corpus.sentences(papers)]
    stacked = np.stack(rows)
    unit: Vectors = stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
    return unit


@dataclass(frozen=True, slots=True)
class _Held:
    """A phrase as a paper writes it; `central`: in its title, in what is told of it, or twice in its abstract."""

    form: str
    central: bool


def _about(paper: Paper, told: str) -> dict[str, _Held]:
    whole, told_or_title = phrases_of(paper.abstract), phrases_of(paper.title) | phrases_of(told)
    held = {s: _Held(form, n >= 2) for s, (form, n) in whole.items()}
    return held | {s: _Held(form, True) for s, (form, _) in told_or_title.items()}


def _is_noun(stem: str, about: Sequence[Mapping[str, _Held]]) -> bool:
    """A single word has to end as nouns do; of several, the last one may be anything that is not weak."""
    form = next(of[stem].form for of in about if stem in of)
    return " " in form or (len(form) > 6 and _NOUN_END.search(form) is not None) or _PLURAL.fullmatch(form) is not None


def _is_common(corpus: Corpus, stem: str) -> bool:
    """Whether so many papers of the corpus hold each of its words that the phrase tells nothing apart."""
    count = corpus.count()
    if count < _SOME_SIZE:
        return False
    return all(corpus.document_frequency(word) > _TOO_COMMON * count for word in stem.split())


def _surface(stem: str, papers: Sequence[Paper]) -> str:
    """The phrase as papers write it, in the plural where one of them does or its noun is countable."""
    forms: Counter[str] = Counter()
    for paper in papers:
        for text in (paper.title, paper.abstract):
            held = phrases_of(text).get(stem)
            if held is not None:
                forms[held[0]] += 1
    best = max(sorted(forms), key=lambda f: (f.endswith("s") and not f.endswith("ss"), forms[f]))
    return f"{best}s" if best.split()[-1] in _COUNT_NOUNS else best


def _is_weak(phrase: str) -> bool:
    """A phrase that starts or ends in a word any paper uses, starts with a verb, or ends in no noun."""
    words = phrase.split()
    if len(words) == 1 and (len(phrase) < 7 or phrase in _MAY_END):
        return True
    first, last = words[0], words[-1]
    if any(_PLURAL.fullmatch(w) for w in words[:-1]):
        return True  # "passages small reader": two phrases run together
    starts_weakly = first in _WEAK or first in BASE_VERBS or first.endswith("ly")
    ends_weakly = (
        (last in _WEAK and last not in _MAY_END)
        or (last in BASE_VERBS and last not in _VERB_NOUNS)
        or last.endswith(("ly", "ed", "ive", "ous", "ful", "ible", "able", "izing"))
        or (last.endswith("al") and last not in _AL_NOUNS)
    )
    return starts_weakly or ends_weakly


@lru_cache(maxsize=16_384)
def phrases_of(text: str) -> dict[str, tuple[str, int]]:
    """Runs of one to three content words: stemmed -> as written (case-folded) and how often. Weak ones are left out."""
    phrases: dict[str, tuple[str, int]] = {}
    for piece in re.split(r"[.,;:()?!\"]", for_search(text)):
        run: list[str] = []
        for word in [*_PHRASE.findall(piece), "the"]:
            folded = word.casefold()
            if folded not in SCAFFOLD and not looks_like_name(word):
                run.append(folded)
                continue
            for n in (1, 2, 3):
                for start in range(len(run) - n + 1):
                    phrase = " ".join(run[start : start + n])
                    if not _is_weak(phrase):
                        stem = " ".join(map(_stem, phrase.split()))
                        phrases[stem] = (phrase, phrases.get(stem, ("", 0))[1] + 1)
            run = []
    return phrases


def _stem(word: str) -> str:
    return terms(word)[0] if terms(word) else word
