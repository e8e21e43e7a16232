"""Settings -> the models of a process, and what each request gets of them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from service.llm.core.model import Deadline, Model, Parameters
from service.llm.core.payer import current_payer
from service.llm.core.route import Route, judge_route, routes
from service.llm.policies.budget import BudgetedModel, DayBook, Limits, RequestBook
from service.llm.policies.cache import ReplyCache
from service.llm.policies.dry_run import DryRunModel
from service.llm.policies.fallback import FallbackModel
from service.llm.policies.store import FILE_NAME, ModelStore, open_store
from service.llm.prompting.prompts import Rendered
from service.llm.providers.concurrency import Lanes
from service.llm.providers.litellm_library import litellm
from service.llm.providers.litellm_model import LitellmModel
from service.llm.providers.prices import price_of
from service.llm.replies.structured import Structured, json_schema, structured
from service.settings import Settings

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What one request writes with: a model under the request's budget and deadline.

    `book.usage` and `book.spent` count every call, also those that failed. `secret` goes to `render_sources`.
    `sources`: how many abstracts it is shown at most, where the settings say so. `remarks`: what it has to do without.
    `judge`: the model that judges, under the same budget and deadline; `None` where it is the one that writes.
    """

    model: Model
    parameters: Parameters
    deadline: Deadline
    book: RequestBook
    cache: ReplyCache | None
    secret: bytes | None
    sources: int | None = None
    remarks: tuple[str, ...] = ()
    judge: Model | None = None

    def reply(
        self,
        prompt: Rendered,
        form: type[T],
        values: Mapping[str, Sequence[str]] | None = None,
        *,
        parameters: Parameters | None = None,
    ) -> Structured[T]:
        """The model's reply in a form whose keys of `values` hold nothing else. Raises `ModelError` as `structured`.

        `parameters` replace the request's own, but for the schema.
        """
        asked = replace(parameters or self.parameters, schema=json_schema(form, values))
        return structured(self.model, prompt, form, deadline=self.deadline, parameters=asked, cache=self.cache)


class Models:
    """The configured models. Nothing is imported or called before the first request."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        """`directory` is the library's; its `model.sqlite` is made on first use."""
        self._settings = settings
        self._directory = directory
        self._lanes = Lanes(at_once=settings.model_concurrency, waiting=settings.model_queue)
        self._routes = routes(settings)
        self._judge_route = judge_route(settings)
        self._opened: ModelStore | None = None
        self._opening = threading.Lock()

    def request(self, *, use_cache: bool = True) -> ModelRequest | None:
        """For one request, its clock started; `None` where no model is configured.

        A store that is damaged is begun anew, one that cannot be written is kept in memory; `remarks` says so.
        """
        return self._request(self._routes, use_cache=use_cache) if self._routes else None

    def judging(self, *, use_cache: bool = True) -> ModelRequest | None:
        """For a request that only judges: also where no model is configured to write, but one to judge."""
        routes = (self._judge_route,) if self._judge_route is not None else self._routes
        return self._request(routes, use_cache=use_cache) if routes else None

    def _request(self, routes: Sequence[Route], *, use_cache: bool) -> ModelRequest:
        settings, store = self._settings, self._store()
        book = RequestBook(Limits(settings.max_tokens, settings.max_cost_usd))
        day = DayBook(store, Limits(settings.max_tokens_day, settings.max_cost_usd_day), payer=current_payer())

        def budgeted(route: Route) -> Model:
            model = LitellmModel(route, lanes=self._lanes)
            return BudgetedModel(model, price=functools.partial(price_of, route), request=book, day=day)

        models = [budgeted(route) for route in routes]
        cache = None
        if use_cache and settings.model_cache:
            age_s = settings.model_cache_days * 86_400
            cache = ReplyCache(store, max_age_s=age_s, max_bytes=settings.model_cache_bytes)
        return ModelRequest(
            models[0] if len(models) == 1 else FallbackModel(models),
            self._parameters(),
            Deadline(settings.model_deadline_s),
            book,
            cache,
            store.secret,
            settings.model_sources,
            store.remarks,
            None if self._judge_route is None else budgeted(self._judge_route),
        )

    def dry_run(self) -> tuple[ModelRequest, DryRunModel] | None:
        """A request whose model only lists its calls; nothing is sent, spent, kept or written."""
        if not self._routes:
            return None
        model = DryRunModel(self._routes[0].model, functools.partial(price_of, self._routes[0]))
        deadline = Deadline(self._settings.model_deadline_s)
        book, sources = RequestBook(Limits()), self._settings.model_sources
        return ModelRequest(model, self._parameters(), deadline, book, None, None, sources), model

    def warm(self) -> None:
        """Import what the first call needs; takes seconds. A server does it in the background."""
        if self._routes or self._judge_route is not None:
            litellm()

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _parameters(self) -> Parameters:
        return Parameters(max_tokens=self._settings.model_reply_tokens)

    def _store(self) -> ModelStore:
        with self._opening:
            if self._opened is None:
                self._opened = open_store(self._directory / FILE_NAME)
            return self._opened


def model_at(route: Route) -> LitellmModel:
    """One model without a budget, for benchmarks and tests."""
    return LitellmModel(route, lanes=Lanes(at_once=4, waiting=16))
