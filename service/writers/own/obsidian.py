"""Markdown notes for Obsidian: one a paper with its abstract and quotes, and one that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from service.records import Reference, Span
from service.render.plain import readable, visible
from service.render.reference import afterwards, in_words, plain_doi, publication_year, web_address
from service.writers.cited import Cited, cited
from service.writers.file_names import FreeNames, file_stem
from service.writers.folders import zipped
from service.writers.notes import ID, Property, block_quote, merged, note_id, note_text, own_part, plain_text
from service.writers.writer import Selected, WriteOptions, Writer

_LIST: Final = "list: "
"""Before the title of a list in its `litweave-id`: no id of a paper holds a space."""
_OWNED: Final = frozenset(
    (ID, "citekey", "title", "authors", "year", "published", "listed", "venue", "doi", "url", "publication-status")
)
"""The properties that an export replaces. `aliases` are written once, and are the user's from then on."""
_QUOTED: Final = re.compile(r"((?:^> .*\n)+)\n\^q(\d{1,9})-(\d{1,9})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A paper in the list: the name of its note, and its quotes of this export."""

    note: str
    one: Cited


class Obsidian:
    """A folder of notes (or a .zip of it) that can be written again: what a person adds to a note stays.

    A note is found again by its `litweave-id`, so it may be renamed and moved within the folder.
    """

    key = "obsidian"
    name = "Markdown notes for Obsidian: a folder, or a .zip of it"
    suffixes = (".zip",)
    media_type = "application/zip"
    kind: Final = "folder"

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[bytes]:
        """The folder as a zip archive."""
        return zipped(self.files(papers, options, {}))

    def files(
        self, papers: Iterable[Selected], options: WriteOptions, there: Mapping[str, str], /
    ) -> Iterator[tuple[str, str]]:
        """A note for each paper, then the list."""
        known = _notes_by_id(there)
        names = FreeNames(_name(path) for path in there)
        title = readable(options.title) or "Papers"
        list_path = known.get(f"{_LIST}{title}") or names.free(file_stem(title, otherwise="Papers"), ".md")
        listed: list[_Listed] = []
        for one in cited(papers):
            path = known.get(one.paper.paper_id) or names.free(file_stem(f"@{one.key}", otherwise="@paper"), ".md")
            yield path, _kept(_paper_note(one, _stem(list_path), there.get(path, "")), there.get(path))
            listed.append(_Listed(_stem(path), one))
        yield list_path, _kept(_list_note(title, listed), there.get(list_path))


OBSIDIAN: Final = Obsidian()
WRITERS: Final[tuple[Writer, ...]] = (OBSIDIAN,)


def _notes_by_id(there: Mapping[str, str]) -> dict[str, str]:
    """The path of each note that an earlier export wrote; of a note that was copied, the first."""
    known: dict[str, str] = {}
    for path, text in there.items():
        if (found := note_id(text)) is not None:
            known.setdefault(found, path)
    return known


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _kept(new: str, old: str | None) -> str:
    return new if old is None else merged(old, new, owned=_OWNED)


def _paper_note(one: Cited, list_name: str, old: str) -> str:
    paper, reference = one.paper, one.reference
    status = [f"> [!warning] {afterwards(paper.status)}"] if paper.status else []
    doi = plain_doi(reference)
    links = [] if doi is None else [f"[doi:{plain_text(doi)}]({_link(reference, f'https://doi.org/{doi}')})"]
    links += [_link(reference, reference.url)] if reference.url else []
    blocks = [f"# {plain_text(readable(paper.title))}", *status, plain_text(in_words(reference)), *filter(None, links)]
    blocks.append(f"Listed in [[{list_name}]].")
    if paper.abstract:
        blocks += ["## Abstract", block_quote(_lines(paper.abstract)), "^abstract"]
    quotes = _all_quotes(one, old)
    if quotes:
        blocks.append("## Quotes")
    for quote in quotes:
        blocks += [_quote(paper.abstract, quote), _block_id(quote)]
    return note_text(_properties(one), "\n\n".join(blocks))


def _link(reference: Reference, url: str) -> str:
    """`<https://…>`, "" for what is no web address. "%%" would begin a comment, "::" a field."""
    address = web_address(replace(reference, url=url))
    return "" if address is None else f"<{address.replace('%%', '%25%').replace('::', ':%3A')}>"


def _properties(one: Cited) -> dict[str, Property]:
    paper, reference = one.paper, one.reference
    year, title = publication_year(reference), readable(paper.title)
    dated = {"published" if year is not None else "listed": paper.date} if paper.date else {}
    found: dict[str, Property | None] = {
        ID: paper.paper_id,
        "citekey": one.key,
        "title": title,
        "aliases": (title,),
        "authors": tuple(readable(name) for name in paper.authors) or None,
        "year": year,
        **dated,
        "venue": readable(paper.venue) if paper.venue else None,
        "doi": plain_doi(reference),
        "url": web_address(reference),
        "publication-status": paper.status,
    }
    return {name: value for name, value in found.items() if value is not None}


def _all_quotes(one: Cited, old: str) -> list[Span]:
    """The quotes of this export, and those of earlier ones in the note that stand in the abstract as they did."""
    spans = set(one.quotes)
    for quoted, start, end in _QUOTED.findall(own_part(old)):
        span = Span(int(start), int(end))
        if span.end <= len(one.paper.abstract) and f"{_quote(one.paper.abstract, span)}\n" == quoted:
            spans.add(span)
    return sorted(spans, key=lambda span: (span.start, span.end))


def _quote(abstract: str, span: Span) -> str:
    return block_quote(_lines(abstract[span.start : span.end])) or "> …"


def _lines(text: str) -> str:
    """Verbatim, but for what acts instead of showing."""
    return "\n".join(visible(line) for line in text.splitlines())


def _block_id(span: Span) -> str:
    """`^q26-79`: the characters of the abstract, from 0, the end not among them."""
    return f"^q{span.start}-{span.end}"


def _list_note(title: str, listed: list[_Listed]) -> str:
    lines: list[str] = []
    for item in listed:
        paper = item.one.paper
        year = publication_year(item.one.reference)
        status = f" **{afterwards(paper.status)}**" if paper.status else ""
        lines.append(f"- [[{item.note}]] {plain_text(readable(paper.title))}{f' ({year})' if year else ''}{status}")
        for span in item.one.quotes:
            shown = plain_text(visible(paper.abstract[span.start : span.end]))
            lines.append(f"  - “{shown}” [[{item.note}#{_block_id(span)}]]")
    count = f"{len(listed):,} paper{'' if len(listed) == 1 else 's'}."
    return note_text({ID: f"{_LIST}{title}"}, "\n\n".join([f"# {plain_text(title)}", count, "\n".join(lines)]))
