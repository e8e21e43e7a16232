"""Counts and times for Prometheus. Labels are routes, stages and states: few values, and none that a client makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.errors import LibraryError
from service.jobs import JobRunner
from service.llm import Ledger
from service.records import LibraryCounts

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_Unfinished = Literal["queued", "running"]
_COUNTED: Final = 1_000
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """One registry of its own, so that two services in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "litweave_request_seconds",
            "Time to the end of an answer, by route",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "litweave_stage_seconds",
            "Time that a stage of a request took",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._sentences = Counter(
            "litweave_judged_sentences",
            "Sentences of answers and texts, by what the judge made of them; `dropped` ones were not shown",
            ("support",),
            registry=self.registry,
        )
        self._claims = Counter(
            "litweave_checked_claims", "Claims of checked texts, by verdict", ("verdict",), registry=self.registry
        )
        self._answers = Counter(
            "litweave_answers", "Finished documents, by status", ("status",), registry=self.registry
        )
        self._tokens = Counter(
            "litweave_model_tokens",
            "Tokens of requests that succeeded",
            ("direction",),
            registry=self.registry,
        )
        self._cost = Counter(
            "litweave_model_cost_usd", "What models cost, of requests that succeeded", registry=self.registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        named = method if method in _METHODS else "other"
        self._requests.labels(named, route, str(status)).observe(seconds)

    def stage(self, name: str, seconds: float) -> None:
        """A stage of a request has ended."""
        self._stages.labels(name).observe(seconds)

    def answered(self, document: Mapping[str, Any]) -> None:
        """A request came to that document."""
        for support in _supports(document):
            self._sentences.labels(support).inc()
        self._sentences.labels("dropped").inc(len(document.get("dropped") or ()))
        for claim in document.get("claims") or ():
            self._claims.labels(str(claim.get("verdict"))).inc()
        if isinstance(status := document.get("status"), str):
            self._answers.labels(status).inc()
        self._tokens.labels("in").inc(document.get("tokens_in") or 0)
        self._tokens.labels("out").inc(document.get("tokens_out") or 0)
        self._cost.inc(document.get("cost_usd") or 0)

    def exposition(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self.registry)


@dataclass(frozen=True, slots=True, eq=False)
class Standing(Collector):
    """What is looked up when it is asked for: the library, the jobs, the day's spending."""

    counts: Callable[[], LibraryCounts]
    jobs: JobRunner
    ledger: Ledger | None

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield from self._library()
        waiting = GaugeMetricFamily("litweave_jobs", "Jobs that are not done", labels=["state"])
        for state in get_args(_Unfinished):
            waiting.add_metric([state], len(self.jobs.jobs.newest(state=state, limit=_COUNTED, before=None)))
        yield waiting
        if self.ledger is not None:
            yield from _spent(self.ledger)

    def _library(self) -> Iterator[GaugeMetricFamily]:
        try:
            counts = self.counts()
        except LibraryError:
            yield GaugeMetricFamily("litweave_library_up", "Whether the library can be read", value=0)
            return
        yield GaugeMetricFamily("litweave_library_up", "Whether the library can be read", value=1)
        yield GaugeMetricFamily("litweave_papers", "Papers in the library", value=counts.papers)
        yield GaugeMetricFamily("litweave_chunks", "Chunks of their text", value=counts.chunks)
        yield GaugeMetricFamily("litweave_chunks_waiting", "Chunks without a vector as yet", value=counts.waiting)
        pending = GaugeMetricFamily("litweave_index_behind", "Whether changes wait for an index", labels=["index"])
        pending.add_metric(["words"], counts.words_behind)
        pending.add_metric(["vectors"], counts.vectors_behind)
        yield pending


def _spent(ledger: Ledger) -> Iterator[GaugeMetricFamily]:
    try:
        today = ledger.today()
    except LibraryError:
        return
    yield GaugeMetricFamily("litweave_spent_today_usd", "USD spent since midnight UTC", value=today.cost_usd)
    yield GaugeMetricFamily("litweave_tokens_today", "Tokens used since midnight UTC", value=today.tokens)


def _supports(value: object) -> Iterator[str]:
    """The `support` of every sentence of a document, wherever it stands."""
    if isinstance(value, Mapping):
        if isinstance(support := value.get("support"), str) and "kind" in value:
            yield support
        for part in value.values():
            yield from _supports(part)
    elif isinstance(value, list):
        for part in value:
            yield from _supports(part)
