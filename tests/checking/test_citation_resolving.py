"""Which paper of the sample library a citation means."""

from __future__ import annotations

import pytest

from service.manuscript import Cited, read_bib, read_manuscript
from service.review.checking.citation_resolver import CitationResolver, EntryList
from service.review.evidence.library_corpus import LibraryCorpus

TIDEWALK = "sample-tidewalk-2024"
LISTED = "\n\n## References\n\n"
TITLE = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"


@pytest.mark.parametrize(
    ("citation", "listed"),
    [
        ("[@tidewalk2024]", ""),
        ("[@tidewalk2024b]", ""),
        ("[@sample-tidewalk-2024]", ""),
        ("[@marrowby2024tidewalk]", ""),
        ("(Marrowby et al., 2024)", ""),
        ("(TideWalk, 2024)", ""),
        ("[1]", f"1. I. Marrowby. {TITLE}. 2024.\n"),
        ("(Marrowby et al., 2024)", f"- Marrowby (2024). {TITLE}.\n"),
        (r"\cite{tidewalk2024}", ""),
    ],
)
def test_a_citation_finds_its_paper(corpus: LibraryCorpus, citation: str, listed: str) -> None:
    """By exported key, id, a scholar's key, author and year, the system's name, or the text's own list."""
    text = f"The rank climbs and ebbs {citation}.{LISTED if listed else ''}{listed}"
    manuscript = read_manuscript(text, form="markdown")
    (mark,) = manuscript.statements[0].marks
    resolved = CitationResolver(corpus, EntryList(manuscript.entries)).resolve(mark.cited[0])
    assert (resolved.work.status, [a.paper.paper_id for a in resolved.abstracts]) == ("found", [TIDEWALK])


@pytest.mark.parametrize("key", ["tidewalk2024", "tidewalk2024c", "banksharedsubspaces2024", "mossbank2024"])
def test_a_key_leads_to_the_paper_that_is_exported_under_it(corpus: LibraryCorpus, key: str) -> None:
    """By its name or the first words of its title, whatever the letter; a made-up one stays unknown."""
    resolver = CitationResolver(corpus, EntryList(()))
    expected = "unknown_key" if key.startswith("bank") else "found"
    assert resolver.resolve(Cited(key, "key")).work.status == expected
    assert resolver.resolve(Cited("zzyzx2024", "key")).work.status == "unknown_key"


def test_a_bib_entry_finds_its_paper_by_title_and_names_what_is_absent(corpus: LibraryCorpus) -> None:
    """A key of the user's own leads through the .bib; the text's own key is offered for that paper."""
    bib = read_bib(
        "@article{mine, title={{TideWalk}: Rank Schedules that Rise and Fall for Adapting Small Language Models}}\n"
        "@article{gone, title={A Paper That Nobody Imported Here}, year=2019}"
    )
    entries = EntryList(bib)
    resolver = CitationResolver(corpus, entries)
    (found,) = resolver.resolve(Cited("mine", "key")).abstracts
    assert found.paper.paper_id == TIDEWALK
    assert entries.key_of(found.paper) == "mine"
    gone = resolver.resolve(Cited("gone", "key")).work
    assert (gone.status, gone.title) == ("not_in_library", "A Paper That Nobody Imported Here")


@pytest.mark.parametrize(
    ("cited", "author", "means"),
    [
        ("Silva Costa", "Silva Costa, Ana", True),
        ("Costa", "Silva Costa, Ana", True),
        ("Berg", "Jan van der Berg", True),
        ("Stastny", "Ján Šťastný", True),
        ("Berger", "Jan van der Berg", False),
    ],
)
def test_an_author_and_year_mean_the_entry_of_that_surname(cited: str, author: str, means: bool) -> None:
    """Compound surnames, particles and accents; no beginning of another name."""
    entries = EntryList(read_bib(f"@article{{k, title={{Steel Nets at Sea}}, author={{{author}}}, year=2019}}"))
    found = entries.entry(Cited(f"{cited} 2019", "author-year", cited, 2019))
    assert (found is not None) is means


@pytest.mark.parametrize(
    ("listed", "cited"),
    [
        ("van der Berg, J. (2019). Steel Nets at Sea.", "van der Berg"),
        ("J. van der Berg. Steel Nets at Sea. 2019.", "van der Berg"),
        ("Ana Silva Costa and Bo Lee. Steel Nets at Sea. 2019.", "Costa"),
        ("Silva Costa, A., Lee, B. (2019). Steel Nets at Sea.", "Costa"),
        ("A. Costa, B. Lee. Nets after the Storm of 1987. 2019.", "Costa"),
    ],
)
def test_an_author_and_year_mean_the_entry_of_a_plain_list(listed: str, cited: str) -> None:
    """However the list writes its first author; nobody else's entry."""
    manuscript = read_manuscript(f"Nets rust ({cited} et al., 2019).\n\n## References\n\n- {listed}\n", form="markdown")
    entries = EntryList(manuscript.entries)
    (mark,) = manuscript.statements[0].marks
    assert entries.entry(mark.cited[0]) is not None
    assert entries.entry(Cited("Lee 2019", "author-year", "Lee", 2019)) is None
    assert entries.entry(Cited(f"{cited} 2020", "author-year", cited, 2020)) is None
