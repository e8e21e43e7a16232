"""What a scripted model says over the bird papers: an answer, a table, a plan, paragraphs; one sentence is untrue."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from service.llm import Message
from service.manuscript import Entry
from service.records import Paper, Sentence
from tests.integration.bird_papers import HERON, KITE, PAPERS, RAIN, SNOW
from tests.scripted_models import Reply, Script, decomposing, judging, scoring, sources_of, writing

QUESTION = "How do KITE and Heron differ in the labels that they need?"
TOPIC = "small language models"
ABSTRACTS = {p.paper_id: p.abstract for p in PAPERS}
TITLES = {p.paper_id: p.title for p in PAPERS}
NO_LABELS = {
    "text": "Heron aligns small language models without any label.",
    "quotes": [("heron", "an alignment method for small language models that needs no labels at any stage")],
}
PAIRS = {
    "text": "KITE gets by with 1,200 preference pairs for 61.5% on GustBench.",
    "quotes": [("kite", "KITE needs 1,200 preference pairs to reach 61.5% on GustBench.")],
}
UNTRUE = {
    "text": "Heron writes its preference pairs itself.",
    "quotes": [("heron", "Heron scores 74.0% on GustBench with preference pairs from a teacher.")],
}
SUMMED = {"text": "Heron goes without labels, KITE without many.", "kind": "synthesis", "rests_on": [2, 3]}
ENGLISH = {"text": "KITE was tested on English alone.", "quotes": [("kite", "It has only been tested on English.")]}


def script(*sentences: dict[str, Any], **replies: Reply | str) -> Script:
    """A model that answers with these sentences and supports them."""
    usual: dict[str, Reply | str] = {
        "decompose": decomposing("alignment without labels", "preference pairs needed", names=["KITE", "Heron"]),
        "rerank": scoring(1, KITE=9, Heron=9, Preference=6),
        "answer": writing(*sentences, titles=TITLES),
        "support": judging(),
    }
    return Script(**usual | replies)


def texts(sentences: Sequence[Sentence]) -> list[str]:
    return [s.text for s in sentences]


def assert_quoted(sentences: Sequence[Sentence]) -> None:
    for citation in (c for s in sentences for c in s.citations):
        assert ABSTRACTS[citation.paper_id][citation.start : citation.end] == citation.quote


CELLS = {
    "kite": {"labels": ("1,200 preference pairs", "KITE needs 1,200 preference pairs to reach 61.5% on GustBench.")},
    "heron": {"labels": ("no labels", "We propose Heron, an alignment method for small language models that needs no "
                         "labels at any stage.")},
    "hail": {"cost": ("40 ms a question", "Dense retrieval adds 40 ms a question.")},
}  # fmt: skip
COLUMNS = ("labels", "cost")


def table(messages: Sequence[Message]) -> str:
    """Both columns of every source, most of them empty."""
    ids = sources_of(messages)
    rows = []
    for paper in (p for p in PAPERS if p.title in ids):
        filled = CELLS.get(paper.paper_id, {})
        cells = [
            {"column": name, "value": value, "quotes": [quote] if quote else []}
            for name in COLUMNS
            for value, quote in [filled.get(name, (None, None))]
        ]
        rows.append({"source": ids[paper.title], "cells": cells})
    return json.dumps({"rows": rows})


def planning(messages: Sequence[Message]) -> str:
    """Two themes of two papers each."""
    ids = sources_of(messages)

    def planned(say: str, *papers: Paper) -> dict[str, Any]:
        return {"say": say, "sources": [ids[p.title] for p in papers if p.title in ids]}

    themes = [
        {"title": "labels", "sentences": [planned("needs no labels, unlike KITE", HERON), planned("pairs", KITE)]},
        {"title": "retrieval", "sentences": [planned("what retrieval brings", RAIN, SNOW)]},
    ]
    return json.dumps({"themes": themes, "gap": ""})


PARAGRAPHS = {
    "1": [NO_LABELS, PAIRS],
    "2": [
        {"text": "With dense retrieval errors on rare facts are halved.",
         "quotes": [("snow", "Dense retrieval halves their errors on rare facts.")]},
    ],
}  # fmt: skip


def paragraph(messages: Sequence[Message]) -> str:
    number = re.search(r"Write paragraph (\d+) of the plan", messages[1].text)
    assert number is not None
    return writing(*PARAGRAPHS[number[1]], titles=TITLES)(messages)


TEXT = (
    "Small models can be aligned without any label, as Heron shows [@heron].\n\n"
    "KITE reaches 61.5% on GustBench with 1,200 preference pairs [@kite].\n\n"
    "With dense retrieval small models forget rare facts [@snow].\n"
)
ENTRIES = tuple(Entry(p.paper_id, p.title, n, title=p.title) for n, p in enumerate((HERON, KITE, SNOW), start=1))
