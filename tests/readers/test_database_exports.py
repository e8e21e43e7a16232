"""Exports of databases and screening tools, made after their documented layouts, with invented contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from service.readers import read
from service.records import Paper, Rejection, Remark


@dataclass(frozen=True)
class Export:
    """A file of two records as its service writes them."""

    content: str
    doi: str | None = "10.5555/crust.1"
    year: int | None = 2019
    venue: str | None = "Journal of Crust"
    authors: tuple[str, ...] = ("Oven, A.", "Crumb, B.")
    abstract: str = "Background: Loaves cool. Methods: We weigh 40 loaves."
    second: bool = True


COVIDENCE = (
    "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,"
    "Covidence #,Study,Notes,Tags\n"
    '"How loaves cool","Oven, A.; Crumb, B.","Background: Loaves cool. Methods: We weigh 40 loaves.",2019,1,'
    "Journal of Crust,4,2,10-19,31234567,10.5555/crust.1,12,#7,Oven 2019,,\n"
    '"Rye at rest","Mill, C.","",2020,,Bakery,,,,,,13,#8,Mill 2020,,\n'
)
RAYYAN = (
    "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,"
    "doi,keywords,pubmed_id,pmc_id\n"
    'rayyan-301,How loaves cool,2019,1,5,Journal of Crust,1234-5678,4,2,10-19,"Oven, A. and Crumb, B.",'
    "https://example.org/1,eng,,,Background: Loaves cool. Methods: We weigh 40 loaves.,"
    '"RAYYAN-INCLUSION: {""Ada""=>""Included""} | USER-NOTES: {""Ada""=>[""n""]}",10.5555/crust.1,,31234567,\n'
    'rayyan-302,Rye at rest,2020,,,Bakery,,,,,"Mill, C.",,,,,,,,,,\n'
)
SCOPUS = (
    '\ufeff"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Issue","Art. No.",'
    '"Page start","Page end","Page count","Cited by","DOI","Link","Abstract","Author Keywords","Document Type",'
    '"Publication Stage","Open Access","Source","EID"\n'
    '"Oven A.; Crumb B.","Oven, A. (57190000001); Crumb, B. (57190000002)","57190000001; 57190000002",'
    '"How loaves cool","2019","Journal of Crust","4","2","","10","19","10","3","10.5555/crust.1",'
    '"https://www.scopus.com/inward/record.uri?eid=2-s2.0-1","Background: Loaves cool. Methods: We weigh 40 loaves.",'
    '"crust","Article","Final","","Scopus","2-s2.0-1"\n'
    '"Mill C.","Mill, C. (57190000003)","57190000003","Rye at rest","2020","Bakery","","","","","","","","","",'
    '"[No abstract available]","","Retracted","Final","","Scopus","2-s2.0-2"\n'
)
IEEE = (
    '"Document Title",Authors,"Author Affiliations","Publication Title",Date Added To Xplore,"Publication Year",'
    '"Volume","Issue","Start Page",'
    '"End Page","Abstract","ISSN",ISBNs,"DOI",Funding Information,PDF Link,"Author Keywords",'
    '"IEEE Terms","Mesh_Terms",Article Citation Count,Patent Citation Count,Reference Count,"License",Online Date,'
    'Issue Date,"Meeting Date","Publisher",Document Identifier\n'
    '"How loaves cool","A. Oven; B. Crumb","Dept; Dept","Journal of Crust","5 Jan 2019","2019","4","2","10","19",'
    '"Background: Loaves cool. Methods: We weigh 40 loaves.","1234-5678","","10.5555/crust.1","",'
    '"https://ieeexplore.ieee.org/stamp/stamp.jsp?arnumber=1","crust","","","3","","9","IEEE","","","","IEEE","Journals"\n'
    '"Rye at rest","C. Mill","","Bakery","","2020",' + '"",' * 21 + '""\n'
)
PROQUEST_RIS = """TY  - JOUR
AB  - Background: Loaves cool. Methods: We weigh 40 loaves.
AN  - 2160000001; 31234567
AU  - Oven, A.
AU  - Crumb, B.
DA  - 2019/01/05/
PY  - 2019
DO  - http://dx.doi.org/10.5555/crust.1
KW  - Crust
L2  - https://example.org/resolve?x=1&y=2
N1  - Date revised - 2019-02-01; Last updated - 2019-02-02
SN  - 1234-5678, 1234-5678
T1  - How loaves cool
JF  - Journal of Crust
UR  - https://www.proquest.com/docview/2160000001
DB  - ProQuest One
ER  -

