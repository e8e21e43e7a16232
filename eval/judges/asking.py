"""One question to a judge: a versioned prompt, marked texts in, a verdict or nothing out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal, TypeAlias, TypeVar, cast

from pydantic import ValidationError

from service.errors import BadCompletion, ModelTimeout
from service.llm.core.model import Deadline, Model, Parameters
from service.llm.core.reading import read_object
from service.llm.prompting.prompts import load_prompt
from service.llm.replies.structured import ReplyForm, json_schema

Verdict: TypeAlias = Literal["full", "partial", "none"]
Preference: TypeAlias = Literal["first", "second", "tie"]
_SECONDS: Final = 120.0
_LATE: Final = 3  # verdicts in a row that came too late: then the model is taken to be gone


class SupportVerdict(ReplyForm):
    """The reply to prompts/judge_support.md."""

    verdict: Verdict
    why: str = ""


class NuggetVerdict(ReplyForm):
    """The reply to prompts/judge_nugget.md."""

    verdict: Verdict


class PreferenceVerdict(ReplyForm):
    """The reply to prompts/judge_preference.md."""

    better: Preference
    why: str = ""


F = TypeVar("F", bound=ReplyForm)


@dataclass(slots=True)
class Judge:
    """A model with the judge's prompts. Safe for threads; the same request is sent once.

    `asked`, `unreadable`, `tokens` and `cost_usd` add up over its life; a cost of None is counted as unknown.
    """

    model: Model
    parameters: Parameters = field(default_factory=lambda: Parameters(max_tokens=200))
    deadline: Callable[[], Deadline] = lambda: Deadline(_SECONDS)
    asked: int = 0
    unreadable: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    _late: int = 0
    _kept: dict[str, ReplyForm | None] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def prompt_versions(self) -> dict[str, int]:
        """Of every prompt a judge uses: scores of different versions aren't compared."""
        return {name: load_prompt(name).version for name in ("judge_support", "judge_nugget", "judge_preference")}

    def support(self, claim: str, sources: tuple[str, ...]) -> Verdict | None:
        """Whether the sources, taken together, support the claim; `None` where the verdict can't be read."""
        found = self._ask("judge_support", SupportVerdict, claim=claim, sources="\n\n".join(sources))
        return None if found is None else found.verdict

    def states(self, answer: str, fact: str) -> Verdict | None:
        """Whether the answer states the fact."""
        found = self._ask("judge_nugget", NuggetVerdict, fact=fact, answer=answer)
        return None if found is None else found.verdict

    def prefers(self, question: str, first: str, second: str) -> Preference | None:
        """Which answer is better, in this order. Ask in both: judges favour a place."""
        found = self._ask("judge_preference", PreferenceVerdict, question=question, first=first, second=second)
        return None if found is None else found.better

    def _ask(self, name: str, form: type[F], **texts: str) -> F | None:
        prompt = load_prompt(name)
        mark = mark_for(*texts.values())
        rendered = prompt.render(mark=mark, **{k: marked(v, mark) for k, v in texts.items()})
        request = json.dumps([rendered.prompt_version, [m.text for m in rendered.messages]])
        with self._lock:
            if request in self._kept:
                return cast("F | None", self._kept[request])
        parameters = Parameters(self.parameters.max_tokens, self.parameters.temperature, json_schema(form))
        verdict: F | None = None
        tokens, cost = 0, 0.0
        try:
            completion = self.model.complete(rendered.messages, parameters=parameters, deadline=self.deadline())
            tokens, cost = completion.usage.tokens_in + completion.usage.tokens_out, completion.cost_usd or 0.0
            self._late = 0
            verdict = form.model_validate(read_object(completion))
        except (BadCompletion, ValidationError):
            self._late = 0  # unscored; a model that can't be reached raises another ModelError, and that ends the run
        except ModelTimeout:
            self._late += 1
            if self._late >= _LATE:
                raise
        with self._lock:
            self.asked += 1
            self.unreadable += verdict is None
            self.tokens += tokens
            self.cost_usd += cost
            self._kept[request] = verdict
        return verdict


def mark_for(*texts: str) -> str:
    """A mark no line of the texts begins with. Made from all of them, so that no one of their authors can foresee it,
    and the same for the same request, so that recorded replies are found again.
    """
    turn = 0
    while True:
        mark = "j" + hashlib.sha256(json.dumps([turn, *texts]).encode()).hexdigest()[:8]
        if not any(mark in text for text in texts):
            return mark
        turn += 1


def marked(text: str, mark: str) -> str:
    """The text with the mark at the beginning of every line, whatever a line ends with."""
    return "\n".join(f"{mark}| {line}" for line in text.splitlines() or [""])
