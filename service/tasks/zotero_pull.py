"""A Zotero library into litweave's: the items that changed since the last pull, and which collections papers are in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from service.diskspace import write_atomically
from service.errors import LitweaveError
from service.limits import NAME_CHARS
from service.records import ImportReport, Shelving
from service.review.core import ReviewCore
from service.sources.places import FOLDER
from service.sources.zotero import ITEMS_MAX, ZoteroLibrary
from service.sources.zotero_items import ZoteroItem

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class PulledItem:
    """What is remembered of an item: `paper_id` is `None` for one that is no paper."""

    version: int
    paper_id: str | None
    collections: tuple[str, ...]
    citation_key: str | None


@dataclass(slots=True)
class PullFile:
    """What earlier pulls of a Zotero library brought, in the library's directory. Saved after every batch."""

    library: Path
    prefix: str
    version: int = 0
    items: dict[str, PulledItem] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.library / FOLDER / f"zotero-{self.prefix.replace('/', '-')}.json"

    def load(self) -> None:
        """Read the file; one that is missing or damaged counts as no pull at all."""
        try:
            stored = json.loads(self.path.read_bytes())
            if stored["format"] != _FORMAT:
                return
            items = {key: PulledItem(v, p, tuple(c), k) for key, (v, p, c, k) in stored["items"].items()}
            self.version, self.items = int(stored["version"]), items
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return

    def save(self) -> None:
        """Replace the file at once."""
        items = {
            key: [one.version, one.paper_id, list(one.collections), one.citation_key] for key, one in self.items.items()
        }
        write_atomically(self.path, json.dumps({"format": _FORMAT, "version": self.version, "items": items}))


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """What was imported. `collections`: the ids of the papers in each, by its name; `citation_keys`: by paper id.

    `papers` items are papers of the library by now; `changed` ones were read, `removed` ones are gone from Zotero, and
    their papers stay.
    """

    report: ImportReport
    prefix: str
    version: int
    papers: int
    changed: int
    removed: int
    requests: int
    collections: Mapping[str, tuple[str, ...]]
    citation_keys: Mapping[str, str]
    error: LitweaveError | None = None

    def as_document(self, *, verbose: bool = False) -> dict[str, Any]:
        """The import's document with the source, the collections and the citation keys."""
        source = {
            "name": "zotero",
            "library": self.prefix,
            "version": self.version,
            "papers": self.papers,
            "changed": self.changed,
            "removed": self.removed,
            "requests": self.requests,
            "stopped_because": "end" if self.error is None else "failed",
        }
        return {
            **self.report.as_document(verbose=verbose),
            "source": source,
            "collections": {name: list(ids) for name, ids in self.collections.items()},
            "citation_keys": dict(self.citation_keys),
        }


def hand_over_collections(review: ReviewCore, collections: Mapping[str, tuple[str, ...]]) -> None:
    """Put papers where Zotero has them: names with all their ids. Nothing is taken out of a collection here."""
    with review.shelves() as shelves:
        for name, papers in collections.items():
            shelves.shelve(papers, Shelving((_shelf_name(name),)))


def _shelf_name(name: str) -> str:
    """A name of Zotero as a name here, which has no slash: "Outer / Inner" is "Outer › Inner"."""
    printable = "".join(c if c.isprintable() else " " for c in name.replace("/", "›"))
    return " ".join(printable.split())[:NAME_CHARS].strip(". ") or "Zotero"


def pull(
    review: ReviewCore,
    zotero: ZoteroLibrary,
    *,
    library: Path,
    full: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> PullOutcome:
    """Import the items that are new or changed since the last pull, or with `full` all of them.

    What ends it early is in the outcome; batches before it are imported, and not read again by the next pull.
    """
    kept = PullFile(library, zotero.prefix)
    kept.load()
    reports: list[ImportReport] = []
    changed: list[str] = []
    removed: set[str] = set()
    collections: dict[str, tuple[str, ...]] = {}
    error: LitweaveError | None = None
    try:
        versions, version = zotero.versions()
        removed = kept.items.keys() - versions.keys()
        kept.items = {key: one for key, one in kept.items.items() if key not in removed}
        changed = [key for key, v in versions.items() if full or key not in kept.items or kept.items[key].version != v]
        for at in range(0, len(changed), ITEMS_MAX):
            reports.append(_import(review, zotero.items(changed[at : at + ITEMS_MAX]), kept))
            kept.save()
            if progress is not None:
                progress(min(at + ITEMS_MAX, len(changed)), len(changed))
        collections = _collections(zotero.collections(), kept)
        hand_over_collections(review, collections)
        kept.version = version
        kept.save()
    except LitweaveError as caught:
        error = caught
    keys = {one.paper_id: one.citation_key for one in kept.items.values() if one.paper_id and one.citation_key}
    return PullOutcome(
        ImportReport.together(reports),
        zotero.prefix,
        kept.version,
        sum(one.paper_id is not None for one in kept.items.values()),
        len(changed),
        len(removed),
        zotero.client.requests,
        collections,
        keys,
        error,
    )


def _import(review: ReviewCore, items: Sequence[ZoteroItem], kept: PullFile) -> ImportReport:
    """Import a batch, and remember which paper each item is."""
    report = review.import_records([record for item in items for record in item.records], titles=True)
    imported = iter(report.papers)
    for item in items:
        paper, paper_id = item.paper, None
        if paper is not None:
            # A record that cannot be stored is in the report's rejections, not among its papers.
            paper_id = next((one.paper_id for one in imported if one.title == paper.title), None)
        kept.items[item.key] = PulledItem(item.version, paper_id, item.collections, item.citation_key)
    return report


def _collections(names: Mapping[str, str], kept: PullFile) -> dict[str, tuple[str, ...]]:
    """Every collection's papers, in the order of their names; an empty one too."""
    members: dict[str, dict[str, None]] = {name: {} for name in sorted(names.values())}
    for one in kept.items.values():
        for key in one.collections:
            if one.paper_id is not None and key in names:
                members[names[key]][one.paper_id] = None
    return {name: tuple(ids) for name, ids in members.items()}
