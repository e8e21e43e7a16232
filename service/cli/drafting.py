"""`draft`."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service import limits
from service.cli.asking import DryRun, NoCache, planned
from service.cli.delivery import Format, FormatOption, OutputOption, StyleOption, deliver, ready
from service.cli.filtering import filtered
from service.cli.output import emit, emit_json, note
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of, words_given
from service.cli.working import working
from service.errors import UsageError
from service.records import Filters, Reference
from service.render.plain import visible
from service.requests import DraftRequest, Run

if TYPE_CHECKING:
    from service.review.drafting import Outline

_MOST_BYTES: Final = 1_000_000


class Style(StrEnum):
    """What citations are labelled by; author-year only where all authors are known, else title keys."""

    numeric = "numeric"
    author_year = "author-year"
    title_key = "title-key"


@filtered
def draft_command(
    context: typer.Context,
    topic: Annotated[list[str], typer.Argument(metavar="TOPIC", help="What the text is about.")],
    words: Annotated[
        int,
        typer.Option("--words", metavar="N", min=limits.WORDS_MIN, max=limits.WORDS_MAX, help="About so many words."),
    ] = limits.WORDS_DEFAULT,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Print the plan, to be edited, and write nothing.")
    ] = False,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Follow an edited plan (- reads standard input).")
    ] = None,
    abstract: Annotated[
        Path | None,
        typer.Option(
            "--abstract", metavar="FILE", help="Your own abstract: finds what is related to it, closes the text."
        ),
    ] = None,
    style: Annotated[Style, typer.Option("--style", help="What citations are labelled by.")] = Style.numeric,
    body_only: Annotated[
        bool, typer.Option("--body-only", help="LaTeX without preamble and bibliography, for a document of your own.")
    ] = False,
    bib: Annotated[
        Path | None, typer.Option("--bib", metavar="FILE", help="Your references: works in it are cited by its keys.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
    csl: StyleOption = None,
    filters: Filters | None = None,
    dry_run: DryRun = False,
    no_cache: NoCache = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Draft a related-work text. Every claim rests on an exact quote."""
    text = words_given(topic, what="topic")
    form = Format.latex if body_only and form is None else form
    if ready(form, output, as_json=as_json, csl=csl) is not Format.latex and body_only:
        raise UsageError("--body-only is for LaTeX: leave --format out, or give --format latex")
    keys = None if bib is None else _entries_of(bib)
    named = {} if plan is None else {"plan": text_of(plan), "plan_name": str(plan)}
    asked = DraftRequest(
        text,
        words,
        filters,
        abstract=None if abstract is None else text_of(abstract),
        style=style.value,
        **named,
    )
    with working() as observe, session_of(context).review(library) as review:
        run = Run(use_cache=not no_cache, observe=observe)
        if plan_only:
            return _print_plan(review.plan(asked, run), as_json=as_json)
        if dry_run:
            return planned(review.planned(asked), as_json=as_json)
        drafted = review.draft(asked, run)
    if keys is not None:
        drafted = replace(drafted, references=tuple(_with_own_key(r, keys) for r in drafted.references))
    return deliver(drafted, form, output, as_json=as_json, csl=csl, body_only=body_only)


def _entries_of(path: Path) -> dict[str, str]:
    """DOI and title of each entry -> its key. Raises `SourceError`."""
    from service.identity import normal_doi
    from service.review.checking import read_reference_list
    from service.text.normal import title_key

    keys: dict[str, str] = {}
    for entry in reversed(read_reference_list(text_of(path), path.name).entries):
        for name in (normal_doi(entry.doi) if entry.doi else None, title_key(entry.title) if entry.title else None):
            if name:
                keys[name] = entry.key
    return keys


def _with_own_key(reference: Reference, keys: dict[str, str]) -> Reference:
    from service.identity import normal_doi
    from service.text.normal import title_key

    names = (normal_doi(reference.doi) if reference.doi else None, title_key(reference.title))
    return replace(reference, key=next((keys[name] for name in names if name in keys), reference.key))


def _print_plan(outline: Outline, *, as_json: bool) -> int:
    """The plan as text to edit, or as JSON."""
    if as_json:
        emit_json(outline.as_document())
    elif outline.themes:
        emit(visible_lines(outline.as_text()))
    else:
        note("The corpus holds nothing to plan from.")
    return ExitCode.DONE if outline.themes else ExitCode.NOT_IN_CORPUS


def text_of(path: Path) -> str:
    """A small UTF-8 file's text; `-` is standard input. Raises `UsageError`."""
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read ({error.strerror}); check the name") from error
    if len(raw) > _MOST_BYTES:
        raise UsageError(f"{str(path)!r} has over {_MOST_BYTES:,} bytes; give a plan or an abstract")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(path)!r} is not UTF-8 (byte {error.start}); save it as UTF-8 text") from error


def visible_lines(text: str) -> str:
    """The text with control characters replaced, line by line."""
    return "".join(f"{visible(line)}\n" for line in text.splitlines())
