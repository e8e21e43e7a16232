"""The models of a `Review` whose every call goes to a script: the store, its secret and its kept replies are real."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from service.library import Library
from service.library.session import LibrarySession
from service.llm import Message, ModelRequest, Models, ScriptedModel
from service.review import Review
from service.settings import Settings

_BEGINNINGS: Final = {
    "decompose": "You prepare a search",
    "rerank": "You judge which papers",
    "answer": "You answer a researcher's question",
    "plan": "You plan the related-work section",
    "paragraph": "You write one paragraph",
    "table": "You fill a table",
    "agreement": "You read paper abstracts and find where they agree",
    "support": "You annotate whether statements",
}
Reply = Callable[[Sequence[Message]], str]


class Script:
    """Answers each prompt by its name, and notes in `kinds` which came in what order; one without a reply fails."""

    def __init__(self, **replies: Reply | str) -> None:
        self.replies = replies
        self.kinds: list[str] = []

    def __call__(self, messages: Sequence[Message]) -> str:
        kind = kind_of(messages)
        self.kinds.append(kind)
        reply = self.replies[kind]
        return reply if isinstance(reply, str) else reply(messages)

    def calls(self, kind: str) -> int:
        return self.kinds.count(kind)


def kind_of(messages: Sequence[Message]) -> str:
    """The name of the prompt that a call was made with."""
    if messages[-1].text.startswith("Some sentences of your reply cannot be shown"):
        return "revise"
    if messages[-1].text.startswith("Your reply cannot be used"):
        return "repair"
    return next(kind for kind, words in _BEGINNINGS.items() if messages[0].text.startswith(words))


class ScriptedModels(Models):
    """Every request, also one that only judges, calls `model`."""

    def __init__(self, settings: Settings, model: ScriptedModel) -> None:
        super().__init__(settings, settings.library)
        self._model = model

    def request(self, *, use_cache: bool = True) -> ModelRequest | None:
        request = super().request(use_cache=use_cache)
        assert request is not None
        return replace(request, model=self._model)

    def judging(self, *, use_cache: bool = True) -> ModelRequest | None:
        return self.request(use_cache=use_cache)


def review_over(root: Path, script: Reply) -> tuple[Review, ScriptedModel]:
    """A review that opens its library when it needs it, as a command does, and the model that it calls."""
    settings = Settings(library=root, model="openai/scripted")
    model = ScriptedModel([script], forever=True)
    session = LibrarySession(lambda: Library.open(settings, create=False), resident=False)
    return Review(session, settings, models=ScriptedModels(settings, model)), model


def decomposing(*queries: str, expects: str = "explanation", **more: Any) -> Reply:
    """A reply to prompts/decompose.md: the whole question as its one part, to be searched for by `queries` too."""

    def reply(messages: Sequence[Message]) -> str:
        question = messages[1].text.removeprefix("Question: ").removesuffix("\nReply:")
        parts = [{"question": question, "queries": [question, *queries], "expects": expects}]
        return json.dumps({"parts": parts, "names": [], "aspects": [], "left_out": [], "absent": [], **more})

    return reply


def sources_of(messages: Sequence[Message]) -> dict[str, str]:
    """Titles -> opaque ids, as a prompt shows them."""
    shown = re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - (.+)', messages[1].text)
    return {title: source_id for source_id, title in shown}


def cases_of(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """Each statement of a judge's prompt with its case id; two cases may state the same."""
    shown = re.findall(r'<case id="(\w+)" mark="\w+">\n\w+\| Statement - (.+)', messages[-1].text)
    return [(statement, case_id) for case_id, statement in shown]


def scoring(default: int = 8, **by_word: int) -> Reply:
    """A reply to prompts/rerank.md: the score of the first word that the title holds."""

    def reply(messages: Sequence[Message]) -> str:
        scores = [
            {"id": i, "score": next((score for word, score in by_word.items() if word in title), default)}
            for title, i in sources_of(messages).items()
        ]
        return json.dumps({"scores": scores})

    return reply


def writing(
    *sentences: Mapping[str, Any], titles: Mapping[str, str], missing: Iterable[str] = (), cited_only: bool = False
) -> Reply:
    """Sentences numbered from 1; `quotes` are pairs of a paper's key in `titles` and words.

    With `cited_only` sentences that quote a paper that is not shown are left out, as of another paragraph.
    """

    def reply(messages: Sequence[Message]) -> str:
        ids = sources_of(messages)
        made = []
        for n, sentence in enumerate(sentences, start=1):
            quotes = [{"source": ids.get(titles[p], p), "quote": q} for p, q in sentence.get("quotes", ())]
            if not cited_only or all(titles[p] in ids for p, _ in sentence.get("quotes", ())):
                made.append({"n": n, "kind": "claim", **sentence, "quotes": quotes})
        return json.dumps({"sentences": made, "missing": list(missing)})

    return reply


def judging(**verdicts: tuple[str, str | None, str | None]) -> Reply:
    """Supports every statement but those that hold a key, spaces as _: (label, part, reason)."""

    def reply(messages: Sequence[Message]) -> str:
        said = []
        for statement, case_id in cases_of(messages):
            found = (v for key, v in verdicts.items() if key.replace("_", " ") in statement)
            label, part, reason = next(found, ("supported", None, None))
            said.append({"id": case_id, "label": label, "part": part, "reason": reason})
        return json.dumps({"verdicts": said})

    return reply
