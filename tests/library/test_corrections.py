"""Merges are taken apart and made by hand, papers deleted, and the next import keeps to what a person decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder, invented

from service.errors import MergeRefused, UnknownPaper, UsageError
from service.library import Library
from service.records import Origin, Paper
from service.settings import Settings

SHORT = "Kites are steered by a rule of three lines. The tether holds in any wind."
LONG = SHORT + " A second study in the mountains confirms it."
OTHER = "Balloons are filled with hydrogen. Nothing steers them but the weather."
PREPRINT = Paper(
    "Steering kites by a rule of three",
    SHORT,
    "k-1",
    year=2023,
    url="https://arxiv.org/abs/2301.00001",
    origin=Origin("arxiv.jsonl", 1),
)
PUBLISHED = Paper(
    "STEERING KITES BY A RULE OF THREE",
    LONG,
    year=2024,
    doi="10.1000/kites",
    venue="Annals of Kites",
    origin=Origin("refs.bib", 9),
)
JOURNAL = replace(PUBLISHED, doi="10.5555/other", venue="Journal of Wind", paper_id="j-1", origin=Origin("wos.txt", 2))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(Settings(library=tmp_path), create=True, embedder=HashEmbedder()) as opened:
        yield opened


def ids(library: Library) -> list[str]:
    return [paper.paper_id for paper in library.papers()]


def found(library: Library, query: str) -> list[str]:
    return [hit.paper.paper_id for hit in library.search(query, k=5).hits]


def sound(library: Library) -> None:
    """Both indexes hold what the catalog holds, and every quote stands in its abstract."""
    library.vectors_follow(True)
    assert library.health().problems == ()
    for hit in library.search("kites balloons tether", k=20).hits:
        assert hit.best.quote == hit.paper.abstract[hit.best.start : hit.best.end]


def test_a_merge_is_reported_with_its_reason_and_listed_with_its_records(library: Library) -> None:
    report = library.import_papers([PREPRINT, PUBLISHED, replace(PREPRINT, origin=Origin("again.jsonl", 3))])
    assert [(one.outcome, one.reason) for one in report.papers] == [
        ("added", None),
        ("duplicate", "the same title and abstract"),
        ("duplicate", "the same record"),
    ]
    assert report.reasons == {"the same title and abstract": 1, "the same record": 1}
    page = library.corrections.merges(limit=10)
    (made,) = page.merges
    assert page.total == 1
    assert [(record.paper, record.reason) for record in made.records] == [
        (PREPRINT, None),
        (PUBLISHED, "the same title and abstract"),
    ]
    assert made.paper == replace(PUBLISHED, paper_id="k-1", title=PREPRINT.title)


def test_a_record_that_only_leaves_fields_out_is_no_merge(library: Library) -> None:
    """Its title and abstract are the very same: there is nothing to take apart."""
    library.import_papers([PUBLISHED, replace(PUBLISHED, doi=None, venue=None)])
    assert library.corrections.merges(limit=10).total == 0


def test_a_shorter_abstract_that_was_merged_is_still_there(library: Library) -> None:
    """Whichever comes first, and after any number of imports each stands there once."""
    for _ in range(2):
        library.import_papers([PUBLISHED, PREPRINT])
    (made,) = library.corrections.merges(limit=10).merges
    assert [record.paper.abstract for record in made.records] == [LONG, SHORT]


def test_a_record_taken_out_is_a_paper_again_and_stays_one(library: Library) -> None:
    """Both are what they were, with their own keys and words; no import of either file joins them again."""
    library.import_papers([PREPRINT, PUBLISHED])
    done = library.corrections.split("k-1")
    new = done.new.paper.paper_id
    assert (done.kept.paper, done.new.paper) == (PREPRINT, replace(PUBLISHED, paper_id=new))
    assert done.taken == new
    assert found(library, "mountains second study") == [new, "k-1"]
    assert [p.paper_id for p in library.by_identity(["doi:10.1000/kites"])["doi:10.1000/kites"]] == [new]
    assert [p.paper_id for p in library.by_identity(["arxiv:2301.00001"])["arxiv:2301.00001"]] == ["k-1"]
    for records in ([PREPRINT, PUBLISHED], [PUBLISHED, PREPRINT]):
        report = library.import_papers(records)
        assert sorted(one.paper_id for one in report.papers) == sorted(["k-1", new])
    revised = library.import_papers([replace(PUBLISHED, abstract=LONG + " Data are open.", doi=None)])
    assert revised.papers[0].paper_id == new, "a version of one goes to the nearer"
    assert library.count() == 2
    sound(library)


def test_what_was_taken_out_and_deleted_does_not_come_back_into_its_old_paper(library: Library) -> None:
    library.import_papers([PREPRINT, PUBLISHED])
    new = library.corrections.split("k-1").taken
    library.corrections.delete([new])
    report = library.import_papers([PUBLISHED])
    assert report.papers[0].outcome == "added"
    assert library.paper("k-1") == PREPRINT


def test_the_id_stays_with_the_record_that_gave_it(library: Library) -> None:
    """Links by an arXiv number or a citation key must not lead to the other paper."""
    library.import_papers([PREPRINT, PUBLISHED])
    done = library.corrections.split("k-1", [1])
    assert (done.kept.paper, done.taken) == (PREPRINT, "k-1")
    assert done.new.paper.abstract == LONG
    sound(library)


def test_several_records_are_taken_out_together(library: Library) -> None:
    """What they say together is one paper; reasons of the first record on either side are gone."""
    third = replace(PREPRINT, abstract=SHORT + " Kindly funded.", paper_id="")
    library.import_papers([PREPRINT, PUBLISHED, third])
    done = library.corrections.split("k-1", [2, 3])
    assert [len(done.kept.records), len(done.new.records)] == [1, 2]
    assert [record.reason for record in done.new.records] == [None, "the same arxiv:2301.00001"]
    assert done.new.paper.abstract == LONG
    assert library.import_papers([third, PUBLISHED, PREPRINT]).added == 0
    assert library.count() == 2
    sound(library)


@pytest.mark.parametrize(
    ("numbers", "says"), [([3], "no record 3"), ([0], "records 1 to 2"), ([1, 2], "leave one")], ids=str
)
def test_a_split_that_makes_no_sense_says_why(library: Library, numbers: list[int], says: str) -> None:
    library.import_papers([PREPRINT, PUBLISHED])
    with pytest.raises(UsageError, match=says):
        library.corrections.split("k-1", numbers)
    library.import_papers([invented(1)])
    with pytest.raises(UsageError, match="one record"):
        library.corrections.split(ids(library)[1])


def test_two_papers_become_one_by_the_rule_of_the_import(library: Library) -> None:
    """The objection is said first; by force they are merged, and what either is called leads to the one paper."""
    library.import_papers([PUBLISHED, JOURNAL, invented(1)])
    first = ids(library)[0]
    with pytest.raises(MergeRefused, match=r"two publishers' DOIs, 10.1000/kites and 10.5555/other"):
        library.corrections.merge(first, "j-1")
    assert library.count() == 3
    done = library.corrections.merge("j-1", first, force=True)
    assert (done.absorbed, done.made.paper.paper_id) == (first, "j-1")
    assert done.overridden is not None
    assert done.made.paper.doi in ("10.1000/kites", "10.5555/other")
    assert [record.by_hand for record in done.made.records] == [False, True]
    keys = library.by_identity(["doi:10.1000/kites", "doi:10.5555/other"])
    assert {paper.paper_id for papers in keys.values() for paper in papers} == {"j-1"}
    assert first not in found(library, "kites")
    sound(library)


def test_the_next_import_finds_the_paper_that_was_merged_by_hand(library: Library) -> None:
    """Its records word for word, and a new version of the record that no rule would have joined."""
    library.import_papers([PUBLISHED, JOURNAL])
    library.corrections.merge(ids(library)[0], "j-1", force=True)
    version = replace(JOURNAL, paper_id="", abstract=LONG + " Third study.", venue=None)
    report = library.import_papers([PUBLISHED, JOURNAL, version])
    assert report.added == 0
    assert library.count() == 1


def test_a_merge_by_hand_is_undone_by_a_split(library: Library) -> None:
    """Both papers are there as they were, under their own ids; a second merge says that a person split them."""
    library.import_papers([PREPRINT, replace(JOURNAL, abstract=OTHER)])
    before = list(library.papers())
    library.corrections.merge("k-1", "j-1")
    library.corrections.split("k-1")
    assert list(library.papers()) == before
    with pytest.raises(MergeRefused, match="told apart by hand"):
        library.corrections.merge("j-1", "k-1")
    library.corrections.merge("j-1", "k-1", force=True)
    assert library.import_papers(before).added == 0
    assert ids(library) == ["j-1"]
    sound(library)


def test_papers_that_share_nothing_are_not_merged_by_mistake(library: Library) -> None:
    library.import_papers([PREPRINT, invented(1)])
    with pytest.raises(MergeRefused, match="neither an identifier nor title nor abstract"):
        library.corrections.merge(*ids(library))
    with pytest.raises(UsageError, match="one paper already"):
        library.corrections.merge("k-1", "k-1")
    with pytest.raises(UnknownPaper, match="'nowhere'"):
        library.corrections.merge("k-1", "nowhere")


def test_a_deleted_paper_is_found_nowhere(library: Library) -> None:
    """Neither by words nor meaning nor key, at once; what it was made of goes along, and its vectors."""
    library.import_papers([PREPRINT, PUBLISHED, invented(1), invented(2)])
    gone = library.corrections.delete(["k-1"])
    assert [(one.paper_id, one.records, one.chunks) for one in gone.deleted] == [("k-1", 2, 1)]
    assert "k-1" not in found(library, "kites tether rule")
    assert library.by_identity(["doi:10.1000/kites", "id:k-1"]) == {}
    assert library.name_frequency("Kite1") == 1
    health = library.health()
    assert (health.papers, health.chunks, health.vectors, health.indexed, health.problems) == (2, 2, 2, 2, ())
    assert library.import_papers([PREPRINT]).added == 1


def test_deleting_is_all_or_nothing(library: Library) -> None:
    library.import_papers([invented(1), invented(2)])
    known = ids(library)
    with pytest.raises(UnknownPaper, match=r"the library has no paper 'x', 'y\\ud800'; "):
        library.corrections.delete([known[0], "x", known[1], "y\ud800"])
    assert ids(library) == known
    library.corrections.delete([known[0], known[0]])
    assert ids(library) == known[1:]


def test_papers_are_corrected_by_any_of_their_names(library: Library) -> None:
    """By DOI as well as by id, under which the outcome tells them; a DOI that two carry names neither."""
    library.import_papers([PREPRINT, replace(JOURNAL, abstract=OTHER), invented(1)])
    done = library.corrections.merge("k-1", f"https://doi.org/{JOURNAL.doi}")
    assert (done.made.paper.paper_id, done.absorbed) == ("k-1", "j-1")
    assert library.corrections.made(f"DOI:{JOURNAL.doi}").paper.paper_id == "k-1"
    assert library.corrections.split(f"{JOURNAL.doi}").taken == "j-1"
    (gone,) = library.corrections.delete([f"{JOURNAL.doi}", "j-1"]).deleted
    assert gone.paper_id == "j-1"
    library.import_papers([Paper(title, "", doi="10.1000/s") for title in ("Erratum: on sails", "On sails")])
    with pytest.raises(UsageError, match=r"names 2 papers: .*; give the id of one"):
        library.corrections.delete(["10.1000/s"])


def test_deleting_all_leaves_an_empty_sound_library(library: Library) -> None:
    library.import_papers([invented(i) for i in range(3)])
    library.corrections.delete(ids(library))
    assert library.search("kites", k=3).hits == ()
    sound(library)


def test_pairs_that_may_be_one_paper_are_listed_with_why_they_are_two(library: Library) -> None:
    """Two publishers' DOIs and unlike abstracts are; errata, chapters of a volume and short titles are not."""
    volume = [Paper(f"Chapter on {w}", f"{w} only.", doi="10.1000/book") for w in ("sails", "ropes")]
    short = [Paper("Introduction", SHORT), Paper("Introduction", OTHER)]
    same = Paper("Steering kites by a rule of three", OTHER, "o-1")
    notice = (
        Paper("Erratum: on sails in a storm", "", doi="10.1000/s"),
        Paper("On sails in a storm", "", doi="10.1000/s"),
    )
    library.import_papers([PUBLISHED, JOURNAL, same, *volume, *short, *notice])
    page = library.corrections.possible(limit=2)
    assert page.total == 3
    assert [pair.against for pair in page.pairs] == [
        "two publishers' DOIs, 10.1000/kites and 10.5555/other",
        "the same title, but unlike abstracts",
    ]
    assert {pair.shared for pair in page.pairs} == {"the same title"}
    assert len(library.corrections.possible(limit=10, offset=2).pairs) == 1


