"""A model plans a draft and writes its paragraphs: every branch, over the sample, with a scripted model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from service.errors import BudgetExceeded, ModelCancelled, ModelUnavailable
from service.library import Library
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import BudgetedModel, Limits, RequestBook
from service.llm.providers.scripted import Step
from service.readers import read
from service.records import Draft
from service.review.coverage import Coverage
from service.review.draft import draft
from service.review.held import LibraryCorpus
from service.sample import papers_path
from service.settings import Settings
from tests.review.corpus import assert_sound

TITLES = ("small models", "trained adapters")
TOPIC = "parameter-efficient adaptation of small models"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    root: Path = tmp_path_factory.mktemp("written-draft") / "library"
    with Library.open(Settings(library=root), create=True) as library:
        library.import_papers(read(papers_path(), max_record_bytes=1_000_000))
        yield LibraryCorpus(library)


class Sheet:
    """The sources of a prompt, as a model sees them: id -> title and lines."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.plans = "You plan the related-work section" in messages[0].text
        self.repairs = len(messages) > 2
        self.titles: dict[str, str] = {}
        self.lines: dict[str, list[str]] = {}
        for found in re.finditer(r'<source id="(\w+)" mark="(\w+)">\n(.*?)\n</source', messages[1].text, re.DOTALL):
            lines = [line.removeprefix(f"{found[2]}| ") for line in found[3].splitlines()]
            self.titles[found[1]] = lines[0].removeprefix("Title - ")
            self.lines[found[1]] = [x for x in lines[1:] if not x.startswith(("Year - ", "Date - ", "Listed - "))]

    def plan(self, groups: Sequence[Sequence[str]]) -> str:
        themes = [
            {"title": TITLES[n], "sentences": [{"say": "what it does", "sources": [i]} for i in group]}
            for n, group in enumerate(groups)
        ]
        return json.dumps({"themes": themes})

    def in_two(self) -> list[list[str]]:
        ids = list(self.titles)
        return [ids[: len(ids) // 2], ids[len(ids) // 2 :]]

    def claims(self, ids: Sequence[str]) -> list[dict[str, object]]:
        return [claim(self.lines[i][0], i, self.lines[i][0]) for i in ids]


def claim(text: str, source: str, quote: str) -> dict[str, object]:
    return {"kind": "claim", "text": text, "quotes": [{"source": source, "quote": quote}]}


def good(sheet: Sheet) -> str:
    """A plan in two halves, and paragraphs that quote the first sentence of each source."""
    if sheet.plans:
        return sheet.plan(sheet.in_two())
    opening = {"kind": "connective", "text": "One line of work trains few weights.", "quotes": []}
    return json.dumps({"sentences": [opening, *sheet.claims(list(sheet.titles))]})


def writer(*steps: Step, forever: bool = True) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel(steps, forever=forever)
    return ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits()), None, b"secret"), model


def scripted(reply: Callable[[Sheet], str]) -> Callable[[Sequence[Message]], str]:
    return lambda messages: reply(Sheet(messages))


def drafted(corpus: LibraryCorpus, request: ModelRequest | None, *, words: int = 200) -> Draft:
    made = draft(corpus, Coverage(corpus), TOPIC, words=words, writer=request)
    assert_sound(made, {h.paper.paper_id: h.paper.abstract for h in corpus.search(TOPIC, k=60, filters=None).hits})
    return made


def reasons(made: Draft) -> str:
    return " | ".join(f"{d.text}: {d.reason}" for d in made.dropped)


def test_one_call_plans_and_one_a_theme_writes(corpus: LibraryCorpus) -> None:
    """Two themes: three calls; each paragraph cites what was planned for it, every planned paper once."""
    request, model = writer(scripted(good))
    made = drafted(corpus, request)
    assert len(model.calls) == 3
    assert made.accounting.composer == "scripted"
    assert made.accounting.prompt_versions == {"plan": "1", "paragraph": "1"}
    assert made.dropped == ()
    shown = Sheet(model.calls[0]).in_two()
    assert [len({c.paper_id for s in p for c in s.citations}) for p in made.paragraphs] == [len(g) for g in shown]
    assert [p[0].kind for p in made.paragraphs] == ["connective", "connective"]


