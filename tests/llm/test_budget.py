"""Tokens and cost: booked before a call, corrected after it, for the request and for the day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.errors import BudgetExceeded, ModelNotCalled, ModelRefused, ModelTimeout
from service.llm import Deadline, Message, Models, Parameters, Reply, ScriptedModel, Usage
from service.llm.core.route import Route, routes
from service.llm.policies.budget import BudgetedModel, DayBook, Limits, RequestBook, Spent
from service.llm.policies.dry_run import DryRunModel, PlannedCall
from service.llm.policies.store import ModelStore
from service.llm.providers.prices import Price, listed_price, price_of
from service.llm.providers.scripted import Step
from service.settings import Settings

ASKED = (Message("user", "x" * 30),)  # 10 tokens and 8 of framing
PRICE = Price(0.01, 0.1)
REPLY = Reply("ok", usage=Usage(12, 3))


def _call(book: RequestBook, *steps: Step, day: DayBook | None = None, price: Price | None = PRICE) -> ScriptedModel:
    scripted = ScriptedModel(steps)
    model = BudgetedModel(scripted, price=lambda: price, request=book, day=day)
    for _ in steps:
        model.complete(ASKED, parameters=Parameters(max_tokens=100), deadline=Deadline(60))
    return scripted


def test_what_was_used_is_counted_and_not_what_was_booked() -> None:
    """12 in and 3 out, twice: 30 tokens, 0.84 USD."""
    book = RequestBook(Limits())
    _call(book, REPLY, REPLY)
    assert (book.spent.tokens, book.spent.cost_usd, book.usage) == (30, pytest.approx(0.84), Usage(24, 6))


@pytest.mark.parametrize(
    ("limits", "variable"),
    [(Limits(max_tokens=117), "LITWEAVE_MAX_TOKENS"), (Limits(max_cost_usd=10.17), "LITWEAVE_MAX_COST_USD")],
    ids=["tokens", "cost"],
)
def test_a_call_that_could_go_over_is_not_made(limits: Limits, variable: str) -> None:
    """It may use 18 + 100 tokens and cost 10.18 USD: one below that is too little, and nothing is sent."""
    scripted = ScriptedModel([REPLY])
    model = BudgetedModel(scripted, price=lambda: PRICE, request=RequestBook(limits), day=None)
    with pytest.raises(BudgetExceeded, match=variable):
        model.complete(ASKED, parameters=Parameters(max_tokens=100), deadline=Deadline(60))
    assert scripted.calls == []


def test_a_call_that_just_fits_is_made() -> None:
    """118 tokens and 10.18 USD, exactly."""
    book = RequestBook(Limits(max_tokens=118, max_cost_usd=10.18))
    assert len(_call(book, REPLY).calls) == 1


def test_a_cost_limit_needs_a_price() -> None:
    """What cannot be counted is not called; without a cost limit it is."""
    with pytest.raises(BudgetExceeded, match="LITWEAVE_MODEL_PRICE_IN"):
        _call(RequestBook(Limits(max_cost_usd=5)), REPLY, price=None)
    assert _call(RequestBook(Limits(max_tokens=1000)), REPLY, price=None).calls


def test_what_may_be_billed_is_counted_although_it_failed() -> None:
    """Two requests that ended in a time-out: 2 x 18 tokens in. A refused one costs nothing."""
    timeout = ModelTimeout("late")
    timeout.requests = 2
    book = RequestBook(Limits())
    with pytest.raises(ModelTimeout):
        _call(book, timeout)
    assert (book.spent.tokens, book.usage) == (36, Usage(36, 0, estimated=True))
    with pytest.raises(ModelRefused):
        _call(book, ModelRefused("no"))
    assert book.spent.tokens == 36


def test_a_day_adds_up_over_requests_and_restarts_and_begins_anew(tmp_path: Path) -> None:
    """100 tokens a day allow one call of at most 88 at 15 used; the next day allows it again."""
    now = [datetime(2026, 3, 1, 23, 0, tzinfo=UTC)]

    def today() -> DayBook:
        return DayBook(ModelStore(tmp_path / "m.sqlite"), Limits(max_tokens=130), clock=lambda: now[0])

    _call(RequestBook(Limits()), REPLY, day=today())
    with pytest.raises(BudgetExceeded, match=r"118 tokens, and 15 of 130 for this day .* LITWEAVE_MAX_TOKENS_DAY"):
        _call(RequestBook(Limits()), REPLY, day=today())
    now[0] = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    _call(RequestBook(Limits()), REPLY, day=today())


def test_a_call_that_the_day_forbids_is_not_left_on_the_requests_book(tmp_path: Path) -> None:
    """Booked in the first, refused by the second: both as before."""
    day = DayBook(ModelStore(tmp_path / "m.sqlite"), Limits(max_tokens=1))
    book = RequestBook(Limits())
    with pytest.raises(BudgetExceeded):
        _call(book, REPLY, day=day)
    assert book.spent == Spent()


def test_a_stream_that_is_not_read_to_its_end_counts_as_the_most(tmp_path: Path) -> None:
    """Nobody knows what was sent before the caller left."""
    book = RequestBook(Limits())
    model = BudgetedModel(ScriptedModel(["a\nb"]), price=lambda: PRICE, request=book, day=None)
    stream = model.stream(ASKED, parameters=Parameters(max_tokens=100), deadline=Deadline(60))
    next(iter(stream))
    stream.close()  # type: ignore[attr-defined]
    assert book.spent.tokens == 118


def test_a_dry_run_lists_the_call_and_sends_nothing() -> None:
    """18 in, at most 100 out: 0.18 + 10 USD."""
    model = DryRunModel("openai/x", lambda: PRICE)
    with pytest.raises(ModelNotCalled, match="dry run"):
        model.complete(ASKED, parameters=Parameters(max_tokens=100), deadline=Deadline(60))
    assert model.calls == [PlannedCall("openai/x", 18, 100, pytest.approx(10.18))]


TABLE = {
    "gpt-x": {"litellm_provider": "openai", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6},
    "anthropic/c": {"litellm_provider": "anthropic", "input_cost_per_token": 3e-6},
    "pictures": {"litellm_provider": "openai"},
}


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("openai/gpt-x", Price(1e-6, 2e-6)),
        ("gpt-x", Price(1e-6, 2e-6)),
        ("anthropic/c", Price(3e-6, 0.0)),
        ("azure/gpt-x", None),
        ("c", None),
        ("pictures", None),
    ],
)
def test_a_price_is_that_of_this_provider_or_unknown(model: str, price: Price | None) -> None:
    """The same name elsewhere may cost something else."""
    assert listed_price(model, TABLE) == price


def test_a_stated_price_wins_and_this_machine_is_free() -> None:
    """USD a million tokens."""
    assert price_of(Route("openai/mine", price_in=2.0, price_out=8.0)) == Price(2e-6, 8e-6)
    assert price_of(Route("openai/mine", "http://127.0.0.1:8080/v1")) == Price(0.0, 0.0)
    assert price_of(Route("ollama/llama3")) == Price(0.0, 0.0)
    assert price_of(Route("openai/nobody-knows-this")) is None
    assert price_of(Route("openai/gpt-4o-mini")) is not None


SECRET = "sk-very-secret-value"


def test_settings_never_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a repr, not as text, not as JSON."""
    monkeypatch.setenv("LITWEAVE_API_KEY", SECRET)
    settings = Settings(model="openai/x")
    shown = f"{settings!r} {settings} {settings.model_dump_json()} {routes(settings)!r}"
    assert SECRET not in shown
    assert routes(settings)[0].key_to_send() == SECRET