def test_what_a_person_took_apart_is_no_possible_pair(library: Library) -> None:
    library.import_papers([PREPRINT, PUBLISHED])
    library.corrections.split("k-1")
    assert library.corrections.possible(limit=10).total == 0


def test_papers_told_apart_are_no_possible_pair_and_stay_two(library: Library) -> None:
    """Also for the next import, and for a merge that nobody forces; a forced merge takes the word back."""
    library.import_papers([PUBLISHED, JOURNAL])
    one, other = ids(library)
    done = library.corrections.distinguish(one, other)
    assert [made.paper.paper_id for made in (done.one, done.other)] == [one, other]
    assert library.corrections.possible(limit=10).total == 0
    library.import_papers([PUBLISHED, JOURNAL, replace(PUBLISHED, abstract=LONG + " In print.")])
    assert ids(library) == [one, other]
    assert library.corrections.possible(limit=10).total == 0
    with pytest.raises(MergeRefused, match="told apart by hand"):
        library.corrections.merge(one, other)
    assert library.corrections.merge(one, other, force=True).overridden == "they were told apart by hand"
    assert ids(library) == [one]
    sound(library)


def test_what_cannot_be_told_apart_says_why(library: Library) -> None:
    library.import_papers([PUBLISHED, JOURNAL])
    one, _ = ids(library)
    with pytest.raises(UsageError, match="name two"):
        library.corrections.distinguish(one, f"doi:{PUBLISHED.doi}")
    with pytest.raises(UnknownPaper):
        library.corrections.distinguish(one, "nobody")
    assert library.corrections.possible(limit=10).total == 1


def test_merging_and_splitting_embeds_no_text_twice(tmp_path: Path) -> None:
    """Vectors of both texts are kept while they are in the library in any paper."""
    embedder = HashEmbedder()
    with Library.open(Settings(library=tmp_path), create=True, embedder=embedder) as library:
        library.import_papers([PUBLISHED, replace(JOURNAL, abstract=LONG + " In print.")])
        first = ids(library)[0]
        embedder.texts.clear()
        library.corrections.merge(first, "j-1", force=True)
        library.vectors_follow(True)
        assert [text for text in embedder.texts if "steered" in text] == []
        assert library.health().ok
