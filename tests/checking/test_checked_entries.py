"""Whether references exist as cited, against a small library of invented papers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.library import Library
from service.manuscript import Entry, read_bib
from service.readers import read
from service.records.checks import CheckedEntry
from service.review.checking.bibliography import checked_entries
from service.review.checking.reference_sources import LibraryReferences
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings

VENUE = "Proceedings of the 9th Conference on Lake Ecology (CLE)"
PAPERS: list[dict[str, Any]] = [
    {
        "id": "pike",
        "title": "Pike Populations in Shallow Lakes: A Census of Ten Years",
        "authors": ["Thai Le", "Ana van der Berg", "Josef Černý"],
        "year": 2021,
        "venue": VENUE,
        "doi": "10.5555/pike.1",
    },
    {
        "id": "reed",
        "title": "Reed Belts Slow the Flow of Nutrients into Cold Rivers",
        "authors": ["Mira Holm"],
        "year": 2019,
        "venue": "Journal of Rivers",
        "doi": "10.5555/reed.2",
    },
    {
        "id": "perch",
        "title": "Does Counseling Anglers Improve the Choice of Bait? Evidence from Ponds",
        "year": 2008,
        "venue": "Summer Institute of Lake Economics",
    },
    {
        "id": "eel",
        "title": "Eels Return to the Dammed Rivers of the North",
        "authors": ["Ida Brandt", "Paul Ek"],
        "year": 2020,
        "url": "https://arxiv.org/abs/2003.01234",
    },
]
TRUE = {
    "title": PAPERS[0]["title"],
    "author": "Thai Le and Ana van der Berg and Josef Černý",
    "year": "2021",
    "booktitle": VENUE,
    "doi": "10.5555/pike.1",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    folder = tmp_path_factory.mktemp("references")
    lines = (json.dumps(p | {"abstract": f"We report on what is told in {p['title']}."}) for p in PAPERS)
    (path := Path(folder) / "papers.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Library.open(Settings(library=folder / "library"), create=True) as library:
        library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        yield LibraryCorpus(library)


def _checked(corpus: LibraryCorpus, **changed: str | None) -> CheckedEntry:
    fields = {name: value for name, value in (TRUE | changed).items() if value is not None}
    text = "@inproceedings{key,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
    (checked,) = checked_entries([LibraryReferences(corpus)], read_bib(text))
    return checked


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"author": "Le, T. and {van der Berg}, A. and {\\v C}ern{\\'y}, J."},
        {"author": "Thai Le and others"},
        {"title": "{PIKE} populations in shallow lakes"},
        {"booktitle": "CLE"},
        {"booktitle": "Proc. 9th Conf. Lake Ecol."},
        {"booktitle": None, "year": None},
        {"doi": "https://doi.org/10.5555/PIKE.1"},
        {"booktitle": "arXiv preprint arXiv:2001.04321", "year": "2020", "doi": None},
    ],
)
def test_legitimate_spellings_are_no_faults(corpus: LibraryCorpus, changed: dict[str, str | None]) -> None:
    """Initials, "and others", case, a title without its subtitle, a short venue, a DOI as URL, the preprint."""
    checked = _checked(corpus, **changed)
    assert (checked.verdict, checked.paper_id, checked.fields) == ("valid", "pike", ())


@pytest.mark.parametrize(
    ("changed", "field", "should_be"),
    [
        ({"year": "2018"}, "year", "2021"),
        ({"author": "Thai Le and Josef Černý"}, "author", "Thai Le and Ana van der Berg and Josef Černý"),
        (
            {"author": "Thai Le and Josef Černý and Ana van der Berg"},
            "author",
            "Thai Le and Ana van der Berg and Josef Černý",
        ),
        ({"booktitle": "Nature Physics"}, "venue", VENUE),
        ({"doi": "10.5555/nothing"}, "doi", "10.5555/pike.1"),
        ({"doi": "10.5555/reed.2"}, "doi", "10.5555/pike.1"),
        (
            {"title": "Perch Populations in Shallow Lakes: A Census of Ten Years", "doi": None},
            "title",
            PAPERS[0]["title"],
        ),
        (
            {"title": "Pike Populations in Shallow Flow of Nutrients into Cold Rivers", "doi": None},
            "title",
            PAPERS[0]["title"],
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_should_stand_there(
    corpus: LibraryCorpus, changed: dict[str, str | None], field: str, should_be: str
) -> None:
    """Year, authors, venue, DOI, a slip in the title, and two titles run into one."""
    checked = _checked(corpus, **changed)
    assert (checked.verdict, checked.paper_id) == ("wrong", "pike")
    (fault,) = checked.fields
    assert (fault.field, fault.should_be) == (field, should_be)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Perch Counts Made Simple", "doi": None},
        {"title": "Pike Populations in Shallow Lakes: Part 2", "doi": None},
        {"author": "Ole Lund", "year": "1999", "booktitle": "Nordic Letters", "doi": None},
        {"year": "2022"},
    ],
)
def test_what_the_library_cannot_tell_is_left_open(corpus: LibraryCorpus, changed: dict[str, str | None]) -> None:
    """Another title, a sibling by the same authors, a work that shares only its title, and the year of print."""
    assert _checked(corpus, **changed).verdict == "unverified"


VERSION: dict[str, str | None] = {
    "title": PAPERS[2]["title"],
    "author": "Mira Holm",
    "year": "2011",
    "booktitle": "Journal of Ponds",
}


@pytest.mark.parametrize("doi", [None, "10.5555/journal.9"])
@pytest.mark.parametrize("year", ["2008", "2011"])
def test_another_version_of_a_paper_is_known_otherwise(corpus: LibraryCorpus, doi: str | None, year: str) -> None:
    """A journal's year, venue and DOI beside a record of the conference: never wrong, so never rewritten."""
    checked = _checked(corpus, **VERSION | {"year": year}, doi=doi)
    assert (checked.verdict, checked.paper_id) == ("unverified", "perch")
    assert {f.field for f in checked.fields} == {"venue"} | ({"year"} if year == "2011" else set())
    alike = _checked(corpus, **VERSION | {"booktitle": "Journal of Lake Economics"}, doi=doi)
    assert (alike.verdict, [f.field for f in alike.fields]) == ("unverified", ["year"])


