"""What notices say of papers in the library: a retraction imported with a paper, or after it, marks the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from service.catalog import Catalog, PaperWrite
from service.identity import graver
from service.records import Notice, Paper, Remark

_AT_A_TIME: Final = 500
_WORDS: Final = {
    "retracted": "retracted", "withdrawn": "withdrawn", "corrected": "corrected", "concern": "under concern",
}  # fmt: skip


def mark(catalog: Catalog, notices: Sequence[Notice]) -> list[Remark]:
    """Give the papers that the notices name their status, where they have none that is graver; a remark for each.

    A key of several papers, as the DOI of a volume is, marks none. What is not in the library is not remembered.
    """
    remarks: list[Remark] = []
    for start in range(0, len(notices), _AT_A_TIME):
        page = notices[start : start + _AT_A_TIME]
        known = catalog.by_identity({notice.key for notice in page})
        changed: dict[str, Paper] = {}
        for notice in page:
            papers = known.get(notice.key, [])
            if len(papers) != 1:
                continue
            paper = changed.get(papers[0].paper_id, papers[0])
            status = graver(paper.status, notice.status)
            if status != paper.status:
                changed[paper.paper_id] = replace(paper, status=status)
                told = f"is a notice that {paper.title[:80]!r} ({paper.paper_id}) is {_WORDS[notice.status]}"
                remarks.append(Remark(notice.source, notice.line, f"{told}: it is marked so"))
        catalog.write([PaperWrite(paper, (), "fields", None) for paper in changed.values()])
    return remarks
