"""The two real listings, read and merged. Skipped where the shared folder is missing."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from service.identity import merge, same_paper
from service.readers import read
from service.records import Origin, Paper

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "daily_papers"
DATED = FOLDER / "listing_with_dates.txt"
PLAIN = FOLDER / "listing_titles_and_abstracts.txt"
pytestmark = pytest.mark.skipif(not DATED.exists(), reason="the shared listings are not here")

# Read off the file by hand, in file order.
UPVOTES = [4, 3, 1, 2, 2, 2, 1, 2, 2, 2, 2]
AUTHOR_COUNTS = [
    4, 4, 8, 5, 3, 9, 17, 6, 6, 5, 6, 50, 9, 3, 12, 4, 6, 6, None, 3,
    5, 9, 4, 10, 6, 8, 6, 25, 4, 11, 5, 9, 6, 7, 6, 8, 6, 2, 8, 7,
]  # fmt: skip
FURNITURE = {"new", "Subscribe", "Daily Papers", "Jan 8", "Mar 11", "byAK and the research community"}


def papers(path: Path) -> list[Paper]:
    records = list(read(path, max_record_bytes=1_000_000))
    assert all(isinstance(record, Paper) for record in records)
    return [record for record in records if isinstance(record, Paper)]


def distinct(found: Iterable[Paper]) -> list[Paper]:
    merged: list[Paper] = []
    for paper in found:
        for at, known in enumerate(merged):
            if same_paper(known, paper):
                merged[at] = merge(known, paper)
                break
        else:
            merged.append(paper)
    return merged


def test_both_listings_are_read_to_the_last_paper() -> None:
    """40 + 70 papers, none rejected, 99 distinct, whichever file comes first."""
    dated, plain = papers(DATED), papers(PLAIN)
    assert (len(dated), len(plain)) == (40, 70)
    assert len(distinct(dated)) == 40
    assert len(distinct(plain)) == 70
    assert len(distinct(dated + plain)) == len(distinct(plain + dated)) == 99
    assert set(distinct(dated + plain)) == set(distinct(plain + dated)) == set(distinct((dated + plain)[::-1]))


def test_abstracts_are_lines_of_the_source_and_furniture_is_none_of_them() -> None:
    """Every abstract is a whole line, its title the line two above, at the line its origin says."""
    for path in (DATED, PLAIN):
        lines = path.read_text(encoding="utf-8").split("\n")
        for paper in papers(path):
            assert paper.origin is not None
            assert (paper.origin.name, lines[paper.origin.line - 1].strip()) == (path.name, paper.title)
            assert lines[paper.origin.line + 1].strip() == paper.abstract
            assert paper.title not in FURNITURE
            assert len(paper.abstract) > 400


def test_metadata_is_right_on_every_dated_paper() -> None:
    """Counts and upvotes as read by hand; dates against the lines that end in a year or a number after it."""
    found = papers(DATED)
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    written = re.findall(r"^(\w{3}) (\d+), (\d{4})(?: (\d+))?$", DATED.read_text(encoding="utf-8"), re.MULTILINE)
    dates = [f"{year}-{months.index(month) + 1:02}-{int(day):02}" for month, day, year, _ in written]
    assert [paper.date for paper in found] == dates
    assert [paper.year for paper in found] == [int(year) for _, _, year, _ in written]
    assert [paper.upvotes for paper in found] == [int(votes) if votes else None for *_, votes in written]
    assert [paper.upvotes for paper in found if paper.upvotes is not None] == UPVOTES
    assert [paper.author_count for paper in found] == AUTHOR_COUNTS
    assert [paper.organisation for paper in found if paper.organisation] == ["Fudan University"]
    assert Counter(paper.date_kind for paper in found) == {"listed": 40}
    assert found[18].organisation == "Fudan University"
    assert (found[18].date, found[18].upvotes) == ("2025-10-09", 2)


def test_the_undated_listing_invents_nothing() -> None:
    """No date, count, organisation or year where the file has none."""
    for paper in papers(PLAIN):
        bare = Paper(title=paper.title, abstract=paper.abstract, origin=paper.origin)
        assert paper == bare


def test_the_merged_record_carries_what_either_file_knows() -> None:
    """A paper of both files has the date and count, also when the file without them was read first."""
    [merged] = [p for p in distinct(papers(PLAIN) + papers(DATED)) if p.title == "Alignment for Honesty"]
    assert (merged.date, merged.author_count, merged.date_kind) == ("2023-12-12", 5, "listed")
    assert sum(paper.date is not None for paper in distinct(papers(PLAIN) + papers(DATED))) == 40


def test_the_file_name_does_not_matter(tmp_path: Path) -> None:
    """Content decides: another name and suffix give the same papers, but for the origin."""
    copy = tmp_path / "download.bib"
    shutil.copyfile(DATED, copy)
    for original, renamed in zip(papers(DATED), papers(copy), strict=True):
        assert original.origin is not None
        assert renamed.origin == Origin("download.bib", original.origin.line)
        assert (renamed.title, renamed.abstract, renamed.date) == (original.title, original.abstract, original.date)
