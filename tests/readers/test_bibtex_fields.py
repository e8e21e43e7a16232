"""Names, dates, identifiers and status as BibTeX and BibLaTeX have them. All entries are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.bibtex import BibTeX
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper


def record_of(folder: Path, fields: str) -> RawRecord:
    path = folder / "refs.bib"
    path.write_text(f"@misc{{k, {fields}}}")
    (record,) = BibTeX().records(Opened(open_text(path), path.name, 1_000_000))
    assert isinstance(record, RawRecord)
    return record


def paper_of(folder: Path, fields: str) -> Paper:
    paper = next(papers_of(record_of(folder, fields), "refs.bib"))
    assert isinstance(paper, Paper)
    return paper


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("{Barnes and Noble, Inc.} and Borland, L.", [{"literal": "Barnes and Noble, Inc."}, "Borland, L."]),
        ("A. {Delgado de Molina} and Lepetit, Alexandre", ["Delgado de Molina, A.", "Lepetit, Alexandre"]),
        (r"{\'E}tienne {\L}ukasz and van der Louw, T.", ["Étienne Łukasz", "van der Louw, T."]),
        ("family=Berg, given=Jan, prefix=van der", [{"family": "Berg", "given": "Jan", "particle": "van der"}]),
        ("{World Health Organization}", [{"literal": "World Health Organization"}]),
        ("苏, 子昊 and Иванов, Иван", ["苏, 子昊", "Иванов, Иван"]),
    ],
)
def test_names_are_split_before_their_tex_is_read(tmp_path: Path, author: str, names: list[object]) -> None:
    record = record_of(tmp_path, f"title = {{T}}, author = {{{author}}}")
    assert list(record.authors) == names


@pytest.mark.parametrize(
    ("fields", "date", "year"),
    [
        ("date = {2014-12-31/2015-01-01}", "2014-12-31", 2014),
        ("date = {2011-05~}", "2011-05", 2011),
        (r"year = {{\noopsort{1973b}}1973}, month = 10 # {~} # jan", "1973-01-10", 1973),
        ('year = 1988, month = jun # "-" # aug', "1988-06", 1988),
        ("year = {in press}", None, None),
    ],
)
def test_dates_are_as_exact_as_they_are_told(tmp_path: Path, fields: str, date: str | None, year: int | None) -> None:
    paper = paper_of(tmp_path, f"title = {{T}}, {fields}")
    assert (paper.date, paper.year) == (date, year)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ("eprint = {2401.01234v2}, archiveprefix = {arXiv}", {"arxiv": "2401.01234"}),
        ("eprint = {1401.01234}, eprinttype = {hal}", {}),
        ("journal = {arXiv preprint arXiv:2401.01234}", {"arxiv": "2401.01234"}),
        ("journal = {CoRR}, volume = {abs/1412.6980}", {"arxiv": "1412.6980"}),
        ("pmid = {123456}", {"pmid": "123456"}),
        ("eprint = {123456}, eprinttype = {pubmed}", {"pmid": "123456"}),
    ],
)
def test_arxiv_and_pubmed_numbers_are_found_where_programs_put_them(
    tmp_path: Path, fields: str, ids: dict[str, object]
) -> None:
    assert record_of(tmp_path, f"title = {{T}}, {fields}").ids == ids


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("title = {RETRACTED: A loaf}", "retracted"),
        ("title = {[Retracted] A loaf}", "retracted"),
        ("title = {WITHDRAWN: A loaf}", "withdrawn"),
        ("title = {A loaf}, keywords = {rye; Retracted Article}", "retracted"),
        ("title = {A loaf}, note = {This article has been retracted.}", "retracted"),
        ("title = {Retracted papers on loaves: a study}", None),
        ("title = {Retracted: how loaves are taken back}", None),
        ("title = {A loaf}, note = {Cites a retracted article of 1998}", None),
        ("title = {A loaf}, keywords = {withdrawn, rye}", None),
    ],
)
def test_a_paper_is_retracted_only_where_that_is_certain(tmp_path: Path, fields: str, status: str | None) -> None:
    assert paper_of(tmp_path, fields).status == status
