"""References in plain text: in whatever style a list is written, true ones are valid and faults are named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.library import Library
from service.manuscript import read_bbl, read_plain_list
from service.readers import read
from service.records.checks import CheckedEntry
from service.review.checking.bibliography import checked_entries
from service.review.checking.reference_sources import LibraryReferences
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings

TITLE = "Pike Populations in Shallow Lakes: A Census of Ten Years"
VENUE = "Proceedings of the 2021 Conference on Lake Ecology (CLE)"
PAPERS = [
    {
        "id": "pike",
        "title": TITLE,
        "authors": ["Thai Le", "Ana van der Berg", "Josef Černý", "Dipankar Das"],
        "year": 2021,
        "venue": VENUE,
        "doi": "10.5555/pike.1",
    },
    {
        "id": "reed",
        "title": "Reed Belts Slow the Flow of Nutrients into Cold Rivers",
        "authors": ["Mira Holm", "Wei Li", "Li Wei"],
        "year": 2019,
        "venue": "Journal of Rivers",
        "doi": "10.5555/reed.2",
    },
    {
        "id": "eel",
        "title": "Eels Return to the Dammed Rivers of the North",
        "authors": ["Ida Brandt", "Paul Ek"],
        "year": 2020,
        "url": "https://arxiv.org/abs/2003.01234",
    },
    {
        "id": "carp",
        "title": "Do Carp Dream? A Study of Sleep in Ponds",
        "authors": ["Yang Sun", "Mo A. Wang", "Bin Liang", "Caihua Yang", "Xiang Ma"],
        "year": 2024,
        "venue": "Pond Science",
    },
    {
        "id": "crab",
        "title": "Crabs Walk Sideways on Every Shore of the Inland Sea",
        "authors": ["Shafeeq P", "Vijay Kumar BG", "Nora Fisk"],
        "year": 2022,
        "venue": "Shore Notes",
    },
    {"id": "roe", "title": "Roe", "authors": ["Nora Fisk"], "year": 2018, "venue": "Fish Letters"},
]
APA = f"Le, T., van der Berg, A., Černý, J., & Das, D. (2021). {TITLE}. {VENUE}, 3(2), 1–10. https://doi.org/10.5555/pike.1"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    folder = tmp_path_factory.mktemp("plain")
    lines = (json.dumps(p | {"abstract": f"We report on what is told in {p['title']}."}) for p in PAPERS)
    (path := Path(folder) / "papers.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Library.open(Settings(library=folder / "library"), create=True) as library:
        library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        yield LibraryCorpus(library)


def _checked(corpus: LibraryCorpus, text: str) -> CheckedEntry:
    (checked,) = checked_entries([LibraryReferences(corpus)], read_plain_list(f"- {text}\n"))
    return checked


@pytest.mark.parametrize(
    "text",
    [
        APA,
        f"T. Le, A. van der Berg, J. Černý, and D. Das, “{TITLE},” in {VENUE}, 2021, pp. 1998–2010.",
        f"Le, Thai, Ana Van der Berg, Josef Černý, and Dipankar Das. 2021. “{TITLE}.” {VENUE}. Accessed May 3, 2023.",
        f"Le T, van der Berg A, Cerny J, Das D. {TITLE}. In: {VENUE} [Internet]. 2021. doi:10.5555/pike.1",
        f"Thai Le, Ana van der Berg, Josef Černý, and Dipankar Das. 2021. {TITLE}. In {VENUE}, 2021.",
        f"Le, T., van der Berg, A., Černý, J., Das, D.: {TITLE}. In: CLE 2021. LNCS, vol. 1857, pp. 1-10 (2021)",
        f"T. LE, A. VAN DER BERG, J. ČERNÝ, AND D. DAS, *{TITLE}*, Proc. 2021 Conf. Lake Ecol., 2021.",
        f"Le et al. (2021). {TITLE}. {VENUE}.",
        f"Thai Le and others. {TITLE}. {VENUE}, 2021.",
        f"[LB+21] Thai Le, Ana van der Berg, et al. {TITLE}. {VENUE}, 2021.",
        f"Thai Le. Pike populations in shallow lakes. {VENUE}, 2021.",
        "M. Holm, W. Li and L. Wei. Reed belts slow the flow of nutrients into cold rivers. Journal of Rivers, 2019.",
        "Holm, Mira; Li, Wei; Wei, Li. Reed Belts Slow the Flow of Nutrients into Cold Rivers. J. Rivers 2019, 3, 1.",
        "I. Brandt and P. Ek. Eels return to the dammed rivers of the North. arXiv:2003.01234, 2020.",
        "Ida Brandt and Paul Ek. Eels Return to the Dammed Rivers of the North. Journal of Waters, 2022.",
        "Fisk, N. (2018). Roe. Fish Letters, 1.",
        "Sun Y, Wang MA, Liang B, et al. Do carp dream? A study of sleep in ponds. Pond Science. 2024;3:1.",
        "Sun, Yang, Mo Wang, et al. 2024. “Do Carp Dream? A Study of Sleep in Ponds.” Pond Science.",
    ],
)
def test_a_true_reference_is_valid_in_any_style(corpus: LibraryCorpus, text: str) -> None:
    """APA, IEEE, Chicago, Vancouver, ACM, Springer, AMS; "et al.", abbreviations, a preprint's later journal."""
    checked = _checked(corpus, text)
    assert (checked.verdict, checked.fields, checked.checked_against) == ("valid", (), "library")


