"""How well the gate tells supported sentences from others, on three sets judged by people, and on seeded mutants.

    python bench/gate.py [--plot roc.png] [--fit] [--mutants [--show]]

For SciFact, WiCE and Citation-Integrity (development halves): the AUROC of the gate's score, fitted anew on the other
four folds of all sets, against lexical overlap alone (share of content words carried); precision, recall and false
accepts of the gate as shipped, and of overlap at a threshold that accepts as many. In brackets the lowest and highest
of five folds. `--fit` prints the coefficients of `service/review/faithful/scoring.py`; `--mutants` corrupts true
sentences, hand-written over the sample and SciFact's own, and prints the share that the gate refuses or marks.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import gate_mutants
import numpy as np
from gate_sets import DATA, NAMES, Pair, read_pairs
from numpy.typing import NDArray

from service.review.faithful.carrying import carried
from service.review.faithful.scoring import features, probability
from service.review.faithful.wording import sentences_of
from service.review.judgement import alike, judge, names_of, objections
from service.text.normal import for_search

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
_FOLDS = 5
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Measured:
    """One set: the four features of each pair, what a person said, and whether the shipped gate shows it."""

    x: Numbers
    supported: Mask
    accepted: Mask
    shipped: Numbers
    fold: NDArray[np.int64]

    @property
    def overlap(self) -> Numbers:
        return self.x[:, 0]


def measured(pairs: Sequence[Pair]) -> Measured:
    rows, accepted, shipped = [], [], []
    for pair in pairs:
        text, quotes = alike(pair.claim, pair.quotes)
        share = carried(for_search(text), sentences_of(quotes), names_of([pair.paper])).words
        faults = {o.fault for o in objections(text, quotes, [pair.paper])}
        rows.append(features(share, faults))
        shipped.append(probability(share, faults))
        accepted.append(judge(pair.claim, pair.quotes, [pair.paper]).verdict in ("supported", "partial"))
    order = np.random.default_rng(0).permutation(len(pairs))
    fold = np.empty(len(pairs), np.int64)
    fold[order] = np.arange(len(pairs)) % _FOLDS
    supported = np.array([p.supported for p in pairs])
    return Measured(np.array(rows), supported, np.array(accepted), np.array(shipped), fold)


def auroc(scores: Numbers, positive: Mask) -> float:
    """Mann-Whitney: how often a positive is scored above a negative, ties half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n, m = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def fitted(sets: Sequence[Measured], without: int | None = None) -> Numbers:
    """Logistic coefficients, intercept last, by Newton's method; every set and class weighs the same."""
    kept = [s.fold != without for s in sets]
    x = np.concatenate([np.c_[s.x[k], np.ones(k.sum())] for s, k in zip(sets, kept, strict=True)])
    y = np.concatenate([s.supported[k] for s, k in zip(sets, kept, strict=True)]).astype(float)
    weights = np.concatenate([_balanced(s.supported[k]) for s, k in zip(sets, kept, strict=True)])
    ridge = _RIDGE * np.diag([1.0] * (x.shape[1] - 1) + [0.0])
    b = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ b))
        gradient = x.T @ (weights * (p - y)) + ridge @ b
        b -= np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x + ridge, gradient)
    return b


def _balanced(y: Mask) -> Numbers:
    weights: Numbers = np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum()) / 3
    return weights


def held_out(sets: Mapping[str, Measured]) -> dict[str, Numbers]:
    """Scores of each pair under coefficients fitted without its fold."""
    scores = {name: np.zeros(len(s.fold)) for name, s in sets.items()}
    for fold in range(_FOLDS):
        b = fitted(list(sets.values()), without=fold)
        for name, s in sets.items():
            at = s.fold == fold
            scores[name][at] = np.c_[s.x[at], np.ones(at.sum())] @ b
    return scores


def _spread(values: Sequence[float]) -> str:
    return f"[{min(values):.2f}, {max(values):.2f}]"


def _areas(scores: Numbers, s: Measured) -> str:
    folds = [auroc(scores[s.fold == f], s.supported[s.fold == f]) for f in range(_FOLDS)]
    return f"{auroc(scores, s.supported):.3f} {_spread(folds)}"


