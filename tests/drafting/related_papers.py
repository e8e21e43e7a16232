"""Ten hand-made papers of two lines of work, a stray one, and models that plan and write over them as told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.llm import Deadline, Message, Model, ModelRequest, Parameters
from service.llm.policies.budget import Limits, RequestBook
from service.records import Draft, Paper
from service.review.drafting import PreparedDraft, TextToWrite, prepare
from service.review.question.words import query_from_words
from tests.integration.bird_papers import BEETS, HAIL, HERON, RAIN, SNOW
from tests.memory_corpus import MemoryCorpus
from tests.poison import Poisoned

KITE = Paper(
    "KITE: Gentle Alignment of Small Language Models",
    "Aligning small language models takes many preference pairs. We propose KITE, which aligns small language models "
    "with preference pairs that it writes itself. KITE needs 1,200 preference pairs to reach 61.5% on GustBench. "
    "However, a limitation remains: KITE cannot align models in languages other than English.",
    "kite",
    year=2022,
    authors=("Mira Okonjo", "Jan Lind", "Ada Bo"),
)
TERN = Paper(
    "Preference Pairs for the Alignment of Language Models",
    "We study how many preference pairs the alignment of small language models takes. "
    "The pairs are those of GustBench. However, gains level off after 2,000 preference pairs in all five models.",
    "tern",
    year=2021,
)
PAPERS = (KITE, HERON, TERN, RAIN, SNOW, HAIL, BEETS)
TOPIC = "small language models"


def hostile(bad: Poisoned) -> Paper:
    """A paper on the topic with an attack in its middle."""
    before = "We propose KITE2, which aligns small language models. It writes preference pairs itself."
    abstract = f"{before} {bad.attack} KITE2 needs 900 preference pairs."
    return Paper("KITE2: Alignment of Small Language Models", abstract, "hostile")


def prepared(topic: str = TOPIC, *, papers: Sequence[Paper] = PAPERS, words: int = 300, **more: Any) -> PreparedDraft:
    corpus = MemoryCorpus(papers)
    return prepare(corpus, TextToWrite(topic, words, **more), query_from_words(topic, corpus))


def request(model: Model) -> ModelRequest:
    return ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits()), None, b"secret" * 6)


def ids(messages: Sequence[Message]) -> dict[str, str]:
    """Paper ids -> the opaque ids of a prompt, by title."""
    shown = re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - (.+)', messages[1].text)
    return {p.paper_id: source for source, title in shown for p in PAPERS if p.title == title}


def plans(messages: Sequence[Message]) -> bool:
    return "You plan the related-work section" in messages[0].text


def paragraph_number(messages: Sequence[Message]) -> int:
    found = re.search(r"Write paragraph (\d+) of the plan", messages[1].text)
    assert found is not None
    return int(found[1])


def planning(*themes: tuple[str, Sequence[tuple[str, Sequence[str]]]], gap: str = "") -> Callable[..., str]:
    """A plan: (title, [(what to say, paper ids)])."""

    def reply(messages: Sequence[Message]) -> str:
        known = ids(messages)
        made = [
            {"title": t, "sentences": [{"say": say, "sources": [known.get(p, p) for p in of]} for say, of in sentences]}
            for t, sentences in themes
        ]
        return json.dumps({"themes": made, "gap": gap})

    return reply


def sentences(messages: Sequence[Message], *said: Mapping[str, Any]) -> str:
    """A paragraph; its quotes name papers by id."""
    known = ids(messages)
    numbered = [
        {"n": n, **s, "quotes": [{"source": known.get(p, p), "quote": q} for p, q in s.get("quotes", ())]}
        for n, s in enumerate(said, start=1)
    ]
    return json.dumps({"sentences": numbered})


def assert_sound(made: Draft, papers: Sequence[Paper] = PAPERS) -> None:
    """Quotes stand where they are said to, under labels that have a reference; what a synthesis rests on is a claim."""
    abstracts = {p.paper_id: p.abstract for p in papers}
    labels = {r.label: r.paper_id for r in made.references}
    text = [s for paragraph in made.paragraphs for s in paragraph]
    for sentence in text:
        assert sentence.text.strip()
        assert (sentence.kind != "claim") or sentence.citations
        assert all(text[i].kind == "claim" for i in sentence.rests_on)
        for citation in sentence.citations:
            assert abstracts[citation.paper_id][citation.start : citation.end] == citation.quote
            assert labels[citation.label] == citation.paper_id
    assert bool(made.paragraphs) != (made.status == "not_in_corpus")
