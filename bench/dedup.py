"""How well records of one paper are known again: precision and recall over perturbed copies, and invented combinations.

    python bench/dedup.py [--records 20000] [--seed 7]

Records of acl_anthology and arxiv are drawn and doubled; each copy is changed as files of other sources differ: title
in capitals or without its stop, abstract cut or revised, DOI, link, year or authors gone, initials for names. All are
shuffled and imported without vectors. A copy is known where it meets its original. A false merge joins originals whose
titles differ. An invented combination is a stored (DOI, year, venue, link) that no merged record had.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from corpora import DATA

from service.library import Library
from service.records import Paper
from service.settings import Settings
from service.text.normal import title_key


def drawn(count: int, rng: random.Random) -> list[Paper]:
    """Records of both collections, as they are."""
    papers: list[Paper] = []
    for name in ("acl_anthology", "arxiv"):
        (path,) = (DATA / name).glob("corpus.jsonl*")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        papers += [_paper(row) for row in rng.sample(rows, min(count // 2, len(rows)))]
    return papers


def _paper(row: dict[str, object]) -> Paper:
    year, date = row.get("year"), row.get("date")
    return Paper(
        title=str(row["title"]),
        abstract=str(row["abstract"]),
        paper_id=str(row.get("id") or ""),
        authors=tuple(row.get("authors") or ()),  # type: ignore[arg-type]
        year=int(str(year)) if year else int(str(date)[:4]) if date else None,
        date=str(date) if date else None,
        date_kind="published" if date or year else None,
        url=str(row["url"]) if row.get("url") else None,
        doi=str(row["doi"]) if row.get("doi") else None,
        venue=str(row["venue"]) if row.get("venue") else None,
    )


def perturbed(paper: Paper, rng: random.Random) -> Paper:
    """The record as another source might have it."""
    title = rng.choice((paper.title, paper.title.upper(), paper.title + ".", paper.title.replace("-", "–")))
    words = paper.abstract.split(" ")
    abstract = rng.choice(
        (paper.abstract, " ".join(words[: max(12, len(words) * 2 // 3)]), "In this paper, " + paper.abstract)
    )
    copy = replace(paper, title=title, abstract=abstract, paper_id="")
    lost: dict[str, object] = {
        "doi": None, "url": None, "venue": None, "year": None, "authors": ()
    }  # fmt: skip
    for name in rng.sample(list(lost), rng.randint(0, 3)):
        copy = replace(copy, **{name: lost[name]})  # type: ignore[arg-type]
    if copy.year is None:
        copy = replace(copy, date=None, date_kind=None)
    initials = tuple(f"{a.split()[-1]}, {a[0]}." for a in copy.authors if a.split())
    return replace(copy, authors=rng.choice((copy.authors, initials)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000, help="originals (default: 20,000)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not (DATA / "arxiv").is_dir():
        print("not run: it needs ../shared/data")
        return
    rng = random.Random(options.seed)
    originals = drawn(options.records, rng)
    records = [(i, p) for i, p in enumerate(originals)] + [(i, perturbed(p, rng)) for i, p in enumerate(originals)]
    rng.shuffle(records)
    with (
        tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder,
        Library.open(Settings(library=Path(folder) / "dedup"), create=True) as library,
    ):
        started = time.process_time()
        report = library.import_papers([p for _, p in records], embed=False)
        seconds = time.process_time() - started
        stored = {p.paper_id: p for p in library.papers()}
    _report(originals, records, [p.paper_id for p in report.papers], stored, seconds)


def _report(
    originals: list[Paper],
    records: list[tuple[int, Paper]],
    ids: list[str],
    stored: dict[str, Paper],
    seconds: float,
) -> None:
    of_original: dict[int, set[str]] = defaultdict(set)
    held: dict[str, list[tuple[int, Paper]]] = defaultdict(list)
    for (i, paper), paper_id in zip(records, ids, strict=True):
        of_original[i].add(paper_id)
        held[paper_id].append((i, paper))
    known = sum(len(found) == 1 for found in of_original.values())
    merges = sum(len({i for i, _ in group}) - 1 for group in held.values())
    false = [g for g in held.values() if len({title_key(originals[i].title) for i, _ in g}) > 1]
    invented = [p for p in stored.values() if not any(_where(p) == _where(r) for _, r in held[p.paper_id])]
    print(f"{len(records):,} records, {len(stored):,} papers, {len(records) / seconds:,.0f} records/s of one core")
    print(f"copies known again: {known:,} of {len(originals):,} ({known / len(originals):.4f})")
    print(f"originals that met another original: {merges:,}; papers that join unlike titles: {len(false):,}")
    for group in false[:10]:
        print("   ", " | ".join(sorted({originals[i].title[:70] for i, _ in group})))
    print(f"invented combinations of DOI, year, venue and link: {len(invented):,}")


def _where(paper: Paper) -> tuple[object, ...]:
    return (paper.doi, paper.year, paper.venue, paper.url)


if __name__ == "__main__":
    main()
