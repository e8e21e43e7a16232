"""CSL-JSON and RIS hold what is known, are read by others' readers, and invent nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from scripted_review import HERON, KITE, REFERENCES, hostile_answer, refer

from service.records import Reference
from service.render import as_bibtex, as_csl_json, as_ris
from service.render.plain import Name, name_of

LISTED = refer(KITE, "1", "kite2024")
PUBLISHED = refer(HERON, "2", "heron2023")
BARE = Reference("3", "p", "Bare", (), None, None, None, None, None, "bare")
# https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json asks for `id` and `type`.
TYPES = {"article", "article-journal", "paper-conference", "document"}
FIELDS = {"id", "type", "title", "author", "issued", "container-title", "URL", "DOI", "note", "abstract"}


def test_csl_json_of_a_listing_has_no_date_and_no_author() -> None:
    """What the listing does know stands in the note."""
    assert json.loads(as_csl_json([LISTED])) == [
        {
            "id": "kite2024",
            "type": "document",
            "title": "KITE: Gentle Alignment of Small Models",
            "note": "Listed 2024-12-05; 9 authors",
        }
    ]


def test_csl_json_of_a_publication_has_its_fields() -> None:
    """Names in parts, the date in parts, address and DOI."""
    assert json.loads(as_csl_json([PUBLISHED])) == [
        {
            "id": "heron2023",
            "type": "paper-conference",
            "title": "Heron Without Labels",
            "author": [{"family": "Okonjo", "given": "Mira"}, {"family": "Šťastný", "given": "Ján"}],
            "issued": {"date-parts": [[2023, 5, 1]]},
            "container-title": "Workshop on Birds & Models",
            "URL": "https://example.org/heron?a=1&b=2",
            "DOI": "10.1234/heron_1",
        }
    ]


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (BARE, "document"),
        (replace(BARE, venue="Nature"), "document"),
        (replace(BARE, venue="Journal of Kites"), "article-journal"),
        (replace(BARE, venue="Proc. of the 3rd Kite Meeting"), "paper-conference"),
        (replace(BARE, doi="10.48550/arXiv.2412.06673"), "article"),
        (replace(BARE, url="https://arxiv.org/abs/2412.06673"), "article"),
        (replace(BARE, url="https://arxiv.org/abs/2412.06673", venue="Journal of Kites"), "article-journal"),
    ],
    ids=["nothing", "a name", "journal", "proceedings", "arXiv DOI", "arXiv address", "published preprint"],
)
def test_the_type_follows_from_what_the_source_says(reference: Reference, kind: str) -> None:
    """A venue that does not say what it is stays a document: a guess would print "[Preprint]" or "In"."""
    (item,) = json.loads(as_csl_json([reference]))
    assert item["type"] == kind


@pytest.mark.parametrize(
    ("date", "kind", "year", "issued"),
    [
        ("2023", "published", 2023, [2023]),
        ("2023-05", "published", 2023, [2023, 5]),
        ("2023-05-01", "listed", 2023, None),
        (None, None, 2021, [2021]),
        (None, "listed", 2021, None),
    ],
)
def test_only_a_publication_date_is_issued(
    date: str | None, kind: str | None, year: int | None, issued: list[int] | None
) -> None:
    """As exact as it is known."""
    (item,) = json.loads(as_csl_json([replace(BARE, date=date, date_kind=kind, year=year)]))  # type: ignore[arg-type]
    assert item.get("issued") == (None if issued is None else {"date-parts": [issued]})


def test_ris_is_read_by_an_independent_reader() -> None:
    """rispy finds the same papers: authors inverted, date with slashes, the listing date in a note only."""
    kite, heron = rispy.loads(as_ris(REFERENCES))
    assert heron["type_of_reference"] == "CPAPER"
    assert heron["title"] == "Heron Without Labels"
    assert heron["authors"] == ["Okonjo, Mira", "Šťastný, Ján"]
    assert (heron["year"], heron["date"]) == ("2023", "2023/05/01/")
    assert (heron["doi"], heron["urls"]) == ("10.1234/heron_1", ["https://example.org/heron?a=1&b=2"])
    assert kite["type_of_reference"] == "GEN"
    assert kite["notes"] == ["Listed 2024-12-05; 9 authors"]
    assert not {"year", "date", "authors"} & kite.keys()


def test_hostile_papers_stay_one_record() -> None:
    """Line breaks and tags of an abstract open no record of their own."""
    hostile = hostile_answer().references
    assert len(rispy.loads(as_ris(hostile))) == 1
    assert len(json.loads(as_csl_json(hostile))) == 1
    forged = replace(BARE, title="A\nER  - \nTY  - JOUR", venue="B\r\nAU  - Eve", authors=("C\nAU  - Eve",))
    (record,) = rispy.loads(as_ris([forged]))
    assert len(record["authors"]) == 1


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=40))
def test_any_text_stays_within_its_field(text: str) -> None:
    """One record, each line a known tag; CSL-JSON has only known fields and is ASCII."""
    reference = replace(BARE, title=text, venue=text, authors=(text, text), url=text, doi=text, key=text)
    dated = replace(reference, year=2020, date=text, date_kind="published")  # of a document that was edited
    record = as_ris([dated])
    assert re.fullmatch(r"(?:(?:TY|ID|TI|AU|T2|PY|DA|N1|UR|DO)  - [^\r\n]*\r\n)+ER  - \r\n\r\n", record)
    printed = as_csl_json([reference])
    assert printed.isascii()
    (item,) = json.loads(printed)
    assert item.keys() <= FIELDS
    assert item["type"] in TYPES
    assert item["id"]


def test_all_formats_know_a_paper_by_the_same_key() -> None:
    """A manuscript's keys work whichever file a citation manager took in."""
    twins = [replace(BARE, label=str(n), key="Same") for n in range(3)]
    keys = re.findall(r"^@misc\{([^,]+),", as_bibtex(twins), re.MULTILINE)
    assert keys == ["Same", "Same-2", "Same-3"]
    assert [item["id"] for item in json.loads(as_csl_json(twins))] == keys
    assert [record["id"] for record in rispy.loads(as_ris(twins))] == keys


@pytest.mark.parametrize("write", [as_ris, as_csl_json])
def test_no_references_make_an_empty_list(write: object) -> None:
    """Nothing cited, nothing listed, still well-formed."""
    assert write([]) in ("", "[]\n")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Mira Okonjo", Name("Okonjo", "Mira")),
        ("Okonjo, Mira", Name("Okonjo", "Mira")),
        ("Jan van der Berg", Name("Berg", "Jan", "van der")),
        ("van der Berg, Jan", Name("Berg", "Jan", "van der")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("King, Martin Luther, Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("King, Jr., Martin Luther", Name("King", "Martin Luther", "", "Jr.")),
        ("DeepMind Team", Name("DeepMind Team")),
        ("The ATLAS Collaboration", Name("The ATLAS Collaboration")),
        ("Aristotle", Name("Aristotle")),
        ("王小明", Name("王小明")),
        ("A, B, C, D", Name("A, B, C, D")),
        ("GPT-4 o1", Name("GPT-4 o1")),
        ("Okonjo,", Name("Okonjo,")),
        ("King, Jr.", Name("King, Jr.")),
        ("Van Morrison", Name("Morrison", "Van")),
    ],
)
def test_names_are_taken_apart_only_where_they_have_parts(author: str, name: Name) -> None:
    """As BibTeX reads them; what is no plain person's name stays whole."""
    assert name_of(author) == name
