"""CSV, TSV and semicolon-separated tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.columns import authors_of
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.readers.tables import Tables
from service.records import Paper, Rejection

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "csv"
LONG = "We bake bread in ovens of clay. The crust is thin, and the crumb is open. " * 5
LIMIT = 50_000


def opened(path: Path) -> Opened:
    return Opened(open_text(path), path.name, LIMIT)


def records(tmp_path: Path, content: str | bytes, *, known: bool = True) -> list[RawRecord | Rejection]:
    path = tmp_path / "papers.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = opened(path)
    assert Tables().recognises(file.head) is known
    return list(Tables().records(file))


def found(tmp_path: Path, content: str | bytes) -> list[RawRecord]:
    every = records(tmp_path, content)
    assert all(isinstance(record, RawRecord) for record in every)
    return [record for record in every if isinstance(record, RawRecord)]


def shown(every: Sequence[RawRecord | Rejection]) -> list[tuple[int, object]]:
    return [(r.number, r.title) if isinstance(r, RawRecord) else (r.line, r.reason) for r in every]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_each_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str) -> None:
    """Other delimiters in the fields do not mislead."""
    rows = [["Title", "Abstract", "Year"], ['"Salt, or; not\tso"', '"a, b; c\td"', "2020"], ["Crusts", "", "2021"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    [salt, crusts] = found(tmp_path, text)
    assert (salt.title, salt.abstract, salt.year, salt.number) == ("Salt, or; not\tso", "a, b; c\td", "2020", 2)
    assert (crusts.title, crusts.abstract, crusts.year) == ("Crusts", None, "2021")


HEADERS = {
    "Scopus": (
        '"Authors","Author full names","Author(s) ID","Title","Year","Source title","DOI","Link","Abstract",'
        '"Document Type"\n"Oven A.; Crust B.","Oven, Ada (57193000001); Crust, Ben (57193000002)","57193000001; 2",'
        '"Crusts","2020","J. Bread","10.5555/a","https://a.b/c","We bake.","Retracted"',
        ("Oven, Ada", "Crust, Ben"), "retracted",
    ),
    "Web of Science": (
        "Publication Type\tAuthors\tAuthor Full Names\tArticle Title\tSource Title\tAbstract\tPublication Date\t"
        "Publication Year\tDOI\tDOI Link\nJ\tOven, A; Crust, B\tOven, Ada; Crust, Ben\tCrusts\tJ. Bread\tWe bake.\t"
        "MAR 5\t2020\t\t10.5555/a",
        ("Oven, Ada", "Crust, Ben"), None,
    ),
    "PubMed": (
        "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI\n"
        '123,Crusts,"Oven A, Crust B.",J. Bread. 2020,Oven A,J. Bread,2020,2020/01/01,,,10.5555/a',
        ("Oven A", "Crust B"), None,
    ),
    "two letters": (
        "TI;AU;AB;PY;DI;SO\nCrusts;Ada Oven and Ben Crust;We bake.;2020.0;10.5555/a;J. Bread",
        ("Ada Oven", "Ben Crust"), None,
    ),
    "reference manager": (
        "primary_title,first_authors,notes_abstract,publication_year,doi,secondary_title\n"
        "Crusts,\"['Oven, Ada', 'Crust, Ben']\",We bake.,2020//,10.5555/a,J. Bread",
        ("Oven, Ada", "Crust, Ben"), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "authors", "status"), HEADERS.values(), ids=HEADERS)
def test_the_column_names_of_services_are_understood(
    tmp_path: Path, text: str, authors: tuple[str, ...], status: str | None
) -> None:
    """Title, authors (the full names, where there are two columns), year, DOI, journal and status."""
    [record] = found(tmp_path, text)
    [paper] = [made for made in papers_of(record, "x") if isinstance(made, Paper)]
    assert (paper.title, record.authors, paper.year) == ("Crusts", authors, 2020)
    assert (paper.doi, paper.venue, paper.status) == ("10.5555/a", "J. Bread", status)
    assert paper.abstract in ("We bake.", "")


AUTHORS = {
    "semicolons": ("Oven, Ada; Crust, Ben", ("Oven, Ada", "Crust, Ben")),
    "and": ("Ada Oven and Ben Crust", ("Ada Oven", "Ben Crust")),
    "commas and and": ("Ada Oven, Ben Crust, Cy Dough and Di Yeast", ("Ada Oven", "Ben Crust", "Cy Dough", "Di Yeast")),
    "one inverted": ("Oven, Ada", ("Oven, Ada",)),
    "one inverted with two surnames": ("Horno Cruz, Ana Sal", ("Horno Cruz, Ana Sal",)),
    "initials first": ("A Oven, B.C. Crust", ("A Oven", "B.C. Crust")),
    "bars": ("Ada Oven|Ben Crust", ("Ada Oven", "Ben Crust")),
    "JSON": ('["Oven, Ada", "Crust, Ben"]', ("Oven, Ada", "Crust, Ben")),
    "objects": ("[{'name': 'Ada Oven'}, {'family': 'Crust'}]", ("Ada Oven", {"family": "Crust"})),
    "no list": ("[Anonymous]", ("[Anonymous]",)),
    "deep": ("[" * 100_000, ("[" * 100_000,)),
    "missing": (None, ()),
}


@pytest.mark.parametrize(("cell", "names"), AUTHORS.values(), ids=AUTHORS)
def test_names_are_parted_only_where_it_is_certain(cell: object, names: tuple[object, ...]) -> None:
    """By ";", "|" and "and"; by commas where each part has the form of a whole name."""
    assert authors_of(cell) == names


def test_quoted_line_breaks_stay_and_lines_are_counted(tmp_path: Path) -> None:
    """A record is numbered by its first line, also behind one of several lines; blank rows are no records."""
    text = '\ufeffsep=;\r\nTitle;Abstract\r\n"One";"First.\r\nSecond, ""said"" he."\r\n;\r\n\r\nTwo;B.\r\n'
    one, two = found(tmp_path, text)
    assert (one.number, one.abstract) == (3, 'First.\nSecond, "said" he.')
    assert (two.number, two.title) == (7, "Two")


def test_old_line_ends_and_utf_16_are_read(tmp_path: Path) -> None:
    """A file with bare carriage returns, and Excel's "Unicode text"."""
    assert shown(found(tmp_path, "title,year\rA,2020\rB,2021\r")) == [(2, "A"), (3, "B")]
    assert shown(found(tmp_path, "title\tyear\r\nÄ\t2020\r\n".encode("utf-16"))) == [(2, "Ä")]


