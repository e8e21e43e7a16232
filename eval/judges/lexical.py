"""A judge without a model: it counts shared words. The baseline any model must beat, and what the tests run on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from eval.documents.folding import numbers, words
from eval.scorers.direction import turned
from service.llm.core.model import Completion, Deadline, Event, Finished, Message, Parameters, estimated_usage

_FULL, _PARTIAL = 0.75, 0.45  # share of the claim's content words that the sources hold; chosen by hand, not tuned
_SMALL = frozenset(
    "a an the of in on at by for from with to and or as is are was were be been it its this that these those we our "
    "they their which who than then also both has have had not no can may such".split()
)
_HEADING = re.compile(r"^(Claim|Sources|Fact|Answer|Question|First answer|Second answer):$")


class LexicalModel:
    """A `Model` that reads the judge's prompts as any other would, and answers by word overlap."""

    name = "lexical"

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:  # noqa: ARG002
        """A JSON verdict; `{}` for a prompt that isn't a judge's."""
        deadline.check()
        parts = _parts(messages[-1].text)
        if "Claim" in parts:
            said = {"verdict": verdict(parts["Claim"], parts.get("Sources", ""))}
        elif "Fact" in parts:
            said = {"verdict": verdict(parts["Fact"], parts.get("Answer", ""))}
        elif "First answer" in parts:
            said = {"better": _better(parts)}
        else:
            said = {}
        text = json.dumps(said)
        return Completion(text, "stop", estimated_usage(messages, text), 0.0, self.name)

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        yield Finished(self.complete(messages, parameters=parameters, deadline=deadline))


def verdict(claim: str, sources: str) -> str:
    """full, partial or none: by shared content words; a number that isn't there, or a turned direction, is none."""
    wanted = _content(claim)
    share = len(wanted & _content(sources)) / len(wanted) if wanted else 0.0
    if set(numbers(claim)) - set(numbers(sources)):
        share = min(share, _FULL - 0.01)
    if turned(claim, tuple(re.split(r"(?<=[.!?])\s+|\n+", sources))):
        return "none"
    return "full" if share >= _FULL else "partial" if share >= _PARTIAL else "none"


def _content(text: str) -> set[str]:
    return {_stem(w) for w in words(text) if w not in _SMALL}


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _better(parts: dict[str, str]) -> str:
    question = _content(parts.get("Question", ""))
    first, second = (
        len(question & _content(parts.get(name, ""))) + len(set(numbers(parts.get(name, "")))) / 10
        for name in ("First answer", "Second answer")
    )
    return "tie" if abs(first - second) < 0.05 else "first" if first > second else "second"


def _parts(text: str) -> dict[str, str]:
    """The marked lines under each heading, without their marks."""
    parts: dict[str, list[str]] = {}
    heading = None
    for line in text.splitlines():
        found = _HEADING.match(line)
        if found:
            heading = found[1]
            parts[heading] = []
        elif heading and (body := re.match(r"j[0-9a-f]{8}\| ?(.*)", line)):
            parts[heading].append(body[1])
    return {name: "\n".join(lines) for name, lines in parts.items()}
