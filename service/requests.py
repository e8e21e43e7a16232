"""What may be asked of the core: one frozen record a request, made by each face and handed on whole.

`Run` is what is not part of a request: how it is worked on, and who hears of it. Bounds are in `service.limits`; the
core refuses what lies outside them with `UsageError`, and words that hold nothing to look for with `QueryError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from service import limits
from service.records import CitationStyle, Filters
from service.records.steps import Observer, nobody

if TYPE_CHECKING:
    from service.llm import Deadline
    from service.manuscript import Entry, Form


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Up to `k` papers, best first. A year that the query says of papers is a filter, as in a question.

    With `rerank` the model orders the first; where it fails the order is what it was, and the result says so.
    """

    query: str
    k: int = limits.HITS_DEFAULT
    filters: Filters | None = None
    rerank: bool = False


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question, with the most sentences that its answer may have.

    `earlier`: the ids of the papers of the answer before, in its order: "the second paper" or "[2]" means one.
    `before`: the questions before it, oldest first: "and in humans?" goes on from them.
    """

    question: str
    max_sentences: int = limits.SENTENCES_DEFAULT
    filters: Filters | None = None
    earlier: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Which papers to compare by what. `columns` win over what the question asks for; else some are proposed.

    With `filters.paper_ids` just those papers in that order, or the oldest first with `by_year`; else those that the
    question names or that speak of it, at most `rows`.
    """

    question: str
    columns: tuple[str, ...] = ()
    rows: int = limits.ROWS_DEFAULT
    by_year: bool = False
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """A related-work text of about `words` words. `abstract` is the author's own: it finds what is related to it.

    `plan` is the text or JSON of a plan to follow, edited or not, and `plan_name` what an error calls it. `style` is
    what citations are labelled by.
    """

    topic: str
    words: int = limits.WORDS_DEFAULT
    filters: Filters | None = None
    abstract: str | None = None
    plan: str | None = None
    plan_name: str = "the plan"
    style: CitationStyle = "numeric"


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """A survey of about `words` words in at most `sections` sections (`None`: as papers fall).

    With `resume` those that an earlier, same survey finished are used again.
    """

    topic: str
    words: int = limits.SURVEY_WORDS_DEFAULT
    sections: int | None = None
    resume: bool = False
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A user's own text; `file` is only its name. Nothing that it names is opened.

    `bibliography` are the entries of its files of references. `filters` restrict what it is proposed to cite. With
    `online` the services are asked for references that are still open, which get the citation alone.
    """

    text: str
    form: Form
    file: str = "text"
    bibliography: tuple[Entry, ...] = ()
    filters: Filters | None = None
    online: bool = False


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """At most `limit` places that say a text, verbatim or nearly."""

    text: str
    limit: int = 10
    filters: Filters | None = None


Planned: TypeAlias = AskRequest | CompareRequest | DraftRequest
"""Requests whose calls to a model can be told beforehand."""


def unhurried() -> None:
    """A `stop` that never stops."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a request is worked on.

    Without `use_cache` no kept reply of a model is used. `started` hears of the deadline before a model works:
    cancelling it stops the model's call, and `ModelCancelled` is raised. `observe` hears the steps, then the evidence,
    then each judged sentence. `progress` hears (done, of) sections of a survey or sentences of a checked text; `stop`
    is called before each of these and may raise.
    """

    use_cache: bool = True
    started: Callable[[Deadline], object] | None = None
    observe: Observer = nobody
    progress: Callable[[int, int, str], None] | None = None
    stop: Callable[[], None] = unhurried


AS_USUAL = Run()