def test_missing_values_are_none_and_numbers_stay_as_they_are(tmp_path: Path) -> None:
    """As pandas writes them; ids lose the ".0", an arXiv id gets the zero back that a spreadsheet cut off."""
    text = "title,abstract,year,doi,pmid,arxiv\nA,nan,2023.0,NaN,12345.0,2412.0667\nB,None,,,,1407.12\nnan,x,,,,"
    a, b, c = found(tmp_path, text)
    assert (a.abstract, a.year, a.doi, a.ids) == (None, "2023.0", None, {"pmid": "12345", "arxiv": "2412.06670"})
    assert (b.abstract, b.year, b.ids) == (None, None, {"arxiv": "1407.1200"})
    assert c.title is None


def test_rows_above_the_header_and_a_repeated_header_are_no_records(tmp_path: Path) -> None:
    """An export's note on itself, and two exports joined."""
    header = "Rank,Publication ID,DOI,Title,Abstract,PubYear\n"
    text = f'"About the data: exported, 2 rows"\n{header}1,p1,,A,x,2020\n{header}2,p2,,B,y,2021\n'
    assert shown(found(tmp_path, text)) == [(3, "A"), (5, "B")]


def test_short_rows_are_kept_and_a_line_without_delimiter_is_not(tmp_path: Path) -> None:
    """A loose line may be the rest of an abstract: it must not become a title."""
    one, two, loose = records(tmp_path, "title,abstract,year\nA\n,x,2020\nB,x\nmore of x\n")[1:]
    assert shown([one, two]) == [(3, None), (4, "B")]
    assert isinstance(loose, Rejection)
    assert "has 1 cells where the table has 3 columns" in loose.reason


RAGGED = {
    "year tells": ("title,abstract,year\nA,we bake, twice,2020", "A", "we bake, twice"),
    "spaces tell": ("title,abstract,venue\nA,we bake, twice, thrice,J", "A", "we bake, twice, thrice"),
    "empty cells at the end": ("title,abstract,year\nA,we bake,2020,,", "A", "we bake"),
    "in the title": ("title,doi,abstract\nSalt, fat,10.5555/a,we bake", "Salt, fat", "we bake"),
}


