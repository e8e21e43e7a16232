"""Without a model a sentence is supported only as an ordered part of one sentence; each false twin falls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judge_cases import claim, paper

from service.annotate import annotate
from service.judge import Judgement
from service.judge.alignment import AlignmentJudge, nearest, support_in
from service.records import Paper

TEXT = (
    "Herring stocks are declining in the Baltic Sea. "
    "We show that warmer winters reduce the survival of young herring, whereas fishing affects adult fish. "
    "At week 12, the treated group reported significantly less pain than the placebo group (P < 0.05). "
    "In our model, exporters pay higher wages than importers. "
    "We train TideWalk on 40 languages and evaluate it on three unseen dialects. "
    "Patients completed a run-in period and then received 20 mg of drug A or 5 mg of drug B. "
    "Glucose was measured by trained nurses before breakfast. "
    "The method may improve recall in some tasks, but not in translation. "
    "Random forests classify wetlands, croplands and towns without supervision. "
    "We colour the colonies. All samples were kept, except those without plasmids. "
    "It is thought that lichens store caesium. "
    "Low-copy repeats (LCRs) mediate rearrangements. "
    "Vitamin D did not change bone density. "
    "The antibody blocks tumour necrosis factor. Insulin receptor antibodies lower glucose. "
    "Fever or rash occurred in the first week. The drug acts on liver cells and inhibits growth. "
    "Vitamin A lowered mortality, but only in infants. Maize and wheat yielded 5 and 8 tonnes. "
    "The clinic spent less while maintaining care. "
    "Greater soil depth is associated with faster root growth. "
    "In dry years (12 vs 30 plots, P < 0.01), clover spread further compared to ryegrass. "
    "Ferns 1) shed spores in June and 2) lose fronds in October."
)
PAPER = paper(TEXT, "TideWalk: reading dialects", "p1", "Ilse Brandt")


def verdict(text: str) -> Judgement:
    return AlignmentJudge().support([claim(text, PAPER)], {"p1": PAPER})[0]


TWINS = [
    ("a verbatim sentence", "Glucose was measured by trained nurses before breakfast.",
     "Glucose was measured by trained nurses after breakfast."),
    ("an asserted clause", "Warmer winters reduce the survival of young herring.",
     "Young herring reduce the survival of warmer winters."),
    ("the paper's name for 'we'", "TideWalk trains on 40 languages.", "TideWalk trains on 14 languages."),
    ("'the authors' for 'we'", "The authors show that warmer winters reduce the survival of young herring.",
     "The authors show that warmer winters increase the survival of young herring."),
    ("a surname for 'we'", "Brandt et al. (2021) show that warmer winters reduce the survival of young herring.",
     "Brandt et al. (2021) show that warmer winters reduce the survival of adult fish."),
    ("an adjunct moved to the end",
     "The treated group reported significantly less pain than the placebo group at week 12.",
     "The placebo group reported significantly less pain than the treated group at week 12."),
    ("a passive for 'while maintaining'", "The clinic spent less while care was maintained.",
     "The clinic maintained less while care was spent."),
    ("a passive without an agent", "The colonies are coloured.", "The colonies are coloured twice."),
    ("list items in another order", "Random forests classify towns, croplands and wetlands without supervision.",
     "Random forests classify towns, croplands and wetlands with supervision."),
    ("a number in words", "We train TideWalk on forty languages.", "We train TideWalk on fourteen languages."),
    ("one of two verbs", "The drug acts on liver cells.", "The drug acts on growth."),
    ("a joined pair of clauses",
     "Warmer winters reduce the survival of young herring, while fishing affects adult fish.",
     "Fishing reduces the survival of young herring, while warmer winters affect adult fish."),
    ("a relation of two told the other way round", "Faster root growth is associated with greater soil depth.",
     "Faster root growth is associated with less soil depth."),
    ("'than' for 'compared to'", "In dry years clover spread further than ryegrass.",
     "In dry years ryegrass spread further than clover."),
    ("a bracket without its statistic", "In dry years (12 vs 30 plots), clover spread further compared to ryegrass.",
     "In dry years (30 vs 12 plots), clover spread further compared to ryegrass."),
    ("an adjunct at the head without a comma",
     "At week 12 the treated group reported significantly less pain than the placebo group.",
     "At week 20 the treated group reported significantly less pain than the placebo group."),
    ("a list without its numbers", "Ferns shed spores in June and lose fronds in October.",
     "Ferns shed spores in October and lose fronds in June."),
    ("a negation kept", "Vitamin D did not change bone density.", "Vitamin D changed bone density."),
]  # fmt: skip


@pytest.mark.parametrize(("true", "false"), [t[1:] for t in TWINS], ids=[t[0] for t in TWINS])
def test_a_safe_part_is_supported_and_its_false_twin_is_not(true: str, false: str) -> None:
    assert verdict(true).label == "supported"
    assert verdict(false).label != "supported"


@pytest.mark.parametrize(
    "text",
    [
        "The method improves recall.",
        "The method may improve recall.",
        "The method may improve recall in translation.",
        "All samples were kept.",
        "Lichens store caesium.",
        "Patients received 20 mg of drug A and then completed a run-in period.",
        "Patients completed a run-in period and then received 5 mg of drug A or 20 mg of drug B.",
        "All exporters pay higher wages than importers.",
        "Importers pay higher wages than exporters.",
        "The treated group reported significantly less pain than the placebo group.",
        "Only herring stocks are declining in the Baltic Sea.",
        "Herring stocks may be declining in the Baltic Sea.",
        "Because of fishing, herring stocks are declining in the Baltic Sea.",
        "Reading dialects.",
        "The antibody blocks tumour necrosis.",
        "Insulin lowers glucose.",
        "Insulin receptor lowers glucose.",
        "Fever and rash occurred in the first week.",
        "Vitamin A lowered mortality.",
        "Wheat and maize yielded 5 and 8 tonnes.",
        "The authors present a study in which warmer winters reduce adult fish.",
    ],
)
def test_what_is_limited_moved_or_added_is_not_supported(text: str) -> None:
    assert verdict(text).label != "supported"


def test_what_is_not_borne_out_reads_as_in_the_text() -> None:
    """Stretches of words, not a word each, and no name in two."""
    found = verdict("The funds of the S&P 500 net of fees equal others, and vitamin D does not.")
    assert found.label == "undecided"
    assert "S&P 500" in (found.part or "")
    assert "net of fees equal" in (found.part or "")


def test_a_claim_that_is_only_reported_is_read_without_the_report() -> None:
    """ "We find that X" is X; what is only hypothesised is not."""
    said = "fishing affects adult fish."
    assert verdict(f"First, we clearly find that {said}").label == "supported"
    assert verdict(f"We hypothesise that {said}").label != "supported"
    documented = paper("First, we empirically document that cod avoid warm water.", "Cod", "p2")
    assert support_in("Cod avoid warm water.", documented).label == "supported"
    assumed = paper("First, we simply assume that cod avoid warm water.", "Cod", "p2")
    assert support_in("Cod avoid warm water.", assumed).label != "supported"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Glucose was measured by trained nurses after breakfast.", "after"),
        ("Vitamin D changed bone density.", None),
        ("We train TideWalk on 40 languages and evaluate it on five unseen dialects.", "five"),
        ("In our model, importers pay higher wages than exporters.", None),
        ("Random forests classify wetlands, croplands and towns with supervision.", "with"),
        ("Herring stocks are not declining in the Baltic Sea.", "not"),
    ],
)
def test_one_hard_fact_in_the_same_place_contradicts(text: str, part: str | None) -> None:
    found = verdict(text)
    assert found.label == "contradicted"
    assert found.reason
    assert part is None or found.part == part


@pytest.mark.parametrize(
    "text",
    [
        "Young herring survive badly after mild winters.",
        "Vitamin D leaves the skeleton as it was.",
        "Fishing harms adult fish.",
    ],
)
def test_a_paraphrase_is_undecided_with_the_words_that_are_not_borne_out(text: str) -> None:
    found = verdict(text)
    assert found.label == "undecided"
    assert found.part
    assert found.reason
    assert found.score < 0.5


def test_the_nearest_sentence_is_the_one_to_read() -> None:
    index = nearest("Mild winters reduce survival of the young herring.", PAPER)
    assert index == 1
    assert nearest("Anything", paper("")) is None


def test_a_text_is_searched_in_the_whole_abstract() -> None:
    assert support_in("Vitamin D did not change bone density.", PAPER).label == "supported"


def test_only_the_quoted_sentences_bear_a_claim_out() -> None:
    quoted = claim("Vitamin D did not change bone density.", PAPER)
    first = type(quoted)(quoted.text, quoted.citations[:1])
    assert AlignmentJudge().support([first], {"p1": PAPER})[0].label != "supported"


def test_several_papers_are_left_undecided() -> None:
    other = paper("Cod stocks are recovering.", "Cod", "p2")
    text = "Herring stocks are declining in the Baltic Sea, whereas cod stocks are recovering."
    assert AlignmentJudge().support([claim(text, PAPER, other)], {"p1": PAPER, "p2": other})[0].label == "undecided"


def test_a_list_without_end_is_judged_as_it_stands() -> None:
    """Its items have thousands of orders; none is tried."""
    endless = paper("We show alpha and beta, " * 100 + "gamma.")
    assert support_in("We show beta and alpha, " * 60 + "gamma.", endless).label == "undecided"
    assert support_in("We show alpha and beta, " * 60 + "gamma.", endless).label == "supported"


SENTENCES = [PAPER.text(i) for i in PAPER.evidence]


@given(st.sampled_from(SENTENCES))
def test_a_sentence_of_the_abstract_supports_itself(sentence: str) -> None:
    assert verdict(sentence).label == "supported"


LIMITING = ("not", "less", "may", "some", "than", "three", "40", "12", "20", "before", "without", "except")
OTHERS = ("all", "only", "more", "five", "after", "with", "Cod", "never", "without", "most")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SENTENCES), st.sampled_from(LIMITING), st.sampled_from(("", *OTHERS)))
def test_a_limiting_word_or_number_left_out_or_exchanged_is_never_supported(
    sentence: str, word: str, other: str
) -> None:
    words = sentence.rstrip(".").split()
    if word not in words or other == word:
        return
    changed = [other if w == word else w for w in words]
    assert verdict(" ".join(w for w in changed if w) + ".").label != "supported"


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(SENTENCES), st.integers(0, 30), st.sampled_from(("not", "only", "may", "never", "rarely", "always"))
)
def test_a_limiting_word_put_in_is_never_supported(sentence: str, at: int, word: str) -> None:
    words = sentence.rstrip(".").split()
    words.insert(at % len(words), word)
    assert verdict(" ".join(words) + ".").label != "supported"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("We find that, for small boats, fuel prices cut the catch of cod.", "Fuel prices cut the catch of cod."),
        ("Under calm weather, drones count seals better than observers.", "Drones count seals better than observers."),
        (
            "In three of the bays, seals return to the beach of their birth.",
            "Seals return to the beach of their birth.",
        ),
        ("Fuel prices cut the catch of cod for small boats in two bays.", "Fuel prices cut the catch of cod."),
        ("Drones, in calm weather, count seals better than observers.", "Drones count seals better than observers."),
        (
            "Drones count seals better than observers, in bays with few rocks.",
            "Drones count seals better than observers.",
        ),
        (
            "The market, when it opens, clears at once at a single price.",
            "The market clears at once at a single price.",
        ),
    ],
)
def test_what_is_said_of_some_is_not_supported_of_all(source: str, claim: str) -> None:
    """A phrase that says where, when or for whom may not be left out; written out it may stand."""
    abstract = annotate(Paper("Seals", f"{source} The coast was walked in spring.", "seals"))
    assert support_in(claim, abstract).label != "supported"
    assert support_in(source, abstract).label == "supported"


@pytest.mark.parametrize("opening", ["In this paper, we show that ", "In addition, ", "To this end, ", "We find that "])
def test_what_limits_nothing_may_be_left_out(opening: str) -> None:
    said = "drones count seals better than observers."
    abstract = annotate(Paper("Seals", f"{opening}{said} The coast was walked in spring.", "seals"))
    assert support_in(f"D{said[1:]}", abstract).label == "supported"


def test_a_text_without_a_word_is_undecided() -> None:
    abstract = annotate(Paper("Seals", "Drones count seals better than observers.", "seals"))
    assert support_in("\u2014", abstract).label == "undecided"