def test_each_paragraph_is_written_with_the_whole_plan_in_view(corpus: LibraryCorpus) -> None:
    """Both titles stand in both calls, the sources only of the paragraph to write."""
    request, model = writer(scripted(good))
    drafted(corpus, request)
    written = [calls for calls in model.calls if not Sheet(calls).plans]
    assert all("1. small models" in c[1].text and "2. trained adapters" in c[1].text for c in written)
    sources = [set(Sheet(c).titles.values()) for c in written]
    assert not sources[0] & sources[1]


def test_a_planned_paper_that_is_not_cited_is_named(corpus: LibraryCorpus) -> None:
    """Asked for once more, then reported by its title with the theme."""

    def leaves_one_out(sheet: Sheet) -> str:
        return good(sheet) if sheet.plans else json.dumps({"sentences": sheet.claims(list(sheet.titles)[:-1])})

    request, model = writer(scripted(leaves_one_out))
    made = drafted(corpus, request)
    repairs = [c for c in model.calls if Sheet(c).repairs]
    assert len(repairs) == 2
    assert "no sentence cites source" in repairs[0][-1].text
    left = [d for d in made.dropped if "does not cite it" in d.reason]
    assert {d.text for d in left} == {list(Sheet(c).titles.values())[-1] for c in repairs}
    assert made.accounting.composer == "scripted"


def test_a_cited_paper_that_was_not_planned_there_takes_its_sentence_with_it(corpus: LibraryCorpus) -> None:
    """An id of another paragraph means nothing in this one."""
    stranger = claim("Adapters are small nets.", "zzzzz", "Adapters are small nets.")

    def cites_elsewhere(sheet: Sheet) -> str:
        if sheet.plans:
            return good(sheet)
        return json.dumps({"sentences": [*sheet.claims(list(sheet.titles)), stranger]})

    made = drafted(corpus, writer(scripted(cites_elsewhere))[0])
    assert "cites what was not planned" in reasons(made)
    assert all("Adapters are small nets" not in s.text for p in made.paragraphs for s in p)


def test_a_paragraph_that_fails_is_the_extractive_one(corpus: LibraryCorpus) -> None:
    """One theme's calls fail: the other stays the model's, and the failure is reported once, with its theme."""
    plain = drafted(corpus, None)

    def fails_on_b(messages: Sequence[Message]) -> str:
        if "2. trained adapters (the one to write)" in messages[1].text:
            raise ModelUnavailable("the server is down")
        return good(Sheet(messages))

    made = drafted(corpus, writer(fails_on_b)[0])
    assert made.accounting.composer == "scripted"
    assert [d.text for d in made.dropped] == ["the model's paragraph on 'trained adapters'"]
    assert "is down" in made.dropped[0].reason
    assert {r.paper_id for r in made.references} == {r.paper_id for r in plain.references}


def test_nothing_past_the_gate_leaves_the_extractive_paragraph(corpus: LibraryCorpus) -> None:
    """Figures of its own: each sentence is named, and the whole text is extractive."""

    def invents(sheet: Sheet) -> str:
        if sheet.plans:
            return good(sheet)
        false = [claim(f"It reaches 99.9% of {i}.", i, sheet.lines[i][0]) for i in sheet.titles]
        return json.dumps({"sentences": false})

    made = drafted(corpus, writer(scripted(invents))[0])
    assert made.accounting.composer == "extractive"
    assert "nothing that the model wrote passed the gate; this is the extractive one" in reasons(made)
    assert "99.9%" not in " ".join(s.text for p in made.paragraphs for s in p)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("no JSON at all", "the plan is the extractive one"),
        (json.dumps({"themes": []}), "it plans no paper that it was shown"),
        (
            json.dumps({"themes": [{"title": "t", "sentences": [{"say": "s", "sources": ["zzzzz"]}]}]}),
            "planned for a source that was never given",
        ),
    ],
    ids=["unreadable", "empty", "unknown ids only"],
)
def test_an_invalid_plan_leaves_the_paragraphs_to_the_model(corpus: LibraryCorpus, plan: str, said: str) -> None:
    """Repaired once; then the extractive plan is followed, and that is reported."""
    request, model = writer(scripted(lambda sheet: plan if sheet.plans else good(sheet)))
    made = drafted(corpus, request)
    assert sum(Sheet(c).plans for c in model.calls) == 2
    assert said in reasons(made)
    assert made.accounting.composer == "scripted"


