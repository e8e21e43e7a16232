"""How a draft tells of papers: who did it, transitions that hold, headings that are true, the author's own work."""

from __future__ import annotations

import pytest

from service.records import Paper
from service.review.coverage import Coverage
from service.review.draft import draft
from service.review.references import references, surnames
from service.review.rewrite import third_person
from service.review.subjects import Subject, agreeing
from service.review.themes import bears, themes
from service.review.transitions import leading
from tests.review.corpus import MemoryCorpus
from tests.review.test_ask import PAPERS

ONE = Subject("one paper", "one paper's", plural=False)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We propose a net.", "One paper proposes a net."),
        ("We then study birds.", "One paper then studies birds."),
        ("We teach nets.", None),
        ("We have shown that nets fly.", "One paper has shown that nets fly."),
        ("We can show that nets fly.", "One paper can show that nets fly."),
        ("We trained a net.", "One paper trained a net."),
        ("We propose a net and test it.", "The authors of one paper propose a net and test it."),
        ("We propose a net, which we train.", "One paper proposes a net, which the authors train."),
        ("Our results show that we can reduce cost.", "One paper's results show that the authors can reduce cost."),
    ],
)
def test_a_single_paper_takes_a_singular_verb(sentence: str, told: str | None) -> None:
    """Where a second verb would have to agree too, its authors are the subject."""
    assert third_person(sentence, short=None, introduced=False, subject=ONE) == told


@pytest.mark.parametrize(("after", "agreed"), [(" classify birds", " classifies birds"), (" set a limit", None)])
def test_agreement_where_it_is_safe(after: str, agreed: str | None) -> None:
    """ "set" may be past or present."""
    assert agreeing(after) == agreed


@pytest.mark.parametrize(
    ("authors", "count", "named"),
    [
        (("Mira Okonjo",), 1, "Okonjo"),
        (("Mira Okonjo", "Ján Šťastný"), 2, "Okonjo and Šťastný"),
        (("Okonjo, Mira", "Jan van der Berg", "A B"), None, "Okonjo et al."),
        (("Jan van der Berg",), None, "van der Berg"),
        (("Mira Okonjo",), 9, None),
        ((), 9, None),
    ],
)
def test_authors_are_named_only_where_all_are_known(authors: tuple[str, ...], count: int | None, named: str) -> None:
    """A count alone names nobody."""
    assert surnames(Paper("T", "A.", "p", authors=authors, author_count=count)) == named


def test_labels_follow_the_style_and_stay_unique() -> None:
    """Author-year where authors are known, else title keys; two alike are told apart by a letter."""
    known = Paper("KITE: A Net", "KITE flies.", "a", authors=("Mira Okonjo",), year=2024)
    papers = [known, Paper("Heron Flies High", "It does.", "b", year=2023), Paper("Owls", "x", "c")]
    papers.append(Paper("More Nets", "y", "d", authors=("Mira Okonjo",), year=2024))
    assert [r.label for r in references(papers).values()] == ["1", "2", "3", "4"]
    by_author = [r.label for r in references(papers, style="author-year").values()]
    assert by_author == ["Okonjo 2024", "Heron Flies 2023", "Owls", "Okonjo 2024b"]
    assert next(r.label for r in references(papers, style="title-key").values()) == "KITE 2024"


@pytest.mark.parametrize(
    ("quote", "before", "led"),
    [
        ("We train without labels.", "KITE needs many labels.", "By contrast, one paper trains without labels."),
        ("We train without labels.", "KITE needs no labels.", "One paper trains without labels."),
        ("We train without labels.", "KITE aligns birds.", "One paper trains without labels."),
        (
            "We rank retrieved passages by age.",
            "KITE drops retrieved passages.",
            "Also concerned with retrieved passages, one paper ranks retrieved passages by age.",
        ),
    ],
)
def test_a_transition_says_only_what_both_quotes_show(quote: str, before: str, led: str) -> None:
    """A contrast takes one who does without what the other has; a common point stands in both."""
    text = third_person(quote, short=None, introduced=False, subject=ONE)
    assert text is not None
    assert leading(text, quote, before, known="alignment") == led


def test_every_paper_of_a_theme_bears_its_title() -> None:
    """What heads a paragraph is true of each of its papers."""
    papers = [
        Paper("Low-Rank Adapters for Speech", "We train low-rank adapters. Low-rank adapters are small.", "a"),
        Paper("Cheap Low-Rank Adapters", "We prune low-rank adapters for language.", "b"),
        Paper("Beets in Rows", "We grow beets in rows and measure sugar.", "c"),
    ]
    found = themes(MemoryCorpus(papers), papers, "work on nets", told={})
    titled = [t for t in found if t.label]
    assert [{p.paper_id for p in t.papers} for t in titled] == [{"a", "b"}]
    assert all(bears(p, t.label) for t in titled for p in t.papers)
    assert sum(len(t.papers) for t in found) == 3


def test_the_authors_own_work_stands_apart_from_the_corpus() -> None:
    """Its sentence quotes the author's abstract, cites no reference and is in no paragraph."""
    own = "Small models are hard to align. We propose OWL, a net that aligns small models at night. It is quick."
    corpus = MemoryCorpus(PAPERS)
    made = draft(corpus, Coverage(corpus), "alignment of small models", words=200, abstract=own)
    assert made.own_work is not None
    assert own[made.own_work.start : made.own_work.end] == made.own_work.quote
    assert made.own_work.quote.startswith("We propose OWL")
    assert made.own_work.text.endswith("we propose OWL, a net that aligns small models at night.")
    assert all("OWL" not in s.text for p in made.paragraphs for s in p)
    assert made.as_document()["own_work"]["start"] == own.index("We propose")
