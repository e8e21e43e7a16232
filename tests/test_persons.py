"""Persons' names in every spelling that libraries, bibliographies and texts have."""

from __future__ import annotations

import pytest

from service.persons import (
    Name,
    family_name,
    name_of,
    same_surname,
    split_authors,
    surname_key,
    surname_label,
)


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Mira Okonjo", "Okonjo"),
        ("Okonjo, Mira", "Okonjo"),
        ("Okonjo MA", "Okonjo"),
        ("M. A. Okonjo", "Okonjo"),
        ("Jan van der Berg", "van der Berg"),
        ("van der Berg, Jan", "van der Berg"),
        ("García Márquez, Gabriel", "García Márquez"),
        ("Martin Luther King Jr.", "King"),
        ("King, Martin Luther, Jr.", "King"),
        ("King, III, Martin Luther", "King"),
        ("{The ATLAS Collaboration}", "The ATLAS Collaboration"),
        ("DeepMind Team", "DeepMind Team"),
        ("Aristotle", "Aristotle"),
        ("王小明", "王小明"),
        ("王 小明", "王"),
        ("Ji\\v{r}\\'\\i{} \\v{S}\\v{t}astn\\'y", "Šťastný"),
        ("", ""),
    ],
)
def test_family_name(author: str, family: str) -> None:
    assert family_name(author) == family


def test_parts_of_a_name_in_medline_style() -> None:
    assert name_of("Okonjo MA") == Name("Okonjo", "MA")
    assert name_of("J. R. R. Tolkien") == Name("Tolkien", "J. R. R.")


@pytest.mark.parametrize(
    ("authors", "count", "label"),
    [
        (("Mira Okonjo",), None, "Okonjo"),
        (("Mira Okonjo", "Šťastný, Jiří"), None, "Okonjo and Šťastný"),
        (("Mira Okonjo", "A. B", "C. D"), 3, "Okonjo et al."),
        (("Mira Okonjo", "others"), None, "Okonjo et al."),
        (("Mira Okonjo", "et al."), None, "Okonjo et al."),
        (("Mira Okonjo",), 9, None),
        ((), None, None),
    ],
)
def test_label_of_a_papers_authors(authors: tuple[str, ...], count: int | None, label: str | None) -> None:
    assert surname_label(authors, count) == label


def test_authors_of_a_bibliography_entry() -> None:
    listed = "Mira Okonjo and {Barnes and Noble} and {\\'A}lvarez, Pablo\n and others"
    assert split_authors(listed) == ("Mira Okonjo", "{Barnes and Noble}", "Álvarez, Pablo")
    assert split_authors("") == ()


@pytest.mark.parametrize(
    ("cited", "author", "same"),
    [
        ("Okonjo", "Mira Okonjo", True),
        ("Berg", "Jan van der Berg", True),
        ("van der Berg", "Berg, Jan", True),
        ("Márquez", "García Márquez, Gabriel", True),
        ("García Márquez", "García Márquez, Gabriel", True),
        ("Mira", "Mira Okonjo", False),
        ("Okonj", "Mira Okonjo", False),
        ("", "Mira Okonjo", False),
    ],
)
def test_a_cited_surname_fits_an_author(cited: str, author: str, same: bool) -> None:
    assert same_surname(cited, author) is same


def test_key_of_a_surname_has_no_accents_or_particle() -> None:
    assert surname_key("Jan van der Berg") == surname_key("BERG, J.") == "berg"
    assert surname_key("Jiří Šťastný") == "stastny"


@pytest.mark.parametrize("name", ["{" * 5000, "and " * 3000, ",", ", ,", "a" * 100_000, "\ud800", "Jr.", "{}"])
def test_odd_names_are_read_whole(name: str) -> None:
    assert isinstance(family_name(name), str)
    assert isinstance(split_authors(name), tuple)


@pytest.mark.parametrize("author", ["Thai Le", "Souvick Das", "Yasuharu Den", "Flor Miriam Plaza-del-arco"])
def test_a_family_name_that_looks_like_a_particle_is_itself(author: str) -> None:
    """Only what stands before a family name is a particle."""
    assert same_surname(family_name(author), author)
    assert not same_surname("Hirschfeld", author)
