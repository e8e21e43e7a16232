"""Whether references are found true or wrong: bibliography entries in legitimate and in thirteen wrong spellings.

    python bench/references.py [--shown] [--plain]

../shared/data/refcheck holds the entries and the library of 300 records that they are checked against, with their DOIs
and without; the entries of
../shared/data/hallmark are checked without any library, which only a year to come or names of nobody can tell. The
third are true entries of the ACL Anthology, for papers of a library of 4,000 and for others, among them every paper
that shares its authors, year and venue, or its title, with one of the library. The fourth are the real .bib files of
../shared/data/formats, against the library that they are imported to. `--plain`: only entries of plain text, in five
styles, as bench/plain_references.py sets them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import plain_references
from corpora import DATA

from service.library import Library
from service.manuscript import read_bib
from service.readers import read
from service.review.checking.bibliography import checked_entries
from service.review.checking.reference_sources import LibraryReferences
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings
from service.text.normal import title_key

_OF_DOI = ("doi_of_other", "fabricated_doi")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shown", action="store_true", help="print what is judged wrongly")
    parser.add_argument("--plain", action="store_true", help="measure references in plain text instead")
    options = parser.parse_args()
    if options.plain:
        plain_references.measure(papers=240, half="report", shown=options.shown)
        return
    if not (DATA / "refcheck").is_dir():
        print("not run: it needs ../shared/data/refcheck")
        return
    _anthology(shown=options.shown)
    _real_files(shown=options.shown)
    with (
        tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder,
        Library.open(Settings(library=Path(folder) / "refcheck"), create=True) as library,
    ):
        empty = LibraryCorpus(library)
        _hallmark(empty)
        library.import_papers(read(DATA / "refcheck/library.jsonl", max_record_bytes=1_000_000), embed=False)
        _refcheck(LibraryCorpus(library), shown=options.shown)
        _refcheck(LibraryCorpus(library), shown=False, numbered=False)


def _refcheck(corpus: LibraryCorpus, *, shown: bool, numbered: bool = True) -> None:
    """The table by kind; without `numbered` the same entries without their DOIs."""
    truth = {r["key"]: r for r in map(json.loads, (DATA / "refcheck/entries.jsonl").open(encoding="utf-8"))}
    entries = read_bib((DATA / "refcheck/entries.bib").read_text(encoding="utf-8"))
    if not numbered:
        entries = tuple(replace(entry, doi=None) for entry in entries if truth[entry.key]["kind"] not in _OF_DOI)
        print(f"without their DOIs, {len(entries)} entries")
    checked = checked_entries([LibraryReferences(corpus)], entries)
    table: dict[tuple[str, str], Counter[str]] = {}
    for entry in checked:
        row = truth[entry.key]
        table.setdefault((row["label"], row["kind"]), Counter())[entry.verdict] += 1
        if shown and (row["label"] == "WRONG") != (entry.verdict == "wrong"):
            print(row["kind"], entry.verdict, entry.fields, row["fields"])
    for (label, kind), counts in sorted(table.items()):
        print(f"  {label:6} {kind:26} {dict(counts)}")
    wrong = sum((c for (label, _), c in table.items() if label == "WRONG"), Counter[str]())
    valid = sum((c for (label, _), c in table.items() if label == "VALID"), Counter[str]())
    print(f"wrong ones found: {wrong['wrong']} of {wrong.total()}")
    print(f"valid ones called wrong: {valid['wrong']} of {valid.total()}, called valid: {valid['valid']}")


def _hallmark(corpus: LibraryCorpus) -> None:
    path = DATA / "hallmark/dev_public.jsonl"
    rows = list(map(json.loads, path.open(encoding="utf-8"))) if path.is_file() else []
    table: dict[str, Counter[str]] = {}
    for row in rows:
        (entry,) = read_bib(row["raw_bibtex"] or _bibtex(row))
        (checked,) = checked_entries([LibraryReferences(corpus)], [entry])
        table.setdefault(row.get("hallucination_type") or "VALID", Counter())[checked.verdict] += 1
    for kind, counts in sorted(table.items()):
        print(f"  hallmark {kind:26} {dict(counts)}")


def _anthology(*, shown: bool) -> None:
    """True entries, at random with initials, "and others", titles in braces, and as preprints."""
    with gzip.open(DATA / "acl_anthology/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("authors")]
    draw = random.Random(12)
    draw.shuffle(rows)
    inside, outside = rows[:4000], rows[4000:]
    known = {title_key(row["title"]) for row in inside} | {_kin(row) for row in inside}
    kin = [row for row in outside if title_key(row["title"]) in known or _kin(row) in known]
    with (
        tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder,
        Library.open(Settings(library=Path(folder) / "acl"), create=True) as library,
    ):
        (path := Path(folder) / "acl.jsonl").write_text("\n".join(map(json.dumps, inside)), encoding="utf-8")
        library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        for name, chosen in (("in the library", inside[:2000]), ("kin", kin), ("others", outside[:2000])):
            text = "\n".join(_bibtex(_true_entry(row, draw)) for row in chosen)
            checked = checked_entries([LibraryReferences(LibraryCorpus(library))], read_bib(text))
            print(f"anthology, {name}: {dict(Counter(entry.verdict for entry in checked))}")
            for entry in checked:
                if shown and entry.verdict == "wrong":
                    print("   ", entry.key, entry.paper_id, entry.fields)


def _real_files(*, shown: bool) -> None:
    files = sorted((DATA / "formats").rglob("*.bib"))
    with (
        tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder,
        Library.open(Settings(library=Path(folder) / "bib"), create=True) as library,
    ):
        for path in files:
            library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
        checked = [
            entry
            for text in texts
            for entry in checked_entries([LibraryReferences(LibraryCorpus(library))], read_bib(text))
        ]
    print(f"real .bib files: {dict(Counter(entry.verdict for entry in checked))}")
    for entry in checked:
        if shown and entry.verdict == "wrong":
            print("   ", entry.key, entry.paper_id, entry.fields)


def _kin(row: dict[str, Any]) -> str:
    return f"{row['authors']} {row['year']} {row['venue']}"


def _true_entry(row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    names = row["authors"]
    if draw.random() < 0.3:
        names = [" ".join([name[0] + ".", *name.split()[1:]]) if " " in name else name for name in names]
    authors = " and ".join(names)
    if len(names) > 3 and draw.random() < 0.5:
        authors = " and ".join([*names[:2], "others"])
    title = "{" + row["title"] + "}" if draw.random() < 0.3 else row["title"]
    year, venue = row["year"], row["venue"]
    if draw.random() < 0.2:  # as its preprint of the year before
        year, venue = year - 1, draw.choice(("arXiv preprint arXiv:2006.01234", "CoRR", "ArXiv"))
    fields = {"title": title, "author": authors, "year": year, "booktitle": venue}
    return {"bibtex_key": row["id"], "fields": {k: v for k, v in fields.items() if v}}


def _bibtex(row: dict[str, Any]) -> str:
    fields = row["fields"]
    return f"@misc{{{row['bibtex_key']},\n" + "".join(f"  {k} = {{{v}}},\n" for k, v in fields.items()) + "}\n"


if __name__ == "__main__":
    main()
