"""Distractor robustness: do the same questions get the same scores when other papers stand beside, or in other order?

The variants of a corpus: 5 and 20 papers from outside every topic that is asked about, imported first (so that order
and ids have every chance to matter), and the corpus's own records shuffled.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from eval.datasets.corpora import OFF_TOPIC
from eval.results.outcome import Outcome, SuiteResult
from eval.scorers import UNSCORED, Score
from eval.scorers.score import Better
from eval.stats import SEED

_IGNORED = ("length_words",)
_MEASURES: Mapping[str, Better] = {"same_scores": "higher", "same_answer": "higher", "vital_loss": "lower"}


def variants(files: tuple[Path, ...], folder: Path, *, seed: int = SEED) -> dict[str, tuple[Path, ...]]:
    """The files of each variant by name, written to `folder`. Text listings are shuffled as files, not as records."""
    strangers = OFF_TOPIC.read_text(encoding="utf-8").splitlines()
    made = {f"+{n}": (_written(folder / f"plus{n}.jsonl", strangers[:n]), *files) for n in (5, 20)}
    rng = random.Random(seed)
    shuffled = []
    for path in files:
        if path.suffix == ".jsonl":
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            rng.shuffle(lines)
            shuffled.append(_written(folder / f"shuffled-{path.name}", lines))
        else:
            shuffled.append(path)
    return {**made, "shuffled": tuple(reversed(shuffled))}


def robustness(name: str, plain: SuiteResult, changed: Mapping[str, SuiteResult]) -> SuiteResult:
    """Each case with, for every variant: all scores the same? claims the same? loss of vital nuggets.

    Length is left out of the scores. Measures are named `same_scores@+5` and so on.
    """
    others = {variant: {o.id: o for o in result.outcomes} for variant, result in changed.items()}
    outcomes = tuple(_outcome(o, {variant: of[o.id] for variant, of in others.items()}) for o in plain.outcomes)
    better = {f"{m}@{variant}": direction for variant in changed for m, direction in _MEASURES.items()}
    problems = tuple(f"{v}: {p}" for v, result in changed.items() for p in result.problems)
    return SuiteResult(name, outcomes, better, problems)


def _outcome(plain: Outcome, others: Mapping[str, Outcome]) -> Outcome:
    scores: dict[str, Score] = {}
    for variant, other in others.items():
        moved = tuple(_moved(plain, other))
        scores[f"same_scores@{variant}"] = Score(float(not moved), moved)
        scores[f"same_answer@{variant}"] = Score(float(_claims(plain) == _claims(other)))
        scores[f"vital_loss@{variant}"] = _loss(plain, other)
    failure = next((o.failure for o in (plain, *others.values()) if o.failure), None)
    return Outcome(plain.id, plain.kind, plain.question, plain.document, scores, plain.answered, failure)


def _moved(plain: Outcome, other: Outcome) -> Iterable[str]:
    for name, score in plain.scores.items():
        a, b = score.value, other.scores[name].value
        if name not in _IGNORED and a != b and (a is None or b is None or abs(a - b) > 1e-9):
            yield f"{name}: {_told(a)} -> {_told(b)}"


def _told(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.3f}"


def _loss(plain: Outcome, other: Outcome) -> Score:
    a, b = plain.scores["nugget_recall_vital"].value, other.scores["nugget_recall_vital"].value
    return UNSCORED if a is None or b is None else Score(a - b)


def _claims(outcome: Outcome) -> list[str]:
    found = (outcome.document or {}).get("sentences")
    return sorted(str(s.get("text")) for s in found if isinstance(s, dict)) if isinstance(found, list) else []


def _written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
