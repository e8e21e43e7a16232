"""A user's text over the sample library: every sentence gets a verdict, or is named with why it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from service.annotate import AnnotatedAbstract
from service.errors import ModelCancelled, SourceError
from service.judge import Claim, Judge, Judgement, Label
from service.judge.alignment import AlignmentJudge
from service.manuscript import Form, read_bib, read_manuscript
from service.records import Citation, Filters
from service.records.checks import Check, CheckedClaim, Suggestion
from service.review.checking import TextToCheck, checked, prepare
from service.review.checking.sentence_kinds import UNCITED
from service.review.evidence.library_corpus import LibraryCorpus

TRUE = "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away"


class TableJudge:
    """Judges by a table: the label of the first entry that the claim's text holds, else `undecided`."""

    name = "table"
    measured = False

    def __init__(self, **labels: Label) -> None:
        self._labels = labels
        self.calls: list[Sequence[Claim]] = []

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        self.calls.append(claims)
        assert all(c.paper_id in abstracts for claim in claims for c in claim.citations)
        return tuple(
            next((Judgement(label, 0.5) for word, label in self._labels.items() if word in c.text), UNDECIDED)
            for c in claims
        )


UNDECIDED = Judgement("undecided", 0.0, "words")


def check(
    corpus: LibraryCorpus, text: str, judge: Judge | None = None, *, form: Form = "markdown", bib: str = ""
) -> Check:
    request = TextToCheck(read_manuscript(text, form=form), "text", read_bib(bib))
    return checked(prepare(corpus, request), judge or TableJudge())


def one(corpus: LibraryCorpus, text: str, judge: Judge | None = None, *, bib: str = "") -> CheckedClaim:
    (claim,) = check(corpus, text, judge, bib=bib).claims
    return claim


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I-SHEEP aligns models from scratch by letting them assess what they generate themselves.", "no paper"),
        ("Cattle in the US graze on two thirds of all the land that is farmed there.", "no paper"),
        ("Type I errors were controlled at the level of five per cent in every analysis.", "no paper"),
        ("In this section the adapters of the last ten years are put in order.", "the text itself"),
        ("Table 3 lists the memory that each of the adapters needs at its peak.", "the text itself"),
        ("However, we train for three epochs on a single consumer card.", "own work"),
        ("Could the rank of an adapter be learnt from the data of the task?", "a question"),
        ("It is small.", "too little"),
    ],
)
def test_a_sentence_without_a_verdict_is_named_with_why(corpus: LibraryCorpus, text: str, reason: str) -> None:
    """Names that begin like a pronoun are names, and nothing vanishes."""
    made = check(corpus, f"{TRUE} [@tidewalk2024].\n\n{text}")
    assert [(u.text, reason in u.reason) for u in made.unjudged] == [(text, True)]
    assert made.statements == len(made.claims) + len(made.unjudged) == 2


def test_what_we_find_that_reports_is_judged_by_the_paper_cited_for_it(corpus: LibraryCorpus) -> None:
    """Not what is used, compared with, or known only to the authors."""
    said = TRUE[0].upper() + TRUE[1:]
    made = check(
        corpus,
        f"First, we find that {said} [@tidewalk2024].\n\nWe use its adapters in all runs [@tidewalk2024].\n\n"
        "We find that ranks climb at first, in line with earlier work [@tidewalk2024].\n\n"
        "In line with this, we find that ranks climb at first [@tidewalk2024].\n\n"
        "We find that our own adapters climb faster than others [@tidewalk2024].",
        AlignmentJudge(),
    )
    assert [(c.verdict, c.line) for c in made.claims if not c.unknown_keys] == [("supported", 1)]
    assert [u.line for u in made.unjudged if "own work" in u.reason] == [3, 5, 7, 9]


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        ("supported", "supported"),
        ("partly", "partly"),
        ("contradicted", "contradicted"),
        ("not_said", "not_in_corpus"),
        ("undecided", "undecided"),
    ],
)
def test_each_judgement_has_its_verdict(corpus: LibraryCorpus, label: Label, verdict: str) -> None:
    """With a quote to read in every case, and a reason where it is not supported."""
    claim = one(corpus, f"{TRUE} [@tidewalk2024].", TableJudge(climb=label))
    assert claim.verdict == verdict
    assert claim.citations
    assert claim.citations[0].paper_id == "sample-tidewalk-2024"
    if label in ("not_said", "undecided"):
        assert claim.reason


def test_the_words_that_are_not_borne_out_are_kept(corpus: LibraryCorpus) -> None:
    """For an undecided sentence they are what to look for in the quote."""
    assert one(corpus, f"{TRUE} [@tidewalk2024].").part == "words"