TY  - GEN
T1  - Rye at rest
Y1  - 2020
ER  -
"""
OVID_RIS = """TY  - JOUR
DB  - Ovid MEDLINE(R)
AN  - 31234567
AU  - Oven, A.
AU  - Crumb, B.
TI  - How loaves cool
SO  - Journal of Crust. 4(2):10-19, 2019 Jan.
AS  - J Crust. 4(2):10-19, 2019 Jan.
JF  - Journal of Crust
YR  - 2019
PY  - 2019
VO  - 4
IP  - 2
PG  - 10-19
AB  - Background: Loaves cool. Methods: We weigh 40 loaves.
DO  - https://dx.doi.org/10.5555/crust.1
XL  - https://ovidsp.example.org/x
UR  - https://ovidsp.example.org/x
ER  -

TY  - JOUR
TI  - Rye at rest
PY  - 2020
ER  -
"""
EMBASE_RIS = """TY  - JOUR
M1  - (Oven A., ada@example.org; Crumb B.) Bakery School, Ryeville, Nowhere
T1  - How loaves cool
LA  - English
Y1  - 2019//
JF  - Journal of Crust
JO  - J. Crust
A1  - Oven, A.
A1  - Crumb, B.
VL  - 4
IS  - 2
SP  - 10
EP  - 19
N2  - Background: Loaves cool. Methods: We weigh 40 loaves.
DB  - Embase
C5  - 31234567
L2  - https://www.embase.com/search/results?subaction=viewrecord&id=L2001&from=export
U2  - L2001
DO  - 10.5555/crust.1
ER  -

TY  - JOUR
T1  - Rye at rest
Y1  - 2020//
ER  -
"""
COVIDENCE_RIS = """TY  - JOUR
ID  - 7
T1  - How loaves cool
A1  - Oven, A.
A1  - Crumb, B.
AB  - Background: Loaves cool. Methods: We weigh 40 loaves.
Y1  - 2019/1//
JF  - Journal of Crust
DO  - 10.5555/crust.1
U1  - 7
U2  - Oven 2019
ER  -

TY  - JOUR
ID  - 8
T1  - Rye at rest
ER  -
"""
SCOPUS_RIS = """TY  - JOUR
AU  - Oven, A.
AU  - Crumb, B.
TI  - How loaves cool
PY  - 2019
T2  - Journal of Crust
J2  - J. Crust
VL  - 4
IS  - 2
DO  - 10.5555/crust.1
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-1&doi=10.5555%2fcrust.1&partnerID=40
AD  - Bakery School, Ryeville
AB  - Background: Loaves cool. Methods: We weigh 40 loaves. \u00a9 2019 The Bakers.
M3  - Article
DB  - Scopus
N1  - Export Date: 01 May 2024; Cited By: 3
ER  -

TY  - JOUR
AU  - Mill, C.
TI  - Rye at rest
AB  - [No abstract available]
ER  -
"""
COCHRANE_RIS = """Provider: John Wiley & Sons, Ltd
Content: text/plain; charset="UTF-8"

TY  - JOUR
AN  - CN-01234567
TI  - How loaves cool
AU  - Oven, A.
AU  - Crumb, B.
T2  - Journal of Crust
Y1  - 2019
VL  - 4
SP  - 10
DO  - 10.5555/crust.1
UR  - https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full
N2  - Background: Loaves cool. Methods: We weigh 40 loaves.
ER  -

TY  - JOUR
AN  - CN-01234568
TI  - Rye at rest
ER  -
"""
COCHRANE_TEXT = """Search Name:
Last Saved: 01/05/2024 10:00:00

Record #1 of 2
ID: CN-01234567
AU: Oven, A.
AU: Crumb, B.
TI: How loaves cool
SO: Journal of Crust
YR: 2019
VL: 4
NO: 2
PG: 10-19
PM: PUBMED 31234567
XR: EMBASE 2001
PT: Journal article
KY: *crust; bread
DOI: 10.5555/crust.1
AB: Background: Loaves cool. Methods: We weigh 40 loaves.
US: https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full


Record #2 of 2
ID: CN-01234568
TI: Rye at rest
SO: Bakery
YR: 2020
"""
OVID_TEXT = """<1>
Unique Identifier
  31234567
