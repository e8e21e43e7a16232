"""References say what is known and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_review import ANSWER, HERON, KITE, refer

from service.records import Reference
from service.render import as_bibtex, as_text
from service.render.bibtex import cite_keys
from service.render.reference import in_words, notes, plain_doi, publication_year, web_address

LISTED = refer(KITE, "1", "kite2024")
PUBLISHED = refer(HERON, "2", "heron2023")
BARE = Reference("3", "p", "Bare", (), None, None, None, None, None, "bare")


def test_a_listing_gives_no_author_no_year_and_no_venue() -> None:
    """A listing knows a date and an author count: both go into a note, neither becomes a field."""
    entry = as_bibtex([LISTED])
    assert "note = {Listed 2024-12-05; 9 authors}" in entry
    for field in ("author", "year", "howpublished", "url", "doi"):
        assert f"\n  {field} =" not in entry


def test_a_publication_gives_its_fields() -> None:
    """Authors, year, venue, address and DOI that are known stand in their fields."""
    entry = as_bibtex([PUBLISHED])
    assert "author = {Mira Okonjo and Ján Šťastný}" in entry
    assert r"author = {Mira Okonjo and J\'{a}n \v{S}\v{t}astn\'{y}}" in as_bibtex([PUBLISHED], ascii_only=True)
    assert "year = {2023}" in entry
    assert entry.startswith("@inproceedings{heron2023,")
    assert r"booktitle = {Workshop on Birds \& Models}" in entry
    assert "doi = {10.1234/heron_1}" in entry
    assert "url = {https://example.org/heron?a=1&b=2}" in entry


@pytest.mark.parametrize(
    ("reference", "year", "note"),
    [
        (LISTED, None, ("Listed 2024-12-05", "9 authors")),
        (PUBLISHED, 2023, ()),
        (replace(BARE, year=2021), 2021, ()),
        (replace(BARE, year=2021, date="2021-03-01"), None, ("Dated 2021-03-01",)),
        (replace(BARE, year=2021, date_kind="listed"), None, ("Listed 2021",)),
        (replace(BARE, author_count=1), None, ("1 author",)),
        (BARE, None, ()),
    ],
    ids=["listed", "published", "year only", "date of unknown kind", "listed year", "one author", "nothing"],
)
def test_year_is_only_a_publication_year(reference: Reference, year: int | None, note: tuple[str, ...]) -> None:
    """A date of unknown kind is noted as a date; only a publication date or a bare year is a year."""
    assert publication_year(reference) == year
    assert notes(reference) == note


def test_keys_are_ascii_unique_and_stable() -> None:
    """Good keys stay; others lose what BibTeX cannot take; collisions, also by case, get a number."""
    keys = ["kite2024", "Kite2024", "ké y,{}%", "", "中"]
    references = [replace(BARE, label=str(n), key=key) for n, key in enumerate(keys)]
    expected = {"0": "kite2024", "1": "Kite2024-2", "2": "ky", "3": "paper", "4": "paper-2"}
    assert cite_keys(references) == expected
    assert cite_keys(references) == cite_keys(list(references))


@pytest.mark.parametrize(
    ("author", "field"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Lovelace, Ada", "Lovelace, Ada"),
        ("Black and White Lab", "{Black and White Lab}"),
        ("others", "{others}"),
        ("A, B, C, D", "{A, B, C, D}"),
        ("{Evil} \\input", r"Evil {\textbackslash}input"),
    ],
)
def test_author_names_are_read_as_one_name_each(author: str, field: str) -> None:
    """What BibTeX would split or extend is put in braces."""
    assert f"author = {{{field}}}," in as_bibtex([replace(BARE, authors=(author,))])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://e.org/a?b=c&d=%20#f", "https://e.org/a?b=c&d=%20#f"),
        ("https://e.org/{x}\\y^z", "https://e.org/%7Bx%7D%5Cy%5Ez"),
        ("https://e.org/é", "https://e.org/%C3%A9"),
        ("https://e.org/a b", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("", None),
    ],
)
def test_only_web_addresses_are_shown(url: str, shown: str | None) -> None:
    """Other schemes are left out; characters that markup acts on are percent-encoded."""
    assert web_address(replace(BARE, url=url)) == shown


@pytest.mark.parametrize(
    ("doi", "shown"),
    [
        ("10.1234/abc_d", "10.1234/abc_d"),
        ("https://doi.org/10.1234/abc", "10.1234/abc"),
        ("10.1234/}\\input{x}", None),
        ("11.1234/abc", None),
        ("", None),
    ],
)
def test_only_dois_are_shown(doi: str, shown: str | None) -> None:
    """A resolver's address is reduced to the DOI; what is none, or holds TeX, is left out."""
    assert plain_doi(replace(BARE, doi=doi)) == shown


def test_reference_in_words_says_only_what_is_known() -> None:
    """Worked by hand for a title alone, a listing and a title that ends in a question mark."""
    assert in_words(BARE) == "Bare."
    assert in_words(LISTED) == "KITE: Gentle Alignment of Small Models. Listed 2024-12-05. 9 authors."
    assert in_words(replace(BARE, title="Why?", year=2020)) == "Why? 2020."


def test_no_references_make_an_empty_file() -> None:
    """Nothing cited, nothing listed."""
    assert as_bibtex([]) == ""


def test_a_citation_without_reference_is_an_error() -> None:
    """A label that leads nowhere must not be printed, and not be dropped in silence either."""
    with pytest.raises(ValueError, match=r"citation \[2\] of 'p-heron' has no reference"):
        as_text(replace(ANSWER, references=ANSWER.references[:1]))
