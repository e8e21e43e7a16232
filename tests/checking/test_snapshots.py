"""References that the library does not know, looked up in files of papers that are read once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from service.errors import SourceError
from service.library import Library
from service.manuscript import Entry, read_bib
from service.readers import read
from service.records import Paper
from service.records.checks import CheckedEntry, ReferencePlace
from service.review.checking import Candidates, ReferenceSource, Snapshot
from service.review.checking.bibliography import checked_entries, further_checked
from service.review.checking.reference_sources import LibraryReferences
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings

PIKE = {
    "id": "pike",
    "title": "Pike Populations in Shallow Lakes: A Census of Ten Years",
    "authors": ["Thai Le", "Ana van der Berg"],
    "year": 2021,
    "venue": "Lakes",
    "doi": "10.5555/pike.1",
    "abstract": "We count pike.",
}
REED = {
    "id": "reed",
    "title": "Reed Belts Slow the Flow of Nutrients into Cold Rivers",
    "authors": ["Mira Holm"],
    "year": 2019,
    "venue": "Journal of Rivers",
    "doi": "10.5555/reed.2",
    "abstract": "Reed slows nutrients.",
}
EEL = REED | {"id": "eel", "title": "Eels Return to the Dammed Rivers", "doi": "10.5555/eel.3", "year": 2020}
BIB = """@article{pike, title={Pike Populations in Shallow Lakes}, author={Le, T. and van der Berg, A.}, year=2021}
@article{reed, title={Reed Belts Slow the Flow of Nutrients into Cold Rivers}, author={Mira Holm}, year=2015,
  journal={Journal of Rivers}}
@article{slip, title={Eels Return to the Drained Rivers}, author={Mira Holm}, year=2020, journal={Journal of Rivers}}
@article{doi, title={Eels Return to the Dammed Rivers}, author={Mira Holm}, doi={10.5555/reed.2}}
@article{gone, title={Nobody Has Heard of This Work}, author={Ole Lund}, year=2011}
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    rows = [REED, EEL, *(EEL | {"id": f"n{n}", "title": f"Nothing Alike Number {n}", "doi": ""} for n in range(300))]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return Snapshot([tmp_path / "papers.jsonl"], max_record_bytes=1_000_000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryReferences]:
    folder = tmp_path_factory.mktemp("snapshot")
    (path := Path(folder) / "papers.jsonl").write_text(json.dumps(PIKE), encoding="utf-8")
    with Library.open(Settings(library=folder / "library"), create=True) as opened:
        opened.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        yield LibraryReferences(LibraryCorpus(opened))


def _by_key(checked: Sequence[CheckedEntry]) -> dict[str, CheckedEntry]:
    return {entry.key: entry for entry in checked}


def test_the_snapshot_is_asked_for_what_the_library_does_not_know(
    library: LibraryReferences, snapshot: Snapshot
) -> None:
    """The entry says what knew it, in the order of the list; a paper's id is only the library's."""
    checked = checked_entries([library, snapshot], read_bib(BIB))
    assert [(e.key, e.verdict, e.checked_against, e.paper_id) for e in checked] == [
        ("pike", "valid", "library", "pike"),
        ("reed", "wrong", "snapshot", None),
        ("slip", "wrong", "snapshot", None),
        ("doi", "wrong", "snapshot", None),
        ("gone", "unverified", "none", None),
    ]
    faults = {key: [(f.field, f.should_be) for f in e.fields] for key, e in _by_key(checked).items()}
    assert faults["reed"] == [("year", "2019")]
    assert faults["slip"] == [("title", EEL["title"])]
    assert faults["doi"] == [("doi", "10.5555/eel.3")]
    assert (snapshot.records, snapshot.rejected) == (302, 0)


def test_a_snapshot_keeps_only_what_the_entries_may_mean(snapshot: Snapshot) -> None:
    """Without abstracts, and by title, number, author and year, or the end of the title."""
    reed, eel = read_bib(BIB)[1:3]
    found = snapshot.papers_for([reed, eel])
    assert [p.title for p in found["reed"].others] == [REED["title"]]
    assert len(found["slip"].others) <= 101
    assert {p.abstract for c in found.values() for p in c.others} == {""}


def test_plain_text_is_found_in_a_snapshot_too(snapshot: Snapshot) -> None:
    """By any stretch of it that is a title, and by author and year where the title has a slip."""
    texts = {
        "a": f"M. Holm. {REED['title']}. Journal of Rivers, 2016.",
        "b": "Holm M. Eels return to the drained rivers. Journal of Rivers. 2020;3:1.",
        "c": f"Holm, M. (2019). {REED['title']}. Journal of Rivers.",
    }
    checked = checked_entries([snapshot], [Entry(key, text, 1) for key, text in texts.items()])
    assert [(e.verdict, [f.field for f in e.fields]) for e in checked] == [
        ("wrong", ["year"]),
        ("wrong", ["title"]),
        ("valid", []),
    ]


def test_what_a_later_source_has_as_cited_is_valid(library: LibraryReferences, snapshot: Snapshot) -> None:
    """A sibling of the library's paper is no slip of its title once it is found itself."""

    class One:
        place: ReferencePlace = "online"

        def __init__(self, paper: Paper) -> None:
            self.paper = paper
            self.asked: list[str] = []

        def papers_for(self, entries: Sequence[Entry]) -> Mapping[str, Candidates]:
            self.asked += [entry.key for entry in entries]
            return {entry.key: Candidates(None, (self.paper,)) for entry in entries}

    title = "Perch Populations in Shallow Lakes: A Census of Ten Years"
    entry = f"@article{{k, title={{{title}}}, author={{Thai Le and Ana van der Berg}}, year=2021, journal={{Lakes}}}}"
    entries = read_bib(entry + BIB.split("\n", 1)[0])
    alone = checked_entries([library], entries)
    assert [(e.verdict, e.checked_against) for e in alone] == [("wrong", "library"), ("valid", "library")]
    online: ReferenceSource = (seen := One(Paper(title, "", authors=("Thai Le", "Ana van der Berg"), year=2021)))
    checked = further_checked(alone, [snapshot, online], entries)
    assert [(e.verdict, e.checked_against) for e in checked] == [("valid", "online"), ("valid", "library")]
    assert seen.asked == ["k"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """All of them: an error; one of several: the rest is used. Parquet comes with what to do."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + b"\x00" * 100)
    (tmp_path / "b.jsonl").write_text(json.dumps(REED), encoding="utf-8")
    files = [tmp_path / "a.parquet", tmp_path / "b.jsonl"]
    with pytest.raises(SourceError, match=r"Parquet.*to_json.*a\.jsonl"):
        Snapshot(files[:1], max_record_bytes=1_000_000).papers_for(read_bib(BIB))
    both = Snapshot(files, max_record_bytes=1_000_000)
    assert both.papers_for(read_bib(BIB))["reed"].others
    assert len(both.unread) == 1
