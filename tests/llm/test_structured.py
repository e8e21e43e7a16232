"""Reading a reply: what passes, what is repaired once, what is given up, and what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fault_server import REPLY, KiteReply

from service.errors import BadCompletion, ModelRefused
from service.llm import (
    Deadline,
    Message,
    Parameters,
    Rendered,
    Reply,
    ReplyForm,
    ScriptedModel,
    Structured,
    json_schema,
    structured,
)
from service.llm.core.model import Completion, Usage
from service.llm.core.reading import read_object
from service.llm.policies.cache import KeptReply, ReplyCache
from service.llm.policies.store import ModelStore
from service.llm.providers.scripted import Step

PROMPT = Rendered("answer", 1, (Message("user", "How do kites glide?"),))
GOOD = '{"claims": [], "missing": ["all of it"]}'


class Shorter(ReplyForm):
    """Another form."""

    missing: list[str]


def _ask(*steps: Step, cache: ReplyCache | None = None) -> tuple[Structured[KiteReply], ScriptedModel]:
    model = ScriptedModel(steps)
    return structured(model, PROMPT, KiteReply, deadline=Deadline(60), cache=cache), model


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"Here you are:\n```json\n{GOOD}\n```\nAnything else?",
        f'<think>{{"claims": maybe}} hm</think>\n{GOOD}',
        f'{{"note": 1}} and then {GOOD}',
        GOOD.replace("all of it", "all\nof it"),
    ],
    ids=["bare", "fenced", "after thoughts", "after a smaller object", "with a raw line break"],
)
def test_an_object_is_found_wherever_it_stands(text: str) -> None:
    """What surrounds it is no fault of the reply."""
    found = read_object(Completion(text, "stop", Usage(1, 1), 0.0, "m"))
    assert list(found) == ["claims", "missing"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [(r"41.8\%", r"41.8\%"), (r"\epsilon = 6", r"\epsilon = 6"), (r"a\\b \"c\"", 'a\\b "c"'), (r"\u00e9", "é")],
    ids=["percent", "command", "known escapes", "code point"],
)
def test_a_backslash_that_json_does_not_know_is_one_that_was_meant(written: str, meant: str) -> None:
    """Models copy LaTeX into strings; that alone is no reason to ask again."""
    found = read_object(Completion(f'{{"claims": [], "missing": ["{written}"]}}', "stop", Usage(1, 1), 0.0, "m"))
    assert found["missing"] == [meant]


NESTED = '{"claims": [{"text": "Kites glide.", "quotes": [{"source": "x", "quote": "y"}]}, {"text": "And'


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(""), "empty"),
        (Reply(NESTED), "cut"),
        (Reply(NESTED, "length"), "truncated"),
        (Reply("It glides."), "not_json"),
        (Reply('["claims"]'), "not_json"),
        (Reply("I'm sorry, but I can't help with that."), "refusal"),
        (Reply("<!DOCTYPE html><p>{}</p>"), "html"),
        (Reply('{"claims": "half of \ufffd"}'), "garbled"),
        (Reply("{" * 5000), "cut"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_reply_that_cannot_be_read_says_how(reply: Reply, outcome: str) -> None:
    """An object inside one that never ends is a part, not the reply; `stop` is not believed."""
    with pytest.raises(BadCompletion) as caught:
        read_object(Completion(reply.text, reply.finish, Usage(1, 1), 0.0, "m"))
    assert caught.value.outcome == outcome


@pytest.mark.parametrize("bad", ["", "It glides.", NESTED, '{"claims": "none"}', '{"missing": []}'])
def test_one_repair_tells_the_model_what_was_wrong(bad: str) -> None:
    """The second request holds the first, the bad reply where there is one, and the fault; both are counted."""
    result, model = _ask(bad, GOOD)
    assert isinstance(result.value, KiteReply)
    assert (result.calls, result.repaired) == (2, True)
    first, second = model.calls
    assert second[: len(first)] == first
    assert [m.role for m in second[1:]] == (["assistant", "user"] if bad else ["user"])
    assert "cannot be used" in second[-1].text


def test_the_repair_names_the_place_and_not_the_value() -> None:
    """A value may be long, or written by an enemy; the place is ours."""
    _, model = _ask('{"claims": [{"text": "EVIL", "quotes": "EVIL"}]}', GOOD)
    told = model.calls[1][-1].text
    assert "claims.0.quotes" in told
    assert "EVIL" not in told


def test_a_second_bad_reply_is_the_last() -> None:
    """Two requests, then a typed error: the caller goes on without a model."""
    model = ScriptedModel(["no", '{"claims": 1}', GOOD])
    with pytest.raises(BadCompletion) as caught:
        structured(model, PROMPT, KiteReply, deadline=Deadline(60))
    assert (caught.value.outcome, len(model.calls)) == ("wrong_schema", 2)


def test_a_refusal_is_not_argued_with() -> None:
    """One request."""
    model = ScriptedModel(["I cannot help with that.", GOOD])
    with pytest.raises(BadCompletion):
        structured(model, PROMPT, KiteReply, deadline=Deadline(60))
    assert len(model.calls) == 1


def test_other_errors_of_the_model_pass_through() -> None:
    """A refused key is not repaired."""
    with pytest.raises(ModelRefused):
        _ask(ModelRefused("no"))


def test_the_schema_that_is_sent_is_the_forms_own() -> None:
    """Declared once, by the class that reads the reply; the repair asks for the same, and a caller may narrow it."""
    _, model = _ask("no", GOOD)
    assert [p.schema for p in model.parameters] == [json_schema(KiteReply)] * 2
    narrowed = ScriptedModel([GOOD])
    structured(narrowed, PROMPT, KiteReply, deadline=Deadline(60), parameters=Parameters(schema={"type": "object"}))
    assert narrowed.parameters[0].schema == {"type": "object"}


def test_the_usage_of_both_calls_is_added_up() -> None:
    """10 + 20 in, 1 + 2 out, 0.1 + 0.2 USD."""
    result, _ = _ask(Reply("no", usage=Usage(10, 1), cost_usd=0.1), Reply(GOOD, usage=Usage(20, 2), cost_usd=0.2))
    assert result.usage == Usage(30, 3)
    assert result.cost_usd == pytest.approx(0.3)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "model.sqlite")


def _cache(store: ModelStore, now: list[float], *, max_age_s: float = 100, max_bytes: int = 1000) -> ReplyCache:
    return ReplyCache(store, max_age_s=max_age_s, max_bytes=max_bytes, clock=lambda: now[0])


def test_a_good_reply_is_asked_for_once(store: ModelStore) -> None:
    """The second answer costs nothing and calls nobody."""
    cache = _cache(store, [0.0])
    first, _ = _ask(GOOD, cache=cache)
    second, model = _ask(cache=cache)
    assert (second.usage, second.calls, len(model.calls)) == (Usage(0, 0), 0, 0)
    assert second.value == first.value


@pytest.mark.parametrize("bad", ["", "no", NESTED, '{"claims": 1}', "I cannot do that."])
def test_a_bad_reply_is_never_kept(store: ModelStore, bad: str) -> None:
    """Nor is what a repair does not mend; a mended reply is kept as mended."""
    cache = _cache(store, [0.0])
    with pytest.raises(BadCompletion):
        _ask(bad, bad, cache=cache)
    assert len(_ask(GOOD, cache=cache)[1].calls) == 1


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"version": 2}, {"messages": (Message("user", "How do kites glide!"),)}],
    ids=["prompt", "version", "messages"],
)
def test_another_request_is_another_key(store: ModelStore, change: dict[str, object]) -> None:
    """Model, messages, parameters and prompt version all count."""
    cache = _cache(store, [0.0])
    _ask(GOOD, cache=cache)
    model = ScriptedModel([GOOD])
    changed = replace(PROMPT, **change)  # type: ignore[arg-type]
    structured(model, changed, KiteReply, deadline=Deadline(60), cache=cache)
    assert len(model.calls) == 1


def test_another_schema_is_another_key(store: ModelStore) -> None:
    """A form with one field less may read what the kept reply lacks."""
    cache = _cache(store, [0.0])
    _ask(GOOD, cache=cache)
    model = ScriptedModel([GOOD])
    structured(model, PROMPT, Shorter, deadline=Deadline(60), cache=cache)
    assert len(model.calls) == 1


def test_kept_replies_age_and_give_way(store: ModelStore) -> None:
    """Older than 100 s: gone. Over 10 bytes in all: the longest unused goes."""
    now = [0.0]
    cache = _cache(store, now, max_bytes=10)
    for at, key in enumerate("abc"):
        now[0] = float(at)
        cache.put(key, KeptReply("12345", "m"), prompt="p/1")
        now[0] += 0.5
        cache.get("a")
    assert [key for key in "abc" if cache.get(key)] == ["a", "c"]
    cache.put("d", KeptReply("x" * 11, "m"), prompt="p/1")
    assert cache.get("d") is None
    now[0] = 101.0
    assert cache.get("a") is None
    assert cache.get("c") == KeptReply("12345", "m")


def test_the_store_is_its_owners_alone_and_keeps_its_secret(tmp_path: Path) -> None:
    """Mode 600; the secret is drawn once, so that kept replies are found after a restart."""
    path = tmp_path / "model.sqlite"
    store = ModelStore(path)
    secret = store.secret
    store.close()
    assert path.stat().st_mode & 0o077 == 0
    assert (ModelStore(path).secret, len(secret)) == (secret, 32)


def test_the_scripts_reply_is_one_that_the_schema_takes() -> None:
    """The fault server's good reply is a good reply."""
    assert KiteReply.model_validate(json.loads(REPLY)).missing == ("naïve cost – 日本",)
