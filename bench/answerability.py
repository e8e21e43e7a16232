"""Fits and measures what becomes of a question, on hand-written questions of five fields and two benchmarks.

    python bench/answerability.py --cache /tmp/cache/fields --fit          choosing half: coefficients, curve, features
    python bench/answerability.py --cache /tmp/cache/fields --report       the other half, with the table as it stands

Questions belong to a half by the parity of n // 2: n itself is even for answerable ones and odd for near misses.
Answerable questions are also asked with their paper taken away, and of another field's library; so are overviews,
comparisons and facts in other words (eval/datasets/broad_questions.jsonl), which only fit the score of the subject.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from field_libraries import DATA, FIELDS, RecordedCorpus, records
from numpy.typing import NDArray

from eval.datasets.halves import is_for_choosing
from eval.datasets.questions import (
    questions_of_no_field,
    read_broad_questions,
    read_questions,
    read_trial_prompts,
)
from service.review.evidence.answerability import (
    DECIDING,
    about_unknown,
    asked,
    coined_keys,
    features,
    least_held,
    outcome,
    p_subject,
    speaks,
    subject_features,
)
from service.review.evidence.calibration import COEFFICIENTS, SUBJECT
from service.review.evidence.finding import CANDIDATES, EMBEDDED, scored_candidates, unknown_to
from service.review.question.words import query_from_words
from service.text.normal import title_key

NAMES = tuple(COEFFICIENTS)[1:]
BROAD = tuple(dict.fromkeys(q.kind for q in read_broad_questions()))
WEIGHTS = {"answerable": 1.0, "near miss": 1.0}
OTHER_WEIGHT = 0.2
"""Of a question whose paper is taken away or that is a benchmark's: there are more of them, and they are easier."""
FOLDS = 5
SUBJECT_WEIGHTS = {"trial prompt": 0.2, "pubmedqa": 0.2, "another field, broad": 0.5}
TAKEN_AWAY_WEIGHT = 0.1


@dataclass(frozen=True)
class Item:
    """A question to a library: `kind` names its set, `own` its papers' title keys."""

    field: str
    text: str
    answerable: bool
    kind: str
    own: tuple[str, ...]
    choosing: bool
    gold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What was found for an item: a row of features a sentence, and which paper and sentence it is.

    `subject`: features of whether the library speaks of the subject; `named`: the question names a system it coins;
    `unknown`: each part is about a name that no paper holds.
    """

    item: Item
    rows: NDArray[np.float64]
    relevance: NDArray[np.float64]
    papers: tuple[str, ...]
    sentences: tuple[str, ...]
    subject: tuple[float, float]
    named: bool
    unknown: bool
    least_held: float

    @property
    def held(self) -> bool:
        return not self.unknown and (self.named or p_subject(self.subject) >= self.least_held)

    @property
    def broad(self) -> bool:
        return self.item.kind in BROAD or self.item.kind == "another field, broad"


def items(data: Path = DATA) -> Iterator[Item]:
    """Every question of both halves."""
    for q in read_questions(data):
        yield Item(q.field, q.text, q.answerable, q.kind, q.own, q.for_choosing, q.gold)
        if q.answerable:
            yield Item(q.field, q.text, False, "paper taken away", q.own, q.for_choosing)
    for q in read_trial_prompts(data):
        yield Item("rct", q.text, True, "trial prompt", q.own, q.for_choosing, q.gold)
        yield Item("rct", q.text, False, "trial prompt, paper taken away", q.own, q.for_choosing)
    for q in read_broad_questions():
        yield Item(q.field, q.text, q.answerable, q.kind, q.own, q.for_choosing)
        other = FIELDS[(FIELDS.index(q.field) + 2) % len(FIELDS)]
        yield Item(other, q.text, False, "another field, broad", (), q.for_choosing)
    for q in questions_of_no_field():
        yield Item(q.field, q.text, False, q.kind, (), q.for_choosing)
    yield from _pubmedqa(data)


def _pubmedqa(data: Path) -> Iterator[Item]:
    """PubMedQA's questions beside their own abstract, without its title, and beside its neighbours."""
    rows = list(records(data / "pubmedqa/pqal_train.jsonl"))
    random.Random(0).shuffle(rows)
    for r in rows[:140]:
        own, half = (title_key(r["question"]),), is_for_choosing(str(r["id"]))
        yield Item("rct", r["question"], True, "pubmedqa", own, half)
        yield Item("rct", r["question"], False, "pubmedqa, paper taken away", own, half)


