"""`survey`."""

from __future__ import annotations

from typing import Annotated

import typer

from service import limits
from service.cli.asking import NoCache
from service.cli.delivery import FormatOption, OutputOption, StyleOption, deliver, ready
from service.cli.filtering import filtered
from service.cli.output import note
from service.cli.session import JsonOption, LibraryOption, session_of, words_given
from service.cli.working import working
from service.records import Filters
from service.requests import Run, SurveyRequest


@filtered
def survey_command(
    context: typer.Context,
    topic: Annotated[list[str], typer.Argument(metavar="TOPIC", help="What the survey is about.")],
    words: Annotated[
        int,
        typer.Option("--words", metavar="N", min=limits.WORDS_MIN, max=limits.WORDS_MAX, help="About so many words."),
    ] = limits.SURVEY_WORDS_DEFAULT,
    sections: Annotated[
        int | None,
        typer.Option("--sections", metavar="N", min=1, max=limits.SECTIONS_MAX, help="At most so many sections."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Use the sections that the same survey finished before it was stopped.")
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
    csl: StyleOption = None,
    filters: Filters | None = None,
    no_cache: NoCache = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Survey a topic in sections. With tables, a timeline and open problems; every claim rests on an exact quote."""
    text = words_given(topic, what="topic")
    ready(form, output, as_json=as_json, csl=csl)
    asked = SurveyRequest(text, words, sections, resume, filters)
    with working() as observe, session_of(context).review(library) as review:
        made = review.survey(asked, Run(use_cache=not no_cache, observe=observe, progress=_section))
    return deliver(made, form, output, as_json=as_json, csl=csl)


def _section(done: int, of: int, title: str) -> None:
    from service.review.drafting.draft import REST

    if title:
        note(f"Part {done + 1} of {of}" + (f": {title}" if title != REST else ""))
