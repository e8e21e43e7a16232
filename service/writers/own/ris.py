"""RIS: what Zotero, Mendeley, EndNote and the screening programs take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from service.render.ris import ris_record
from service.writers.cited import cited
from service.writers.writer import Selected, WriteOptions, Writer


class Ris:
    """Records with CRLF line ends, in UTF-8, each with its abstract."""

    key = "ris"
    name = "RIS for Zotero, EndNote, Mendeley, Rayyan, Covidence"
    suffixes = (".ris",)
    media_type = "application/x-research-info-systems; charset=utf-8"
    kind: Final = "text"

    def write(self, papers: Iterable[Selected], _options: WriteOptions, /) -> Iterator[str]:
        """A record a paper."""
        for one in cited(papers):
            yield ris_record(one.reference, one.key, abstract=one.paper.abstract or None)


RIS: Final = Ris()
WRITERS: Final[tuple[Writer, ...]] = (RIS,)
