"""BibTeX and BibLaTeX files, taken apart and read as papers. All entries but the last test's are invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.bibtex import BibTeX
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection, Remark

Reads = Callable[[str | bytes], list[Paper | Rejection]]
REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "bibtex"
GOOD = "\n@article{good, title = {A good loaf}, year = 2020}\n"


def opened(path: Path) -> Opened:
    return Opened(open_text(path), path.name, 4_000_000)


def outcomes(path: Path) -> list[Paper | Rejection]:
    found: list[Paper | Rejection] = []
    for record in BibTeX().records(opened(path)):
        papers = papers_of(record, path.name) if isinstance(record, RawRecord) else iter((record,))
        found += [outcome for outcome in papers if not isinstance(outcome, Remark)]
    return found


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    def read(text: str | bytes) -> list[Paper | Rejection]:
        path = tmp_path / "refs.bib"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return outcomes(path)

    return read


@pytest.fixture
def one(reads: Reads) -> Callable[[str], Paper]:
    def read(text: str) -> Paper:
        (paper,) = reads(text)
        assert isinstance(paper, Paper), paper
        return paper

    return read


def titles(found: list[Paper | Rejection]) -> list[str]:
    return [outcome.title if isinstance(outcome, Paper) else f"line {outcome.line}" for outcome in found]


def test_an_entry_becomes_a_paper_with_all_of_its_fields(one: Callable[[str], Paper]) -> None:
    paper = one(
        r"""% a library of loaves
