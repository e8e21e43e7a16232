"""What every request starts from: words that can be read, the model that writes, its judge, the question decomposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.errors import QueryError, UsageError
from service.judge import Judge
from service.judge.by_model import ModelJudge
from service.judge.policy import MEASURED_FILE, Measured, judge_for, measured_models, record_measured
from service.judge.trial import Trial, try_judge
from service.llm import DryRunModel, ModelRequest, Models
from service.records import Accounting, Filters
from service.requests import Run
from service.review.evidence.corpus import Corpus
from service.review.question import Query
from service.review.question.by_model import Decomposition, decompose, with_decomposition
from service.review.question.ellipsis import complete
from service.review.question.words import query_from_words
from service.review.writing.pipeline import spent_by
from service.settings import Settings
from service.text.terms import terms

NO_MODEL: Final = (
    "no model is configured, so none would be called: set LITWEAVE_MODEL (docs/models.md), or leave the option out"
)


@dataclass(frozen=True, slots=True, eq=False)
class RequestModels:
    """What one request works with: the model that writes, its judge, and the question as the model decomposed it."""

    writer: ModelRequest | None
    judge: Judge
    decomposition: Decomposition | None = None

    def query(self, text: str, corpus: Corpus, filters: Filters | None) -> Query:
        """The question as data: by words, and by the model where it decomposed it."""
        query = query_from_words(text, corpus, filters)
        return query if self.decomposition is None else with_decomposition(query, self.decomposition)

    def read(self, question: str, before: Sequence[str], corpus: Corpus) -> str | None:
        """What a question is read as after those before it, by the model or by rules; `None` where it stays."""
        if self.decomposition is None:
            return complete(question, before, corpus.embed)
        told = " ".join(part.text for part in self.decomposition.parts)
        return None if told.strip(" ?.").casefold() == question.strip(" ?.").casefold() else told

    def counted(self, accounting: Accounting) -> Accounting:
        """The accounting with the prompt that the question was decomposed by."""
        if self.decomposition is None:
            return accounting
        versions = {**accounting.prompt_versions, "decompose": self.decomposition.prompt_version}
        return replace(accounting, prompt_versions=versions)

    def judged(self, accounting: Accounting) -> Accounting:
        """The accounting with what a judge that is a model was asked with, and used."""
        if self.writer is None or not isinstance(self.judge, ModelJudge):
            return accounting
        versions = {**accounting.prompt_versions, **self.judge.prompt_versions}
        spent = spent_by(self.writer)
        return replace(spent, composer=accounting.composer, prompt_versions=versions, elapsed_ms=accounting.elapsed_ms)


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The configured models, and how a request gets its own."""

    models: Models | None
    settings: Settings

    def writer(self, run: Run) -> ModelRequest | None:
        """The model to write with; `None` without one. Raises `UsageError` where a model is taken for granted."""
        request = None if self.models is None else self.models.request(use_cache=run.use_cache)
        if request is not None and run.started is not None:
            run.started(request.deadline)
        if request is None and not run.use_cache:
            raise UsageError(NO_MODEL)
        return request

    def dry_run(self) -> tuple[ModelRequest, DryRunModel]:
        """A model that only notes its calls. Raises `UsageError` without a model."""
        planned = None if self.models is None else self.models.dry_run()
        if planned is None:
            raise UsageError(NO_MODEL)
        return planned

    def judge(self, request: ModelRequest | None) -> Judge:
        """Who judges what the request writes."""
        return judge_for(request, measured_models(self.settings.library / MEASURED_FILE))

    def for_text(self, text: str, writer: ModelRequest | None, before: Sequence[str] = ()) -> RequestModels:
        """Writer and judge; the model decomposes the question first, before the library is needed."""
        return RequestModels(writer, self.judge(writer), None if writer is None else decompose(writer, text, before))

    def for_check(self) -> RequestModels:
        """Who judges a user's own text: the model that judges, also where none writes."""
        request = None if self.models is None else self.models.judging()
        return RequestModels(request, self.judge(request))

    def tried(self) -> Trial:
        """What the judge makes of the shipped claims, asked anew.

        A model's figures are kept in the library's directory, unless it could not be asked about some claim.
        """
        request = None if self.models is None else self.models.judging(use_cache=False)
        trial = try_judge(self.judge(request))
        false, lost = trial.false_accepts, trial.true_lost
        if request is not None and trial.failure is None and false.share is not None:
            measured = Measured(false_accepts=false.share, n=false.n, true_lost=lost.share)
            record_measured(self.settings.library / MEASURED_FILE, trial.judge, measured)
        return trial


def short_enough(text: str, what: str, *, most_chars: int) -> None:
    """Raises `QueryError` for a text that is too long to be asked."""
    if len(text) > most_chars:
        raise QueryError(
            f"the {what} has {len(text):,} characters, the limit is {most_chars:,}; shorten it "
            "or raise LITWEAVE_MAX_QUERY_CHARS"
        )


def readable(text: str, what: str, *, most_chars: int) -> str:
    """The text. Raises `QueryError` for one that is too long or holds no word."""
    short_enough(text, what, most_chars=most_chars)
    if not terms(text):
        raise QueryError(f"the {what} {text!r} holds no word to look for; write at least one")
    return text


def in_range(name: str, value: int, most: int) -> None:
    """Raises `UsageError` for a value outside 1 to `most`."""
    if not 1 <= value <= most:
        raise UsageError(f"{name} is {value}; it must lie between 1 and {most:,}")
