"""Which records are one paper, what it is called, and how records merge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.identity import (
    arxiv_number,
    distinct_id,
    identity_keys,
    kind_of,
    merge,
    nearness,
    normal_doi,
    objection,
    paper_id,
    same_paper,
    why_same,
)
from service.records import Origin, Paper

BREAD = "We bake forty loaves at three temperatures and find that the crust hardens above 220 degrees."
SAND = "Grains of desert sand were sorted by hand, and their roundness was judged by two observers."


def paper(title: str = "Bread Crusts: A Study", abstract: str = BREAD, **fields: object) -> Paper:
    return replace(Paper(title=title, abstract=abstract), **fields)  # type: ignore[arg-type]


def test_a_safe_given_id_is_kept() -> None:
    """Ids of real corpora pass as they are."""
    for given_id in ("arxiv:2004.13332", "4983", "2016.amta-researchers.1", "x" * 200, "Ünï code"):
        assert paper_id(paper(paper_id=given_id)) == given_id


@pytest.mark.parametrize("given_id", ["", " ", " a", "a\nb", "a\x1b[31m", "a\u202eb", "x" * 201, "\ud800", "a\x00"])
def test_an_unsafe_id_gives_way_to_one_from_the_title(given_id: str) -> None:
    """Control and direction characters, outer space and endless ids never reach a path or terminal."""
    made = paper_id(paper(paper_id=given_id))
    assert made.startswith("bread-crusts-a-study-")
    assert len(made) == len("bread-crusts-a-study-") + 8


def test_the_made_id_depends_on_content_only() -> None:
    """Spelling, file and metadata do not matter; title and abstract do."""
    one = paper_id(paper('Nystr\\"om Loaves', origin=Origin("a.txt", 1), upvotes=3))
    assert one == paper_id(paper("Nyström loaves.", origin=Origin("b.txt", 9)))
    assert one.startswith("nystrom-loaves-")
    assert distinct_id(paper("Introduction")) != distinct_id(paper("Introduction", SAND))
    assert distinct_id(paper("对齐")).startswith("paper-")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("arxiv:2412.06673v2", "2412.06673"),
        ("2412.06673", "2412.06673"),
        ("https://arxiv.org/pdf/2412.06673v1.pdf", "2412.06673"),
        ("https://huggingface.co/papers/2412.06673", "2412.06673"),
        ("https://doi.org/10.48550/arXiv.2412.06673", "2412.06673"),
        ("arXiv:hep-th/9901001", "hep-th/9901001"),
        ("2016.amta-researchers.1", None),
        ("2413.06673", None),
        ("https://example.org/2412.06673", None),
        ("", None),
    ],
)
def test_arxiv_numbers_are_found_where_they_are_certain(text: str, number: str | None) -> None:
    """Ids, links and DOIs give the number without its version; month 13 is no arXiv id."""
    assert arxiv_number(text) == number


def test_dois_are_compared_bare_and_in_lower_case() -> None:
    """A DOI link, a prefix and capitals name the same DOI."""
    assert normal_doi("https://doi.org/10.1000/AbC.") == normal_doi("doi:10.1000/abc") == "10.1000/abc"
    assert normal_doi("N/A") is None


def test_keys_name_every_way_to_find_a_paper() -> None:
    """Strong keys come first."""
    keys = identity_keys(paper("Tee", doi="10.1/x", url="https://arxiv.org/abs/2412.06673", paper_id="t1"))
    assert keys == ("arxiv:2412.06673", "id:t1", "title:tee")
    assert identity_keys(paper("Tee", doi="10.1000/X"))[0] == "doi:10.1000/x"


def test_the_same_title_with_another_abstract_is_another_paper() -> None:
    """Two papers called "Introduction" stay apart."""
    assert not same_paper(paper("Introduction"), paper("Introduction", SAND))


@pytest.mark.parametrize(
    "other",
    [
        paper("BREAD CRUSTS - a study."),
        paper(abstract=BREAD[:60]),
        paper(abstract="In this work, " + BREAD.replace("three", "four")),
        paper("Bread crusts, revisited", SAND, doi="10.1000/B1"),
        paper("Loaves", doi="10.1000/B1"),
        paper("Loaves", SAND, url="http://arxiv.org/abs/2401.00001v3"),
        paper("Loaves", paper_id="p1"),
        paper(abstract=SAND, paper_id="p1"),
    ],
    ids=[
        "spelling",
        "cut abstract",
        "revised abstract",
        "doi and title",
        "doi and abstract",
        "arxiv",
        "id and abstract",
        "id and title",
    ],
)
def test_the_same_paper_is_known_again(other: Paper) -> None:
    """Title and abstract, a DOI, an arXiv id, or the given id with title or abstract."""
    known = paper(doi="10.1000/b1", url="https://arxiv.org/abs/2401.00001", paper_id="p1")
    assert same_paper(known, other)
    assert same_paper(other, known)


def test_an_equal_id_with_other_content_is_another_paper() -> None:
    """Two corpora may both number their records from 1."""
    assert not same_paper(paper(paper_id="1"), paper("Sand", SAND, paper_id="1"))


def test_short_abstracts_must_be_equal() -> None:
    """Where there are no word pairs to compare, only equality makes abstracts alike."""
    assert same_paper(paper(abstract="Bread!"), paper(abstract="bread"))
    assert not same_paper(paper(abstract="Bread"), paper(abstract="Sand"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (paper(doi="10.1000/a"), paper(doi="10.1000/b")),
        (paper("Loaf collapse", doi="10.1000/book"), paper("The future of yeast", SAND, doi="10.1000/book")),
        (paper(doi="10.1000/a"), paper("Erratum: Bread Crusts: A Study", doi="10.1000/a")),
        (paper("Description sheets", year=2009), paper("Description sheets", BREAD[:44] + SAND, year=2010)),
        (paper("In this issue", "", year=2020), paper("In this issue", "", year=2020)),
        (paper("Bread crusts of the far north", "", authors=("Ada Oven",)),
         paper("Bread crusts of the far north", "", authors=("Ben Crumb",))),
        (paper("Crusts, Part I", paper_id="1"), paper("Crusts, Part II", paper_id="1")),
    ],
    ids=["publishers", "DOI of a volume", "erratum", "yearly series", "generic title", "other authors", "two parts"],
)  # fmt: skip
def test_what_looks_alike_stays_apart(one: Paper, other: Paper) -> None:
    assert not same_paper(one, other)
    assert not same_paper(other, one)


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        (paper(doi="10.1000/a"), paper(doi="10.1000/b"), "two publishers' DOIs, 10.1000/a and 10.1000/b"),
        (paper(), paper("Erratum: Bread Crusts: A Study"), "only one of them is a notice"),
        (paper("Loaf collapse", doi="10.1000/book"), paper("Yeast", SAND, doi="10.1000/book"), "one volume"),
        (paper("Crusts of rye, Part I"), paper("Crusts of rye, Part II"), "two parts"),
        (paper(), paper("Sand", SAND), "neither an identifier nor title nor abstract"),
        (paper(), paper(abstract=SAND), None),
        (paper(), paper("Crusts revisited"), None),
        (paper(doi="10.1000/a"), paper(doi="10.1000/a"), None),
    ],
    ids=["publishers", "erratum", "volume", "parts", "nothing", "title alone", "abstract alone", "certain"],
)  # fmt: skip
def test_what_speaks_against_a_persons_merge_is_said(one: Paper, other: Paper, against: str | None) -> None:
    """Where one thing agrees, a person may know better than the import; a veto has to be set aside on purpose."""
    said = objection(one, other)
    assert (said is None) == (objection(other, one) is None)
    assert said is None if against is None else said is not None and against in said


def test_the_nearer_of_two_versions_is_the_one_with_the_same_identifier_or_more_of_the_text() -> None:
    record = paper(abstract=BREAD + " We thank the millers.")
    assert nearness(paper(), record) > nearness(paper(abstract=BREAD[:40] + SAND), record)
    identified = paper("Other", SAND, doi="10.1000/a")
    assert nearness(identified, replace(record, doi="10.1000/a")) > nearness(paper(), replace(record, doi="10.1000/a"))


def test_reasons_are_counted_without_their_identifiers() -> None:
    assert why_same(paper(doi="10.1000/a"), paper(doi="10.1000/a")) == "the same doi:10.1000/a"
    assert kind_of("the same doi:10.1000/a") == "the same doi"
    assert kind_of("the same title and abstract") == "the same title and abstract"


def test_a_paper_without_abstract_is_known_by_title_and_author() -> None:
    bare = paper("Bread crusts of the far north", "", authors=("Oven, Ada",), year=2020)
    assert same_paper(bare, paper("Bread crusts of the far north", authors=("Ada Oven",), year=2021))


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ({"url": "https://pubmed.ncbi.nlm.nih.gov/12345/"}, "pmid:12345"),
        ({"paper_id": "pmid:12345"}, "pmid:12345"),
        ({"url": "https://openalex.org/W2741809807"}, "openalex:w2741809807"),
        ({"url": "https://aclanthology.org/2020.acl-main.1.pdf"}, "acl:2020.acl-main.1"),
        ({"paper_id": "s2:abc"}, "s2:abc"),
    ],
)
def test_ids_of_services_are_strong_keys(place: dict[str, str], key: str) -> None:
    assert key in identity_keys(paper(**place))


def test_where_and_when_it_appeared_moves_as_one_block() -> None:
    """The published record's year, venue and DOI stand together; nothing of the preprint's is put beside them."""
    preprint = paper(doi="10.48550/arXiv.1712.01234", date="2017-12-04", year=2017, date_kind="published",
                     url="https://arxiv.org/abs/1712.01234", authors=("Ada Oven",))  # fmt: skip
    published = paper(doi="10.1000/b", year=2018, venue="Annals of Baking", authors=("Oven, Ada",))
    merged = merge(preprint, published)
    assert merged == merge(published, preprint)
    assert merged == replace(published, paper_id="")


def test_a_listing_keeps_its_votes_and_the_longer_abstract_its_origin() -> None:
    listed = paper(abstract=BREAD[:-1], author_count=4, date="2024-12-09", date_kind="listed", year=2024, upvotes=2)
    named = paper(authors=("Ada Oven", "Bo Crumb"), year=2023, doi="10.1000/b", origin=Origin("papers.jsonl", 5))
    assert merge(listed, named) == replace(named, upvotes=2)


@pytest.mark.parametrize(
    "worse",
    ["CRUSTS OF RYE: A NAÏVE STUDY", "[Crusts of rye: a naive study].", "Crusts of rye: a na{\\\"i}ve study",
     "Crusts of rye: a naÃ¯ve study", "Crusts of rye: a naive study."],
)  # fmt: skip
def test_the_clean_title_is_shown(worse: str) -> None:
    clean = "Crusts of rye: a naïve study"
    assert merge(paper(worse), paper(clean)).title == clean


def test_a_retraction_is_never_lost() -> None:
    assert merge(paper(status="retracted"), paper(status=None)).status == "retracted"
    assert merge(paper(status="corrected"), paper(status="withdrawn")).status == "withdrawn"


def test_merging_keeps_the_id_of_the_catalog() -> None:
    """The first record is the catalog's: links to it must not break."""
    assert merge(paper(paper_id="old"), paper(paper_id="new")).paper_id == "old"
    assert merge(paper(), paper(paper_id="new")).paper_id == "new"


