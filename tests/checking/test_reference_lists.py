"""Files of references in every form that is taken: the content decides, and keys are those of the file."""

from __future__ import annotations

import json

import pytest

from service.errors import SourceError
from service.manuscript import Entry
from service.review.checking import read_reference_list

TITLE = "Pike Populations in Shallow Lakes"
BIBTEX = "@article{pike, title={Pike Populations in Shallow Lakes}, author={Ana van der Berg and Thai Le}, year=2021}"
BIBLATEX_BBL = r"""\refsection{0}
  \datalist[entry]{nty/global//global/global}
    \entry{pike}{article}{}{}
      \name{author}{2}{}{%
        {{hash=aa}{%
           family={Berg},
           familyi={B\bibinitperiod},
           given={Ana\bibnamedelima Maria},
           giveni={A\bibinitperiod},
           prefix={van\bibnamedelima der},
           prefixi={v\bibinitperiod}}}%
        {{hash=bb}{%
           family={L\^{e}},
           familyi={L\bibinitperiod},
           given={Thai},
           giveni={T\bibinitperiod}}}%
      }
      \field{journaltitle}{Journal of Lakes}
      \field{title}{Pike Populations in Shallow Lakes}
      \field{year}{2021}
      \verb{doi}
      \verb 10.5555/pike.1
      \endverb
    \endentry
    \entry{old}{book}{}{}
      \name{author}{1}{}{%
        {{cc}{Holm}{H\bibinitperiod}{Mira}{M\bibinitperiod}{}{}{}{}}%
      }
      \true{moreauthor}
      \field{title}{Reeds}
      \field{year}{2019}
    \endentry
  \enddatalist
\endrefsection
"""
CLASSIC_BBL = r"""\begin{thebibliography}{1}
\bibitem{pike}
Ana van~der Berg and Thai L\^{e}.
\newblock Pike {P}opulations in {S}hallow {L}akes.
\newblock {\em Journal of Lakes}, 2021.

\bibitem[Holm(2019)]{reed}
M.~Holm.
\newblock Reeds. \url{https://doi.org/10.5555/reed.2}
\end{thebibliography}
"""
CSL = json.dumps(
    [
        {
            "id": "pike",
            "type": "article-journal",
            "title": TITLE,
            "author": [
                {"family": "Berg", "given": "Ana", "non-dropping-particle": "van der"},
                {"literal": "Lake Team"},
            ],
            "issued": {"date-parts": [[2021, 3]]},
            "container-title": "Journal of Lakes",
            "DOI": "10.5555/PIKE.1",
        }
    ],
    indent=1,
)
CSL_YAML = f"""references:
- id: pike
  type: article-journal
  title: {TITLE}
  author:
  - family: Berg
    given: Ana
  issued:
    date-parts:
    - - 2021
  container-title: Journal of Lakes
"""
RIS = f"TY  - JOUR\nID  - pike\nTI  - {TITLE}\nAU  - Berg, Ana\nPY  - 2021\nDO  - 10.5555/pike.1\nER  - \n"
NBIB = f"PMID- 123456\nTI  - {TITLE}.\nFAU - Berg, Ana\nDP  - 2021 Mar\nJT  - Journal of lakes\n"
ENW = f"%0 Journal Article\n%T {TITLE}\n%A Berg, Ana\n%D 2021\n%F pike\n"


@pytest.mark.parametrize(
    ("content", "kind", "key", "line"),
    [
        (BIBTEX, "bibtex", "pike", 1),
        (BIBLATEX_BBL, "bbl", "pike", 3),
        (CSL, "export", "pike", 3),
        (CSL_YAML, "export", "pike", 2),
        (RIS, "export", "pike", 2),
        (NBIB, "export", "123456", 1),
        (ENW, "export", "pike", 5),
    ],
    ids=["bibtex", "biblatex", "csl-json", "csl-yaml", "ris", "nbib", "enw"],
)
def test_each_form_gives_the_same_work_under_its_own_key(content: str, kind: str, key: str, line: int) -> None:
    """Whatever the file is called."""
    read = read_reference_list(content, "references.txt")
    entry = read.entries[0]
    assert (read.kind, entry.key, entry.line) == (kind, key, line)
    assert (entry.title or "").rstrip(".") == TITLE
    assert (entry.year, entry.surnames[0].rpartition(" ")[2]) == (2021, "Berg")