def test_a_doi_that_the_library_lacks_makes_no_verdict_harsher(corpus: LibraryCorpus) -> None:
    """The year is wrong where the venue is the record's; beside a DOI that may be another version's it is open."""
    same_venue = VERSION | {"booktitle": "Summer Institute of Lake Economics"}
    assert _checked(corpus, **same_venue, doi=None).verdict == "wrong"
    assert _checked(corpus, **same_venue, doi="10.5555/journal.9").verdict == "unverified"


def test_a_doi_of_another_work_is_wrong_in_any_version(corpus: LibraryCorpus) -> None:
    """Only the DOI is named then; what should stand there is not known."""
    changed = {"booktitle": "Nordic Letters", "year": "2024", "doi": "10.5555/reed.2"}
    checked = _checked(corpus, **changed)
    assert checked.verdict == "wrong"
    assert [(f.field, f.should_be) for f in checked.fields] == [("doi", None)]


def test_an_export_s_howpublished_is_the_venue(corpus: LibraryCorpus) -> None:
    """With it a wrong year is told; an address in it is none."""
    (entry,) = read_bib("@misc{a, title={A}, howpublished={Summer {I}nstitute of Lake Economics}, year=2005}")
    assert entry.venue == "Summer Institute of Lake Economics"
    (entry,) = read_bib("@misc{a, title={A}, howpublished={\\url{https://example.org}}}")
    assert entry.venue is None
    fields = {"title": PAPERS[2]["title"], "author": None, "year": "2005", "booktitle": None, "doi": None}
    checked = _checked(corpus, **fields, howpublished="Summer Institute of Lake Economics")
    assert (checked.verdict, [f.field for f in checked.fields]) == ("wrong", ["year"])