def _rates(accepted: Mask, s: Measured) -> str:
    """Precision, recall and false-accept rate."""

    def of(at: Mask) -> tuple[float, float, float]:
        shown, true = accepted[at], s.supported[at]
        return float(true[shown].mean()) if shown.any() else 0.0, float(shown[true].mean()), float(shown[~true].mean())

    whole = of(np.ones(len(s.fold), bool))
    folds = [of(s.fold == f) for f in range(_FOLDS)]
    names = ("precision", "recall", "false accepts")
    return "  ".join(
        f"{n} {v:.3f} {_spread([f[i] for f in folds])}" for i, (n, v) in enumerate(zip(names, whole, strict=True))
    )


def report(sets: Mapping[str, Measured]) -> None:
    scores = held_out(sets)
    for name, s in sets.items():
        alike = s.overlap >= np.sort(s.overlap)[::-1][max(int(s.accepted.sum()) - 1, 0)]
        print(f"{name}: {len(s.fold)} pairs, {s.supported.mean():.1%} supported")
        print(f"  AUROC    gate {_areas(scores[name], s)}   overlap alone {_areas(s.overlap, s)}")
        print(f"  gate     shows {s.accepted.sum():>4}  {_rates(s.accepted, s)}")
        print(f"  overlap  shows {alike.sum():>4}  {_rates(alike, s)}")


def plot(sets: Mapping[str, Measured], path: Path) -> None:
    """The ROC of every set, held out, with overlap alone dashed and the shipped gate as a dot."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    scores = held_out(sets)
    figure, axes = plt.subplots(figsize=(6, 6))
    for (name, s), colour in zip(sets.items(), itertools.cycle(("C0", "C1", "C2")), strict=False):
        for values, style, label in ((scores[name], "-", name), (s.overlap, "--", None)):
            order = np.argsort(-values, kind="stable")
            hits, false = np.cumsum(s.supported[order]), np.cumsum(~s.supported[order])
            axes.plot(false / false[-1], hits / hits[-1], style, color=colour, label=label)
        axes.plot(s.accepted[~s.supported].mean(), s.accepted[s.supported].mean(), "o", color=colour)
    axes.set(xlabel="unsupported sentences shown", ylabel="supported sentences shown", title="dashed: overlap alone")
    axes.legend()
    figure.savefig(path, dpi=150)
    print(f"wrote {path}")


def mutants(pairs: Sequence[Pair], *, show: bool) -> None:
    """Caught shares by class, over hand-written sentences and over SciFact's supported claims that pass."""
    claims, papers = gate_mutants.sample()
    _print_mutants("hand-written over the sample", claims, papers, show=show)
    if pairs:
        chosen = [(p.claim, p.quotes, p.paper) for p in pairs if p.supported]
        _print_mutants("SciFact's supported claims", *gate_mutants.scifact_claims(chosen), show=show)


def _print_mutants(title: str, claims: list, papers: Mapping, *, show: bool) -> None:  # type: ignore[type-arg]
    good = [c for c in claims if gate_mutants.verdict(c, papers) == "passed"]
    found = gate_mutants.fates(good, papers, seeds=3)
    print(f"\n{title}: {len(good)} of {len(claims)} pass; {found.made.total()} mutants, {found.caught:.1%} caught")
    for name, made in found.made.items():
        refused, marked = found.refused[name], found.marked[name]
        print(f"  {name:<28} {made:>4}  refused {refused:>4}  marked {marked:>3}  {(refused + marked) / made:.3f}")
    kept = gate_mutants.controls(good, papers)
    print(f"  the same in near-synonyms: {kept['passed']} pass, {kept['marked']} marked, {kept['refused']} refused")
    for name, mutant in found.passed if show else ():
        print(f"  passed: {name}: {mutant.text}\n          <- {' // '.join(c.quote for c in mutant.citations)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the ROC curves here")
    parser.add_argument("--fit", action="store_true", help="print the coefficients fitted on everything")
    parser.add_argument("--mutants", action="store_true", help="corrupt true sentences instead")
    parser.add_argument("--show", action="store_true", help="with --mutants: print those that pass")
    options = parser.parse_args()
    missing = [name for name in NAMES if not (options.data / name).is_dir()]
    if options.mutants:
        mutants([] if missing else read_pairs("scifact", options.data), show=options.show)
        return
    if missing:
        print(f"skipped: {options.data} holds no {', '.join(missing)}")
        return
    sets = {name: measured(read_pairs(name, options.data)) for name in NAMES}
    report(sets)
    if options.fit:
        b = fitted(list(sets.values()))
        print("carried {:.2f}  figure {:.2f}  name {:.2f}  turned {:.2f}  intercept {:.2f}".format(*b))
    if options.plot is not None:
        plot(sets, options.plot)


if __name__ == "__main__":
    main()