def test_names_and_addresses_of_biblatex_are_read_in_full() -> None:
    """Particles, several given names, accents, a name of the older notation, and that more authors follow."""
    pike, old = read_reference_list(BIBLATEX_BBL, "paper.bbl").entries
    assert pike.authors == ("van der Berg, Ana Maria", "Lê, Thai")
    assert (pike.doi, pike.venue, pike.others) == ("10.5555/pike.1", "Journal of Lakes", False)
    assert (old.key, old.authors, old.others) == ("old", ("Holm, Mira",), True)


def test_csl_keeps_teams_and_dois() -> None:
    """A team is one name, and a DOI is in its normal form."""
    (entry,) = read_reference_list(CSL, "x").entries
    assert entry.authors == ("van der Berg, Ana", "Lake Team")
    assert (entry.doi, entry.venue) == ("10.5555/pike.1", "Journal of Lakes")


def test_a_bbl_of_bibitems_reads_as_its_reader_sees_it() -> None:
    """Commands are resolved, keys are those of the items."""
    pike, reed = read_reference_list(CLASSIC_BBL, "paper.bbl").entries
    assert pike.text == f"Ana van der Berg and Thai Lê. {TITLE}. Journal of Lakes, 2021."
    assert (pike.key, pike.line, reed.key, reed.url) == ("pike", 2, "reed", "https://doi.org/10.5555/reed.2")


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ("# References\n\n- Berg, A. (2021). Pike.\n- Holm, M. (2019). Reeds.\n", ["1", "2"]),
        (
            "# Notes\n\nNothing here.\n\n## References\n\n7. Berg, A. (2021). Pike.\n8. Holm, M. (2019). Reeds.\n",
            ["7", "8"],
        ),
        ("[1] A. Berg. Pike. 2021.\n[2] M. Holm. Reeds. 2019.\n", ["1", "2"]),
        ("[BL21] A. Berg. Pike. 2021.\n\n[Holm2019] M. Holm. Reeds. 2019.\n", ["BL21", "Holm2019"]),
        ("Berg, A. (2021). Pike.\nHolm, M. (2019). Reeds.\n", ["1", "2"]),
        ("Berg, A. (2021). Pike\npopulations.\n\nHolm, M. (2019). Reeds.\n", ["1", "2"]),
        ("# My reading\n\n- Berg, A. (2021). Pike.\n", ["1"]),
        (" \n", []),
    ],
    ids=["bullets", "under its heading", "brackets", "labels", "lines", "wrapped", "another heading", "blank"],
)
def test_a_plain_list_is_a_list(content: str, keys: list[str]) -> None:
    """Items, numbers, labels, or a line each; prose before the heading is no reference."""
    read = read_reference_list(content, "references.md")
    assert (read.kind, [e.key for e in read.entries]) == ("plain", keys)


def test_what_is_called_bib_and_holds_no_entry_has_none() -> None:
    """A file of macros is no list of works."""
    assert read_reference_list("@string{a = {b}}", "x.bib").entries == ()
    assert read_reference_list("only words", "x.bib").entries == ()


def test_a_broken_file_of_a_known_form_is_said() -> None:
    """Nothing of it is guessed."""
    with pytest.raises(SourceError, match="refs"):
        read_reference_list(CSL[:-30], "refs.json")


def test_an_entry_of_an_export_reads_as_text_too() -> None:
    """So that a citation by author and year finds it."""
    (entry,) = read_reference_list(RIS, "x").entries
    assert isinstance(entry, Entry)
    assert ("Berg" in entry.text, "2021" in entry.text, TITLE in entry.text) == (True, True, True)


def test_a_record_that_is_no_paper_is_kept_and_said() -> None:
    """It cannot be verified, and nothing is lost in silence."""
    read = read_reference_list(RIS + "TY  - JOUR\nAU  - Holm, Mira\nER  - \n", "x.ris")
    assert [bool(e.title) for e in read.entries] == [True, False]
    assert "title" in read.unread[0]
