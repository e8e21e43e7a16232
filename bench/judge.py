"""What a judge's verdicts are worth: false ones called supported, true ones lost, what is left undecided.

    python -m bench.judge [--sets claims,scifact] [--scope abstract] [--half choose] [--json FILE]

Any `Judge` can be measured: `measure(judge, cases)`. Rates carry Wilson intervals of 95 %.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.judge_sets import NAMES, Case, read_cases
from service.judge import Judge, Judgement
from service.judge.alignment import AlignmentJudge, covered

_Z: Final = 1.96
_NEAR_VERBATIM: Final = 0.8
"""A claim is near-verbatim when one sentence of its paper holds this share of its words."""
LABELS: Final = ("supported", "partly", "contradicted", "not_said", "undecided")


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, with the interval of Wilson (1927)."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.n:
            return (0.0, 1.0)
        p, z2 = self.hits / self.n, _Z * _Z / self.n
        middle, spread = p + z2 / 2, _Z * math.sqrt(p * (1 - p) / self.n + z2 / (4 * self.n))
        return ((middle - spread) / (1 + z2), (middle + spread) / (1 + z2))

    def __str__(self) -> str:
        low, high = self.interval
        return "-" if self.share is None else f"{self.share:.3f} [{low:.3f}, {high:.3f}] of {self.n}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A case with what the judge said of it."""

    case: Case
    judgement: Judgement


def measure(judge: Judge, cases: Sequence[Case]) -> list[Verdict]:
    """Each case judged by itself."""
    return [Verdict(case, judge.support([case.claim], case.abstracts)[0]) for case in cases]


def rates(verdicts: Iterable[Verdict]) -> dict[str, Rate]:
    """The shares that matter of a group of verdicts."""
    true = [v for v in verdicts if v.case.true]
    false = [v for v in verdicts if not v.case.true]
    near = [v for v in false if v.case.label == "contradicted" and near_verbatim(v.case)]
    return {
        "false called supported": _share(false, "supported"),
        "true called supported": _share(true, "supported"),
        "true called contradicted": _share(true, "contradicted"),
        "true called not said": _share(true, "not_said"),
        "undecided": _share([*true, *false], "undecided"),
        "false called contradicted or not said": _share(false, "contradicted", "not_said"),
        "near-verbatim contradicted ones found": _share(near, "contradicted", "not_said"),
    }


def near_verbatim(case: Case) -> bool:
    """Whether one sentence of the cited paper holds nearly all words of the claim."""
    return any(covered(case.claim.text, abstract) >= _NEAR_VERBATIM for abstract in case.abstracts.values())


def risk_coverage(verdicts: Iterable[Verdict]) -> list[dict[str, float]]:
    """By falling score of what is called supported: the share of all true ones shown, and of false among the shown."""
    held = list(verdicts)
    total = sum(v.case.true for v in held) or 1
    shown = sorted((v for v in held if v.judgement.label == "supported"), key=lambda v: -v.judgement.score)
    curve, true = [], 0
    for n, verdict in enumerate(shown, start=1):
        true += verdict.case.true
        if n == len(shown) or shown[n].judgement.score < verdict.judgement.score:
            curve.append({"score": verdict.judgement.score, "coverage": true / total, "risk": 1 - true / n})
    return curve


def _share(verdicts: Sequence[Verdict], *labels: str) -> Rate:
    return Rate(sum(v.judgement.label in labels for v in verdicts), len(verdicts))


def _by_kind(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, dict[str, Rate]]]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        groups[f"{'true' if v.case.true else 'false'} {v.case.kind}"].append(v)
        groups[f"field {v.case.field}"].append(v)
    for name in sorted(groups):
        yield name, {label: _share(groups[name], label) for label in LABELS}


def report(name: str, verdicts: Sequence[Verdict], *, kinds: bool) -> dict[str, object]:
    """Print one set's table; return it as data."""
    print(f"\n{name}: {len(verdicts)} claims")
    overall = rates(verdicts)
    for what, rate in overall.items():
        print(f"  {what:40} {rate}")
    groups = dict(_by_kind(verdicts))
    if kinds:
        print(f"  {'':34}{'n':>5} " + " ".join(f"{label:>12}" for label in LABELS))
        for group, shares in groups.items():
            print(f"  {group:34}{shares[LABELS[0]].n:5} " + " ".join(f"{shares[x].share or 0:12.3f}" for x in LABELS))
    curve = risk_coverage(verdicts)
    for point in curve[:: max(1, len(curve) // 6)] if kinds else []:
        print(f"  score >= {point['score']:.2f}: coverage {point['coverage']:.3f}, risk {point['risk']:.3f}")
    return {
        "rates": {what: asdict(rate) for what, rate in overall.items()},
        "groups": {group: {x: asdict(r) for x, r in shares.items()} for group, shares in groups.items()},
        "risk_coverage": curve,
    }


def run(judge: Judge, sets: Sequence[str], *, scope: str, half: str, file: Path | None = None) -> Mapping[str, object]:
    """Measure a judge over sets of claims. `half`: "choose", "report" or "all"."""
    found: dict[str, object] = {"judge": judge.name, "scope": scope, "half": half}
    for name in sets:
        wanted = {"choose": (True,), "report": (False,), "all": (True, False)}[half]
        cases = [c for c in read_cases(name, scope=scope) if c.for_choosing in wanted]
        begun = time.perf_counter()
        verdicts = measure(judge, cases)
        spent = 1000 * (time.perf_counter() - begun) / max(1, len(cases))
        found[name] = report(name, verdicts, kinds=name in ("claims", "strong_writer")) | {"ms_a_claim": spent}
        print(f"  {spent:.1f} ms a claim")
    if file is not None:
        file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sets", default=",".join(NAMES))
    parser.add_argument("--scope", choices=("quotes", "abstract"), default="abstract")
    parser.add_argument("--half", choices=("choose", "report", "all"), default="choose")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    run(AlignmentJudge(), options.sets.split(","), scope=options.scope, half=options.half, file=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