@Article{rye:07,
  Title = {On {R}ye and 50\% off {\"o}vens}, author = {M{\"u}ller, J{\"o}rg and Ada Okonjo},
  journal = "Loaf \& Crust", year = 2007, month = mar, DOI = {10.5555/a{\_}1},
  url = {https://example.org/a\_b/x\%20y~z}, abstract = {We bake
     forty loaves at $\sim$220 degrees.

     They rise.}, institution = {Ministry of Rye}
}"""
    )
    assert (paper.title, paper.authors) == ("On Rye and 50% off övens", ("Müller, Jörg", "Ada Okonjo"))
    assert (paper.venue, paper.date, paper.year) == ("Loaf & Crust", "2007-03", 2007)
    assert (paper.doi, paper.url) == ("10.5555/a_1", "https://example.org/a_b/x%20y~z")
    assert paper.abstract == "We bake forty loaves at ~220 degrees.\nThey rise."
    assert (paper.organisation, paper.paper_id) == ("Ministry of Rye", "rye:07")
    assert paper.origin is not None
    assert paper.origin.line == 2


def test_every_entry_of_one_key_is_a_record(reads: Reads) -> None:
    """The library gives the first and fails on the other 1,999."""
    found = reads("".join(f"@misc{{same, title = {{Loaf {i}}}}}\n" for i in range(2_000)))
    assert titles(found) == [f"Loaf {i}" for i in range(2_000)]
    assert [found[i].origin.line for i in (0, 1_999) if isinstance(found[i], Paper)] == [1, 2_000]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (r"{Loaves \{rye, oat\} compared}", "Loaves {rye, oat} compared"),
        (r"{only \{ open}", "only { open"),
        (r"{only \} closed}", "only } closed"),
        (r"{na\{\"i}ve loaves}", "na{ïve loaves"),
        (r"{ends in \\}", "ends in"),
        (r'"a \"{o}ven {"}hot{"}"', 'a öven "hot"'),
        ("{Corpus and {BERT} Models for {M}altese Loaves}", "Corpus and BERT Models for Maltese Loaves"),
        ("{{Corpus and {BERT} Models}}", "Corpus and BERT Models"),
        ("{LeQua @ {CLEF} a@b.org}", "LeQua @ CLEF a@b.org"),
        ('acm # " on " # {Loaves}', "ACM on Loaves"),
        ("{In$_x$Ga$_{1-x}$N}", "In_xGa_1-xN"),
        (r"{Q\&A, 5\%, a\_b, \$5, \#2, $-$50~d{B}}", "Q&A, 5%, a_b, $5, #2, -50 dB"),
    ],
)
def test_no_field_behind_a_title_is_lost(one: Callable[[str], Paper], value: str, title: str) -> None:
    """The library ends an entry at the brace that an escaped one leaves over and drops what follows without a word."""
    paper = one(f"@string{{ACM = {{ACM}}}}\n@article{{k, title = {value}, note = {{C:\\x}}, year = {{2020}}}}")
    assert (paper.title, paper.year) == (title, 2020)


def test_a_path_that_ends_in_a_backslash_does_not_swallow_the_next_entry(reads: Reads) -> None:
    found = reads("@misc{k, title = {Oven}, file = {C:\\ovens\\}, year = {2020}}" + GOOD)
    assert titles(found) == ["Oven", "A good loaf"]


@pytest.mark.parametrize(
    ("damaged", "outcome"),
    [
        ("@article{a, title = {A}, year = {2001}\n", "A"),  # the last brace is missing
        ("@article{a, title = {A, year = {2001}\n}\n", "line 1"),
        ("@article{a, title = {A} year = {2001}}", "A"),
        ("@article{a title = {A},, year = {2001}}", "A"),
        ("@article{title = {A}, year = 2001}", "A"),
        ('@article{a, title = "The 5" loaf", year = {2001}}', "line 1"),
        ("@article(a, title = {A}, note = {(b)}, year = {2001})", "A"),
        ("@article{a, title = {A}, title = {B}, year = 2001}", "A"),
    ],
)
def test_a_damaged_entry_costs_no_other(reads: Reads, damaged: str, outcome: str) -> None:
    found = reads(damaged + GOOD)
    assert titles(found) == [outcome, "A good loaf"]
    if isinstance(found[0], Paper):
        assert found[0].year == 2001
    else:
        assert "'a'" in found[0].reason or "correct it" in found[0].reason


def test_comments_strings_and_preambles_are_no_records_and_hide_none(reads: Reads) -> None:
    text = (
        "@Comment Len\n@comment{@book{no, title = {No}}}\n@preamble{ {\\x} }\n@string(J = {Crust})\n"
        "% @misc{off, title = {Off}}\n@misc{a, title = {A}, journal = j}\nfree text, baker@example.org (x)\n"
    )
    found = reads(text + "@comment{ never closed\n" + GOOD)
    assert titles(found) == ["A", "A good loaf"]
    assert isinstance(found[0], Paper)
    assert found[0].venue == "Crust"


def test_parts_inherit_from_crossref_and_xdata(reads: Reads) -> None:
    part, proceedings, dated, turning = reads(
        "@inproceedings{p, crossref = {W}, title = {Part}, author = {Okonjo, Ada}}\n"
        "@proceedings{w, title = {Workshop on Loaves}, year = 1999, doi = {10.5555/w}, abstract = {Whole workshop.}}\n"
        "@xdata{x, date = {2001-05}, journaltitle = {Crust}}\n@article{d, xdata = {x}, title = {Dated}}\n"
        "@misc{t, crossref = {t}, title = {Turning}}"
    )
    assert isinstance(part, Paper)
    assert isinstance(dated, Paper)
    assert isinstance(turning, Paper)
    assert (part.venue, part.year, part.doi, part.abstract) == ("Workshop on Loaves", 1999, None, "")
    assert isinstance(proceedings, Paper)
    assert proceedings.doi == "10.5555/w"
    assert (dated.venue, dated.date) == ("Crust", "2001-05")


def test_bytes_in_another_encoding_are_read_as_declared_or_reported(reads: Reads) -> None:
    body = "@misc{a, title = {Café}, author = {Müller, J}}\n".encode("cp1252")
    (declared,) = reads(b"% Encoding: windows-1252\n" + body)
    assert isinstance(declared, Paper)
    assert (declared.title, declared.authors) == ("Café", ("Müller, J",))
    (undeclared,) = reads(body)
    assert isinstance(undeclared, Rejection)
    assert "0xe9 is not valid UTF-8" in undeclared.reason


@pytest.mark.parametrize(
    "hostile",
    [
        "@misc{a, title = {" + "{" * 200_000 + "x" + "}" * 200_000 + "}}",
        "@misc{a, title = {" + "{" * 200_000 + "x}",
        "@misc{a, title = {x" + " " * 5_000_000 + "y}}",
        "@misc{a, title" + " " * 3_900_000 + "x",
        "@misc{a, note = {" + "\n" * 5_000 + "}, title = {x}}" + "\n" * 5_000,
        "@a{k, " * 100_000,
        "@string{a0 = {xxxxxxxxxx}}"
        + "".join(f"@string{{a{i} = a{i - 1} # a{i - 1}}}" for i in range(1, 60))
        + "@misc{a, title = " + " # ".join(["a9"] * 100_000) + "}",
        "@misc{a, title = {" + "\\" * 1_000_001 + "}, year = 2000}",
    ],
    ids=["deep", "deep-open", "spaces", "spaces-open", "blank-lines", "open-entries", "macros", "backslashes"],
)  # fmt: skip
def test_hostile_entries_end_and_the_rest_is_read(reads: Reads, hostile: str) -> None:
    found = reads(hostile + GOOD)
    assert titles(found)[-1] == "A good loaf"
    assert len(found) == 2


def test_a_file_without_entries_says_so(reads: Reads) -> None:
    with pytest.raises(SourceError, match="holds no BibTeX entries"):
        reads("@comment{nothing}")


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("\n\n% x\n@article{k,\n title={T}}", True),
        ("@film{k, title={T}}", True),
        ("@string(a = {b})", True),
        (" @article{k, title={T}}", True),
        ('[{"note": "\\n@article{k, title={T}}"}]', False),
        ('{"title": "@article{k,"}', False),
        ("@baker wrote {this}\nTY  - JOUR", False),
        ("@relation iris\n@attribute x {a, b}", False),
    ],
)
def test_only_bibtex_is_recognised(head: str, known: bool) -> None:
    assert BibTeX().recognises(head) is known


# Entries counted in each file by hand: lines that begin with "@", less its strings, preambles and comments.
@pytest.mark.skipif(not REAL.exists(), reason="the shared files are not here")
@pytest.mark.parametrize(
    ("start", "papers", "untitled", "abstracts"),
    [
        ("jabref__complex", 20, 0, 0),
        ("pybtex__cyrillic", 5, 0, 0),
        ("pybtex__extrafields", 1, 0, 0),
        ("pybtex__xampl", 33, 3, 0),
        ("python-bibtexparser__gbk_test", 1, 0, 0),
        ("zotero-bbt__Language_field", 86, 0, 1),
        ("zotero-bbt__Math_markup", 2, 0, 2),
        ("zotero-bbt__Some_bibtex_entries", 987, 1, 14),
        ("zotero-bbt__Unabbreviate", 506, 0, 0),
        ("zotero-bbt__web_page", 512, 0, 313),
    ],
)
def test_real_files_lose_no_entry(start: str, papers: int, untitled: int, abstracts: int) -> None:
    (path,) = REAL.glob(f"{start}*")
    assert BibTeX().recognises(opened(path).head)
    found = outcomes(path)
    rejected = [outcome for outcome in found if isinstance(outcome, Rejection)]
    assert (len(found) - len(rejected), len(rejected)) == (papers, untitled)
    assert all(outcome.reason == "it has no title" for outcome in rejected)
    assert sum(isinstance(outcome, Paper) and bool(outcome.abstract) for outcome in found) == abstracts