Title
  How loaves cool.
Source
  Journal of Crust. 4(2):10-19, 2019 Jan.
Authors
  Oven, A.
  Crumb, B.
Abstract
  Background: Loaves cool. Methods: We
  weigh 40 loaves.
Digital Object Identifier
  https://dx.doi.org/10.5555/crust.1
Year of Publication
  2019
Link to the Ovid Full Text or citation:
  https://ovidsp.example.org/x

<2>
Title
  Rye at rest.
Year of Publication
  2020
"""
OVID_MEDLARS = """<1>
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R) <1946 to Present>
UI  - 31234567
AU  - Oven, A.
AU  - Crumb, B.
TI  - How loaves cool.
SO  - Journal of Crust. 4(2):10-19, 2019 Jan.
JN  - Journal of Crust
AB  - Background: Loaves cool. Methods: We
      weigh 40 loaves.
DO  - https://dx.doi.org/10.5555/crust.1
YR  - 2019

<2>
UI  - 31234568
TI  - Rye at rest.
YR  - 2020
"""
EMBASE_TEXT = """Embase

RECORD 1

TITLE
How loaves cool
AUTHOR NAMES
Oven, A.
Crumb, B.
SOURCE
Journal of Crust (2019) 4:2 (10-19). Date of Publication: 1 Jan 2019
SOURCE TITLE
Journal of Crust
PUBLICATION YEAR
2019
ABSTRACT
Background: Loaves cool. Methods: We weigh 40 loaves.
MEDLINE PMID
31234567
DOI
10.5555/crust.1
FULL TEXT LINK
http://dx.doi.org/10.5555/crust.1

RECORD 2

TITLE
Rye at rest
PUBLICATION YEAR
2020
"""
REFWORKS = """RT Journal Article
SR Electronic(1)
ID 301
A1 Oven, A.
A1 Crumb, B.
T1 How loaves cool
JF Journal of Crust
JO J Crust
YR 2019
FD Jan 5
VO 4
IS 2
SP 10
OP 19
K1 Crust
AB Background: Loaves cool. Methods: We
weigh 40 loaves.
DO 10.5555/crust.1
UL https://example.org/1
OL English(30)

RT Journal Article
SR Print(0)
ID 302
T1 Rye at rest
YR 2020
"""
MEDLINE = """PMID- 31234567
OWN - NLM
STAT- MEDLINE
DCOM- 20190201
LR  - 20200101
IS  - 1234-5678 (Electronic)
VI  - 4
IP  - 2
DP  - 2019 Jan
TI  - How loaves cool.
PG  - 10-19
LID - 10.5555/crust.1 [doi]
AB  - Background: Loaves cool. Methods: We
      weigh 40 loaves.
FAU - Oven, A.
AU  - Oven A
FAU - Crumb, B.
AU  - Crumb B
LA  - eng
PT  - Journal Article
JT  - Journal of Crust
PHST- 2018/12/01 00:00 [received]
SO  - J Crust. 2019 Jan;4(2):10-19.

