"""`eval claims`: what a judge says of claims of known truth over real abstracts of several fields."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast, get_args

from rich.table import Table

from eval.commands.command import Command, Outlets, bars_over
from eval.datasets.claims import SETS, Scope, missing, read_claims
from eval.datasets.halves import FINAL_ONLY, Half, drawn, of_half
from eval.tasks.judging import (
    LABELS,
    JudgedClaim,
    as_document,
    by_group,
    informedness,
    judge_claims,
    rates,
    risk_coverage,
)
from service.errors import UsageError
from service.judge import Judge
from service.judge.alignment import AlignmentJudge
from service.judge.policy import judge_for

_POINTS: Final = 7


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--half", choices=get_args(Half), default="choose", help="of each set (default: choose)")
    parser.add_argument(
        "--judge",
        choices=("alignment", "model"),
        default="alignment",
        help="model: LITWEAVE_JUDGE_MODEL, else LITWEAVE_MODEL (default: alignment)",
    )
    parser.add_argument("--sets", default=",".join(SETS), metavar="A,B", help=f"of {', '.join(SETS)} (default: all)")
    parser.add_argument(
        "--scope",
        choices=get_args(Scope),
        default="abstract",
        help="what a claim cites: the sentences its set quotes, or all of the abstract (default: abstract)",
    )
    parser.add_argument("--most", type=int, metavar="N", help="a seeded draw of N claims of each set (default: all)")
    parser.add_argument("--kinds", action="store_true", help="also by kind and field, and the risk-coverage curve")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything measured, as JSON")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 whatever the rates; 1 where the judge could not be asked about some claim."""
    names, half = _names(options), cast(Half, options.half)
    if half != "choose":
        outlets.stderr.print(FINAL_ONLY, soft_wrap=True)
    document: dict[str, Any] = {"half": half, "scope": options.scope}
    failed = 0
    with _judges(options.judge) as new_judge:
        document["judge"] = new_judge().name
        for name in names:
            reason = missing(name)
            if reason is not None:
                outlets.stderr.print(f"skipped {name}: {reason}", markup=False, soft_wrap=True)
                continue
            judged, seconds = _measured(name, options, new_judge, outlets)
            document[name] = as_document(judged) | {"ms_a_claim": 1000 * seconds / max(1, len(judged))}
            failed += sum(j.failure is not None for j in judged)
            _print(name, judged, seconds, outlets, kinds=options.kinds)
    if options.json is not None:
        options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _names(options: Namespace) -> list[str]:
    names = [name for name in options.sets.split(",") if name]
    unknown = [name for name in names if name not in SETS]
    if unknown or not names or (options.most is not None and options.most < 1):
        raise UsageError(f"--sets takes some of {', '.join(SETS)}; --most at least 1.")
    return names


@contextmanager
def _judges(kind: str) -> Iterator[Callable[[], Judge]]:
    """Makes a judge a batch of claims, a model's each with the budget and the deadline of one request."""
    if kind == "alignment":
        yield AlignmentJudge
        return
    from service.llm import Models
    from service.settings import Settings

    with tempfile.TemporaryDirectory(prefix="litweave-judge-") as folder:
        models = Models(Settings(), Path(folder))
        try:
            if models.judging() is None:
                raise UsageError("No model is configured: set LITWEAVE_JUDGE_MODEL or LITWEAVE_MODEL.")
            yield lambda: judge_for(models.judging(use_cache=False))
        finally:
            models.close()


def _measured(
    name: str, options: Namespace, new_judge: Callable[[], Judge], outlets: Outlets
) -> tuple[list[JudgedClaim], float]:
    every = read_claims(name, scope=options.scope)
    claims = drawn([c for c in every if of_half(options.half, for_choosing=c.for_choosing)], options.most)
    with bars_over(outlets.stderr) as bars:
        task = bars.add_task(f"judging {name}", total=len(claims))
        begun = perf_counter()
        judged = judge_claims(new_judge, claims, lambda n: bars.advance(task, n))
        return judged, perf_counter() - begun


def _print(name: str, judged: Sequence[JudgedClaim], seconds: float, outlets: Outlets, *, kinds: bool) -> None:
    table = Table(title=f"{name}: {len(judged)} claims, {seconds:.0f} s", title_justify="left")
    table.add_column("measure")
    table.add_column("share [95%] of n", justify="right")
    for measure, rate in rates(judged).items():
        table.add_row(measure, str(rate))
    both = informedness(judged)
    table.add_row("true less false called supported", "-" if both is None else f"{both:+.3f}")
    outlets.stdout.print(table, markup=False)
    failures = [j.failure for j in judged if j.failure is not None]
    if failures:
        outlets.stdout.print(f"not asked, so not scored: {len(failures)} claims ({failures[0]})", markup=False)
    if kinds:
        _print_kinds(judged, outlets)


def _print_kinds(judged: Sequence[JudgedClaim], outlets: Outlets) -> None:
    table = Table()
    for heading in ("claims", "n", "supported [95%]", *LABELS[1:]):
        table.add_column(heading, justify="left" if heading == "claims" else "right")
    for group, shares in by_group(judged).items():
        low, high = shares["supported"].interval
        supported = f"{shares['supported'].share or 0:.3f} [{low:.3f}, {high:.3f}]"
        others = (f"{shares[label].share or 0:.3f}" for label in LABELS[1:])
        table.add_row(group, str(shares["supported"].n), supported, *others)
    outlets.stdout.print(table, markup=False)
    curve = risk_coverage(judged)
    for point in [*curve[:: max(1, len(curve) // _POINTS)], *curve[-1:]]:
        outlets.stdout.print(
            f"  score >= {point.score:.2f}: coverage {point.coverage:.3f}, risk {point.risk:.3f}", highlight=False
        )


COMMAND = Command("claims", "what a judge says of claims of known truth", arguments, execute)
