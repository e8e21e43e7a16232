"""Nothing is shown that its quotes do not carry: every reason of the gate, and mutants of true sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from service.records import Citation, Paper, Sentence
from service.review.gate import fault, gate
from service.review.references import short_name
from service.review.rewrite import third_person
from service.sample import papers_path
from service.text.normal import for_display
from service.text.sentences import split_sentences

QUOTE = "We show that KITE-2 reduces WER by 3.5% on GustBench, without labels, and needs two GPUs for 12 hours."
TRUE = "The authors show that KITE-2 reduces WER by 3.5% on GustBench, without labels, and needs two GPUs for 12 hours."
KITE = Paper("KITE-2: Nets for 2 Birds", f"Nets are slow. {QUOTE} More text.", "kite")
OWLY = Paper("OwlY: Another Net", f"Nets are fast and light. {QUOTE}", "owly")
PAPERS = {"kite": KITE, "owly": OWLY}


def cited(
    text: str, *, paper: Paper = KITE, quote: str = QUOTE, shift: int = 0, paper_id: str | None = None
) -> Sentence:
    """A claim that cites a quote of a paper, with its offsets moved by `shift`."""
    start = paper.abstract.find(quote) + shift
    citation = Citation("1", paper_id or paper.paper_id, quote, start, start + len(quote))
    return Sentence(text, "claim", "supported", (citation,))


@pytest.mark.parametrize("text", [QUOTE, TRUE, f"KITE-2: {QUOTE}", f"KITE-2: {TRUE}"])
def test_the_true_sentence_passes(text: str) -> None:
    """Verbatim, told in the third person, and led by the paper's name."""
    assert fault(cited(text), PAPERS) is None


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (cited(TRUE, paper_id="nobody"), "which was not retrieved"),
        (cited(TRUE, paper_id="owly", shift=1), "does not stand in the abstract"),
        (cited(TRUE, shift=1), "does not stand in the abstract"),
        (cited(TRUE, shift=-1), "does not stand in the abstract"),
        (cited(TRUE, quote="KITE-2 is the best net of all."), "does not stand in the abstract"),
        (Sentence(TRUE, "claim", "supported"), "no citation"),
        (cited("  "), "says nothing"),
        (Sentence("Two papers of 12 agree.", "connective", "supported"), "connective"),
        (cited(TRUE.replace("3.5", "5.3")), "number 5.3"),
        (cited(TRUE.replace("3.5%", "35%")), "number 35"),
        (cited(TRUE.replace("two GPUs", "four GPUs")), "number four"),
        (cited(TRUE.replace("3.5%", "3.5 points")), "3.5 points"),
        (cited(TRUE.replace("12 hours", "12 minutes")), "12 minutes"),
        (cited(TRUE.replace("3.5%", "12%").replace("12 hours", "3.5 hours")), "12 %"),
        (cited(TRUE.replace("show", "deny")), "not carried"),
        (cited(TRUE.replace("KITE-2", "OwlY")), "name OwlY"),
        (cited(TRUE.replace("GustBench", "GaleBench")), "name GaleBench"),
        (cited(TRUE.replace("WER", "CER")), "name CER"),
        (cited(TRUE.replace("without labels", "with labels")), "negation"),
        (cited(TRUE.replace("needs two", "does not need two")), "negation"),
        (cited(TRUE.replace("reduces", "increases")), "'increases'"),
        (cited(TRUE.replace("reduces", "improves")), "'improves'"),
        (cited(TRUE.replace("needs two", "is worse with two")), "'worse'"),
        (cited(TRUE.replace("needs two", "is slower with two")), "'slower'"),
        (cited("GustBench reduces WER by 3.5% on KITE-2, without labels."), "place"),
        (cited("Kangaroos jump over wide rivers without labels."), "says nothing of"),
    ],
)
def test_a_mutant_is_refused_with_its_reason(sentence: Sentence, reason: str) -> None:
    """One thing is wrong with each; the reason names it."""
    assert reason in (fault(sentence, PAPERS) or "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TRUE.replace("without labels, and needs", "and needs, without labels,"), id="negation moved"),
        pytest.param("The authors show that KITE-2 reduces WER without labels.", id="conditions left out"),
    ],
)
def test_what_the_gate_cannot_see(text: str) -> None:
    """Its limits, so that whoever widens it finds them here. The extractive composer makes no such sentence."""
    assert fault(cited(text), PAPERS) is None


def test_a_swapped_paper_whose_abstract_holds_the_same_quote_passes_only_with_its_own_offsets() -> None:
    """The quote must stand in the cited paper, wherever else it stands; a name it lends is then known too."""
    assert fault(cited(TRUE, paper=OWLY), PAPERS) is None
    assert "does not stand" in (fault(cited(TRUE, paper=OWLY, paper_id="kite"), PAPERS) or "")


def test_every_citation_is_checked() -> None:
    """A second, fabricated quote sinks a true sentence."""
    true = cited(TRUE)
    both = Sentence(TRUE, "claim", "supported", (*true.citations, Citation("2", "owly", "Nets are slow.", 0, 14)))
    assert "'owly'" in (fault(both, PAPERS) or "")