PMID- 31234568
OWN - NLM
STAT- Publisher
TI  - Rye at rest.
"""
ACM_BIBTEX = """@inproceedings{10.5555/crust.1,
author = {Oven, A. and Crumb, B.},
title = {How loaves cool},
year = {2019},
isbn = {9780000000000},
publisher = {Association for Baking Machinery},
address = {New Rye, NR, USA},
url = {https://doi.org/10.5555/crust.1},
doi = {10.5555/crust.1},
abstract = {Background: Loaves cool. Methods: We weigh 40 loaves.},
booktitle = {Journal of Crust},
pages = {10–19},
numpages = {10},
keywords = {crust, bread},
location = {Ryeville, Nowhere},
series = {CRUST '19}
}

@article{10.5555/crust.2, author = {Mill, C.}, title = {Rye at rest}, issue_date = {May 2020}, year = {2020}}
"""
SPRINGER_BIBTEX = """@Article{Oven2019,
author="Oven, A.
and Crumb, B.",
title="How loaves cool",
journal="Journal of Crust",
year="2019",
month="Jan",
day="05",
volume="4",
number="2",
pages="10--19",
abstract="Background: Loaves cool. Methods: We weigh 40 loaves.",
issn="1234-5678",
doi="10.5555/crust.1",
url="https://doi.org/10.5555/crust.1"
}

@Inbook{Mill2020,
author="Mill, C.",
editor="Bun, D.",
title="Rye at rest",
bookTitle="Bread: "Old" and New",
year="2020",
publisher="Bakers",
}
"""

INITIALS_FIRST = ("A. Oven", "B. Crumb")
EXPORTS = {
    "Covidence CSV": Export(COVIDENCE),
    "Rayyan CSV": Export(RAYYAN),
    "Scopus CSV": Export(SCOPUS),
    "IEEE Xplore CSV": Export(IEEE, authors=INITIALS_FIRST),
    "ProQuest RIS": Export(PROQUEST_RIS),
    "Ovid RIS": Export(OVID_RIS),
    "Embase RIS": Export(EMBASE_RIS),
    "Covidence RIS": Export(COVIDENCE_RIS),
    "Scopus RIS": Export(
        SCOPUS_RIS, abstract="Background: Loaves cool. Methods: We weigh 40 loaves. © 2019 The Bakers."
    ),
    "Cochrane RIS": Export(COCHRANE_RIS),
    "Cochrane text": Export(COCHRANE_TEXT),
    "Ovid text": Export(OVID_TEXT),
    "Ovid tagged": Export(OVID_MEDLARS),
    "Embase text": Export(EMBASE_TEXT),
    "RefWorks tagged": Export(REFWORKS),
    "MEDLINE": Export(MEDLINE),
    "ACM BibTeX": Export(ACM_BIBTEX),
    "Springer BibTeX": Export(SPRINGER_BIBTEX),
}


def papers(tmp_path: Path, content: str) -> list[Paper]:
    path = tmp_path / "export.txt"
    path.write_text(content, encoding="utf-8")
    found = list(read(path, max_record_bytes=1_000_000))
    beside = [record for record in found if not isinstance(record, Paper)]
    assert all(isinstance(record, Remark) and "is a placeholder" in record.text for record in beside)
    return [record for record in found if isinstance(record, Paper)]


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_every_field_that_matters_is_read(tmp_path: Path, export: Export) -> None:
    first, second = papers(tmp_path, export.content)
    assert first.title.rstrip(".") == "How loaves cool"
    assert (first.doi, first.year, first.venue) == (export.doi, export.year, export.venue)
    assert tuple(author.replace("{", "").replace("}", "") for author in first.authors) == export.authors
    assert " ".join(first.abstract.split()) == export.abstract
    assert second.title.rstrip(".") == "Rye at rest"
    assert second.abstract == ""


def test_a_word_with_a_colon_goes_on_with_the_abstract(tmp_path: Path) -> None:
    """Headings in capitals, which look like tags, in an abstract of several lines; and a retraction."""
    text = (
        "Record #1 of 1\nID: CN-1\nTI: Loaves\nPT: Retracted Publication\nAB: We bake.\nAIM: to rest.\n\nDNA: none.\n"
    )
    [paper] = papers(tmp_path, text)
    assert paper.abstract == "We bake.\nAIM: to rest.\n\nDNA: none."
    assert paper.status == "retracted"


def test_what_is_not_read_ends_a_field(tmp_path: Path) -> None:
    """Ovid's names of fields, also those of no interest; its identifier is PubMed's in MEDLINE only."""
    text = "<7>\nDatabase\n  Ovid MEDLINE(R)\nUnique Identifier\n  31\nTitle\n  Loaves\nInstitution\n  Bakers\n"
    [paper] = papers(tmp_path, text)
    assert (paper.title, paper.paper_id) == ("Loaves", "pmid:31")
    [other] = papers(tmp_path, text.replace("MEDLINE(R)", "Embase"))
    assert other.paper_id == ""


def test_a_record_in_another_encoding_or_too_long_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "ovid.txt"
    long = b"<2>\nTitle\n  Long\nAbstract\n" + b"  crust\n" * 200
    path.write_bytes(b"<1>\nTitle\n  Caf\xe9\n" + long + b"<3>\nTitle\n  Rye\n")
    first, second, third = read(path, max_record_bytes=1_000)
    assert isinstance(first, Rejection)
    assert "0xe9" in first.reason
    assert isinstance(second, Rejection)
    assert "LITWEAVE_MAX_RECORD_BYTES" in second.reason
    assert isinstance(third, Paper)
