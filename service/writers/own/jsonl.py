"""JSONL: every field of every paper, one a line; it imports into an equal library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from service.readers.raw import without_html
from service.records import Paper
from service.records.sources import listed_paper
from service.writers.writer import Selected, WriteOptions, Writer


class Jsonl:
    """What `service.readers.jsonl` takes."""

    key = "jsonl"
    name = "JSONL, every field: imports again as it was"
    suffixes = (".jsonl", ".ndjson")
    media_type = "application/x-ndjson"
    kind: Final = "text"

    def write(self, papers: Iterable[Selected], _options: WriteOptions, /) -> Iterator[str]:
        """One line a paper, in ASCII."""
        for selected in papers:
            yield json.dumps(_record(selected.paper), ensure_ascii=True) + "\n"


JSONL: Final = Jsonl()
WRITERS: Final[tuple[Writer, ...]] = (JSONL,)


def _record(paper: Paper) -> dict[str, object]:
    """`markup`: what looks like markup in its texts is none."""
    lines = (paper.venue, paper.organisation, paper.url, paper.doi)
    texts = (paper.title, paper.abstract, *paper.authors, *(line for line in lines if line))
    fields = listed_paper(paper)
    record = {"id": fields.pop("paper_id"), **fields, "authors": fields["authors"] or None}
    record["markup"] = "none" if any(without_html(text) != text for text in texts) else None
    return {name: value for name, value in record.items() if value is not None}