@pytest.mark.parametrize(("start", "end"), [(-5, -1), (5, 5), (5, 2), (0, 10_000)])
def test_offsets_out_of_order_or_range_are_refused(start: int, end: int) -> None:
    """Python's slices accept them all; a citation does not, not even for what the slice gives."""
    citation = Citation("1", "kite", KITE.abstract[start:end], start, end)
    reason = fault(Sentence(KITE.abstract[start:end] or "x", "claim", "exact", (citation,)), PAPERS)
    assert "does not stand in the abstract" in (reason or "")


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Three papers speak to this: KITE-2, UniOwl-V2.", True),
        ("“Birds” (2024) is close.", True),
        ("It has 3 nets.", False),
    ],
)
def test_a_connective_may_name_papers_but_state_no_figure(text: str, passes: bool) -> None:
    """Digits of a name and a year in brackets are no figures."""
    assert (fault(Sentence(text, "connective", "supported"), {}) is None) is passes


def test_own_titles_lend_their_words_and_no_more() -> None:
    """A title in quotes may say "without" and "more" where the quote does not; the rest of the sentence may not."""
    paper = Paper("More Birds Without Nets", "Birds fly at 3 m.", "birds")
    assert short_name(paper) == "“More Birds Without Nets”"
    led = cited("“More Birds Without Nets”: Birds fly at 3 m.", paper=paper, quote="Birds fly at 3 m.")
    assert fault(led, {"birds": paper}) is None
    more = cited("“More Birds Without Nets”: More birds fly at 3 m.", paper=paper, quote="Birds fly at 3 m.")
    assert "'More'" in (fault(more, {"birds": paper}) or "")


def test_shown_and_dropped_add_up() -> None:
    """In order, nothing lost, each dropped with its reason."""
    gated = gate([cited(TRUE), cited(TRUE.replace("3.5", "9")), cited(QUOTE)], PAPERS)
    assert [s.text for s in gated.shown] == [TRUE, QUOTE]
    assert [(d.text, d.reason) for d in gated.dropped] == [
        (TRUE.replace("3.5", "9"), "the number 9 is not in the quote")
    ]


def sample_claims() -> list[tuple[Sentence, Paper]]:
    """Every sentence of the sample as the composer tells it."""
    claims: list[tuple[Sentence, Paper]] = []
    for line in papers_path().read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        paper = Paper(record["title"], record["abstract"], record["id"])
        for span in split_sentences(paper.abstract):
            quote = paper.abstract[span.start : span.end]
            told = third_person(quote, short=short_name(paper), introduced=False) or for_display(quote)
            citation = Citation("", paper.paper_id, quote, span.start, span.end)
            claims.append((Sentence(f"{short_name(paper)}: {told}", "claim", "supported", (citation,)), paper))
    return claims


def test_every_sentence_of_the_sample_passes_as_told() -> None:
    """The gate refuses nothing true: not one of some 500 sentences."""
    claims = sample_claims()
    assert len(claims) > 400
    assert [fault(s, {p.paper_id: p}) for s, p in claims if fault(s, {p.paper_id: p})] == []


def _other_figure(text: str) -> str:
    return re.sub(r"(?<![\w^.-])(\d)(\d*)(?=[ %])", lambda m: f"{(int(m[1]) + 4) % 9 + 1}{m[2]}7", text, count=1)


MUTATIONS: dict[str, Callable[[str], str]] = {
    "figure": _other_figure,
    "negated": lambda text: re.sub(r"\b(is|are|was|were|does|do|can)\b", r"\1 not", text, count=1),
    "negation lost": lambda text: re.sub(r"\b(not|no|never|without) ", "", text, count=1),
    "foreign name": lambda text: f"{text} It beats ZephyrX-9.",
    "turned up": lambda text: re.sub(r"\b(reduces|lowers|drops|falls|decreases)\b", "increases", text, count=1),
    "turned down": lambda text: re.sub(r"\b(improves|increases|raises|outperforms|grows)\b", "degrades", text, count=1),
    "percent to points": lambda text: re.sub(r"(\d)%", r"\1 points", text, count=1),
    "GB to MB": lambda text: re.sub(r"(\d) GB\b", r"\1 MB", text, count=1),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_mutants_of_the_sample_are_refused(mutation: str) -> None:
    """Each sentence that can be mutated so is; none of the mutants passes but where the quote itself has both words."""
    mutate = MUTATIONS[mutation]
    body = [(s, p, s.text.partition(": ")) for s, p in sample_claims()]
    mutants = [
        (Sentence(f"{lead}: {mutate(told)}", s.kind, s.support, s.citations), p)
        for s, p, (lead, _, told) in body
        if mutate(told) != told
    ]
    passed = [s.text for s, p in mutants if fault(s, {p.paper_id: p}) is None]
    assert len(mutants) >= 2
    assert len(passed) <= 0.04 * len(mutants), passed