def measured(item: Item, corpus: RecordedCorpus) -> Measured | None:
    """What is found for the item; `None` where its paper is not in the library."""
    if not corpus.by_title.keys() >= set(item.own):
        return None
    own = frozenset(corpus.by_title[key].paper_id for key in item.own)
    corpus.without = own if "taken away" in item.kind else frozenset()
    corpus.untitled = own if item.kind == "pubmedqa" else frozenset()
    query = query_from_words(item.text, corpus)
    rows, relevance, papers, sentences, named = [], [], [], [], False
    scored = scored_candidates(corpus, query, most=CANDIDATES, embedded=EMBEDDED, filters=None)
    strange = about_unknown(query, unknown_to(corpus, query, scored))
    for part, found, about in zip(query.parts, scored, strange, strict=True):
        wanted = asked(corpus, part)
        coined = coined_keys(part, found)
        named = named or bool(coined)
        for paper in found[:DECIDING]:
            rows.append(features(wanted, paper) * (speaks(paper, coined) & (not about))[:, None])
            relevance += [e.relevance for e in paper.sentences]
            papers += [title_key(corpus.papers[paper.paper.paper_id].title)] * len(paper.sentences)
            sentences += [e.text for e in paper.sentences]
    stacked = np.concatenate(rows) if rows else np.zeros((0, len(NAMES)))
    subject = subject_features(corpus, query, scored)
    return Measured(
        item,
        stacked,
        np.array(relevance),
        tuple(papers),
        tuple(sentences),
        subject,
        named,
        all(strange),
        least_held(query),
    )


def fitted(rows: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intercept and coefficients of a ridge logistic regression (Newton's method)."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    x = np.c_[np.ones(len(rows)), (rows - mean) / spread]
    ridge = 2.0 * np.eye(x.shape[1])
    ridge[0, 0] = 0.0
    b = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-x @ b))
        curvature = (x * (weights * p * (1 - p))[:, None]).T @ x + ridge
        b += np.linalg.solve(curvature, x.T @ (weights * (labels - p)) - ridge @ b)
    slopes = b[1:] / spread
    return np.array([b[0] - float(slopes @ mean), *slopes])


def fit(found: Sequence[Measured], columns: Sequence[int]) -> NDArray[np.float64]:
    """Coefficients over each question's best sentence, which is chosen anew by each fit's own coefficients."""
    labels = np.array([float(m.item.answerable) for m in found])
    weights = np.array([WEIGHTS.get(m.item.kind, OTHER_WEIGHT) for m in found])
    scores = [m.relevance for m in found]
    b = np.zeros(len(columns) + 1)
    for _ in range(5):
        rows = np.array([m.rows[int(np.argmax(s)), columns] for m, s in zip(found, scores, strict=True)])
        b = fitted(rows, labels, weights)
        scores = [m.rows[:, columns] @ b[1:] for m in found]
    return b


