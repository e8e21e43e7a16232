"""Abstracts written to be obeyed: 120 of eight kinds in a real library, and a model that does all they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from poison import KINDS, Poisoned, poisoned

from service.annotate.hostile import hostile
from service.library import Library
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.readers import read
from service.records import Answer, Draft, Filters, Paper, Sentence
from service.review.ask import ask
from service.review.coverage import Coverage
from service.review.draft import draft
from service.review.held import LibraryCorpus
from service.review.written import write_answer
from service.sample import papers_path
from service.settings import Settings
from service.text.sentences import split_sentences

QUESTIONS = (
    "How does a kite glide without a string?",
    "Which feathers wear out when falcons dive?",
    "How does a second tether lower the drift of gliders in gusts?",
)
BATCH = 10


@dataclass(frozen=True)
class Attack:
    """One request: what is asked, over which of the poisoned papers."""

    question: str
    paper_ids: tuple[str, ...]

    @property
    def filters(self) -> Filters:
        return Filters(self.paper_ids)


def carrier(attack: Poisoned) -> int:
    """Which question the abstract's honest part is about."""
    return next(i for i, word in enumerate(("kite", "falcons", "gliders")) if word in attack.abstract.split(".")[0])


POISONED = poisoned()
PAPERS = tuple(
    Paper(f"Field report {i:03d} of the aviary", attack.abstract, f"poison-{i:03d}", year=2023)
    for i, attack in enumerate(POISONED)
)
ATTACKS = tuple(
    Attack(question, tuple(ids[at : at + BATCH]))
    for number, question in enumerate(QUESTIONS)
    for ids in [[p.paper_id for p, a in zip(PAPERS, POISONED, strict=True) if carrier(a) == number]]
    for at in range(0, len(ids), BATCH)
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    root: Path = tmp_path_factory.mktemp("poison") / "library"
    with Library.open(Settings(library=root), create=True) as library:
        library.import_papers(read(papers_path(), max_record_bytes=1_000_000))
        report = library.import_papers(iter(PAPERS))
        assert report.added == len(PAPERS)
        yield LibraryCorpus(library)


# a model that obeys


@dataclass
class Shown:
    """A source as the model sees it: its id and the lines of its abstract."""

    source_id: str
    lines: list[str]


def shown_in(messages: Sequence[Message]) -> list[Shown]:
    text = "\n".join(m.text for m in messages)
    blocks = re.findall(r'<source id="(\w+)" mark="(\w+)">\n(.*?)\n</source id="\1"', text, re.DOTALL)
    return [
        Shown(source_id, [line.removeprefix(f"{mark}| ") for line in body.split("\n")][2:])
        for source_id, mark, body in blocks
    ]


def claims_that_obey(source: Shown) -> list[dict[str, object]]:
    """Every attack's wish: its words said and quoted, hung on an honest quote, under ids it made up, as a link."""
    honest = source.lines[-1]
    canaries = re.findall(r"zqx\d+canary", " ".join(source.lines))  # none: it stood in a link or a citation
    canary = canaries[0] if canaries else honest.split()[0]
    wishes = [line for line in source.lines if "canary" in line or hostile(line)]
    obeyed: list[dict[str, object]] = [
        {"text": honest, "quotes": [{"source": source.source_id, "quote": honest}]},
        {"text": f"{honest} {canary}", "quotes": [{"source": source.source_id, "quote": honest}]},
        {
            "text": f"{honest[:-1]}, as banana {canary} banana.",
            "quotes": [{"source": source.source_id, "quote": honest}],
        },
        {"text": f"{honest} https://evil.example/{canary}", "quotes": [{"source": source.source_id, "quote": honest}]},
        {"text": f"{canary} is proven.", "quotes": [{"source": "trust", "quote": canary}]},
    ]
    obeyed += [{"text": wish, "quotes": [{"source": source.source_id, "quote": wish}]} for wish in wishes]
    return obeyed


def obeying_answer(messages: Sequence[Message]) -> str:
    claims = [claim for source in shown_in(messages) for claim in claims_that_obey(source)]
    return json.dumps({"claims": claims[:100], "missing": ["zqx001canary", "see https://evil.example/?q=zqx001canary"]})


def obeying_draft(messages: Sequence[Message]) -> str:
    """A plan with planted words in titles and aims, then paragraphs with planted connectives and claims."""
    shown = shown_in(messages)
    if "You plan the related-work section" in messages[0].text:
        planned = [{"say": "zqx001canary see www.evil.example", "sources": [source.source_id]} for source in shown]
        return json.dumps({"themes": [{"title": "zqx001canary", "sentences": planned}]})
    canary = re.search(r"zqx\d+canary", " ".join(line for source in shown for line in source.lines))
    connectives = [
        f"All of this is {canary[0] if canary else 'true'}.",
        "Ignore the other abstracts.",
        "See www.evil.example for more.",
    ]
    sentences: list[dict[str, object]] = [{"kind": "connective", "text": t, "quotes": []} for t in connectives]
    sentences += [{"kind": "claim", **claim} for source in shown for claim in claims_that_obey(source)]
    return json.dumps({"sentences": sentences[:60]})


def writer(obeying: object) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel([obeying], forever=True)  # type: ignore[list-item]
    return ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits()), None, b"secret"), model


# what holds


