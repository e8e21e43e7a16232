"""A judge's trial: forty shipped claims of known truth over invented abstracts, so that nobody has to believe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from service.annotate import AnnotatedAbstract, annotate
from service.judge.model import Claim, Judge, Judgement, Label
from service.records import Citation, Paper
from service.records.rates import Rate
from service.sample import judge_claims_path

_LABELS: Final[tuple[Label, ...]] = get_args(Label)


@dataclass(frozen=True, slots=True)
class TrialClaim:
    """A claim with its truth. `kind`: how a true one is worded, or in what a false one is wrong."""

    claim: Claim
    true: bool
    kind: str
    field: str


@dataclass(frozen=True, slots=True)
class TrialVerdict:
    """A claim of the trial with what the judge said of it."""

    claim: TrialClaim
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Trial:
    """What a judge made of the claims. `failure`: it could not be asked about some, so this is no measurement."""

    judge: str
    verdicts: tuple[TrialVerdict, ...]
    failure: str | None = None

    @property
    def false_accepts(self) -> Rate:
        """Of the false claims, those called supported."""
        return _labelled(self._of(true=False), "supported")

    @property
    def true_lost(self) -> Rate:
        """Of the true claims, those not called supported, for whatever reason."""
        kept = _labelled(self._of(true=True), "supported")
        return Rate(kept.n - kept.hits, kept.n)

    @property
    def undecided(self) -> Rate:
        return _labelled(self.verdicts, "undecided")

    def kinds(self) -> dict[tuple[bool, str], dict[Label, int]]:
        """How often each label was given, by truth and kind, true ones first."""
        order = dict.fromkeys(
            sorted(((v.claim.true, v.claim.kind) for v in self.verdicts), key=lambda k: (not k[0], k[1]))
        )
        return {key: self._labels(key) for key in order}

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `judge --try`."""
        return {
            "judge": self.judge,
            "claims": len(self.verdicts),
            "failure": self.failure,
            "false_accepts": self.false_accepts.as_document(),
            "true_lost": self.true_lost.as_document(),
            "undecided": self.undecided.as_document(),
            "kinds": [{"true": true, "kind": kind, **labels} for (true, kind), labels in self.kinds().items()],
            "verdicts": [_document(v) for v in self.verdicts],
        }

    def _of(self, *, true: bool) -> list[TrialVerdict]:
        return [v for v in self.verdicts if v.claim.true is true]

    def _labels(self, key: tuple[bool, str]) -> dict[Label, int]:
        held = [v.judgement.label for v in self.verdicts if (v.claim.true, v.claim.kind) == key]
        return {label: held.count(label) for label in _LABELS}


def try_judge(judge: Judge) -> Trial:
    """What a judge makes of the shipped claims, given to it as the sentences of one text are."""
    claims, abstracts = trial_claims()
    said = judge.support([c.claim for c in claims], abstracts)
    failure: str | None = getattr(judge, "failure", None)
    return Trial(judge.name, tuple(map(TrialVerdict, claims, said)), failure)


def trial_claims() -> tuple[list[TrialClaim], dict[str, AnnotatedAbstract]]:
    """The shipped claims, with the abstracts that they cite by paper id."""
    rows = [json.loads(line) for line in judge_claims_path().read_text(encoding="utf-8").splitlines()]
    papers = {row["paper"]: row for row in rows if "paper" in row}
    abstracts = {key: annotate(Paper(row["title"], row["abstract"], key)) for key, row in papers.items()}
    claims = [_read(row, papers) for row in rows if "claim" in row]
    return claims, abstracts


def _read(row: Mapping[str, Any], papers: Mapping[str, Mapping[str, Any]]) -> TrialClaim:
    cited = tuple(Citation("", q["paper"], q["quote"], q["start"], q["end"]) for q in row["quotes"])
    field = papers[row["quotes"][0]["paper"]]["field"]
    return TrialClaim(Claim(row["claim"], cited), row["true"], row["kind"], field)


def _labelled(verdicts: Iterable[TrialVerdict], label: Label) -> Rate:
    held = [v.judgement.label == label for v in verdicts]
    return Rate(sum(held), len(held))


def _document(verdict: TrialVerdict) -> dict[str, Any]:
    claim, judgement = verdict.claim, verdict.judgement
    return {
        "text": claim.claim.text,
        "true": claim.true,
        "kind": claim.kind,
        "field": claim.field,
        "label": judgement.label,
        "reason": judgement.reason,
    }