@pytest.mark.parametrize(("text", "title", "abstract"), RAGGED.values(), ids=RAGGED)
def test_a_delimiter_in_a_bare_field_is_mended_where_there_is_one_way(
    tmp_path: Path, text: str, title: str, abstract: str
) -> None:
    """The year, DOI or spaces show which field was cut."""
    [record] = found(tmp_path, text)
    assert (record.title, record.abstract) == (title, abstract)


def test_a_row_that_fits_in_several_ways_is_rejected(tmp_path: Path) -> None:
    """An abstract under half a title would be quoted as that paper's."""
    [rejection, after] = records(tmp_path, "title,abstract,venue\nA,b,c,d\nB,x,J\n")
    assert isinstance(rejection, Rejection)
    assert rejection.reason.startswith("the row has 4 cells where the table has 3 columns")
    assert shown([after]) == [(3, "B")]


UNCLOSED = {
    "last column": 'id,title,abstract\n1,A,"x\n2,B,"y"\n3,C,z\n',
    "last column, nothing quoted after": 'id,title,abstract\n1,A,"x\n2,B,y\n3,C,z\n',
    "first column": 'id,title,abstract\n"1,A,x\n2,B,y\n"3",C,z\n',
}


@pytest.mark.parametrize("text", UNCLOSED.values(), ids=UNCLOSED)
def test_an_unclosed_quote_costs_one_row(tmp_path: Path, text: str) -> None:
    """The rows after it, which the csv module would read as one field, are read."""
    rejection, *rest = records(tmp_path, text)
    assert isinstance(rejection, Rejection)
    assert rejection.line == 2
    assert "a quotation mark is not closed" in rejection.reason
    assert shown(rest) == [(3, "B"), (4, "C")]


def test_single_quotes_inside_a_quoted_field_are_mended_on_one_line_only(tmp_path: Path) -> None:
    """Over several lines the record is left out as a whole, and its lines do not become papers."""
    text = (
        'title,abstract,year\nA,"the "best" bread",2020\nB,"one,\ntwo "odd" three,\nfour, five, six",2021\nC,x,2022\n'
    )
    a, fault, c = records(tmp_path, text)
    assert isinstance(a, RawRecord)
    assert a.abstract == 'the "best" bread'
    assert isinstance(fault, Rejection)
    assert (fault.line, fault.reason.endswith("(lines 3 to 5 are left out)")) == (3, True)
    assert shown([c]) == [(6, "C")]


def test_a_literal_quote_in_a_tab_separated_file_is_text(tmp_path: Path) -> None:
    """Half of such files quote nothing."""
    [one, two] = found(tmp_path, 'title\tabstract\n5" ovens\ta "b" c\n"Hot" ovens\tx\n')
    assert (one.title, one.abstract) == ('5" ovens', 'a "b" c')
    assert two.title == '"Hot" ovens'


def test_columns_without_names_are_guessed_where_content_is_certain(tmp_path: Path) -> None:
    """With a heading in another language, and without any."""
    rows = [f'{n},"{LONG}",On the crust of bread number {n},{2000 + n},"Oven, Ada; Crust, B{n}"' for n in range(1, 5)]
    bare = found(tmp_path, "\n".join(rows))
    headed = found(tmp_path, "\n".join(["n,indhold,navn,udgivet,af", *rows]))
    assert [(r.title, r.year) for r in bare] == [
        (f"On the crust of bread number {n}", str(2000 + n)) for n in (1, 2, 3, 4)
    ]
    assert bare[0].authors == ("Oven, Ada", "Crust, B1")
    assert bare[0].abstract == LONG
    assert [r.title for r in headed] == [r.title for r in bare]


UNCERTAIN = {
    "no texts": "a,b,c\n1,2,3\n4,5,6\n",
    "two that may be titles": "\n".join(f"A first thing {n},Another fine thing {n},{LONG!r}" for n in range(5)),
    "header without title": "name,text,when\nA,x,2020\nB,y,2021\n",
}


