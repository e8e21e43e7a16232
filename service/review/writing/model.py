"""What the writing pipeline takes and gives: sources, a task with its reply's form, verified sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

    `read` lists the reply's sentences in order, numbered by place. `question` is what is trusted about the request.
    """

    prompt: str
    reply: type[R]
    variables: Mapping[str, str]
    question: str
    read: Callable[[R], tuple[WrittenSentence, ...]]


@dataclass(frozen=True, slots=True)
class Verified(Generic[R]):
    """A reply whose sentences were judged: `sentences[i]` is sentence `i` of it as it may be shown, `None` if dropped.

    Sentences that were sent back have their repaired words. `missing` are the writer's notes that may be shown.
    """

    value: R
    sentences: tuple[Sentence | None, ...]
    dropped: tuple[Dropped, ...]
    missing: tuple[str, ...]
    judge: JudgeName
    accounting: Accounting