def test_a_text_is_judged_in_one_call_and_each_claim_by_one_paper(corpus: LibraryCorpus) -> None:
    """A part cited to its own key is judged by that paper alone, at most five quotes each."""
    judge = TableJudge()
    text = "TideWalk lets the rank climb [@tidewalk2024], and Gusset-4 learns a rounding offset [@gusset42023]."
    check(corpus, f"{text}\n\n{TRUE} [@tidewalk2024; @gusset42023].", judge)
    (claims,) = judge.calls
    papers = [{c.paper_id for c in claim.citations} for claim in claims]
    assert [len(p) for p in papers] == [1, 1, 1, 1]
    assert [(c.text.split()[0], *p) for c, p in zip(claims[:2], papers[:2], strict=True)] == [
        ("TideWalk", "sample-tidewalk-2024"),
        ("Gusset-4", "sample-gusset4-2023"),
    ]
    assert all(1 <= len(c.citations) <= 5 for c in claims)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("supported", "supported", "supported"),
        ("supported", "not_said", "partly"),
        ("supported", "undecided", "undecided"),
        ("supported", "contradicted", "contradicted"),
        ("partly", "undecided", "partly"),
        ("not_said", "undecided", "undecided"),
        ("not_said", "not_said", "not_in_corpus"),
    ],
)
def test_every_part_has_to_be_borne_out(corpus: LibraryCorpus, first: Label, second: Label, verdict: str) -> None:
    """One undecided part leaves a sentence undecided, one contradicted part contradicts it."""
    text = "TideWalk lets the rank climb [@tidewalk2024], and Gusset-4 learns a rounding offset [@gusset42023]."
    assert one(corpus, text, TableJudge(climb=first, offset=second)).verdict == verdict


def test_a_part_whose_work_is_not_in_the_library_is_never_green(corpus: LibraryCorpus) -> None:
    """What was not looked at is not supported; the missing work is named."""
    bib = "@article{gone, title={A Paper That Nobody Imported Here}}"
    text = "TideWalk lets the rank climb [@tidewalk2024], and others learn a rounding offset [@gone]."
    claim = one(corpus, text, TableJudge(climb="supported"), bib=bib)
    assert (claim.verdict, claim.reason) == ("partly", "gone is not in the library")


def test_a_text_of_which_nothing_was_decided_is_not_fine(corpus: LibraryCorpus) -> None:
    """Its count says how many; one decided sentence is enough for the rest to be no fault."""
    made = check(corpus, f"{TRUE} [@tidewalk2024].")
    assert (made.ok, made.strictly_ok, made.counts()["undecided"]) == (False, False, 1)
    judge = TableJudge(climb="supported")
    made = check(corpus, f"{TRUE} [@tidewalk2024].\n\nIts search cost falls steeply [@tidewalk2024].", judge)
    assert (made.ok, made.strictly_ok, made.counts()["undecided"]) == (True, False, 1)


def test_only_absent_works_are_no_fault(corpus: LibraryCorpus) -> None:
    """What cannot be checked is not wrong; nothing of such a text is in the corpus."""
    made = check(corpus, "Nets of steel fly over the sea [@gone].", bib="@article{gone, title={Steel Nets at Sea}}")
    assert made.claims[0].verdict == "not_in_corpus"
    assert made.ok
    assert not made.in_corpus


def test_an_unknown_key_is_said_even_where_nothing_is_judged(corpus: LibraryCorpus) -> None:
    """The authors' own doing claims nothing, and its key is wrong all the same."""
    claim = one(corpus, "Unlike the others, we adapt the rank after training [@zzyzx2024].")
    assert (claim.verdict, claim.unknown_keys) == ("not_in_corpus", ("zzyzx2024",))


def test_a_sentence_goes_on_about_what_was_cited_before_it(corpus: LibraryCorpus) -> None:
    """Judged by the paper before it where that decides; else named, with what was before it."""
    text = f"{TRUE} [@tidewalk2024]. Its peak memory stays at 5.9 GB during training."
    made = check(corpus, text, TableJudge(climb="supported", peak="supported"))
    assert [(c.verdict, [w.paper_id for w in c.cited]) for c in made.claims] == [
        ("supported", ["sample-tidewalk-2024"]),
        ("supported", ["sample-tidewalk-2024"]),
    ]
    again = text.replace("Its", "TideWalk's")
    assert [len(c.cited) for c in check(corpus, again, TableJudge(climb="supported", peak="supported")).claims] == [
        1,
        1,
    ]
    made = check(corpus, text, TableJudge(climb="supported"))
    assert ["goes on" in u.reason for u in made.unjudged] == [True]


