"""What the writing pipeline takes and gives: sources, a task with its reply's form, verified sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from pydantic import BaseModel

from service.annotate import AnnotatedAbstract
from service.records import Accounting, Dropped, JudgeName, Sentence, SentenceKind

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source:
    """A paper for the writer: only these sentences of it are shown (all where empty), and what it is there for."""

    abstract: AnnotatedAbstract
    sentences: tuple[int, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """One numbered sentence of a reply. `quotes`: (source id, words). `rests_on`: places of sentences it sums up.

    `statement` is what is judged where the text alone says too little (a table's cell: "KITE: data: 1,200 pairs").
    """

    text: str
    kind: SentenceKind
    quotes: tuple[tuple[str, str], ...]
    rests_on: tuple[int, ...] = ()
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Task(Generic[R]):
    """One text to write: the prompt's name, the pydantic form of its reply, and the prompt's other variables.

    `read` lists the reply's sentences in order, numbered by place; none for a reply that is no text. `question` is what
    is trusted about the request. The prompt may also use `sources` and `mark`, which the pipeline fills in.
    """

    prompt: str
    reply: type[R]
    variables: Mapping[str, str]
    question: str
    read: Callable[[R], tuple[WrittenSentence, ...]] = lambda _: ()
    missing: Callable[[R], Sequence[str]] = lambda reply: getattr(reply, "missing", ())


@dataclass(frozen=True, slots=True)
class Verified(Generic[R]):
    """A reply whose sentences were judged: `sentences[i]` is sentence `i` of it as it may be shown, `None` if dropped.

    Sentences that were sent back have their repaired words. `missing` are the writer's notes that may be shown.
    `papers` leads from the ids in `value` to paper ids. `accounting` counts the whole request so far.
    """

    value: R
    sentences: tuple[Sentence | None, ...]
    dropped: tuple[Dropped, ...]
    missing: tuple[str, ...]
    judge: JudgeName
    accounting: Accounting
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The sentences that were kept, `rests_on` counted among them."""
        places = {old: new for new, old in enumerate(i for i, s in enumerate(self.sentences) if s is not None)}
        return tuple(replace(s, rests_on=tuple(places[i] for i in s.rests_on)) for s in self.sentences if s is not None)