@pytest.mark.parametrize("text", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_cannot_be_told_apart_is_refused_with_the_names_that_are_read(tmp_path: Path, text: str) -> None:
    """Better no paper than one under another's title."""
    with pytest.raises(
        SourceError, match=r"no column is named as a title.*Understood are title \(or TI, Article Title"
    ):
        records(tmp_path, text.replace("'", '"'))


NO_TABLES = {
    "JSONL": '{"title": "A", "abstract": "b"}\n' * 3,
    "BibTeX": "@article{a,\n title = {A, abstract, year},\n}\n",
    "RIS": "TY  - JOUR\nTI  - A, b, c\nER  - \n",
    "nbib": "PMID- 1\nTI  - A\nAB  - b\n",
    "XML": "<a>title, abstract, year</a>\n",
    "listing": "A Fine Title, and More\n\nWe bake, and we eat, and we sleep. " * 3,
    "prose": "The title, abstract and year were read by hand.\nThen they were compared.\n",
    "Markdown": "| title | abstract |\n|---|---|\n| A | b |\n",
    "code": "import csv\ntitle, abstract = row\n",
}


@pytest.mark.parametrize("text", NO_TABLES.values(), ids=NO_TABLES)
def test_other_notations_are_no_tables(text: str) -> None:
    """Commas alone make no table."""
    assert not Tables().recognises(text)


def test_bytes_of_another_encoding_cost_their_row(tmp_path: Path) -> None:
    """A Latin-1 file of which one row has an accent."""
    made = [next(papers_of(r, "x")) for r in found(tmp_path, b"title,year\nA,2020\nCaf\xe9,2021\n\x00C,2022\n")]
    assert [isinstance(m, Paper) for m in made] == [True, False, False]
    assert "byte 0xe9 is not valid UTF-8" in str(made[1])


HOSTILE = {
    "every line opens a quote": "title,abstract,year\n" + 'A,"b,2020\n' * 20_000,
    "one quote over all": 'title,abstract,year\nA,"b,2020\n' + "B,c,2021\n" * 100_000,
    "quotes only": "title,year\n" + '"' * 3_000_000,
    "spaces": "title,year\n" + " " * 5_000_000,
    "one field": 'title,year\n"' + "x" * 5_000_000 + '",2020\n',
    "commas": "title,year\n" + "," * 3_000_000 + "x\n",
    "lists": "title,authors\nA," + "[" * 900_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_tables_end(tmp_path: Path, text: str) -> None:
    """In bounded time, with a reason or a record for each row."""
    assert len(records(tmp_path, text)) < 100_010


def test_every_row_comes_out_once(tmp_path: Path) -> None:
    """As many as were written, with awkward contents."""
    odd = ['say ""so""', "a, b", "x\ny", "", "  ", "é\u2028ü", "=1+1", "'"]
    rows = [f'"T{n}","{odd[n % len(odd)]}",{n}' for n in range(1_000)]
    made = found(tmp_path, "title,abstract,key\n" + "\n".join(rows))
    assert [r.key for r in made] == [str(n) for n in range(1_000)]
    assert [r.abstract for r in made[:3]] == ['say "so"', "a, b", "x\ny"]


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
def test_real_files_are_read_whole() -> None:
    """Records that become papers, those without a title, and those with an abstract; the same of both delimiters."""
    counts: dict[str, tuple[int, int, int]] = {}
    for path in sorted(FOLDER.iterdir()):
        file = opened(path)
        assert Tables().recognises(file.head)
        made = [next(papers_of(r, "x")) for r in Tables().records(file) if isinstance(r, RawRecord)]
        papers = [paper for paper in made if isinstance(paper, Paper)]
        counts[path.name] = len(papers), len(made) - len(papers), sum(bool(paper.abstract) for paper in papers)
    assert counts == {
        "asreview__duplicate_records.csv": (10, 4, 10),
        "asreview__generic_semicolon.csv": (2, 0, 2),
        "asreview__generic_tab.tsv": (2, 0, 2),
    }
    semicolon, tab = (
        list(Tables().records(opened(FOLDER / f"asreview__generic_{n}"))) for n in ("semicolon.csv", "tab.tsv")
    )
    assert semicolon == tab
    assert (
        json.dumps(semicolon[0].authors if isinstance(semicolon[0], RawRecord) else "")
        == '["Marx, Karl", "Lindgren, Astrid"]'
    )
