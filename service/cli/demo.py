"""`demo`: the whole way on the shipped sample of invented papers, in a library of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from service.cli.output import emit, emit_json, note, text_width
from service.cli.progress import reading_progress
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.records import Answer, Draft, ImportReport
from service.render import as_text
from service.requests import AskRequest, DraftRequest
from service.sample import papers_path

if TYPE_CHECKING:
    from service.review.core import ReviewCore

QUESTIONS = (
    "How do TideWalk, R^2Tune and Gusset-4 differ?",
    "What is the corporate tax rate in Portugal?",
)
TOPIC = "multilingual speech recognition"
_DRAFT_WORDS = 200
_ASK_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Tour:
    """What the demo made."""

    report: ImportReport
    answers: tuple[Answer, ...]
    draft: Draft

    def as_document(self) -> dict[str, Any]:
        return {
            "import": self.report.as_document(),
            "answers": [answer.as_document() for answer in self.answers],
            "draft": self.draft.as_document(),
        }


def demo_command(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> int:
    """Try it on a sample. Imports 67 invented papers into a library of its own, asks two questions, drafts a text."""
    session = session_of(context)
    kept = library or session.library
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="litweave-demo-")), "library")
        show: Callable[[str], None] = (lambda _text: None) if as_json else emit
        with session.review(folder, create=True) as review:
            tour = _tour(review, show)
    if as_json:
        emit_json(tour.as_document())
    else:
        emit(_next_steps(kept))
    return ExitCode.DONE


def _tour(review: ReviewCore, show: Callable[[str], None]) -> Tour:
    from service.tasks.imports import import_files

    note("1/3 Importing the sample corpus: papers invented for this project.")
    with reading_progress(papers_path().stat().st_size) as bar:
        files = [(papers_path(), papers_path().name)]
        report = import_files(review, files, progress=bar.records, position=bar.position, embed=True).report
    show(f"{report.total} records: {report.added} added, {report.duplicates} already there.\n")
    note("2/3 Asking two questions: the corpus holds an answer to the first only.")
    answers = []
    for question in QUESTIONS:
        answers.append(review.ask(AskRequest(question, _ASK_SENTENCES)))
        show(f"\n{_rule()}\n{as_text(answers[-1], width=text_width())}")
    note("3/3 Drafting a related-work text.")
    draft = review.draft(DraftRequest(TOPIC, _DRAFT_WORDS))
    show(f"\n{_rule()}\n{as_text(draft, width=text_width())}")
    return Tour(report, tuple(answers), draft)


def _rule() -> str:
    return "-" * 72


def _next_steps(kept: Path | None) -> str:
    place = f" --library {kept}" if kept is not None else ""
    lines = [
        f"\n{_rule()}",
        "Where to go next:",
        *([f'  litweave ask{place} "Compare BrambleGuard, LeeFence and ThistleRL"'] if kept else []),
        "  litweave import YOUR_FILES          your own abstracts, into your own library",
        '  litweave ask "YOUR QUESTION"        add --json for the document, --format md or latex',
        '  litweave draft "TOPIC" --format latex --output related.tex',
        "  litweave serve                      the same over HTTP, reference at /docs",
    ]
    return "\n".join(lines) + "\n"
