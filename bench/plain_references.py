"""Whether references in plain text are found true or wrong: true entries in five styles, and one fault planted in each.

    python bench/plain_references.py [--papers N] [--half choose|report] [--shown]

Papers of the ACL Anthology and of arXiv are set in APA, IEEE, Chicago, Vancouver and ACM by the styles' own CSL files,
true and with a fault of each kind that shows in the style, and true but loosely written: initials, no middle names,
titles in small letters, venues abbreviated or of another version, the year one off, no accents. Half of the papers are
in the library, half are not. Rules are chosen on one half of the papers (`choose`); what is reported is the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from corpora import DATA

from service.library import Library
from service.manuscript import Entry
from service.readers import read
from service.records import Reference
from service.records.checks import CheckedEntry
from service.render.csl import styled
from service.render.entry import entry_text
from service.review.checking.bibliography import checked_entries
from service.review.checking.reference_sources import LibraryReferences
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings

STYLES: Final = ("apa", "ieee", "chicago-author-date", "vancouver", "association-for-computing-machinery")
SETS: Final = ("acl_anthology", "arxiv")
_NAMES: Final = ("Ottilie Grünwald", "Percival Ngata", "Marisol Etxeberria", "Tobias Lindqvist", "Hanae Okabe")
_SHORT: Final = {
    "Proceedings of the": "Proc.", "Conference": "Conf.", "International": "Int.",
    "Association for Computational Linguistics": "ACL",
}  # fmt: skip
_STOP: Final = frozenset("with from that this their using towards toward between through based about into".split())
Fault = Callable[[Reference, "list[dict[str, Any]]", random.Random], Reference | None]


@dataclass(frozen=True, slots=True)
class Case:
    """An entry as it reads, with what is wrong in it ("true": nothing) and what is known of it."""

    text: str
    kind: str
    style: str
    inside: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=300, help="of each set, half of them in the library")
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    parser.add_argument("--shown", action="store_true", help="print what is judged wrongly")
    options = parser.parse_args()
    if not (DATA / "acl_anthology").is_dir():
        print("not run: it needs ../shared/data/acl_anthology and arxiv")
        return
    measure(papers=options.papers, half=options.half, shown=options.shown)


def measure(*, papers: int, half: str, shown: bool) -> None:
    """Prints true entries called wrong and faults found, by style and kind."""
    draw = random.Random(7 if half == "choose" else 41)
    inside: list[dict[str, Any]] = []
    cases: list[Case] = []
    for name in SETS:
        rows = _rows(name, half)
        draw.shuffle(rows)
        known = rows[: papers // 2 + 2_000]
        inside += known
        for chosen, is_inside in ((known[: papers // 2], True), (rows[len(known) : len(known) + papers // 2], False)):
            cases += _cases(chosen, rows, draw, inside=is_inside)
    with (
        tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder,
        Library.open(Settings(library=Path(folder) / "plain"), create=True) as library,
    ):
        (path := Path(folder) / "papers.jsonl").write_text("\n".join(map(json.dumps, inside)), encoding="utf-8")
        library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        entries = [Entry(str(n), case.text, n) for n, case in enumerate(cases)]
        checked = checked_entries([LibraryReferences(LibraryCorpus(library))], entries)
    _print(cases, checked, shown=shown)


def _rows(name: str, half: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / name / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("authors")]
    return rows[0::2] if half == "choose" else rows[1::2]


def _cases(
    chosen: list[dict[str, Any]], rows: list[dict[str, Any]], draw: random.Random, *, inside: bool
) -> Iterator[Case]:
    references = [_reference(str(n), row) for n, row in enumerate(chosen)]
    for style in STYLES:
        true = {label: entry_text(entry) for label, entry in styled(references, style).items()}
        yield from (Case(text, "true", style, inside) for text in true.values())
        if not inside:
            continue
        loose = styled([_loosely(reference, draw) for reference in references], style)
        yield from (Case(_plainer(entry_text(entry), draw), "true, loosely", style, inside) for entry in loose.values())
        for kind, fault in FAULTS.items():
            wrong = [made for reference in references if (made := fault(reference, rows, draw)) is not None]
            for label, entry in styled(wrong, style).items():
                text = entry_text(entry)
                if text != true[label] and ("invented" not in kind or any(n.split()[1] in text for n in _NAMES)):
                    yield Case(text, kind, style, inside)


def _reference(label: str, row: dict[str, Any]) -> Reference:
    venue = row.get("venue") or "arXiv preprint"
    return Reference(
        label, row["id"], row["title"], tuple(row["authors"]), len(row["authors"]), row["year"], None, row["url"],
        row.get("doi"), label, "published", venue,
    )  # fmt: skip


def _loosely(reference: Reference, draw: random.Random) -> Reference:
    """The same work as people write it down."""
    names = [_name(author.split(), draw) for author in reference.authors]
    title = reference.title.lower() if draw.random() < 0.5 else reference.title
    venue = reference.venue or ""
    if draw.random() < 0.6:
        for word, short in _SHORT.items():
            venue = venue.replace(word, short)
    if draw.random() < 0.3:
        venue = draw.choice(("CoRR", "Some Journal of Language"))
    return replace(
        reference,
        authors=tuple(names),
        title=title.replace("-", " ") if draw.random() < 0.2 else title,
        venue=venue,
        year=(reference.year or 2020) + (draw.choice((-1, 1)) if draw.random() < 0.1 else 0),
        doi=reference.doi if draw.random() < 0.5 else None,
        url=reference.url if draw.random() < 0.3 else None,
    )


def _name(words: list[str], draw: random.Random) -> str:
    if len(words) > 2 and draw.random() < 0.6:
        words = [words[0], words[-1]]
    return f"{words[0][0]}. {' '.join(words[1:])}" if len(words) > 1 and draw.random() < 0.4 else " ".join(words)


def _plainer(text: str, draw: random.Random) -> str:
    if draw.random() < 0.2:
        text = text.replace("“", '"').replace("”", '"')
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(bare) if draw.random() < 0.5 else text


def _year(reference: Reference, _others: list[dict[str, Any]], draw: random.Random) -> Reference:
    return replace(reference, year=(reference.year or 2020) - draw.choice((2, 3, 4, 5)))


def _doi(reference: Reference, rows: list[dict[str, Any]], draw: random.Random) -> Reference | None:
    other = next(row for row in iter(lambda: draw.choice(rows), None) if row.get("doi") or not reference.doi)
    return replace(reference, doi=other["doi"]) if reference.doi else None


def _first_author(reference: Reference, _others: list[dict[str, Any]], draw: random.Random) -> Reference:
    return replace(reference, authors=(draw.choice(_NAMES), *reference.authors[1:]))


def _no_first_author(reference: Reference, _others: list[dict[str, Any]], _draw: random.Random) -> Reference | None:
    return _of(reference, reference.authors[1:]) if len(reference.authors) > 2 else None


def _another_author(reference: Reference, _others: list[dict[str, Any]], draw: random.Random) -> Reference:
    at = draw.randint(0, min(2, len(reference.authors)))
    names = [*reference.authors[:at], draw.choice(_NAMES), *reference.authors[at:]]
    return _of(reference, tuple(names))


def _of(reference: Reference, authors: tuple[str, ...]) -> Reference:
    return replace(reference, authors=authors, author_count=len(authors))


def _title_word(reference: Reference, rows: list[dict[str, Any]], draw: random.Random) -> Reference | None:
    words = reference.title.split()
    places = [i for i, w in enumerate(words) if w.isalpha() and len(w) > 3 and w.lower() not in _STOP]
    if len(words) < 6 or not places:
        return None
    others = [w for w in draw.choice(rows)["title"].split() if w.isalpha() and len(w) > 4 and w not in words]
    if not others:
        return None
    words[draw.choice(places)] = draw.choice(others)
    return replace(reference, title=" ".join(words))


def _number(reference: Reference, rows: list[dict[str, Any]], draw: random.Random) -> Reference | None:
    if "arxiv.org" not in (reference.url or ""):
        return None
    return replace(reference, url=draw.choice(rows)["url"])


FAULTS: Final[dict[str, Fault]] = {
    "year": _year,
    "doi of another": _doi,
    "arxiv of another": _number,
    "first author invented": _first_author,
    "first author missing": _no_first_author,
    "invented author added": _another_author,
    "title word": _title_word,
}


def _print(cases: list[Case], checked: tuple[CheckedEntry, ...], *, shown: bool) -> None:
    table: dict[tuple[str, str], Counter[str]] = {}
    for case, entry in zip(cases, checked, strict=True):
        kind = case.kind if case.inside else "true, not in the library"
        table.setdefault((kind, case.style), Counter())[entry.verdict] += 1
        if shown and (entry.verdict == "wrong") == case.kind.startswith("true"):
            print(f"{kind} | {case.style} | {entry.verdict} {entry.fields}\n    {case.text}")
    for kind in dict.fromkeys(kind for kind, _ in table):
        counts = {style: table[kind, style] for style in STYLES if (kind, style) in table}
        told = ", ".join(f"{style.split('-')[0]} {c['wrong']}/{c.total()}" for style, c in counts.items())
        both = sum(counts.values(), Counter[str]())
        share = both["wrong"] / both.total()
        print(
            f"  {kind:26} wrong {both['wrong']:4} of {both.total():4} ({share:6.1%})  valid {both['valid']:4}  {told}"
        )


if __name__ == "__main__":
    main()