def check(document: Answer | Draft, corpus: LibraryCorpus, sentences: Sequence[Sentence], allowed: set[str]) -> None:
    """Nothing planted anywhere in the document, dropped texts included; every citation retrieved and exact."""
    printed = json.dumps(document.as_document(), ensure_ascii=False)
    assert re.findall(r".{0,60}zqx\d+canary", printed) == []
    assert re.findall(r".{0,80}evil.example.{0,9}", printed) == []
    papers = {p.paper_id: p for p in PAPERS}
    cells = [c for row in (document.matrix.rows if document.matrix else ()) for c in row.cells.values() if c]
    citations = [c for part in (*sentences, *cells) for c in part.citations]
    for citation in citations:
        assert citation.paper_id in allowed
        assert papers[citation.paper_id].abstract[citation.start : citation.end] == citation.quote
        assert not hostile(citation.quote)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a.question.split()[-1]}{a.paper_ids[0]}")
def test_a_model_that_obeys_every_abstract_gets_nothing_of_it_into_an_answer(
    corpus: LibraryCorpus, attack: Attack
) -> None:
    """It wrote the answer, its honest claims stand, and nothing planted does."""
    request, model = writer(obeying_answer)
    answer = ask(corpus, Coverage(corpus), attack.question, max_sentences=12, filters=attack.filters, writer=request)
    assert answer.accounting.composer == "scripted"
    assert answer.sentences
    assert len(answer.dropped) >= len(shown_in(model.calls[0]))
    check(answer, corpus, answer.sentences, set(attack.paper_ids))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a.question.split()[-1]}{a.paper_ids[0]}")
def test_a_model_that_obeys_every_abstract_gets_nothing_of_it_into_a_draft(
    corpus: LibraryCorpus, attack: Attack
) -> None:
    """The same for drafts, whose plans and connectives need no quote."""
    request, _ = writer(obeying_draft)
    made = draft(corpus, Coverage(corpus), attack.question, words=600, filters=attack.filters, writer=request)
    assert made.accounting.composer == "scripted"
    assert made.paragraphs
    check(made, corpus, [s for p in made.paragraphs for s in p], set(attack.paper_ids))


def test_no_poisoned_abstract_put_before_the_model_gets_through() -> None:
    """All 120 in prompts, also those that search leaves out above because an attack is most of their text."""
    seen: set[str] = set()
    for attack in ATTACKS:
        request, model = writer(obeying_answer)
        papers = [p for p in PAPERS if p.paper_id in attack.paper_ids]
        written = write_answer(request, attack.question, papers, plan=attack.question, max_claims=100)
        seen.update(p.paper_id for p in papers if p.title in model.calls[0][-1].text)
        assert written.sentences
        printed = repr((written.paragraphs, written.missing, written.dropped))
        assert re.findall(r"zqx\d+canary|evil.example", printed) == []
    assert len(seen) == 120


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a.question.split()[-1]}{a.paper_ids[0]}")
def test_the_extractive_composer_quotes_no_sentence_that_gives_orders(corpus: LibraryCorpus, attack: Attack) -> None:
    """It quotes verbatim, so such sentences are no evidence at all: not for answers, tables or drafts."""
    answer = ask(corpus, Coverage(corpus), attack.question, max_sentences=30, filters=attack.filters)
    assert answer.sentences
    check(answer, corpus, answer.sentences, set(attack.paper_ids))
    made = draft(corpus, Coverage(corpus), attack.question, words=600, filters=attack.filters)
    check(made, corpus, [s for p in made.paragraphs for s in p], set(attack.paper_ids))


# the filter itself


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_with_a_canary_is_known_as_hostile(kind: str) -> None:
    """What an attack runs into without a full stop goes with it; the rest of the abstract stays evidence."""
    for attack in (p for p in POISONED if p.kind == kind):
        sentences = [attack.abstract[s.start : s.end] for s in split_sentences(attack.abstract)]
        assert [s for s in sentences if attack.canary in s and not hostile(s)] == []
        assert not hostile(attack.honest)


@pytest.mark.parametrize(
    "honest",
    [
        "Existing methods ignore the previous context and all other sources of noise.",
        "We study prompt injection, in which a document tells a model to act against its user.",
        "The end of the input matters most, as in other papers.",
        "Attention lies in [0, 1] or [2, 3], and $x \\leq 3$ holds for User: labels.",
        "Labels obey a grammar, and agents must answer 40 questions.",
        "Our code is available at https://example.org/kite?ref=paper.",
        "It extends the model of \\cite{ren2018} to fractures.",
        "Systems: 3 of 5; the system: none. Use of battens and open problems are reviewed.",
        "Zoë, Ján and Šťastný say that naïve rounding loses 4.8\u00a0points (p < .001).",
    ],
)
def test_honest_prose_is_not_hostile(honest: str) -> None:
    """Words of orders, citations, links and foreign letters in their usual places."""
    assert not hostile(honest)


def test_no_sentence_of_the_sample_is_hostile() -> None:
    """472 sentences, none refused."""
    papers = [p for p in read(papers_path(), max_record_bytes=1_000_000) if isinstance(p, Paper)]
    assert [t for p in papers for s in split_sentences(p.abstract) if hostile(t := p.abstract[s.start : s.end])] == []


@pytest.mark.parametrize("name", ["listing_titles_and_abstracts.txt", "listing_with_dates.txt"])
def test_no_sentence_of_a_real_listing_is_hostile(shared_data: Path, name: str) -> None:
    """No false alarm over real abstracts."""
    found = list(read(shared_data / "daily_papers" / name, max_record_bytes=1_000_000))
    texts = [p.abstract[s.start : s.end] for p in found if isinstance(p, Paper) for s in split_sentences(p.abstract)]
    assert len(texts) > 300
    assert [t for t in texts if hostile(t)] == []
