"""What is read of the real files, and how fast.

    python bench/readers.py [--megabytes 4]

The first table says of each format how many of the files from libraries' own test suites are read, and what of them is
rejected and why. The second sets each reader beside the library that parses its format, alone, in one run over the same
bytes: the real files of the format, repeated up to a size. A ratio of 2 means that reading, cleaning and checking every
field takes as long again as the library takes to parse.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from service.errors import SourceError
from service.readers import Reader, read
from service.readers.formats import readers
from service.readers.lines import open_text
from service.records import Paper, Rejection

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "formats"
_MOST_BYTES = 1_000_000
_FIGURES = str.maketrans("0123456789", "##########")


@dataclass(slots=True)
class Tally:
    """What came of the files of one format."""

    files: int = 0
    read: int = 0
    papers: int = 0
    without_abstract: int = 0
    duplicates: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def tallies(files: list[Path]) -> dict[str, Tally]:
    """By format, as content shows it; `duplicates` are papers with the title of another of the same format."""
    found: dict[str, Tally] = {}
    titles: dict[str, set[str]] = {}
    for path in files:
        key = _key(path)
        tally = found.setdefault(key, Tally())
        tally.files += 1
        try:
            records = list(read(path, max_record_bytes=_MOST_BYTES))
        except SourceError as error:
            tally.reasons[f"file: {str(error).partition(' is ')[2][:60]}"] += 1
            continue
        tally.read += 1
        for record in records:
            if isinstance(record, Paper):
                tally.papers += 1
                tally.without_abstract += not record.abstract
                tally.duplicates += record.title in titles.setdefault(key, set())
                titles[key].add(record.title)
            elif isinstance(record, Rejection):
                tally.reasons[record.reason.partition(":")[0].translate(_FIGURES)[:60]] += 1
    return found


def _key(path: Path) -> str:
    head = open_text(path).head
    return next((reader.key for reader in readers() if reader.recognises(head)), "unknown")


def rows(found: Mapping[str, Tally]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| format | files | read | records | imported | same title | no abstract | rejected: why |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for key, tally in sorted(found.items()):
        rejected = sum(tally.reasons.values())
        why = "; ".join(f"{count} {reason}" for reason, count in tally.reasons.most_common(4))
        yield (
            f"| {key} | {tally.files} | {tally.read} | {tally.papers + rejected} | {tally.papers} | "
            f"{tally.duplicates} | {tally.without_abstract} | {why} |"
        )


def _rispy(text: str) -> int:
    from rispy import loads  # type: ignore[import-untyped]

    return len(loads(text))


def _bibtexparser(text: str) -> int:
    from bibtexparser.entrypoint import parse_string

    return len(parse_string(text).entries)


def _medline(text: str) -> int:
    from Bio import Medline

    return len(list(Medline.parse(io.StringIO(text))))  # type: ignore[no-untyped-call]


def _csv(text: str) -> int:
    return sum(1 for _ in csv.DictReader(io.StringIO(text)))


def _json(text: str) -> int:
    return sum(len(json.loads(line)) for line in text.splitlines() if line)


def _lxml(text: str) -> int:
    from lxml import etree

    return len(etree.fromstring(f"<all>{text}</all>".encode(), etree.XMLParser(huge_tree=True)))


@dataclass(frozen=True, slots=True)
class Rival:
    """A library, the pattern of files it is given, and how they are made one file."""

    name: str
    pattern: str
    parse: Callable[[str], int]
    joined: Callable[[str], str] = str


def _without_declaration(text: str) -> str:
    """The document's root element: documents in a row are then one, under a root of their own."""
    return re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", "", text)


def _one_line(text: str) -> str:
    return json.dumps(json.loads(text))


RIVALS: Mapping[str, Rival] = {
    "ris": Rival("rispy", "ris/rispy__example_full.ris", _rispy),
    "bibtex": Rival("bibtexparser", "bibtex/zotero-bbt__Math*.bib", _bibtexparser),
    "nbib": Rival("Bio.Medline", "pubmed_nbib/biopython__*.txt", _medline),
    "table": Rival("csv", "csv/asreview__generic_tab.tsv", _csv),
    "crossref": Rival("json", "crossref_json/test_cursor_0.json", _json, _one_line),
    "openalex": Rival("json", "openalex_json/test_title_search*.json", _json, _one_line),
    "pubmed-xml": Rival("lxml", "pubmed_xml/biopython__pubmed6.xml", _lxml, _without_declaration),
    "arxiv-atom": Rival("lxml", "arxiv_atom/q_testing_s20*.xml", _lxml, _without_declaration),
}


def rates(reader: Reader, rival: Rival, megabytes: float) -> str | None:
    """A line of the second table; `None` where the file is not here. The medians of three runs of each, in turn."""
    path = next(iter(sorted(DATA.glob(rival.pattern))), None)
    if path is None:
        return None
    one = rival.joined(open_text(path).whole()).strip() + "\n\n"
    head, _, rest = one.partition("\n")
    body, times = (rest, head + "\n") if reader.key == "table" else (one, "")
    text = times + body * max(1, int(megabytes * 1e6 / len(body)))
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / path.name
        large.write_text(text, encoding="utf-8")
        ours, theirs = [], []
        for _ in range(3):
            ours.append(_timed(lambda: _records(large, reader.key)))
            theirs.append(_timed(lambda: rival.parse(text)))
    records, took, alone = ours[0][0], median(run[1] for run in ours), median(run[1] for run in theirs)
    return (
        f"| {reader.key} | {len(text) / 1e6:.1f} | {records} | {records / took:,.0f} | {rival.name} | "
        f"{records / alone:,.0f} | {took / alone:.1f} |"
    )


def _timed(run: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    count = run()
    return count, time.perf_counter() - began


def _records(path: Path, key: str) -> int:
    found = read(path, max_record_bytes=_MOST_BYTES, format_=key)
    return sum(isinstance(record, Paper | Rejection) for record in found)


def main(arguments: list[str]) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=4.0, help="of each format, for the rates (default 4)")
    chosen = parser.parse_args(arguments)
    files = sorted(path for path in DATA.glob("*/*") if path.is_file())
    if not files:
        print(f"no files at {DATA}: they are not part of the checkout")
        return 1
    print(*rows(tallies(files)), sep="\n")
    print("\n| format | MB | records | records/s | library | records/s alone | time, as a multiple |")
    print("| --- | ---: | ---: | ---: | --- | ---: | ---: |")
    by_key = {reader.key: reader for reader in readers()}
    for key, rival in RIVALS.items():
        if (line := rates(by_key[key], rival, chosen.megabytes)) is not None:
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
