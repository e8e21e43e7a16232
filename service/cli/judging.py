"""`judge --try`: what the configured judge makes of claims of known truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.cli.output import emit, emit_json, note
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import UsageError
from service.render.plain import visible

if TYPE_CHECKING:
    from service.judge.trial import Trial
    from service.records.rates import Rate

_ALIGNMENT: Final = "alignment"
_COLUMNS: Final = ("supported", "partly", "contradicted", "not_said", "undecided")


def judge_command(
    context: typer.Context,
    trial: Annotated[
        bool, typer.Option("--try", help="Judge 40 invented claims of known truth, and print the false accepts.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Try the judge of what texts say. LITWEAVE_JUDGE_MODEL, else LITWEAVE_MODEL, else alignment.

    What a model makes of the claims is kept in the library's directory: documents that it judges then say that it was
    measured. Exit code 0 whatever it makes of them, 1 where it could not be asked.
    """
    if not trial:
        raise UsageError("say what to do with the judge: litweave judge --try")
    with session_of(context).review(library) as review:
        note("Judging 40 claims of known truth.")
        tried = review.try_judge()
    if as_json:
        emit_json(tried.as_document())
    else:
        emit(_summary(tried))
    return ExitCode.DONE if tried.failure is None else ExitCode.FAILED


def _summary(trial: Trial) -> str:
    lines = [
        f"Judge: {visible(trial.judge)}. {len(trial.verdicts)} invented claims of two fields, 95% intervals",
        "",
        _line("false accepts", trial.false_accepts, "false claims called supported"),
        _line("true ones lost", trial.true_lost, "true claims not called supported, undecided ones among them"),
        _line("undecided", trial.undecided, "claims of either kind"),
        "",
        *_table(trial),
        *_listed("False claims that it called supported:", trial, true=False),
        *_listed("True claims that it decided otherwise:", trial, true=True),
        "",
        _outcome(trial),
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, rate: Rate, what: str) -> str:
    low, high = rate.interval
    return f"{name:<15} {rate.hits:>2} of {rate.n}  {rate.share or 0:.3f} [{low:.3f}, {high:.3f}]  {what}"


def _table(trial: Trial) -> list[str]:
    heading = f"{'':<18}{'n':>3}" + "".join(f"{column:>14}" for column in _COLUMNS)
    rows = [
        f"{'true ' if true else 'false'} {kind:<12}{sum(labels.values()):>3}"
        + "".join(f"{labels[column]:>14}" for column in _COLUMNS)
        for (true, kind), labels in trial.kinds().items()
    ]
    return [heading, *rows]


def _listed(heading: str, trial: Trial, *, true: bool) -> list[str]:
    """What was decided wrongly: false accepts, or true claims that were denied."""
    wrong = ("partly", "contradicted", "not_said") if true else ("supported",)
    found = [v for v in trial.verdicts if v.claim.true is true and v.judgement.label in wrong]
    lines = [f"- {v.judgement.label}, {v.claim.kind}: {v.claim.claim.text}" for v in found]
    return ["", heading, *lines] if lines else []


def _outcome(trial: Trial) -> str:
    if trial.failure is not None:
        return f"Not kept: the model could not be asked about every claim ({visible(trial.failure)})."
    if trial.judge == _ALIGNMENT:
        return (
            "No model is configured, so this measured the judge without one, which leaves undecided what is not\n"
            "near-verbatim; LITWEAVE_MODEL or LITWEAVE_JUDGE_MODEL names a model (docs/models.md)."
        )
    return "Kept in the library: documents that this model judges say from now on that it was measured."
