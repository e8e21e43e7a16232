"""What a judge's verdicts on claims of known truth are worth. Rates carry Wilson intervals of 95 %.

A judge that is silent, or denies everything, accepts nothing that is false: so the rate of false accepts stands beside
the share of true claims that are called supported, and the one figure that sums both up is 0 for such a judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from eval.datasets.claims import LabelledClaim
from service.annotate import AnnotatedAbstract
from service.judge import Judge, Judgement, Label
from service.judge.alignment import covered
from service.records.rates import Rate

LABELS: Final[tuple[Label, ...]] = get_args(Label)
_NEAR_VERBATIM: Final = 0.8
"""A claim is near-verbatim when one sentence of its paper holds this share of its words."""
_BATCH: Final = 25


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with what the judge said of it. `failure`: the judge could not be asked, so nothing is scored."""

    claim: LabelledClaim
    judgement: Judgement
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Of claims whose score is at least `score`: `coverage`, of all true ones; `risk`, the share that is false."""

    score: float
    coverage: float
    risk: float


def judge_claims(
    new_judge: Callable[[], Judge], claims: Sequence[LabelledClaim], on_batch: Callable[[int], object] = lambda _: None
) -> list[JudgedClaim]:
    """Every claim judged, 25 to a judge, as a text's claims are: each judge brings a budget and deadline of its own."""
    found: list[JudgedClaim] = []
    for at in range(0, len(claims), _BATCH):
        batch = claims[at : at + _BATCH]
        abstracts: dict[str, AnnotatedAbstract] = {}
        for claim in batch:
            abstracts |= claim.abstracts
        judge = new_judge()
        said = judge.support([claim.claim for claim in batch], abstracts)
        failure: str | None = getattr(judge, "failure", None)
        for claim, judgement in zip(batch, said, strict=True):
            found.append(JudgedClaim(claim, judgement, failure if judgement.label == "undecided" else None))
        on_batch(len(batch))
    return found


def rates(judged: Iterable[JudgedClaim]) -> dict[str, Rate]:
    """The shares that matter, false accepts first. What a judge could not be asked of is in none of them."""
    scored = [j for j in judged if j.failure is None]
    true = [j for j in scored if j.claim.true]
    false = [j for j in scored if not j.claim.true]
    near = [j for j in scored if near_verbatim(j.claim)]
    turned = [j for j in near if j.claim.label == "contradicted"]
    supported = [j for j in scored if j.judgement.label == "supported"]
    return {
        "false called supported": labelled(false, "supported"),
        "true called supported": labelled(true, "supported"),
        "true among what is called supported": Rate(sum(j.claim.true for j in supported), len(supported)),
        "true called contradicted": labelled(true, "contradicted"),
        "true called not said": labelled(true, "not_said"),
        "false called contradicted or not said": labelled(false, "contradicted", "not_said"),
        "near-verbatim true ones called supported": labelled([j for j in near if j.claim.true], "supported"),
        "near-verbatim contradicted ones found": labelled(turned, "contradicted", "not_said"),
        "undecided": labelled(scored, "undecided"),
    }


def informedness(judged: Iterable[JudgedClaim]) -> float | None:
    """The share of true claims called supported less that of false ones (Youden 1950), in [-1, 1], higher is better.

    0 for whoever supports nothing, or everything; `None` without both kinds.
    """
    found = rates(judged)
    true, false = found["true called supported"].share, found["false called supported"].share
    return None if true is None or false is None else true - false


def near_verbatim(claim: LabelledClaim) -> bool:
    """Whether one sentence of a cited paper holds nearly all words of the claim."""
    return any(covered(claim.claim.text, abstract) >= _NEAR_VERBATIM for abstract in claim.abstracts.values())


def labelled(judged: Sequence[JudgedClaim], *labels: Label) -> Rate:
    """The share that was given one of the labels."""
    return Rate(sum(j.judgement.label in labels for j in judged), len(judged))


def by_group(judged: Iterable[JudgedClaim]) -> dict[str, dict[Label, Rate]]:
    """Shares of each label by truth and kind, and by truth and field."""
    groups: dict[str, list[JudgedClaim]] = defaultdict(list)
    for j in judged:
        if j.failure is None:
            truth = "true" if j.claim.true else "false"
            groups[f"{truth}, kind {j.claim.kind}"].append(j)
            groups[f"{truth}, field {j.claim.field}"].append(j)
    return {name: {label: labelled(groups[name], label) for label in LABELS} for name in sorted(groups)}


def risk_coverage(judged: Iterable[JudgedClaim]) -> list[Point]:
    """The curve over what is called supported, by falling score; empty where nothing is."""
    scored = [j for j in judged if j.failure is None]
    total = sum(j.claim.true for j in scored)
    shown = sorted((j for j in scored if j.judgement.label == "supported"), key=lambda j: -j.judgement.score)
    curve: list[Point] = []
    true = 0
    for n, j in enumerate(shown, start=1):
        true += j.claim.true
        if n == len(shown) or shown[n].judgement.score < j.judgement.score:
            curve.append(Point(j.judgement.score, true / total if total else 0.0, 1 - true / n))
    return curve


def as_document(judged: Sequence[JudgedClaim]) -> dict[str, Any]:
    """Everything measured of one set, as JSON values."""
    groups: Mapping[str, Mapping[Label, Rate]] = by_group(judged)
    return {
        "claims": len(judged),
        "not_asked": sum(j.failure is not None for j in judged),
        "informedness": informedness(judged),
        "rates": {name: rate.as_document() for name, rate in rates(judged).items()},
        "groups": {name: {x: rate.as_document() for x, rate in of.items()} for name, of in groups.items()},
        "risk_coverage": [{"score": p.score, "coverage": p.coverage, "risk": p.risk} for p in risk_coverage(judged)],
    }