def test_a_title_in_another_spelling_is_found(corpus: LibraryCorpus) -> None:
    """A fault of the title where year and venue are the record's, else perhaps another version; never unknown."""
    title = PAPERS[2]["title"].replace("Counseling", "Counselling")
    fields = VERSION | {"title": title, "author": None, "year": "2008", "doi": None}
    checked = _checked(corpus, **fields | {"booktitle": "Summer Institute of Lake Economics"})
    assert (checked.verdict, checked.paper_id) == ("wrong", "perch")
    assert [f.should_be for f in checked.fields] == [PAPERS[2]["title"]]
    assert (_checked(corpus, **fields).verdict, _checked(corpus, **fields).paper_id) == ("unverified", "perch")
    other = title.replace("Anglers", "Sailors")
    assert _checked(corpus, **fields | {"title": other}).paper_id is None


def test_a_preprint_in_the_library_says_nothing_on_where_the_paper_appeared(corpus: LibraryCorpus) -> None:
    """Its year and venue are its own, and so are the journal version's."""
    fields = {"title": PAPERS[3]["title"], "author": "Ida Brandt and Paul Ek", "year": "2022", "booktitle": "Waters"}
    assert _checked(corpus, **fields, doi=None).verdict == "valid"
    assert _checked(corpus, **fields | {"author": "Ida Brandt and Ole Ek"}, doi=None).verdict == "valid"
    other = fields | {"author": "Ida Brandt and Ole Lund"}
    assert _checked(corpus, **other, doi=None).verdict == "unverified"
    assert _checked(corpus, **other, doi=None, eprint="2003.01234").verdict == "wrong"


def test_a_year_to_come_and_placeholders_are_wrong_without_any_library(corpus: LibraryCorpus) -> None:
    """What no library is needed for; a year alone in an unknown work is no fault."""
    unknown = {"title": "Nobody Has Heard of This Work Here", "doi": None}
    assert [f.field for f in _checked(corpus, **unknown, year="2093").fields] == ["year"]
    assert [f.field for f in _checked(corpus, **unknown, author="Jane Doe and John Smith").fields] == ["author"]
    assert _checked(corpus, **unknown, author="John Smith and Mira Holm").verdict == "unverified"


def test_entries_of_plain_text_are_valid_only_where_they_say_all(corpus: LibraryCorpus) -> None:
    """Title, year and first author stand in it; otherwise nothing is said of it."""
    title = PAPERS[1]["title"]
    texts = (f"M. Holm. {title}. Journal of Rivers, 2019.", f"M. Holm. {title}. 2018.", f"O. Lund. {title}. 2019.")
    checked = checked_entries([LibraryReferences(corpus)], [Entry(str(n), text, n) for n, text in enumerate(texts)])
    assert [entry.verdict for entry in checked] == ["valid", "unverified", "wrong"]


def test_no_year_no_doi_and_a_key_used_twice_are_named_with_the_next_step(corpus: LibraryCorpus) -> None:
    """Whatever the library knows; of two entries with one key the first is told, once."""
    entries = [
        replace(entry, file="refs.bib")
        for entry in read_bib(
            "@article{a, title = {Unheard of}, year = {20l9}, doi = {10.5555}}\n"
            "@article{b, title = {Another}, year = 2020}\n@article{b, title = {A third}, year = 2021}\n"
            "@article{c, title = {Same}, year = 2020}\n@article{c, title = {Same}, year = 2020}"
        )
    ]
    found = {entry.key: entry for entry in checked_entries([LibraryReferences(corpus)], entries)}
    assert [(f.field, f.was) for f in found["a"].fields] == [("year", "20l9"), ("doi", "10.5555")]
    assert all(f.note for entry in found.values() for f in entry.fields)
    assert {entry.verdict for entry in found.values()} == {"wrong"}
    (twice,), (same,) = found["b"].fields, found["c"].fields
    assert (twice.field, twice.was) == ("key", "b")
    assert "line 3" in (twice.note or "")
    assert "delete one" in (same.note or "")


def test_a_key_that_text_and_file_share_is_no_fault(corpus: LibraryCorpus) -> None:
    """A text brings the list that BibTeX made of the file."""
    (entry,) = read_bib("@article{b, title = {Another}, year = 2020}")
    (made,) = checked_entries([LibraryReferences(corpus)], [entry, replace(entry, file="refs.bib")])
    assert made.fields == ()