def best_logits(found: Sequence[Measured], columns: Sequence[int], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([float((m.rows[:, columns] @ b[1:]).max()) + b[0] for m in found])


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that one of `higher` is above one of `lower`; ties count half."""
    above = np.sign(np.subtract.outer(np.asarray(higher), np.asarray(lower)))
    return float((above.mean() + 1) / 2)


def wilson(hits: int, n: int) -> str:
    """A share with its 95 % interval (Wilson 1927)."""
    if n == 0:
        return "-"
    p, z = hits / n, 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{p:.3f} [{max(middle - half, 0):.3f}, {min(middle + half, 1):.3f}] of {n}"


def of_kind(found: Sequence[Measured], z: NDArray[np.float64], kind: str, field: str | None = None) -> list[float]:
    pairs = zip(found, z, strict=True)
    return [float(v) for m, v in pairs if m.item.kind == kind and field in (None, m.item.field)]


def show_fit(found: Sequence[Measured]) -> None:
    """The table, the curve, and what each feature adds when it comes and costs when it goes."""
    every = list(range(len(NAMES)))
    _show_subject(found)
    found = [m for m in found if not m.broad]
    b = fit(found, every)
    print("COEFFICIENTS:", {k: round(float(v), 3) for k, v in zip(COEFFICIENTS, b, strict=True)})
    z = _held_out_logits(found, every)
    answerable, near = of_kind(found, z, "answerable"), of_kind(found, z, "near miss")
    print(f"AUROC {auroc(answerable, near):.3f}; share of answerable held back, threshold, near misses let through:")
    for held_back in (0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        cut = float(np.quantile(answerable, held_back))
        print(f"  {held_back:.2f}  p={1 / (1 + np.exp(-cut)):.3f}  {np.mean(np.array(near) >= cut):.3f}")
    for at in (0.45, 0.5, 0.55, 0.6):
        cut = float(np.log(at / (1 - at)))
        print(
            f"  p={at:.2f}  held back {np.mean(np.array(answerable) < cut):.3f}  {np.mean(np.array(near) >= cut):.3f}"
        )
    for i, name in enumerate(NAMES):
        added = _auroc_with(found, [0, 1] if i < 2 else [0, 1, i])
        less = _auroc_with(found, [j for j in every if j != i])
        print(f"  {name:<24} two coverages and it {added:.3f}   all but it {less:.3f}")


def _auroc_with(found: Sequence[Measured], columns: Sequence[int]) -> float:
    z = _held_out_logits(found, columns)
    return auroc(of_kind(found, z, "answerable"), of_kind(found, z, "near miss"))


def _held_out_logits(found: Sequence[Measured], columns: Sequence[int]) -> NDArray[np.float64]:
    """Each question's best logit by coefficients fitted without its fifth of the papers."""
    papers = sorted({m.item.own or (m.item.text,) for m in found})
    random.Random(0).shuffle(papers)
    fold = {paper: i % FOLDS for i, paper in enumerate(papers)}
    of = np.array([fold[m.item.own or (m.item.text,)] for m in found])
    z = np.zeros(len(found))
    for k in range(FOLDS):
        b = fit([m for m, f in zip(found, of, strict=True) if f != k], columns)
        z[of == k] = best_logits([m for m, f in zip(found, of, strict=True) if f == k], columns, b)
    return z


def _show_subject(found: Sequence[Measured]) -> None:
    """Coefficients of whether the subject is spoken of, and what is refused of each kind."""
    used = [m for m in found if m.item.kind != "near miss" and (m.item.answerable or m.item.kind not in BROAD)]
    weights = [
        TAKEN_AWAY_WEIGHT if "taken away" in m.item.kind else SUBJECT_WEIGHTS.get(m.item.kind, 1.0) for m in used
    ]
    labels = np.array([float(m.item.answerable) for m in used])
    b = fitted(np.array([m.subject for m in used]), labels, np.array(weights))
    print("SUBJECT:", {k: round(float(v), 3) for k, v in zip(SUBJECT, b, strict=True)})
    p = 1 / (1 + np.exp(-b[0] - np.array([m.subject for m in found]) @ b[1:]))
    kinds = list(dict.fromkeys(m.item.kind for m in found))
    for at in (0.2, 0.25, 0.3, 0.35, 0.4):
        below = {k: np.mean([v < at for v, m in zip(p, found, strict=True) if m.item.kind == k]) for k in kinds}
        print(f"  refused below {at}:", ", ".join(f"{kind} {share:.2f}" for kind, share in below.items()))


def show_report(found: Sequence[Measured]) -> None:
    """Outcomes by kind and field with the table as it stands, and whether the right paper and sentence are shown."""
    b = np.array(list(COEFFICIENTS.values()))
    z = best_logits(found, list(range(len(NAMES))), b)
    p = 1 / (1 + np.exp(-z))
    print(f"AUROC {auroc(of_kind(found, z, 'answerable'), of_kind(found, z, 'near miss')):.3f}")
    for kind in dict.fromkeys(m.item.kind for m in found):
        for field in (None, *FIELDS) if kind in (*WEIGHTS, *BROAD) else (None,):
            of = [
                (m, v) for m, v in zip(found, p, strict=True) if m.item.kind == kind and field in (None, m.item.field)
            ]
            ends = [outcome(v, held=m.held) for m, v in of]
            answered, refused, n = ends.count("answered"), ends.count("not_in_corpus"), len(ends)
            print(
                f"{kind:<32}{field or 'all':<8} answered {wilson(answered, n)}  "
                f"uncertain {wilson(n - answered - refused, n)}  refused {wilson(refused, n)}"
            )
    asked_ones = [m for m in found if m.item.kind == "answerable"]
    for most in (1, 3):
        papers = sum(m.item.own[0] in list(dict.fromkeys(m.papers))[:most] for m in asked_ones)
        print(f"right paper among the first {most}: {wilson(papers, len(asked_ones))}")
    for most in (1, 2, 3):
        for name, shown in (("relevance", _by_relevance), ("probability", _by_probability)):
            right = sum(_shows_gold(m, shown(m, most)) for m in asked_ones)
            print(f"right sentence among {most} of its paper by {name}: {wilson(right, len(asked_ones))}")


def _by_relevance(m: Measured, most: int) -> list[str]:
    return _of_own_paper(m, m.relevance, most)


def _by_probability(m: Measured, most: int) -> list[str]:
    return _of_own_paper(m, m.rows @ np.array(list(COEFFICIENTS.values()))[1:], most)


def _of_own_paper(m: Measured, scores: NDArray[np.float64], most: int) -> list[str]:
    own = [i for i, paper in enumerate(m.papers) if paper in m.item.own]
    order = sorted(own, key=lambda i: -float(scores[i]))
    return list(dict.fromkeys(m.sentences[i] for i in order))[:most]


def _shows_gold(m: Measured, shown: Sequence[str]) -> bool:
    """Whether a sentence that answers is among those shown; a gold quote may be a part of one."""
    return any(quote.strip(" .") in sentence or sentence in quote for quote in m.item.gold for sentence in shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="folder of the fields' libraries; built in some minutes")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--report", action="store_true", help="look at the half that nothing was chosen on")
    parser.add_argument("--hand-written", action="store_true", help="leave the two benchmarks out")
    arguments = parser.parse_args()
    if arguments.cache is None or not DATA.is_dir():
        print("not run: it needs ../shared/data and, with --cache, a folder for five libraries")
        return
    corpora: dict[str, RecordedCorpus] = {field: RecordedCorpus(field, arguments.cache) for field in FIELDS}
    wanted = [item for item in items() if item.choosing is not arguments.report]
    if arguments.hand_written:
        wanted = [item for item in wanted if item.kind in (*WEIGHTS, *BROAD, "paper taken away")]
    found = [m for item in wanted if (m := measured(item, corpora[item.field])) is not None and len(m.rows)]
    for corpus in corpora.values():
        corpus.save()
    if arguments.fit:
        show_fit(found)
    show_report(found)


if __name__ == "__main__":
    main()
