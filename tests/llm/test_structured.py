"""Reading a reply: what passes, what is repaired once, what is given up, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fault_server import REPLY

from service.errors import BadCompletion, ModelRefused
from service.llm import AnswerReply, Deadline, Message, Rendered, Reply, ScriptedModel, structured
from service.llm.core.model import Completion, Usage
from service.llm.policies.cache import KeptReply, ReplyCache
from service.llm.policies.store import ModelStore
from service.llm.providers.scripted import Step
from service.llm.core.reading import read_object

PROMPT = Rendered("answer", 1, (Message("user", "How do kites glide?"),), {"type": "object"})
GOOD = '{"claims": [], "missing": ["all of it"]}'


def _ask(*steps: Step, cache: ReplyCache | None = None, check: object = None) -> tuple[object, ScriptedModel]:
    model = ScriptedModel(steps)
    result = structured(model, PROMPT, AnswerReply, deadline=Deadline(60), cache=cache, check=check)  # type: ignore[arg-type]
    return result, model


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
    assert isinstance(result.value, AnswerReply)  # type: ignore[attr-defined]
    assert (result.calls, result.repaired) == (2, True)  # type: ignore[attr-defined]
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
        structured(model, PROMPT, AnswerReply, deadline=Deadline(60))
    assert (caught.value.outcome, len(model.calls)) == ("wrong_schema", 2)


def test_a_refusal_is_not_argued_with() -> None:
    """One request."""
    model = ScriptedModel(["I cannot help with that.", GOOD])
    with pytest.raises(BadCompletion):
        structured(model, PROMPT, AnswerReply, deadline=Deadline(60))
    assert len(model.calls) == 1


def test_other_errors_of_the_model_pass_through() -> None:
    """A refused key is not repaired."""
    with pytest.raises(ModelRefused):
        _ask(ModelRefused("no"))


def test_a_complaint_leads_to_a_repair_and_stays_when_it_is_not_mended() -> None:
    """The value is returned with its complaint, for the caller to use what is good in it."""
    result, model = _ask(GOOD, GOOD, check=lambda value: "the id 'zz' is unknown")
    assert result.complaint == "the id 'zz' is unknown"  # type: ignore[attr-defined]
    assert "the id 'zz' is unknown" in model.calls[1][-1].text


def test_a_bad_repair_leaves_the_first_value() -> None:
    """Valid but complained of is better than nothing."""
    result, _ = _ask(GOOD, "no", check=lambda value: "it is short")
    assert (result.calls, result.complaint) == (2, "it is short")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("second", "kept"), [(1, 3), (3, 3), (4, 4)], ids=["worse", "as good", "better"])
def test_a_repair_that_lost_more_than_it_mended_is_not_taken(second: int, kept: int) -> None:
    """Of two replies with faults the one with more good sentences stands; both calls are counted."""

    def reply(claims: int, text: str) -> str:
        return json.dumps({"claims": [{"text": text, "quotes": []}] * claims, "missing": []})

    model = ScriptedModel([reply(3, "first"), reply(second, "second")])
    result = structured(
        model,
        PROMPT,
        AnswerReply,
        deadline=Deadline(60),
        check=lambda value: "one is wrong",
        worth=lambda value: len(value.claims),
    )
    assert (len(result.value.claims), result.calls) == (kept, 2)
    assert result.value.claims[0].text == ("first" if second < 3 else "second")


def test_the_usage_of_both_calls_is_added_up() -> None:
    """10 + 20 in, 1 + 2 out, 0.1 + 0.2 USD."""
    result, _ = _ask(Reply("no", usage=Usage(10, 1), cost_usd=0.1), Reply(GOOD, usage=Usage(20, 2), cost_usd=0.2))
    assert result.usage == Usage(30, 3)  # type: ignore[attr-defined]
    assert result.cost_usd == pytest.approx(0.3)  # type: ignore[attr-defined]


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
    assert (second.kept, second.usage, second.calls, len(model.calls)) == (True, Usage(0, 0), 0, 0)  # type: ignore[attr-defined]
    assert second.value == first.value  # type: ignore[attr-defined]


@pytest.mark.parametrize("bad", ["", "no", NESTED, '{"claims": 1}', "I cannot do that."])
def test_a_bad_reply_is_never_kept(store: ModelStore, bad: str) -> None:
    """Nor is what a repair does not mend; a mended reply is kept as mended."""
    cache = _cache(store, [0.0])
    with pytest.raises(BadCompletion):
        _ask(bad, bad, cache=cache)
    assert cache.clear() == 0


def test_a_reply_with_a_complaint_is_not_kept(store: ModelStore) -> None:
    """What may be wrong is asked anew next time."""
    cache = _cache(store, [0.0])
    _ask(GOOD, GOOD, cache=cache, check=lambda value: "hm")
    assert cache.clear() == 0


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"version": 2}, {"messages": (Message("user", "How do kites glide!"),)}, {"output": {}}],
    ids=["prompt", "version", "messages", "schema"],
)
def test_another_request_is_another_key(store: ModelStore, change: dict[str, object]) -> None:
    """Model, messages, parameters and prompt version all count."""
    cache = _cache(store, [0.0])
    _ask(GOOD, cache=cache)
    fields = {name: getattr(PROMPT, name) for name in ("name", "version", "messages", "output")} | change
    model = ScriptedModel([GOOD])
    structured(model, Rendered(**fields), AnswerReply, deadline=Deadline(60), cache=cache)
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
    assert AnswerReply.model_validate(json.loads(REPLY)).missing == ["naïve cost – 日本"]
