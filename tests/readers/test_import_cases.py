"""Small inputs that failed elsewhere, each with its right outcome: read, stored, and given back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from exported_papers import TEXTS, exported
from hash_embedder import HashEmbedder

from service.library import Library
from service.readers import read
from service.records import ImportReport, Paper
from service.render.bibtex import as_bibtex
from service.review.writing.references import references
from service.settings import Settings

CASES = Path(__file__).parents[3] / "shared" / "cases" / "import"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")


@dataclass(frozen=True)
class Imported:
    """A case after its import."""

    report: ImportReport
    papers: tuple[Paper, ...]

    def written(self, form: str) -> str:
        return exported(self.papers, form)

    @property
    def everywhere(self) -> list[str]:
        return [self.written(form) for form in TEXTS]


Importer: TypeAlias = Callable[[str], Imported]


@pytest.fixture
def imported(tmp_path: Path) -> Importer:
    def of(case: str) -> Imported:
        (path,) = (CASES / case).glob("input.*")
        with Library.open(Settings(library=tmp_path / case), create=True, embedder=HashEmbedder()) as library:
            report = library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
            return Imported(report, tuple(library.papers()))

    return of


def test_02_a_doi_escaped_for_tex_is_one_doi(imported: Importer) -> None:
    found = imported("02-doi-escaped-underscore")
    assert sorted(p.doi for p in found.papers) == ["10.5555/978-3-031-00000-1_13", "10.5555/978-3-031-00000-1_2"]
    assert "\\_13" not in found.written("ris") + found.written("jsonl")


def test_05_versions_of_an_arxiv_paper_are_one(imported: Importer) -> None:
    assert len(imported("05-arxiv-versions").papers) == 2


def test_06_the_published_version_is_cited(imported: Importer) -> None:
    found = {p.title.casefold().rstrip("."): p for p in imported("06-preprint-then-published").papers}
    dough, yeast = found["challenges in dough generation"], found["yeast calls the tune"]
    assert len(found) == 2
    assert (dough.doi, dough.year, dough.venue) == (
        "10.5555/v1/D17-0001", 2018, "Proceedings of the Baking Association"
    )  # fmt: skip
    assert (yeast.doi, yeast.year, yeast.venue) == ("10.5555/j.crust.2021.7", 2021, "Journal of Crust")


@pytest.mark.parametrize(
    "case",
    ["09-serial-title", "10-same-title-placeholder-abstract", "11-container-doi", "52-short-abstracts-same-title"],
)
def test_different_papers_stay_two(imported: Importer, case: str) -> None:
    found = imported(case)
    assert (len(found.papers), found.report.duplicates) == (2, 0)


def test_12_one_paper_under_the_clean_title(imported: Importer) -> None:
    found = imported("12-title-variants")
    assert [p.title for p in found.papers] == ["Crust–hardness in rye: a naïve study"]
    assert found.report.duplicates == 4


def test_16_jats_is_taken_out_and_words_stay_apart(imported: Importer) -> None:
    found = imported("16-jats-abstract")
    (paper,) = found.papers
    assert "Abstract Objective." in paper.abstract
    assert "94th percentile loudness at CO2 levels" in paper.abstract
    assert "12 loaves. Results." in " ".join(paper.abstract.split())
    assert not any("jats" in text for text in found.everywhere)


def test_19_nothing_is_cut_at_a_tag(imported: Importer) -> None:
    (paper,) = imported("19-html-headings").papers
    assert paper.title == "TIC1 gain-of-function loaves"
    assert "Background Bread eagle (Aquila rustica) eats crumbs. Methods We fed 14 eagles" in paper.abstract
    assert paper.abstract.endswith("All 14 ate (p = 0.002), and H2O intake rose by 10^3 ml.")


def test_20_a_less_than_sign_is_no_tag(imported: Importer) -> None:
    found = imported("20-less-than-is-not-a-tag")
    (paper,) = found.papers
    assert paper.title == "Is crust <LOD> in rye?"
    for part in ("p<0.05", "n>30", "5 <i< 10", "<LOD>", "a<b>c"):
        assert part in paper.abstract
        assert part in json.loads(found.written("csl-json"))[0]["abstract"]


def test_22_placeholders_are_no_abstracts(imported: Importer) -> None:
    found = imported("22-placeholder-abstracts")
    assert [p.abstract for p in found.papers] == [""] * 8
    assert len(found.report.remarks) >= 8


def test_27_a_mark_before_a_record_is_harmless(imported: Importer) -> None:
    found = imported("27-bom-mid-file")
    assert [p.title for p in found.papers] == ["Loaf one", "Loaf two", "Loaf three"]
    assert not found.report.rejected


def test_28_another_encoding_costs_its_lines(imported: Importer) -> None:
    found = imported("28-latin1-cp1252")
    assert [p.title for p in found.papers] == ["Plain crust"]
    assert [r.line for r in found.report.rejected] == [1, 3]
    assert all("save the file as UTF-8" in r.reason for r in found.report.rejected)


def test_29_utf16_with_windows_line_ends(imported: Importer) -> None:
    found = imported("29-utf16-crlf")
    assert len(found.papers) == 2
    assert not any("\r" in p.title + p.abstract for p in found.papers)


def test_33_latex_is_shown_as_text_and_escaped_once(imported: Importer) -> None:
    found = imported("33-latex-in-names-and-titles")
    assert len(found.papers) == 1
    assert "Q\\&A" in found.written("bibtex")
    assert "Q\\\\" not in found.written("bibtex")
    for form in ("ris", "csl-json"):
        text = found.written(form)
        shown = text if form == "ris" else json.dumps(json.loads(text), ensure_ascii=False)
        assert "Q&A" in shown
        assert "Clément" in shown
        assert "Müller" in shown


def test_34_braces_are_not_printed(imported: Importer) -> None:
    found = imported("34-braces-in-title")
    assert len(found.papers) == 1
    assert "Corpus and BERT Models for Maltese Loaves" in found.written("ris")
    assert "textbraceleft" not in found.written("bibtex")


def test_35_teams_stay_whole(imported: Importer) -> None:
    found = imported("35-corporate-authors")
    bib, ris = found.written("bibtex"), found.written("ris")
    (item,) = json.loads(found.written("csl-json"))
    assert "{Microsoft Corporation}" in bib
    assert "AU  - Microsoft Corporation" in ris
    assert all("literal" in author for author in item["author"])
    assert not any("{" in author["literal"] for author in item["author"])


def test_37_particles_belong_to_the_family_name(imported: Importer) -> None:
    (item,) = json.loads(imported("37-name-particles").written("csl-json"))
    found = [(a.get("non-dropping-particle"), a["family"]) for a in item["author"]]
    assert found == [
        ("van der", "Louw"), (None, "Della Porta"), ("van", "Inwagen"), ("van de", "Graaf"), ("del", "Hoyo"),
        (None, "Delgado de Molina"),
    ]  # fmt: skip


def test_38_an_and_inside_a_name_makes_no_person(imported: Importer) -> None:
    found = imported("38-and-inside-a-name")
    (paper,) = found.papers
    (reference,) = references([paper]).values()
    authors = next(line for line in as_bibtex([reference]).splitlines() if line.strip().startswith("author"))
    assert authors.count(" and ") == 2 or "{van der Plas and Claudia Borg" in authors
    assert all("Borland" in text and "Alexandre" in text for text in found.everywhere)


def test_39_three_thousand_authors_are_kept(imported: Importer) -> None:
    found = imported("39-three-thousand-authors")
    assert len(found.papers[0].authors) == 3_000
    assert found.written("ris").count("AU  - ") == 3_000
    assert max(map(len, found.written("bibtex").splitlines())) < 20_000


def test_40_other_scripts_have_keys_and_stay_legible(imported: Importer) -> None:
    found = imported("40-non-latin-keys-and-bib")
    keys = [reference.key for p in found.papers for reference in references([p]).values()]
    assert all(key and key.isascii() for key in keys)
    assert "Кристаллические буханки" in found.written("ris")
    assert "Кристаллические буханки" in found.written("bibtex")
    assert "关节型面包" in found.written("bibtex")


def test_42_a_link_is_kept_byte_for_byte(imported: Importer) -> None:
    bib = imported("42-latex-specials-and-markup-in-bib").written("bibtex")
    assert "https://example.org/a_b/Ogden%20Richards?x=1&y=2#s~t" in bib
    assert "50\\% off: loaves \\& crusts\\_1 \\#2" in bib


def test_44_a_doi_with_brackets_is_whole(imported: Importer) -> None:
    found = imported("44-doi-brackets-link")
    doi = "10.5555/0012-9658(1999)080[1455:TECOCI]2.0.CO;2"
    assert found.papers[0].doi == doi
    assert doi in found.written("ris")


def test_45_years_of_tables_are_years(imported: Importer) -> None:
    found = imported("45-year-as-text-or-float")
    assert [p.year for p in found.papers] == [2023, 2023, None, 2023]
    assert [p.doi for p in found.papers] == [None] * 4


def test_49_an_array_of_records_is_read(imported: Importer) -> None:
    assert [p.title for p in imported("49-array-of-records").papers] == ["Loaf A", "Loaf B"]


def test_51_a_record_over_the_limit_costs_itself(imported: Importer) -> None:
    found = imported("51-wrong-encoding-long-record")
    (rejection,) = found.report.rejected
    assert "LITWEAVE_MAX_RECORD_BYTES" in rejection.reason
    assert len(found.papers) == found.report.added
    assert found.report.added >= 2