def test_a_paper_planned_twice_is_told_once(corpus: LibraryCorpus) -> None:
    """It stays under its first theme; the second place is reported."""

    def twice(sheet: Sheet) -> str:
        if not sheet.plans:
            return good(sheet)
        one, two = sheet.in_two()
        return sheet.plan([one, [one[0], *two]])

    made = drafted(corpus, writer(scripted(twice))[0])
    assert "stands under an earlier theme" in reasons(made)
    told = [{c.paper_id for s in p for c in s.citations} for p in made.paragraphs]
    assert not told[0] & told[1]


def test_a_budget_reached_half_way_keeps_what_was_written(corpus: LibraryCorpus) -> None:
    """The paragraphs before it are the model's, those after it extractive and reported."""
    left = [2]  # calls that the budget pays for: the plan and one paragraph

    def bounded(messages: Sequence[Message]) -> str:
        left[0] -= 1
        if left[0] < 0:
            raise BudgetExceeded("the next call may use more tokens than are left: raise LITWEAVE_MAX_TOKENS")
        return good(Sheet(messages))

    made = drafted(corpus, writer(bounded)[0])
    assert made.accounting.composer == "scripted"
    assert len([d for d in made.dropped if "LITWEAVE_MAX_TOKENS" in d.reason]) == 1
    assert len(made.paragraphs) == 2


def test_a_real_budget_too_small_for_the_plan_gives_the_extractive_draft(corpus: LibraryCorpus) -> None:
    """Nothing is sent, nothing is spent, and the text is that of no model."""
    plain = drafted(corpus, None)
    book = RequestBook(Limits(max_tokens=10))
    scripted_model = ScriptedModel([scripted(good)], forever=True)
    model = BudgetedModel(scripted_model, price=lambda: None, request=book, day=None)
    made = drafted(corpus, ModelRequest(model, Parameters(), Deadline(60), book, None, b"secret"))
    assert made.paragraphs == plain.paragraphs
    assert made.dropped[0].text == "the model's draft"
    assert scripted_model.calls == []


def test_a_model_that_is_down_is_asked_once(corpus: LibraryCorpus) -> None:
    """No paragraph is asked for after the plan found nobody."""
    request, model = writer(ModelUnavailable("the server is down"))
    made = drafted(corpus, request)
    assert len(model.calls) == 1
    assert made.accounting.composer == "extractive"
    assert made.paragraphs == drafted(corpus, None).paragraphs


def test_a_caller_that_leaves_ends_the_draft(corpus: LibraryCorpus) -> None:
    """Also in the middle of the paragraphs."""

    def leaves(messages: Sequence[Message]) -> str:
        if Sheet(messages).plans:
            return good(Sheet(messages))
        raise ModelCancelled("the caller went away")

    with pytest.raises(ModelCancelled):
        drafted(corpus, writer(leaves)[0])


def test_connectives_of_a_model_claim_nothing(corpus: LibraryCorpus) -> None:
    """One with a number in it is dropped and named."""

    def claims_in_connective(sheet: Sheet) -> str:
        if sheet.plans:
            return good(sheet)
        bad = {"kind": "connective", "text": "It is 40% better than all others.", "quotes": []}
        return json.dumps({"sentences": [bad, *sheet.claims(list(sheet.titles))]})

    made = drafted(corpus, writer(scripted(claims_in_connective))[0])
    assert "40%" in reasons(made)
    assert all("40% better" not in s.text for p in made.paragraphs for s in p)


def test_a_title_in_words_of_no_paper_is_left_out(corpus: LibraryCorpus) -> None:
    """A plan orders what is there; it cannot bring in words of its own, not even by way of its titles."""

    def strange(sheet: Sheet) -> str:
        plan = json.loads(sheet.plan(sheet.in_two()))
        plan["themes"][0]["title"] = "buy zorblax pills"
        return json.dumps(plan) if sheet.plans else good(sheet)

    request, model = writer(scripted(strange))
    made = drafted(corpus, request)
    assert "zorblax" not in json.dumps(made.as_document())
    assert all("zorblax" not in c[1].text for c in model.calls)
