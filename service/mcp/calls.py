"""What each tool does: arguments -> the core's own document. Called in a thread; may raise what the core raises."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from service.api.leaving import Leaving, Stopping
from service.errors import SourceError
from service.manuscript import read_bib
from service.mcp.arguments import (
    AskArguments,
    CheckArguments,
    CompareArguments,
    DraftArguments,
    ImportArguments,
    PaperArguments,
    QuoteArguments,
    SearchArguments,
)
from service.records import Paper
from service.requests import AskRequest, CheckRequest, CompareRequest, DraftRequest, QuoteRequest, Run, SearchRequest
from service.review.core import ReviewCore
from service.tasks.imports import import_files
from service.text.sentences import split_sentences

SEARCH_DEPTH: Final = 200
"""Hits that one search can be paged through."""
_QUOTES: Final = 200

Document = dict[str, Any]


@dataclass(slots=True)
class Job:
    """One running call: what can be stopped once its client has gone, and how far it is."""

    leaving: Leaving = field(default_factory=Leaving)
    said: str | None = None

    def stopping(self) -> Stopping:
        """Something that raises `ModelCancelled` once the client has gone."""
        stopping = Stopping()
        self.leaving.started(stopping)
        return stopping

    def progress(self, done: int, total: int, _what: str) -> None:
        """Hears of steps."""
        self.said = f"{done} of {total}"


def search(core: ReviewCore, asked: SearchArguments, _job: Job) -> Document:
    return core.search(SearchRequest(asked.query, asked.limit, asked.filters())).as_document()


def search_deeper(core: ReviewCore, asked: SearchArguments, first: Document) -> Document:
    """The hits of a first page, then those that a wider search adds to them: no paper is lost or comes twice."""
    wide = core.search(SearchRequest(asked.query, SEARCH_DEPTH, asked.filters())).as_document()
    seen = {hit["paper_id"] for hit in first["hits"]}
    return first | {"hits": [*first["hits"], *(hit for hit in wide["hits"] if hit["paper_id"] not in seen)]}


def get_paper(core: ReviewCore, asked: PaperArguments, _job: Job) -> Document:
    papers: list[Document] = []
    missing: list[str] = []
    for name in dict.fromkeys(asked.papers):
        found = core.papers_named(name)
        papers += (paper_document(paper, name) for paper in found)
        missing += [] if found else [name]
    return {"papers": papers, "not_found": missing}


def paper_document(paper: Paper, asked: str) -> Document:
    """A paper with its abstract in sentences. See `service.mcp.documents.PaperDocument`."""
    shown = asdict(paper)
    del shown["origin"]
    spans = split_sentences(paper.abstract)
    sentences = [{"start": s.start, "end": s.end, "text": paper.abstract[s.start : s.end]} for s in spans]
    return {
        "asked": asked,
        **shown,
        "authors": list(paper.authors),
        "abstract_chars": len(paper.abstract),
        "abstract": sentences,
    }


def find_quote(core: ReviewCore, asked: QuoteArguments, _job: Job) -> Document:
    return core.find_quote(QuoteRequest(asked.text, _QUOTES, asked.filters())).as_document()


def ask(core: ReviewCore, asked: AskArguments, job: Job) -> Document:
    request = AskRequest(asked.question, asked.limit, asked.filters(), before=tuple(asked.before))
    return core.ask(request, Run(started=job.leaving.started)).as_document()


def compare(core: ReviewCore, asked: CompareArguments, job: Job) -> Document:
    columns, by_year = tuple(asked.columns), asked.sort == "year"
    request = CompareRequest(asked.question, columns, asked.limit, by_year, asked.filters())
    return core.compare(request, Run(started=job.leaving.started)).as_document()


def draft(core: ReviewCore, asked: DraftArguments, job: Job) -> Document:
    request = DraftRequest(asked.topic, asked.words, asked.filters(), abstract=asked.abstract, style=asked.style)
    return core.draft(request, Run(started=job.leaving.started)).as_document()


def check(core: ReviewCore, asked: CheckArguments, job: Job) -> Document:
    request = CheckRequest(asked.text, asked.format, bibliography=tuple(read_bib(asked.bib)))
    return core.check(request, Run(progress=job.progress, stop=job.stopping().check)).as_document()


def import_papers(core: ReviewCore, asked: ImportArguments, job: Job) -> Document:
    """Raises a file's own `SourceError` where none of the files could be read."""
    stopping = job.stopping()

    def count(done: int) -> None:
        job.said = f"{done} records"
        stopping.check()

    with tempfile.TemporaryDirectory(prefix="litweave-import-") as folder:
        if asked.content is None:
            files = [(Path(path).expanduser(), path) for path in asked.paths]
        else:
            files = [(Path(folder, "content"), "content")]
            files[0][0].write_text(asked.content, encoding="utf-8")
        outcome = import_files(core, files, progress=count, embed=True, titles=True, form=asked.format)
    if not outcome.files_read:
        raise outcome.failures[0].error if outcome.failures else SourceError("no file was named")
    return outcome.as_document(verbose=True)
