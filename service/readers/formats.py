"""Every format that is read, in the order in which content is asked, and those that other packages register."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Final, Protocol

from service.readers.arxiv_atom import ArxivAtom
from service.readers.bibtex import BibTeX
from service.readers.crossref import Crossref
from service.readers.csl import CslJson, CslYaml
from service.readers.daily_papers import DailyPapers
from service.readers.daily_papers_html import DailyPapersPage
from service.readers.endnote_tagged import EndnoteTagged
from service.readers.endnote_xml import EndnoteXml
from service.readers.jats import Jats
from service.readers.json_records import JsonRecords
from service.readers.jsonl import JsonLines
from service.readers.nbib import Nbib
from service.readers.openalex import OpenAlex
from service.readers.opened import Opened
from service.readers.pubmed_xml import PubmedXml
from service.readers.raw import RawRecord
from service.readers.ris import Ris
from service.readers.semantic_scholar import SemanticScholar
from service.readers.tables import Tables
from service.readers.wos import WebOfScience
from service.records import Rejection

GROUP: Final = "litweave.readers"
"""The entry point group under which a package registers an object with the attributes of `Reader`."""
_LOG: Final = logging.getLogger(__name__)


class Reader(Protocol):
    """One file format."""

    @property
    def key(self) -> str:
        """The format as `--format` calls it: "bibtex"."""

    @property
    def name(self) -> str:
        """The format as a person calls it."""

    def recognises(self, head: str) -> bool:
        """Whether content that begins with `head` is this format. Suffixes say nothing."""

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """Every record in file order, one that cannot be taken apart as a `Rejection`; as many as the file has."""


_OWN: Final[tuple[Reader, ...]] = (
    PubmedXml(), Jats(), EndnoteXml(), ArxivAtom(), DailyPapersPage(), Nbib(), Ris(), WebOfScience(), EndnoteTagged(),
    BibTeX(), Crossref(), OpenAlex(), SemanticScholar(), CslJson(), CslYaml(), JsonRecords(), JsonLines(), Tables(),
    DailyPapers(),
)  # fmt: skip
"""The more particular notation first."""


@cache
def readers() -> tuple[Reader, ...]:
    """Those of other packages, then litweave's own. One that cannot be loaded is left out, with a warning."""
    found: list[Reader] = []
    for entry in entry_points(group=GROUP):
        try:
            loaded = entry.load()
            found.append(loaded() if isinstance(loaded, type) else loaded)
        except Exception as error:  # noqa: BLE001  somebody else's code
            _LOG.warning("the reader %s of %s is left out: %s", entry.name, entry.value, error)
    return (*found, *_OWN)
