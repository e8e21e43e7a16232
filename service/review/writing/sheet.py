"""Sources -> what the writer is shown of them: the sentences asked for, who wrote them, and what each is there for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.llm import Excerpt, SourceSheet, render_sources
from service.records import Span
from service.review.writing.model import Source
from service.review.writing.references import titled_name

_NAMED: Final = 3  # authors


def sheet_of(sources: Sequence[Source], *, question: str, secret: bytes | None) -> SourceSheet:
    """The sources in their order, under opaque ids. Sentences that are no evidence are not shown."""
    papers = [source.abstract.paper for source in sources]
    return render_sources(papers, question=question, secret=secret, excerpts=[_excerpt(s) for s in sources])


def _excerpt(source: Source) -> Excerpt:
    evidence = source.abstract.evidence
    shown = [i for i in sorted(set(source.sentences)) if i in evidence] or list(evidence)
    sentences = source.abstract.sentences
    return Excerpt(tuple(Span(sentences[i].start, sentences[i].end) for i in shown), _about(source))


def _about(source: Source) -> tuple[str, ...]:
    paper, name = source.abstract.paper, titled_name(source.abstract)
    count = max(len(paper.authors), paper.author_count or 0)
    authors = ", ".join(paper.authors[:_NAMED])
    if not authors:
        by = f"By - {count} authors" if count > 1 else ""
    else:
        others = count - min(len(paper.authors), _NAMED)
        by = f"By - {authors}" + (f" and {others} more" if others > 0 else "")
    return tuple(
        line
        for line in (
            by,
            f"Venue - {paper.venue}" if paper.venue else "",
            f"Called - {name}" if name else "",
            f"For - {source.purpose}" if source.purpose else "",
        )
        if line
    )