def test_an_uncited_sentence_that_its_own_system_contradicts_is_found(corpus: LibraryCorpus) -> None:
    """The paper that coins the name is asked, though nothing is cited."""
    claim = one(corpus, "TideWalk reaches 43.8% accuracy on the problems of AbacusGrove.", TableJudge(
        reaches="contradicted"
    ))  # fmt: skip
    assert (claim.verdict, claim.cited) == ("contradicted", ())


@pytest.mark.parametrize("text", ["TideWalk reaches 45.8% on AbacusGrove.", "TideWalk makes old kites sing songs."])
def test_a_text_that_only_names_a_system_of_the_library_is_checked(corpus: LibraryCorpus, text: str) -> None:
    """Its one sentence stands in the document though it is short and cites nothing, and though nobody decided on it."""
    (unjudged,) = check(corpus, text, TableJudge()).unjudged
    assert (unjudged.text, unjudged.reason) == (text, UNCITED)
    made = check(corpus, text, TableJudge(reaches="contradicted", songs="contradicted"))
    assert ([c.verdict for c in made.claims], made.unjudged) == (["contradicted"], ())


def test_what_is_verbatim_in_another_paper_is_offered_and_what_comes_near_is_only_near(corpus: LibraryCorpus) -> None:
    """Support comes from alignment, whoever judges; nearness never reads as support."""
    wrong = TableJudge(climb="not_said")
    claim = one(corpus, f"{TRUE} [@mossbank2024].", wrong)
    assert claim.verdict == "not_in_corpus"
    assert [s.paper_id for s in (*claim.suggested, *claim.near)] == ["sample-tidewalk-2024"]
    near = one(corpus, f"{TRUE.replace('climb', 'fall').replace('ebb', 'climb')} [@mossbank2024].", wrong)
    assert near.suggested == ()


def test_filters_restrict_what_is_proposed_and_not_what_is_cited(corpus: LibraryCorpus) -> None:
    """The paper that says it is of 2024, and so is the one that is cited."""
    manuscript = read_manuscript(f"{TRUE} [@mossbank2024].", form="markdown")
    for filters, proposed in ((None, ["sample-tidewalk-2024"]), (Filters(year_from=2025), [])):
        request = TextToCheck(manuscript, "text", (), filters)
        (claim,) = checked(prepare(corpus, request), TableJudge(climb="not_said")).claims
        assert [s.paper_id for s in claim.suggested] == proposed
        assert "sample-tidewalk-2024" not in {s.paper_id for s in claim.near}
        assert [work.status for work in claim.cited] == ["found"]


def test_every_quote_stands_in_its_abstract_and_every_span_in_the_text(corpus: LibraryCorpus) -> None:
    """`quote == abstract[start:end]`, labels have their references, spans are the sentence as typed."""
    text = f"{TRUE} [@tidewalk2024].\n\nGusset-4 learns a rounding offset for each block [@gusset42023; @tidewalk2024]."
    made = check(corpus, text)
    abstracts = {p.paper_id: p.abstract for p in corpus.papers()}
    labels = {r.label: r.paper_id for r in made.references}
    assert len(made.claims) == 2
    for claim in made.claims:
        shown: list[Citation | Suggestion] = [*claim.citations, *claim.suggested, *claim.near]
        assert all(abstracts[q.paper_id][q.start : q.end] == q.quote for q in shown)
        assert all(labels[c.label] == c.paper_id for c in claim.citations)
        assert text[claim.start : claim.end].endswith(".")


def test_without_a_model_the_alignment_judges_and_is_named(corpus: LibraryCorpus) -> None:
    """Every sentence that cites has a verdict; who judged stands in the document."""
    made = check(corpus, f"{TRUE} [@tidewalk2024].", AlignmentJudge())
    assert made.as_document()["judge"] == {"name": "alignment", "measured": True}
    assert made.claims[0].verdict in ("supported", "undecided")


@pytest.mark.parametrize(
    "text", ["Nothing here cites anything about volcanoes and their eruptions.", "In this section we go on."]
)
def test_a_text_without_citations_that_nothing_supports_is_refused(corpus: LibraryCorpus, text: str) -> None:
    """There is nothing to check, and that is said."""
    with pytest.raises(SourceError, match="nothing to check"):
        check(corpus, text)


def test_a_check_can_be_stopped_before_and_while_judging(corpus: LibraryCorpus) -> None:
    """What `stop` raises comes through; the judge is then not asked."""

    def stop() -> None:
        raise ModelCancelled("the client has gone")

    request = TextToCheck(read_manuscript(f"{TRUE} [@tidewalk2024].", form="markdown"), "text")
    with pytest.raises(ModelCancelled):
        prepare(corpus, request, stop=stop)
    judge = TableJudge()
    with pytest.raises(ModelCancelled):
        checked(prepare(corpus, request), judge, stop=stop)
    assert judge.calls == []