@pytest.mark.parametrize(
    ("text", "field", "was", "should_be"),
    [
        (APA.replace("(2021)", "(2018)"), "year", "2018", "2021"),
        (APA.replace("pike.1", "reed.2"), "doi", "10.5555/reed.2", "10.5555/pike.1"),
        (APA.replace("Shallow", "Frozen"), "title", TITLE.replace("Shallow", "Frozen"), TITLE),
        (APA.replace("Le, T., ", ""), "author", "Ana van der Berg and Josef Černý and Dipankar Das", None),
        (APA.replace("Le, T.", "Grünwald, O."), "author", "Grünwald, O. and Ana van der Berg", None),
        (APA.replace("van der", "Okabe, H., van der"), "author", "Thai Le and Okabe, H. and Ana van der Berg", None),
        (APA.replace("Das, D.", "Okabe, H."), "author", "Thai Le and Ana van der Berg and Josef Černý and Okabe", None),
        (APA.replace("Le, T.", "Lebrun, O."), "author", "Lebrun, O. and Ana van der Berg", None),
        (f"Tobias Lindqvist et al. {TITLE}. {VENUE}, 2021.", "author", "Tobias Lindqvist", None),
        ("Paul Ek and Ida Brandt. Eels Return to the Dammed Rivers of the North. 2020.", "author", "Paul Ek", None),
        ("I. Brandt, P. Ek. Eels Return to the Dammed Rivers of the North. arXiv:2003.09999", "eprint", "2003", "2003"),
        ("R. Roth. On Lynx in Snow and Ice. Wild Letters, 2003. doi:10.5555/reed.2", "doi", "10.5555/reed.2", None),
    ],
    ids=["year", "doi", "title", "first missing", "first invented", "added", "last invented", "longer", "et al",
         "swapped", "arxiv", "doi of something else"],
)  # fmt: skip
def test_a_fault_is_named_with_what_should_stand_there(
    corpus: LibraryCorpus, text: str, field: str, was: str, should_be: str | None
) -> None:
    """Each fault alone; the other fields are left alone."""
    checked = _checked(corpus, text)
    assert (checked.verdict, [f.field for f in checked.fields]) == ("wrong", [field])
    assert checked.fields[0].was.startswith(was)
    if should_be is not None:
        assert (checked.fields[0].should_be or "").startswith(should_be)


@pytest.mark.parametrize(
    "text",
    [
        f"Le, T., Vandenberg, A., Černý, J., & Das, D. (2021). {TITLE}. {VENUE}.",
        f"A study by several people of the lake office. {TITLE}. {VENUE}, 2021.",
        f"{TITLE}. {VENUE}, 2021.",
        "Le, T., & Das, D. (2021). Perch Counts Made Simple. Journal of Ponds.",
        f"Le, T. (2022). {TITLE}: Part Two. Journal of Ponds.",
        f"Le, T., van der Berg, A., Černý, J., & Das, D. (2022). {TITLE}. {VENUE}.",
        "Holm, M., Li, W., & Wei, L. (2001). Reed Belts Slow the Flow of Nutrients into Cold Rivers. PhD thesis.",
        "Fisk, N. (2018). Salt and Roe. Fish Letters, 1.",
        "B. Roth. Fish Eggs: Roe. 2011.",
        "S. P, V. K. BG, N. Fisk. Crabs Walk Sideways on Every Shore of the Inland Sea. Shore Notes, 2022.",
        "Shafeeq P, Vijay B, Fisk N. Crabs Walk Sideways on Every Shore of the Inland Sea. Shore Notes. 2022.",
        "I. Brandt, P. Ek. Eels Return to the Open Rivers of the North. arXiv:2004.00001, 2020.",
        "Smith. See doi:10.5555/pike.1 for pike populations.",
    ],
)
def test_what_is_unclear_is_left_open(corpus: LibraryCorpus, text: str) -> None:
    """Another spelling, no authors, other works, the year of print, another edition, a short title within another."""
    assert _checked(corpus, text).verdict == "unverified"


def test_the_bibitems_of_a_bbl_are_checked_as_their_reader_sees_them(corpus: LibraryCorpus) -> None:
    """Accents and commands are resolved, and a link's DOI counts."""
    bbl = r"""\begin{thebibliography}{2}
\bibitem{pike} Thai Le, Ana {van der Berg}, Josef {\v C}ern{\'y}, and Dipankar Das.
\newblock Pike populations in shallow lakes: {A} census of ten years.
\newblock In {\em Proceedings of the 2021 Conference on Lake Ecology (CLE)}, 2016.
\bibitem{reed} M. Holm, W. Li, and L. Wei.
\newblock \href{https://doi.org/10.5555/pike.1}{Reed belts slow the flow of nutrients into cold rivers}.
\newblock {\em Journal of Rivers}, 2019.
\end{thebibliography}"""
    pike, reed = checked_entries([LibraryReferences(corpus)], read_bbl(bbl))
    assert [(f.field, f.was, f.should_be) for f in pike.fields] == [("year", "2016", "2021")]
    assert [(f.field, f.was, f.should_be) for f in reed.fields] == [("doi", "10.5555/pike.1", "10.5555/reed.2")]
    assert (pike.verdict, reed.verdict) == ("wrong", "wrong")
