"""`eval questions`: questions of known answerability, answered from libraries of several fields."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast, get_args

from rich.table import Table

from eval.commands.command import Command, Outlets, bars_over
from eval.datasets.halves import FINAL_ONLY, Half, drawn, of_half
from eval.datasets.questions import (
    FIELDS,
    FieldName,
    missing,
    papers_of,
    questions_of_no_field,
    read_broad_questions,
    read_questions,
    read_trial_prompts,
)
from eval.solvers.candidates import Candidate, litweave_over
from eval.tasks.field_answering import (
    AnsweredQuestion,
    answer_questions,
    as_document,
    fates,
    groups,
    informedness,
    shown,
)
from service.errors import UsageError
from service.records.rates import Rate


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--half", choices=get_args(Half), default="choose", help="default: choose")
    parser.add_argument("--fields", default=",".join(FIELDS), metavar="A,B", help=f"of {', '.join(FIELDS)}")
    parser.add_argument("--broad", action="store_true", help="also overviews, comparisons, and facts in other words")
    parser.add_argument("--trials", action="store_true", help="also prompts of Evidence Inference, put as questions")
    parser.add_argument("--most", type=int, metavar="N", help="a seeded draw of N questions a field (default: all)")
    parser.add_argument("--libraries", type=Path, metavar="DIR", help="keep the fields' libraries there, and use them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything measured, as JSON")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 whatever the shares; 1 where a question could not be asked."""
    wanted, half = options.fields.split(","), cast(Half, options.half)
    if not set(wanted) <= set(FIELDS) or (options.most is not None and options.most < 1):
        raise UsageError(f"--fields takes some of {', '.join(FIELDS)}; --most at least 1.")
    if half != "choose":
        outlets.stderr.print(FINAL_ONLY, soft_wrap=True)
    answered: list[AnsweredQuestion] = []
    for name in (f for f in FIELDS if f in wanted):
        reason = missing(name)
        if reason is not None:
            outlets.stderr.print(f"skipped {name}: {reason}", markup=False, soft_wrap=True)
        else:
            answered += _of_field(name, half, options, outlets)
    if options.json is not None:
        document = {"half": half} | as_document(answered)
        options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if answered:
        _print(answered, outlets)
    return 1 if any(a.failure is not None for a in answered) else 0


def _of_field(name: FieldName, half: Half, options: Namespace, outlets: Outlets) -> list[AnsweredQuestion]:
    asked = [*read_questions(), *questions_of_no_field()]
    asked += read_broad_questions() if options.broad else []
    asked += read_trial_prompts() if options.trials and name == "rct" else []
    asked = [q for q in asked if q.field == name and of_half(half, for_choosing=q.for_choosing)]
    asked = list(drawn(asked, options.most))
    with bars_over(outlets.stderr) as bars:
        task = bars.add_task(f"importing {name}", total=None)
        with _opened(name, options.libraries, outlets) as candidate:
            bars.update(task, description=f"asking {name}", total=len(asked))
            return answer_questions(candidate, asked, lambda: bars.advance(task))


@contextmanager
def _opened(name: FieldName, libraries: Path | None, outlets: Outlets) -> Iterator[Candidate]:
    """The candidate over a field's papers, written to a file first: that is how any tool is given its papers."""
    with tempfile.TemporaryDirectory(prefix="litweave-eval-") as folder:
        file = Path(folder) / f"{name}.jsonl"
        rows = ({"title": p.title, "abstract": p.abstract, "year": p.year} for p in papers_of(name))
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        opening = outlets.open_candidate((file,)) if libraries is None else litweave_over((file,), libraries / name)
        with opening as candidate:
            yield candidate


def _print(answered: Sequence[AnsweredQuestion], outlets: Outlets) -> None:
    table = Table(title=f"{len(answered)} questions: share [95%]", title_justify="left")
    columns = ("kind", "field", "n", "answered", "wrong paper", "uncertain", "refused", "right paper", "right sentence")
    for heading in columns:
        table.add_column(heading, justify="left" if heading in ("kind", "field") else "right")
    for (kind, name), held in groups(answered).items():
        shares = fates(held)
        told = [_told(shares[f]) for f in ("answered", "wrong paper", "uncertain", "refused")]
        told[1] = told[1] if held[0].question.answerable else "-"
        told += map(_told, shown(held).values())
        table.add_row(kind, name, str(len(held)), *told)
    outlets.stdout.print(table, markup=False)
    both = informedness([a for a in answered if a.question.kind in ("answerable", "near miss")])
    if both is not None:
        outlets.stdout.print(
            f"answerable answered rightly less near misses answered: {both:+.3f} (0: refuses or answers everything)",
            highlight=False,
        )
    cited = [a.papers for a in answered if a.fate == "answered" and a.question.answerable]
    if cited:
        outlets.stdout.print(f"papers cited in a right answer: {sum(cited) / len(cited):.1f}", highlight=False)
    for a in answered:
        if a.failure is not None:
            outlets.stdout.print(
                f"failed: {a.question.field}, {a.question.kind}: {a.question.text}: {a.failure}", markup=False
            )


def _told(rate: Rate) -> str:
    low, high = rate.interval
    return "-" if rate.share is None else f"{rate.share:.3f} {low:.2f}..{high:.2f}"


COMMAND = Command("questions", "what becomes of answerable questions and near misses", arguments, execute)
