"""`enrich`: what listings left out of papers, looked up, shown, and filled in when that is wanted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.fetching import note_contact
from service.cli.filtering import filtered
from service.cli.output import emit, emit_json, note
from service.cli.progress import counted_progress
from service.cli.session import ExitCode, JsonOption, LibraryOption, Session, session_of
from service.errors import SourceError
from service.records import Filters
from service.render.plain import readable, visible

if TYPE_CHECKING:
    from pathlib import Path

    from service.records import Paper
    from service.settings import Settings
    from service.sources.enriching import Enrichment, Unenriched

_NAMED = 5


@filtered
def enrich_command(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="Fill the fields in, where nothing is asked.")] = False,
    filters: Filters | None = None,
    most: Annotated[
        int | None, typer.Option("--max", metavar="N", min=1, help="Look up at most so many papers.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Look up authors, year, DOI and venue of papers without. Shows what would be filled in.

    Nothing is changed without --apply, or a yes at the terminal. A field that a source gave is never overwritten.
    """
    session = session_of(context)
    settings = session.settings(library)
    papers, known = _lacking(session, library, filters)
    if papers:
        note_contact(settings)
    found, missed, error = _looked_up(settings, papers[:most], known)
    if not as_json:
        emit(_diff(found))
    wanted = bool(found) and (apply or (not as_json and _agreed(len(found))))
    changed = _applied(session, library, found) if wanted else 0
    if error is not None:
        left = len(papers[:most]) - len(found) - len(missed)
        note(f"Error: {error}.")
        note(f"{left:,} papers were not looked up: run it again.")
    if as_json:
        emit_json(_document(found, missed, error, changed))
    else:
        emit(_summary(len(papers), len(found), missed, changed, applied=wanted))
    if error is not None:
        return ExitCode.FAILED
    return ExitCode.DONE if found or not papers else ExitCode.NOT_IN_CORPUS


def _lacking(session: Session, library: Path | None, filters: Filters | None) -> tuple[list[Paper], dict[str, str]]:
    """The papers that lack a field, of those that pass; and whose each DOI of the library is.

    The library is let go of before anything is looked up.
    """
    from service.identity import strong_keys
    from service.sources.enriching import lacking

    with session.review(library) as review:
        papers = list(review.papers())
        chosen = papers if filters is None else list(review.papers(filters))
    known = {key: paper.paper_id for paper in reversed(papers) for key in strong_keys(paper)}
    return [paper for paper in chosen if lacking(paper)], known


def _looked_up(
    settings: Settings, papers: Sequence[Paper], known: dict[str, str]
) -> tuple[list[Enrichment], list[Unenriched], SourceError | None]:
    """What was found and what was not, and the error that ended it early."""
    from service.sources import access, client
    from service.sources.enriching import Enrichment, enrich
    from service.sources.lookup import OnlineLookup

    found: list[Enrichment] = []
    missed: list[Unenriched] = []
    with closing(client(settings, note)) as online, counted_progress("Searching", "papers") as bar:
        try:
            for outcome in enrich(papers, OnlineLookup(online, partial(access, settings)), known=known):
                if isinstance(outcome, Enrichment):
                    found.append(outcome)
                else:
                    missed.append(outcome)
                bar(len(found) + len(missed), len(papers))
        except SourceError as error:
            return found, missed, error
    return found, missed, None


def _agreed(changes: int) -> bool:
    """What a person at the terminal says; no where nobody is there."""
    return sys.stdin.isatty() and typer.confirm(f"Fill in {changes} paper{'s' * (changes != 1)}?", err=True)


def _applied(session: Session, library: Path | None, found: Sequence[Enrichment]) -> int:
    """Fill in what each paper still lacks; how many were changed."""
    from service.library import Amendment
    from service.sources.enriching import filled

    amendments = [Amendment(one.paper.paper_id, partial(filled, found=one.found), one.keys) for one in found]
    with session.review(library) as review:
        return review.amend(amendments)


def _diff(found: Sequence[Enrichment]) -> str:
    lines: list[str] = []
    for one in found:
        lines.append(f"{visible(one.paper.paper_id)}  {readable(one.paper.title)}  ({one.source})")
        for fill in one.fills:
            now = _names(one.found.authors) if fill.field == "authors" else fill.now
            lines += [f"  - {fill.field:<8} {visible(fill.was)}"] if fill.was else []
            lines.append(f"  + {fill.field:<8} {visible(now)}")
    return "\n".join([*lines, ""]) if lines else ""


def _names(authors: Sequence[str]) -> str:
    more = len(authors) - _NAMED
    return "; ".join(authors[:_NAMED]) + (f"; and {more:,} more" if more > 0 else "")


def _summary(lacking: int, found: int, missed: Sequence[Unenriched], changed: int, *, applied: bool) -> str:
    if not lacking:
        return "Every paper has authors, year, DOI and venue.\n"
    done = f"{changed:,} filled in" if applied else f"{found:,} can be filled in"
    hint = ", with --apply" if found and not applied else ""
    lines = [f"{lacking:,} papers lack a field, {found + len(missed):,} were looked up: {done}{hint}."]
    lines += [f"{count:>6,}  {reason}" for reason, count in Counter(one.reason for one in missed).most_common()]
    return "\n".join(lines) + "\n"


def _document(
    found: Sequence[Enrichment], missed: Sequence[Unenriched], error: SourceError | None, changed: int
) -> dict[str, Any]:
    from service.error_documents import error_document

    changes = [
        {
            "paper_id": one.paper.paper_id,
            "title": one.paper.title,
            "source": one.source,
            "fields": [asdict(fill) for fill in one.fills],
        }
        for one in found
    ]
    unchanged = [
        {"paper_id": one.paper.paper_id, "title": one.paper.title, "lacks": list(one.lacks), "reason": one.reason}
        for one in missed
    ]
    return {
        **({} if error is None else error_document(error)),
        "changes": changes,
        "unchanged": unchanged,
        "applied": changed,
    }
