"""What is asked about a text of a user's own: check it, say which papers say it; and the judge of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from service import limits
from service.judge.trial import Trial
from service.records.checks import Check, CheckedEntry
from service.records.quotations import QuoteSearch
from service.requests import AS_USUAL, CheckRequest, QuoteRequest, Run
from service.review import checking
from service.review.attribution import attributed
from service.review.library_calls import LibraryCalls
from service.review.request_models import ModelSource, in_range, readable


class TextCalls(LibraryCalls):
    """Checks and quotations over one library."""

    @property
    def _model(self) -> ModelSource:
        return ModelSource(self._models, self._settings)

    def check(
        self, request: CheckRequest, run: Run = AS_USUAL, *, sources: Sequence[checking.ReferenceSource] = ()
    ) -> Check:
        """Each sentence against what it cites, and the references against what they stand for.

        `sources` are asked in order for the references that the library does not have as cited, the services last.
        Raises `SourceError`, `SourceTooLarge`.
        """
        from service.manuscript import read_manuscript

        manuscript = read_manuscript(request.text, form=request.form)
        filters = self._known_filters(request.filters)
        asked = checking.TextToCheck(manuscript, request.file, request.bibliography, filters)
        known = self._looked_up(asked, sources, online=request.online) if sources or request.online else None
        with self._corpus() as corpus:
            prepared = checking.prepare(corpus, asked, bibliography=known, stop=run.stop)
        models = self._model.for_check()
        hears = run.progress
        progress = None if hears is None else lambda done, of: hears(done, of, "")
        made = checking.checked(prepared, models.judge, progress=progress, stop=run.stop)
        return replace(made, accounting=models.judged(made.accounting))

    def find_quote(self, request: QuoteRequest) -> QuoteSearch:
        """Which papers say a text. Raises `QueryError`, `UsageError`."""
        self._read(request.text, "text")
        in_range("limit", request.limit, limits.HITS_MAX)
        filters = self._known_filters(request.filters)
        with self._corpus() as corpus:
            return attributed(corpus, request.text, limit=request.limit, filters=filters)

    def try_judge(self) -> Trial:
        """What the configured judge makes of forty claims of known truth; documents then say that it was measured."""
        return self._model.tried()

    def _looked_up(
        self, asked: checking.TextToCheck, sources: Sequence[checking.ReferenceSource], *, online: bool
    ) -> tuple[CheckedEntry, ...]:
        """The references as the library knows them, then the sources; the library is let go of meanwhile."""
        with self._corpus() as corpus:
            known = checking.known_references(corpus, asked)
        with ExitStack() as opened:
            waited = checking.online_references(self._settings, lambda _: None)
            further = [*sources, opened.enter_context(waited)] if online else sources
            return checking.further_checked(known, further, asked.references)

    def _read(self, text: str, what: str) -> None:
        readable(text, what, most_chars=self._settings.max_query_chars)
