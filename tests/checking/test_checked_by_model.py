"""A text checked by a model: one call, hard facts before it, a failure that leaves sentences undecided."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from service.errors import ModelUnavailable
from service.judge.by_model import ModelJudge
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.manuscript import read_manuscript
from service.records.checks import Check
from service.review.checking import TextToCheck, checked, prepare
from service.review.evidence.library_corpus import LibraryCorpus

TEXT = """Every adapter's rank rises early in training and later sinks, says TideWalk [@tidewalk2024].

On AbacusGrove it reaches 43.8% accuracy with an average rank of 8 [@tidewalk2024].

We train for three epochs on a single consumer card.
"""


def supporting(messages: Sequence[Message]) -> str:
    """Calls everything supported that it is asked about."""
    ids = re.findall(r'<case id="(\w+)"', messages[-1].text)
    return json.dumps({"verdicts": [{"id": i, "label": "supported"} for i in ids]})


def check(corpus: LibraryCorpus, *steps: Step) -> tuple[Check, ScriptedModel]:
    model = ScriptedModel(steps)
    request = ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits()), None, b"secret" * 6)
    prepared = prepare(corpus, TextToCheck(read_manuscript(TEXT, form="markdown"), "text"))
    return checked(prepared, ModelJudge(request, "scripted", measured=False)), model


def test_a_model_that_supports_everything_does_not_pass_a_wrong_figure(corpus: LibraryCorpus) -> None:
    """A paraphrase is the model's to judge; a figure that the paper does not hold is nobody's."""
    made, model = check(corpus, supporting)
    assert len(model.calls) == 1
    paraphrase, figure = made.claims
    assert paraphrase.verdict == "supported"
    assert figure.verdict in ("contradicted", "not_in_corpus", "undecided")
    assert "43.8" in (figure.part or "") + (figure.reason or "")
    assert [u.line for u in made.unjudged] == [5]
    assert made.as_document()["judge"] == {"name": "scripted", "measured": False}


def test_a_model_that_fails_leaves_its_sentences_undecided(corpus: LibraryCorpus) -> None:
    """The check is still made, and nothing is green."""
    made, _ = check(corpus, ModelUnavailable("down"))
    assert made.claims[0].verdict == "undecided"
    assert not made.strictly_ok