def _maybe(*values: object) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), st.sampled_from(values))


PAPERS = st.builds(
    Paper,
    title=st.sampled_from(["Bread", "BREAD", 'Br\\"ead', "Breads"]),
    abstract=st.sampled_from(["A b.", "A\\% b.", "A% b.", "a b c d."]),
    authors=st.sampled_from([(), ("A",), ("B",), ("A. Long",), ("A", "B")]),
    author_count=_maybe(0, 1, 2),
    organisation=_maybe("X", "Y", "XY"),
    year=_maybe(2023, 2024),
    date=_maybe("2023", "2024-01", "2023-12-01", "2023-12-02"),
    date_kind=_maybe("listed", "published"),
    url=_maybe("http://a.b/long", "https://a.b", "https://a.c"),
    doi=_maybe("10.1000/a", "10.48550/arXiv.2401.00001"),
    venue=_maybe("V", "W"),
    upvotes=_maybe(0, 5),
    status=_maybe("retracted", "corrected"),
    origin=_maybe(Origin("", 0), Origin("a", 1), Origin("a", 2)),
)


@given(PAPERS, PAPERS, PAPERS)
def test_merge_order_cannot_matter(a: Paper, b: Paper, c: Paper) -> None:
    """Idempotent, commutative and associative, so every import order gives the same record."""
    assert merge(a, a) == a
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, merge(a, b)) == merge(a, b)
