"""What of a .bib file finds a paper."""

from __future__ import annotations

import pytest

from service.manuscript import Entry, corrected_bib, read_bib


def test_entries_of_bibtex_and_biblatex() -> None:
    """Braces, quotes, joined strings and accents; DOI, arXiv id, authors and year."""
    source = r"""@string{v = "foo"}
@article{marrowby24, author = {Marrowby, Ilse and {The X Team} and others}, title="{TideWalk}: {R}ank \& Sch\"{e}dules",
  year = 2024, eprint={2401.00001v2}, archivePrefix = "arXiv", journal=v # " bar"}
@misc(k2, title = {A {B {c}}}, doi = {https://doi.org/10.1234/AbC}, date = {2023-05-01})
@online{k3, title={T}, url={https://arxiv.org/abs/2402.00002}}"""
    first, second, third = read_bib(source)
    assert (first.key, first.title, first.arxiv, first.year) == (
        "marrowby24",
        "TideWalk: Rank & Schëdules",
        "2401.00001",
        2024,
    )
    assert first.surnames == ("Marrowby", "The X Team")
    assert (second.key, second.title, second.doi, second.year, second.line) == ("k2", "A B c", "10.1234/abc", 2023, 4)
    assert (third.arxiv, third.url) == ("2402.00002", "https://arxiv.org/abs/2402.00002")


def test_a_broken_entry_does_not_swallow_the_next() -> None:
    """What is not closed ends where the next entry begins."""
    assert [e.key for e in read_bib("@a{one, title={Open\n@b{two, title={Closed}}")] == ["one", "two"]


@pytest.mark.parametrize("source", ["", "no entries", "@", "@a{", "@comment{x, y}", "@a{b,{{{{"])
def test_what_holds_no_work_gives_none(source: str) -> None:
    """Comments, strings and rubbish are no works."""
    assert [e for e in read_bib(source) if e != Entry("b", "", 1)] == []


def test_corrections_replace_the_value_and_nothing_else() -> None:
    """Keys, comments, order, quotes, macros and broken entries stay; what has no place is told."""
    first = '% mine\n@article{a, title = "One {T}wo", year = '
    source = f"{first}1999,\n  journal = tocs # {{ B}}}}\n@misc{{b, date = {{2001-02}}}}\n@misc{{"
    corrections = {"a": {"year": "2000", "venue": "Lakes \\& Rivers", "doi": "10.5555/a"}, "b": {"year": "2002"}}
    written, left = corrected_bib(source, corrections)
    rest = "{2000},\n  journal = {Lakes \\& Rivers}}\n@misc{b, date = {2002}}\n@misc{"
    assert written == f"{first}{rest}"
    assert left == ("a: doi",)
    assert corrected_bib(source, {}) == (source, ())


def test_macros_are_resolved_and_unknown_ones_name_no_venue() -> None:
    """`@string` of the file itself; one of another file tells nothing."""
    source = (
        "@String{tocs = {Trans. Lakes}}\n@article{a, title={T}, journal = TOCS}\n@article{b, title={T}, journal = jmlr}"
    )
    assert [entry.venue for entry in read_bib(source)] == ["Trans. Lakes", None]


@pytest.mark.parametrize(
    ("field", "value", "malformed"),
    [
        ("year", "20l9", True),
        ("year", "3021", True),
        ("year", "98", True),
        ("year", "2019", False),
        ("year", "2019a", False),
        ("year", "May 2019", False),
        ("year", "in press", False),
        ("year", "1455", False),
        ("doi", "10.1016", True),
        ("doi", "1O.1038/nature12", True),
        ("doi", "10.1038/s41586-020 2649", True),
        ("doi", "10.1038/nature12", False),
        ("doi", "http://doi.acm.org/10.1145/1137627.1137631", False),
        ("doi", "", False),
    ],
)
def test_what_is_no_year_and_no_doi_is_kept_as_written(field: str, value: str, malformed: bool) -> None:
    """So that it can be named; what only is no number, as "in press", is no fault."""
    (entry,) = read_bib(f"@article{{a, title = {{T}}, {field} = {{{value}}}}}")
    assert entry.malformed == (((field, value),) if malformed else ())