def test_a_fallback_of_another_provider_gets_neither_key_nor_address() -> None:
    """Only the same provider's."""
    settings = Settings(
        model="openai/a",
        api_base="https://models.example/v1",
        api_key=SecretStr(SECRET),
        model_fallbacks=("openai/b", "anthropic/c"),
    )
    first, same, other = routes(settings)
    assert (same.api_base, same.key_to_send()) == (first.api_base, SECRET)
    assert (other.api_base, other.key_to_send()) == (None, None)


def test_without_a_model_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """And no file is made."""
    models = Models(Settings(), tmp_path)
    assert (models.request(), models.dry_run()) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_request_has_the_limits_of_the_settings(tmp_path: Path) -> None:
    """The switch of the tests stops the call after the budget let it through; the other request's book is its own."""
    models = Models(Settings(model="openai/m", api_base="http://127.0.0.1:9/v1", max_tokens=50), tmp_path)
    request, other = models.request(), models.request(use_cache=False)
    assert request is not None
    assert other is not None
    assert (request.cache is not None, other.cache, request.secret) == (True, None, other.secret)
    with pytest.raises(BudgetExceeded):
        request.model.complete(ASKED, parameters=request.parameters, deadline=request.deadline)
    with pytest.raises(ModelNotCalled):
        other.model.complete(ASKED, parameters=Parameters(max_tokens=16), deadline=other.deadline)
    models.close()
