"""What is asked about a text of a user's own: check it, say which papers say it; and the judge of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from service import limits
from service.judge.trial import Trial
from service.records import Filters
from service.records.checks import Check
from service.records.quotations import QuoteSearch
from service.review import checking
from service.review.attribution import attributed
from service.review.library_calls import LibraryCalls
from service.review.requests import ModelSource, in_range, readable

if TYPE_CHECKING:
    from service.manuscript import Entry, Form


class TextCalls(LibraryCalls):
    """Checks and quotations over one library."""

    @property
    def _model(self) -> ModelSource:
        return ModelSource(self._models, self._settings)

    def check(
        self,
        text: str,
        *,
        form: Form,
        file: str,
        bibliography: Sequence[Entry] = (),
        filters: Filters | None = None,
        sources: Sequence[checking.ReferenceSource] = (),
        online: bool = False,
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> Check:
        """A user's own LaTeX or markdown, each sentence against what it cites; `file` is only its name.

        Nothing that the text names is opened: `bibliography` are the entries of its files of references, `sources` what
        is asked in order for those that the library does not have as cited, with `online` the services last; it is let
        go of meanwhile. `filters` restrict what it is proposed to cite. `progress` hears (done, of); `stop` is called
        before each sentence and may raise. Raises `SourceError`, `SourceTooLarge`.
        """
        from service.manuscript import read_manuscript

        asked = checking.CheckRequest(read_manuscript(text, form=form), file, tuple(bibliography), filters)
        self._refuse_unknown(filters)
        known = None
        if sources or online:
            with self._corpus() as corpus:
                known = checking.known_references(corpus, asked)
            with ExitStack() as opened:
                waited = checking.online_references(self._settings, lambda _: None)
                further = [*sources, opened.enter_context(waited)] if online else sources
                known = checking.further_checked(known, further, asked.references)
        with self._corpus() as corpus:
            prepared = checking.prepare(corpus, asked, bibliography=known, stop=stop)
        request = self._model.for_check()
        made = checking.checked(prepared, request.judge, progress=progress, stop=stop)
        return replace(made, accounting=request.judged(made.accounting))

    def find_quote(self, text: str, *, limit: int = 10, filters: Filters | None = None) -> QuoteSearch:
        """Which papers say a text, verbatim or nearly. Raises `QueryError`, `UsageError`."""
        self._read(text, "text")
        in_range("limit", limit, limits.HITS_MAX)
        with self._corpus() as corpus:
            return attributed(corpus, text, limit=limit, filters=filters)

    def try_judge(self) -> Trial:
        """What the configured judge makes of forty claims of known truth; documents then say that it was measured."""
        return self._model.tried()

    def _read(self, text: str, what: str) -> None:
        readable(text, what, most_chars=self._settings.max_query_chars)
