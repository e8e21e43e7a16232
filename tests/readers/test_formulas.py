"""Formulas in every format that carries them: each is read once, and its powers and indices stay what they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.readers import read
from service.readers.formulas import formulas_as_text
from service.records import Paper

POWER = (
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">\n  <mml:msup><mml:mn>10</mml:mn>'
    "<mml:mrow><mml:mo>−</mml:mo><mml:mn>3</mml:mn></mml:mrow></mml:msup>\n</mml:math>"
)
BOTH = f"<inline-formula><alternatives><tex-math>$10^{{-3}}$</tex-math>{POWER}</alternatives></inline-formula>"
READS = "We bake 10^−3 g, 10^4 loaves &c."
MARKED = f"We bake {BOTH} g, 10<sup>4</sup> loaves &amp;c."


def jats_prefixed(markup: str) -> str:
    for name in ("inline-formula", "alternatives", "tex-math", "sup", "p"):
        markup = markup.replace(f"<{name}>", f"<jats:{name}>").replace(f"</{name}>", f"</jats:{name}>")
    return markup


def inverted(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, word in enumerate(text.split()):
        found.setdefault(word, []).append(at)
    return found


FILES = {
    "crossref": json.dumps({
        "message-type": "work", "message": {
            "DOI": "10.5555/f", "title": ["Flour"], "abstract": jats_prefixed(f"<p>{MARKED}</p>"), "prefix": "10.5555",
        },
    }),
    "openalex": json.dumps({
        "id": "https://openalex.org/W1", "display_name": "Flour", "title": "Flour", "publication_year": 2021,
        "authorships": [], "abstract_inverted_index": inverted(MARKED),
    }),
    "jats": "<article><front><article-meta><title-group><article-title>Flour</article-title></title-group>"
    f"<abstract><p>{MARKED}</p></abstract></article-meta></front></article>",
    "pubmed-xml": "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Flour</ArticleTitle><Abstract>"
    f"<AbstractText>{MARKED}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>",
    "jsonl": json.dumps({"title": "Flour", "abstract": MARKED}),
    "table": f'Title,Abstract,Year\nFlour,"{MARKED.replace(chr(34), chr(34) * 2)}",2021\n',
    "ris": "TY  - JOUR\nTI  - Flour\nAB  - " + MARKED.replace("\n", " ") + "\nER  - \n",
}  # fmt: skip


@pytest.mark.parametrize("key", FILES)
def test_a_formula_in_two_notations_is_read_once(tmp_path: Path, key: str) -> None:
    path = tmp_path / "export"
    path.write_text(FILES[key], encoding="utf-8")
    [paper] = read(path, max_record_bytes=1_000_000)
    assert isinstance(paper, Paper)
    assert paper.abstract == READS


def test_a_mark_of_affiliation_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(json.dumps({"title": "Flour", "authors": ["Ada Oven<sup>1,2</sup>", "Cy Crumb"]}))
    [paper] = read(path, max_record_bytes=1_000_000)
    assert isinstance(paper, Paper)
    assert paper.authors == ("Ada Oven", "Cy Crumb")


def test_what_is_no_formula_stays() -> None:
    assert formulas_as_text("a <math> b <math> c") == "a <math> b <math> c"
    assert formulas_as_text("<math><mi>p</mi><mo>&lt;</mo><mn>5</mn></math>") == "p&lt;5"


def test_a_formula_that_is_no_xml_loses_its_tex_twin() -> None:
    broken = "<inline-formula><tex-math>$x$</tex-math><math><mi>x</math></inline-formula>"
    assert "$x$" not in formulas_as_text(broken)


@pytest.mark.parametrize("hostile", ["<math>", "<math></math>", "<math " + "a" * 900, "<x:math>"])
def test_formulas_are_looked_for_in_linear_time(hostile: str) -> None:
    """An end that is missing is looked for once, not from each opening tag on."""
    assert len(formulas_as_text(hostile * 100_000)) <= len(hostile) * 100_000
